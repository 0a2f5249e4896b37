package data

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"

	"thuocdo/survey"
)

// invitationsGrace is how many days after a wave its invitations stay, so that a late retry still gets its receipt.
const invitationsGrace = 7

// group is what invitations are counted by.
type group struct {
	agency int64
	unit   string
	mode   survey.Mode
}

// Invitations returns how the invitations of a wave stand, by agency, unit and mode. survey.ErrUnknownWave, ErrNoKeys.
func (s *Store) Invitations(ctx context.Context, code string) ([]survey.InvitedCount, error) {
	w := s.definitions().wave[code]
	if w == nil {
		return nil, fmt.Errorf("wave %q: %w", code, survey.ErrUnknownWave)
	}
	tx, err := s.read.BeginTx(ctx, nil)
	if err != nil {
		return nil, storage(err)
	}
	defer func() { _ = tx.Rollback() }() // it has only read
	spent, err := s.spent(ctx, tx, w)
	if err != nil {
		return nil, err
	}
	sums := map[group]*survey.InvitedCount{}
	err = each(ctx, tx, `SELECT id, agency, unit, mode, n, coalesce(spent, 0) FROM invitation_batches WHERE wave = ?`, func(r *sql.Rows) error {
		var id int64
		var g group
		var n, kept int
		if err := r.Scan(&id, &g.agency, &g.unit, &g.mode, &n, &kept); err != nil {
			return err
		}
		x := sums[g]
		if x == nil {
			x = &survey.InvitedCount{Agency: s.definitions().agencyCode[g.agency], Unit: g.unit, Mode: g.mode}
			sums[g] = x
		}
		x.Issued, x.Spent = x.Issued+n, x.Spent+kept+len(spent[id])
		return nil
	}, w.ID)
	if err != nil {
		return nil, storage(err)
	}
	return s.listed(w, sums), nil
}

// listed sorts the counts; those of an open wave move in steps.
func (s *Store) listed(w *wave, sums map[group]*survey.InvitedCount) (list []survey.InvitedCount) {
	for _, x := range sums {
		if !w.ClosedAt(s.now()) {
			x.Spent -= x.Spent % step
		}
		list = append(list, *x)
	}
	slices.SortFunc(list, func(a, b survey.InvitedCount) int {
		return cmp.Or(cmp.Compare(a.Agency, b.Agency), cmp.Compare(a.Unit, b.Unit), cmp.Compare(a.Mode, b.Mode))
	})
	return list
}

// spent finds the used invitations of a wave by batch: it makes the receipt of each and looks which ones are there.
func (s *Store) spent(ctx context.Context, q querier, w *wave) (map[int64][][digestSize]byte, error) {
	found := map[int64][][digestSize]byte{}
	owner, err := s.pseudonyms(ctx, q, w)
	if err != nil || len(owner) == 0 {
		return found, err
	}
	err = each(ctx, q, `SELECT crc, body FROM receipts`, func(r *sql.Rows) error {
		var crc int64
		var body sql.RawBytes
		if err := r.Scan(&crc, &body); err != nil {
			return err
		}
		list := receipts(body)
		if err := list.check(crc); err != nil {
			return err
		}
		for i := range list.len() {
			if x := list.at(i); x.wave() == w.ID {
				if o, ok := owner[[digestSize]byte(x.digest())]; ok {
					found[o.batch] = append(found[o.batch], o.digest)
				}
			}
		}
		return nil
	})
	return found, err
}

// owned is one invitation, by the receipt that its use would leave.
type owned struct {
	batch  int64
	digest [digestSize]byte
}

func (s *Store) pseudonyms(ctx context.Context, q querier, w *wave) (map[[digestSize]byte]owned, error) {
	owner := map[[digestSize]byte]owned{}
	ring, err := s.keys.get()
	if errors.Is(err, ErrNoKeys) {
		if err = s.noKeys(ctx); errors.Is(err, survey.ErrNoInvitation) {
			return owner, nil
		}
	}
	if err != nil {
		return nil, err
	}
	return owner, each(ctx, q, `SELECT i.digest, i.batch FROM invitation_batches b JOIN invitations i ON i.batch = b.id WHERE b.wave = ?`, func(r *sql.Rows) error {
		var digest sql.RawBytes
		var o owned
		if err := r.Scan(&digest, &o.batch); err != nil {
			return err
		}
		copy(o.digest[:], digest)
		once, err := ring.once(w.Code, o.digest[:])
		if err != nil {
			return fmt.Errorf("wave %s: %w", w.Code, ErrNoKeys)
		}
		receipt, err := survey.ReceiptDigest(survey.ReceiptCode(w.Code, once))
		owner[receipt] = o
		return err
	}, w.ID)
}

// PurgeInvitations removes the invitations of the waves that closed a week before today or earlier: it keeps how many
// were used of each batch, deletes the rest with secure_delete, and then destroys the wave's key. From then on nobody,
// whatever he holds, can tell which invitations were used. It says how many waves it did.
func (s *Store) PurgeInvitations(ctx context.Context, today survey.Day) (n int, err error) {
	for _, w := range s.definitions().waves {
		if survey.DayOf(w.Closes.In(survey.Vietnam))+invitationsGrace >= today {
			continue
		}
		did, err := s.purgeWave(ctx, w)
		if err != nil {
			return n, fmt.Errorf("wave %s: %w", w.Code, err)
		}
		if did {
			n++
		}
	}
	return n, nil
}

func (s *Store) purgeWave(ctx context.Context, w *wave) (did bool, err error) {
	if err := s.read.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM invitation_batches WHERE wave = ? AND spent IS NULL)`, w.ID).Scan(&did); err != nil {
		return false, storage(err)
	}
	if did {
		if err := s.change(ctx, func(q querier) error { return s.purge(ctx, q, w) }); err != nil {
			return false, err
		}
	}
	return did, s.keys.drop(w.Code)
}

func (s *Store) purge(ctx context.Context, q querier, w *wave) error {
	spent, err := s.spent(ctx, q, w)
	if err != nil && !errors.Is(err, ErrNoKeys) { // without keys nobody can count them any more
		return err
	}
	if _, err := q.ExecContext(ctx, `DELETE FROM invitations WHERE batch IN (SELECT id FROM invitation_batches WHERE wave = ?)`, w.ID); err != nil {
		return err
	}
	for _, id := range slices.Sorted(maps.Keys(spent)) {
		if _, err := q.ExecContext(ctx, `UPDATE invitation_batches SET spent = ? WHERE id = ?`, len(spent[id]), id); err != nil {
			return err
		}
	}
	_, err = q.ExecContext(ctx, `UPDATE invitation_batches SET spent = 0 WHERE wave = ? AND spent IS NULL`, w.ID)
	return err
}
