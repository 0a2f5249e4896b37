package quality_test

import (
	"reflect"
	"testing"

	"thuocdo/survey"
	"thuocdo/survey/quality"
)

// The expected numbers are added up by hand from the counts that go in.
func TestProgressIsSummedByAgencyAndStratumAgainstTargets(t *testing.T) {
	t.Parallel()
	w := &survey.Wave{Agencies: []string{"01", "02", "03"},
		Design: &survey.Design{Units: []survey.SamplingUnit{{Code: "a1", Agency: "01", Stratum: "city"}, {Code: "a2", Agency: "01", Stratum: "land"}, {Code: "b1", Agency: "02", Stratum: "city"}}},
		Plan:   survey.Plan{Targets: []survey.Target{{Issued: 900}, {Agency: "03", Valid: 7}, {Stratum: "city", Returned: 50}, {Agency: "01", Stratum: "land", Valid: 9}, {Agency: "02", Stratum: "land", Valid: 1}}}}
	returns := map[string]quality.Returns{"01": {Issued: 100, Returned: 60, Valid: 55}, "02": {Returned: 10, Valid: 10}}
	units := []quality.Progress{{Agency: "01", Stratum: "a1", Issued: 40, Returned: 30, Valid: 28}, {Agency: "01", Stratum: "a2", Issued: 60, Returned: 30, Valid: 27},
		{Agency: "02", Stratum: "b1", Returned: 10, Valid: 10}, {Agency: "02", Stratum: "gone", Returned: 5, Valid: 5}, {Agency: "02", Stratum: "a1", Returned: 5}}
	got := quality.ProgressOf(w, returns, units)
	want := quality.Progresses{
		All:      quality.Progress{Issued: 100, Returned: 70, Valid: 65, Target: survey.Target{Issued: 900}},
		Agencies: []quality.Progress{{Agency: "01", Issued: 100, Returned: 60, Valid: 55}, {Agency: "02", Returned: 10, Valid: 10}, {Agency: "03", Target: survey.Target{Agency: "03", Valid: 7}}},
		Strata:   []quality.Progress{{Stratum: "city", Issued: 40, Returned: 40, Valid: 38, Target: survey.Target{Stratum: "city", Returned: 50}}, {Stratum: "land", Issued: 60, Returned: 30, Valid: 27}},
		Targets: []quality.Progress{{Agency: "01", Stratum: "land", Issued: 60, Returned: 30, Valid: 27, Target: survey.Target{Agency: "01", Stratum: "land", Valid: 9}},
			{Agency: "02", Stratum: "land", Target: survey.Target{Agency: "02", Stratum: "land", Valid: 1}}},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	if rate, ok := got.Agencies[0].Rate(); !ok || rate != 60 {
		t.Errorf("rate %v %v, want 60", rate, ok)
	}
	if _, ok := got.Agencies[1].Rate(); ok {
		t.Error("a rate where nothing was issued")
	}
	if _, ok := (&quality.Progress{Issued: 5, Returned: 6}).Rate(); ok {
		t.Error("a rate above 100 %")
	}
}

func TestInvalidResponsesFillNoQuota(t *testing.T) {
	t.Parallel()
	f, err := survey.Compile(&survey.Questionnaire{Code: "f", Version: "1", Title: map[string]string{"vi": "F"}, Intro: map[string]string{"vi": "I"},
		Pages: []survey.Page{{Code: "p", Title: map[string]string{"vi": "P"}, Blocks: []survey.Block{{Questions: []survey.Question{{Code: "q", Type: survey.YesNo, Text: map[string]string{"vi": "Q"}}}}}}}})
	if err != nil {
		t.Fatal(err)
	}
	w := survey.NewOpenWave(survey.Wave{Plan: survey.Plan{Quotas: []survey.Quota{{Where: map[string]string{"q": "yes"}, Target: 5}}}}, f)
	yes, _ := f.Parse(map[string][]string{"q": {"yes"}})
	field := quality.NewField(w)
	for _, valid := range []bool{true, true, false} {
		field.Add(&survey.StoredResponse{Agency: "01", Answers: yes, Circumstances: survey.Circumstances{Unit: "u"}}, valid)
	}
	field.Add(&survey.StoredResponse{Agency: "01"}, true)
	field.Issued("01", "u", 10)
	field.Issued("01", "", 99)
	if got := field.Quotas(); !reflect.DeepEqual(got, []int{2}) {
		t.Errorf("quota %v", got)
	}
	if got := field.Units(); !reflect.DeepEqual(got, []quality.Progress{{Agency: "01", Stratum: "u", Issued: 10, Returned: 3, Valid: 2}}) {
		t.Errorf("units %+v", got)
	}
}
