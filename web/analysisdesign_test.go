package web

import (
	"encoding/json"
	"fmt"
	"iter"
	"net/http"
	"strings"
	"testing"

	"thuocdo/data"
	"thuocdo/data/export"
	"thuocdo/survey"
	"thuocdo/survey/simulate"
)

// draw stores n made-up responses of wave "mo", dealt out to the sampling units.
func draw(tb testing.TB, st *data.Store, n int, units []survey.SamplingUnit) {
	tb.Helper()
	w, err := st.OpenWave("mo")
	must(tb, err)
	crowd := simulate.Crowd{Seed: 1, Label: "mau", N: n, First: survey.DayOf(testNow) - 20, Days: 10, Agencies: []simulate.Share{{Agency: "01", Weight: 1}}}
	var all iter.Seq2[survey.Entry, error] = func(yield func(survey.Entry, error) bool) {
		i := 0
		for r := range simulate.Responses(w.Form, crowd) {
			s := survey.Submission{Wave: w.Code, Agency: r.Agency, Mode: r.Mode, Answers: r.Answers, Key: fmt.Sprintf("drawn-%012d", i), Circumstances: survey.Circumstances{Unit: units[i%len(units)].Code}}
			if i++; !yield(s.Entry(w, r.Day)) {
				return
			}
		}
	}
	_, err = st.AppendAll(tb.Context(), "mo", all)
	must(tb, err)
}

// mustDrawn signs an analyst in where wave "mo" has as many first-stage units in strata a, b, … as told, and 120 responses.
func mustDrawn(tb testing.TB, strata ...int) *browser {
	tb.Helper()
	st := mustStore(tb, testNow)
	d := &survey.Design{}
	for i, n := range strata {
		for range n {
			code := fmt.Sprint(len(d.Units))
			d.Units = append(d.Units, survey.SamplingUnit{Code: "u" + code, Agency: "01", Stratum: string(rune('a' + i)), Clusters: []string{"c" + code}, Counts: []float64{12, 100}, Weight: 20, Drawn: 30})
		}
	}
	d.Fill()
	must(tb, st.PutDesign(tb.Context(), "mo", d))
	draw(tb, st, 120, d.Units)
	return signedInAs(tb, mustServerWith(tb, Config{Formats: export.Formats}, st), "phantich")
}

// A stratum with one unit counts by the rule that the page names; the agency's page says by what its score was made.
func TestALoneUnitOfAStratumIsSettledByTheRuleThatThePageNames(t *testing.T) {
	t.Parallel()
	b := mustDrawn(t, 5, 1)
	a := b.get("/quan-tri/phan-tich/mo/trung-binh?cau=q9_1&nhom=sex")
	if a.StatusCode != http.StatusOK || !strings.Contains(a.body, "--lonely-psu adjust") || strings.Contains(a.body, "NaN") {
		t.Errorf("means: %d %s", a.StatusCode, wrongOf(a))
	}
	var table struct{ Rows []map[string]any }
	must(t, json.Unmarshal([]byte(b.get("/quan-tri/phan-tich/mo/trung-binh/tai-ve.json?cau=q9_1&nhom=sex&bang=nhom").body), &table))
	for _, row := range table.Rows {
		if se, known := row["se"].(float64); !known || se <= 0 {
			t.Errorf("no standard error in %v", row)
		}
	}
	page := b.get("/quan-tri/co-quan/01").body
	for _, want := range []string{"Thiết kế chọn mẫu", "ở 6 đơn vị bậc một thuộc 2 tầng"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page of the agency does not say %q", want)
		}
	}
}

func TestAWaveWithADesignIsAnalysedByIt(t *testing.T) {
	t.Parallel()
	b := mustDrawn(t, 3, 3)
	a := b.get("/quan-tri/phan-tich/mo/bang-cheo?hang=sex&cot=q9_1")
	for _, want := range []string{"theo mẫu của đợt", "6 đơn vị trong 2 tầng", "--strata svy_stratum --cluster svy_unit1 --fpc svy_fpc1,svy_fpc2 --weight svy_final --lonely-psu adjust"} {
		if a.StatusCode != http.StatusOK || !strings.Contains(a.body, want) {
			t.Errorf("%d: the page does not say %q: %s", a.StatusCode, want, wrongOf(a))
		}
	}
	if a := b.get("/quan-tri/phan-tich/mo/trung-binh?cau=q9_1&nhom=sex"); a.StatusCode != http.StatusOK || !strings.Contains(a.body, "Hệ số thiết kế") {
		t.Errorf("means: %d %s", a.StatusCode, wrongOf(a))
	}
}
