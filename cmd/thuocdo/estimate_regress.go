package main

import (
	"context"
	"slices"

	"thuocdo/scoring/estimate"
)

// estimateRegressCmd fits a regression with design-based errors.
type estimateRegressCmd struct {
	sourceFlags
	Outcome  string   `help:"Column to explain; 0 or 1 with --logistic." required:"" placeholder:"Y"`
	On       []string `help:"Columns that explain; name=a+b+c is the mean of a, b, c." required:"" placeholder:"X1,…"`
	Logistic bool     `help:"Fit log-odds."`
	designFlags
	weightingFlags
	figureFlags
}

// Help tells the flags that share a line.
func (*estimateRegressCmd) Help() string {
	return "Design, weighting and data flags as in 'thuocdo estimate stat'; see docs/estimate.md."
}

// Examples ends the help of the command.
func (*estimateRegressCmd) Examples() []string {
	return []string{"thuocdo estimate regress --data r.csv --outcome overall --on q1,q2 --strata s --cluster psu --weight w"}
}

// Run writes one row per term.
func (e *estimateRegressCmd) Run(ctx context.Context, c *console) error {
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
	if d, err = e.within(d, append([]string{e.Outcome}, e.On...)...); err != nil {
		return err
	}
	list := columnNames(append([]string{e.Outcome}, e.On...))
	r, err := d.Regress(list[0], list[1:], e.Logistic, e.Missing...)
	if err != nil {
		return err
	}
	t := &figures{head: []string{"term", "n", "b", "se", "t", "df", "p", "note"}}
	for _, v := range r.Terms {
		t.add(v.Name, int64(r.N), estimate.Figure{X: v.B, OK: true}, v.SE, v.T, r.DF, v.P, r.Note.In(e.Lang))
	}
	return e.figureFlags.write(c, t)
}
