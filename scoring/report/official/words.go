// Package official builds official documents (văn bản hành chính) from results: the score report of an agency and the
// report on a whole index. They say what the pages say, with the same figures; what only an official knows stays empty.
package official

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"thuocdo/scoring"
	"thuocdo/scoring/phrase"
	"thuocdo/scoring/report"
	"thuocdo/scoring/report/document"
)

var vi = phrase.VI

// writer writes numbers and words in one language.
type writer struct {
	lang     string
	decimals int
}

func (w writer) say(v, e string, values ...any) string {
	return fmt.Sprintf(vi(v, e).In(w.lang), values...)
}

// Number writes a number with so many decimals: 1.234,50 in Vietnamese, 1,234.50 in English.
func Number(x float64, decimals int, lang string) string {
	text := strconv.FormatFloat(math.Abs(x), 'f', decimals, 64)
	whole, part, _ := strings.Cut(text, ".")
	thousands, point := ",", "."
	if lang == "vi" {
		thousands, point = ".", ","
	}
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + thousands + whole[i:]
	}
	if part != "" {
		whole += point + part
	}
	if x < 0 && strings.ContainsAny(text, "123456789") {
		return "−" + whole
	}
	return whole
}

func (w writer) number(x float64) string { return Number(x, w.decimals, w.lang) }

// short writes a number without zeros at its end.
func (w writer) short(x float64) string {
	return Number(x, max(0, len(fraction(x))), w.lang)
}

func fraction(x float64) string {
	_, part, _ := strings.Cut(strconv.FormatFloat(math.Round(x*100)/100, 'f', -1, 64), ".")
	return part
}

func (w writer) whole(n int) string { return Number(float64(n), 0, w.lang) }

// change writes a difference with its sign.
func (w writer) change(x float64) string {
	text := w.number(x)
	if strings.ContainsAny(text, "123456789") && x > 0 {
		return "+" + text
	}
	return text
}

const none = "–"

// points writes a score, or a dash.
func (w writer) points(s scoring.Score) string {
	if !s.Known {
		return none
	}
	return w.number(s.Points)
}

// interval writes an interval: "85,91–87,09", or a dash.
func (w writer) interval(s scoring.Score) string {
	if !s.Known || s.Interval == nil {
		return none
	}
	return w.number(s.Interval.Low) + "–" + w.number(s.Interval.High)
}

func (w writer) percent(s scoring.Score) string {
	if !s.Known || s.Max == 0 {
		return none
	}
	return Number(s.Percent(), 1, w.lang)
}

// place writes a rank, or a dash.
func (w writer) place(rank int) string {
	if rank == 0 {
		return none
	}
	return w.whole(rank)
}

// places writes a range of ranks, or a dash.
func (w writer) places(s report.RankSpan) string {
	switch {
	case s.Best == 0:
		return none
	case s.Best == s.Worst:
		return w.whole(s.Best)
	}
	return w.whole(s.Best) + "–" + w.whole(s.Worst)
}

var quarters = map[string]string{"Q1": "I", "Q2": "II", "Q3": "III", "Q4": "IV"}

// Period writes a period for the middle of a sentence: "năm 2026", "6 tháng đầu năm 2026", "quý I năm 2026".
func Period(period, lang string) string {
	year, part, _ := strings.Cut(period, "-")
	switch {
	case part == "":
		return vi("năm "+year, year).In(lang)
	case part == "H1":
		return vi("6 tháng đầu năm "+year, "the first half of "+year).In(lang)
	case part == "H2":
		return vi("6 tháng cuối năm "+year, "the second half of "+year).In(lang)
	case part[0] == 'Q':
		return vi("quý "+quarters[part]+" năm "+year, part+" "+year).In(lang)
	}
	return vi("tháng "+strings.TrimLeft(part, "0")+" năm "+year, part+"/"+year).In(lang)
}

// numeral numbers the parts of a document.
func numeral(n int) string {
	list := []string{"I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X"}
	if n < 1 || n > len(list) {
		return strconv.Itoa(n)
	}
	return list[n-1]
}

// parts collects the blocks of a document and numbers its headings.
type parts struct {
	writer
	blocks         []document.Block
	chapter, piece int
}

func (p *parts) add(list ...document.Block) { p.blocks = append(p.blocks, list...) }

func (p *parts) part(title string) {
	p.chapter, p.piece = p.chapter+1, 0
	p.add(document.Heading{Level: 1, Text: numeral(p.chapter) + ". " + strings.ToUpper(title)})
}

func (p *parts) section(title string) {
	p.piece++
	p.add(document.Heading{Level: 2, Text: strconv.Itoa(p.piece) + ". " + title})
}

// column makes a column of a table.
func column(title string, width float64, align document.Align) document.Column {
	return document.Column{Title: title, Width: width, Align: align}
}

// method writes how the figures came about and from what.
func (p *parts) method(facts []report.Fact) {
	t := document.Table{Columns: []document.Column{column(p.say("Mục", "Item"), 1, document.Left), column(p.say("Nội dung", "Text"), 3, document.Left)}}
	for _, f := range facts {
		t.Rows = append(t.Rows, []document.Cell{{Text: f.Title, Bold: true}, {Text: f.Text}})
	}
	p.add(t)
}

// span returns an axis around values with ticks that are round.
func span(values []float64, floor, ceiling float64) (low, high float64, ticks []float64) {
	low, high = math.Inf(1), math.Inf(-1)
	for _, v := range values {
		low, high = min(low, v), max(high, v)
	}
	if low > high {
		low, high = floor, ceiling
	}
	step := math.Pow(10, math.Floor(math.Log10(max(high-low, 1))))
	for _, m := range []float64{0.5, 1, 2, 5} {
		if s := step * m; (high-low)/s <= 6 {
			step = s
			break
		}
	}
	low, high = math.Floor(low/step)*step, math.Ceil(high/step)*step
	if low == high {
		low, high = low-step, high+step
	}
	for i := 0; low+float64(i)*step <= high+step/1e6; i++ {
		ticks = append(ticks, low+float64(i)*step)
	}
	return low, high, ticks
}
