package data

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"thuocdo/scoring"
	"thuocdo/scoring/phrase"
	sealed "thuocdo/scoring/release"
	"thuocdo/scoring/standing"
	"thuocdo/survey"
)

// mustRelease seals the reform index of a period in which one agency has these points at one leaf.
func mustRelease(t *testing.T, s *Store, points float64) *sealed.Release {
	t.Helper()
	p := must1(s.Framework(t.Context(), "par-index-province", "", "2026"))(t)
	must(t, s.PutAgencies(t.Context(), []survey.Agency{{Code: "p-0", Kind: survey.Province, Name: phrase.VI("Tỉnh", "Province"), ValidFrom: survey.DayOf(during().AddDate(-1, 0, 0))}}, nil))
	must(t, s.PutScores(t.Context(), p.Framework().Code, "2026", map[string]map[string]scoring.LeafInput{"p-0": {typedLeaf(t, p): {Appraised: &points}}}))
	r, err := sealed.Seal(t.Context(), s, standing.Query{Framework: p.Framework().Code, Period: "2026"}, "thuocdo test", ed25519.NewKeyFromSeed(make([]byte, 32)))
	must(t, err)
	return r
}

func TestAReleaseGoesFromDraftToWithdrawn(t *testing.T) {
	t.Parallel()
	now := afterwards()
	s := mustOpenAt(t, filepath.Join(t.TempDir(), "thuocdo.db"), Options{Now: func() time.Time { return now }})
	define(t, s, 3)
	parIndex(t, s)
	ctx := t.Context()
	first := mustRelease(t, s, 0.25)
	state := func(id string, want sealed.State, public bool) {
		t.Helper()
		r, err := s.Release(ctx, id)
		must(t, err)
		if got := r.State(now); got != want || r.Public(now) != public {
			t.Errorf("%s, public %v; want %s, %v", got, r.Public(now), want, public)
		}
		if _, err := s.PublicRelease(ctx, id); (err == nil) != public || !public && !errors.Is(err, sealed.ErrUnknown) {
			t.Errorf("%s: for everybody: %v", got(r, now), err)
		}
		list, err := s.PublicReleases(ctx, "par-index-province", "2026")
		if found := false; err != nil {
			t.Error(err)
		} else {
			for _, x := range list {
				found = found || x.ID == id
			}
			if found != public {
				t.Errorf("listed: %v, want %v", found, public)
			}
		}
	}
	must(t, s.PutRelease(ctx, first, "", nil))
	state(first.ID, sealed.Draft, false)
	if err := s.PutRelease(ctx, first, "", nil); !errors.Is(err, sealed.ErrKnown) {
		t.Errorf("again: %v", err)
	}
	mustAuthor(t, s, "lan")
	if err := s.InviteToRelease(ctx, first.ID, []string{"lan", "nobody"}); !errors.Is(err, sealed.ErrGuest) {
		t.Errorf("somebody unknown: %v", err)
	}
	must(t, s.InviteToRelease(ctx, first.ID, []string{"lan", "@x-001"}))
	state(first.ID, sealed.Room, false)
	r := must1(s.Release(ctx, first.ID))(t)
	if !r.Invites("lan", "") || !r.Invites("minh", "x-001") || r.Invites("minh", "x-000") || r.Invites("minh", "") {
		t.Errorf("guests %q", r.Guests)
	}
	if err := s.PublishRelease(ctx, first.ID, now.Add(-2*time.Minute)); !errors.Is(err, sealed.ErrState) {
		t.Errorf("a minute that is over: %v", err)
	}
	out := sealed.Minute(now).Add(3 * time.Minute)
	must(t, s.PublishRelease(ctx, first.ID, out.Add(30*time.Second)))
	state(first.ID, sealed.Embargo, false)
	now = out.Add(-time.Second)
	state(first.ID, sealed.Embargo, false)
	now = out
	state(first.ID, sealed.Published, true)
	if err := s.PublishRelease(ctx, first.ID, now.Add(time.Hour)); !errors.Is(err, sealed.ErrState) {
		t.Errorf("public already: %v", err)
	}
	if err := s.InviteToRelease(ctx, first.ID, nil); !errors.Is(err, sealed.ErrState) {
		t.Errorf("a room for a public one: %v", err)
	}
	file, err := s.ReleaseFile(ctx, first.ID)
	if err != nil || !bytes.Equal(file, first.File) {
		t.Errorf("another file (%v)", err)
	}

	second := mustRelease(t, s, 0.5)
	note := phrase.VI("Sửa điểm", "A score corrected")
	if err := s.PutRelease(ctx, second, "none", note); !errors.Is(err, sealed.ErrUnknown) {
		t.Errorf("correct nothing: %v", err)
	}
	must(t, s.PutRelease(ctx, second, first.ID, note))
	state(first.ID, sealed.Published, true)
	must(t, s.PublishRelease(ctx, second.ID, now))
	state(second.ID, sealed.Published, true)
	state(first.ID, sealed.Corrected, true)
	if third := mustRelease(t, s, 0.125); !errors.Is(s.PutRelease(ctx, third, first.ID, note), sealed.ErrState) {
		t.Error("corrected twice")
	}
	must(t, s.WithdrawRelease(ctx, second.ID, phrase.VI("Sai", "Wrong")))
	state(second.ID, sealed.Withdrawn, true)
	state(first.ID, sealed.Published, true)
	if err := s.WithdrawRelease(ctx, second.ID, nil); !errors.Is(err, sealed.ErrState) {
		t.Errorf("withdrawn twice: %v", err)
	}
	draft := mustRelease(t, s, 0.375)
	must(t, s.PutRelease(ctx, draft, "", nil))
	must(t, s.PublishRelease(ctx, draft.ID, now.Add(time.Hour)))
	must(t, s.WithdrawRelease(ctx, draft.ID, phrase.VI("Hoãn", "Put off")))
	now = now.Add(2 * time.Hour)
	state(draft.ID, sealed.Withdrawn, false)
	wantHealthy(t, s)
}

func got(r *sealed.Record, now time.Time) sealed.State { return r.State(now) }

func TestEveryLookAtAReleaseIsKept(t *testing.T) {
	t.Parallel()
	s := mustOpenAt(t, filepath.Join(t.TempDir(), "thuocdo.db"), Options{Now: afterwards})
	define(t, s, 3)
	parIndex(t, s)
	r := mustRelease(t, s, 0.25)
	must(t, s.PutRelease(t.Context(), r, "", nil))
	lan := mustAuthor(t, s, "lan")
	must(t, s.LogView(t.Context(), r.ID, lan, "page"))
	must(t, s.LogView(t.Context(), r.ID, lan, "file"))
	list, err := s.ReleaseViews(t.Context(), r.ID)
	if err != nil || len(list) != 2 || list[0].What != "file" || list[0].Account != "lan" || !list[0].At.Equal(afterwards().UTC().Truncate(time.Microsecond)) {
		t.Errorf("%+v, %v", list, err)
	}
	if err := s.LogView(t.Context(), "none", lan, "page"); err == nil {
		t.Error("a look at nothing is kept")
	}
}

// afterwards is when the wave is over.
func afterwards() time.Time { return during().AddDate(1, 0, 0) }
