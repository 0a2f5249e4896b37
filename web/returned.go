package web

import (
	"context"
	"fmt"
	"iter"
	"slices"

	"thuocdo/scoring/report"
	"thuocdo/scoring/standing"
	"thuocdo/survey/quality"
	"thuocdo/web/locale"
)

// counts are the forms behind the scores of a board, as official reports count them: issued, returned, valid.
type counts struct {
	of    map[string]quality.Returns
	least int64 // responses below which nobody is told
}

// countsOf returns the forms behind a board; nothing where the index has no survey of its own, and for everyone while its wave is
// open: every number would move with single answers. The stamp changes with them.
func (s *Server) countsOf(ctx context.Context, b *board) (c counts, stamp string, err error) {
	if len(b.Plan.Questions()) == 0 || b.View != standing.Live && b.Provisional {
		return c, "", nil
	}
	list, err := s.store.Waves(ctx)
	if err != nil {
		return c, "", err
	}
	for _, w := range list {
		if w.Framework != b.Plan.Framework().Code || string(w.Period) != b.Period {
			continue
		}
		if c.of, err = s.store.Returns(ctx, w.Code); err != nil {
			return c, "", err
		}
		sum := sumReturns(c.of)
		stamp = fmt.Sprint(" ", sum.Issued, " ", sum.Returned)
	}
	if b.View != standing.Live {
		c.least = b.Least
	}
	return c, stamp, nil
}

// get returns how many forms about an agency came back and were issued; 0 = not told. responses is how many count.
func (c counts) get(agency string, responses int64) (returned, issued int64) {
	x := c.of[agency]
	if responses < c.least || x.Returned < responses {
		return 0, 0
	}
	return x.Returned, x.Issued
}

// words says what is known besides the number of valid forms; "" where nothing is.
func (c counts) words(l *locale.Locale, agency string, responses int64) string {
	returned, issued := c.get(agency, responses)
	switch {
	case returned == 0:
		return ""
	case issued == 0:
		return l.T("ranking.returned", l.Int(returned))
	}
	return l.T("ranking.returned_issued", l.Int(returned), l.Int(issued))
}

// columns returns a table of scores with the forms returned and issued behind the number of responses. The table itself stays: its
// rows are made by its columns.
func (c counts) columns(t *report.Table, l *locale.Locale) *report.Table {
	at := slices.IndexFunc(t.Columns, func(x report.Column) bool { return x.Key == "responses" })
	agency := slices.IndexFunc(t.Columns, func(x report.Column) bool { return x.Key == "agency" })
	if at < 0 || agency < 0 {
		return t
	}
	more := *t
	more.Columns = slices.Insert(slices.Clone(t.Columns), at+1,
		report.Column{Key: "returned", Title: l.T("field.column.returned"), Type: report.Integer}, report.Column{Key: "issued", Title: l.T("field.column.issued"), Type: report.Integer})
	more.Rows = c.rows(t.Rows, at, agency)
	return &more
}

func (c counts) rows(in iter.Seq2[[]report.Value, error], at, agency int) iter.Seq2[[]report.Value, error] {
	return func(yield func([]report.Value, error) bool) {
		for row, err := range in {
			if err != nil {
				yield(nil, err)
				return
			}
			var more [2]report.Value
			if n, ok := row[at].Number(); ok {
				returned, issued := c.get(row[agency].Text(), int64(n))
				for k, n := range []int64{returned, issued} {
					if n > 0 {
						more[k] = report.Num(float64(n))
					}
				}
			}
			if !yield(slices.Insert(slices.Clone(row), at+1, more[0], more[1]), nil) {
				return
			}
		}
	}
}

// counted says in every row how many forms came back and were issued.
func (p *rankingPage) counted(c counts) *rankingPage {
	for i := range p.Rows {
		p.Rows[i].Counts = c.words(p.l, p.Rows[i].Code, p.Rows[i].responses)
	}
	return p
}

// counted adds the forms that came back and were issued to the document of a ranking.
func (d *rankingDocument) counted(c counts) *rankingDocument {
	for i := range d.Results {
		e := &d.Results[i]
		if e.Responses != nil {
			e.Returned, e.Issued = c.get(e.Agency, *e.Responses)
		}
	}
	return d
}
