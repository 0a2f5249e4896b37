package scoring

// Plan is a compiled framework: immutable and safe for concurrent use.
type Plan struct {
	framework *Framework
	nodes     []PlanNode
	leaf      map[string]int
}
