package web

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	standard "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"thuocdo/survey/webhook"
)

// Webhooks keeps which programs are told of events, and what is on its way to them.
type Webhooks interface {
	PutWebhook(ctx context.Context, h webhook.Hook) (webhook.Hook, error) // webhook.ErrBad, ErrFull
	Webhooks(ctx context.Context) ([]webhook.Hook, error)                 // oldest first
	RemoveWebhook(ctx context.Context, id string) error                   // webhook.ErrUnknown
	TestWebhook(ctx context.Context, id string) error                     // webhook.ErrUnknown
	FindEvents(ctx context.Context) error
	TakeDeliveries(ctx context.Context, most int) ([]webhook.Delivery, error)
	EndTry(ctx context.Context, d webhook.Delivery, code int) error
	Deliveries(ctx context.Context, hook string, most int) ([]webhook.Delivery, error) // newest first
}

// How often the service looks for events and for deliveries that are due, and how many it makes at once.
const (
	hooksEvery  = 10 * time.Second
	hooksAtOnce = 16
)

// tellHooks tells programs of events until ctx is done.
func (s *Server) tellHooks(ctx context.Context) {
	tick := time.NewTicker(hooksEvery)
	defer tick.Stop()
	for {
		if err := s.tellHooksOnce(ctx); err != nil && ctx.Err() == nil {
			s.cfg.Log.Error("webhooks were not told of events", "error", err)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// tellHooksOnce finds events and tries every delivery that is due once. A receiver that is slow holds up no other.
func (s *Server) tellHooksOnce(ctx context.Context) error {
	if err := s.store.FindEvents(ctx); err != nil {
		return err
	}
	list, err := s.store.TakeDeliveries(ctx, hooksAtOnce)
	if err != nil {
		return err
	}
	var all sync.WaitGroup
	failed := make([]error, len(list))
	for i, d := range list {
		all.Go(func() {
			code := s.deliverHook(ctx, d)
			if code == 0 && ctx.Err() != nil {
				return // the service stops: the try did not count
			}
			failed[i] = s.store.EndTry(ctx, d, code)
		})
	}
	all.Wait()
	for _, err := range failed {
		if err != nil {
			return err
		}
	}
	return nil
}

// deliverHook sends an event and returns the status of the answer, 0 where there was none. The log names the host alone.
func (s *Server) deliverHook(ctx context.Context, d webhook.Delivery) int {
	code, err := s.sendHook(ctx, d)
	if err != nil {
		s.cfg.Log.Warn("a webhook did not answer", "webhook", d.Hook.ID, "host", d.Hook.Host(), "event", d.Event.ID, "try", d.Tries+1)
	}
	return code
}

func (s *Server) sendHook(ctx context.Context, d webhook.Delivery) (code int, err error) {
	signer, err := standard.NewWebhook(d.Hook.Secret)
	if err != nil {
		return 0, fmt.Errorf("webhook %s: %w", d.Hook.ID, err)
	}
	now := s.cfg.Now()
	signature, err := signer.Sign(d.Event.ID, now, d.Event.Body)
	if err != nil {
		return 0, fmt.Errorf("webhook %s: %w", d.Hook.ID, err)
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, d.Hook.URL, bytes.NewReader(d.Event.Body))
	if err != nil {
		return 0, err
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", "thuocdo")
	r.Header.Set(standard.HeaderWebhookID, d.Event.ID)
	r.Header.Set(standard.HeaderWebhookTimestamp, fmt.Sprint(now.Unix()))
	r.Header.Set(standard.HeaderWebhookSignature, signature)
	a, err := s.hookClients[d.Hook.Private].Do(r)
	if err != nil {
		return 0, err
	}
	defer a.Body.Close()
	_, _ = io.Copy(io.Discard, a.Body) // what it says is nothing to us; the connection can be used again
	return a.StatusCode, nil
}
