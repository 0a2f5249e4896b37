package data

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"thuocdo/scoring/phrase"
	"thuocdo/survey"
)

// inviting is a store with an open wave "w" over n communes that takes answers by invitation only.
func inviting(t testing.TB, opt Options, n int) *Store {
	t.Helper()
	s := mustOpen(t, opt)
	define(t, s, n)
	must(t, s.SetAccess(t.Context(), "w", survey.Invited))
	return s
}

func mustInvite(t testing.TB, s *Store, order ...survey.Batch) []survey.Issued {
	t.Helper()
	list, err := s.Invite(t.Context(), "w", order)
	must(t, err)
	return list
}

func intakeOf(s *Store, now func() time.Time) *survey.Intake {
	return &survey.Intake{Waves: s, Log: s, Invitations: s, Now: now}
}

// answered is a filled form for an invitation, with a key of its own.
func answered(code string, e survey.Entry) survey.Submission {
	return survey.Submission{Wave: "w", Agency: e.Agency, Key: rand.Text(), Mode: survey.Web, Answers: e.Answers, Invitation: code}
}

func TestAnInvitationCountsOnceWhateverIsSent(t *testing.T) {
	t.Parallel()
	s := inviting(t, Options{}, 1)
	in := intakeOf(s, during)
	code := mustInvite(t, s, survey.Batch{Agency: "x-000", Unit: "to-1", N: 5})[0].Code
	list := entries(t, mustWave(t, s, "w"), 2)
	first := answered(strings.ToLower(code), list[0])
	got, err := in.Submit(t.Context(), first)
	if err != nil || got.Again {
		t.Fatalf("%+v, %v", got, err)
	}
	if again, err := in.Submit(t.Context(), first); err != nil || !again.Again || again.Code != got.Code {
		t.Errorf("sent again: %+v, %v", again, err)
	}
	changed := first
	changed.Answers = list[1].Answers
	for name, sub := range map[string]survey.Submission{"back button": changed, "other device": answered(code, list[0]), "other answers": answered(code, list[1])} {
		if r, err := in.Submit(t.Context(), sub); !errors.Is(err, survey.ErrInvitationUsed) || r.Code != "" {
			t.Errorf("%s: %+v, %v", name, r, err)
		}
	}
	var all []survey.StoredResponse
	must(t, s.Responses(t.Context(), "w", func(r survey.StoredResponse) error { all = append(all, r); return nil }))
	if len(all) != 1 || all[0].Unit != "to-1" {
		t.Errorf("stored %+v", all)
	}
}

func TestInvitationsAreRefusedForAReason(t *testing.T) {
	t.Parallel()
	now := during()
	s := inviting(t, Options{Now: func() time.Time { return now }}, 2)
	in := intakeOf(s, func() time.Time { return now })
	code := mustInvite(t, s, survey.Batch{Agency: "x-000", N: 1})[0].Code
	e := entries(t, mustWave(t, s, "w"), 1)[0]
	e.Agency = "x-000"
	bad := code[:len(code)-1] + string("0123456789ABCDEFGHJKMNPQRSTVWXYZ"[(strings.IndexByte("0123456789ABCDEFGHJKMNPQRSTVWXYZ", code[len(code)-1])+1)%32])
	elsewhere := answered(code, e)
	elsewhere.Agency = "x-001"
	for name, c := range map[string]struct {
		sub  survey.Submission
		want error
	}{
		"none":      {answered("", e), survey.ErrInvitationNeeded},
		"typo":      {answered(bad, e), survey.ErrBadInvitation},
		"made up":   {answered(survey.NewInvitation(rand.Reader), e), survey.ErrNoInvitation},
		"elsewhere": {elsewhere, survey.ErrInvitationForeign},
	} {
		if _, err := in.Submit(t.Context(), c.sub); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
	unfinished := answered(code, e)
	unfinished.Answers = make(survey.Answers, len(e.Answers))
	var faults survey.Faults
	if _, err := in.Submit(t.Context(), unfinished); !errors.As(err, &faults) {
		t.Fatalf("unfinished form: %v", err)
	}
	now = after()
	if r, err := in.Submit(t.Context(), answered(code, e)); !errors.Is(err, survey.ErrClosed) || r.Code == "" {
		t.Errorf("after the wave: %+v, %v", r, err)
	}
	now = during()
	if _, err := in.Submit(t.Context(), answered(code, e)); err != nil {
		t.Errorf("what failed has burnt the code: %v", err)
	}
	for _, mode := range []survey.Mode{survey.Kiosk, survey.Paper, survey.API} {
		sub := answered("", e)
		sub.Mode = mode
		if _, err := in.Submit(t.Context(), sub); !errors.Is(err, survey.ErrInvitationNeeded) {
			t.Errorf("%s without an invitation: %v", mode, err)
		}
		sub.Invitation = code
		if _, err := in.Submit(t.Context(), sub); !errors.Is(err, survey.ErrInvitationUsed) {
			t.Errorf("%s with a used one: %v", mode, err)
		}
	}
	staff := answered("", e)
	staff.Mode = survey.Enumerator
	if _, err := in.Submit(t.Context(), staff); err != nil {
		t.Errorf("collected by staff: %v", err)
	}
}

// TestNoInvitationCountsTwiceUnderLoad sends every code from four places at once, two of them retries of one form, while
// the writer is small and overfull.
func TestNoInvitationCountsTwiceUnderLoad(t *testing.T) {
	t.Parallel()
	const people = 150
	s := inviting(t, Options{Batch: 16}, 3)
	in := intakeOf(s, during)
	codes := mustInvite(t, s, survey.Batch{Agency: "x-000", N: people}, survey.Batch{Agency: "x-001", N: people})
	list := entries(t, mustWave(t, s, "w"), len(codes))
	var fresh, again, used atomic.Int64
	var wait sync.WaitGroup
	for i, c := range codes {
		list[i].Agency = c.Agency
		form := answered(c.Code, list[i])
		for _, sub := range []survey.Submission{form, form, answered(c.Code, list[i]), answered(c.Code, list[(i+1)%len(list)])} {
			sub.Agency = c.Agency
			wait.Go(func() {
				r, err := in.Submit(context.WithoutCancel(t.Context()), sub)
				for errors.Is(err, survey.ErrBusy) {
					time.Sleep(time.Millisecond)
					r, err = in.Submit(context.WithoutCancel(t.Context()), sub)
				}
				switch {
				case errors.Is(err, survey.ErrInvitationUsed):
					used.Add(1)
				case err != nil:
					t.Error(err)
				case r.Again:
					again.Add(1)
				default:
					fresh.Add(1)
				}
			})
		}
	}
	wait.Wait()
	stored := 0
	must(t, s.Responses(t.Context(), "w", func(survey.StoredResponse) error { stored++; return nil }))
	if n := int64(len(codes)); fresh.Load() != n || stored != len(codes) || fresh.Load()+again.Load()+used.Load() != 4*n {
		t.Errorf("%d codes: %d counted, %d again, %d refused, %d stored", n, fresh.Load(), again.Load(), used.Load(), stored)
	}
	counts, err := s.Invitations(t.Context(), "w")
	must(t, err)
	if len(counts) != 2 || counts[0].Issued != people || counts[0].Spent != people || counts[1].Spent != people {
		t.Errorf("%+v", counts)
	}
	wantHealthy(t, s)
}

func TestSpentMovesInStepsAndEndsExact(t *testing.T) {
	t.Parallel()
	now := during()
	s := inviting(t, Options{Now: func() time.Time { return now }}, 1)
	in := intakeOf(s, during)
	codes := mustInvite(t, s, survey.Batch{Agency: "x-000", Unit: "a", N: 20}, survey.Batch{Agency: "x-000", N: 3})
	list := entries(t, mustWave(t, s, "w"), 8)
	spent := func() int {
		counts, err := s.Invitations(t.Context(), "w")
		must(t, err)
		if len(counts) != 2 || counts[0].Unit != "" || counts[0].Issued != 3 || counts[1].Issued != 20 {
			t.Fatalf("%+v", counts)
		}
		return counts[1].Spent
	}
	for i, e := range list {
		_, err := in.Submit(t.Context(), answered(codes[i].Code, e))
		must(t, err)
		if got, want := spent(), (i+1)/5*5; got != want {
			t.Errorf("after %d answers %d are shown, want %d", i+1, got, want)
		}
	}
	now = after()
	if got := spent(); got != 8 {
		t.Errorf("after the wave %d", got)
	}
	digest := must1(s.keys.get())(t).digest(codes[0].Code)
	if n, err := s.PurgeInvitations(t.Context(), survey.DayOf(now)); n != 1 || err != nil {
		t.Fatalf("purged %d, %v", n, err)
	}
	if got := spent(); got != 8 {
		t.Errorf("after the purge %d", got)
	}
	if _, err := s.Invitation(t.Context(), codes[0].Code); !errors.Is(err, survey.ErrNoInvitation) {
		t.Errorf("after the purge: %v", err)
	}
	must(t, s.Close())
	for _, suffix := range []string{"", "-wal", keysSuffix} {
		if b, err := os.ReadFile(s.path + suffix); err == nil && (bytes.Contains(b, digest[:]) || bytes.Contains(b, []byte(`"w":`))) {
			t.Errorf("%s still holds an invitation or the key of its wave", suffix)
		}
	}
}

func TestOrdersOfInvitationsAreChecked(t *testing.T) {
	t.Parallel()
	s := inviting(t, Options{}, 1)
	for name, order := range map[string][]survey.Batch{
		"foreign agency": {{Agency: "y", N: 5}},
		"small unit":     {{Agency: "x-000", Unit: "u", N: 4}},
		"no number":      {{Agency: "x-000"}},
		"negative":       {{Agency: "x-000", N: -1}},
		"bad unit":       {{Agency: "x-000", Unit: "a b", N: 9}},
		"bad mode":       {{Agency: "x-000", Mode: "pigeon", N: 9}},
	} {
		var m phrase.Mistakes
		if list, err := s.Invite(t.Context(), "w", order); !errors.As(err, &m) || list != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := s.Invite(t.Context(), "w", []survey.Batch{{Agency: "x-000", N: survey.InvitationsMax}, {Agency: "x-000", N: 1}}); !errors.Is(err, survey.ErrInvitationsFull) {
		t.Errorf("too many: %v", err)
	}
	mustInvite(t, s, survey.Batch{Agency: "x-000", Unit: "u", N: 2}, survey.Batch{Agency: "x-000", Unit: "u", N: 3})
	mustInvite(t, s, survey.Batch{Agency: "x-000", Unit: "u", N: 1}) // the unit has five already
	must(t, s.SetAccess(t.Context(), "w", survey.Open))
	if _, err := s.Invite(t.Context(), "w", []survey.Batch{{Agency: "x-000", N: 1}}); !errors.Is(err, survey.ErrNotInviting) {
		t.Errorf("open wave: %v", err)
	}
	if _, err := s.Invite(t.Context(), "none", nil); !errors.Is(err, survey.ErrUnknownWave) {
		t.Errorf("no wave: %v", err)
	}
}

func TestInvitationsSurviveARestartAndMissTheirKeysAloud(t *testing.T) {
	t.Parallel()
	s := inviting(t, Options{}, 1)
	code := mustInvite(t, s, survey.Batch{Agency: "x-000", N: 1})[0].Code
	must(t, s.Close())
	if info, err := os.Stat(s.path + keysSuffix); err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("key file: %v, %v", info, err)
	}
	again := mustOpenAt(t, s.path, Options{})
	if ticket, err := again.Invitation(t.Context(), code); err != nil || ticket.Wave != "w" || ticket.Agency != "x-000" {
		t.Errorf("%+v, %v", ticket, err)
	}
	must(t, again.Close())
	must(t, os.Remove(s.path+keysSuffix))
	lost := mustOpenAt(t, s.path, Options{})
	if _, err := lost.Invitation(t.Context(), code); !errors.Is(err, ErrNoKeys) {
		t.Errorf("without keys: %v", err)
	}
	if _, err := lost.Invite(t.Context(), "w", []survey.Batch{{Agency: "x-000", N: 1}}); !errors.Is(err, ErrNoKeys) {
		t.Errorf("new ones without the old keys: %v", err)
	}
}
