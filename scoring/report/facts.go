package report

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"thuocdo/scoring"
	"thuocdo/scoring/phrase"
	"thuocdo/scoring/standing"
)

// Facts says how an index came about: the lines of the method sheet (Phương pháp).
func Facts(s *standing.Standing, lang string, produced time.Time) []Fact {
	f := s.Plan.Framework()
	l := &lines{lang: lang}
	l.add("index", vi("Chỉ số", "Index"), f.Title)
	l.text("framework", vi("Bộ chỉ số", "Framework"), f.Code)
	l.text("version", vi("Phiên bản bộ chỉ số", "Framework version"), f.Version)
	l.text("legal_basis", vi("Căn cứ pháp lý", "Legal basis"), f.LegalBasis)
	l.text("source", vi("Nguồn", "Source"), Source(f))
	l.add("notes", vi("Lưu ý", "Notes"), f.Notes)
	if m, ok := MethodOf(s.Plan); ok {
		l.text("method", vi("Cách tính", "Method version"), m.Code+": "+m.Title.In(lang))
		l.add("reading", vi("Cách đọc thang đo", "Reading"), Reading(m.Reading))
		l.add("pooling", vi("Cách gộp", "Pooling"), Pooling(m.Pooling))
	}
	l.text("period", vi("Kỳ", "Period"), s.Period)
	l.add("figures", vi("Loại số liệu", "Figures"), figures(s))
	l.text("scale", vi("Điểm tối đa", "Maximum points"), strconv.FormatFloat(f.MaxPoints, 'f', -1, 64))
	l.add("rounding", vi("Làm tròn", "Rounding"), rounding(f))
	if f.LeastPeople != nil {
		l.text("least_people", vi("Số người ít nhất đứng sau một con số", "Fewest people behind any figure"), strconv.Itoa(*f.LeastPeople))
	}
	l.add("missing", vi("Khi thiếu số liệu", "Missing data"), Missing(f.Missing))
	l.text("bands", vi("Xếp loại", "Bands"), bands(f, lang))
	if f.Ranks() {
		l.add("ranks", vi("Xếp hạng", "Ranking"), rankWords(s))
	}
	if words := Intervals(s); words != nil {
		l.add("interval", vi("Khoảng tin cậy", "Intervals"), words)
	}
	for _, x := range DesignLines(s) {
		l.add(x.Key, x.Title, x.Text)
	}
	if !produced.IsZero() {
		l.text("produced", vi("Thời điểm lập", "Produced"), produced.Format(time.RFC3339))
	}
	return l.facts
}

// sourcesFile is where those who work on the program read more; readers of a report do not have it.
const sourcesFile = " Xem data/reference/SOURCES.md."

// Source says where the facts of a framework are from. Versions never change, so that those that lead to a file of the program still do.
func Source(f *scoring.Framework) string { return strings.TrimSuffix(f.Source, sourcesFile) }

type lines struct {
	lang  string
	facts []Fact
}

func (l *lines) add(key string, title, text phrase.Text) { l.text(key, title, text.In(l.lang)) }

func (l *lines) text(key string, title phrase.Text, text string) {
	if text != "" {
		l.facts = append(l.facts, Fact{key, title.In(l.lang), text})
	}
}

// MethodOf returns the method version that a plan computes; ok is false for a framework without any.
func MethodOf(p *scoring.Plan) (m scoring.Method, ok bool) {
	methods := p.Framework().Methods
	i := slices.IndexFunc(methods, func(m scoring.Method) bool { return m.Code == p.MethodCode() })
	if i < 0 {
		return scoring.Method{}, false
	}
	return methods[i], true
}

// rankWords explains ranks, and how far they reach where no design tells it.
func rankWords(s *standing.Standing) phrase.Text {
	if s.Design != nil && s.Design.Replicates > 0 && len(s.Plan.References()) == 0 && resampled(s) {
		return TieWords
	}
	return RankWords
}

// resampled reports whether rank intervals come from replicates.
func resampled(s *standing.Standing) bool {
	return s.Outcome != nil && slices.ContainsFunc(s.Outcome.Results, func(r scoring.Result) bool { return r.Spread != nil })
}

// outward reports whether intervals follow from what is shown.
func outward(s *standing.Standing) bool {
	return slices.ContainsFunc(s.Outcome.Results, func(r scoring.Result) bool { return r.Total.Interval != nil && r.Total.Interval.Outward })
}

// Intervals says what the intervals of an index are of; nil where it has none, or where the lines on its design say it.
func Intervals(s *standing.Standing) phrase.Text {
	switch {
	case s.Design != nil || !hasIntervals(s):
		return nil
	case s.Referred:
		return ReferredWords
	}
	if outward(s) {
		return phrase.VI(IntervalWords["vi"]+" "+OutwardWords["vi"], IntervalWords["en"]+" "+OutwardWords["en"])
	}
	return IntervalWords
}

func figures(s *standing.Standing) phrase.Text {
	switch {
	case s.View == standing.Live:
		return LiveWords
	case s.Provisional:
		return StepWords
	}
	return FinalWords
}

func rounding(f *scoring.Framework) phrase.Text {
	t := vi(fmt.Sprintf("Chỉ làm tròn khi hiển thị, đến %d chữ số thập phân; tệp CSV và JSON giữ số chưa làm tròn.", f.Decimals()),
		fmt.Sprintf("Rounded for display only, to %d decimals; CSV and JSON files hold unrounded numbers.", f.Decimals()))
	for _, step := range []struct {
		at     *int
		vi, en string
	}{
		{f.Rounding.Leaf, "từng chỉ tiêu", "every leaf"},
		{f.Rounding.Node, "từng nhóm", "every node"},
		{f.Rounding.Total, "tổng điểm", "the total"},
	} {
		if step.at != nil {
			t["vi"] += fmt.Sprintf(" Phương pháp quy định làm tròn %s đến %d chữ số trước khi cộng.", step.vi, *step.at)
			t["en"] += fmt.Sprintf(" The method rounds %s to %d decimals before summing.", step.en, *step.at)
		}
	}
	return t
}

func bands(f *scoring.Framework, lang string) string {
	var parts []string
	for i := range f.Bands {
		parts = append(parts, f.Bands[i].Title.In(lang)+": "+Bounds(&f.Bands[i]))
	}
	return strings.Join(parts, "; ")
}

// Bounds writes the range of a band: "80 ≤ x < 90".
func Bounds(b *scoring.Band) string {
	return Range(b.Min, b.Max, b.MinOpen, b.MaxClosed)
}

// Range writes a range with open or closed ends: "x ≥ 90", "80 ≤ x < 90", "x < 50".
func Range(low, high *float64, lowOpen, highClosed bool) string {
	number := func(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }
	above, below, least := "≤", "<", "≥"
	if lowOpen {
		above, least = "<", ">"
	}
	if highClosed {
		below = "≤"
	}
	switch {
	case low != nil && high != nil:
		return number(*low) + " " + above + " x " + below + " " + number(*high)
	case low != nil:
		return "x " + least + " " + number(*low)
	case high != nil:
		return "x " + below + " " + number(*high)
	}
	return "x"
}

func hasIntervals(s *standing.Standing) bool {
	for i := range s.Outcome.Results {
		if s.Outcome.Results[i].Total.Interval != nil {
			return true
		}
	}
	return len(s.Plan.Questions()) > 0
}
