package data

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"thuocdo/data/reference"
	"thuocdo/scoring"
	"thuocdo/scoring/phrase"
	"thuocdo/survey"
	"thuocdo/survey/simulate"
)

// opening is when the waves of the tests open; they close a month later.
var opening = time.Date(2026, 5, 4, 1, 0, 0, 0, time.UTC)

func during() time.Time { return opening.AddDate(0, 0, 10) }
func after() time.Time  { return opening.AddDate(0, 2, 0) }

// mustOpen opens a store in a folder of its own; it is closed and checked by Doctor when the test ends.
func mustOpen(t testing.TB, opt Options) *Store {
	t.Helper()
	return mustOpenAt(t, filepath.Join(t.TempDir(), "thuocdo.db"), opt)
}

func mustOpenAt(t testing.TB, path string, opt Options) *Store {
	t.Helper()
	if opt.Now == nil {
		opt.Now = during
	}
	s, err := Open(t.Context(), path, opt)
	must(t, err)
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return s
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// definer is what definitions are written through.
type definer interface {
	PutAgencies(context.Context, []survey.Agency, []survey.Succession) error
	PutQuestionnaire(context.Context, *survey.Questionnaire) error
	PutFramework(context.Context, *scoring.Framework) error
	PutWave(context.Context, survey.Wave) error
}

// define stores the reference questionnaire and framework of the satisfaction survey, n communes with the codes
// "x-000" …, and an open wave "w" that asks about all of them.
func define(t testing.TB, s definer, n int) {
	t.Helper()
	must(t, s.PutAgencies(t.Context(), communes(n), nil))
	must(t, s.PutQuestionnaire(t.Context(), sipas(t)))
	f, err := reference.Framework("sipas", "")
	must(t, err)
	must(t, s.PutFramework(t.Context(), f))
	must(t, s.PutWave(t.Context(), waveOver(t, "w", "2026", n)))
}

func communes(n int) []survey.Agency {
	list := make([]survey.Agency, n)
	for i := range list {
		list[i] = survey.Agency{Code: commune(i), Kind: survey.Commune, Name: phrase.VI(fmt.Sprintf("Xã %d", i), fmt.Sprintf("Commune %d", i))}
	}
	return list
}

func commune(i int) string { return fmt.Sprintf("x-%03d", i) }

func sipas(t testing.TB) *survey.Questionnaire {
	t.Helper()
	all, err := reference.Questionnaires()
	must(t, err)
	i := slices.IndexFunc(all, func(q *survey.Questionnaire) bool { return q.Code == "sipas" })
	if i < 0 {
		t.Fatal("the reference data has no questionnaire sipas")
	}
	return all[i]
}

func waveOver(t testing.TB, code string, period survey.Period, n int) survey.Wave {
	q := sipas(t)
	w := survey.Wave{
		Code: code, Title: phrase.VI("Đợt khảo sát", "Wave"), Questionnaire: q.Code, Version: q.Version, Framework: "sipas",
		Period: period, Opens: opening, Closes: opening.AddDate(0, 1, 0), Basis: survey.FactorBasis,
	}
	for i := range n {
		w.Agencies = append(w.Agencies, commune(i))
	}
	return w
}

// entries returns n answers of a made-up crowd for a wave, spread over its agencies, each with a key of its own.
func entries(t testing.TB, w *survey.OpenWave, n int) []survey.Entry {
	t.Helper()
	crowd := simulate.Crowd{Seed: 7, Label: w.Code, N: n, First: survey.DayOf(opening), Days: 30}
	for _, code := range w.Agencies {
		crowd.Agencies = append(crowd.Agencies, simulate.Share{Agency: code, Weight: 1})
	}
	list := make([]survey.Entry, 0, n)
	for r := range simulate.Responses(w.Form, crowd) {
		list = append(list, entry(t, w, r))
	}
	return list
}

func entry(t testing.TB, w *survey.OpenWave, r simulate.Response) survey.Entry {
	t.Helper()
	sub := survey.Submission{Wave: w.Code, Agency: r.Agency, Key: rand.Text(), Mode: r.Mode, Answers: r.Answers}
	if r.Day%3 > 0 { // some of each kind, with and without circumstances
		sub.Circumstances = survey.Circumstances{Unit: fmt.Sprintf("u%d", r.Day%5), Counter: string(r.Mode), Language: "vi", Seconds: int(r.Day) % 700}
	}
	e, err := sub.Entry(w, r.Day)
	must(t, err)
	return e
}

func mustWave(t testing.TB, s survey.Waves, code string) *survey.OpenWave {
	t.Helper()
	w, err := s.OpenWave(code)
	must(t, err)
	return w
}

// sizeOf returns the size of a file, 0 where there is none.
func sizeOf(t testing.TB, path string) int64 {
	t.Helper()
	info, err := os.Stat(path)
	if os.IsNotExist(err) {
		return 0
	}
	must(t, err)
	return info.Size()
}

// resend returns the same answers as though somebody else had given them about an agency.
func resend(t testing.TB, w *survey.OpenWave, e survey.Entry, agency string) survey.Entry {
	t.Helper()
	return entry(t, w, simulate.Response{Agency: agency, Day: e.Day, Mode: e.Mode, Answers: e.Answers})
}
