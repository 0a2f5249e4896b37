package estimate

import (
	"context"
	"errors"
	"math"
	"strconv"
	"strings"
	"testing"
)

// frameOf reads a small table written as text: a header line, then rows, cells separated by spaces, "-" for missing.
func frameOf(tb testing.TB, text string) *Frame {
	tb.Helper()
	lines := strings.Split(strings.TrimSpace(text), "\n")
	b, err := NewBuilder(strings.Fields(lines[0]), nil)
	if err != nil {
		tb.Fatal(err)
	}
	for i, l := range lines[1:] {
		cells := strings.Fields(l)
		for j, c := range cells {
			if c == "-" {
				cells[j] = ""
			}
		}
		if err := b.Add(i+2, cells); err != nil {
			tb.Fatal(err)
		}
	}
	return b.Frame()
}

func one(tb testing.TB, f *Frame, s Spec, r Request) Estimate {
	tb.Helper()
	return mustEstimate(tb, mustDesign(tb, f, s), r).Estimates[0]
}

func meanOf(v string) Request  { return Request{Stat: StatMean, Variables: []string{v}} }
func totalOf(v string) Request { return Request{Stat: StatTotal, Variables: []string{v}} }

func TestSimpleRandomSampleByHand(t *testing.T) {
	t.Parallel()
	f := frameOf(t, "y w N\n1 10 40\n2 10 40\n3 10 40\n6 10 40")
	e := one(t, f, Spec{Weight: "w", FPC: []string{"N"}}, meanOf("y"))
	// s² = (4+1+0+9)/3 = 14/3; V = (1−4/40)·s²/4; t(3, .975) = 3.182446305284263 (tables).
	se := math.Sqrt(0.9 * 14.0 / 3 / 4)
	nearFig(t, "mean", e.Value, 3, 1e-14)
	nearFig(t, "se", e.SE, se, 1e-14)
	nearFig(t, "low", e.Low, 3-3.182446305284263*se, 1e-12)
	nearFig(t, "deff", e.Deff, 1, 1e-12)
	nearFig(t, "effective n", e.EffN, 4, 1e-12)
	near(t, "df", e.DF, 3, 0)
	e = one(t, f, Spec{FPC: []string{"N"}}, totalOf("y")) // weights follow from the population counts: 40/4
	nearFig(t, "total", e.Value, 120, 1e-14)
	nearFig(t, "se of total", e.SE, 40*se, 1e-14)
	nearFig(t, "deff of total", e.Deff, 1, 1e-12)
}

func TestSamplingSharesStandForPopulationCounts(t *testing.T) {
	t.Parallel()
	count := frameOf(t, "y N\n1 40\n2 40\n3 40\n6 40")
	share := frameOf(t, "y N\n1 .1\n2 .1\n3 .1\n6 .1")
	a, b := one(t, count, Spec{FPC: []string{"N"}}, totalOf("y")), one(t, share, Spec{FPC: []string{"N"}}, totalOf("y"))
	nearFig(t, "total", b.Value, a.Value.X, 1e-14)
	nearFig(t, "se", b.SE, a.SE.X, 1e-14)
}

func TestStratifiedSampleByHand(t *testing.T) {
	t.Parallel()
	f := frameOf(t, "y h w\n1 a 2\n3 a 2\n10 b 3\n14 b 3")
	e := one(t, f, Spec{Strata: []string{"h"}, Weight: "w"}, meanOf("y"))
	// Two units per stratum: V = Σ_h (z₁−z₂)² with z = w·y/10: (2·2/10)² + (3·4/10)² = 0.16 + 1.44.
	nearFig(t, "mean", e.Value, 8, 1e-14)
	nearFig(t, "se", e.SE, math.Sqrt(1.6), 1e-14)
	near(t, "df", e.DF, 2, 0)
}

// Two districts of 5 drawn, in each 2 communes (of 4 and of 3), in each some people.
const twoStage = `y psu ssu N M w
1 1 1 5 4 1
2 1 1 5 4 1
5 1 2 5 4 1
3 2 1 5 3 1
4 2 2 5 3 1
6 2 2 5 3 1`

func TestTwoStageSampleByHand(t *testing.T) {
	t.Parallel()
	f := frameOf(t, twoStage)
	e := one(t, f, Spec{Clusters: []string{"psu", "ssu"}, FPC: []string{"N", "M"}, Weight: "w"}, totalOf("y"))
	// Units' totals 8 and 13; communes' totals 3, 5 and 3, 10.
	// First stage (1−2/5)·2·((8−13)²/2) = 15. Second 2/5·[(1−2/4)·(3−5)² + (1−2/3)·(3−10)²] = 2/5·(2 + 49/3).
	want := 15 + 0.4*(2+49.0/3)
	nearFig(t, "se", e.SE, math.Sqrt(want), 1e-14)
	e = one(t, f, Spec{Clusters: []string{"psu"}, FPC: []string{"N"}, Weight: "w"}, totalOf("y"))
	nearFig(t, "se with the first stage only", e.SE, math.Sqrt(15), 1e-14)
	e = one(t, f, Spec{Clusters: []string{"psu"}, Weight: "w"}, totalOf("y"))
	nearFig(t, "se with replacement", e.SE, 5, 1e-14)
	near(t, "df", e.DF, 1, 0)
}

func TestPeopleCanBeTheSecondStage(t *testing.T) {
	t.Parallel()
	e := one(t, frameOf(t, twoStage), Spec{Clusters: []string{"psu"}, FPC: []string{"N", "M"}, Weight: "w"}, totalOf("y"))
	// First stage 15 as above. People: 1, 2, 5 (3 of 4): (1−3/4)·3/2·26/3 = 3.25; 3, 4, 6 (3 of 3): taken whole.
	nearFig(t, "se", e.SE, math.Sqrt(15+0.4*3.25), 1e-14)
}

func TestDesignEffectWithReplicatesIsThatOfTheirVariance(t *testing.T) {
	t.Parallel()
	d := mustDesign(t, frameOf(t, "y h w\n1 a 20\n3 a 20\n10 b 30\n14 b 30"), Spec{Strata: []string{"h"}, Weight: "w"})
	r := meanOf("y")
	lin := mustEstimate(t, d, r).Estimates[0]
	var err error
	if r.Replicates, err = d.Balanced(); err != nil {
		t.Fatal(err)
	}
	brr := mustEstimate(t, d, r).Estimates[0]
	nearFig(t, "deff", brr.Deff, lin.Deff.X*math.Pow(brr.SE.X/lin.SE.X, 2), 1e-12)
}

func TestTooManyPairsAndCellsAreRefused(t *testing.T) {
	t.Parallel()
	text := "y g\n"
	for i := range 2100 {
		text += "1 " + strconv.Itoa(i) + "\n"
	}
	d := mustDesign(t, frameOf(t, text), Spec{})
	r := meanOf("y")
	r.By = []string{"g"}
	if _, err := d.Differences(context.Background(), r, nil, AdjustHolm); !errors.Is(err, ErrInput) || !strings.Contains(err.Error(), "name a pair") {
		t.Errorf("pairs: %v", err)
	}
	if _, err := d.Crosstab("y", "g"); !errors.Is(err, ErrInput) {
		t.Errorf("cells: %v", err)
	}
}

func TestLonelyRulesByHand(t *testing.T) {
	t.Parallel()
	f := frameOf(t, "y h w\n1 a 1\n3 a 1\n5 b 1")
	// Total 9. Stratum a: (1−3)² = 4. Stratum b alone: 0 removed or certain, 5² adjusted, average 4·2/1.
	for rule, want := range map[Lonely]float64{LonelyRemove: 4, LonelyCertainty: 4, LonelyAdjust: 29, LonelyAverage: 8} {
		e := one(t, f, Spec{Strata: []string{"h"}, Weight: "w", Lonely: rule}, totalOf("y"))
		nearFig(t, string(rule), e.SE, math.Sqrt(want), 1e-14)
	}
	_, err := NewDesign(f, Spec{Strata: []string{"h"}, Weight: "w"})
	if !errors.Is(err, ErrInput) || !strings.Contains(err.Error(), `row 4, column h: stratum "b" has only one sampling unit`) {
		t.Errorf("fail gives %v", err)
	}
	// A stratum taken whole needs no rule.
	whole := frameOf(t, "y h N\n1 a 9\n3 a 9\n5 b 1")
	if _, err := NewDesign(whole, Spec{Strata: []string{"h"}, FPC: []string{"N"}}); err != nil {
		t.Errorf("a stratum of one unit taken whole is refused: %v", err)
	}
}

func TestNothingButLonelyStrataHasNoError(t *testing.T) {
	t.Parallel()
	f := frameOf(t, "y h\n1 a\n5 b")
	for _, rule := range []Lonely{LonelyRemove, LonelyAverage} {
		e := one(t, f, Spec{Strata: []string{"h"}, Lonely: rule}, meanOf("y"))
		if e.SE.OK || e.Note&NoteLonely == 0 || e.Value.X != 3 {
			t.Errorf("%s: %+v", rule, e)
		}
	}
}

func TestDomainKeepsTheDesign(t *testing.T) {
	t.Parallel()
	f := frameOf(t, "y g\n1 x\n3 x\n8 y\n8 y")
	r := meanOf("y")
	r.By = []string{"g"}
	e := mustEstimate(t, mustDesign(t, f, Spec{}), r).Estimates[0]
	// z = (−½, ½, 0, 0), n = 4: V = 4/3·½.
	nearFig(t, "mean", e.Value, 2, 1e-14)
	nearFig(t, "se", e.SE, math.Sqrt(2.0/3), 1e-14)
	near(t, "df", e.DF, 1, 0)
}

func TestMissingAnswersDropFromThatItemOnly(t *testing.T) {
	t.Parallel()
	f := frameOf(t, "a b\n1 4\n2 -\n9 5\nNA 3")
	res := mustEstimate(t, mustDesign(t, f, Spec{}), Request{Stat: StatMean, Variables: []string{"a", "b"}, Missing: []string{"9"}})
	if a, b := res.Estimates[0], res.Estimates[1]; a.N != 2 || a.Value.X != 1.5 || b.N != 3 || b.Value.X != 4 {
		t.Errorf("%+v %+v", a, b)
	}
}

func TestRatioOfDependentTotalsByHand(t *testing.T) {
	t.Parallel()
	f := frameOf(t, "y x\n1 2\n2 2\n6 8")
	e := one(t, f, Spec{}, Request{Stat: StatRatio, Variables: []string{"y"}, Denominator: "x"})
	// R = 9/12; residuals −.5, .5, 0 over 12; V = 3/2·(.25+.25)/144.
	nearFig(t, "ratio", e.Value, 0.75, 1e-14)
	nearFig(t, "se", e.SE, math.Sqrt(0.75)/12, 1e-14)
	zero := one(t, frameOf(t, "y x\n1 1\n2 -1"), Spec{}, Request{Stat: StatRatio, Variables: []string{"y"}, Denominator: "x"})
	if zero.Value.OK || zero.Note != NoteZeroDenom {
		t.Errorf("zero denominator gives %+v", zero)
	}
}

func TestSharesWithoutLevelsCoverEveryCode(t *testing.T) {
	t.Parallel()
	f := frameOf(t, "q\n2\n10\n2\n-\n1")
	res := mustEstimate(t, mustDesign(t, f, Spec{}), Request{Stat: StatShare, Variables: []string{"q"}})
	var got []string
	for _, e := range res.Estimates {
		got = append(got, e.Level+" "+strconv.FormatFloat(e.Value.X, 'g', 3, 64))
	}
	if s := strings.Join(got, ", "); s != "1 0.25, 2 0.5, 10 0.25" {
		t.Error(s)
	}
}

func TestIntervalsAtTheBoundarySayWhy(t *testing.T) {
	t.Parallel()
	f := frameOf(t, "q\n5\n5\n5\n5\n5\n5\n5\n5\n5\n5")
	d := mustDesign(t, f, Spec{})
	r := Request{Stat: StatShare, Variables: []string{"q"}, Levels: []string{"5"}}
	for _, kind := range []Interval{Logit, Wilson, Arcsin} {
		r.Interval = kind
		if e := mustEstimate(t, d, r).Estimates[0]; e.Low.OK || e.Note&NoteBoundary == 0 {
			t.Errorf("%s at 1: %+v", kind, e)
		}
	}
	r.Interval = Beta
	e := mustEstimate(t, d, r).Estimates[0]
	// Clopper and Pearson: the lower bound of 10 of 10 is .025^(1/10) = 0.6915 (tables).
	nearFig(t, "exact bound", e.Low, math.Pow(0.025, 0.1), 1e-12)
	if e.High.X != 1 || e.Note&NoteExact == 0 {
		t.Errorf("%+v", e)
	}
	r.Levels, r.Interval = []string{"4"}, Beta
	if e := mustEstimate(t, d, r).Estimates[0]; e.Note&NoteAbsent == 0 || e.Low.X != 0 {
		t.Errorf("a level nobody chose: %+v", e)
	}
}

func TestKornGraubardIsClopperPearsonForASimpleSample(t *testing.T) {
	t.Parallel()
	// 4 of 20 with df = n−1: n* = p(1−p)/V = 19, the interval of Beta(3.8, 16.2) and Beta(4.8, 15.2); checked against
	// the defining property: the quantile's probability.
	f := frameOf(t, "q\n"+strings.Repeat("1\n", 4)+strings.Repeat("0\n", 16))
	e := one(t, f, Spec{}, Request{Stat: StatShare, Variables: []string{"q"}, Levels: []string{"1"}, Interval: Beta})
	near(t, "low", e.Low.X, betaQuantile(0.025, 3.8, 16.2), 1e-9)
	near(t, "high", e.High.X, betaQuantile(0.975, 4.8, 15.2), 1e-9)
	// I_x(1, 1) = x and I_x(2, 1) = x² fix the quantile function itself.
	near(t, "beta(1,1)", betaQuantile(0.3, 1, 1), 0.3, 1e-14)
	near(t, "beta(2,1)", betaQuantile(0.49, 2, 1), 0.7, 1e-14)
}

func TestWeightedQuantileByHand(t *testing.T) {
	t.Parallel()
	f := frameOf(t, "y w\n3 1\n1 2\n2 1\n4 4")
	res := mustEstimate(t, mustDesign(t, f, Spec{Weight: "w"}), Request{Stat: StatQuantile, Variables: []string{"y"}, Probs: []float64{0, .25, .3, .5, 1}})
	for i, want := range []float64{1, 1, 2, 3, 4} { // weight up to 1: 2/8, up to 2: 3/8, up to 3: 4/8
		if got := res.Estimates[i].Value.X; got != want {
			t.Errorf("quantile %s = %g, want %g", res.Estimates[i].Level, got, want)
		}
	}
}

func TestPostStratificationByHand(t *testing.T) {
	t.Parallel()
	f := frameOf(t, "y g w\n1 a 10\n3 a 10\n5 b 10\n9 b 10")
	d := mustDesign(t, f, Spec{Weight: "w"})
	after, r, err := d.PostStratify(Margin{Columns: []string{"g"}, Levels: [][]string{{"a"}, {"b"}}, Totals: []float64{60, 20}})
	if err != nil {
		t.Fatal(err)
	}
	// Weights 30 and 10; mean (60·2+20·7)/80 = 3.25; residuals from the cell means ∓1, ∓2: z = 30/80·(∓1), 10/80·(∓2);
	// V = 4/3·2·(.375² + .25²).
	e := mustEstimate(t, after, meanOf("y")).Estimates[0]
	nearFig(t, "mean", e.Value, 3.25, 1e-14)
	nearFig(t, "se", e.SE, math.Sqrt(4.0/3*2*(0.375*0.375+0.25*0.25)), 1e-13)
	if r.Misfit > 1e-14 || r.HighRatio != 3 || r.LowRatio != 1 {
		t.Errorf("%+v", r)
	}
	if _, _, err := after.PostStratify(Margin{Columns: []string{"g"}, Levels: [][]string{{"a"}, {"b"}}, Totals: []float64{1, 1}}); !errors.Is(err, ErrInput) {
		t.Errorf("weighting twice gives %v", err)
	}
}

func TestLinearCalibrationMeetsTotalsOfNumbers(t *testing.T) {
	t.Parallel()
	f := frameOf(t, "y x\n1 1\n3 2\n5 3\n9 6")
	d := mustDesign(t, f, Spec{})
	after, _, err := d.Calibrate(Calibration{Known: []Known{{Intercept, 40}, {"x", 150}}})
	if err != nil {
		t.Fatal(err)
	}
	e := mustEstimate(t, after, Request{Stat: StatTotal, Variables: []string{"x", "y"}})
	nearFig(t, "total of x", e.Estimates[0].Value, 150, 1e-12)
	if e.Estimates[0].SE.X > 1e-10 {
		t.Errorf("a known total has an error of %g", e.Estimates[0].SE.X)
	}
	// The regression estimator: N·(ȳ + b(X̄−x̄)), b = Σ(x−x̄)(y−ȳ)/Σ(x−x̄)² = 22/14.
	nearFig(t, "total of y", e.Estimates[1].Value, 40*(4.5+22.0/14*(150.0/40-3)), 1e-12)
}

func TestAlphaByHand(t *testing.T) {
	t.Parallel()
	// Items (1,2,3) and (1,3,2): variances 1 and 1, covariance ½: alpha = 2·(1 − 2/3) = 2/3.
	s, err := Reliability([]string{"a", "b"}, [][]float64{{1, 2, 3}, {1, 3, 2}}, false)
	if err != nil {
		t.Fatal(err)
	}
	nearFig(t, "alpha", s.Alpha, 2.0/3, 1e-14)
	nearFig(t, "r_drop", s.Items[0].Drop, 0.5, 1e-14)
	if s.Items[0].Alpha.OK {
		t.Error("one item alone has no alpha")
	}
	if _, err := Reliability([]string{"a", "b"}, [][]float64{{1, 2, 3}, {4, 4, 4}}, false); !errors.Is(err, ErrInput) || !strings.Contains(err.Error(), "column b") {
		t.Errorf("a constant item gives %v", err)
	}
}

func TestIndependentDriversKeepTheirOwnShare(t *testing.T) {
	t.Parallel()
	x1, x2 := []float64{-1, -1, 1, 1, -1, -1, 1, 1}, []float64{-1, 1, -1, 1, -1, 1, -1, 1}
	y := make([]float64, 8)
	for i := range y {
		y[i] = 3*x1[i] + 4*x2[i]
	}
	y[0], y[7] = y[0]+1, y[7]+1 // the disturbance is uncorrelated with neither sum nor mean, but with x1 and x2
	d, err := AnalyseDrivers(y, []string{"x1", "x2"}, [][]float64{x1, x2}, nil)
	if err != nil {
		t.Fatal(err)
	}
	// Orthogonal: every order of entry gives the squared correlation.
	for _, v := range d.Terms {
		nearFig(t, "lmg", v.LMG, v.First.X, 1e-12)
		nearFig(t, "last", v.Last, v.First.X, 1e-12)
		nearFig(t, "vif", v.VIF, 1, 1e-12)
	}
	near(t, "sum of shares", d.Terms[0].LMG.X+d.Terms[1].LMG.X, d.R2.X, 1e-12)
}

func TestAdjustedProbabilitiesByHand(t *testing.T) {
	t.Parallel()
	p := []float64{.04, .01, .03}
	for how, want := range map[Adjustment][]float64{
		AdjustHolm: {.06, .03, .06}, AdjustBonferroni: {.12, .03, .09}, AdjustBH: {.04, .03, .04}, AdjustNone: p,
	} {
		got, err := AdjustP(p, how)
		if err != nil {
			t.Fatal(err)
		}
		for i := range want {
			near(t, string(how), got[i], want[i], 1e-14)
		}
	}
}

func TestInterruptionEndsTheWork(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := mustDesign(t, frameOf(t, twoStage), Spec{}).Estimate(ctx, meanOf("y"))
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
