package report

import (
	"fmt"
	"time"

	"thuocdo/scoring"
	"thuocdo/scoring/disclosure"
	"thuocdo/scoring/phrase"
	"thuocdo/scoring/standing"
)

var heldWords = map[disclosure.Reason]phrase.Text{
	disclosure.Few:          vi("ít người: dưới số người ít nhất mà một con số phải có", "few people: fewer than a figure must have behind it"),
	disclosure.Complement:   vi("ẩn kèm: có con số này thì tính ngược ra được con số của ít người", "complement: with it, a figure of few people could be worked out"),
	disclosure.Differencing: vi("so sánh chéo: không có trong số liệu theo trọng số khác hay phiên bản khác của bộ chỉ số, và số liệu đầu vào không nằm trong tệp niêm phong", "differencing: left out of figures by other weights or versions of the framework, and its inputs are in no sealed file"),
	disclosure.Referred:     vi("lấy từ chỉ số khác, ở đó bị giữ lại", "taken from another index, where it is held back"),
	disclosure.Absent:       vi("không ai trả lời", "nobody answered"),
	disclosure.Owner:        vi("cơ quan không công bố kết quả", "the agency does not publish its result"),
	disclosure.Untold:       vi("không còn rõ: số liệu nay đã khác lúc niêm phong", "no longer known: the data are not those that were sealed"),
}

// HeldWords says in words why something is held back.
func HeldWords(r disclosure.Reason) phrase.Text { return heldWords[r] }

// HeldMark is what the public reads in the place of everything that is held back, whatever the reason but the owner's.
func HeldMark() phrase.Text { return Why(scoring.FewAnswers) }

// Held describes what is held back of an index: for publishers, never for the public.
func Held(s *standing.Standing, list []disclosure.Held, lang string, produced time.Time) *Table {
	f := s.Plan.Framework()
	text := func(key, v, e string) Column { return Column{Key: key, Title: vi(v, e).In(lang)} }
	t := &Table{Name: stem("giu-lai", f.Code, s.Plan.MethodCode(), s.Period), Lang: lang, Produced: produced,
		Title: vi("Phần giữ lại, không công bố", "What is held back").In(lang) + ": " + f.Title.In(lang) + " – " + s.Period,
		Columns: []Column{text("agency", "Mã cơ quan", "Agency code"), text("name", "Cơ quan", "Agency"), text("item", "Mã mục", "Item"),
			text("title", "Mục", "Title"), text("reason", "Lý do", "Reason"), text("why", "Giải thích", "Why")}}
	l := &lines{lang: lang}
	l.text("framework", vi("Bộ chỉ số", "Framework"), f.Code+" "+f.Version)
	l.text("method", vi("Cách tính", "Method version"), s.Plan.MethodCode())
	l.text("period", vi("Kỳ", "Period"), s.Period)
	l.text("least", vi("Số người ít nhất", "Fewest people"), fmt.Sprint(s.Least))
	for _, r := range disclosure.Reasons {
		if n := CountHeld(list, r); n > 0 {
			l.text("held_"+string(r), HeldWords(r), fmt.Sprint(n))
		}
	}
	l.add("public", vi("Công chúng đọc thấy", "The public reads"), HeldMark())
	if s.Provisional {
		l.add("steps", vi("Khảo sát đang mở", "The survey is open"), StepWords)
	}
	t.Facts = l.facts
	t.Rows = func(yield func([]Value, error) bool) {
		row := make([]Value, len(t.Columns))
		for _, h := range list {
			row[0], row[1], row[2], row[3] = Str(h.Agency), Str(s.Units[h.Agency].Name.In(lang)), Str(h.Node), Str(HeldTitle(s, h).In(lang))
			row[4], row[5] = Str(string(h.Reason)), Str(HeldWords(h.Reason).In(lang))
			if !yield(row, nil) {
				return
			}
		}
	}
	return t
}

// CountHeld counts what is held back for a reason.
func CountHeld(list []disclosure.Held, r disclosure.Reason) (n int) {
	for _, h := range list {
		if h.Reason == r {
			n++
		}
	}
	return n
}

// HeldTitle names what is held back: an item, or the total, or everything of an agency.
func HeldTitle(s *standing.Standing, h disclosure.Held) phrase.Text {
	if i, ok := s.Plan.Node(h.Node); ok && h.Node != "" {
		return s.Plan.Nodes()[i].Title
	}
	if h.Reason == disclosure.Differencing {
		return vi("mọi con số khác", "every other figure")
	}
	return vi("tổng điểm và xếp hạng", "total and rank")
}
