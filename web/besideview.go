package web

import (
	"slices"
	"strings"

	"thuocdo/scoring"
	"thuocdo/scoring/phrase"
	"thuocdo/scoring/release"
	"thuocdo/scoring/report"
	"thuocdo/survey"
	"thuocdo/web/chart"
	"thuocdo/web/locale"
)

// besidePage is up to five agencies side by side.
type besidePage struct {
	Framework   *scoring.Framework
	Period      string
	Provisional bool
	Release     *release.Record
	Group       phrase.Text
	Groups      []option
	Method      phrase.Text
	ByMethod    string // as chosen
	Base, Back  string
	Choose      []whatIfOption // agencies to choose from; none where they are typed
	Fields      []besideField
	Missed      []string // sentences
	Agencies    []besideAgency
	Unit        string
	Intervals   bool
	Partial     bool // intervals are of the part that comes from a survey
	Ranked      bool
	Banded      bool
	Asked       bool
	Drawn       bool
	Wide        chart.Dots
	Narrow      chart.Dots
	Pairs       []besidePair
	Near        bool // some differ within error only
	Parts       besideGrid
	Items       []besideItems
	Files       []option
	address     string
	l           *locale.Locale
}

func (*besidePage) template() string { return "beside" }

func (p *besidePage) frame(f *Frame) {
	f.Wide, f.Figures = true, true
	f.NoIndex = len(p.Missed) > 0 || len(p.Agencies) == 0
	canonical(f, p.l, p.address)
}

// MethodAddress is the methodology of the version that the figures are by.
func (p *besidePage) MethodAddress() string {
	return versionAddress(p.Framework.Code, p.Framework.Version)
}

// besideField is one field of the form.
type besideField struct{ ID, Value string }

// besideAgency is a column.
type besideAgency struct {
	Code, Address, Rank, Span, Score, Interval, Answers string
	Name, Note                                          phrase.Text
	Tied                                                bool
	Badge                                               *badge
}

// besidePair is what can be said of two of them.
type besidePair struct {
	First, Second phrase.Text
	Points, Range string
	Verdict       string // key of the words
}

// besideRow is a node of the tree.
type besideRow struct {
	Code  string
	Title phrase.Text
	Depth int
	Most  string
	Cells []besideCell
}

type besideCell struct {
	Score, Interval string
	Note            phrase.Text
	Bar             chart.Bar
}

// besideItems is what lies below a part.
type besideItems struct {
	besideRow
	Grid besideGrid
}

// besideGrid is nodes by agencies.
type besideGrid struct {
	Agencies []besideAgency
	Rows     []besideRow
}

func (s *Server) besidePage(l *locale.Locale, r *besideRequest) *besidePage {
	b := r.board
	f := b.Plan.Framework()
	p := &besidePage{Framework: f, Period: periodTitle(l, survey.Period(b.Period)), Provisional: b.Provisional, Release: r.release, Group: groupTitle(b, summaryOf(b, r.group).Group),
		ByMethod: r.method, Base: r.base, Back: r.back, Missed: missedWords(l, r), Unit: unitKey(f), Ranked: f.Ranks(), Banded: len(f.Bands) > 0,
		Asked: len(b.Plan.Questions()) > 0, address: r.address(), l: l}
	p.Partial = !p.Asked
	if m, ok := report.MethodOf(b.Plan); ok {
		p.Method = m.Title
	}
	for i, g := range groupsOf(b) {
		to := *r
		if to.group = groupCode(g.Group); i == 0 {
			to.group = ""
		}
		p.Groups = append(p.Groups, option{Title: groupTitle(b, g.Group), Words: l.T("ranking.unranked"), Address: to.base + to.query(nil), Current: to.group == r.group})
	}
	p.fields(r)
	places := make([]int, len(r.codes))
	for k, code := range r.codes {
		places[k] = b.at[code]
	}
	if len(places) == 0 {
		return p
	}
	p.columns(b, places)
	p.judge(b, places)
	p.draw(b, places)
	p.tree(b, places)
	for _, format := range s.cfg.Formats {
		p.Files = append(p.Files, option{Words: strings.ToUpper(format.Name), Address: r.base + "/" + downloads + format.Name + r.query(r.codes)})
	}
	return p
}

// missedWords says of what is not shown why, agencies by name.
func missedWords(l *locale.Locale, r *besideRequest) (sentences []string) {
	say := func(key string, list []string) {
		if len(list) > 0 {
			sentences = append(sentences, l.T(key, strings.Join(list, "; ")))
		}
	}
	named := func(codes []string) (list []string) {
		for _, code := range codes {
			list = append(list, l.In(r.board.Units[code].Name)+" ("+code+")")
		}
		return list
	}
	say("beside.missed.unknown", r.missed.unknown)
	say("beside.missed.shared", r.missed.shared)
	say("beside.missed.group", named(r.missed.group))
	say("beside.missed.full", named(r.missed.full))
	return sentences
}

// fields makes the form: lists of a group that is small enough, or fields to type in.
func (p *besidePage) fields(r *besideRequest) {
	for i := range report.MostBeside {
		x := besideField{ID: "co-quan-" + string(rune('1'+i))}
		if i < len(r.codes) {
			x.Value = r.codes[i]
		}
		p.Fields = append(p.Fields, x)
	}
	members := slices.Clone(membersOf(r.board, r.group))
	if len(members) > mostListed {
		return
	}
	arrange(r.board, members, rankingRequest{Sort: sortName})
	for _, i := range members {
		code := r.board.Outcome.Results[i].Unit
		p.Choose = append(p.Choose, whatIfOption{Value: code, Words: p.l.In(r.board.Units[code].Name)})
	}
}

func (p *besidePage) columns(b *board, places []int) {
	w := figuresOf(p.l, p.Framework)
	for _, i := range places {
		r := &b.Outcome.Results[i]
		a := besideAgency{Code: r.Unit, Name: b.Units[r.Unit].Name, Address: agencyAddress(r.Unit, false), Score: w.points(r.Total), Interval: w.interval(r.Total),
			Span: w.rankSpan(b.spans[i]), Tied: r.Tied, Badge: badgeOf(p.Framework, r.Band), Note: report.Note(r)}
		if r.Rank > 0 {
			a.Rank = p.l.Int(int64(r.Rank))
		}
		if p.Asked {
			a.Answers = p.l.Int(r.Responses)
		}
		p.Intervals = p.Intervals || a.Interval != ""
		p.Agencies = append(p.Agencies, a)
	}
}

// judge says of every two whether their totals differ by more than error.
func (p *besidePage) judge(b *board, places []int) {
	totals := make([]scoring.Score, len(places))
	for k, i := range places {
		totals[k] = b.Outcome.Results[i].Total
	}
	w := lossWords{p.l, p.Framework.Decimals()}
	for _, x := range report.Pairs(totals) {
		row := besidePair{First: p.Agencies[x.First].Name, Second: p.Agencies[x.Second].Name, Verdict: "beside.unknown"}
		if x.Known {
			row.Points = w.signed(x.Points)
			row.Verdict = verdictOf(x.Apart)
		}
		if x.Known && x.Ranged && !x.Unsure {
			row.Range = w.signed(x.Low) + " … " + w.signed(x.High)
		}
		p.Near = p.Near || x.Within()
		p.Pairs = append(p.Pairs, row)
	}
}

// verdictOf returns the key of the words on a difference of which the first score is the higher one.
func verdictOf(a report.Apart) string {
	switch {
	case a.Unsure:
		return "beside.unsure"
	case a.Within():
		return "beside.within"
	case a.Points == 0:
		return "beside.same"
	case a.Ranged:
		return "beside.apart"
	}
	return "beside.exact"
}

func (p *besidePage) draw(b *board, places []int) {
	var rows []chart.Whisker
	for k, i := range places {
		r := &b.Outcome.Results[i]
		row := chart.Whisker{Label: p.l.In(p.Agencies[k].Name), Words: or(p.Agencies[k].Score, "–"), Known: r.Total.Known, Value: r.Total.Points}
		if c := r.Total.Interval; c != nil && row.Known {
			row.Ranged, row.Low, row.High = true, c.Low, c.High
		}
		p.Drawn = p.Drawn || row.Known
		rows = append(rows, row)
	}
	if !p.Drawn {
		return
	}
	g := summaryOf(b, groupCode(b.Outcome.Results[places[0]].Group))
	words := chart.DotWords{ID: "bieu-do", Title: p.l.T("ranking.chart.title"), Number: p.l.Number}
	var mean *float64
	if g.Mean.Known {
		mean = &g.Mean.Points
		words.Mean = p.l.T("ranking.chart.mean", figuresOf(p.l, p.Framework).points(g.Mean))
	}
	words.Desc = chartWords(p.l, rows, words.Mean)
	p.Wide = chart.NewDots(rows, mean, 0, p.Framework.MaxPoints, false, words)
	p.Narrow = chart.NewDots(rows, mean, 0, p.Framework.MaxPoints, true, words)
}

// tree sets the nodes side by side: parts, and below each of them what it is made of.
func (p *besidePage) tree(b *board, places []int) {
	nodes, shown := b.Plan.Nodes(), columns(b.Plan)
	p.Parts.Agencies = p.Agencies
	for _, i := range shown {
		part := p.row(b, places, i, 0)
		p.Parts.Rows = append(p.Parts.Rows, part)
		end := nodes[i].End
		if end == i+1 || slices.ContainsFunc(shown, func(k int) bool { return i < k && k < end }) {
			continue
		}
		items := besideItems{part, besideGrid{Agencies: p.Agencies}}
		for k := i + 1; k < end; k++ {
			items.Grid.Rows = append(items.Grid.Rows, p.row(b, places, k, nodes[i].Depth+1))
		}
		p.Items = append(p.Items, items)
	}
}

func (p *besidePage) row(b *board, places []int, node, from int) besideRow {
	n := b.Plan.Nodes()[node]
	w := figuresOf(p.l, p.Framework)
	row := besideRow{Code: n.Code, Title: n.Title, Depth: n.Depth - from, Most: p.l.Short(n.MaxPoints, 2)}
	for _, i := range places {
		s := b.Outcome.Results[i].Nodes[node]
		onScale := s.Points
		if s.Max > 0 { // where a part does not apply, the others are on the full scale
			onScale *= n.MaxPoints / s.Max
		}
		row.Cells = append(row.Cells, besideCell{Score: w.points(s), Interval: w.interval(s), Note: report.Why(s.Gap), Bar: chart.NewBar(s.Known, onScale, n.MaxPoints, false, 0, 0)})
	}
	return row
}
