package web

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"thuocdo/survey"
)

var resumeCodes = regexp.MustCompile(`\b[0-9A-Z]{4}(-[0-9A-Z]{4}){3}\b`)

// putAside answers the first pages of the form, puts it aside and returns the code.
func putAside(tb testing.TB, b *browser, path string, steps int) string {
	tb.Helper()
	page := b.get(path)
	for range steps {
		page = b.post(path, fillIn(page, 0))
	}
	f := fillIn(page, 0)
	f.Set("go", "save")
	a := b.post(path, f)
	code := resumeCodes.FindString(a.body)
	if a.StatusCode != http.StatusOK || code == "" || !strings.Contains(a.Header.Get("Cache-Control"), "no-store") {
		tb.Fatalf("put aside: %d, code %q, %q", a.StatusCode, code, a.Header.Get("Cache-Control"))
	}
	return code
}

// reopen types a code in.
func reopen(b *browser, code string) answer { return b.post("/lam-tiep", url.Values{"ma": {code}}) }

// finish walks an open form to its end and sends it; k is the choice ticked where nothing is yet.
func finish(tb testing.TB, b *browser, path string, page answer, k int) (answer, string) {
	tb.Helper()
	for range 100 {
		if step, of := stepOf(tb, page); step == of {
			return press(tb, b, path, page.form())
		}
		page = b.post(path, fillIn(page, k))
	}
	tb.Fatal("the form has no end")
	return page, ""
}

func TestAFormPutAsideGoesOnElsewhereAndCountsOnce(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"", "?lang=en"} {
		st := mustStore(t, testNow)
		s := mustServer(t, st)
		code := putAside(t, newBrowser(t, s), sipasForm+lang, 2)
		phone, desk := newBrowser(t, s), newBrowser(t, s)
		page := reopen(phone, strings.ToLower(strings.ReplaceAll(code, "-", " ")))
		other := reopen(desk, code)
		if step, _ := stepOf(t, page); page.StatusCode != http.StatusOK || step != 3 {
			t.Fatalf("opened at step %d with %d", step, page.StatusCode)
		}
		_, first := finish(t, phone, sipasForm, page, 0)
		if !strings.HasPrefix(first, "/bien-nhan/") {
			t.Fatalf("sent to %q", first)
		}
		if a, to := finish(t, desk, sipasForm, other, 0); to != first {
			t.Errorf("the same answers from a second device: %d to %q, want %q", a.StatusCode, to, first)
		}
		again := reopen(newBrowser(t, s), code)
		if again.StatusCode != http.StatusOK || !strings.Contains(again.body, strings.TrimPrefix(first, "/bien-nhan/")) || again.find("phieu") != nil {
			t.Errorf("opened after it was sent: %d", again.StatusCode)
		}
		if got := responses(t, st); got != 1 {
			t.Errorf("%d responses, want 1", got)
		}
	}
}

func TestPuttingAsideKeepsMistakesAndLetsGoOn(t *testing.T) {
	t.Parallel()
	s := mustServer(t, mustStore(t, testNow))
	b := newBrowser(t, s)
	f := b.get("/khao-sat/loai/01").form()
	f.Set("a.years", "mười lăm")
	f.Set("go", "save")
	saved := b.post("/khao-sat/loai/01", f)
	page := reopen(newBrowser(t, s), resumeCodes.FindString(saved.body))
	if page.StatusCode != http.StatusOK || page.form().Get("a.years") != "mười lăm" {
		t.Errorf("%d, typed text %q", page.StatusCode, page.form().Get("a.years"))
	}
	on := saved.form()
	on.Set("go", "page-0")
	if back := b.post("/khao-sat/loai/01", on); back.form().Get("a.years") != "mười lăm" {
		t.Errorf("going on at once: %d, %q", back.StatusCode, back.form().Get("a.years"))
	}
}

func TestCodesThatOpenNothingSayWhy(t *testing.T) {
	t.Parallel()
	now := testNow
	st := mustStore(t, testNow)
	s := mustServerWith(t, Config{Now: func() time.Time { return now }}, st)
	code := putAside(t, newBrowser(t, s), sipasForm, 1)
	for _, lang := range []string{"", "?lang=en"} {
		if a := newBrowser(t, s).get("/lam-tiep" + lang); a.StatusCode != http.StatusOK || a.form() == nil {
			t.Errorf("the form %s: %d", lang, a.StatusCode)
		}
	}
	for name, c := range map[string]struct {
		code   string
		later  time.Duration
		status int
		words  string
	}{
		"mistyped":         {code[:len(code)-1] + "~", 0, 422, "gõ chưa đúng"},
		"nothing":          {"", 0, 422, "gõ chưa đúng"},
		"a receipt":        {"3W20-HB2B-0GNK-P20T-5", 0, 422, "gõ chưa đúng"},
		"hostile":          {`"><script>alert(1)</script>`, 0, 422, "gõ chưa đúng"},
		"of elsewhere":     {survey.NewResumeCode(counter(7)), 0, 404, "Không có phiếu nào"},
		"on the last day":  {code, 14 * 24 * time.Hour, 200, "Bước 2"},
		"expired":          {code, 15 * 24 * time.Hour, 410, "quá hạn"},
		"a clock that ran": {code, -24 * time.Hour, 200, "Bước 2"},
		"after the wave":   {code, 400 * 24 * time.Hour, 410, "quá hạn"},
	} {
		now = testNow.Add(c.later)
		a := reopen(newBrowser(t, s), c.code)
		if a.StatusCode != c.status || !strings.Contains(a.body, c.words) || strings.Contains(a.body, "<script>alert") {
			t.Errorf("%s: %d, says %q: %v", name, a.StatusCode, c.words, strings.Contains(a.body, c.words))
		}
		if c.status >= 400 && !strings.HasPrefix(a.title(), "Lỗi:") {
			t.Errorf("%s: title %q", name, a.title())
		}
	}
}

func TestGuessingResumeCodesIsSlow(t *testing.T) {
	t.Parallel()
	s := mustServer(t, mustStore(t, testNow))
	b := newBrowser(t, s)
	refused := 0
	for i := range 100 {
		switch a := reopen(b, survey.NewResumeCode(counter(i))); a.StatusCode {
		case http.StatusNotFound:
		case http.StatusTooManyRequests:
			refused++
			if a.Header.Get("Retry-After") == "" || len(a.form().Get("ma")) == 0 {
				t.Fatal("refused without a time, or what was typed is gone")
			}
		default:
			t.Fatalf("%d", a.StatusCode)
		}
	}
	if refused != 100-resumesAtOnce {
		t.Errorf("%d of 100 guesses refused", refused)
	}
	stranger := newBrowser(t, s)
	stranger.ip = "198.51.100.1:1"
	if a := reopen(stranger, survey.NewResumeCode(counter(7))); a.StatusCode != http.StatusNotFound {
		t.Errorf("another network: %d", a.StatusCode)
	}
}

func TestAFormThatCannotBePutAsideStaysOnThePage(t *testing.T) {
	t.Parallel()
	s := mustServer(t, mustStore(t, testNow))
	b := newBrowser(t, s)
	f := fillIn(b.get(sipasForm), 0)
	f.Set("go", "save")
	for range savesAtOnce {
		b.post(sipasForm, f)
	}
	for _, lang := range []string{"", "?lang=en"} {
		a := b.post(sipasForm+lang, f)
		if a.StatusCode != http.StatusTooManyRequests || a.Header.Get("Retry-After") == "" || a.form().Get("s") == "" || len(a.form()) < 5 {
			t.Errorf("%d, kept %d fields", a.StatusCode, len(a.form()))
		}
	}
}
