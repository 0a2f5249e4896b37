package framebook

import (
	"context"
	"fmt"
	"io"

	"thuocdo/data/tabular"
	"thuocdo/scoring"
)

// mostUnread is the number of unreadable cells up to which it is worth telling what follows from them from what does not.
const mostUnread = 500

// mostLevels is how deep criteria may lie, as in a JSON file. Real sets have three or four levels.
const mostLevels = 30

// Read reads a framework from a workbook. One that is wrong is refused with phrase.Mistakes: every mistake at once, each with
// its sheet, row and column, in Vietnamese and English. A file that is no workbook, or too large, is an error of tabular.
func Read(ctx context.Context, r io.Reader) (*scoring.Framework, error) {
	w, err := tabular.OpenWorkbook(r, limits)
	if err != nil {
		return nil, err
	}
	defer w.Close()
	l := &ledger{at: map[string]place{}}
	t, err := l.collect(ctx, w)
	if err != nil {
		return nil, err
	}
	f := &scoring.Framework{}
	l.head(t[&headSheet], f)
	l.tree(t[&treeSheet], f)
	l.bands(t[&bandSheet], f)
	l.groups(t[&groupSheet], f)
	l.methods(t[&methodSheet], f)
	if len(l.unread) <= mostUnread && !l.broken {
		l.check(scoring.Check(f, l.unread))
	}
	if m := l.mistakes(); len(m) > 0 {
		return nil, m
	}
	return f, nil
}

// head reads the properties of the set.
func (l *ledger) head(rows []tabular.Row, f *scoring.Framework) {
	values := map[string]value{}
	for _, p := range properties {
		values[p.key] = value{l, "$." + p.key, ""}
		l.at["$."+p.key] = place{sheet: &headSheet}
	}
	for _, row := range rows {
		l.property(row, values)
	}
	f.Code, f.Version = values["code"].text(), values["version"].text()
	f.Title, f.Notes = both(values["title.vi"], values["title.en"]), both(values["notes.vi"], values["notes.en"])
	f.LegalBasis, f.Source = values["legal_basis"].text(), values["source"].text()
	f.Kinds, f.Period = values["kinds"].kinds(), values["period"].word(periods)
	f.Effective = scoring.Effective{From: values["effective.from"].day(), To: values["effective.to"].day()}
	f.MaxPoints, f.Rankable = values["max_points"].needed(), values["rankable"].truth()
	f.LeastPeople = values["least_people"].whole()
	f.Missing, f.Aggregate, f.Over = values["missing"].word(missings), values["aggregate"].word(aggregates), values["over"].level()
	f.Rounding = scoring.Rounding{Display: values["rounding.display"].whole(), Leaf: values["rounding.leaf"].whole(),
		Node: values["rounding.node"].whole(), Total: values["rounding.total"].whole()}
}

// property reads one row: the name in the first column, the value in the second.
func (l *ledger) property(row tabular.Row, values map[string]value) {
	name, cell := row.Cells[0], ""
	if len(row.Cells) > 1 {
		cell = row.Cells[1]
	}
	at := place{&headSheet, row.Line, 1, 0}
	p := findProperty(name)
	switch {
	case headSheet.isHeader(row.Cells), name == "" && cell == "":
		return
	case p == nil:
		l.add(at, "không biết thuộc tính “%s”", "there is no property %q", name)
		return
	case values[p.key].cell != "" && cell != "":
		l.add(at, "thuộc tính “%s” có hai dòng", "the property %q is there twice", name)
		return
	}
	path := "$." + p.key
	l.at[path] = place{&headSheet, row.Line, 2, 0}
	values[p.key] = value{l, path, cell}
}

func findProperty(name string) *property {
	f := fold(name)
	for i := range properties {
		if f == fold(properties[i].key) || f == fold(properties[i].vi) {
			return &properties[i]
		}
	}
	return nil
}

func (l *ledger) bands(rows []tabular.Row, f *scoring.Framework) {
	l.at["$.bands"] = place{sheet: &bandSheet}
	for i, r := range l.records(&bandSheet, rows) {
		at := fmt.Sprintf("$.bands[%d]", i)
		r.put(at, "range")
		b := scoring.Band{Code: r.field(at+".code", "code").text(), Title: r.title(at + ".title"),
			Percentile: r.field(at+".percentile", "percentile").flag(), Gates: r.gates(at + ".gates"), Quota: r.quota(at + ".quota")}
		for _, end := range []string{"min", "max", "min_open", "max_closed"} {
			r.put(at+"."+end, "range")
		}
		s, ok := getSpan(r.get("range"))
		if !ok {
			r.lost(at, 0, "“%s”: cần dạng >= 90, 80..<90 (không tính 90), 80..90 (tính cả hai đầu) hoặc < 50",
				"%q: expected >= 90, 80..<90 (90 outside), 80..90 (both ends inside) or < 50", r.get("range"))
		}
		b.Min, b.Max, b.MinOpen, b.MaxClosed = s.min, s.max, s.minOpen, s.maxClosed
		f.Bands = append(f.Bands, b)
	}
}

func (r record) gates(path string) (gates []scoring.Gate) {
	r.put(path, "gates")
	for i, line := range lines(r.get("gates")) {
		g, ok := getGate(line)
		if !ok {
			r.lost(fmt.Sprintf("%s[%d]", path, i), i+1, "“%s”: cần dạng “mọi tiêu chí >= 50 %%” hoặc “mục 1.1; 1.2 >= 50 %%”",
				"%q: expected \"mọi tiêu chí >= 50 %%\" (every node of a level) or \"mục 1.1; 1.2 >= 50 %%\" (these nodes)", line)
		}
		gates = append(gates, g)
	}
	return gates
}

func (r record) quota(path string) *scoring.Quota {
	keys := []string{"percent_of_below", "few", "few_most", "base"}
	given := false
	for _, k := range keys {
		given = given || r.get(k) != ""
	}
	if !given {
		return nil
	}
	r.put(path, "percent_of_below")
	q := &scoring.Quota{Percent: r.field(path+".percent_of_below", "percent_of_below").needed(), Base: r.field(path+".base", "base").word(bases)}
	if n := r.field(path+".few", "few").whole(); n != nil {
		q.Few = *n
	}
	if n := r.field(path+".few_most", "few_most").whole(); n != nil {
		q.AtMost = *n
	}
	return q
}

func (l *ledger) groups(rows []tabular.Row, f *scoring.Framework) {
	l.at["$.groups"] = place{sheet: &groupSheet}
	for i, r := range l.records(&groupSheet, rows) {
		at := fmt.Sprintf("$.groups[%d]", i)
		r.put(at, "code")
		f.Groups = append(f.Groups, scoring.Group{Code: r.field(at+".code", "code").text(), Title: r.title(at + ".title"),
			Kinds: r.field(at+".kinds", "kinds").kinds(), Rankable: r.field(at+".rankable", "rankable").truth()})
	}
}

func (l *ledger) methods(rows []tabular.Row, f *scoring.Framework) {
	l.at["$.methods"] = place{sheet: &methodSheet}
	for i, r := range l.records(&methodSheet, rows) {
		at := fmt.Sprintf("$.methods[%d]", i)
		r.put(at, "code")
		f.Methods = append(f.Methods, scoring.Method{Code: r.field(at+".code", "code").text(), Title: r.title(at + ".title"),
			Reading: r.field(at+".reading", "reading").word(readings), Pooling: r.field(at+".pooling", "pooling").word(poolings)})
	}
}

// branch is a node being read, before its children are known.
type branch struct {
	node     scoring.Node
	depth    int
	path     string
	children []*branch
}

// tree reads the criteria: one row each, every one below the row of its parent.
func (l *ledger) tree(rows []tabular.Row, f *scoring.Framework) {
	l.at["$.tree"] = place{sheet: &treeSheet}
	root := &branch{path: "$"}
	byCode, above := map[string]*branch{}, map[string]bool{}
	for _, r := range l.records(&treeSheet, rows) {
		b := &branch{}
		b.node.Code = getText(r.get("code"))
		parent := r.parent(root, byCode, above)
		if b.depth = parent.depth + 1; b.depth > mostLevels {
			r.astray = true
			r.add(r.place("code"), "nằm quá sâu: nhiều nhất %d cấp", "lies too deep: at most %d levels", mostLevels)
			parent, b.depth = root, 1
		}
		b.path = fmt.Sprintf("%s.children[%d]", parent.path, len(parent.children))
		if parent == root {
			b.path = fmt.Sprintf("$.tree[%d]", len(root.children))
		}
		parent.children = append(parent.children, b)
		r.node(b)
		byCode[b.node.Code], above[b.node.Code] = b, true
	}
	f.Tree = root.grow()
}

// grow turns children that were collected into nodes.
func (b *branch) grow() (nodes []scoring.Node) {
	for _, c := range b.children {
		c.node.Children = c.grow()
		nodes = append(nodes, c.node)
	}
	return nodes
}

func (r record) parent(root *branch, byCode map[string]*branch, above map[string]bool) *branch {
	cell := r.get("parent")
	switch {
	case cell == "":
		if guess := parentOf(getText(r.get("code")), above); guess != "" {
			return byCode[guess]
		}
		return root
	case fold(cell) == fold(rootWord) || cell == "-":
		return root
	}
	if b := byCode[getText(cell)]; b != nil {
		return b
	}
	r.astray = true
	r.add(r.place("parent"), "mục “%s” phải có ở một dòng phía trên; nếu không thuộc mục nào, ghi “%s”",
		"%q must be in a row above; for a row at the top write %q", cell, rootWord)
	return root
}

// node reads what a row says of a node.
func (r record) node(b *branch) {
	n, at := &b.node, b.path
	r.put(at, "code")
	r.put(at+".code", "code")
	n.Level, n.Title = r.field(at+".level", "level").level(), r.title(at+".title")
	n.MinPoints, n.MaxPoints = r.field(at+".min_points", "min_points").number(), r.field(at+".max_points", "max_points").needed()
	n.Weight, n.Outside = r.field(at+".weight", "weight").float(), r.field(at+".outside", "outside").flag()
	n.Aggregate, n.Over = r.field(at+".aggregate", "aggregate").word(aggregates), r.field(at+".over", "over").level()
	n.Missing, n.Source = r.field(at+".missing", "missing").word(missings), r.field(at+".source", "source").word(sources)
	n.NA = r.field(at+".not_applicable", "not_applicable").word(exempts)
	n.Rule = r.rule(at + ".rule")
}

func (r record) rule(path string) *scoring.Rule {
	r.put(path, "parameters")
	kind, cell := r.field(path+".type", "rule"), r.get("parameters")
	if kind.cell == "" {
		if cell != "" {
			r.lost(path, 0, "có chi tiết cách chấm nhưng cột “Cách chấm” để trống; cần một trong: %s", "there are details but no rule; expected one of: %s", rules.list())
		}
		return nil
	}
	rule := &scoring.Rule{Type: kind.word(rules)}
	if rule.Type == "" {
		return nil
	}
	getParams(cell, rule, func(entry int, vi, en string, args ...any) { r.lost(path, entry, vi, en, args...) })
	return rule
}
