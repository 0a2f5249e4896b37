package scoring

import (
	"cmp"
	"math"
	"slices"
)

// AdvanceKind says what kind of input the next step up needs.
type AdvanceKind string

// Kinds of advances.
const (
	ToOption   AdvanceKind = "option"      // another option
	ToStep     AdvanceKind = "step"        // an input in another step
	MoreCases  AdvanceKind = "more_cases"  // so many cases more
	FewerCases AdvanceKind = "fewer_cases" // so many cases fewer
	PerPercent AdvanceKind = "per_percent" // every percent more brings points, up to Full
	PerInput   AdvanceKind = "per_input"   // every unit of the input brings points, up to Full
	PerPoint   AdvanceKind = "per_point"   // points are typed: any number of them, up to Full
)

// Advance is the next step up of one leaf: the least change of its input that earns more points. Where points move with the
// input without steps, it is the rate instead, and Input is what earns everything.
type Advance struct {
	Kind     AdvanceKind `json:"kind"`
	Gain     float64     `json:"gain"`               // points of the total that Input brings
	Points   float64     `json:"points"`             // of the leaf, with Input
	Input    LeafInput   `json:"input"`              //
	Rate     float64     `json:"rate,omitempty"`     // per_…: points of the total for one percent, unit of input or point
	Cases    int         `json:"cases,omitempty"`    // how many more or fewer
	Known    bool        `json:"-"`                  // Cases counts from the unit's own input, not from its points
	Severity string      `json:"severity,omitempty"` // of a single case fewer
	Step     *Step       `json:"step,omitempty"`     // of kind step: the range to reach
	Distance *float64    `json:"distance,omitempty"` // of kind step: from the unit's input to that range
}

// level is an outcome of a rule above the present one.
type level struct {
	points   float64
	input    LeafInput
	cases    int
	known    bool
	severity string
	step     *Step
	distance *float64
}

// mostLevels bounds how many outcomes of a counting rule are told apart.
const mostLevels = 500

// advance returns the next step up of a leaf, or nil where nothing more can be earned.
func (p *Plan) advance(n *PlanNode, in *LeafInput, points, share float64) *Advance {
	c := p.climb(n, in, points)
	if len(c.levels) == 0 {
		return nil
	}
	x := c.levels[0]
	return &Advance{Kind: c.kind, Gain: share * (x.points - points), Points: x.points, Input: x.input, Rate: share * c.rate,
		Cases: x.cases, Known: x.known, Severity: x.severity, Step: x.step, Distance: x.distance}
}

// climb is every way up of one leaf: its levels in ascending order, or one level that can be reached in part.
type climb struct {
	kind   AdvanceKind
	levels []level
	rate   float64                      // of the leaf's points per unit of input; 0 for levels
	at     func(points float64) float64 // input that earns points; nil for levels
}

func (p *Plan) climb(n *PlanNode, in *LeafInput, points float64) (c climb) {
	l := &p.leaves[n.Leaf]
	switch l.rule {
	case byChoice:
		c = climb{kind: ToOption, levels: l.optionLevels(n)}
	case bySteps:
		c = climb{kind: ToStep, levels: l.stepLevels(in, points)}
	case byCount, byBonus:
		c = climb{kind: MoreCases, levels: l.moreLevels(in, points)}
	case byDeduction, byPenalty:
		if l.severity == nil {
			c = climb{kind: FewerCases, levels: l.fewerLevels(in, points)}
		} else if in.Counts != nil && in.Appraised == nil {
			c = climb{kind: FewerCases, levels: l.severityLevels(in)}
		} else {
			c = l.free()
		}
	default:
		c = l.free()
	}
	c.levels = slices.DeleteFunc(c.levels, func(x level) bool { return !less(points, x.points) })
	slices.SortStableFunc(c.levels, func(a, b level) int { return cmp.Compare(a.points, b.points) })
	c.levels = slices.CompactFunc(c.levels, func(a, b level) bool { return same(a.points, b.points) })
	return c
}

// free is the climb of a leaf whose points move with its input without steps.
func (l *leaf) free() climb {
	top := l.top()
	one := func(kind AdvanceKind, rate float64, at func(float64) float64) climb {
		x := at(top)
		in := LeafInput{Value: &x}
		if kind == PerPoint {
			in = LeafInput{Appraised: &x}
		}
		return climb{kind: kind, levels: []level{{points: top, input: in}}, rate: rate, at: at}
	}
	switch l.rule {
	case byRatio:
		return one(PerPercent, l.max/100, func(y float64) float64 { return 100 * y / l.max })
	case bySurvey, byIndex:
		return one(PerPercent, l.max/l.to, func(y float64) float64 { return l.to * y / l.max })
	case byLine:
		return one(PerInput, (l.max-l.min)/math.Abs(l.to-l.from), func(y float64) float64 {
			return l.from + float64((y-l.min)/(l.max-l.min)*(l.to-l.from))
		})
	}
	return one(PerPoint, 1, func(y float64) float64 { return y })
}

func (l *leaf) optionLevels(n *PlanNode) (out []level) {
	codes := []string{"yes", "no"}
	if n.Rule.Type != YesNo {
		codes = codes[:0]
		for _, o := range n.Rule.Options {
			codes = append(codes, o.Code)
		}
	}
	for _, code := range codes {
		out = append(out, level{points: l.options[code], input: LeafInput{Choice: code}})
	}
	return out
}

// stepLevels gives each step the input in it that is nearest to the present one; of steps worth the same, the nearest.
func (l *leaf) stepLevels(in *LeafInput, points float64) (out []level) {
	for i := range l.steps {
		s := &l.steps[i]
		if !less(points, s.Points) {
			continue
		}
		x := s.near(in.Value)
		v := level{points: s.Points, input: LeafInput{Value: &x}, step: s}
		if in.Value != nil {
			d := math.Abs(x - *in.Value)
			v.distance = &d
		}
		out = append(out, v)
	}
	if in.Value != nil {
		slices.SortStableFunc(out, func(a, b level) int { return cmp.Compare(*a.distance, *b.distance) })
	}
	return out
}

// near returns the input inside a step that is nearest to x, or the step's lower end where x is not known. An end that is
// not part of the step is passed by a hundredth, or by half the width of a narrower step.
func (s *Step) near(x *float64) float64 {
	width := 0.01
	if s.Min != nil && s.Max != nil {
		width = min(width, (*s.Max-*s.Min)/2)
	}
	low, high := math.Inf(-1), math.Inf(1)
	if s.Min != nil {
		if low = *s.Min; s.MinOpen {
			low += width
		}
	}
	if s.Max != nil {
		if high = *s.Max; !s.MaxClosed {
			high -= width
		}
	}
	switch {
	case x != nil:
		return clamp(*x, low, high)
	case s.Min != nil:
		return low
	case s.Max != nil:
		return high
	}
	return 0
}

// moreLevels counts up from the present number of cases.
func (l *leaf) moreLevels(in *LeafInput, points float64) (out []level) {
	top := l.top()
	now := math.Floor(points/l.unit + tolerance)
	from, known := now, false
	if in.Appraised == nil && in.Value != nil {
		now, known = math.Round(*in.Value), true
		from = min(now, from)
	}
	last := math.Ceil(top/l.unit - tolerance)
	for x := from + 1; x <= last; x++ {
		if len(out) == mostLevels {
			x = last
		}
		out = append(out, level{points: min(l.unit*x, top), input: LeafInput{Value: new(x)}, cases: int(x - now), known: known})
	}
	return out
}

// fewerLevels counts down from the greatest number of cases that earns more than now.
func (l *leaf) fewerLevels(in *LeafInput, points float64) (out []level) {
	top := l.top()
	now := math.Ceil((top-points)/l.unit - tolerance)
	from, known := now, false
	if in.Appraised == nil && in.Value != nil {
		now, known = math.Round(*in.Value), true
	}
	for x := from - 1; x >= 0; x-- {
		if len(out) == mostLevels {
			x = 0
		}
		out = append(out, level{points: top - float64(l.unit*x), input: LeafInput{Value: new(x)}, cases: int(now - x), known: known})
	}
	return out
}

// severityLevels takes away one case after the other, the costliest first.
func (l *leaf) severityLevels(in *LeafInput) (out []level) {
	order := slices.Clone(l.severity)
	slices.SortStableFunc(order, func(a, b Severity) int { return cmp.Compare(b.Points, a.Points) })
	left := map[string]float64{}
	points := l.max
	for _, s := range order {
		left[s.Code] = math.Round(in.Counts[s.Code])
		points -= float64(s.Points * left[s.Code])
	}
	gone := 0
	for _, s := range order {
		for left[s.Code] > 0 && len(out) < mostLevels {
			step := 1.0
			if len(out) == mostLevels-1 {
				step = left[s.Code]
			}
			left[s.Code] -= step
			points += float64(step * s.Points)
			gone += int(step)
			v := level{points: max(l.min, points), input: LeafInput{Counts: cloneCounts(left, in.Counts)}, cases: gone, known: true}
			if gone == 1 {
				v.severity = s.Code
			}
			out = append(out, v)
		}
	}
	return out
}

// cloneCounts keeps the severities that were given.
func cloneCounts(left, given map[string]float64) map[string]float64 {
	out := make(map[string]float64, len(given))
	for code := range given {
		out[code] = left[code]
	}
	return out
}
