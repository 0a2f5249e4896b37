package compose

import (
	"context"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// Four provinces, three indicators, two pillars; every expected number is worked out beside it.
const (
	handMeta = "iCode,Parent,Level,Weight,Direction,Type,Target,Denominator\na,P,1,1,1,Indicator,12,\nb,P,1,3,-1,Indicator,,\nc,Q,1,1,1,Indicator,,pop\nP,I,2,1,1,Aggregate,,\nQ,I,2,1,1,Aggregate,,\nI,,3,1,1,Aggregate,,\npop,,,,,Denominator,,\ng,,,,,Group,,"
	handData = "uCode,uName,a,b,c,pop,g\nw,W,0,4,10,10,n\nx,X,5,3,40,20,n\ny,Y,10,1,90,30,s\nz,Z,2,0,200,50,s"
)

func table(text string) []Row {
	var out []Row
	for i, l := range strings.Split(text, "\n") {
		out = append(out, Row{i + 1, strings.Split(l, ",")})
	}
	return out
}

func build(tb testing.TB, data, meta, spec string) (*Result, error) {
	tb.Helper()
	s, err := ParseSpec([]byte(spec))
	if err != nil {
		return nil, err
	}
	m, err := New(table(data), table(meta))
	if err != nil {
		return nil, err
	}
	return Build(context.Background(), m, s, func() {})
}

func TestASmallIndexComesOutAsByHand(t *testing.T) {
	t.Parallel()
	r, err := build(t, handData, handMeta, `{}`)
	if err != nil {
		t.Fatal(err)
	}
	// a: 0 50 100 20; b reversed: 0 25 75 100; c/pop = 1 2 3 4: 0 100/3 200/3 100
	for i, want := range [][]float64{{0, 0, 0}, {31.25, 100. / 3, (31.25 + 100./3) / 2}, {81.25, 200. / 3, (81.25 + 200./3) / 2}, {80, 100, 90}} {
		for k := range want {
			near(t, fmt.Sprint(r.Model.Units[i], k), r.Scores[3+k][i], want[k], 1e-12)
		}
	}
	if want := []int{4, 3, 2, 1}; !slices.Equal(r.Ranks[5], want) {
		t.Errorf("ranks %v, want %v", r.Ranks[5], want)
	}
	// a carries 1/4 of P, which carries 1/2 of I
	for e, want := range []float64{.125, .375, .5, .5, .5, 1} {
		near(t, "effective weight", r.Effective[e], want, 1e-12)
	}
}

func TestBadTablesAndSpecsAreRefusedWithTheirPlace(t *testing.T) {
	t.Parallel()
	swap := strings.NewReplacer
	for name, c := range map[string]struct{ data, meta, spec, want string }{
		"a constant indicator":         {swap("0,4,10", "5,4,10", "10,1,90", "5,1,90", "2,0,200", "5,0,200").Replace(handData), handMeta, `{}`, "column a: every value is 5"},
		"an empty column":              {swap("0,4,", ",4,", "5,3,", ",3,", "10,1,", ",1,", "2,0,", ",0,").Replace(handData), handMeta, `{}`, "data column a: the column holds no number"},
		"an unknown parent":            {handData, strings.Replace(handMeta, "c,Q", "c,R", 1), `{}`, `meta row 4, column Parent: there is no aggregate "R"`},
		"a cycle":                      {handData, strings.Replace(handMeta, "I,,3", "I,P,3", 1), `{}`, "meta row 7, column Parent: P must be at a higher level"},
		"a unit twice":                 {strings.Replace(handData, "x,X", "w,X", 1), handMeta, `{}`, `data row 3, column uCode: code "w"`},
		"an element twice":             {handData, strings.Replace(handMeta, "b,P", "a,P", 1), `{}`, `meta row 3, column iCode: code "a"`},
		"a word for a number":          {strings.Replace(handData, "0,4,10", "0,vier,10", 1), handMeta, `{}`, `data row 2, column b: expected a number, found "vier"`},
		"NaN for a number":             {strings.Replace(handData, "0,4,10", "0,NaN,10", 1), handMeta, `{}`, `data row 2, column b`},
		"a denominator of zero":        {strings.Replace(handData, "10,10,n", "10,0,n", 1), handMeta, `{}`, "data row 2, column pop: a denominator is zero"},
		"zero under a geometric mean":  {handData, handMeta, `{"aggregate":["gmean"]}`, "unit w, element P: gmean needs positive"},
		"an unknown field":             {handData, handMeta, `{"norm":{}}`, "$.norm: "},
		"an unknown method":            {handData, handMeta, `{"normalise":{"method":"max"}}`, "$.normalise.method: there is no"},
		"too few methods":              {handData, handMeta, `{"aggregate":["amean","gmean","amean"]}`, "$.aggregate: expected 1 or 2 methods"},
		"an unknown reference":         {handData, handMeta, `{"normalise":{"method":"distance_reference","reference":"q"}}`, `$.normalise.reference: there is no unit "q"`},
		"no unit after screening":      {swap("W,0,", "W,,", "X,5,3", "X,5,", "10,1,90", "10,,90", "Z,2,", "Z,,").Replace(handData), handMeta, `{"screen":{"dat_thresh":1}}`, "$.screen: no unit"},
		"weights that are all zero":    {handData, strings.Replace(handMeta, "c,Q,1,1", "c,Q,1,0", 1), `{}`, "weights, element Q"},
		"goalposts the wrong way":      {handData, handMeta, `{"normalise":{"method":"goalposts","goalposts":{"a":[3,1]}}}`, "$.normalise.goalposts.a"},
		"a run that chooses outside":   {handData, handMeta, `{"uncertainty":{"vary":[{"what":"weights","noise":0.1}],"runs":[[100]]}}`, "$.uncertainty.runs[0]"},
		"a level with one element":     {handData, handMeta, `{"weights":"optimised","optimise":{"level":9}}`, "$.optimise.level: level 9 has fewer than two"},
		"a target elsewhere":           {handData, handMeta, `{"weights":"optimised","optimise":{"target":{"a":2}}}`, `$.optimise.target: there is no element "a" at level 2`},
		"a target below zero":          {handData, handMeta, `{"weights":"optimised","optimise":{"target":{"P":-1}}}`, "$.optimise.target.P: must be greater than 0"},
		"a target of nothing":          {handData, handMeta, `{"weights":"optimised","optimise":{"aim":"infomax","target":{"P":1}}}`, "$.optimise.target: goes with balance only"},
		"a convention of nobody":       {handData, handMeta, `{"normalise":{"convention":"r"}}`, "$.normalise.convention: there is no"},
		"an alternative that is null":  {handData, handMeta, `{"alternatives":{"x":null}}`, "$.alternatives.x: an object is expected"},
		"winmax without winsorisation": {handData, handMeta, `{"uncertainty":{"vary":[{"what":"winmax","winmax":[1]}]}}`, "$.uncertainty.vary[0]"},
	} {
		if _, err := build(t, c.data, c.meta, c.spec); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", name, err, c.want)
		}
	}
}

func TestMissingValuesAreLeftOutAndWeightsRescaled(t *testing.T) {
	t.Parallel()
	nan := math.NaN()
	for method, want := range map[string]float64{"amean": 4, "gmean": 4, "hmean": 4, "genmean": 4} {
		v, bad := Combine(method, [][]float64{{nan, nan}, {4, nan}}, []float64{3, 1}, 2)
		if near(t, method, v[0], want, 1e-12); bad >= 0 || !math.IsNaN(v[1]) {
			t.Errorf("%s: got %v, bad %d", method, v, bad)
		}
	}
	// one column in common, and none: a win and a draw
	o := Outranking([][]float64{{1, 2, nan}, {nan, nan, 5}}, []float64{1, 1})
	if o[1][0] != 1 || o[0][1] != 0 || o[0][2] != .5 {
		t.Errorf("outranking %v", o)
	}
}

func TestBoxCoxOfALogNormalShapeIsNearTheLogarithm(t *testing.T) {
	t.Parallel()
	x := make([]float64, 200)
	for i := range x {
		x[i] = math.Exp(3 * math.Sin(float64(i)))
	}
	y, lambda := boxCox(x)
	before, _ := shape(x)
	after, _ := shape(y)
	if math.Abs(after) > math.Abs(before)/2 || lambda <= -2 || lambda >= 2 {
		t.Errorf("skewness %v became %v with lambda %v", before, after, lambda)
	}
}

func TestOrderOfRowsUnitsOfMeasureAndScaleOfWeightsChangeNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(4, 12).Draw(t, "units")
		k := float64(rapid.IntRange(1, 9).Draw(t, "factor"))
		head, one, two := "uCode,a,b,c", []string{}, []string{}
		for i := range n {
			v := rapid.SliceOfN(rapid.IntRange(-50, 50), 3, 3).Draw(t, "row")
			v[0], v[1], v[2] = v[0]+200*i, v[1]-300*i, v[2]+150*i // never constant
			one = append(one, fmt.Sprintf("u%02d,%d,%d,%d", i, v[0], v[1], v[2]))
			two = append(two, fmt.Sprintf("u%02d,%v,%d,%d", i, k*float64(v[0])+7, -v[1], v[2])) // b turned round
		}
		two = rapid.Permutation(two).Draw(t, "order")
		meta := "iCode,Parent,Level,Weight,Direction,Type\na,I,1,%v,1,Indicator\nb,I,1,%v,%d,Indicator\nc,I,1,%v,1,Indicator\nI,,2,1,1,Aggregate"
		var ranks [2][]float64
		for i, x := range [][]string{one, two} {
			w := []float64{1, k}[i]
			m, err := New(table(head+"\n"+strings.Join(x, "\n")), table(fmt.Sprintf(meta, w, 2*w, 1-2*i, w)))
			if err != nil {
				t.Fatal(err)
			}
			s, _ := ParseSpec([]byte(`{}`))
			r, err := Build(context.Background(), m, s, func() {})
			if err != nil {
				t.Fatal(err)
			}
			ranks[i] = r.Scores[3]
		}
		for i := range ranks[0] {
			if math.Abs(ranks[0][i]-ranks[1][i]) > 1e-9 {
				t.Fatalf("unit %d: %v and %v", i, ranks[0][i], ranks[1][i])
			}
		}
	})
}

func TestUncertaintyIsTheSameForTheSameSeedAndStopsWhenAsked(t *testing.T) {
	t.Parallel()
	spec := `{"uncertainty":{"n":50,"seed":7,"vary":[{"what":"weights","noise":0.5},{"what":"aggregate","aggregate":[["amean"],["genmean"]]}]},"sensitivity":{"n":20,"seed":3,"bootstrap":10}}`
	r, err := build(t, handData, handMeta, spec)
	if err != nil {
		t.Fatal(err)
	}
	s := mustSpec(t, spec)
	a, err := r.Uncertain(context.Background(), s, func() {})
	b, _ := r.Uncertain(context.Background(), s, func() {})
	if err != nil || !reflect.DeepEqual(a, b) {
		t.Errorf("two runs differ: %v", err)
	}
	stopped, stop := context.WithCancel(context.Background())
	stop()
	if _, err := r.Uncertain(stopped, s, func() {}); err != context.Canceled {
		t.Errorf("got %v, want it to stop", err)
	}
	if _, err := r.Sensitive(stopped, s, func() {}); err != context.Canceled {
		t.Errorf("sensitivity: got %v, want it to stop", err)
	}
	s.Weights = "optimised"
	m, _ := New(table(handData), table(handMeta))
	if _, err := Build(stopped, m, s, func() {}); err != context.Canceled {
		t.Errorf("optimisation: got %v, want it to stop", err)
	}
}

func FuzzSpec(f *testing.F) {
	f.Add(`{"treat":{"method":"boxcox"},"aggregate":["copeland"]}`)
	f.Add(`{"uncertainty":{"n":3,"vary":[{"what":"weights","noise":0.2}]},"normalise":{"method":"rank"}}`)
	f.Fuzz(func(t *testing.T, spec string) {
		r, err := build(t, handData, handMeta, spec)
		if err != nil {
			return
		}
		for _, x := range r.Scores[len(r.Scores)-1] {
			if math.IsNaN(x) || math.IsInf(x, 0) {
				t.Errorf("score %v from complete data under %s", x, spec)
			}
		}
	})
}
