package survey_test

import (
	"errors"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"thuocdo/scoring"
	"thuocdo/survey"
)

// rate returns answers to ratings alone, 0 = none.
func rate(t *testing.T, f *survey.Form, values map[string]string) survey.Answers {
	t.Helper()
	return parsed(t, f, values)
}

// rating returns a form of four rated items in two factors, listed against questionnaire order, and one of each other type.
func rating() *survey.Questionnaire {
	q := ruled("")
	five := survey.Question{Type: survey.Rating, List: "five"}
	q.Pages[0].Blocks = append(q.Pages[0].Blocks, survey.Block{Questions: questions("x", 3, five)})
	q.Scales = []survey.Scale{
		{Code: "B", Level: "factor", Title: vi("B"), Items: []string{"x_3", "x_1"}},
		{Code: "A", Level: "factor", Title: vi("A"), Items: []string{"r", "x_2"}},
		{Code: "all", Level: "content", Title: vi("Tất cả"), Items: []string{"r", "x_1"}},
	}
	return q
}

func TestATallyCountsPeopleByChoice(t *testing.T) {
	t.Parallel()
	f := MustForm(t, rating())
	y := f.Layout(survey.FactorBasis).New()
	for _, a := range []map[string]string{
		{"yn": "yes", "s": "b", "r": "4", "x_1": "5"},
		{"yn": "yes", "r": "3", "n": "7", "t": "chữ"},
		{"yn": "no", "x_2": "5", "x_3": "3"}, // one of two ratings is not on top
		{},
	} {
		y.Add(rate(t, f, a))
	}
	several, _ := f.Parse(map[string][]string{"m": {"a", "c"}})
	y.Add(several)
	for _, c := range []struct {
		item  string
		codes []string
		want  []int64
	}{
		{"yn", []string{"yes", "no"}, []int64{2, 1}},
		{"s", []string{"a", "b", "c"}, []int64{0, 1, 0}},
		{"m", []string{"a", "b", "c"}, []int64{1, 0, 1}},
		{"r", []string{"1", "2", "3", "4", "5"}, []int64{0, 0, 1, 1, 0}},
		{"x_1", []string{"1", "2", "3", "4", "5"}, []int64{0, 0, 0, 0, 1}},
	} {
		if codes, counts, ok := y.Counts(c.item); !ok || !slices.Equal(codes, c.codes) || !slices.Equal(counts, c.want) {
			t.Errorf("%s: %v %v %v", c.item, codes, counts, ok)
		}
	}
	for _, item := range []string{"n", "t", "nobody"} {
		if _, _, ok := y.Counts(item); ok {
			t.Errorf("%s is counted", item)
		}
	}
	rated, allTop := y.AllTop()
	if y.N() != 5 || y.Responses() != 5 || rated != 3 || allTop != 1 {
		t.Errorf("%d people, %d rated, %d all top", y.N(), rated, allTop)
	}
}

func TestMomentsByHand(t *testing.T) {
	t.Parallel()
	f := MustForm(t, rating())
	y := f.Layout("").New()
	// Groups B = {x_3, x_1} and A = {r, x_2}; x = (a, s, v) of B, then of A.
	y.Add(rate(t, f, map[string]string{"x_1": "5", "x_3": "2", "r": "4"})) // 2 1 7  1 1 4
	y.Add(rate(t, f, map[string]string{"x_2": "3"}))                       // 0 0 0  1 0 3
	groups, first, sums := y.Moments()
	if !reflect.DeepEqual(groups, [][]string{{"x_3", "x_1"}, {"r", "x_2"}}) {
		t.Errorf("groups %v", groups)
	}
	if want := []int64{2, 1, 7, 2, 1, 7}; !slices.Equal(first, want) {
		t.Errorf("first %v, want %v", first, want)
	}
	want := []int64{
		4, 2, 14, 2, 2, 8,
		1, 7, 1, 1, 4,
		49, 7, 7, 28,
		2, 1, 7, // 1·1 + 1·1, 1·1 + 1·0, 1·4 + 1·3
		1, 4,
		25, // 4·4 + 3·3
	}
	if !slices.Equal(sums, want) {
		t.Errorf("sums\n%v, want\n%v", sums, want)
	}
}

func TestMomentsAreWhatScoringReads(t *testing.T) {
	t.Parallel()
	f, r := MustForm(t, sipas()), rand.New(rand.NewPCG(9, 10))
	for _, basis := range []survey.BasisKind{survey.FactorBasis, survey.ItemBasis} {
		y := f.Layout(basis).New()
		var people []survey.Answers
		for range 50 {
			people = append(people, filled(f, r))
			y.Add(people[len(people)-1])
		}
		m := scoring.MomentsOf(y)
		if want := map[survey.BasisKind]int{survey.FactorBasis: 9, survey.ItemBasis: 39}[basis]; len(m.Groups) != want {
			t.Fatalf("%s: %d groups", basis, len(m.Groups))
		}
		var xs [][]int64
		for _, a := range people {
			xs = append(xs, vector(f, m.Groups, a))
		}
		for j := range m.First {
			for k := range m.First {
				var want int64
				for _, x := range xs {
					want += x[j] * x[k]
				}
				if got := m.At(j, k); got != want {
					t.Fatalf("%s: moment %d, %d is %d, want %d", basis, j, k, got, want)
				}
			}
		}
	}
}

// vector returns (a, s, v) of every group for one person, read from the answers' words.
func vector(f *survey.Form, groups [][]string, a survey.Answers) (x []int64) {
	raw := f.Raw(a)
	for _, items := range groups {
		var n, s, v int64
		for _, item := range items {
			if len(raw[item]) == 0 {
				continue
			}
			value := int64(raw[item][0][0] - '0')
			n, v = n+1, v+value
			if value >= 4 {
				s++
			}
		}
		x = append(x, n, s, v)
	}
	return x
}

func TestAQuestionnaireWithoutFactorsKeepsNoFactorMoments(t *testing.T) {
	t.Parallel()
	q := rating()
	q.Scales = nil
	f := MustForm(t, q)
	y := f.Layout(survey.FactorBasis).New()
	y.Add(rate(t, f, map[string]string{"r": "5"}))
	if groups, _, _ := y.Moments(); groups != nil || scoring.MomentsOf(y) != nil {
		t.Errorf("groups %v", groups)
	}
	if rated, top := y.AllTop(); rated != 1 || top != 1 {
		t.Errorf("rated %d, top %d", rated, top)
	}
	if groups, _, _ := f.Layout(survey.ItemBasis).New().Moments(); len(groups) != 4 {
		t.Errorf("item groups %v", groups)
	}
}

// tallies draws a tally of up to six people.
func tallies(f *survey.Form, l *survey.Layout) *rapid.Generator[*survey.Tally] {
	return rapid.Custom(func(t *rapid.T) *survey.Tally {
		y := l.New()
		for range rapid.IntRange(0, 6).Draw(t, "people") {
			y.Add(answers(f).Draw(t, "answers"))
		}
		return y
	})
}

func TestMergingIsAddingEverybodyInAnyOrder(t *testing.T) {
	t.Parallel()
	f := MustForm(t, rating())
	for _, basis := range []survey.BasisKind{survey.FactorBasis, survey.ItemBasis} {
		l := f.Layout(basis)
		rapid.Check(t, func(t *rapid.T) {
			a, b, c := tallies(f, l).Draw(t, "a"), tallies(f, l).Draw(t, "b"), tallies(f, l).Draw(t, "c")
			merged := func(all ...*survey.Tally) *survey.Tally {
				y := l.New()
				for _, x := range all {
					y.Merge(x)
				}
				return y
			}
			ab, bc := merged(a, b), merged(b, c)
			if !merged(a, b).Equal(merged(b, a)) || !merged(ab, c).Equal(merged(a, bc)) || !merged(a).Equal(a) {
				t.Fatal("the order of merging matters")
			}
			if ab.N() != a.N()+b.N() {
				t.Fatalf("%d and %d people are %d", a.N(), b.N(), ab.N())
			}
			more := answers(f).Draw(t, "more")
			left, right := a.Clone(), b.Clone()
			left.Add(more)
			right.Add(more)
			if !merged(left, b).Equal(merged(a, right)) || left.Equal(a) {
				t.Fatal("it matters to which part one person is added")
			}
		})
	}
}

func TestARecordComesBackTheSame(t *testing.T) {
	t.Parallel()
	f := MustForm(t, rating())
	for _, basis := range []survey.BasisKind{survey.FactorBasis, survey.ItemBasis} {
		l := f.Layout(basis)
		rapid.Check(t, func(t *rapid.T) {
			y := tallies(f, l).Draw(t, "tally")
			before := []byte("before")
			record := y.Append(before)[len(before):]
			back, err := l.Read(record)
			if err != nil || !back.Equal(y) {
				t.Fatalf("%v", err)
			}
			_, first, sums := y.Moments()
			_, first2, sums2 := back.Moments()
			if !slices.Equal(first, first2) || !slices.Equal(sums, sums2) {
				t.Fatal("other moments")
			}
			at := rapid.IntRange(0, len(record)-1).Draw(t, "at")
			spoilt := slices.Clone(record)
			spoilt[at] ^= 1 << rapid.IntRange(0, 7).Draw(t, "bit")
			for _, bad := range [][]byte{spoilt, record[:at], append(slices.Clone(record), 0)} {
				if _, err := l.Read(bad); !errors.Is(err, survey.ErrCorrupt) {
					t.Fatalf("a spoilt record is read: %v", err)
				}
			}
		})
	}
}

func TestARecordOfAnotherLayoutIsRefused(t *testing.T) {
	t.Parallel()
	f := MustForm(t, rating())
	record := f.Layout(survey.ItemBasis).New().Append(nil)
	if _, err := f.Layout(survey.FactorBasis).Read(record); !errors.Is(err, survey.ErrCorrupt) {
		t.Errorf("%v", err)
	}
}

func TestARecordThatNoTallyWritesIsRefused(t *testing.T) {
	t.Parallel()
	l := MustForm(t, chained()).Layout("") // 5 yes/no questions: n, rated, allTop and 10 cells
	if _, err := l.Read(survey.Sealed([]byte{3, 0, 0, 1, 2, 0, 3, 0, 0, 0, 0, 0, 0})); err != nil {
		t.Fatal(err)
	}
	for name, body := range map[string][]byte{
		"a cell too many":        {3, 0, 0, 1, 2, 0, 3, 0, 0, 0, 0, 0, 0, 0},
		"a cell too few":         {3, 0, 0, 1, 2, 0, 3, 0, 0, 0, 0, 0},
		"more yes than people":   {3, 0, 0, 4, 0, 0, 3, 0, 0, 0, 0, 0, 0},
		"more answers than that": {3, 0, 0, 2, 2, 0, 3, 0, 0, 0, 0, 0, 0},
		"more rated than people": {3, 4, 0, 1, 2, 0, 3, 0, 0, 0, 0, 0, 0},
		"more on top than rated": {3, 1, 2, 1, 2, 0, 3, 0, 0, 0, 0, 0, 0},
		"a long way to write 3":  {0x83, 0, 0, 0, 1, 2, 0, 3, 0, 0, 0, 0, 0, 0},
		"more people than exist": {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f, 0, 0, 1, 2, 0, 3, 0, 0, 0, 0, 0, 0},
	} {
		if _, err := l.Read(survey.Sealed(body)); !errors.Is(err, survey.ErrCorrupt) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTalliesOfOtherLayoutsDoNotMerge(t *testing.T) {
	t.Parallel()
	f := MustForm(t, rating())
	a, b := f.Layout(survey.ItemBasis).New(), f.Layout(survey.FactorBasis).New()
	if a.Equal(b) {
		t.Error("they are equal")
	}
	defer func() {
		if recover() == nil {
			t.Error("they merge")
		}
	}()
	a.Merge(b)
}

func TestTalliesOfTheSameQuestionnaireCompiledTwiceMerge(t *testing.T) {
	t.Parallel()
	a, b := MustForm(t, rating()).Layout("").New(), MustForm(t, rating()).Layout("").New()
	b.Add(make(survey.Answers, 1))
	a.Merge(b)
	if !a.Equal(b) {
		t.Error("merged into nothing it is not the same")
	}
}

func TestAddSurvivesAnswersOutsideTheirQuestion(t *testing.T) {
	t.Parallel()
	f := MustForm(t, rating())
	y := f.Layout("").New()
	bad := make(survey.Answers, f.Len()+3)
	for i := range bad {
		bad[i] = survey.Answer{Set: true, Choice: 99 - 198*(i%2), Chosen: ^uint64(0)}
	}
	y.Add(bad)
	if rated, _ := y.AllTop(); rated != 0 || y.N() != 1 {
		t.Errorf("%d rated of %d", rated, y.N())
	}
	if _, err := f.Layout("").Read(y.Append(nil)); err != nil {
		t.Error(err)
	}
}

func TestCountingDoesNotAllocate(t *testing.T) {
	f := MustForm(t, sipas())
	a := filled(f, rand.New(rand.NewPCG(11, 12)))
	for _, basis := range []survey.BasisKind{survey.FactorBasis, survey.ItemBasis} {
		y := f.Layout(basis).New()
		y.Add(a)
		record := y.Append(nil)
		if n := testing.AllocsPerRun(100, func() {
			y.Add(a)
			record = y.Append(record[:0])
		}); n > 0 {
			t.Errorf("%s: %v allocations", basis, n)
		}
	}
}

func FuzzRecord(f *testing.F) {
	form := MustForm(f, rating())
	layouts := []*survey.Layout{form.Layout(survey.FactorBasis), form.Layout(survey.ItemBasis)}
	r := rand.New(rand.NewPCG(13, 14))
	for n := range 5 {
		for _, l := range layouts {
			y := l.New()
			for range n * n * n {
				y.Add(filled(form, r))
			}
			record := y.Append(nil)
			f.Add(record)
			f.Add(record[1 : len(record)-4]) // to be sealed again
		}
	}
	f.Fuzz(func(t *testing.T, record []byte) {
		for _, l := range layouts {
			for _, b := range [][]byte{record, survey.Sealed(record)} {
				y, err := l.Read(b)
				if err != nil {
					continue
				}
				if again := y.Append(nil); string(again) != string(b) {
					t.Errorf("%x is written as %x", b, again)
				}
				y.Merge(y.Clone())
				if y.N() < 0 {
					t.Errorf("%d people", y.N())
				}
			}
		}
	})
}
