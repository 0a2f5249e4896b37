package estimate

import "math"

// WeightReport tells what weighting to known totals did.
type WeightReport struct {
	Iterations int
	Misfit     float64 // largest |achieved − target| / (1 + |target|)
	Margins    []MarginReport
	Low, High  float64 // smallest and largest weight after
	LowRatio   float64 // smallest and largest weight after ÷ before
	HighRatio  float64
	Kish       float64 // n·Σw²/(Σw)²: loss of precision by unequal weights (Kish 1965, §11.7)
	Negative   int     // weights below zero (linear calibration can give them)
	Trimmed    int     // weights cut by trimming
}

// MarginReport compares one known total with the sample before and after.
type MarginReport struct {
	Name                  string
	Level                 string
	Target, Before, After float64
}

// report compares weights before and after.
func (d *Design) report(after *Design) *WeightReport {
	r := &WeightReport{Low: math.Inf(1), High: math.Inf(-1), LowRatio: math.Inf(1), HighRatio: math.Inf(-1)}
	var s, q float64
	for i, w := range after.weight {
		if d.leaf[i] < 0 {
			continue
		}
		s, q = s+w, q+w*w
		r.Low, r.High = math.Min(r.Low, w), math.Max(r.High, w)
		r.LowRatio, r.HighRatio = math.Min(r.LowRatio, w/d.weight[i]), math.Max(r.HighRatio, w/d.weight[i])
		if w < 0 {
			r.Negative++
		}
	}
	r.Kish = float64(d.n) * q / (s * s)
	return r
}

// compare adds the margins of a model to the report.
func (r *WeightReport) compare(m *model, before, after []float64) {
	b, a := m.totals(before), m.totals(after)
	for k, t := range m.target {
		r.Margins = append(r.Margins, MarginReport{m.names[k], m.levels[k], t, b[k], a[k]})
		r.Misfit = math.Max(r.Misfit, misfit(a[k], t))
	}
}

func misfit(achieved, target float64) float64 {
	return math.Abs(achieved-target) / (1 + math.Abs(target))
}

// with returns the design with other weights and a calibration that its variances take into account.
func (d *Design) with(weight []float64, c *calibration) *Design {
	after := *d
	after.weight, after.calib = weight, c
	return &after
}

// PostStratify scales the weights of each cell of m to its known total: g = N_c/Ŵ_c (Holt and Smith 1979).
// Variances are those of the residuals from the cell means.
func (d *Design) PostStratify(m Margin) (*Design, *WeightReport, error) {
	x, err := d.model([]Margin{m}, nil)
	if err != nil {
		return nil, nil, err
	}
	have := x.totals(d.weight)
	w := make([]float64, len(d.weight))
	for i, c := range x.cell[0] {
		if c >= 0 {
			w[i] = d.weight[i] * m.Totals[c] / have[c]
		}
	}
	again := func(base []float64) ([]float64, error) { return x.scaleCells(0, base), nil }
	after := d.with(w, newCalibration(d, x, d.weight, w, again))
	r := d.report(after)
	r.Iterations = 1
	r.compare(x, d.weight, w)
	return after, r, nil
}

// Trim cuts weights to [low, high] and spreads what was cut evenly over the others, so that the sum stays
// (as R's trimWeights). With strict it repeats until none is outside. A cut weight is fixed for the variance.
func (d *Design) Trim(low, high float64, strict bool) (*Design, int, error) {
	if !(low < high) {
		return nil, 0, optionFault("trim", "cận dưới %g không nhỏ hơn cận trên %g", "the lower bound %g is not below the upper one %g", low, high)
	}
	w := append([]float64(nil), d.weight...)
	cut := make([]bool, len(w))
	trimmed := 0
	for round := 0; ; round++ {
		n, free, err := d.trimOnce(w, cut, low, high)
		if err != nil {
			return nil, 0, err
		}
		trimmed += n
		if n == 0 || free == 0 || !strict {
			break
		}
	}
	return d.with(w, d.calib), trimmed, nil
}

func (d *Design) trimOnce(w []float64, cut []bool, low, high float64) (trimmed, free int, err error) {
	var lost float64
	for i, v := range w {
		if d.leaf[i] < 0 || cut[i] {
			continue
		}
		if v < low || v > high {
			w[i] = math.Max(low, math.Min(high, v))
			lost += v - w[i]
			cut[i] = true
			trimmed++
			continue
		}
		free++
	}
	if trimmed > 0 && free == 0 {
		return 0, 0, optionFault("trim", "mọi trọng số đều nằm ngoài khoảng [%g, %g]", "every weight is outside [%g, %g]", low, high)
	}
	for i := range w {
		if d.leaf[i] >= 0 && !cut[i] && trimmed > 0 {
			w[i] += lost / float64(free)
		}
	}
	return trimmed, free, nil
}

// TrimAt returns the quantiles (type 7) of the weights at two probabilities, to trim at.
func (d *Design) TrimAt(low, high float64) (float64, float64) {
	var w []float64
	for i, v := range d.weight {
		if d.leaf[i] >= 0 {
			w = append(w, v)
		}
	}
	return Quantile(w, low, 7), Quantile(w, high, 7)
}
