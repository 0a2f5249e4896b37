package survey_test

import (
	"testing"

	"pgregory.net/rapid"

	"thuocdo/survey"
)

// A tally without some of its responses is the tally of the others, and the distance never claims more than really differ.
func TestDifferencesOfTallies(t *testing.T) {
	t.Parallel()
	f := MustForm(t, sipas())
	rapid.Check(t, func(t *rapid.T) {
		list := rapid.SliceOfN(answers(f), 1, 6).Draw(t, "answers")
		cut := rapid.IntRange(0, len(list)).Draw(t, "cut")
		all, first, rest := f.Layout(survey.FactorBasis).New(), f.Layout(survey.FactorBasis).New(), f.Layout(survey.FactorBasis).New()
		for i, a := range list {
			all.Add(a)
			if i < cut {
				first.Add(a)
			} else {
				rest.Add(a)
			}
		}
		if d := first.Distance(rest); d > int64(len(list)) || d < int64(max(2*cut-len(list), len(list)-2*cut)) {
			t.Errorf("%d against %d responses: distance %d", cut, len(list)-cut, d)
		}
		if d := all.Distance(rest); d != int64(cut) {
			t.Errorf("%d responses more: distance %d", cut, d)
		}
		all.Sub(first)
		if !all.Equal(rest) || all.Distance(rest) != 0 {
			t.Error("the difference is not the tally of the rest")
		}
		if back, err := f.Layout(survey.FactorBasis).Read(all.Append(nil)); err != nil || !back.Equal(rest) {
			t.Errorf("the difference is not read back: %v", err)
		}
	})
}

// Five people swap one level for another: nobody more, nobody less, but ten answers are different.
func TestDistanceSeesExchanges(t *testing.T) {
	t.Parallel()
	f := MustForm(t, sipas())
	i := 0
	for f.Question(i).Type != survey.Rating {
		i++
	}
	a, b := f.Layout(survey.FactorBasis).New(), f.Layout(survey.FactorBasis).New()
	for range 5 {
		x := make(survey.Answers, f.Len())
		x[i] = survey.Answer{Set: true, Choice: 1}
		a.Add(x)
		x[i].Choice = 2
		b.Add(x)
	}
	if d := a.Distance(b); d != 10 {
		t.Errorf("distance %d, want 10", d)
	}
}

// Twenty responses more, of which some answer a question: its counts tell what these said, however many the others are.
func TestNearLooksAtEveryQuestionByItself(t *testing.T) {
	t.Parallel()
	f := MustForm(t, sipas())
	var rated []int
	for i := range f.Len() {
		if f.Question(i).Type == survey.Rating {
			rated = append(rated, i)
		}
	}
	tally := func(all, some int) *survey.Tally {
		x := f.Layout(survey.FactorBasis).New()
		for k := range all {
			a := make(survey.Answers, f.Len())
			a[rated[0]] = survey.Answer{Set: true, Choice: 1}
			if k < some {
				a[rated[1]] = survey.Answer{Set: true, Choice: k % 2}
			}
			x.Add(a)
		}
		return x
	}
	for _, c := range []struct {
		all, some int
		near      bool
	}{{20, 8, false}, {40, 8, false}, {40, 9, true}, {40, 12, true}, {40, 13, false}, {24, 8, true}, {25, 8, false}, {20, 7, true}, {20, 3, false}} {
		was, is := tally(20, 8), tally(c.all, c.some)
		if was.Near(is, 5) != c.near || is.Near(was, 5) != c.near {
			t.Errorf("%d responses, %d answers: near %v", c.all, c.some, !c.near)
		}
	}
	pairs := func(shift int) *survey.Tally {
		x := f.Layout(survey.FactorBasis).New()
		for k := range 20 {
			a := make(survey.Answers, f.Len())
			a[rated[0]], a[rated[1]] = survey.Answer{Set: true, Choice: 4 * (k % 2)}, survey.Answer{Set: true, Choice: 4 * ((k + shift) % 2)}
			x.Add(a)
		}
		return x
	}
	if !pairs(0).Near(pairs(1), 5) || pairs(0).Near(pairs(2), 5) {
		t.Error("the same counts of other people are not near, or the same people are")
	}
}
