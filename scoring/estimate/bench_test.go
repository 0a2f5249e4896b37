package estimate

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
)

// madeUp is a survey of n people in the shape of the reference data: 63 provinces, 126 strata of 4 districts, 22 items of
// which some 10 % are missing.
func madeUp(n int) *Frame {
	random := rand.New(rand.NewPCG(1, 2))
	f := &Frame{cols: map[string]*column{}}
	province, stratum, district := make([]uint8, n), make([]uint8, n), make([]float64, n)
	weight, n1, area := make([]float64, n), make([]float64, n), make([]uint8, n)
	for i := range n {
		p, a, u := random.IntN(63), random.IntN(2), random.IntN(4)
		province[i], stratum[i], district[i] = uint8(p+1), uint8(2*p+a+1), float64(8*p+4*a+u)
		weight[i], n1[i], area[i] = 500+float64(random.IntN(1000)), 20, uint8(a+1)
	}
	f.Codes("province", province)
	f.Codes("stratum", stratum)
	f.Codes("area", area)
	for j := range 22 {
		q := make([]uint8, n)
		for i := range q {
			if random.IntN(10) > 0 {
				q[i] = uint8(1 + random.IntN(5))
			}
		}
		f.Codes(fmt.Sprintf("q%d", j+1), q)
	}
	return f.With("district", district).With("weight", weight).With("n1", n1)
}

var sizes = []int{10, 1_000, 100_000, 1_000_000}

func eachSize(b *testing.B, run func(b *testing.B, f *Frame)) {
	for _, n := range sizes {
		if n > 100_000 && testing.Short() {
			continue
		}
		f := madeUp(n)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				run(b, f)
			}
		})
	}
}

func benchmarkShares(b *testing.B, f *Frame, s Spec) {
	d, err := NewDesign(f, s)
	if err != nil {
		b.Fatal(err)
	}
	r := Request{Stat: StatShare, Variables: items, Levels: []string{"4", "5"}, By: []string{"province"}}
	if _, err := d.Estimate(context.Background(), r); err != nil {
		b.Fatal(err)
	}
}

// The figure of the issue: shares with errors of 22 items by 63 provinces, design and all (R survey 4.5: 264 s at 1,000,000).
func BenchmarkSharesByProvinceClusters(b *testing.B) {
	eachSize(b, func(b *testing.B, f *Frame) {
		benchmarkShares(b, f, Spec{Strata: []string{"stratum"}, Clusters: []string{"district"}, Weight: "weight", Lonely: LonelyAdjust})
	})
}

func BenchmarkSharesByProvincePeople(b *testing.B) {
	eachSize(b, func(b *testing.B, f *Frame) {
		benchmarkShares(b, f, Spec{Strata: []string{"stratum"}, Weight: "weight", Lonely: LonelyAdjust})
	})
}

func BenchmarkSharesByProvinceTwoStages(b *testing.B) {
	eachSize(b, func(b *testing.B, f *Frame) {
		benchmarkShares(b, f, Spec{Strata: []string{"stratum"}, Clusters: []string{"district"}, FPC: []string{"n1"}, Weight: "weight", Lonely: LonelyAdjust})
	})
}

func BenchmarkRake(b *testing.B) {
	eachSize(b, func(b *testing.B, f *Frame) {
		d, err := NewDesign(f, Spec{Strata: []string{"stratum"}, Clusters: []string{"district"}, Weight: "weight", Lonely: LonelyAdjust})
		if err != nil {
			b.Fatal(err)
		}
		margins := []Margin{{Columns: []string{"province"}}, {Columns: []string{"area"}}}
		for k := range margins {
			res, err := d.Estimate(context.Background(), Request{Stat: StatMean, Variables: []string{"weight"}, By: margins[k].Columns})
			if err != nil {
				b.Fatal(err)
			}
			for g := range res.Estimates {
				margins[k].Levels = append(margins[k].Levels, res.Domains.Labels[g])
				margins[k].Totals = append(margins[k].Totals, 1e6/float64(len(res.Estimates)))
			}
		}
		if _, _, err := d.Rake(margins, RakeOptions{}); err != nil && len(d.weight) > 1000 {
			b.Fatal(err) // in ten rows the cells may not be able to meet both margins
		}
	})
}
