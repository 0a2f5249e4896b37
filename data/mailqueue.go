package data

import (
	"bytes"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"database/sql"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"time"

	"thuocdo/survey"
	"thuocdo/survey/mailing"
)

const mailStop = "thuocdo mail stop 1"

// mailLease is for how long a letter that is being tried is not tried again: longer than any conversation with a mail server.
const mailLease = 15 * time.Minute

// BeginMail queues a letter of a kind for everybody on the list of a wave who may be written to: for mailing.Invite whoever had
// none yet, else whoever had one. Letters with codes need the code for sending; its key is not kept: each code is sealed with a
// key of the round, which is destroyed with the last letter. It says how many letters wait.
//
// Errors: survey.ErrUnknownWave, survey.ErrClosed, survey.ErrOtherMailCode, mailing.ErrBusy, mailing.ErrNobody, ErrNoKeys.
func (s *Store) BeginMail(ctx context.Context, wave string, kind mailing.Kind, key survey.MailKey) (n int, err error) {
	err = s.change(ctx, func(q querier) error {
		n, err = s.beginMail(ctx, q, wave, kind, key)
		return err
	})
	return n, err
}

func (s *Store) beginMail(ctx context.Context, q querier, code string, kind mailing.Kind, key survey.MailKey) (int, error) {
	w := s.definitions().wave[code]
	switch {
	case w == nil || !kind.Valid():
		return 0, fmt.Errorf("wave %q: %w", code, survey.ErrUnknownWave)
	case w.ClosedAt(s.now()):
		return 0, survey.ErrClosed
	}
	if kind.Coded() {
		if err := s.ownMail(ctx, q, w, key, false); err != nil {
			return 0, err
		}
	}
	var busy bool
	if err := q.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM mail_queue q JOIN mail_rounds r ON r.id = q.round WHERE r.wave = ?)`, w.ID).Scan(&busy); err != nil || busy {
		return 0, cmpErr(err, mailing.ErrBusy)
	}
	list, err := toWrite(ctx, q, w, kind)
	if err != nil || len(list) == 0 {
		return 0, cmpErr(err, mailing.ErrNobody)
	}
	var round int64
	err = q.QueryRowContext(ctx, `INSERT INTO mail_rounds (wave, kind, begun, total) VALUES (?, ?, ?, ?) RETURNING id`,
		w.ID, kind, survey.DayOf(s.now().In(survey.Vietnam)), len(list)).Scan(&round)
	if err != nil {
		return 0, err
	}
	return len(list), s.queueMail(ctx, q, round, kind, key, list)
}

func cmpErr(err, other error) error {
	if err != nil {
		return err
	}
	return other
}

// written is an address and the salt of its invitation.
type written struct{ id, salt []byte }

func toWrite(ctx context.Context, q querier, w *wave, kind mailing.Kind) (list []written, err error) {
	state := "written"
	if kind.First() {
		state = "fresh"
	}
	return list, each(ctx, q, `SELECT id, salt FROM mail_addresses WHERE wave = ? AND state = ? AND email IS NOT NULL`, func(r *sql.Rows) error {
		var x written
		err := r.Scan(&x.id, &x.salt)
		list = append(list, x)
		return err
	}, w.ID, state)
}

// queueMail seals a code for each address. The ids of letters are drawn by chance and sorted: their order says nothing.
func (s *Store) queueMail(ctx context.Context, q querier, round int64, kind mailing.Kind, key survey.MailKey, list []written) error {
	var seal cipher.AEAD
	if kind.Coded() {
		secret, err := s.keys.round(round)
		if err != nil {
			return err
		}
		if seal, err = sealer(secret); err != nil {
			return err
		}
	}
	ids := make([][]byte, len(list))
	for i := range ids {
		ids[i] = newMailID()
	}
	order := slices.Clone(list)
	slices.SortFunc(ids, bytes.Compare)
	slices.SortFunc(order, func(a, b written) int {
		return bytes.Compare(mac(a.salt, "order", string(ids[0])), mac(b.salt, "order", string(ids[0])))
	})
	for i, x := range order {
		var sealed []byte
		if seal != nil {
			sealed = seal.Seal(nil, ids[i][:seal.NonceSize()], []byte(key.Invitation(x.salt)), ids[i])
		}
		if _, err := q.ExecContext(ctx, `INSERT INTO mail_queue (id, round, address, sealed) VALUES (?, ?, ?, ?)`, ids[i], round, x.id, sealed); err != nil {
			return err
		}
	}
	return nil
}

func sealer(secret []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(secret)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

// MailDue reports whether a letter may be tried now.
func (s *Store) MailDue(ctx context.Context) (due bool, err error) {
	if due, err = s.letterDue(ctx); due || err != nil {
		return due, storage(err)
	}
	err = s.read.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM mail_queue q JOIN mail_addresses a ON a.id = q.address
		WHERE q.due <= ? AND a.email IS NOT NULL)`, s.now().Unix()).Scan(&due)
	return due, storage(err)
}

// NextMail takes the letter that is to be tried next, those to accounts before those to people on lists; ok is false where none is due.
// For a quarter of an hour it is not given out again: whoever takes it says with MailDone what became of it.
func (s *Store) NextMail(ctx context.Context) (l mailing.Letter, ok bool, err error) {
	err = s.change(ctx, func(q querier) error {
		if l, ok, err = s.nextLetter(ctx, q); err != nil || ok {
			return err
		}
		l, ok, err = s.nextMail(ctx, q)
		return err
	})
	return l, ok, err
}

func (s *Store) nextMail(ctx context.Context, q querier) (l mailing.Letter, ok bool, err error) {
	var id, address, sealed []byte
	var round, wave, agency int64
	err = q.QueryRowContext(ctx, `SELECT q.id, q.round, q.address, q.sealed, q.tries + 1, r.wave, r.kind, a.agency, a.email, a.lang
		FROM mail_queue q JOIN mail_rounds r ON r.id = q.round JOIN mail_addresses a ON a.id = q.address
		WHERE q.due <= ? AND a.email IS NOT NULL ORDER BY q.due, q.id LIMIT 1`, s.now().Unix()).
		Scan(&id, &round, &address, &sealed, &l.Tries, &wave, &l.Kind, &agency, &l.To, &l.Lang)
	if errors.Is(err, sql.ErrNoRows) {
		return l, false, nil
	}
	if err != nil {
		return l, false, err
	}
	if w := s.definitions().byID(wave); w == nil || w.ClosedAt(s.now()) {
		return l, false, purgeMail(ctx, q, wave) // nobody is asked after the end, even before the hour of the sweep
	}
	_, err = q.ExecContext(ctx, `UPDATE mail_queue SET tries = ?, due = ? WHERE id = ?`, l.Tries, s.now().Add(mailLease).Unix(), id)
	if err != nil {
		return l, false, err
	}
	ring, err := s.keys.get()
	if err != nil {
		return l, false, err
	}
	if sealed != nil {
		if l.Code, err = unseal(ring.Rounds[round], id, sealed); errors.Is(err, ErrNoKeys) {
			return l, false, loseRound(ctx, q, round)
		} else if err != nil {
			return l, false, err
		}
	}
	l.ID, l.Stop = hex.EncodeToString(id), ring.stopToken(address)
	return l, true, s.letter(ctx, q, &l, wave, agency)
}

// loseRound gives the letters of a round up whose key is gone: those of a backup that was taken while they waited.
func loseRound(ctx context.Context, q querier, round int64) error {
	_, err := q.ExecContext(ctx, `UPDATE mail_rounds SET failed = failed + (SELECT count(*) FROM mail_queue WHERE round = ?) WHERE id = ?`, round, round)
	if err == nil {
		_, err = q.ExecContext(ctx, `DELETE FROM mail_queue WHERE round = ?`, round)
	}
	return err
}

// letter fills in what a letter says.
func (s *Store) letter(ctx context.Context, q querier, l *mailing.Letter, wave, agency int64) (err error) {
	c := s.definitions()
	w := c.byID(wave)
	if w == nil {
		return survey.ErrUnknownWave
	}
	a, err := s.Agency(ctx, c.agencyCode[agency])
	if err != nil {
		return err
	}
	l.Wave, l.Closes, l.Agency = w.Title, w.Closes, a.Name
	l.Words, err = mailWords(ctx, q, wave, l.Kind, l.Lang)
	return err
}

func unseal(secret, id, sealed []byte) (string, error) {
	if secret == nil {
		return "", fmt.Errorf("letters that wait: %w", ErrNoKeys)
	}
	seal, err := sealer(secret)
	if err != nil {
		return "", err
	}
	code, err := seal.Open(nil, id[:seal.NonceSize()], sealed, id)
	if err != nil {
		return "", fmt.Errorf("letters that wait: %w", ErrCorrupt)
	}
	return string(code), nil
}

// MailDone notes what became of a letter that NextMail gave out. A letter that is gone already – its reader stopped letters
// meanwhile – is no failure.
func (s *Store) MailDone(ctx context.Context, id string, o mailing.Outcome) error {
	raw, err := hex.DecodeString(id)
	if err != nil {
		return fmt.Errorf("letter %q: %w", id, err)
	}
	err = s.change(ctx, func(q querier) error { return mailDone(ctx, q, raw, o) })
	if err != nil || (!o.Sent && !o.Bounced && !o.Failed) {
		return err
	}
	return s.endRounds(ctx)
}

func mailDone(ctx context.Context, q querier, id []byte, o mailing.Outcome) error {
	if was, err := letterDone(ctx, q, id, o); was || err != nil {
		return err
	}
	if !o.Sent && !o.Bounced && !o.Failed {
		_, err := q.ExecContext(ctx, `UPDATE mail_queue SET due = ? WHERE id = ?`, o.Again.Unix(), id)
		return err
	}
	var round int64
	var address []byte
	err := q.QueryRowContext(ctx, `DELETE FROM mail_queue WHERE id = ? RETURNING round, address`, id).Scan(&round, &address)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	count := `UPDATE mail_rounds SET failed = failed + 1 WHERE id = ?`
	if o.Sent {
		count = `UPDATE mail_rounds SET sent = sent + 1 WHERE id = ?`
	}
	if _, err = q.ExecContext(ctx, count, round); err != nil {
		return err
	}
	switch {
	case o.Sent:
		_, err = q.ExecContext(ctx, `UPDATE mail_addresses SET state = 'written' WHERE id = ? AND state = 'fresh'`, address)
	case o.Bounced:
		_, err = q.ExecContext(ctx, `UPDATE mail_addresses SET state = 'bounced', email = NULL WHERE id = ? AND state <> 'out'`, address)
	}
	return err
}

// endRounds destroys the keys of rounds that have no letters left.
func (s *Store) endRounds(ctx context.Context) error {
	ring, err := s.keys.get()
	if errors.Is(err, ErrNoKeys) || err == nil && len(ring.Rounds) == 0 {
		return nil
	}
	if err != nil {
		return err
	}
	// In the writer's turn: no round can begin between looking and destroying.
	return s.change(ctx, func(q querier) error {
		open := map[int64]bool{}
		err := each(ctx, q, `SELECT DISTINCT round FROM mail_queue`, func(r *sql.Rows) error {
			var id int64
			err := r.Scan(&id)
			open[id] = true
			return err
		})
		if err != nil {
			return err
		}
		return s.keys.keepRounds(open)
	})
}

// stopToken lets the reader of a letter stop letters, and nobody else do so for him.
func (k *keys) stopToken(address []byte) string {
	return base64.RawURLEncoding.EncodeToString(append(slices.Clone(address), mac(k.Codes, mailStop, string(address))[:mailID]...))
}

func (k *keys) readStop(token string) (address []byte, ok bool) {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(raw) != 2*mailID {
		return nil, false
	}
	address = raw[:mailID]
	return address, hmac.Equal(raw[mailID:], mac(k.Codes, mailStop, string(address))[:mailID])
}

// CheckStop reports whether a token is one of a letter: mailing.ErrNoStop.
func (s *Store) CheckStop(_ context.Context, token string) error {
	_, err := s.stopAddress(token)
	return err
}

func (s *Store) stopAddress(token string) ([]byte, error) {
	ring, err := s.keys.get()
	if errors.Is(err, ErrNoKeys) {
		return nil, mailing.ErrNoStop
	}
	if err != nil {
		return nil, err
	}
	address, ok := ring.readStop(token)
	if !ok {
		return nil, mailing.ErrNoStop
	}
	return address, nil
}

// StopMail sees to it that nothing more of its wave is sent to the address of a token, and erases the address. Doing so
// again, or when the wave is over and the address gone, is no failure. mailing.ErrNoStop.
func (s *Store) StopMail(ctx context.Context, token string) error {
	address, err := s.stopAddress(token)
	if err != nil {
		return err
	}
	err = s.change(ctx, func(q querier) error { return endMail(ctx, q, "out", address) })
	if err != nil {
		return err
	}
	return s.endRounds(ctx)
}

// endMail ends letters to an address for a reason.
func endMail(ctx context.Context, q querier, state string, address []byte) error {
	if _, err := q.ExecContext(ctx, `DELETE FROM mail_queue WHERE address = ?`, address); err != nil {
		return err
	}
	_, err := q.ExecContext(ctx, `UPDATE mail_addresses SET state = ?, email = NULL WHERE id = ?`, state, address)
	return err
}

// BounceMail notes that addresses do not exist, in every wave that has them and of accounts, and says how many were on a list.
func (s *Store) BounceMail(ctx context.Context, emails []string) (n int, err error) {
	if err := s.bounceContacts(ctx, emails); err != nil {
		return 0, err
	}
	ring, err := s.keys.get()
	if errors.Is(err, ErrNoKeys) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	err = s.change(ctx, func(q querier) error {
		n = 0
		for _, email := range emails {
			found, err := bounce(ctx, q, ring.addressDigest(email))
			if err != nil {
				return err
			}
			if found {
				n++
			}
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	return n, s.endRounds(ctx)
}

func bounce(ctx context.Context, q querier, digest []byte) (found bool, err error) {
	var list [][]byte
	err = each(ctx, q, `SELECT id FROM mail_addresses WHERE digest = ? AND state IN ('fresh', 'written')`, func(r *sql.Rows) error {
		var id []byte
		err := r.Scan(&id)
		list = append(list, id)
		return err
	}, digest)
	for _, id := range list {
		err = errors.Join(err, endMail(ctx, q, "bounced", id))
	}
	return len(list) > 0, err
}

// PurgeMail erases the addresses of the waves that are over, with the letters that still wait and the keys of these, and says
// how many waves it did. What stays is how many letters were sent.
func (s *Store) PurgeMail(ctx context.Context) (n int, err error) {
	for _, w := range s.definitions().waves {
		if !w.ClosedAt(s.now()) {
			continue
		}
		var had bool
		if err := s.read.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM mail_lists WHERE wave = ? AND erased = 0)`, w.ID).Scan(&had); err != nil {
			return n, storage(err)
		}
		if !had {
			continue
		}
		if err := s.change(ctx, func(q querier) error { return purgeMail(ctx, q, w.ID) }); err != nil {
			return n, fmt.Errorf("wave %s: %w", w.Code, err)
		}
		n++
	}
	return n, s.endRounds(ctx) // also what a crash has left
}

func purgeMail(ctx context.Context, q querier, wave int64) error {
	for _, statement := range []string{
		`DELETE FROM mail_queue WHERE round IN (SELECT id FROM mail_rounds WHERE wave = ?)`,
		`DELETE FROM mail_addresses WHERE wave = ?`,
		`UPDATE mail_lists SET erased = 1 WHERE wave = ?`,
	} {
		if _, err := q.ExecContext(ctx, statement, wave); err != nil {
			return err
		}
	}
	return nil
}
