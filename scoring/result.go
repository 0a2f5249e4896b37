package scoring

import (
	"fmt"
	"slices"
)

// Unit is one agency with its inputs.
type Unit struct {
	Code     string
	Group    string           // ranking group; "" = scored, not ranked
	Leaves   []LeafInput      // by leaf number, see Plan.Inputs; leaves past its end are missing
	Survey   Survey           // nil where no survey was held or nobody answered
	Few      bool             // there are answers, but fewer than may be shown
	Index    map[string]Score // values of other indexes of the same agency and period, by Reference.Key
	Withheld bool             // result not published by its owner: no score, rank or band
	Given    *Result          // the scores themselves, where they are known without inputs; banded and ranked as any other

	assumed map[int]float64 // percent by leaf that stands in for its answers, whose number stays; see Case
}

// Interval is a confidence interval in points, clipped to what the node can reach, with the standard error it comes from.
// The respondents of an agency count as independent draws, unless the survey is Drawn.
type Interval struct {
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
	SE    float64 `json:"se"`
	Level float64 `json:"level"` // 0.95
	DF    float64 `json:"df"`    // degrees of freedom of the t quantile
	// Agree: all answers behind it agree, which gives no standard error. The bounds are those that a share of people
	// who would answer otherwise reaches, as large as leaves all-agreeing answers a chance of 5 %.
	Agree bool `json:"agree,omitempty"`
	// Outward: something below is held back, and the interval follows from what is shown; see Plan.Outward.
	Outward bool `json:"outward,omitempty"`
}

// Gap says why a score or an interval is missing.
type Gap uint8

// Gaps.
const (
	NoGap         Gap = iota
	NoInput           // nothing entered
	NoAnswers         // nobody answered
	FewAnswers        // fewer answers than may be shown
	Incomplete        // a child is missing and the framework does not rescale
	NotApplicable     // taken out of the parent's maximum
	WithheldGap       // not published by its owner
	TooFew            // fewer than two answers: no interval
	NoMoments         // the counts kept do not tell how answers of one person go together: no interval
	OneUnit           // fewer than two sampling units of the design answered: no interval
)

var gapNames = [...]string{"", "no_input", "no_answers", "few_answers", "incomplete", "not_applicable", "withheld", "too_few", "no_moments", "one_unit"}

// String returns the name of the gap as it stands in files, "" for NoGap.
func (g Gap) String() string {
	if int(g) < len(gapNames) {
		return gapNames[g]
	}
	return "unknown"
}

// MarshalText writes the name.
func (g Gap) MarshalText() ([]byte, error) { return []byte(g.String()), nil }

// UnmarshalText reads a name.
func (g *Gap) UnmarshalText(text []byte) error {
	i := slices.Index(gapNames[:], string(text))
	if i < 0 {
		return fmt.Errorf("unknown gap %q", text)
	}
	*g = Gap(i)
	return nil
}

// Score is the value of one node for one unit.
type Score struct {
	Points     float64   `json:"points"`
	Max        float64   `json:"max"`                   // after taking out what does not apply or was not measured
	N          int64     `json:"n,omitempty"`           // answers behind it: ratings at survey leaves, respondents above
	Weight     float64   `json:"-"`                     // of a survey leaf whose people were drawn: the sum of the weights of its answers
	Interval   *Interval `json:"interval,omitempty"`    // survey-based nodes only
	Known      bool      `json:"known"`                 //
	Gap        Gap       `json:"gap,omitempty"`         // why it is not known
	NoInterval Gap       `json:"no_interval,omitempty"` // why a survey-based node has no interval
}

// Percent returns 100 · points / max, the index of the node, in [0, 100] for nodes without bonus. It is 0 where Known is false.
func (s Score) Percent() float64 {
	if !s.Known || s.Max == 0 {
		return 0
	}
	return 100 * s.Points / s.Max
}

// Fall says why a unit is in a lower band than its total alone would give.
type Fall string

// Falls.
const (
	GateFailed Fall = "gate"      // a node is below the least percent the band asks for
	QuotaFull  Fall = "quota"     // units with higher totals fill the band's quota
	QuotaTied  Fall = "quota_tie" // tied across the limit of the quota
)

// Result is everything computed for one unit.
type Result struct {
	Unit      string  `json:"unit"`
	Group     string  `json:"group"`
	Total     Score   `json:"total"`        // on the framework's scale, also where not everything was measured
	Nodes     []Score `json:"nodes"`        // aligned with Plan.Nodes
	Measured  float64 `json:"measured_max"` // part of the framework's maximum that was measured and applies
	Band      string  `json:"band,omitempty"`
	ByPoints  string  `json:"band_by_points,omitempty"` // the band that the total alone would give, where Band is lower
	Fell      Fall    `json:"fell,omitempty"`           // why it is lower
	Tied      bool    `json:"tied,omitempty"`           // shares its rank
	Rank      int     `json:"rank,omitempty"`           // competition ranking within the group; 0 = not ranked
	Of        int     `json:"of,omitempty"`             // ranked units in the group
	Responses int64   `json:"responses,omitempty"`
	Spread    *Spread `json:"rank_interval,omitempty"` // of the rank, from the replicates of a design; nil = from the intervals of the totals
	Below     *Below  `json:"below,omitempty"`         // of a parent: how many of the agencies below it count
}

// GroupSummary describes one ranking group.
type GroupSummary struct {
	Group  string        `json:"group"`
	Units  int           `json:"units"`
	Ranked int           `json:"ranked"`
	Mean   Score         `json:"mean"` // plain mean of the known totals
	Best   Score         `json:"best"`
	Nodes  []NodeSummary `json:"nodes"` // aligned with Plan.Nodes
}

// NodeSummary is the mean and the best of one node over a group's known scores.
type NodeSummary struct {
	Known int     `json:"known"`
	Mean  float64 `json:"mean"`
	Best  float64 `json:"best"`
	Max   float64 `json:"max"`
}

// Outcome is the result of one index for all units: sorted by group, then rank, then unit code.
type Outcome struct {
	Results []Result       `json:"results"`
	Groups  []GroupSummary `json:"groups"`
}
