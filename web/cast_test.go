package web

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"testing"

	"thuocdo/survey"
)

var stateField = regexp.MustCompile(`name="s" value="[^"]*"`)

// What comes out of a mould is what rendering gives, for hostile names and addresses too, in every coding and language.
func TestAFirstPageOutOfItsMouldIsAsRendered(t *testing.T) {
	t.Parallel()
	s := mustServer(t, mustWhole(t))
	b := newBrowser(t, s)
	for _, path := range []string{wholeForm, "/khao-sat/trang/01-a?lang=en", sipasForm, "/khao-sat/loai/01-b?lang=en", wholeForm + "?lang=en"} {
		first := b.get(path)
		fields := first.form()
		fields.Set("go", "page-0")
		rendered := b.post(path, fields)
		want := stateField.ReplaceAllString(rendered.body, "")
		if got := stateField.ReplaceAllString(first.body, ""); got != want || rendered.StatusCode != http.StatusOK {
			t.Errorf("%s: %s", path, around(got, "zq7hole", "action="))
		}
		r := httptest.NewRequest(http.MethodGet, path, nil)
		r.Header.Set("Accept-Encoding", "gzip")
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if w.Header().Get("Content-Encoding") != "gzip" || w.Header().Get("Vary") != "Accept-Encoding" {
			t.Errorf("%s: %v", path, w.Header())
		}
		if got := stateField.ReplaceAllString(unzip(t, w.Body.Bytes()), ""); got != want {
			t.Errorf("%s: compressed differs", path)
		}
	}
	if len(s.casts.kept) != 4 {
		t.Errorf("%d moulds", len(s.casts.kept))
	}
}

func TestAMouldIsMadeAnewWhenItsWaveOrTheDayChanges(t *testing.T) {
	t.Parallel()
	var k casts
	made := 0
	cast := func(w *survey.OpenWave, day survey.Day) {
		k.get(castKey{"w", "vi"}, w, day, func() *mould { made++; return nil })
	}
	one, two := new(survey.OpenWave), new(survey.OpenWave)
	for n, c := range []struct {
		wave *survey.OpenWave
		day  survey.Day
		want int
	}{{one, 1, 1}, {one, 1, 1}, {two, 1, 2}, {two, 2, 3}, {two, 2, 3}} {
		if cast(c.wave, c.day); made != c.want {
			t.Errorf("%d: made %d times, want %d", n, made, c.want)
		}
	}
	for n := range 3 * mostCasts {
		k.get(castKey{string(rune(n)), "vi"}, one, 1, func() *mould { return nil })
	}
	if len(k.kept) > mostCasts {
		t.Errorf("%d are kept", len(k.kept))
	}
}

func TestPagesThatAreAlikeAreSentOnce(t *testing.T) {
	t.Parallel()
	s := mustServer(t, mustStore(t, testNow))
	for _, path := range []string{"/", "/?lang=en", "/khao-sat/mo", "/khao-sat/mo?q=ha+noi"} {
		ask := func(tag string) *httptest.ResponseRecorder {
			r := httptest.NewRequest(http.MethodGet, path, nil)
			r.Header.Set("If-None-Match", tag)
			w := httptest.NewRecorder()
			s.ServeHTTP(w, r)
			return w
		}
		first := ask("")
		tag := first.Header().Get("ETag")
		if first.Code != http.StatusOK || tag == "" {
			t.Fatalf("%s: %d, tag %q", path, first.Code, tag)
		}
		if again := ask(tag); again.Code != http.StatusNotModified || again.Body.Len() > 0 {
			t.Errorf("%s again: %d, %d bytes", path, again.Code, again.Body.Len())
		}
		if other := ask(`W/"x"`); other.Code != http.StatusOK {
			t.Errorf("%s with another tag: %d", path, other.Code)
		}
	}
}
