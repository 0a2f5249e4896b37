package web

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"thuocdo/scoring/release"
	"thuocdo/scoring/report"
	"thuocdo/scoring/report/document"
	"thuocdo/scoring/report/official"
	"thuocdo/scoring/standing"
	"thuocdo/survey"
	"thuocdo/web/locale"
	"thuocdo/web/problem"
)

// documentFormat finds a format of official documents by the name of the file in the path.
func (s *Server) documentFormat(file string) (document.Format, bool) {
	i := slices.IndexFunc(s.cfg.Documents, func(f document.Format) bool { return downloads+f.Name == file })
	if i < 0 {
		return document.Format{}, false
	}
	return s.cfg.Documents[i], true
}

// documents offers an official document in every format: the address goes on with the name of the file, before its query.
func (s *Server) documents(address, name string) (files []option) {
	base, query, asked := strings.Cut(address, "?")
	for _, f := range s.cfg.Documents {
		to := base + "/" + name + f.Name
		if asked {
			to += "?" + query
		}
		files = append(files, option{Words: strings.ToUpper(f.Name), Address: to})
	}
	return files
}

// sendDocument sends an official document: a public one from the copies, a private one made for this request.
func (s *Server) sendDocument(c echo.Context, live bool, f document.Format, address, stamp string, build func() (*document.Document, error)) error {
	return s.send(c, live, f.Name, address, stamp, func() (*copyOf, error) {
		d, err := build()
		if err != nil {
			return nil, err
		}
		var b bytes.Buffer
		if err := f.Write(&b, d); err != nil {
			return nil, err
		}
		return newCopy(f.Media, f.File(fileName(d.Name, live)), b.Bytes()), nil
	})
}

// agencyReport sends the score report of an agency in the period of its page.
func (s *Server) agencyReport(c echo.Context, live bool, f document.Format) error {
	d, err := s.dossier(c, live)
	if err != nil {
		return err
	}
	if len(d.indexes) == 0 {
		return problem.ErrNoSuchPage
	}
	return s.sendDocument(c, live, f, d.address(c.QueryParam(byPeriod)), d.stamp(), func() (*document.Document, error) {
		a, err := s.officialAgency(c.Request().Context(), s.language(c), d)
		if err != nil {
			return nil, err
		}
		a.Produced = s.produced(live)
		return a.Document(), nil
	})
}

// officialAgency gathers what a score report says.
func (s *Server) officialAgency(ctx context.Context, l *locale.Locale, d *dossier) (*official.Agency, error) {
	a := &official.Agency{Code: d.agency.Code, Name: d.agency.Name, Live: d.live, Lang: l.Tag()}
	if i := slices.IndexFunc(d.known, func(x survey.Agency) bool { return x.Code == d.agency.Parent }); i >= 0 {
		a.Above = d.known[i].Name
	}
	for i := range d.indexes {
		x, err := s.officialIndex(ctx, l, d, &d.indexes[i])
		if err != nil {
			return nil, err
		}
		a.Indexes = append(a.Indexes, x)
	}
	return a, nil
}

func (s *Server) officialIndex(ctx context.Context, l *locale.Locale, d *dossier, x *course) (official.Index, error) {
	out := official.Index{Profile: x.shown.Profile, Span: x.shown.board.span(d.agency.Code)}
	for i := len(x.points) - 1; i >= 0; i-- {
		at := &x.points[i]
		past := official.Past{Period: string(at.period), Total: at.total, Rank: at.rank, Of: at.of, Note: at.note}
		if i+1 < len(x.points) {
			past.Break = d.breakBetween(l, &x.points[i+1], at)
		}
		out.Course = append(out.Course, past)
	}
	if i := d.before(l, x); i >= 0 {
		before, err := s.read(ctx, d, x.query(i))
		if err != nil {
			return out, err
		}
		if before.Plan.MethodCode() == out.Plan.MethodCode() {
			out.Before = &before.Profile
		}
	}
	list, err := s.lossList(ctx, lossRequest{standing.Query{Framework: x.framework, Period: string(x.shown.period), View: view(d.live, d.all)}, d.agency, d.all})
	if err == nil && list.Known {
		out.Losses = []report.LossList{list}
	}
	return out, err
}

// sendNational sends the report on an index: on all of b, or on the group of it that is shown.
func (s *Server) sendNational(c echo.Context, r rankingRequest, f document.Format, b, shown *board) error {
	ctx := c.Request().Context()
	n := &official.National{Standing: shown.Standing, Spans: shown.spans, Live: r.Live, Lang: s.language(c).Tag(), Produced: s.produced(r.Live)}
	stamp := stampOf(b)
	before, broken, err := s.boardBefore(ctx, r, b)
	if err != nil {
		return err
	}
	if before != nil {
		n.Before, n.Broken = before.Standing, broken
		stamp += stampOf(before) + fmt.Sprint(len(broken))
	}
	if !r.Live {
		sealed, agrees, err := s.sealedOf(ctx, b)
		if err != nil {
			return err
		}
		if stamp += sealedStamp(sealed, agrees); agrees {
			n.Release = sealed.ID
		}
	}
	return s.sendDocument(c, r.Live, f, r.address(), stamp, func() (*document.Document, error) {
		d := n.Document()
		d.Name = ofGroup(d.Name, r.Group)
		return d, nil
	})
}

// boardBefore returns the board of the period before if it compares, with the agencies that were reorganised in between; nil where
// it does not.
func (s *Server) boardBefore(ctx context.Context, r rankingRequest, b *board) (*board, map[string]bool, error) {
	periods, err := s.sources.open(ctx, r.Framework, r.query().View) // newest first
	if err != nil {
		return nil, nil, err
	}
	i := slices.Index(periods, survey.Period(r.Period))
	if i < 0 || i+1 >= len(periods) {
		return nil, nil, nil
	}
	q := r.query()
	q.Period = string(periods[i+1])
	before, err := s.boards.get(ctx, q)
	if errors.Is(err, standing.ErrUnknownPeriod) || errors.Is(err, standing.ErrUnknownMethod) {
		return nil, nil, nil
	}
	if err != nil || before.Plan != b.Plan && !sameMethod(before, b) {
		return nil, nil, err
	}
	edges, err := s.store.Successions(ctx)
	if err != nil {
		return nil, nil, err
	}
	_, broken := survey.Reorganised(edges, periods[i+1], periods[i])
	return before, broken, nil
}

func sameMethod(a, b *board) bool {
	return a.Plan.Framework().Version == b.Plan.Framework().Version && a.Plan.MethodCode() == b.Plan.MethodCode()
}

// releaseReport sends the report on a published release, computed from the sealed file alone.
func (s *Server) releaseReport(c echo.Context) error {
	f, ok := s.documentFormat(c.Param("file"))
	if !ok {
		return problem.ErrNoSuchPage
	}
	r, err := s.publicRelease(c)
	if err != nil {
		return err
	}
	if !r.Ended.IsZero() {
		return problem.ErrNoSuchPage
	}
	return s.sendDocument(c, false, f, releaseAddress(r.ID), s.releaseStamp(r), func() (*document.Document, error) {
		x, err := s.sealed(c.Request().Context(), r.ID)
		if err != nil {
			return nil, err
		}
		st, _, err := x.Standing(c.Request().Context())
		if err != nil {
			return nil, err
		}
		st = release.Public(st)
		n := &official.National{Standing: st, Spans: report.RankSpans(st.Outcome.Results), Release: r.ID, Lang: s.language(c).Tag()}
		return n.Document(), nil
	})
}
