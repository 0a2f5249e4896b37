package web

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"thuocdo/data/export"
	"thuocdo/survey"
)

// fill takes all the room of a class, and gives it back at the end or before.
func fill(t *testing.T, s *Server, k class) (empty func()) {
	t.Helper()
	r, n := s.rooms[k], 0
	r.wait = time.Millisecond
	for ; n < cap(r.slots); n++ {
		if !r.enter(t.Context()) {
			t.Fatal("the room is not empty")
		}
	}
	return func() {
		for ; n > 0; n-- {
			r.leave()
		}
	}
}

func TestEveryRouteHasItsRoom(t *testing.T) {
	t.Parallel()
	s := mustServer(t, mustStore(t, testNow))
	seen := map[class]int{}
	want := map[string]class{
		"GET /": citizens, "POST /khao-sat/:wave/:agency": citizens, "GET /bien-nhan/:receipt": citizens, "GET /moi/:code": citizens,
		"POST /api/v1/waves/:wave/responses": programs, "GET /xep-hang/:framework/:period": readers, "GET /api/v1/indexes/:framework/:period/ranking": readers,
		"GET /xep-hang/:framework/:period/:file": reports, "GET " + analysesPath + "/:wave/bang-cheo": reports, "GET " + analysesPath + "/:wave/:analysis/:file": reports,
		"GET /quan-tri/phieu-giay/:batch/in": reports, "POST " + formFilePath: reports, "GET /healthz": light, "GET /readyz": light, "GET /static/:file": light,
		"POST /kiosk/:wave/:agency/phieu": light, "POST " + evidenceSeasons + ":season/phieu/:agency/:leaf" + documentsName: uploads, "GET " + evidenceSeasons + ":season/phieu/:agency" + documentsName: readers, "GET /quan-tri": readers,
	}
	for _, r := range s.routes {
		k := classOf(r)
		seen[k]++
		if w, ok := want[r.method+" "+r.path]; ok && w != k {
			t.Errorf("%s %s is of class %d, want %d", r.method, r.path, k, w)
		}
		delete(want, r.method+" "+r.path)
		if r.method == http.MethodPost && strings.Contains(r.path, "/quan-tri/") && k == citizens {
			t.Errorf("%s takes room of citizens", r.path)
		}
	}
	if len(want) > 0 || len(seen) != int(classes) {
		t.Errorf("not in the table: %v; classes %v", want, seen)
	}
}

func TestNoClassTakesTheRoomOfAnother(t *testing.T) {
	t.Parallel()
	s := mustServerWith(t, Config{Formats: export.Formats}, mustStore(t, testNow))
	b := newBrowser(t, s)
	pages := map[class]string{citizens: sipasForm, readers: "/xep-hang", reports: "/co-quan/01/tai-ve.csv", programs: "/api/v1/waves/mo/questionnaire", light: "/healthz"}
	for full := citizens; full < classes; full++ {
		empty := fill(t, s, full)
		for k, page := range pages {
			a, want := b.get(page), http.StatusOK
			if k == full {
				want = http.StatusServiceUnavailable
			}
			if a.StatusCode != want || (a.Header.Get("Retry-After") != "") != (k == full) {
				t.Errorf("class %d is full, %s: %d, Retry-After %q", full, page, a.StatusCode, a.Header.Get("Retry-After"))
			}
		}
		empty()
		if full == uploads { // nobody gets there by GET; see the test of documents
			continue
		}
		if a := b.get(pages[full]); a.StatusCode != http.StatusOK {
			t.Errorf("class %d has room again: %d", full, a.StatusCode)
		}
	}
}

func TestWhoIsTurnedAwayLosesNothing(t *testing.T) {
	t.Parallel()
	st := mustWhole(t)
	s := mustServer(t, st)
	b := newBrowser(t, s)
	hostile := `"><script>alert(1)</script> & 'ế' ` + "\r\nhai"
	for _, lang := range []string{"", "?lang=en"} {
		path := wholeForm + lang
		fields := sent(b.get(path).form(), "a.years", "3", "a.been", "no", "a.words", hostile[:20], `x"><b>`, hostile)
		empty := fill(t, s, citizens)
		asked, busy := b.get(path), b.post(path, fields)
		empty()
		checkPage(t, "GET "+path, asked)
		checkPage(t, "POST "+path, busy)
		for _, a := range []answer{asked, busy} {
			if a.StatusCode != http.StatusServiceUnavailable || a.Header.Get("Retry-After") == "" || !strings.Contains(a.body, a.Header.Get("X-Request-Id")) || strings.Contains(a.body, "zq7") {
				t.Errorf("%s: %d, Retry-After %q", path, a.StatusCode, a.Header.Get("Retry-After"))
			}
		}
		kept := busy.form()
		for name := range fields {
			if got, want := kept.Get(name), fields.Get(name); got != want && strings.ReplaceAll(got, "\n", "\r\n") != want {
				t.Errorf("%s came back as %q, not %q", name, got, want)
			}
		}
		if a := b.post(path, kept); a.StatusCode != http.StatusSeeOther {
			t.Errorf("sent again: %d", a.StatusCode)
		}
	}
	if n := countedIn(t, st, "trang"); n != 2 {
		t.Errorf("%d stored", n)
	}
	if !s.door.look(arrivalOf(nil, asking{wave: mustOpenWave(t, st, "trang"), kiosk: new(kioskFrame)}, nil), testNow).Pressed {
		t.Error("the door does not know that somebody was turned away")
	}
}

func mustOpenWave(tb testing.TB, st Store, code string) *survey.OpenWave {
	tb.Helper()
	w, err := st.OpenWave(code)
	must(tb, err)
	return w
}

func TestAProgramThatIsTurnedAwayIsToldWhenToComeBack(t *testing.T) {
	t.Parallel()
	s := mustServer(t, mustStore(t, testNow))
	empty := fill(t, s, programs)
	defer empty()
	r := httptest.NewRequest(http.MethodPost, "/api/v1/waves/mo/responses", strings.NewReader(`{"agency":"01","answers":{}}`))
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	if w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") == "" || w.Header().Get("Content-Type") != "application/problem+json" {
		t.Errorf("%d %v", w.Code, w.Header())
	}
}

// A body that comes slowly, and an answer that is read slowly, take no room.
func TestSlowPeopleTakeNoRoom(t *testing.T) {
	t.Parallel()
	s := mustServer(t, mustStore(t, testNow))
	s.rooms[citizens] = newRoom(1, 0, 0)
	s.echo = nil
	must(t, s.mount())
	body, send := io.Pipe()
	r := httptest.NewRequest(http.MethodPost, sipasForm, body)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	slow := make(chan int)
	go func() {
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		slow <- w.Code
	}()
	_, err := io.WriteString(send, "p=0&") // read by the server: the request is under way
	must(t, err)
	b := newBrowser(t, s)
	if a := b.get(sipasForm); a.StatusCode != http.StatusOK {
		t.Errorf("while a body is coming: %d", a.StatusCode)
	}
	must(t, send.Close())
	if code := <-slow; code == http.StatusServiceUnavailable {
		t.Errorf("the slow one: %d", code)
	}
	held := &stuck{ResponseRecorder: httptest.NewRecorder(), wrote: make(chan struct{}), free: make(chan struct{})}
	done := make(chan struct{})
	go func() {
		s.ServeHTTP(held, httptest.NewRequest(http.MethodGet, sipasForm, nil))
		close(done)
	}()
	<-held.wrote
	if a := b.get(sipasForm); a.StatusCode != http.StatusOK {
		t.Errorf("while an answer is being read: %d", a.StatusCode)
	}
	close(held.free)
	<-done
}

// stuck is a client that does not read.
type stuck struct {
	*httptest.ResponseRecorder
	wrote, free chan struct{}
}

func (s *stuck) Write(b []byte) (int, error) {
	close(s.wrote)
	<-s.free
	return s.ResponseRecorder.Write(b)
}

func TestWaitingEndsWithTheRequest(t *testing.T) {
	t.Parallel()
	r := newRoom(1, 1, time.Hour)
	ctx, cancel := context.WithCancel(t.Context())
	if !r.enter(ctx) {
		t.Fatal("an empty room is full")
	}
	time.AfterFunc(10*time.Millisecond, cancel)
	if r.enter(ctx) {
		t.Error("a full room lets somebody in")
	}
	r.leave()
	if !r.enter(t.Context()) || len(r.line) != 0 {
		t.Error("who gave up still has a place")
	}
}
