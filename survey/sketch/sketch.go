// Package sketch edits questionnaires that are not published yet: bản nháp phiếu hỏi. A sketch may be incomplete and is never
// answered; every step keeps what is there and can be taken back. Publishing makes it an edition, which never changes.
package sketch

import (
	"encoding/json"
	"errors"
	"fmt"

	"thuocdo/scoring/phrase"
	"thuocdo/survey"
)

// Failures of keeping sketches. Callers compare with errors.Is.
var (
	ErrUnknown = errors.New("no such sketch")
	ErrStale   = errors.New("somebody else has changed the sketch since")
	ErrFull    = errors.New("too many sketches")
	ErrLarge   = errors.New("sketch is too large")
	ErrNoStep  = errors.New("there is no step to take back")
)

// Bounds of what is kept.
const (
	Most      = 500     // sketches
	MostBytes = 4 << 20 // of one sketch as JSON
	MostSteps = 50      // that can be taken back, of one sketch
	StepBytes = 8 << 20 // of those; the last one is always kept
)

// Sketch is one questionnaire being written.
type Sketch struct {
	ID       string // unguessable, part of its address
	Revision int64  // grows with every change; whoever saves says which one was read
	Form     *survey.Questionnaire
	Base     string // version of the published questionnaire that it was begun from; "" = from nothing
	Editor   int64  // account of the last change
	Name     string // of that account
	Day      survey.Day
	Last     Step // that can be taken back; zero = none
}

// Step is one change in a few words.
type Step struct {
	Act  Act
	Name string // of what was changed: a code, or a number
}

// Act says what a step did.
type Act string

// Acts.
const (
	Edited     Act = "edit"
	Added      Act = "add"
	Duplicated Act = "duplicate"
	Deleted    Act = "delete"
	Moved      Act = "move"
)

// New returns a questionnaire with one empty page, to begin with.
func New(code string, title phrase.Text) *survey.Questionnaire {
	return &survey.Questionnaire{Code: code, Version: "1", Title: title, Lists: map[string][]survey.Choice{},
		Pages: []survey.Page{{Code: "p1", Blocks: []survey.Block{{}}}}}
}

// Copy returns a questionnaire that shares nothing with q.
func Copy(q *survey.Questionnaire) (*survey.Questionnaire, error) {
	b, err := json.Marshal(q)
	if err != nil {
		return nil, fmt.Errorf("copy questionnaire: %w", err)
	}
	c := new(survey.Questionnaire)
	if err := json.Unmarshal(b, c); err != nil {
		return nil, fmt.Errorf("copy questionnaire: %w", err)
	}
	if c.Lists == nil {
		c.Lists = map[string][]survey.Choice{}
	}
	return c, nil
}

// Mistakes lists what keeps a sketch from being published, nil if nothing does.
func Mistakes(q *survey.Questionnaire) phrase.Mistakes {
	_, err := survey.Compile(q)
	var m, unasked phrase.Mistakes
	errors.As(err, &m)
	errors.As(survey.CheckConsents(q), &unasked)
	return append(m, unasked...)
}
