package release

import (
	"math"
	"slices"
	"strconv"

	"thuocdo/scoring"
	"thuocdo/scoring/report"
	"thuocdo/scoring/standing"
)

// decimals are those of the numbers of an outcome. The last bits of floating point differ between processors; so recomputed numbers
// within noise of the sealed ones count as the same.
const (
	decimals = 9
	noise    = 1e-9
)

// number is a number of an outcome.
type number float64

// MarshalJSON writes it with at most nine decimals.
func (n number) MarshalJSON() ([]byte, error) {
	p := math.Pow10(decimals)
	x := float64(n)
	if y := x * p; math.Abs(y) < 1<<53 {
		x = math.Round(y) / p
	}
	if x == 0 {
		return []byte("0"), nil // not -0
	}
	return strconv.AppendFloat(nil, x, 'f', -1, 64), nil
}

// near reports whether two numbers differ by noise only.
func (n number) near(m number) bool {
	return math.Abs(float64(n-m)) <= noise*max(1, math.Abs(float64(n)), math.Abs(float64(m)))
}

// outcome is the public result of an index.
type outcome struct {
	Nodes   []string   `json:"nodes"` // codes, in the order of the scores of results
	Groups  []groupOf  `json:"groups"`
	Results []resultOf `json:"results"` // by group, rank and agency
}

type groupOf struct {
	Group  string      `json:"group"`
	Units  int         `json:"units"`
	Ranked int         `json:"ranked"`
	Mean   scoreOf     `json:"mean"`
	Best   scoreOf     `json:"best"`
	Nodes  []groupNode `json:"nodes"`
}

type groupNode struct {
	Known int    `json:"known"`
	Mean  number `json:"mean"`
	Best  number `json:"best"`
	Max   number `json:"max"`
}

type resultOf struct {
	Agency    string       `json:"agency"`
	Group     string       `json:"group"`
	Rank      int          `json:"rank,omitempty"`
	Of        int          `json:"of,omitempty"`
	Tied      bool         `json:"tied,omitempty"`
	RankBest  int          `json:"rank_best,omitempty"`
	RankWorst int          `json:"rank_worst,omitempty"`
	Band      string       `json:"band,omitempty"`
	ByPoints  string       `json:"band_by_points,omitempty"`
	Fell      scoring.Fall `json:"fell,omitempty"`
	Responses int64        `json:"responses,omitempty"`
	Measured  number       `json:"measured_max"`
	Total     scoreOf      `json:"total"`
	Nodes     []scoreOf    `json:"nodes"`
}

type scoreOf struct {
	Points     *number     `json:"points,omitempty"` // left out where it is not known
	Max        number      `json:"max"`
	N          int64       `json:"n,omitempty"`
	Interval   *intervalOf `json:"interval,omitempty"`
	Gap        scoring.Gap `json:"gap,omitempty"`
	NoInterval scoring.Gap `json:"no_interval,omitempty"`
}

type intervalOf struct {
	Low     number `json:"low"`
	High    number `json:"high"`
	SE      number `json:"se"`
	DF      number `json:"df"`
	Agree   bool   `json:"agree,omitempty"`
	Outward bool   `json:"outward,omitempty"`
}

func outcomeOf(s *standing.Standing) outcome {
	o := outcome{Nodes: []string{}, Groups: []groupOf{}, Results: []resultOf{}}
	for _, n := range s.Plan.Nodes() {
		o.Nodes = append(o.Nodes, n.Code)
	}
	for _, g := range s.Outcome.Groups {
		x := groupOf{Group: g.Group, Units: g.Units, Ranked: g.Ranked, Mean: newScore(g.Mean), Best: newScore(g.Best), Nodes: []groupNode{}}
		for _, n := range g.Nodes {
			x.Nodes = append(x.Nodes, groupNode{n.Known, number(n.Mean), number(n.Best), number(n.Max)})
		}
		o.Groups = append(o.Groups, x)
	}
	for i, span := range report.RankSpans(s.Outcome.Results) {
		o.Results = append(o.Results, newResult(&s.Outcome.Results[i], span))
	}
	return o
}

func newResult(r *scoring.Result, span report.RankSpan) resultOf {
	x := resultOf{Agency: r.Unit, Group: r.Group, Rank: r.Rank, Of: r.Of, Tied: r.Tied, RankBest: span.Best, RankWorst: span.Worst, Band: r.Band,
		ByPoints: r.ByPoints, Fell: r.Fell, Responses: r.Responses, Measured: number(r.Measured), Total: newScore(r.Total), Nodes: make([]scoreOf, len(r.Nodes))}
	for k, s := range r.Nodes {
		x.Nodes[k] = newScore(s)
	}
	return x
}

func newScore(s scoring.Score) scoreOf {
	x := scoreOf{Max: number(s.Max), N: s.N, Gap: s.Gap, NoInterval: s.NoInterval}
	if s.Known {
		p := number(s.Points)
		x.Points = &p
	}
	if c := s.Interval; c != nil {
		x.Interval = &intervalOf{number(c.Low), number(c.High), number(c.SE), number(c.DF), c.Agree, c.Outward}
	}
	return x
}

// result is the way back from newResult.
func (x *resultOf) result() *scoring.Result {
	r := &scoring.Result{Unit: x.Agency, Group: x.Group, Responses: x.Responses, Measured: float64(x.Measured), Total: x.Total.score(),
		Nodes: make([]scoring.Score, len(x.Nodes))}
	for k := range x.Nodes {
		r.Nodes[k] = x.Nodes[k].score()
	}
	return r
}

func (x *scoreOf) score() scoring.Score {
	s := scoring.Score{Max: float64(x.Max), N: x.N, Gap: x.Gap, NoInterval: x.NoInterval}
	if s.Known = x.Points != nil; s.Known {
		s.Points = float64(*x.Points)
	}
	if c := x.Interval; c != nil {
		s.Interval = &scoring.Interval{Low: float64(c.Low), High: float64(c.High), SE: float64(c.SE), Level: scoring.Level, DF: float64(c.DF), Agree: c.Agree, Outward: c.Outward}
	}
	return s
}

// bare is a copy without intervals.
func (o outcome) bare() outcome {
	o.Results = slices.Clone(o.Results)
	for i := range o.Results {
		r := &o.Results[i]
		r.RankBest, r.RankWorst, r.Total.Interval, r.Total.NoInterval, r.Nodes = 0, 0, nil, scoring.NoGap, slices.Clone(r.Nodes)
		for k := range r.Nodes {
			r.Nodes[k].Interval, r.Nodes[k].NoInterval = nil, scoring.NoGap
		}
	}
	return o
}
