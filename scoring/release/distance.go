package release

import (
	"bytes"
	"slices"

	"thuocdo/scoring"
)

// apart returns the agencies of which both together would tell what fewer than least people said: the answers to one question, or how
// many are behind one leaf, differ by some people, but by fewer than that. A question of which many differ does not make up for another
// one of which few do: everybody reads them one by one.
func apart(a, b *content, least int64) (list []string) {
	found := map[string]bool{}
	given, alike := a.given(b), a.alike(b)
	for i := range a.Surveys {
		for k := range b.Surveys {
			if x, y := &a.Surveys[i], &b.Surveys[k]; x.Framework == y.Framework && x.Wave == y.Wave {
				x.apart(y, least, alike && x.Method == y.Method, found)
			}
		}
	}
	weigh := func(x, y []resultOf, questions []int64) {
		w := weighing{least, questions, given, alike}
		w.all(x, y, found)
	}
	if slices.Equal(a.Outcome.Nodes, b.Outcome.Nodes) {
		weigh(a.Outcome.Results, b.Outcome.Results, a.questions(func(_ string, codes []string) bool { return slices.Equal(codes, a.Outcome.Nodes) }))
	}
	for _, x := range a.Given {
		for _, y := range b.Given {
			if x.Framework == y.Framework && x.Method == y.Method {
				weigh(x.Results, y.Results, a.questions(func(code string, _ []string) bool { return code == x.Framework }))
			}
		}
	}
	for code := range found {
		list = append(list, code)
	}
	slices.Sort(list)
	return list
}

// fewer reports whether a difference is there, but of fewer people than have to be behind a figure.
func fewer(people, least int64) bool { return people > 0 && people < least }

// apart compares the answers question by question. Where both are computed alike, the same counts with other variances are of other
// people, of whom nobody knows how many they are.
func (s *surveyOf) apart(t *surveyOf, least int64, alike bool, found map[string]bool) {
	at := map[string]*agencySurvey{}
	for i := range t.Agencies {
		at[t.Agencies[i].Agency] = &t.Agencies[i]
	}
	for i := range s.Agencies {
		x := &s.Agencies[i]
		y := at[x.Agency]
		if y == nil {
			continue
		}
		people := max(x.People-y.People, y.People-x.People)
		tells, most := fewer(people, least), people
		for q := range s.Questions {
			k := slices.IndexFunc(t.Questions, func(o question) bool { return o.Code == s.Questions[q].Code })
			if k < 0 || q >= len(x.Counts) || k >= len(y.Counts) {
				continue
			}
			d := distance(s.Questions[q].Codes, x.Counts[q], t.Questions[k].Codes, y.Counts[k])
			tells, most = tells || fewer(d, least), max(most, d)
		}
		if tells || alike && most == 0 && x.Counts != nil && !slices.EqualFunc(x.Variances, y.Variances, sameVariance) {
			found[x.Agency] = true
		}
	}
}

func sameVariance(a, b scoring.Variance) bool { return a.Gap == b.Gap && number(a.V).near(number(b.V)) }

// distance is how many people must have answered a question otherwise.
func distance(codes []string, n []int64, others []string, m []int64) int64 {
	var more, fewer int64
	count := map[string]int64{}
	for i, c := range codes {
		if i < len(n) {
			count[c] += n[i]
		}
	}
	for i, c := range others {
		if i < len(m) {
			count[c] -= m[i]
		}
	}
	for _, d := range count {
		more, fewer = more+max(d, 0), fewer+max(-d, 0)
	}
	return max(more, fewer)
}

// weighing compares results, which stand for the answers where those stay inside.
type weighing struct {
	least     int64
	questions []int64         // by node: questions that people answered; 0 = it is no leaf of a survey
	given     map[string]bool // agencies with results alone in one of the files
	alike     bool            // both are computed in the same way
}

// all compares the results that both have.
func (w *weighing) all(a, b []resultOf, found map[string]bool) {
	at := map[string]*resultOf{}
	for i := range b {
		at[b[i].Agency] = &b[i]
	}
	for i := range a {
		if y := at[a[i].Agency]; y != nil && len(y.Nodes) == len(a[i].Nodes) && w.apart(&a[i], y) {
			found[a[i].Agency] = true
		}
	}
}

// apart compares how many are behind each leaf that both show. A leaf of several questions has an answer of one person to each. As many
// answers that give other points are an exchange of people of whom nobody knows how many they are.
func (w *weighing) apart(x, y *resultOf) bool {
	if fewer(max(x.Responses-y.Responses, y.Responses-x.Responses), w.least) {
		return true
	}
	for k := range min(len(x.Nodes), len(y.Nodes), len(w.questions)) {
		a, b, q := &x.Nodes[k], &y.Nodes[k], w.questions[k]
		if q == 0 || a.Points == nil || b.Points == nil {
			continue
		}
		if fewer((max(a.N-b.N, b.N-a.N)+q-1)/q, w.least) || w.alike && w.given[x.Agency] && a.N > 0 && a.N == b.N && !a.Points.near(*b.Points) {
			return true
		}
	}
	return false
}

// alike reports whether two releases are of the same frameworks and methods, so that the same answers give the same points.
func (c *content) alike(d *content) bool {
	x, err := line(c.Frameworks)
	y, e := line(d.Frameworks)
	same := func(s, t surveyOf) bool { return s.Framework == t.Framework && s.Method == t.Method }
	return err == nil && e == nil && bytes.Equal(x, y) && slices.EqualFunc(c.Surveys, d.Surveys, same)
}

// given returns the agencies with results alone in one of two releases.
func (c *content) given(d *content) map[string]bool {
	list := map[string]bool{}
	for _, g := range slices.Concat(c.Given, d.Given) {
		for k := range g.Results {
			list[g.Results[k].Agency] = true
		}
	}
	return list
}

// questions returns how many questions each node of a framework is made of: those of leaves alone.
func (c *content) questions(of func(framework string, codes []string) bool) (list []int64) {
	for _, f := range c.Frameworks {
		if f == nil {
			continue
		}
		var codes []string
		var n []int64
		if flatten(f.Tree, &codes, &n); of(f.Code, codes) {
			return n
		}
	}
	return nil
}

// flatten lists the nodes in the order of a plan.
func flatten(nodes []scoring.Node, codes *[]string, questions *[]int64) {
	for i := range nodes {
		n, q := &nodes[i], int64(0)
		if len(n.Children) == 0 && n.Rule != nil {
			q = int64(len(n.Rule.Items))
		}
		*codes, *questions = append(*codes, n.Code), append(*questions, q)
		flatten(n.Children, codes, questions)
	}
}
