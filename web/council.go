package web

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"thuocdo/scoring/assess"
	"thuocdo/scoring/phrase"
	"thuocdo/web/problem"
)

const councilName = "/hoi-dong"

// councilTable is every address of the council.
func (s *Server) councilTable() []route {
	const get, post = http.MethodGet, http.MethodPost
	at := seasonsPath + "/:season" + councilName
	return []route{
		{get, at, appraisalReaders, noBody, s.council},
		{post, at + "/ket-thuc", administrators, formMax, s.finishCouncil},
		{get, at + "/:file", appraisalReaders, noBody, s.minutesFile},
		{get, at + "/:leaf/:agency", appraisalReaders, noBody, s.councilItem},
		{post, at + "/:leaf/:agency", administrators, formMax, s.decide},
	}
}

// councilPage lists what was appealed.
type councilPage struct {
	Season  *assess.Season
	Members string
	Tiles   []tile
	Rows    []councilRow
	Ready   []readySheet // that can be closed: of agencies whose appeals are all decided
	Finish  string       // address; "" where the reader may not
	Files   []option     // minutes
	Base    string
	Wrong   string // key of a message
	CSRF    string
}

func (*councilPage) template() string { return "council" }

func (p *councilPage) frame(f *Frame) {
	f.Wide, f.Figures, f.NoIndex = true, true, true
	p.CSRF = f.CSRF
}

// readySheet is a sheet that can leave the council.
type readySheet struct {
	Code string
	Name phrase.Text
}

// councilRow is one appealed leaf.
type councilRow struct {
	Address, Code               string
	Title, Agency               phrase.Text
	Claimed, Appraised, Propose string // points; of the proposal
	Votes                       string // for – against – abstained
	Decision                    *assess.Decision
}

// appealed returns what the council decides, or has decided.
func (b *bench) appealed() (list []assess.Item) {
	for _, x := range b.all {
		if (x.Stage == assess.Council || x.Stage == assess.Final) && b.season.Hears(x.Leaf) {
			list = append(list, x)
		}
	}
	return list
}

// whole reports whether the reader sees every agency of the season: minutes that leave something out are none.
func (b *bench) whole() bool { return len(b.sheets) == len(b.season.Agencies) }

func (b *bench) councilAddress(x assess.Item) string {
	return b.base() + councilName + "/" + pathSegment(x.Node.Code) + "/" + pathSegment(x.Agency)
}

// before returns the points as they were before the council.
func before(x assess.Item) *float64 {
	if x.Appraised != nil || x.Leaf.Appraisal != nil && x.Leaf.Appraisal.Input != nil {
		return x.Appraised
	}
	return x.Claimed
}

func (s *Server) council(c echo.Context) error { return s.showCouncil(c, http.StatusOK, "") }

func (s *Server) showCouncil(c echo.Context, status int, wrong string) error {
	b, err := s.bench(c)
	if err != nil {
		return err
	}
	p := &councilPage{Season: b.season, Members: strings.Join(b.season.Board.Members, ", "), Base: b.base(), Wrong: wrong}
	decided, passed := 0, 0
	list := b.appealed()
	for _, x := range list {
		row := councilRow{Address: b.councilAddress(x), Code: x.Node.Code, Title: x.Node.Title, Agency: b.names[x.Agency],
			Claimed: b.w.points(x.Claimed), Appraised: b.w.points(before(x)), Propose: b.w.points(x.Proposed), Decision: x.Leaf.Decision}
		if d := x.Leaf.Decision; d != nil {
			decided++
			if d.Passed {
				passed++
			}
			n := tally(d)
			row.Votes = b.w.l.T("council.votes", n[assess.For], n[assess.Against], n[assess.Abstain])
		}
		p.Rows = append(p.Rows, row)
	}
	for i, key := range []string{"council.appealed", "council.decided", "council.passed"} {
		p.Tiles = append(p.Tiles, tile{Key: key, Value: b.w.l.Int(int64([]int{len(list), decided, passed}[i]))})
	}
	if administrators.allow(b.who, nil) && b.season.State == assess.Open {
		p.Finish = p.Base + councilName + "/ket-thuc"
		for _, agency := range b.ready(assess.Council) {
			p.Ready = append(p.Ready, readySheet{agency, b.names[agency]})
		}
	}
	for _, f := range s.cfg.Documents {
		if !b.whole() {
			break
		}
		p.Files = append(p.Files, option{Words: strings.ToUpper(f.Name), Address: p.Base + councilName + "/" + minutesName + "." + f.Name})
	}
	return s.show(c, status, p)
}

// tally counts votes.
func tally(d *assess.Decision) map[assess.Vote]int {
	n := map[assess.Vote]int{}
	for _, v := range d.Votes {
		n[v]++
	}
	return n
}

// finishCouncil ends the stage of sheets of which all that was appealed is decided.
func (s *Server) finishCouncil(c echo.Context) error {
	err := s.finish(c, assess.Council)
	if key := finishFault(err); key != "" {
		return s.showCouncil(c, http.StatusConflict, key)
	}
	if err != nil {
		return err
	}
	return s.see(c, seasonAddress(c.Param("season"))+councilName)
}

// votePage is one appealed leaf before the council.
type votePage struct {
	Season  *assess.Season
	Agency  phrase.Text
	Code    string
	Title   phrase.Text
	Rule    []string
	Max     string
	Stage   assess.Stage
	Said    itemSaid
	Before  string // points before the council
	Ask     []benchQuestion
	Votes   []voteRow
	Counted string // of a decision
	Form    *leafForm
	May     bool
	Reason  string
	Seen    int64
	Wrong   []faultLine
	Address string
	Council string
	CSRF    string
}

func (*votePage) template() string { return "vote" }

func (p *votePage) frame(f *Frame) {
	f.Wide, f.Figures, f.NoIndex = true, true, true
	p.CSRF = f.CSRF
}

// voteRow is a member of the council and the vote; "" = absent.
type voteRow struct {
	Member, Field string
	Vote          assess.Vote
}

// Is reports whether the member voted so; "absent" is no vote.
func (r voteRow) Is(v assess.Vote) bool { return r.Vote == v || v == absent && r.Vote == "" }

// absent is how a form says that a member did not vote.
const absent assess.Vote = "absent"

// Choices are what can be chosen for a member.
func (*votePage) Choices() []assess.Vote {
	return []assess.Vote{assess.For, assess.Against, assess.Abstain, absent}
}

// voteTyped is what was typed about a vote and could not be stored.
type voteTyped struct {
	form   *leafForm
	votes  map[string]assess.Vote
	reason string
	wrong  []faultLine
}

func (s *Server) councilItem(c echo.Context) error {
	b, x, err := s.appealedItem(c)
	if err != nil {
		return err
	}
	return s.showVote(c, http.StatusOK, b, x, voteTyped{})
}

func (s *Server) appealedItem(c echo.Context) (*bench, assess.Item, error) {
	b, err := s.bench(c)
	if err != nil {
		return nil, assess.Item{}, err
	}
	list := b.appealed()
	at := slices.IndexFunc(list, func(x assess.Item) bool { return x.Node.Code == c.Param("leaf") && x.Agency == c.Param("agency") })
	if at < 0 {
		return nil, assess.Item{}, problem.ErrNoSuchPage
	}
	return b, list[at], nil
}

func (s *Server) showVote(c echo.Context, status int, b *bench, x assess.Item, typed voteTyped) error {
	p := &votePage{Season: b.season, Agency: b.names[x.Agency], Code: x.Node.Code, Title: x.Node.Title, Rule: ruleWords(b.w.l, x.Node), Max: b.w.l.Short(x.Node.MaxPoints, 4), Stage: x.Stage,
		Said: b.itemSaid(x), Before: b.w.points(before(x)), Ask: benchQuestions(x.Leaf), Seen: x.Leaf.Version, Wrong: typed.wrong,
		Address: b.councilAddress(x), Council: b.base() + councilName}
	p.May = administrators.allow(b.who, nil) && b.season.State == assess.Open && x.Stage == assess.Council
	votes, in := typed.votes, x.Leaf.Claim.Input // what the agency holds on to is the first proposal
	if d := x.Leaf.Decision; d != nil {
		n := tally(d)
		p.Counted = b.w.l.T("council.votes", n[assess.For], n[assess.Against], n[assess.Abstain])
		if in, p.Reason = d.Input, d.Reason; votes == nil {
			votes = d.Votes
		}
	}
	if p.Form = typed.form; p.Form == nil {
		p.Form = newLeafForm(b.w.l, x.Node, "", in)
	} else {
		p.Reason = typed.reason
	}
	p.Form.Must = true
	for i, member := range b.season.Board.Members {
		p.Votes = append(p.Votes, voteRow{member, votePrefix + strconv.Itoa(i+1), votes[member]})
	}
	return s.show(c, status, p)
}

// votePrefix begins the name of the field with the vote of a member; their number from 1 is behind it.
const votePrefix = "phieu."

// decide stores a vote of the council, and goes on with what is not decided.
func (s *Server) decide(c echo.Context) error {
	if err := s.checkToken(c); err != nil {
		return err
	}
	form, err := c.FormParams()
	if err != nil {
		return err
	}
	b, x, err := s.appealedItem(c)
	if err != nil {
		return err
	}
	act, typed := b.decision(x, form)
	if len(typed.wrong) > 0 {
		return s.showVote(c, http.StatusUnprocessableEntity, b, x, typed)
	}
	err = s.store.AssessAs(c.Request().Context(), b.who.ID, b.season.Code, assess.Turn{Agency: x.Agency, Acts: []assess.Act{act}})
	var status int
	if typed.wrong, status = b.decisionFaults(err); len(typed.wrong) > 0 {
		if b, x, err = s.appealedItem(c); err != nil {
			return err
		}
		return s.showVote(c, status, b, x, typed)
	}
	if err != nil {
		return err
	}
	for _, y := range b.appealed() {
		if y.Stage == assess.Council && y.Leaf.Decision == nil && (y.Node.Code != x.Node.Code || y.Agency != x.Agency) {
			return s.see(c, b.councilAddress(y))
		}
	}
	return s.see(c, b.base()+councilName)
}

// decision reads a proposal and the votes on it.
func (b *bench) decision(x assess.Item, form url.Values) (assess.Decide, voteTyped) {
	typed := voteTyped{votes: map[string]assess.Vote{}, reason: form.Get(reasonField)}
	for i, member := range b.season.Board.Members {
		if v := assess.Vote(form.Get(votePrefix + strconv.Itoa(i+1))); v != "" {
			typed.votes[member] = v
		}
	}
	act := assess.Decide{Leaf: x.Node.Code, Votes: typed.votes, Reason: typed.reason}
	var err error
	if act.Seen, err = strconv.ParseInt(form.Get(seenField), 10, 64); err != nil {
		act.Seen = -1 // shows nothing that was ever stored
	}
	typed.form, act.Input = readLeafForm(b.w.l, b.plan, x.Node, "", form)
	for _, w := range typed.form.Wrong {
		typed.wrong = append(typed.wrong, faultLine{w.ID, w.Message})
	}
	return act, typed
}

// decisionFaults says at which field a vote failed, and with which status; none where it is not the reader's to mend.
func (b *bench) decisionFaults(err error) ([]faultLine, int) {
	l := b.w.l
	var refused phrase.Mistakes
	switch {
	case errors.Is(err, assess.ErrConflict):
		return []faultLine{{"da-noi", l.T("appraise.wrong.conflict")}}, http.StatusConflict
	case errors.Is(err, assess.ErrQuorum):
		return []faultLine{{"phieu", l.T("council.wrong.quorum", b.season.Board.Quorum)}}, http.StatusUnprocessableEntity
	case errors.Is(err, assess.ErrReason):
		return []faultLine{{reasonField, l.T("council.wrong.reason")}}, http.StatusUnprocessableEntity
	case errors.As(err, &refused):
		return faultLines(l, reasonField, refused), http.StatusUnprocessableEntity
	}
	return nil, 0
}
