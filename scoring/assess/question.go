package assess

import (
	"fmt"
	"slices"
	"strings"
)

// MostQuestions is how many questions may stand on a leaf.
const MostQuestions = 20

// Question is what an appraiser asks the agency about a leaf, and the answer once there is one. An open question stops nothing.
type Question struct {
	Text string `json:"text"`
	Mark
	Answer *Reply `json:"answer,omitempty"`
}

// Reply is what the agency says to a question; its claim stays as it is.
type Reply struct {
	Text     string     `json:"text"`
	Evidence []Evidence `json:"evidence,omitempty"` // documents beside those of the claim
	Mark
}

// Asked returns how many questions about the leaf are open.
func (l Leaf) Asked() (n int) {
	for _, q := range l.Questions {
		if q.Answer == nil {
			n++
		}
	}
	return n
}

// Asked returns how many questions about the sheet are open.
func (s *Sheet) Asked() (n int) {
	for _, l := range s.Leaves {
		n += l.Asked()
	}
	return n
}

// Documents returns the evidence of the claim, and what was enclosed later.
func (l Leaf) Documents() []Evidence {
	return append(l.Claim.Evidence[:len(l.Claim.Evidence):len(l.Claim.Evidence)], l.Enclosed()...)
}

// Enclosed returns what came with answers to questions and with an explanation or appeal.
func (l Leaf) Enclosed() (list []Evidence) {
	for _, part := range l.Enclosures() {
		list = append(list, part...)
	}
	return list
}

// Enclosures are the lists that Enclosed is made of: who changes them changes the leaf.
func (l Leaf) Enclosures() (list [][]Evidence) {
	for _, q := range l.Questions {
		if q.Answer != nil {
			list = append(list, q.Answer.Evidence)
		}
	}
	if l.Appeal != nil {
		list = append(list, l.Appeal.Evidence)
	}
	return list
}

// encloses checks documents that are to come beside those of a leaf.
func (l Leaf) encloses(code string, more []Evidence) error {
	if err := (Claim{Evidence: more}).check(code); err != nil {
		return err
	}
	if len(l.Documents())+len(more) > MostEvidence {
		return mistake(code, "nhiều hơn %d tài liệu", "more than %d documents", MostEvidence)
	}
	return nil
}

// Ask puts a question about a leaf to the agency while it is appraised.
type Ask struct {
	Leaf string
	Seen int64 // the version that was on screen
	Text string
}

func (a Ask) apply(t *turn) error {
	l, err := t.appraising(a.Leaf, a.Seen)
	if err != nil {
		return err
	}
	text := strings.TrimSpace(a.Text)
	if text == "" {
		return fmt.Errorf("%s: %w", a.Leaf, ErrReason)
	}
	if err := short(a.Leaf, text); err != nil {
		return err
	}
	if len(l.Questions) >= MostQuestions {
		return mistake(a.Leaf, "nhiều hơn %d câu hỏi", "more than %d questions", MostQuestions)
	}
	l.Questions = append(l.Questions[:len(l.Questions):len(l.Questions)], Question{Text: text, Mark: t.mark})
	t.put(a.Leaf, l)
	return nil
}

// Answer is the agency's answer to an open question; its claim and the appraisal stay. It may come with further documents.
type Answer struct {
	Leaf     string
	Seen     int64
	Question int // from 1
	Text     string
	Evidence []Evidence
}

func (a Answer) apply(t *turn) error {
	if err := t.during(Submitted, Review); err != nil {
		return err
	}
	l, err := t.leaf(a.Leaf, a.Seen)
	if err != nil {
		return err
	}
	if a.Question < 1 || a.Question > len(l.Questions) || l.Questions[a.Question-1].Answer != nil {
		return mistake(a.Leaf, "câu hỏi %d không có hoặc đã được trả lời", "there is no open question %d", a.Question)
	}
	text := strings.TrimSpace(a.Text)
	if text == "" {
		return fmt.Errorf("%s: %w", a.Leaf, ErrReason)
	}
	if err := short(a.Leaf, text); err != nil {
		return err
	}
	if err := l.encloses(a.Leaf, a.Evidence); err != nil {
		return err
	}
	list := append([]Question{}, l.Questions...)
	list[a.Question-1].Answer = &Reply{Text: text, Evidence: slices.Clone(a.Evidence), Mark: t.mark}
	l.Questions = list
	t.put(a.Leaf, l)
	return nil
}

// appraising wants a leaf that whoever acts appraises, at a stage for that, as its editor saw it.
func (t *turn) appraising(code string, seen int64) (Leaf, error) {
	if err := t.during(Submitted, Review); err != nil {
		return Leaf{}, err
	}
	if !t.season.Appraises(t.plan, t.mark.By, code) {
		return Leaf{}, fmt.Errorf("%s: %w", code, ErrNotYours)
	}
	return t.leaf(code, seen)
}
