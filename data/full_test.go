package data

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"thuocdo/scoring/standing"
	"thuocdo/survey"
)

// unhurried is how long answers wait where a test is not about being turned away: however slow the machine is.
const unhurried = time.Minute

// limit lets the database grow to so many pages, as a full disk would.
func limit(t *testing.T, s *Store, more int) {
	t.Helper()
	must(t, s.writer.do(t.Context(), func(w *writer) error {
		var pages int
		if err := w.conn.QueryRowContext(t.Context(), `PRAGMA page_count`).Scan(&pages); err != nil {
			return err
		}
		return w.exec(fmt.Sprintf(`PRAGMA max_page_count = %d`, pages+more))
	}))
}

func TestAFullDiskRefusesAnswersAndRecovers(t *testing.T) {
	t.Parallel()
	s := mustOpen(t, Options{Patience: unhurried})
	define(t, s, 3)
	w := mustWave(t, s, "w")
	some := entries(t, w, 100)
	list := make([]survey.Entry, 1500)
	for i := range list {
		list[i] = fresh(some, i)
	}
	limit(t, s, 20)
	stored := 0
	for ; stored < len(list); stored++ {
		if _, err := s.Append(t.Context(), list[stored]); err != nil {
			if !errors.Is(err, survey.ErrStoreFull) {
				t.Fatalf("answer %d: got %v, want ErrStoreFull", stored, err)
			}
			break
		}
	}
	if stored == 0 || stored == len(list) {
		t.Fatalf("the disk was full after %d answers", stored)
	}
	if err := s.Ready(t.Context()); !errors.Is(err, survey.ErrStoreFull) {
		t.Errorf("ready: got %v, want ErrStoreFull", err)
	}
	if _, err := s.AppendAll(t.Context(), "w", seqOf(list)); !errors.Is(err, survey.ErrStoreFull) {
		t.Errorf("bulk: got %v, want ErrStoreFull", err)
	}
	if err := s.PutAgencies(t.Context(), communes(2000), nil); !errors.Is(err, survey.ErrStoreFull) {
		t.Errorf("definitions: got %v, want ErrStoreFull", err)
	}
	if got, err := s.Agencies(t.Context()); err != nil || len(got) != 3 {
		t.Errorf("%d agencies are known, %v; want 3", len(got), err)
	}
	if n := responsesOf(t, s, standing.Live, "x-000"); n == 0 {
		t.Error("reading is broken")
	}
	limit(t, s, 1<<20)
	for part := range slices.Chunk(list[stored:], 500) {
		together(t, s, part)
	}
	must(t, s.Ready(t.Context()))
	if got := wantHealthy(t, s).Waves[0].Responses; got != int64(len(list)) {
		t.Errorf("%d answers are stored, want %d", got, len(list))
	}
}

// TestAFullDiskShowsInReady makes the probe itself fail.
func TestAFullDiskShowsInReady(t *testing.T) {
	t.Parallel()
	s := mustOpen(t, Options{Patience: unhurried})
	readOnly := func(on int) {
		must(t, s.writer.do(t.Context(), func(w *writer) error { return w.exec(fmt.Sprintf(`PRAGMA query_only = %d`, on)) }))
	}
	readOnly(1)
	if err := s.Ready(t.Context()); !errors.Is(err, survey.ErrStoreFull) {
		t.Errorf("got %v, want ErrStoreFull", err)
	}
	readOnly(0)
	s.probe.at = s.probe.at.Add(-probeAge) // a second later
	if err := s.Ready(t.Context()); err != nil {
		t.Errorf("got %v", err)
	}
}
