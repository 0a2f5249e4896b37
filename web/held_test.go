package web

import (
	"encoding/csv"
	"net/http"
	"slices"
	"strings"
	"testing"

	"thuocdo/scoring/disclosure"
	"thuocdo/scoring/report"
	"thuocdo/survey/account"
)

// rowsOf reads a CSV file by the code of the agency in a column.
func rowsOf(t *testing.T, a answer, column int) map[string][]string {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(a.body, "\ufeff"))).ReadAll()
	must(t, err)
	out := map[string][]string{}
	for _, r := range rows {
		out[r[column]] = r
	}
	return out
}

func TestSuppressedAndAbsentDifferToThePublisherAndAreOneToThePublic(t *testing.T) {
	t.Parallel()
	s, st := mustFigures(t)
	_, err := st.PutAccount(t.Context(), account.Account{Login: "congbo", Name: "Công Bố", Role: account.Publisher, Password: mustHash(t, "congbo")})
	must(t, err)
	b := signedInAs(t, s, "congbo")
	// 79: three answers; 04: none
	list := b.get(heldPath + "/sipas/2025/tai-ve.csv")
	if list.StatusCode != http.StatusOK || !strings.Contains(list.Header.Get("Cache-Control"), "no-store") {
		t.Fatalf("%d %v", list.StatusCode, list.Header)
	}
	held := rowsOf(t, list, 0)
	if held["79"][4] != string(disclosure.Few) || held["04"][4] != string(disclosure.Absent) {
		t.Errorf("79: %q, 04: %q", held["79"], held["04"])
	}
	public := rowsOf(t, newBrowser(t, s).get("/xep-hang/sipas/2025/tai-ve.csv"), 5)
	x, y := slices.Clone(public["79"]), slices.Clone(public["04"])
	if len(x) < 8 || len(y) != len(x) {
		t.Fatalf("%q %q", x, y)
	}
	if x[5], x[6] = y[5], y[6]; !slices.Equal(x, y) {
		t.Errorf("the public tells few from none:\n%q\n%q", x, y)
	}

	for _, lang := range []string{"vi", "en"} {
		page := b.get(heldPath + "/sipas/2025?lang=" + lang)
		for _, want := range []disclosure.Reason{disclosure.Few, disclosure.Absent} {
			if !strings.Contains(page.body, report.HeldWords(want).In(lang)) {
				t.Errorf("%s: %s is not there:\n%.2000s", lang, want, page.body)
			}
		}
		if few := cells(b.get(heldPath+"/sipas/2025?ly-do=few&lang="+lang), "data"); len(few) != 4 { // a head, 79 altogether, two questions of a ward
			t.Errorf("%s: of few people: %q", lang, few)
		}
		if a := b.get(heldPath + "?lang=" + lang); !strings.Contains(a.body, heldPath+"/sipas/2025") {
			t.Errorf("%s: the list does not lead to the index", lang)
		}
	}
	if a := b.get(heldPath + "/sipas/1990"); a.StatusCode != http.StatusNotFound {
		t.Errorf("a period without anything: %d", a.StatusCode)
	}
}

func TestWhatASealedReleaseHoldsBackIsForPublishersAlone(t *testing.T) {
	t.Parallel()
	s, st, r := mustReleases(t)
	must(t, st.PutRelease(t.Context(), r, "", nil))
	must(t, st.InviteToRelease(t.Context(), r.ID, []string{"phantich", "@01"}))
	address := releaseDeskPath + "/" + r.ID + heldName
	for who, want := range map[string]int{"congbo": 200, "kiemtoan": 200, "phantich": 403, "hanoi": 403} {
		b := signedInAs(t, s, who)
		for _, p := range []string{address, address + "/tai-ve.csv"} {
			if a := b.get(p); a.StatusCode != want {
				t.Errorf("%s: %s: %d, want %d", p, who, a.StatusCode, want)
			}
		}
		if a := b.get(releaseDeskPath + "/" + r.ID); a.StatusCode != 200 || strings.Contains(a.body, heldName) != (want == 200) {
			t.Errorf("the room of %s: %d, or the link is wrong", who, a.StatusCode)
		}
	}
	must(t, st.PublishRelease(t.Context(), r.ID, testNow))
	for _, p := range []string{releaseAddress(r.ID) + heldName, releaseAddress(r.ID) + heldName + "/tai-ve.csv"} {
		if a := newBrowser(t, s).get(p); a.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d", p, a.StatusCode)
		}
	}
	must(t, st.WithdrawRelease(t.Context(), r.ID, map[string]string{"vi": "Sai"}))
	if a := signedInAs(t, s, "congbo").get(address); a.StatusCode != http.StatusNotFound {
		t.Errorf("withdrawn: %d", a.StatusCode)
	}
}
