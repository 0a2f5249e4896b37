package reference

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"

	"thuocdo/scoring"
	"thuocdo/survey"
)

func mustFramework(tb testing.TB, code, version string) *scoring.Framework {
	tb.Helper()
	f, err := Framework(code, version)
	if err != nil {
		tb.Fatal(err)
	}
	return f
}

// visit calls f for every node, parents first.
func visit(nodes []scoring.Node, f func(n *scoring.Node)) {
	for i := range nodes {
		f(&nodes[i])
		visit(nodes[i].Children, f)
	}
}

// count returns how many nodes of each level there are at or below nodes.
func count(nodes []scoring.Node) map[string]int {
	n := map[string]int{}
	visit(nodes, func(x *scoring.Node) { n[x.Level]++ })
	return n
}

func TestFrameworksHaveTheirOwnCodeAndSource(t *testing.T) {
	t.Parallel()
	all, err := Frameworks()
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range all {
		got = append(got, f.Code+" "+f.Version)
		if f.Source == "" || f.Notes["vi"] == "" {
			t.Errorf("%s %s: no source or notes", f.Code, f.Version)
		}
		codes := map[string]bool{}
		visit(f.Tree, func(n *scoring.Node) {
			if codes[n.Code] {
				t.Errorf("%s %s: code %s is used twice", f.Code, f.Version, n.Code)
			}
			codes[n.Code] = true
			if leaf := len(n.Children) == 0; leaf != (n.Source != "") {
				t.Errorf("%s %s: %s: source %q", f.Code, f.Version, n.Code, n.Source)
			}
		})
	}
	want := []string{"anti-corruption tt04-2014", "binhduong-district-2017 2017", "one-stop tt01-2018", "papi 2011-2015", "papi 2016-2017", "papi 2018", "par-index-province 2948-minh-hoa", "qd766 2022", "sipas 2017-2020", "sipas 2023-2026"}
	if slices.Sort(got); !slices.Equal(got, want) {
		t.Errorf("frameworks %q, want %q", got, want)
	}
}

// Wards are ranked apart from communes and special zones (Hải Phòng 2025: 45 wards, 68 communes and special zones).
func TestSIPASRanksWardsApartFromCommunes(t *testing.T) {
	t.Parallel()
	f := mustFramework(t, "sipas", "")
	got := [3]string{f.GroupOf(string(survey.Ward)), f.GroupOf(string(survey.Commune)), f.GroupOf(string(survey.SpecialZone))}
	if want := [3]string{"ward", "commune", "commune"}; got != want {
		t.Errorf("groups of wards, communes and special zones: %q, want %q", got, want)
	}
}

// The two packages know nothing of each other, so only here can their lists be compared.
func TestFrameworksKnowTheKindsOfAgencies(t *testing.T) {
	t.Parallel()
	var kinds []string
	for _, k := range survey.Kinds() {
		kinds = append(kinds, string(k))
	}
	if !slices.Equal(kinds, scoring.AgencyKinds) {
		t.Errorf("kinds of agencies %q, kinds in frameworks %q", kinds, scoring.AgencyKinds)
	}
}

// Maxima add up to the last digit of what float64 holds; thirds may differ in the last bit.
func TestMaximaAddUp(t *testing.T) {
	t.Parallel()
	all, err := Frameworks()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range all {
		if f.Aggregate == scoring.Pooled {
			continue
		}
		root := scoring.Node{Code: f.Code + " " + f.Version, MaxPoints: f.MaxPoints, Children: f.Tree}
		visit([]scoring.Node{root}, func(n *scoring.Node) {
			sum := 0.0
			for _, c := range n.Children {
				weight := 1.0
				if c.Weight != nil {
					weight = *c.Weight
				}
				sum += weight * c.MaxPoints
			}
			if len(n.Children) > 0 && math.Abs(sum-n.MaxPoints) > 1e-14*n.MaxPoints {
				t.Errorf("%s %s: %v, children add up to %v", f.Code, n.Code, n.MaxPoints, sum)
			}
		})
	}
}

func TestFrameworkIsFoundByCodeAndVersion(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ code, version, want string }{
		{"papi", "", "2018"},
		{"papi", "2011-2015", "2011-2015"},
		{"sipas", "", "2023-2026"},
	} {
		if f := mustFramework(t, c.code, c.version); f.Code != c.code || f.Version != c.want {
			t.Errorf("%s %s: got %s %s, want version %s", c.code, c.version, f.Code, f.Version, c.want)
		}
	}
	for _, c := range [][2]string{{"papi", "2010"}, {"sipas-2017", ""}, {"", ""}} {
		if _, err := Framework(c[0], c[1]); !errors.Is(err, ErrUnknownFramework) {
			t.Errorf("%v: %v, want ErrUnknownFramework", c, err)
		}
	}
}

// Maxima, criteria and sub-criteria of each area are those stated for the set of Decision 2948/QĐ-BNV.
func TestPARIndexHasTheStatedAreas(t *testing.T) {
	t.Parallel()
	f := mustFramework(t, "par-index-province", "2948-minh-hoa")
	stated := []struct {
		max                  float64
		criteria, components int
	}{{10, 6, 6}, {10, 4, 6}, {14.5, 5, 16}, {11, 4, 10}, {16, 9, 16}, {7, 3, 6}, {16, 5, 18}, {15.5, 3, 3}}
	if len(f.Tree) != len(stated) {
		t.Fatalf("%d areas, want %d", len(f.Tree), len(stated))
	}
	for i, a := range f.Tree {
		n := count(a.Children)
		if a.MaxPoints != stated[i].max || n["criterion"] != stated[i].criteria || n["sub_criterion"] != stated[i].components || len(n) > 2 {
			t.Errorf("area %s: max %v, %v; want %+v", a.Code, a.MaxPoints, n, stated[i])
		}
	}
	if !strings.Contains(f.Title["vi"], "minh họa") || !strings.Contains(f.Title["en"], "illustrative") {
		t.Errorf("the title does not say that the set is illustrative: %v", f.Title)
	}
}

// A SIPAS result is worth 10 of the 100 points.
func TestPARIndexTakesTenPointsFromSIPAS(t *testing.T) {
	t.Parallel()
	f := mustFramework(t, "par-index-province", "")
	n, rules, surveyed := 0, map[string]int{}, 0.0
	visit(f.Tree, func(x *scoring.Node) {
		if x.Rule == nil {
			return
		}
		rules[x.Rule.Type]++
		if x.Source == "survey" || x.Source == "index" {
			surveyed += x.MaxPoints
		}
		if x.Rule.Type == scoring.IndexValue {
			n++
			if x.MaxPoints != 10 || x.Rule.Framework != "sipas" || *x.Rule.To != 100 || !strings.HasPrefix(x.Code, "8.") {
				t.Errorf("%s: %v points from %+v", x.Code, x.MaxPoints, x.Rule)
			}
		}
	})
	if n != 1 || surveyed != 27 {
		t.Errorf("%d leaves from an index, %v points by survey; want 1 and 27", n, surveyed)
	}
	for _, r := range []string{scoring.Choice, scoring.YesNo, scoring.Steps, scoring.CountTimes, scoring.Deduct, scoring.RatedShare, scoring.Proportional, scoring.Linear} {
		if rules[r] == 0 {
			t.Errorf("no leaf shows the rule %s", r)
		}
	}
}

func TestSIPASReadsTheItemsOfTheQuestionnaire(t *testing.T) {
	t.Parallel()
	f, q := mustFramework(t, "sipas", ""), mustSIPAS(t)
	scales := map[string][]string{}
	for _, s := range q.Scales {
		scales[s.Code] = s.Items
	}
	visit(f.Tree, func(n *scoring.Node) {
		if n.Level == "item" {
			if !slices.Equal(n.Rule.Items, []string{n.Code}) {
				t.Errorf("%s reads %v", n.Code, n.Rule.Items)
			}
			return
		}
		var items []string
		visit(n.Children, func(x *scoring.Node) {
			if x.Level == "item" {
				items = append(items, x.Code)
			}
		})
		if !slices.Equal(items, scales[n.Code]) || n.MaxPoints != 100 {
			t.Errorf("%s: items %v, the questionnaire has %v", n.Code, items, scales[n.Code])
		}
	})
	if n := count(f.Tree); n["content"] != 2 || n["factor"] != 9 || n["item"] != 39 {
		t.Errorf("levels %v, want 2 contents, 9 factors, 39 items", n)
	}
	pairs := map[string]bool{}
	for _, m := range f.Methods {
		pairs[m.Reading+"/"+m.Pooling] = true
	}
	want := []string{"mean/items_pooled", "mean/mean_of_factors", "mean/mean_of_items", "share/items_pooled", "share/mean_of_factors", "share/mean_of_items"}
	if got := slices.Sorted(maps.Keys(pairs)); !slices.Equal(got, want) || f.Methods[0].Reading != "mean" || f.Methods[0].Pooling != "items_pooled" {
		t.Errorf("methods %v, the first %+v", got, f.Methods[0])
	}
}

// Sub-dimensions run from 1/n to 10/n points for n in a dimension; the composite is 60 points until 2017 and 80 since 2018.
func TestPAPIHasThePublishedScales(t *testing.T) {
	t.Parallel()
	for version, want := range map[string][2]int{"2011-2015": {6, 22}, "2016-2017": {6, 22}, "2018": {8, 0}} {
		f := mustFramework(t, "papi", version)
		n := count(f.Tree)
		if got := [2]int{n["dimension"], n["sub_dimension"]}; got != want || f.MaxPoints != float64(10*want[0]) {
			t.Errorf("%s: dimensions and sub-dimensions %v, want %v; max %v", version, got, want, f.MaxPoints)
		}
		for _, d := range f.Tree {
			if len(d.Children) == 0 && (d.MinPoints != 1 || d.MaxPoints != 10) {
				t.Errorf("%s %s: %v to %v", version, d.Code, d.MinPoints, d.MaxPoints)
			}
			for _, s := range d.Children {
				k := float64(len(d.Children))
				if s.MinPoints != 1/k || s.MaxPoints != 10/k {
					t.Errorf("%s %s: %v to %v, want %v to %v", version, s.Code, s.MinPoints, s.MaxPoints, 1/k, 10/k)
				}
			}
		}
	}
}

func TestPAPIDimensionThreeChangedIn2016(t *testing.T) {
	t.Parallel()
	title := func(version string) string {
		var s []string
		for _, x := range mustFramework(t, "papi", version).Tree[2].Children {
			s = append(s, x.Title["en"])
		}
		return fmt.Sprint(s)
	}
	if was, is := title("2011-2015"), title("2016-2017"); !strings.Contains(was, "Community Investment Boards") || !strings.Contains(is, "Responsive to Citizen Actions") {
		t.Errorf("dimension 3 was %s and is %s", was, is)
	}
}
