package main

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"thuocdo/data"
	"thuocdo/scoring/report"
	"thuocdo/survey"
)

// drawnTable describes the responses that the sample of a wave counts: those of responsesTable with the columns of the design in
// front, named as 'sample draw' and 'sample weights' name them.
func drawnTable(ctx context.Context, store *data.Store, w *survey.OpenWave, lang string) *report.Table {
	t := plainTable(w, lang)
	columns := []report.Column{{Key: "svy_stratum", Title: "svy_stratum"}}
	stages, counts := len(w.Design.Units[0].Clusters), len(w.Design.Units[0].Counts)
	for k := range stages {
		columns = append(columns, numbered("svy_unit", k, report.Text))
	}
	for k := range counts {
		columns = append(columns, numbered("svy_fpc", k, report.Decimal))
	}
	for _, name := range []string{"svy_weight", "svy_adjusted", "svy_final"} {
		columns = append(columns, report.Column{Key: name, Title: name, Type: report.Decimal, Decimals: 6})
	}
	t.Columns = append(columns, t.Columns...)
	t.Rows = drawnRows(ctx, store, w, len(columns))
	return t
}

func numbered(name string, k int, kind report.Type) report.Column {
	name = fmt.Sprint(name, k+1)
	return report.Column{Key: name, Title: name, Type: kind}
}

func drawnRows(ctx context.Context, store *data.Store, w *survey.OpenWave, first int) iter.Seq2[[]report.Value, error] {
	return func(yield func([]report.Value, error) bool) {
		columns := answerColumns(w.Form)
		row := make([]report.Value, first+3+len(circumstanceKeys)+answerWidth(w.Form))
		errStopped := errors.New("stopped")
		err := store.Weighted(ctx, w.Code, func(r survey.StoredResponse, unit int, adjusted, final float64) error {
			u := &w.Design.Units[unit]
			head := append(row[:0], report.Str(u.Stratum))
			for _, c := range u.Clusters {
				head = append(head, report.Str(c))
			}
			for _, n := range u.Counts {
				head = append(head, report.Num(n))
			}
			head = append(head, report.Num(u.Weight), report.Num(adjusted), report.Num(final))
			fillResponse(row[len(head):], w.Form, columns, r)
			if !yield(row, nil) {
				return errStopped
			}
			return nil
		})
		if err != nil && !errors.Is(err, errStopped) {
			yield(nil, err)
		}
	}
}
