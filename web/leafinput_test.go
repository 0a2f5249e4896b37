package web

import (
	"net/url"
	"reflect"
	"testing"

	"thuocdo/data/reference"
	"thuocdo/scoring"
	"thuocdo/scoring/assess"
	"thuocdo/web/locale"
)

func mustPlan(tb testing.TB, code string) *scoring.Plan {
	tb.Helper()
	f, err := reference.Framework(code, "")
	must(tb, err)
	plan, err := scoring.Compile(f)
	must(tb, err)
	return plan
}

func mustBook(tb testing.TB) *locale.Book {
	tb.Helper()
	w, err := loadWardrobe()
	must(tb, err)
	return w.book
}

// someInputs are inputs that a leaf takes.
func someInputs(n scoring.PlanNode) (list []scoring.LeafInput) {
	num := func(x float64) *float64 { return &x }
	if n.NA != "" {
		list = append(list, scoring.LeafInput{NotApplicable: true})
	}
	if n.Rule == nil {
		return append(list, scoring.LeafInput{Appraised: num(n.MaxPoints / 2)})
	}
	switch n.Rule.Type {
	case scoring.Choice, scoring.RatedShare:
		for _, o := range n.Rule.Options {
			list = append(list, scoring.LeafInput{Choice: o.Code})
		}
	case scoring.YesNo:
		list = append(list, scoring.LeafInput{Choice: "yes"}, scoring.LeafInput{Choice: "no"})
	case scoring.Deduct:
		if n.Rule.Severity == nil {
			return append(list, scoring.LeafInput{Value: num(2)})
		}
		counts := map[string]float64{}
		for i, v := range n.Rule.Severity {
			counts[v.Code] = float64(i)
		}
		list = append(list, scoring.LeafInput{Counts: counts})
	case scoring.CountTimes:
		list = append(list, scoring.LeafInput{Value: num(3)})
	default:
		list = append(list, scoring.LeafInput{Value: num(62.5)})
	}
	return list
}

func typedIn(f *leafForm) url.Values {
	v := url.Values{}
	for _, x := range f.Fields {
		v.Set(x.Name, x.Value)
	}
	if f.NA != nil && f.NA.Value != "" {
		v.Set(f.NA.Name, f.NA.Value)
	}
	return v
}

func TestWhatAFormShowsOfALeafIsWhatItReadsBack(t *testing.T) {
	t.Parallel()
	book := mustBook(t)
	for _, code := range []string{"par-index-province", "anti-corruption", "one-stop"} {
		plan := mustPlan(t, code)
		seen := 0
		for _, n := range plan.Nodes() {
			if !assess.Assessed(n) {
				continue
			}
			for _, in := range append(someInputs(n), scoring.LeafInput{}) {
				for _, tag := range locale.Tags {
					l := book.In(tag)
					f, back := readLeafForm(l, plan, n, "a.", typedIn(newLeafForm(l, n, "a.", in)))
					if len(f.Wrong) > 0 || !reflect.DeepEqual(in, back) {
						t.Errorf("%s %s in %s: %+v became %+v, wrong %v", code, n.Code, tag, in, back, f.Wrong)
					}
				}
			}
			seen++
		}
		if seen < 4 {
			t.Errorf("%s: %d leaves", code, seen)
		}
	}
}

func TestATypedInputIsReadOrRefusedAtItsField(t *testing.T) {
	t.Parallel()
	l, plan := mustBook(t).In("vi"), mustPlan(t, "par-index-province")
	leafOf := func(rule string, na bool) scoring.PlanNode {
		for _, n := range plan.Nodes() {
			if n.Rule != nil && n.Rule.Type == rule && (n.NA != "") == na && (rule != scoring.Deduct || n.Rule.Severity != nil) {
				return n
			}
		}
		t.Fatalf("no leaf with %s", rule)
		return scoring.PlanNode{}
	}
	for _, c := range []struct {
		rule, typed string
		na, wrong   bool
		want        string
	}{
		{scoring.Proportional, "87,5", false, false, "87.5"},
		{scoring.Proportional, " 87.5 % ", false, false, "87.5"},
		{scoring.Proportional, "101", false, true, ""},
		{scoring.Proportional, "một nửa", false, true, ""},
		{scoring.Proportional, "1.234,5", false, true, ""},
		{scoring.Proportional, "NaN", false, true, ""},
		{scoring.Proportional, "points:1", false, true, ""},
		{scoring.Proportional, "na", true, true, ""}, // there is a box for that
		{scoring.CountTimes, "2,5", false, true, ""},
		{scoring.CountTimes, "2", false, false, "2"},
		{scoring.Choice, "khong-co", false, true, ""},
		{scoring.YesNo, "yes", false, false, "yes"},
		{scoring.YesNo, "na", false, true, ""},
		{scoring.YesNo, "na", true, false, "na"},
		{scoring.YesNo, "points:2", false, true, ""},
	} {
		n := leafOf(c.rule, c.na)
		f, in := readLeafForm(l, plan, n, "", url.Values{leafPrefix + n.Code: {c.typed}})
		if (len(f.Wrong) > 0) != c.wrong || !c.wrong && in.String() != c.want {
			t.Errorf("%s %q: %q, wrong %v", c.rule, c.typed, in.String(), f.Wrong)
		}
		if c.wrong && (!f.Fields[0].Wrong || len(f.Faults(f.Fields[0].Name)) == 0) {
			t.Errorf("%s %q: nothing is said at the field", c.rule, c.typed)
		}
	}
	cases := leafOf(scoring.Deduct, false)
	first := casePrefix + cases.Code + ":" + cases.Rule.Severity[0].Code
	f, in := readLeafForm(l, plan, cases, "", url.Values{first: {"1"}})
	if len(f.Wrong) > 0 || len(in.Counts) != len(cases.Rule.Severity) || in.Counts[cases.Rule.Severity[0].Code] != 1 {
		t.Errorf("one severity: %v %v", in, f.Wrong)
	}
	na := leafOf(scoring.Proportional, true)
	f, _ = readLeafForm(l, plan, na, "", url.Values{leafPrefix + na.Code: {"5"}, naPrefix + na.Code: {"1"}})
	if len(f.Wrong) != 1 {
		t.Errorf("a number that does not apply: %v", f.Wrong)
	}
}
