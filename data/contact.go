package data

import (
	"context"
	"database/sql"
	"errors"

	"thuocdo/survey/account"
	"thuocdo/survey/audit"
	"thuocdo/survey/mailing"
)

// Contact returns where and how an account gets letters; without an address it gets none.
func (s *Store) Contact(ctx context.Context, id int64) (account.Contact, error) {
	c, _, err := contact(ctx, s.read, id)
	return c, storage(err)
}

func contact(ctx context.Context, q querier, id int64) (c account.Contact, found bool, err error) {
	err = q.QueryRowContext(ctx, `SELECT email, lang, reminders, bounced FROM account_contacts WHERE account = ?`, id).Scan(&c.Email, &c.Lang, &c.Reminders, &c.Bounced)
	if errors.Is(err, sql.ErrNoRows) {
		return account.Contact{Lang: "vi", Reminders: true}, false, nil
	}
	return c, err == nil, err
}

// SetContact says where and how an account gets letters. An address that is replaced is told so by a letter, and what was sent there
// opens nothing any more. account.ErrUnknown.
func (s *Store) SetContact(ctx context.Context, id int64, c account.Contact) error {
	return s.change(ctx, func(q querier) error {
		if _, err := s.account(ctx, q, selectAccount+`gone = 0 AND id = ?`, id); err != nil {
			return err
		}
		return s.putContact(ctx, q, id, c)
	})
}

// putEmail gives an account an address, in the transaction of whatever else changes of it.
func (s *Store) putEmail(ctx context.Context, q querier, id int64, email string) error {
	c, _, err := contact(ctx, q, id)
	if err != nil || c.Email == email {
		return err
	}
	c.Email = email
	return s.putContact(ctx, q, id, c)
}

func (s *Store) putContact(ctx context.Context, q querier, id int64, c account.Contact) error {
	was, found, err := contact(ctx, q, id)
	if err != nil || c.Email == "" && !found {
		return err
	}
	if found && was.Email != c.Email {
		if err := s.leaveAddress(ctx, q, id, was.Email); err != nil {
			return err
		}
	}
	if c.Email == "" {
		return s.dropContact(ctx, q, id)
	}
	_, err = q.ExecContext(ctx, `INSERT INTO account_contacts (account, email, salt, lang, reminders, news)
		VALUES (?, ?, ?, ?, ?, (SELECT coalesce(max(id), 0) FROM season_news))
		ON CONFLICT (account) DO UPDATE SET email = excluded.email, salt = excluded.salt, lang = excluded.lang, bounced = 0,
		news = CASE WHEN reminders = 0 THEN excluded.news ELSE news END, reminders = excluded.reminders`,
		id, c.Email, newMailID(), c.Lang, c.Reminders)
	if err != nil {
		return err
	}
	return s.record(ctx, q, audit.Contact, "", `account = ?`, id)
}

// leaveAddress ends what was sent to an address that is given up, and says so there.
func (s *Store) leaveAddress(ctx context.Context, q querier, id int64, email string) error {
	if err := dropLetters(ctx, q, id); err != nil {
		return err
	}
	return s.queueLetter(ctx, q, letter{account: id, kind: mailing.Moved, email: email})
}

// dropLetters forgets the mailed codes of an account and its letters, but for those that tell an address what happened.
func dropLetters(ctx context.Context, q querier, id int64) error {
	for _, query := range []string{`DELETE FROM account_letters WHERE account = ? AND email IS NULL`, `DELETE FROM account_mail_codes WHERE account = ?`} {
		if _, err := q.ExecContext(ctx, query, id); err != nil {
			return err
		}
	}
	return nil
}

// dropContact forgets the address of an account.
func (s *Store) dropContact(ctx context.Context, q querier, id int64) error {
	var login string
	err := q.QueryRowContext(ctx, `DELETE FROM account_contacts WHERE account = ? RETURNING (SELECT login FROM accounts WHERE id = account)`, id).Scan(&login)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	return s.recordGone(ctx, q, audit.Contact, login)
}
