package survey

import "fmt"

// scales checks the named groups of rated items.
func (c *compiler) scales() {
	seen, factor := map[string]string{}, map[string]string{}
	levels := 0
	for i := range c.q.Scales {
		s, path := &c.q.Scales[i], fmt.Sprintf("$.scales[%d]", i)
		c.code(path+".code", s.Code, choiceCode, seen)
		c.text(path+".title", s.Title, false)
		if len(s.Items) == 0 {
			c.fault(path+".items", "cần ít nhất một câu hỏi", "expected at least one item")
		}
		switch s.Level {
		case factorLevel:
			levels++
			c.scale(path, s, factor)
		case contentLevel:
			c.scale(path, s, map[string]string{})
		default:
			c.fault(path+".level", "cần factor hoặc content, gặp %q", "expected factor or content, found %q", s.Level)
		}
	}
	if levels > 0 {
		c.partition(factor)
	}
}

// scale checks the items of one scale; none may be in taken already.
func (c *compiler) scale(path string, s *Scale, taken map[string]string) {
	for j, code := range s.Items {
		at := fmt.Sprintf("%s.items[%d]", path, j)
		i, ok := c.form.index[code]
		first, again := taken[code]
		switch {
		case !ok:
			c.fault(at, "không có câu hỏi %q", "no question %q", code)
		case c.form.items[i].Type != Rating:
			c.fault(at, "câu %[1]q kiểu %[2]q, thang đo cần câu kiểu rating", "question %[1]q has type %[2]q, expected a rating", code, c.form.items[i].Type)
		case again:
			c.fault(at, "câu %[1]q đã ở %[2]s", "question %[1]q is at %[2]s already", code, first)
		default:
			taken[code] = at
		}
	}
}

// partition wants every rated item in a factor: intervals are computed from the factors' moments.
func (c *compiler) partition(factor map[string]string) {
	for i := range c.form.items {
		it := &c.form.items[i]
		if _, ok := factor[it.Code]; !ok && it.Type == Rating {
			c.fault("$.scales", "câu %q chưa thuộc thang đo nào ở mức factor", "rated question %q is in no scale at level factor", it.Code)
		}
	}
}
