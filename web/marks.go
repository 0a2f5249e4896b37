package web

import (
	"context"
	"sync"

	"thuocdo/scoring"
	"thuocdo/survey"
	"thuocdo/survey/quality"
)

// Reviews reads and decides about responses of doubtful quality.
type Reviews interface {
	// Reviewed yields the responses of a wave that the filter keeps, with their marks; survey.ErrUnknownWave.
	Reviewed(ctx context.Context, wave string, f quality.Filter, yield func(quality.Stored, quality.Flag) error) (*quality.Report, error)
	// ResponsesAbout yields all responses about one agency; survey.ErrUnknownWave, survey.ErrUnknownAgency.
	ResponsesAbout(ctx context.Context, wave, agency string, yield func(quality.Stored) error) error
	QualityRules(ctx context.Context, wave string) (quality.Rules, error)
	Standings(ctx context.Context, wave string) (map[string]map[quality.Ref]quality.Standing, error)
	Returns(ctx context.Context, wave string) (map[string]quality.Returns, error)
	Issued(ctx context.Context, wave string) ([]survey.InvitedCount, error) // by agency and unit; none is counted as spent
	Decisions(ctx context.Context, wave string) ([]quality.Decision, error) // newest first
	Decide(ctx context.Context, d quality.Decision) (id int64, err error)   // the errors of quality
	Undo(ctx context.Context, wave string, id, author int64) error
	Preview(ctx context.Context, wave string, cases []quality.Case) (map[string]scoring.Survey, error)
	Review(ctx context.Context, wave string) (quality.Review, error)
	CloseReview(ctx context.Context, wave string, author int64) error
}

// marked is a set of equal responses of an agency that have marks.
type marked struct {
	quality.Place
	ref     quality.Ref
	day     survey.Day
	seconds int
	flags   quality.Flag
	copies  int
}

// marks is what the rules find in a wave, kept as long as no response comes in and no threshold changes.
type marks struct {
	returned int64
	rules    quality.Rules
	report   *quality.Report
	list     []*marked // by agency
}

// markBook keeps the marks of waves. One request at a time finds those of a wave; the others wait for it.
type markBook struct {
	mu   sync.Mutex
	wave map[string]*waveMarks
}

// forget drops all marks.
func (b *markBook) forget() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.wave = nil
}

type waveMarks struct {
	mu sync.Mutex
	*marks
}

// marksOf returns the marks of a wave, found anew where its responses or thresholds have changed.
func (s *Server) marksOf(ctx context.Context, wave string, returned int64) (*marks, error) {
	rules, err := s.store.QualityRules(ctx, wave)
	if err != nil {
		return nil, err
	}
	s.markBook.mu.Lock()
	if s.markBook.wave == nil {
		s.markBook.wave = map[string]*waveMarks{}
	}
	w := s.markBook.wave[wave]
	if w == nil {
		w = &waveMarks{}
		s.markBook.wave[wave] = w
	}
	s.markBook.mu.Unlock()
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.marks != nil && w.returned == returned && w.rules == rules {
		return w.marks, nil
	}
	m, err := findMarks(ctx, s.store, wave)
	if err != nil {
		return nil, err
	}
	m.returned, m.rules = returned, rules
	w.marks = m
	return m, nil
}

// findMarks reads the marked responses of a wave; equal ones become one entry.
func findMarks(ctx context.Context, store Reviews, wave string) (*marks, error) {
	type key struct {
		agency string
		ref    quality.Ref
	}
	m, at := &marks{}, map[key]*marked{}
	report, err := store.Reviewed(ctx, wave, quality.Filter{With: ^quality.Flag(0)}, func(r quality.Stored, f quality.Flag) error {
		k := key{r.Agency, r.Ref}
		x := at[k]
		if x == nil {
			x = &marked{Place: quality.Place{Agency: r.Agency, Mode: r.Mode, Counter: r.Counter, Enumerator: r.Enumerator}, ref: r.Ref, day: r.Day, seconds: r.Seconds}
			at[k] = x
			m.list = append(m.list, x)
		}
		x.flags |= f
		x.copies++
		return nil
	})
	m.report = report
	return m, err
}
