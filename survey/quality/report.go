package quality

import (
	"cmp"
	"slices"

	"thuocdo/survey"
)

// Report is what a scan found.
type Report struct {
	Flags    []Flag   `json:"-"` // of every response, in the order of Add
	N        int      `json:"responses"`
	Suspects int      `json:"suspect"`         // responses to be looked at: Flag.Suspect
	Seconds  float64  `json:"median_seconds"`  // per question asked, of everybody whose time is known; 0 = of nobody
	Timed    int      `json:"timed"`           // responses whose time is known
	Counts   []Count  `json:"flags"`           // by flag, every flag
	Agencies []Line   `json:"agencies"`        // by code
	Places   []Line   `json:"places"`          // by agency, mode, counter and enumerator
	Units    []InUnit `json:"units,omitempty"` // by agency and sampling unit, of those that have one
	Days     []OnDay  `json:"days"`            // every day with responses, in order
}

// Unit is a sampling unit of an agency.
type Unit struct {
	Agency string `json:"agency"`
	Unit   string `json:"unit"`
}

// InUnit is how many responses come from a sampling unit.
type InUnit struct {
	Unit
	N int `json:"responses"`
}

// OnDay is how many responses came in on a day.
type OnDay struct {
	Day survey.Day `json:"day"`
	N   int        `json:"responses"`
}

// Count is how many responses have a flag.
type Count struct {
	Flag string `json:"flag"`
	N    int    `json:"responses"`
}

// Line is what was found in one group of responses.
type Line struct {
	Place
	N        int     `json:"responses"`
	Suspects int     `json:"suspect"`
	Seconds  float64 `json:"median_seconds"` // per question asked; 0 = not known
	Counts   []int   `json:"counts"`         // by flag, in the order of survey.AllFlags
}

// Report ends the scan: it applies the rules that need all responses and sums up.
func (s *Scan) Report() *Report {
	s.judge()
	r := &Report{N: len(s.list), Flags: make([]Flag, len(s.list))}
	agencies, places := make([]group, len(s.agency.all)), make([]group, len(s.place.all))
	var all group
	for i := range s.list {
		x := &s.list[i]
		r.Flags[i] = x.flags
		all.add(x)
		agencies[x.agency].add(x)
		places[x.place].add(x)
	}
	r.Suspects, r.Seconds, r.Timed = all.suspects, median(all.times), len(all.times)
	for i, f := range survey.AllFlags() {
		r.Counts = append(r.Counts, Count{f.String(), all.count(i)})
	}
	for i := range agencies {
		r.Agencies = append(r.Agencies, agencies[i].line(Place{Agency: s.agency.all[i]}))
	}
	for i := range places {
		r.Places = append(r.Places, places[i].line(s.place.all[i]))
	}
	s.fieldwork(r)
	slices.SortFunc(r.Agencies, byPlace)
	slices.SortFunc(r.Places, byPlace)
	return r
}

// fieldwork counts by day and by sampling unit.
func (s *Scan) fieldwork(r *Report) {
	days, units := map[survey.Day]int{}, make([]int, len(s.unit.all))
	for i := range s.list {
		days[s.list[i].day]++
		if k := s.list[i].unit; k >= 0 {
			units[k]++
		}
	}
	for day, n := range days {
		r.Days = append(r.Days, OnDay{day, n})
	}
	slices.SortFunc(r.Days, func(a, b OnDay) int { return cmp.Compare(a.Day, b.Day) })
	for k, n := range units {
		r.Units = append(r.Units, InUnit{s.unit.all[k], n})
	}
	slices.SortFunc(r.Units, func(a, b InUnit) int {
		return cmp.Or(cmp.Compare(a.Agency, b.Agency), cmp.Compare(a.Unit.Unit, b.Unit.Unit))
	})
}

func byPlace(a, b Line) int {
	return cmp.Or(cmp.Compare(a.Agency, b.Agency), cmp.Compare(a.Mode, b.Mode), cmp.Compare(a.Counter, b.Counter), cmp.Compare(a.Enumerator, b.Enumerator))
}

// group sums up responses.
type group struct {
	n, suspects int
	counts      []int
	times       []float64
}

func (g *group) add(x *feature) {
	g.n++
	if x.seconds > 0 {
		g.times = append(g.times, x.seconds)
	}
	if x.flags == 0 {
		return
	}
	if x.flags.Suspect() {
		g.suspects++
	}
	if g.counts == nil {
		g.counts = make([]int, len(survey.AllFlags()))
	}
	for i := range g.counts {
		if x.flags.Has(1 << i) {
			g.counts[i]++
		}
	}
}

func (g *group) count(i int) int {
	if g.counts == nil {
		return 0
	}
	return g.counts[i]
}

func (g *group) line(p Place) Line {
	l := Line{Place: p, N: g.n, Suspects: g.suspects, Seconds: median(g.times), Counts: g.counts}
	if l.Counts == nil {
		l.Counts = make([]int, len(survey.AllFlags()))
	}
	return l
}
