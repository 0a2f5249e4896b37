package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

func TestAnAdministratorEndsSessionsOfOthers(t *testing.T) {
	t.Parallel()
	st := mustSeason(t)
	s := mustServer(t, st)
	admin, one, two := signedInAs(t, s, "quantri"), signedInAs(t, s, "hanoi"), signedInAs(t, s, "hanoi")
	who, err := st.AccountByLogin(t.Context(), "hanoi")
	must(t, err)
	at := accountAddress(who.ID) + accountSessionsName
	if a := admin.get(accountAddress(who.ID)); !strings.Contains(a.body, `href="`+at+`"`) {
		t.Error("the account does not lead there")
	}
	page := admin.get(at + "?lang=en")
	list, err := st.Sessions(t.Context(), who.ID)
	must(t, err)
	if page.StatusCode != http.StatusOK || len(list) != 2 || strings.Count(page.body, `name="phien"`) != 2 || !strings.Contains(page.body, "Where it is signed in") {
		t.Fatalf("%d, %d sessions", page.StatusCode, len(list))
	}
	token := tokenOf(t, page)
	for range 2 { // pressed twice
		if a := admin.post(at, url.Values{"token": {token}, "phien": {list[0].ID}}); a.StatusCode != http.StatusSeeOther {
			t.Fatalf("%d", a.StatusCode)
		}
	}
	in := func(b *browser) bool { return b.get("/quan-tri").StatusCode == http.StatusOK }
	if in(one) == in(two) {
		t.Error("not one of the two is out")
	}
	if a := admin.post(at, url.Values{"token": {token}}); a.StatusCode != http.StatusSeeOther || in(one) || in(two) {
		t.Errorf("all of them: %d", a.StatusCode)
	}
	if a := admin.get(at + "?xong=phien"); !strings.Contains(a.body, "không đăng nhập ở đâu") {
		t.Error("the page does not say that nothing is left")
	}
	if a := admin.post(at, url.Values{"phien": {"x"}}); a.StatusCode != http.StatusForbidden {
		t.Errorf("without the token: %d", a.StatusCode)
	}
	own, err := st.AccountByLogin(t.Context(), "quantri")
	must(t, err)
	if a := admin.post(accountAddress(own.ID)+accountSessionsName, url.Values{"token": {token}}); a.StatusCode != http.StatusSeeOther || !in(admin) {
		t.Errorf("the own session: %d", a.StatusCode)
	}
	for _, wrong := range []string{accountsPath + "/999999" + accountSessionsName, accountsPath + "/moi" + accountSessionsName} {
		if a := admin.get(wrong); a.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d", wrong, a.StatusCode)
		}
	}
}
