package framebook

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"

	"thuocdo/data/tabular"
	"thuocdo/scoring"
)

// Write writes a framework as a workbook that Read gives back as it was. It fails with ErrTooLong where a text
// fits no cell, and with ErrTooLarge.
func Write(w io.Writer, f *scoring.Framework) (err error) {
	b, err := newBook()
	if err != nil {
		return err
	}
	defer func() {
		if e := b.Close(); err == nil {
			err = e
		}
	}()
	b.head(f)
	b.tree(f.Tree)
	b.bands(f.Bands)
	b.groups(f.Groups)
	b.methods(f.Methods)
	b.guide()
	b.lists()
	if b.err != nil {
		return fmt.Errorf("workbook of %s %s: %w", f.Code, f.Version, b.err)
	}
	return b.Write(w)
}

// book is a workbook being written; err is the first failure.
type book struct {
	*excelize.File
	styles styles
	row    map[*sheet]int
	err    error
}

func newBook() (*book, error) {
	b := &book{File: excelize.NewFile(), row: map[*sheet]int{}}
	b.do(b.SetDocProps(&excelize.DocProperties{Creator: "thuocdo", LastModifiedBy: "thuocdo", Language: "vi",
		Created: time.Unix(0, 0).UTC().Format(time.RFC3339), Modified: time.Unix(0, 0).UTC().Format(time.RFC3339)}))
	b.do(b.SetSheetName("Sheet1", headSheet.vi))
	for _, s := range []*sheet{&treeSheet, &bandSheet, &groupSheet, &methodSheet, &guideSheet, &listSheet} {
		_, err := b.NewSheet(s.vi)
		b.do(err)
	}
	b.do(b.addStyles())
	for _, s := range sheets {
		b.begin(s)
	}
	b.do(b.SetSheetVisible(listSheet.vi, false))
	return b, b.err
}

func (b *book) do(err error) {
	if b.err == nil {
		b.err = err
	}
}

// begin writes the two rows of column names and what helps to fill a sheet in.
func (b *book) begin(s *sheet) {
	for i, c := range s.columns {
		name := tabular.ColumnName(i + 1)
		b.do(b.SetColWidth(s.vi, name, name, c.width))
		if c.key == "code" || c.key == "parent" {
			b.do(b.SetColStyle(s.vi, name, b.styles.code)) // a code typed into a new row stays as it was typed
		}
		b.put(s, i, 1, c.vi, b.styles.name)
		b.put(s, i, 2, c.key, b.styles.key)
		b.choose(s, i, c.choices)
	}
	b.row[s] = 2
	corner, aside, pane := "A3", 0, "bottomLeft"
	if s == &treeSheet {
		corner, aside, pane = "D3", 3, "bottomRight"
	}
	b.do(b.SetPanes(s.vi, &excelize.Panes{Freeze: true, XSplit: aside, YSplit: 2, TopLeftCell: corner, ActivePane: pane,
		Selection: []excelize.Selection{{SQRef: corner, ActiveCell: corner, Pane: pane}}}))
	b.print(s)
}

// print asks for landscape pages as wide as the sheet, with the column names on each.
func (b *book) print(s *sheet) {
	landscape, paper, one, any, fit := "landscape", 9, 1, 0, true
	b.do(b.SetPageLayout(s.vi, &excelize.PageLayoutOptions{Orientation: &landscape, Size: &paper, FitToWidth: &one, FitToHeight: &any}))
	b.do(b.SetSheetProps(s.vi, &excelize.SheetPropsOptions{FitToPage: &fit}))
	b.do(b.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", Scope: s.vi, RefersTo: "'" + s.vi + "'!$1:$1"}))
}

// put writes a number or a text.
func (b *book) put(s *sheet, column, row int, value any, style int) {
	cell := tabular.ColumnName(column+1) + strconv.Itoa(row)
	b.do(b.SetCellStyle(s.vi, cell, cell, style))
	switch v := value.(type) {
	case float64:
		b.do(b.SetCellDefault(s.vi, cell, strconv.FormatFloat(v, 'f', -1, 64))) // SetCellFloat keeps 15 digits only
	case int:
		b.do(b.SetCellInt(s.vi, cell, int64(v)))
	case string:
		if v == "" {
			return
		}
		v = tabular.Guard(v)
		if len(v) > excelize.TotalCellChars && len(utf16.Encode([]rune(v))) > excelize.TotalCellChars {
			b.do(fmt.Errorf("%s, row %d, column %s: %w", s.vi, row, tabular.ColumnName(column+1), ErrTooLong))
			return
		}
		b.do(b.SetCellStr(s.vi, cell, v))
	}
}

// add writes a row of cells by column key.
func (b *book) add(s *sheet, cells map[string]any, look func(key string) int) {
	if b.row[s]++; b.row[s] > limits.Rows {
		b.do(fmt.Errorf("%s, row %d: %w", s.vi, b.row[s], ErrTooLarge))
		return
	}
	for i, c := range s.columns {
		if v, ok := cells[c.key]; ok {
			b.put(s, i, b.row[s], v, look(c.key))
		} else {
			b.put(s, i, b.row[s], nil, look(c.key))
		}
	}
}

// plain is the look of every sheet but the tree.
func (b *book) plain(string) int { return b.styles.text }

func number(x *float64) any {
	if x == nil {
		return nil
	}
	return *x
}

// orNothing leaves a zero out, as JSON does.
func orNothing(x float64) any {
	if x == 0 {
		return nil
	}
	return x
}

func whole(n *int) any {
	if n == nil {
		return nil
	}
	return *n
}

func truth(b *bool) string {
	if b == nil {
		return ""
	}
	return yesNo.put(strconv.FormatBool(*b))
}

func flag(b bool) string {
	if !b {
		return ""
	}
	return yesNo.put("true")
}

func optional(w words, key string) string {
	if key == "" {
		return ""
	}
	return w.put(key)
}

func optionalLevel(level string) string {
	if level == "" {
		return ""
	}
	return putLevel(level)
}

func optionalText(s string) string {
	if s == "" {
		return ""
	}
	return putText(s)
}

// inEnglish writes the English wording: an empty cell where there is none, "" where it is empty.
func inEnglish(t map[string]string) string {
	en, ok := t["en"]
	if !ok {
		return ""
	}
	return putText(en)
}

func inVietnamese(t map[string]string) string {
	vi, ok := t["vi"]
	if !ok {
		return ""
	}
	return putText(vi)
}

func putKinds(list []string) string {
	names := make([]string, len(list))
	for i, k := range list {
		names[i] = kinds.put(k)
	}
	return putList(names)
}

// head writes the properties of the set.
func (b *book) head(f *scoring.Framework) {
	values := map[string]any{
		"code": optionalText(f.Code), "version": optionalText(f.Version), "title.vi": inVietnamese(f.Title), "title.en": inEnglish(f.Title),
		"legal_basis": optionalText(f.LegalBasis), "source": optionalText(f.Source), "notes.vi": inVietnamese(f.Notes), "notes.en": inEnglish(f.Notes),
		"kinds": putKinds(f.Kinds), "period": optional(periods, f.Period), "effective.from": putDay(f.Effective.From), "effective.to": putDay(f.Effective.To),
		"max_points": f.MaxPoints, "rankable": truth(f.Rankable), "least_people": whole(f.LeastPeople), "missing": optional(missings, f.Missing),
		"rounding.display": whole(f.Rounding.Display), "rounding.leaf": whole(f.Rounding.Leaf), "rounding.node": whole(f.Rounding.Node),
		"rounding.total": whole(f.Rounding.Total), "aggregate": optional(aggregates, f.Aggregate), "over": optionalLevel(f.Over),
	}
	for _, p := range properties {
		b.add(&headSheet, map[string]any{"name": p.vi, "value": values[p.key], "key": p.key, "help": p.help}, func(key string) int {
			switch key {
			case "name":
				return b.styles.area
			case "value":
				return b.styles.text
			}
			return b.styles.help
		})
		b.chooseCell(&headSheet, 1, b.row[&headSheet], p.choices)
	}
}

// putDay writes a day as Vietnamese forms have it.
func putDay(day string) string {
	d, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return optionalText(day)
	}
	return d.Format("02/01/2006")
}

// tree writes the criteria in the order of the set.
func (b *book) tree(nodes []scoring.Node) { b.nodes(nodes, "", 0, map[string]bool{}) }

func (b *book) nodes(nodes []scoring.Node, parent string, depth int, above map[string]bool) {
	for i := range nodes {
		n := &nodes[i]
		cells := map[string]any{
			"code": optionalText(n.Code), "level": optionalLevel(n.Level), "title_vi": inVietnamese(n.Title), "title_en": inEnglish(n.Title),
			"max_points": n.MaxPoints, "source": optional(sources, n.Source), "not_applicable": optional(exempts, n.NA),
			"missing": optional(missings, n.Missing), "min_points": orNothing(n.MinPoints), "weight": number(n.Weight),
			"aggregate": optional(aggregates, n.Aggregate), "over": optionalLevel(n.Over), "outside": flag(n.Outside),
		}
		if n.Rule != nil {
			cells["rule"], cells["parameters"] = optional(rules, n.Rule.Type), putParams(n.Rule)
		}
		if guess := parentOf(n.Code, above); guess != parent {
			cells["parent"] = rootWord
			if parent != "" {
				cells["parent"] = putText(parent)
			}
		}
		b.add(&treeSheet, cells, b.styles.look(len(n.Children) > 0, depth))
		above[n.Code] = true
		b.nodes(n.Children, n.Code, depth+1, above)
	}
}

// rootWord stands in the column of parents for a node at the top whose code looks like one further down.
const rootWord = "(gốc)"

// parentOf guesses the parent of a code from the codes of the rows above: 1.2.3 belongs to 1.2, or else to 1.
func parentOf(code string, above map[string]bool) string {
	for at := strings.LastIndexByte(code, '.'); at > 0; at = strings.LastIndexByte(code[:at], '.') {
		if above[code[:at]] {
			return code[:at]
		}
	}
	return ""
}

func (b *book) bands(bands []scoring.Band) {
	for i := range bands {
		x := &bands[i]
		cells := map[string]any{"code": optionalText(x.Code), "title_vi": inVietnamese(x.Title), "title_en": inEnglish(x.Title),
			"range": putSpan(bandSpan(*x)), "percentile": flag(x.Percentile)}
		gates := make([]string, len(x.Gates))
		for k, g := range x.Gates {
			gates[k] = putGate(g)
		}
		cells["gates"] = strings.Join(gates, "\n")
		if q := x.Quota; q != nil {
			cells["percent_of_below"], cells["base"] = q.Percent, optional(bases, q.Base)
			if q.Few != 0 {
				cells["few"] = q.Few
			}
			if q.AtMost != 0 {
				cells["few_most"] = q.AtMost
			}
		}
		b.add(&bandSheet, cells, b.plain)
	}
}

func (b *book) groups(groups []scoring.Group) {
	for _, g := range groups {
		b.add(&groupSheet, map[string]any{"code": optionalText(g.Code), "title_vi": inVietnamese(g.Title), "title_en": inEnglish(g.Title),
			"kinds": putKinds(g.Kinds), "rankable": truth(g.Rankable)}, b.plain)
	}
}

func (b *book) methods(methods []scoring.Method) {
	for _, m := range methods {
		b.add(&methodSheet, map[string]any{"code": optionalText(m.Code), "title_vi": inVietnamese(m.Title), "title_en": inEnglish(m.Title),
			"reading": optional(readings, m.Reading), "pooling": optional(poolings, m.Pooling)}, b.plain)
	}
}
