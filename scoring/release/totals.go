package release

import (
	"thuocdo/scoring"
	"thuocdo/scoring/phrase"
)

// Totals is what a trend shows of a release.
type Totals struct {
	About  About
	Of     map[string]Row // by agency
	Groups []Mean         // in the order of the framework
}

// Mean is the sealed mean of the totals of a ranking group.
type Mean struct {
	Group  string
	Title  phrase.Text
	Units  int // agencies
	Points float64
	Known  bool
}

// Totals returns the sealed totals, and the means of the groups.
func (r *Release) Totals() *Totals {
	t := &Totals{About: r.About, Of: make(map[string]Row, len(r.content.Outcome.Results))}
	for _, row := range r.Rows() {
		t.Of[row.Agency] = row
	}
	titles := map[string]phrase.Text{}
	for _, g := range r.framework().Groups {
		titles[g.Code] = g.Title
	}
	for _, g := range r.content.Outcome.Groups {
		m := g.Mean.score()
		t.Groups = append(t.Groups, Mean{g.Group, titles[g.Group], g.Units, m.Points, m.Known && m.Gap == scoring.NoGap})
	}
	return t
}
