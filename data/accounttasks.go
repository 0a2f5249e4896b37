package data

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"thuocdo/scoring/assess"
	"thuocdo/scoring/phrase"
	"thuocdo/scoring/remedy"
	"thuocdo/survey/account"
	"thuocdo/survey/audit"
)

// AccountTasks returns what an account still has to do.
func (s *Store) AccountTasks(ctx context.Context, id int64) ([]account.Task, error) {
	a, err := s.AccountByID(ctx, id)
	if err != nil {
		return nil, err
	}
	list, err := s.tasks(ctx, s.read, a)
	return list, storage(err)
}

// HandOver gives the open tasks of an account that pass to a successor, a login; the account stays. Errors: account.ErrUnknown,
// account.ErrTasks without a login, account.ErrSuccessor.
func (s *Store) HandOver(ctx context.Context, id int64, successor string) error {
	return s.change(ctx, func(q querier) error {
		a, err := s.scanAccount(q.QueryRowContext(ctx, selectAccount+`id = ? AND gone = 0`, id))
		if errors.Is(err, sql.ErrNoRows) {
			return account.ErrUnknown
		}
		if err == nil {
			err = s.handOver(ctx, q, a, successor)
		}
		return err
	})
}

// leave hands the open tasks of an account over that goes, or says what keeps it.
func (s *Store) leave(ctx context.Context, q querier, a account.Account, leave account.Leave) error {
	tasks, err := s.tasks(ctx, q, a)
	if err != nil {
		return err
	}
	passes := slices.ContainsFunc(tasks, func(t account.Task) bool { return t.Kind.Passes() })
	if passes {
		if err := s.handOver(ctx, q, a, leave.Successor); err != nil {
			return err
		}
	}
	if !leave.Sure && slices.ContainsFunc(tasks, func(t account.Task) bool { return !t.Kind.Passes() }) {
		return account.ErrAlone
	}
	return nil
}

func (s *Store) tasks(ctx context.Context, q querier, a account.Account) (list []account.Task, err error) {
	open, err := seasons(ctx, q, `state <> ? ORDER BY code`, assess.Closed)
	if err != nil {
		return nil, err
	}
	a.Disabled = false // what it would do if it could sign in
	lonely, err := s.lonely(ctx, q, a)
	if err != nil {
		return nil, err
	}
	for i := range open {
		x := &open[i]
		if appraises(x, a.Login) {
			list = append(list, account.Task{Kind: account.Appraises, Subject: x.Code, Title: x.Title})
		}
		if slices.Contains(x.Board.Members, a.Login) {
			list = append(list, account.Task{Kind: account.Decides, Subject: x.Code, Title: x.Title})
		}
		kind := account.Speaks
		switch {
		case a.Role == account.Appraiser && len(x.Appraisers) == 0:
			kind = account.Judges
		case a.Role != account.Officer:
			continue
		}
		agencies, err := s.unfinished(ctx, q, x.Code)
		if err != nil {
			return nil, err
		}
		if agencies = slices.DeleteFunc(agencies, func(code string) bool { return !lonely(code) }); len(agencies) > 0 {
			list = append(list, account.Task{Kind: kind, Subject: x.Code, Title: x.Title, Agencies: agencies})
		}
	}
	remedial, err := s.remedialTasks(ctx, q, a, lonely)
	if err != nil {
		return nil, err
	}
	list = append(list, remedial...)
	err = each(ctx, q, `SELECT id, title FROM scenarios WHERE author = ? ORDER BY saved DESC, id`, func(r *sql.Rows) error {
		t := account.Task{Kind: account.Keeps, Title: phrase.Text{}}
		var title string
		err := r.Scan(&t.Subject, &title)
		t.Title["vi"] = title
		list = append(list, t)
		return err
	}, a.ID)
	return list, err
}

// lonely tells for which agencies of an account nobody else has its role.
func (s *Store) lonely(ctx context.Context, q querier, a account.Account) (func(agency string) bool, error) {
	var others []account.Scope
	err := each(ctx, q, selectAccount+`gone = 0 AND disabled = 0 AND role = ? AND id <> ?`, func(r *sql.Rows) error {
		b, err := s.scanAccount(r)
		others = append(others, b.Reach())
		return err
	}, a.Role, a.ID)
	mine := a.Reach()
	return func(agency string) bool {
		return mine.Has(agency) && !slices.ContainsFunc(others, func(o account.Scope) bool { return o.Has(agency) })
	}, err
}

// unfinished returns the agencies of a season whose sheets are not final.
func (s *Store) unfinished(ctx context.Context, q querier, season string) (list []string, err error) {
	err = each(ctx, q, `SELECT g.code FROM sheets t JOIN seasons x ON x.id = t.season JOIN agencies g ON g.id = t.agency WHERE x.code = ? AND t.stage <> ? ORDER BY g.code`, func(r *sql.Rows) error {
		var code string
		err := r.Scan(&code)
		list = append(list, code)
		return err
	}, season, assess.Final)
	return list, err
}

// remedialTasks returns the open remedial tasks that name an account, and those of agencies that nobody else works for.
func (s *Store) remedialTasks(ctx context.Context, q querier, a account.Account, lonely func(string) bool) (list []account.Task, err error) {
	var alone []string
	open, err := openRemedies(ctx, q)
	for _, t := range open {
		if named(a, t.Owner) && a.Reach().Has(t.Agency) {
			list = append(list, account.Task{Kind: account.Mends, Subject: strconv.FormatInt(t.ID, 10), Title: phrase.Text{"vi": t.Title}})
		}
		if a.Role == account.Officer && lonely(t.Agency) && !slices.Contains(alone, t.Agency) {
			alone = append(alone, t.Agency)
		}
	}
	if len(alone) > 0 {
		list = append(list, account.Task{Kind: account.Plans, Agencies: alone})
	}
	return list, err
}

// openRemedies returns every remedial task that is not done or dropped.
func openRemedies(ctx context.Context, q querier) ([]remedy.Task, error) {
	list, err := remediesOf(ctx, q, `ORDER BY g.code, r.id`)
	return slices.DeleteFunc(list, func(t remedy.Task) bool { return !t.Open() }), err
}

// named reports whether the words for an owner are an account's name or login.
func named(a account.Account, owner string) bool {
	owner = strings.TrimSpace(owner)
	return owner != "" && (strings.EqualFold(owner, strings.TrimSpace(a.Name)) || strings.EqualFold(owner, a.Login))
}

// passRemedies names another owner for the open remedial tasks of an account.
func (s *Store) passRemedies(ctx context.Context, q querier, a, b account.Account) error {
	open, err := openRemedies(ctx, q)
	for i := range open {
		t := &open[i]
		a.Disabled = false
		if err != nil || !named(a, t.Owner) || !a.Reach().Has(t.Agency) {
			continue
		}
		t.Owner = b.Name
		var body []byte
		if body, err = json.Marshal(t); err == nil {
			_, err = s.putTask(ctx, q, t, body)
		}
		if err == nil {
			err = s.record(ctx, q, audit.Task, "", `r.id = ?`, t.ID)
		}
	}
	return err
}

func appraises(x *assess.Season, login string) bool {
	return slices.ContainsFunc(x.Appraisers, func(a assess.Appraiser) bool { return a.Login == login })
}

// seasonsOf returns the seasons that are not closed in which somebody appraises or decides.
func (s *Store) seasonsOf(ctx context.Context, q querier, login string) (list []*assess.Season, err error) {
	var codes []string
	err = each(ctx, q, `SELECT code FROM seasons WHERE state <> ? ORDER BY code`, func(r *sql.Rows) error {
		var code string
		err := r.Scan(&code)
		codes = append(codes, code)
		return err
	}, assess.Closed)
	for _, code := range codes {
		if err != nil {
			break
		}
		var x *assess.Season
		if _, x, _, err = s.season(ctx, q, code); err == nil && (appraises(x, login) || slices.Contains(x.Board.Members, login)) {
			list = append(list, x)
		}
	}
	return list, err
}

// handOver gives the open tasks of an account to another one of the same role that reaches as far.
func (s *Store) handOver(ctx context.Context, q querier, a account.Account, successor string) error {
	if successor == "" {
		return account.ErrTasks
	}
	b, err := s.scanAccount(q.QueryRowContext(ctx, selectAccount+`login = ? AND gone = 0`, strings.ToLower(successor)))
	if errors.Is(err, sql.ErrNoRows) || err == nil && !a.Takes(b) {
		return fmt.Errorf("%s: %w", successor, account.ErrSuccessor)
	}
	if err != nil {
		return err
	}
	seasons, err := s.seasonsOf(ctx, q, a.Login)
	if err != nil {
		return err
	}
	for _, x := range seasons {
		if err := s.succeed(ctx, q, x, a.Login, b.Login); err != nil {
			return err
		}
	}
	if err := s.passRemedies(ctx, q, a, b); err != nil {
		return err
	}
	_, err = q.ExecContext(ctx, `UPDATE scenarios SET author = ? WHERE author = ?`, b.ID, a.ID)
	return err
}

// succeed puts one login in the place of another in a season.
func (s *Store) succeed(ctx context.Context, q querier, x *assess.Season, was, now string) error {
	for i := range x.Appraisers {
		if x.Appraisers[i].Login == was {
			x.Appraisers[i].Login = now
		}
	}
	if i := slices.Index(x.Board.Members, was); i >= 0 {
		if slices.Contains(x.Board.Members, now) {
			return fmt.Errorf("%s sits in the council of %s already: %w", now, x.Code, account.ErrSuccessor)
		}
		x.Board.Members[i] = now
	}
	x.State = "" // a column of its own
	body, err := json.Marshal(x)
	if err != nil {
		return err
	}
	if _, err := q.ExecContext(ctx, `UPDATE seasons SET crc = ?, body = ? WHERE code = ?`, checksum(body), string(body), x.Code); err != nil {
		return err
	}
	return s.record(ctx, q, audit.Season, "", `code = ?`, x.Code)
}
