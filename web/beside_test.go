package web

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"thuocdo/data/export"
	"thuocdo/scoring"
	"thuocdo/scoring/report"
	"thuocdo/scoring/standing"
	"thuocdo/survey"
)

func TestAgenciesSideBySideHaveTheFiguresOfTheRanking(t *testing.T) {
	t.Parallel()
	s, _ := mustFigures(t)
	b := newBrowser(t, s)
	ranked := map[string][]string{}
	for _, row := range cells(b.get("/xep-hang/sipas/2025"), "ranking")[1:] {
		ranked[row[1]] = row
	}
	for _, target := range []string{"?co-quan=01&co-quan=48", "?co-quan=48&co-quan=&co-quan=01&co-quan=48", "?co-quan=ha+noi&co-quan=%C4%90%C3%80+N%E1%BA%B4NG"} {
		a := b.get("/so-sanh-co-quan/sipas/2025" + target)
		rows := cells(a, "beside-total")
		if a.StatusCode != http.StatusOK || len(rows) != 3 {
			t.Fatalf("%s: %d, %q", target, a.StatusCode, rows)
		}
		for _, row := range rows[1:] {
			want := ranked[row[0]] // rank, name, score, interval, range of ranks, …
			if got := []string{row[3], row[0], row[1], row[2], row[4]}; len(want) < 5 || !slices.Equal(got, want[:5]) {
				t.Errorf("%s: %q, the ranking says %q", target, got, want)
			}
		}
		if count(a.find("hon-kem").Parent, "num score") != 1 {
			t.Errorf("%s: one pair is not compared once", target)
		}
	}
	for target, want := range map[string]string{
		"?co-quan=01&co-quan=99&lang=en": "Not in this ranking: 99.",
		"?co-quan=01&co-quan=01-a":       "Thuộc nhóm khác nên không so được với cơ quan đã chọn: Phường Đống Đa (01-a).",
		"?co-quan=01&co-quan=48&co-quan=79&co-quan=04&co-quan=08&co-quan=11&co-quan=12": "Đã đủ năm cơ quan nên không thêm được: Điện Biên (11); Lai Châu (12).",
		"":                                  "Chưa chọn cơ quan nào",
		"?co-quan=%3Cb%3E&lang=en":          "&lt;b&gt;",
		"?nhom=commune":                     "Chưa chọn",
		"?cach-tinh=share-pooled&lang=en":   `name="cach-tinh" value="share-pooled"`,
		"?co-quan=01&co-quan=79&co-quan=48": "Chưa so được vì thiếu điểm",
	} {
		if a := b.get("/so-sanh-co-quan/sipas/2025" + target); a.StatusCode != http.StatusOK || !strings.Contains(a.body, want) {
			t.Errorf("%s: %d, %q is not there", target, a.StatusCode, want)
		}
	}
	if a := b.get("/so-sanh-co-quan/sipas/1999?co-quan=01"); a.StatusCode != http.StatusNotFound {
		t.Errorf("a period that is not there: %d", a.StatusCode)
	}
}

func TestFilesOfAComparisonSayWhatIsWithinError(t *testing.T) {
	t.Parallel()
	s, st := mustFigures(t)
	b := newBrowser(t, s)
	want := standingOf(t, st, "sipas", "2025", "")
	var totals []scoring.Score
	for _, r := range want.Outcome.Results {
		if r.Unit == "01" || r.Unit == "48" {
			totals = append(totals, r.Total)
		}
	}
	within := report.Between(totals[0], totals[1], 1).Within()
	for _, format := range []string{"csv", "xlsx"} {
		rows := readFile(t, b.get("/so-sanh-co-quan/sipas/2025/tai-ve."+format+"?co-quan=01&co-quan=48"))
		agency := slices.Index(rows[0], "agency")
		if agency < 0 { // a workbook has titles in words
			agency = slices.Index(rows[0], "Mã cơ quan")
		}
		near := slices.IndexFunc(rows[0], func(x string) bool { return x == "within_error" || x == "Khác trong phạm vi sai số" })
		if len(rows) != 3 || agency < 0 || near < 0 {
			t.Fatalf("%s: %q", format, rows)
		}
		for i, other := range []string{rows[2][agency], rows[1][agency]} {
			if got := cell(rows[i+1], near); (got == other) != within {
				t.Errorf("%s: %s is within error of %q; %v", format, rows[i+1][agency], got, within)
			}
		}
	}
}

func TestAgenciesOfAReleaseAreComparedByWhatIsSealed(t *testing.T) {
	t.Parallel()
	_, st, r := mustReleases(t)
	s := mustServerWith(t, Config{Formats: export.Formats}, st)
	must(t, st.PutRelease(t.Context(), r, "", nil))
	b := newBrowser(t, s)
	address := "/cong-bo/" + r.ID + "/so-sanh"
	if a := b.get(address); a.StatusCode != http.StatusNotFound {
		t.Errorf("a draft: %d", a.StatusCode)
	}
	must(t, st.PublishRelease(t.Context(), r.ID, testNow))
	mustSealed(t, st, 2) // the data change after the release
	for _, lang := range []string{"", "&lang=en"} {
		a := b.get(address + "?co-quan=01&co-quan=79" + lang)
		rows := cells(a, "beside-total")
		if a.StatusCode != http.StatusOK || len(rows) != 3 || !strings.HasPrefix(rows[1][1], "7") {
			t.Fatalf("%d, %q", a.StatusCode, rows)
		}
		if !strings.Contains(a.body, s.book.In(strings.TrimPrefix(lang, "&lang=")).T("beside.exact")) {
			t.Error("scores without an error of sampling are not said to be exact")
		}
	}
	if rows := readFile(t, b.get(address+"/tai-ve.csv?co-quan=01&co-quan=79")); len(rows) != 3 || !slices.Contains(rows[1], "7.5") {
		t.Errorf("%q", rows)
	}
	must(t, st.WithdrawRelease(t.Context(), r.ID, map[string]string{"vi": "Sai"}))
	if a := b.get(address + "?co-quan=01"); a.StatusCode != http.StatusNotFound {
		t.Errorf("withdrawn: %d", a.StatusCode)
	}
}

func TestOfManyAgenciesCodesAreTyped(t *testing.T) {
	t.Parallel()
	s, st := mustFigures(t)
	many := *standingOf(t, st, "sipas", "2025", "")
	o := *many.Outcome
	first := o.Results[0]
	o.Results, many.Units = nil, map[string]standing.Unit{}
	for i := range mostListed + 1 {
		x := first
		x.Unit = fmt.Sprint("x", i)
		o.Results = append(o.Results, x)
	}
	many.Outcome = &o
	b := newBoard(&many)
	b.spans = make([]report.RankSpan, len(o.Results))
	p := s.besidePage(s.book.In("vi"), &besideRequest{board: b, codes: []string{"x7"}})
	if len(p.Choose) != 0 || p.Fields[0].Value != "x7" || len(p.Agencies) != 1 {
		t.Errorf("%d to choose from, %+v", len(p.Choose), p.Fields)
	}
}

func TestANameThatSeveralAgenciesHaveIsNotTakenForOne(t *testing.T) {
	t.Parallel()
	s, st := mustFigures(t)
	known, err := st.Agency(t.Context(), "01-a")
	must(t, err)
	twin := known
	twin.Code = "01-b"
	must(t, st.PutAgencies(t.Context(), []survey.Agency{twin}, nil))
	b := newBrowser(t, s)
	for lang, want := range map[string]string{"vi": "Nhiều cơ quan cùng tên, hãy gõ mã: Phuong Dong Da.", "en": "Several agencies have this name, type a code: Phuong Dong Da."} {
		if a := b.get("/so-sanh-co-quan/sipas/2025?co-quan=Phuong+Dong+Da&lang=" + lang); !strings.Contains(a.body, want) {
			t.Errorf("%s: %q is not there", lang, want)
		}
	}
}
