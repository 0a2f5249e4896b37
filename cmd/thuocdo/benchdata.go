package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"thuocdo/data"
	"thuocdo/data/reference"
	"thuocdo/scoring"
	"thuocdo/scoring/phrase"
	"thuocdo/scoring/standing"
	"thuocdo/survey"
	"thuocdo/survey/simulate"
)

// Names of what a measurement works on.
const (
	benchWave    = "bench"
	benchRatings = 28
)

// benchQuestionnaire is the form that is measured: rated questions on one page, as the reference measurements of other
// services had.
func benchQuestionnaire() *survey.Questionnaire {
	q := &survey.Questionnaire{
		Code: benchWave, Version: "1", Layout: survey.OnePage, Title: phrase.VI("Phiếu đo tốc độ", "Speed trial"), Intro: phrase.VI("Phiếu này chỉ để đo.", "This form only serves to measure."),
		Lists: map[string][]survey.Choice{"level": {}},
	}
	for i, text := range []phrase.Text{
		phrase.VI("Rất không hài lòng", "Very dissatisfied"), phrase.VI("Không hài lòng", "Dissatisfied"), phrase.VI("Bình thường", "Neutral"),
		phrase.VI("Hài lòng", "Satisfied"), phrase.VI("Rất hài lòng", "Very satisfied"),
	} {
		q.Lists["level"] = append(q.Lists["level"], survey.Choice{Code: fmt.Sprint(i + 1), Text: text})
	}
	var items []survey.Question
	scale := survey.Scale{Code: "S", Level: "factor", Title: phrase.VI("Hài lòng", "Satisfaction")}
	for i := range benchRatings {
		code := fmt.Sprintf("q%d", i+1)
		items = append(items, survey.Question{Code: code, Type: survey.Rating, List: "level", Required: true,
			Text: phrase.VI(fmt.Sprintf("Ông/bà hài lòng đến mức nào về nội dung thứ %d?", i+1), fmt.Sprintf("How satisfied are you with item %d?", i+1))})
		scale.Items = append(scale.Items, code)
	}
	q.Pages = []survey.Page{{Code: "all", Title: phrase.VI("Mức độ hài lòng", "Satisfaction"), Blocks: []survey.Block{{Questions: items}}}}
	q.Scales = []survey.Scale{scale}
	return q
}

// benchSet says what a measurement's database holds.
type benchSet struct {
	full      bool // the reference form of 39 ratings, not the one of a single page
	agencies  int
	responses int
	kept      string // file of one that was made before, or is to be kept; "" = none
}

// make puts the database in dir, with a wave that is open now, and returns its path and the codes of its agencies.
func (b benchSet) make(ctx context.Context, c *console, dir string) (path string, codes []string, err error) {
	path = filepath.Join(dir, "bench.db")
	if b.kept == "" {
		codes, err = b.build(ctx, c, path)
		return path, codes, err
	}
	if _, err := os.Stat(b.kept); errors.Is(err, fs.ErrNotExist) {
		if codes, err = b.build(ctx, c, path); err != nil {
			return path, nil, err
		}
		return path, codes, copyFile(path, b.kept)
	}
	if err := copyFile(b.kept, path); err != nil {
		return path, nil, err
	}
	codes, err = b.check(ctx, path)
	return path, codes, err
}

// check says whether a database is the one that is wanted, and returns the codes of its agencies.
func (b benchSet) check(ctx context.Context, path string) (codes []string, err error) {
	store, err := data.Open(ctx, path, data.Options{}) // which brings one of an earlier version up to date
	if err != nil {
		return nil, err
	}
	defer store.Close()
	w, err := store.OpenWave(benchWave)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", b.kept, err)
	}
	q, _, err := b.definitions()
	if err != nil {
		return nil, err
	}
	have, err := store.Surveys(ctx, w.Framework, string(w.Period), standing.Live)
	if err != nil {
		return nil, err
	}
	stored := int64(0)
	for _, s := range have.ByAgency {
		stored += s.Responses()
	}
	if w.Questionnaire != q.Code || len(w.Agencies) != b.agencies || stored != int64(b.responses) || !w.OpenAt(time.Now()) {
		return nil, fmt.Errorf("%s has %d answers to %s about %d agencies, open until %s: another file is needed", b.kept, stored, w.Questionnaire, len(w.Agencies), w.Closes.Format(time.DateOnly))
	}
	return w.Agencies, nil
}

// copyFile copies a file whole; to must not be there.
func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}

// build makes the database.
func (b benchSet) build(ctx context.Context, c *console, path string) (codes []string, err error) {
	store, err := data.Open(ctx, path, data.Options{})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	list := make([]survey.Agency, b.agencies)
	for i := range list {
		list[i] = survey.Agency{Code: fmt.Sprintf("b-%05d", i+1), Kind: survey.Commune, Form: string(survey.Commune),
			Name: phrase.VI(fmt.Sprintf("Xã số %d", i+1), fmt.Sprintf("Commune %d", i+1)), ValidFrom: survey.DayOf(time.Now().AddDate(-1, 0, 0))}
		codes = append(codes, list[i].Code)
	}
	q, f, err := b.definitions()
	if err != nil {
		return nil, err
	}
	now := time.Now()
	w := survey.Wave{
		Code: benchWave, Title: phrase.VI("Đợt đo tốc độ", "Speed trial"), Questionnaire: q.Code, Version: q.Version, Framework: f.Code,
		Period: benchPeriod(), Opens: now.AddDate(0, 0, -40), Closes: now.AddDate(0, 0, 7), Agencies: codes,
	}
	for _, put := range []func() error{
		func() error { return store.PutAgencies(ctx, list, nil) },
		func() error { return store.PutQuestionnaire(ctx, q) },
		func() error { return store.PutFramework(ctx, f) },
		func() error { return store.PutWave(ctx, w) },
	} {
		if err := put(); err != nil {
			return nil, err
		}
	}
	return codes, b.fill(ctx, c, store, w)
}

func (b benchSet) definitions() (*survey.Questionnaire, *scoring.Framework, error) {
	f, err := reference.Framework("sipas", "")
	if err != nil || !b.full {
		return benchQuestionnaire(), f, err
	}
	list, err := reference.Questionnaires()
	if err != nil {
		return nil, nil, err
	}
	return list[0], f, nil
}

// fill puts made-up answers in, evenly over the agencies.
func (b benchSet) fill(ctx context.Context, c *console, store *data.Store, w survey.Wave) error {
	if b.responses == 0 {
		return nil
	}
	open, err := store.OpenWave(w.Code)
	if err != nil {
		return err
	}
	crowd := simulate.Crowd{Seed: 1, Label: w.Code, N: b.responses, First: survey.DayOf(w.Opens.In(survey.Vietnam)) + 1, Days: 30}
	for _, code := range w.Agencies {
		crowd.Agencies = append(crowd.Agencies, simulate.Share{Agency: code, Weight: 1})
	}
	bar := c.progress("making answers", b.responses)
	defer bar.end()
	_, err = store.AppendAll(ctx, w.Code, (&builder{Store: store, bar: bar}).entries(open, crowd))
	return err
}

// benchPeriod is the period of the measured wave: this year.
func benchPeriod() survey.Period { return survey.Period(time.Now().In(survey.Vietnam).Format("2006")) }
