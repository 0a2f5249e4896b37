package web

import (
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

func TestAWaveWithADesignIsAnalysedByIt(t *testing.T) {
	t.Parallel()
	st := mustStore(t, testNow)
	d := &survey.Design{}
	for i := range 6 {
		d.Units = append(d.Units, survey.SamplingUnit{Code: fmt.Sprint("u", i), Agency: "01", Stratum: string(rune('a' + i/3)), Clusters: []string{fmt.Sprint("c", i)}, Counts: []float64{12, 100}, Weight: 20, Drawn: 30})
	}
	d.Fill()
	must(t, st.PutDesign(t.Context(), "mo", d))
	draw(t, st, 120, d.Units)
	s := mustServerWith(t, Config{Formats: export.Formats}, st)
	b := signedInAs(t, s, "phantich")
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
