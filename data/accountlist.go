package data

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"thuocdo/scoring/phrase"
	"thuocdo/survey/account"
)

// PutAccountList adds and changes accounts as a list says, with the codes and letters by which they get a password: all of it, or
// nothing. Errors: account.ErrChanged where one is not as the list was compared with, or phrase.Mistakes by row.
func (s *Store) PutAccountList(ctx context.Context, list []account.Change) error {
	return s.change(ctx, func(q querier) error { return s.putAccountList(ctx, q, list) })
}

// errDry ends a transaction that was only to try something.
var errDry = errors.New("only tried")

// CheckAccountList returns the error that PutAccountList would, and keeps nothing.
func (s *Store) CheckAccountList(ctx context.Context, list []account.Change) error {
	err := s.change(ctx, func(q querier) error {
		if err := s.putAccountList(ctx, q, list); err != nil {
			return err
		}
		return errDry
	})
	if errors.Is(err, errDry) {
		return nil
	}
	return err
}

// putAccountList takes new administrators before those who are no longer one.
func (s *Store) putAccountList(ctx context.Context, q querier, list []account.Change) error {
	order := slices.Clone(list)
	slices.SortStableFunc(order, func(a, b account.Change) int {
		return cmp.Compare(leaving(a), leaving(b))
	})
	var m phrase.Mistakes
	for _, c := range order {
		err := s.putListed(ctx, q, c)
		switch {
		case errors.Is(err, account.ErrTaken):
			m.Add(fmt.Sprintf("row %d", c.Line), "tên đăng nhập này đã từng thuộc về người khác", "this login was somebody else's once")
		case errors.Is(err, account.ErrLast):
			m.Add(fmt.Sprintf("row %d", c.Line), "đây là quản trị viên cuối cùng còn đăng nhập được", "it is the last administrator who can sign in")
		case err != nil:
			return err
		}
	}
	return m.Err()
}

func leaving(c account.Change) int {
	if c.Was.Role == account.Administrator && c.Now.Role != account.Administrator {
		return 1
	}
	return 0
}

func (s *Store) putListed(ctx context.Context, q querier, c account.Change) (err error) {
	id := c.Was.ID
	switch {
	case c.New():
		id, err = s.addAccount(ctx, q, c.Now)
	case !c.Same():
		c.Now.ID = id
		err = s.changeAccount(ctx, q, c.Now, c.Was.Seen())
	}
	switch {
	case err != nil:
		return err
	case c.Mail:
		return s.inviteByMail(ctx, q, id)
	case c.Digest != nil:
		return s.putAccountCode(ctx, q, id, *c.Digest)
	}
	return nil
}
