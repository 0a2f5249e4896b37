package web

import (
	"container/list"
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"thuocdo/scoring"
	"thuocdo/scoring/release"
	"thuocdo/scoring/report"
	"thuocdo/scoring/standing"
)

// board is a standing with what pages look up in it. It is immutable.
type board struct {
	*standing.Standing
	survey map[string]scoring.Survey // how answers spread, by agency; not for the public while the wave is open
	at     map[string]int            // agency → place in Outcome.Results
	spans  []report.RankSpan
	serial uint64 // differs between boards that differ
}

// profile returns one agency's part of the board; ok is false for an agency that is not on it.
func (b *board) profile(agency string) (p report.Profile, ok bool) {
	i, ok := b.at[agency]
	if !ok {
		return p, false
	}
	p = report.Profile{Standing: b.Standing, Result: &b.Outcome.Results[i], Survey: b.survey[agency]}
	if b.View == standing.Public {
		p.Least = release.Least
	}
	return p, true
}

// span returns the rank interval of an agency.
func (b *board) span(agency string) (s report.RankSpan) {
	if i, ok := b.at[agency]; ok {
		s = b.spans[i]
	}
	return s
}

// freshFor is how long a public board holds. Public figures move in steps anyway; a crowd of readers costs one
// computation per second.
const freshFor = time.Second

// mostBoards bounds the memory: a board of 34 provinces takes a quarter of a megabyte, one of 10,000 agencies about 80.
const mostBoards = 24

// boards assembles standings and keeps the public ones for a moment.
type boards struct {
	src  standing.Source
	now  func() time.Time
	mu   sync.Mutex
	kept map[standing.Query]*list.Element // of *shelf
	used *list.List                       // most recent first
	next uint64
}

// shelf holds the board of one query. Its lock is held while the board is computed, so that readers who come together
// wait for one computation.
type shelf struct {
	query standing.Query
	lock  chan struct{} // of size one
	board *board
	made  time.Time
}

func newBoards(src standing.Source, now func() time.Time) *boards {
	return &boards{src: src, now: now, kept: map[standing.Query]*list.Element{}, used: list.New()}
}

// get returns the board of an index. Live boards are computed for every request.
func (b *boards) get(ctx context.Context, q standing.Query) (*board, error) {
	if q.View != standing.Public {
		return b.assemble(ctx, q, nil)
	}
	s := b.shelf(q)
	select {
	case s.lock <- struct{}{}:
		defer func() { <-s.lock }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if age := b.now().Sub(s.made); s.board != nil && age >= 0 && age < freshFor {
		return s.board, nil
	}
	fresh, err := b.assemble(ctx, q, s.board)
	if err != nil {
		if s.board == nil {
			b.drop(q)
		}
		return nil, err
	}
	s.board, s.made = fresh, b.now()
	return fresh, nil
}

// shelf finds or makes the place of a query, and takes the least used one away where there are too many.
func (b *boards) shelf(q standing.Query) *shelf {
	b.mu.Lock()
	defer b.mu.Unlock()
	if e, ok := b.kept[q]; ok {
		b.used.MoveToFront(e)
		return e.Value.(*shelf)
	}
	s := &shelf{query: q, lock: make(chan struct{}, 1)}
	b.kept[q] = b.used.PushFront(s)
	for b.used.Len() > mostBoards {
		oldest := b.used.Remove(b.used.Back()).(*shelf)
		delete(b.kept, oldest.query)
	}
	return s
}

// drop forgets a query that leads nowhere.
func (b *boards) drop(q standing.Query) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if e, ok := b.kept[q]; ok {
		b.used.Remove(e)
		delete(b.kept, q)
	}
}

// assemble computes a board. Where it equals the former one, it keeps that one's serial, so that pages stay valid.
func (b *boards) assemble(ctx context.Context, q standing.Query, former *board) (*board, error) {
	w := &witness{Source: b.src, framework: q.Framework}
	st, err := standing.Assemble(ctx, w, q)
	if err != nil {
		return nil, fmt.Errorf("board: %w", err)
	}
	st = release.Public(st)
	n := &board{Standing: st, at: make(map[string]int, len(st.Outcome.Results))}
	if q.View == standing.Live || !st.Provisional {
		n.survey = w.seen.ByAgency
	}
	for i := range st.Outcome.Results {
		n.at[st.Outcome.Results[i].Unit] = i
	}
	if former != nil && equal(former.Standing, st) && equalSurveys(former.survey, n.survey) {
		return former, nil
	}
	n.spans = report.RankSpans(st.Outcome.Results)
	b.mu.Lock()
	b.next++
	n.serial = b.next
	b.mu.Unlock()
	return n, nil
}

// witness passes everything through and remembers the answers of one framework's wave: pages show how they spread.
type witness struct {
	standing.Source
	framework string
	seen      standing.Surveys
}

func (w *witness) Surveys(ctx context.Context, framework, period string, v standing.View) (standing.Surveys, error) {
	s, err := w.Source.Surveys(ctx, framework, period, v)
	if framework == w.framework && err == nil {
		w.seen = s
	}
	return s, err
}

// equal reports whether two standings show the same.
func equal(a, b *standing.Standing) bool {
	if a.Plan != b.Plan || a.Provisional != b.Provisional || len(a.Units) != len(b.Units) || len(a.Outcome.Results) != len(b.Outcome.Results) {
		return false
	}
	for i := range a.Outcome.Results {
		x, y := &a.Outcome.Results[i], &b.Outcome.Results[i]
		if x.Unit != y.Unit || x.Rank != y.Rank || x.Band != y.Band || x.Responses != y.Responses || !equalScores(x.Total, y.Total) ||
			!slices.EqualFunc(x.Nodes, y.Nodes, equalScores) || !sameName(a.Units[x.Unit], b.Units[y.Unit]) {
			return false
		}
	}
	return true
}

func sameName(a, b standing.Unit) bool {
	return a.Name["vi"] == b.Name["vi"] && a.Name["en"] == b.Name["en"] && a.Parent == b.Parent
}

func equalScores(a, b scoring.Score) bool {
	if (a.Interval == nil) != (b.Interval == nil) || a.Interval != nil && *a.Interval != *b.Interval {
		return false
	}
	a.Interval, b.Interval = nil, nil
	return a == b
}

// equalSurveys compares numbers of answers: tallies only ever grow.
func equalSurveys(a, b map[string]scoring.Survey) bool {
	if len(a) != len(b) {
		return false
	}
	for code, s := range a {
		o, ok := b[code]
		if !ok || s.Responses() != o.Responses() {
			return false
		}
	}
	return true
}
