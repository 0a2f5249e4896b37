package quality

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"
	"pgregory.net/rapid"

	"thuocdo/data/reference"
	"thuocdo/survey"
	"thuocdo/survey/simulate"
)

func must(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}

func sipas(tb testing.TB) *survey.Form {
	tb.Helper()
	all, err := reference.Questionnaires()
	must(tb, err)
	i := slices.IndexFunc(all, func(q *survey.Questionnaire) bool { return q.Code == "sipas" })
	f, err := survey.Compile(all[i])
	must(tb, err)
	return f
}

// honest returns a made-up wave of people who mean it: n of them about some agencies within 60 days, at three counters
// each, taking a lognormal time of about 11 s per question.
func honest(tb testing.TB, f *survey.Form, n, agencies int, seed uint64) []survey.StoredResponse {
	tb.Helper()
	c := simulate.Crowd{Seed: seed, N: n, First: 20_000, Days: 60}
	for i := range agencies {
		c.Agencies = append(c.Agencies, simulate.Share{Agency: fmt.Sprintf("a%02d", i), Weight: 1 + float64(i%5)})
	}
	r := rand.New(rand.NewPCG(seed, 1))
	var list []survey.StoredResponse
	for x := range simulate.Responses(f, c) {
		asked, _ := f.Asked(x.Answers)
		how := survey.Circumstances{Seconds: int(math.Exp(math.Log(11)+0.4*r.NormFloat64()) * float64(asked))}
		switch x.Mode {
		case survey.Kiosk:
			how.Counter = fmt.Sprintf("quay-%d", r.IntN(3))
		case survey.Enumerator:
			how.Enumerator = fmt.Sprintf("dtv-%d", r.IntN(3))
		}
		list = append(list, survey.StoredResponse{Agency: x.Agency, Day: x.Day, Mode: x.Mode, Answers: x.Answers, Circumstances: how})
	}
	return list
}

func scan(f *survey.Form, list []survey.StoredResponse) *Report {
	s := NewScan(f, Default())
	for _, r := range list {
		s.Add(r, 0)
	}
	return s.Report()
}

// rate returns which share of some responses has one of the marks.
func rate(flags []Flag, of Flag) float64 {
	n := 0
	for _, f := range flags {
		if f&of != 0 {
			n++
		}
	}
	return float64(n) / float64(max(len(flags), 1))
}

// Marks that rest on a test are rare on honest data; the habits of honest people (5 % of the simulated ones tick one level
// throughout) are marked for what they are and make no suspect alone.
func TestHonestResponsesAreRarelySuspect(t *testing.T) {
	t.Parallel()
	f := sipas(t)
	for _, c := range []struct{ n, agencies int }{{300, 1}, {1500, 4}, {4000, 34}} {
		seeds := uint64(3)
		if testing.Short() {
			seeds = 1
		}
		for seed := range seeds {
			flags := scan(f, honest(t, f, c.n, c.agencies, seed)).Flags
			for _, x := range []Flag{survey.Duplicate, survey.Burst, survey.AllBest, survey.DigitPreference, survey.Speeding} {
				// 0.3 % of a lognormal time with σ = 0.4 lie below a third of the median; four standard errors of chance beside
				if got := rate(flags, x); got > 0.003+4*math.Sqrt(0.003/float64(c.n)) {
					t.Errorf("%d responses, seed %d: %.3f %% of honest ones are marked %s", c.n, seed, 100*got, x)
				}
			}
			suspects := 0
			for _, x := range flags {
				if x.Suspect() {
					suspects++
				}
			}
			if share := float64(suspects) / float64(c.n); share > 0.006+4*math.Sqrt(0.006/float64(c.n)) {
				t.Errorf("%d responses, seed %d: %.2f %% of honest ones are suspect", c.n, seed, 100*share)
			}
		}
	}
}

// answersOf returns the answers of an honest response with every rating at one level, or changed by change.
func answersOf(f *survey.Form, r survey.StoredResponse, change func(i int, a *survey.Answer)) survey.StoredResponse {
	r.Answers = slices.Clone(r.Answers)
	for i := range r.Answers {
		if f.Question(i).Type == survey.Rating && r.Answers[i].Set {
			change(i, &r.Answers[i])
		}
	}
	return r
}

// Each way of filling in ballots for an agency is found at least 95 times of 100, and the honest responses of the same wave stay
// clean; "15 %" is of the agency's responses.
func TestStuffingIsFound(t *testing.T) {
	t.Parallel()
	f := sipas(t)
	kinds := map[string]struct {
		want   Flag
		forged func(i int, r survey.StoredResponse) survey.StoredResponse
	}{
		"a burst at one counter": {survey.Burst, func(_ int, r survey.StoredResponse) survey.StoredResponse {
			r.Mode, r.Counter, r.Enumerator, r.Day = survey.Kiosk, "quay-1", "", 20_030
			return r
		}},
		"in a hurry": {survey.Speeding, func(_ int, r survey.StoredResponse) survey.StoredResponse {
			asked, _ := f.Asked(r.Answers)
			r.Mode, r.Enumerator, r.Seconds = survey.Web, "", asked*2
			return r
		}},
		"copies": {survey.Duplicate, nil},
		"all best on two days": {survey.AllBest, func(i int, r survey.StoredResponse) survey.StoredResponse {
			r = answersOf(f, r, func(i int, a *survey.Answer) { a.Choice = len(f.Choices(i)) - 1 })
			r.Mode, r.Counter, r.Enumerator, r.Day = survey.Web, "", "", survey.Day(20_010+i%2)
			return r
		}},
	}
	for name, kind := range kinds {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			list := honest(t, f, 3000, 12, 3)
			model := honest(t, f, 20, 2, 4)
			var own, at []int
			for i, r := range list {
				if r.Agency == "a04" {
					own = append(own, i)
				}
			}
			at = own[:len(own)*15/100]
			for k, i := range at {
				if kind.forged == nil {
					list[i].Answers = model[0].Answers
				} else {
					list[i] = kind.forged(k, list[i])
				}
			}
			r := scan(f, list)
			found, false, clean := 0, 0, 0
			for i, x := range r.Flags {
				forged := slices.Contains(at, i)
				switch {
				case forged && x.Has(kind.want):
					found++
				case !forged && list[i].Agency != "a04":
					clean++
					if x.Suspect() {
						false++
					}
				}
			}
			if share := float64(found) / float64(len(at)); share < 0.95 {
				t.Errorf("%d of %d found: %v", found, len(at), r.Counts)
			}
			if share := float64(false) / float64(clean); share > 0.01 {
				t.Errorf("%.2f %% of the honest ones elsewhere are suspect", 100*share)
			}
		})
	}
}

// tiny is a form small enough to work its marks out by hand: ten ratings of 1 to 5, one number, one text.
func tiny(tb testing.TB) *survey.Form {
	tb.Helper()
	q := `{"code": "tiny", "version": "1", "title": {"vi": "Nhỏ"}, "intro": {"vi": "Mở đầu"}, "lists": {"l": [`
	for i := 1; i <= 5; i++ {
		if i > 1 {
			q += ","
		}
		q += fmt.Sprintf(`{"code": "%d", "text": {"vi": "Mức %d"}}`, i, i)
	}
	q += `]}, "pages": [{"code": "p", "title": {"vi": "Trang"}, "blocks": [{"questions": [{"code": "age", "type": "number", "text": {"vi": "Tuổi"}}, {"code": "t", "type": "text", "text": {"vi": "Ý kiến"}}`
	for i := 1; i <= 10; i++ {
		q += fmt.Sprintf(`,{"code": "r%d", "type": "rating", "list": "l", "text": {"vi": "Câu %d"}}`, i, i)
	}
	form, err := survey.ParseQuestionnaire([]byte(q + `]}]}]}`))
	must(tb, err)
	f, err := survey.Compile(form)
	must(tb, err)
	return f
}

// filled returns a response to tiny with the given levels, 0 = left out.
func filled(levels ...int) survey.StoredResponse {
	r := survey.StoredResponse{Agency: "a", Day: 20_000, Mode: survey.Web, Answers: make(survey.Answers, 12)}
	for i, l := range levels {
		if l > 0 {
			r.Answers[2+i] = survey.Answer{Set: true, Choice: l - 1}
		}
	}
	return r
}

func TestPatternsOfOneResponse(t *testing.T) {
	t.Parallel()
	f := tiny(t)
	for name, c := range map[string]struct {
		levels []int
		want   Flag
	}{
		"one level":                {[]int{3, 3, 3, 3, 3, 3, 3, 3, 3, 3}, survey.StraightLining},
		"the best level":           {[]int{5, 5, 5, 5, 5, 5, 5, 5, 5, 5}, 0},
		"one level of the eight":   {[]int{4, 4, 4, 4, 0, 0, 4, 4, 4, 4}, survey.StraightLining},
		"one level of only seven":  {[]int{4, 4, 4, 4, 0, 0, 0, 4, 4, 4}, 0},
		"a run of nine out of ten": {[]int{4, 4, 4, 4, 4, 4, 4, 4, 4, 3}, 0}, // a run wants ten
		"mostly blank":             {[]int{4, 3, 4, 0, 0, 0, 0, 0, 0, 0}, survey.Nonresponse},
		"half of it":               {[]int{4, 3, 4, 3, 4, 3, 0, 0, 0, 0}, 0}, // 6 of 12 asked are blank, no more than half
	} {
		if got := scan(f, []survey.StoredResponse{filled(c.levels...)}).Flags[0]; got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	rules := Default()
	rules.MinRun = 8
	s := NewScan(f, rules)
	s.Add(filled(4, 4, 4, 4, 4, 4, 4, 4, 3, 2), 0) // 8 of 10
	s.Add(filled(4, 4, 4, 4, 4, 4, 4, 3, 4, 4), 0) // 7 of 10
	if got := s.Report().Flags; got[0] != survey.LongString || got[1] != 0 {
		t.Errorf("runs of eight and seven: %q", got)
	}
}

// Thirty people take 120 s for twelve questions: 10 s each. A third of that is 40 s in all.
func TestSpeedIsMeasuredAgainstTheMedian(t *testing.T) {
	t.Parallel()
	f := tiny(t)
	var list []survey.StoredResponse
	for range 30 {
		r := filled(1, 2, 3, 4, 5, 4, 3, 2, 1, 2)
		r.Seconds = 120
		list = append(list, r)
	}
	for _, seconds := range []int{35, 40, 0} {
		r := filled(2, 1, 3, 4, 4, 4, 3, 2, 1, 2)
		r.Seconds = seconds
		list = append(list, r)
	}
	r := scan(f, list)
	if got := r.Flags[30:]; !got[0].Has(survey.Speeding) || got[1].Has(survey.Speeding) || got[2].Has(survey.Speeding) {
		t.Errorf("35 s, 40 s and not known: %q", got)
	}
	if r.Seconds != 10 || r.Timed != 32 {
		t.Errorf("median %g s per question of %d, want 10 of 32", r.Seconds, r.Timed)
	}
	if got := scan(f, list[14:]).Flags[16]; got.Has(survey.Speeding) {
		t.Error("a median of fewer than twenty judges nobody") // 16 + 2 with a time
	}
}

func TestMarksOfTheIntakeStay(t *testing.T) {
	t.Parallel()
	s := NewScan(tiny(t), Default())
	s.Add(filled(1, 2, 3, 4, 5, 4, 3, 2, 1, 2), survey.Trap)
	if r := s.Report(); r.Flags[0] != survey.Trap || r.Suspects != 1 || r.Agencies[0].Suspects != 1 {
		t.Errorf("%+v", r)
	}
}

// An enumerator who makes up ages ends them in 0 and 5; the others write what they hear.
func TestEnumeratorsWhoMakeUpAgesAreFound(t *testing.T) {
	t.Parallel()
	f, r := tiny(t), rand.New(rand.NewPCG(1, 2))
	var list []survey.StoredResponse
	for i := range 800 {
		x := filled(1+r.IntN(5), 1+r.IntN(5), 1+r.IntN(5), 1+r.IntN(5), 1+r.IntN(5), 1+r.IntN(5), 1+r.IntN(5), 1+r.IntN(5), 1+r.IntN(5), 1+r.IntN(5))
		x.Mode, x.Enumerator, x.Day = survey.Enumerator, fmt.Sprintf("dtv-%d", i%8), survey.Day(20_000+i%40)
		age := 18 + r.IntN(60)
		if i%8 == 3 && r.IntN(2) == 0 {
			age = age / 5 * 5
		}
		x.Answers[0] = survey.Answer{Set: true, Number: float64(age)}
		list = append(list, x)
	}
	for i, x := range scan(f, list).Flags {
		if x.Has(survey.DigitPreference) != (i%8 == 3) {
			t.Fatalf("enumerator %d: %q", i%8, x)
		}
	}
}

// Values of R 4.2.2: ppois(9, 3, lower.tail=FALSE), pbinom(4, 20, .1, lower.tail=FALSE), pchisq(16.919, 9, lower.tail=FALSE).
func TestTailsAreThoseOfR(t *testing.T) {
	t.Parallel()
	for name, c := range map[string][2]float64{
		"Poisson":    {poissonTail(10, 3), 0.001102488},
		"binomial":   {binomialTail(5, 20, 0.1), 0.0431745},
		"chi-square": {chiSquareTail(16.919, 9), 0.04999964},
	} {
		if math.Abs(c[0]-c[1]) > 1e-6 {
			t.Errorf("%s: %.9f, want %.9f", name, c[0], c[1])
		}
	}
	if p := (distuv.Poisson{Lambda: 3}).Survival(9); math.Abs(p-poissonTail(10, 3)) > 1e-12 {
		t.Errorf("Poisson: %g, gonum says %g", poissonTail(10, 3), p)
	}
}

func TestMarksDoNotDependOnOrder(t *testing.T) {
	t.Parallel()
	f := sipas(t)
	list := honest(t, f, 400, 5, 9)
	for i := range 40 {
		list[i] = list[0]
	}
	want := scan(f, list).Flags
	rapid.Check(t, func(t *rapid.T) {
		order := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0)).Perm(len(list))
		mixed := make([]survey.StoredResponse, len(list))
		for i, k := range order {
			mixed[i] = list[k]
		}
		for i, x := range scan(f, mixed).Flags {
			if x != want[order[i]] {
				t.Fatalf("response %d: %q in one order, %q in another", order[i], want[order[i]], x)
			}
		}
	})
}

func TestRulesSayWhatIsWrong(t *testing.T) {
	t.Parallel()
	for text, ok := range map[string]bool{
		`{}`: true, `{"speed_share": 0.4, "min_copies": 5}`: true,
		`{"speed_share": 0}`: false, `{"speed_share": 1e999}`: false, `{"min_copies": 1}`: false, `{"burst_times": 1}`: false, `{"nonsense": 1}`: false, `[]`: false,
	} {
		if _, err := ParseRules([]byte(text)); (err == nil) != ok {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func FuzzParseRules(f *testing.F) {
	f.Add([]byte(`{"speed_share": 0.4, "min_copies": 5}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		if r, err := ParseRules(b); err == nil && r.Check() != nil {
			t.Errorf("%+v was let in", r)
		}
	})
}

func BenchmarkScan(b *testing.B) {
	f := sipas(b)
	list := honest(b, f, 100_000, 34, 1)
	for b.Loop() {
		scan(f, list)
	}
}

// R 4.2.2: prop.test(15, 50, correct = FALSE)$conf.int.
func TestWilsonIsThatOfR(t *testing.T) {
	t.Parallel()
	low, high := Wilson(15, 50)
	if math.Abs(low-0.191035535) > 1e-6 || math.Abs(high-0.437503505) > 1e-6 {
		t.Errorf("%.7f to %.7f", low, high)
	}
	if low, high = Wilson(0, 7); low != 0 || high <= 0 || high >= 1 {
		t.Errorf("none of seven: %g to %g", low, high)
	}
}
