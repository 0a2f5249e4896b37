package web

import (
	"net/http"
	"strings"
	"testing"

	"thuocdo/scoring"
)

// An officer sees beside each leaf what the own agency had in the period before, never what another had.
func TestTheDeskShowsThePeriodBefore(t *testing.T) {
	t.Parallel()
	st := mustSeason(t)
	x, plan, err := st.Season(t.Context(), "par")
	must(t, err)
	leaf := "1.1.1"
	at, _ := plan.Node(leaf)
	most := plan.Nodes()[at].MaxPoints
	in := scoring.LeafInput{Choice: "late"}
	points, err := plan.Points(leaf, in)
	must(t, err)
	if points <= 0 || points >= most {
		t.Fatalf("%v of %v points tell nothing", points, most)
	}
	must(t, st.PutScores(t.Context(), x.Framework, "2025", map[string]map[string]scoring.LeafInput{"01": {leaf: in}, "48": {leaf: {Choice: "on_time"}}}))
	s := mustServer(t, st)
	shown := `data-label="Kỳ trước">` + (lossWords{s.book.In("vi"), 2}).number(points) + `</td>`
	if a := signedInAs(t, s, "hanoi").get(sheetAddress("par", "01")); a.StatusCode != http.StatusOK || strings.Count(a.body, shown) != 1 || !strings.Contains(a.body, "2025") {
		t.Errorf("%d: %d times %q; %s", a.StatusCode, strings.Count(a.body, shown), shown, around(a.body, `data-label="Kỳ trước">`))
	}
	if a := signedInAs(t, s, "danang").get(sheetAddress("par", "48")); a.StatusCode != http.StatusOK || strings.Contains(a.body, shown) {
		t.Errorf("of another agency: %d", a.StatusCode)
	}
}
