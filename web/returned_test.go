package web

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"thuocdo/data/export"
	"thuocdo/survey/account"
	"thuocdo/survey/paper"
)

// About agency 79, wave "dong" has 40 responses, 50 printed forms and 7 that came back blank; wave "mo", which is open, 40 and 50.
func TestScoresStandBesideTheFormsBehindThem(t *testing.T) {
	t.Parallel()
	st := mustStore(t, testNow)
	staff(t, st)
	for _, wave := range []string{"mo", "dong"} {
		poll(t, st, wave, "79", 40)
		must(t, st.PutBatch(t.Context(), paper.Batch{Wave: wave, Agency: "79", Code: "LO" + wave, Issued: 50, Twice: true}))
		for n := range 7 {
			must(t, st.Settle(t.Context(), "LO"+wave, n+1, paper.Invalid, "blank"))
		}
	}
	poll(t, st, "dong", "48", 3)
	s := mustServerWith(t, Config{Formats: export.Formats}, st)
	public, analyst := newBrowser(t, s), signedInAs(t, s, string(account.Analyst))
	const words = "hợp lệ / 47 thu về / 50 phát ra"
	for path, want := range map[string]bool{"/xep-hang/sipas/2025": true, "/xep-hang/sipas/2026": false, "/co-quan/79?ky=2025": true, "/co-quan/79?ky=2026": false} {
		a := public.get(path)
		if got := strings.Contains(a.body, words); a.StatusCode != http.StatusOK || got != want {
			t.Errorf("%s: %d, tells %v, want %v", path, a.StatusCode, got, want)
		}
		if strings.Contains(a.body, "/ 3 thu về") {
			t.Errorf("%s tells of fewer than five forms", path)
		}
		checkPage(t, path, a)
	}
	for _, path := range []string{"/quan-tri/xep-hang/sipas/2026", "/quan-tri/xep-hang/sipas/2025", "/quan-tri/co-quan/79?ky=2026"} {
		if a := analyst.get(path); !strings.Contains(a.body, words) {
			t.Errorf("%s: %d, an analyst is not told", path, a.StatusCode)
		}
	}
	file := public.get("/xep-hang/sipas/2025/tai-ve.csv").body
	if !strings.Contains(file, "responses,returned,issued,") || !strings.Contains(file, ",40,47,50,") || strings.Contains(file, ",3,3,") {
		t.Errorf("the file: %.600s", file)
	}
	if file := public.get("/xep-hang/sipas/2026/tai-ve.csv").body; strings.Contains(file, ",47,50,") {
		t.Error("the public file of an open wave tells forms")
	}
	var doc struct {
		Results []struct {
			Agency           string
			Returned, Issued int64
		}
	}
	for period, want := range map[string]int64{"2025": 47, "2026": 0} {
		must(t, json.Unmarshal([]byte(public.get("/api/v1/indexes/sipas/"+period+"/ranking").body), &doc))
		for _, r := range doc.Results {
			if r.Agency == "79" && r.Returned != want {
				t.Errorf("%s: a program learns %+v, want %d", period, r, want)
			}
		}
		doc.Results = nil
	}
}
