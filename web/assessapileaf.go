package web

import (
	"thuocdo/scoring"
	"thuocdo/scoring/assess"
	"thuocdo/scoring/phrase"
)

// leafEntry is a leaf of a sheet as programs get it.
type leafEntry struct {
	Leaf      string            `json:"leaf"`
	Title     phrase.Text       `json:"title"`
	Max       float64           `json:"max"`
	Claimed   bool              `json:"claimed"` // the agency scores it itself
	Version   int64             `json:"version"` // 0: nothing is stored
	Status    assess.Status     `json:"status"`
	Claim     *claimEntry       `json:"claim"`
	Points    *float64          `json:"points"`   // of the claim
	Standing  *float64          `json:"standing"` // points as they stand
	Appraisal *saidEntry        `json:"appraisal,omitempty"`
	Appeal    *appealEntry      `json:"appeal,omitempty"`
	Decision  *decisionEntry    `json:"decision,omitempty"`
	Questions []assess.Question `json:"questions,omitempty"`
}

// inputEntry is an input of a leaf: what its rule makes points of, or points where it has no rule.
type inputEntry struct {
	Value         *float64           `json:"value,omitempty"`
	Choice        string             `json:"choice,omitempty"`
	Counts        map[string]float64 `json:"counts,omitempty"`
	Points        *float64           `json:"points,omitempty"`
	NotApplicable bool               `json:"not_applicable,omitempty"`
}

func newInputEntry(in scoring.LeafInput) inputEntry {
	return inputEntry{in.Value, in.Choice, in.Counts, in.Appraised, in.NotApplicable}
}

func (e inputEntry) input() scoring.LeafInput {
	return scoring.LeafInput{Value: e.Value, Choice: e.Choice, Counts: e.Counts, Appraised: e.Points, NotApplicable: e.NotApplicable}
}

// claimEntry is a claim. What a program sends of it has neither who nor when.
type claimEntry struct {
	Input       inputEntry        `json:"input"`
	Evidence    []assess.Evidence `json:"evidence"`
	Partial     bool              `json:"partial"`
	Explanation string            `json:"explanation"`
	assess.Mark
}

// saidEntry is what an appraiser made of a claim; without an input it was accepted.
type saidEntry struct {
	Input  *inputEntry `json:"input,omitempty"`
	Reason string      `json:"reason,omitempty"`
	Round  int         `json:"round"`
	assess.Mark
}

type appealEntry struct {
	Text     string            `json:"text"`
	Appeal   bool              `json:"appeal"` // false: an explanation
	Evidence []assess.Evidence `json:"evidence,omitempty"`
	assess.Mark
}

type decisionEntry struct {
	Input   inputEntry `json:"input"`
	Passed  bool       `json:"passed"`
	For     int        `json:"for"`
	Against int        `json:"against"`
	Abstain int        `json:"abstain"`
	Reason  string     `json:"reason"`
	assess.Mark
}

func newLeafEntry(x *aSheet, item assess.Item) leafEntry {
	l := item.Leaf
	e := leafEntry{Leaf: item.Node.Code, Title: item.Node.Title, Max: item.Node.MaxPoints, Claimed: assess.Claimed(item.Node), Version: l.Version, Status: item.Status(),
		Points: item.Claimed, Standing: item.Standing, Questions: l.Questions}
	if l.Version > 0 && !l.Claim.At.IsZero() {
		e.Claim = &claimEntry{newInputEntry(l.Claim.Input), append([]assess.Evidence{}, l.Claim.Evidence...), l.Claim.Partial, l.Claim.Explanation, l.Claim.Mark}
	}
	if a := l.Appraisal; a != nil {
		e.Appraisal = &saidEntry{Reason: a.Reason, Round: a.Round, Mark: a.Mark}
		if a.Input != nil {
			in := newInputEntry(*a.Input)
			e.Appraisal.Input = &in
		}
	}
	if a := l.Appeal; a != nil {
		e.Appeal = &appealEntry{a.Text, a.Appeal, a.Evidence, a.Mark}
	}
	if d := l.Decision; d != nil {
		n := tally(d)
		e.Decision = &decisionEntry{newInputEntry(d.Input), d.Passed, n[assess.For], n[assess.Against], n[assess.Abstain], d.Reason, d.Mark}
	}
	return e
}
