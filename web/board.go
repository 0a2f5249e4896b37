package web

import (
	"container/list"
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"thuocdo/scoring"
	"thuocdo/scoring/phrase"
	"thuocdo/scoring/report"
	"thuocdo/scoring/standing"
	"thuocdo/web/problem"
)

// board is a standing with what pages look up in it. It is immutable.
type board struct {
	*standing.Standing
	survey map[string]scoring.Survey // how answers spread, by agency; not for the public while the wave is open
	at     map[string]int            // agency → place in Outcome.Results
	spans  []report.RankSpan
	serial uint64 // differs between boards that differ

	members map[string][]int // ranking group as addresses write it → places in Outcome.Results
}

// profile returns one agency's part of the board; ok is false for an agency that is not on it.
func (b *board) profile(agency string) (p report.Profile, ok bool) {
	i, ok := b.at[agency]
	if !ok {
		return p, false
	}
	p = report.Profile{Standing: b.Standing, Result: &b.Outcome.Results[i], Survey: b.survey[agency]}
	if b.View == standing.Public {
		p.Least = b.Least
	}
	return p, true
}

// only returns the board of one group, as addresses write it; "" is all of them. A group that it has not is problem.ErrNoSuchPage.
func (b *board) only(group string) (*board, error) {
	if group == "" {
		return b, nil
	}
	g := slices.IndexFunc(b.Outcome.Groups, func(g scoring.GroupSummary) bool { return groupCode(g.Group) == group })
	if g < 0 {
		return nil, fmt.Errorf("ranking group %q: %w", group, problem.ErrNoSuchPage)
	}
	s, o := *b.Standing, *b.Outcome
	o.Groups, o.Results = o.Groups[g:g+1], nil
	var spans []report.RankSpan
	for _, i := range b.members[group] {
		o.Results, spans = append(o.Results, b.Outcome.Results[i]), append(spans, b.spans[i])
	}
	s.Outcome = &o
	x := newBoard(&s)
	x.survey, x.serial, x.spans = b.survey, b.serial, spans
	return x, nil
}

// span returns the rank interval of an agency.
func (b *board) span(agency string) (s report.RankSpan) {
	if i, ok := b.at[agency]; ok {
		s = b.spans[i]
	}
	return s
}

// How long a public board holds without asking whether anything changed: a second, or ten times what it cost. A crowd
// of readers costs one computation in that time, and public figures move in steps anyway.
const (
	freshFor  = time.Second
	freshCost = 10
)

// mostBoards bounds the memory of all boards together, in bytes, about. A board of 34 provinces takes a third of a
// megabyte, one of 10,000 communes a hundred.
const mostBoards = 128 << 20

// source is what boards are made from.
type source interface {
	// of returns what a query is computed from, and the query as that source understands it.
	of(ctx context.Context, q standing.Query) (standing.Source, standing.Query, error)
	Stamp(ctx context.Context, period string, v standing.View) (string, error)
}

// boards assembles standings and keeps them while they hold.
type boards struct {
	src  source
	now  func() time.Time
	mu   sync.Mutex
	kept map[standing.Query]*list.Element // of *shelf
	used *list.List                       // most recent first
	size int
	next uint64
}

// shelf holds the board of one query. Its lock is held while the board is computed, so that readers who come together
// wait for one computation.
type shelf struct {
	query standing.Query
	lock  chan struct{} // of size one
	board *board        // nil before the first, and again when there is no room for it
	brief *brief
	stamp string    // of the board and the brief
	until time.Time // fresh without asking
	cost  time.Duration
	anew  bool // a new board is being computed
	size  int  // as counted in boards.size
}

func newBoards(src source, now func() time.Time) *boards {
	return &boards{src: src, now: now, kept: map[standing.Query]*list.Element{}, used: list.New()}
}

// get returns the board of an index.
func (b *boards) get(ctx context.Context, q standing.Query) (*board, error) {
	s, err := b.enter(ctx, q)
	if err != nil {
		return nil, err
	}
	defer s.leave()
	if s.board != nil && b.fresh(q, s) {
		return s.board, nil
	}
	if err := b.renewOrLag(ctx, s, s.board != nil); err != nil {
		return nil, err
	}
	return s.board, nil
}

// getBrief returns the totals of an index. Unlike boards, briefs are small, and kept when boards are not.
func (b *boards) getBrief(ctx context.Context, q standing.Query) (*brief, error) {
	s, err := b.enter(ctx, q)
	if err != nil {
		return nil, err
	}
	defer s.leave()
	if s.brief != nil && b.fresh(q, s) {
		return s.brief, nil
	}
	if err := b.renewOrLag(ctx, s, s.brief != nil); err != nil {
		return nil, err
	}
	return s.brief, nil
}

// slowBoard is from when on readers of public figures are not kept waiting for newer ones.
const slowBoard = 50 * time.Millisecond

// renewOrLag is renew, but where computing takes long and there is something to show, a public reader gets that while the new board
// is computed beside. What a release says, or that figures are held, never lags.
func (b *boards) renewOrLag(ctx context.Context, s *shelf, have bool) error {
	if s.query.View != standing.Public || s.board == nil || s.brief == nil || s.cost < slowBoard {
		return b.renew(ctx, s, have)
	}
	stamp, err := b.src.Stamp(ctx, s.query.Period, s.query.View)
	if err != nil || stamp == s.stamp || heldPart(stamp) != heldPart(s.stamp) {
		return b.renew(ctx, s, have)
	}
	s.until = b.now().Add(freshFor)
	if !s.anew {
		s.anew = true
		go b.beside(context.WithoutCancel(ctx), s, stamp, s.board)
	}
	return nil
}

// besideFor bounds a computation that nobody waits for.
const besideFor = time.Minute

// beside computes a board without the lock of its shelf. Where that fails, the next reader sees why.
func (b *boards) beside(ctx context.Context, s *shelf, stamp string, former *board) {
	ctx, stop := context.WithTimeout(ctx, besideFor)
	defer stop()
	began := time.Now()
	fresh, err := b.assemble(ctx, s.query, former)
	cost := time.Since(began)
	s.lock <- struct{}{}
	defer s.leave()
	s.anew = false
	if err != nil || s.board != former { // changed meanwhile
		s.cost = 0
		return
	}
	b.put(s, fresh, stamp, cost)
}

// put places a board on its shelf.
func (b *boards) put(s *shelf, fresh *board, stamp string, cost time.Duration) {
	if fresh != s.board || s.brief == nil {
		s.brief = newBrief(fresh)
	}
	s.board, s.stamp, s.cost = fresh, stamp, cost
	b.weigh(s)
	s.until = b.now().Add(max(freshFor, min(freshCost*cost, 30*time.Second)))
}

// fresh reports whether a public board still holds without asking. Live ones ask each time.
func (b *boards) fresh(q standing.Query, s *shelf) bool {
	now := b.now()
	return q.View == standing.Public && now.Before(s.until) && s.until.Sub(now) <= time.Minute // the clock may be set back
}

// renew brings a shelf up to date; have says that it holds what is wanted, if its stamp is still true.
func (b *boards) renew(ctx context.Context, s *shelf, have bool) error {
	stamp, err := b.src.Stamp(ctx, s.query.Period, s.query.View) // before reading: what changes meanwhile changes the next stamp
	if err != nil {
		b.drop(s)
		return fmt.Errorf("board: %w", err)
	}
	if have && stamp == s.stamp {
		s.until = b.now().Add(freshFor)
		return nil
	}
	began := time.Now()
	fresh, err := b.assemble(ctx, s.query, s.board)
	if err != nil {
		b.drop(s)
		return err
	}
	b.put(s, fresh, stamp, time.Since(began))
	return nil
}

// enter finds or makes the shelf of a query and waits for its lock.
func (b *boards) enter(ctx context.Context, q standing.Query) (*shelf, error) {
	b.mu.Lock()
	e, ok := b.kept[q]
	if ok {
		b.used.MoveToFront(e)
	} else {
		e = b.used.PushFront(&shelf{query: q, lock: make(chan struct{}, 1)})
		b.kept[q] = e
	}
	b.mu.Unlock()
	s := e.Value.(*shelf)
	select {
	case s.lock <- struct{}{}:
		return s, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (s *shelf) leave() { <-s.lock }

// drop forgets a shelf that leads nowhere, so that addresses nobody meant take no memory.
func (b *boards) drop(s *shelf) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if e, ok := b.kept[s.query]; ok && e.Value == s {
		b.used.Remove(e)
		delete(b.kept, s.query)
		b.size -= s.size
	}
}

// weigh notes what a shelf holds and takes the boards of the least used others away while all are too large.
func (b *boards) weigh(s *shelf) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if e, ok := b.kept[s.query]; !ok || e.Value != s {
		return // dropped meanwhile
	}
	b.size += s.board.size() - s.size
	s.size = s.board.size()
	for e := b.used.Back(); e != nil && b.size > mostBoards; {
		o := e.Value.(*shelf)
		e = e.Prev()
		if o == s || o.size == 0 {
			continue
		}
		select {
		case o.lock <- struct{}{}: // nobody is reading it
			o.board = nil
			b.size -= o.size
			o.size = 0
			o.leave()
		default:
		}
	}
}

// size is what a board takes in memory, about.
func (b *board) size() int {
	const perScore, perAgency, perSurvey = 90, 600, 6 << 10
	const perDrawn = 400
	drawn := 0
	if b.Sample != nil {
		drawn = b.Sample.Report.People * perDrawn
	}
	return drawn + len(b.Outcome.Results)*(len(b.Plan.Nodes())*perScore+perAgency) + len(b.survey)*perSurvey + 4096
}

// brief is what a trend shows of a board.
type brief struct {
	serial  uint64
	version string // of the framework
	asked   bool   // has a survey of its own
	of      map[string]briefResult
}

type briefResult struct {
	total     scoring.Score
	rank, of  int
	responses int64
	note      phrase.Text
}

func newBrief(b *board) *brief {
	n := &brief{b.serial, b.Plan.Framework().Version, len(b.Plan.Questions()) > 0, make(map[string]briefResult, len(b.Outcome.Results))}
	for i := range b.Outcome.Results {
		r := &b.Outcome.Results[i]
		n.of[r.Unit] = briefResult{r.Total, r.Rank, r.Of, r.Responses, report.Note(r)}
	}
	return n
}

// assemble computes a board. Where it equals the former one, it keeps that one's serial, so that pages stay valid.
func (b *boards) assemble(ctx context.Context, q standing.Query, former *board) (*board, error) {
	src, asked, err := b.src.of(ctx, q)
	if err != nil {
		return nil, fmt.Errorf("board: %w", err)
	}
	w := &witness{Source: src, framework: q.Framework}
	st, err := standing.Assemble(ctx, w, asked)
	if err != nil {
		return nil, fmt.Errorf("board: %w", err)
	}
	if st = published(st, q); q.View == standing.Public && !st.Cleared.OK() {
		return nil, errUncleared
	}
	n := newBoard(st)
	if q.View != standing.Public || !st.Provisional {
		n.survey = w.seen.ByAgency
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

// Given passes on what the source knows without its inputs.
func (w *witness) Given(framework, method string) (map[string]*scoring.Result, map[string]scoring.Spread) {
	return givenBy(w.Source, framework, method)
}

// newBoard returns a board without its rank intervals.
func newBoard(st *standing.Standing) *board {
	n := &board{Standing: st, at: make(map[string]int, len(st.Outcome.Results)), members: map[string][]int{}}
	for i := range st.Outcome.Results {
		n.at[st.Outcome.Results[i].Unit] = i
		group := groupCode(st.Outcome.Results[i].Group)
		n.members[group] = append(n.members[group], i)
	}
	return n
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
