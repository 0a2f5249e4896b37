package report

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"thuocdo/scoring"
	"thuocdo/scoring/phrase"
	"thuocdo/scoring/standing"
)

// LossList is where one agency loses points in one index and period.
type LossList struct {
	*standing.Standing
	scoring.Losses
	// Before holds the points lost in the period before, by leaf code; nil where there is none to compare with.
	Before       map[string]float64
	BeforePeriod string
	// Own: for readers who may see the agency's unpublished inputs. Others see what the rule asks for, not what was entered.
	Own bool
}

// NewLossList lists the losses of one agency, computed from units, beside its group in peers; ok is false for an agency that
// is not in the standing.
func NewLossList(s *standing.Standing, units []scoring.Unit, peers *standing.Standing, agency string) (l LossList, ok bool) {
	r := slices.IndexFunc(s.Outcome.Results, func(r scoring.Result) bool { return r.Unit == agency })
	u := slices.IndexFunc(units, func(u scoring.Unit) bool { return u.Code == agency })
	if r < 0 || u < 0 {
		return LossList{Standing: s}, false
	}
	return LossList{Standing: s, Losses: s.Plan.Losses(&units[u], &s.Outcome.Results[r], peers.Plan.Peers(peers.Outcome, units[u].Group))}, true
}

// Compare takes in the list of the period before. Lists of different frameworks are not compared: another maximum makes
// another loss.
func (l *LossList) Compare(before LossList) {
	a, b := l.Plan.Framework(), before.Plan.Framework()
	if !before.Known || a.Code != b.Code || a.Version != b.Version || l.Plan.MethodCode() != before.Plan.MethodCode() {
		return
	}
	l.Before, l.BeforePeriod = make(map[string]float64, len(before.Items)), before.Period
	for _, x := range before.Items {
		if x.Gap == scoring.NoGap {
			l.Before[x.Code] = x.Lost
		}
	}
}

// Title returns the title of the node of an item.
func (l *LossList) Title(x scoring.Loss) phrase.Text { return l.Plan.Nodes()[x.Node].Title }

// Needs says what the next step up of an item asks for.
func (l *LossList) Needs(x scoring.Loss) phrase.Text {
	if x.Next == nil {
		return nil
	}
	return Needs(l.Plan.Nodes()[x.Node].Node, x.Next, l.Own)
}

var causeWords = map[scoring.Cause]phrase.Text{
	scoring.Exempt:    phrase.VI("không áp dụng, tính là 0 điểm", "does not apply, and counts as 0"),
	scoring.RuleLimit: phrase.VI("mức cao nhất của quy tắc thấp hơn điểm tối đa", "the best outcome of the rule is below the maximum"),
	scoring.Uncounted: phrase.VI("không có số liệu, không được cộng điểm", "no data, and nothing is counted"),
}

// CauseWords says why points cannot be earned; nothing for scoring.NoCause.
func CauseWords(c scoring.Cause) phrase.Text { return causeWords[c] }

// Needs says in words what an advance asks for. Readers other than the agency's own (own false) are not told its inputs:
// neither how far it is from a step, nor how many cases of which severity it has.
func Needs(n *scoring.Node, a *scoring.Advance, own bool) phrase.Text {
	count := int64(a.Cases)
	switch a.Kind {
	case scoring.ToOption:
		title := OptionTitle(n, a.Input.Choice)
		return phrase.VI("đạt mức “"+title["vi"]+"”", "reach “"+title.In("en")+"”")
	case scoring.ToStep:
		low, high := stepWords(a.Step, "vi"), stepWords(a.Step, "en")
		if own && a.Distance != nil && *a.Distance > 0 {
			low += ", còn cách " + digits(*a.Distance, "vi")
			high += ", " + digits(*a.Distance, "en") + " away"
		}
		return phrase.VI("đầu vào đạt "+low, "input of "+high)
	case scoring.MoreCases:
		if a.Known && !own {
			return phrase.VI("thêm trường hợp được tính", "more cases that count")
		}
		return phrase.VI(fmt.Sprintf("thêm %d trường hợp", count), cases(count, "more"))
	case scoring.FewerCases:
		if a.Known && !own {
			return phrase.VI("bớt trường hợp bị trừ điểm", "fewer cases that cost points")
		}
		t := phrase.VI(fmt.Sprintf("bớt %d trường hợp", count), cases(count, "fewer"))
		if s := severityTitle(n, a.Severity); s != nil && own {
			t["vi"], t["en"] = t["vi"]+" “"+s["vi"]+"”", t["en"]+" of “"+s.In("en")+"”"
		}
		return t
	case scoring.PerPercent:
		return rateWords(a, "mỗi 1 %% thêm %s điểm, đủ điểm ở %s %%", "every 1 %% brings %s points, up to %s %%", *a.Input.Value)
	case scoring.PerInput:
		return rateWords(a, "mỗi đơn vị đầu vào thêm %s điểm, đủ điểm ở %s", "every unit of input brings %s points, up to %s", *a.Input.Value)
	}
	return rateWords(a, "mỗi điểm của mục thêm %s điểm vào tổng, cao nhất %s điểm", "every point here brings %s points of the total, up to %s points", a.Points)
}

func cases(n int64, which string) string {
	if n == 1 {
		return "1 " + which + " case"
	}
	return fmt.Sprintf("%d %s cases", n, which)
}

func rateWords(a *scoring.Advance, vi, en string, full float64) phrase.Text {
	return phrase.VI(fmt.Sprintf(vi, digits(a.Rate, "vi"), digits(full, "vi")), fmt.Sprintf(en, digits(a.Rate, "en"), digits(full, "en")))
}

// digits writes a number with at most four decimals and no zeros at the end.
func digits(x float64, lang string) string {
	n, rest, _ := strings.Cut(strings.TrimRight(strconv.FormatFloat(math.Abs(x), 'f', 4, 64), "0"), ".")
	s := grouped(n, lang)
	if mark := map[bool]string{true: ",", false: "."}[lang == "vi"]; rest != "" {
		s += mark + rest
	}
	if x < 0 && strings.Trim(s, "0,.") != "" {
		s = "-" + s
	}
	return s
}

var yesNo = map[string]phrase.Text{"yes": phrase.VI("Có", "Yes"), "no": phrase.VI("Không", "No")}

// OptionTitle returns the title of an option of a leaf, "yes" and "no" included.
func OptionTitle(n *scoring.Node, code string) phrase.Text {
	for _, o := range n.Rule.Options {
		if o.Code == code {
			return o.Title
		}
	}
	return yesNo[code]
}

func severityTitle(n *scoring.Node, code string) phrase.Text {
	for _, s := range n.Rule.Severity {
		if s.Code == code {
			return s.Title
		}
	}
	return nil
}

func stepWords(s *scoring.Step, lang string) string {
	words := map[string][5]string{"vi": {"từ %s", "trên %s", "dưới %s", "đến %s", " và "}, "en": {"%s or more", "more than %s", "less than %s", "%s or less", " and "}}[lang]
	var parts []string
	if s.Min != nil {
		w := words[0]
		if s.MinOpen {
			w = words[1]
		}
		parts = append(parts, fmt.Sprintf(w, digits(*s.Min, lang)))
	}
	if s.Max != nil {
		w := words[2]
		if s.MaxClosed {
			w = words[3]
		}
		parts = append(parts, fmt.Sprintf(w, digits(*s.Max, lang)))
	}
	return strings.Join(parts, words[4])
}

// Losses describes loss lists as a table: one row per agency and leaf, most lost first.
func Losses(lists []LossList, name string, lang string, produced time.Time) *Table {
	title := phrase.VI("Điểm mất", "Points lost")
	t := &Table{Name: name, Title: title.In(lang), Lang: lang, Produced: produced, Columns: lossColumns(lists, lang)}
	if len(lists) > 0 {
		f := lists[0].Plan.Framework()
		t.Title += ": " + f.Title.In(lang) + " – " + lists[0].Period
		t.Facts = lossFacts(&lists[0], lang)
	}
	t.Rows = func(yield func([]Value, error) bool) {
		for i := range lists {
			if !lists[i].rows(lang, yield) {
				return
			}
		}
	}
	return t
}

func lossColumns(lists []LossList, lang string) []Column {
	text := func(key, v, e string) Column { return Column{Key: key, Title: phrase.VI(v, e).In(lang)} }
	d := 2
	if len(lists) > 0 {
		d = lists[0].Plan.Framework().Decimals()
	}
	decimal := func(key, v, e string) Column {
		return Column{Key: key, Title: phrase.VI(v, e).In(lang), Type: Decimal, Decimals: d}
	}
	return []Column{
		text("agency", "Mã cơ quan", "Agency code"), text("name", "Cơ quan", "Agency"), text("node", "Mã", "Code"), text("title", "Nội dung", "Title"),
		decimal("points", "Điểm", "Points"), decimal("max", "Điểm tối đa", "Maximum"), {Key: "share", Title: phrase.VI("Điểm tổng cho mỗi điểm", "Points of the total per point").In(lang), Type: Decimal, Decimals: 4},
		decimal("lost", "Điểm mất", "Lost"), decimal("recoverable", "Còn lấy lại được", "Recoverable"), decimal("structural", "Không thể đạt", "Cannot be earned"),
		text("cause", "Vì sao không thể đạt", "Why not"), decimal("bonus", "Điểm cộng ngoài thang", "Bonus outside the maximum"),
		decimal("to_best", "Kém mức cao nhất của nhóm", "Below the best of the group"), decimal("to_median", "Kém trung vị của nhóm", "Below the median of the group"),
		decimal("lost_before", "Điểm mất kỳ trước", "Lost in the period before"), text("next", "Bước tiếp theo cần", "The next step needs"),
		decimal("next_gain", "Bước tiếp theo thêm", "The next step brings"), text("note", "Ghi chú", "Note"),
	}
}

var lossNotes = map[scoring.Gap]phrase.Text{
	scoring.NoInput:       phrase.VI("chưa có số liệu", "no data yet"),
	scoring.NoAnswers:     phrase.VI("chưa có phiếu trả lời", "nobody has answered yet"),
	scoring.FewAnswers:    phrase.VI("chưa đủ phiếu để công bố", "too few answers to be shown"),
	scoring.Incomplete:    phrase.VI("còn thiếu số liệu thành phần", "a part of it is missing"),
	scoring.NotApplicable: phrase.VI("không áp dụng, không tính vào điểm tối đa", "does not apply, and is not in the maximum"),
	scoring.WithheldGap:   phrase.VI("không công bố", "not published"),
}

// LossNote says why an item is not counted; nothing where it is.
func LossNote(g scoring.Gap) phrase.Text { return lossNotes[g] }

func (l *LossList) rows(lang string, yield func([]Value, error) bool) bool {
	name := Str(l.Units[l.Losses.Unit].Name.In(lang))
	if !l.Known {
		row := make([]Value, 18)
		row[0], row[1], row[17] = Str(l.Losses.Unit), name, Str(LossNote(l.Gap).In(lang))
		return yield(row, nil)
	}
	row := make([]Value, 18)
	for _, x := range l.Items {
		clear(row)
		row[0], row[1], row[2], row[3], row[5] = Str(l.Losses.Unit), name, Str(x.Code), Str(l.Title(x).In(lang)), Num(x.Max)
		if row[17] = Str(LossNote(x.Gap).In(lang)); x.Gap == scoring.NoGap {
			row[4] = Num(x.Points)
		}
		if x.Gap == scoring.NoGap || x.Lost != 0 {
			row[6], row[7], row[8], row[9] = Num(x.Share), Num(x.Lost), Num(x.Recoverable), Num(x.Structural)
		}
		row[10] = Str(CauseWords(x.Cause).In(lang))
		if x.Outside {
			row[11] = Num(x.Bonus)
		}
		if x.ToBest != nil {
			row[12], row[13] = Num(*x.ToBest), Num(*x.ToMedian)
		}
		if before, ok := l.Before[x.Code]; ok {
			row[14] = Num(before)
		}
		if x.Next != nil {
			row[15], row[16] = Str(l.Needs(x).In(lang)), Num(x.Next.Gain)
		}
		if !yield(row, nil) {
			return false
		}
	}
	return true
}

func lossFacts(l *LossList, lang string) []Fact {
	f := l.Plan.Framework()
	fact := func(key string, title, text phrase.Text) Fact { return Fact{key, title.In(lang), text.In(lang)} }
	same := func(s string) phrase.Text { return phrase.VI(s, s) }
	facts := []Fact{
		fact("index", phrase.VI("Chỉ số", "Index"), f.Title), fact("framework", phrase.VI("Bộ chỉ số", "Framework"), same(f.Code)),
		fact("version", phrase.VI("Phiên bản bộ chỉ số", "Framework version"), same(f.Version)), fact("period", phrase.VI("Kỳ", "Period"), same(l.Period)),
		fact("loss", phrase.VI("Điểm mất", "Points lost"), LossWords),
	}
	if l.BeforePeriod != "" {
		facts = append(facts, fact("period_before", phrase.VI("Kỳ trước", "Period before"), same(l.BeforePeriod)))
	}
	return facts
}

// LossWords says how losses come about.
var LossWords = phrase.VI("Điểm mất của một mục = phần của mục trong tổng × (điểm tối đa − điểm đạt), tính theo điểm của tổng. Cộng mọi mục: tổng điểm đạt + tổng điểm mất = điểm tối đa. "+
	"“Còn lấy lại được” là phần mà kết quả tốt nhất theo quy tắc có thể đem lại; phần còn lại không kết quả nào đem lại được.",
	"Points lost at an item = its share in the total × (maximum − points), in points of the total. Over all items: points + points lost = maximum. "+
		"“Recoverable” is what the best outcome of the rule would bring; no outcome brings the rest.")
