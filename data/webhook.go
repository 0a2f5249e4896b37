package data

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"thuocdo/survey"
	"thuocdo/survey/audit"
	"thuocdo/survey/webhook"
)

// How long events are looked for after they happened, and kept once they are told: the second is longer, so that none is found twice.
const (
	eventsFound = 7 * 24 * time.Hour
	eventsKept  = 30 * 24 * time.Hour
)

// hookLease is for how long a delivery that is being tried is not tried again: longer than a receiver is waited for.
const hookLease = 2 * time.Minute

// PutWebhook stores a new webhook with an id and a secret of its own. It is told of what happens from now on. Errors: webhook.ErrBad, ErrFull.
func (s *Store) PutWebhook(ctx context.Context, h webhook.Hook) (_ webhook.Hook, err error) {
	if err := h.Check(); err != nil {
		return h, err
	}
	if h.ID, err = webhook.NewID(rand.Reader, "wh_"); err != nil {
		return h, err
	}
	if h.Secret, err = webhook.NewSecret(rand.Reader); err != nil {
		return h, err
	}
	h.Made = s.now()
	return h, s.change(ctx, func(q querier) error {
		var n int
		if err := q.QueryRowContext(ctx, `SELECT count(*) FROM webhooks`).Scan(&n); err != nil {
			return err
		}
		if n >= webhook.Most {
			return webhook.ErrFull
		}
		_, err := q.ExecContext(ctx, `INSERT INTO webhooks (id, url, kinds, secret, made, private) VALUES (?, ?, ?, ?, ?, ?)`,
			h.ID, h.URL, webhook.Words(h.Kinds), h.Secret, h.Made.UnixMicro(), h.Private)
		if err != nil {
			return err
		}
		return s.record(ctx, q, audit.Webhook, audit.Added, `id = ?`, h.ID)
	})
}

const selectWebhook = `SELECT h.id, h.url, h.kinds, h.secret, h.made, h.private FROM webhooks h `

func scanWebhook(h *webhook.Hook, scan func(...any) error, more ...any) error {
	var kinds string
	var made int64
	err := scan(append([]any{&h.ID, &h.URL, &kinds, &h.Secret, &made, &h.Private}, more...)...)
	h.Kinds, h.Made = webhook.ParseKinds(kinds), time.UnixMicro(made)
	return err
}

// Webhooks returns all of them, oldest first.
func (s *Store) Webhooks(ctx context.Context) ([]webhook.Hook, error) {
	list, err := webhooks(ctx, s.read, ``)
	return list, storage(err)
}

func webhooks(ctx context.Context, q querier, where string, args ...any) (list []webhook.Hook, err error) {
	return list, each(ctx, q, selectWebhook+where+` ORDER BY h.made, h.id`, func(r *sql.Rows) error {
		var h webhook.Hook
		err := scanWebhook(&h, r.Scan)
		list = append(list, h)
		return err
	}, args...)
}

// RemoveWebhook ends a webhook; what is on its way to it is given up. Errors: webhook.ErrUnknown.
func (s *Store) RemoveWebhook(ctx context.Context, id string) error {
	return s.change(ctx, func(q querier) error {
		if _, err := oneWebhook(ctx, q, id); err != nil {
			return err
		}
		for _, query := range []string{`DELETE FROM webhook_deliveries WHERE hook = ?`, `DELETE FROM webhooks WHERE id = ?`} {
			if _, err := q.ExecContext(ctx, query, id); err != nil {
				return err
			}
		}
		return s.recordGone(ctx, q, audit.Webhook, id)
	})
}

func oneWebhook(ctx context.Context, q querier, id string) (h webhook.Hook, err error) {
	err = scanWebhook(&h, q.QueryRowContext(ctx, selectWebhook+`WHERE h.id = ?`, id).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		err = fmt.Errorf("webhook %q: %w", id, webhook.ErrUnknown)
	}
	return h, err
}

// TestWebhook puts a test event on its way to a webhook. Errors: webhook.ErrUnknown.
func (s *Store) TestWebhook(ctx context.Context, id string) error {
	return s.change(ctx, func(q querier) error {
		h, err := oneWebhook(ctx, q, id)
		if err != nil {
			return err
		}
		h.Kinds, h.Made = []webhook.Kind{webhook.Test}, time.Time{}
		now := s.now()
		return s.tell(ctx, q, []webhook.Hook{h}, webhook.Test, fmt.Sprintf("%s %d", id, now.UnixMicro()), now, map[string]string{"webhook": id})
	})
}

// tell puts an event on its way to the webhooks that want it, unless it is told already.
func (s *Store) tell(ctx context.Context, q querier, list []webhook.Hook, kind webhook.Kind, subject string, at time.Time, about map[string]string) error {
	id, err := webhook.NewID(rand.Reader, "msg_")
	if err != nil {
		return err
	}
	body, err := json.Marshal(struct {
		Type webhook.Kind      `json:"type"`
		At   string            `json:"timestamp"`
		Data map[string]string `json:"data"`
	}{kind, at.In(survey.Vietnam).Format(time.RFC3339), about})
	if err != nil {
		return err
	}
	done, err := q.ExecContext(ctx, `INSERT INTO webhook_events (id, kind, subject, at, body) VALUES (?, ?, ?, ?, ?) ON CONFLICT (kind, subject) DO NOTHING`,
		id, kind, subject, at.UnixMicro(), body)
	if err != nil {
		return err
	}
	if n, err := done.RowsAffected(); err != nil || n == 0 {
		return err
	}
	for _, h := range list {
		if h.Wants(kind, at) {
			_, err := q.ExecContext(ctx, `INSERT INTO webhook_deliveries (hook, event, tries, next, code, done) VALUES (?, ?, 0, ?, 0, 0)`, h.ID, id, s.now().UnixMicro())
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// tellStage tells of a sheet that has gone on, or back, in the transaction of that.
func (s *Store) tellStage(ctx context.Context, q querier, season, agency int64) error {
	list, err := webhooks(ctx, q, ``)
	if err != nil || len(list) == 0 {
		return err
	}
	var code, unit, stage string
	err = q.QueryRowContext(ctx, `SELECT x.code, a.code, s.stage FROM sheets s JOIN seasons x ON x.id = s.season JOIN agencies a ON a.id = s.agency
		WHERE s.season = ? AND s.agency = ?`, season, agency).Scan(&code, &unit, &stage)
	if err != nil {
		return err
	}
	now := s.now()
	return s.tell(ctx, q, list, webhook.SheetStage, fmt.Sprintf("%s %s %s %d", code, unit, stage, now.UnixMicro()), now,
		map[string]string{"season": code, "agency": unit, "stage": stage})
}

// happening is something that happened by the clock, or in a transaction that told nobody.
type happening struct {
	kind    webhook.Kind
	subject string
	at      time.Time
	about   map[string]string
}

// FindEvents puts what has happened of late on its way: releases whose minute has come, releases taken back, waves that have closed. It
// forgets events that were told long ago. What it found once it does not find again; while nothing happens it writes nothing.
func (s *Store) FindEvents(ctx context.Context) error {
	list, err := s.Webhooks(ctx)
	if err != nil {
		return err
	}
	found, err := s.newEvents(ctx, list)
	if err != nil {
		return storage(err)
	}
	var old bool
	err = s.read.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM webhook_events WHERE at < ?)`, s.now().Add(-eventsKept).UnixMicro()).Scan(&old)
	if err != nil || len(found) == 0 && !old {
		return storage(err)
	}
	return s.change(ctx, func(q querier) error {
		for _, x := range found {
			if err := s.tell(ctx, q, list, x.kind, x.subject, x.at, x.about); err != nil {
				return err
			}
		}
		return s.forgetEvents(ctx, q)
	})
}

// newEvents is what has happened of late, since the first of the webhooks was made, and is not told yet.
func (s *Store) newEvents(ctx context.Context, list []webhook.Hook) ([]happening, error) {
	if len(list) == 0 {
		return nil, nil
	}
	since := s.now().Add(-eventsFound)
	if made := list[0].Made.Truncate(time.Minute); made.After(since) {
		since = made
	}
	found, err := s.happened(ctx, since)
	if err != nil {
		return nil, err
	}
	return s.untold(ctx, found)
}

// happened lists what has happened since a moment.
func (s *Store) happened(ctx context.Context, since time.Time) (list []happening, err error) {
	now := s.now()
	for _, w := range s.definitions().wave {
		if at := w.Closes; !at.Before(since) && w.ClosedAt(now) {
			list = append(list, happening{webhook.WaveClosed, fmt.Sprintf("%s %d", w.Code, at.Unix()), at, map[string]string{"wave": w.Code, "framework": w.Framework, "period": string(w.Period)}})
		}
	}
	return list, each(ctx, s.read, `SELECT id, framework, period, out, ended, coalesce(corrects, '') FROM releases WHERE out IS NOT NULL AND out <= ?1
		AND (out >= ?2 OR ended >= ?3)`, func(r *sql.Rows) error {
		var id, framework, period, corrects string
		var out int64
		var ended sql.NullInt64
		if err := r.Scan(&id, &framework, &period, &out, &ended, &corrects); err != nil {
			return err
		}
		minute := time.Unix(out*60, 0)
		about := map[string]string{"release": id, "framework": framework, "period": period, "page": "/cong-bo/" + id}
		if corrects != "" {
			about["corrects"] = corrects
		}
		if ended.Valid && time.UnixMicro(ended.Int64).Before(minute) {
			return nil // taken back before anybody knew of it
		}
		if !minute.Before(since) {
			list = append(list, happening{webhook.ReleasePublished, id, minute, about})
		}
		if ended.Valid {
			list = append(list, happening{webhook.ReleaseWithdrawn, id, time.UnixMicro(ended.Int64), about})
		}
		return nil
	}, now.Unix()/60, since.Unix()/60, since.UnixMicro())
}

// untold leaves out what is told already.
func (s *Store) untold(ctx context.Context, all []happening) (list []happening, err error) {
	for _, x := range all {
		var told bool
		err := s.read.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM webhook_events WHERE kind = ? AND subject = ?)`, x.kind, x.subject).Scan(&told)
		if err != nil {
			return nil, err
		}
		if !told {
			list = append(list, x)
		}
	}
	return list, nil
}

func (s *Store) forgetEvents(ctx context.Context, q querier) error {
	old := s.now().Add(-eventsKept).UnixMicro()
	for _, query := range []string{`DELETE FROM webhook_deliveries WHERE event IN (SELECT id FROM webhook_events WHERE at < ?)`, `DELETE FROM webhook_events WHERE at < ?`} {
		if _, err := q.ExecContext(ctx, query, old); err != nil {
			return err
		}
	}
	return nil
}

const selectDelivery = `SELECT h.id, h.url, h.kinds, h.secret, h.made, h.private, e.id, e.kind, e.subject, e.at, e.body, d.tries, d.next, d.last, d.code, d.done
	FROM webhook_deliveries d JOIN webhooks h ON h.id = d.hook JOIN webhook_events e ON e.id = d.event `

func scanDelivery(r *sql.Rows) (d webhook.Delivery, err error) {
	var at int64
	var next, last sql.NullInt64
	err = scanWebhook(&d.Hook, r.Scan, &d.Event.ID, &d.Event.Kind, &d.Event.Subject, &at, &d.Event.Body, &d.Tries, &next, &last, &d.Code, &d.Done)
	d.Event.At = time.UnixMicro(at)
	if next.Valid {
		d.Next = time.UnixMicro(next.Int64)
	}
	if last.Valid {
		d.Last = time.UnixMicro(last.Int64)
	}
	return d, err
}

func deliveries(ctx context.Context, q querier, where string, args ...any) (list []webhook.Delivery, err error) {
	return list, each(ctx, q, selectDelivery+where, func(r *sql.Rows) error {
		d, err := scanDelivery(r)
		list = append(list, d)
		return err
	}, args...)
}

// Deliveries returns the newest of a webhook, at most so many.
func (s *Store) Deliveries(ctx context.Context, hook string, most int) ([]webhook.Delivery, error) {
	list, err := deliveries(ctx, s.read, `WHERE d.hook = ? ORDER BY e.at DESC, e.id LIMIT ?`, hook, most)
	return list, storage(err)
}

// TakeDeliveries returns deliveries whose time has come, at most so many, and lends them: nobody else gets them for two minutes.
func (s *Store) TakeDeliveries(ctx context.Context, most int) (list []webhook.Delivery, err error) {
	now := s.now()
	due := `WHERE d.next <= ? ORDER BY d.next, d.hook, d.event LIMIT ?`
	if list, err = deliveries(ctx, s.read, due, now.UnixMicro(), most); err != nil || len(list) == 0 {
		return nil, storage(err)
	}
	return list, s.change(ctx, func(q querier) error {
		if list, err = deliveries(ctx, q, due, now.UnixMicro(), most); err != nil {
			return err
		}
		for i := range list {
			if err := setDelivery(ctx, q, &list[i], `next = ?`, now.Add(hookLease).UnixMicro()); err != nil {
				return err
			}
		}
		return nil
	})
}

func setDelivery(ctx context.Context, q querier, d *webhook.Delivery, set string, args ...any) error {
	_, err := q.ExecContext(ctx, `UPDATE webhook_deliveries SET `+set+` WHERE hook = ? AND event = ?`, append(args, d.Hook.ID, d.Event.ID)...)
	return err
}

// EndTry notes how a try went: code is the HTTP status of the answer, 0 where there was none. Any 2xx ends the delivery, 410 too: the
// receiver wants no more of it.
func (s *Store) EndTry(ctx context.Context, d webhook.Delivery, code int) error {
	done, now := code >= 200 && code < 300, s.now()
	var next any
	if wait, more := webhook.Wait(d.Tries + 1); more && !done && code != 410 {
		next = now.Add(wait).UnixMicro()
	}
	return s.change(ctx, func(q querier) error {
		return setDelivery(ctx, q, &d, `tries = ?, last = ?, code = ?, done = ?, next = ?`, d.Tries+1, now.UnixMicro(), code, done, next)
	})
}
