package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"thuocdo/data/tabular"
	"thuocdo/scoring/estimate"
	"thuocdo/scoring/phrase"
)

// weightingFlags ask to fit the weights to known totals.
type weightingFlags struct {
	Rake         []string `help:"Files of known totals to rake to." placeholder:"FILE,…" hidden:"" xor:"fit"`
	Poststratify string   `help:"File of known totals by cell." placeholder:"FILE" hidden:"" xor:"fit"`
	Calibrate    []string `help:"Files of known totals to calibrate to." placeholder:"FILE,…" hidden:"" xor:"fit"`
	Distance     string   `help:"Distance of --calibrate." enum:"linear,raking,logit" default:"linear" hidden:""`
	Bounds       string   `help:"Bounds of the change of weights, for --distance logit." default:"0.2,5" hidden:""`
	MaxRatio     float64  `help:"Largest change of a weight when raking." hidden:""`
	Trim         string   `help:"Bounds of the weights after fitting; p1,p99 are percentiles." placeholder:"LOW,HIGH" hidden:""`
	WeightsOut   string   `help:"File for the fitted weights, one row each." placeholder:"FILE" hidden:""`
}

// totals are known totals read from files.
type totals struct {
	margins []estimate.Margin
	known   []estimate.Known
}

func (t *totals) columns() (out []string) {
	for _, m := range t.margins {
		out = append(out, m.Columns...)
	}
	for _, k := range t.known {
		if k.Column != estimate.Intercept {
			out = append(out, k.Column)
		}
	}
	return out
}

// read reads the files named by the flags.
func (f *weightingFlags) read(ctx context.Context, c *console) (*totals, error) {
	files := slices.Concat(f.Rake, f.Calibrate)
	if f.Poststratify != "" {
		files = append(files, f.Poststratify)
	}
	t := &totals{}
	for _, name := range files {
		if err := t.file(ctx, c, name); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	if len(t.known) > 0 && len(f.Calibrate) == 0 {
		return nil, usage("totals of numbers need --calibrate")
	}
	if f.Poststratify != "" && len(t.margins) != 1 {
		return nil, usage("--poststratify needs one table of cells; for several margins use --rake")
	}
	return t, nil
}

// file reads known totals in one of two forms: columns variable, level, total (an empty level is the total of a number,
// "(Intercept)" the population), or the margin's own columns with the total in the last one.
func (t *totals) file(ctx context.Context, c *console, name string) error {
	in, err := c.open(name)
	if err != nil {
		return err
	}
	defer in.Close()
	var head []string
	var bad phrase.Mistakes
	wide := estimate.Margin{}
	for row, err := range tabular.Rows(ctx, in, tabular.Limits{}) {
		if err != nil {
			return err
		}
		if head == nil {
			head = slices.Clone(row.Cells)
			wide.Columns = head[:max(0, len(head)-1)]
			continue
		}
		t.row(head, row, &wide, &bad)
	}
	if len(head) < 2 {
		bad.Add("row 1", "cần các cột variable, level, total, hoặc cột của biến rồi đến tổng thể", "needs the columns variable, level, total, or the margin's columns and then the total")
	}
	if len(wide.Totals) > 0 {
		t.margins = append(t.margins, wide)
	}
	return bad.Err()
}

func (t *totals) row(head []string, row tabular.Row, wide *estimate.Margin, bad *phrase.Mistakes) {
	cells := make([]string, len(head))
	copy(cells, row.Cells)
	last := len(head) - 1
	total, err := strconv.ParseFloat(cells[last], 64)
	if err != nil {
		bad.Add(fmt.Sprintf("row %d, column %s", row.Line, head[last]), "%q không phải là số", "%q is not a number", cells[last])
		return
	}
	if head[0] != "variable" {
		wide.Levels, wide.Totals = append(wide.Levels, cells[:last]), append(wide.Totals, total)
		return
	}
	if len(head) < 3 || cells[1] == "" {
		t.known = append(t.known, estimate.Known{Column: cells[0], Total: total})
		return
	}
	i := slices.IndexFunc(t.margins, func(m estimate.Margin) bool { return slices.Equal(m.Columns, cells[:1]) })
	if i < 0 {
		i = len(t.margins)
		t.margins = append(t.margins, estimate.Margin{Columns: cells[:1]})
	}
	m := &t.margins[i]
	m.Levels, m.Totals = append(m.Levels, cells[1:2]), append(m.Totals, total)
}

// apply fits the weights of d and tells how that went.
func (f *weightingFlags) apply(c *console, d *estimate.Design, t *totals) (*estimate.Design, error) {
	var r *estimate.WeightReport
	var err error
	switch {
	case len(f.Rake) > 0:
		d, r, err = d.Rake(t.margins, estimate.RakeOptions{MaxRatio: f.MaxRatio})
	case f.Poststratify != "":
		d, r, err = d.PostStratify(t.margins[0])
	case len(f.Calibrate) > 0:
		k := estimate.Calibration{Margins: t.margins, Known: t.known, Distance: estimate.Distance(f.Distance)}
		if k.Lower, k.Upper, err = pair(f.Bounds); err != nil {
			return nil, usage("--bounds: %s", err)
		}
		d, r, err = d.Calibrate(k)
	}
	if err != nil {
		return nil, err
	}
	if r != nil {
		c.say("weights fitted in %d rounds: largest misfit %.2g, changed by factors %.3g to %.3g, loss by unequal weights %.3g",
			r.Iterations, r.Misfit, r.LowRatio, r.HighRatio, r.Kish)
		if r.Negative > 0 {
			c.say("warning: %d weights are negative; --distance raking or logit avoids that", r.Negative)
		}
	}
	if d, err = f.trim(c, d); err != nil {
		return nil, err
	}
	return d, f.save(c, d)
}

func (f *weightingFlags) trim(c *console, d *estimate.Design) (*estimate.Design, error) {
	if f.Trim == "" {
		return d, nil
	}
	percent := strings.Count(f.Trim, "p") == 2
	low, high, err := pair(strings.ReplaceAll(f.Trim, "p", ""))
	if err != nil || percent && !(low >= 0 && high <= 100) {
		return nil, usage("--trim must be LOW,HIGH or percentiles as in p1,p99, not %q", f.Trim)
	}
	if percent {
		low, high = d.TrimAt(low/100, high/100)
	}
	d, n, err := d.Trim(low, high, false)
	if err == nil {
		c.say("%d weights trimmed to [%.6g, %.6g]", n, low, high)
	}
	return d, err
}

func pair(s string) (a, b float64, err error) {
	x, y, ok := strings.Cut(s, ",")
	if !ok {
		return 0, 0, fmt.Errorf("%q is not LOW,HIGH", s)
	}
	a, errA := strconv.ParseFloat(x, 64)
	b, errB := strconv.ParseFloat(y, 64)
	return a, b, errors.Join(errA, errB)
}

func (f *weightingFlags) save(c *console, d *estimate.Design) error {
	if f.WeightsOut == "" {
		return nil
	}
	return (&outFlags{Out: f.WeightsOut}).write(c, func(w io.Writer) error {
		var b strings.Builder
		b.WriteString("row,weight\n")
		for i, v := range d.Weights() {
			fmt.Fprintf(&b, "%d,%s\n", i+1, strconv.FormatFloat(v, 'g', -1, 64))
		}
		_, err := io.WriteString(w, b.String())
		return err
	})
}
