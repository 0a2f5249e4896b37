package plane_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"thuocdo/data/reference"
	"thuocdo/survey"
	"thuocdo/survey/plane"
	"thuocdo/survey/simulate"
)

// crowd returns answers to the reference form.
func crowd(tb testing.TB, n int) (*survey.Form, []survey.Answers) {
	tb.Helper()
	qs, err := reference.Questionnaires()
	if err != nil {
		tb.Fatal(err)
	}
	f, err := survey.Compile(qs[0])
	if err != nil {
		tb.Fatal(err)
	}
	var list []survey.Answers
	for r := range simulate.Responses(f, simulate.Crowd{Seed: 1, Label: "plane", N: n, First: 20_000, Days: 3, Agencies: []simulate.Share{{Agency: "a", Weight: 1}}}) {
		list = append(list, r.Answers)
	}
	return f, list
}

// chose reports whether an answer names a choice; −1 is no answer.
func chose(f *survey.Form, a survey.Answers, q, choice int) bool {
	x := a[q]
	switch {
	case !x.Set:
		return choice == -1
	case f.Question(q).Type == survey.Multiple:
		return choice >= 0 && x.Chosen>>choice&1 == 1
	}
	return x.Choice == choice
}

func TestPlanesCountWhatPeopleAnswered(t *testing.T) {
	t.Parallel()
	f, list := crowd(t, 700)
	l := plane.Of(f)
	rapid.Check(t, func(t *rapid.T) {
		from := rapid.IntRange(0, len(list)).Draw(t, "from")
		people := list[from:rapid.IntRange(from, len(list)).Draw(t, "to")]
		b := l.Build()
		for _, a := range people {
			b.Add(a)
		}
		by := rapid.IntRange(0, len(l.Columns())-1).Draw(t, "by")
		choice := rapid.IntRange(-1, len(l.Columns()[by].Choices)-1).Draw(t, "choice")
		mask := plane.Everybody(len(people))
		l.Select(by, choice, b.Column(by, nil), plane.Everybody(len(people)), mask)
		for i, c := range l.Columns() {
			counts, want := make([]int64, len(c.Choices)), make([]int64, len(c.Choices))
			l.Count(i, b.Column(i, nil), mask, counts)
			q, _ := f.Index(c.Code)
			by, _ := f.Index(l.Columns()[by].Code)
			for _, a := range people {
				for k := range want {
					if chose(f, a, by, choice) && chose(f, a, q, k) {
						want[k]++
					}
				}
			}
			if !slices.Equal(counts, want) {
				t.Fatalf("%s where question %d is %d: %v, want %v", c.Code, by, choice, counts, want)
			}
		}
	})
}

func TestTextsNumbersAndPickersHaveNoColumn(t *testing.T) {
	t.Parallel()
	f, _ := crowd(t, 1)
	l := plane.Of(f)
	for i := range f.Len() {
		_, kept := l.Column(f.Question(i).Code)
		if want := f.Choices(i) != nil; kept != want {
			t.Errorf("%s (%s): kept %v, want %v", f.Question(i).Code, f.Question(i).Type, kept, want)
		}
	}
}

func BenchmarkCount(b *testing.B) {
	f, list := crowd(b, 1000)
	l := plane.Of(f)
	build := l.Build()
	for _, a := range list {
		build.Add(a)
	}
	mask := plane.Everybody(len(list))
	var words [][]uint64
	for i := range l.Columns() {
		words = append(words, build.Column(i, nil))
	}
	counts := make([]int64, 64)
	for b.Loop() {
		for i, c := range l.Columns() {
			l.Count(i, words[i], mask, counts[:len(c.Choices)])
		}
	}
	b.ReportMetric(float64(b.N)*float64(len(list)*len(l.Columns()))/b.Elapsed().Seconds()/1e9, "Ganswers/s")
}
