package remedy

import (
	"strings"
	"time"

	"thuocdo/scoring/phrase"
	"thuocdo/scoring/report"
)

var statusWords = map[Status]phrase.Text{
	Planned: phrase.VI("chưa bắt đầu", "not begun"),
	Doing:   phrase.VI("đang làm", "under way"),
	Done:    phrase.VI("đã xong", "done"),
	Dropped: phrase.VI("không làm nữa", "dropped"),
}

// Words says a status.
func (s Status) Words() phrase.Text { return statusWords[s] }

// String writes a document on one line: number, day, issuer.
func (d Document) String() string {
	text := d.Number
	if day, err := time.Parse(time.DateOnly, d.Day); err == nil {
		text += ", " + day.Format("02/01/2006")
	}
	if d.Issuer != "" {
		text += ", " + d.Issuer
	}
	return text
}

// Table describes plans as a table: a row per task. title gives the title of a leaf, or nil; outcomes may be nil.
func Table(name, heading, lang string, tasks []Task, today string, decimals int, title func(leaf string) phrase.Text, outcomes map[string]Outcome, produced time.Time) *report.Table {
	text := func(key, v, e string) report.Column {
		return report.Column{Key: key, Title: phrase.VI(v, e).In(lang)}
	}
	number := func(key, v, e string) report.Column {
		return report.Column{Key: key, Title: phrase.VI(v, e).In(lang), Type: report.Decimal, Decimals: decimals}
	}
	t := &report.Table{Name: name, Title: heading, Lang: lang, Produced: produced, Columns: []report.Column{
		text("framework", "Bộ chỉ số", "Framework"), text("period", "Kỳ", "Period"), text("agency", "Mã cơ quan", "Agency code"),
		{Key: "task", Title: phrase.VI("Việc số", "Task").In(lang), Type: report.Integer}, text("leaf", "Mã tiêu chí", "Item code"), text("item", "Tiêu chí", "Item"),
		text("title", "Nội dung việc", "What is done"), text("owner", "Phụ trách", "Owner"), {Key: "due", Title: phrase.VI("Hạn", "Due").In(lang), Type: report.Date},
		text("status", "Trạng thái", "Status"), text("overdue", "Quá hạn", "Overdue"), number("expected", "Điểm dự kiến", "Points expected"),
		number("actual", "Điểm thực tế kỳ sau", "Points won in the next period"), text("documents", "Văn bản", "Documents"), text("note", "Ghi chú", "Note"), text("public", "Công khai", "Public"),
	}}
	var rows [][]report.Value
	for i := range tasks {
		x := &tasks[i]
		var docs []string
		for _, d := range x.Documents {
			docs = append(docs, d.String())
		}
		row := []report.Value{report.Str(x.Framework), report.Str(x.Period), report.Str(x.Agency), report.Num(float64(x.ID)), report.Str(x.Leaf), report.Str(title(x.Leaf).In(lang)),
			report.Str(x.Title), report.Str(x.Owner), report.Str(x.Due), report.Str(x.Status.Words().In(lang)), mark(x.Overdue(today)), report.Num(x.Expected), {},
			report.Str(strings.Join(docs, "; ")), report.Str(x.Note), mark(x.Public)}
		if o, ok := outcomes[x.Leaf]; ok && o.Known {
			row[12] = report.Num(o.Actual)
		}
		rows = append(rows, row)
	}
	t.Rows = report.Rows(rows)
	return t
}

func mark(yes bool) report.Value {
	if yes {
		return report.Str("x")
	}
	return report.Value{}
}
