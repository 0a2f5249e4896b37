package scoring

import (
	"slices"

	"thuocdo/scoring/phrase"
)

// Use is a leaf that is computed from answers to some questions.
type Use struct {
	Framework string      `json:"framework"`
	Node      string      `json:"node"`
	Title     phrase.Text `json:"title"`
	Items     []string    `json:"items"` // those asked for, in the order of the rule
}

// Uses returns the leaves of the framework that use a question for which wanted is true, in the order of the tree.
func (f *Framework) Uses(wanted func(item string) bool) []Use { return uses(f.Code, f.Tree, wanted) }

func uses(framework string, tree []Node, wanted func(string) bool) (list []Use) {
	for i := range tree {
		n := &tree[i]
		list = append(list, uses(framework, n.Children, wanted)...)
		if n.Rule == nil {
			continue
		}
		if items := slices.DeleteFunc(slices.Clone(n.Rule.Items), func(item string) bool { return !wanted(item) }); len(items) > 0 {
			list = append(list, Use{framework, n.Code, n.Title, items})
		}
	}
	return list
}
