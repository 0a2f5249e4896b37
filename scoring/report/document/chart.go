package document

import "unicode/utf8"

// Sizes of charts in millimetres, letters in points.
const (
	labelWidth = 58.0
	valueWidth = 20.0
	rowHeight  = 7.0
	barHeight  = 4.2
	letters    = 9.5
	lead       = 3.6
	plot       = FigureWidth - labelWidth - valueWidth
	plotRight  = FigureWidth - valueWidth
)

// Bar is a row of a chart: a value on a scale that begins at zero, and what it is compared with.
type Bar struct {
	Label string
	Known bool
	Value float64
	Words string // the value as a reader reads it
	// Marked places a line where the group stands.
	Marked bool
	Mark   float64
	Alert  bool
}

// Bars draws a row per bar, from zero to most. legend explains the mark; "" where no bar has one.
func Bars(bars []Bar, most float64, legend string) Figure {
	f := Figure{}
	y := 1.0
	if legend != "" {
		f.Shapes = append(f.Shapes, markAt(labelWidth+1, y, 4), Label{X: labelWidth + 3, Y: y + 3.3, Size: letters - 1, Align: Left, Text: legend})
		y += 6
	}
	for _, b := range bars {
		lines := wrap(b.Label, 34)
		high := max(rowHeight, float64(len(lines))*lead+2)
		f.rowLabel(lines, y, high)
		top := y + (high-barHeight)/2
		f.Shapes = append(f.Shapes, Box{labelWidth, top, plot, barHeight, Faint})
		if b.Known && most > 0 {
			shade := Main
			if b.Alert {
				shade = Alert
			}
			f.Shapes = append(f.Shapes, Box{labelWidth, top, plot * clamp(b.Value/most), barHeight, shade})
		}
		if b.Marked && most > 0 {
			f.Shapes = append(f.Shapes, markAt(labelWidth+plot*clamp(b.Mark/most), top-0.8, barHeight+1.6))
		}
		f.Shapes = append(f.Shapes, Label{X: FigureWidth, Y: y + high/2 + 1.2, Size: letters, Align: Right, Most: valueWidth - 1, Text: b.Words})
		y += high
	}
	f.Height = y + 1
	return f
}

// markAt is a line across a bar, with a white border so that it is seen on dark and on light.
func markAt(x, y, high float64) Shape {
	return Stroke{Points: []Point{{x, y}, {x, y + high}}, Width: 0.7, Shade: Ink}
}

// Range is a row of a chart of intervals: a value and where it may lie.
type Range struct {
	Label     string
	Words     string
	Known     bool
	Value     float64
	Ranged    bool
	Low, High float64
	Own       bool // the row that a report is about
}

// Ranges draws a row per range on a scale from low to high, with a labelled line at each tick.
func Ranges(rows []Range, low, high float64, ticks []float64, number func(float64) string) Figure {
	f := Figure{}
	if high <= low {
		return f
	}
	at := func(v float64) float64 { return labelWidth + plot*clamp((v-low)/(high-low)) }
	const head, each = 6.0, 5.4
	bottom := head + float64(len(rows))*each
	for _, t := range ticks {
		f.Shapes = append(f.Shapes, Stroke{Points: []Point{{at(t), head - 1}, {at(t), bottom}}, Width: 0.2, Shade: Soft},
			Label{X: at(t), Y: head - 2, Size: letters - 1.5, Align: Center, Text: number(t)})
	}
	for i, r := range rows {
		middle := head + (float64(i)+0.5)*each
		f.Shapes = append(f.Shapes, Label{X: labelWidth - 2, Y: middle + 1.2, Size: letters - 0.5, Align: Right, Bold: r.Own, Most: labelWidth - 2, Text: r.Label})
		if r.Known {
			if r.Ranged {
				f.Shapes = append(f.Shapes, Stroke{Points: []Point{{at(r.Low), middle}, {at(r.High), middle}}, Width: 0.6, Shade: Main})
			}
			size := 1.0
			if r.Own {
				size = 1.5
			}
			f.Shapes = append(f.Shapes, Disc{at(r.Value), middle, size, Main})
		}
		f.Shapes = append(f.Shapes, Label{X: FigureWidth, Y: middle + 1.2, Size: letters - 0.5, Align: Right, Bold: r.Own, Most: valueWidth - 1, Text: r.Words})
	}
	f.Height = bottom + 1
	return f
}

// Moment is a period of a course.
type Moment struct {
	Period string
	Words  string
	Known  bool
	Value  float64
	Ranged bool
	Low    float64
	High   float64
	Broken bool // not to be compared with the moment before: no line joins them
}

// Course draws how a value went from period to period, with intervals.
func Course(list []Moment, low, high float64, ticks []float64, number func(float64) string) Figure {
	const left, top, tall = 14.0, 5.0, 42.0
	f := Figure{Height: top + tall + 7}
	if len(list) == 0 || high <= low {
		return f
	}
	step := (FigureWidth - left) / float64(len(list))
	x := func(i int) float64 { return left + (float64(i)+0.5)*step }
	y := func(v float64) float64 { return top + tall*(1-clamp((v-low)/(high-low))) }
	for _, t := range ticks {
		f.Shapes = append(f.Shapes, Stroke{Points: []Point{{left, y(t)}, {FigureWidth, y(t)}}, Width: 0.2, Shade: Soft},
			Label{X: left - 2, Y: y(t) + 1.1, Size: letters - 1.5, Align: Right, Text: number(t)})
	}
	for i, m := range list {
		f.Shapes = append(f.Shapes, Label{X: x(i), Y: top + tall + 5, Size: letters - 0.5, Align: Center, Most: step - 1, Text: m.Period})
		if !m.Known {
			continue
		}
		if i > 0 && list[i-1].Known && !m.Broken {
			f.Shapes = append(f.Shapes, Stroke{Points: []Point{{x(i - 1), y(list[i-1].Value)}, {x(i), y(m.Value)}}, Width: 0.6, Shade: Main})
		}
		above := y(m.Value)
		if m.Ranged {
			above = y(m.High)
			f.Shapes = append(f.Shapes, Stroke{Points: []Point{{x(i), y(m.Low)}, {x(i), above}}, Width: 0.4, Shade: Main})
		}
		f.Shapes = append(f.Shapes, Disc{x(i), y(m.Value), 1.3, Main},
			Label{X: x(i), Y: above - 2, Size: letters - 0.5, Align: Center, Bold: true, Most: step - 1, Text: m.Words})
	}
	return f
}

// rowLabel writes the lines of a label into the left column, in the middle of a row.
func (f *Figure) rowLabel(lines []string, y, high float64) {
	first := y + (high-float64(len(lines))*lead)/2 + lead - 0.8
	for i, line := range lines {
		f.Shapes = append(f.Shapes, Label{X: labelWidth - 2, Y: first + float64(i)*lead, Size: letters, Align: Right, Most: labelWidth - 2, Text: line})
	}
}

func clamp(x float64) float64 { return min(max(x, 0), 1) }

// wrap divides a label at spaces into lines of about so many letters, at most three; the last takes the rest.
func wrap(text string, most int) (lines []string) {
	for utf8.RuneCountInString(text) > most && len(lines) < 2 {
		cut, n := -1, 0
		for i, r := range text {
			if n++; r == ' ' && (n <= most || cut < 0) {
				cut = i
			}
		}
		if cut < 0 {
			break
		}
		lines, text = append(lines, text[:cut]), text[cut+1:]
	}
	return append(lines, text)
}
