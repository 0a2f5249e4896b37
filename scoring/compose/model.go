package compose

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"thuocdo/scoring/phrase"
)

// Row is one row of a table as it was read; Line is its place in the file.
type Row struct {
	Line  int      `json:"line"`
	Cells []string `json:"cells"`
}

// Element is an indicator (level 1) or an aggregate of elements one level lower or more.
type Element struct {
	Code, Name, Parent string
	Level              int
	Weight             float64 // relative to its siblings
	Direction          float64 // 1: more is better, -1: less is better
	Target             float64 // NaN where none is given
	Denominator        string  // code of the column to divide by, or ""
	line               int
}

// Model is a table of units × indicators and the tree above it.
type Model struct {
	Units    []string    // codes, sorted
	Names    []string    // of the units
	Elements []Element   // indicators in the order of the file, then aggregates from low to high
	N        int         // indicators: Elements[:N]
	Values   [][]float64 // by indicator, then unit; NaN is missing
	scale    map[string][]float64
	groups   map[string][]string
}

// Table is a set of columns over the units of a step.
type Table struct {
	Units []string
	Cols  []string
	V     [][]float64 // by column, then unit
}

// Text writes a value with all its digits; a missing one is "".
func Text(v float64) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return ""
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}

// sheet gives cells by the name of their column.
type sheet struct {
	name string
	cols map[string]int
	rows []Row
	bad  phrase.Mistakes
}

func newSheet(name string, rows []Row, required ...string) *sheet {
	s := &sheet{name: name, cols: map[string]int{}}
	if len(rows) < 2 {
		s.bad.Add(name, "phải có dòng tiêu đề và ít nhất một dòng dữ liệu", "expected a header and at least one row below it")
		return s
	}
	for j, c := range rows[0].Cells {
		if _, twice := s.cols[c]; twice && c != "" {
			s.bad.Add(fmt.Sprintf("%s row %d, column %s", name, rows[0].Line, c), "cột bị lặp lại", "this column is there twice")
		}
		s.cols[c] = j
	}
	for _, c := range required {
		if _, ok := s.cols[c]; !ok {
			s.bad.Add(name, "thiếu cột %s", "there is no column %s", c)
		}
	}
	s.rows = rows[1:]
	return s
}

func (s *sheet) cell(r Row, col string) string {
	if j, ok := s.cols[col]; ok && j < len(r.Cells) {
		return strings.TrimSpace(r.Cells[j])
	}
	return ""
}

func (s *sheet) add(r Row, col, vi, en string, args ...any) {
	s.bad.Add(fmt.Sprintf("%s row %d, column %s", s.name, r.Line, col), vi, en, args...)
}

// number reads a number; empty and NA are missing.
func (s *sheet) number(r Row, col string, otherwise float64) float64 {
	text := s.cell(r, col)
	if text == "" || text == "NA" {
		return otherwise
	}
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
		s.add(r, col, "phải là số, nhưng lại là %q", "expected a number, found %q", text)
		return otherwise
	}
	return v
}

// New builds a model from the rows of iData (uCode, uName, indicators, denominators, groups) and iMeta (iCode, Parent,
// Level, Weight, Direction, Type, …), header first. It returns phrase.Mistakes with every fault found, by file, row and column.
func New(data, meta []Row) (*Model, error) {
	m := &Model{scale: map[string][]float64{}, groups: map[string][]string{}}
	s := newSheet("meta", meta, "iCode", "Parent", "Level", "Type")
	kinds := m.readMeta(s)
	m.checkTree(s)
	if s.bad != nil {
		return nil, s.bad
	}
	d := newSheet("data", data, "uCode")
	m.readData(d, kinds)
	if d.bad != nil {
		return nil, d.bad
	}
	return m, nil
}

// readMeta reads the elements and returns what each column of the data is.
func (m *Model) readMeta(s *sheet) map[string]string {
	kinds := map[string]string{}
	var above []Element
	for _, r := range s.rows {
		code, kind := s.cell(r, "iCode"), s.cell(r, "Type")
		if _, twice := kinds[code]; twice || code == "" {
			s.add(r, "iCode", "mã %q để trống hoặc bị lặp lại", "code %q is empty or given twice", code)
			continue
		}
		kinds[code] = kind
		e := Element{Code: code, Name: s.cell(r, "iName"), Parent: s.cell(r, "Parent"), Denominator: s.cell(r, "Denominator"), line: r.Line,
			Level: int(s.number(r, "Level", 0)), Weight: s.number(r, "Weight", 1), Direction: s.number(r, "Direction", 1), Target: s.number(r, "Target", math.NaN())}
		if e.Parent == "NA" {
			e.Parent = ""
		}
		if e.Denominator == "NA" {
			e.Denominator = ""
		}
		switch kind {
		case "Indicator":
			m.Elements = append(m.Elements, e)
		case "Aggregate":
			above = append(above, e)
		case "Denominator", "Group", "Other":
			continue
		default:
			s.add(r, "Type", "kiểu %q không có; dùng Indicator, Aggregate, Denominator, Group hoặc Other", "there is no type %q; use Indicator, Aggregate, Denominator, Group or Other", kind)
		}
		if e.Direction != 1 && e.Direction != -1 {
			s.add(r, "Direction", "phải là 1 hoặc -1", "expected 1 or -1")
		}
		if e.Weight < 0 {
			s.add(r, "Weight", "trọng số không được âm", "a weight may not be negative")
		}
	}
	slices.SortStableFunc(above, func(a, b Element) int { return cmp.Compare(a.Level, b.Level) })
	m.N = len(m.Elements)
	m.Elements = append(m.Elements, above...)
	for _, e := range m.Elements[:m.N] {
		if e.Denominator != "" && kinds[e.Denominator] != "Denominator" {
			s.add(Row{Line: e.line}, "Denominator", "không có mẫu số %q", "there is no denominator %q", e.Denominator)
		}
	}
	return kinds
}

// checkTree wants one root and every parent above its children, which leaves no room for a cycle.
func (m *Model) checkTree(s *sheet) {
	if s.bad != nil {
		return
	}
	level, children, roots := map[string]int{}, map[string]int{}, 0
	for i, e := range m.Elements {
		if i >= m.N {
			level[e.Code] = e.Level
		}
		children[e.Parent]++
	}
	for i, e := range m.Elements {
		r := Row{Line: e.line}
		up, known := level[e.Parent]
		switch {
		case i < m.N && e.Level != 1, i >= m.N && (e.Level < 2 || e.Level > 50):
			s.add(r, "Level", "chỉ tiêu ở cấp 1, nhóm ở cấp 2 đến 50", "indicators are at level 1, aggregates from 2 to 50")
		case e.Parent == "":
			roots++
			if i < m.N {
				s.add(r, "Parent", "chỉ tiêu %s không thuộc nhóm nào", "indicator %s has no parent", e.Code)
			}
		case !known:
			s.add(r, "Parent", "không có nhóm %q", "there is no aggregate %q", e.Parent)
		case up <= e.Level:
			s.add(r, "Parent", "nhóm %s phải ở cấp cao hơn %s (vòng lặp hoặc sai cấp)", "%s must be at a higher level than %s (a cycle or a wrong level)", e.Parent, e.Code)
		}
		if i >= m.N && children[e.Code] == 0 {
			s.add(r, "iCode", "nhóm %s không có thành phần", "aggregate %s has no element", e.Code)
		}
	}
	if s.bad == nil && (m.N == 0 || roots != 1) {
		s.bad.Add("meta", "cần ít nhất một chỉ tiêu và đúng một gốc, nhưng có %d chỉ tiêu và %d gốc", "expected at least one indicator and exactly one root, found %d indicators and %d roots", m.N, roots)
	}
}

func (m *Model) readData(s *sheet, kinds map[string]string) {
	for code, kind := range kinds {
		if _, ok := s.cols[code]; !ok && (kind == "Indicator" || kind == "Denominator") {
			s.bad.Add("data", "thiếu cột %s", "there is no column %s", code)
		}
	}
	slices.SortFunc(s.bad, func(a, b phrase.Mistake) int { return cmp.Compare(a.Message.In("en"), b.Message.In("en")) })
	if s.bad != nil {
		return
	}
	rows := slices.Clone(s.rows)
	slices.SortStableFunc(rows, func(a, b Row) int { return cmp.Compare(s.cell(a, "uCode"), s.cell(b, "uCode")) })
	for i, r := range rows {
		code := s.cell(r, "uCode")
		if code == "" || i > 0 && code == m.Units[i-1] {
			s.add(r, "uCode", "mã %q để trống hoặc bị lặp lại; mỗi tệp chỉ chứa một kỳ", "code %q is empty or given twice; a file holds one period", code)
		}
		m.Units, m.Names = append(m.Units, code), append(m.Names, s.cell(r, "uName"))
	}
	column := func(code string) []float64 {
		out := make([]float64, len(rows))
		for i, r := range rows {
			out[i] = s.number(r, code, math.NaN())
		}
		return out
	}
	for _, e := range m.Elements[:m.N] {
		v := column(e.Code)
		if len(present(v)) == 0 {
			s.bad.Add("data column "+e.Code, "cột không có số nào", "the column holds no number")
		}
		m.Values = append(m.Values, v)
	}
	for code, kind := range kinds {
		switch kind {
		case "Denominator":
			m.scale[code] = column(code)
		case "Group":
			for _, r := range rows {
				m.groups[code] = append(m.groups[code], s.cell(r, code))
			}
		}
	}
	m.checkScales(s, rows)
}

func (m *Model) checkScales(s *sheet, rows []Row) {
	for _, e := range m.Elements[:m.N] {
		for i, v := range m.scale[e.Denominator] {
			if v == 0 {
				s.add(rows[i], e.Denominator, "mẫu số bằng 0", "a denominator is zero")
			}
		}
	}
}

// present returns the values that are there.
func present(v []float64) []float64 {
	out := make([]float64, 0, len(v))
	for _, x := range v {
		if !math.IsNaN(x) {
			out = append(out, x)
		}
	}
	return out
}
