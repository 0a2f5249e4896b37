package report

import (
	"io"
	"strings"

	"thuocdo/scoring"
	"thuocdo/scoring/phrase"
	"thuocdo/scoring/standing"
)

// Role says what a dimension of a cube is about.
type Role string

// Roles, as JSON-stat names them.
const (
	Time   Role = "time"
	Geo    Role = "geo"
	Metric Role = "metric"
	Plain  Role = ""
)

// Item is one place along a dimension.
type Item struct {
	Code     string
	Label    phrase.Text
	Unit     phrase.Text // of a metric
	Decimals int
}

// Dimension is one axis of a cube.
type Dimension struct {
	Code  string
	Label phrase.Text
	Role  Role
	Items []Item
}

// Datum is one cell of a cube.
type Datum struct {
	Value float64
	Known bool
	Void  bool // nothing can stand here, such as the rank of a part
	Why   scoring.Gap
}

// Cube is figures along several dimensions (khối số liệu nhiều chiều).
type Cube struct {
	Name        string // stem of the file name
	Code        string // of what the figures are about: the framework
	Version     string
	Title       phrase.Text
	Source      string
	Notes       []phrase.Text
	Frequency   string // year, half, quarter, month
	Period      string
	Provisional bool
	Dimensions  []Dimension
	Groups      []string // ranking group by item of the dimension Geo
	// At returns a cell, with an index along each dimension.
	At func(at []int) Datum
}

// CubeFormat is one way to write a cube to a file.
type CubeFormat struct {
	Name   string // on the command line and in addresses
	Ending string // of the file name
	Media  string
	Write  func(w io.Writer, c *Cube, lang string) error
}

// Measures of a ranking.
const (
	asScore = iota
	asLow
	asHigh
	asSE
	asRank
	asBest
	asWorst
	measures
)

// Total is the code of the whole index along the dimension of indicators.
const Total = "_T"

// RankingCube describes an index of all agencies as a cube: period × agency × indicator × measure. Ranks are of totals alone.
func RankingCube(s *standing.Standing) *Cube {
	f := s.Plan.Framework()
	c := &Cube{Name: stem(f.Code, s.Plan.MethodCode(), s.Period), Code: f.Code, Version: f.Version, Title: f.Title, Source: Source(f),
		Notes: []phrase.Text{f.Notes, figures(s)}, Frequency: f.Period, Period: s.Period, Provisional: s.Provisional}
	results := s.Outcome.Results
	agencies := Dimension{Code: "agency", Label: vi("Cơ quan", "Agency"), Role: Geo}
	for i := range results {
		agencies.Items = append(agencies.Items, Item{Code: results[i].Unit, Label: s.Units[results[i].Unit].Name})
		c.Groups = append(c.Groups, results[i].Group)
	}
	indicators := Dimension{Code: "indicator", Label: vi("Chỉ tiêu", "Indicator"), Items: []Item{{Code: Total, Label: vi("Tổng điểm", "Total")}}}
	for _, n := range s.Plan.Nodes() {
		indicators.Items = append(indicators.Items, Item{Code: n.Code, Label: n.Title})
	}
	c.Dimensions = []Dimension{
		{Code: "period", Label: vi("Kỳ", "Period"), Role: Time, Items: []Item{{Code: s.Period, Label: vi(s.Period, s.Period)}}},
		agencies, indicators, {Code: "measure", Label: vi("Đại lượng", "Measure"), Role: Metric, Items: measureItems(f)},
	}
	spans := RankSpans(results)
	c.At = func(at []int) Datum { return datum(&results[at[1]], spans[at[1]], at[2], at[3]) }
	return c
}

func measureItems(f *scoring.Framework) []Item {
	points := vi("điểm", "points")
	if f.MaxPoints == 100 {
		points = vi("%", "%")
	}
	d, place := f.Decimals(), vi("hạng", "rank")
	return []Item{
		asScore: {"score", vi("Điểm", "Score"), points, d},
		asLow:   {"ci_low", vi("Cận dưới 95 %", "95 % low"), points, d},
		asHigh:  {"ci_high", vi("Cận trên 95 %", "95 % high"), points, d},
		asSE:    {"se", vi("Sai số chuẩn", "Standard error"), points, d + 1},
		asRank:  {"rank", vi("Hạng trong nhóm", "Rank within the group"), place, 0},
		asBest:  {"rank_best", vi("Hạng tốt nhất có thể", "Best possible rank"), place, 0},
		asWorst: {"rank_worst", vi("Hạng thấp nhất có thể", "Worst possible rank"), place, 0},
	}
}

func datum(r *scoring.Result, span RankSpan, indicator, measure int) Datum {
	score := r.Total
	if indicator > 0 {
		score = r.Nodes[indicator-1]
	}
	switch measure {
	case asRank, asBest, asWorst:
		n := [measures]int{asRank: r.Rank, asBest: span.Best, asWorst: span.Worst}[measure]
		return Datum{Value: float64(n), Known: indicator == 0 && n > 0, Void: indicator > 0}
	case asScore:
		return Datum{Value: score.Points, Known: score.Known, Why: score.Gap}
	}
	if !score.Known || score.Interval == nil {
		return Datum{Void: true}
	}
	x := [measures]float64{asLow: score.Interval.Low, asHigh: score.Interval.High, asSE: score.Interval.SE}[measure]
	return Datum{Value: x, Known: true}
}

// Identifier makes a code that statistical offices take: letters, digits and _.
func Identifier(code string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '_' {
			return r
		}
		return '_'
	}, code)
}

// Of returns the format as one of tables, which writes the cube whatever the table.
func (f CubeFormat) Of(c *Cube, lang string) Format {
	return Format{Name: f.Name, Media: f.Media, Ending: f.Ending, Write: func(w io.Writer, _ *Table) error { return f.Write(w, c, lang) }}
}
