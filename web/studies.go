package web

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"thuocdo/scoring/analysis"
	"thuocdo/scoring/disclosure"
	"thuocdo/scoring/estimate"
	"thuocdo/scoring/standing"
	"thuocdo/survey"
	"thuocdo/survey/dataset"
	"thuocdo/survey/quality"
)

// Answers gives the responses of a wave, for analyses; valid is false for one that was decided not to count. Those it yields are
// written over after yield has returned.
type Answers interface {
	Scan(ctx context.Context, wave string, yield func(r survey.StoredResponse, valid bool) error) error // survey.ErrUnknownWave
	// Weighted gives those that the sample of a wave with a design counts, with the number of their sampling unit and their weights.
	Weighted(ctx context.Context, wave string, yield func(r survey.StoredResponse, unit int, adjusted, final float64) error) error
}

// Bounds of the memory for analyses, in bytes: of one wave, and of all that are kept. A million responses to sixty questions take
// some ninety megabytes.
const (
	mostStudy   = 160 << 20
	mostStudies = 256 << 20
	perRow      = 24 // of the design
)

// How long the answers of an open wave are looked at as they were: at least this, or ten times what reading them cost.
const (
	studyFor  = 2 * time.Second
	studyCost = 10
	studyMost = 2 * time.Minute
)

// studies keeps the columns of the waves that were analysed last.
type studies struct {
	store Store
	now   func() time.Time
	mu    sync.Mutex
	kept  []*studyShelf // most recent last
	room  chan struct{} // how many analyses run at a time
}

// studyShelf is one wave. Its lock is held while the answers are read, so that readers who come together wait for one reading.
type studyShelf struct {
	wave  string
	only  quality.Filter // which responses
	steps bool           // for readers who must not see the difference that fewer than five answers make
	lock  chan struct{}
	study *analysis.Study
	stamp string
	at    time.Time // when the answers were read
	until time.Time
	size  int64

	edition disclosure.Edition // of the study, where it moves in steps
}

// atOnce is how many analyses run at a time: each uses every processor it finds.
const atOnce = 2

func newStudies(store Store, now func() time.Time) *studies {
	return &studies{store: store, now: now, room: make(chan struct{}, atOnce)}
}

// enter waits for room to compute, or for the end of the request.
func (s *studies) enter(ctx context.Context) (leave func(), err error) {
	select {
	case s.room <- struct{}{}:
		return func() { <-s.room }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// get returns the study of a wave and when its answers were read; estimate.ErrNoData where nobody has answered,
// dataset.ErrTooLarge where the answers do not fit.
//
// With steps the study stays as it was until at least five answers more or fewer count.
func (s *studies) get(ctx context.Context, wave string, only quality.Filter, steps bool) (study *analysis.Study, at time.Time, e disclosure.Edition, err error) {
	shelf, err := s.fresh(ctx, wave, only, steps)
	if err != nil {
		return nil, at, e, err
	}
	defer func() { <-shelf.lock }()
	return shelf.study, shelf.at, shelf.edition, nil
}

// fresh returns the shelf of a wave, locked and up to date.
func (s *studies) fresh(ctx context.Context, wave string, only quality.Filter, steps bool) (_ *studyShelf, err error) {
	w, err := s.store.OpenWave(wave)
	if err != nil {
		return nil, err
	}
	shelf := s.shelf(wave, only, steps)
	select {
	case shelf.lock <- struct{}{}:
		defer func() {
			if err != nil {
				<-shelf.lock
			}
		}()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if now := s.now(); shelf.study != nil && now.Before(shelf.until) && !now.Before(shelf.at) {
		return shelf, nil
	}
	stamp, err := s.store.Stamp(ctx, string(w.Period), standing.Live) // before reading: what comes meanwhile changes the next stamp
	if err != nil {
		return nil, err
	}
	if shelf.study == nil || shelf.stamp != stamp {
		began := time.Now()
		study, size, err := s.read(ctx, w, only)
		if err != nil {
			return nil, err
		}
		shelf.stamp = stamp
		shelf.take(study, size, s.now())
		shelf.until = shelf.at.Add(min(max(studyFor, studyCost*time.Since(began)), studyMost))
		s.shrink(shelf)
	}
	return shelf, nil
}

// take puts a study on its shelf, unless it moves in steps and too few answers came or went since.
func (x *studyShelf) take(study *analysis.Study, size int64, now time.Time) {
	if x.steps {
		d := study.Rows()
		if x.study != nil {
			d -= x.study.Rows()
		}
		if x.study != nil && d > -disclosure.Least && d < disclosure.Least {
			return
		}
		x.edition = study.Edition()
	}
	x.study, x.size, x.at = study, size, now
}

// shelf finds or makes the place of a wave and notes that it was used.
func (s *studies) shelf(wave string, only quality.Filter, steps bool) *studyShelf {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := slices.IndexFunc(s.kept, func(x *studyShelf) bool { return x.wave == wave && x.only == only && x.steps == steps })
	x := &studyShelf{wave: wave, only: only, steps: steps, lock: make(chan struct{}, 1)}
	if i >= 0 {
		x = s.kept[i]
		s.kept = slices.Delete(s.kept, i, i+1)
	}
	s.kept = append(s.kept, x)
	return x
}

// shrink forgets the waves used least recently while all take too much.
func (s *studies) shrink(but *studyShelf) {
	s.mu.Lock()
	defer s.mu.Unlock()
	sum := int64(0)
	for i := len(s.kept) - 1; i >= 0; i-- {
		x := s.kept[i]
		if x == but {
			sum += x.size
			continue
		}
		select {
		case x.lock <- struct{}{}: // nobody is reading it
			if sum += x.size; sum > mostStudies {
				sum -= x.size
				s.kept = slices.Delete(s.kept, i, i+1)
			}
			<-x.lock
		default:
		}
	}
}

func (s *studies) read(ctx context.Context, w *survey.OpenWave, only quality.Filter) (*analysis.Study, int64, error) {
	agencies, err := s.store.Agencies(ctx)
	if err != nil {
		return nil, 0, err
	}
	b := dataset.NewBuilder(w, agencies, mostStudy)
	switch {
	case w.Design != nil:
		err = s.store.Weighted(ctx, w.Code, b.TakeDrawn)
	case only == validOnly:
		err = s.store.Scan(ctx, w.Code, b.Take)
	default:
		_, err = s.store.Reviewed(ctx, w.Code, only, func(r quality.Stored, _ quality.Flag) error { return b.Take(r.StoredResponse, true) })
	}
	if err != nil {
		return nil, 0, fmt.Errorf("read %s: %w", w.Code, err)
	}
	set := b.Set()
	study, err := studyOf(w, set)
	if err != nil && !errors.Is(err, estimate.ErrNoData) {
		return nil, 0, fmt.Errorf("study %s: %w", w.Code, err)
	}
	return study, set.Bytes() + perRow*int64(set.Rows), err
}
