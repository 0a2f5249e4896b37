package main

import (
	"fmt"
	"math"

	"thuocdo/survey"
)

// demoDrawn is the closed year of the demo whose respondents were drawn by a two-stage design, all of it made up: communes of a
// province by stratum (urban, rural), then people in each commune.
const demoDrawn = 2025

// What the made-up sample of a province is like.
const (
	demoUrban     = 4   // communes drawn of each stratum
	demoRural     = 6   //
	demoResponse  = 0.9 // of those drawn who answer, about
	demoCommunesU = 30  // communes that there are
	demoCommunesR = 80
)

// demoDesign makes up the sample of n answers about these agencies.
func demoDesign(agencies []string, n int, seed uint64) *survey.Design {
	d := &survey.Design{Seed: uint32(seed)}
	people := max(2, int(math.Ceil(float64(n)/float64(len(agencies)*(demoUrban+demoRural))/demoResponse)))
	for a, agency := range agencies {
		for k := range demoUrban + demoRural {
			stratum, drawn, all, residents := "nong-thon", demoRural, demoCommunesR, 6000+370*((7*a+11*k)%17)
			if k < demoUrban {
				stratum, drawn, all, residents = "do-thi", demoUrban, demoCommunesU, 9000+910*((5*a+3*k)%13)
			}
			code := fmt.Sprintf("%s-xa%02d", agency, k+1)
			d.Units = append(d.Units, survey.SamplingUnit{
				Code: code, Agency: agency, Stratum: agency + "/" + stratum, Clusters: []string{code},
				Counts: []float64{float64(all), float64(residents)},
				Weight: float64(all) / float64(drawn) * float64(residents) / float64(people), Drawn: people,
			})
		}
	}
	d.Fill()
	return d
}

// demoVisit deals the people of a made-up crowd out to the units of a design, in turn.
type demoVisit struct {
	units map[string][]string
	next  map[string]int
}

func newDemoVisit(d *survey.Design) demoVisit {
	v := demoVisit{map[string][]string{}, map[string]int{}}
	if d == nil {
		return v
	}
	for _, u := range d.Units {
		v.units[u.Agency] = append(v.units[u.Agency], u.Code)
	}
	return v
}

// of returns how the next answer about an agency came in.
func (v *demoVisit) of(agency string) (c survey.Circumstances) {
	if list := v.units[agency]; len(list) > 0 {
		c.Unit = list[v.next[agency]%len(list)]
		v.next[agency]++
	}
	return c
}
