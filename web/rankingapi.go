package web

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/labstack/echo/v4"

	"thuocdo/scoring"
	"thuocdo/scoring/phrase"
	"thuocdo/scoring/report"
	"thuocdo/survey"
)

// rankingDocument is the answer of GET /api/v1/indexes/{framework}/{period}/ranking. Numbers are unrounded.
type rankingDocument struct {
	Framework   string        `json:"framework"`
	Version     string        `json:"version"`
	Title       phrase.Text   `json:"title"`
	Method      string        `json:"method,omitempty"`
	Period      string        `json:"period"`
	Provisional bool          `json:"provisional"`
	Release     *string       `json:"release"` // id of the sealed release; null while there is none
	MaxPoints   float64       `json:"max_points"`
	Decimals    int           `json:"decimals"` // digits shown on pages
	Nodes       []nodeEntry   `json:"nodes"`    // in the order of results[].nodes
	Groups      []groupEntry  `json:"groups"`
	Results     []resultEntry `json:"results"` // by group, rank and agency
}

type nodeEntry struct {
	Code      string      `json:"code"`
	Level     string      `json:"level,omitempty"`
	Parent    string      `json:"parent,omitempty"`
	Title     phrase.Text `json:"title"`
	MaxPoints float64     `json:"max_points"`
}

type groupEntry struct {
	Group  string      `json:"group"` // "" = scored, not ranked
	Title  phrase.Text `json:"title,omitempty"`
	Units  int         `json:"units"`
	Ranked int         `json:"ranked"`
	Mean   *float64    `json:"mean"`
	Best   *float64    `json:"best"`
}

type resultEntry struct {
	Agency    string           `json:"agency"`
	Name      phrase.Text      `json:"name"`
	Group     string           `json:"group"`
	Rank      *int             `json:"rank"` // null = not ranked
	Ranked    int              `json:"ranked,omitempty"`
	Tied      bool             `json:"tied,omitempty"`
	RankRange *report.RankSpan `json:"rank_interval"` // null where the intervals of the group are not all known
	Band      string           `json:"band,omitempty"`
	Responses *int64           `json:"responses"` // null where the index has no survey of its own
	Returned  int64            `json:"returned,omitempty"`
	Issued    int64            `json:"issued,omitempty"`
	scoreEntry
	Nodes []scoreEntry `json:"nodes"`
}

// scoreEntry is a score; points are null where they are not known, and gap says why.
type scoreEntry struct {
	Points     *float64          `json:"points"`
	Max        float64           `json:"max"`
	Percent    *float64          `json:"percent"`
	Interval   *scoring.Interval `json:"interval"`
	N          int64             `json:"n,omitempty"`
	Gap        string            `json:"gap,omitempty"`
	NoInterval string            `json:"no_interval,omitempty"`
}

// rankingAPI answers programs with the whole ranking, the same numbers as the page. ?method chooses the method version,
// ?group one ranking group.
func (s *Server) rankingAPI(c echo.Context) error {
	r := rankingRequest{Framework: c.Param("framework"), Period: c.Param("period"), Method: c.QueryParam("method"), Group: c.QueryParam("group")}
	if format := c.QueryParam("format"); format != "" && format != "json" {
		return s.sendRanking(c, r, downloads+format)
	}
	b, err := s.boards.get(c.Request().Context(), r.query())
	if err != nil {
		return err
	}
	shown, err := b.only(r.Group)
	if err != nil {
		return err
	}
	key := fmt.Sprintf("api ranking %q %q %q %q", r.Framework, r.Period, r.Method, r.Group)
	n, stamp, err := s.countsOf(c.Request().Context(), b)
	if err != nil {
		return err
	}
	sealed, agrees, err := s.sealedOf(c.Request().Context(), b)
	if err != nil {
		return err
	}
	f, err := s.copies.get(c.Request().Context(), key, stampOf(b)+stamp+sealedStamp(sealed, agrees), func() (*copyOf, error) {
		d := newRankingDocument(shown).counted(n)
		if agrees {
			d.Release = &sealed.ID
		}
		body, err := json.Marshal(d)
		if err != nil {
			return nil, fmt.Errorf("ranking: %w", err)
		}
		return newCopy("application/json", "", append(body, '\n')), nil
	})
	if err != nil {
		return err
	}
	return deliver(c, f)
}

func newRankingDocument(b *board) *rankingDocument {
	f := b.Plan.Framework()
	d := &rankingDocument{Framework: f.Code, Version: f.Version, Title: f.Title, Method: b.Plan.MethodCode(), Period: b.Period,
		Provisional: b.Provisional, MaxPoints: f.MaxPoints, Decimals: f.Decimals(), Groups: []groupEntry{}, Results: []resultEntry{}}
	for _, n := range b.Plan.Nodes() {
		e := nodeEntry{Code: n.Code, Level: n.Level, Title: n.Title, MaxPoints: n.MaxPoints}
		if n.Parent >= 0 {
			e.Parent = b.Plan.Nodes()[n.Parent].Code
		}
		d.Nodes = append(d.Nodes, e)
	}
	for _, g := range b.Outcome.Groups {
		d.Groups = append(d.Groups, groupEntry{g.Group, groupTitle(b, g.Group), g.Units, g.Ranked, points(g.Mean), points(g.Best)})
	}
	for i := range b.Outcome.Results {
		d.Results = append(d.Results, newResultEntry(b, i))
	}
	return d
}

func newResultEntry(b *board, i int) resultEntry {
	r := &b.Outcome.Results[i]
	e := resultEntry{Agency: r.Unit, Name: b.Units[r.Unit].Name, Group: r.Group, Ranked: r.Of, Tied: r.Tied, Band: r.Band,
		scoreEntry: newScoreEntry(r.Total), Nodes: make([]scoreEntry, len(r.Nodes))}
	if r.Rank > 0 {
		e.Rank = &r.Rank
	}
	if b.spans[i].Best > 0 {
		e.RankRange = &b.spans[i]
	}
	if len(b.Plan.Questions()) > 0 {
		e.Responses = &r.Responses
	}
	for k := range r.Nodes {
		e.Nodes[k] = newScoreEntry(r.Nodes[k])
	}
	return e
}

func newScoreEntry(s scoring.Score) scoreEntry {
	e := scoreEntry{Points: points(s), Max: s.Max, Interval: s.Interval, N: s.N, Gap: s.Gap.String(), NoInterval: s.NoInterval.String()}
	if s.Known {
		p := s.Percent()
		e.Percent = &p
	}
	return e
}

func points(s scoring.Score) *float64 {
	if !s.Known {
		return nil
	}
	return &s.Points
}

// produced is the time a file is stamped with. A public file is the same for everyone as long as its data is, so it
// carries no time of its own.
func (s *Server) produced(live bool) time.Time {
	if !live {
		return time.Time{}
	}
	return s.cfg.Now().In(survey.Vietnam).Truncate(time.Second)
}
