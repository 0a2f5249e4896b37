package web

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"thuocdo/data"
	"thuocdo/survey/account"
)

// timed serves a store whose clock, and the server's, are moved by the test.
func timed(tb testing.TB, cfg Config) (*Server, *data.Store, *clock) {
	tb.Helper()
	c := &clock{}
	st := mustStoreAt(tb, c.now)
	cfg.Now = c.now
	return mustServerWith(tb, cfg, st), st, c
}

// add moves the clock.
func (c *clock) add(d time.Duration) { c.seconds.Add(int64(d / time.Second)) }

// mustProven adds routes that want a recent proof, beside those of the table.
func mustProven(s *Server) {
	h := func(c echo.Context) error { return c.String(http.StatusOK, "đã làm: "+c.FormValue("ly-do")) }
	for _, m := range []string{http.MethodGet, http.MethodPost} {
		s.echo.Add(m, "/hệ-trọng", s.guard(proven(signedIn), h))
	}
	s.echo.POST("/api/hệ-trọng", s.guard(proven(signedIn), h))
}

func TestWhatMattersWantsARecentProofAndLosesNothingTyped(t *testing.T) {
	t.Parallel()
	s, _, clock := timed(t, Config{})
	mustProven(s)
	for _, lang := range []string{"", "?lang=en"} {
		b := signedInAs(t, s, "phantich")
		if a := b.get("/hệ-trọng"); a.StatusCode != http.StatusOK {
			t.Fatalf("just signed in: %d", a.StatusCode)
		}
		clock.add(account.ProofLife)
		typed := url.Values{"ly-do": {"Vì <b>số liệu</b>"}, "token": {tokenOf(t, b.get("/quan-tri"))}}
		asked := b.post("/hệ-trọng"+lang, typed)
		if asked.StatusCode != http.StatusForbidden || strings.Contains(asked.body, "đã làm") {
			t.Fatalf("without a proof: %d", asked.StatusCode)
		}
		f := asked.form()
		f.Set(provePassword, "đoán mò")
		if a := b.post("/hệ-trọng"+lang, f); a.StatusCode != http.StatusUnprocessableEntity || strings.Contains(a.body, "đã làm") {
			t.Errorf("a wrong password: %d", a.StatusCode)
		}
		f.Set(provePassword, "mật khẩu của phantich")
		if a := b.post("/hệ-trọng"+lang, f); a.StatusCode != http.StatusOK || a.body != "đã làm: Vì <b>số liệu</b>" {
			t.Errorf("proved: %d %s", a.StatusCode, a.body)
		}
		if a := b.post("/hệ-trọng"+lang, typed); a.StatusCode != http.StatusOK {
			t.Errorf("a moment later it is asked again: %d", a.StatusCode)
		}
	}
}

func TestAPageAsksBeforehandWhoItIs(t *testing.T) {
	t.Parallel()
	s, _, clock := timed(t, Config{})
	mustProven(s)
	b := signedInAs(t, s, "phantich")
	clock.add(account.ProofLife)
	led := b.get("/hệ-trọng?a=1").Header.Get("Location")
	if led != provePath+"?toi="+url.QueryEscape("/h%E1%BB%87-tr%E1%BB%8Dng?a=1") {
		t.Fatalf("led to %s", led)
	}
	upload := httptest.NewRequest(http.MethodPost, "/hệ-trọng", strings.NewReader("--x--\r\n"))
	upload.Header.Set("Content-Type", "multipart/form-data; boundary=x")
	if a := b.do(upload); a.StatusCode != http.StatusSeeOther || !strings.HasPrefix(a.Header.Get("Location"), provePath) {
		t.Errorf("a file: %d", a.StatusCode)
	}
	if a := b.post("/api/hệ-trọng", url.Values{}); a.StatusCode != http.StatusForbidden || !strings.Contains(a.body, "urn:thuocdo:problem:prove") {
		t.Errorf("a program: %d %s", a.StatusCode, a.body)
	}
	f := b.get(led).form()
	f.Set(provePassword, "mật khẩu của phantich")
	bad := url.Values{provePassword: f[provePassword]}
	if a := b.post(led, bad); a.StatusCode != http.StatusForbidden {
		t.Errorf("without the token: %d", a.StatusCode)
	}
	if a := b.post(led, f); a.Header.Get("Location") != "/h%E1%BB%87-tr%E1%BB%8Dng?a=1" {
		t.Errorf("then: %d %s", a.StatusCode, a.Header.Get("Location"))
	}
	if a := b.get("/hệ-trọng"); a.StatusCode != http.StatusOK {
		t.Errorf("%d", a.StatusCode)
	}
	if a := b.post(provePath+"?toi=https://evil.example", f); a.Header.Get("Location") != "/quan-tri" {
		t.Errorf("led away to %s", a.Header.Get("Location"))
	}
}

func TestProofsAreBoundedInASession(t *testing.T) {
	t.Parallel()
	s, _, clock := timed(t, Config{})
	b := signedInAs(t, s, "phantich")
	f := b.get(provePath).form()
	for i := range proofsAtOnce + 1 {
		f.Set(provePassword, "đoán mò")
		a := b.post(provePath, f)
		if want := map[bool]int{true: http.StatusTooManyRequests, false: http.StatusUnprocessableEntity}[i == proofsAtOnce]; a.StatusCode != want {
			t.Errorf("guess %d: %d", i+1, a.StatusCode)
		}
	}
	f.Set(provePassword, "mật khẩu của phantich")
	if a := b.post(provePath, f); a.StatusCode != http.StatusTooManyRequests {
		t.Errorf("the right one among guesses: %d", a.StatusCode)
	}
	clock.add(proofsEvery)
	if a := b.post(provePath, f); a.StatusCode != http.StatusSeeOther {
		t.Errorf("a minute later: %d", a.StatusCode)
	}
}

func TestASessionEndsByTheClock(t *testing.T) {
	t.Parallel()
	s, _, clock := timed(t, Config{})
	idle, used := signedInAs(t, s, "phantich"), signedInAs(t, s, "phantich")
	open := func(b *browser) bool { return b.get("/quan-tri").StatusCode == http.StatusOK }
	for spent := time.Duration(0); spent < account.SessionLife-time.Hour; spent += time.Hour {
		clock.add(time.Hour)
		if !open(used) {
			t.Fatalf("ended after %v", spent+time.Hour)
		}
	}
	if open(idle) {
		t.Error("one that nobody used is open")
	}
	clock.add(time.Hour)
	if open(used) {
		t.Errorf("open after %v", account.SessionLife)
	}
}

func TestAnEndedSessionIsSignedOut(t *testing.T) {
	t.Parallel()
	s, st, _ := timed(t, Config{})
	b := signedInAs(t, s, "phantich")
	a, err := st.AccountByLogin(t.Context(), "phantich")
	must(t, err)
	list, err := st.Sessions(t.Context(), a.ID)
	must(t, err)
	if len(list) != 1 || list[0].Network != "203.0.113.0/24" {
		t.Fatalf("%+v", list)
	}
	_, err = st.EndSessions(t.Context(), a.ID)
	must(t, err)
	if got := b.get("/quan-tri"); got.StatusCode != http.StatusSeeOther {
		t.Errorf("%d", got.StatusCode)
	}
	again := signedInAs(t, s, "phantich")
	f := again.get("/dang-nhap")
	again.post("/dang-xuat", url.Values{"token": {tokenOf(t, again.get("/quan-tri"))}})
	if list, err := st.Sessions(t.Context(), a.ID); err != nil || len(list) != 0 {
		t.Errorf("signed out, and still listed: %v, %v (%d)", list, err, f.StatusCode)
	}
}

func TestPublishingAResultWantsARecentProof(t *testing.T) {
	t.Parallel()
	s := mustServer(t, mustStore(t, testNow))
	for _, r := range s.routes {
		if r.path == releaseDeskPath+"/:release" && r.method == http.MethodPost && !r.who.recent {
			t.Error("a release is published and withdrawn without one")
		}
	}
}
