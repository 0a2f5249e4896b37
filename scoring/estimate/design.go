package estimate

import (
	"math"
	"strings"
)

// Lonely is the rule for a stratum in which only one unit was drawn, so that its variance cannot be told from the data.
type Lonely string

// The five rules, as in R's survey.lonely.psu.
const (
	LonelyFail      Lonely = "fail"      // refuse the design, naming the stratum
	LonelyRemove    Lonely = "remove"    // the stratum adds nothing
	LonelyCertainty Lonely = "certainty" // the unit was sure to be drawn: the stratum adds nothing
	LonelyAdjust    Lonely = "adjust"    // its total is centred at zero, the mean over strata of linearised values, not at its own mean
	LonelyAverage   Lonely = "average"   // it adds what the other strata add on average
)

// Spec says how the sample was drawn.
type Spec struct {
	Strata   []string // columns whose combinations are the strata of the first stage
	Clusters []string // columns of the sampling units by stage; none means that people were drawn directly
	Weight   string   // column of weights; without it 1/(inclusion probability) where fpc is given, else 1
	FPC      []string // per stage: number of units in the population of the stratum, or all at most 1: the sampled share
	Nest     bool     // cluster codes start anew in every stratum
	Lonely   Lonely   // "" is LonelyFail
	// DomainLonely applies LonelyAdjust or LonelyAverage also where a domain leaves one unit in a stratum that has more.
	DomainLonely bool
}

// Design is a sampling design bound to a frame: the weight of every row and the tree of sampling units.
// Rows of weight zero belong to no unit: they change nothing. It is immutable and safe for concurrent use.
type Design struct {
	frame  *Frame
	spec   Spec
	weight []float64 // by row, after calibration
	leaf   []int32   // by row: unit of the last stage whose variance counts; −1 for rows of weight zero
	stages []stage
	calib  *calibration
	n      int // rows of positive weight
}

// stage is one stage of sampling. Units are numbered so that those of one group are neighbours, and groups ascend.
type stage struct {
	group []int32   // by unit: stratum at the first stage, parent unit at later ones
	size  []int32   // by group: units drawn
	total []float64 // by group: units in the population, +Inf where drawing was with replacement or the number is not known
}

// left returns 1 − n/N, the finite-population correction of a group.
func (s *stage) left(g int32) float64 { return 1 - s.share(g) }

// share returns n/N, 0 where N is infinite.
func (s *stage) share(g int32) float64 { return float64(s.size[g]) / s.total[g] }

// NewDesign checks spec against the data. All mistakes are returned together, each with its column and row.
func NewDesign(f *Frame, spec Spec) (*Design, error) {
	if spec.Lonely == "" {
		spec.Lonely = LonelyFail
	}
	if err := spec.check(); err != nil {
		return nil, err
	}
	if f.rows == 0 {
		return nil, ErrNoData
	}
	d := &Design{frame: f, spec: spec}
	if err := d.readWeights(); err != nil {
		return nil, err
	}
	unitOf, err := d.buildStages()
	if err != nil {
		return nil, err
	}
	if err := d.readFPC(unitOf); err != nil {
		return nil, err
	}
	d.leaf = unitOf[len(unitOf)-1]
	if spec.Lonely == LonelyFail {
		return d, d.checkLonely(unitOf)
	}
	return d, nil
}

func (s Spec) check() error {
	var bad faults
	switch s.Lonely {
	case LonelyFail, LonelyRemove, LonelyCertainty, LonelyAdjust, LonelyAverage:
	default:
		bad.add("option lonely-psu", "không có quy tắc %q", "no such rule: %q", string(s.Lonely))
	}
	if len(s.FPC) > len(s.Clusters)+1 {
		bad.add("option fpc", "nhiều cột hơn số giai đoạn chọn mẫu (%d)", "more columns than stages of sampling (%d)", len(s.Clusters)+1)
	}
	return bad.err()
}

// readWeights fills d.weight, with 1 where no column is named, and counts the rows of positive weight.
func (d *Design) readWeights() error {
	f, name := d.frame, d.spec.Weight
	d.weight = make([]float64, f.rows)
	if name == "" {
		for i := range d.weight {
			d.weight[i] = 1
		}
		d.n = f.rows
		return nil
	}
	v, err := f.variable(name, nil)
	if err != nil {
		return err
	}
	v.fill(0, f.rows, d.weight)
	var bad faults
	for i, w := range d.weight {
		switch {
		case w != w:
			bad.row(d.frame.line(i), name, "thiếu trọng số", "the weight is missing")
		case w < 0 || math.IsInf(w, 0):
			bad.row(d.frame.line(i), name, "trọng số %g không hợp lệ", "weight %g is not valid", w)
		case w > 0:
			d.n++
		}
		if len(bad.list) >= 20 {
			break
		}
	}
	if len(bad.list) == 0 && d.n == 0 {
		bad.column(name, "tổng trọng số bằng 0", "the weights add up to zero")
	}
	return bad.err()
}

// Frame returns the data the design is bound to.
func (d *Design) Frame() *Frame { return d.frame }

// Weights returns a copy of the weight of every row.
func (d *Design) Weights() []float64 { return append([]float64(nil), d.weight...) }

// psu returns the first-stage unit that holds a leaf unit.
func (d *Design) psu(leaf int32) int32 {
	for s := len(d.stages) - 1; s > 0; s-- {
		leaf = d.stages[s].group[leaf]
	}
	return leaf
}

// Units returns the number of first-stage units and of strata.
func (d *Design) Units() (units, strata int) {
	return len(d.stages[0].group), len(d.stages[0].size)
}

// strataName names the strata column for messages.
func (s Spec) strataName() string {
	if len(s.Strata) == 0 {
		return "(no strata)"
	}
	return strings.Join(s.Strata, " × ")
}
