package release

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"thuocdo/scoring"
	"thuocdo/scoring/standing"
)

// shelf keeps releases in memory.
type shelf struct {
	records []*Record
	files   map[string][]byte
}

func (s shelf) Releases(context.Context) ([]*Record, error)              { return s.records, nil }
func (s shelf) ReleaseFile(_ context.Context, id string) ([]byte, error) { return s.files[id], nil }

// otherwise returns a country in which the first people of an agency did not answer, and in whose place others did.
func otherwise(t *testing.T, agency string, gone, came int) *country {
	t.Helper()
	c := newCountry(t, 8, 1)
	r := scoring.NewRatings([][]string{{"q1", "q2"}, {"q3"}})
	for person := range 20 - gone + came {
		mark := 1 + person%5
		if person >= 20-gone {
			mark = 5
		}
		if err := r.Add([]int{mark, mark, mark}); err != nil {
			t.Fatal(err)
		}
	}
	c.surveys.ByAgency[agency] = r
	return c
}

func TestTwoReleasesMayNotTellWhatAFewPeopleSaid(t *testing.T) {
	t.Parallel()
	seal := func(c *country) *Release {
		r, err := Seal(t.Context(), c, standing.Query{Framework: "voice", Period: "2026"}, "test", key(1))
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	first := seal(otherwise(t, "a00001", 0, 0))
	for _, x := range []struct {
		name       string
		gone, came int
		apart      bool
	}{
		{"the same", 0, 0, false},
		{"two are gone", 2, 0, true},
		{"four came", 0, 4, true},
		{"three are gone, three others came", 3, 3, true},
		{"five are gone", 5, 0, false},
		{"one is gone, six came", 1, 6, false},
	} {
		next := seal(otherwise(t, "a00001", x.gone, x.came))
		for _, seen := range []bool{true, false} {
			if next.ID == first.ID {
				continue
			}
			was, is := &Record{ID: first.ID, About: first.About}, &Record{ID: next.ID, About: next.About}
			if seen { // and withdrawn since
				was.Out, was.Ended = time.Unix(1, 0), time.Unix(2, 0)
			}
			err := Against(t.Context(), shelf{[]*Record{is, was}, map[string][]byte{first.ID: first.File, next.ID: next.File}}, next.ID)
			var e *Apart
			if got := errors.As(err, &e); got != (x.apart && seen) || got && (!errors.Is(err, ErrApart) || !slices.Equal(e.Agencies, []string{"a00001"}) || e.Other != first.ID) {
				t.Errorf("%s, seen %v: %v", x.name, seen, err)
			}
		}
	}
	if err := Against(t.Context(), shelf{}, "x"); !errors.Is(err, ErrUnknown) {
		t.Error(err)
	}
}

// answered returns a country in which some people answered about an agency: each gives a mark to q1, q2 and q3, 0 = none.
func answered(t *testing.T, agency string, people ...[]int) *country {
	t.Helper()
	c := newCountry(t, 8, 1)
	r := scoring.NewRatings([][]string{{"q1", "q2"}, {"q3"}})
	for _, marks := range people {
		if err := r.Add(marks); err != nil {
			t.Fatal(err)
		}
	}
	c.surveys.ByAgency[agency] = r
	return c
}

// times repeats the marks of a person.
func times(n int, marks ...int) [][]int { return slices.Repeat([][]int{marks}, n) }

// Five people more, one of whom answered the first question: everybody reads from its counts what that one said, however many answered
// the others.
func TestAQuestionThatFewAnsweredOtherwiseKeepsAReleaseBack(t *testing.T) {
	t.Parallel()
	seal := func(framework string, people ...[]int) *Release {
		r, err := Seal(t.Context(), answered(t, "a00001", people...), standing.Query{Framework: framework, Period: "2026"}, "test", key(1))
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	join := slices.Concat[[][]int]
	base := join(times(5, 5, 3, 2), times(15, 0, 4, 2))
	small := join(times(2, 5, 3, 2), times(30, 0, 4, 5)) // q1 is held back, and the inputs of the agency with it
	for _, x := range []struct {
		name     string
		was, is  [][]int
		expected bool
	}{
		{"one of five more answered q1", base, join(base, times(4, 0, 3, 3), times(1, 1, 3, 3)), true},
		{"four of twenty more did", base, join(base, times(16, 0, 3, 3), times(4, 1, 3, 3)), true},
		{"five of twenty more did", base, join(base, times(15, 0, 3, 3), times(5, 1, 3, 3)), false},
		{"none of five more did", base, join(base, times(5, 0, 3, 3)), false},
		{"the inputs are inside, and two of six more answered q3", small, join(small, times(4, 0, 4, 0), times(2, 0, 4, 1)), true},
		{"the inputs are inside, and six more answered q3", small, join(small, times(6, 0, 4, 1)), false},
		{"the inputs are inside, and one person of q3 is another", small, join(times(2, 5, 3, 2), times(29, 0, 4, 5), times(1, 0, 4, 1)), true},
	} {
		for _, framework := range []string{"voice", "reform"} { // by itself, and as a value of another index
			a, b := seal(framework, x.was...), seal(framework, x.is...)
			for _, found := range [][]string{apart(&a.content, &b.content, Least), apart(&b.content, &a.content, Least)} {
				if slices.Equal(found, []string{"a00001"}) != x.expected || len(found) > 1 {
					t.Errorf("%s, %s: %v", framework, x.name, found)
				}
			}
		}
	}
}
