// Package scoring computes indexes (chỉ số) from a framework (bộ chỉ số) and numbers: points, areas, bands, ranks
// and intervals. It is pure: the same definition and the same numbers give the same bytes years later.
package scoring

import "thuocdo/scoring/phrase"

// Framework is one version of an index as data: a tree of points with leaf rules, bands and ranking groups.
type Framework struct {
	Code       string      `json:"code"`
	Version    string      `json:"version"`
	Title      phrase.Text `json:"title"`
	LegalBasis string      `json:"legal_basis,omitempty"`
	Source     string      `json:"source,omitempty"`
	Notes      phrase.Text `json:"notes,omitempty"`
	Kinds      []string    `json:"kinds"`  // agency kinds it applies to
	Period     string      `json:"period"` // month, quarter, half, year
	Effective  Effective   `json:"effective"`
	MaxPoints  float64     `json:"max_points"`
	Rankable   *bool       `json:"rankable,omitempty"` // default true
	Groups     []Group     `json:"groups"`             // ranking groups; each agency kind belongs to at most one
	Missing    string      `json:"missing"`            // incomplete (default) or rescale
	Rounding   Rounding    `json:"rounding"`
	Bands      []Band      `json:"bands,omitempty"`
	Methods    []Method    `json:"methods,omitempty"` // method versions: readings of the same tree; the first is the default
	Aggregate  string      `json:"aggregate,omitempty"`
	Over       string      `json:"over,omitempty"`
	Tree       []Node      `json:"tree"`
}

// Effective is the span of days ("2006-01-02") a version is in force; an empty end is open.
type Effective struct {
	From string `json:"from,omitempty"`
	To   string `json:"to,omitempty"`
}

// Group is a ranking group: agencies of these kinds are ranked against each other only.
type Group struct {
	Code  string      `json:"code"`
	Title phrase.Text `json:"title"`
	Kinds []string    `json:"kinds"`
}

// Rounding says where values are rounded. Display is the number of decimals shown (default 2).
// Leaf, Node and Total, where set, round before summing (a rule of the method, e.g. TT 01/2018).
type Rounding struct {
	Display *int `json:"display,omitempty"`
	Leaf    *int `json:"leaf,omitempty"`
	Node    *int `json:"node,omitempty"`
	Total   *int `json:"total,omitempty"`
}

// Band (xếp loại) is a range of the total. Bounds are in points of the framework, or percentiles of the ranking group.
// A missing bound is open-ended; min is inclusive and max exclusive unless the flags say otherwise.
type Band struct {
	Code       string      `json:"code"`
	Title      phrase.Text `json:"title"`
	Min        *float64    `json:"min,omitempty"`
	Max        *float64    `json:"max,omitempty"`
	MinOpen    bool        `json:"min_open,omitempty"`   // true: total > min
	MaxClosed  bool        `json:"max_closed,omitempty"` // true: total ≤ max
	Percentile bool        `json:"percentile,omitempty"` // bounds are percentiles (0–100) of the group's totals
	Gates      []Gate      `json:"gates,omitempty"`      // all must hold, else the next lower band is tried
	Quota      *Quota      `json:"quota,omitempty"`
}

// Gate is a further condition of a band: every node of Level reaches Min percent of its maximum.
type Gate struct {
	Level string   `json:"level"`           // area, criterion, leaf, or a node code in Nodes
	Nodes []string `json:"nodes,omitempty"` // instead of Level
	Min   float64  `json:"min_percent"`
}

// Quota limits a band to a share of the units that reach the band below, at most One if they are fewer than Few.
type Quota struct {
	Percent float64 `json:"percent_of_below"`
	Few     int     `json:"few"`      // e.g. 5
	AtMost  int     `json:"few_most"` // e.g. 1
}

// Method is one method version of a survey-based index: how ratings are read and pooled.
type Method struct {
	Code    string      `json:"code"`
	Title   phrase.Text `json:"title"`
	Reading string      `json:"reading"` // share (of levels 4–5) or mean
	Pooling string      `json:"pooling"` // items_pooled, mean_of_items, mean_of_factors
}

// Aggregates of a node's children.
const (
	Sum    = "sum"    // points add up (default); maxima must add up to the parent's
	Mean   = "mean"   // plain mean, of the children or of the descendants at level Over; all on the same maximum
	Pooled = "pooled" // survey leaves below are pooled: Σ numerators / Σ denominators
)

// Node is an area (lĩnh vực), criterion (tiêu chí), sub-criterion (tiêu chí thành phần), content, factor or item.
// A node has children or is a leaf; a leaf without a rule takes points typed within [MinPoints, MaxPoints].
type Node struct {
	Code      string      `json:"code"`
	Level     string      `json:"level,omitempty"` // area, criterion, sub_criterion, content, factor, item, …
	Title     phrase.Text `json:"title"`
	MinPoints float64     `json:"min_points,omitempty"`
	MaxPoints float64     `json:"max_points"`
	Weight    *float64    `json:"weight,omitempty"`    // multiplies the node's points in its parent's sum; default 1
	Aggregate string      `json:"aggregate,omitempty"` // sum, mean, pooled
	Over      string      `json:"over,omitempty"`      // level, with mean
	Children  []Node      `json:"children,omitempty"`
	Source    string      `json:"source,omitempty"` // self+appraisal, survey, index, dossier, statistic
	Rule      *Rule       `json:"rule,omitempty"`
	NA        string      `json:"not_applicable,omitempty"` // rebase, full, zero; empty: the leaf always applies
	Outside   bool        `json:"outside,omitempty"`        // bonus or penalty: not part of the parent's maximum
}

// Rule turns what is known of a leaf into points. Only the fields of its Type are allowed.
type Rule struct {
	Type      string     `json:"type"`
	Options   []Option   `json:"options,omitempty"`   // choice, rated_share
	Steps     []Step     `json:"steps,omitempty"`     // steps
	Unit      float64    `json:"unit,omitempty"`      // count_times, deduct, bonus, penalty: points per count
	Cap       *float64   `json:"cap,omitempty"`       // bonus, penalty: most points
	From      *float64   `json:"from,omitempty"`      // linear: input at MinPoints
	To        *float64   `json:"to,omitempty"`        // linear: input at MaxPoints; survey_*: percent that earns full points
	Items     []string   `json:"items,omitempty"`     // survey_share, survey_mean: question codes, pooled
	Levels    []string   `json:"levels,omitempty"`    // survey_share: choice codes that count; default 4 and 5
	Framework string     `json:"framework,omitempty"` // index_value
	Method    string     `json:"method,omitempty"`    // index_value: method version of that framework
	Node      string     `json:"node,omitempty"`      // index_value: a node of that framework; empty = total
	Severity  []Severity `json:"severity,omitempty"`  // deduct: points off per case by severity
}

// Rule types.
const (
	Choice       = "choice"
	YesNo        = "yes_no"
	Steps        = "steps"
	CountTimes   = "count_times"
	Deduct       = "deduct"
	RatedShare   = "rated_share"
	Proportional = "proportional"
	Linear       = "linear"
	SurveyShare  = "survey_share"
	SurveyMean   = "survey_mean"
	IndexValue   = "index_value"
	Bonus        = "bonus"
	Penalty      = "penalty"
)

// Option is one answer of a choice, worth Points, or Percent of the maximum in a rated_share.
type Option struct {
	Code    string      `json:"code"`
	Title   phrase.Text `json:"title"`
	Points  float64     `json:"points,omitempty"`
	Percent float64     `json:"percent,omitempty"`
}

// Step gives Points where the input lies in a range; bounds as in Band.
type Step struct {
	Min       *float64 `json:"min,omitempty"`
	Max       *float64 `json:"max,omitempty"`
	MinOpen   bool     `json:"min_open,omitempty"`
	MaxClosed bool     `json:"max_closed,omitempty"`
	Points    float64  `json:"points"`
}

// Severity is a kind of case that costs Points each.
type Severity struct {
	Code   string      `json:"code"`
	Title  phrase.Text `json:"title"`
	Points float64     `json:"points"`
}
