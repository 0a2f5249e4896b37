package web

import (
	"net/http"
	"strings"
	"testing"

	"thuocdo/data/reference"
	"thuocdo/scoring/scenario"
	"thuocdo/survey/account"
)

// A province's people work for the province and its communes, and for nobody else.
func TestAnAccountBoundToAnAgencyReachesThoseBelowAndNoOther(t *testing.T) {
	t.Parallel()
	s, st := mustFigures(t)
	for login, a := range map[string]account.Account{
		"phantich01": {Role: account.Analyst, Agency: "01"}, "thamdinh01": {Role: account.Appraiser, Agency: "01"},
		"thuthap01": {Role: account.Enumerator, Agency: "01"}, "xa": {Role: account.Officer, Agency: "01-a"},
	} {
		a.Login, a.Name, a.Password = login, login, mustHash(t, login)
		_, err := st.PutAccount(t.Context(), a)
		must(t, err)
	}
	for login, want := range map[string]map[string]int{
		"hanoi":      {"/quan-tri/co-quan/01": 200, "/quan-tri/co-quan/01-a": 200, "/quan-tri/co-quan/01-a/tai-ve.csv": 200, "/quan-tri/co-quan/48": 403},
		"phantich01": {"/quan-tri/co-quan/01-a": 200, "/quan-tri/co-quan/48": 403, "/quan-tri/xep-hang": 403, "/quan-tri/phan-tich": 403, "/api/v1/waves/mo/responses": 403},
		"thamdinh01": {"/quan-tri/co-quan/01-a": 200, "/quan-tri/co-quan/48": 403, "/quan-tri/xep-hang/sipas/2026": 403},
		"thuthap01":  {"/quan-tri/co-quan/01": 403, "/quan-tri/tien-do": 403, paperPath: 200, "/quan-tri/kiosk": 200},
		"xa":         {"/quan-tri/co-quan/01-a": 200, "/quan-tri/co-quan/01-b": 403, "/quan-tri/co-quan/01": 403},
	} {
		b := signedInAs(t, s, login)
		for target, status := range want {
			if a := b.get(target); a.StatusCode != status {
				t.Errorf("%s on %s: %d, want %d", login, target, a.StatusCode, status)
			}
		}
		for n := range b.get("/quan-tri").doc.Descendants() {
			if to := attr(n, "href"); strings.HasPrefix(to, "/quan-tri/") && b.get(to).StatusCode != http.StatusOK {
				t.Errorf("the desk leads %s to %s", login, to)
			}
		}
	}
}

func TestScenariosAreListedForTheAgenciesBelow(t *testing.T) {
	t.Parallel()
	s, st := mustFigures(t)
	analyst, err := st.AccountByLogin(t.Context(), "phantich")
	must(t, err)
	f, err := reference.Framework("sipas", "")
	must(t, err)
	for id, agency := range map[string]string{"aaaa": "01-a", "bbbb": "48"} {
		must(t, st.PutScenario(t.Context(), scenario.Scenario{ID: id, Title: "Thử về " + agency, Agency: agency, Author: analyst.ID, Saved: testNow,
			Framework: f.Code, Version: f.Version, Period: "2026", Weights: map[string]float64{"1": 2}}))
	}
	officer := signedInAs(t, s, "hanoi").get(scenariosPath).body
	if !strings.Contains(officer, "Thử về 01-a") || strings.Contains(officer, "Thử về 48") {
		t.Error("an officer's list is not that of the agencies he works for")
	}
}

func TestPaperAndKiosksKeepToTheAgenciesOfAnAccount(t *testing.T) {
	t.Parallel()
	st := mustStore(t, testNow)
	one, _, batch := mustTypists(t, st, "1") // of 01, by somebody bound to no agency
	for login, agency := range map[string]string{"go-01": "01", "go-48": "48"} {
		_, err := st.PutAccount(t.Context(), account.Account{Login: login, Name: login, Role: account.Enumerator, Agency: agency, Password: mustHash(t, login)})
		must(t, err)
	}
	own, other := signedInAs(t, one.s, "go-01"), signedInAs(t, one.s, "go-48")
	if own.get(batch).StatusCode != http.StatusOK || !strings.Contains(own.get(paperPath).body, batch) {
		t.Error("who works for the agency does not see its batch")
	}
	for _, page := range []string{"", "/in", "/nhap", "/so/1"} {
		if a := other.get(batch + page); a.StatusCode != http.StatusForbidden {
			t.Errorf("%s of another agency's batch: %d", page, a.StatusCode)
		}
	}
	if a := other.post(batch+"/nhap", other.get(paperPath).form()); a.StatusCode != http.StatusForbidden {
		t.Errorf("typing for another agency: %d", a.StatusCode)
	}
	if strings.Contains(other.get(paperPath).body, batch) {
		t.Error("another agency's batch is listed")
	}
	for agency, status := range map[string]int{"48": http.StatusSeeOther, "01": http.StatusUnprocessableEntity} {
		if a := other.post(paperPath, with(other.get(paperPath).form(), "dot", "loai", "co-quan", agency, "so-phieu", "10", "nhap", "1")); a.StatusCode != status {
			t.Errorf("a batch about %s: %d", agency, a.StatusCode)
		}
	}
	officer := signedInAs(t, one.s, "hanoi")
	for agency, status := range map[string]int{"01-a": http.StatusOK, "48": http.StatusUnprocessableEntity} {
		f := with(officer.get("/quan-tri/kiosk").form(), "dot", "mo", "co-quan", agency, "quay", "1", "pin", "246810")
		if a := officer.post("/quan-tri/kiosk", f); a.StatusCode != status {
			t.Errorf("a kiosk of %s: %d", agency, a.StatusCode)
		}
	}
}
