package main

import (
	"context"
	"strconv"

	"thuocdo/scoring/compose"
)

// statsFile describes the indicators after every step before normalisation.
func statsFile(files map[string][]byte, r *compose.Result) {
	var rows [][]any
	for _, step := range r.Steps {
		if step.Name == "normalised" {
			break
		}
		for _, x := range step.Table.Stats() {
			rows = append(rows, []any{step.Name, x.Code, x.Min, x.Max, x.Mean, x.Median, x.Std, x.Skew, x.Kurt,
				strconv.Itoa(x.Available), strconv.Itoa(x.NonZero), strconv.Itoa(x.Unique), strconv.Itoa(x.Same),
				x.ShareAvailable, x.ShareNonZero, x.ShareUnique, x.ShareSame, flagged(x.FewValues, "LOW"), flagged(x.ManyZeros, "LOW"), flagged(x.FewUnique, "LOW"), flagged(x.Outliers, "OUT")})
		}
	}
	files["stats.csv"] = csvFile([]string{"step", "iCode", "Min", "Max", "Mean", "Median", "Std", "Skew", "Kurt", "N.Avail", "N.NonZero", "N.Unique", "N.Same",
		"Frc.Avail", "Frc.NonZero", "Frc.Unique", "Frc.Same", "Flag.Avail", "Flag.NonZero", "Flag.Unique", "Flag.SkewKurt"}, rows)
}

func flagged(bad bool, word string) string {
	if bad {
		return word
	}
	return "ok"
}

// optimisationFile tells what optimised weights came to; it is there only where weights were optimised.
func optimisationFile(files map[string][]byte, r *compose.Result) {
	if r.Optimised == nil {
		return
	}
	var rows [][]any
	for _, x := range r.Optimised {
		rows = append(rows, []any{x.Element, x.Desired, x.Obtained, x.Weight})
	}
	files["optimisation.csv"] = csvFile([]string{"element", "desired", "obtained", "weight"}, rows)
}

// shiftFile sets the ranks of every alternative beside the nominal ones.
func shiftFile(ctx context.Context, c *console, files map[string][]byte, m *compose.Model, r *compose.Result, s *compose.Spec) error {
	if len(s.Alternatives) == 0 {
		return nil
	}
	bar := c.progress("building alternatives", -1)
	list, err := r.Alternatives(ctx, m, s, func() { bar.add(1) })
	bar.end()
	if err != nil {
		return err
	}
	var rows [][]any
	for _, x := range list {
		row := []any{x.Alternative, x.Unit, x.Nominal, x.Rank, "", ""}
		if x.Nominal > 0 && x.Rank > 0 {
			d := float64(x.Nominal - x.Rank) // a float: 0 is a figure here, not a missing rank
			row[4], row[5] = d, max(d, -d)
		}
		rows = append(rows, row)
	}
	files["rankshift.csv"] = csvFile([]string{"alternative", "uCode", "nominal", "rank", "diff", "abs_diff"}, rows)
	return nil
}
