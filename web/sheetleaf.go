package web

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"thuocdo/scoring"
	"thuocdo/scoring/assess"
	"thuocdo/scoring/phrase"
	"thuocdo/web/locale"
	"thuocdo/web/problem"
)

// aClaim is what a request for one leaf of a sheet is about.
type aClaim struct {
	*aSheet
	item  assess.Item
	items []assess.Item
	at    int
	kept  []assess.Document // of the agency, where it may enclose some now
}

func (s *Server) aClaim(c echo.Context) (*aClaim, error) {
	sheet, err := s.aSheet(c)
	if err != nil {
		return nil, err
	}
	x := &aClaim{aSheet: sheet, items: sheet.items()}
	x.at = slices.IndexFunc(x.items, func(i assess.Item) bool { return i.Node.Code == c.Param("leaf") })
	if x.at < 0 {
		return nil, problem.ErrNoSuchPage
	}
	x.item = x.items[x.at]
	if x.speaks(s, assess.Submitted, assess.Appraised, assess.Review) {
		x.kept, err = s.store.Documents(c.Request().Context(), x.season.Code, x.sheet.Agency)
	}
	return x, err
}

func (x *aClaim) address() string { return x.leafAddress(x.item.Node.Code) }

// after is where one goes on: the next leaf, or the sheet behind the last.
func (x *aClaim) after() string {
	if x.at+1 < len(x.items) {
		return x.leafAddress(x.items[x.at+1].Node.Code)
	}
	return x.aSheet.address()
}

// claimPage is one leaf of a sheet: what is claimed, and what became of it.
type claimPage struct {
	sheetHead
	Code          string
	Name, Area    phrase.Text
	Max, Origin   string
	Rule          []string
	Address       string
	Status        assess.Status
	Form          *claimForm // nil: the claim cannot be changed now
	Claim         *claimView // nil: nothing is claimed
	Appraisal     *saidView
	Appeal        *saidView
	Explain       *sayForm // nil: not now
	Questions     []askedView
	Decision      *decisionView
	Record        []markView
	Place, Count  int
	Before, After string
	Wrong         []wrongField
	Failed, Saved string // keys
	SavedAt       time.Time
	Seen          int64
	Clash         *claimClash
	Kept          []keptLine // typed and not stored
	File          string     // name of a file that has to be chosen again
	CSRF          string
}

func (*claimPage) template() string { return "sheet-leaf" }

func (p *claimPage) frame(f *Frame) {
	f.Wide, f.Figures, f.NoIndex, f.Season = true, true, true, p.Form != nil
	f.Upload = p.Explain != nil || slices.ContainsFunc(p.Questions, func(q askedView) bool { return q.Form != nil })
	p.CSRF = f.CSRF
}

// claimView is a claim in words.
type claimView struct {
	Input, Points string
	Documents     []assess.Evidence
	Partial       bool
	Explanation   string
}

// saidView is what somebody said to a claim.
type saidView struct {
	Input, Points, Text string
	Accepted, Appeal    bool
	Round               int
	Evidence            []assess.Evidence
	assess.Mark
}

// decisionView is what the council decided.
type decisionView struct {
	saidView
	Passed                 bool
	For, Against, Abstains int
}

// askedView is a question of an appraiser, with the form of its answer where one may answer.
type askedView struct {
	assess.Question
	N      int
	Answer *assess.Reply
	Form   *sayForm // nil: not now
}

// markView is one line of the record.
type markView struct {
	Key string
	assess.Mark
}

// keptLine is something typed that was not stored.
type keptLine struct{ Label, Value string }

func (s *Server) sheetLeaf(c echo.Context) error {
	x, err := s.aClaim(c)
	if err != nil {
		return err
	}
	p := s.newClaimPage(c, x)
	if slices.Contains([]string{"luu", "tiep", sayExplain, sayAnswer}, c.QueryParam("xong")) {
		p.Saved = "claim.saved." + c.QueryParam("xong")
	}
	return s.show(c, http.StatusOK, p)
}

func (s *Server) newClaimPage(c echo.Context, x *aClaim) *claimPage {
	l, n, leaf := s.language(c), x.item.Node, x.item.Leaf
	w := lossWords{l, x.plan.Framework().Decimals()}
	p := &claimPage{sheetHead: s.sheetHead(c, x.aSheet), Code: n.Code, Name: n.Title, Max: l.Short(n.MaxPoints, 2), Rule: ruleWords(l, n), Origin: originWords(l, n),
		Address: x.address(), Status: x.item.Status(), Place: x.at + 1, Count: len(x.items), Seen: leaf.Version}
	for at := n.Parent; at >= 0; at = x.plan.Nodes()[at].Parent {
		p.Area = x.plan.Nodes()[at].Title
	}
	if x.at > 0 {
		p.Before = x.leafAddress(x.items[x.at-1].Node.Code)
	}
	if x.at+1 < len(x.items) {
		p.After = x.leafAddress(x.items[x.at+1].Node.Code)
	}
	if leaf.Version > 0 && !leaf.Claim.At.IsZero() {
		p.SavedAt = leaf.Claim.At
		p.Claim = newClaimView(w, x.plan, n, leaf.Claim)
	}
	if x.speaks(s, assess.Draft) && assess.Claimed(n) {
		p.Form = newClaimForm(l, n, leaf)
	}
	p.said(w, x)
	if x.speaks(s, assess.Appraised) {
		said := assess.Appeal{}
		if leaf.Appeal != nil {
			said = *leaf.Appeal
		}
		p.Explain = s.newSayForm(l, x, "gt-", said.Evidence)
		p.Explain.Text, p.Explain.Appeal, p.Explain.OneRound = said.Text, said.Appeal, x.season.Rounds < 2
	}
	answers := x.speaks(s, assess.Submitted, assess.Review)
	for i, q := range leaf.Questions {
		asked := askedView{Question: q, N: i + 1, Answer: q.Answer}
		if answers && q.Answer == nil {
			asked.Form = s.newSayForm(l, x, "ch"+strconv.Itoa(i+1)+"-", nil)
		}
		p.Questions = append(p.Questions, asked)
	}
	p.record(leaf)
	return p
}

func newClaimView(w lossWords, plan *scoring.Plan, n scoring.PlanNode, claim assess.Claim) *claimView {
	v := &claimView{Documents: claim.Evidence, Partial: claim.Partial, Explanation: claim.Explanation}
	v.Input, v.Points = inputAndPoints(w, plan, n, claim.Input)
	return v
}

// inputAndPoints writes an input in words, and what it is worth.
func inputAndPoints(w lossWords, plan *scoring.Plan, n scoring.PlanNode, in scoring.LeafInput) (input, points string) {
	if !assess.Empty(in) {
		input = w.input(n.Node, in)
	}
	if x := assess.PointsOf(plan, n.Code, in); x != nil {
		points = w.number(*x)
	}
	return input, points
}

// said fills in what appraisers, the agency and the council said.
func (p *claimPage) said(w lossWords, x *aClaim) {
	n, leaf := x.item.Node, x.item.Leaf
	if a := leaf.Appraisal; a != nil {
		p.Appraisal = &saidView{Text: a.Reason, Accepted: a.Input == nil, Round: a.Round, Mark: a.Mark}
		in := leaf.Claim.Input
		if a.Input != nil {
			in = *a.Input
		}
		p.Appraisal.Input, p.Appraisal.Points = inputAndPoints(w, x.plan, n, in)
	}
	if a := leaf.Appeal; a != nil {
		p.Appeal = &saidView{Text: a.Text, Appeal: a.Appeal, Evidence: a.Evidence, Mark: a.Mark}
	}
	if d := leaf.Decision; d != nil {
		p.Decision = &decisionView{saidView: saidView{Text: d.Reason, Mark: d.Mark}, Passed: d.Passed}
		p.Decision.Input, p.Decision.Points = inputAndPoints(w, x.plan, n, d.Input)
		for _, v := range d.Votes {
			switch v {
			case assess.For:
				p.Decision.For++
			case assess.Against:
				p.Decision.Against++
			default:
				p.Decision.Abstains++
			}
		}
	}
}

// record lists who did what and when.
func (p *claimPage) record(leaf assess.Leaf) {
	add := func(key string, m assess.Mark) {
		if !m.At.IsZero() {
			p.Record = append(p.Record, markView{key, m})
		}
	}
	add("claim.record.claim", leaf.Claim.Mark)
	for _, q := range leaf.Questions {
		add("claim.record.asked", q.Mark)
		if q.Answer != nil {
			add("claim.record.answered", q.Answer.Mark)
		}
	}
	if leaf.Appraisal != nil {
		add("claim.record.appraised", leaf.Appraisal.Mark)
	}
	if leaf.Appeal != nil {
		add("claim.record.explained", leaf.Appeal.Mark)
	}
	if leaf.Decision != nil {
		add("claim.record.decided", leaf.Decision.Mark)
	}
	slices.SortStableFunc(p.Record, func(a, b markView) int { return a.At.Compare(b.At) })
}

// partWords writes the parts of a claim for somebody who chooses between two.
func partWords(l *locale.Locale, w lossWords, n scoring.PlanNode, claim assess.Claim) map[string]string {
	parts := map[string]string{"tai-lieu": documentLines(l, claim.Evidence), "giai-trinh": claim.Explanation, "mot-phan": l.T("claim.partial.no")}
	if claim.Partial {
		parts["mot-phan"] = l.T("claim.partial.yes")
	}
	if !assess.Empty(claim.Input) {
		parts["dau-vao"] = w.input(n.Node, claim.Input)
	}
	return parts
}
