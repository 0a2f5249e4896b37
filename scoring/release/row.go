package release

import (
	"thuocdo/scoring/phrase"
	"thuocdo/scoring/report"
	"thuocdo/scoring/standing"
)

// Row is the sealed total of an agency.
type Row struct {
	Agency    string
	Name      phrase.Text
	Group     phrase.Text
	Rank      int // 0 = not ranked
	Points    float64
	Known     bool
	Low, High float64
	Interval  bool
	Span      report.RankSpan
	Band      phrase.Text
}

// Rows returns the sealed totals, by group, rank and agency.
func (r *Release) Rows() []Row {
	names := make(map[string]phrase.Text, len(r.content.Agencies))
	for _, a := range r.content.Agencies {
		names[a.Code] = a.Name
	}
	f := r.framework()
	groups := map[string]phrase.Text{}
	for _, g := range f.Groups {
		groups[g.Code] = g.Title
	}
	rows := make([]Row, len(r.content.Outcome.Results))
	for i, x := range r.content.Outcome.Results {
		s := x.Total.score()
		rows[i] = Row{Agency: x.Agency, Name: names[x.Agency], Group: groups[x.Group], Rank: x.Rank, Points: s.Points, Known: s.Known,
			Span: report.RankSpan{Best: x.RankBest, Worst: x.RankWorst}, Band: report.BandTitle(f, x.Band)}
		if s.Interval != nil {
			rows[i].Low, rows[i].High, rows[i].Interval = s.Interval.Low, s.Interval.High, true
		}
	}
	return rows
}

// Decimals returns how many decimals are shown.
func (r *Release) Decimals() int { return r.framework().Decimals() }

// MaxPoints returns how many points there are to have.
func (r *Release) MaxPoints() float64 { return r.framework().MaxPoints }

// Matches reports whether a public standing has the sealed figures; of a file of format 1, whose intervals were others, all but these.
func (r *Release) Matches(s *standing.Standing) bool {
	if f := s.Plan.Framework(); s.Provisional || f.Code != r.About.Framework || f.Version != r.About.Version || s.Plan.MethodCode() != r.About.Method || s.Period != r.About.Period {
		return false
	}
	found, is := outcomeOf(s), r.content.Outcome
	if r.Format == Format1 {
		found, is = found.bare(), is.bare()
	}
	return compare(&found, &is) == nil
}
