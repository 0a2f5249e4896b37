package main

import (
	"context"
	"slices"
	"strings"

	"thuocdo/scoring/estimate"
)

// estimateTestCmd tests differences between domains, crosstabs, and ranks between groups.
type estimateTestCmd struct {
	sourceFlags
	Var         []string `help:"Columns to compare between the domains of --by." placeholder:"Q1,…"`
	Stat        string   `help:"What to compare." enum:"mean,total,share,ratio" default:"mean"`
	Levels      []string `help:"Values that a share counts; none: each in turn." placeholder:"V,…"`
	Denominator string   `help:"Column below the line of a ratio." placeholder:"V"`
	By          []string `help:"Columns whose combinations are the domains." placeholder:"C,…"`
	Pair        []string `help:"Two values of --by; none: every pair." placeholder:"A,B"`
	Adjust      string   `help:"Correction of p for many pairs." enum:"holm,bh,bonferroni,none" default:"holm"`
	Crosstab    []string `help:"Two columns: Rao-Scott and Wald tests." placeholder:"ROW,COL"`
	Rank        string   `help:"Column to compare by ranks between --by." placeholder:"Q"`
	Score       string   `help:"Scores of --rank." enum:"wilcoxon,median,vanderwaerden" default:"wilcoxon"`
	designFlags
	weightingFlags
	intervalFlags
	figureFlags
}

// Help tells the flags that share a line.
func (*estimateTestCmd) Help() string {
	return "Design, weighting and data flags as in 'thuocdo estimate stat'; see docs/estimate.md."
}

// Examples ends the help of the command.
func (*estimateTestCmd) Examples() []string {
	return []string{
		"thuocdo estimate test --data r.csv --var q1 --by province --adjust holm --strata s --cluster psu --weight w",
		"thuocdo estimate test --data r.csv --crosstab sat,sex --strata s --cluster psu --weight w",
	}
}

// Run writes one row per test.
func (e *estimateTestCmd) Run(ctx context.Context, c *console) error {
	if err := e.check(); err != nil {
		return err
	}
	known, err := e.weightingFlags.read(ctx, c)
	if err != nil {
		return err
	}
	columns := slices.Concat(e.Var, []string{e.Denominator, e.Rank}, e.By, e.Crosstab, e.columns(), known.columns())
	frame, err := e.sourceFlags.read(ctx, c, columns...)
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
	if d, err = e.within(d, slices.Concat(e.Var, []string{e.Denominator, e.Rank}, e.By, e.Crosstab)...); err != nil {
		return err
	}
	t := &figures{head: []string{"test", "variable", "level", "a", "b", "estimate", "se", "ci_low", "ci_high", "statistic", "df1", "df2", "p", "p_adjusted", "note"}}
	if err := e.fill(ctx, c, d, t); err != nil {
		return err
	}
	return e.figureFlags.write(c, t)
}

func (e *estimateTestCmd) check() error {
	asked := 0
	for _, on := range []bool{len(e.Var) > 0, len(e.Crosstab) > 0, e.Rank != ""} {
		if on {
			asked++
		}
	}
	switch {
	case asked != 1:
		return usage("give one of --var, --crosstab, --rank")
	case len(e.Crosstab) > 0 && len(e.Crosstab) != 2:
		return usage("--crosstab needs two columns")
	case len(e.Crosstab) == 0 && len(e.By) == 0:
		return usage("--by is missing: the columns to compare between")
	case e.Rank != "" && len(e.By) != 1:
		return usage("--rank compares between the values of one column")
	case len(e.Pair) > 0 && (len(e.Pair) != 2 || len(e.By) != 1):
		return usage("--pair needs two values of one column of --by")
	case (e.Stat == "ratio") != (e.Denominator != ""):
		return usage("--denominator goes with --stat ratio")
	case len(e.Levels) > 0 && e.Stat != "share":
		return usage("--levels goes with --stat share")
	}
	return e.intervalFlags.check()
}

func (e *estimateTestCmd) fill(ctx context.Context, c *console, d *estimate.Design, t *figures) error {
	switch {
	case len(e.Crosstab) > 0:
		x, err := d.Crosstab(e.Crosstab[0], e.Crosstab[1], e.Missing...)
		if err != nil {
			return err
		}
		for _, test := range x.Tests {
			e.test(t, test, strings.Join(e.Crosstab, " × "))
		}
		return nil
	case e.Rank != "":
		test, err := d.RankTest(columnNames([]string{e.Rank})[0], e.By[0], estimate.RankScore(e.Score), e.Missing...)
		if err != nil {
			return err
		}
		e.test(t, test, columnNames([]string{e.Rank})[0])
		return nil
	}
	return e.differences(ctx, c, d, t)
}

func (e *estimateTestCmd) test(t *figures, x estimate.Test, variable string) {
	t.add(x.Name, variable, "", "", "", x.Estimate, x.SE, "", "", x.Statistic, x.DF1, x.DF2, x.P, "", x.Note.In(e.Lang))
}

func (e *estimateTestCmd) differences(ctx context.Context, c *console, d *estimate.Design, t *figures) error {
	df, err := e.freedom()
	if err != nil {
		return err
	}
	pairs, err := e.pairs(d)
	if err != nil {
		return err
	}
	report, end := watch(c, "comparing")
	list, err := d.Differences(ctx, estimate.Request{
		Stat: estimate.Stat(e.Stat), Variables: columnNames(e.Var), Denominator: e.Denominator, Levels: e.Levels, By: e.By,
		Missing: e.Missing, Valid: e.Valid, Level: e.Level, DF: df, Progress: report,
	}, pairs, estimate.Adjustment(e.Adjust))
	end()
	if err != nil {
		return err
	}
	for _, x := range list {
		t.add("difference", x.Variable, x.Level, strings.Join(x.A, ", "), strings.Join(x.B, ", "), x.Value, x.SE, x.Low, x.High, x.T, x.DF, "", x.P, x.Adjusted, x.Note.In(e.Lang))
	}
	return nil
}

// pairs finds the two domains of --pair; nil means every pair.
func (e *estimateTestCmd) pairs(d *estimate.Design) ([][2]int, error) {
	if len(e.Pair) == 0 {
		return nil, nil
	}
	dom, err := estimate.NewDomains(d.Frame(), e.By...)
	if err != nil {
		return nil, err
	}
	var p [2]int
	for k, label := range e.Pair {
		if p[k] = dom.Find(label); p[k] < 0 {
			return nil, usage("column %s has no value %q", e.By[0], label)
		}
	}
	return [][2]int{p}, nil
}
