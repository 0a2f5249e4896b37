package web

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"thuocdo/scoring/report"
	"thuocdo/scoring/standing"
	"thuocdo/survey"
	"thuocdo/web/locale"
	"thuocdo/web/odata"
)

// publicFeeds are what everyone may see: the same figures as the pages, through the same gate.
func (s *Server) publicFeeds(c echo.Context) (*odata.Service, func() error, error) {
	ctx, l := c.Request().Context(), s.language(c)
	results := func(name, title string, key []string, columns []report.Column, rows func(*standing.Standing, string) iter.Seq[[]report.Value]) odata.Set {
		return odata.Set{Name: name, Title: l.T(title), Key: key, Properties: propertiesOf(columns), Rows: func(f odata.Fixed) iter.Seq2[[]any, error] {
			return s.standingRows(ctx, f, columns, func(st *standing.Standing) iter.Seq[[]report.Value] { return rows(st, l.Tag()) })
		}}
	}
	return &odata.Service{Root: s.address(c.Request().Host, odataPath), Sets: []odata.Set{
		s.agencySet(ctx, l),
		results("Rankings", "odata.rankings", []string{"index", "period", "agency"}, report.FlatTotals(l.Tag()), report.Totals),
		results("Scores", "odata.scores", []string{"index", "period", "agency", "indicator"}, report.FlatParts(l.Tag()), report.Parts),
		s.releaseSet(ctx, l),
	}}, func() error { return nil }, nil
}

func propertiesOf(columns []report.Column) (list []odata.Property) {
	types := [...]odata.Type{report.Text: odata.String, report.Integer: odata.Int64, report.Decimal: odata.Double, report.Date: odata.Date}
	for _, c := range columns {
		list = append(list, odata.Property{Name: c.Key, Type: types[c.Type], Title: c.Title})
	}
	return list
}

// standingRows goes through the public results of every index and period that is wanted.
func (s *Server) standingRows(ctx context.Context, f odata.Fixed, columns []report.Column,
	rows func(*standing.Standing) iter.Seq[[]report.Value]) iter.Seq2[[]any, error] {
	return func(yield func([]any, error) bool) {
		for b, err := range s.publicBoards(ctx, f) {
			if err != nil {
				yield(nil, err)
				return
			}
			for row := range rows(b.Standing) {
				if !yield(cellsOf(columns, row), nil) {
					return
				}
			}
		}
	}
}

// publicBoards yields what is public of every index and period that is wanted, by index and period.
func (s *Server) publicBoards(ctx context.Context, f odata.Fixed) iter.Seq2[*board, error] {
	return func(yield func(*board, error) bool) {
		list, err := s.publicQueries(ctx, f)
		if err != nil {
			yield(nil, err)
			return
		}
		for _, q := range list {
			b, err := s.boards.get(ctx, q)
			if errors.Is(err, standing.ErrUnknownPeriod) {
				continue
			}
			if !yield(b, err) || err != nil {
				return
			}
		}
	}
}

func (s *Server) publicQueries(ctx context.Context, f odata.Fixed) (list []standing.Query, err error) {
	all, err := s.store.Frameworks(ctx)
	if err != nil {
		return nil, err
	}
	for _, fw := range newest(all) {
		if !f.Admits("index", fw.Code) {
			continue
		}
		periods, err := s.sources.open(ctx, fw.Code, standing.Public)
		if err != nil {
			return nil, err
		}
		for _, p := range periods {
			if f.Admits("period", string(p)) {
				list = append(list, standing.Query{Framework: fw.Code, Period: string(p), View: standing.Public})
			}
		}
	}
	slices.SortFunc(list, func(a, b standing.Query) int {
		return cmp.Or(strings.Compare(a.Framework, b.Framework), strings.Compare(a.Period, b.Period))
	})
	return list, nil
}

// cellsOf turns the cells of a row into values of the types of its columns.
func cellsOf(columns []report.Column, row []report.Value) []any {
	out := make([]any, len(row))
	for i, v := range row {
		x, isNumber := v.Number()
		switch {
		case v.Missing():
		case isNumber && columns[i].Type == report.Integer:
			out[i] = int64(x)
		case isNumber:
			out[i] = x
		default:
			out[i] = v.Text()
		}
	}
	return out
}

// agencySet lists the agencies.
func (s *Server) agencySet(ctx context.Context, l *locale.Locale) odata.Set {
	return odata.Set{Name: "Agencies", Title: l.T("odata.agencies"), Key: []string{"code"}, Properties: []odata.Property{
		{Name: "code"}, {Name: "kind"}, {Name: "parent"}, {Name: "name"}, {Name: "name_en"}, {Name: "valid_from", Type: odata.Date}, {Name: "valid_to", Type: odata.Date},
	}, Rows: func(odata.Fixed) iter.Seq2[[]any, error] {
		return func(yield func([]any, error) bool) {
			all, err := s.store.Agencies(ctx)
			if err != nil {
				yield(nil, err)
				return
			}
			all = slices.SortedFunc(slices.Values(all), func(a, b survey.Agency) int { return strings.Compare(a.Code, b.Code) })
			for _, a := range all {
				if !yield([]any{a.Code, string(a.Kind), orNull(a.Parent), a.Name.In("vi"), a.Name.In("en"), orNull(dayText(a.ValidFrom)), orNull(dayText(a.ValidTo))}, nil) {
					return
				}
			}
		}
	}}
}

// orNull is a text, or null where there is none.
func orNull(text string) any {
	if text == "" {
		return nil
	}
	return text
}

// releaseSet lists what was published, in that order.
func (s *Server) releaseSet(ctx context.Context, l *locale.Locale) odata.Set {
	return odata.Set{Name: "Releases", Title: l.T("odata.releases"), Key: []string{"id"}, Properties: []odata.Property{
		{Name: "id"}, {Name: "index"}, {Name: "period"}, {Name: "state"}, {Name: "published", Type: odata.Moment}, {Name: "corrects"}, {Name: "corrected_by"}, {Name: "note"},
		{Name: "withdrawn", Type: odata.Moment}, {Name: "reason"},
	}, Rows: func(odata.Fixed) iter.Seq2[[]any, error] {
		return func(yield func([]any, error) bool) {
			all, err := s.store.PublicReleases(ctx, "", "")
			if err != nil {
				yield(nil, err)
				return
			}
			for _, r := range all {
				out := r.Out.In(survey.Vietnam).Format(time.RFC3339)
				ended := any(nil)
				if !r.Ended.IsZero() {
					ended = r.Ended.In(survey.Vietnam).Format(time.RFC3339)
				}
				if !yield([]any{r.ID, r.About.Framework, r.About.Period, string(r.State(s.cfg.Now())), out, orNull(r.Corrects), orNull(r.CorrectedBy),
					orNull(r.Note.In(l.Tag())), ended, orNull(r.Reason.In(l.Tag()))}, nil) {
					return
				}
			}
		}
	}}
}
