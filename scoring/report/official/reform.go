package official

import (
	"slices"
	"strings"
	"time"

	"thuocdo/scoring/phrase"
	"thuocdo/scoring/reform"
	"thuocdo/scoring/remedy"
	"thuocdo/scoring/report"
	"thuocdo/scoring/report/document"
)

// Reform is what a reform report is about: the texts that officials wrote, around the newest results up to the period and the tasks of
// remedial plans.
type Reform struct {
	reform.Report
	Name, Above phrase.Text // Above is the agency above; nil = none
	Indexes     []Index
	Tasks       []remedy.Task
	Today       string // 2006-01-02
	Lang        string
	Produced    time.Time
}

// Document writes the report: direction, results with indexes, remedial plan, shortcomings, next steps, proposals.
func (r *Reform) Document() *document.Document {
	p := &parts{writer: writer{lang: r.Lang, decimals: 2}}
	p.text(r, reform.Lead)
	p.text(r, reform.Done)
	if len(r.Indexes) > 0 {
		p.section(p.say("Các chỉ số", "Indexes"))
		p.indexes(r.Indexes)
	}
	for i := range r.Indexes {
		x := &r.Indexes[i]
		p.decimals = x.Plan.Framework().Decimals()
		p.section(x.Plan.Framework().Title.In(r.Lang) + ", " + Period(x.Period, r.Lang))
		if x.Provisional {
			p.add(document.Note(p.say("Số liệu tạm thời: đợt khảo sát còn mở.", "Provisional figures: the survey is open.")))
		}
		if x.Result.Total.Known {
			p.areas(x)
		} else {
			p.add(document.Say(p.say("Chưa có tổng điểm: %s.", "There is no total: %s.", report.Note(x.Result).In(r.Lang))))
		}
	}
	p.part(p.say("Kế hoạch khắc phục", "Remedial plan"))
	p.tasks(r)
	p.text(r, reform.Limits)
	p.text(r, reform.Next)
	p.text(r, reform.Proposals)
	d := &document.Document{Name: "bao-cao-cchc-" + r.Agency + "-" + r.Period, Lang: r.Lang, Blocks: p.blocks, Produced: r.Produced,
		Head: document.Head{Agency: r.Name.In(r.Lang), Symbol: symbol(r.Lang), Place: r.Texts[reform.Place], Kind: p.say("Báo cáo", "Report"),
			Subject: p.say("Công tác cải cách hành chính %s", "Public administration reform in %s", Period(r.Period, r.Lang))},
		Signs: []document.Signature{{Authority: []string{p.say("Người đứng đầu cơ quan", "Head of the agency")}, Name: r.Texts[reform.Signer]}}, Recipients: filed(r.Lang)}
	if text := r.Texts[reform.Authority]; text != "" {
		d.Signs[0].Authority = strings.Split(text, "\n")
	}
	if r.Above != nil {
		d.Head.Above = r.Above.In(r.Lang)
	}
	return d
}

// text writes a part with what officials wrote: a paragraph per line. An empty one has dots to fill in.
func (p *parts) text(r *Reform, s reform.Section) {
	p.part(s.Title().In(p.lang))
	text := strings.TrimSpace(r.Texts[s])
	if text == "" {
		text = document.Dots + document.Dots
	}
	for line := range strings.SplitSeq(text, "\n") {
		if line = strings.TrimSpace(line); line != "" {
			p.add(document.Say(line))
		}
	}
}

func (p *parts) indexes(list []Index) {
	t := document.Table{Columns: []document.Column{column(p.say("Chỉ số", "Index"), 3, document.Left), column(p.say("Kỳ", "Period"), 1.6, document.Left), column(p.say("Điểm", "Points"), 1, document.Right),
		column(p.say("Hạng", "Rank"), 1, document.Center), column(p.say("Trung bình nhóm", "Group mean"), 1.2, document.Right), column(p.say("So với kỳ trước", "Change"), 1.2, document.Right)}}
	for i := range list {
		x := &list[i]
		w := writer{p.lang, x.Plan.Framework().Decimals()}
		rank, mean, change := none, none, none
		if x.Result.Rank > 0 {
			rank = w.whole(x.Result.Rank) + "/" + w.whole(x.Result.Of)
		}
		if g := x.Group(); g != nil {
			mean = w.points(g.Mean)
		}
		if b := x.Before; b != nil && b.Result.Total.Known && x.Result.Total.Known {
			change = w.change(x.Result.Total.Points - b.Result.Total.Points)
		}
		t.Rows = append(t.Rows, document.Cells(x.Plan.Framework().Title.In(p.lang), Period(x.Period, p.lang), w.points(x.Result.Total), rank, mean, change))
	}
	p.add(t)
}

func (p *parts) tasks(r *Reform) {
	tasks := slices.DeleteFunc(slices.Clone(r.Tasks), func(t remedy.Task) bool { return t.Status == remedy.Dropped })
	if len(tasks) == 0 {
		p.add(document.Say(p.say("Chưa có việc nào trong kế hoạch khắc phục.", "There are no tasks in remedial plans.")))
		return
	}
	s := remedy.Sum(tasks, r.Today)
	p.add(document.Say(p.say("Kế hoạch có %s việc: %s việc đã xong, %s việc chưa xong, trong đó %s việc quá hạn.", "There are %s tasks: %s are done, %s are not, of which %s are overdue.",
		p.whole(s.Tasks), p.whole(s.Done), p.whole(s.Open), p.whole(s.Overdue))))
	t := document.Table{Columns: []document.Column{column(p.say("TT", "No."), 0.6, document.Center), column(p.say("Nội dung việc", "What is done"), 4, document.Left), column(p.say("Phụ trách", "Owner"), 1.8, document.Left),
		column(p.say("Hạn", "Due"), 1.4, document.Center), column(p.say("Trạng thái", "Status"), 1.4, document.Left), column(p.say("Điểm dự kiến", "Points expected"), 1, document.Right)}}
	for i := range tasks {
		x := &tasks[i]
		due, status := none, x.Status.Words().In(p.lang)
		if day, err := time.Parse(time.DateOnly, x.Due); err == nil {
			due = day.Format("02/01/2006")
		}
		if x.Overdue(r.Today) {
			status += p.say(", quá hạn", ", overdue")
		}
		t.Rows = append(t.Rows, document.Cells(p.whole(i+1), x.Title, x.Owner, due, status, Number(x.Expected, 2, p.lang)))
	}
	p.add(t)
}
