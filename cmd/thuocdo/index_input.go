package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"thuocdo/data/tabular"
	"thuocdo/scoring"
	"thuocdo/scoring/phrase"
)

// indexInput gathers units from files. Columns are found by what they hold: by --columns, by their own name, or by one of
// the names in use for it.
type indexInput struct {
	plan    *scoring.Plan
	kind    string
	period  string
	columns map[string]string // what → column, from --columns
	units   map[string]*scoring.Unit
	known   map[string]string // ranking groups of the only agencies there may be; nil: the file says
	scored  bool              // a file of scores said which units there are
	above   *upward           // nil: the units themselves are the result
}

// otherNames are names in use for what a column holds, the likeliest first.
var otherNames = map[string][]string{
	"agency":   {"unit", "agency_code", "unit_code", "code", "province_code", "district_code", "commune_code", "district", "province", "commune", "ma", "mã", "don_vi", "đơn vị", "co_quan", "cơ quan", "name"},
	"group":    {"nhom", "nhóm"},
	"kind":     {"loai", "loại"},
	"period":   {"year", "ky", "kỳ", "nam", "năm"},
	"leaf":     {"tieu_chi", "tiêu chí"},
	"withheld": {},
	"status":   {},
	"parent":   {"parent_code", "province_code", "district_code", "province", "district", "truc_thuoc", "trực thuộc", "tinh", "tỉnh"},
	"weight":   {"population", "trong_so", "trọng số", "dan_so", "dân số"},
}

// of the columns that are neither leaves nor questions
var (
	unitColumns   = []string{"agency", "group", "kind", "period"}
	scoreColumns  = []string{"leaf", "self", "appraised", "value", "choice", "counts", "not_applicable", "withheld", "status"}
	surveyColumns = []string{"item", "level", "count"}
)

// check refuses options that fit no file.
func (in *indexInput) check() error {
	f := in.plan.Framework()
	if in.kind != "" && !slices.Contains(f.Kinds, in.kind) {
		return withHint(usage("framework %s is not for agencies of kind %q", f.Code, in.kind), "its kinds are %s", strings.Join(f.Kinds, ", "))
	}
	for _, what := range slices.Sorted(maps.Keys(in.columns)) {
		if !in.inScores(what) && !in.inSurvey(what) {
			return withHint(usage("--columns: %q is neither a leaf of %s nor a known column", what, f.Code),
				"WHAT is one of %s, or a leaf: %s", strings.Join(slices.Concat(unitColumns, scoreColumns), ", "), strings.Join(in.leaves(12), ", "))
		}
	}
	return nil
}

// inScores reports whether a file of scores may have a column that holds what.
func (in *indexInput) inScores(what string) bool {
	if slices.Contains(unitColumns, what) || slices.Contains(scoreColumns, what) || in.above.has(what) {
		return true
	}
	code, part, _ := strings.Cut(what, ":")
	_, leaf := in.plan.Leaf(code)
	return leaf && (part == "" || slices.Contains(leafParts, part) || strings.HasPrefix(part, casesPart))
}

// inSurvey reports whether a file of answers may have a column that holds what.
func (in *indexInput) inSurvey(what string) bool {
	return slices.Contains(unitColumns, what) || in.above.has(what) || slices.Contains(surveyColumns, what) || slices.Contains(in.plan.Questions(), what)
}

// leaves lists the codes of at most n leaves.
func (in *indexInput) leaves(n int) (codes []string) {
	for _, node := range in.plan.Nodes() {
		if node.Leaf < 0 {
			continue
		}
		if len(codes) == n {
			return append(codes, "…")
		}
		codes = append(codes, node.Code)
	}
	return codes
}

// sheetRow is a row of a file with its columns by what they hold.
type sheetRow struct {
	line  int
	cells []string
	at    map[string]int
	names []string // as written
}

func (r sheetRow) get(what string) string {
	if i, ok := r.at[what]; ok && i < len(r.cells) {
		return r.cells[i]
	}
	return ""
}

// place names a cell in a list of mistakes, by the name its column has in the file.
func (r sheetRow) place(what string) string {
	if i, ok := r.at[what]; ok && i < len(r.names) {
		what = r.names[i]
	}
	return fmt.Sprintf("row %d, column %s", r.line, what)
}

// rows reads a file and calls head once and do for each row below the header that belongs to the period.
func (in *indexInput) rows(ctx context.Context, r io.Reader, belongs func(string) bool, found *phrase.Mistakes, head func(sheetRow), do func(sheetRow)) (ignored []string, err error) {
	var at map[string]int
	var names []string
	periods := map[string]bool{}
	for row, err := range tabular.Rows(ctx, r, tabular.Limits{}) {
		var mistakes phrase.Mistakes
		if errors.As(err, &mistakes) {
			*found = append(*found, mistakes...)
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		x := sheetRow{row.Line, row.Cells, at, names}
		if at == nil {
			names = slices.Clone(row.Cells)
			at, ignored = in.header(row.Line, names, belongs, found)
			x.at, x.names = at, names
			if head(x); len(*found) > 0 {
				return nil, nil
			}
			continue
		}
		if !in.ofPeriod(x, periods, found) {
			continue
		}
		do(x)
	}
	switch {
	case at == nil:
		found.Add("row 1", "tệp trống; cần một dòng tiêu đề", "the file is empty; a header is expected")
	case in.period != "" && len(periods) > 0 && !periods[in.period]:
		found.Add("row 1", "không có dòng nào của kỳ %s; tệp có các kỳ: %s", "no row is of the period %s; the file has %s",
			in.period, strings.Join(slices.Sorted(maps.Keys(periods)), ", "))
	}
	return ignored, nil
}

// ofPeriod reports whether a row counts. A file of several periods needs --period.
func (in *indexInput) ofPeriod(x sheetRow, periods map[string]bool, found *phrase.Mistakes) bool {
	p := x.get("period")
	if _, ok := x.at["period"]; !ok || p == "" {
		return true
	}
	if periods[p] = true; in.period != "" {
		return p == in.period
	}
	if len(periods) == 2 {
		found.Add(x.place("period"), "tệp có nhiều kỳ (%s); hãy chọn một kỳ bằng --period", "the file has several periods (%s); choose one with --period",
			strings.Join(slices.Sorted(maps.Keys(periods)), ", "))
		periods[""] = true // said once
	}
	return true
}

// header finds the column of everything that belongs to the file; it returns the names of the columns it has no use for.
func (in *indexInput) header(line int, names []string, belongs func(string) bool, found *phrase.Mistakes) (at map[string]int, ignored []string) {
	at = map[string]int{}
	used := map[int]bool{}
	place := fmt.Sprintf("row %d", line)
	take := func(what string, i int) { at[what], used[i] = i, true }
	for _, what := range slices.Sorted(maps.Keys(in.columns)) {
		if !belongs(what) {
			continue
		}
		if i := column(names, in.columns[what]); i >= 0 {
			take(what, i)
		} else if !slices.Contains(unitColumns, what) || in.automatic(names, what, nil) < 0 {
			found.Add(place, "không có cột %q (cho %s); tệp có các cột: %s", "there is no column %q (for %s); the file has %s", in.columns[what], what, strings.Join(names, ", "))
		}
	}
	for i, name := range names {
		if what := in.whatIs(name, belongs); what != "" && !used[i] {
			if _, ok := at[what]; !ok {
				take(what, i)
			}
		}
	}
	for _, what := range slices.SortedFunc(maps.Keys(otherNames), parentFirst) {
		if _, ok := at[what]; ok || !belongs(what) {
			continue
		}
		if i := in.automatic(names, what, used); i >= 0 {
			take(what, i)
		}
	}
	if _, ok := at["agency"]; !ok {
		found.Add(place, "không thấy cột cơ quan (agency); chỉ ra bằng --columns agency=CỘT; tệp có các cột: %s",
			"no column names the agency; say which with --columns agency=COLUMN; the file has %s", strings.Join(names, ", "))
	}
	for i, name := range names {
		if !used[i] && name != "" {
			ignored = append(ignored, name)
		}
	}
	return at, ignored
}

// whatIs returns what a column holds by its own name.
func (in *indexInput) whatIs(name string, belongs func(string) bool) string {
	switch lower := strings.ToLower(name); {
	case belongs(name):
		return name
	case belongs(lower):
		return lower
	}
	return ""
}

// automatic returns the column with the likeliest of the names in use for what, or -1. Columns in use are passed over.
func (in *indexInput) automatic(names []string, what string, used map[int]bool) int {
	for _, other := range append([]string{what}, otherNames[what]...) {
		if i := column(names, other); i >= 0 && !used[i] {
			return i
		}
	}
	return -1
}

// column returns the place of a column, compared without case, or -1.
func column(names []string, name string) int {
	return slices.IndexFunc(names, func(n string) bool { return strings.EqualFold(n, name) })
}

// unit returns the unit of a row, made when it is first seen.
func (in *indexInput) unit(x sheetRow, found *phrase.Mistakes) (u *scoring.Unit, fresh bool) {
	code := x.get("agency")
	if code == "" {
		found.Add(x.place("agency"), "thiếu tên hoặc mã cơ quan", "the agency is missing")
		return &scoring.Unit{}, true
	}
	if _, ok := in.known[code]; in.known != nil && !ok {
		found.Add(x.place("agency"), "không có cơ quan nào mã %q thuộc bộ chỉ số này trong kỳ", "no agency %q of this framework exists in the period", code)
	}
	group := in.group(x, found)
	in.above.note(x, found)
	if u := in.units[code]; u != nil {
		if in.hasGroup(x) && u.Group != group {
			found.Add(x.place("agency"), "cơ quan %q đã ở nhóm %q, không thể thuộc cả nhóm %q", "agency %q is already in the group %q and cannot be in %q as well", code, u.Group, group)
		}
		return u, false
	}
	u = &scoring.Unit{Code: code, Group: group}
	in.units[code] = u
	return u, true
}

func (in *indexInput) hasGroup(x sheetRow) bool {
	_, group := x.at["group"]
	_, kind := x.at["kind"]
	return group || kind
}

// group finds the ranking group of a row: by its column group or kind, by --kind, or because there is only one.
func (in *indexInput) group(x sheetRow, found *phrase.Mistakes) string {
	f := in.plan.Framework()
	if in.known != nil {
		return in.known[x.get("agency")]
	}
	if _, ok := x.at["group"]; ok {
		g := x.get("group")
		if g != "" && !slices.ContainsFunc(f.Groups, func(c scoring.Group) bool { return c.Code == g }) {
			found.Add(x.place("group"), "bộ chỉ số không có nhóm %q; các nhóm: %s", "the framework has no group %q; its groups are %s", g, groupCodes(f))
		}
		return g
	}
	kind := in.kind
	if _, ok := x.at["kind"]; ok {
		if kind = x.get("kind"); !slices.Contains(f.Kinds, kind) {
			found.Add(x.place("kind"), "bộ chỉ số không dành cho loại cơ quan %q; các loại: %s", "the framework is not for agencies of kind %q; its kinds are %s", kind, strings.Join(f.Kinds, ", "))
		}
	}
	if kind == "" && len(f.Groups) == 1 {
		return f.Groups[0].Code
	}
	return f.GroupOf(kind)
}

func groupCodes(f *scoring.Framework) string {
	var codes []string
	for _, g := range f.Groups {
		codes = append(codes, g.Code)
	}
	return strings.Join(codes, ", ")
}

// grouped notes that a file does not say which of several groups its agencies belong to.
func (in *indexInput) grouped(x sheetRow, found *phrase.Mistakes) {
	f := in.plan.Framework()
	if in.known != nil || in.kind != "" || len(f.Groups) < 2 || in.hasGroup(x) || in.scored {
		return
	}
	found.Add(fmt.Sprintf("row %d", x.line), "bộ chỉ số có nhiều nhóm xếp hạng (%s): cần cột group hoặc kind, hoặc --kind",
		"the framework has several ranking groups (%s): a column group or kind, or --kind is needed", groupCodes(f))
}

var (
	plainNumber = regexp.MustCompile(`^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?$`)
	commaNumber = regexp.MustCompile(`^[+-]?\d+,\d+$`)
	thousands   = regexp.MustCompile(`^[+-]?[1-9]\d{0,2},\d{3}$`)
)

// readings returns what a cell can mean as a number: a point or a comma stands before the decimals, but 1,234 may also be
// one thousand two hundred and thirty-four. It returns nothing for what is no number.
func readings(cell string) (xs []float64) {
	parse := func(s string) {
		if x, err := strconv.ParseFloat(s, 64); err == nil {
			xs = append(xs, x)
		}
	}
	switch {
	case plainNumber.MatchString(cell):
		parse(cell)
	case commaNumber.MatchString(cell):
		parse(strings.Replace(cell, ",", ".", 1))
		if thousands.MatchString(cell) {
			parse(strings.Replace(cell, ",", "", 1))
		}
	}
	return xs
}
