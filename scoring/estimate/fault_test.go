package estimate

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"

	"thuocdo/scoring/phrase"
)

func TestMistakesNameColumnAndRow(t *testing.T) {
	t.Parallel()
	good := "y h psu w N\n1 a 1 1 9\n2 a 2 1 9\n3 b 3 1 9\n4 b 4 1 9"
	for name, c := range map[string]struct {
		data string
		spec Spec
		want string
	}{
		"negative weight":            {"y w\n1 1\n2 -3", Spec{Weight: "w"}, "row 3, column w: weight -3 is not valid"},
		"missing weight":             {"y w\n1 1\n2 NA", Spec{Weight: "w"}, "row 3, column w: the weight is missing"},
		"infinite weight":            {"y w\n1 1\n2 Inf", Spec{Weight: "w"}, `row 3, column w: "Inf" is not a number`},
		"weights that add to zero":   {"y w\n1 0\n2 0", Spec{Weight: "w"}, "column w: the weights add up to zero"},
		"weight that is text":        {"y w\n1 1\n2 x", Spec{Weight: "w"}, `row 3, column w: "x" is not a number`},
		"fpc smaller than sample":    {"y N\n1 1\n2 1\n3 2", Spec{FPC: []string{"N"}}, "row 2, column N: the population has 1 units, fewer than the 3 in the sample"},
		"fpc that varies":            {"y N\n1 9\n2 8", Spec{FPC: []string{"N"}}, "row 3, column N: 8 differs from 9"},
		"missing fpc":                {"y N\n1 9\n2 NA", Spec{FPC: []string{"N"}}, "row 3, column N: the population count is missing"},
		"zero fpc":                   {"y N\n1 9\n2 0", Spec{FPC: []string{"N"}}, "row 3, column N: 0 is not a population count"},
		"missing stratum":            {"y h\n1 a\n2 NA", Spec{Strata: []string{"h"}}, "row 3, column h: the cell is empty"},
		"unit in two strata":         {"y h psu\n1 a 1\n2 b 1", Spec{Strata: []string{"h"}, Clusters: []string{"psu"}}, `row 3, column psu: unit "1" is in two strata (h)`},
		"one unit in a stratum":      {"y h\n1 a\n2 a\n3 b", Spec{Strata: []string{"h"}}, `row 4, column h: stratum "b" has only one`},
		"one unit in all":            {"y psu\n1 1\n2 1", Spec{Clusters: []string{"psu"}}, "row 2: the whole design has only one sampling unit"},
		"one unit at a later stage":  {"y psu ssu N M\n1 1 1 9 9\n2 1 2 9 9\n3 2 1 9 9", Spec{Clusters: []string{"psu", "ssu"}, FPC: []string{"N", "M"}}, `row 4, column psu: unit "2" has only one sampling unit at stage 2`},
		"no such column":             {good, Spec{Weight: "v"}, "column v: no such column; there are: y, h, psu, w, N"},
		"unknown rule":               {good, Spec{Lonely: "guess"}, `no such rule: "guess"`},
		"more fpc columns than ever": {good, Spec{FPC: []string{"N", "N"}}, "more columns than stages"},
	} {
		_, err := NewDesign(frameOf(t, c.data), c.spec)
		if !errors.Is(err, ErrInput) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", name, err, c.want)
		}
		var m phrase.Mistakes
		if !errors.As(err, &m) || m[0].Message.In("vi") == "" || m[0].Message.In("vi") == m[0].Message.In("en") {
			t.Errorf("%s: no Vietnamese wording", name)
		}
	}
}

func TestBlankLinesDoNotShiftRowNumbers(t *testing.T) {
	t.Parallel()
	b, err := NewBuilder([]string{"y"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range []int{2, 5, 6} {
		cell := "1"
		if line == 6 {
			cell = "x"
		}
		if err := b.Add(line, []string{cell}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := b.Frame().Values("y"); err == nil || !strings.Contains(err.Error(), "row 6, column y") {
		t.Errorf("got %v", err)
	}
	if err := b.Add(9, nil); err == nil || !strings.Contains(err.Error(), "row 9, column y: the row has too few cells") {
		t.Errorf("got %v", err)
	}
}

func TestRequestsThatMakeNoSense(t *testing.T) {
	t.Parallel()
	f := frameOf(t, "q g text\n1 a x\n7 b y")
	d := mustDesign(t, f, Spec{})
	for want, r := range map[string]Request{
		"no variable is named":                    {Stat: StatMean},
		"no such column":                          {Stat: StatMean, Variables: []string{"z"}},
		`row 2, column text: "x" is not a number`: {Stat: StatMean, Variables: []string{"text"}},
		"needed for a ratio":                      {Stat: StatRatio, Variables: []string{"q"}},
		"only for shares":                         {Stat: StatMean, Variables: []string{"q"}, Levels: []string{"1"}},
		"1.5 is not between 0 and 1":              {Stat: StatMean, Variables: []string{"q"}, Level: 1.5},
		"2 is not in [0, 1]":                      {Stat: StatQuantile, Variables: []string{"q"}, Probs: []float64{2}},
		"no such statistic":                       {Stat: "mode", Variables: []string{"q"}},
		"no such method":                          {Stat: StatMean, Variables: []string{"q"}, Interval: "guess"},
		`row 3, column q: code "7" is not in the questionnaire`: {Stat: StatMean, Variables: []string{"q"}, Valid: []string{"1", "2", "3", "4", "5"}},
		"degrees of freedom": {Stat: StatMean, Variables: []string{"q"}, DF: -1},
	} {
		_, err := d.Estimate(t.Context(), r)
		if !errors.Is(err, ErrInput) || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}

func TestAnEmptyDomainSaysSo(t *testing.T) {
	t.Parallel()
	f := frameOf(t, "q g\n1 a\n2 a\n- b\n- b")
	for _, s := range []Stat{StatMean, StatTotal, StatShare, StatQuantile} {
		r := Request{Stat: s, Variables: []string{"q"}, By: []string{"g"}}
		if s == StatShare {
			r.Levels = []string{"1"}
		}
		e := mustEstimate(t, mustDesign(t, f, Spec{}), r).Of(1)[0]
		if e.Value.OK || e.SE.OK || e.Low.OK || e.N != 0 || e.Note.In("en") != "no valid answer" || e.Note.In("vi") == "" {
			t.Errorf("%s: %+v", s, e)
		}
	}
	if _, err := mustDesign(t, f, Spec{}).Estimate(t.Context(), Request{Stat: StatMean, Variables: []string{"g2"}}); err == nil {
		t.Error("no error")
	}
}

func TestAConstantItemHasNoDesignEffect(t *testing.T) {
	t.Parallel()
	e := one(t, frameOf(t, "q\n3\n3\n3"), Spec{}, meanOf("q"))
	if e.Value.X != 3 || e.SE.X != 0 || e.Deff.OK || e.Note&NoteConstant == 0 {
		t.Errorf("%+v", e)
	}
}

func TestMarginsThatCannotBeMet(t *testing.T) {
	t.Parallel()
	f := frameOf(t, "a b y\n1 1 1\n1 1 2\n2 2 3\n2 2 4\n- 1 5")
	full := frameOf(t, "a b y\n1 1 1\n1 1 2\n2 2 3\n2 2 4")
	margin := func(c string, totals ...float64) Margin {
		m := Margin{Columns: []string{c}, Totals: totals}
		for k := range totals {
			m.Levels = append(m.Levels, []string{string(rune('1' + k))})
		}
		return m
	}
	for want, c := range map[string]struct {
		f       *Frame
		margins []Margin
	}{
		"row 6, column a: the cell is empty":                         {f, []Margin{margin("a", 5, 5)}},
		`row 4, column a: there is no population total for "2"`:      {full, []Margin{margin("a", 10)}},
		`column a: "3" has a total of 5 but nobody in the sample`:    {full, []Margin{margin("a", 5, 5, 5)}},
		"adds up to 12, but a adds up to 10":                         {full, []Margin{margin("a", 5, 5), margin("b", 6, 6)}},
		`the total of "1" cannot be met (still off by 0.4)`:          {full, []Margin{margin("a", 4, 6), margin("b", 6, 4)}},
		`column a: the total of "2" is not valid`:                    {full, []Margin{margin("a", 12, -2)}},
		`column a: "1" has people in the sample but a total of zero`: {full, []Margin{margin("a", 0, 10)}},
	} {
		_, _, err := mustDesign(t, c.f, Spec{}).Rake(c.margins, RakeOptions{})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
	_, _, err := mustDesign(t, full, Spec{}).Calibrate(Calibration{Margins: []Margin{margin("a", 4, 6), margin("b", 6, 4)}})
	if !errors.Is(err, ErrConverge) || !strings.Contains(err.Error(), "cannot be met") {
		t.Errorf("calibrate: %v", err)
	}
	_, _, err = mustDesign(t, full, Spec{}).Rake([]Margin{margin("a", 30, 10)}, RakeOptions{MaxRatio: 2})
	if err == nil {
		t.Error("weights within a factor of 2 cannot meet 15-fold totals")
	}
}

func TestReplicatesRefuseDesignsTheyDoNotFit(t *testing.T) {
	t.Parallel()
	d := mustDesign(t, frameOf(t, "y h\n1 a\n2 a\n3 b\n4 b\n5 b"), Spec{Strata: []string{"h"}})
	if _, err := d.Jackknife1(); err == nil || !strings.Contains(err.Error(), "jkn") {
		t.Errorf("jk1: %v", err)
	}
	if _, err := d.Balanced(); err == nil || !strings.Contains(err.Error(), "row 4, column h: brr needs an even number of sampling units in every stratum, this one has 3") {
		t.Errorf("brr: %v", err)
	}
	if _, err := d.Bootstrap(1, 1); err == nil {
		t.Error("one replicate")
	}
}

func TestPerfectSeparationIsNamed(t *testing.T) {
	t.Parallel()
	d := mustDesign(t, frameOf(t, "y x\n0 1\n0 2\n0 3\n1 4\n1 5\n1 6"), Spec{})
	if _, err := d.Regress("y", []string{"x"}, true); err == nil {
		t.Error("no error")
	}
	if _, err := d.Regress("x", []string{"y"}, true); !errors.Is(err, ErrInput) || !strings.Contains(err.Error(), "row 3, column x") {
		t.Errorf("outcome that is not 0 or 1: %v", err)
	}
	if _, err := d.Regress("y", []string{"x", "x"}, false); !errors.Is(err, ErrInput) {
		t.Errorf("doubled variable: %v", err)
	}
}

func TestQuantileKernelRefusesNonsense(t *testing.T) {
	t.Parallel()
	for _, v := range []float64{Quantile(nil, .5, 7), Quantile([]float64{1}, 2, 7), Quantile([]float64{1}, .5, 10)} {
		if !math.IsNaN(v) {
			t.Errorf("got %g", v)
		}
	}
}

func TestComparingOneDomainIsRefused(t *testing.T) {
	t.Parallel()
	d := mustDesign(t, frameOf(t, "y g\n1 a\n2 a\n3 a"), Spec{})
	r := meanOf("y")
	r.By = []string{"g"}
	if _, err := d.Differences(context.Background(), r, nil, AdjustHolm); !errors.Is(err, ErrInput) || !strings.Contains(err.Error(), "at least two domains, there is 1") {
		t.Errorf("got %v", err)
	}
}
