package data

import (
	"context"
	"errors"
	"iter"
	"testing"
	"time"

	"thuocdo/scoring"
	"thuocdo/scoring/standing"
	"thuocdo/survey"
	"thuocdo/survey/account"
)

// conforming is everything the rest of the program asks of a store, whatever database is behind it.
type conforming interface {
	definer
	survey.Log
	survey.Waves
	standing.Source
	Waves(context.Context) ([]survey.Wave, error)
	Agencies(context.Context) ([]survey.Agency, error)
	Agency(context.Context, string) (survey.Agency, error)
	Successions(context.Context) ([]survey.Succession, error)
	Frameworks(context.Context) ([]*scoring.Framework, error)
	Form(ctx context.Context, code, version string) (*survey.Form, error)
	Periods(context.Context, string) ([]survey.Period, error)
	Counted(context.Context, [16]byte) (string, bool, error)
	Responses(context.Context, string, func(survey.StoredResponse) error) error
	AppendAll(context.Context, string, iter.Seq2[survey.Entry, error]) (int, error)
	PutScores(ctx context.Context, framework, period string, scores map[string]map[string]scoring.LeafInput) error
	AccountByLogin(context.Context, string) (account.Account, error)
	AccountByID(context.Context, int64) (account.Account, error)
	PutAccount(context.Context, account.Account) (int64, error)
	FindCtx(context.Context, string) ([]byte, bool, error)
	CommitCtx(context.Context, string, []byte, time.Time) error
	DeleteCtx(context.Context, string) error
	Ready(context.Context) error
}

// maker makes an empty store with a clock of its own.
type maker func(t testing.TB, now func() time.Time) conforming

func TestSQLiteStoreConforms(t *testing.T) {
	t.Parallel()
	conform(t, func(t testing.TB, now func() time.Time) conforming { return mustOpen(t, Options{Now: now}) })
}

// conform checks what every store must do.
func conform(t *testing.T, open maker) {
	t.Run("answers", func(t *testing.T) { t.Parallel(); conformAnswers(t, open) })
}

func conformAnswers(t *testing.T, open maker) {
	t.Run("an answer counts once however often it is sent", func(t *testing.T) {
		t.Parallel()
		s := open(t, during)
		define(t, s, 1)
		w := mustWave(t, s, "w")
		for i, e := range entries(t, w, 12) {
			for try := range 3 {
				again, err := s.Append(t.Context(), e)
				must(t, err)
				if again != (try > 0) {
					t.Fatalf("answer %d, try %d: again = %v", i, try, again)
				}
			}
		}
		if got := responsesOf(t, s, standing.Live, "x-000"); got != 12 {
			t.Errorf("counted %d answers, want 12", got)
		}
	})
	t.Run("a key with other content is refused", func(t *testing.T) {
		t.Parallel()
		s := open(t, during)
		define(t, s, 1)
		e := entries(t, mustWave(t, s, "w"), 1)[0]
		_, err := s.Append(t.Context(), e)
		must(t, err)
		e.Content[3] ^= 1
		if _, err := s.Append(t.Context(), e); !errors.Is(err, survey.ErrOtherContent) {
			t.Errorf("got %v, want ErrOtherContent", err)
		}
	})
	t.Run("a receipt tells the wave and nothing of an unknown one", func(t *testing.T) {
		t.Parallel()
		s := open(t, during)
		define(t, s, 1)
		e := entries(t, mustWave(t, s, "w"), 1)[0]
		if _, counted, err := s.Counted(t.Context(), e.Receipt); counted || err != nil {
			t.Errorf("before: %v, %v", counted, err)
		}
		_, err := s.Append(t.Context(), e)
		must(t, err)
		if wave, counted, err := s.Counted(t.Context(), e.Receipt); wave != "w" || !counted || err != nil {
			t.Errorf("after: %q, %v, %v", wave, counted, err)
		}
	})
}

// responsesOf returns how many answers a reader sees of an agency in wave "w".
func responsesOf(t testing.TB, s standing.Source, v standing.View, agency string) int64 {
	t.Helper()
	r, err := s.Surveys(t.Context(), "sipas", "2026", v)
	must(t, err)
	if r.ByAgency[agency] == nil {
		return 0
	}
	return r.ByAgency[agency].Responses()
}

// seqOf yields entries one by one.
func seqOf(list []survey.Entry) iter.Seq2[survey.Entry, error] {
	return func(yield func(survey.Entry, error) bool) {
		for _, e := range list {
			if !yield(e, nil) {
				return
			}
		}
	}
}
