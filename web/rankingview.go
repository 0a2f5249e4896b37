package web

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"

	"thuocdo/scoring"
	"thuocdo/scoring/phrase"
	"thuocdo/scoring/report"
	"thuocdo/survey"
	"thuocdo/web/chart"
	"thuocdo/web/locale"
	"thuocdo/web/problem"
)

// Orders of a ranking. A node code is an order too.
const (
	sortRank    = "hang"
	sortName    = "co-quan"
	sortScore   = "diem"
	sortAnswers = "phieu"
)

// unrankedGroup is the group of agencies that are scored but not ranked.
const unrankedGroup = "khong-xep-hang"

// perPage is the number of agencies on a page.
const perPage = 100

// rankingPage is one index of one period, one ranking group.
type rankingPage struct {
	Request     rankingRequest
	Framework   *scoring.Framework
	Period      string // in words
	Group       phrase.Text
	Groups      []option
	Periods     []option
	Methods     []option
	Method      *scoring.Method
	Provisional bool
	Surveyed    bool // rests on answers, at least in part
	Asked       bool // has a survey of its own
	Unit        string
	Tiles       []tile
	Columns     []sortColumn // after the fixed ones
	Fixed       map[string]sortColumn
	Rows        []rankingRow
	Total       int // agencies in the group
	From, To    int
	Pages       []option
	Release     string // address of the published release of this index
	Agrees      bool   // the figures are those of the release
	Wide        chart.Dots
	Narrow      chart.Dots
	Map         *mapFigure
	Embeds      []embedOffer
	Known       int  // agencies of the group with a score
	Drawn       bool // some agency of this page has one
	Overlap     bool
	Files       []option
	Compare     string // address of the comparison with the period before; "" = none
	Beside      string // address of the comparison of agencies; "" = none
	Intervals   bool
	Design      []report.Line // how people were drawn, where scores follow the design
	Unweighted  phrase.Text   // why they do not yet
	Referred    phrase.Text   // whose intervals they are, where those of another index follow a design
	Banded      bool
	Ranked      bool
	address     string
	l           *locale.Locale
}

func (*rankingPage) template() string { return "ranking" }

func (p *rankingPage) frame(f *Frame) {
	f.Wide, f.Figures, f.NoIndex, f.Feed = true, true, p.Request.Live, !p.Request.Live
	f.Picture = cardAddress(rankingRequest{Framework: p.Request.Framework, Period: p.Request.Period, Method: p.Request.Method, Group: p.Request.Group, Sort: sortRank}.address())
	canonical(f, p.l, p.address)
}

// Illustrative reports whether the framework says of itself that it is not official.
func (p *rankingPage) Illustrative() bool { return illustrative(p.Framework) }

// option is one choice among several addresses.
type option struct {
	Title   phrase.Text
	Words   string // instead of a title
	Address string
	Current bool
	Gap     bool // places left out before this one
}

// tile is one figure with its name.
type tile struct{ Key, Value, Small string }

// sortColumn is the head of a column that sorts.
type sortColumn struct {
	Code    string
	Title   phrase.Text
	Most    string // maximum points
	Address string
	Sorted  string // aria-sort, or ""
	place   int    // of the node
}

// rankingRow is one agency.
type rankingRow struct {
	Code      string
	Name      phrase.Text
	Address   string
	Rank      string
	Tied      bool
	Span      string
	Score     string
	Interval  string
	Answers   string
	Counts    string // forms that came back and were issued, where they are told
	responses int64
	Badge     *badge
	Note      phrase.Text
	Nodes     []string
	NodeNotes []phrase.Text
}

// settle brings a request into the one form its page has: the default group by name, pages that exist. A group that the ranking has
// not is problem.ErrNoSuchPage.
func (r *rankingRequest) settle(b *board) (err error) {
	if r.Group, err = settledGroup(b, r.Group); err != nil {
		return err
	}
	if len(b.Plan.Framework().Methods) > 0 && r.Method == b.Plan.Framework().Methods[0].Code {
		r.Method = ""
	}
	if !r.knownSort(b) {
		r.Sort, r.Turned = sortRank, false
	}
	if !r.Turned {
		r.Descending = descendsFirst(r.Sort)
	}
	r.Turned = r.Descending != descendsFirst(r.Sort)
	r.Page = min(max(r.Page, 1), pagesOf(len(membersOf(b, r.Group))))
	return nil
}

// settledGroup returns the group of an address in its one form: "" is the first one.
func settledGroup(b *board, group string) (string, error) {
	groups := groupsOf(b)
	switch i := slices.IndexFunc(groups, func(g scoring.GroupSummary) bool { return groupCode(g.Group) == group }); {
	case i > 0:
		return group, nil
	case i < 0 && group != "":
		return "", fmt.Errorf("ranking group %q: %w", group, problem.ErrNoSuchPage)
	}
	return "", nil
}

func pagesOf(n int) int { return max(1, (n+perPage-1)/perPage) }

func groupsOf(b *board) []scoring.GroupSummary { return b.Outcome.Groups }

// groupCode is the group as addresses write it.
func groupCode(code string) string {
	if code == "" {
		return unrankedGroup
	}
	return code
}

// membersOf returns the places in Outcome.Results of a group; "" is the first group. The caller may not change it.
func membersOf(b *board, group string) []int {
	if group == "" && len(b.Outcome.Groups) > 0 {
		group = groupCode(b.Outcome.Groups[0].Group)
	}
	return b.members[group]
}

func summaryOf(b *board, group string) *scoring.GroupSummary {
	for i := range b.Outcome.Groups {
		if g := &b.Outcome.Groups[i]; group == "" || groupCode(g.Group) == group {
			return g
		}
	}
	return &scoring.GroupSummary{}
}

// rankingPage builds the page of a settled request.
func (s *Server) rankingPage(l *locale.Locale, b *board, r rankingRequest, periods []survey.Period) *rankingPage {
	f := b.Plan.Framework()
	p := &rankingPage{
		Request: r, Framework: f, Provisional: b.Provisional, Period: periodTitle(l, survey.Period(r.Period)),
		Surveyed: len(b.Plan.Questions()) > 0 || len(b.Plan.References()) > 0, Asked: len(b.Plan.Questions()) > 0, Unit: unitKey(f), address: r.address(), l: l,
		Banded: len(f.Bands) > 0, Ranked: f.Ranks(),
	}
	switch {
	case b.Design != nil:
		p.Design = report.DesignLines(b.Standing)
	case b.Designed:
		p.Unweighted = report.UnweightedWords
	case b.Referred:
		p.Referred = report.ReferredWords
	}
	if m, ok := report.MethodOf(b.Plan); ok {
		p.Method = &m
	}
	p.choices(b, periods)
	members := slices.Clone(membersOf(b, r.Group))
	p.heads(b)
	arrange(b, members, r)
	p.Total = len(members)
	p.From = (r.Page-1)*perPage + 1
	p.To = min(r.Page*perPage, len(members))
	p.fill(b, members)
	p.summarise(b, members)
	p.picture(b, members)
	p.Map = mapOf(l, b, members)
	p.Files = s.files(r)
	return p
}

func unitKey(f *scoring.Framework) string {
	if f.MaxPoints == 100 {
		return "figure.of_100"
	}
	return "figure.points"
}

// choices lists the other groups, periods, methods and pages.
func (p *rankingPage) choices(b *board, periods []survey.Period) {
	first := p.Request
	first.Page = 1
	for i, g := range b.Outcome.Groups {
		to := first
		if to.Group = groupCode(g.Group); i == 0 {
			to.Group = ""
		}
		o := option{Title: groupTitle(b, g.Group), Words: p.l.T("ranking.unranked"), Address: to.address(), Current: to.Group == first.Group}
		if o.Current {
			p.Group = o.Title
		}
		p.Groups = append(p.Groups, o)
	}
	if i := slices.Index(periods, survey.Period(first.Period)); i >= 0 && i+1 < len(periods) && !first.Live {
		p.Compare = comparisonAddress(first.Framework, string(periods[i+1]), first.Period)
	}
	if !first.Live {
		p.Beside = besideAddress(first)
	}
	for _, period := range periods {
		to := first
		to.Period, to.Method = string(period), first.Method
		p.Periods = append(p.Periods, option{Words: periodName(p.l, period), Address: to.address(), Current: to.Period == first.Period})
	}
	for i, m := range p.Framework.Methods {
		to := first
		if to.Method = m.Code; i == 0 {
			to.Method = ""
		}
		p.Methods = append(p.Methods, option{Title: m.Title, Address: to.address(), Current: to.Method == first.Method})
	}
	p.pages(pagesOf(len(membersOf(b, p.Request.Group))))
}

// or returns the first of two texts that says something.
func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

func groupTitle(b *board, code string) phrase.Text {
	for _, g := range b.Plan.Framework().Groups {
		if g.Code == code {
			return g.Title
		}
	}
	return nil
}

// pages lists the first, the last and the nearest pages.
func (p *rankingPage) pages(n int) {
	p.Pages = pageOptions(p.l, n, p.Request.Page, func(i int) string {
		to := p.Request
		to.Page = i
		return to.address()
	})
}

// fill writes the rows of the page.
func (p *rankingPage) fill(b *board, members []int) {
	w := figuresOf(p.l, p.Framework)
	if len(members) == 0 {
		p.From = 0
		return
	}
	for _, i := range members[p.From-1 : p.To] {
		r := &b.Outcome.Results[i]
		row := rankingRow{
			Code: r.Unit, Name: b.Units[r.Unit].Name, Address: agencyAddress(r.Unit, p.Request.Live), Tied: r.Tied,
			Span: w.rankSpan(b.spans[i]), Score: w.points(r.Total), Interval: w.interval(r.Total),
			Badge: badgeOf(p.Framework, r.Band), Note: report.Note(r),
		}
		if r.Rank > 0 {
			row.Rank = p.l.Int(int64(r.Rank))
		}
		if p.Asked {
			row.Answers, row.responses = p.l.Int(r.Responses), r.Responses
		}
		for _, h := range p.Columns {
			row.Nodes = append(row.Nodes, w.points(r.Nodes[h.place]))
			row.NodeNotes = append(row.NodeNotes, report.Why(r.Nodes[h.place].Gap))
		}
		p.Rows = append(p.Rows, row)
	}
}

// picture draws the rows of the page.
func (p *rankingPage) picture(b *board, members []int) {
	w := figuresOf(p.l, p.Framework)
	var rows []chart.Whisker
	for _, i := range members[max(p.From-1, 0):p.To] {
		r := &b.Outcome.Results[i]
		row := chart.Whisker{Label: p.l.In(b.Units[r.Unit].Name), Words: or(w.points(r.Total), "–"), Known: r.Total.Known, Value: r.Total.Points}
		if c := r.Total.Interval; c != nil && row.Known {
			row.Ranged, row.Low, row.High = true, c.Low, c.High
		}
		p.Drawn = p.Drawn || row.Known
		rows = append(rows, row)
	}
	if !p.Drawn {
		return
	}
	g := summaryOf(b, p.Request.Group)
	words := chart.DotWords{ID: "bieu-do", Title: p.l.T("ranking.chart.title"), Number: p.l.Number}
	var mean *float64
	if g.Mean.Known {
		mean = &g.Mean.Points
		words.Mean = p.l.T("ranking.chart.mean", w.points(g.Mean))
	}
	words.Desc = chartWords(p.l, rows, words.Mean)
	p.Wide = chart.NewDots(rows, mean, 0, p.Framework.MaxPoints, false, words)
	p.Narrow = chart.NewDots(rows, mean, 0, p.Framework.MaxPoints, true, words)
}

// chartWords says a picture in words: who is at its ends.
func chartWords(l *locale.Locale, rows []chart.Whisker, mean string) string {
	known := slices.DeleteFunc(slices.Clone(rows), func(r chart.Whisker) bool { return !r.Known })
	byValue := func(a, b chart.Whisker) int { return cmp.Compare(a.Value, b.Value) }
	high, low := slices.MaxFunc(known, byValue), slices.MinFunc(known, byValue)
	return l.T("ranking.chart.desc", strconv.Itoa(len(rows)), high.Label, high.Words, low.Label, low.Words, mean)
}

// summarise writes the figures above the table.
func (p *rankingPage) summarise(b *board, members []int) {
	w := figuresOf(p.l, p.Framework)
	g := summaryOf(b, p.Request.Group)
	if g.Mean.Known {
		p.Tiles = append(p.Tiles, tile{"ranking.mean", w.points(g.Mean), ""}, tile{"ranking.best", w.points(g.Best), p.l.In(bestName(b, members))})
	}
	answers := int64(0)
	for _, i := range members {
		r := &b.Outcome.Results[i]
		if r.Total.Known {
			p.Known++
		}
		p.Intervals = p.Intervals || r.Total.Known && r.Total.Interval != nil
		answers += r.Responses
	}
	p.Tiles = append(p.Tiles, tile{"ranking.scored", p.l.Int(int64(p.Known)), p.l.T("ranking.of", p.l.Int(int64(len(members))))})
	if p.Asked {
		p.Tiles = append(p.Tiles, tile{"ranking.answers", p.l.Int(answers), ""})
	}
	p.Overlap = slices.ContainsFunc(members, func(i int) bool { return b.spans[i].Worst > b.spans[i].Best })
}

// bestName names who has the highest total, or nobody where several have it.
func bestName(b *board, members []int) (name phrase.Text) {
	best := -1
	for _, i := range members {
		r := &b.Outcome.Results[i]
		switch {
		case !r.Total.Known:
		case best < 0 || r.Total.Points > b.Outcome.Results[best].Total.Points:
			best, name = i, b.Units[r.Unit].Name
		case r.Total.Points == b.Outcome.Results[best].Total.Points:
			name = nil
		}
	}
	return name
}

func agencyAddress(code string, live bool) string {
	return desk(live) + "/co-quan/" + pathSegment(code)
}
