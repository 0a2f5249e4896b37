package main

import (
	"context"
	"io"

	"thuocdo/data"
	"thuocdo/data/export"
	"thuocdo/data/labelled"
	"thuocdo/scoring/phrase"
	"thuocdo/scoring/report"
	"thuocdo/survey"
	"thuocdo/survey/dataset"
	"thuocdo/survey/quality"
	"thuocdo/web"
)

// data writes the responses with their labels, as analyses use them.
func (e *exportResponsesCmd) data(ctx context.Context, c *console, store *data.Store, w *survey.OpenWave, filter quality.Filter) error {
	switch {
	case e.Aliases && e.Columns != "analysis":
		return withHint(usage("--aliases is for the columns of analyses"), "add --columns analysis")
	case e.Plain || e.Design:
		return usage("--plain and --design are for the columns that import and estimate read: leave them out")
	}
	if e.Verdict == "" {
		filter.Verdicts = quality.Counted
	}
	if w.Design != nil && filter != (quality.Filter{Verdicts: quality.Counted}) {
		return sampledWave(w.Code)
	}
	o := dataset.Options{Texts: !e.Aliases}
	if e.Aliases {
		var err error
		if o.Alias, err = store.Aliases(w.Code); err != nil {
			return err
		}
	}
	tape, err := store.Record(ctx, w.Code, filter, o)
	if err != nil {
		return err
	}
	defer tape.Close()
	f := labelled.OfTape(tape, w.Code, w.Title, e.Lang)
	if _, ok := labelled.Find(e.Format); ok {
		return e.labelled(c, f)
	}
	return e.table(c, f.Table())
}

func sampledWave(code string) error {
	return usage("wave %s is weighted by its sample, which counts all valid responses: leave out --verdict, --flags and --no-flags", code)
}

// furtherFormats are those of statistical programs, as tables are written in them.
func furtherFormats() (list []report.Format) {
	for _, f := range labelled.Formats {
		list = append(list, report.Format{Name: f.Name, Media: f.Media, Ending: f.Ending, Write: func(w io.Writer, t *report.Table) error {
			x, err := labelled.OfTable(t)
			if err != nil {
				return err
			}
			return f.Write(w, x)
		}})
	}
	return list
}

// dataFormats are those of responses: of plain tables, then of labelled data sets.
func dataFormats() (list []web.DataFormat) {
	for _, f := range export.Formats {
		list = append(list, web.DataFormat{Name: f.Name, Ending: f.Name, Media: f.Media, Write: func(w io.Writer, t *dataset.Tape, name string, title phrase.Text, lang string) error {
			return f.Write(w, labelled.OfTape(t, name, title, lang).Table())
		}})
	}
	for _, f := range labelled.Formats {
		list = append(list, web.DataFormat{Name: f.Name, Ending: f.Ending, Media: f.Media, Write: func(w io.Writer, t *dataset.Tape, name string, title phrase.Text, lang string) error {
			return f.Write(w, labelled.OfTape(t, name, title, lang))
		}})
	}
	return list
}
