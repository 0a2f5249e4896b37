package data

import (
	"errors"
	"testing"

	"thuocdo/scoring/disclosure"
	"thuocdo/survey"
)

func TestWhatReadersHaveSeenOfAWaveIsKept(t *testing.T) {
	t.Parallel()
	s := mustOpen(t, Options{})
	define(t, s, 1)
	e := disclosure.Edition{Rows: 100, Digest: "x"}
	tell := func(e disclosure.Edition, tables ...disclosure.Table) error {
		return s.Tell(t.Context(), "w", e, tables, nil)
	}
	for _, x := range []struct {
		e     disclosure.Edition
		table disclosure.Table
		want  error
	}{
		{e, disclosure.Table{A: "a", B: "q", Hides: true}, nil}, {e, disclosure.Table{A: "a", B: "q", Hides: true}, nil}, {e, disclosure.Table{A: "b", B: "q"}, nil},
		{e, disclosure.Table{A: "b", B: "a"}, disclosure.ErrLinked},
		{disclosure.Edition{Rows: 101, Digest: "y"}, disclosure.Table{A: "a", B: "q"}, disclosure.ErrMoved},
	} {
		if err := tell(x.e, x.table); !errors.Is(err, x.want) {
			t.Errorf("%v of %v: %v, want %v", x.table, x.e, err, x.want)
		}
	}
	if err := s.Tell(t.Context(), "khong-co", e, nil, nil); !errors.Is(err, survey.ErrUnknownWave) {
		t.Errorf("an unknown wave: %v", err)
	}
}
