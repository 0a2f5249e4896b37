package web

import (
	"context"
	"iter"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"thuocdo/survey/dataset"
	"thuocdo/web/odata"
)

// responseFeeds are the valid responses of a wave and the labels of their codes, for those who may have microdata: what the files of
// responses hold, without open answers. What they are described by follows from the questionnaire; no response is read before rows are
// asked for.
func (s *Server) responseFeeds(c echo.Context) (*odata.Service, func() error, error) {
	w, err := s.store.OpenWave(c.Param("wave"))
	if err != nil {
		return nil, nil, err
	}
	agencies, err := s.store.Agencies(c.Request().Context())
	if err != nil {
		return nil, nil, err
	}
	f := &responseFeed{s: s, ctx: c.Request().Context(), wave: w.Code}
	l, columns := s.language(c), dataset.Laid(w, agencies, f.options())
	f.names = columnNames(columns)
	root := s.address(c.Request().Host, strings.Replace(odataWavesPath, ":wave", url.PathEscape(w.Code), 1))
	return &odata.Service{Root: root, Sets: []odata.Set{
		{Name: "Responses", Title: w.Title.In(l.Tag()), Key: []string{f.names[len(f.names)-1]}, Properties: responseProperties(columns, f.names, l.Tag()), Rows: f.rows},
		{Name: "Labels", Title: l.T("odata.labels"), Key: []string{"property", "code"}, Properties: []odata.Property{
			{Name: "property"}, {Name: "code"}, {Name: "position", Type: odata.Int64}, {Name: "label"}, {Name: "label_en"}}, Rows: f.labels},
	}}, f.close, nil
}

// responseFeed reads the responses of a wave for one request, when they are first asked for.
type responseFeed struct {
	s     *Server
	ctx   context.Context
	wave  string
	names []string
	tape  *dataset.Tape
	leave func()
}

// options of the tape; the alias of codes is added when there is one to be recorded.
func (*responseFeed) options() dataset.Options { return dataset.Options{Every: true} }

// open records the tape.
func (f *responseFeed) open() (*dataset.Tape, error) {
	if f.tape != nil {
		return f.tape, nil
	}
	if f.leave == nil {
		leave, err := f.s.studies.enter(f.ctx)
		if err != nil {
			return nil, err
		}
		f.leave = leave
	}
	o := f.options()
	var err error
	if o.Alias, err = f.s.store.Aliases(f.wave); err == nil {
		f.tape, err = f.s.store.Record(f.ctx, f.wave, validOnly, o)
	}
	return f.tape, err
}

// close frees what was opened.
func (f *responseFeed) close() error {
	if f.leave != nil {
		f.leave()
	}
	if f.tape == nil {
		return nil
	}
	return f.tape.Close()
}

func (f *responseFeed) rows(x odata.Fixed) iter.Seq2[[]any, error] {
	return f.from(x, func(t *dataset.Tape) func(odata.Fixed) iter.Seq2[[]any, error] { return tapeRows(t) })
}

func (f *responseFeed) labels(x odata.Fixed) iter.Seq2[[]any, error] {
	return f.from(x, func(t *dataset.Tape) func(odata.Fixed) iter.Seq2[[]any, error] { return labelRows(t, f.names) })
}

// from yields rows made of the tape.
func (f *responseFeed) from(x odata.Fixed, of func(*dataset.Tape) func(odata.Fixed) iter.Seq2[[]any, error]) iter.Seq2[[]any, error] {
	return func(yield func([]any, error) bool) {
		t, err := f.open()
		if err != nil {
			yield(nil, err)
			return
		}
		of(t)(x)(yield)
	}
}

// columnNames makes identifiers of the codes of columns, each once, and one more for the number of the row.
func columnNames(columns []dataset.Column) []string {
	var names []string
	add := func(code string) {
		name := odata.Identifier(code)
		for i := 2; slices.Contains(names, name); i++ {
			name = odata.Identifier(code) + "_" + strconv.Itoa(i)
		}
		names = append(names, name)
	}
	for i := range columns {
		add(columns[i].Code)
	}
	add("row")
	return names
}

func responseProperties(columns []dataset.Column, names []string, lang string) (list []odata.Property) {
	types := [...]odata.Type{dataset.Category: odata.String, dataset.Rating: odata.Int64, dataset.Number: odata.Double, dataset.Date: odata.Date, dataset.Text: odata.String}
	for i := range columns {
		list = append(list, odata.Property{Name: names[i], Type: types[columns[i].Kind], Title: columns[i].Text.In(lang)})
	}
	return append(list, odata.Property{Name: names[len(names)-1], Type: odata.Int64})
}

// tapeRows yields the responses in the order of the tape, which is not that of their arrival.
func tapeRows(t *dataset.Tape) func(odata.Fixed) iter.Seq2[[]any, error] {
	return func(odata.Fixed) iter.Seq2[[]any, error] {
		return func(yield func([]any, error) bool) {
			row, n := make([]any, len(t.Columns)+1), int64(0)
			for cells, err := range t.Cells() {
				if err != nil {
					yield(nil, err)
					return
				}
				for i := range cells {
					row[i] = cellOf(&t.Columns[i], &cells[i])
				}
				n++
				row[len(cells)] = n
				if !yield(row, nil) {
					return
				}
			}
		}
	}
}

// cellOf is a cell as a value; null where nothing was asked or answered.
func cellOf(c *dataset.Column, x *dataset.Cell) any {
	switch {
	case x.Missing != dataset.Present:
		return nil
	case c.Kind == dataset.Rating:
		if n, err := strconv.ParseInt(c.Levels[x.Level].Code, 10, 64); err == nil {
			return n
		}
		return nil
	case c.Kind == dataset.Category:
		return c.Levels[x.Level].Code
	case c.Kind == dataset.Number:
		return x.Number
	case c.Kind == dataset.Date:
		return time.Unix(int64(math.Round(x.Number))*86400, 0).UTC().Format(time.DateOnly)
	}
	return x.Text
}

// labelRows yields what the codes of each property mean.
func labelRows(t *dataset.Tape, names []string) func(odata.Fixed) iter.Seq2[[]any, error] {
	return func(f odata.Fixed) iter.Seq2[[]any, error] {
		return func(yield func([]any, error) bool) {
			for i := range t.Columns {
				if !f.Admits("property", names[i]) {
					continue
				}
				for k, level := range t.Columns[i].Levels {
					if !yield([]any{names[i], level.Code, int64(k + 1), level.Text.In("vi"), level.Text.In("en")}, nil) {
						return
					}
				}
			}
		}
	}
}
