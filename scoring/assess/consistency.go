package assess

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/gonum/stat"

	"thuocdo/scoring"
)

// Doubt is why items should be looked at side by side.
type Doubt string

// Doubts.
const (
	SameDocument Doubt = "document" // one document, different points
	SameInput    Doubt = "input"    // one claim, different points after appraisal
	Outlier      Doubt = "outlier"  // points far from those of the other agencies
)

// Doubts are all of them, in the order that pages show them.
var Doubts = []Doubt{SameDocument, SameInput, Outlier}

// Finding is a doubt about a leaf.
type Finding struct {
	Doubt  Doubt
	Leaf   scoring.PlanNode
	What   string   // the document, or the input as LeafInput.String writes it; "" of outliers
	Median float64  // points of the agencies; of outliers
	Groups [][]Item // items by their points, most points first; of outliers one group each
}

// Bounds of outliers.
const (
	outlierLeast  = 8    // agencies below which none is called far from the others
	outlierFence  = 1.5  // times the distance of the quartiles beyond them: the fences of J. W. Tukey, Exploratory Data Analysis, 1977
	outlierDiffer = 0.25 // of the leaf's points away from the median, at least: where most agree to the point the quartiles say nothing
)

// Doubtful compares items of the same leaf across agencies, by leaf in the order in which they come.
func Doubtful(items []Item) (list []Finding) {
	by := map[string][]Item{}
	var order []string
	for _, x := range items {
		if by[x.Node.Code] == nil {
			order = append(order, x.Node.Code)
		}
		by[x.Node.Code] = append(by[x.Node.Code], x)
	}
	for _, leaf := range order {
		list = slices.Concat(list, shared(by[leaf], SameDocument, documentsOf), shared(by[leaf], SameInput, claimOf), outliers(by[leaf]))
	}
	return list
}

// documentsOf names the documents of an item, so that two spellings of one number are one.
func documentsOf(x Item) (keys []string) {
	if x.Standing == nil {
		return nil
	}
	for _, e := range x.Leaf.Documents() {
		names := []string{e.key()}
		if e.File != nil { // whatever it is called
			names = append(names, e.File.Name+" (SHA-256 "+e.File.Digest+")")
		}
		for _, key := range names {
			if !slices.Contains(keys, key) {
				keys = append(keys, key)
			}
		}
	}
	return keys
}

// key names a document: its number, issuer and date without differences of case and space.
func (e Evidence) key() string {
	fields := []string{plain(e.Number)}
	for _, x := range []string{plain(e.Issuer), e.Date} {
		if x != "" {
			fields = append(fields, x)
		}
	}
	return strings.Join(fields, ", ")
}

func plain(s string) string { return strings.ToUpper(strings.Join(strings.Fields(s), " ")) }

// claimOf names what was claimed, where it is appraised.
func claimOf(x Item) []string {
	if x.Leaf.Appraisal == nil || !x.Filled() || x.Standing == nil {
		return nil
	}
	return []string{x.Leaf.Claim.Input.String()}
}

// shared finds items that have something in common and differ in points.
func shared(items []Item, doubt Doubt, names func(Item) []string) (list []Finding) {
	by := map[string][]Item{}
	var order []string
	for _, x := range items {
		for _, name := range names(x) {
			if by[name] == nil {
				order = append(order, name)
			}
			by[name] = append(by[name], x)
		}
	}
	for _, name := range order {
		if groups := byPoints(by[name]); len(groups) > 1 && !slices.ContainsFunc(list, func(f Finding) bool { return sameItems(f.Groups, groups) }) {
			list = append(list, Finding{Doubt: doubt, Leaf: items[0].Node, What: name, Groups: groups})
		}
	}
	return list
}

// sameItems reports whether two findings are about the same items: of a document by its number, and of its file.
func sameItems(a, b [][]Item) bool {
	return slices.EqualFunc(a, b, func(x, y []Item) bool {
		return slices.EqualFunc(x, y, func(x, y Item) bool { return x.Agency == y.Agency })
	})
}

// byPoints groups items by the points that stand, most first.
func byPoints(items []Item) (groups [][]Item) {
	items = slices.Clone(items)
	slices.SortStableFunc(items, func(a, b Item) int { return cmp.Compare(*b.Standing, *a.Standing) })
	for i, x := range items {
		if i == 0 || *x.Standing != *items[i-1].Standing {
			groups = append(groups, nil)
		}
		groups[len(groups)-1] = append(groups[len(groups)-1], x)
	}
	return groups
}

// outliers finds points beyond the fences.
func outliers(items []Item) []Finding {
	items = slices.DeleteFunc(slices.Clone(items), func(x Item) bool { return x.Standing == nil })
	if len(items) < outlierLeast {
		return nil
	}
	points := make([]float64, len(items))
	for i, x := range items {
		points[i] = *x.Standing
	}
	slices.Sort(points)
	q := func(p float64) float64 { return stat.Quantile(p, stat.LinInterp, points, nil) }
	low, middle, high := q(0.25), q(0.5), q(0.75)
	reach := outlierFence * (high - low)
	f := Finding{Doubt: Outlier, Leaf: items[0].Node, Median: middle}
	for _, x := range items {
		at := *x.Standing
		if (at < low-reach || at > high+reach) && math.Abs(at-middle) >= outlierDiffer*math.Abs(x.Node.MaxPoints) {
			f.Groups = append(f.Groups, []Item{x})
		}
	}
	if len(f.Groups) == 0 {
		return nil
	}
	return []Finding{f}
}
