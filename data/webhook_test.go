package data

import (
	"encoding/json"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"thuocdo/scoring/assess"
	"thuocdo/scoring/phrase"
	"thuocdo/survey/webhook"
)

// heard lists what is on its way to a webhook, oldest first, as "kind data…".
func heard(t *testing.T, s *Store, id string) (list []string) {
	t.Helper()
	must(t, s.FindEvents(t.Context()))
	for _, d := range must1(s.Deliveries(t.Context(), id, 100))(t) {
		var body struct {
			Type string
			Data map[string]string
		}
		must(t, json.Unmarshal(d.Event.Body, &body))
		line := body.Type
		for _, k := range []string{"wave", "season", "agency", "stage", "framework", "period"} {
			if v := body.Data[k]; v != "" {
				line += " " + v
			}
		}
		list = append([]string{line}, list...)
	}
	return list
}

// TestEventsAreToldOnceFromTheirMinuteOn goes through a wave that closes, a release under embargo, one that is taken back before
// anybody knew of it, and sheets that go on.
func TestEventsAreToldOnceFromTheirMinuteOn(t *testing.T) {
	t.Parallel()
	now := during()
	s := mustOpenAt(t, filepath.Join(t.TempDir(), "thuocdo.db"), Options{Now: func() time.Time { return now }})
	define(t, s, 3)
	p := parIndex(t, s)
	ctx := t.Context()
	all := must1(s.PutWebhook(ctx, webhook.Hook{URL: "https://a.example/x", Kinds: webhook.Kinds}))(t)
	waves := must1(s.PutWebhook(ctx, webhook.Hook{URL: "https://b.example", Kinds: []webhook.Kind{webhook.WaveClosed}}))(t)
	if got := heard(t, s, all.ID); len(got) != 0 {
		t.Errorf("before anything happened: %v", got)
	}
	must(t, s.PutSeason(ctx, planned(p)))
	must(t, s.OpenSeason(ctx, "par-2026"))
	must(t, s.Assess(ctx, "par-2026", turn("x-000", claims(t, p)...)))
	must(t, s.Assess(ctx, "par-2026", turn("x-000", assess.Submit{Head: "A"})))
	want := []string{"assessment.stage par-2026 x-000 submitted"}
	if got := heard(t, s, all.ID); !slices.Equal(got, want) {
		t.Errorf("while the wave is open: %q, want %q", got, want)
	}
	now = must1(s.Waves(ctx))(t)[0].Closes.Add(time.Hour)
	r := mustRelease(t, s, 0.25)
	must(t, s.PutRelease(ctx, r, "", nil))
	must(t, s.PublishRelease(ctx, r.ID, now.Add(time.Hour)))
	hidden := mustRelease(t, s, 0.5)
	must(t, s.PutRelease(ctx, hidden, "", nil))
	must(t, s.PublishRelease(ctx, hidden.ID, now.Add(time.Hour)))
	must(t, s.WithdrawRelease(ctx, hidden.ID, phrase.VI("nhầm", "a mistake")))
	want = append(want, "wave.closed w sipas 2026")
	if got := heard(t, s, all.ID); !slices.Equal(got, want) {
		t.Errorf("before the minute: %q, want %q", got, want)
	}
	now = now.Add(time.Hour)
	want = append(want, "release.published par-index-province 2026")
	for range 2 {
		if got := heard(t, s, all.ID); !slices.Equal(got, want) {
			t.Errorf("from the minute on: %q, want %q", got, want)
		}
	}
	now = now.Add(time.Hour)
	must(t, s.WithdrawRelease(ctx, r.ID, phrase.VI("sai", "wrong")))
	if got := heard(t, s, all.ID); !slices.Equal(got, append(want, "release.withdrawn par-index-province 2026")) {
		t.Errorf("taken back: %q", got)
	}
	if got := heard(t, s, waves.ID); !slices.Equal(got, want[1:2]) {
		t.Errorf("of waves alone: %q", got)
	}
	late := must1(s.PutWebhook(ctx, webhook.Hook{URL: "https://c.example", Kinds: webhook.Kinds}))(t)
	if got := heard(t, s, late.ID); len(got) != 0 {
		t.Errorf("one that came late hears of the past: %q", got)
	}
	now = now.Add(eventsKept + time.Hour)
	if got := heard(t, s, all.ID); len(got) != 0 {
		t.Errorf("told long ago: %q", got)
	}
	wantHealthy(t, s)
}

// TestADeliveryIsTriedUntilItIsTakenOrGivenUp follows the times between tries.
func TestADeliveryIsTriedUntilItIsTakenOrGivenUp(t *testing.T) {
	t.Parallel()
	now := during()
	s := mustOpen(t, Options{Now: func() time.Time { return now }})
	ctx := t.Context()
	h := must1(s.PutWebhook(ctx, webhook.Hook{URL: "https://a.example", Kinds: webhook.Kinds}))(t)
	take := func() *webhook.Delivery {
		t.Helper()
		list := must1(s.TakeDeliveries(ctx, 9))(t)
		if again := must1(s.TakeDeliveries(ctx, 9))(t); len(again) != 0 {
			t.Error("lent twice")
		}
		if len(list) == 0 {
			return nil
		}
		return &list[0]
	}
	must(t, s.TestWebhook(ctx, h.ID))
	for try := 1; try <= webhook.Tries; try++ {
		d := take()
		if d == nil || d.Tries != try-1 || d.Hook.Secret != h.Secret || d.Event.Kind != webhook.Test {
			t.Fatalf("try %d: %+v", try, d)
		}
		must(t, s.EndTry(ctx, *d, 503))
		wait, more := webhook.Wait(try)
		if more != (try < webhook.Tries) {
			t.Errorf("after %d tries: more %v", try, more)
		}
		if now = now.Add(wait - time.Second); more && take() != nil {
			t.Errorf("try %d came too early", try+1)
		}
		now = now.Add(time.Second)
	}
	now = now.Add(100 * time.Hour)
	if take() != nil {
		t.Error("tried after it was given up")
	}
	for _, code := range []int{204, 410} {
		must(t, s.TestWebhook(ctx, h.ID))
		must(t, s.EndTry(ctx, *take(), code))
		now = now.Add(100 * time.Hour)
		if take() != nil {
			t.Errorf("tried again after %d", code)
		}
	}
	must(t, s.TestWebhook(ctx, h.ID))
	if take() == nil {
		t.Fatal("nothing to take")
	}
	if now = now.Add(hookLease); take() == nil {
		t.Error("a try that never ended is not made again")
	}
	must(t, s.RemoveWebhook(ctx, h.ID))
	for _, err := range []error{s.RemoveWebhook(ctx, h.ID), s.TestWebhook(ctx, h.ID)} {
		if !errors.Is(err, webhook.ErrUnknown) {
			t.Errorf("removed: %v", err)
		}
	}
	wantHealthy(t, s)
}

func TestAWebhookNeedsAnAddressAndEvents(t *testing.T) {
	t.Parallel()
	s := mustOpen(t, Options{Now: during})
	for _, h := range []webhook.Hook{{URL: "https://a.example"}, {URL: "http://a.example", Kinds: webhook.Kinds}, {URL: "ftp://a.example", Kinds: webhook.Kinds},
		{URL: "https://u:p@a.example", Kinds: webhook.Kinds}, {URL: "https://", Kinds: webhook.Kinds}, {URL: "/x", Kinds: webhook.Kinds},
		{URL: "https://a.example/" + strings.Repeat("x", 500), Kinds: webhook.Kinds}, {URL: "https://a.example", Kinds: []webhook.Kind{"test"}}} {
		if _, err := s.PutWebhook(t.Context(), h); !errors.Is(err, webhook.ErrBad) {
			t.Errorf("%.60s %v: %v", h.URL, h.Kinds, err)
		}
	}
	for i := range webhook.Most + 1 {
		_, err := s.PutWebhook(t.Context(), webhook.Hook{URL: "http://a.example", Kinds: webhook.Kinds, Private: true})
		if full := i == webhook.Most; errors.Is(err, webhook.ErrFull) != full || !full && err != nil {
			t.Fatalf("%d: %v", i, err)
		}
	}
}
