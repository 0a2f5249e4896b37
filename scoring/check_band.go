package scoring

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// spans checks that ranges, in any order, leave no gap between them and do not overlap.
func (c *checker) spans(path string, spans []span) {
	order := make([]int, 0, len(spans))
	for i, s := range spans {
		if at := fmt.Sprintf("%s[%d]", path, i); c.span(at, s) {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return spans[a].compare(spans[b]) })
	for k := 1; k < len(order); k++ {
		c.neighbours(path, order[k-1], order[k], spans)
	}
}

// compare orders by the lower bound: open-ended first, at the same value the closed one first.
func (s span) compare(o span) int {
	switch {
	case s.min == nil && o.min == nil:
		return 0
	case s.min == nil:
		return -1
	case o.min == nil:
		return 1
	case s.minOpen != o.minOpen && same(*s.min, *o.min):
		return cmp.Compare(btoi(s.minOpen), btoi(o.minOpen))
	}
	return cmp.Compare(*s.min, *o.min)
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (c *checker) span(at string, s span) bool {
	switch {
	case s.min == nil && s.minOpen:
		c.Add(at+".min_open", "min_open cần có min", "min_open needs min")
	case s.max == nil && s.maxClosed:
		c.Add(at+".max_closed", "max_closed cần có max", "max_closed needs max")
	case s.min != nil && s.max != nil && less(*s.max, *s.min):
		c.Add(at+".max", "max %s nhỏ hơn min %s", "the max %s is below the min %s", number(*s.max), number(*s.min))
	case s.min != nil && s.max != nil && same(*s.max, *s.min) && (s.minOpen || !s.maxClosed):
		c.Add(at, "khoảng này rỗng: không giá trị nào thuộc về nó", "this range is empty: no value lies in it")
	default:
		return true
	}
	return false
}

func (c *checker) neighbours(path string, i, j int, spans []span) {
	lower, upper, at := spans[i], spans[j], fmt.Sprintf("%s[%d]", path, j)
	overlap := upper.min == nil || lower.max == nil || less(*upper.min, *lower.max)
	switch {
	case overlap || same(*upper.min, *lower.max) && lower.maxClosed && !upper.minOpen:
		c.Add(at, "khoảng này chồng lên khoảng %s[%d]", "this range overlaps %s[%d]", path, i)
	case !same(*upper.min, *lower.max):
		c.Add(at, "có khoảng trống từ %s đến %s không thuộc khoảng nào", "the values from %s to %s lie in no range", number(*lower.max), number(*upper.min))
	case upper.minOpen && !lower.maxClosed:
		c.Add(at, "giá trị đúng bằng %s không thuộc khoảng nào: hãy đặt max_closed ở khoảng dưới hoặc bỏ min_open", "the value %s itself lies in no range: set max_closed below or drop min_open", number(*upper.min))
	}
}

func (c *checker) bands() {
	bands := c.f.Bands
	spans, codes := make([]span, len(bands)), map[string]bool{}
	for i := range bands {
		b, at := &bands[i], fmt.Sprintf("$.bands[%d]", i)
		spans[i] = b.span()
		c.code(at+".code", b.Code)
		if codes[b.Code] {
			c.Add(at+".code", "mã loại %q bị lặp lại", "the band code %q is used more than once", b.Code)
		}
		codes[b.Code] = true
		c.title(at+".title", b.Title)
		c.finite(at+".min", b.Min)
		c.finite(at+".max", b.Max)
		c.band(at, b)
		if b.Percentile != bands[0].Percentile {
			c.Add(at+".percentile", "mọi loại phải cùng tính theo điểm hoặc cùng theo phân vị", "all bands must go by points or all by percentiles")
		}
	}
	c.spans("$.bands", spans)
	c.highest(spans)
	c.lowest(spans)
}

// lowest checks that only a band with a band below it is limited to a share of that band.
func (c *checker) lowest(spans []span) {
	for i, b := range c.f.Bands {
		if b.Quota != nil && !slices.ContainsFunc(spans, func(s span) bool { return s.compare(spans[i]) < 0 }) {
			c.Add(fmt.Sprintf("$.bands[%d].quota", i), "loại thấp nhất không có loại nào bên dưới nên không đặt được hạn mức", "the lowest band has no band below, so it cannot have a quota")
		}
	}
}

// highest checks that the best result has a band.
func (c *checker) highest(spans []span) {
	if len(spans) == 0 {
		return
	}
	full, word := c.f.MaxPoints, "max_points"
	if c.f.Bands[0].Percentile {
		full, word = 100, "percentile"
	}
	if !slices.ContainsFunc(spans, func(s span) bool { return s.holds(full) }) {
		c.Add("$.bands", "kết quả cao nhất (%s, %s) không thuộc loại nào: loại tốt nhất không cần max, hoặc cần max_closed",
			"the best result (%s, %s) lies in no band: the best band needs no max, or max_closed", number(full), word)
	}
}

func (c *checker) band(at string, b *Band) {
	for i, g := range b.Gates {
		c.gate(fmt.Sprintf("%s.gates[%d]", at, i), g)
	}
	if b.Percentile && slices.ContainsFunc([]*float64{b.Min, b.Max}, func(v *float64) bool { return v != nil && !(*v >= 0 && *v <= 100) }) {
		c.Add(at, "phân vị phải từ 0 đến 100", "expected percentiles of 0 to 100")
	}
	if q := b.Quota; q != nil {
		c.oneOf(at+".quota.base", q.Base, true, Reaching, Rated)
		if !(q.Percent >= 0 && q.Percent <= 100) {
			c.Add(at+".quota.percent_of_below", "phần trăm phải từ 0 đến 100, nhưng lại là %s", "expected 0 to 100 percent, found %s", number(q.Percent))
		}
		if q.Few < 0 || q.AtMost < 0 || q.AtMost > 0 && q.Few == 0 {
			c.Add(at+".quota.few", "few và few_most là số đơn vị không âm; few_most cần có few", "few and few_most count units and are not negative; few_most needs few")
		}
	}
}

func (c *checker) gate(at string, g Gate) {
	if (g.Level == "") == (len(g.Nodes) == 0) {
		c.Add(at, "điều kiện cần đúng một trong hai: level (một cấp) hoặc nodes (các mã mục)", "a gate needs exactly one of level and nodes")
	}
	if g.Level != "" && !c.levels[g.Level] {
		c.Add(at+".level", "không có mục nào ở cấp %q; các cấp của bộ chỉ số: %s", "no node is at level %q; the levels of the framework are: %s",
			g.Level, strings.Join(c.levelNames(), ", "))
	}
	for i, code := range g.Nodes {
		if c.places[code] == "" {
			c.Add(fmt.Sprintf("%s.nodes[%d]", at, i), "không có mục nào mang mã %q", "there is no node with the code %q", code)
		}
	}
	if !(g.Min >= 0 && g.Min <= 100) {
		c.Add(at+".min_percent", "phần trăm phải từ 0 đến 100, nhưng lại là %s", "expected 0 to 100 percent, found %s", number(g.Min))
	}
}

func (c *checker) levelNames() (names []string) {
	for level := range c.levels {
		if level != "" {
			names = append(names, level)
		}
	}
	slices.Sort(names)
	return names
}
