package main

import (
	"context"
	"slices"

	"thuocdo/scoring/estimate"
)

// estimateDriversCmd shares out what explains an overall judgement.
type estimateDriversCmd struct {
	sourceFlags
	Outcome string   `help:"Column to explain." required:"" placeholder:"Y"`
	On      []string `help:"Columns that explain; name=a+b+c is the mean of a, b, c." required:"" placeholder:"X1,…"`
	designFlags
	weightingFlags
	replicateFlags
	Level float64 `help:"Confidence level." default:"0.95" hidden:""`
	figureFlags
}

// Help tells the flags that share a line.
func (*estimateDriversCmd) Help() string {
	return "Intervals of the shares: --replicates bootstrap --reps N --seed N --level P\nDesign:     --strata S --cluster PSU --weight W   Data: --missing V,… --where C=V   Result: -o FILE"
}

// Examples ends the help of the command.
func (*estimateDriversCmd) Examples() []string {
	return []string{"thuocdo estimate drivers --data r.csv --outcome overall --on access=q1+q2+q3+q4,staff=q9+q10 --missing 9"}
}

// Run writes one row per variable, after one of the constant.
func (e *estimateDriversCmd) Run(ctx context.Context, c *console) error {
	if !(e.Level > 0 && e.Level < 1) {
		return usage("--level must be between 0 and 1, not %g", e.Level)
	}
	known, err := e.weightingFlags.read(ctx, c)
	if err != nil {
		return err
	}
	frame, err := e.sourceFlags.read(ctx, c, slices.Concat([]string{e.Outcome}, e.On, e.columns(), known.columns())...)
	if err != nil {
		return err
	}
	d, err := e.design(frame)
	if err != nil {
		return err
	}
	if d, err = e.apply(c, d, known); err != nil {
		return err
	}
	if d, err = e.within(d, append(slices.Clone(e.On), e.Outcome)...); err != nil {
		return err
	}
	reps, err := e.replicates(c, d)
	if err != nil {
		return err
	}
	report, end := watch(c, "resampling")
	x, err := d.Drivers(ctx, columnNames([]string{e.Outcome})[0], columnNames(e.On), reps, e.Level, report, e.Missing...)
	end()
	if err != nil {
		return err
	}
	t := &figures{head: []string{"term", "n", "mean", "b", "se", "t", "p", "beta", "lmg", "lmg_low", "lmg_high", "lmg_share", "last", "first", "pratt", "johnson", "car", "vif", "r2", "adj_r2"}}
	for _, v := range append([]estimate.Driver{x.Constant}, x.Terms...) {
		share := estimate.Figure{X: v.LMG.X / x.R2.X, OK: v.LMG.OK && x.R2.X > 0}
		t.add(v.Name, int64(x.N), v.Mean, v.B, v.SE, v.T, v.P, v.Beta, v.LMG, v.Low, v.High, share, v.Last, v.First, v.Pratt, v.Johnson, v.Car, v.VIF, x.R2, x.AdjR2)
	}
	return e.figureFlags.write(c, t)
}
