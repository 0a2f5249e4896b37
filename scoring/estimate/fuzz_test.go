package estimate

import (
	"strings"
	"testing"
)

// FuzzEstimate feeds whatever a file may hold: it is refused with a mistake, or every figure is finite or has its reason.
func FuzzEstimate(f *testing.F) {
	f.Add("y,w,h,u,g,N\n1,2,a,1,x,9\n2,3,a,2,y,9\n,1,b,3,x,9\n5,0,b,4,,9", uint8(0))
	f.Add("y,w,h,u,g,N\n1,1e308,a,1,x,.5\n2,1e-308,a,2,y,.5", uint8(77))
	f.Add("y,w,h,u,g,N\nNaN,1,a,1,x,1\n-0,1,a,2,y,1", uint8(200))
	f.Fuzz(func(t *testing.T, text string, choice uint8) {
		lines := strings.Split(text, "\n")
		b, err := NewBuilder([]string{"y", "w", "h", "u", "g", "N"}, nil)
		if err != nil {
			t.Fatal(err)
		}
		for i, l := range lines[1:] {
			if b.Add(i+2, strings.Split(l, ",")) != nil {
				return
			}
		}
		s := Spec{Strata: []string{"h"}, Weight: "w", Lonely: []Lonely{LonelyFail, LonelyRemove, LonelyAdjust, LonelyAverage}[choice%4]}
		if choice&4 != 0 {
			s.Clusters = []string{"u"}
		}
		if choice&8 != 0 {
			s.FPC = []string{"N"}
		}
		d, err := NewDesign(b.Frame(), s)
		if err != nil {
			return
		}
		for _, stat := range []Stat{StatMean, StatTotal, StatShare, StatQuantile} {
			r := Request{Stat: stat, Variables: []string{"y"}, By: []string{"g"}, Interval: []Interval{Wald, Beta, Wilson, Logit}[choice>>6]}
			res, err := d.Estimate(t.Context(), r)
			if err != nil {
				continue
			}
			for _, e := range res.Estimates {
				checkFinite(t, e)
			}
		}
	})
}
