package web

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"thuocdo/survey"
	"thuocdo/survey/account"
)

const kioskAt = "/kiosk/mo/01"

var setupCodes = regexp.MustCompile(`\b[0-9A-Z]{4}-[0-9A-Z]{4}\b`)

// mustKiosk sets a kiosk of the wave "mo" up.
func mustKiosk(tb testing.TB, s *Server) *browser {
	tb.Helper()
	return mustKioskOf(tb, s, "mo")
}

// mustKioskOf sets a kiosk up with a code, as an officer of agency 01, and returns the browser at the counter.
func mustKioskOf(tb testing.TB, s *Server, wave string) *browser {
	tb.Helper()
	officer := signedInAs(tb, s, "hanoi")
	f := officer.get("/quan-tri/kiosk").form()
	f.Set("dot", wave)
	f.Set("quay", "quay-2")
	f.Set("pin", "246810")
	a := officer.post("/quan-tri/kiosk", f)
	code := setupCodes.FindString(a.body)
	if a.StatusCode != http.StatusOK || code == "" {
		tb.Fatalf("set up: %d", a.StatusCode)
	}
	b := newBrowser(tb, s)
	if a := b.post("/kiosk", url.Values{"ma": {strings.ToLower(code)}}); a.Header.Get("Location") != "/kiosk/"+wave+"/01" {
		tb.Fatalf("code typed in: %d to %q", a.StatusCode, a.Header.Get("Location"))
	}
	if a := newBrowser(tb, s).post("/kiosk", url.Values{"ma": {code}}); a.StatusCode != http.StatusNotFound {
		tb.Errorf("the code works twice: %d", a.StatusCode)
	}
	return b
}

// fillKiosk answers the form of a kiosk from its start to the review page.
func fillKiosk(tb testing.TB, b *browser, lang string) answer {
	tb.Helper()
	b.get(kioskAt)
	page := b.get(kioskAt + "/phieu" + lang)
	for range 100 {
		if strings.Contains(page.body, `value="send"`) {
			return page
		}
		page = b.post(kioskAt+"/phieu", fillIn(page, 0))
	}
	tb.Fatal("the form has no end")
	return page
}

func TestAKioskTakesAnswersOneAfterAnother(t *testing.T) {
	t.Parallel()
	st := mustStore(t, testNow)
	b := mustKiosk(t, mustServer(t, st))
	for _, lang := range []string{"", "?lang=en"} {
		start := b.get(kioskAt + lang)
		if start.StatusCode != http.StatusOK || !strings.Contains(start.body, "Bắt đầu") {
			t.Fatalf("start: %d", start.StatusCode)
		}
		review := fillKiosk(t, b, lang)
		if strings.Contains(review.body, "/dang-nhap") || !strings.Contains(review.Header.Get("Cache-Control"), "no-store") {
			t.Error("a page of a kiosk leads away or is kept")
		}
		f := review.form()
		f.Set("go", "send")
		sent := b.post(kioskAt+"/phieu", f)
		if sent.Header.Get("Location") != kioskAt+"/cam-on" {
			t.Fatalf("sent: %d to %q", sent.StatusCode, sent.Header.Get("Location"))
		}
		// The next person presses the back button and sends what stands there once more.
		for _, go_ := range []string{"send", "back", "page-0", "lang-en", "save"} {
			f.Set("go", go_)
			if a := b.post(kioskAt+"/phieu", f); a.Header.Get("Location") != kioskAt {
				t.Errorf("%s on a page of the last person: %d to %q", go_, a.StatusCode, a.Header.Get("Location"))
			}
		}
		if a := b.get(kioskAt + "/phieu"); a.Header.Get("Location") != kioskAt {
			t.Errorf("the form without a start: %d", a.StatusCode)
		}
		thanks := b.get(kioskAt + "/cam-on" + lang)
		if !regexp.MustCompile(`[0-9A-Z]{4}(-[0-9A-Z]{4}){3}-[0-9A-Z]`).MatchString(thanks.body) || !strings.Contains(thanks.body, `http-equiv="refresh"`) {
			t.Error("no receipt, or the last page stays for ever")
		}
		if again := b.get(kioskAt + "/cam-on"); regexp.MustCompile(`[0-9A-Z]{4}(-[0-9A-Z]{4}){3}-[0-9A-Z]`).MatchString(again.body) {
			t.Error("the receipt is shown to the next person")
		}
	}
	n := 0
	must(t, st.Responses(t.Context(), "mo", func(r survey.StoredResponse) error {
		n++
		if r.Mode != survey.Kiosk || r.Counter != "quay-2" || r.Enumerator != "" {
			t.Errorf("%s at %q by %q", r.Mode, r.Counter, r.Enumerator)
		}
		return nil
	}))
	if n != 2 {
		t.Errorf("%d responses, want 2", n)
	}
}

func TestALostAnswerIsSentAgainByTheSamePerson(t *testing.T) {
	t.Parallel()
	st := mustStore(t, testNow)
	b := mustKiosk(t, mustServer(t, st))
	f := fillKiosk(t, b, "").form()
	f.Set("go", "send")
	turn := cookieOf(b, turnCookie)
	b.post(kioskAt+"/phieu", f)
	setCookieOf(b, turnCookie, turn) // the answer never reached the browser
	if a := b.post(kioskAt+"/phieu", f); a.Header.Get("Location") != kioskAt+"/cam-on" {
		t.Errorf("again: %d", a.StatusCode)
	}
	if got := responses(t, st); got != 1 {
		t.Errorf("%d responses", got)
	}
}

func cookieOf(b *browser, name string) string {
	for _, c := range b.jar.Cookies(&url.URL{Scheme: "http", Host: "example.com", Path: "/"}) {
		if c.Name == cookieName(name, false) {
			return c.Value
		}
	}
	return ""
}

func setCookieOf(b *browser, name, value string) {
	b.jar.SetCookies(&url.URL{Scheme: "http", Host: "example.com", Path: "/"}, []*http.Cookie{{Name: cookieName(name, false), Value: value, Path: "/"}})
}

func TestOnlyThePINLeavesAKiosk(t *testing.T) {
	t.Parallel()
	now := testNow
	s := mustServerWith(t, Config{Now: func() time.Time { return now }}, mustStore(t, testNow))
	b := mustKiosk(t, s)
	if a := b.get(kioskAt + "/thoat?lang=en"); a.StatusCode != http.StatusOK {
		t.Errorf("leave: %d", a.StatusCode)
	}
	many := 0
	for _, pin := range []string{"", "0000", "24681", strings.Repeat("9", 100_0), "246810x", "1111", "2222"} {
		switch a := b.post(kioskAt+"/thoat", url.Values{"pin": {pin}}); a.StatusCode {
		case http.StatusUnprocessableEntity:
		case http.StatusTooManyRequests:
			many++
		default:
			t.Errorf("%.9q: %d", pin, a.StatusCode)
		}
	}
	if many != 2 {
		t.Errorf("%d of 7 guesses refused unseen, want 2", many)
	}
	if a := b.post(kioskAt+"/thoat", url.Values{"pin": {"246810"}}); a.StatusCode != http.StatusTooManyRequests {
		t.Errorf("the right one while too many were tried: %d", a.StatusCode)
	}
	now = now.Add(time.Minute)
	token := cookieOf(b, kioskCookie)
	if a := b.post(kioskAt+"/thoat", url.Values{"pin": {"246810"}}); a.Header.Get("Location") != "/" {
		t.Errorf("the right one: %d", a.StatusCode)
	}
	setCookieOf(b, kioskCookie, token)
	if a := b.get(kioskAt); a.Header.Get("Location") != kioskPath {
		t.Errorf("the token lives on: %d", a.StatusCode)
	}
}

func TestAKioskIsOfOneAgencyAndOneDevice(t *testing.T) {
	t.Parallel()
	s := mustServer(t, mustStore(t, testNow))
	b := mustKiosk(t, s)
	for _, target := range []string{"/kiosk/mo/48", "/kiosk/loai/01", "/kiosk/dong/01", "/kiosk/x/y"} {
		if a := b.get(target); a.Header.Get("Location") != kioskPath {
			t.Errorf("%s: %d to %q", target, a.StatusCode, a.Header.Get("Location"))
		}
	}
	if a := newBrowser(t, s).get(kioskAt); a.Header.Get("Location") != kioskPath {
		t.Errorf("a device that is no kiosk: %d", a.StatusCode)
	}
	if a := newBrowser(t, s).get("/kiosk?lang=en"); a.StatusCode != http.StatusOK {
		t.Errorf("where a code is typed: %d", a.StatusCode)
	}
	for code, status := range map[string]int{"": 422, "AAAA-AAAB": 422, "<b>": 422, survey.NewSetupCode(counter(9)): 404} {
		if a := newBrowser(t, s).post("/kiosk", url.Values{"ma": {code}}); a.StatusCode != status {
			t.Errorf("code %q: %d, want %d", code, a.StatusCode, status)
		}
	}
}

func TestGuessingSetUpCodesIsSlow(t *testing.T) {
	t.Parallel()
	b := newBrowser(t, mustServer(t, mustStore(t, testNow)))
	refused := 0
	for i := range 30 {
		if a := b.post("/kiosk", url.Values{"ma": {survey.NewSetupCode(counter(i))}}); a.StatusCode == http.StatusTooManyRequests {
			refused++
		}
	}
	if refused != 30-setupsAtOnce {
		t.Errorf("%d refused", refused)
	}
}

func TestSettingAKioskUpHereSignsItsOfficerOut(t *testing.T) {
	t.Parallel()
	s := mustServer(t, mustStore(t, testNow))
	b := signedInAs(t, s, "hanoi")
	f := b.get("/quan-tri/kiosk").form()
	f.Set("dot", "mo")
	f.Set("quay", "q")
	f.Set("pin", "1234")
	f.Set("o-day", "1")
	if a := b.post("/quan-tri/kiosk", with(f, "co-quan", "48")); a.StatusCode != http.StatusUnprocessableEntity {
		t.Fatalf("a kiosk of an agency that is not below the officer's: %d", a.StatusCode)
	}
	f.Set("co-quan", "01")
	if a := b.post("/quan-tri/kiosk", f); a.Header.Get("Location") != kioskAt {
		t.Fatalf("%d to %q", a.StatusCode, a.Header.Get("Location"))
	}
	if a := b.get("/quan-tri"); a.StatusCode == http.StatusOK {
		t.Error("the officer is still signed in at the counter")
	}
	if a := b.get(kioskAt); a.StatusCode != http.StatusOK {
		t.Errorf("the kiosk: %d", a.StatusCode)
	}
}

func TestAKioskIsNotSetUpWithMistakes(t *testing.T) {
	t.Parallel()
	st := mustStore(t, testNow)
	_, err := st.PutAccount(t.Context(), account.Account{Login: "thietke", Name: "Thiết Kế", Role: account.Designer, Password: mustHash(t, "thietke")})
	must(t, err)
	b := signedInAs(t, mustServer(t, st), "thietke")
	for _, lang := range []string{"", "?lang=en"} {
		f := b.get("/quan-tri/kiosk" + lang).form()
		f.Set("dot", "dong")
		f.Set("co-quan", "99")
		f.Set("quay", "<b>")
		f.Set("pin", "12x4")
		a := b.post("/quan-tri/kiosk"+lang, f)
		if a.StatusCode != http.StatusUnprocessableEntity || a.form().Get("quay") != "<b>" || strings.Count(a.body, "error-text") != 3 {
			t.Errorf("%d, %d mistakes beside their fields", a.StatusCode, strings.Count(a.body, "error-text"))
		}
		f.Set("dot", "mo")
		if a := b.post("/quan-tri/kiosk"+lang, f); strings.Count(a.body, "error-text") != 3 {
			t.Errorf("another agency: %d mistakes", strings.Count(a.body, "error-text"))
		}
	}
	f := b.get("/quan-tri/kiosk").form()
	f.Set("token", "x")
	if a := b.post("/quan-tri/kiosk", f); a.StatusCode != http.StatusForbidden {
		t.Errorf("from elsewhere: %d", a.StatusCode)
	}
}
