package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"thuocdo/data"
	"thuocdo/survey/account"
	"thuocdo/survey/audit"
	"thuocdo/web/sso"
	"thuocdo/web/sso/ssotest"
)

// mustSSO serves with single sign-on at an issuer of the test.
func mustSSO(tb testing.TB) (*Server, *data.Store, *ssotest.Issuer, *clock) {
	tb.Helper()
	c := &clock{}
	i := ssotest.New(tb, c.now)
	p, err := sso.New(sso.Settings{Issuer: i.URL, ClientID: ssotest.ClientID, Secret: ssotest.Secret, Callback: Callback("http://localhost"), Private: true, Now: c.now})
	must(tb, err)
	st := mustStoreAt(tb, c.now)
	s := mustServerWith(tb, Config{Now: c.now, SSO: SSO{Name: "Trục xác thực", Party: p,
		Roles:    map[string]account.Role{"phan-tich": account.Analyst, "can-bo": account.Officer, "quan-tri": account.Administrator},
		Agencies: map[string]string{"ha-noi": "01", "da-nang": "48", "khong-co": "99"}}}, st)
	return s, st, i, c
}

// person is the claims of one with groups.
func person(sub string, groups ...string) map[string]any {
	return map[string]any{"sub": sub, "preferred_username": sub + "@example.vn", "name": "Người " + sub, "groups": groups}
}

// comeBack leaves for the issuer and returns as a person.
func comeBack(b *browser, i *ssotest.Issuer, from string, claims map[string]any) answer {
	b.tb.Helper()
	led := b.get(from)
	if led.StatusCode != http.StatusSeeOther || !strings.HasPrefix(led.Header.Get("Location"), i.URL+"/auth?") {
		b.tb.Fatalf("%s: %d %s", from, led.StatusCode, led.Header.Get("Location"))
	}
	return b.get(ssoCallback + "?" + i.LetIn(led.Header.Get("Location"), claims).Encode())
}

func TestGroupsGiveRolesAndAgenciesAtSingleSignOn(t *testing.T) {
	t.Parallel()
	s, st, i, _ := mustSSO(t)
	for _, c := range []struct {
		sub    string
		groups []string
		wrong  string // key of the message
		role   account.Role
		agency string
	}{
		{"an", []string{"phan-tich"}, "", account.Analyst, ""},
		{"binh", []string{"khác", "can-bo", "ha-noi"}, "", account.Officer, "01"},
		{"cuong", []string{"phan-tich", "quan-tri"}, "", account.Administrator, ""},
		{"dung", nil, "sso.no_role", "", ""},
		{"em", []string{"can-bo"}, "sso.no_role", "", ""},                       // an officer of nowhere
		{"gia", []string{"can-bo", "ha-noi", "da-nang"}, "sso.no_role", "", ""}, // of two places
		{"ha", []string{"can-bo", "khong-co"}, "sso.no_role", "", ""},           // of a place that is not there
		{"phantich", []string{"phan-tich"}, "sso.login", "", ""},                // the login of somebody else
	} {
		b := newBrowser(t, s)
		a := comeBack(b, i, ssoPath+"?toi=/quan-tri/gia-dinh&lang=en", person(c.sub, c.groups...))
		if c.wrong != "" {
			if a.StatusCode != http.StatusForbidden || !strings.Contains(a.body, s.book.In("en").T(c.wrong)) || b.get("/quan-tri").StatusCode == http.StatusOK {
				t.Errorf("%s: %d, want %s", c.sub, a.StatusCode, c.wrong)
			}
			continue
		}
		if a.Header.Get("Location") != "/quan-tri/gia-dinh?lang=en" || b.get("/quan-tri").StatusCode != http.StatusOK {
			t.Errorf("%s: %d %s", c.sub, a.StatusCode, a.Header.Get("Location"))
		}
		got, err := st.AccountByLogin(t.Context(), c.sub)
		if err != nil || got.Role != c.role || got.Agency != c.agency || got.Password != "" || got.Name != "Người "+c.sub {
			t.Errorf("%s: %+v, %v", c.sub, got, err)
		}
	}
	if r, err := st.Doctor(t.Context()); err != nil || !r.OK() {
		t.Errorf("doctor: %+v, %v", r, err)
	}
}

func TestAnAccountOfSingleSignOnFollowsItsGroups(t *testing.T) {
	t.Parallel()
	s, st, i, _ := mustSSO(t)
	first := newBrowser(t, s)
	comeBack(first, i, ssoPath, person("an", "quan-tri"))
	again := newBrowser(t, s)
	comeBack(again, i, ssoPath, person("an", "phan-tich"))
	a, err := st.AccountByLogin(t.Context(), "an")
	if err != nil || a.Role != account.Analyst {
		t.Fatalf("%+v, %v", a, err)
	}
	if first.get("/quan-tri").StatusCode == http.StatusOK || again.get("/quan-tri").StatusCode != http.StatusOK {
		t.Error("the session of the administrator lives on, or the new one does not")
	}
	out := newBrowser(t, s)
	if got := comeBack(out, i, ssoPath, person("an")); got.StatusCode != http.StatusForbidden {
		t.Errorf("without a group: %d", got.StatusCode)
	}
	a.Disabled = true
	_, err = st.PutAccount(t.Context(), a)
	must(t, err)
	if got := comeBack(out, i, ssoPath, person("an", "quan-tri")); got.StatusCode != http.StatusForbidden || out.get("/quan-tri").StatusCode == http.StatusOK {
		t.Errorf("disabled: %d", got.StatusCode)
	}
	a, err = st.AccountByLogin(t.Context(), "an")
	if err != nil || !a.Disabled || a.Role != account.Analyst {
		t.Errorf("%+v, %v", a, err)
	}
	list, err := st.Audit(t.Context(), audit.Filter{Kind: audit.Factors})
	if err != nil || len(list) != 1 || list[0].Act != audit.Linked {
		t.Errorf("%+v, %v", list, err)
	}
}

func TestSingleSignOnIsFinishedOnceAndInTheBrowserThatBegan(t *testing.T) {
	t.Parallel()
	s, _, i, clock := mustSSO(t)
	b, thief := newBrowser(t, s), newBrowser(t, s)
	back := ssoCallback + "?" + i.LetIn(b.get(ssoPath).Header.Get("Location"), person("an", "phan-tich")).Encode()
	if a := thief.get(back); a.StatusCode != http.StatusForbidden {
		t.Errorf("in another browser: %d", a.StatusCode)
	}
	thief.get(ssoPath)
	if a := thief.get(back); a.StatusCode != http.StatusForbidden {
		t.Errorf("in another browser that has left too: %d", a.StatusCode)
	}
	if a := b.get(back); a.StatusCode != http.StatusSeeOther {
		t.Errorf("in the browser that began: %d", a.StatusCode)
	}
	if a := b.get(back); a.StatusCode != http.StatusForbidden {
		t.Errorf("again: %d", a.StatusCode)
	}
	late := newBrowser(t, s)
	back = ssoCallback + "?" + i.LetIn(late.get(ssoPath).Header.Get("Location"), person("an", "phan-tich")).Encode()
	clock.add(2 * turnLife)
	if a := late.get(back); a.StatusCode != http.StatusForbidden {
		t.Errorf("long after: %d", a.StatusCode)
	}
	i.Close()
	down := newBrowser(t, mustServerWith(t, Config{}, mustStore(t, testNow)))
	if a := down.get(ssoPath); a.StatusCode != http.StatusNotFound {
		t.Errorf("where there is no issuer: %d", a.StatusCode)
	}
}

func TestASecondFactorIsAskedForAfterSingleSignOnToo(t *testing.T) {
	t.Parallel()
	s, st, i, clock := mustSSO(t)
	must(t, st.PutFactorRoles(t.Context(), []account.Role{account.Analyst}))
	b := newBrowser(t, s)
	comeBack(b, i, ssoPath, person("an", "phan-tich"))
	if a := b.get("/quan-tri"); a.Header.Get("Location") != selfPath {
		t.Errorf("a role that needs two: %d %s", a.StatusCode, a.Header.Get("Location"))
	}
	twice := person("an", "phan-tich")
	twice["amr"] = []string{"pwd", "mfa"}
	two := newBrowser(t, s)
	comeBack(two, i, ssoPath, twice)
	if a := two.get("/quan-tri"); a.StatusCode != http.StatusOK {
		t.Errorf("the service asked for two: %d", a.StatusCode)
	}
	token := url.Values{"token": {tokenOf(t, b.get(selfPath))}}
	b.post(selfApp, token)
	page := b.get(selfApp)
	secret := texts(page)[1]
	f := page.form()
	f.Set(factorCode, codeNow(t, secret, clock.now()))
	b.post(selfApp+"/xac-nhan", f)
	if a := comeBack(newBrowser(t, s), i, ssoPath, person("an", "phan-tich")); a.Header.Get("Location") != secondStepPath {
		t.Errorf("an account with an app: %d %s", a.StatusCode, a.Header.Get("Location"))
	}
}

func TestSingleSignOnProvesWhoSomebodyIs(t *testing.T) {
	t.Parallel()
	s, _, i, clock := mustSSO(t)
	mustProven(s)
	b := newBrowser(t, s)
	comeBack(b, i, ssoPath, person("an", "phan-tich"))
	clock.add(account.ProofLife)
	ask := b.get(b.get("/hệ-trọng").Header.Get("Location"))
	if !strings.Contains(ask.body, "Trục xác thực") {
		t.Fatal("the page does not offer it")
	}
	again := ssoPath + "?lai=1&toi=/quan-tri/gia-dinh"
	if a := comeBack(b, i, again, person("binh", "phan-tich")); a.StatusCode != http.StatusForbidden {
		t.Errorf("somebody else proves it: %d", a.StatusCode)
	}
	old := person("an", "phan-tich")
	old["auth_time"] = clock.now().Add(-account.ProofLife).Unix()
	if a := comeBack(b, i, again, old); a.StatusCode != http.StatusForbidden {
		t.Errorf("the service did not ask anew: %d", a.StatusCode)
	}
	if a := b.get("/hệ-trọng"); a.StatusCode != http.StatusSeeOther {
		t.Errorf("proved already: %d", a.StatusCode)
	}
	if a := comeBack(b, i, again, person("an", "phan-tich")); a.Header.Get("Location") != "/quan-tri/gia-dinh" {
		t.Errorf("%d %s", a.StatusCode, a.Header.Get("Location"))
	}
	if a := b.get("/hệ-trọng"); a.StatusCode != http.StatusOK {
		t.Errorf("%d", a.StatusCode)
	}
}
