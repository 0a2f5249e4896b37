// Package scoring computes indexes (chỉ số) from a framework (bộ chỉ số) and numbers: points, areas, bands, ranks
// and intervals. It is pure: the same definition and the same numbers give the same bytes years later.
package scoring

import "thuocdo/scoring/phrase"

// Framework is one version of an index as data: a tree of points with leaf rules, bands and ranking groups.
type Framework struct {
	Schema     string      `json:"$schema,omitempty"` // address of the JSON Schema, for editors; Parse drops it
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
	// LeastPeople, where more than the service's own least number, is how many people have to be behind every figure that is published.
	LeastPeople *int     `json:"least_people,omitempty"`
	Groups      []Group  `json:"groups,omitempty"`  // ranking groups; where ranked, each agency kind belongs to exactly one
	Missing     string   `json:"missing,omitempty"` // incomplete (default), rescale or not_counted
	Rounding    Rounding `json:"rounding"`
	Bands       []Band   `json:"bands,omitempty"`
	Methods     []Method `json:"methods,omitempty"` // method versions: readings of the same tree; the first is the default
	Aggregate   string   `json:"aggregate,omitempty"`
	Over        string   `json:"over,omitempty"`
	Tree        []Node   `json:"tree"`
}

// Bounds of Framework.LeastPeople. The lower one is what the service keeps to whatever a framework says.
const (
	FewestPeople = 5
	MostPeople   = 1000
)

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
	// Rankable false: agencies of these kinds are scored, not ranked. Default true.
	Rankable *bool `json:"rankable,omitempty"`
}

// AgencyKinds are the kinds of agencies that a framework can apply to, from the top of the hierarchy down.
var AgencyKinds = []string{"ministry", "province", "department", "district", "ward", "commune", "special-zone", "one-stop"}

// What is done about a node that nothing is known of.
const (
	MissingIncomplete = "incomplete"  // its parent is not known either (default)
	MissingRescale    = "rescale"     // it is taken out of its parent's maximum, up to the total, which is put back on the full scale
	MissingNotCounted = "not_counted" // it adds nothing, maxima and bands stay as they are (e.g. TT 01/2018)
)

// Readings and poolings of a method.
const (
	ShareReading  = "share"           // share of ratings 4 and 5
	MeanReading   = "mean"            // mean rating over the highest rating
	ItemsPooled   = "items_pooled"    // all ratings of all items together
	MeanOfItems   = "mean_of_items"   // every item weighs the same
	MeanOfFactors = "mean_of_factors" // every factor weighs the same; inside a factor ratings are pooled
)

// LeafLevel names all leaves where a level is asked for: in Over and in Gate.Level.
const LeafLevel = "leaf"

// FactorLevel is the level whose nodes MeanOfFactors takes the mean of.
const FactorLevel = "factor"

// Rounding says where values are rounded. Display is the number of decimals shown (default 2).
// Leaf, Node and Total, where set, round before summing (a rule of the method, e.g. TT 01/2018).
type Rounding struct {
	Display *int `json:"display,omitempty"`
	Leaf    *int `json:"leaf,omitempty"`
	Node    *int `json:"node,omitempty"`
	Total   *int `json:"total,omitempty"`
}

// Band (xếp loại) is a range of the total. Bounds are in points of the framework, or percentiles of the ranking group
// (with linear interpolation between order statistics, type 7, which gives PAPI's published groups of 16, 16, 15 and 16).
// A missing bound is open-ended; min is inclusive and max exclusive unless the flags say otherwise. Bands leave no gap
// between them; below the lowest one an agency has no band.
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
// Nodes that do not apply to an agency, were taken out by rescaling or lie outside the maximum are passed over; an unknown
// one fails the gate.
type Gate struct {
	Level string   `json:"level,omitempty"` // area, criterion, …, or leaf for all leaves
	Nodes []string `json:"nodes,omitempty"` // instead of Level
	Min   float64  `json:"min_percent"`
}

// Quota limits a band, within a ranking group, to a share of the units of the band below, or to AtMost units where these
// are fewer than Few. The highest totals keep the band, the others fall; units tied across the limit all fall,
// because the quota is a maximum.
type Quota struct {
	Percent float64 `json:"percent_of_below"`
	Few     int     `json:"few,omitempty"`      // e.g. 5
	AtMost  int     `json:"few_most,omitempty"` // e.g. 1
	// Base says which units are the units of the band below: "reaching" (default) are all that reach it, those in the
	// limited band included; "rated" are only those that end up in it.
	Base string `json:"base,omitempty"`
}

// Bases of a quota.
const (
	Reaching = "reaching"
	Rated    = "rated"
)

// Method is one method version of a survey-based index: how ratings are read and pooled.
type Method struct {
	Code    string      `json:"code"`
	Title   phrase.Text `json:"title"`
	Reading string      `json:"reading"` // share or mean
	Pooling string      `json:"pooling"` // items_pooled, mean_of_items, mean_of_factors
}

// Aggregates of a node's children.
const (
	Sum    = "sum"    // points add up (default); maxima must add up to the parent's
	Mean   = "mean"   // mean weighted by Weight, of the children or of the descendants at level Over; all on the same maximum
	Pooled = "pooled" // survey leaves below are pooled: Σ numerators / Σ denominators
)

// Node is an area (lĩnh vực), criterion (tiêu chí), sub-criterion (tiêu chí thành phần), content, factor or item.
// A node has children or is a leaf; a leaf without a rule takes points typed within [MinPoints, MaxPoints].
//
// Children that are summed count Weight times, and Σ weight·max over those not Outside is the parent's maximum.
type Node struct {
	Code      string      `json:"code"`
	Level     string      `json:"level,omitempty"` // area, criterion, sub_criterion, content, factor, item, …
	Title     phrase.Text `json:"title"`
	MinPoints float64     `json:"min_points,omitempty"`
	MaxPoints float64     `json:"max_points"`
	Weight    *float64    `json:"weight,omitempty"`    // in its parent's sum or mean; default 1
	Aggregate string      `json:"aggregate,omitempty"` // sum (default), mean, pooled
	Over      string      `json:"over,omitempty"`      // level, with mean
	Missing   string      `json:"missing,omitempty"`   // where nothing is known of this node; default: as its parent, at the top as the framework
	Children  []Node      `json:"children,omitempty"`
	Source    string      `json:"source,omitempty"` // self+appraisal, survey, index, dossier, statistic
	Rule      *Rule       `json:"rule,omitempty"`
	NA        string      `json:"not_applicable,omitempty"` // rebase, full, zero; empty: the leaf always applies
	Outside   bool        `json:"outside,omitempty"`        // bonus or penalty: adds to the points of its parent, not to the maximum; unclaimed is none
}

// Sources of a leaf.
const (
	FromAgency    = "self+appraisal" // scored by the agency, appraised by others
	FromSurvey    = "survey"
	FromIndex     = "index" // another index
	FromDossier   = "dossier"
	FromStatistic = "statistic"
)

// Rule turns what is known of a leaf into points. Only the fields of its Type are allowed.
type Rule struct {
	Type      string     `json:"type"`
	Options   []Option   `json:"options,omitempty"`   // choice, rated_share; survey_mean: percent that each choice code is worth
	Steps     []Step     `json:"steps,omitempty"`     // steps
	Unit      float64    `json:"unit,omitempty"`      // count_times, deduct, bonus, penalty: points per count
	Cap       *float64   `json:"cap,omitempty"`       // bonus, penalty: most points; default the leaf's bound
	From      *float64   `json:"from,omitempty"`      // linear: input at MinPoints
	To        *float64   `json:"to,omitempty"`        // linear: input at MaxPoints; survey_*, index_value: percent that earns full points, default 100
	Items     []string   `json:"items,omitempty"`     // survey_share, survey_mean: question codes, pooled
	Levels    []string   `json:"levels,omitempty"`    // survey_share: choice codes that count; default 4 and 5
	Framework string     `json:"framework,omitempty"` // index_value
	Method    string     `json:"method,omitempty"`    // index_value: method version of that framework
	Node      string     `json:"node,omitempty"`      // index_value: a node of that framework; empty = total
	Severity  []Severity `json:"severity,omitempty"`  // deduct: points off per case by severity
}

// Rule types. In the formulas min and max are the leaf's bounds, x is LeafInput.Value.
const (
	Choice       = "choice"       // points of the option chosen
	YesNo        = "yes_no"       // "yes" earns max, "no" min
	Steps        = "steps"        // points of the step that x lies in; steps leave no gap between them
	CountTimes   = "count_times"  // least of unit·x and max; x is a whole number of cases
	Deduct       = "deduct"       // max less unit per case, or less the points of each case's severity; never below min
	RatedShare   = "rated_share"  // percent of max of the option chosen
	Proportional = "proportional" // x percent of max, x in [0, 100]
	Linear       = "linear"       // from min at x = from to max at x = to, either may be the larger; beyond the end points as at them
	SurveyShare  = "survey_share" // share of the answers in levels (default 4 and 5) of all answers to the items, in percent of To
	SurveyMean   = "survey_mean"  // 100·Σ v·n_v / (5·n), lowest 20 by definition, or the mean percent of options; in percent of To
	IndexValue   = "index_value"  // another index of the same agency and period, in percent of To
	Bonus        = "bonus"        // least of unit·x and cap; only outside the maximum
	Penalty      = "penalty"      // minus the least of unit·x and cap; only outside the maximum
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
