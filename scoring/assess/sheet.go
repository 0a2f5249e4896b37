package assess

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"thuocdo/scoring"
	"thuocdo/scoring/phrase"
)

// Sheet is what one agency claims in a season and what became of it.
type Sheet struct {
	Agency string          `json:"agency"`
	Stage  Stage           `json:"stage"`
	Head   string          `json:"head,omitempty"`   // who approved it for the agency
	Reason string          `json:"reason,omitempty"` // of the last time it was opened again
	Leaves map[string]Leaf `json:"leaves"`

	More map[Stage]MoreTime `json:"-"` // that the agency was given
}

// Leaf is one leaf of a sheet: each stage adds its part.
type Leaf struct {
	Version   int64      `json:"-"` // 0 = nothing is stored
	Claim     Claim      `json:"claim"`
	Appraisal *Appraisal `json:"appraisal,omitempty"`
	Appeal    *Appeal    `json:"appeal,omitempty"`
	Decision  *Decision  `json:"decision,omitempty"`
	Questions []Question `json:"questions,omitempty"` // of appraisers to the agency, oldest first
}

// Changes counts what was stored on a sheet: whoever approves it names what was on screen.
func (s *Sheet) Changes() (n int64) {
	for _, l := range s.Leaves {
		n += l.Version
	}
	return n
}

// Mark is who and when.
type Mark struct {
	By string    `json:"by,omitempty"`
	At time.Time `json:"at,omitzero"`
}

// Claim is the self score: what the rule makes points of, or points where there is no rule.
type Claim struct {
	Input       scoring.LeafInput `json:"input"` // Appraised: the points of a leaf without a rule
	Evidence    []Evidence        `json:"evidence,omitempty"`
	Partial     bool              `json:"partial,omitempty"` // the evidence shows only part of it
	Explanation string            `json:"explanation,omitempty"`
	Mark
}

// Evidence is one document.
type Evidence struct {
	Number string `json:"number"`
	Date   string `json:"date,omitempty"` // YYYY-MM-DD
	Issuer string `json:"issuer,omitempty"`
	Page   string `json:"page,omitempty"`
	File   *File  `json:"file,omitempty"` // the document itself, where it is stored
}

// Appraisal is what an appraiser makes of a claim. Adjusted inputs need a reason; without an input the claim is accepted.
type Appraisal struct {
	Input  *scoring.LeafInput `json:"input,omitempty"`
	Reason string             `json:"reason,omitempty"`
	Round  int                `json:"round"`
	Mark
}

// Appeal is what an agency says to an appraisal. Appealed leaves go to the council.
type Appeal struct {
	Text     string     `json:"text"`
	Appeal   bool       `json:"appeal,omitempty"`   // false: an explanation
	Evidence []Evidence `json:"evidence,omitempty"` // documents beside those of the claim
	Mark
}

// Vote is how a member votes on a proposal.
type Vote string

// Votes.
const (
	For     Vote = "for"
	Against Vote = "against"
	Abstain Vote = "abstain"
)

// Decision is what the council proposed and how it voted. More than half of the votes carry it; else the appraisal stands.
type Decision struct {
	Input  scoring.LeafInput `json:"input"`
	Votes  map[string]Vote   `json:"votes"` // by member
	Passed bool              `json:"passed"`
	Reason string            `json:"reason"`
	Mark
}

// Assessed reports whether a leaf is decided in a season: what surveys and other indexes give is not.
func Assessed(n scoring.PlanNode) bool {
	if n.Leaf < 0 || slices.Contains([]string{scoring.FromSurvey, scoring.FromIndex}, n.Source) {
		return false
	}
	return n.Rule == nil || !slices.Contains([]string{scoring.SurveyShare, scoring.SurveyMean, scoring.IndexValue}, n.Rule.Type)
}

// Claimed reports whether an agency scores a leaf itself; of the others appraisers enter what statistics and dossiers say.
func Claimed(n scoring.PlanNode) bool {
	return Assessed(n) && !slices.Contains([]string{scoring.FromStatistic, scoring.FromDossier}, n.Source)
}

// node returns a leaf of the season.
func node(plan *scoring.Plan, code string) (scoring.PlanNode, error) {
	if i, ok := plan.Node(code); ok && Assessed(plan.Nodes()[i]) {
		return plan.Nodes()[i], nil
	}
	return scoring.PlanNode{}, fmt.Errorf("%q: %w", code, scoring.ErrUnknownLeaf)
}

// Points returns what an input is worth. Where the leaf has a rule, points cannot be typed: the rule makes them of its input.
// The error is phrase.Mistakes, or scoring.ErrUnknownLeaf.
func Points(plan *scoring.Plan, code string, in scoring.LeafInput) (float64, error) {
	n, err := node(plan, code)
	if err != nil {
		return 0, err
	}
	if in.Self != nil || in.Appraised != nil && n.Rule != nil {
		return 0, mistake(code, "điểm của mục %q do quy tắc tính ra; hãy nhập số liệu hoặc phương án", "the points of %q are computed by its rule; enter its input", code)
	}
	return plan.Points(code, in)
}

func mistake(code, vi, en string, args ...any) error {
	var m phrase.Mistakes
	m.Add(code, vi, en, args...)
	return m
}

// Empty reports whether nothing is entered.
func Empty(in scoring.LeafInput) bool {
	return in.String() == "" || in.Counts != nil && len(in.Counts) == 0
}

// Stands returns the input that holds as far as a leaf is.
func (l Leaf) Stands() scoring.LeafInput {
	switch {
	case l.Decision != nil && l.Decision.Passed:
		return l.Decision.Input
	case l.Appraisal != nil && l.Appraisal.Input != nil:
		return *l.Appraisal.Input
	}
	return l.Claim.Input
}

// Progress says how far a sheet is.
type Progress struct {
	Leaves    int     `json:"leaves"` // that are decided in the season
	Claims    int     `json:"claims"` // that the agency scores
	Filled    int     `json:"filled"`
	Appraised int     `json:"appraised"`
	Appealed  int     `json:"appealed"`
	Decided   int     `json:"decided"`
	Claimed   float64 `json:"claimed"`  // points of the claims
	Standing  float64 `json:"standing"` // points as they stand now
	Max       float64 `json:"max"`      // of the leaves of the season
}

// Progress sums a sheet up. Points of leaves that do not apply are left out.
func (s *Sheet) Progress(plan *scoring.Plan) (p Progress) {
	for _, n := range plan.Nodes() {
		if !Assessed(n) {
			continue
		}
		if p.Leaves++; Claimed(n) {
			p.Claims++
		}
		if !n.Outside {
			p.Max += n.MaxPoints
		}
		l := s.Leaves[n.Code]
		if !Empty(l.Claim.Input) {
			p.Filled++
		}
		if l.Appraisal != nil {
			p.Appraised++
		}
		if l.Appeal != nil && l.Appeal.Appeal {
			p.Appealed++
		}
		if l.Decision != nil {
			p.Decided++
		}
		p.Claimed += worth(plan, n.Code, l.Claim.Input)
		p.Standing += worth(plan, n.Code, l.Stands())
	}
	return p
}

// worth is the points of an input, 0 where there is none.
func worth(plan *scoring.Plan, code string, in scoring.LeafInput) float64 {
	if points := PointsOf(plan, code, in); points != nil {
		return *points
	}
	return 0
}

// Scores returns the inputs of an index: what stands of every leaf, and the self score beside it.
func (s *Sheet) Scores(plan *scoring.Plan) map[string]scoring.LeafInput {
	all := map[string]scoring.LeafInput{}
	for code, l := range s.Leaves {
		in := l.Stands()
		if Empty(in) {
			continue
		}
		if !Empty(l.Claim.Input) && !l.Claim.Input.NotApplicable {
			self := worth(plan, code, l.Claim.Input)
			in.Self = &self
		}
		all[code] = in
	}
	return all
}

// missing lists what a claim lacks before its sheet can be submitted.
func (l Leaf) missing(m *phrase.Mistakes, n scoring.PlanNode) {
	switch c := l.Claim; {
	case Empty(c.Input):
		if !n.Outside { // what is outside the maximum may go unclaimed
			m.Add(n.Code, "chưa chấm điểm mục %q", "%q is not scored", n.Code)
		}
	case (len(c.Evidence) == 0 || c.Partial) && strings.TrimSpace(c.Explanation) == "":
		m.Add(n.Code, "mục %q chưa có đủ tài liệu kiểm chứng, cần giải trình", "%q has no or partial evidence and needs an explanation", n.Code)
	}
}
