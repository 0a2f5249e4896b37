package survey

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"thuocdo/scoring/phrase"
)

// DesignFile reads the table of a drawn sample, row by row, into sampling units. It takes what package sample writes and plain tables:
//
//	agency          code of the agency that people are asked about
//	stratum         or svy_stratum
//	cluster1 …      or svy_unit1 …: units drawn by stage, largest first
//	fpc1 …          or svy_fpc1 …: units in the population by stage
//	weight          or svy_weight: base weight
//	unit            code that answers carry; without it made of the clusters, or the stratum where there are none
//	drawn           people drawn in the unit; a table without it has a row for every person drawn, whose own stage is the last
//	population      with drawn: people in the unit; the weight, of the unit, is then multiplied by population/drawn
//	class           of the adjustment for nonresponse
//
// Other columns are passed over.
type DesignFile struct {
	at       map[string]int
	stages   []int // columns of clusters and, in a table of people, of the people
	counts   []int
	people   bool
	units    map[string]*fileUnit
	found    phrase.Mistakes
	rows     int
	mistaken bool
}

// fileUnit is a unit with the row it was first in.
type fileUnit struct {
	SamplingUnit
	line int
}

// maxDesignRows bounds the table of a sample.
const maxDesignRows = 2_000_000

// NewDesignFile starts with the header, which stands in this line of the file. Columns that are missing or there twice are
// phrase.Mistakes.
func NewDesignFile(line int, head []string) (*DesignFile, error) {
	f := &DesignFile{at: map[string]int{}, units: map[string]*fileUnit{}}
	var m phrase.Mistakes
	row := fmt.Sprintf("row %d", line)
	for i, name := range head {
		if _, twice := f.at[name]; twice && name != "" {
			m.Add(row, "cột %q có hai lần", "column %q is there twice", name)
		}
		f.at[name] = i
	}
	f.alias("stratum", "svy_stratum")
	f.alias("weight", "svy_weight")
	f.stages, f.counts = f.numbered("cluster", "svy_unit"), f.numbered("fpc", "svy_fpc")
	_, drawn := f.at["drawn"]
	f.people = !drawn
	for _, need := range []string{"agency", "stratum", "weight"} {
		if _, ok := f.at[need]; !ok {
			m.Add(row, "thiếu cột %q", "column %q is missing", need)
		}
	}
	if most := maxClusters + f.own(); len(f.stages) > most {
		m.Add(row, "có %d giai đoạn, nhiều nhất %d", "there are %d stages, at most %d", len(f.stages), most)
	}
	if f.people && len(f.stages) == 0 {
		m.Add(row, "thiếu cột drawn (số người được chọn của mỗi đơn vị) hoặc svy_unit1 (mỗi dòng là một người)",
			"column drawn (people drawn in each unit) or svy_unit1 (every row is a person) is missing")
	}
	return f, m.Err()
}

// own is 1 in a table of people: their stage is the last.
func (f *DesignFile) own() int {
	if f.people {
		return 1
	}
	return 0
}

func (f *DesignFile) alias(name, other string) {
	if _, ok := f.at[name]; ok {
		return
	}
	if i, ok := f.at[other]; ok {
		f.at[name] = i
	}
}

func (f *DesignFile) numbered(name, other string) (columns []int) {
	for k := 1; ; k++ {
		i, ok := f.at[fmt.Sprint(name, k)]
		if !ok {
			i, ok = f.at[fmt.Sprint(other, k)]
		}
		if !ok {
			return columns
		}
		columns = append(columns, i)
	}
}

// Add takes a row in. Its mistakes are kept for Design.
func (f *DesignFile) Add(line int, cells []string) {
	if f.rows++; f.rows > maxDesignRows || len(f.found) > 100 {
		f.mistaken = f.rows > maxDesignRows
		return
	}
	before := len(f.found)
	u := f.read(line, cells)
	if len(f.found) > before {
		return
	}
	first := f.units[u.Code]
	switch {
	case first == nil:
		f.units[u.Code] = u
	case !f.people:
		f.fault(line, "unit", "đơn vị %q đã có ở dòng %d", "unit %q is in row %d already", u.Code, first.line)
	default:
		f.same(line, first, u)
		first.Drawn++
	}
}

func (f *DesignFile) cell(cells []string, name string) string {
	if i, ok := f.at[name]; ok && i < len(cells) {
		return strings.TrimSpace(cells[i])
	}
	return ""
}

func (f *DesignFile) fault(line int, column, vi, en string, args ...any) {
	f.found.Add(fmt.Sprintf("row %d, column %s", line, column), vi, en, args...)
}

func (f *DesignFile) read(line int, cells []string) *fileUnit {
	u := &fileUnit{line: line}
	for _, text := range []struct {
		name string
		to   *string
	}{{"agency", &u.Agency}, {"stratum", &u.Stratum}} {
		if *text.to = f.cell(cells, text.name); *text.to == "" {
			f.fault(line, text.name, "ô trống", "the cell is empty")
		}
	}
	u.Class, u.Drawn = f.cell(cells, "class"), 1
	for k, i := range f.stages[:max(0, len(f.stages)-f.own())] {
		code := ""
		if i < len(cells) {
			code = strings.TrimSpace(cells[i])
		}
		if code == "" {
			f.fault(line, fmt.Sprint("cluster", k+1), "ô trống", "the cell is empty")
		}
		u.Clusters = append(u.Clusters, code)
	}
	u.Weight = f.number(line, cells, "weight", f.at["weight"], math.SmallestNonzeroFloat64)
	for k, i := range f.counts {
		u.Counts = append(u.Counts, f.number(line, cells, fmt.Sprint("fpc", k+1), i, 1))
	}
	if !f.people {
		f.readDrawn(line, cells, u)
	}
	u.Code = cmp.Or(f.cell(cells, "unit"), unitCode(u))
	if !placeCode.MatchString(u.Code) {
		f.fault(line, "unit", "mã %q: cần 1 đến 40 chữ, số, '.', '_' hoặc '-'", "code %q: 1 to 40 letters, digits, '.', '_' or '-' are expected", u.Code)
	}
	return u
}

// readDrawn reads how many people were drawn in a unit and out of how many.
func (f *DesignFile) readDrawn(line int, cells []string, u *fileUnit) {
	drawn := f.number(line, cells, "drawn", f.at["drawn"], 1)
	if drawn != math.Trunc(drawn) || drawn > 1e9 {
		f.fault(line, "drawn", "cần một số nguyên", "a whole number is expected")
	}
	u.Drawn = int(drawn)
	i, ok := f.at["population"]
	if !ok {
		return
	}
	people := f.number(line, cells, "population", i, 1)
	if people < drawn {
		f.fault(line, "population", "nhỏ hơn số người được chọn (%g)", "it is below the number of people drawn (%g)", drawn)
	}
	u.Weight *= people / max(drawn, 1)
	if len(u.Counts) == len(u.Clusters) && (len(u.Counts) > 0 || len(u.Clusters) == 0) {
		u.Counts = append(u.Counts, people)
	}
}

// number reads a finite number of at least least; 0 where it is a mistake.
func (f *DesignFile) number(line int, cells []string, name string, i int, least float64) float64 {
	text := ""
	if i < len(cells) {
		text = strings.TrimSpace(cells[i])
	}
	x, err := strconv.ParseFloat(strings.Replace(text, ",", ".", 1), 64)
	switch {
	case text == "":
		f.fault(line, name, "ô trống", "the cell is empty")
	case err != nil || math.IsNaN(x) || math.IsInf(x, 0):
		f.fault(line, name, "%q không phải là số", "%q is not a number", text)
	case x < least && least < 1:
		f.fault(line, name, "%s: phải lớn hơn 0", "%s: it must be above 0", text)
	case x < least:
		f.fault(line, name, "%s: phải từ %g", "%s: it must be at least %g", text, least)
	default:
		return x
	}
	return 0
}

// unitCode makes the code of a unit that has none of its own.
func unitCode(u *fileUnit) string {
	if n := len(u.Clusters); n > 0 {
		return strings.ReplaceAll(u.Clusters[n-1], "/", "-")
	}
	return strings.ReplaceAll(u.Stratum, "/", "-")
}

// same wants the people of one unit to have been drawn alike.
func (f *DesignFile) same(line int, a, b *fileUnit) {
	alike := func(column string, same bool) {
		if !same {
			f.fault(line, column, "khác dòng %d của cùng đơn vị %q: người trong một đơn vị phải được chọn với cùng xác suất",
				"it differs from row %d of the same unit %q: people of a unit must be drawn with equal chances", a.line, a.Code)
		}
	}
	alike("agency", a.Agency == b.Agency)
	alike("stratum", a.Stratum == b.Stratum)
	alike("cluster", slices.Equal(a.Clusters, b.Clusters))
	alike("fpc", slices.Equal(a.Counts, b.Counts))
	alike("class", a.Class == b.Class)
	alike("weight", math.Abs(a.Weight-b.Weight) <= 1e-9*a.Weight)
}

// Design returns the units, or phrase.Mistakes with every mistake found, each with its row and column.
func (f *DesignFile) Design() (*Design, error) {
	if f.mistaken {
		f.found.Add(fmt.Sprintf("row %d", maxDesignRows), "tệp có quá nhiều dòng", "the file has too many rows")
	}
	if err := f.found.Err(); err != nil {
		return nil, err
	}
	d := &Design{}
	for _, code := range slices.Sorted(maps.Keys(f.units)) {
		d.Units = append(d.Units, f.units[code].SamplingUnit)
	}
	d.Fill()
	return d, nil
}

// Places puts the rows of the file in place of the names of units in mistakes of Design.Check.
func (f *DesignFile) Places(err error) error {
	m, ok := err.(phrase.Mistakes)
	if !ok {
		return err
	}
	for i := range m {
		if code, found := strings.CutPrefix(m[i].Path, "unit "); found && f.units[code] != nil {
			m[i].Path = fmt.Sprintf("row %d, column unit", f.units[code].line)
		}
	}
	return m
}
