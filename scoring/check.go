package scoring

import (
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"
	"strings"
	"time"

	"thuocdo/scoring/phrase"
)

// checker walks a framework and notes every mistake.
type checker struct {
	phrase.Mistakes
	f      *Framework
	places map[string]string // path of each node code
	levels map[string]bool
}

// check returns every mistake of a framework, with its methods tried one by one.
func check(f *Framework) phrase.Mistakes {
	c := &checker{f: f, places: map[string]string{}, levels: map[string]bool{}}
	c.head()
	c.groups()
	c.roundings()
	c.tree()
	c.methods()
	c.bands()
	return c.Mistakes
}

// unrelated leaves out the mistakes that only follow from a value that could not be read: about what lies inside it, or about
// a sum that it is part of.
func unrelated(found, unread phrase.Mistakes) phrase.Mistakes {
	return slices.DeleteFunc(found, func(m phrase.Mistake) bool {
		return slices.ContainsFunc(unread, func(u phrase.Mistake) bool {
			inside, ok := strings.CutPrefix(m.Path, u.Path)
			return ok && (inside == "" || inside[0] == '.' || inside[0] == '[') || summand.MatchString(u.Path) && strings.HasPrefix(u.Path, parentOf(m.Path))
		})
	})
}

// summand matches the places of values that sums and scales are checked with.
var summand = regexp.MustCompile(`(\.(max_points|min_points|weight|outside|aggregate|over|level|children|tree)|\])$`)

// parentOf returns the path of the nodes that a mistake about a sum or a scale is about; other paths lead nowhere.
func parentOf(path string) string {
	node, ok := strings.CutSuffix(path, ".max_points")
	if !ok {
		node, ok = strings.CutSuffix(path, ".min_points")
	}
	switch {
	case !ok:
		return "no sum"
	case node == "$":
		return "$.tree"
	}
	return node
}

var codeForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)

func (c *checker) code(path, code string) {
	if !codeForm.MatchString(code) {
		c.Add(path, "mã phải gồm 1–64 chữ cái không dấu, chữ số, dấu chấm, gạch ngang hoặc gạch dưới, nhưng lại là %q",
			"expected a code of 1 to 64 ASCII letters, digits, dots, hyphens or underscores, found %q", code)
	}
}

func (c *checker) title(path string, t phrase.Text) {
	if strings.TrimSpace(t["vi"]) == "" {
		c.Add(path+".vi", "thiếu tên tiếng Việt", "the Vietnamese title is missing")
	}
	c.languages(path, t)
}

// languages notes words in a language that no reader can choose.
func (c *checker) languages(path string, t phrase.Text) {
	for _, tag := range slices.Sorted(maps.Keys(t)) {
		c.oneOf(path, tag, false, "vi", "en")
	}
}

// oneOf notes a word that is not among those allowed. "" is allowed if optional.
func (c *checker) oneOf(path, word string, optional bool, allowed ...string) {
	if word == "" && optional || slices.Contains(allowed, word) {
		return
	}
	list := strings.Join(allowed, ", ")
	c.Add(path, "phải là một trong: %s; nhưng lại là %q", "expected one of %s, found %q", list, word)
}

func (c *checker) finite(path string, values ...*float64) {
	for _, v := range values {
		if v != nil && (math.IsNaN(*v) || math.IsInf(*v, 0) || math.Abs(*v) > 1e12) {
			c.Add(path, "phải là số hữu hạn, không quá 10¹²", "expected a finite number of at most 10¹²")
		}
	}
}

func (c *checker) head() {
	f := c.f
	c.code("$.code", f.Code)
	c.code("$.version", f.Version)
	c.title("$.title", f.Title)
	c.languages("$.notes", f.Notes)
	c.oneOf("$.period", f.Period, false, "month", "quarter", "half", "year")
	c.oneOf("$.missing", f.Missing, true, MissingIncomplete, MissingRescale, MissingNotCounted)
	c.oneOf("$.aggregate", f.Aggregate, true, Sum, Mean, Pooled)
	from, okFrom := c.day("$.effective.from", f.Effective.From)
	to, okTo := c.day("$.effective.to", f.Effective.To)
	if okFrom && okTo && to.Before(from) {
		c.Add("$.effective.to", "ngày hết hiệu lực %s sớm hơn ngày bắt đầu %s", "the last day %s lies before the first %s", f.Effective.To, f.Effective.From)
	}
	c.finite("$.max_points", &f.MaxPoints)
	if !(f.MaxPoints > 0) {
		c.Add("$.max_points", "điểm tối đa phải lớn hơn 0", "expected a maximum above 0")
	}
	if n := f.LeastPeople; n != nil && (*n < FewestPeople || *n > MostPeople) {
		c.Add("$.least_people", "số người ít nhất phải từ %d đến %d, nhưng lại là %d", "expected %d to %d people, found %d", FewestPeople, MostPeople, *n)
	}
	if len(f.Kinds) == 0 {
		c.Add("$.kinds", "phải nêu ít nhất một loại cơ quan", "expected at least one agency kind")
	}
	c.words("$.kinds", f.Kinds)
	for i, kind := range f.Kinds {
		if strings.TrimSpace(kind) != "" {
			c.oneOf(fmt.Sprintf("$.kinds[%d]", i), kind, false, AgencyKinds...)
		}
	}
}

func (c *checker) day(path, s string) (time.Time, bool) {
	if s == "" {
		return time.Time{}, false
	}
	d, err := time.Parse(time.DateOnly, s)
	if err != nil {
		c.Add(path, "phải là ngày dạng 2026-01-31, nhưng lại là %q", "expected a day such as 2026-01-31, found %q", s)
	}
	return d, err == nil
}

// words notes blank and repeated entries of a list.
func (c *checker) words(path string, list []string) {
	seen := make(map[string]bool, len(list))
	for i, w := range list {
		at := fmt.Sprintf("%s[%d]", path, i)
		if strings.TrimSpace(w) == "" {
			c.Add(at, "không được để trống", "must not be blank")
		} else if seen[w] {
			c.Add(at, "%q bị lặp lại", "%q is given more than once", w)
		}
		seen[w] = true
	}
}

func (c *checker) groups() {
	owner := map[string]string{}
	codes := map[string]bool{}
	for i, g := range c.f.Groups {
		at := fmt.Sprintf("$.groups[%d]", i)
		c.code(at+".code", g.Code)
		c.title(at+".title", g.Title)
		if codes[g.Code] {
			c.Add(at+".code", "mã nhóm %q bị lặp lại", "the group code %q is used more than once", g.Code)
		}
		codes[g.Code] = true
		if len(g.Kinds) == 0 {
			c.Add(at+".kinds", "nhóm phải có ít nhất một loại cơ quan", "expected at least one agency kind in the group")
		}
		for k, kind := range g.Kinds {
			c.member(fmt.Sprintf("%s.kinds[%d]", at, k), kind, g.Code, owner)
		}
	}
	for i, kind := range c.f.Kinds {
		if owner[kind] == "" && c.f.Ranks() && strings.TrimSpace(kind) != "" {
			c.Add(fmt.Sprintf("$.kinds[%d]", i),
				"loại cơ quan %q chưa thuộc nhóm xếp hạng nào; nếu không xếp hạng loại này, hãy đặt một nhóm có \"rankable\": false",
				"the agency kind %q is in no ranking group; if it is not ranked, give it a group with \"rankable\": false", kind)
		}
	}
}

func (c *checker) member(path, kind, group string, owner map[string]string) {
	if !slices.Contains(c.f.Kinds, kind) {
		c.Add(path, "loại cơ quan %q không có trong \"kinds\" của bộ chỉ số (%s)", "the agency kind %q is not among the \"kinds\" of the framework (%s)",
			kind, strings.Join(c.f.Kinds, ", "))
	}
	if owner[kind] != "" {
		c.Add(path, "loại cơ quan %q đã thuộc nhóm %q", "the agency kind %q already belongs to the group %q", kind, owner[kind])
		return
	}
	owner[kind] = group
}

func (c *checker) roundings() {
	r := c.f.Rounding
	for _, x := range []struct {
		name string
		n    *int
	}{{"display", r.Display}, {"leaf", r.Leaf}, {"node", r.Node}, {"total", r.Total}} {
		if x.n != nil && (*x.n < 0 || *x.n > 9) {
			c.Add("$.rounding."+x.name, "số chữ số thập phân phải từ 0 đến 9, nhưng lại là %d", "expected 0 to 9 decimals, found %d", *x.n)
		}
	}
}

func (c *checker) methods() {
	codes := map[string]bool{}
	for i, m := range c.f.Methods {
		at := fmt.Sprintf("$.methods[%d]", i)
		c.code(at+".code", m.Code)
		c.title(at+".title", m.Title)
		c.oneOf(at+".reading", m.Reading, false, ShareReading, MeanReading)
		c.oneOf(at+".pooling", m.Pooling, false, ItemsPooled, MeanOfItems, MeanOfFactors)
		if codes[m.Code] {
			c.Add(at+".code", "mã phương pháp %q bị lặp lại", "the method code %q is used more than once", m.Code)
		}
		codes[m.Code] = true
	}
}
