package release

import (
	"cmp"
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"maps"
	"slices"

	"thuocdo/scoring"
	"thuocdo/scoring/disclosure"
	"thuocdo/scoring/phrase"
	"thuocdo/scoring/report"
	"thuocdo/scoring/sampled"
	"thuocdo/scoring/standing"
)

// Failures of sealing. Callers compare with errors.Is.
var (
	ErrOpen  = errors.New("a survey behind the index is still open")
	ErrReply = errors.New("the sealed inputs do not give the published figures")
)

// About says what a release is of.
type About struct {
	Framework string      `json:"framework"`
	Version   string      `json:"version"`
	Method    string      `json:"method,omitempty"`
	Period    string      `json:"period"`
	Title     phrase.Text `json:"title"`
	Software  string      `json:"software"`
	Least     int         `json:"least"` // people behind any figure
	Level     float64     `json:"level"` // of intervals
}

// content is what a release seals: inputs, and the outputs that they give.
type content struct {
	Frameworks []*scoring.Framework
	Agencies   []standing.Unit
	Scores     []scoresOf
	Surveys    []surveyOf
	Given      []givenOf
	Outcome    outcome

	units map[string]standing.Unit // while sealing: of the index itself; indexes that it refers to are needed for them only
}

// scoresOf are the scores that people gave the agencies, and who does not publish its result.
type scoresOf struct {
	Framework string        `json:"framework"`
	Agencies  []agencyScore `json:"agencies"`
	Withheld  []string      `json:"withheld,omitempty"`
}

type agencyScore struct {
	Agency string                       `json:"agency"`
	Leaves map[string]scoring.LeafInput `json:"leaves"`
}

// surveyOf are the answers to a survey as sums.
type surveyOf struct {
	Framework  string          `json:"framework"`
	Method     string          `json:"method,omitempty"` // whose variances and terms these are
	Wave       string          `json:"wave"`
	Designed   bool            `json:"designed,omitempty"` // people were drawn by a design
	Replicates int             `json:"replicates,omitempty"`
	Seed       uint32          `json:"seed,omitempty"`
	Design     *sampled.Report `json:"design,omitempty"` // how they were weighed; older files lack it
	Questions  []question      `json:"questions"`
	Few        []string        `json:"few,omitempty"` // agencies with fewer answers than may be shown, or with none
	Agencies   []agencySurvey  `json:"agencies"`
}

type question struct {
	Code  string   `json:"code"`
	Codes []string `json:"codes,omitempty"` // of the choices
}

// agencySurvey is what the people of an agency said. Of people drawn by a design there are weighted sums by question, else how many
// chose each code.
type agencySurvey struct {
	Agency    string             `json:"agency"`
	People    int64              `json:"people"`
	Counts    [][]int64          `json:"counts,omitempty"` // by question; null = not asked
	Terms     []scoring.Term     `json:"terms,omitempty"`
	Variances []scoring.Variance `json:"variances"`
}

// givenOf are results whose inputs stay inside because few people are behind a part of them, and rank intervals that replicates of a
// sample gave.
type givenOf struct {
	Framework string        `json:"framework"`
	Method    string        `json:"method,omitempty"`
	Results   []resultOf    `json:"results,omitempty"`
	Spreads   []agencySpred `json:"spreads,omitempty"`
}

type agencySpred struct {
	Agency string `json:"agency"`
	scoring.Spread
}

// Seal seals the public result of an index in a period, computed from src by the software of this name, and signs it. Nothing that
// everyone may not see gets into it: agencies of which Public holds something back go in with their results alone.
//
// It fails as standing.Assemble does, with ErrOpen while a survey is open, and with ErrReply where the sealed inputs do not give the
// result again.
func Seal(ctx context.Context, src standing.Source, q standing.Query, software string, key ed25519.PrivateKey) (*Release, error) {
	q.View = standing.Public
	all, err := standing.All(ctx, src, q)
	if err != nil {
		return nil, err
	}
	last := &all[len(all)-1]
	f := last.Plan.Framework()
	r := &Release{About: About{Framework: f.Code, Version: f.Version, Method: last.Plan.MethodCode(), Period: q.Period, Title: f.Title,
		Software: software, Least: int(last.Least), Level: scoring.Level},
		content: content{units: last.Units, Scores: []scoresOf{}, Surveys: []surveyOf{}, Given: []givenOf{}}}
	if last.Provisional {
		return nil, fmt.Errorf("%s in %s: %w", f.Code, q.Period, ErrOpen)
	}
	for i := range all {
		if err := r.content.add(&all[i]); err != nil {
			return nil, err
		}
	}
	r.content.tidy()
	r.content.Outcome = outcomeOf(Public(last.Standing))
	if err := r.sign(key); err != nil {
		return nil, err
	}
	again, err := Verify(ctx, r.File, nil)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrReply, err)
	}
	return again, nil
}

// add takes in what one index was computed from.
func (c *content) add(x *standing.Index) error {
	f := x.Plan.Framework()
	c.Frameworks = append(c.Frameworks, f)
	for _, u := range x.Agencies {
		if c.has(u.Code) {
			c.Agencies = append(c.Agencies, u)
		}
	}
	shown := Public(x.Standing)
	hidden := held(x, shown)
	c.addScores(x, hidden)
	c.addGiven(shown, hidden)
	if x.Surveys.Wave == "" {
		return nil
	}
	return c.addSurvey(x, hidden)
}

// has reports whether an agency is one of the index that is sealed.
func (c *content) has(code string) bool {
	_, ok := c.units[code]
	return ok
}

// tidy puts what several indexes share in once.
func (c *content) tidy() {
	slices.SortStableFunc(c.Frameworks, func(a, b *scoring.Framework) int { return cmp.Compare(a.Code, b.Code) })
	c.Frameworks = slices.CompactFunc(c.Frameworks, func(a, b *scoring.Framework) bool { return a.Code == b.Code })
	slices.SortStableFunc(c.Agencies, func(a, b standing.Unit) int { return cmp.Compare(a.Code, b.Code) })
	c.Agencies = slices.CompactFunc(c.Agencies, func(a, b standing.Unit) bool { return a.Code == b.Code })
	slices.SortStableFunc(c.Scores, func(a, b scoresOf) int { return cmp.Compare(a.Framework, b.Framework) })
	c.Scores = slices.CompactFunc(c.Scores, func(a, b scoresOf) bool { return a.Framework == b.Framework })
}

// held returns the agencies whose inputs must not go out: something of their result is held back, or fewer than may be shown are behind
// a question.
func held(x *standing.Index, shown *standing.Standing) map[string]bool {
	hidden := map[string]bool{}
	for i := range x.Outcome.Results {
		r, s := &x.Outcome.Results[i], &shown.Outcome.Results[i]
		for k := range r.Nodes {
			if r.Nodes[k].Known != s.Nodes[k].Known {
				hidden[r.Unit] = true
			}
		}
	}
	for _, u := range x.Inputs {
		if u.Survey != nil && !u.Withheld && few(x.Plan, u.Survey, x.Least) {
			hidden[u.Code] = true
		}
	}
	return hidden
}

// few reports whether a question was answered by some people, but not by as many as have to be.
func few(p *scoring.Plan, s scoring.Survey, least int64) bool {
	return slices.ContainsFunc(p.Questions(), func(item string) bool { return disclosure.Sparse(item, s, least) })
}

// addScores leaves out what is no input of the result: scores that agencies gave themselves, agencies whose result is given or not
// published.
func (c *content) addScores(x *standing.Index, hidden map[string]bool) {
	s := scoresOf{Framework: x.Plan.Framework().Code, Agencies: []agencyScore{}}
	for _, code := range slices.Sorted(maps.Keys(x.Scores)) {
		if hidden[code] || x.Withheld[code] || !c.has(code) {
			continue
		}
		a := agencyScore{code, make(map[string]scoring.LeafInput, len(x.Scores[code]))}
		for leaf, in := range x.Scores[code] {
			in.Self = nil
			a.Leaves[leaf] = in
		}
		s.Agencies = append(s.Agencies, a)
	}
	for _, code := range slices.Sorted(maps.Keys(x.Withheld)) {
		if x.Withheld[code] && c.has(code) {
			s.Withheld = append(s.Withheld, code)
		}
	}
	c.Scores = append(c.Scores, s)
}

func (c *content) addGiven(shown *standing.Standing, hidden map[string]bool) {
	g := givenOf{Framework: shown.Plan.Framework().Code, Method: shown.Plan.MethodCode()}
	spans := report.RankSpans(shown.Outcome.Results)
	for i := range shown.Outcome.Results {
		r := &shown.Outcome.Results[i]
		if !c.has(r.Unit) {
			continue
		}
		if hidden[r.Unit] {
			g.Results = append(g.Results, newResult(r, spans[i]))
		}
		if r.Spread != nil {
			g.Spreads = append(g.Spreads, agencySpred{r.Unit, *r.Spread})
		}
	}
	if len(g.Results)+len(g.Spreads) > 0 {
		slices.SortFunc(g.Results, func(a, b resultOf) int { return cmp.Compare(a.Agency, b.Agency) })
		slices.SortFunc(g.Spreads, func(a, b agencySpred) int { return cmp.Compare(a.Agency, b.Agency) })
		c.Given = append(c.Given, g)
	}
}

func (c *content) addSurvey(x *standing.Index, hidden map[string]bool) error {
	s := surveyOf{Framework: x.Plan.Framework().Code, Method: x.Plan.MethodCode(), Wave: x.Surveys.Wave, Designed: x.Surveys.Designed,
		Questions: []question{}, Agencies: []agencySurvey{}}
	if x.Sample != nil {
		s.Replicates, s.Seed, s.Design = x.Sample.Report.Replicates, x.Sample.Report.Seed, &x.Sample.Report
	}
	for _, item := range x.Plan.Questions() {
		s.Questions = append(s.Questions, question{Code: item})
	}
	for _, u := range x.Inputs {
		switch {
		case u.Withheld || hidden[u.Code] || !c.has(u.Code):
		case u.Few || u.Survey == nil: // whether few answered or nobody is not told
			s.Few = append(s.Few, u.Code)
		case u.Survey != nil:
			a, err := s.agency(x.Plan, u)
			if err != nil {
				return err
			}
			s.Agencies = append(s.Agencies, a)
		}
	}
	for i := range s.Agencies { // to the choices that are known in the end
		for q, n := range s.Agencies[i].Counts {
			if n != nil {
				s.Agencies[i].Counts[q] = append(n, make([]int64, len(s.Questions[q].Codes)-len(n))...)
			}
		}
	}
	c.Surveys = append(c.Surveys, s)
	return nil
}

func (s *surveyOf) agency(p *scoring.Plan, u scoring.Unit) (agencySurvey, error) {
	a := agencySurvey{Agency: u.Code, People: u.Survey.Responses()}
	terms, variances, err := p.Sums(u)
	if a.Variances = variances; err != nil {
		return a, err
	}
	if _, drawn := u.Survey.(scoring.Drawn); drawn {
		a.Terms = terms
		return a, nil
	}
	for q := range s.Questions {
		a.Counts = append(a.Counts, s.Questions[q].counts(u.Survey))
	}
	return a, nil
}

// counts returns how many chose each code of a question, and adds codes that are new.
func (q *question) counts(s scoring.Survey) []int64 {
	codes, counts, ok := s.Counts(q.Code)
	if !ok {
		return nil
	}
	for _, code := range codes {
		if !slices.Contains(q.Codes, code) {
			q.Codes = append(q.Codes, code)
		}
	}
	out := make([]int64, len(q.Codes))
	for i, code := range codes {
		out[slices.Index(q.Codes, code)] = counts[i]
	}
	return out
}
