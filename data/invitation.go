package data

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"

	"thuocdo/survey"
	"thuocdo/survey/audit"
)

// An invitation is kept as HMAC(keys.Codes, code). When it is used, nothing in its table changes: its holder's answers
// are taken in under HMAC(keys of the wave, that digest) as the once-only key, so that their receipt is the mark, in the
// same transaction. Only who has the key file can tell which receipt that is; and nobody after the wave, when its key is
// destroyed. See docs/decisions/0030-invitations.md.
const (
	inviteDigest = "thuocdo invitation 1"
	inviteOnce   = "thuocdo invitation once 1"
)

func (k *keys) digest(code string) (d [digestSize]byte) {
	copy(d[:], mac(k.Codes, inviteDigest, code))
	return d
}

// once is the once-only key of an invitation.
func (k *keys) once(wave string, digest []byte) (string, error) {
	secret := k.Waves[wave]
	if secret == nil {
		return "", survey.ErrNoInvitation // the wave is over, its key destroyed
	}
	return hex.EncodeToString(mac(secret, inviteOnce, string(digest))), nil
}

// Invitation returns what a code of survey.ReadInvitation lets in.
//
// Errors: survey.ErrBadInvitation, survey.ErrNoInvitation, ErrNoKeys.
func (s *Store) Invitation(ctx context.Context, code string) (t survey.Ticket, err error) {
	if code, err = survey.ReadInvitation(code); err != nil {
		return t, err
	}
	ring, err := s.keys.get()
	if errors.Is(err, ErrNoKeys) {
		return t, s.noKeys(ctx)
	}
	if err != nil {
		return t, err
	}
	digest := ring.digest(code)
	var wave, agency int64
	err = s.read.QueryRowContext(ctx, `SELECT b.wave, b.agency, b.unit, b.mode FROM invitations i JOIN invitation_batches b
		ON b.id = i.batch WHERE i.digest = ?`, digest[:]).Scan(&wave, &agency, &t.Unit, &t.Mode)
	if errors.Is(err, sql.ErrNoRows) {
		return t, survey.ErrNoInvitation
	}
	if err != nil {
		return t, storage(err)
	}
	c := s.definitions()
	t.Agency = c.agencyCode[agency]
	if w := c.byID(wave); w != nil {
		t.Wave = w.Code
	}
	t.Once, err = ring.once(t.Wave, digest[:])
	return t, err
}

// noKeys is survey.ErrNoInvitation where there never were invitations, else ErrNoKeys.
func (s *Store) noKeys(ctx context.Context) error {
	fresh, err := noInvitations(ctx, s.read)
	if err == nil && fresh {
		return survey.ErrNoInvitation
	}
	return cmp.Or(storage(err), ErrNoKeys)
}

func noInvitations(ctx context.Context, q querier) (none bool, err error) {
	err = q.QueryRowContext(ctx, `SELECT NOT EXISTS (SELECT 1 FROM invitations)`).Scan(&none)
	return none, err
}

func (c *catalogue) byID(id int64) *wave {
	i := slices.IndexFunc(c.waves, func(w *wave) bool { return w.ID == id })
	if i < 0 {
		return nil
	}
	return c.waves[i]
}

// Invite makes the invitations of an order. Their codes are returned in the order of the batches and are nowhere else.
//
// Errors: survey.ErrUnknownWave, survey.ErrClosed, survey.ErrNotInviting, survey.ErrInvitationsFull, phrase.Mistakes by row.
func (s *Store) Invite(ctx context.Context, code string, order []survey.Batch) (list []survey.Issued, err error) {
	err = s.change(ctx, func(q querier) error {
		list, err = s.invite(ctx, q, code, order)
		return err
	})
	if err != nil {
		return nil, err
	}
	return list, nil
}

// CheckInvite returns the error that Invite would, and makes nothing.
func (s *Store) CheckInvite(ctx context.Context, code string, order []survey.Batch) error {
	_, err := s.order(ctx, s.read, code, order)
	return err
}

// order checks an order against the wave and what it has.
func (s *Store) order(ctx context.Context, q querier, code string, order []survey.Batch) (*wave, error) {
	w := s.definitions().wave[code]
	switch {
	case w == nil:
		return nil, fmt.Errorf("wave %q: %w", code, survey.ErrUnknownWave)
	case w.ClosedAt(s.now()):
		return nil, survey.ErrClosed
	}
	had := map[[2]string]int{}
	err := each(ctx, q, `SELECT agency, unit, sum(n) FROM invitation_batches WHERE wave = ? GROUP BY agency, unit`, func(r *sql.Rows) error {
		var agency int64
		var unit string
		var n int
		err := r.Scan(&agency, &unit, &n)
		had[[2]string{s.definitions().agencyCode[agency], unit}] = n
		return err
	}, w.ID)
	if err != nil {
		return nil, err
	}
	return w, w.CheckBatches(order, had)
}

func (s *Store) invite(ctx context.Context, q querier, code string, order []survey.Batch) ([]survey.Issued, error) {
	w, err := s.order(ctx, q, code, order)
	if err != nil {
		return nil, err
	}
	fresh, err := noInvitations(ctx, q)
	if err != nil {
		return nil, err
	}
	ring, err := s.keys.ensure(code, fresh)
	if err != nil {
		return nil, err
	}
	var list []survey.Issued
	for _, b := range order {
		b.Mode = cmp.Or(b.Mode, survey.Web)
		one, digests := b, make([][digestSize]byte, b.N)
		one.N = 1
		for i := range digests {
			code := survey.NewInvitation(rand.Reader)
			digests[i] = ring.digest(code)
			list = append(list, survey.Issued{Batch: one, Code: code})
		}
		if err := s.putBatch(ctx, q, w, b, digests); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// putBatch stores a batch, its invitations by digest, so that their order says nothing of the order of the codes.
func (s *Store) putBatch(ctx context.Context, q querier, w *wave, b survey.Batch, digests [][digestSize]byte) error {
	var id int64
	err := q.QueryRowContext(ctx, `INSERT INTO invitation_batches (wave, agency, unit, mode, n, made) VALUES (?, ?, ?, ?, ?, ?) RETURNING id`,
		w.ID, w.agencyID[b.Agency], b.Unit, b.Mode, b.N, survey.DayOf(s.now().In(survey.Vietnam))).Scan(&id)
	if err != nil {
		return err
	}
	slices.SortFunc(digests, func(a, b [digestSize]byte) int { return bytes.Compare(a[:], b[:]) })
	for _, x := range digests {
		if _, err := q.ExecContext(ctx, `INSERT INTO invitations (digest, batch) VALUES (?, ?)`, x[:], id); err != nil {
			return err
		}
	}
	return nil
}

// SetAccess says who may answer a wave on the web, and changes nothing else of it. survey.ErrUnknownWave.
func (s *Store) SetAccess(ctx context.Context, code string, a survey.Access) error {
	return s.define(ctx, func(q querier, c *catalogue) error {
		w := c.wave[code]
		if w == nil || !a.Valid() {
			return fmt.Errorf("wave %q: %w", code, survey.ErrUnknownWave)
		}
		_, err := q.ExecContext(ctx, `UPDATE waves SET access = ? WHERE id = ?`, cmp.Or(a, survey.Open), w.ID)
		if err != nil {
			return err
		}
		return s.record(ctx, q, audit.Wave, "", `w.code = ?`, code)
	})
}
