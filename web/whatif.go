package web

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"thuocdo/scoring"
	"thuocdo/scoring/phrase"
	"thuocdo/survey/account"
	"thuocdo/web/locale"
)

// Query parameters of a what-if. A leaf is named behind the prefix.
const (
	leafPrefix = "muc."
	casePrefix = "ca." // cases of one severity: ca.LEAF:SEVERITY
	maxPrefix  = "toi-da."
	weighs     = "trong-so."
	toRank     = "len-hang"
	toBand     = "len-loai"
)

func whatIfAddress(framework, period, agency string) string {
	return "/quan-tri/gia-dinh/" + pathSegment(framework) + "/" + pathSegment(period) + "/" + pathSegment(agency)
}

// attempt is what a reader wants to try, as the address holds it.
type attempt struct {
	changes         map[string]scoring.LeafInput
	maxima, weights map[string]float64
	typed           map[string]string // as written, by name of the field
	wrong           []wrongField
	rank            int
	band            string
}

// changed reports whether anything is to be tried.
func (s *attempt) changed() bool { return len(s.changes)+len(s.maxima)+len(s.weights) > 0 }

// wrongField is a value that cannot be used.
type wrongField struct {
	Field   string // name
	ID      string // of the field on the page
	Title   phrase.Text
	Message string
}

// parseAttempt reads the query of an address. Names and empty values that mean nothing are passed over; a value that does
// not fit its leaf is listed as wrong.
func parseAttempt(l *locale.Locale, p *scoring.Plan, u scoring.Unit, q url.Values) *attempt {
	s := &attempt{changes: map[string]scoring.LeafInput{}, maxima: map[string]float64{}, weights: map[string]float64{}, typed: map[string]string{}}
	for _, n := range p.Nodes() {
		if n.Leaf >= 0 {
			s.leaf(l, p, u, n, q)
		}
		s.weigh(l, p, n, q)
	}
	s.reweigh(l, p)
	if r, err := strconv.Atoi(q.Get(toRank)); err == nil && r > 0 && r < 1_000_000 {
		s.rank = r
	}
	if slices.ContainsFunc(p.Framework().Bands, func(b scoring.Band) bool { return b.Code == q.Get(toBand) }) {
		s.band = q.Get(toBand)
	}
	return s
}

func (s *attempt) leaf(l *locale.Locale, p *scoring.Plan, u scoring.Unit, n scoring.PlanNode, q url.Values) {
	field := leafPrefix + n.Code
	text := strings.TrimSpace(q.Get(field))
	in, err := scoring.ParseInput(text)
	if n.Rule != nil && n.Rule.Severity != nil && text == "" {
		field, in, text, err = s.cases(u, n, q)
	}
	if text == "" {
		return
	}
	s.typed[field] = text
	if err == nil && n.Rule == nil && in.Value != nil {
		in = scoring.LeafInput{Appraised: in.Value}
	}
	if err != nil || len(text) > 200 {
		s.wrong = append(s.wrong, wrongField{field, fieldID(field), n.Title, l.T("whatif.number", cut(text))})
		return
	}
	var refused phrase.Mistakes
	if err := p.CheckInput(n.Code, in); errors.As(err, &refused) {
		for _, m := range refused {
			s.wrong = append(s.wrong, wrongField{field, fieldID(field), n.Title, l.In(m.Message)})
		}
		return
	}
	s.changes[n.Code] = in
}

// fieldID is the id of a field on the page.
func fieldID(name string) string { return "f-" + strings.ReplaceAll(name, ":", "-") }

// cut shortens what is shown again of a value.
func cut(text string) string {
	if r := []rune(strings.ToValidUTF8(text, "")); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return strings.ToValidUTF8(text, "")
}

// cases joins the fields of the severities of a leaf; those left empty stay as they are.
func (s *attempt) cases(u scoring.Unit, n scoring.PlanNode, q url.Values) (field string, in scoring.LeafInput, text string, err error) {
	now := inputAt(u, n.Leaf).Counts
	in.Counts = map[string]float64{}
	for code, x := range now {
		in.Counts[code] = x
	}
	for _, v := range n.Rule.Severity {
		name := casePrefix + n.Code + ":" + v.Code
		typed := strings.TrimSpace(q.Get(name))
		if typed == "" {
			continue
		}
		one, e := scoring.ParseInput(typed)
		if e == nil && one.Value == nil {
			e = scoring.ErrInputText
		}
		if s.typed[name] = typed; e != nil {
			return name, in, typed, e
		}
		text, in.Counts[v.Code] = "x", *one.Value
	}
	if text != "" {
		text = in.String()
	}
	return leafPrefix + n.Code, in, text, err
}

func inputAt(u scoring.Unit, leaf int) scoring.LeafInput {
	if leaf < len(u.Leaves) {
		return u.Leaves[leaf]
	}
	return scoring.LeafInput{}
}

// query is the one form of an attempt: only what is changed or asked.
func (s *attempt) query() url.Values {
	q := url.Values{}
	for code, in := range s.changes {
		q.Set(leafPrefix+code, in.String())
	}
	for code, x := range s.maxima {
		q.Set(maxPrefix+code, plain(x))
	}
	for code, x := range s.weights {
		q.Set(weighs+code, plain(x))
	}
	if s.rank > 0 {
		q.Set(toRank, strconv.Itoa(s.rank))
	}
	if s.band != "" {
		q.Set(toBand, s.band)
	}
	return q
}

func plain(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }

// address is where an attempt is shown, its query in the order of the codes.
func (s *attempt) address(base string) string {
	q := s.query()
	if len(q) == 0 {
		return base
	}
	return base + "?" + q.Encode()
}

// whatIf shows what other inputs would change. Nothing is stored.
func (s *Server) whatIf(c echo.Context) error {
	r, err := s.lossRequest(c, true)
	if err != nil {
		return err
	}
	box, err := s.sandbox(c.Request().Context(), r)
	if err != nil {
		return err
	}
	query := c.QueryParams()
	try := parseAttempt(s.language(c), box.own.Plan, box.Unit(), query)
	base := whatIfAddress(r.Framework, r.Period, r.agency.Code)
	if len(try.wrong) == 0 && !canonicalQuery(query, try.address(base)) {
		return s.see(c, try.address(base))
	}
	return s.showAttempt(c, r, box, try, keeping{})
}

// showAttempt computes and shows an attempt.
func (s *Server) showAttempt(c echo.Context, r lossRequest, box *sandbox, try *attempt, k keeping) error {
	l := s.language(c)
	if len(try.wrong) > 0 {
		try.maxima, try.weights = nil, nil // shown again as typed, not computed with
	} else if err := box.reweigh(try); errors.Is(err, errLater) {
		try.wrong = append(try.wrong, wrongField{Field: weighs, ID: "trong-so", Message: l.T("whatif.weights.later")})
	} else if err != nil {
		return err
	}
	p, err := s.whatIfPage(l, r, box, try, whatIfAddress(r.Framework, r.Period, r.agency.Code))
	if err != nil {
		return err
	}
	p.keep(l, box, try, k)
	if a, _ := accountOf(c); a.Is(account.Auditor) {
		p.Keep.Form = false // auditors change nothing
	}
	status := http.StatusOK
	if len(try.wrong) > 0 || p.Keep.Wrong != "" {
		status = http.StatusUnprocessableEntity
	}
	return s.show(c, status, p)
}

// canonicalQuery reports whether a query, but for its language, is that of an address.
func canonicalQuery(q url.Values, address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	own := url.Values{}
	for k, v := range q {
		if k != "lang" {
			own[k] = v
		}
	}
	return own.Encode() == u.RawQuery
}
