package scoring

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"thuocdo/scoring/phrase"
)

// Failures. Callers compare with errors.Is.
var (
	ErrUnknownNode   = errors.New("the framework has no such node")
	ErrUnknownLeaf   = errors.New("the framework has no such leaf")
	ErrUnknownMethod = errors.New("the framework has no such method version")
	ErrInputs        = errors.New("inputs are refused")
)

// Plan is a compiled framework: immutable and safe for concurrent use.
type Plan struct {
	framework *Framework
	method    string
	nodes     []PlanNode
	kids      [][]int32 // by node: children, or the descendants that a mean is taken over, or the leaves that are pooled
	how       []aggregate
	weight    []float64
	missing   []policy
	apart     []bool // lies outside the maximum, by itself or with a node above
	top       root
	leaves    []leaf
	leaf      map[string]int
	items     []string // question codes of all survey leaves
	terms     []term
	asking    [][]int32 // terms by item
	random    []bool    // by node, then the total: whether it depends on a survey
	groups    map[string]int
	bands     []band // best first
	scale     float64
	methods   map[string]*Plan
}

// PlanNode is one node of a compiled framework in pre-order.
type PlanNode struct {
	*Node
	Depth  int // 0 = area
	Parent int // index, -1 at the top
	Leaf   int // leaf number, -1 for an inner node
	End    int // index after the last descendant
}

// root is how the top nodes make up the total.
type root struct {
	how  aggregate
	kids []int32
}

// aggregate is the compiled form of Node.Aggregate.
type aggregate uint8

const (
	summed aggregate = iota
	averaged
	pooled
)

// policy is the compiled form of Node.Missing.
type policy uint8

const (
	incomplete policy = iota
	rescale
	notCounted
)

var policies = map[string]policy{MissingIncomplete: incomplete, MissingRescale: rescale, MissingNotCounted: notCounted}

// Reference is a value of another index that a framework asks for.
type Reference struct {
	Framework, Method, Node string
}

// Key names the value in Unit.Index: the framework code alone for its total by its default method, else "code/method/node".
func (r Reference) Key() string {
	if r.Method == "" && r.Node == "" {
		return r.Framework
	}
	return r.Framework + "/" + r.Method + "/" + r.Node
}

// Compile checks a framework and prepares it for computing. The plan keeps a copy; f may change afterwards.
// Where f has method versions, the plan computes the first of them; Method gives the others.
// A framework that is wrong is refused with phrase.Mistakes.
func Compile(f *Framework) (*Plan, error) {
	if m := check(f); len(m) > 0 {
		return nil, fmt.Errorf("framework %s: %w", f.Code, m)
	}
	f = f.Clone()
	if len(f.Methods) == 0 {
		return build(f, f, ""), nil
	}
	methods := make(map[string]*Plan, len(f.Methods))
	for _, m := range f.Methods {
		p := build(f, f.with(m), m.Code)
		p.methods = methods
		methods[m.Code] = p
	}
	return methods[f.Methods[0].Code], nil
}

// Framework returns the definition the plan was compiled from. It must not be changed.
func (p *Plan) Framework() *Framework { return p.framework }

// Method returns the plan of a method version; "" is the framework's default. It fails with ErrUnknownMethod.
func (p *Plan) Method(code string) (*Plan, error) {
	if code == "" && len(p.framework.Methods) > 0 {
		code = p.framework.Methods[0].Code
	}
	if code == p.method {
		return p, nil
	}
	if m := p.methods[code]; m != nil {
		return m, nil
	}
	return nil, fmt.Errorf("%s: method %q: %w", p.framework.Code, code, ErrUnknownMethod)
}

// MethodCode returns the code of the method version that the plan computes, "" where the framework has none.
func (p *Plan) MethodCode() string { return p.method }

// Nodes returns all nodes in pre-order. It must not be changed.
func (p *Plan) Nodes() []PlanNode { return p.nodes }

// Node returns the place of a node in Nodes and in Result.Nodes.
func (p *Plan) Node(code string) (int, bool) {
	i := slices.IndexFunc(p.nodes, func(n PlanNode) bool { return n.Code == code })
	return i, i >= 0
}

// Leaves returns the number of leaves.
func (p *Plan) Leaves() int { return len(p.leaves) }

// Leaf returns the number of the leaf with this code.
func (p *Plan) Leaf(code string) (int, bool) {
	i, ok := p.leaf[code]
	return i, ok
}

// Inputs arranges inputs by leaf code as Unit.Leaves wants them. It fails with ErrUnknownLeaf, naming the codes,
// because an input that counts for nothing would go unnoticed.
func (p *Plan) Inputs(byCode map[string]LeafInput) ([]LeafInput, error) {
	inputs, unknown := make([]LeafInput, len(p.leaves)), false
	for code, in := range byCode {
		if i, ok := p.leaf[code]; ok {
			inputs[i] = in
		} else {
			unknown = true
		}
	}
	if !unknown {
		return inputs, nil
	}
	strange := slices.DeleteFunc(slices.Sorted(maps.Keys(byCode)), func(c string) bool { _, ok := p.leaf[c]; return ok })
	return nil, fmt.Errorf("framework %s: %w: %q", p.framework.Code, ErrUnknownLeaf, strange)
}

// References returns the values of other indexes that the framework asks for, each once, in the order of the leaves.
func (p *Plan) References() (refs []Reference) {
	for _, n := range p.nodes {
		if n.Rule == nil || n.Rule.Type != IndexValue {
			continue
		}
		if r := n.Rule.reference(); !slices.Contains(refs, r) {
			refs = append(refs, r)
		}
	}
	return refs
}

// Questions returns the question codes that the framework takes answers of, each once, in the order of the leaves.
func (p *Plan) Questions() []string { return slices.Clone(p.items) }

func (r *Rule) reference() Reference { return Reference{r.Framework, r.Method, r.Node} }

// GroupOf returns the ranking group of an agency kind; "" for a kind that is scored but not ranked.
func (f *Framework) GroupOf(kind string) string {
	for _, g := range f.Groups {
		if slices.Contains(g.Kinds, kind) {
			return g.Code
		}
	}
	return ""
}

// Ranks reports whether agencies are ranked at all.
func (f *Framework) Ranks() bool { return f.Rankable == nil || *f.Rankable }

// Decimals returns how many decimals are shown.
func (f *Framework) Decimals() int {
	if f.Rounding.Display == nil {
		return 2
	}
	return *f.Rounding.Display
}

// Clone returns a copy that shares nothing with f that Compile or Method would change.
func (f *Framework) Clone() *Framework {
	c := *f
	c.Tree = cloneNodes(f.Tree)
	c.Bands, c.Groups, c.Methods = slices.Clone(f.Bands), slices.Clone(f.Groups), slices.Clone(f.Methods)
	return &c
}

func cloneNodes(nodes []Node) []Node {
	out := slices.Clone(nodes)
	for i := range out {
		out[i].Children = cloneNodes(out[i].Children)
		if r := out[i].Rule; r != nil {
			c := *r
			out[i].Rule = &c
		}
	}
	return out
}

// Parse reads a framework file strictly. A file that is wrong is refused with phrase.Mistakes: every mistake at once,
// each with its JSON path such as $.tree[2].children[0].max_points and what was expected, in Vietnamese and English.
func Parse(data []byte) (*Framework, error) {
	f := &Framework{}
	m := phrase.Decode(data, f)
	if len(m) == 1 && m[0].Path == "$" {
		return nil, m
	}
	if m = append(m, unrelated(check(f), m)...); len(m) > 0 {
		return nil, m
	}
	f.Schema = ""
	return f, nil
}
