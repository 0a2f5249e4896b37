package scoring

import (
	"fmt"
	"slices"
	"strings"
)

// ruleFields says which fields each rule type may have; those after ! are needed.
var ruleFields = map[string]string{
	Choice: "!options", YesNo: "", Steps: "!steps", CountTimes: "!unit", Deduct: "unit severity", RatedShare: "!options",
	Proportional: "", Linear: "!from !to", SurveyShare: "!items levels to", SurveyMean: "!items options to",
	IndexValue: "!framework method node to", Bonus: "!unit cap", Penalty: "!unit cap",
}

// ruleTypes lists the rule types in the order of the guide.
var ruleTypes = []string{Choice, YesNo, Steps, CountTimes, Deduct, RatedShare, Proportional, Linear, SurveyShare, SurveyMean, IndexValue, Bonus, Penalty}

// given lists the fields of a rule that are set.
func (r *Rule) given() []string {
	var out []string
	for _, f := range []struct {
		name string
		set  bool
	}{
		{"options", len(r.Options) > 0}, {"steps", len(r.Steps) > 0}, {"unit", r.Unit != 0}, {"cap", r.Cap != nil}, {"from", r.From != nil},
		{"to", r.To != nil}, {"items", len(r.Items) > 0}, {"levels", len(r.Levels) > 0}, {"framework", r.Framework != ""},
		{"method", r.Method != ""}, {"node", r.Node != ""}, {"severity", len(r.Severity) > 0},
	} {
		if f.set {
			out = append(out, f.name)
		}
	}
	return out
}

// RuleTypes returns the types of rules in the order of the guide.
func RuleTypes() []string { return slices.Clone(ruleTypes) }

// RuleFields returns the JSON names of the fields that a rule of this type must and may have beside its type.
// Of the optional fields of a deduction exactly one is needed.
func RuleFields(ruleType string) (needed, optional []string) {
	for _, f := range strings.Fields(ruleFields[ruleType]) {
		if name, must := strings.CutPrefix(f, "!"); must {
			needed = append(needed, name)
		} else {
			optional = append(optional, f)
		}
	}
	return needed, optional
}

// rule checks the rule of leaf n: its fields, and that it can never leave the leaf's bounds.
func (c *checker) rule(at string, n *Node, outside bool) {
	r := n.Rule
	if !slices.Contains(ruleTypes, r.Type) {
		c.oneOf(at+".type", r.Type, false, ruleTypes...)
		return
	}
	if !c.fields(at, r) {
		return
	}
	c.ruleSource(at, n)
	switch r.Type {
	case Choice:
		c.options(at, n)
	case RatedShare:
		c.fromZero(at, n)
		c.percents(at, r)
	case Steps:
		c.steps(at, n)
	case CountTimes:
		c.fromZero(at, n)
		c.unit(at, r)
	case Deduct:
		c.deduct(at, r)
	case Proportional:
		c.fromZero(at, n)
	case Linear:
		c.linear(at, r)
	case SurveyShare, SurveyMean:
		c.fromZero(at, n)
		c.survey(at, r)
	case IndexValue:
		c.fromZero(at, n)
		c.index(at, r)
	case Bonus, Penalty:
		c.extra(at, n, outside)
	}
}

// fields notes fields that do not belong to the rule type and those that are missing.
func (c *checker) fields(at string, r *Rule) bool {
	given, ok := r.given(), true
	allowed := strings.Fields(strings.ReplaceAll(ruleFields[r.Type], "!", ""))
	for _, g := range given {
		if !slices.Contains(allowed, g) {
			ok = false
			c.Add(at+"."+g, "quy tắc %q không có trường này; các trường được phép: %s", "the rule %q does not have this field; its fields are: %s",
				r.Type, strings.Join(append([]string{"type"}, allowed...), ", "))
		}
	}
	for _, want := range strings.Fields(ruleFields[r.Type]) {
		if name, needed := strings.CutPrefix(want, "!"); needed && !slices.Contains(given, name) {
			ok = false
			c.Add(at+"."+name, "quy tắc %q cần trường này, khác 0 và không rỗng", "the rule %q needs this field, not zero and not empty", r.Type)
		}
	}
	return ok
}

func (c *checker) ruleSource(at string, n *Node) {
	source := strings.TrimSuffix(at, ".rule") + ".source"
	switch n.Rule.Type {
	case SurveyShare, SurveyMean:
		c.oneOf(source, n.Source, true, FromSurvey)
	case IndexValue:
		c.oneOf(source, n.Source, true, FromIndex)
	}
}

// fromZero notes a minimum under a rule that starts at 0.
func (c *checker) fromZero(at string, n *Node) {
	if n.MinPoints != 0 {
		c.Add(strings.TrimSuffix(at, ".rule")+".min_points", "quy tắc %q có thể cho 0 điểm nên điểm tối thiểu phải là 0, nhưng lại là %s",
			"the rule %q can give 0 points, so the minimum must be 0, found %s", n.Rule.Type, number(n.MinPoints))
	}
}

func (c *checker) within(at string, points float64, n *Node) {
	if less(points, n.MinPoints) || less(n.MaxPoints, points) {
		c.Add(at, "%s điểm nằm ngoài khoảng từ %s đến %s của mục %q", "%s points lie outside %s to %s, the bounds of %q",
			number(points), number(n.MinPoints), number(n.MaxPoints), n.Code)
	}
}

func (c *checker) optionCode(at, code string, seen map[string]bool) {
	c.code(at+".code", code)
	if seen[code] {
		c.Add(at+".code", "mã phương án %q bị lặp lại", "the option code %q is used more than once", code)
	}
	seen[code] = true
}

func (c *checker) options(at string, n *Node) {
	seen := map[string]bool{}
	for i, o := range n.Rule.Options {
		here := fmt.Sprintf("%s.options[%d]", at, i)
		c.optionCode(here, o.Code, seen)
		c.title(here+".title", o.Title)
		c.within(here+".points", o.Points, n)
		if o.Percent != 0 {
			c.Add(here+".percent", "phương án của quy tắc \"choice\" ghi điểm (points), không ghi phần trăm", "an option of a \"choice\" has points, not percent")
		}
	}
}

// percents checks the options of rated_share and survey_mean.
func (c *checker) percents(at string, r *Rule) {
	seen := map[string]bool{}
	for i, o := range r.Options {
		here := fmt.Sprintf("%s.options[%d]", at, i)
		c.optionCode(here, o.Code, seen)
		c.title(here+".title", o.Title)
		if !(o.Percent >= 0 && o.Percent <= 100) {
			c.Add(here+".percent", "phần trăm phải từ 0 đến 100, nhưng lại là %s", "expected 0 to 100 percent, found %s", number(o.Percent))
		}
		if o.Points != 0 {
			c.Add(here+".points", "phương án của quy tắc %q ghi phần trăm (percent), không ghi điểm", "an option of %q has percent, not points", r.Type)
		}
	}
}

func (c *checker) steps(at string, n *Node) {
	spans := make([]span, len(n.Rule.Steps))
	for i, s := range n.Rule.Steps {
		spans[i] = s.span()
		c.finite(fmt.Sprintf("%s.steps[%d]", at, i), s.Min, s.Max)
		c.within(fmt.Sprintf("%s.steps[%d].points", at, i), s.Points, n)
	}
	c.spans(at+".steps", spans)
}

func (c *checker) unit(at string, r *Rule) {
	c.finite(at+".unit", &r.Unit)
	if r.Unit < 0 {
		c.Add(at+".unit", "điểm cho mỗi lần phải lớn hơn 0, nhưng lại là %s", "expected more than 0 points per case, found %s", number(r.Unit))
	}
}

func (c *checker) deduct(at string, r *Rule) {
	c.unit(at, r)
	if (r.Unit == 0) == (len(r.Severity) == 0) {
		c.Add(at, "quy tắc \"deduct\" cần đúng một trong hai: unit (điểm trừ mỗi lần) hoặc severity (điểm trừ theo mức độ)",
			"the rule \"deduct\" needs exactly one of unit (points off per case) and severity (points off by severity)")
	}
	seen := map[string]bool{}
	for i, s := range r.Severity {
		here := fmt.Sprintf("%s.severity[%d]", at, i)
		c.optionCode(here, s.Code, seen)
		c.title(here+".title", s.Title)
		c.finite(here+".points", &s.Points)
		if !(s.Points > 0) {
			c.Add(here+".points", "điểm trừ phải lớn hơn 0 (ghi số dương), nhưng lại là %s", "expected points off above 0 (a positive number), found %s", number(s.Points))
		}
	}
}

func (c *checker) linear(at string, r *Rule) {
	c.finite(at+".from", r.From)
	c.finite(at+".to", r.To)
	if same(*r.From, *r.To) {
		c.Add(at+".to", "hai đầu mút from và to phải khác nhau", "the end points from and to must differ")
	}
}

func (c *checker) full(at string, to *float64) {
	if to != nil && !(*to > 0 && *to <= 100) {
		c.Add(at+".to", "phần trăm đạt điểm tối đa phải lớn hơn 0 và không quá 100, nhưng lại là %s",
			"the percent that earns full points must be above 0 and at most 100, found %s", number(*to))
	}
}

func (c *checker) survey(at string, r *Rule) {
	c.full(at, r.To)
	c.words(at+".items", r.Items)
	c.words(at+".levels", r.Levels)
	c.percents(at, r)
}

func (c *checker) index(at string, r *Rule) {
	c.full(at, r.To)
	c.code(at+".framework", r.Framework)
	if r.Framework == c.f.Code {
		c.Add(at+".framework", "bộ chỉ số không thể lấy giá trị của chính nó", "a framework cannot take its own value")
	}
	if r.Method != "" {
		c.code(at+".method", r.Method)
	}
	if r.Node != "" {
		c.code(at+".node", r.Node)
	}
}

// extra checks bonus and penalty.
func (c *checker) extra(at string, n *Node, outside bool) {
	r, leaf := n.Rule, strings.TrimSuffix(at, ".rule")
	c.unit(at, r)
	c.finite(at+".cap", r.Cap)
	if !outside {
		c.Add(leaf+".outside", "điểm cộng, điểm trừ phải nằm ngoài thang điểm: \"outside\": true", "a bonus or penalty lies outside the maximum: \"outside\": true")
	}
	low, high, most := 0.0, n.cap(), n.MaxPoints
	if r.Type == Penalty {
		low, high, most = -n.cap(), 0, -n.MinPoints
	}
	if !(n.cap() > 0) || less(most, n.cap()) {
		c.Add(at+".cap", "giới hạn phải lớn hơn 0 và không quá %s điểm của mục %q, nhưng lại là %s",
			"expected a cap above 0 and at most the %s points of %q, found %s", number(most), n.Code, number(n.cap()))
	}
	if less(low, n.MinPoints) || less(n.MaxPoints, high) {
		c.Add(leaf+".max_points", "quy tắc %q cho từ %s đến %s điểm, nằm ngoài khoảng từ %s đến %s của mục %q",
			"the rule %q gives %s to %s points, outside %s to %s, the bounds of %q", r.Type, number(low), number(high), number(n.MinPoints), number(n.MaxPoints), n.Code)
	}
}

// cap returns the most points that a bonus adds or a penalty takes.
func (n *Node) cap() float64 {
	switch {
	case n.Rule.Cap != nil:
		return *n.Rule.Cap
	case n.Rule.Type == Penalty:
		return -n.MinPoints
	}
	return n.MaxPoints
}
