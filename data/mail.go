package data

import (
	"bytes"
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"thuocdo/scoring/phrase"
	"thuocdo/survey"
	"thuocdo/survey/mailing"
)

// Addresses and invitations are two tables in two orders of chance: ids and digests. What puts them together is the code for
// sending, which only the person has who sends. See docs/decisions/0047-mail.md.
const mailAddress = "thuocdo mail address 1"

const mailID = 16 // bytes of the id of an address, of a letter, of a salt

func newMailID() []byte { return newSecret()[:mailID] }

// addressDigest is what an address is found by, with the key file only.
func (k *keys) addressDigest(email string) []byte {
	return mac(k.Codes, mailAddress, email)[:digestSize]
}

// AddMail makes invitations for the new ones of a list of addresses and keeps the addresses. Those that are on the list of the
// wave already stay as they are. Each agency and sampling unit needs at least survey.SmallUnit new ones.
//
// Errors: survey.ErrUnknownWave, survey.ErrClosed, survey.ErrNotInviting, survey.ErrInvitationsFull, survey.ErrOtherMailCode,
// phrase.Mistakes by row, ErrNoKeys.
func (s *Store) AddMail(ctx context.Context, wave string, key survey.MailKey, list []mailing.Address) (added mailing.Added, err error) {
	err = s.change(ctx, func(q querier) error {
		added, err = s.addMail(ctx, q, wave, key, list, false)
		return err
	})
	return added, err
}

// CheckAddMail returns what AddMail would, and keeps nothing.
func (s *Store) CheckAddMail(ctx context.Context, wave string, key survey.MailKey, list []mailing.Address) (mailing.Added, error) {
	return s.addMail(ctx, s.read, wave, key, list, true)
}

func (s *Store) addMail(ctx context.Context, q querier, wave string, key survey.MailKey, list []mailing.Address, dry bool) (added mailing.Added, err error) {
	w := s.definitions().wave[wave]
	if w == nil {
		return added, fmt.Errorf("wave %q: %w", wave, survey.ErrUnknownWave)
	}
	if err := s.ownMail(ctx, q, w, key, true); err != nil {
		return added, err
	}
	fresh, err := s.freshMail(ctx, q, w, list)
	if err != nil {
		return added, err
	}
	added = mailing.Added{New: len(fresh), Known: len(list) - len(fresh)}
	order, groups, err := mailOrder(fresh)
	if err != nil || len(order) == 0 {
		return added, err
	}
	if _, err := s.order(ctx, q, wave, order); err != nil || dry {
		return added, err
	}
	return added, s.putMail(ctx, q, w, key, order, groups)
}

// ownMail checks that a code for sending is the wave's; where it has none yet and may get one, that is fine.
func (s *Store) ownMail(ctx context.Context, q querier, w *wave, key survey.MailKey, first bool) error {
	var proof []byte
	err := q.QueryRowContext(ctx, `SELECT proof FROM mail_lists WHERE wave = ?`, w.ID).Scan(&proof)
	switch {
	case errors.Is(err, sql.ErrNoRows) && first:
		return nil
	case errors.Is(err, sql.ErrNoRows):
		return mailing.ErrNobody
	case err != nil:
		return err
	case !bytes.Equal(proof, key.Proof[:]):
		return survey.ErrOtherMailCode
	}
	return nil
}

// freshMail leaves out the addresses that the wave has.
func (s *Store) freshMail(ctx context.Context, q querier, w *wave, list []mailing.Address) (fresh []mailing.Address, err error) {
	ring, err := s.keys.get()
	if errors.Is(err, ErrNoKeys) {
		if err = s.noKeys(ctx); errors.Is(err, survey.ErrNoInvitation) {
			return list, nil // there never were any
		}
	}
	if err != nil {
		return nil, err
	}
	for _, a := range list {
		var had bool
		err := q.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM mail_addresses WHERE digest = ? AND wave = ?)`, ring.addressDigest(a.Email), w.ID).Scan(&had)
		if err != nil {
			return nil, err
		}
		if !had {
			fresh = append(fresh, a)
		}
	}
	return fresh, nil
}

// mailOrder groups addresses into batches of invitations. A group of fewer than survey.SmallUnit is a mistake: what is
// written in one go would say whose the invitation is.
func mailOrder(list []mailing.Address) (order []survey.Batch, groups [][]mailing.Address, err error) {
	at := map[[2]string]int{}
	for _, a := range list {
		key := [2]string{a.Agency, a.Unit}
		i, ok := at[key]
		if !ok {
			i = len(order)
			at[key] = i
			order, groups = append(order, survey.Batch{Agency: a.Agency, Unit: a.Unit, Mode: survey.Web}), append(groups, nil)
		}
		order[i].N++
		groups[i] = append(groups[i], a)
	}
	var m phrase.Mistakes
	for i, b := range order {
		if b.N < survey.SmallUnit {
			m.Add(fmt.Sprintf("row %d", groups[i][0].Line), "cơ quan %q, đơn vị %q chỉ có %d địa chỉ mới; mỗi lần cần ít nhất %d, để không lộ thư mời nào là của ai",
				"agency %q, unit %q has %d new addresses only; at least %d at once are needed, so that nothing tells whose an invitation is",
				b.Agency, cmp.Or(b.Unit, "–"), b.N, survey.SmallUnit)
		}
	}
	return order, groups, m.Err()
}

// putMail stores invitations and addresses.
func (s *Store) putMail(ctx context.Context, q querier, w *wave, key survey.MailKey, order []survey.Batch, groups [][]mailing.Address) error {
	none, err := noInvitations(ctx, q)
	if err != nil {
		return err
	}
	ring, err := s.keys.ensure(w.Code, none)
	if err != nil {
		return err
	}
	if _, err := q.ExecContext(ctx, `INSERT INTO mail_lists (wave, proof) VALUES (?, ?) ON CONFLICT (wave) DO UPDATE SET erased = 0`, w.ID, key.Proof[:]); err != nil {
		return err
	}
	var rows []mailRow
	for i, b := range order {
		digests := make([][digestSize]byte, 0, b.N)
		for _, a := range groups[i] {
			r := mailRow{Address: a, id: newMailID()}
			var d [digestSize]byte
			if r.salt, d, err = freeSalt(ctx, q, ring, key); err != nil {
				return err
			}
			digests, rows = append(digests, d), append(rows, r)
		}
		if err := s.putBatch(ctx, q, w, b, digests); err != nil {
			return err
		}
	}
	slices.SortFunc(rows, func(a, b mailRow) int { return bytes.Compare(a.id, b.id) })
	for _, r := range rows {
		_, err := q.ExecContext(ctx, `INSERT INTO mail_addresses (id, wave, agency, digest, salt, email, lang) VALUES (?, ?, ?, ?, ?, ?, ?)`,
			r.id, w.ID, w.agencyID[r.Agency], ring.addressDigest(r.Email), r.salt, r.Email, r.Lang)
		if err != nil {
			return err
		}
	}
	return nil
}

type mailRow struct {
	mailing.Address
	id, salt []byte
}

// freeSalt draws a salt whose invitation nobody has: with 50 bits two are the same once in a very long while.
func freeSalt(ctx context.Context, q querier, ring *keys, key survey.MailKey) (salt []byte, d [digestSize]byte, err error) {
	for {
		salt = newMailID()
		d = ring.digest(key.Invitation(salt))
		var had bool
		err = q.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM invitations WHERE digest = ?)`, d[:]).Scan(&had)
		if err != nil || !had {
			return salt, d, err
		}
	}
}

// MailState returns how the mailing of a wave stands. survey.ErrUnknownWave.
func (s *Store) MailState(ctx context.Context, wave string) (st mailing.State, err error) {
	w := s.definitions().wave[wave]
	if w == nil {
		return st, fmt.Errorf("wave %q: %w", wave, survey.ErrUnknownWave)
	}
	tx, err := s.read.BeginTx(ctx, nil)
	if err != nil {
		return st, storage(err)
	}
	defer func() { _ = tx.Rollback() }() // it has only read
	err = tx.QueryRowContext(ctx, `SELECT erased FROM mail_lists WHERE wave = ?`, w.ID).Scan(&st.Erased)
	if st.Coded = err == nil; err != nil && !errors.Is(err, sql.ErrNoRows) {
		return st, storage(err)
	}
	err = each(ctx, tx, `SELECT state, count(*) FROM mail_addresses WHERE wave = ? GROUP BY state`, func(r *sql.Rows) error {
		var state string
		var n int
		err := r.Scan(&state, &n)
		switch state {
		case "fresh":
			st.Fresh, st.Listed = n, st.Listed+n
		case "written":
			st.Listed += n
		case "out":
			st.Out = n
		case "bounced":
			st.Bounced = n
		}
		return err
	}, w.ID)
	if err != nil {
		return st, storage(err)
	}
	err = each(ctx, tx, `SELECT r.kind, r.begun, r.total, r.sent, r.failed, (SELECT count(*) FROM mail_queue q WHERE q.round = r.id)
		FROM mail_rounds r WHERE r.wave = ? ORDER BY r.id`, func(r *sql.Rows) error {
		var x mailing.Round
		var waiting int
		err := r.Scan(&x.Kind, &x.Begun, &x.Total, &x.Sent, &x.Failed, &waiting)
		x.Stopped = x.Total - x.Sent - x.Failed - waiting
		st.Rounds = append(st.Rounds, x)
		return err
	}, w.ID)
	return st, storage(err)
}

// SetMailWords says what letters of a wave say; words as the program's own are not kept. survey.ErrUnknownWave, phrase.Mistakes.
func (s *Store) SetMailWords(ctx context.Context, wave string, kind mailing.Kind, lang string, words mailing.Words) error {
	if err := words.Check(kind).Err(); err != nil {
		return err
	}
	w := s.definitions().wave[wave]
	if w == nil || !kind.Valid() {
		return fmt.Errorf("wave %q: %w", wave, survey.ErrUnknownWave)
	}
	return s.change(ctx, func(q querier) error {
		if words == mailing.Default(kind, lang) {
			_, err := q.ExecContext(ctx, `DELETE FROM mail_words WHERE wave = ? AND kind = ? AND lang = ?`, w.ID, kind, lang)
			return err
		}
		_, err := q.ExecContext(ctx, `INSERT INTO mail_words (wave, kind, lang, subject, body) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT (wave, kind, lang) DO UPDATE SET subject = excluded.subject, body = excluded.body`, w.ID, kind, lang, words.Subject, words.Body)
		return err
	})
}

// MailWords returns what letters of a wave say. survey.ErrUnknownWave.
func (s *Store) MailWords(ctx context.Context, wave string, kind mailing.Kind, lang string) (mailing.Words, error) {
	w := s.definitions().wave[wave]
	if w == nil {
		return mailing.Words{}, fmt.Errorf("wave %q: %w", wave, survey.ErrUnknownWave)
	}
	words, err := mailWords(ctx, s.read, w.ID, kind, lang)
	return words, storage(err)
}

func mailWords(ctx context.Context, q querier, wave int64, kind mailing.Kind, lang string) (words mailing.Words, err error) {
	err = q.QueryRowContext(ctx, `SELECT subject, body FROM mail_words WHERE wave = ? AND kind = ? AND lang = ?`, wave, kind, lang).Scan(&words.Subject, &words.Body)
	if errors.Is(err, sql.ErrNoRows) {
		return mailing.Default(kind, lang), nil
	}
	return words, err
}
