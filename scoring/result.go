package scoring

// LeafInput is what is known of one leaf of one unit. Only Appraised and survey or index values become points;
// Self is kept for comparison. A leaf about which nothing is known is missing, never zero.
type LeafInput struct {
	Self          *float64           `json:"self,omitempty"`
	Appraised     *float64           `json:"appraised,omitempty"` // points as decided by the appraisers
	Value         *float64           `json:"value,omitempty"`     // input of the rule: percent, count, ratio, index
	Choice        string             `json:"choice,omitempty"`    // input of choice, yes_no, rated_share
	Counts        map[string]float64 `json:"counts,omitempty"`    // input of deduct by severity
	NotApplicable bool               `json:"not_applicable,omitempty"`
}

// Unit is one agency with its inputs.
type Unit struct {
	Code     string
	Group    string               // ranking group; "" = scored, not ranked
	Leaves   map[string]LeafInput // by leaf code
	Survey   Survey               // nil where no survey was held
	Index    map[string]Score     // values of other indexes of the same agency and period, by framework code or "code/method/node"
	Withheld bool                 // result not published by its owner: no score, rank or band
}

// Interval is a two-sided confidence interval in points, with the standard error it comes from.
type Interval struct {
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
	SE    float64 `json:"se"`
	Level float64 `json:"level"` // 0.95
}

// Gap says why a score is missing.
type Gap string

// Gaps.
const (
	NoInput       Gap = "no_input"       // nothing entered
	NoAnswers     Gap = "no_answers"     // nobody answered
	FewAnswers    Gap = "few_answers"    // fewer answers than may be shown
	Incomplete    Gap = "incomplete"     // a child is missing and the framework does not rescale
	OutOfBounds   Gap = "out_of_bounds"  // an input outside the rule
	NotApplicable Gap = "not_applicable" // taken out of the parent's maximum
	WithheldGap   Gap = "withheld"
)

// Score is the value of one node for one unit.
type Score struct {
	Points     float64   `json:"points"`
	Max        float64   `json:"max"` // after rebase
	Known      bool      `json:"known"`
	Gap        Gap       `json:"gap,omitempty"`
	Interval   *Interval `json:"interval,omitempty"` // survey-based nodes only
	NoInterval Gap       `json:"no_interval,omitempty"`
	N          int64     `json:"n,omitempty"` // ratings (survey leaves) or respondents behind it
}

// Percent returns 100 · points / max, the index of the node, in [0, 100] for nodes without bonus. It is 0 where Known is false.
func (s Score) Percent() float64 {
	if !s.Known || s.Max == 0 {
		return 0
	}
	return 100 * s.Points / s.Max
}

// Result is everything computed for one unit.
type Result struct {
	Unit      string  `json:"unit"`
	Group     string  `json:"group"`
	Total     Score   `json:"total"`
	Nodes     []Score `json:"nodes"` // aligned with Plan.Nodes
	Band      string  `json:"band,omitempty"`
	Rank      int     `json:"rank,omitempty"` // competition ranking within the group; 0 = not ranked
	Of        int     `json:"of,omitempty"`   // ranked units in the group
	Responses int64   `json:"responses,omitempty"`
}

// GroupSummary describes one ranking group.
type GroupSummary struct {
	Group  string        `json:"group"`
	Units  int           `json:"units"`
	Ranked int           `json:"ranked"`
	Mean   Score         `json:"mean"` // plain mean of the ranked totals
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

// PlanNode is one node of a compiled framework in pre-order.
type PlanNode struct {
	*Node
	Depth  int // 0 = area
	Parent int // index, -1 at the top
	Leaf   int // leaf number, -1 for an inner node
	End    int // index after the last descendant
}
