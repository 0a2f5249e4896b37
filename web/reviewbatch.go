package web

import (
	"context"
	"crypto/sha256"
	"fmt"
	"maps"
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"thuocdo/scoring"
	"thuocdo/scoring/phrase"
	"thuocdo/scoring/standing"
	"thuocdo/survey"
	"thuocdo/survey/quality"
)

// casesMax is the most sets of equal responses that one decision is about.
const casesMax = 20_000

// verdictsPage is a decision about all cases that a rule chooses, before it is made.
type verdictsPage struct {
	Wave     *survey.OpenWave
	Rule     string // in words
	N, Sets  int    // responses, sets of equal ones
	Agencies []batchRow
	Scores   bool // the reader may see scores
	Form     *caseForm
	Kept     []hiddenField
	Keep     bool // one of every set of equal responses
	Dupes    bool // there are such sets
	Digest   string
	Queue    string
	Wrong    []formFault
	Final    bool
	CSRF     string
}

func (*verdictsPage) template() string { return "decide-all" }

func (p *verdictsPage) frame(f *Frame) {
	f.Wide, f.Figures, f.NoIndex = true, true, true
	p.CSRF = f.CSRF
}

// batchRow is what a decision does to one agency.
type batchRow struct {
	Name                  phrase.Text
	N                     int
	Returned, Left        int64
	Before, After, Change string
	RankBefore, RankAfter int
}

// Surveys returns the counts of everybody, with those of the preview in their place.
func (p previewed) Surveys(ctx context.Context, framework, period string, v standing.View) (standing.Surveys, error) {
	r, err := p.Source.Surveys(ctx, framework, period, v)
	if err != nil || r.Wave != p.wave {
		return r, err
	}
	r.ByAgency = maps.Clone(r.ByAgency)
	for agency, t := range p.with {
		if r.ByAgency[agency] = t; t.Responses() == 0 {
			delete(r.ByAgency, agency)
		}
	}
	return r, nil
}

// batchCases are the cases of a request that are still open, as a decision about them has them.
func (st *reviewState) batchCases(keep bool) (list []quality.Case, n int) {
	for _, x := range st.cases {
		copies := x.marked.copies
		if keep && copies > 1 {
			copies--
		}
		if x.Decision != 0 || len(list) == casesMax {
			continue
		}
		list = append(list, quality.Case{Agency: x.Agency, Ref: x.ref, Copies: copies})
		n += copies
	}
	return list, n
}

// digestOf names a set of cases, so that what is decided is what was shown.
func digestOf(list []quality.Case) string {
	h := sha256.New()
	for _, c := range list {
		fmt.Fprintln(h, c.Agency, c.Ref, c.Copies, c.Seen)
	}
	return digest(h)
}

// decideAll shows what a decision about all chosen cases would do.
func (s *Server) decideAll(c echo.Context) error {
	r, err := s.reviewRequest(c)
	if err != nil {
		return err
	}
	keep := c.QueryParam("giu-mot") == "1"
	form := &caseForm{Verdict: string(quality.Invalid)}
	return s.showBatch(c, http.StatusOK, r, keep, form, nil)
}

func (s *Server) showBatch(c echo.Context, status int, r reviewRequest, keep bool, form *caseForm, wrong []formFault) error {
	ctx, l := c.Request().Context(), s.language(c)
	r.state = ""
	st, err := s.reviewState(ctx, r)
	if err != nil {
		return err
	}
	list, n := st.batchCases(keep)
	p := &verdictsPage{Wave: r.wave, N: n, Sets: len(list), Keep: keep, Queue: r.address(), Wrong: wrong, Digest: digestOf(list), Final: st.review.Closed != 0}
	p.Dupes = slices.ContainsFunc(st.cases, func(x reviewCase) bool { return x.marked.copies > 1 })
	for _, name := range slices.Sorted(maps.Keys(r.query())) {
		p.Kept = append(p.Kept, hiddenField{name, r.query().Get(name)})
	}
	names, err := s.names(ctx)
	if err != nil {
		return err
	}
	for _, f := range r.mark.Each() {
		p.Rule = l.In(f.Text())
	}
	if r.agency != "" {
		if p.Rule != "" {
			p.Rule += ", "
		}
		p.Rule += l.In(names[r.agency])
	}
	a, _ := accountOf(c)
	p.Scores = a.MayReadAll()
	if err := s.effects(ctx, c, p, st, list, names); err != nil {
		return err
	}
	if mayReview(a) && !p.Final && len(list) > 0 {
		form.fill(l, &aCase{reviewState: st, reviewCase: st.cases[0]})
		form.Action = withQuery(reviewAddress(r.wave.Code)+"/hang-loat", r.query())
		p.Form = form
	}
	return s.show(c, status, p)
}

// effects computes what is left of each agency and, for readers of scores, its score and rank before and after.
func (s *Server) effects(ctx context.Context, c echo.Context, p *verdictsPage, st *reviewState, list []quality.Case, names map[string]phrase.Text) error {
	left, err := s.store.Preview(ctx, st.wave.Code, list)
	if err != nil {
		return err
	}
	n := map[string]int{}
	for _, x := range list {
		n[x.Agency] += x.Copies
	}
	var before, after *standing.Standing
	if p.Scores && len(list) > 0 {
		q := standing.Query{Framework: st.wave.Framework, Period: string(st.wave.Period), View: standing.Live}
		if before, err = standing.Assemble(ctx, s.store, q); err != nil {
			return err
		}
		if after, err = standing.Assemble(ctx, previewed{s.store, st.wave.Code, left}, q); err != nil {
			return err
		}
	}
	l := s.language(c)
	for _, agency := range slices.Sorted(maps.Keys(n)) {
		row := batchRow{Name: names[agency], N: n[agency], Returned: st.returns[agency].Valid, Left: left[agency].Responses()}
		if before != nil {
			decimals := before.Plan.Framework().Decimals()
			w := lossWords{l, decimals}
			b, okB := resultOf(before, agency)
			f, okF := resultOf(after, agency)
			if okB && b.Total.Known {
				row.Before, row.RankBefore = w.number(b.Total.Points), b.Rank
			}
			if okF && f.Total.Known {
				row.After, row.RankAfter = w.number(f.Total.Points), f.Rank
			}
			if row.Before != "" && row.After != "" {
				row.Change = w.number(f.Total.Points - b.Total.Points)
			}
		}
		p.Agencies = append(p.Agencies, row)
	}
	return nil
}

func resultOf(s *standing.Standing, agency string) (*scoring.Result, bool) {
	i := slices.IndexFunc(s.Outcome.Results, func(r scoring.Result) bool { return r.Unit == agency })
	if i < 0 {
		return nil, false
	}
	return &s.Outcome.Results[i], true
}

// decideBatch stores a decision about all chosen cases, if they are still those that were shown.
func (s *Server) decideBatch(c echo.Context) error {
	if err := s.checkToken(c); err != nil {
		return err
	}
	r, err := s.reviewRequest(c)
	if err != nil {
		return err
	}
	r.state = ""
	keep := c.FormValue("giu-mot") == "1"
	form := &caseForm{Verdict: c.FormValue("ket-luan"), Reason: c.FormValue("ly-do"), Note: c.FormValue("ghi-chu")}
	if form.Verdict != string(quality.Invalid) {
		form.Reason = ""
	}
	ctx := c.Request().Context()
	st, err := s.reviewState(ctx, r)
	if err != nil {
		return err
	}
	list, _ := st.batchCases(keep)
	if digestOf(list) != c.FormValue("da-thay") {
		return s.showBatch(c, http.StatusConflict, r, keep, form, []formFault{{"ket-luan", "batch.wrong.changed"}})
	}
	a, _ := accountOf(c)
	_, err = s.store.Decide(ctx, quality.Decision{Wave: r.wave.Code, Verdict: quality.Verdict(form.Verdict), Reason: quality.Reason(form.Reason), Note: form.Note,
		Rule: r.query().Encode(), Author: a.ID, Cases: list})
	if fault, status, ok := decisionFault(err, form.Verdict); ok {
		return s.showBatch(c, status, r, keep, form, []formFault{fault})
	}
	if err != nil {
		return err
	}
	return s.see(c, reviewAddress(r.wave.Code))
}
