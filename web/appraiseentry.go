package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"

	"thuocdo/scoring"
	"thuocdo/scoring/assess"
	"thuocdo/scoring/phrase"
	"thuocdo/survey/account"
	"thuocdo/web/problem"
)

// leafEntryPage is one leaf of every agency, to be filled in from one source: statistics, dossiers.
type leafEntryPage struct {
	Season  *assess.Season
	Code    string
	Title   phrase.Text
	Rule    []string
	Max     string
	Rows    []leafEntryRow
	Reason  string
	Wrong   []faultLine
	Address string
	Queue   string
	May     bool
	CSRF    string
}

func (*leafEntryPage) template() string { return "appraise-entry" }

func (p *leafEntryPage) frame(f *Frame) {
	f.Wide, f.Figures, f.NoIndex, f.Keys = true, true, true, true
	p.CSRF = f.CSRF
}

// leafEntryRow is the leaf of one agency.
type leafEntryRow struct {
	Agency            phrase.Text
	Code              string
	Stage             assess.Stage
	Claimed, Standing string
	Form              *leafForm // nil: it cannot be appraised now
	Seen              int64
	SeenName          string
	Address           string
}

// entryPrefix begins the names of the fields of an agency.
func entryPrefix(agency string) string { return agency + "." }

func (s *Server) leafEntry(c echo.Context) error {
	b, list, err := s.leafItems(c)
	if err != nil {
		return err
	}
	return s.showEntry(c, http.StatusOK, b, list, nil, nil)
}

// leafItems returns the leaf in the path of every agency that handed it over.
func (s *Server) leafItems(c echo.Context) (*bench, []assess.Item, error) {
	b, err := s.bench(c)
	if err != nil {
		return nil, nil, err
	}
	code := c.Param("leaf")
	at, ok := b.plan.Node(code)
	if !ok || !assess.Assessed(b.plan.Nodes()[at]) {
		return nil, nil, problem.ErrNoSuchPage
	}
	if b.who.Role == account.Appraiser && !b.season.Appraises(b.plan, b.who.Login, code) {
		return nil, nil, assess.ErrNotYours
	}
	var list []assess.Item
	for _, x := range b.own {
		if x.Node.Code == code {
			list = append(list, x)
		}
	}
	return b, list, nil
}

func (s *Server) showEntry(c echo.Context, status int, b *bench, list []assess.Item, typed url.Values, wrong []faultLine) error {
	at, _ := b.plan.Node(c.Param("leaf"))
	n := b.plan.Nodes()[at]
	p := &leafEntryPage{Season: b.season, Code: n.Code, Title: n.Title, Rule: ruleWords(b.w.l, n), Max: b.w.l.Short(n.MaxPoints, 4), Wrong: wrong, Reason: typed.Get(reasonField),
		Address: b.base() + appraiseName + "/" + pathSegment(n.Code), Queue: b.facetAddress(appraiseRequest{node: n.Code, facet: allFacets})}
	for _, x := range list {
		row := leafEntryRow{Agency: b.names[x.Agency], Code: x.Agency, Stage: x.Stage, Claimed: b.w.points(x.Claimed), Standing: b.w.points(x.Standing), Seen: x.Leaf.Version,
			SeenName: entryPrefix(x.Agency) + seenField, Address: b.facetItem(x)}
		if b.mayAppraise(x) {
			p.May = true
			if row.Form = newLeafForm(b.w.l, n, entryPrefix(x.Agency), x.Leaf.Stands()); typed != nil {
				row.Form, _ = readLeafForm(b.w.l, b.plan, n, entryPrefix(x.Agency), typed)
			}
		}
		p.Rows = append(p.Rows, row)
	}
	return s.show(c, status, p)
}

// enterLeaf stores what was entered about many agencies: all of it, or nothing. What is as it was is left alone.
func (s *Server) enterLeaf(c echo.Context) error {
	if err := s.checkToken(c); err != nil {
		return err
	}
	form, err := c.FormParams()
	if err != nil {
		return err
	}
	b, list, err := s.leafItems(c)
	if err != nil {
		return err
	}
	turns, wrong := b.entered(list, form)
	if len(wrong) == 0 && len(turns) == 0 {
		wrong = []faultLine{{"bang", b.w.l.T("appraise.wrong.nothing")}}
	}
	if len(wrong) > 0 {
		return s.showEntry(c, http.StatusUnprocessableEntity, b, list, form, wrong)
	}
	err = s.store.AssessAs(c.Request().Context(), b.who.ID, b.season.Code, turns...)
	wrong, status := appraiseFaults(b.w.l, actAdjust, err)
	if len(wrong) > 0 {
		if b, list, err = s.leafItems(c); err != nil {
			return err
		}
		if status == http.StatusConflict { // named one by one
			wrong = b.clashes(list, form)
		}
		return s.showEntry(c, status, b, list, form, wrong)
	}
	if err != nil {
		return err
	}
	return s.see(c, b.facetAddress(appraiseRequest{node: c.Param("leaf"), facet: allFacets}))
}

// entered reads what is to be stored about each agency.
func (b *bench) entered(list []assess.Item, form url.Values) (turns []assess.Turn, wrong []faultLine) {
	for _, x := range list {
		seen, err := strconv.ParseInt(form.Get(entryPrefix(x.Agency)+seenField), 10, 64)
		if err != nil || !b.mayAppraise(x) {
			continue // was not on the page
		}
		f, in := readLeafForm(b.w.l, b.plan, x.Node, entryPrefix(x.Agency), form)
		for _, w := range f.Wrong {
			wrong = append(wrong, faultLine{w.ID, b.w.l.In(b.names[x.Agency]) + ": " + w.Message})
		}
		if len(f.Wrong) > 0 || assess.Empty(in) || sameInput(in, x.Leaf.Stands()) && x.Leaf.Version == seen && !x.Open() {
			continue
		}
		input := &in
		if x.Filled() && sameInput(in, x.Leaf.Claim.Input) {
			input = nil // the claim is accepted
		}
		turns = append(turns, assess.Turn{Agency: x.Agency, Acts: []assess.Act{assess.Appraise{Leaf: x.Node.Code, Seen: seen, Input: input, Reason: form.Get(reasonField)}}})
	}
	return turns, wrong
}

func sameInput(a, b scoring.LeafInput) bool { return a.String() == b.String() }

// clashes names the agencies whose leaf somebody changed since it was shown.
func (b *bench) clashes(list []assess.Item, form url.Values) (wrong []faultLine) {
	for _, x := range list {
		seen := form[entryPrefix(x.Agency)+seenField]
		if len(seen) > 0 && !slices.Contains(seen, strconv.FormatInt(x.Leaf.Version, 10)) {
			wrong = append(wrong, faultLine{"co-quan-" + x.Agency, b.w.l.In(b.names[x.Agency]) + ": " + b.w.l.T("appraise.why.changed")})
		}
	}
	return wrong
}
