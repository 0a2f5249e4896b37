package main

import (
	"context"
	"errors"
	"slices"

	"thuocdo/scoring/estimate"
)

// estimateReliabilityCmd tells how well items measure one thing.
type estimateReliabilityCmd struct {
	sourceFlags
	Items    []string `help:"Columns of the scale." required:"" placeholder:"Q1,…"`
	Pairwise bool     `help:"Use every pair of answers, not only complete rows."`
	Factors  int      `help:"Factors of omega." default:"1" placeholder:"K"`
	Weight   string   `help:"Column of weights: gives the weighted alpha too." placeholder:"W"`
	weightingFlags
	figureFlags
}

// Help tells the flags that share a line.
func (*estimateReliabilityCmd) Help() string {
	return "Other flags: --missing V,…  --where C=V  --rake FILES  -o FILE  --lang vi|en\nThe first row is the scale, then one row per item; the alpha of an item is that of the scale without it."
}

// Examples ends the help of the command.
func (*estimateReliabilityCmd) Examples() []string {
	return []string{"thuocdo estimate reliability --data r.csv --items q1,q2,q3,q4 --missing 9"}
}

// Run writes the scale and its items.
func (e *estimateReliabilityCmd) Run(ctx context.Context, c *console) error {
	known, err := e.weightingFlags.read(ctx, c)
	if err != nil {
		return err
	}
	frame, err := e.sourceFlags.read(ctx, c, slices.Concat(e.Items, []string{e.Weight}, known.columns())...)
	if err != nil {
		return err
	}
	weighted, err := e.weighted(c, frame, known)
	if err != nil {
		return err
	}
	if frame, err = e.inside(frame, e.Items...); err != nil {
		return err
	}
	cols := make([][]float64, len(e.Items))
	for j, name := range e.Items {
		if cols[j], err = frame.Values(name, e.Missing...); err != nil {
			return err
		}
	}
	s, err := estimate.Reliability(e.Items, cols, e.Pairwise)
	if err != nil {
		return err
	}
	omega, note := e.omega(cols)
	t := &figures{head: []string{"item", "n", "mean", "sd", "alpha", "std_alpha", "r_drop", "r_raw", "r_std", "r_cor", "alpha_se", "g6", "average_r", "median_r", "omega_total", "omega_h", "weighted_alpha", "note"}}
	t.add("(scale)", int64(s.N), s.Mean, s.SD, s.Alpha, s.StdAlpha, "", "", "", "", s.SE, s.G6, s.AverageR, s.MedianR, omega.Total, omega.Hierarchical, weighted, note)
	for _, i := range s.Items {
		t.add(i.Name, int64(i.N), i.Mean, i.SD, i.Alpha, i.StdAlpha, i.Drop, i.Raw, i.Std, i.Cor, "", "", "", "", "", "", "", "")
	}
	return e.write(c, t)
}

// omega gives no figure and says why where the items cannot bear the factors.
func (e *estimateReliabilityCmd) omega(cols [][]float64) (estimate.Omega, string) {
	if len(cols) < 3 {
		return estimate.Omega{}, "omega needs three items"
	}
	o, err := estimate.McDonald(estimate.Correlation(estimate.CompleteRows(cols, e.Pairwise)), e.Factors)
	if errors.Is(err, estimate.ErrConverge) {
		return o, "omega: the factor analysis did not settle"
	}
	if err != nil {
		return o, "omega: " + err.Error()
	}
	return o, ""
}

// weighted is alpha with weights, absent where there are none.
func (e *estimateReliabilityCmd) weighted(c *console, f *estimate.Frame, known *totals) (estimate.Figure, error) {
	if e.Weight == "" && len(known.columns()) == 0 {
		return estimate.Figure{}, nil
	}
	d, err := estimate.NewDesign(f, estimate.Spec{Weight: e.Weight, Lonely: estimate.LonelyRemove})
	if err != nil {
		return estimate.Figure{}, err
	}
	if d, err = e.apply(c, d, known); err != nil {
		return estimate.Figure{}, err
	}
	if d, err = e.within(d, e.Items...); err != nil {
		return estimate.Figure{}, err
	}
	a, _, err := d.DesignAlpha(e.Items, nil, e.Missing...)
	return a, err
}
