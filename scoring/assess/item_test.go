package assess

import (
	"fmt"
	"slices"
	"testing"

	"thuocdo/scoring"
)

func codes(items []Item) (list []string) {
	for _, x := range items {
		list = append(list, x.Agency+" "+x.Node.Code)
	}
	return list
}

func TestItemsAreWhatAnAccountAppraises(t *testing.T) {
	t.Parallel()
	d := filled(t, 1)
	sheets := []Sheet{*d.sheet, {Agency: "79", Stage: Draft, Leaves: d.sheet.Leaves}}
	for login, want := range map[string][]string{
		"lan":  {"01 1.1", "01 1.2", "01 1.3"},
		"minh": {"01 1.3", "01 2.3", "01 2.2"},
		"zoe":  nil,
		"":     {"01 1.1", "01 1.2", "01 1.3", "01 2.3", "01 2.2"},
	} {
		if got := codes(Items(d.season, d.plan, sheets, login)); !slices.Equal(got, want) {
			t.Errorf("%q: %v, want %v", login, got, want)
		}
	}
	if _, err := d.sheet.Item(d.plan, "2.1"); err == nil {
		t.Error("a leaf that a survey gives is an item")
	}
	if x, err := d.sheet.Item(d.plan, "1.2"); err != nil || *x.Claimed != 2.7 || *x.Standing != 2.7 {
		t.Errorf("%+v, %v", x, err)
	}
}

func TestItemsHaveFacets(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 2)
	d.do("ha", d.fill("1.1", choice("a")), d.fill("1.2", value(90)), Fill{"1.3", 0, Claim{Input: points(1), Explanation: "chưa có"}}, Submit{Head: "A"})
	facets := func(leaf string) (list []Facet) {
		x, err := d.sheet.Item(d.plan, leaf)
		must(t, err)
		return slices.DeleteFunc(slices.Clone(Facets), func(f Facet) bool { return !x.Is(f) })
	}
	check := func(leaf string, want ...Facet) {
		t.Helper()
		if got := facets(leaf); !slices.Equal(got, want) {
			t.Errorf("%s at %s: %v, want %v", leaf, d.sheet.Stage, got, want)
		}
	}
	check("1.3", Unseen, Bare)
	check("2.2") // outside the maximum and empty
	check("2.3", Unseen)
	d.do("lan", Ask{"1.1", 1, "?"}, Appraise{Leaf: "1.2", Seen: 1})
	check("1.1", Unseen, Waiting)
	d.do("ha", Answer{Leaf: "1.1", Seen: 2, Question: 1, Text: "!"})
	check("1.1", Unseen, Answered)
	d.do("lan", Appraise{Leaf: "1.1", Seen: 3, Input: ptr(choice("b")), Reason: "chậm"})
	check("1.1", Adjusted, Answered, Differing)
	check("1.2")
	d.do("minh", Appraise{Leaf: "1.3", Seen: 1}, Appraise{Leaf: "2.3", Input: ptr(value(50)), Reason: "Niên giám"}, Advance{})
	d.do("ha", Explain{"1.2", 2, "cập nhật", false, nil}, Advance{Done: true})
	check("1.2", Unseen, Explained)
	check("1.3", Bare)
	d.do("lan", Appraise{Leaf: "1.2", Seen: 3})
	check("1.2", Explained)
	if (Item{}).Is("other") {
		t.Error("a facet that is none")
	}
}

// sheetOf is a submitted sheet with a claim about 1.1 and what was made of it.
func sheetOf(agency, claimed, appraised, document string) Sheet {
	l := Leaf{Version: 2, Claim: Claim{Input: choice(claimed)}, Appraisal: &Appraisal{Round: 1}}
	if document != "" {
		l.Claim.Evidence = []Evidence{{Number: document}}
	}
	if appraised != claimed {
		l.Appraisal.Input = ptr(choice(appraised))
	}
	return Sheet{Agency: agency, Stage: Submitted, Leaves: map[string]Leaf{"1.1": l}}
}

func TestDoubtsNameWhatDiffers(t *testing.T) {
	t.Parallel()
	plan, s := mustPlan(t), season(1)
	s.Appraisers = nil
	sheets := []Sheet{
		sheetOf("01", "a", "a", "12/QĐ-TTg"), sheetOf("02", "a", "b", " 12/qđ-ttg"), sheetOf("03", "b", "b", "3/KH"),
		sheetOf("04", "c", "c", "3/KH "), sheetOf("05", "b", "b", ""),
	}
	var got []string
	for _, f := range Doubtful(Items(s, plan, sheets, "")) {
		line := fmt.Sprint(f.Doubt, " ", f.Leaf.Code, " ", f.What)
		for _, g := range f.Groups {
			line += fmt.Sprintf(" | %v", *g[0].Standing)
			for _, x := range g {
				line += " " + x.Agency
			}
		}
		got = append(got, line)
	}
	// One file under two numbers is one document; one that is the same by number too is named once.
	for i, number := range []string{"5/TB", "6/TB", "5/TB"} {
		x := sheetOf(fmt.Sprint("1", i), []string{"b", "c", "c"}[i], []string{"b", "c", "c"}[i], number)
		l := x.Leaves["1.1"]
		l.Claim.Evidence[0].File = &File{Digest: "ab", Name: "tb.pdf"}
		x.Leaves["1.1"] = l
		sheets = append(sheets, x)
	}
	for _, f := range Doubtful(Items(s, plan, sheets[5:], "")) {
		got = append(got, fmt.Sprint(f.What, " ", len(f.Groups)))
	}
	want := []string{"document 1.1 12/QĐ-TTG | 2 01 | 1 02", "document 1.1 3/KH | 1 03 | 0 04", "input 1.1 a | 2 01 | 1 02", "5/TB 2", "tb.pdf (SHA-256 ab) 2"}
	if !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}

func TestOutliersLieBeyondTheFences(t *testing.T) {
	t.Parallel()
	plan, s := mustPlan(t), season(1)
	s.Appraisers = nil
	at := func(percents ...float64) []string {
		var sheets []Sheet
		for i, p := range percents {
			sheets = append(sheets, Sheet{Agency: fmt.Sprintf("%02d", i), Stage: Submitted, Leaves: map[string]Leaf{"1.2": {Claim: Claim{Input: value(p)}}}})
		}
		sheets = append(sheets, Sheet{Agency: "na", Stage: Submitted, Leaves: map[string]Leaf{"1.2": {Claim: Claim{Input: scoring.LeafInput{NotApplicable: true}}}}})
		var list []string
		for _, f := range Doubtful(Items(s, plan, sheets, "")) {
			for _, g := range f.Groups {
				list = append(list, codes(g)...)
			}
		}
		return list
	}
	for _, c := range []struct {
		percents []float64
		want     []string
	}{
		{[]float64{90, 90, 91, 91, 92, 92, 93, 20}, []string{"07 1.2"}},
		{[]float64{90, 90, 91, 91, 92, 92, 20}, nil},                                  // too few
		{[]float64{90, 90, 90, 90, 90, 90, 90, 88}, nil},                              // beyond the fences, and yet close
		{[]float64{10, 20, 30, 40, 50, 60, 70, 80}, nil},                              // far apart, all of them
		{[]float64{50, 50, 50, 50, 50, 50, 50, 90, 10}, []string{"07 1.2", "08 1.2"}}, // the quartiles are one
	} {
		if got := at(c.percents...); !slices.Equal(got, c.want) {
			t.Errorf("%v: %v, want %v", c.percents, got, c.want)
		}
	}
}
