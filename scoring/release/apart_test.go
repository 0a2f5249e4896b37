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
