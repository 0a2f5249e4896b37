package web

import (
	"math"
	"net/url"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"thuocdo/scoring"
	"thuocdo/scoring/phrase"
	"thuocdo/scoring/report"
	"thuocdo/survey"
	"thuocdo/web/chart"
	"thuocdo/web/locale"
)

// agencyPage is one agency with all its indexes.
type agencyPage struct {
	Agency  survey.Agency
	Kind    string // key of the kind's words
	Parent  *option
	Live    bool
	All     bool  // links lead to live pages of others
	Before  []kin // agencies it was made of
	After   []kin // agencies it became part of
	Indexes []indexView
	Moving  bool // some index is provisional
	Periods []option
	Files   []option
	Embeds  []embedOffer
	Told    string // address of what everyone is told that it changed
	address string
	l       *locale.Locale
}

func (*agencyPage) template() string { return "agency" }

func (p *agencyPage) frame(f *Frame) {
	f.Wide, f.Figures, f.NoIndex = true, true, p.Live
	f.Picture = cardAddress(p.address)
	canonical(f, p.l, p.address)
}

// kin is an agency before or after a reorganisation.
type kin struct {
	option
	Day   survey.Day
	Basis string
}

// indexView is one index of the agency in one period.
type indexView struct {
	ID          string // for anchors
	Title       phrase.Text
	Period      string
	Ranking     string // address
	Beside      string // address; "" on live pages
	Method      string // address of the methodology
	MethodTitle phrase.Text
	Provisional bool
	Asked       bool // has a survey of its own
	Unit        string
	Score       string
	Interval    string
	Note        phrase.Text
	Design      phrase.Text // how people were drawn and weighed, where the wave has a design
	Tiles       []tile
	Badge       *badge
	Parts       []partView // inner nodes
	Items       []itemGroup
	Spread      bool // some item shows how answers spread
	Compared    bool
	Trend       *chart.Trend
	Course      []courseRow
	Lost        []lossRow // the leaves that lose most
	Losses      string    // address of all
}

// partView is an area, content or factor beside its group.
type partView struct {
	Code     string
	Title    phrase.Text
	Depth    int
	Score    string
	Most     string
	Interval string
	Note     phrase.Text
	Mean     string
	Best     string
	Bar      chart.Bar
}

// itemGroup is everything below one part.
type itemGroup struct {
	partView
	Items []itemView
}

// itemView is one node below a part.
type itemView struct {
	partView
	Numbered bool // its code continues the part's
	Answers  string
	Stack    chart.Stack
	Counts   []string
}

// courseRow is one period of the trend in numbers.
type courseRow struct {
	Period   string
	Address  string
	Score    string
	Interval string
	Rank     string
	Answers  string
	Note     phrase.Text
	Break    string
	Current  bool
}

func (s *Server) agencyPage(c echo.Context, d *dossier, address string) *agencyPage {
	l := s.language(c)
	p := &agencyPage{Agency: d.agency, Kind: "kind." + string(d.agency.Kind), Live: d.live, All: d.all, address: address, l: l}
	p.relatives(d)
	for i := range d.indexes {
		v := p.index(&d.indexes[i], d)
		p.Moving = p.Moving || v.Provisional
		p.Indexes = append(p.Indexes, v)
	}
	p.Told = agencyAddress(d.agency.Code, false) + toldName
	p.choosePeriod(d)
	p.Files = s.agencyFiles(d, c.QueryParam(byPeriod))
	if !d.live {
		p.offered(s, c, d)
	}
	return p
}

// relatives names the agency above and those before and after.
func (p *agencyPage) relatives(d *dossier) {
	find := func(code string) option {
		i, ok := slices.BinarySearchFunc(d.known, code, func(a survey.Agency, code string) int { return strings.Compare(a.Code, code) })
		if !ok {
			return option{Words: code}
		}
		return option{Title: d.known[i].Name, Address: agencyAddress(code, p.All)}
	}
	if d.agency.Parent != "" {
		o := find(d.agency.Parent)
		p.Parent = &o
	}
	for _, e := range d.edges {
		if e.To == d.agency.Code && e.From != d.agency.Code {
			p.Before = append(p.Before, kin{find(e.From), e.Day, e.LegalBasis})
		}
		if e.From == d.agency.Code && e.To != d.agency.Code {
			p.After = append(p.After, kin{find(e.To), e.Day, e.LegalBasis})
		}
	}
}

// choosePeriod lists the periods of all indexes.
func (p *agencyPage) choosePeriod(d *dossier) {
	var periods []survey.Period
	var shown survey.Period
	for _, x := range d.indexes {
		for _, point := range x.points {
			if !slices.Contains(periods, point.period) {
				periods = append(periods, point.period)
			}
		}
		shown = max(shown, x.shown.period)
	}
	slices.SortFunc(periods, func(a, b survey.Period) int { return -strings.Compare(string(a), string(b)) })
	for _, period := range periods {
		p.Periods = append(p.Periods, option{Words: periodName(p.l, period), Address: p.at(period), Current: period == shown})
	}
}

// at is the address of the page in another period.
func (p *agencyPage) at(period survey.Period) string {
	return agencyAddress(p.Agency.Code, p.Live) + "?" + byPeriod + "=" + url.QueryEscape(string(period))
}

// index builds the view of one index.
func (p *agencyPage) index(x *course, d *dossier) indexView {
	r := &x.shown
	f := r.Plan.Framework()
	w := figuresOf(p.l, f)
	ask := rankingRequest{Framework: f.Code, Period: string(r.period), Live: p.All, Sort: sortRank, Group: r.Result.Group}
	_ = ask.settle(r.board) // a group of its own board
	v := indexView{
		ID: "chi-so-" + f.Code, Title: f.Title, Period: periodName(p.l, r.period), Asked: len(r.Plan.Questions()) > 0, Ranking: ask.address(), Method: "/phuong-phap/" + pathSegment(f.Code),
		Provisional: r.Provisional, Unit: unitKey(f), Score: w.points(r.Result.Total), Interval: w.interval(r.Result.Total),
		Note: report.Note(r.Result), Badge: badgeOf(f, r.Result.Band),
	}
	if !p.Live {
		v.Beside = besideAddress(ask, p.Agency.Code)
	}
	if m, ok := report.MethodOf(r.Plan); ok {
		v.MethodTitle = m.Title
	}
	if r.board.Design != nil {
		v.Design = report.DesignSummary(r.board.Design)
	} else if r.board.Designed {
		v.Design = report.UnweightedWords
	}
	p.tiles(&v, r, w)
	p.changed(&v, x, d, w)
	p.tree(&v, r, w)
	p.course(&v, x, d, w)
	return v
}

func (p *agencyPage) tiles(v *indexView, r *reading, w figures) {
	if r.Result.Rank > 0 {
		small := p.l.T("agency.rank.of", p.l.Int(int64(r.Result.Of)))
		if span := r.board.span(r.Result.Unit); span.Worst > span.Best {
			small += "; " + p.l.T("agency.rank.span", w.rankSpan(span))
		}
		v.Tiles = append(v.Tiles, tile{"agency.rank", p.l.Int(int64(r.Result.Rank)), small})
	}
	if g := r.Group(); g != nil && g.Mean.Known {
		v.Compared = true
		v.Tiles = append(v.Tiles, tile{"ranking.mean", w.points(g.Mean), p.difference(r.FromMean(), w)}, tile{"ranking.best", w.points(g.Best), ""})
	}
	if len(r.Plan.Questions()) > 0 {
		v.Tiles = append(v.Tiles, tile{"ranking.answers", p.l.Int(r.Result.Responses), r.forms.words(p.l, r.Result.Unit, r.Result.Responses)})
	}
}

// difference says how far a score lies from its group's mean, and whether by more than error.
func (p *agencyPage) difference(a report.Apart, w figures) string {
	text, words := p.l.Number(math.Abs(a.Points), w.decimals), p.l.In(a.MeanWords())
	switch {
	case !a.Known:
		return ""
	case a.Within() || a.Unsure:
		return p.l.T("agency.near", lossWords(w).signed(a.Points), words)
	case text == p.l.Number(0, w.decimals):
		return p.l.T("agency.same") + ", " + words
	case a.Points > 0:
		return p.l.T("agency.above", text) + ", " + words
	}
	return p.l.T("agency.below", text) + ", " + words
}

// changed says how a score differs from that of the period before, where the two compare.
func (p *agencyPage) changed(v *indexView, x *course, d *dossier, w figures) {
	i := d.before(p.l, x)
	if i < 0 {
		return
	}
	before := &x.points[i]
	if a := report.Between(x.points[x.chosen].total, before.total, report.AgencyPairs); a.Known {
		small := p.l.T("agency.change.from", periodTitle(p.l, before.period), w.points(before.total)) + "; " + p.l.In(a.ChangeWords())
		v.Tiles = append(v.Tiles, tile{"agency.change", lossWords(w).signed(a.Points), small})
	}
}

// tree divides the nodes into parts, which are compared, and items, which are listed below their part.
func (p *agencyPage) tree(v *indexView, r *reading, w figures) {
	nodes, g := r.Plan.Nodes(), r.Group()
	shown := columns(r.Plan)
	for _, i := range shown {
		part := p.part(r, i, g, w)
		v.Parts = append(v.Parts, part)
		end := nodes[i].End
		if end == i+1 || slices.ContainsFunc(shown, func(k int) bool { return i < k && k < end }) {
			continue
		}
		group := itemGroup{partView: part}
		for k := i + 1; k < end; k++ {
			item := p.item(r, nodes[k], p.part(r, k, g, w))
			item.Depth = nodes[k].Depth - nodes[i].Depth - 1
			item.Numbered = strings.HasPrefix(item.Code, nodes[i].Code)
			v.Spread = v.Spread || item.Stack.Total > 0
			group.Items = append(group.Items, item)
		}
		v.Items = append(v.Items, group)
	}
}

func (p *agencyPage) part(r *reading, i int, g *scoring.GroupSummary, w figures) partView {
	n, s := r.Plan.Nodes()[i], r.Result.Nodes[i]
	v := partView{Code: n.Code, Title: n.Title, Depth: n.Depth, Score: w.points(s), Interval: w.interval(s), Note: report.Why(s.Gap), Most: p.l.Short(n.MaxPoints, 2)}
	if s.Known && s.Max != n.MaxPoints {
		v.Most = p.l.Short(s.Max, 2)
	}
	compared := g != nil && g.Nodes[i].Known > 0
	var mean, best float64
	if compared {
		mean, best = g.Nodes[i].Mean, g.Nodes[i].Best
		v.Mean, v.Best = p.l.Number(mean, w.decimals), p.l.Number(best, w.decimals)
	}
	onScale := s.Points
	if s.Max > 0 { // where a part does not apply, the group is on the full scale
		onScale *= n.MaxPoints / s.Max
	}
	v.Bar = chart.NewBar(s.Known, onScale, n.MaxPoints, compared, mean, best)
	return v
}

func (p *agencyPage) item(r *reading, n scoring.PlanNode, part partView) itemView {
	v := itemView{partView: part}
	counts, ok := r.Counts(n)
	if !ok {
		return v
	}
	v.Stack = chart.NewStack(counts[:])
	v.Answers = p.l.Int(v.Stack.Total)
	for _, n := range counts {
		v.Counts = append(v.Counts, p.l.Int(n))
	}
	return v
}

// course builds the trend and its table, oldest first.
func (p *agencyPage) course(v *indexView, x *course, d *dossier, w figures) {
	var readings []chart.Reading
	for i := len(x.points) - 1; i >= 0; i-- {
		at := &x.points[i]
		row := courseRow{Period: periodName(p.l, at.period), Score: w.points(at.total), Interval: w.interval(at.total), Note: at.note,
			Current: i == x.chosen, Address: p.at(at.period)}
		if at.rank > 0 {
			row.Rank = p.l.T("agency.rank.short", p.l.Int(int64(at.rank)), p.l.Int(int64(at.of)))
		}
		if at.asked {
			row.Answers = p.l.Int(at.responses)
		}
		if i < len(x.points)-1 {
			row.Break = d.breakBetween(p.l, &x.points[i+1], at)
		}
		point := chart.Reading{Period: string(at.period), Words: row.Score, Known: at.total.Known, Value: at.total.Points, Break: row.Break}
		if c := at.total.Interval; c != nil {
			point.Ranged, point.Low, point.High = true, c.Low, c.High
		}
		readings = append(readings, point)
		v.Course = append(v.Course, row)
	}
	if len(readings) < 2 || !slices.ContainsFunc(readings, func(r chart.Reading) bool { return r.Known }) {
		return
	}
	f := x.shown.Plan.Framework()
	title := p.l.T("agency.trend.title", p.l.In(f.Title))
	trend := chart.NewTrend(readings, 0, f.MaxPoints, "dien-bien-"+f.Code, title, p.l.T("agency.trend.desc"), p.l.Number)
	v.Trend = &trend
}

// before is the place of the nearest earlier period of the same length with a score that compares with the chosen one; -1 where there is none.
func (d *dossier) before(l *locale.Locale, x *course) int {
	at := &x.points[x.chosen]
	for i := x.chosen + 1; i < len(x.points); i++ {
		p := &x.points[i]
		if !p.total.Known || lengthOf(p.period) != lengthOf(at.period) {
			continue
		}
		if d.breakBetween(l, p, at) != "" {
			return -1
		}
		return i
	}
	return -1
}

// breakBetween says why two periods must not be compared, or returns "".
func (d *dossier) breakBetween(l *locale.Locale, before, after *point) string {
	if before.version != after.version {
		return l.T("agency.break.version", before.version, after.version)
	}
	if _, broken := survey.Reorganised(d.edges, before.period, after.period); !broken[d.agency.Code] {
		return ""
	}
	_, from := before.period.Span()
	_, to := after.period.Span()
	key, day := "agency.break.split", to
	for _, e := range d.edges {
		if from < e.Day && e.Day <= to {
			if day = e.Day; e.To == d.agency.Code {
				key = "agency.break.merged"
			}
		}
	}
	return l.T(key, l.Date(day.Time()))
}

// Validity says from when to when the agency exists, or "".
func (p *agencyPage) Validity() string {
	from, to := p.Agency.ValidFrom, p.Agency.ValidTo
	date := func(d survey.Day) string { return p.l.Date(d.Time()) }
	switch {
	case from != 0 && to != 0:
		return p.l.T("agency.valid.between", date(from), date(to))
	case to != 0:
		return p.l.T("agency.valid.until", date(to))
	case from != 0:
		return p.l.T("agency.valid.since", date(from))
	}
	return ""
}

// When writes the day of a reorganisation.
func (p *agencyPage) When(d survey.Day) string { return p.l.Date(d.Time()) }
