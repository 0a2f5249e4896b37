package docs

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"thuocdo/data/framebook"
	"thuocdo/data/tabular"
	"thuocdo/scoring"
	"thuocdo/scoring/phrase"
)

// sample is a unit of an example: the inputs of its leaves, the answers of its survey, the values of its other indexes.
type sample struct {
	scoring.LeafInput
	Code     string                       `json:"code"`
	Kind     string                       `json:"kind"`
	Scores   map[string]scoring.LeafInput `json:"scores"`
	Answers  map[string]map[string]int64  `json:"answers"`
	Index    *float64                     `json:"index"`
	Withheld bool                         `json:"withheld"`
}

func (s sample) unit(tb testing.TB, p *scoring.Plan) scoring.Unit {
	tb.Helper()
	u := scoring.Unit{Code: s.Code, Group: p.Framework().GroupOf(s.Kind), Withheld: s.Withheld, Survey: s.survey(tb, p)}
	var err error
	if u.Leaves, err = p.Inputs(s.Scores); err != nil {
		tb.Fatal(err)
	}
	if s.Index != nil {
		u.Index = map[string]scoring.Score{p.References()[0].Key(): {Points: *s.Index, Max: 100, Known: true}}
	}
	return u
}

func (s sample) survey(tb testing.TB, p *scoring.Plan) scoring.Survey {
	tb.Helper()
	if s.Answers == nil {
		return nil
	}
	r := scoring.NewRatings(p.Basis())
	for item, levels := range s.Answers {
		for level, n := range levels {
			if v, err := strconv.Atoi(level); err != nil || !p.Rates(item) {
				r.Choose(item, level, n)
			} else if err := r.AddCount(item, v, n); err != nil {
				tb.Fatal(err)
			}
		}
	}
	return r
}

// guide runs the examples of the guide one after another.
type guide struct {
	*testing.T
	block
	node      *scoring.Node
	framework *scoring.Framework
	units     []sample
	refused   phrase.Mistakes
	rules     map[string]int
	seen      map[string]int
}

func TestEveryExampleOfTheGuideGivesWhatItSays(t *testing.T) {
	t.Parallel()
	g := &guide{T: t, rules: map[string]int{}, seen: map[string]int{}}
	for _, g.block = range blocks(t, "framework.md") {
		kind, rest, _ := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(g.info, "json "), "text "), " ")
		g.seen[kind]++
		switch kind {
		case "node":
			g.readNode()
		case "cell":
			g.cell(rest)
		case "framework":
			g.readFramework()
		case "units":
			g.read(&g.units)
		case "refused":
			g.refused = mistakesOf(t, []byte(g.text))
		case "mistakes":
			g.mistakes(strings.TrimPrefix(rest, "of "))
		case "table":
			g.table()
		default:
			if strings.HasPrefix(g.info, "json") || strings.HasPrefix(g.info, "text") {
				t.Errorf("line %d: nothing runs a block of kind %q", g.line, g.info)
			}
		}
	}
	for _, r := range scoring.RuleTypes() {
		if g.rules[r] == 0 {
			t.Errorf("no worked example of the rule %s", r)
		}
	}
	if g.seen["inputs"] < 15 || g.seen["results"] < 8 || g.seen["mistakes"] < 2 {
		t.Errorf("too little was run: %v", g.seen)
	}
}

func (g *guide) read(into any) {
	g.Helper()
	d := json.NewDecoder(strings.NewReader(g.text))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		g.Fatalf("line %d: %v", g.line, err)
	}
}

func (g *guide) readNode() {
	g.node = &scoring.Node{}
	g.read(g.node)
	if f, err := scoring.Parse(mustMarshal(g, g.around())); err != nil {
		g.Errorf("line %d: %v", g.line, err)
	} else if err := validate(g, mustSchema(g), mustMarshal(g, f)); err != nil {
		g.Errorf("line %d: the schema refuses it: %v", g.line, err)
	}
}

func (g *guide) readFramework() {
	f, err := scoring.Parse([]byte(g.text))
	if err != nil {
		g.Errorf("line %d: %v", g.line, err)
	}
	if err := validate(g, mustSchema(g), []byte(g.text)); err != nil {
		g.Errorf("line %d: the schema refuses it: %v", g.line, err)
	}
	g.framework, g.units = f, nil
}

func mustMarshal(tb testing.TB, f *scoring.Framework) []byte {
	tb.Helper()
	data, err := json.Marshal(f)
	if err != nil {
		tb.Fatal(err)
	}
	return data
}

// around is a framework with the present node and, where it lies outside the maximum, something to lie outside of.
func (g *guide) around() *scoring.Framework {
	f := &scoring.Framework{Code: "x", Version: "1", Title: phrase.VI("Thử", "Test"), Kinds: []string{"commune"}, Period: "year", MaxPoints: g.node.MaxPoints,
		Rankable: new(bool), Tree: []scoring.Node{*g.node}}
	if g.node.Outside {
		f.MaxPoints = 100
		f.Tree = append(f.Tree, scoring.Node{Code: "rest", Title: phrase.VI("Còn lại", "Rest"), MaxPoints: 100})
	}
	return f
}

// cell compares the rule and its details as the workbook shows them.
func (g *guide) cell(rule string) {
	g.Helper()
	var b bytes.Buffer
	if err := framebook.Write(&b, g.around()); err != nil {
		g.Fatal(err)
	}
	book, err := excelize.OpenReader(&b)
	if err != nil {
		g.Fatal(err)
	}
	for cell, want := range map[string]string{"G3": rule, "H3": strings.TrimSuffix(g.text, "\n")} {
		if got, err := book.GetCellValue("Tiêu chí", cell); err != nil || tabular.Unguard(got) != want {
			g.Errorf("line %d: the workbook shows %q, %v; the guide says %q", g.line, got, err, want)
		}
	}
}

func (g *guide) table() {
	if inputs, ok := g.column("input"); ok {
		g.seen["inputs"]++
		g.rules[g.node.Rule.Type]++
		points, _ := g.column("points")
		for i := range inputs {
			g.input(inputs[i], points[i])
		}
	}
	if _, ok := g.column("unit"); ok {
		g.seen["results"]++
		g.results()
	}
}

// input computes the present node from one input.
func (g *guide) input(text, want string) {
	g.Helper()
	s := sample{Code: "u", Kind: "commune"}
	d := json.NewDecoder(strings.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&s); err != nil {
		g.Fatalf("line %d: %s: %v", g.line, text, err)
	}
	s.Scores = map[string]scoring.LeafInput{g.node.Code: s.LeafInput}
	p := mustPlan(g, g.around())
	out, err := p.Compute([]scoring.Unit{s.unit(g, p)})
	got := "refused"
	if err == nil {
		at, _ := p.Node(g.node.Code)
		got = shown(out.Results[0].Nodes[at])
	} else if !errors.Is(err, scoring.ErrInputs) {
		g.Fatal(err)
	}
	if !agrees(got, want) {
		g.Errorf("line %d: %s gives %s, the guide says %s", g.line, text, got, want)
	}
}

func mustPlan(tb testing.TB, f *scoring.Framework) *scoring.Plan {
	tb.Helper()
	p, err := scoring.Compile(f)
	if err != nil {
		tb.Fatal(err)
	}
	return p
}

// shown is a score as the guide writes it: points, or why there are none.
func shown(s scoring.Score) string {
	if !s.Known {
		return s.Gap.String()
	}
	return strconv.FormatFloat(s.Points, 'f', -1, 64)
}

// agrees compares a computed value with one of the guide; "≈ 8.333" is rounded.
func agrees(got, want string) bool {
	rounded, about := strings.CutPrefix(want, "≈ ")
	x, err := strconv.ParseFloat(got, 64)
	y, err2 := strconv.ParseFloat(rounded, 64)
	if err != nil || err2 != nil {
		return got == want
	}
	within := 1e-9
	if about {
		_, decimals, _ := strings.Cut(rounded, ".")
		within = 0.5*math.Pow10(-len(decimals)) + 1e-9
	}
	return math.Abs(x-y) <= within
}

// results computes the present framework for the present units and compares every row.
func (g *guide) results() {
	g.Helper()
	names, _ := g.column("unit")
	methods, _ := g.column("method")
	for i, name := range names {
		method := ""
		if methods != nil {
			method = methods[i]
		}
		r := g.compute(method)[name]
		for word, got := range map[string]string{"total": shown(r.Total), "rank": number(r.Rank), "band": r.Band, "by points": r.ByPoints, "fell": string(r.Fell),
			"group": r.Group, "measured": strconv.FormatFloat(r.Measured, 'f', -1, 64)} {
			if want, ok := g.column(word); ok && !agrees(got, want[i]) {
				g.Errorf("line %d: %s of %s is %q, the guide says %q", g.line, word, name, got, want[i])
			}
		}
	}
	if len(names) == 0 {
		g.Errorf("line %d: the table is empty", g.line)
	}
}

func number(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func (g *guide) compute(method string) map[string]scoring.Result {
	g.Helper()
	p, err := mustPlan(g, g.framework).Method(method)
	if err != nil {
		g.Fatal(err)
	}
	var units []scoring.Unit
	for _, s := range g.units {
		units = append(units, s.unit(g, p))
	}
	out, err := p.Compute(units)
	if err != nil {
		g.Fatalf("line %d: %v", g.line, err)
	}
	by := map[string]scoring.Result{}
	for _, r := range out.Results {
		by[r.Unit] = r
	}
	return by
}

func mistakesOf(tb testing.TB, data []byte) phrase.Mistakes {
	tb.Helper()
	_, err := scoring.Parse(data)
	var m phrase.Mistakes
	if !errors.As(err, &m) {
		tb.Fatalf("not refused with mistakes: %v", err)
	}
	return m
}

// mistakes compares what the last refused example, or a file, is refused with, in both languages.
func (g *guide) mistakes(file string) {
	g.Helper()
	m := g.refused
	if file != "" {
		data, err := os.ReadFile(filepath.FromSlash(file))
		if err != nil {
			g.Fatal(err)
		}
		m = mistakesOf(g, data)
	}
	if got := m.In("vi") + "\n" + m.In("en") + "\n"; got != g.text {
		g.Errorf("line %d: refused with\n%s", g.line, got)
	}
}

// Rows of the two tables on fields name every field there is.
func TestTheGuideNamesEveryField(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("framework.md")
	if err != nil {
		t.Fatal(err)
	}
	n := mustTree(t)
	fields := slices.Collect(maps.Keys(n.Properties))
	for name := range n.Defs {
		fields = append(fields, n.fields(name)...)
	}
	for _, f := range fields {
		if !strings.Contains(string(data), f) {
			t.Errorf("the guide does not mention %s", f)
		}
	}
	for _, word := range slices.Concat(scoring.AgencyKinds, scoring.RuleTypes()) {
		if !strings.Contains(string(data), fmt.Sprintf("`%s`", word)) {
			t.Errorf("the guide does not mention %s", word)
		}
	}
}
