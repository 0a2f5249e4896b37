package web

import (
	"encoding/base32"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"thuocdo/data"
	"thuocdo/survey/account"
	"thuocdo/survey/audit"
)

// RFC 6238, appendix B: the last six digits of the codes of the secret "12345678901234567890" with SHA-1.
func TestCodesOfAppsAreThoseOfTheStandard(t *testing.T) {
	t.Parallel()
	secret := []byte("12345678901234567890")
	for at, code := range map[int64]string{1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037"} {
		for _, c := range []struct {
			late int64
			ok   bool
		}{{-appStep, true}, {0, true}, {appStep, true}, {2 * appStep, false}, {-2 * appStep, false}} {
			step, ok := appCode(secret, code, time.Unix(at+c.late, 0))
			if ok != c.ok || ok && step != at/appStep {
				t.Errorf("%s at %d%+d: step %d, %v", code, at, c.late, step, ok)
			}
		}
	}
	for _, code := range []string{"", "28708", "2870820", "abcdef", "28 082"} {
		if _, ok := appCode(secret, code, time.Unix(1111111109, 0)); ok {
			t.Errorf("%q is taken", code)
		}
	}
}

// codeNow returns what an app with this secret, as a page shows it, shows at a time.
func codeNow(tb testing.TB, secret string, now time.Time) string {
	tb.Helper()
	code, err := totp.GenerateCode(strings.ReplaceAll(secret, " ", ""), now)
	must(tb, err)
	return code
}

// texts returns the texts of the code elements of a page.
func texts(a answer) (list []string) {
	for n := range a.doc.Descendants() {
		if n.Data == "code" {
			list = append(list, text(n))
		}
	}
	return list
}

// withApp signs in, sets up an authenticator app and returns its secret and the recovery codes.
func withApp(tb testing.TB, s *Server, login, lang string, now time.Time) (b *browser, secret string, codes []string) {
	tb.Helper()
	b = signedInAs(tb, s, login)
	token := url.Values{"token": {tokenOf(tb, b.get(selfPath+lang))}}
	if a := b.post(selfApp+lang, token); a.StatusCode != http.StatusSeeOther {
		tb.Fatalf("begin: %d", a.StatusCode)
	}
	page := b.get(selfApp + lang)
	secret = texts(page)[1]
	if raw, err := base32.StdEncoding.DecodeString(strings.ReplaceAll(secret, " ", "")); err != nil || len(raw) != 20 || !strings.Contains(page.body, `<svg class="qr"`) {
		tb.Fatalf("the page shows %q, %v", secret, err)
	}
	f := page.form()
	f.Set(factorCode, "000000")
	if a := b.post(selfApp+"/xac-nhan"+lang, f); a.StatusCode != http.StatusUnprocessableEntity {
		tb.Errorf("a wrong first code: %d", a.StatusCode)
	}
	f.Set(factorCode, codeNow(tb, secret, now))
	shown := b.post(selfApp+"/xac-nhan"+lang, f)
	codes = texts(shown)[1:]
	if shown.StatusCode != http.StatusOK || len(codes) != account.RecoveryCodes || len(slices.Compact(slices.Sorted(slices.Values(codes)))) != len(codes) {
		tb.Fatalf("confirmed: %d, %d codes", shown.StatusCode, len(codes))
	}
	return b, secret, codes
}

// halfway gives the password of a login in a new browser and returns the page of the second step.
func halfway(tb testing.TB, s *Server, login, ip string) (*browser, answer) {
	tb.Helper()
	b := newBrowser(tb, s)
	b.ip = ip
	f := b.get("/dang-nhap?toi=/quan-tri/gia-dinh").form()
	f.Set("login", login)
	f.Set("password", "mật khẩu của "+login)
	if a := b.post("/dang-nhap", f); a.Header.Get("Location") != secondStepPath {
		tb.Fatalf("after the password: %d %s", a.StatusCode, a.Header.Get("Location"))
	}
	return b, b.get(secondStepPath)
}

// step gives a code in the second step.
func (b *browser) step(page answer, code string) answer {
	f := page.form()
	f.Set(factorCode, code)
	return b.post(secondStepPath, f)
}

func TestASecondFactorIsAskedForAndNoCodeWorksTwice(t *testing.T) {
	t.Parallel()
	s, st, clock := timed(t, Config{})
	for login, lang := range map[string]string{"phantich": "", "hanoi": "?lang=en"} {
		_, secret, _ := withApp(t, s, login, lang, clock.now())
		b, page := halfway(t, s, login, "203.0.113.7:1")
		if a := b.get("/quan-tri"); a.StatusCode != http.StatusSeeOther {
			t.Fatalf("a password alone opens: %d", a.StatusCode)
		}
		b.get(secondStepPath + lang)
		if a := b.step(page, codeNow(t, secret, clock.now())); a.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("the code that set the app up works again: %d", a.StatusCode)
		}
		clock.add(appStep * time.Second)
		code := codeNow(t, secret, clock.now())
		if a := b.post(secondStepPath, url.Values{factorCode: {code}}); a.StatusCode != http.StatusForbidden {
			t.Errorf("without the token: %d", a.StatusCode)
		}
		if a := b.step(page, code[:3]+" "+code[3:]); a.Header.Get("Location") != "/quan-tri/gia-dinh" {
			t.Errorf("the right code: %d %s", a.StatusCode, a.Header.Get("Location"))
		}
		if a := b.get("/quan-tri" + lang); a.StatusCode != http.StatusOK {
			t.Errorf("signed in: %d", a.StatusCode)
		}
		thief, page := halfway(t, s, login, "203.0.113.7:1")
		if a := thief.step(page, code); a.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("a code that was seen works again: %d", a.StatusCode)
		}
		clock.add(halfLife)
		if a := thief.step(page, codeNow(t, secret, clock.now())); a.Header.Get("Location") != "/dang-nhap" {
			t.Errorf("long after the password: %d %s", a.StatusCode, a.Header.Get("Location"))
		}
	}
	wantActs(t, st, "hanoi", audit.AppAdded)
}

// wantActs wants the newest acts on the factors of a login, newest first.
func wantActs(tb testing.TB, st *data.Store, login string, want ...audit.Act) {
	tb.Helper()
	list, err := st.Audit(tb.Context(), audit.Filter{Kind: audit.Factors, By: login})
	must(tb, err)
	var got []audit.Act
	for _, e := range list {
		got = append(got, e.Act)
	}
	if len(got) < len(want) || !slices.Equal(got[:len(want)], want) {
		tb.Errorf("logged of %s: %v, want %v", login, got, want)
	}
	r, err := st.Doctor(tb.Context())
	if err != nil || !r.OK() {
		tb.Errorf("doctor: %+v, %v", r, err)
	}
}

func TestARecoveryCodeWorksOnce(t *testing.T) {
	t.Parallel()
	s, st, clock := timed(t, Config{})
	owner, secret, codes := withApp(t, s, "phantich", "", clock.now())
	b, page := halfway(t, s, "phantich", "203.0.113.7:1")
	wrong := codes[0][:5] + "aaaa-aaaa-aaaa"
	if a := b.step(page, wrong); a.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("one that begins like a code: %d", a.StatusCode)
	}
	if a := b.step(page, strings.ToUpper(codes[0])); a.StatusCode != http.StatusSeeOther {
		t.Errorf("a recovery code: %d", a.StatusCode)
	}
	again, page := halfway(t, s, "phantich", "203.0.113.7:1")
	if a := again.step(page, codes[0]); a.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("a second time: %d", a.StatusCode)
	}
	if !strings.Contains(owner.get(selfPath).body, "Còn 9 mã") || !strings.Contains(owner.get(selfPath+"?lang=en").body, "9 codes are left") {
		t.Error("the page does not say that nine are left")
	}
	token := url.Values{"token": {tokenOf(t, owner.get(selfPath))}}
	fresh := texts(owner.post(selfCodes+"?lang=en", token))[1:]
	if a := again.step(page, codes[1]); a.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("one of the old set: %d", a.StatusCode)
	}
	if a := again.step(page, fresh[0]); a.StatusCode != http.StatusSeeOther {
		t.Errorf("one of the new set: %d", a.StatusCode)
	}
	if a := owner.post(selfApp+"/bo", token); a.StatusCode != http.StatusSeeOther {
		t.Errorf("remove: %d", a.StatusCode)
	}
	signedInAs(t, s, "phantich") // no second step any more
	wantActs(t, st, "phantich", audit.AppRemoved, audit.CodeUsed, audit.CodesMade, audit.CodeUsed, audit.AppAdded)
	f, err := st.Factors(t.Context(), 1)
	if err != nil || f.Any() || f.Codes != 0 {
		t.Errorf("%+v, %v (%s)", f, err, secret)
	}
}

func TestSecondFactorsCannotBeGuessedNorTheOwnerKeptOut(t *testing.T) {
	t.Parallel()
	s, _, clock := timed(t, Config{})
	owner, secret, _ := withApp(t, s, "phantich", "", clock.now())
	taken := 0
	for i := range 12 { // somebody who has the password, and many networks
		b, page := halfway(t, s, "phantich", "198.51."+string(rune('0'+i%10))+".9:1")
		for range halfMost {
			if b.step(page, "000000").StatusCode == http.StatusUnprocessableEntity {
				taken++
			}
		}
	}
	if taken > factorPace.login.atOnce {
		t.Errorf("%d guesses were looked at, want at most %d", taken, factorPace.login.atOnce)
	}
	clock.add(appStep * time.Second)
	owner.post("/dang-xuat", url.Values{"token": {tokenOf(t, owner.get(selfPath))}})
	f := owner.get("/dang-nhap").form()
	f.Set("login", "phantich")
	f.Set("password", "mật khẩu của phantich")
	owner.post("/dang-nhap", f)
	if a := owner.step(owner.get(secondStepPath), codeNow(t, secret, clock.now())); a.StatusCode != http.StatusSeeOther {
		t.Errorf("the owner, whose browser is known: %d", a.StatusCode)
	}
}

// An attacker with many networks, and one in the network of the owner, guess the password; the owner's browser is known.
func TestGuessesFromElsewhereDoNotKeepAKnownBrowserOut(t *testing.T) {
	t.Parallel()
	s := mustServer(t, mustStore(t, testNow))
	owner := signedInAs(t, s, "phantich")
	owner.post("/dang-xuat", url.Values{"token": {tokenOf(t, owner.get("/quan-tri"))}})
	guess := func(ip string) int {
		b := newBrowser(t, s)
		b.ip = ip
		f := b.get("/dang-nhap").form()
		f.Set("login", "phantich")
		f.Set("password", "đoán mò đoán mò")
		return b.post("/dang-nhap", f).StatusCode
	}
	taken := 0
	for i := range loginAtOnce + networkAtOnce {
		for _, ip := range []string{"203.0.113.7:1", "198.18." + string(rune('0'+i%10)) + string(rune('0'+i/10)) + ".1:1"} {
			if guess(strings.Replace(ip, ".0", ".", 1)) == http.StatusUnprocessableEntity {
				taken++
			}
		}
	}
	if taken > loginAtOnce {
		t.Errorf("%d guesses were looked at, want at most %d", taken, loginAtOnce)
	}
	f := owner.get("/dang-nhap").form()
	f.Set("login", "phantich")
	f.Set("password", "mật khẩu của phantich")
	if a := owner.post("/dang-nhap", f); a.StatusCode != http.StatusSeeOther {
		t.Errorf("the owner in the network of an attacker: %d", a.StatusCode)
	}
	stolen := newBrowser(t, s) // a known browser is bounded too
	stolen.jar = owner.jar
	stolen.post("/dang-xuat", url.Values{"token": {tokenOf(t, stolen.get("/quan-tri"))}})
	for i := range triesAtOnce + 1 {
		f := stolen.get("/dang-nhap").form()
		f.Set("login", "phantich")
		f.Set("password", "đoán mò đoán mò")
		if got := stolen.post("/dang-nhap", f).StatusCode; (got == http.StatusTooManyRequests) != (i == triesAtOnce) {
			t.Errorf("guess %d with the cookie of the owner: %d", i+1, got)
		}
	}
}

func TestARoleThatNeedsASecondFactorLeadsToOne(t *testing.T) {
	t.Parallel()
	s, st, clock := timed(t, Config{})
	_, err := st.PutAccount(t.Context(), account.Account{Login: "quantri", Name: "Quản Trị", Role: account.Administrator, Password: mustHash(t, "quantri")})
	must(t, err)
	admin := signedInAs(t, s, "quantri")
	for _, lang := range []string{"", "?lang=en"} {
		f := admin.get(factorRolesPath + lang).form()
		f["vai-tro"] = []string{string(account.Analyst), "không có"}
		if a := admin.post(factorRolesPath+lang, f); a.StatusCode != http.StatusSeeOther {
			t.Fatalf("%d", a.StatusCode)
		}
	}
	if f := admin.get(factorRolesPath + "?xong=1").form(); !slices.Equal(f["vai-tro"], []string{string(account.Analyst)}) {
		t.Errorf("kept: %v", f["vai-tro"])
	}
	b := signedInAs(t, s, "phantich")
	if a := b.get("/quan-tri/xep-hang"); a.Header.Get("Location") != selfPath {
		t.Errorf("an analyst is led to %q (%d)", a.Header.Get("Location"), a.StatusCode)
	}
	page := b.get(selfPath)
	if a := b.post("/quan-tri/gia-dinh/sipas/2026/01", url.Values{"token": {tokenOf(t, page)}}); a.StatusCode != http.StatusForbidden || !strings.Contains(a.body, "Cần thiết lập xác thực hai bước") {
		t.Errorf("a form: %d", a.StatusCode)
	}
	if a := b.get("/api/v1/waves/mo/responses"); a.StatusCode != http.StatusForbidden {
		t.Errorf("a program: %d", a.StatusCode)
	}
	signedInAs(t, s, "hanoi").get("/quan-tri") // another role
	with, _, _ := withApp(t, s, "phantich", "", clock.now())
	if a := with.get("/quan-tri/xep-hang"); a.StatusCode != http.StatusOK {
		t.Errorf("with a factor: %d", a.StatusCode)
	}
	f := admin.get(factorRolesPath).form()
	delete(f, "vai-tro")
	admin.post(factorRolesPath, f)
	if list, err := st.FactorRoles(t.Context()); err != nil || len(list) != 0 {
		t.Errorf("%v, %v", list, err)
	}
	if a := b.post(factorRolesPath, url.Values{"token": {tokenOf(t, page)}}); a.StatusCode != http.StatusForbidden {
		t.Errorf("an analyst sets it: %d", a.StatusCode)
	}
	r, err := st.Doctor(t.Context())
	if err != nil || !r.OK() {
		t.Errorf("doctor: %+v, %v", r, err)
	}
}

func TestPasswordsThatManyChooseAreRefused(t *testing.T) {
	t.Parallel()
	for password, want := range map[string]string{
		"passwordpassword":                   "guessable",
		"123456789123456789":                 "guessable",
		"aaaaaaaaaaaaaaaaaaaaaaaa":           "guessable",
		"nguyenthilan.nguyenthilan":          "guessable", // the login, twice
		"ngắn":                               "short",
		strings.Repeat("dài ", 65):           "long",
		"\xff" + strings.Repeat("a", 20):     "text",
		"con trâu đi trước cái cày theo sau": "",
		"kq7fd-2mvxa-pp3ze-hh6yt":            "",
	} {
		if got := WeakPassword(password, "nguyenthilan", "Nguyễn Thị Lan"); got != want {
			t.Errorf("%q: %q, want %q", password, got, want)
		}
	}
}

func TestThePasswordIsChangedWithTheOldOneAndEndsOtherSessions(t *testing.T) {
	t.Parallel()
	s, st, clock := timed(t, Config{})
	const next = "con trâu đi trước cái cày"
	for login, lang := range map[string]string{"phantich": "", "hanoi": "?lang=en"} {
		other, b := signedInAs(t, s, login), signedInAs(t, s, login)
		clock.add(account.ProofLife)
		f := b.get(selfPath + lang).form()
		f.Set("cu", "mật khẩu của "+login)
		f.Set("moi", next)
		f.Set("lai", next)
		for field, value := range map[string]string{"cu": "không phải", "moi": "ngắn quá", "lai": next + "!"} {
			bad := url.Values{}
			for k, v := range f {
				bad[k] = v
			}
			bad.Set(field, value)
			if a := b.post(selfPassword+lang, bad); a.StatusCode != http.StatusUnprocessableEntity || a.find(field+"-loi") == nil {
				t.Errorf("%s %q: %d", field, value, a.StatusCode)
			}
		}
		clock.add(proofsAtOnce * proofsEvery)
		done := b.post(selfPassword+lang, f)
		if done.StatusCode != http.StatusSeeOther || b.get(done.Header.Get("Location")).StatusCode != http.StatusOK {
			t.Fatalf("changed: %d", done.StatusCode)
		}
		if a := other.get("/quan-tri"); a.StatusCode != http.StatusSeeOther {
			t.Errorf("another session lives on: %d", a.StatusCode)
		}
		old := newBrowser(t, s)
		in := old.get("/dang-nhap").form()
		in.Set("login", login)
		in.Set("password", "mật khẩu của "+login)
		if a := old.post("/dang-nhap", in); a.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("the old password: %d", a.StatusCode)
		}
		in = old.get("/dang-nhap").form()
		in.Set("login", login)
		in.Set("password", next)
		if a := old.post("/dang-nhap", in); a.StatusCode != http.StatusSeeOther {
			t.Errorf("the new password: %d", a.StatusCode)
		}
	}
	list, err := st.Audit(t.Context(), audit.Filter{Kind: audit.Account, By: "phantich"})
	if err != nil || len(list) != 1 || list[0].Act != audit.Password {
		t.Errorf("%+v, %v", list, err)
	}
}

// A browser that was left open does not sign its owner out elsewhere.
func TestEndingSessionsWantsARecentProof(t *testing.T) {
	t.Parallel()
	s, _, clock := timed(t, Config{})
	here, there := signedInAs(t, s, "phantich"), signedInAs(t, s, "phantich")
	clock.add(account.ProofLife)
	f := url.Values{"phien": {""}, "token": {tokenOf(t, here.get(selfPath))}}
	asked := here.post(selfSessions, f)
	if asked.StatusCode != http.StatusForbidden || there.get("/quan-tri").StatusCode != http.StatusOK {
		t.Fatalf("without a proof: %d, or the other one is signed out", asked.StatusCode)
	}
	again := asked.form()
	again.Set(provePassword, "mật khẩu của phantich")
	if a := here.post(selfSessions, again); a.Header.Get("Location") != selfPath+"?xong=phien" || there.get("/quan-tri").StatusCode == http.StatusOK {
		t.Errorf("with a proof: %d, or the other one is still signed in", a.StatusCode)
	}
}

func TestSessionsOfTheOwnAccountAreListedAndEnded(t *testing.T) {
	t.Parallel()
	s, st, _ := timed(t, Config{})
	here, there, third := signedInAs(t, s, "phantich"), signedInAs(t, s, "phantich"), signedInAs(t, s, "phantich")
	stranger := signedInAs(t, s, "hanoi")
	page := here.get(selfPath)
	var ids []string
	for n := range page.doc.Descendants() {
		if attr(n, "name") == "phien" {
			ids = append(ids, attr(n, "value"))
		}
	}
	if len(ids) != 2 || !strings.Contains(page.body, "203.0.113.0/24") {
		t.Fatalf("%d others are listed", len(ids))
	}
	end := func(b *browser, id string) answer {
		return b.post(selfSessions, url.Values{"phien": {id}, "token": {tokenOf(t, b.get(selfPath))}})
	}
	if end(stranger, ids[0]); here.get("/quan-tri").StatusCode != http.StatusOK || there.get("/quan-tri").StatusCode != http.StatusOK || third.get("/quan-tri").StatusCode != http.StatusOK {
		t.Error("a stranger ended one")
	}
	if a := here.post(selfSessions, url.Values{"phien": {ids[0]}}); a.StatusCode != http.StatusForbidden {
		t.Errorf("without the token: %d", a.StatusCode)
	}
	end(here, ids[0])
	open := 0
	for _, b := range []*browser{there, third} {
		if b.get("/quan-tri").StatusCode == http.StatusOK {
			open++
		}
	}
	if open != 1 {
		t.Errorf("%d others are open after one was ended", open)
	}
	if a := end(here, ""); a.Header.Get("Location") != selfPath+"?xong=phien" {
		t.Errorf("%d", a.StatusCode)
	}
	if there.get("/quan-tri").StatusCode == http.StatusOK || third.get("/quan-tri").StatusCode == http.StatusOK || here.get(selfPath+"?lang=en").StatusCode != http.StatusOK {
		t.Error("all others should have ended, and this one not")
	}
	a, err := st.AccountByLogin(t.Context(), "phantich")
	must(t, err)
	if list, err := st.Sessions(t.Context(), a.ID); err != nil || len(list) != 1 {
		t.Errorf("%v, %v", list, err)
	}
}
