package official

import (
	"slices"
	"strings"
	"time"

	"thuocdo/scoring"
	"thuocdo/scoring/phrase"
	"thuocdo/scoring/report"
	"thuocdo/scoring/report/document"
)

// Past is the total of an agency in one period.
type Past struct {
	Period   string
	Total    scoring.Score
	Rank, Of int
	Note     phrase.Text
	Break    string // why it is not compared with the period before
}

// Index is one index of an agency, as a report shows it.
type Index struct {
	report.Profile
	Span   report.RankSpan
	Course []Past            // oldest first
	Before *report.Profile   // of the period before, where the two compare
	Losses []report.LossList // none, or the one of this period
}

// Agency is what a score report is about.
type Agency struct {
	Code        string
	Name, Above phrase.Text // Above is the agency above; nil = none
	Indexes     []Index
	Live        bool // for those who may read unpublished figures
	Lang        string
	Produced    time.Time
}

// Document writes the score report of an agency: score and place, areas and items beside the group and the period before,
// the course over the periods, where points are lost, method and sources.
func (a *Agency) Document() *document.Document {
	p := &parts{writer: writer{lang: a.Lang}}
	for i := range a.Indexes {
		p.index(&a.Indexes[i], a)
	}
	p.part(p.say("Phương pháp và nguồn số liệu", "Method and sources"))
	for i := range a.Indexes {
		x := &a.Indexes[i]
		if len(a.Indexes) > 1 {
			p.section(x.Plan.Framework().Title.In(a.Lang))
		}
		p.method(append(report.Facts(x.Standing, a.Lang, time.Time{}), p.judged()))
	}
	d := &document.Document{Name: "bao-cao-diem-" + a.Code + a.periods(), Lang: a.Lang, Blocks: p.blocks, Produced: a.Produced,
		Head:       document.Head{Agency: a.Name.In(a.Lang), Symbol: symbol(a.Lang), Kind: p.say("Báo cáo", "Report"), Subject: p.subject(a)},
		Signs:      []document.Signature{{Authority: []string{p.say("Người đứng đầu cơ quan", "Head of the agency")}}},
		Recipients: filed(a.Lang)}
	if a.Above != nil {
		d.Head.Above = a.Above.In(a.Lang)
	}
	return d
}

// periods are those of the indexes, for the name of the file: "-2025", or "-2025_2026" where they differ.
func (a *Agency) periods() string {
	var list []string
	for i := range a.Indexes {
		list = append(list, a.Indexes[i].Period)
	}
	slices.Sort(list)
	if list = slices.Compact(list); len(list) == 0 {
		return ""
	}
	return "-" + strings.Join(list, "_")
}

// symbol begins the symbol of a report; who writes it adds the agency's letters.
func symbol(lang string) string { return vi("BC-……", "BC-……").In(lang) }

// filed is the one recipient that every document has; who sends it names the others.
func filed(lang string) []string {
	return []string{document.Dots, vi("Lưu: VT, "+document.Dots, "Filed: clerk's office, "+document.Dots).In(lang)}
}

func (p *parts) subject(a *Agency) string {
	if len(a.Indexes) == 1 {
		x := &a.Indexes[0]
		return p.say("Kết quả %s %s của %s", "%s %s: results of %s", x.Plan.Framework().Title.In(p.lang), Period(x.Period, p.lang), a.Name.In(p.lang))
	}
	return p.say("Kết quả các chỉ số của %s", "Results of the indexes of %s", a.Name.In(p.lang))
}

func (p *parts) index(x *Index, a *Agency) {
	f := x.Plan.Framework()
	p.decimals = f.Decimals()
	p.part(f.Title.In(p.lang) + ", " + Period(x.Period, p.lang))
	p.section(p.say("Kết quả chung", "Summary"))
	p.total(x, a)
	p.section(p.say("Kết quả theo lĩnh vực và tiêu chí", "Areas and items"))
	p.areas(x)
	p.nodes(x)
	if len(x.Course) > 1 {
		p.section(p.say("Diễn biến qua các kỳ", "Over the periods"))
		p.course(x)
	}
	for i := range x.Losses {
		p.section(p.say("Điểm mất", "Points lost"))
		p.losses(&x.Losses[i])
	}
}

// total says in words what the agency has reached.
func (p *parts) total(x *Index, a *Agency) {
	f, r := x.Plan.Framework(), x.Result
	if x.Provisional {
		p.add(document.Note(report.StepWords.In(p.lang)))
	}
	if a.Live {
		p.add(document.Note(p.say("Số liệu nội bộ, chưa công bố.", "Internal figures, not published.")))
	}
	if !r.Total.Known {
		p.add(document.Say(p.say("Chưa có tổng điểm: %s.", "There is no total: %s.", report.Note(r).In(p.lang))))
		return
	}
	runs := []document.Run{{Text: p.say("%s đạt ", "%s reached ", a.Name.In(p.lang))}, {Text: p.say("%s/%s điểm", "%s of %s points", p.number(r.Total.Points), p.short(r.Total.Max)), Bold: true}}
	say := func(bold bool, text string) { runs = append(runs, document.Run{Text: text, Bold: bold}) }
	if r.Total.Interval != nil {
		say(false, p.say(" (khoảng tin cậy 95 %%: %s)", " (95 %% interval: %s)", p.interval(r.Total)))
	}
	if r.Rank > 0 {
		say(false, p.say(", xếp ", ", "))
		say(true, p.say("hạng %s trên %s", "rank %s of %s", p.whole(r.Rank), p.whole(r.Of)))
		if x.Span.Worst > x.Span.Best {
			say(false, p.say(" (có thể từ hạng %s đến hạng %s)", " (anywhere from %s to %s)", p.whole(x.Span.Best), p.whole(x.Span.Worst)))
		}
	}
	if title := report.BandTitle(f, r.Band); title != nil {
		say(false, p.say(", xếp loại ", ", band "))
		say(true, title.In(p.lang))
	}
	say(false, ".")
	p.add(document.Paragraph{Runs: runs})
	p.beside(x)
	if note := report.Note(r).In(p.lang); note != "" {
		p.add(document.Note(p.say("Lưu ý: %s.", "Note: %s.", note)))
	}
}

// beside compares the total with the group and with the period before.
func (p *parts) beside(x *Index) {
	r := x.Result
	if g := x.Group(); g != nil && g.Mean.Known {
		a := x.FromMean()
		p.add(document.Say(p.say("Trung bình của nhóm là %s điểm, cao nhất là %s điểm; chênh lệch so với trung bình: %s điểm%s, %s.",
			"The mean of the group is %s points, the best %s; difference from the mean: %s points%s, %s.", p.number(g.Mean.Points), p.number(g.Best.Points),
			p.change(a.Points), p.reach(a), a.MeanWords().In(p.lang))))
	}
	if b := x.Before; b != nil && b.Result.Total.Known {
		a := report.Between(r.Total, b.Result.Total, report.AgencyPairs)
		p.add(document.Say(p.say("So với %s (%s điểm): %s điểm%s, %s.", "Against %s (%s points): %s points%s, %s.", Period(b.Period, p.lang), p.number(b.Result.Total.Points),
			p.change(a.Points), p.reach(a), a.ChangeWords().In(p.lang))))
	}
}

// reach writes the interval of a difference, where it has one.
func (p *parts) reach(a report.Apart) string {
	if !a.Ranged || a.Unsure {
		return ""
	}
	return p.say(" (khoảng tin cậy 95 %% của chênh lệch: %s đến %s)", " (95 %% interval of the difference: %s to %s)", p.change(a.Low), p.change(a.High))
}

// judged is the line of a method sheet on how differences are judged.
func (p *parts) judged() report.Fact {
	return report.Fact{Key: "difference", Title: p.say("Sai số của chênh lệch", "Error of differences"), Text: report.DifferenceWords.In(p.lang)}
}

// tops returns the nodes that a chart has bars for: the areas, or what is below where there is one area alone.
func tops(plan *scoring.Plan) (places []int) {
	for depth := 0; depth < 2 && len(places) < 2; depth++ {
		places = places[:0]
		for i, n := range plan.Nodes() {
			if n.Depth == depth {
				places = append(places, i)
			}
		}
	}
	return places
}

func (p *parts) areas(x *Index) {
	g, nodes := x.Group(), x.Plan.Nodes()
	var bars []document.Bar
	legend := ""
	for _, i := range tops(x.Plan) {
		s := x.Result.Nodes[i]
		b := document.Bar{Label: nodes[i].Title.In(p.lang), Known: s.Known && s.Max > 0, Value: s.Percent(), Words: p.percent(s) + " %"}
		if !b.Known {
			b.Words = none
		}
		if g != nil && g.Nodes[i].Known > 0 && nodes[i].MaxPoints > 0 {
			b.Marked, b.Mark = true, 100*g.Nodes[i].Mean/nodes[i].MaxPoints
			legend = p.say("trung bình của nhóm", "mean of the group")
		}
		bars = append(bars, b)
	}
	f := document.Bars(bars, 100, legend)
	f.Caption = p.say("Tỷ lệ điểm đạt được so với điểm tối đa theo lĩnh vực", "Points as a share of the maximum, by area")
	f.Alt = f.Caption + ". " + p.say("Các số có trong bảng bên dưới.", "The figures are in the table below.")
	p.add(f)
}

// nodes lists every node beside the group and the period before.
func (p *parts) nodes(x *Index) {
	g := x.Group()
	t := document.Table{Columns: []document.Column{column(p.say("Mã", "Code"), 1.5, document.Left), column(p.say("Nội dung", "Item"), 6, document.Left),
		column(p.say("Điểm", "Points"), 1.4, document.Right), column(p.say("Tối đa", "Most"), 1.3, document.Right), column(p.say("Đạt (%%)", "Share (%%)"), 1.3, document.Right)}}
	if g != nil {
		t.Columns = append(t.Columns, column(p.say("Trung bình nhóm", "Group mean"), 1.5, document.Right))
	}
	if x.Before != nil {
		t.Columns = append(t.Columns, column(p.say("Kỳ trước", "Before"), 1.4, document.Right))
	}
	for i, n := range x.Plan.Nodes() {
		s, bold := x.Result.Nodes[i], n.Leaf < 0
		most := n.MaxPoints
		if s.Known {
			most = s.Max
		}
		row := []document.Cell{{Text: n.Code}, {Text: n.Title.In(p.lang), Bold: bold, Depth: n.Depth}, {Text: p.points(s), Bold: bold}, {Text: p.short(most)}, {Text: p.percent(s)}}
		if g != nil {
			mean := none
			if g.Nodes[i].Known > 0 {
				mean = p.number(g.Nodes[i].Mean)
			}
			row = append(row, document.Cell{Text: mean})
		}
		if x.Before != nil {
			row = append(row, document.Cell{Text: p.points(x.Before.Result.Nodes[i])})
		}
		t.Rows = append(t.Rows, row)
	}
	p.add(t)
}

func (p *parts) course(x *Index) {
	var moments []document.Moment
	var values []float64
	t := document.Table{Columns: []document.Column{column(p.say("Kỳ", "Period"), 2, document.Left), column(p.say("Điểm", "Points"), 1, document.Right),
		column(p.say("Khoảng tin cậy 95 %%", "95 %% interval"), 1.6, document.Center), column(p.say("Hạng", "Rank"), 1, document.Center), column(p.say("Ghi chú", "Note"), 3, document.Left)}}
	for i := range x.Course {
		at := &x.Course[i]
		m := document.Moment{Period: at.Period, Known: at.Total.Known, Value: at.Total.Points, Words: p.points(at.Total), Broken: at.Break != ""}
		if m.Known {
			values = append(values, m.Value)
		}
		if c := at.Total.Interval; m.Known && c != nil {
			m.Ranged, m.Low, m.High = true, c.Low, c.High
			values = append(values, c.Low, c.High)
		}
		moments = append(moments, m)
		place := none
		if at.Rank > 0 {
			place = p.whole(at.Rank) + "/" + p.whole(at.Of)
		}
		note := at.Break
		if note == "" {
			note = at.Note.In(p.lang)
		}
		t.Rows = append(t.Rows, document.Cells(Period(at.Period, p.lang), p.points(at.Total), p.interval(at.Total), place, note))
	}
	low, high, ticks := span(values, 0, x.Plan.Framework().MaxPoints)
	f := document.Course(moments, low, high, ticks, func(v float64) string { return p.short(v) })
	f.Caption = p.say("Tổng điểm qua các kỳ; vạch đứng là khoảng tin cậy 95 %%", "Total over the periods; upright lines are 95 %% intervals")
	f.Alt = f.Caption + ". " + p.say("Các số có trong bảng bên dưới.", "The figures are in the table below.")
	p.add(f, t)
}

// mostLosses is how many leaves the table of losses has; the page of losses has all.
const mostLosses = 20

func (p *parts) losses(l *report.LossList) {
	p.add(document.Say(p.say("Mất %s điểm trên %s, trong đó %s điểm có thể giành lại và %s điểm không thể giành lại vì quy tắc hoặc vì không áp dụng.",
		"%s of %s points are lost: %s can be won back, %s cannot, because of the rules or because items do not apply.",
		p.number(l.Lost), p.short(l.Max), p.number(l.Recoverable), p.number(l.Structural))))
	t := document.Table{Caption: p.say("Những tiêu chí mất nhiều điểm nhất", "Items that lose most"), Columns: []document.Column{
		column(p.say("Mã", "Code"), 1.3, document.Left), column(p.say("Tiêu chí", "Item"), 5, document.Left), column(p.say("Mất", "Lost"), 1, document.Right),
		column(p.say("Giành lại được", "Can be won"), 1.3, document.Right), column(p.say("Bước tiếp theo", "Next step"), 3, document.Left)}}
	for _, x := range l.Items {
		if x.Lost <= 0 || len(t.Rows) == mostLosses {
			continue
		}
		t.Rows = append(t.Rows, document.Cells(x.Code, l.Title(x).In(p.lang), p.number(x.Lost), p.number(x.Recoverable), l.Needs(x).In(p.lang)))
	}
	if len(t.Rows) > 0 {
		p.add(t)
	}
}
