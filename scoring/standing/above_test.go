package standing_test

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"

	"thuocdo/scoring"
	"thuocdo/scoring/standing"
)

// communes are four communes of two provinces, and one that belongs to none.
type communes struct{ archive }

func (c *communes) Units(_ context.Context, kinds []string, _ string) ([]standing.Unit, error) {
	units := []standing.Unit{{Code: "a", Kind: "commune", Parent: "01"}, {Code: "b", Kind: "commune", Parent: "01"}, {Code: "c", Kind: "commune", Parent: "02"},
		{Code: "d", Kind: "commune", Parent: "02"}, {Code: "e", Kind: "commune"}}
	if len(kinds) > 1 {
		units = append(units, standing.Unit{Code: "01", Kind: "province"}, standing.Unit{Code: "02", Kind: "province"})
	}
	return units, nil
}

func newCommunes(tb testing.TB) *communes {
	set := strings.ReplaceAll(satisfaction, `"kinds":["province"]`, `"kinds":["commune"]`)
	return &communes{archive{
		plans: map[string]*scoring.Plan{"satisfaction": mustCompile(tb, set)},
		surveys: map[string]standing.Surveys{"satisfaction": {Wave: "w", ByAgency: map[string]scoring.Survey{
			"a": answers(tb, []int{4, 5}, []int{3, 4}), "b": answers(tb, []int{1, 1}), "c": answers(tb, []int{5, 5}), "e": answers(tb, []int{1, 1})}}},
	}}
}

// Commune a has 3 of 4 ratings of 4 or 5, b none of 2: the mean of the two is 37.5, all together 3 of 6. Of c and d only c has
// answers, all of them 5.
func TestProvincesAreMadeOfTheirCommunes(t *testing.T) {
	t.Parallel()
	for how, want := range map[standing.Upward]float64{standing.MeanUp: 37.5, standing.PooledUp: 50} {
		s, err := standing.Above(t.Context(), newCommunes(t), standing.Query{Framework: "satisfaction", Period: "2026"}, how)
		if err != nil {
			t.Fatal(err)
		}
		if len(s.Outcome.Results) != 2 || len(s.Units) != 2 || s.Units["01"].Kind != "province" {
			t.Fatalf("%s: %+v, %+v", how, s.Units, s.Outcome.Results)
		}
		r, q := s.Outcome.Results[0], s.Outcome.Results[1]
		if r.Unit != "01" || math.Abs(r.Total.Points-want) > 1e-9 || *r.Below != (scoring.Below{Counted: 2, Of: 2}) || r.Responses != 3 {
			t.Errorf("%s: %+v, want %v", how, r, want)
		}
		if q.Unit != "02" || q.Total.Points != 100 || *q.Below != (scoring.Below{Counted: 1, Of: 2}) {
			t.Errorf("%s: %+v, want 100 of one of two", how, q)
		}
	}
}

// lost has a commune below a province that is gone.
type lost struct{ *communes }

func (l lost) Units(ctx context.Context, kinds []string, period string) ([]standing.Unit, error) {
	units, err := l.communes.Units(ctx, kinds, period)
	units[0].Parent = "t63-ha-tay"
	return units, err
}

func TestACommuneBelowNothingIsNamed(t *testing.T) {
	t.Parallel()
	_, err := standing.Above(t.Context(), lost{newCommunes(t)}, standing.Query{Framework: "satisfaction", Period: "2026"}, standing.MeanUp)
	if !errors.Is(err, standing.ErrHierarchy) || !strings.Contains(err.Error(), "t63-ha-tay") {
		t.Errorf("got %v", err)
	}
	if _, err := standing.Above(t.Context(), newCommunes(t), standing.Query{Framework: "none"}, standing.MeanUp); !errors.Is(err, standing.ErrUnknownFramework) {
		t.Errorf("got %v", err)
	}
}

// Commune b is withheld, so 01 is made of a alone: 3 of 4 ratings are 4 or 5, on either way up.
func TestAWithheldCommuneIsNotHiddenInItsProvince(t *testing.T) {
	t.Parallel()
	for _, how := range []standing.Upward{standing.MeanUp, standing.PooledUp} {
		c := newCommunes(t)
		c.hidden = map[string]bool{"b": true}
		s, err := standing.Above(t.Context(), c, standing.Query{Framework: "satisfaction", Period: "2026"}, how)
		if err != nil {
			t.Fatal(err)
		}
		if r := s.Outcome.Results[0]; r.Total.Points != 75 || *r.Below != (scoring.Below{Counted: 1, Of: 2}) {
			t.Errorf("%s: %+v, want 75 of one of two", how, r)
		}
	}
}
