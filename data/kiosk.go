package data

import (
	"context"
	"database/sql"
	"errors"

	"thuocdo/survey"
)

// PutKiosk stores a kiosk that waits for its set-up code, and removes those that have expired.
// Errors: survey.ErrUnknownWave, ErrUnknownAgency.
func (s *Store) PutKiosk(ctx context.Context, k survey.Terminal, setup [16]byte) error {
	return s.change(ctx, func(q querier) error {
		place, err := s.askedPlace(k.Wave, k.Agency)
		if err != nil {
			return err
		}
		if _, err := q.ExecContext(ctx, `DELETE FROM kiosks WHERE expires < ?`, survey.DayOf(s.now().In(survey.Vietnam))); err != nil {
			return err
		}
		_, err = q.ExecContext(ctx, `INSERT INTO kiosks (setup, wave, agency, counter, pin, expires) VALUES (?, ?, ?, ?, ?, ?)`,
			setup[:], place.wave, place.agency, k.Counter, k.PIN, k.Expires)
		return err
	})
}

// askedPlace returns the ids of a wave and of an agency that it asks about.
func (s *Store) askedPlace(wave, agency string) (placeKey, error) {
	c := s.definitions()
	w, ok := c.wave[wave]
	if !ok {
		return placeKey{}, survey.ErrUnknownWave
	}
	open, err := w.open()
	if err != nil {
		return placeKey{}, err
	}
	if !open.Has(agency) {
		return placeKey{}, survey.ErrUnknownAgency
	}
	return placeKey{w.ID, c.agencyID[agency]}, nil
}

const selectKiosk = `SELECT w.code, a.code, k.counter, k.pin, k.expires FROM kiosks k JOIN waves w ON w.id = k.wave
	JOIN agencies a ON a.id = k.agency WHERE `

// ActivateKiosk spends a set-up code and gives its kiosk the token of a device. survey.ErrNoKiosk where the code is spent,
// unknown or expired.
func (s *Store) ActivateKiosk(ctx context.Context, setup, token [16]byte) (k survey.Terminal, err error) {
	err = s.change(ctx, func(q querier) error {
		r, err := q.ExecContext(ctx, `UPDATE kiosks SET token = ?, setup = NULL WHERE setup = ? AND expires >= ?`,
			token[:], setup[:], survey.DayOf(s.now().In(survey.Vietnam)))
		if err != nil {
			return err
		}
		if n, err := r.RowsAffected(); err != nil || n == 0 {
			return errors.Join(survey.ErrNoKiosk, err)
		}
		k, err = kiosk(ctx, q, token)
		return err
	})
	return k, err
}

// Kiosk returns the kiosk with this token, or survey.ErrNoKiosk.
func (s *Store) Kiosk(ctx context.Context, token [16]byte) (survey.Terminal, error) {
	return kiosk(ctx, s.read, token)
}

func kiosk(ctx context.Context, q querier, token [16]byte) (k survey.Terminal, err error) {
	err = q.QueryRowContext(ctx, selectKiosk+`k.token = ?`, token[:]).Scan(&k.Wave, &k.Agency, &k.Counter, &k.PIN, &k.Expires)
	if errors.Is(err, sql.ErrNoRows) {
		return k, survey.ErrNoKiosk
	}
	return k, storage(err)
}

// DropKiosk removes the kiosk with this token; one that is not there is no error.
func (s *Store) DropKiosk(ctx context.Context, token [16]byte) error {
	return s.change(ctx, func(q querier) error {
		_, err := q.ExecContext(ctx, `DELETE FROM kiosks WHERE token = ?`, token[:])
		return err
	})
}
