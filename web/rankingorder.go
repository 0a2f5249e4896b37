package web

import (
	"cmp"
	"slices"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
)

func (r *rankingRequest) knownSort(b *board) bool {
	switch r.Sort {
	case sortRank, sortName, sortScore, sortAnswers:
		return true
	}
	i, ok := b.Plan.Node(r.Sort)
	return ok && slices.Contains(columns(b.Plan), i)
}

func descendsFirst(sort string) bool { return sort != sortRank && sort != sortName }

// heads makes the sorting links.
func (p *rankingPage) heads(b *board) {
	p.Fixed = map[string]sortColumn{}
	for _, key := range []string{sortRank, sortName, sortScore, sortAnswers} {
		p.Fixed[key] = p.head(key)
	}
	for _, i := range columns(b.Plan) {
		n := b.Plan.Nodes()[i]
		h := p.head(n.Code)
		h.Title, h.Most, h.place = n.Title, p.l.Short(n.MaxPoints, 2), i
		p.Columns = append(p.Columns, h)
	}
}

// head links to the same page sorted by a column; where it is sorted so already, to the other direction.
func (p *rankingPage) head(key string) sortColumn {
	to := p.Request
	to.Page, to.Turned = 1, false
	h := sortColumn{Code: key}
	if p.Request.Sort == key {
		h.Sorted = "ascending"
		if p.Request.Descending {
			h.Sorted = "descending"
		}
		to.Descending = !p.Request.Descending
		to.Turned = to.Descending != descendsFirst(key)
	}
	to.Sort = key
	h.Address = to.address()
	return h
}

// arrange sorts places of results. What is not known comes last either way.
func arrange(b *board, places []int, r rankingRequest) {
	value := measure(b, r.Sort)
	names := map[int][]byte{}
	if r.Sort == sortName {
		names = nameKeys(b, places)
	}
	slices.SortStableFunc(places, func(i, j int) int {
		var order int
		if r.Sort == sortName {
			order = cmp.Compare(string(names[i]), string(names[j]))
		} else {
			x, known := value(i)
			y, known2 := value(j)
			if known != known2 || !known {
				return last(known, known2)
			}
			order = cmp.Compare(x, y)
		}
		if r.Descending {
			order = -order
		}
		return order
	})
}

func last(a, b bool) int {
	switch {
	case a && !b:
		return -1
	case b && !a:
		return 1
	}
	return 0
}

// measure returns how a column reads a result.
func measure(b *board, sort string) func(int) (float64, bool) {
	results := b.Outcome.Results
	switch sort {
	case sortRank:
		return func(i int) (float64, bool) { return float64(results[i].Rank), results[i].Rank > 0 }
	case sortScore:
		return func(i int) (float64, bool) { return results[i].Total.Points, results[i].Total.Known }
	case sortAnswers:
		return func(i int) (float64, bool) { return float64(results[i].Responses), true }
	}
	node, _ := b.Plan.Node(sort)
	return func(i int) (float64, bool) { return results[i].Nodes[node].Points, results[i].Nodes[node].Known }
}

// nameKeys sorts names as a Vietnamese dictionary does.
func nameKeys(b *board, places []int) map[int][]byte {
	var buf collate.Buffer
	c := collate.New(language.Vietnamese)
	keys := make(map[int][]byte, len(places))
	for _, i := range places {
		keys[i] = slices.Clone(c.KeyFromString(&buf, b.Units[b.Outcome.Results[i].Unit].Name.In("vi")))
		buf.Reset()
	}
	return keys
}
