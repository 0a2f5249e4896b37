// Package standing assembles an index of one period: it gathers what a framework needs from a source,
// computes indexes it refers to first, and returns the ranking (xếp hạng) of all agencies.
package standing

import (
	"context"
	"errors"

	"thuocdo/scoring"
	"thuocdo/scoring/disclosure"
	"thuocdo/scoring/phrase"
	"thuocdo/scoring/sampled"
)

// Failures. Callers compare with errors.Is.
var (
	ErrUnknownFramework = errors.New("unknown framework")
	ErrUnknownMethod    = errors.New("unknown method version")
	ErrUnknownPeriod    = errors.New("nothing is known of this period")
)

// Unit is an agency as a ranking shows it.
type Unit struct {
	Code   string      `json:"code"`
	Kind   string      `json:"kind"`
	Name   phrase.Text `json:"name"`
	Parent string      `json:"parent,omitempty"`
}

// View says whose eyes the figures are for.
type View int

const (
	// Public figures of an open wave move in steps of at least five answers, so that no single answer shows.
	Public View = iota
	// Live figures count every stored answer; signed-in roles that are not rated themselves only.
	Live
	// Own figures are for the officer of a rated agency: exact and in full, but of an open wave they move in the same
	// steps as public ones, so that nobody reads a single form of a visitor who has just left.
	Own
)

// Surveys is what a source knows of one framework's waves in one period.
type Surveys struct {
	Wave        string                    // code; "" if no wave was held
	Provisional bool                      // the wave is still open
	ByAgency    map[string]scoring.Survey // no entry: nothing to show
	Few         map[string]bool           // agencies with answers, but fewer than may be shown
	Designed    bool                      // people were drawn by a design
	Design      *sampled.Report           // how the answers were weighed, where ByAgency gives weighted ones without Sample
	Least       int64                     // people that have to be behind a public figure; 0 = as the framework says
	Sample      *sampled.Sample           // whose weighted answers ByAgency gives; nil: every answer counts once
}

// Source supplies what an index is computed from. Each method is one consistent read.
type Source interface {
	// Framework returns a framework version; version "" is the one in force at the end of the period.
	Framework(ctx context.Context, code, version, period string) (*scoring.Plan, error)
	// Units returns the agencies of these kinds that are valid on the last day of the period, sorted by code.
	Units(ctx context.Context, kinds []string, period string) ([]Unit, error)
	// Scores returns the leaf inputs by agency code and leaf code.
	Scores(ctx context.Context, framework, period string) (map[string]map[string]scoring.LeafInput, error)
	// Withheld returns the agencies whose result is not published by its owner: they have no score, rank or band.
	Withheld(ctx context.Context, framework, period string) (map[string]bool, error)
	// Surveys returns the answer counts by agency.
	Surveys(ctx context.Context, framework, period string, v View) (Surveys, error)
}

// Giver is a Source that knows some results without their inputs, as a sealed release does.
type Giver interface {
	// Given returns, by agency, results and rank intervals of an index that are to be taken as they are.
	Given(framework, method string) (map[string]*scoring.Result, map[string]scoring.Spread)
}

// Exacter is a Source of figures that were published when intervals did not yet follow from what is shown, as a release of format 1 is.
type Exacter interface {
	// Exact reports whether they are such figures.
	Exact() bool
}

// Query names an index.
type Query struct {
	Framework string // code
	Version   string // "" = in force
	Method    string // "" = the framework's default
	Period    string
	View      View
}

// Standing is one index of one period.
type Standing struct {
	Query
	Plan        *scoring.Plan
	Units       map[string]Unit
	Outcome     *scoring.Outcome
	Provisional bool            // a survey behind it is still open
	Designed    bool            // the respondents of its own survey were drawn by a design
	Referred    bool            // those of an index that it refers to were
	Design      *sampled.Report // how those of its own survey were weighed; nil: they were not
	Sample      *sampled.Sample // the respondents themselves; a release has none

	Least   int64                     // people that have to be behind a public figure
	Answers map[string]scoring.Survey // by agency, for the gate in front of public figures; nil in other views
	Cleared disclosure.Cleared        // set where the figures went through the gate
	Held    []disclosure.Held         // what it held back

	exact bool // figures of an Exacter
}

// Clear returns what the gate leaves of a public outcome, and what it holds back.
func (s *Standing) Clear() (*scoring.Outcome, []disclosure.Held, disclosure.Cleared) {
	if s.exact {
		return disclosure.ClearExact(s.Plan, s.Outcome, s.Answers, s.Least)
	}
	return disclosure.Clear(s.Plan, s.Outcome, s.Answers, s.Least)
}
