package official

import (
	"cmp"
	"slices"
	"time"

	"thuocdo/scoring"
	"thuocdo/scoring/report"
	"thuocdo/scoring/report/document"
	"thuocdo/scoring/standing"
)

// National is what a report on a whole index is about.
type National struct {
	*standing.Standing
	Spans []report.RankSpan // of every result
	// Before is the index of the period before; nil where the two do not compare.
	Before   *standing.Standing
	Broken   map[string]bool // agencies that were reorganised in between
	Release  string          // code of the sealed release that the figures are of; "" = none
	Live     bool
	Lang     string
	Produced time.Time
}

// Bounds of what is drawn and listed of a ranking group. The files of the ranking have all.
const (
	mostDrawn  = 70
	mostListed = 300
)

// Document writes the report on an index: every group with its ranking and intervals, the areas, the bands, the period
// before, method and sources.
func (n *National) Document() *document.Document {
	f := n.Plan.Framework()
	p := &parts{writer: writer{lang: n.Lang, decimals: f.Decimals()}}
	p.part(p.say("Kết quả chung", "Summary"))
	p.overview(n)
	p.part(p.say("Xếp hạng", "Ranking"))
	for _, g := range n.Outcome.Groups {
		p.ranking(n, g)
	}
	p.part(p.say("Kết quả theo lĩnh vực", "Areas"))
	for _, g := range n.Outcome.Groups {
		p.groupAreas(n, g)
	}
	p.part(p.say("Phương pháp và nguồn số liệu", "Method and sources"))
	facts := report.Facts(n.Standing, n.Lang, time.Time{})
	if n.Before != nil {
		facts = append(facts, p.judged())
	}
	if n.Release != "" {
		facts = append(facts, report.Fact{Key: "release", Title: p.say("Bản công bố", "Release"), Text: n.Release})
	}
	p.method(facts)
	return &document.Document{Name: "bao-cao-" + f.Code + "-" + n.Period, Lang: n.Lang, Blocks: p.blocks, Produced: n.Produced,
		Head:       document.Head{Symbol: symbol(n.Lang), Kind: p.say("Báo cáo", "Report"), Subject: p.say("Kết quả %s %s", "%s %s: results", f.Title.In(n.Lang), Period(n.Period, n.Lang))},
		Signs:      []document.Signature{{Authority: []string{document.Dots}}},
		Recipients: filed(n.Lang)}
}

// of returns the results of a group, best first; those without a rank come last, in the order of their codes.
func (n *National) of(group string) (places []int) {
	for i := range n.Outcome.Results {
		if n.Outcome.Results[i].Group == group {
			places = append(places, i)
		}
	}
	key := func(i int) int {
		if r := n.Outcome.Results[i].Rank; r > 0 {
			return r
		}
		return len(n.Outcome.Results) + 1
	}
	slices.SortStableFunc(places, func(a, b int) int { return cmp.Compare(key(a), key(b)) })
	return places
}

// former returns the total and rank of the period before; ok is false where there is nothing to compare.
func (n *National) former(unit string) (total scoring.Score, rank int, ok bool) {
	if n.Before == nil || n.Broken[unit] {
		return total, 0, false
	}
	i := slices.IndexFunc(n.Before.Outcome.Results, func(r scoring.Result) bool { return r.Unit == unit })
	if i < 0 || !n.Before.Outcome.Results[i].Total.Known {
		return total, 0, false
	}
	r := &n.Before.Outcome.Results[i]
	return r.Total, r.Rank, true
}

func (p *parts) groupTitle(n *National, g scoring.GroupSummary) string {
	for _, x := range n.Plan.Framework().Groups {
		if x.Code == g.Group {
			return x.Title.In(p.lang)
		}
	}
	return p.say("Tất cả cơ quan", "All agencies")
}

func (p *parts) overview(n *National) {
	if n.Provisional {
		p.add(document.Note(report.StepWords.In(p.lang)))
	}
	if n.Live {
		p.add(document.Note(p.say("Số liệu nội bộ, chưa công bố.", "Internal figures, not published.")))
	}
	t := document.Table{Columns: []document.Column{column(p.say("Nhóm", "Group"), 3, document.Left), column(p.say("Số cơ quan", "Agencies"), 1, document.Right), column(p.say("Có điểm", "With a total"), 1, document.Right),
		column(p.say("Trung bình", "Mean"), 1, document.Right), column(p.say("Cao nhất", "Best"), 1, document.Right), column(p.say("Thấp nhất", "Lowest"), 1, document.Right), column(p.say("Trung bình kỳ trước", "Mean before"), 1.2, document.Right)}}
	scored := 0
	for _, g := range n.Outcome.Groups {
		known, low := 0, scoring.Score{}
		for _, i := range n.of(g.Group) {
			if s := n.Outcome.Results[i].Total; s.Known {
				if known++; !low.Known || s.Points < low.Points {
					low = s
				}
			}
		}
		scored += known
		t.Rows = append(t.Rows, document.Cells(p.groupTitle(n, g), p.whole(g.Units), p.whole(known), p.points(g.Mean), p.points(g.Best), p.points(low), p.meanBefore(n, g.Group)))
	}
	p.add(document.Say(p.computed(n, scored)), t)
	if n.Before == nil {
		p.add(document.Note(p.say("Không có kỳ trước so sánh được: chưa có, hoặc tính theo bộ chỉ số khác.", "There is no earlier period to compare with: none, or one by another framework.")))
	}
}

// computed says for how many agencies there is a total.
func (p *parts) computed(n *National, scored int) string {
	title, all := n.Plan.Framework().Title.In(p.lang)+" "+Period(n.Period, p.lang), len(n.Outcome.Results)
	if scored == all {
		return p.say("%s được tính cho %s cơ quan.", "%s was computed for %s agencies.", title, p.whole(all))
	}
	return p.say("%s có điểm của %s trong %s cơ quan.", "%s has totals of %s of %s agencies.", title, p.whole(scored), p.whole(all))
}

func (p *parts) meanBefore(n *National, group string) string {
	if n.Before != nil {
		for _, g := range n.Before.Outcome.Groups {
			if g.Group == group {
				return p.points(g.Mean)
			}
		}
	}
	return none
}

func (p *parts) ranking(n *National, g scoring.GroupSummary) {
	places := n.of(g.Group)
	p.section(p.groupTitle(n, g))
	if len(places) <= mostDrawn {
		p.ranges(n, places)
	}
	f := n.Plan.Framework()
	t := document.Table{Columns: []document.Column{column(p.say("Hạng", "Rank"), 1, document.Center), column(p.say("Cơ quan", "Agency"), 4, document.Left), column(p.say("Điểm", "Points"), 1.3, document.Right),
		column(p.say("Khoảng tin cậy 95 %%", "95 %% interval"), 2, document.Center), column(p.say("Khoảng hạng", "Rank interval"), 1.3, document.Center)}}
	if len(f.Bands) > 0 {
		t.Columns = append(t.Columns, column(p.say("Xếp loại", "Band"), 1.6, document.Left))
	}
	if n.Before != nil {
		t.Columns = append(t.Columns, column(p.say("Thay đổi điểm", "Change"), 1.3, document.Right), column(p.say("Hạng kỳ trước", "Rank before"), 1.2, document.Center))
	}
	compared, near := 0, false
	for _, i := range places {
		if _, _, ok := n.former(n.Outcome.Results[i].Unit); ok && n.Outcome.Results[i].Total.Known {
			compared++
		}
	}
	for _, i := range places[:min(len(places), mostListed)] {
		r := &n.Outcome.Results[i]
		row := document.Cells(p.place(r.Rank), n.Units[r.Unit].Name.In(p.lang), p.points(r.Total), p.interval(r.Total), p.places(n.Spans[i]))
		if len(f.Bands) > 0 {
			row = append(row, document.Cell{Text: report.BandTitle(f, r.Band).In(p.lang)})
		}
		if n.Before != nil {
			change, rank := none, none
			if total, before, ok := n.former(r.Unit); ok && r.Total.Known {
				a := report.Between(r.Total, total, compared)
				change, rank = p.change(a.Points), p.place(before)
				if a.Within() || a.Unsure {
					change, near = "≈ "+change, true
				}
			}
			row = append(row, document.Cell{Text: change}, document.Cell{Text: rank})
		}
		t.Rows = append(t.Rows, row)
	}
	p.add(t)
	if near {
		p.add(document.Note(p.say("≈: thay đổi trong phạm vi sai số, hoặc chưa tính được sai số; chưa đủ căn cứ nói là tăng hay giảm.",
			"≈: a change within error, or one whose error is not known; nothing says whether it rose or fell.")))
	}
	if rest := len(places) - mostListed; rest > 0 {
		p.add(document.Note(p.say("Còn %s cơ quan; danh sách đầy đủ có trong tệp xếp hạng.", "%s more agencies are in the file of the ranking.", p.whole(rest))))
	}
}

func (p *parts) ranges(n *National, places []int) {
	var rows []document.Range
	var values []float64
	ranged := false
	for _, i := range places {
		r := &n.Outcome.Results[i]
		x := document.Range{Label: n.Units[r.Unit].Name.In(p.lang), Words: p.points(r.Total), Known: r.Total.Known, Value: r.Total.Points}
		if x.Known {
			values = append(values, x.Value)
		}
		if c := r.Total.Interval; x.Known && c != nil {
			x.Ranged, x.Low, x.High, ranged = true, c.Low, c.High, true
			values = append(values, c.Low, c.High)
		}
		rows = append(rows, x)
	}
	if len(values) == 0 {
		return
	}
	low, high, ticks := span(values, 0, n.Plan.Framework().MaxPoints)
	// Figures of about equal height, of which a page takes one below a title.
	const most = 24
	figures := (len(rows) + most - 1) / most
	each := (len(rows) + figures - 1) / figures
	for from := 0; from < len(rows); from += each {
		f := document.Ranges(rows[from:min(from+each, len(rows))], low, high, ticks, func(v float64) string { return p.short(v) })
		f.Caption = p.say("Tổng điểm", "Totals")
		if ranged {
			f.Caption = p.say("Tổng điểm và khoảng tin cậy 95 %%; khoảng chồng lên nhau nghĩa là có thể không thực sự khác nhau", "Totals with 95 %% intervals; where intervals overlap, agencies may not differ")
		}
		f.Alt = f.Caption + ". " + p.say("Các số có trong bảng bên dưới.", "The figures are in the table below.")
		p.add(f)
	}
}

// groupAreas shows what a group reaches area by area, and who does best.
func (p *parts) groupAreas(n *National, g scoring.GroupSummary) {
	nodes := n.Plan.Nodes()
	var bars []document.Bar
	t := document.Table{Columns: []document.Column{column(p.say("Mã", "Code"), 1, document.Left), column(p.say("Lĩnh vực", "Area"), 4.5, document.Left), column(p.say("Tối đa", "Most"), 1, document.Right),
		column(p.say("Trung bình", "Mean"), 1.1, document.Right), column(p.say("Đạt (%%)", "Share (%%)"), 1.1, document.Right), column(p.say("Cao nhất", "Best"), 1, document.Right), column(p.say("Cơ quan cao nhất", "Best agency"), 2.5, document.Left)}}
	chart := tops(n.Plan)
	for i, node := range nodes {
		if node.Depth > 1 || node.Depth == 1 && node.Leaf >= 0 && !slices.Contains(chart, i) {
			continue
		}
		s := g.Nodes[i]
		row := []document.Cell{{Text: node.Code}, {Text: node.Title.In(p.lang), Depth: node.Depth, Bold: node.Depth == 0}, {Text: p.short(node.MaxPoints)}, {Text: none}, {Text: none}, {Text: none}, {Text: ""}}
		b := document.Bar{Label: node.Title.In(p.lang), Words: none}
		if s.Known > 0 && node.MaxPoints > 0 {
			share := 100 * s.Mean / node.MaxPoints
			row[3].Text, row[4].Text, row[5].Text, row[6].Text = p.number(s.Mean), Number(share, 1, p.lang), p.number(s.Best), p.best(n, g, i)
			b.Known, b.Value, b.Words = true, share, Number(share, 1, p.lang)+" %"
		}
		if t.Rows = append(t.Rows, row); slices.Contains(chart, i) {
			bars = append(bars, b)
		}
	}
	p.section(p.groupTitle(n, g))
	f := document.Bars(bars, 100, "")
	f.Caption = p.say("Trung bình của nhóm so với điểm tối đa", "Mean of the group as a share of the maximum")
	f.Alt = f.Caption + ". " + p.say("Các số có trong bảng bên dưới.", "The figures are in the table below.")
	p.add(f, t)
}

// best names who has the most points of a node; where several have, how many.
func (p *parts) best(n *National, g scoring.GroupSummary, node int) string {
	name, count := "", 0
	most := 0.0
	for _, i := range n.of(g.Group) {
		r := &n.Outcome.Results[i]
		s := r.Nodes[node]
		if !r.Total.Known || !s.Known || s.Max == 0 {
			continue
		}
		points := s.Points / s.Max
		switch {
		case count == 0 || points > most+1e-9:
			name, count, most = n.Units[r.Unit].Name.In(p.lang), 1, points
		case points > most-1e-9:
			count++
		}
	}
	if count > 1 {
		return p.say("%s cơ quan", "%s agencies", p.whole(count))
	}
	return name
}
