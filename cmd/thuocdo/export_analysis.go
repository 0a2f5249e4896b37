package main

import (
	"context"
	"iter"

	"thuocdo/data"
	"thuocdo/scoring/report"
	"thuocdo/survey"
	"thuocdo/survey/dataset"
	"thuocdo/survey/quality"
)

// mostExported bounds the memory of a data set on the command line.
const mostExported = 4 << 30

// analysisTable describes the responses of a wave with the columns that analyses use, in the order that
// they read them; those that the filter does not choose are left out.
func analysisTable(ctx context.Context, store *data.Store, w *survey.OpenWave, filter quality.Filter, lang string) (*report.Table, error) {
	agencies, err := store.Agencies(ctx)
	if err != nil {
		return nil, err
	}
	b := dataset.NewBuilder(w, agencies, mostExported)
	switch {
	case w.Design != nil:
		err = store.Weighted(ctx, w.Code, b.TakeDrawn)
	case filter == (quality.Filter{Verdicts: quality.Counted}):
		err = store.Scan(ctx, w.Code, b.Take)
	default:
		_, err = store.Reviewed(ctx, w.Code, filter, func(r quality.Stored, _ quality.Flag) error { return b.Take(r.StoredResponse, true) })
	}
	if err != nil {
		return nil, err
	}
	set := b.Set()
	t := &report.Table{Name: w.Code, Title: w.Title.In(lang), Lang: lang}
	for i := range set.Columns {
		c := &set.Columns[i]
		t.Columns = append(t.Columns, report.Column{Key: c.Code, Title: c.Code})
		t.Facts = append(t.Facts, report.Fact{Key: c.Code, Title: c.Code, Text: c.Text.In(lang)})
	}
	t.Rows = setRows(set)
	return t, nil
}

func setRows(set *dataset.Set) iter.Seq2[[]report.Value, error] {
	return func(yield func([]report.Value, error) bool) {
		row := make([]report.Value, len(set.Columns))
		for k := range set.Rows {
			for i := range set.Columns {
				row[i] = report.Str(set.Columns[i].Cell(k))
			}
			if !yield(row, nil) {
				return
			}
		}
	}
}
