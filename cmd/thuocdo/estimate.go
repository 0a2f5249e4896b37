package main

import (
	"context"
	"slices"
	"strings"

	"thuocdo/data/tabular"
	"thuocdo/scoring/estimate"
)

// estimateCmd computes survey statistics from a file; it needs no database.
type estimateCmd struct {
	Stat        estimateStatCmd        `cmd:"" default:"withargs" help:"Means, totals, shares, ratios, quantiles (the word stat may be left out)."`
	Test        estimateTestCmd        `cmd:"" help:"Differences between groups, crosstabs, rank tests."`
	Reliability estimateReliabilityCmd `cmd:"" help:"Cronbach's alpha, item-total correlations, omega."`
	Drivers     estimateDriversCmd     `cmd:"" help:"What drives an overall judgement: Shapley shares of R²."`
	Factors     estimateFactorsCmd     `cmd:"" help:"Dimensions behind items: components, common factors, confirmation."`
	Regress     estimateRegressCmd     `cmd:"" help:"Linear or logistic regression with errors by the design."`
}

// sourceFlags say which data to read.
type sourceFlags struct {
	Data    string   `help:"Table to read, CSV or XLSX; '-' is stdin." required:"" placeholder:"FILE"`
	Missing []string `help:"Values that mean no answer, besides empty and NA." placeholder:"V,…" hidden:""`
	Valid   []string `help:"The only values the variables may have." placeholder:"V,…" hidden:""`
	Where   string   `help:"Estimate in a domain only: the rows where a column holds one of some values." placeholder:"C=V[|V…]" hidden:""`
}

// read loads the named columns; "name=a+b+c" asks for the mean of columns a, b and c under a new name, "name=a*b" for their
// combinations.
func (s *sourceFlags) read(ctx context.Context, c *console, columns ...string) (*estimate.Frame, error) {
	in, err := c.open(s.Data)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	if column, _, err := s.domain(); err != nil {
		return nil, err
	} else if column != "" {
		columns = append(columns, column)
	}
	use, composites := split(columns)
	bar := c.progress("reading", -1)
	defer bar.end()
	var b *estimate.Builder
	for row, err := range tabular.Rows(ctx, in, tabular.Limits{Rows: 1 << 30, Cells: 1 << 40}) {
		if err != nil {
			return nil, err
		}
		if b == nil {
			if b, err = estimate.NewBuilder(row.Cells, use); err != nil {
				return nil, err
			}
			continue
		}
		if err := b.Add(row.Line, row.Cells); err != nil {
			return nil, err
		}
		bar.add(1)
	}
	if b == nil {
		return nil, withHint(estimate.ErrNoData, "the file is empty; a header and at least one row are expected")
	}
	f := b.Frame()
	if f.Rows() == 0 {
		return nil, withHint(estimate.ErrNoData, "the file has a header and no row below it")
	}
	for _, m := range composites {
		if m.joint {
			f, err = f.Joint(m.name, m.items...)
		} else {
			f, err = f.RowMean(m.name, m.items, s.Missing...)
		}
		if err != nil {
			return nil, err
		}
	}
	return f, nil
}

// domain reads --where; the column is "" where it is not given.
func (s *sourceFlags) domain() (column string, values []string, err error) {
	if s.Where == "" {
		return "", nil, nil
	}
	column, list, ok := strings.Cut(s.Where, "=")
	if !ok || column == "" || list == "" {
		return "", nil, usage("--where needs COLUMN=VALUE, or COLUMN=VALUE|VALUE, not %q", s.Where)
	}
	return column, strings.Split(list, "|"), nil
}

// inside keeps the answers to some columns of the domain of --where.
func (s *sourceFlags) inside(f *estimate.Frame, columns ...string) (*estimate.Frame, error) {
	column, values, err := s.domain()
	if err != nil || column == "" {
		return f, err
	}
	return f.Where(column, values, columns...)
}

// within restricts what is estimated from columns to the domain of --where.
func (s *sourceFlags) within(d *estimate.Design, columns ...string) (*estimate.Design, error) {
	column, values, err := s.domain()
	if err != nil || column == "" {
		return d, err
	}
	return d.Where(column, values, named(columns)...)
}

// named returns what columns are called after reading, without those not given.
func named(columns []string) []string {
	return slices.DeleteFunc(columnNames(columns), func(c string) bool { return c == "" })
}

// composite is a column made of others.
type composite struct {
	name  string
	items []string
	joint bool // combinations, not the mean
}

// split returns the columns to read, without doubles, and the composites to make.
func split(columns []string) (use []string, made []composite) {
	use = []string{}
	for _, c := range columns {
		items := []string{c}
		if name, list, ok := strings.Cut(c, "="); ok {
			sep := "+"
			if strings.Contains(list, "*") {
				sep = "*"
			}
			items = strings.Split(list, sep)
			made = append(made, composite{name, items, sep == "*"})
		}
		for _, i := range items {
			if i != "" && !slices.Contains(use, i) {
				use = append(use, i)
			}
		}
	}
	return use, made
}

// columnNames returns what the columns are called after reading.
func columnNames(columns []string) []string {
	out := make([]string, len(columns))
	for i, c := range columns {
		out[i], _, _ = strings.Cut(c, "=")
	}
	return out
}

// watch shows the progress of an estimation. A total that changes begins another phase with a bar of its own: first the
// measures, then the replicates.
func watch(c *console, what string) (func(done, total int), func()) {
	var bar *progress
	return func(done, total int) {
			if bar != nil && bar.total != int64(total) {
				bar.end()
				bar = nil
			}
			if bar == nil {
				bar = c.progress(what, total)
			}
			bar.add(1)
		}, func() {
			if bar != nil {
				bar.end()
			}
		}
}
