package scoring

import "math"

// leaf is the compiled form of a leaf and its rule.
type leaf struct {
	rule     ruleKind
	na       applies
	outside  bool
	min, max float64
	unit     float64
	cap      float64
	from, to float64
	steps    []Step
	options  map[string]float64 // choice code → points
	severity []Severity
	key      string   // of Unit.Index
	terms    [2]int32 // half-open range of Plan.terms
	worth    *worth
}

type ruleKind uint8

const (
	typed ruleKind = iota
	byChoice
	bySteps
	byCount
	byDeduction
	byRatio
	byLine
	bySurvey
	byIndex
	byBonus
	byPenalty
)

var ruleKinds = map[string]ruleKind{Choice: byChoice, YesNo: byChoice, RatedShare: byChoice, Steps: bySteps, CountTimes: byCount,
	Deduct: byDeduction, Proportional: byRatio, Linear: byLine, SurveyShare: bySurvey, SurveyMean: bySurvey, IndexValue: byIndex,
	Bonus: byBonus, Penalty: byPenalty}

// applies says what a leaf that does not apply to an agency counts for.
type applies uint8

const (
	naNever applies = iota
	naRebase
	naFull
	naZero
)

// verdict is what became of an input.
type verdict uint8

const (
	good          verdict = iota
	missing               // nothing entered
	outOfScale            // points outside the leaf's bounds
	notFinite             // NaN or infinite
	notPercent            // outside [0, 100]
	notCount              // negative or not whole
	inNoStep              // beyond the open end of the steps
	unknownOption         // not among the options
	unknownCase           // not among the severities
	alwaysApplies         // declared not applicable though the leaf always applies
	wrongKind             // an input that the rule does not take
)

// eval returns the points of an input. Survey and index values that are not typed are looked up by the caller.
func (l *leaf) eval(in *LeafInput) (float64, verdict) {
	switch {
	case in.NotApplicable:
		return l.exempt()
	case in.Appraised != nil:
		return l.given(*in.Appraised)
	case in.Value != nil:
		return l.measured(*in.Value)
	case in.Choice != "":
		return l.chosen(in.Choice)
	case len(in.Counts) > 0:
		return l.counted(in.Counts)
	}
	return 0, missing
}

func (l *leaf) exempt() (float64, verdict) {
	switch l.na {
	case naFull:
		return l.max, good
	case naZero:
		return max(0, l.min), good
	case naRebase:
		return 0, good
	}
	return 0, alwaysApplies
}

// given takes points as appraised; noise beyond a bound counts as the bound.
func (l *leaf) given(points float64) (float64, verdict) {
	switch {
	case math.IsNaN(points) || math.IsInf(points, 0):
		return 0, notFinite
	case less(points, l.min) || less(l.max, points):
		return 0, outOfScale
	}
	return clamp(points, l.min, l.max), good
}

func clamp(x, low, high float64) float64 { return min(max(x, low), high) }

func (l *leaf) measured(x float64) (float64, verdict) {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return 0, notFinite
	}
	switch l.rule {
	case bySteps:
		return l.step(x)
	case byCount, byDeduction, byBonus, byPenalty:
		return l.cases(x)
	case byRatio, bySurvey, byIndex:
		if less(x, 0) || less(100, x) {
			return 0, notPercent
		}
		return l.percent(x), good
	case byLine:
		return l.line(x), good
	}
	return 0, wrongKind
}

func (l *leaf) step(x float64) (float64, verdict) {
	for i := range l.steps {
		if l.steps[i].span().holds(x) {
			return l.steps[i].Points, good
		}
	}
	return 0, inNoStep
}

// cases is unit · x, within the bounds of the rule.
func (l *leaf) cases(x float64) (float64, verdict) {
	n := math.Round(x)
	if n < 0 || !same(n, x) || l.rule == byDeduction && l.severity != nil {
		if n >= 0 && same(n, x) {
			return 0, wrongKind
		}
		return 0, notCount
	}
	switch l.rule {
	case byDeduction:
		return max(l.min, l.max-float64(l.unit*n)), good
	case byBonus:
		return min(l.unit*n, l.cap), good
	case byPenalty:
		return 0 - min(l.unit*n, l.cap), good
	}
	return min(l.unit*n, l.max), good
}

// percent is x percent of what earns full points.
func (l *leaf) percent(x float64) float64 {
	return float64(l.max * clamp(x/l.to, 0, 1))
}

// line runs from min at from to max at to, and stays there beyond the end points.
func (l *leaf) line(x float64) float64 {
	t := clamp((x-l.from)/(l.to-l.from), 0, 1)
	return l.min + float64(t*(l.max-l.min))
}

func (l *leaf) chosen(code string) (float64, verdict) {
	if l.rule != byChoice {
		return 0, wrongKind
	}
	if points, ok := l.options[code]; ok {
		return points, good
	}
	return 0, unknownOption
}

// counted takes off the points of each case, in the order of the rule's severities.
func (l *leaf) counted(cases map[string]float64) (float64, verdict) {
	if l.severity == nil {
		return 0, wrongKind
	}
	points, known := l.max, 0
	for _, s := range l.severity {
		n, ok := cases[s.Code]
		if !ok {
			continue
		}
		if known++; !(n >= 0) || math.IsInf(n, 0) || !same(n, math.Round(n)) {
			return 0, notCount
		}
		points -= float64(s.Points * math.Round(n))
	}
	if known < len(cases) {
		return 0, unknownCase
	}
	return max(l.min, points), good
}
