package scoring

import (
	"fmt"
	"math"
	"slices"
)

// tree checks all nodes. Sums are checked in each reading that the framework offers.
func (c *checker) tree() {
	f := c.f
	if len(f.Tree) == 0 {
		c.Add("$.tree", "phải có ít nhất một lĩnh vực", "expected at least one area")
		return
	}
	c.walk("$.tree", f.Tree, false)
	if len(f.Methods) == 0 {
		c.joint(joint{"$", f.Code, f.Aggregate, f.Over, 0, f.MaxPoints, f.Tree, "$.tree"})
		c.joints("$.tree", f.Tree)
		return
	}
	c.surveyTree("$.tree", f.Tree)
	read := f.with(f.Methods[0])
	c.joint(joint{"$", f.Code, read.Aggregate, read.Over, 0, f.MaxPoints, read.Tree, "$.tree"})
	c.joints("$.tree", read.Tree)
	if slices.ContainsFunc(f.Methods, func(m Method) bool { return m.Pooling == MeanOfFactors }) {
		c.partition("$.tree", f.Tree, FactorLevel)
	}
}

// walk checks each node by itself.
func (c *checker) walk(path string, nodes []Node, outside bool) {
	for i := range nodes {
		n, at := &nodes[i], fmt.Sprintf("%s[%d]", path, i)
		c.node(at, n, outside || n.Outside)
		if len(n.Children) > 0 {
			c.inner(at, n)
			c.walk(at+".children", n.Children, outside || n.Outside)
			continue
		}
		c.levels[LeafLevel] = true
		c.leaf(at, n, outside || n.Outside)
	}
}

func (c *checker) node(at string, n *Node, outside bool) {
	c.code(at+".code", n.Code)
	if first := c.places[n.Code]; first != "" {
		c.Add(at+".code", "mã %q đã dùng ở %s", "the code %q is already used at %s", n.Code, first)
	} else {
		c.places[n.Code] = at
	}
	c.title(at+".title", n.Title)
	c.finite(at+".max_points", &n.MaxPoints)
	c.finite(at+".min_points", &n.MinPoints)
	c.finite(at+".weight", n.Weight)
	c.oneOf(at+".missing", n.Missing, true, MissingIncomplete, MissingRescale, MissingNotCounted)
	if n.Level == LeafLevel {
		c.Add(at+".level", "%q là tên dành riêng cho mọi nút lá", "%q is reserved: it stands for all leaves", LeafLevel)
	}
	c.levels[n.Level] = true
	if n.MaxPoints < n.MinPoints {
		c.Add(at+".max_points", "điểm tối đa %s nhỏ hơn điểm tối thiểu %s", "the maximum %s is below the minimum %s", number(n.MaxPoints), number(n.MinPoints))
	}
	if !outside && !(n.MaxPoints > 0) {
		c.Add(at+".max_points", "điểm tối đa phải lớn hơn 0 (trừ mục điểm cộng, điểm trừ có \"outside\": true)",
			"expected a maximum above 0 (unless it is a bonus or penalty with \"outside\": true)")
	}
	if n.Weight != nil && !(*n.Weight > 0) {
		c.Add(at+".weight", "trọng số phải lớn hơn 0", "expected a weight above 0")
	}
}

// inner notes what only a leaf may have.
func (c *checker) inner(at string, n *Node) {
	c.oneOf(at+".aggregate", n.Aggregate, true, Sum, Mean, Pooled)
	only := func(field string, given bool) {
		if given {
			c.Add(at+"."+field, "chỉ nút lá mới có trường này; nút này có các mục con", "only a leaf has this field; this node has children")
		}
	}
	only("rule", n.Rule != nil)
	only("source", n.Source != "")
	only("not_applicable", n.NA != "")
}

func (c *checker) leaf(at string, n *Node, outside bool) {
	if n.Aggregate != "" || n.Over != "" {
		c.Add(at+".aggregate", "nút lá không gộp gì; hãy bỏ trường này hoặc thêm mục con (children)", "a leaf aggregates nothing; drop this field or add children")
	}
	c.oneOf(at+".source", n.Source, true, FromAgency, FromSurvey, FromIndex, FromDossier, FromStatistic)
	c.oneOf(at+".not_applicable", n.NA, true, "rebase", "full", "zero")
	if n.Rule != nil {
		c.rule(at+".rule", n, outside)
	}
}

// joint is a place where children make up their parent.
type joint struct {
	at, code        string
	aggregate, over string
	min, max        float64
	children        []Node
	below           string // path of the children
}

func (c *checker) joints(path string, nodes []Node) {
	for i := range nodes {
		n, at := &nodes[i], fmt.Sprintf("%s[%d]", path, i)
		if len(n.Children) > 0 {
			c.joint(joint{at, n.Code, n.Aggregate, n.Over, n.MinPoints, n.MaxPoints, n.Children, at + ".children"})
			c.joints(at+".children", n.Children)
		}
	}
}

func (c *checker) joint(j joint) {
	if j.aggregate != Mean && j.over != "" {
		c.Add(j.at+".over", "\"over\" chỉ dùng với \"aggregate\": \"mean\"", "\"over\" goes only with \"aggregate\": \"mean\"")
	}
	switch j.aggregate {
	case "", Sum:
		c.sum(j)
	case Mean:
		c.mean(j)
	case Pooled:
		c.pooled(j)
	}
}

// sum checks that the maxima of the children add up to their parent's; so must the minima where the parent states one.
func (c *checker) sum(j joint) {
	var low, high float64
	for _, n := range j.children {
		if w := n.weight(); !n.Outside {
			low, high = low+float64(w*n.MinPoints), high+float64(w*n.MaxPoints)
		}
	}
	at := j.at + ".max_points"
	if !same(high, j.max) {
		c.Add(at, "các mục con của %q cộng lại được %s điểm, nhưng điểm tối đa của %[1]q là %[3]s",
			"the children of %q add up to %s points, but the maximum of %[1]q is %[3]s", j.code, number(high), number(j.max))
	}
	if j.min != 0 && !same(low, j.min) {
		c.Add(j.at+".min_points", "điểm tối thiểu của các mục con của %q cộng lại được %s, nhưng điểm tối thiểu của %[1]q là %[3]s",
			"the minima of the children of %q add up to %s, but the minimum of %[1]q is %[3]s", j.code, number(low), number(j.min))
	}
}

func (n *Node) weight() float64 {
	if n.Weight == nil {
		return 1
	}
	return *n.Weight
}

// mean checks that the values whose mean is taken lie on the same scale.
func (c *checker) mean(j joint) {
	if j.over != "" {
		c.partition(j.below, j.children, j.over)
	}
	c.eachOver(j.below, j.children, j.over, func(at string, n *Node) { c.sameScale(at, n, j, "mean") })
}

func (c *checker) sameScale(at string, n *Node, j joint, aggregate string) {
	if n.Outside {
		c.Add(at+".outside", "điểm cộng, điểm trừ chỉ đặt được dưới nút cộng điểm (\"aggregate\": \"sum\")", "a bonus or penalty needs a parent that sums (\"aggregate\": \"sum\")")
	}
	if !same(n.MaxPoints, j.max) {
		c.Add(at+".max_points", "%q được gộp bằng %q vào %q nên phải có cùng điểm tối đa %s, nhưng lại là %s",
			"%q is aggregated by %q into %q, so it must have the same maximum %s, found %s", n.Code, aggregate, j.code, number(j.max), number(n.MaxPoints))
	}
}

// eachOver visits the nodes that a mean is taken over: the children, or the descendants at a level.
func (c *checker) eachOver(path string, nodes []Node, over string, visit func(string, *Node)) {
	for i := range nodes {
		n, at := &nodes[i], fmt.Sprintf("%s[%d]", path, i)
		switch {
		case over == "" || n.isAt(over):
			visit(at, n)
		case len(n.Children) > 0:
			c.eachOver(at+".children", n.Children, over, visit)
		}
	}
}

func (n *Node) isAt(level string) bool {
	return n.Level == level || level == LeafLevel && len(n.Children) == 0
}

// partition checks that every leaf lies at or below exactly one node of a level.
func (c *checker) partition(path string, nodes []Node, level string) {
	for i := range nodes {
		n, at := &nodes[i], fmt.Sprintf("%s[%d]", path, i)
		switch {
		case n.isAt(level) && len(n.Children) > 0 && holdsLevel(n.Children, level):
			c.Add(at+".level", "cấp %q lồng trong chính nó", "the level %q is nested in itself", level)
		case n.isAt(level):
		case len(n.Children) == 0:
			c.Add(at+".level", "%q không thuộc nút nào ở cấp %q, nên không tính được trung bình theo cấp này",
				"%q lies below no node at level %q, so no mean over that level can be taken", n.Code, level)
		default:
			c.partition(at+".children", n.Children, level)
		}
	}
}

// pooled checks that all leaves below are of one survey reading on the scale of the parent.
func (c *checker) pooled(j joint) {
	kind := ""
	c.eachOver(j.below, j.children, LeafLevel, func(at string, n *Node) {
		c.sameScale(at, n, j, Pooled)
		switch {
		case n.Rule == nil || n.Rule.Type != SurveyShare && n.Rule.Type != SurveyMean || len(n.Rule.Options) > 0:
			c.Add(at+".rule", "%q được gộp phiếu (\"pooled\") vào %q nên phải có quy tắc survey_share hoặc survey_mean",
				"%q is pooled into %q, so it needs a rule survey_share or survey_mean", n.Code, j.code)
			return
		case kind != "" && n.Rule.Type != kind:
			c.Add(at+".rule.type", "không gộp chung survey_share và survey_mean vào %q được", "survey_share and survey_mean cannot be pooled together into %q", j.code)
		}
		kind = n.Rule.Type
		c.plain(at, n)
	})
}

// plain notes what a leaf that is pooled or read by a method may not have.
func (c *checker) plain(at string, n *Node) {
	refuse := func(field string, given bool) {
		if given {
			c.Add(at+"."+field, "không dùng được trường này khi các phiếu được gộp chung", "this field cannot be used where answers are pooled")
		}
	}
	refuse("rule.to", n.Rule.To != nil && !same(*n.Rule.To, 100))
	refuse("weight", n.Weight != nil && !same(*n.Weight, 1))
	refuse("not_applicable", n.NA != "")
}

// surveyTree checks that method versions have a tree of ratings to read.
func (c *checker) surveyTree(path string, nodes []Node) {
	c.eachOver(path, nodes, LeafLevel, func(at string, n *Node) {
		if n.Rule == nil || n.Rule.Type != SurveyShare && n.Rule.Type != SurveyMean || len(n.Rule.Options) > 0 {
			c.Add(at+".rule", "bộ chỉ số có \"methods\" nên mọi nút lá phải có quy tắc survey_share hoặc survey_mean",
				"the framework has \"methods\", so every leaf needs a rule survey_share or survey_mean")
			return
		}
		c.plain(at, n)
		if !same(n.MaxPoints, c.f.MaxPoints) && !math.IsNaN(n.MaxPoints) {
			c.Add(at+".max_points", "bộ chỉ số có \"methods\" nên mọi nút có cùng điểm tối đa %s, nhưng lại là %s",
				"the framework has \"methods\", so every node has the same maximum %s, found %s", number(c.f.MaxPoints), number(n.MaxPoints))
		}
	})
}
