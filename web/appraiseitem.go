package web

import (
	"context"
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"thuocdo/scoring"
	"thuocdo/scoring/assess"
	"thuocdo/scoring/phrase"
	"thuocdo/survey"
	"thuocdo/survey/account"
	"thuocdo/web/problem"
)

// itemPage is one leaf of one agency, with everything that was said of it, beside those of the others.
type itemPage struct {
	Season         *assess.Season
	Agency         phrase.Text
	Code           string
	Title          phrase.Text
	Above          []phrase.Text // titles of the nodes above the leaf
	Rule           []string
	Max            string
	Stage          assess.Stage
	Said           itemSaid
	Last           *lastItem
	Others         []otherItem
	Ask            []benchQuestion
	Claimed        bool // agencies score the leaf themselves
	Accept, Adjust bool // what the reader may do
	Form           *leafForm
	Reason, Asking string // as typed
	Seen           int64
	Wrong          []faultLine
	Place, Found   int
	Before, After  string // addresses
	Queue, Address string
	Entry          string // address where the leaf is entered for every agency
	Facet          assess.Facet
	CSRF           string
}

func (*itemPage) template() string { return "appraisal" }

func (p *itemPage) frame(f *Frame) {
	f.Wide, f.Figures, f.NoIndex, f.Keys = true, true, true, true
	p.CSRF = f.CSRF
}

// itemSaid is what was claimed and made of a leaf, in words.
type itemSaid struct {
	Leaf                        assess.Leaf
	Claim, Claimed              string // input and points
	Appraisal, Appraised        string // the same of another input than the claim; "" where it is accepted
	Decision, Decided, Standing string
	Documents                   []assess.Evidence
	Files                       string // address of the files of documents
}

// lastItem is what the leaf was worth the period before.
type lastItem struct{ Period, Said, Points string }

// otherItem is the same leaf of another agency.
type otherItem struct {
	Agency                  phrase.Text
	Said, Claimed, Standing string
	Differs, Own            bool
	Address                 string
}

// benchQuestion is one question with its answer.
type benchQuestion struct {
	assess.Question
	Number int
}

func (w lossWords) itemSaid(x assess.Item) itemSaid {
	l := x.Leaf
	s := itemSaid{Leaf: l, Claim: w.said(x.Node, l.Claim.Input), Claimed: w.points(x.Claimed), Standing: w.points(x.Standing), Documents: l.Documents()}
	if l.Appraisal != nil && l.Appraisal.Input != nil {
		s.Appraisal, s.Appraised = w.said(x.Node, *l.Appraisal.Input), w.points(x.Appraised)
	}
	if l.Decision != nil {
		s.Decision, s.Decided = w.said(x.Node, l.Decision.Input), w.points(x.Proposed)
	}
	return s
}

// itemSaid tells where files are as well.
func (b *bench) itemSaid(x assess.Item) itemSaid {
	s := b.w.itemSaid(x)
	s.Files = documentAddress(b.season.Code, "")
	return s
}

func benchQuestions(l assess.Leaf) (list []benchQuestion) {
	for i, q := range l.Questions {
		list = append(list, benchQuestion{q, i + 1})
	}
	return list
}

// benchItem returns the item in the path, and where it lies on the desk.
func (b *bench) benchItem(c echo.Context) (at int, err error) {
	at = slices.IndexFunc(b.own, func(x assess.Item) bool { return x.Node.Code == c.Param("leaf") && x.Agency == c.Param("agency") })
	if at >= 0 {
		return at, nil
	}
	if _, ok := b.plan.Node(c.Param("leaf")); ok && b.who.Role == account.Appraiser && !b.season.Appraises(b.plan, b.who.Login, c.Param("leaf")) {
		return 0, assess.ErrNotYours
	}
	return 0, problem.ErrNoSuchPage
}

// appraisal shows one item.
func (s *Server) appraisal(c echo.Context) error {
	b, err := s.bench(c)
	if err != nil {
		return err
	}
	at, err := b.benchItem(c)
	if err != nil {
		return err
	}
	return s.showAppraisal(c, http.StatusOK, b, at, appraiseTyped{})
}

// appraiseTyped is what was typed about an item and could not be stored.
type appraiseTyped struct {
	form        *leafForm
	reason, ask string
	wrong       []faultLine
}

func (s *Server) showAppraisal(c echo.Context, status int, b *bench, at int, typed appraiseTyped) error {
	x := b.own[at]
	l := b.w.l
	p := &itemPage{Season: b.season, Agency: b.names[x.Agency], Code: x.Node.Code, Title: x.Node.Title, Rule: ruleWords(l, x.Node), Max: l.Short(x.Node.MaxPoints, 4), Stage: x.Stage,
		Said: b.itemSaid(x), Ask: benchQuestions(x.Leaf), Claimed: assess.Claimed(x.Node), Seen: x.Leaf.Version, Reason: typed.reason, Asking: typed.ask, Wrong: typed.wrong,
		Queue: b.at(appraiseName), Address: b.itemAddress(x), Facet: b.facet, Entry: b.base() + appraiseName + "/" + pathSegment(x.Node.Code)}
	for i := x.Node.Parent; i >= 0; i = b.plan.Nodes()[i].Parent {
		p.Above = append([]phrase.Text{b.plan.Nodes()[i].Title}, p.Above...)
	}
	before, after, place, found := b.neighbours(at)
	p.Place, p.Found = place, found
	if before != nil {
		p.Before = b.itemAddress(*before)
	}
	if after != nil {
		p.After = b.itemAddress(*after)
	}
	if p.Adjust = b.mayAppraise(x); p.Adjust {
		p.Accept = x.Filled()
		if p.Form = typed.form; p.Form == nil {
			p.Form = newLeafForm(l, x.Node, "", x.Leaf.Stands())
		}
		p.Form.Must = true
	}
	b.others(p, x)
	last, err := s.lastPeriod(c.Request().Context(), b.season)
	if err != nil {
		return err
	}
	p.Last = last.item(b.w, x)
	return s.show(c, status, p)
}

// others lists the same leaf of every agency that has handed it over.
func (b *bench) others(p *itemPage, x assess.Item) {
	for _, y := range b.own {
		if y.Node.Code != x.Node.Code {
			continue
		}
		p.Others = append(p.Others, otherItem{Agency: b.names[y.Agency], Said: b.w.said(y.Node, y.Leaf.Claim.Input), Claimed: b.w.points(y.Claimed), Standing: b.w.points(y.Standing),
			Differs: y.Is(assess.Differing), Own: y.Agency == x.Agency, Address: b.itemAddress(y)})
	}
}

// lastScores are the scores of the period before a season, by the framework in force then.
type lastScores struct {
	period survey.Period
	plan   *scoring.Plan
	inputs map[string]map[string]scoring.LeafInput
}

// lastPeriod reads what the index of a season came from the period before; nil where there is none.
func (s *Server) lastPeriod(ctx context.Context, season *assess.Season) (*lastScores, error) {
	periods, err := s.store.Periods(ctx, season.Framework) // newest first
	if err != nil {
		return nil, err
	}
	_, end := survey.Period(season.Period).Span()
	for _, p := range periods {
		if _, last := p.Span(); last >= end {
			continue
		}
		x := &lastScores{period: p}
		if x.plan, err = s.store.Framework(ctx, season.Framework, "", string(p)); err != nil {
			return nil, err
		}
		x.inputs, err = s.store.Scores(ctx, season.Framework, string(p))
		return x, err
	}
	return nil, nil
}

// item says what a leaf was worth then; nil where nothing is known, or the leaf was another.
func (x *lastScores) item(w lossWords, now assess.Item) *lastItem {
	if x == nil {
		return nil
	}
	in, ok := x.inputs[now.Agency][now.Node.Code]
	at, known := x.plan.Node(now.Node.Code)
	if !ok || !known || assess.Empty(in) {
		return nil
	}
	v := &lastItem{Period: periodTitle(w.l, x.period), Said: w.said(x.plan.Nodes()[at], in), Points: "–"}
	if points, err := x.plan.Points(now.Node.Code, in); err == nil && !in.NotApplicable {
		v.Points = w.number(points)
	}
	return v
}
