package analysis

import (
	"context"
	"slices"

	"thuocdo/scoring/estimate"
)

// DriverRequest asks what drives an overall judgement (yếu tố tác động).
type DriverRequest struct {
	Lens
	Outcome string
	On      []string // variables and scales
	Reps    int      // of the bootstrap; 0 = no intervals
	Seed    uint32
}

// Drivers is a driver analysis with its importance–performance chart.
type Drivers struct {
	*estimate.Drivers
	Request  DriverRequest
	Outcome  Term
	Terms    []Term
	Reps     int  // used, at most those asked for
	Fewer    bool // because of the number of responses
	Weighted *WeightResult
	Told
}

// Bounds of a driver analysis on a page.
const (
	MostDrivers = 15
	MostReps    = 1000
	mostDraws   = 25e6 // responses × replicates
	mostNumbers = 40e6 // responses × variables
)

// Share returns a term's part of R², in percent.
func (d *Drivers) Share(i int) estimate.Figure {
	t := d.Drivers.Terms[i]
	if !t.LMG.OK || !(d.R2.X > 0) {
		return estimate.Figure{}
	}
	return estimate.Figure{X: 100 * t.LMG.X / d.R2.X, OK: true}
}

// ShareInterval returns the bootstrap interval of Share.
func (d *Drivers) ShareInterval(i int) (low, high estimate.Figure) {
	t := d.Drivers.Terms[i]
	if !t.Low.OK || !t.High.OK || !(d.R2.X > 0) {
		return low, high
	}
	return estimate.Figure{X: 100 * t.Low.X / d.R2.X, OK: true}, estimate.Figure{X: 100 * t.High.X / d.R2.X, OK: true}
}

// Drivers shares out what explains an outcome.
func (s *Study) Drivers(ctx context.Context, r DriverRequest) (*Drivers, error) {
	x, err := s.driven(r)
	if err != nil {
		return nil, err
	}
	all := append([]Term{x.Outcome}, x.Terms...)
	if err := s.guardTerms(r.Lens, FieldOn, all...); err != nil {
		return nil, err
	}
	names := codes(all)
	d, err := s.look(r.Lens, derived(all...), names...)
	if err != nil {
		return nil, err
	}
	x.Weighted = d.report
	var reps *estimate.Replicates
	if x.Reps > 0 {
		if reps, err = d.Bootstrap(x.Reps, r.Seed); err != nil {
			return nil, err
		}
	}
	if x.Drivers, err = d.Drivers(ctx, names[0], names[1:], reps, r.confidence(), nil); err != nil {
		return nil, err
	}
	if r.Guarded {
		err = x.guard()
	}
	return x, err
}

// driven checks a request and bounds its work.
func (s *Study) driven(r DriverRequest) (*Drivers, error) {
	x := &Drivers{Request: r, Reps: min(r.Reps, MostReps)}
	var err error
	if x.Outcome, err = s.term(FieldOutcome, r.Outcome, ""); err != nil {
		return nil, err
	}
	for _, code := range r.On {
		if code == r.Outcome {
			return nil, mistake(FieldOn, "%s vừa được giải thích vừa dùng để giải thích; hãy bỏ một bên", "%s both explains and is explained; leave one out", code)
		}
		t, err := s.term(FieldOn, code, r.Outcome)
		if err != nil {
			return nil, err
		}
		if x.Outcome.Items != nil && overlap(x.Outcome, t) {
			return nil, mistake(FieldOn, "%s có câu nằm trong %s; hãy bỏ một bên", "%s shares items with %s; leave one out", code, r.Outcome)
		}
		x.Terms = append(x.Terms, t)
	}
	rows := float64(s.Rows())
	switch {
	case len(x.Terms) == 0:
		return nil, mistake(FieldOn, "chưa chọn yếu tố nào", "no factor is chosen")
	case len(x.Terms) > MostDrivers:
		return nil, mistake(FieldOn, "chọn %d yếu tố, nhiều nhất %d", "%d factors are chosen, at most %d are possible", len(x.Terms), MostDrivers)
	case rows*float64(len(x.Terms)+1) > mostNumbers:
		return nil, mistake(FieldSize, "%d phiếu × %d biến là quá nhiều cho trang này; hãy dùng dòng lệnh thuocdo estimate drivers", "%d responses × %d variables are too many for this page; use thuocdo estimate drivers", s.Rows(), len(x.Terms)+1)
	}
	if most := int(mostDraws / max(rows, 1)); x.Reps > most {
		x.Reps, x.Fewer = max(most, 2), true
	}
	return x, nil
}

func overlap(a, b Term) bool {
	return slices.ContainsFunc(a.Items, func(i string) bool { return i == b.Code || slices.Contains(b.Items, i) })
}

func codes(terms []Term) (out []string) {
	for _, t := range terms {
		out = append(out, t.Code)
	}
	return out
}
