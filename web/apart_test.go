package web

import (
	"fmt"
	"strings"
	"testing"

	"thuocdo/scoring/report"
)

// Page and report say of the same difference the same: the words follow from the published intervals of both periods and of the group.
func TestChangesAndDistancesFromTheMeanSayWhetherTheyAreWithinError(t *testing.T) {
	t.Parallel()
	_, st := mustFigures(t)
	b := newBrowser(t, withDocuments(t, st))
	now, before := standingOf(t, st, "sipas", "2026", ""), standingOf(t, st, "sipas", "2025", "")
	for i := range now.Outcome.Results {
		r := &now.Outcome.Results[i]
		if r.Unit != "01" {
			continue
		}
		p := report.Profile{Standing: now, Result: r}
		mean := p.FromMean().MeanWords()
		for k := range before.Outcome.Results {
			if before.Outcome.Results[k].Unit == "01" {
				change := report.Between(r.Total, before.Outcome.Results[k].Total, report.AgencyPairs).ChangeWords()
				if change == nil || mean == nil {
					t.Fatal("nothing to compare")
				}
				for lang, heading := range map[string]string{"vi": "So với kỳ trước", "en": "Against the period before"} {
					page, file := b.get("/co-quan/01?ky=2026&lang="+lang).body, wordText(t, b.get("/co-quan/01/tai-ve.docx?ky=2026&lang="+lang))
					for _, words := range []string{change[lang], mean[lang]} {
						if !strings.Contains(page, words) || !strings.Contains(file, words) {
							t.Errorf("%s: %q is not on the page and in the report", lang, words)
						}
					}
					if !strings.Contains(page, heading) || !strings.Contains(file, report.DifferenceWords[lang]) {
						t.Errorf("%s: the page lacks %q, or the report how differences are judged", lang, heading)
					}
				}
			}
		}
	}
}

func TestAComparisonOfManyAgenciesHasPages(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("201 agencies: not with the race detector")
	}
	b := newBrowser(t, mustMany(t, 201, 1206))
	const address = "/so-sanh/sipas/2025/2025"
	seen := map[string]bool{}
	for page, want := range map[int]int{1: 100, 2: 100, 3: 1, 4: 100} {
		a := b.get(fmt.Sprintf("%s?trang=%d", address, page))
		rows := cells(a, "compare")[1:]
		if len(rows) != want || !strings.Contains(a.body, address+"?trang=2") {
			t.Errorf("page %d has %d agencies", page, len(rows))
		}
		if len(a.body) > 200_000 {
			t.Errorf("page %d has %d bytes", page, len(a.body))
		}
		for _, row := range rows {
			seen[row[0]] = true
		}
	}
	if len(seen) != 201 {
		t.Errorf("%d agencies are on all pages", len(seen))
	}
}
