package web

import (
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
// responses hold, without open answers.
func (s *Server) responseFeeds(c echo.Context) (service *odata.Service, done func() error, err error) {
	w, err := s.store.OpenWave(c.Param("wave"))
	if err != nil {
		return nil, nil, err
	}
	ctx := c.Request().Context()
	leave, err := s.studies.enter(ctx)
	if err != nil {
		return nil, nil, err
	}
	defer func() {
		if err != nil {
			leave()
		}
	}()
	alias, err := s.store.Aliases(w.Code)
	if err != nil {
		return nil, nil, err
	}
	tape, err := s.store.Record(ctx, w.Code, validOnly, dataset.Options{Alias: alias})
	if err != nil {
		return nil, nil, err
	}
	l := s.language(c)
	names := columnNames(tape.Columns)
	root := s.address(c.Request().Host, strings.Replace(odataWavesPath, ":wave", url.PathEscape(w.Code), 1))
	return &odata.Service{Root: root, Sets: []odata.Set{
			{Name: "Responses", Title: w.Title.In(l.Tag()), Key: []string{names[len(names)-1]}, Properties: responseProperties(tape, names, l.Tag()), Rows: tapeRows(tape)},
			{Name: "Labels", Title: l.T("odata.labels"), Key: []string{"property", "code"}, Properties: []odata.Property{
				{Name: "property"}, {Name: "code"}, {Name: "position", Type: odata.Int64}, {Name: "label"}, {Name: "label_en"}}, Rows: labelRows(tape, names)},
		}}, func() error {
			leave()
			return tape.Close()
		}, nil
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

func responseProperties(t *dataset.Tape, names []string, lang string) (list []odata.Property) {
	types := [...]odata.Type{dataset.Category: odata.String, dataset.Rating: odata.Int64, dataset.Number: odata.Double, dataset.Date: odata.Date, dataset.Text: odata.String}
	for i := range t.Columns {
		list = append(list, odata.Property{Name: names[i], Type: types[t.Columns[i].Kind], Title: t.Columns[i].Text.In(lang)})
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
