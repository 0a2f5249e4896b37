package survey

import (
	"errors"
	"strings"
	"time"

	"thuocdo/scoring/phrase"
)

// ErrTextsKept reports a wave whose free texts are not to be erased, or not yet.
var ErrTextsKept = errors.New("texts are not due to be erased")

// maxRetention is the most months that a plan can say.
const maxRetention = 240

// Months returns how many months after the wave closes its free texts are erased; 0 = they stay.
func (p *Plan) Months() int {
	if p.Retention == nil {
		return 0
	}
	return *p.Retention
}

// TextsUntil returns the moment from which on the free texts of the wave are erased: so many months after it closes in the
// calendar of Viet Nam, at the same hour; a day that the month does not have is its last. ok is false where texts stay.
func (w *Wave) TextsUntil() (until time.Time, ok bool) {
	months := w.Months()
	if months == 0 {
		return until, false
	}
	at := w.Closes.In(Vietnam)
	month := time.Date(at.Year(), at.Month()+time.Month(months), 1, at.Hour(), at.Minute(), at.Second(), at.Nanosecond(), Vietnam)
	return month.AddDate(0, 0, min(at.Day(), month.AddDate(0, 1, -1).Day())-1), true
}

// TextsDue reports whether the free texts of the wave are to be gone by now.
func (w *Wave) TextsDue(now time.Time) bool {
	until, ok := w.TextsUntil()
	return ok && !now.Before(until)
}

// Retained says how long the free texts of a wave are kept, and how far erasing them is.
type Retained struct {
	Wave      string
	Months    int       // 0 = they stay
	Due       time.Time // from when on they are erased
	Day       Day       // on which texts were erased last; 0 = none were yet
	Responses int64     // whose texts were looked at
	Texts     int64     // erased
	Left      int64     // responses whose texts were not looked at
	Waiting   int64     // paper forms typed in and not counted yet: their texts stay until they are
}

// Texts returns the questions that ask for a free text.
func (f *Form) Texts() (list []int) {
	for i := range f.items {
		if f.items[i].Type == FreeText {
			list = append(list, i)
		}
	}
	return list
}

func (p *Plan) checkRetention(m *phrase.Mistakes, f *Form) {
	if n := p.Months(); n < 0 || n > maxRetention {
		m.Add("$.retention", "cần số tháng từ 0 đến %d", "months from 0 to %d are expected", maxRetention)
	} else if read := f.wordsRead(); n > 0 && len(read) > 0 {
		m.Add("$.retention", "không thể xóa: quy tắc hoặc giá trị tính toán của phiếu đọc lời người trả lời viết ở câu %s",
			"texts cannot be erased: a rule or a computed value of the questionnaire reads what people write in answer to %s", strings.Join(read, ", "))
	}
}

// wordsRead are the questions for free texts whose words a skip rule or a computed value looks at: what these give would change
// when the words are erased. Whether there is an answer stays true.
func (f *Form) wordsRead() (codes []string) {
	read := map[int]bool{}
	for i := range f.items {
		f.items[i].rule.reads(f, read)
		f.items[i].calculation.reads(f, read)
	}
	for _, p := range f.pages {
		p.rule.reads(f, read)
	}
	for _, i := range f.Texts() {
		if read[i] {
			codes = append(codes, f.items[i].Code)
		}
	}
	return codes
}

// reads notes the questions for free texts whose words the node looks at.
func (n *node) reads(f *Form, read map[int]bool) {
	switch {
	case n == nil, n.asksForAny():
	case n.op == opRef && f.items[n.question].Type == FreeText:
		read[n.question] = true
	default:
		for _, a := range n.args {
			a.reads(f, read)
		}
	}
}

// asksForAny reports whether the node compares an answer with no answer.
func (n *node) asksForAny() bool {
	if n.op != opEqual && n.op != opUnequal {
		return false
	}
	blank := func(x *node) bool { return x.op == opText && x.text == "" }
	a, b := n.args[0], n.args[1]
	return a.op == opRef && blank(b) || b.op == opRef && blank(a)
}
