package web

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"thuocdo/data"
	"thuocdo/data/reference"
	"thuocdo/scoring/scenario"
	"thuocdo/survey"
	"thuocdo/survey/account"
)

var accountCodeText = regexp.MustCompile(`[0-9A-Z]{4}(-[0-9A-Z]{4}){3}`)

// mustAdmin serves a store with two administrators; the browser is signed in as the first.
func mustAdmin(t *testing.T) (*browser, *data.Store) {
	t.Helper()
	st := mustStore(t, testNow)
	more(t, st)
	return signedInAs(t, mustServer(t, st), "quantri"), st
}

func idOf(t *testing.T, st *data.Store, login string) int64 {
	t.Helper()
	a, err := st.AccountByLogin(t.Context(), login)
	must(t, err)
	return a.ID
}

func TestAnAdministratorAddsAnAccountAndItsOwnerChoosesThePassword(t *testing.T) {
	t.Parallel()
	b, st := mustAdmin(t)
	add := accountsPath + "/" + newAccount
	for _, lang := range []string{"", "?lang=en"} {
		b.get(add + lang)
		if a := b.post(add+lang, with(b.get(add).form(), "login", "Hà", "name", "", "role", "officer")); a.StatusCode != http.StatusUnprocessableEntity || strings.Count(a.body, `href="#`) < 3 {
			t.Errorf("%s: what is wrong: %d", lang, a.StatusCode)
		}
	}
	to := b.post(add, with(b.get(add).form(), "login", "Lan.Nguyen", "name", `Lan <b>`, "role", "officer", "agency", "01")).Header.Get("Location")
	if !strings.HasPrefix(to, accountsPath+"/") {
		t.Fatalf("added: to %q", to)
	}
	if a := b.post(add, with(b.get(add).form(), "login", "lan.nguyen", "name", "Khác", "role", "analyst")); a.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("the same login again: %d", a.StatusCode)
	}
	for query, found := range map[string]bool{"": true, "lan ha noi": true, "NGUYEN": true, "khong co": false} {
		for _, lang := range []string{"", "&lang=en"} {
			if a := b.get(accountsPath + "?tim=" + url.QueryEscape(query) + lang); strings.Contains(a.body, "lan.nguyen") != found {
				t.Errorf("%q%s: found %v", query, lang, !found)
			}
		}
	}
	at, _, _ := strings.Cut(to, "?")
	page := b.post(at+"/ma", b.get(at).form())
	code := accountCodeText.FindString(text(page.find("noi-dung")))
	if code == "" || strings.Contains(b.get(at).body, code) {
		t.Fatalf("%d: no code, or it is shown again", page.StatusCode)
	}
	person := newBrowser(t, b.s)
	good := url.Values{"ma": {strings.ToLower(code)}, "password": {"một câu dài dễ nhớ"}, "again": {"một câu dài dễ nhớ"}}
	for name, change := range map[string][]string{"mistyped": {"ma", "AAAA"}, "made up": {"ma", survey.NewAccountCode(counter(3))}, "short": {"password", "ngắn"},
		"differs": {"again", "một câu khác dài dòng"}, "plain": {"password", "matkhau12345678", "again", "matkhau12345678"}} {
		for _, lang := range []string{"", "?lang=en"} {
			f := url.Values{}
			for k, v := range good {
				f[k] = v
			}
			if a := person.post(activatePath+lang, with(f, change...)); a.StatusCode != http.StatusUnprocessableEntity && a.StatusCode != http.StatusTooManyRequests {
				t.Errorf("%s: %d", name, a.StatusCode)
			}
		}
	}
	person.get(activatePath)
	person.ip = "198.51.100.7:1" // the other network has tried often
	if a := person.post(activatePath, good); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("activating: %d", a.StatusCode)
	}
	if a := person.post(activatePath, good); a.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("the code again: %d", a.StatusCode)
	}
	f := with(person.get("/dang-nhap").form(), "login", "lan.nguyen", "password", "một câu dài dễ nhớ")
	if a := person.post("/dang-nhap", f); a.StatusCode != http.StatusSeeOther {
		t.Errorf("signing in: %d", a.StatusCode)
	}
	if _, err := st.AccountByLogin(t.Context(), "lan.nguyen"); err != nil {
		t.Error(err)
	}
}

func TestAccountsAreChangedButNeverTheLastAdministratorNorOneself(t *testing.T) {
	t.Parallel()
	b, st := mustAdmin(t)
	own, other := accountAddress(idOf(t, st, "quantri")), accountAddress(idOf(t, st, "phantich"))
	for name, change := range map[string][]string{"disable": {"khoa", "1"}, "role": {"role", "analyst"}} {
		f := with(b.get(own).form(), "role", "administrator")
		if a := b.post(own, with(f, change...)); a.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("%s oneself: %d", name, a.StatusCode)
		}
	}
	if a := b.post(own+"/xoa", with(b.get(own).form(), "login", "quantri")); a.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("deleting oneself: %d", a.StatusCode)
	}
	me, err := st.AccountByLogin(t.Context(), "quantri")
	must(t, err)
	seen := me.Seen()
	me.Disabled = true
	if err := st.ChangeAccount(t.Context(), me, seen); err == nil {
		t.Error("the last administrator was disabled")
	}
	if err := st.DeleteAccount(t.Context(), me.ID, account.Leave{}); err == nil {
		t.Error("the last administrator was deleted")
	}
	stale := b.get(other).form()
	analyst := signedInAs(t, b.s, "phantich")
	if a := b.post(other, with(b.get(other).form(), "role", "analyst", "khoa", "1")); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("disabling: %d", a.StatusCode)
	}
	if analyst.get("/quan-tri").StatusCode == http.StatusOK {
		t.Error("a disabled account is still signed in")
	}
	if a := b.post(other, with(stale, "role", "analyst", "name", "Cũ")); a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.body, "Cũ") {
		t.Errorf("a change of what was changed meanwhile: %d", a.StatusCode)
	}
	if a := b.get(accountsPath + "/999999"); a.StatusCode != http.StatusNotFound {
		t.Errorf("nobody: %d", a.StatusCode)
	}
}

func TestADeletedAccountHandsItsTasksOverAndItsLoginIsNeverGivenAgain(t *testing.T) {
	t.Parallel()
	b, st := mustAdmin(t)
	f, err := reference.Framework("sipas", "")
	must(t, err)
	gone := idOf(t, st, "phantich")
	must(t, st.PutScenario(t.Context(), scenario.Scenario{ID: "aaaa", Title: "Để lại", Agency: "01", Author: gone, Saved: testNow,
		Framework: f.Code, Version: f.Version, Period: "2026", Weights: map[string]float64{"1": 2}}))
	_, err = st.AddAccount(t.Context(), account.Account{Login: "ke-tiep", Name: "Kế Tiếp", Role: account.Analyst})
	must(t, err)
	at := accountAddress(gone)
	for _, lang := range []string{"", "?lang=en"} {
		if page := b.get(at + lang); !strings.Contains(page.body, "Để lại") {
			t.Error("the page does not say what is open")
		}
	}
	for name, c := range map[string][2]string{"nobody": {"", "phantich"}, "of another role": {"hanoi", "phantich"}, "himself": {"phantich", "phantich"}, "not confirmed": {"ke-tiep", ""}} {
		if a := b.post(at+"/xoa", with(b.get(at).form(), "successor", c[0], "login", c[1])); a.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", name, a.StatusCode)
		}
	}
	if a := b.post(at+"/xoa", with(b.get(at).form(), "successor", "ke-tiep", "login", "phantich")); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("deleting: %d", a.StatusCode)
	}
	x, err := st.Scenario(t.Context(), "aaaa")
	if err != nil || x.AuthorName != "Kế Tiếp" {
		t.Errorf("%+v, %v", x, err)
	}
	if strings.Contains(b.get(accountsPath).body, "phantich") {
		t.Error("it is still listed")
	}
	if _, err := st.AddAccount(t.Context(), account.Account{Login: "phantich", Role: account.Analyst}); err == nil {
		t.Error("its login was given out again")
	}
	if _, err := st.PutAccount(t.Context(), account.Account{Login: "phantich", Role: account.Administrator}); err == nil {
		t.Error("it was brought back")
	}
	report, err := st.Doctor(t.Context())
	must(t, err)
	if !report.OK() {
		t.Errorf("doctor: %+v", report)
	}
}
