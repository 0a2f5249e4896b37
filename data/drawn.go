package data

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"

	"thuocdo/scoring/estimate"
	"thuocdo/scoring/sampled"
	"thuocdo/scoring/standing"
	"thuocdo/survey"
	"thuocdo/survey/quality"
)

// samples keeps the weighted respondents of waves with a design while nothing changes: pages of several methods and agencies read
// the same ones.
type samples struct {
	mu   sync.Mutex
	kept map[sampleKey]keptSample
}

type sampleKey struct {
	wave     int64
	everyone bool
}

type keptSample struct {
	stamp string
	*sampled.Sample
}

// ErrNoDesign is a wave without a sampling design.
var ErrNoDesign = errors.New("the wave has no sampling design")

// mostSamples bounds how many are kept.
const mostSamples = 4

// drawnSurveys fills r with the weighted answers of a wave with a design.
func (s *Store) drawnSurveys(ctx context.Context, w *wave, everyone bool, r *standing.Surveys) error {
	stamp, err := s.sampleStamp(ctx, w)
	if err != nil {
		return err
	}
	x, err := s.sample(ctx, w, everyone, stamp)
	if err != nil {
		return err
	}
	r.Sample, r.ByAgency = x, x.Surveys()
	return nil
}

// sampleStamp names the state of the answers of a wave.
func (s *Store) sampleStamp(ctx context.Context, w *wave) (string, error) {
	var n int64
	err := each(ctx, s.read, `SELECT n FROM wave_counts WHERE wave = ?`, func(r *sql.Rows) error { return r.Scan(&n) }, w.ID)
	return fmt.Sprintf("%d %d", s.changes.Load(), n), storage(err)
}

// sample returns the weighted respondents of a wave. Readers who come together wait for one of them.
func (s *Store) sample(ctx context.Context, w *wave, everyone bool, stamp string) (*sampled.Sample, error) {
	s.samples.mu.Lock()
	defer s.samples.mu.Unlock()
	key := sampleKey{w.ID, everyone}
	if x, ok := s.samples.kept[key]; ok && x.stamp == stamp {
		return x.Sample, nil
	}
	x, err := s.readSample(ctx, w, everyone)
	if err != nil {
		return nil, err
	}
	if s.samples.kept == nil || len(s.samples.kept) >= mostSamples {
		s.samples.kept = map[sampleKey]keptSample{}
	}
	s.samples.kept[key] = keptSample{stamp, x}
	return x, nil
}

// Weighted calls yield for every response of a wave with a design that counts, with its place among the design's units and its
// weight before and after fitting to known totals. Errors: survey.ErrUnknownWave; ErrNoDesign.
func (s *Store) Weighted(ctx context.Context, code string, yield func(r survey.StoredResponse, unit int, adjusted, final float64) error) error {
	w, ok := s.definitions().wave[code]
	switch {
	case !ok:
		return fmt.Errorf("wave %q: %w", code, survey.ErrUnknownWave)
	case w.Design == nil:
		return fmt.Errorf("wave %q: %w", code, ErrNoDesign)
	}
	x, err := s.readSample(ctx, w, false)
	if err != nil {
		return err
	}
	weigh := x.Weigher()
	return s.eachDrawn(ctx, w, nil, func(r survey.StoredResponse, unit int, row []uint64) error {
		if unit < 0 {
			return nil
		}
		adjusted, final := weigh(unit, row)
		return yield(r, unit, adjusted, final)
	})
}

// eachDrawn calls visit for the responses of a wave that are not invalid, with the number of their unit, −1 where the design has
// none, and their answers in columns.
func (s *Store) eachDrawn(ctx context.Context, w *wave, held map[string]bool, visit func(r survey.StoredResponse, unit int, row []uint64) error) error {
	open, err := w.open()
	if err != nil {
		return err
	}
	questions, columns := columnsOf(open.Form)
	at := make(map[string]int, len(w.Design.Units))
	for i := range w.Design.Units {
		at[w.Design.Units[i].Code] = i
	}
	row := make([]uint64, len(columns))
	return s.stored(ctx, w.Code, "", false, func(_ *survey.Form, read func(func(quality.Stored) error) error) error {
		return read(func(r quality.Stored) error {
			if r.Verdict == quality.Invalid && !held[r.Agency] {
				return nil
			}
			unit, ok := at[r.Unit]
			if !ok || w.Design.Units[unit].Agency != r.Agency {
				unit = -1
			}
			fillRow(row, r.Answers, columns, questions)
			return visit(r.StoredResponse, unit, row)
		})
	})
}

// readSample reads the responses of a wave into columns. Invalid ones, and those without a unit of the design, stay out.
func (s *Store) readSample(ctx context.Context, w *wave, everyone bool) (*sampled.Sample, error) {
	open, err := w.open()
	if err != nil {
		return nil, err
	}
	held := map[string]bool{}
	if everyone {
		if held, err = s.heldBack(ctx, w, open.Layout()); err != nil {
			return nil, err
		}
	}
	questions, _ := columnsOf(open.Form)
	b, outside := sampled.New(specOf(w.Design), questions), 0
	err = s.eachDrawn(ctx, w, held, func(r survey.StoredResponse, unit int, row []uint64) error {
		if unit < 0 {
			outside++
			return nil
		}
		b.Add(r.Agency, unit, row)
		return nil
	})
	if err != nil {
		return nil, err
	}
	x, err := b.Sample()
	if err != nil {
		return nil, fmt.Errorf("sample of %s: %w", w.Code, err)
	}
	x.Report.Outside, x.Report.Drawn = outside, w.Design.Drawn()
	return x, nil
}

// heldBack returns the agencies of a wave that is over whose latest decisions everyone does not see yet: too few responses are
// decided since what everyone saw. All their responses count for everyone until there are enough.
func (s *Store) heldBack(ctx context.Context, w *wave, layout *survey.Layout) (map[string]bool, error) {
	tx, err := s.read.BeginTx(ctx, nil)
	if err != nil {
		return nil, storage(err)
	}
	defer tx.Rollback()
	held, code := map[string]bool{}, s.definitions().agencyCode
	agencies, err := judged(ctx, tx, w.ID)
	for _, agency := range agencies {
		valid, err := validTally(ctx, tx, w.ID, agency, layout)
		if err != nil {
			return nil, err
		}
		before, err := seen(ctx, tx, w.ID, agency, layout)
		if err != nil {
			return nil, err
		}
		held[code[agency]] = shown(valid, before, w.step) != valid
	}
	return held, storage(err)
}

// columnsOf returns the questions with choices, and their places in a form.
func columnsOf(f *survey.Form) (questions []sampled.Question, columns []int) {
	for i := range f.Len() {
		q := f.Question(i)
		switch q.Type {
		case survey.Single, survey.Rating, survey.YesNo, survey.Multiple:
		default:
			continue
		}
		x := sampled.Question{Code: q.Code, Several: q.Type == survey.Multiple}
		for _, c := range f.Choices(i) {
			x.Codes = append(x.Codes, c.Code)
		}
		questions, columns = append(questions, x), append(columns, i)
	}
	return questions, columns
}

func fillRow(row []uint64, a survey.Answers, columns []int, questions []sampled.Question) {
	for k, i := range columns {
		switch row[k] = 0; {
		case i >= len(a) || !a[i].Set:
		case questions[k].Several:
			row[k] = a[i].Chosen
		default:
			row[k] = uint64(a[i].Choice) + 1
		}
	}
}

// specOf says a design as package sampled takes it.
func specOf(d *survey.Design) sampled.Spec {
	spec := sampled.Spec{Lonely: estimate.Lonely(d.Lonely), Replicates: d.Reps, Seed: d.Seed, Units: make([]sampled.Unit, len(d.Units))}
	for i, u := range d.Units {
		spec.Units[i] = sampled.Unit{Stratum: u.Stratum, Clusters: u.Clusters, Counts: u.Counts, Weight: u.Weight, Class: u.Class, Drawn: u.Drawn}
	}
	at := map[string]int{}
	for _, t := range d.Totals {
		k, ok := at[t.Question]
		if !ok {
			k = len(spec.Margins)
			at[t.Question] = k
			m := sampled.Margin{}
			if t.Question != survey.ByAgency {
				m.Question = t.Question
			}
			spec.Margins = append(spec.Margins, m)
		}
		spec.Margins[k].Levels, spec.Margins[k].Totals = append(spec.Margins[k].Levels, t.Level), append(spec.Margins[k].Totals, t.Total)
	}
	return spec
}
