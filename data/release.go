package data

import (
	"bytes"
	"compress/gzip"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"thuocdo/scoring/phrase"
	sealed "thuocdo/scoring/release"
	"thuocdo/survey/audit"
)

// PutRelease stores a sealed release as a draft, or one that corrects another of the same index, with the words of the erratum.
// The file must have been verified. Errors: release.ErrKnown, ErrUnknown for the one to correct, ErrState where that is not
// public, of another index, or corrected already.
func (s *Store) PutRelease(ctx context.Context, x *sealed.Release, corrects string, note phrase.Text) error {
	about, err := json.Marshal(x.About)
	if err != nil {
		return fmt.Errorf("release: %w", err)
	}
	words, err := json.Marshal(note)
	if err != nil {
		return fmt.Errorf("release: %w", err)
	}
	file, err := deflate(x.File)
	if err != nil {
		return fmt.Errorf("release: %w", err)
	}
	return s.change(ctx, func(q querier) error {
		if _, err := oneRelease(ctx, q, x.ID); err == nil {
			return fmt.Errorf("%s: %w", x.ID, sealed.ErrKnown)
		} else if !errors.Is(err, sealed.ErrUnknown) {
			return err
		}
		if corrects != "" {
			old, err := oneRelease(ctx, q, corrects)
			if err != nil {
				return err
			}
			if now := s.now(); !old.Public(now) || old.About.Framework != x.About.Framework || old.About.Period != x.About.Period || old.CorrectedBy != "" {
				return fmt.Errorf("correct %s: %w", corrects, sealed.ErrState)
			}
		}
		_, err := q.ExecContext(ctx, `INSERT INTO releases (id, framework, period, about, stored, corrects, note, reason, crc, file) VALUES (?, ?, ?, ?, ?, ?, ?, 'null', ?, ?)`,
			x.ID, x.About.Framework, x.About.Period, string(about), s.now().UnixMicro(), orNull(corrects), string(words), checksum(file), file)
		if err != nil {
			return err
		}
		return s.record(ctx, q, audit.Release, "", `r.id = ?`, x.ID)
	})
}

func deflate(b []byte) ([]byte, error) {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	_, err := w.Write(b)
	err = errors.Join(err, w.Close())
	return out.Bytes(), err
}

// InviteToRelease says who may read a release before it is public, in the place of those who might before. Errors: sealed.ErrUnknown,
// ErrState for one that is public or withdrawn, ErrGuest.
func (s *Store) InviteToRelease(ctx context.Context, id string, guests []string) error {
	return s.changeRelease(ctx, id, func(q querier, r *sealed.Record) error {
		if r.Public(s.now()) || !r.Ended.IsZero() {
			return sealed.ErrState
		}
		if _, err := q.ExecContext(ctx, `DELETE FROM release_guests WHERE release = ?`, id); err != nil {
			return err
		}
		for _, g := range guests {
			query := `INSERT INTO release_guests (release, guest) SELECT ?1, login FROM accounts WHERE login = ?2`
			if agency, ok := strings.CutPrefix(g, "@"); ok {
				g, query = agency, `INSERT INTO release_guests (release, guest) SELECT ?1, '@' || code FROM agencies WHERE code = ?2`
			}
			done, err := q.ExecContext(ctx, query, id, g)
			if err != nil {
				return err
			}
			if n, err := done.RowsAffected(); err != nil || n == 0 {
				return errors.Join(fmt.Errorf("%q: %w", g, sealed.ErrGuest), err)
			}
		}
		return nil
	})
}

// PublishRelease makes a release public from a minute on, the zero time being now; a minute that has not come can be moved. Errors:
// sealed.ErrUnknown; ErrState for one that is public or withdrawn, or for a minute that is over; for one that corrects another also
// where that has been corrected meanwhile.
func (s *Store) PublishRelease(ctx context.Context, id string, minute time.Time) error {
	return s.changeRelease(ctx, id, func(q querier, r *sealed.Record) error {
		now := s.now()
		if minute.IsZero() {
			minute = now
		}
		minute := sealed.Minute(minute)
		if r.Public(now) || !r.Ended.IsZero() || minute.Before(sealed.Minute(now)) {
			return sealed.ErrState
		}
		var others int
		err := q.QueryRowContext(ctx, `SELECT count(*) FROM releases WHERE corrects = ? AND id <> ? AND out IS NOT NULL AND ended IS NULL`, orNull(r.Corrects), id).Scan(&others)
		if err != nil || others > 0 {
			return errors.Join(sealed.ErrState, err)
		}
		_, err = q.ExecContext(ctx, `UPDATE releases SET out = ? WHERE id = ?`, minute.Unix()/60, id)
		return err
	})
}

// WithdrawRelease takes a release back. Before its minute nobody learns of it; afterwards its page says why, without its figures.
// Errors: sealed.ErrUnknown, ErrState for one that is withdrawn already.
func (s *Store) WithdrawRelease(ctx context.Context, id string, reason phrase.Text) error {
	words, err := json.Marshal(reason)
	if err != nil {
		return fmt.Errorf("release: %w", err)
	}
	return s.changeRelease(ctx, id, func(q querier, r *sealed.Record) error {
		if !r.Ended.IsZero() {
			return sealed.ErrState
		}
		_, err := q.ExecContext(ctx, `UPDATE releases SET ended = ?, reason = ? WHERE id = ?`, s.now().UnixMicro(), string(words), id)
		return err
	})
}

func (s *Store) changeRelease(ctx context.Context, id string, do func(q querier, r *sealed.Record) error) error {
	return s.change(ctx, func(q querier) error {
		r, err := oneRelease(ctx, q, id)
		if err == nil {
			err = do(q, r)
		}
		if err == nil {
			err = s.holdFor(ctx, q, id)
		}
		if err != nil {
			return fmt.Errorf("release %s: %w", id, err)
		}
		return s.record(ctx, q, audit.Release, "", `r.id = ?`, id)
	})
}

// LogView keeps that an account looked at a release before it was public.
func (s *Store) LogView(ctx context.Context, id string, account int64, what string) error {
	return s.change(ctx, func(q querier) error {
		_, err := q.ExecContext(ctx, `INSERT INTO release_views (release, at, account, what) VALUES (?, ?, ?, ?)`, id, s.now().UnixMicro(), account, what)
		return err
	})
}

// ReleaseViews returns who looked at a release before it was public, newest first.
func (s *Store) ReleaseViews(ctx context.Context, id string) (list []sealed.View, err error) {
	err = each(ctx, s.read, `SELECT v.at, a.login, v.what FROM release_views v JOIN accounts a ON a.id = v.account WHERE v.release = ? ORDER BY v.id DESC LIMIT 1000`, func(r *sql.Rows) error {
		var v sealed.View
		var at int64
		err := r.Scan(&at, &v.Account, &v.What)
		v.At = time.UnixMicro(at).UTC()
		list = append(list, v)
		return err
	}, id)
	return list, storage(err)
}

const selectRelease = `SELECT r.id, r.about, r.stored, coalesce(r.out, -1), coalesce(r.ended, -1), coalesce(r.corrects, ''), r.note, r.reason,
	coalesce((SELECT group_concat(guest, ' ') FROM (SELECT guest FROM release_guests g WHERE g.release = r.id ORDER BY guest)), ''),
	coalesce((SELECT c.id FROM releases c WHERE c.corrects = r.id AND c.out <= ? AND c.ended IS NULL), '') FROM releases r `

// Releases returns every release, newest first.
func (s *Store) Releases(ctx context.Context) ([]*sealed.Record, error) {
	list, err := s.releases(ctx, s.read, ``)
	return list, storage(err)
}

// PublicReleases returns those that everybody may know of, newest first; framework and period "" are all.
func (s *Store) PublicReleases(ctx context.Context, framework, period string) ([]*sealed.Record, error) {
	list, err := s.releases(ctx, s.read, `WHERE r.out <= ?1 AND (r.ended IS NULL OR r.ended >= r.out * 60000000) AND ?2 IN ('', r.framework) AND ?3 IN ('', r.period)`, framework, period)
	return list, storage(err)
}

// PublicRelease returns one that everybody may know of. Of any other it fails with sealed.ErrUnknown, whether it is there or not.
func (s *Store) PublicRelease(ctx context.Context, id string) (*sealed.Record, error) {
	list, err := s.releases(ctx, s.read, `WHERE r.id = ?2 AND r.out <= ?1 AND (r.ended IS NULL OR r.ended >= r.out * 60000000)`, id)
	if err == nil && len(list) == 0 {
		err = sealed.ErrUnknown
	}
	if err != nil {
		return nil, storage(err)
	}
	return list[0], nil
}

// Release returns one, whatever its state, or sealed.ErrUnknown.
func (s *Store) Release(ctx context.Context, id string) (*sealed.Record, error) {
	list, err := s.releases(ctx, s.read, `WHERE r.id = ?2`, id)
	if err == nil && len(list) == 0 {
		err = sealed.ErrUnknown
	}
	if err != nil {
		return nil, storage(err)
	}
	return list[0], nil
}

// releases reads records; ?1 of the condition is the minute.
func (s *Store) releases(ctx context.Context, q querier, where string, args ...any) (list []*sealed.Record, err error) {
	err = each(ctx, q, selectRelease+where+` ORDER BY coalesce(r.out, r.stored / 60000000) DESC, r.stored DESC, r.id`, func(rows *sql.Rows) error {
		r, err := scanRelease(rows)
		list = append(list, r)
		return err
	}, append([]any{s.now().Unix() / 60}, args...)...)
	return list, err
}

// oneRelease reads a record inside a transaction, with whatever corrects it and has a minute.
func oneRelease(ctx context.Context, q querier, id string) (*sealed.Record, error) {
	r, err := scanRelease(q.QueryRowContext(ctx, selectRelease+`WHERE r.id = ?2`, int64(1)<<40, id))
	if errors.Is(err, sql.ErrNoRows) {
		return nil, fmt.Errorf("%q: %w", id, sealed.ErrUnknown)
	}
	return r, err
}

func scanRelease(row interface{ Scan(...any) error }) (*sealed.Record, error) {
	r := &sealed.Record{}
	var about, note, reason, guests string
	var stored, out, ended int64
	if err := row.Scan(&r.ID, &about, &stored, &out, &ended, &r.Corrects, &note, &reason, &guests, &r.CorrectedBy); err != nil {
		return nil, err
	}
	if err := errors.Join(json.Unmarshal([]byte(about), &r.About), json.Unmarshal([]byte(note), &r.Note), json.Unmarshal([]byte(reason), &r.Reason)); err != nil {
		return nil, fmt.Errorf("release %s: %w: %w", r.ID, ErrCorrupt, err)
	}
	r.Stored, r.Guests = time.UnixMicro(stored).UTC(), strings.Fields(guests)
	if out >= 0 {
		r.Out = time.Unix(60*out, 0).UTC()
	}
	if ended >= 0 {
		r.Ended = time.UnixMicro(ended).UTC()
	}
	return r, nil
}

// ReleaseFile returns a sealed file as it was stored, or sealed.ErrUnknown.
func (s *Store) ReleaseFile(ctx context.Context, id string) ([]byte, error) {
	var crc int64
	var file []byte
	err := s.read.QueryRowContext(ctx, `SELECT crc, file FROM releases WHERE id = ?`, id).Scan(&crc, &file)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, fmt.Errorf("%q: %w", id, sealed.ErrUnknown)
	}
	if err != nil {
		return nil, storage(err)
	}
	if err := intact(file, crc); err != nil {
		return nil, fmt.Errorf("release %s: %w: %w", id, ErrCorrupt, err)
	}
	z, err := gzip.NewReader(bytes.NewReader(file))
	if err != nil {
		return nil, fmt.Errorf("release %s: %w: %w", id, ErrCorrupt, err)
	}
	b, err := io.ReadAll(z)
	if err != nil {
		return nil, fmt.Errorf("release %s: %w: %w", id, ErrCorrupt, err)
	}
	return b, nil
}
