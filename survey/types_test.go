package survey_test

import (
	"encoding/hex"
	"reflect"
	"testing"

	"thuocdo/survey"
)

// modern returns a form with the types and fields that ruled has not.
func modern() *survey.Questionnaire {
	q := ruled("")
	q.Lists["tthc"] = []survey.Choice{
		{Code: "1.004746", Text: vi("Đăng ký kết hôn"), Attributes: map[string]string{"kind": "commune", "field": "civil"}},
		{Code: "1.001193", Text: vi("Đăng ký khai sinh"), Attributes: map[string]string{"kind": "commune", "field": "civil"}},
		{Code: "1.012790", Text: vi("Cấp giấy chứng nhận quyền sử dụng đất"), Attributes: map[string]string{"kind": "province", "field": "land"}},
	}
	q.Pages = append(q.Pages, survey.Page{Code: "three", Title: vi("Ba"), Blocks: []survey.Block{{RandomOrder: true, Questions: []survey.Question{
		{Code: "d", Type: survey.Date, Text: vi("Ngày nộp hồ sơ")},
		{Code: "p", Type: survey.ProcedurePick, List: "tthc", Text: vi("Thủ tục nào?"), RandomOrder: true},
		{Code: "note", Type: survey.Note, Text: vi("Xin cảm ơn")},
		{Code: "here", Type: survey.AgencyPick, Text: vi("Nơi nộp hồ sơ")},
		{Code: "ward", Type: survey.AgencyPick, List: "ward", Text: vi("Phường nơi ở")},
		{Code: "calc", Type: survey.Calculate, Calculation: "${n} + 1"},
	}}}})
	return q
}

func TestParseReadsDatesAndPicks(t *testing.T) {
	t.Parallel()
	f := MustForm(t, modern())
	bound := f.WithAgencies(map[survey.Kind][]survey.Choice{"": {{Code: "x", Text: vi("X")}}, "ward": {{Code: "w", Text: vi("W")}}})
	day := func(n float64) survey.Answer { return survey.Answer{Set: true, Number: n} } // days since 1970-01-01, as date(1) counts them
	for _, c := range []struct {
		question string
		values   []string
		want     survey.Answer
		reason   survey.Reason
	}{
		{question: "d", values: []string{"2026-05-31"}, want: day(20604)},
		{question: "d", values: []string{" 31/5/2026 "}, want: day(20604)},
		{question: "d", values: []string{"31", "5", "2026"}, want: day(20604)},
		{question: "d", values: []string{" 31", "05 ", "2026"}, want: day(20604)},
		{question: "d", values: []string{"1970-01-01"}, want: day(0)},
		{question: "d", values: []string{"29/02/2024"}, want: day(19782)},
		{question: "d", values: []string{"29/02/2023"}, reason: survey.NotADate},
		{question: "d", values: []string{"31/04/2026"}, reason: survey.NotADate},
		{question: "d", values: []string{"0/04/2026"}, reason: survey.NotADate},
		{question: "d", values: []string{"05/31/2026"}, reason: survey.NotADate}, // months come second in Vietnam
		{question: "d", values: []string{"31/5/26"}, reason: survey.NotADate},
		{question: "d", values: []string{"0999-12-31"}, reason: survey.NotADate},
		{question: "d", values: []string{"31", "", "2026"}, reason: survey.NotADate},
		{question: "d", values: []string{"", "", ""}},
		{question: "d", values: []string{" "}},
		{question: "d", values: []string{"2026-05-31", "2026-06-01"}, reason: survey.Several},
		{question: "p", values: []string{"1.001193"}, want: survey.Answer{Set: true, Choice: 1}},
		{question: "p", values: []string{"9"}, reason: survey.NotAChoice},
		{question: "ward", values: []string{"any-code"}, want: survey.Answer{Set: true, Text: "any-code"}},
		{question: "ward", values: []string{"<script>"}, reason: survey.NotAChoice},
		{question: "note", values: []string{"x"}},
		{question: "calc", values: []string{"7"}},
	} {
		a, faults := f.Parse(map[string][]string{c.question: c.values})
		i, _ := f.Index(c.question)
		var want survey.Faults
		if c.reason != "" {
			want = survey.Faults{{Question: c.question, Reason: c.reason}}
		}
		if a[i] != c.want || !reflect.DeepEqual(faults, want) {
			t.Errorf("%s %q: %+v, %v", c.question, c.values, a[i], faults)
		}
	}
	if _, faults := bound.Parse(map[string][]string{"ward": {"w"}, "here": {"x"}}); faults != nil {
		t.Error(faults)
	}
	if _, faults := bound.Parse(map[string][]string{"ward": {"x"}, "here": {"w"}}); len(faults) != 2 {
		t.Errorf("agencies that are not offered: %v", faults)
	}
}

func TestTheSeedOfTheOrderStaysWithTheAnswers(t *testing.T) {
	t.Parallel()
	f := MustForm(t, modern())
	a, faults := f.Parse(map[string][]string{survey.OrderField: {"40000"}, "d": {"1/1/2000"}})
	if faults != nil || f.Seed(a) != 40000 {
		t.Fatalf("%v, seed %d", faults, f.Seed(a))
	}
	f.Prune(a)
	back, err := f.Unpack(f.Pack(a))
	if err != nil || f.Seed(back) != 40000 || !reflect.DeepEqual(back, a) {
		t.Errorf("%v: seed %d", err, f.Seed(back))
	}
	for _, bad := range []string{"65536", "-1", "x"} {
		if _, faults := f.Parse(map[string][]string{survey.OrderField: {bad}}); len(faults) != 1 {
			t.Errorf("%s is accepted as a seed", bad)
		}
	}
	if _, faults := MustForm(t, ruled("")).Parse(map[string][]string{survey.OrderField: {"1"}}); len(faults) != 1 {
		t.Error("a form without random order takes a seed")
	}
}

// The bytes were written by the version before dates, pickers and seeds: stored answers stay readable.
func TestAnswersPackedBeforeStayReadable(t *testing.T) {
	t.Parallel()
	f := MustForm(t, ruled(""))
	a, faults := f.Parse(map[string][]string{"yn": {"no"}, "s": {"b"}, "m": {"a", "c"}, "r": {"4"}, "n": {"-2.5"}, "t": {"đủ"}, "target": {"yes"}})
	if faults != nil {
		t.Fatal(faults)
	}
	const packed = "5a0e000000000040003c287164f8ee69"
	if got := hex.EncodeToString(f.Pack(a)); got != packed {
		t.Errorf("packed %s, before %s", got, packed)
	}
}

func TestRandomOrdersAreReplayedAndFair(t *testing.T) {
	t.Parallel()
	f := MustForm(t, modern())
	p, _ := f.Index("p")
	seen := map[[3]int]int{}
	for seed := range 6000 {
		a := make(survey.Answers, f.Len())
		f.SetSeed(a, uint16(seed+1))
		order := f.ChoiceOrder(a, p)
		seen[[3]int(order)]++
		if !reflect.DeepEqual(order, f.ChoiceOrder(a, p)) || len(f.QuestionOrder(a, 2, 0)) != 6 {
			t.Fatal("another order for the same seed")
		}
	}
	for order, n := range seen { // 1000 expected, standard deviation 29
		if n < 850 || n > 1150 {
			t.Errorf("order %v comes %d times in 6000", order, n)
		}
	}
	if len(seen) != 6 {
		t.Errorf("%d of 6 orders", len(seen))
	}
	if got := f.ChoiceOrder(make(survey.Answers, f.Len()), p); !reflect.DeepEqual(got, []int{0, 1, 2}) {
		t.Errorf("without a seed: %v", got)
	}
}
