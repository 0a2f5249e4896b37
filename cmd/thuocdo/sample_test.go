package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"math"
	"strconv"
	"testing"

	"thuocdo/scoring/estimate"
	"thuocdo/survey/sample"
)

// The columns of a draw must mean to thuocdo estimate what they mean here: over 600 draws of each design its 95 % interval
// of a total holds the true total in 90 to 99 of 100, and its mean standard error is within 15 % of the spread of the
// totals. With-replacement errors of pps draws may be larger, up to 40 %.
func TestIntervalsFromDrawsHoldTheTruth(t *testing.T) {
	t.Parallel()
	for name, x := range map[string]struct {
		design sample.Design
		large  int // for the certainty draws; few units of a skewed population make no normal totals
		over   float64
	}{
		"stratified":  {sample.Design{Strata: []string{"region"}, Stages: []sample.Stage{{Unit: "village", Method: sample.All}, {Unit: "id", Method: sample.SRS, N: 4}}}, 0, 0.15},
		"two stages":  {sample.Design{Strata: []string{"region"}, Stages: []sample.Stage{{Unit: "village", Method: sample.SRS, N: 24}, {Unit: "id", Method: sample.SRS, N: 4}}}, 0, 0.15},
		"pps, stages": {sample.Design{Strata: []string{"region"}, Stages: []sample.Stage{{Unit: "village", Method: sample.PPS, N: 24}, {Unit: "id", Method: sample.SRS, N: 4}}}, 2, 0.4},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			x.design.Allocation, x.design.Least = sample.Proportional, 2
			f, truth := clustered(t, x.large)
			const draws = 600
			var held, mean, square, se float64
			for seed := range uint64(draws) {
				x.design.Seed = seed
				e := totalOf(t, f, x.design)
				if e.Low.X <= truth && truth <= e.High.X {
					held++
				}
				mean, square, se = mean+e.Value.X/draws, square+e.Value.X*e.Value.X/draws, se+e.SE.X/draws
			}
			spread := math.Sqrt(square - mean*mean)
			if rate := held / draws; rate < 0.9 || rate > 0.99 {
				t.Errorf("%.3f of the intervals hold the truth", rate)
			}
			if se < 0.85*spread || se > (1+x.over)*spread {
				t.Errorf("mean standard error %.4g, spread of the totals %.4g", se, spread)
			}
		})
	}
}

// clustered is a population of 60 villages of unequal size in two regions, some of them large, and its total of y.
func clustered(t *testing.T, large int) (f *sample.Frame, truth float64) {
	t.Helper()
	f, err := sample.NewFrame([]string{"region", "village", "id", "y"})
	if err != nil {
		t.Fatal(err)
	}
	for v := range 60 {
		people := 8 + (v*v)%13
		if v < large {
			people = 150
		}
		for p := range people {
			y := 40 + (v*17)%11 + (p*p*7+v)%9
			truth += float64(y)
			if err := f.Add(f.Len()+2, []string{strconv.Itoa(v % 2), strconv.Itoa(v), strconv.Itoa(p), strconv.Itoa(y)}); err != nil {
				t.Fatal(err)
			}
		}
	}
	return f, truth
}

// totalOf draws, writes the draw as the command does, and estimates the total of y from what was written.
func totalOf(t *testing.T, f *sample.Frame, d sample.Design) estimate.Estimate {
	t.Helper()
	s, err := f.Draw(d)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := writeDraw(&b, f, s, len(d.Stages)); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(&b).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	spec := estimate.Spec{Strata: []string{columnStratum}, Weight: columnWeight, Lonely: estimate.Lonely("fail")}
	for i := range d.Stages {
		spec.Clusters = append(spec.Clusters, fmt.Sprint(columnUnit, i+1))
		spec.FPC = append(spec.FPC, fmt.Sprint(columnFPC, i+1))
	}
	build, err := estimate.NewBuilder(rows[0], rows[0])
	for i, row := range rows[1:] {
		if err == nil {
			err = build.Add(i+2, row)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	design, err := estimate.NewDesign(build.Frame(), spec)
	if err != nil {
		t.Fatal(err)
	}
	res, err := design.Estimate(context.Background(), estimate.Request{Stat: estimate.StatTotal, Variables: []string{"y"}, Interval: estimate.Interval("wald"), Level: 0.95})
	if err != nil {
		t.Fatal(err)
	}
	return res.Estimates[0]
}
