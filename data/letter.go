package data

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"thuocdo/survey"
	"thuocdo/survey/account"
	"thuocdo/survey/audit"
	"thuocdo/survey/mailing"
)

// letterLife is for how long letters to accounts are worth sending: where no mail server is set up, they are forgotten then.
const letterLife = 2 * 24 * time.Hour

// accountsAtOne is how many accounts of one address a forgotten password is answered for.
const accountsAtOne = 5

// letter is one that is to wait.
type letter struct {
	account int64
	kind    mailing.NoticeKind
	email   string // "" = the address of the account
	lines   []mailing.Line
}

func (s *Store) queueLetter(ctx context.Context, q querier, l letter) error {
	var body, email any
	if l.email != "" {
		email = l.email
	}
	if len(l.lines) > 0 {
		b, err := json.Marshal(l.lines)
		if err != nil {
			return err
		}
		body = string(b)
	}
	_, err := q.ExecContext(ctx, `INSERT INTO account_letters (id, account, kind, email, body, until) VALUES (?, ?, ?, ?, ?, ?)`,
		newMailID(), l.account, l.kind, email, body, s.now().Add(letterLife).Unix())
	return err
}

// InviteByMail queues a letter with a link by which somebody chooses the password of an account; codes of before are worth nothing any
// more. account.ErrUnknown for one that is not there or disabled, account.ErrNoAddress.
func (s *Store) InviteByMail(ctx context.Context, ids ...int64) error {
	return s.change(ctx, func(q querier) error {
		for _, id := range ids {
			if err := s.inviteByMail(ctx, q, id); err != nil {
				return err
			}
		}
		return nil
	})
}

func (s *Store) inviteByMail(ctx context.Context, q querier, id int64) error {
	a, err := s.account(ctx, q, selectAccount+`gone = 0 AND disabled = 0 AND id = ?`, id)
	if err != nil {
		return err
	}
	c, found, err := contact(ctx, q, id)
	if err != nil || !found || c.Bounced {
		return cmpErr(err, fmt.Errorf("%s: %w", a.Login, account.ErrNoAddress))
	}
	if err := dropLetters(ctx, q, id); err != nil {
		return err
	}
	if _, err := q.ExecContext(ctx, `DELETE FROM account_codes WHERE account = ?`, id); err != nil {
		return err
	}
	if err := s.queueLetter(ctx, q, letter{account: id, kind: mailing.Account}); err != nil {
		return err
	}
	return s.note(ctx, q, audit.Account, audit.Invited, `id = ?`, id)
}

// ForgotPassword queues a letter with a link to a new password for whoever has a login or an address, and says how many: none where
// nobody has it, where a link of before still holds, for disabled accounts, and for those that sign in by single sign-on alone.
func (s *Store) ForgotPassword(ctx context.Context, who string) (n int, err error) {
	now := s.now()
	err = s.change(ctx, func(q querier) error {
		n = 0
		var ids []int64
		most, err := resetsLeft(ctx, q, strings.ToLower(who), now)
		if err != nil || most == 0 {
			return err
		}
		err = each(ctx, q, `SELECT a.id FROM accounts a JOIN account_contacts c ON c.account = a.id
			WHERE (a.login = ?1 OR c.email = ?1) AND a.disabled = 0 AND a.gone = 0 AND c.bounced = 0
			AND (a.password <> '' OR NOT EXISTS (SELECT 1 FROM identities i WHERE i.account = a.id))
			AND NOT EXISTS (SELECT 1 FROM account_letters l WHERE l.account = a.id AND l.kind = ?2 AND l.until > ?3)
			AND NOT EXISTS (SELECT 1 FROM account_mail_codes m WHERE m.account = a.id AND m.kind = ?2 AND m.expires > ?4)
			ORDER BY a.id LIMIT ?5`, func(r *sql.Rows) error {
			var id int64
			err := r.Scan(&id)
			ids = append(ids, id)
			return err
		}, strings.ToLower(who), mailing.Reset, now.Unix(), now.UnixMicro(), most)
		for _, id := range ids {
			if err == nil {
				err = s.queueLetter(ctx, q, letter{account: id, kind: mailing.Reset})
			}
		}
		n = len(ids)
		return err
	})
	return n, err
}

// resetsLeft is how many letters about forgotten passwords may follow when somebody asks: by an address a mailbox gets so many a day. Logins
// are always answered, or one owner could use up the letters of another.
func resetsLeft(ctx context.Context, q querier, who string, now time.Time) (int, error) {
	if !strings.Contains(who, "@") { // no login has one
		return accountsAtOne, nil
	}
	var had int
	err := q.QueryRowContext(ctx, `SELECT count(*) FROM (SELECT m.letter FROM account_mail_codes m JOIN account_contacts c ON c.account = m.account
		WHERE c.email = ?1 AND m.kind = ?2 AND m.made > ?3 UNION SELECT l.id FROM account_letters l JOIN account_contacts c ON c.account = l.account
		WHERE c.email = ?1 AND l.kind = ?2 AND l.until > ?4)`, who, mailing.Reset, now.Add(-account.LetterCount).UnixMicro(), now.Unix()).Scan(&had)
	return min(accountsAtOne, max(0, account.MailboxMost-had)), err
}

// openLetters are those that may be tried now: l is the letter, a its account, c where that gets letters.
const openLetters = ` FROM account_letters l JOIN accounts a ON a.id = l.account LEFT JOIN account_contacts c ON c.account = a.id
	WHERE l.due <= ?1 AND l.until > ?1 AND a.gone = 0 AND a.disabled = 0 AND (l.email IS NOT NULL OR c.bounced = 0)`

// letterDue reports whether a letter to an account may be tried now.
func (s *Store) letterDue(ctx context.Context) (due bool, err error) {
	err = s.read.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1`+openLetters+`)`, s.now().Unix()).Scan(&due)
	return due, err
}

// nextLetter is nextMail for letters to accounts. A code is made for each try and goes out with the letter alone: the store has its
// digest. The code of the try before holds too, since that letter may have arrived.
func (s *Store) nextLetter(ctx context.Context, q querier) (l mailing.Letter, ok bool, err error) {
	var id []byte
	var of int64
	var body sql.NullString
	n := &mailing.Notice{}
	err = q.QueryRowContext(ctx, `SELECT l.id, l.account, l.kind, coalesce(l.email, c.email), l.body, l.tries + 1, a.login, a.name, coalesce(c.lang, 'vi')`+openLetters+
		` ORDER BY l.due, l.id LIMIT 1`, s.now().Unix()).Scan(&id, &of, &n.Kind, &l.To, &body, &l.Tries, &n.Login, &n.Name, &l.Lang)
	if errors.Is(err, sql.ErrNoRows) {
		return l, false, nil
	}
	if err == nil && body.Valid {
		err = json.Unmarshal([]byte(body.String), &n.Lines)
	}
	if err != nil {
		return l, false, err
	}
	if _, err := q.ExecContext(ctx, `UPDATE account_letters SET tries = ?, due = ? WHERE id = ?`, l.Tries, s.now().Add(mailLease).Unix(), id); err != nil {
		return l, false, err
	}
	if n.Kind.Coded() {
		if l.Code, n.Until, err = s.mailCode(ctx, q, of, id, n.Kind); err != nil {
			return l, false, err
		}
	}
	l.ID, l.Notice = hex.EncodeToString(id), n
	return l, true, nil
}

// mailCode makes a code for a letter and keeps its digest.
func (s *Store) mailCode(ctx context.Context, q querier, of int64, id []byte, kind mailing.NoticeKind) (code string, until time.Time, err error) {
	now := s.now()
	until = now.Add(account.InviteLife)
	if kind == mailing.Reset {
		var before int
		err := q.QueryRowContext(ctx, `SELECT count(DISTINCT letter) FROM account_mail_codes WHERE kind = ?2 AND letter <> ?3 AND made > ?4
			AND (account = ?1 OR account IN (SELECT o.account FROM account_contacts o JOIN account_contacts c ON c.email = o.email WHERE c.account = ?1))`,
			of, kind, id, now.Add(-account.LetterCount).UnixMicro()).Scan(&before)
		if err != nil {
			return "", until, err
		}
		until = now.Add(account.ResetFor(before))
	}
	code = survey.NewAccountCode(rand.Reader)
	digest, err := survey.AccountCodeDigest(code)
	if err != nil {
		return "", until, err
	}
	_, err = q.ExecContext(ctx, `INSERT INTO account_mail_codes (digest, account, letter, kind, made, expires) VALUES (?, ?, ?, ?, ?, ?)`,
		digest[:], of, id, kind, now.UnixMicro(), until.UnixMicro())
	return code, until, err
}

// letterDone is mailDone for letters to accounts; it reports whether it was one.
func letterDone(ctx context.Context, q querier, id []byte, o mailing.Outcome) (was bool, err error) {
	if !o.Sent && !o.Bounced && !o.Failed {
		r, err := q.ExecContext(ctx, `UPDATE account_letters SET due = ? WHERE id = ?`, o.Again.Unix(), id)
		if err != nil {
			return false, err
		}
		n, err := r.RowsAffected()
		return n > 0, err
	}
	var of int64
	var own bool
	err = q.QueryRowContext(ctx, `DELETE FROM account_letters WHERE id = ? RETURNING account, email IS NULL`, id).Scan(&of, &own)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err == nil && o.Bounced && own {
		_, err = q.ExecContext(ctx, `UPDATE account_contacts SET bounced = 1 WHERE account = ?`, of)
	}
	return true, err
}

// PurgeLetters forgets letters to accounts that were not sent in time, and codes that hold no longer.
func (s *Store) PurgeLetters(ctx context.Context) error {
	now := s.now()
	return s.change(ctx, func(q querier) error {
		if _, err := q.ExecContext(ctx, `DELETE FROM account_letters WHERE until <= ?`, now.Unix()); err != nil {
			return err
		}
		_, err := q.ExecContext(ctx, `DELETE FROM account_mail_codes WHERE expires <= ? AND made <= ?`, now.UnixMicro(), now.Add(-account.LetterCount).UnixMicro())
		return err
	})
}

// bounceContacts notes that addresses of accounts do not exist.
func (s *Store) bounceContacts(ctx context.Context, emails []string) error {
	return s.change(ctx, func(q querier) error {
		for _, email := range emails {
			if _, err := q.ExecContext(ctx, `UPDATE account_contacts SET bounced = 1 WHERE email = ?`, email); err != nil {
				return err
			}
		}
		return nil
	})
}
