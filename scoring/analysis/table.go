package analysis

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"thuocdo/scoring/estimate"
	"thuocdo/scoring/phrase"
	"thuocdo/scoring/report"
)

var vi = phrase.VI

// Names of the tables of an analysis, as addresses and file names have them.
const (
	TableItems  = "phan-bo"
	TableCells  = "bang"
	TableTest   = "kiem-dinh"
	TablePairs  = "so-cap"
	TableGroups = "nhom"
	TableTerms  = "yeu-to"
	TableScale  = "thang-do"
	TableMargin = "tong-the"
	TableWeight = "trong-so"
)

// Sheet makes the tables of one analysis in one language.
type Sheet struct {
	Study    *Study
	Lang     string
	Produced time.Time
}

// columns of all tables: key, title, type.
type column struct {
	key      string
	title    phrase.Text
	kind     report.Type
	decimals int
}

func text(key, v, e string) column    { return column{key, vi(v, e), report.Text, 0} }
func integer(key, v, e string) column { return column{key, vi(v, e), report.Integer, 0} }
func decimal(key, v, e string, d int) column {
	return column{key, vi(v, e), report.Decimal, d}
}

var (
	colN     = integer("n", "Số người", "n")
	colSE    = decimal("se", "Sai số chuẩn", "Standard error", 5)
	colLow   = decimal("ci_low", "Cận dưới", "Lower limit", 4)
	colHigh  = decimal("ci_high", "Cận trên", "Upper limit", 4)
	colDeff  = decimal("deff", "Hệ số thiết kế", "Design effect", 3)
	colNote  = text("note", "Ghi chú", "Note")
	colP     = decimal("p", "p", "p", 5)
	colPAdj  = decimal("p_adjusted", "p (Holm)", "p (Holm)", 5)
	colStat  = decimal("statistic", "Thống kê kiểm định", "Test statistic", 4)
	colDF1   = decimal("df1", "Bậc tự do 1", "df 1", 2)
	colDF2   = decimal("df2", "Bậc tự do 2", "df 2", 2)
	colLevel = text("level", "Mã", "Code")
	colWords = text("label", "Mức", "Label")
)

// table starts a table; command gives its numbers again.
func (s Sheet) table(name, title string, l Lens, w *WeightResult, command Command, columns ...column) *report.Table {
	t := &report.Table{Name: s.Study.Wave + "-" + name, Title: title, Lang: s.Lang, Produced: s.Produced}
	for _, c := range columns {
		t.Columns = append(t.Columns, report.Column{Key: c.key, Title: c.title.In(s.Lang), Type: c.kind, Decimals: c.decimals})
	}
	t.Facts = s.facts(l, w, command)
	return t
}

// facts are the method sheet: enough to do it again.
func (s Sheet) facts(l Lens, w *WeightResult, command Command) (facts []report.Fact) {
	add := func(key string, title phrase.Text, value string) {
		if value != "" {
			facts = append(facts, report.Fact{Key: key, Title: title.In(s.Lang), Text: value})
		}
	}
	add("wave", vi("Đợt khảo sát", "Wave"), s.Study.Wave+": "+s.Study.Title.In(s.Lang))
	add("responses", vi("Số phiếu", "Responses"), strconv.Itoa(s.Study.Rows()))
	if s.Study.Invalid > 0 {
		add("invalid", vi("Phiếu không hợp lệ, đã loại", "Invalid responses, left out"), strconv.Itoa(s.Study.Invalid))
	}
	add("domain", vi("Nhóm được xét", "People looked at"), s.domain(l.Where))
	add("design", vi("Thiết kế mẫu", "Sampling design"), s.Study.Design().In(s.Lang))
	add("weights", vi("Hiệu chỉnh trọng số", "Weighting"), s.weighting(l.Weights, w))
	if l.Weights.Method != "" {
		var lines []string
		for _, row := range MarginRows(l.Weights.Margins) {
			lines = append(lines, strings.Join(row, ","))
		}
		add("margins", vi("Tổng thể đã biết, tệp "+MarginFile, "Known totals, file "+MarginFile), strings.Join(lines, "\n"))
	}
	add("interval", vi("Khoảng tin cậy", "Confidence interval"), fmt.Sprintf("%s, %s %%", IntervalWords(l.Interval).In(s.Lang), strconv.FormatFloat(100*l.confidence(), 'f', -1, 64)))
	add("export", vi("Lệnh xuất phiếu trả lời", "Command that exports the responses"), s.Study.Export().String())
	if command != nil {
		add("command", vi("Lệnh cho lại đúng các số này", "Command that gives these numbers again"), command.String())
	}
	if !s.Produced.IsZero() {
		add("produced", vi("Lập lúc", "Produced"), s.Produced.Format(time.RFC3339))
	}
	if l.Guarded {
		add("guard", vi("Bảo vệ nhóm nhỏ", "Small groups"), vi("Ô dưới 5 người, và ô có thể suy ra từ đó, không được đưa vào.", "Cells of fewer than 5 people, and cells that would give them away, are left out.").In(s.Lang))
	} else {
		add("guard", vi("Bảo vệ nhóm nhỏ", "Small groups"), vi("Có thể chứa số liệu của dưới 5 người: chỉ dùng nội bộ, không công bố.", "May hold figures of fewer than 5 people: for internal use, not for publication.").In(s.Lang))
	}
	return facts
}

func (s Sheet) domain(d Domain) string {
	if d.Column == "" {
		return vi("mọi người trả lời", "everybody").In(s.Lang)
	}
	words := d.Value
	if v, ok := s.Study.Variable(d.Column); ok {
		l, _ := v.Level(d.Value)
		words = v.Text.In(s.Lang) + " = " + l.Title().In(s.Lang)
	}
	return words + " (" + d.Column + "=" + d.Value + ")"
}

// Design says in words how the sample was drawn.
func (s *Study) Design() phrase.Text {
	if !s.Planned {
		return vi("độc lập, không có thiết kế mẫu", "independent, no sampling design")
	}
	list := func(c []string) string {
		if len(c) == 0 {
			return "–"
		}
		return strings.Join(c, ", ")
	}
	units, strata := s.base.Units()
	weight := s.Spec.Weight
	if weight == "" {
		weight = "–"
	}
	return vi(fmt.Sprintf("theo mẫu của đợt: tầng %s, đơn vị mẫu %s, hiệu chỉnh tổng thể hữu hạn %s, trọng số %s; %d đơn vị trong %d tầng", list(s.Spec.Strata), list(s.Spec.Clusters), list(s.Spec.FPC), weight, units, strata),
		fmt.Sprintf("as the wave was sampled: strata %s, sampling units %s, finite-population correction %s, weights %s; %d units in %d strata", list(s.Spec.Strata), list(s.Spec.Clusters), list(s.Spec.FPC), weight, units, strata))
}

func (s Sheet) weighting(w Weights, r *WeightResult) string {
	if w.Method == "" {
		return vi("không", "none").In(s.Lang)
	}
	var columns []string
	for _, m := range w.Margins {
		columns = append(columns, strings.Join(m.Columns, " × "))
	}
	how := vi("raking", "raking")
	if w.Method == MethodPost {
		how = vi("hậu phân tầng", "post-stratification")
	}
	out := how.In(s.Lang) + ": " + strings.Join(columns, "; ")
	if w.MaxRatio > 1 {
		out += "; " + vi("tỷ lệ thay đổi tối đa ", "largest change ").In(s.Lang) + float(w.MaxRatio)
	}
	if w.TrimHigh > 0 {
		out += "; " + vi("cắt ở phân vị ", "cut at percentiles ").In(s.Lang) + float(w.TrimLow) + ", " + float(w.TrimHigh)
	}
	if r != nil && r.WeightReport != nil {
		out += fmt.Sprintf("; %s %d, %s %.2g, deff %.4g, n %.5g", vi("số vòng", "rounds").In(s.Lang), r.Iterations, vi("lệch lớn nhất", "largest misfit").In(s.Lang), r.Misfit, r.After.Deff, r.After.Effective)
	}
	return out
}

var intervalWords = map[estimate.Interval]phrase.Text{
	estimate.Wald:   vi("Wald (phân vị t theo thiết kế)", "Wald (t quantile by the design)"),
	estimate.Logit:  vi("logit", "logit"),
	estimate.Wilson: vi("Wilson với cỡ mẫu hiệu dụng", "Wilson with the effective sample size"),
	estimate.Beta:   vi("beta (Korn–Graubard)", "beta (Korn–Graubard)"),
}

// IntervalWords names a method of intervals.
func IntervalWords(i estimate.Interval) phrase.Text {
	if i == "" {
		i = estimate.Wald
	}
	return intervalWords[i]
}

// fig writes a figure, missing where it is absent.
func fig(f estimate.Figure) report.Value {
	if !f.OK {
		return report.Value{}
	}
	return report.Num(f.X)
}

func count(n int64) report.Value { return report.Num(float64(n)) }

// estimated are the cells of an estimate.
func (s Sheet) estimated(e estimate.Estimate) []report.Value {
	return []report.Value{count(e.N), fig(e.Value), fig(e.SE), fig(e.Low), fig(e.High), fig(e.Deff), report.Str(e.Note.In(s.Lang))}
}

func (s Sheet) estimateColumns(key, v, e string) []column {
	return []column{colN, decimal(key, v, e, 4), colSE, colLow, colHigh, colDeff, colNote}
}

func (s Sheet) words(l Level) report.Value { return report.Str(l.Title().In(s.Lang)) }
