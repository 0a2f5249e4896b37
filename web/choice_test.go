package web

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"thuocdo/data/export"
)

// What is asked for by name and is not there is told, and not something else shown in its place: a reader who quotes an address quotes
// what it names.
func TestAPeriodVersionOrGroupThatIsNotThereIsNotReplacedByAnother(t *testing.T) {
	t.Parallel()
	_, st := mustFigures(t)
	b := newBrowser(t, withDocuments(t, st))
	for target, want := range map[string]int{
		"/co-quan/01?ky=2025": 200, "/co-quan/01?ky=": 200, "/co-quan/01?ky=1999": 404, "/co-quan/01?ky=%ff": 404,
		"/co-quan/01/tai-ve.docx?ky=1999": 404, "/co-quan/01/tai-ve.docx?ky=%ff": 404, "/co-quan/01/anh.png?ky=1999": 404,
		"/nhung/co-quan/01/sipas?ky=2025": 200, "/nhung/co-quan/01/sipas?ky=9": 404,
		"/nhung/co-quan/01/sipas?ky=2026": 200, "/nhung/co-quan/01/par-index-province?ky=2026": 404, // which has 2025 alone
		"/phuong-phap/sipas?phien-ban=zz": 404, "/phuong-phap/sipas?phien-ban=": 200,
		"/xep-hang/sipas/2025?nhom=zz": 404, "/xep-hang/sipas/2025?nhom=commune": 200, "/xep-hang/sipas/2025?nhom=": 200,
		"/nhung/xep-hang/sipas/2025?nhom=zz": 404, "/xep-hang/sipas/2025/anh.png?nhom=zz": 404, "/so-sanh-co-quan/sipas/2025?nhom=zz": 404,
		"/xep-hang/sipas/2025/tai-ve.csv?nhom=zz": 404, "/xep-hang/sipas/2025/tai-ve.csv?nhom=commune": 200,
		"/api/v1/indexes/sipas/2025/ranking?group=zz": 404, "/api/v1/indexes/sipas/2025/ranking?group=zz&format=csv": 404,
		"/api/v1/indexes/sipas/2025/ranking?group=zz&format=docx": 404,
	} {
		if a := b.get(target); a.StatusCode != want {
			t.Errorf("%s: %d, want %d", target, a.StatusCode, want)
		}
	}
}

// A file of one ranking group holds its agencies with the ranks and figures that the file of all has, under a name of its own.
func TestAFileOfOneGroupHoldsItsAgencies(t *testing.T) {
	t.Parallel()
	_, st := mustFigures(t)
	b := newBrowser(t, mustServerWith(t, Config{Formats: export.Formats, Cubes: export.Cubes}, st))
	rows := func(query string) (name string, rows []string) {
		a := b.get("/api/v1/indexes/sipas/2025/ranking?format=csv" + query)
		return a.Header.Get("Content-Disposition"), strings.Split(strings.TrimSpace(a.body), "\n")
	}
	_, all := rows("")
	name, some := rows("&group=commune")
	if !strings.Contains(name, "-commune.csv") {
		t.Errorf("the file is called %q", name)
	}
	var want []string
	for i, row := range all {
		if i == 0 || strings.HasPrefix(strings.Trim(row, `"`), "commune") {
			want = append(want, row)
		}
	}
	if !slices.Equal(some, want) || len(some) < 2 || len(some) == len(all) {
		t.Errorf("the file of one group:\n%s\nwant\n%s", strings.Join(some, "\n"), strings.Join(want, "\n"))
	}
	var doc struct{ Results []struct{ Agency string } }
	must(t, json.Unmarshal([]byte(b.get("/api/v1/indexes/sipas/2025/ranking?group=commune").body), &doc))
	if len(doc.Results) != len(some)-1 {
		t.Errorf("%d results, %d rows", len(doc.Results), len(some)-1)
	}
	if a := b.get("/api/v1/indexes/sipas/2025/ranking?format=json-stat&group=commune"); a.StatusCode != http.StatusOK || strings.Contains(a.body, `"48"`) || !strings.Contains(a.body, `"01-a"`) {
		t.Errorf("a cube of one group: %d %s", a.StatusCode, a.body)
	}
}

func TestTheReportOfAnAgencyIsCalledAfterItsPeriod(t *testing.T) {
	t.Parallel()
	_, st := mustFigures(t)
	b := newBrowser(t, withDocuments(t, st))
	for target, want := range map[string]string{
		"/co-quan/01/tai-ve.docx?ky=2025":               `"bao-cao-diem-01-2025.docx"`,
		"/co-quan/01-a/tai-ve.docx":                     `"bao-cao-diem-01-a-2025.docx"`,
		"/co-quan/01/tai-ve.docx?ky=2026":               `"bao-cao-diem-01-2025_2026.docx"`, // one index has 2025 alone
		"/xep-hang/sipas/2025/tai-ve.docx?nhom=commune": `"bao-cao-sipas-2025-commune.docx"`,
	} {
		if a := b.get(target); a.StatusCode != http.StatusOK || !strings.Contains(a.Header.Get("Content-Disposition"), want) {
			t.Errorf("%s: %d %q, want %s", target, a.StatusCode, a.Header.Get("Content-Disposition"), want)
		}
	}
}
