package survey

// renamed is the kind of succession that changes nothing but a name or a code.
const renamed = "renamed"

// Reorganised says what successions did between the ends of two periods, whichever comes first: which agencies carried on
// under another code (code after → code before), and which were merged or split, so that their values on both sides
// are not of the same agency.
func Reorganised(edges []Succession, before, after Period) (former map[string]string, broken map[string]bool) {
	_, from := before.Span()
	_, to := after.Span()
	back := from > to
	if back {
		from, to = to, from
	}
	former, broken = map[string]string{}, map[string]bool{}
	for _, e := range edges {
		if e.Day <= from || e.Day > to {
			continue
		}
		if e.Kind != renamed {
			broken[e.From], broken[e.To] = true, true
			continue
		}
		if old, now := e.From, e.To; back {
			former[old] = now
		} else {
			former[now] = old
		}
	}
	return former, broken
}
