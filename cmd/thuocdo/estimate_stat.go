package main

import (
	"context"
	"slices"

	"thuocdo/scoring/estimate"
)

// estimateStatCmd computes one figure per domain, variable and level.
type estimateStatCmd struct {
	sourceFlags
	Stat        string    `help:"What to estimate." enum:"mean,total,share,ratio,quantile" default:"mean"`
	Var         []string  `help:"Columns; name=a+b+c is the mean of a, b, c; name=a*b their combinations." required:"" placeholder:"Q1,…"`
	Levels      []string  `help:"Values that a share counts; none: each in turn." placeholder:"V,…"`
	Denominator string    `help:"Column below the line of a ratio." placeholder:"V"`
	Probs       []float64 `help:"Probabilities of quantiles." placeholder:"P,…"`
	Pool        string    `help:"With share: one pooled share of all columns, under this name." placeholder:"NAME"`
	By          []string  `help:"Columns whose combinations are the domains." placeholder:"C,…"`
	Ranks       bool      `help:"Rank the domains, with intervals from the replicates." hidden:""`
	designFlags
	weightingFlags
	replicateFlags
	intervalFlags
	figureFlags
}

// Help tells the flags that share a line.
func (*estimateStatCmd) Help() string { return flagGroups }

// flagGroups are the flags of all estimate commands that help lists together; docs/estimate.md explains each.
const flagGroups = `Design:     --strata S --cluster PSU[,SSU] --weight W --fpc N1[,N2] --nest --lonely-psu RULE --lonely-domain
Weighting:  --rake FILES | --poststratify FILE | --calibrate FILES  --distance D  --trim L,U  --weights-out FILE
Errors:     --replicates jk1|jkn|brr|bootstrap --reps N --seed N [--ranks]  --df design|inf|N
Intervals:  --ci wald|logit|wilson|beta|asin --level P   Result: -o FILE --lang vi|en
Data:       --missing V,… --valid V,… --where C=V`

// Examples ends the help of the command.
func (*estimateStatCmd) Examples() []string {
	return []string{
		"thuocdo estimate --data r.csv --stat share --var q1,q2 --levels 4,5 --by province --strata s --cluster psu --weight w",
		"thuocdo estimate stat --data r.csv --var days --stat quantile --probs .5,.9 --rake margins.csv --weight w",
	}
}

// Run writes the figures.
func (e *estimateStatCmd) Run(ctx context.Context, c *console) error {
	if err := e.check(); err != nil {
		return err
	}
	known, err := e.weightingFlags.read(ctx, c)
	if err != nil {
		return err
	}
	frame, err := e.sourceFlags.read(ctx, c, slices.Concat(e.Var, []string{e.Denominator}, e.By, e.columns(), known.columns())...)
	if err != nil {
		return err
	}
	r, err := e.request()
	if err != nil {
		return err
	}
	if frame, err = e.pool(frame, &r); err != nil {
		return err
	}
	d, err := e.design(frame)
	if err != nil {
		return err
	}
	if d, err = e.apply(c, d, known); err != nil {
		return err
	}
	if d, err = e.within(d, append(slices.Concat(r.Variables, r.By), r.Denominator)...); err != nil {
		return err
	}
	if r.Replicates, err = e.replicates(c, d); err != nil {
		return err
	}
	report, end := watch(c, "estimating")
	r.Progress = report
	res, err := d.Estimate(ctx, r)
	end()
	if err != nil {
		return err
	}
	return e.figureFlags.write(c, e.table(res))
}

func (e *estimateStatCmd) check() error {
	switch {
	case (e.Stat == "ratio") != (e.Denominator != ""):
		return usage("--denominator goes with --stat ratio")
	case len(e.Levels) > 0 && e.Stat != "share":
		return usage("--levels goes with --stat share")
	case len(e.Probs) > 0 && e.Stat != "quantile":
		return usage("--probs goes with --stat quantile")
	case e.Pool != "" && (e.Stat != "share" || len(e.Levels) == 0):
		return usage("--pool goes with --stat share and --levels")
	}
	if e.Ranks && (e.Replicates == "" || len(e.By) == 0) {
		return usage("--ranks goes with --by and --replicates")
	}
	for _, p := range e.Probs {
		if !(p >= 0 && p <= 1) {
			return usage("--probs must be between 0 and 1, not %g", p)
		}
	}
	return e.intervalFlags.check()
}

func (e *estimateStatCmd) request() (estimate.Request, error) {
	df, err := e.freedom()
	return estimate.Request{
		Stat: estimate.Stat(e.Stat), Variables: columnNames(e.Var), Denominator: e.Denominator, Levels: e.Levels, Probs: e.Probs,
		By: e.By, Missing: e.Missing, Valid: e.Valid, Interval: estimate.Interval(e.CI), Level: e.Level, DF: df,
	}, err
}

// pool turns a pooled share into the ratio of answers listed to answers given.
func (e *estimateStatCmd) pool(f *estimate.Frame, r *estimate.Request) (*estimate.Frame, error) {
	if e.Pool == "" {
		return f, nil
	}
	f, err := f.Pool(e.Pool, r.Variables, r.Levels, r.Missing...)
	r.Stat, r.Variables, r.Denominator, r.Levels, r.Missing = estimate.StatRatio, []string{e.Pool}, e.Pool+"#", nil, nil
	return f, err
}

func (e *estimateStatCmd) table(res *estimate.Result) *figures {
	t := &figures{head: append(slices.Clone(e.By), "variable", "level", "n", "estimate", "se", "ci_low", "ci_high", "deff", "df", "note")}
	if e.Ranks {
		t.head = append(t.head, "rank", "rank_low", "rank_high")
	}
	per := len(res.Estimates) / res.Domains.Len()
	ranks := e.ranks(res, per)
	for i, x := range res.Estimates {
		var cells []any
		for _, l := range res.Domains.Labels[x.Domain] {
			cells = append(cells, l)
		}
		cells = append(cells, x.Variable, x.Level, x.N, x.Value, x.SE, x.Low, x.High, x.Deff, x.DF, x.Note.In(e.Lang))
		if e.Ranks {
			r := ranks[i%per][x.Domain]
			ok := r.Rank > 0
			cells = append(cells, estimate.Figure{X: float64(r.Rank), OK: ok}, estimate.Figure{X: r.Low, OK: ok}, estimate.Figure{X: r.High, OK: ok})
		}
		t.add(cells...)
	}
	return t
}

// ranks ranks the domains by each figure, from high to low.
func (e *estimateStatCmd) ranks(res *estimate.Result, per int) [][]estimate.RankSpread {
	if !e.Ranks {
		return nil
	}
	out := make([][]estimate.RankSpread, per)
	for k := range out {
		out[k] = res.Ranks(k, e.Level)
	}
	return out
}
