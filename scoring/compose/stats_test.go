package compose

import (
	"fmt"
	"math"
	"testing"
)

func TestStatisticsOfAColumnComeOutAsByHand(t *testing.T) {
	t.Parallel()
	nan := math.NaN()
	s := Table{Cols: []string{"a", "b", "c"}, V: [][]float64{{0, 2, 2, 4, nan}, {nan, nan, nan, nan, nan}, {7, 7, nan, 7, 7}}}.Stats()
	a := s[0]
	// of 0 2 2 4: deviations −2 0 0 2, variance 8/3, no skewness; one zero, three distinct values, the most frequent twice
	if a.Min != 0 || a.Max != 4 || a.Mean != 2 || a.Median != 2 || a.Skew != 0 || a.Available != 4 || a.NonZero != 3 || a.Unique != 3 || a.Same != 2 {
		t.Errorf("%+v", a)
	}
	near(t, "deviation", a.Std, math.Sqrt(8./3), 1e-12)
	near(t, "share with a value", a.ShareAvailable, .8, 1e-12)
	near(t, "share of zeros", a.ShareNonZero, .75, 1e-12)
	if b := s[1]; b.Available != 0 || !math.IsNaN(b.Mean) || !b.FewValues {
		t.Errorf("of nothing: %+v", b)
	}
	if c := s[2]; !math.IsNaN(c.Skew) || c.Unique != 1 || c.Same != 4 || !c.FewUnique || c.Outliers {
		t.Errorf("of a constant: %+v", c)
	}
}

// f(x, y) = (x − 3)² + 10 (y + 1)² has its least value at (3, −1).
func TestTheSimplexFindsTheBottomOfABowl(t *testing.T) {
	t.Parallel()
	p := simplex(func(x []float64) float64 { return (x[0]-3)*(x[0]-3) + 10*(x[1]+1)*(x[1]+1) }, []float64{0, 0}, 1e-10, 1000)
	within(t, "x", p[0], 3, 1e-4)
	within(t, "y", p[1], -1, 1e-4)
	within(t, "start that has no value is left", simplex(func(x []float64) float64 {
		if x[0] == 0 {
			return math.NaN()
		}
		return x[0] * x[0]
	}, []float64{0}, 1e-10, 100)[0], .0, .2)
}

func TestOptimisedWeightsMeetTheirTarget(t *testing.T) {
	t.Parallel()
	for spec, want := range map[string][2]float64{
		`{"weights":"optimised"}`: {.5, .5},
		`{"weights":"optimised","optimise":{"target":{"P":1.1,"Q":1}}}`:                {11. / 21, 10. / 21},
		`{"weights":"optimised","optimise":{"method":"nelder_mead","tolerance":1e-9}}`: {.5, .5},
	} {
		r, err := build(t, optimiseData, handMeta, spec)
		if err != nil {
			t.Fatal(spec, err)
		}
		for k, x := range r.Optimised {
			within(t, spec+" "+x.Element, x.Obtained, want[k], .02)
		}
	}
	// Ranks of six units move in steps: no weights of a grid come nearer to a half than those found.
	r, err := build(t, optimiseData, handMeta, `{"weights":"optimised","optimise":{"correlation":"spearman"}}`)
	if err != nil {
		t.Fatal(err)
	}
	found := math.Abs(r.Optimised[0].Obtained - .5)
	for p := range 100 {
		r, err := build(t, optimiseData, handMeta, fmt.Sprintf(`{"weights":"x","weight_sets":{"x":{"P":%d,"Q":%d}}}`, p, 99-p))
		if err != nil {
			t.Fatal(err)
		}
		last := len(r.Scores) - 1
		a, _ := Correlation("spearman", r.Scores[last-2], r.Scores[last])
		b, _ := Correlation("spearman", r.Scores[last-1], r.Scores[last])
		if d := math.Abs(a/(a+b) - .5); d < found-1e-9 {
			t.Errorf("weights %d:%d miss a half by %v, those found by %v", p, 99-p, d, found)
		}
	}
	r, err = build(t, optimiseData, handMeta, `{"weights":"optimised","optimise":{"aim":"infomax"}}`)
	if err != nil {
		t.Fatal(err)
	}
	best := r.Optimised[0].Obtained + r.Optimised[1].Obtained
	for _, p := range []string{"0.1", "1", "10"} { // no other pair of weights correlates more
		r, err := build(t, optimiseData, handMeta, `{"weights":"x","weight_sets":{"x":{"P":`+p+`,"Q":1}}}`)
		if err != nil {
			t.Fatal(err)
		}
		last := len(r.Scores) - 1
		a, _ := Correlation("pearson", r.Scores[last-2], r.Scores[last])
		b, _ := Correlation("pearson", r.Scores[last-1], r.Scores[last])
		if a+b > best+1e-6 {
			t.Errorf("weights %s:1 correlate %v, more than the optimum %v", p, a+b, best)
		}
	}
}

const optimiseData = "uCode,uName,a,b,c,pop,g\nw,W,0,4,10,10,n\nx,X,5,3,90,20,n\ny,Y,10,1,30,30,s\nz,Z,2,0,200,50,s\nv,V,7,2,100,20,s\nu,U,1,5,40,30,n"
