package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/csv"
	"fmt"
	"slices"
	"strconv"

	"thuocdo/data/tabular"
	"thuocdo/scoring/compose"
)

// csvFile writes cells as CSV: floats with all their digits, what is missing or rank 0 empty.
func csvFile(head []string, rows [][]any) []byte {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	_ = w.Write(guarded(head)) // a buffer takes everything
	for _, r := range rows {
		cells := make([]string, len(r))
		for i, x := range r {
			switch v := x.(type) {
			case float64:
				cells[i] = compose.Text(v)
			case int:
				if cells[i] = strconv.Itoa(v); v == 0 {
					cells[i] = ""
				}
			default:
				cells[i] = tabular.Guard(fmt.Sprint(v))
			}
		}
		_ = w.Write(cells)
	}
	w.Flush()
	return b.Bytes()
}

func guarded(head []string) []string {
	out := make([]string, len(head))
	for i, h := range head {
		out[i] = tabular.Guard(h)
	}
	return out
}

// composeFiles gives every file of a result but the log.
func composeFiles(ctx context.Context, c *console, m *compose.Model, r *compose.Result, s *compose.Spec) (map[string][]byte, error) {
	files := map[string][]byte{}
	for _, step := range r.Steps {
		files["step_"+step.Name+".csv"] = stepFile(step.Table)
	}
	files["results.csv"] = resultsFile(r)
	files["weights.csv"] = weightsFile(r)
	structureFiles(files, r)
	detailFiles(files, r)
	statsFile(files, r)
	optimisationFile(files, r)
	if err := removalFile(files, r, s); err != nil {
		return nil, err
	}
	if err := shiftFile(ctx, c, files, m, r, s); err != nil {
		return nil, err
	}
	spread := make([]compose.Spread, 0)
	if s.Uncertainty != nil {
		step, end := watch(c, "uncertainty")
		u, err := r.Uncertain(ctx, s, func() { step(0, s.Uncertainty.N) })
		end()
		if err != nil {
			return nil, err
		}
		spread = u.Spread
	}
	if s.Sensitivity != nil {
		step, end := watch(c, "sensitivity")
		x, err := r.Sensitive(ctx, s, func() { step(0, s.Sensitivity.N*(len(s.Sensitivity.Vary)+2)) })
		end()
		if err != nil {
			return nil, err
		}
		if s.Uncertainty == nil {
			spread = x.Spread
		}
		var rows [][]any
		for _, x := range x.Shares {
			rows = append(rows, []any{x.What, x.First, x.Total, x.FirstCI[0], x.FirstCI[1], x.TotalCI[0], x.TotalCI[1]})
		}
		files["sensitivity.csv"] = csvFile([]string{"Variable", "Si", "STi", "Si_q5", "Si_q95", "STi_q5", "STi_q95"}, rows)
	}
	files["ranks.csv"] = ranksFile(r, spread)
	return files, nil
}

func stepFile(t compose.Table) []byte {
	var rows [][]any
	for i, u := range t.Units {
		row := []any{u}
		for _, v := range t.V {
			row = append(row, v[i])
		}
		rows = append(rows, row)
	}
	return csvFile(append([]string{"uCode"}, t.Cols...), rows)
}

// resultsFile has the best unit first, then the root's score, the other aggregates from above, and their ranks.
func resultsFile(r *compose.Result) []byte {
	head, ranks := []string{"uCode", "uName", "Rank"}, []string{}
	last := len(r.Scores) - 1
	for e := last; e >= r.Model.N; e-- {
		head = append(head, r.Model.Elements[e].Code)
		ranks = append(ranks, r.Model.Elements[e].Code+"_rank")
	}
	var rows [][]any
	for i, u := range r.Model.Units {
		row := []any{u, r.Model.Names[i], r.Ranks[last][i]}
		for e := last; e >= r.Model.N; e-- {
			row = append(row, r.Scores[e][i])
		}
		for e := last; e >= r.Model.N; e-- {
			row = append(row, r.Ranks[e][i])
		}
		rows = append(rows, row)
	}
	slices.SortStableFunc(rows, func(a, b []any) int { return cmp.Compare(uint(a[2].(int)-1), uint(b[2].(int)-1)) }) // no rank comes last
	return csvFile(append(head, ranks...), rows)
}

func ranksFile(r *compose.Result, spread []compose.Spread) []byte {
	var rows [][]any
	for i, u := range r.Model.Units {
		row := []any{u, r.Ranks[len(r.Ranks)-1][i], "", "", "", ""}
		if i < len(spread) {
			x := spread[i]
			row = []any{u, x.Nominal, x.Mean, x.Median, x.Q5, x.Q95}
		}
		rows = append(rows, row)
	}
	return csvFile([]string{"uCode", "Nominal", "Mean", "Median", "Q5", "Q95"}, rows)
}

func weightsFile(r *compose.Result) []byte {
	var rows [][]any
	for i, e := range r.Model.Elements {
		rows = append(rows, []any{e.Code, e.Level, r.Weights[i], r.Effective[i]})
	}
	return csvFile([]string{"iCode", "Level", "Weight", "EffWeight"}, rows)
}

func structureFiles(files map[string][]byte, r *compose.Result) {
	var pairs, parts, alphas [][]any
	for _, g := range r.Groups() {
		for i, a := range g.Kids {
			for j, b := range g.Kids[:i] {
				pairs = append(pairs, []any{g.Code, a, b, g.Pearson[i][j], g.Spearman[i][j], g.Kendall[i][j]})
			}
		}
		for i, v := range g.Components.Values {
			parts = append(parts, []any{g.Code, i + 1, v, v / float64(len(g.Kids)), g.Kids[i], g.Components.Loading[i]})
		}
		alphas = append(alphas, []any{g.Code, g.Alpha})
	}
	files["correlations.csv"] = csvFile([]string{"group", "a", "b", "pearson", "spearman", "kendall"}, pairs)
	files["pca.csv"] = csvFile([]string{"group", "pc", "eigenvalue", "var_explained", "element", "loading_pc1"}, parts)
	files["cronbach.csv"] = csvFile([]string{"group", "alpha"}, alphas)
}

func detailFiles(files map[string][]byte, r *compose.Result) {
	var rows [][]any
	for _, d := range r.Treatments {
		rows = append(rows, []any{d.Code, d.Pass, d.Skew, d.Kurt, d.Method, d.Points, d.Lambda, d.PassAfter, d.SkewAfter, d.KurtAfter})
	}
	if rows != nil {
		files["treatment.csv"] = csvFile([]string{"iCode", "pass", "skew", "kurt", "method", "points", "lambda", "pass_after", "skew_after", "kurt_after"}, rows)
	}
	rows = nil
	for _, a := range r.Screening {
		rows = append(rows, []any{a.Unit, strconv.Itoa(a.Missing), strconv.Itoa(a.Zero), a.DatAvail, a.NonZero, a.Included})
	}
	if rows != nil {
		files["screening.csv"] = csvFile([]string{"uCode", "missing", "zero", "dat_avail", "non_zero", "included"}, rows)
	}
}

func removalFile(files map[string][]byte, r *compose.Result, s *compose.Spec) error {
	var rows [][]any
	for level := 1; level < r.Model.Elements[len(r.Model.Elements)-1].Level; level++ {
		list, err := r.Remove(s, level)
		if err != nil {
			return err
		}
		for _, x := range list {
			rows = append(rows, []any{x.Element, level, x.Shift})
		}
	}
	files["removal.csv"] = csvFile([]string{"element", "level", "mean_abs_rank_diff"}, rows)
	return nil
}
