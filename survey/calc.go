package survey

import (
	"maps"
	"slices"
	"strings"
)

// calculations compiles the computed values. They may use questions anywhere in the form, only not each other in a
// circle; each is computed as soon as the last question that it looks at is decided: item.ready.
func (c *compiler) calculations() {
	for i := range c.form.items {
		it := &c.form.items[i]
		it.ready = i
	}
	for i := range c.form.items {
		it := &c.form.items[i]
		if it.Type != Calculate {
			continue
		}
		c.form.computed = append(c.form.computed, i)
		it.calculation = c.expression(c.paths[i]+".calculation", it.Calculation, c.everywhere(), (*binder).anything)
		it.rule = c.expression(c.paths[i]+".relevant", it.Relevant, c.everywhere(), (*binder).condition)
	}
	g := graph{form: c.form, state: map[int]int{}}
	for _, i := range c.form.computed {
		if circle := g.visit(i); circle != nil {
			c.circle(circle)
			return
		}
	}
	c.form.computed = g.order
	for _, i := range g.order {
		ready := &c.form.items[c.form.items[i].ready]
		ready.after = append(ready.after, i)
		c.codesOnly(c.paths[i]+".relevant", c.form.items[i].Relevant, c.form.items[i].rule)
	}
}

func (c *compiler) everywhere() binder {
	return binder{form: c.form, before: len(c.form.items), self: -1}
}

// anything binds a value of any kind; a condition gives true or false.
func (b *binder) anything(n *node) { b.value(n) }

// expression parses and binds one expression; nil where there is none or it has mistakes.
func (c *compiler) expression(path, src string, b binder, bind func(*binder, *node)) *node {
	if src == "" {
		return nil
	}
	n, err := parseExpression(src, b.attributes != nil)
	if err != nil {
		err.report(&c.mistakes, path, src)
		return nil
	}
	bind(&b, n)
	for _, err := range b.faults {
		err.report(&c.mistakes, path, src)
	}
	if len(b.faults) > 0 {
		return nil
	}
	n.each(func(x *node) { c.form.dated = c.form.dated || x.op == opCall && x.call == fnToday })
	return n
}

// codesOnly refuses a condition that looks at wordings: they differ from language to language, so would the questions.
func (c *compiler) codesOnly(path, src string, n *node) {
	if n == nil {
		return
	}
	var found *node
	n.each(func(x *node) {
		named := x.op == opCall && x.call == fnChoiceName
		if named || x.op == opRef && c.form.items[x.question].worded {
			found = x
		}
	})
	if found != nil {
		faultAt(found.at, "điều kiện không được dựa vào lời của lựa chọn (mỗi ngôn ngữ một khác); hãy so sánh mã",
			"a condition may not look at the wording of choices, which differs by language; compare codes").report(&c.mistakes, path, src)
	}
}

// circle reports a circular reference at each of its members.
func (c *compiler) circle(members []int) {
	names := make([]string, len(members))
	for k, i := range members {
		names[k] = "${" + c.form.items[i].Code + "}"
	}
	for _, i := range slices.Sorted(slices.Values(members[1:])) {
		c.fault(c.paths[i]+".calculation", "tham chiếu vòng tròn: %s", "circular reference: %s", strings.Join(names, " → "))
	}
}

// graph orders computed values so that each comes after those it uses.
type graph struct {
	form  *Form
	state map[int]int // 0 new, 1 under way, 2 done
	path  []int
	order []int
}

// visit returns a circle of computed values, nil if there is none.
func (g *graph) visit(i int) (circle []int) {
	switch g.state[i] {
	case 1:
		return append(slices.Clone(g.path[slices.Index(g.path, i):]), i)
	case 2:
		return nil
	}
	g.state[i], g.path = 1, append(g.path, i)
	it := &g.form.items[i]
	for _, j := range slices.Sorted(maps.Keys(it.uses())) {
		other := &g.form.items[j]
		if other.Type == Calculate {
			if circle = g.visit(j); circle != nil {
				return circle
			}
			it.worded = it.worded || other.worded
		}
		it.ready = max(it.ready, other.ready)
	}
	g.state[i], g.path = 2, g.path[:len(g.path)-1]
	g.order = append(g.order, i)
	return nil
}

// uses returns the questions that a computed value looks at, and notes whether it looks at wordings.
func (it *item) uses() map[int]bool {
	used := map[int]bool{}
	for _, n := range []*node{it.calculation, it.rule} {
		if n == nil {
			continue
		}
		n.each(func(x *node) {
			switch {
			case x.op == opRef || x.op == opSelected:
				used[x.question] = true
			case x.op == opCall && x.call == fnChoiceName:
				it.worded = true
			}
		})
	}
	return used
}

// compute works the value of a computed question out, once all that it looks at is decided.
func (s *scope) compute(i int) {
	it := &s.form.items[i]
	if pg := &s.form.pages[it.page]; pg.rule != nil && !pg.rule.holds(s) || it.rule != nil && !it.rule.holds(s) {
		return
	}
	s.shown.add(i)
	if it.calculation != nil {
		if v := it.calculation.value(s); !v.blank() {
			s.values[i] = v // what is not finite is missing
		}
	}
}

// filters compiles what decides about single choices and answers, once all rules are known.
func (c *compiler) filters() {
	for i := range c.form.items {
		it, path := &c.form.items[i], c.paths[i]
		end := c.form.pages[it.page].to
		it.constraint = c.expression(path+".constraint", it.Constraint, binder{form: c.form, before: end, self: i}, (*binder).condition)
		c.codesOnly(path+".constraint", it.Constraint, it.constraint)
		b := binder{form: c.form, before: i, self: -1, attributes: attributesOf(it.choices)}
		it.filter = c.expression(path+".choice_filter", it.ChoiceFilter, b, (*binder).condition)
		c.codesOnly(path+".choice_filter", it.ChoiceFilter, it.filter)
	}
}

// attributesOf returns the names of all attributes of a list, never nil.
func attributesOf(list []Choice) []string {
	names := map[string]bool{}
	for i := range list {
		for name := range list[i].Attributes {
			names[name] = true
		}
	}
	return append([]string{}, slices.Sorted(maps.Keys(names))...)
}

// expressions checks that each expression stands with a type that it goes with.
func (c *compiler) expressions(path string, q *Question) {
	asks := q.Type != Note && q.Type != Calculate
	listed := q.Type == Single || q.Type == Multiple || q.Type == ProcedurePick
	for _, x := range []struct {
		name    string
		set, ok bool
		with    string
	}{
		{"constraint", q.Constraint != "", asks, "every type but note and calculate"},
		{"constraint_message", len(q.ConstraintMessage) > 0, asks && q.Constraint != "", "constraint"},
		{"required_message", len(q.RequiredMessage) > 0, asks && q.Required, "required"},
		{"calculation", q.Calculation != "", q.Type == Calculate, "calculate"},
		{"choice_filter", q.ChoiceFilter != "", listed, "single, multiple, procedure"},
		{"random_order", q.RandomOrder, listed, "single, multiple, procedure"},
	} {
		if x.set && !x.ok {
			c.fault(path+"."+x.name, "%[1]s chỉ đi cùng: %[2]s", "%[1]s goes only with: %[2]s", x.name, x.with)
		}
	}
	if q.Type == Calculate && strings.TrimSpace(q.Calculation) == "" {
		c.fault(path+".calculation", "cần biểu thức tính, ví dụ ${q1} + ${q2}", "expected an expression such as ${q1} + ${q2}")
	}
}
