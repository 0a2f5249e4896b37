package web

import (
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/alexedwards/argon2id"

	"thuocdo/survey/account"
)

// signedIn returns a browser with the session of a login.
func signedInAs(tb testing.TB, s *Server, login string) *browser {
	tb.Helper()
	b := newBrowser(tb, s)
	f := b.get("/dang-nhap").form()
	f.Set("login", login)
	f.Set("password", "mật khẩu của "+login)
	if a := b.post("/dang-nhap", f); a.StatusCode != http.StatusSeeOther {
		tb.Fatalf("sign in as %s: %d", login, a.StatusCode)
	}
	return b
}

func TestSigningInAndOut(t *testing.T) {
	t.Parallel()
	st := mustStore(t, testNow)
	s := mustServer(t, st)
	for login, want := range map[string]string{"phantich": "Cán bộ phân tích", "hanoi": "Hà Nội"} {
		for _, lang := range []string{"", "?lang=en"} {
			b := signedInAs(t, s, login)
			desk := b.get("/quan-tri" + lang)
			if desk.StatusCode != http.StatusOK || lang == "" && !strings.Contains(desk.body, want) {
				t.Errorf("%s: %d", login, desk.StatusCode)
			}
			if a := b.get("/dang-nhap"); a.Header.Get("Location") != "/quan-tri" {
				t.Errorf("signed in and asked again: %d", a.StatusCode)
			}
			if a := b.post("/dang-xuat", url.Values{}); a.StatusCode != http.StatusForbidden {
				t.Errorf("signed out without the form's token: %d", a.StatusCode)
			}
			if a := b.post("/dang-xuat", url.Values{"token": {"AAAA"}}); a.StatusCode != http.StatusForbidden {
				t.Errorf("signed out with another token: %d", a.StatusCode)
			}
			old := b.jar.Cookies(&url.URL{Scheme: "http", Host: "example.com", Path: "/"})
			if a := b.post("/dang-xuat", url.Values{"token": {tokenOf(t, desk)}}); a.StatusCode != http.StatusSeeOther {
				t.Errorf("sign out: %d", a.StatusCode)
			}
			b.jar.SetCookies(&url.URL{Scheme: "http", Host: "example.com", Path: "/"}, old)
			if a := b.get("/quan-tri"); a.StatusCode != http.StatusSeeOther {
				t.Errorf("the old session lives on after signing out: %d", a.StatusCode)
			}
		}
	}
}

func tokenOf(tb testing.TB, a answer) string {
	tb.Helper()
	for n := range a.doc.Descendants() {
		if attr(n, "name") == "token" && inside(n, "header") {
			return attr(n, "value")
		}
	}
	tb.Fatal("no token in the header")
	return ""
}

func TestWrongSignInsLookAlike(t *testing.T) {
	t.Parallel()
	s := mustServer(t, mustStore(t, testNow))
	var bodies []string
	for login, password := range map[string]string{"phantich": "sai", "khong-co": "sai", "nghi": "mật khẩu của nghi"} {
		b := newBrowser(t, s)
		f := b.get("/dang-nhap").form()
		f.Set("login", login)
		f.Set("password", password)
		a := b.post("/dang-nhap", f)
		if a.StatusCode != http.StatusUnprocessableEntity || !strings.HasPrefix(a.title(), "Lỗi:") {
			t.Errorf("%s: %d %q", login, a.StatusCode, a.title())
		}
		if strings.Contains(a.body, password) && password != "sai" {
			t.Errorf("%s: the password came back", login)
		}
		body := strings.ReplaceAll(a.body, login, "")
		bodies = append(bodies, strings.ReplaceAll(body, a.form().Get("token"), ""))
	}
	if bodies[0] != bodies[1] || bodies[1] != bodies[2] {
		t.Error("the pages tell an unknown login from a wrong password")
	}
}

// An unknown login is compared with a hash that costs as much as a real one, and both cost enough.
func TestTheHashOfNobodyCostsAsMuchAsAnyOther(t *testing.T) {
	t.Parallel()
	p, _, _, err := argon2id.DecodeHash(nobody)
	must(t, err)
	if p.Memory != production.Memory || p.Iterations != production.Iterations || p.Parallelism != production.Parallelism || p.KeyLength != production.KeyLength {
		t.Errorf("%+v, want %+v", p, production)
	}
	if production.Memory < 19<<10 || production.Iterations < 2 { // OWASP password storage guide, argon2id
		t.Errorf("%+v", production)
	}
}

func TestEmptySignInFieldsAreNamed(t *testing.T) {
	t.Parallel()
	b := newBrowser(t, mustServer(t, mustStore(t, testNow)))
	f := b.get("/dang-nhap?lang=en").form()
	a := b.post("/dang-nhap?lang=en", f)
	if a.StatusCode != http.StatusUnprocessableEntity || a.find("login-loi") == nil || a.find("password-loi") == nil {
		t.Errorf("%d", a.StatusCode)
	}
	f = a.form()
	f.Set("login", "phantich")
	f.Set("password", strings.Repeat("x", 300))
	if a = b.post("/dang-nhap", f); a.find("login-loi") != nil || a.find("password-loi") == nil {
		t.Error("a password that is too long was not named")
	}
}

func TestASignInFormFromElsewhereIsNotTaken(t *testing.T) {
	t.Parallel()
	b := newBrowser(t, mustServer(t, mustStore(t, testNow)))
	f := url.Values{"login": {"phantich"}, "password": {"mật khẩu của phantich"}, "token": {"x"}}
	if a := b.post("/dang-nhap", f); a.StatusCode != http.StatusForbidden {
		t.Errorf("%d", a.StatusCode)
	}
	if a := b.get("/quan-tri"); a.StatusCode != http.StatusSeeOther {
		t.Errorf("signed in: %d", a.StatusCode)
	}
}

func TestAPlantedSessionIsWorthNothingAfterSigningIn(t *testing.T) {
	t.Parallel()
	s := mustServer(t, mustStore(t, testNow))
	b := newBrowser(t, s)
	at := &url.URL{Scheme: "http", Host: "example.com", Path: "/"}
	planted := &http.Cookie{Name: "thuocdo-phien", Value: "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", Path: "/"}
	b.jar.SetCookies(at, []*http.Cookie{planted})
	f := b.get("/dang-nhap").form()
	f.Set("login", "phantich")
	f.Set("password", "mật khẩu của phantich")
	b.post("/dang-nhap", f)
	if a := b.get("/quan-tri"); a.StatusCode != http.StatusOK {
		t.Fatalf("not signed in: %d", a.StatusCode)
	}
	other := newBrowser(t, s)
	other.jar.SetCookies(at, []*http.Cookie{planted})
	if a := other.get("/quan-tri"); a.StatusCode != http.StatusSeeOther {
		t.Errorf("the planted session is signed in: %d", a.StatusCode)
	}
}

func TestASessionIsSavedWithARefusalToo(t *testing.T) {
	t.Parallel()
	var log syncBuffer
	s := mustServerWith(t, Config{Log: logTo(&log)}, mustStore(t, testNow))
	b := signedInAs(t, s, "hanoi")
	if a := b.get("/quan-tri/xep-hang"); a.StatusCode != http.StatusForbidden {
		t.Errorf("an officer gets %d", a.StatusCode)
	}
	if strings.Contains(log.String(), "session not saved") {
		t.Errorf("log: %s", log.String())
	}
}

func TestADisabledAccountLosesItsSessionAtOnce(t *testing.T) {
	t.Parallel()
	st := mustStore(t, testNow)
	b := signedInAs(t, mustServer(t, st), "phantich")
	a, err := st.AccountByLogin(t.Context(), "phantich")
	must(t, err)
	a.Disabled = true
	_, err = st.PutAccount(t.Context(), a)
	must(t, err)
	if got := b.get("/quan-tri"); got.StatusCode != http.StatusSeeOther {
		t.Errorf("%d", got.StatusCode)
	}
}

func TestGuessingIsSlowedDownWithoutLockingOthersOut(t *testing.T) {
	t.Parallel()
	s := mustServer(t, mustStore(t, testNow))
	guesser := newBrowser(t, s)
	last := 0
	for range triesAtOnce + 1 {
		f := guesser.get("/dang-nhap").form()
		f.Set("login", "phantich")
		f.Set("password", "đoán")
		last = guesser.post("/dang-nhap", f).StatusCode
	}
	if last != http.StatusTooManyRequests {
		t.Errorf("guess %d: %d", triesAtOnce+1, last)
	}
	owner := newBrowser(t, s)
	owner.ip = "198.51.100.9:1"
	f := owner.get("/dang-nhap").form()
	f.Set("login", "phantich")
	f.Set("password", "mật khẩu của phantich")
	if a := owner.post("/dang-nhap", f); a.StatusCode != http.StatusSeeOther {
		t.Errorf("the owner elsewhere: %d", a.StatusCode)
	}
}

func TestARightPasswordCostsNoAttempts(t *testing.T) {
	t.Parallel()
	s := mustServer(t, mustStore(t, testNow))
	for range triesAtOnce + 2 {
		signedInAs(t, s, "phantich")
	}
}

func TestTheGateForgetsAndStaysBounded(t *testing.T) {
	t.Parallel()
	g := newGate(passwordPace)
	now := testNow
	for i := range 3 * triesKept {
		g.pass("người "+string(rune(i)), netip.AddrFrom4([4]byte{byte(i >> 24), byte(i >> 16), byte(i >> 8), byte(i)}).String(), "", now)
	}
	if len(g.limit) > triesKept+2 {
		t.Errorf("%d entries", len(g.limit))
	}
	for range triesAtOnce {
		g.pass("ai", "mạng", "", now)
	}
	if g.pass("ai", "mạng", "", now) {
		t.Error("one try too many")
	}
	if !g.pass("ai", "mạng", "", now.Add(time.Minute)) {
		t.Error("still closed after a minute")
	}
}

func TestMadeUpLoginsFromOnePlaceDoNotReopenTheGate(t *testing.T) {
	t.Parallel()
	g := newGate(passwordPace)
	for g.pass("ai", "mạng", "", testNow) {
	}
	for i := range 2 * triesKept {
		if g.pass(fmt.Sprint("bịa ", i), "mạng", "", testNow) && i >= networkAtOnce {
			t.Fatalf("made-up login %d passes", i)
		}
	}
	if g.pass("ai", "mạng", "", testNow) {
		t.Error("the table was emptied: a guesser starts over")
	}
	if len(g.limit) > networkAtOnce+2 {
		t.Errorf("one place takes %d entries", len(g.limit))
	}
}

func TestCookiesAreTiedToTheHost(t *testing.T) {
	t.Parallel()
	st := mustStore(t, testNow)
	for base, prefix := range map[string]string{"": "thuocdo-", "https://khaosat.example.vn": "__Host-thuocdo-"} {
		s := mustServerWith(t, Config{BaseURL: base}, st)
		b := newBrowser(t, s)
		first := b.get("/dang-nhap")
		f := first.form()
		f.Set("login", "phantich")
		f.Set("password", "mật khẩu của phantich")
		for _, c := range append(first.Cookies(), b.post("/dang-nhap", f).Cookies()...) {
			if !strings.HasPrefix(c.Name, prefix) || c.Secure != (base != "") || !c.HttpOnly || c.Path != "/" || c.Domain != "" || c.SameSite < http.SameSiteLaxMode {
				t.Errorf("base %q: %v", base, c)
			}
		}
	}
}

func TestSigningInLeadsBackInsideOnly(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"/quan-tri/co-quan/01?x=1": "/quan-tri/co-quan/01?x=1",
		"https://evil.example/":    "", "//evil.example/": "", `/\evil.example/`: "", "/\tx": "", "": "", "quan-tri": "",
	} {
		if got := ownPath(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestRolesSeeWhatTheyMay(t *testing.T) {
	t.Parallel()
	param := func(agency string) func(string) string { return func(string) string { return agency } }
	officer := account.Account{Role: account.Officer, Agency: "01"}
	analyst := account.Account{Role: account.Analyst}
	for _, c := range []struct {
		rule   access
		who    account.Account
		agency string
		want   bool
	}{
		{signedIn, officer, "", true},
		{analysts, analyst, "", true},
		{analysts, officer, "", false},
		{agencyReaders, officer, "01", true},
		{agencyReaders, officer, "48", false},
		{agencyReaders, analyst, "48", true},
		{agencyReaders, account.Account{Role: "ai đó"}, "48", false},
	} {
		if got := c.rule.allow(c.who, param(c.agency)); got != c.want {
			t.Errorf("%s, %s, agency %q: %v", c.rule.name, c.who.Role, c.agency, got)
		}
	}
}
