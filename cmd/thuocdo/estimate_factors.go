package main

import (
	"context"
	"fmt"
	"strings"

	"gonum.org/v1/gonum/mat"

	"thuocdo/scoring/estimate"
)

// estimateFactorsCmd looks for the dimensions behind items, or confirms those that are thought to be there.
type estimateFactorsCmd struct {
	sourceFlags
	Items   []string `help:"Columns to explore." placeholder:"Q1,…" xor:"what"`
	Factors int      `help:"Factors; 0: as many as eigenvalues above 1." placeholder:"K" default:"0"`
	Method  string   `help:"Components or common factors." enum:"pca,minres" default:"pca"`
	Rotate  string   `help:"Rotation." enum:"varimax,none" default:"varimax"`
	Model   []string `help:"Factors to confirm, each with its items." placeholder:"F1=Q1+Q2+Q3,…" xor:"what"`
	figureFlags
}

// Help tells the flags that share a line.
func (*estimateFactorsCmd) Help() string {
	return "Complete rows only. Other flags: --missing V,…  -o FILE  --lang vi|en"
}

// Examples ends the help of the command.
func (*estimateFactorsCmd) Examples() []string {
	return []string{
		"thuocdo estimate factors --data r.csv --items q1,q2,q3,q4,q5,q6 --factors 2 --missing 9",
		"thuocdo estimate factors --data r.csv --model access=q1+q2+q3,staff=q4+q5+q6 --missing 9",
	}
}

// Run writes loadings and fit.
func (e *estimateFactorsCmd) Run(ctx context.Context, c *console) error {
	var t *figures
	var err error
	switch {
	case len(e.Model) > 0:
		t, err = e.confirm(ctx, c)
	case len(e.Items) > 1:
		t, err = e.explore(ctx, c)
	default:
		return usage("give --items to explore or --model to confirm")
	}
	if err != nil {
		return err
	}
	return e.figureFlags.write(c, t)
}

// items reads complete rows of columns.
func (e *estimateFactorsCmd) items(ctx context.Context, c *console, columns []string) ([][]float64, error) {
	f, err := e.read(ctx, c, columns...)
	if err != nil {
		return nil, err
	}
	if f, err = e.inside(f, columns...); err != nil {
		return nil, err
	}
	cols := make([][]float64, len(columns))
	for j, name := range columns {
		if cols[j], err = f.Values(name, e.Missing...); err != nil {
			return nil, err
		}
	}
	cols = estimate.CompleteRows(cols, false)
	if len(cols[0]) < 3 {
		return nil, withHint(estimate.ErrNoData, "fewer than three rows have all items")
	}
	return cols, nil
}

// explore writes a row of the whole and one per item, with its adequacy, communality and loadings.
func (e *estimateFactorsCmd) explore(ctx context.Context, c *console) (*figures, error) {
	cols, err := e.items(ctx, c, e.Items)
	if err != nil {
		return nil, err
	}
	if _, err := estimate.Reliability(e.Items, cols, false); err != nil { // names items that never vary
		return nil, err
	}
	r := estimate.Correlation(cols)
	values, _ := estimate.Components(r)
	k := e.Factors
	for k == 0 || e.Factors == 0 && k < len(values) && values[k] > 1 {
		k++
	}
	if k < 0 || k > len(e.Items) {
		return nil, usage("--factors must be between 1 and the number of items, not %d", k)
	}
	l, err := e.loadings(r, k)
	if err != nil {
		return nil, err
	}
	a := estimate.SamplingAdequacy(r, len(cols[0]))
	t := &figures{head: []string{"item", "n", "eigenvalue", "msa", "communality"}}
	for j := range k {
		t.head = append(t.head, fmt.Sprintf("f%d", j+1))
	}
	t.head = append(t.head, "bartlett", "bartlett_df", "bartlett_p")
	size := mat.Norm(l, 2) // Frobenius: its square is the sum of the communalities
	whole := []any{"(all)", int64(len(cols[0])), "", a.KMO, size * size}
	for j := range k {
		whole = append(whole, mat.Dot(l.ColView(j), l.ColView(j)))
	}
	t.add(append(whole, a.Bartlett.Statistic, a.Bartlett.DF1, a.Bartlett.P)...)
	for i, name := range e.Items {
		row := []any{name, int64(len(cols[0])), values[i], a.Items[i], mat.Dot(l.RowView(i), l.RowView(i))}
		for j := range k {
			row = append(row, l.At(i, j))
		}
		t.add(append(row, "", "", "")...)
	}
	return t, nil
}

func (e *estimateFactorsCmd) loadings(r *mat.SymDense, k int) (*mat.Dense, error) {
	l := estimate.ComponentLoadings(r, k)
	if e.Method == "minres" {
		f, err := estimate.MinimumResiduals(r, k)
		if err != nil {
			return nil, err
		}
		l = f.Loadings
	}
	if e.Rotate == "varimax" {
		l = estimate.Varimax(l)
	}
	return l, nil
}

// confirm writes loadings, correlations of factors, their reliability, and measures of fit.
func (e *estimateFactorsCmd) confirm(ctx context.Context, c *console) (*figures, error) {
	var factors, columns []string
	var of []int
	for _, m := range e.Model {
		name, list, ok := strings.Cut(m, "=")
		if !ok {
			return nil, usage("--model must be as in F1=Q1+Q2+Q3, not %q", m)
		}
		for _, item := range strings.Split(list, "+") {
			columns, of = append(columns, item), append(of, len(factors))
		}
		factors = append(factors, name)
	}
	cols, err := e.items(ctx, c, columns)
	if err != nil {
		return nil, err
	}
	x, err := estimate.Confirm(cols, of)
	if err != nil {
		return nil, err
	}
	t := &figures{head: []string{"kind", "factor", "item", "value", "se", "z", "p", "ci_low", "ci_high"}}
	for _, l := range x.Loadings {
		t.add("loading", factors[l.Factor], columns[l.Item], l.Value, l.SE, l.Z, l.P, l.Low, l.High)
	}
	for i, name := range factors {
		t.add("reliability", name, "", x.Reliability[i], "", "", "", "", "")
		t.add("variance_extracted", name, "", x.AverageVariance[i], "", "", "", "", "")
		for j := range i {
			t.add("correlation", name, factors[j], x.Correlation.At(i, j), "", "", "", "", "")
		}
	}
	for _, m := range []struct {
		name  string
		value any
	}{
		{"chisq", x.ChiSquare.Statistic}, {"df", x.ChiSquare.DF1}, {"p", x.ChiSquare.P}, {"cfi", x.CFI}, {"tli", x.TLI}, {"rmsea", x.RMSEA},
		{"srmr", x.SRMR}, {"loglik", x.LogLik}, {"aic", x.AIC}, {"bic", x.BIC}, {"n", int64(x.N)}, {"parameters", int64(x.Parameters)},
	} {
		t.add("fit", "", m.name, m.value, "", "", "", "", "")
	}
	return t, nil
}
