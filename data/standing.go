package data

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"thuocdo/scoring"
	"thuocdo/scoring/standing"
	"thuocdo/survey"
)

// Framework returns a compiled framework version; version "" is the one in force on the last day of the period, of
// several the one that came into force last. Errors: standing.ErrUnknownFramework; standing.ErrUnknownPeriod for a
// period of a wrong form, or one in which no version was in force.
func (s *Store) Framework(_ context.Context, code, version, period string) (*scoring.Plan, error) {
	f, err := s.definitions().framework(code, version, period)
	if err != nil {
		return nil, err
	}
	return f.plan()
}

func (c *catalogue) framework(code, version, period string) (*framework, error) {
	_, last, err := span(period)
	if err != nil && version == "" {
		return nil, err
	}
	var found *framework
	known := false
	for _, f := range c.frameworks { // of one code in the order of coming into force
		if f.Code != code {
			continue
		}
		known = true
		if version == "" && inForce(f.Effective, last) || version != "" && f.Version == version {
			found = f
		}
	}
	switch {
	case found != nil:
		return found, nil
	case known && version == "":
		return nil, fmt.Errorf("framework %q was not in force in %s: %w", code, period, standing.ErrUnknownPeriod)
	}
	return nil, fmt.Errorf("framework %q %s: %w", code, version, standing.ErrUnknownFramework)
}

// inForce reports whether a version is in force on a day. Days compare as text.
func inForce(e scoring.Effective, day survey.Day) bool {
	d := day.String()
	return e.From <= d && (e.To == "" || d <= e.To)
}

// span returns the first and last day of a period, or standing.ErrUnknownPeriod.
func span(period string) (first, last survey.Day, err error) {
	p, err := survey.ParsePeriod(period)
	if err != nil {
		return 0, 0, fmt.Errorf("%w: %w", standing.ErrUnknownPeriod, err)
	}
	first, last = p.Span()
	return first, last, nil
}

// Units returns the agencies of these kinds that are valid on the last day of the period, sorted by code.
func (s *Store) Units(_ context.Context, kinds []string, period string) ([]standing.Unit, error) {
	_, last, err := span(period)
	if err != nil {
		return nil, err
	}
	var units []standing.Unit
	for _, a := range s.definitions().agencies {
		if a.ValidOn(last) && slices.Contains(kinds, string(a.Kind)) {
			units = append(units, standing.Unit{Code: a.Code, Kind: string(a.Kind), Name: a.Name, Parent: a.Parent})
		}
	}
	return units, nil
}

// Periods returns the periods of a framework that have a wave or scores, newest first.
func (s *Store) Periods(ctx context.Context, framework string) ([]survey.Period, error) {
	var list []survey.Period
	for _, w := range s.definitions().waves {
		if w.Framework == framework {
			list = append(list, w.Period)
		}
	}
	err := each(ctx, s.read, `SELECT DISTINCT period FROM scores WHERE framework = ?`, func(r *sql.Rows) error {
		var p survey.Period
		err := r.Scan(&p)
		list = append(list, p)
		return err
	}, framework)
	slices.SortFunc(list, newerFirst)
	return slices.Compact(list), storage(err)
}

// settling is how long after its end a wave still counts as open for the public: an answer that came in time may still
// be on its way to the disk, and must not move a final figure alone.
const settling = time.Minute

// settled reports whether the final figures of a wave are public.
func (s *Store) settled(w *wave) bool { return w.ClosedAt(s.now().Add(-settling)) }

// Surveys returns the counts of the valid answers of a framework's wave in a period, in one consistent read. Of an open wave the
// public sees older copies that move by at least five answers, and not even whether nobody or somebody has answered
// before the first copy. Of a closed wave it sees the agencies with at least five answers. Where the wave has a design, answers are
// weighted by it, except for the public while the wave is open: weights would move with every single answer.
func (s *Store) Surveys(ctx context.Context, framework, period string, v standing.View) (standing.Surveys, error) {
	w := s.definitions().waveOf(framework, period)
	if w == nil {
		return standing.Surveys{}, nil
	}
	open, err := w.open()
	if err != nil {
		return standing.Surveys{}, err
	}
	r := standing.Surveys{Wave: w.Code, Least: w.step, ByAgency: map[string]scoring.Survey{}, Few: map[string]bool{}}
	r.Provisional, r.Designed = !s.settled(w), w.Design != nil
	if v != standing.Live && r.Provisional {
		err = s.tallies(ctx, s.read, publicTallies, w, open.Layout(), r.ByAgency)
		for _, code := range w.Agencies {
			if r.ByAgency[code] == nil {
				r.Few[code] = true
			}
		}
		return r, err
	}
	if w.Design != nil {
		err = s.drawnSurveys(ctx, w, v != standing.Live, &r)
	} else {
		err = s.validTallies(ctx, w, open.Layout(), r.ByAgency, v != standing.Live)
	}
	for code, t := range r.ByAgency {
		if v != standing.Live && t.Responses() < w.step {
			r.Few[code] = true
			delete(r.ByAgency, code)
		}
	}
	return r, err
}

const (
	currentTallies = `SELECT agency, n, record FROM tallies WHERE wave = ?`
	// With min(n) SQLite takes the other columns from the row that has it.
	publicTallies = `SELECT agency, min(n), record FROM tally_steps WHERE wave = ? GROUP BY agency HAVING count(*) = 2`
	publicCopies  = `SELECT agency, min(n), record, seen FROM tally_steps WHERE wave = ? GROUP BY agency HAVING count(*) = 2`
)

// validTallies reads the tallies of a wave without its invalid responses: all there are, or what everyone sees of a wave that
// is over.
func (s *Store) validTallies(ctx context.Context, w *wave, layout *survey.Layout, into map[string]scoring.Survey, everyone bool) error {
	tx, err := s.read.BeginTx(ctx, nil)
	if err != nil {
		return storage(err)
	}
	defer tx.Rollback()
	if err := s.tallies(ctx, tx, currentTallies, w, layout, into); err != nil {
		return err
	}
	if err := s.takeOff(ctx, tx, w, layout, into, everyone); err != nil || !everyone {
		return storage(err)
	}
	return s.follow(ctx, tx, w, layout, into)
}

// follow tells the tallies in which few people answered something what everybody saw of the agency before.
func (s *Store) follow(ctx context.Context, q querier, w *wave, layout *survey.Layout, tallies map[string]scoring.Survey) error {
	few := map[string]*survey.Tally{}
	for code, x := range tallies {
		if t, ok := x.(*survey.Tally); ok && t.Few(w.step) {
			few[code] = t
		}
	}
	if len(few) == 0 {
		return nil
	}
	code := s.definitions().agencyCode
	var record, seen sql.RawBytes
	return storage(each(ctx, q, publicCopies, func(r *sql.Rows) error {
		var agency, n int64
		if err := r.Scan(&agency, &n, &record, &seen); err != nil {
			return err
		}
		t := few[code[agency]]
		if t == nil {
			return nil
		}
		was, err := layout.Read(record)
		if err != nil {
			return fmt.Errorf("copy of %s in %s: %w", code[agency], w.Code, ErrCorrupt)
		}
		steps := survey.Steps{Public: was}
		if err := steps.ReadSeen(layout, seen); err != nil {
			return fmt.Errorf("copy of %s in %s: %w", code[agency], w.Code, ErrCorrupt)
		}
		if !was.Equal(t) {
			t.Follow(steps)
		}
		return nil
	}, w.ID))
}

// waveOf returns the wave of a framework in a period, or nil.
func (c *catalogue) waveOf(framework, period string) *wave {
	for _, w := range c.waves {
		if w.Framework == framework && string(w.Period) == period {
			return w
		}
	}
	return nil
}

// tallies reads the tallies that a query gives, by agency code.
func (s *Store) tallies(ctx context.Context, q querier, query string, w *wave, layout *survey.Layout, into map[string]scoring.Survey) error {
	code := make(map[int64]string, len(w.agencyID))
	for c, id := range w.agencyID {
		code[id] = c
	}
	var record sql.RawBytes
	err := each(ctx, q, query, func(r *sql.Rows) error {
		var agency, n int64
		if err := r.Scan(&agency, &n, &record); err != nil {
			return err
		}
		t, err := layout.Read(record)
		if err != nil || t.N() != n {
			return fmt.Errorf("tally of %s in %s: %w", code[agency], w.Code, ErrCorrupt)
		}
		into[code[agency]] = t
		return nil
	}, w.ID)
	return storage(err)
}
