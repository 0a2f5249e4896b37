package data

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"thuocdo/scoring/assess"
	"thuocdo/survey/account"
)

// AssessAs is Assess for a signed-in person, who can do no more than the account may. Errors beside those of Assess: account.ErrUnknown,
// assess.ErrForbidden, assess.ErrNotYours.
func (s *Store) AssessAs(ctx context.Context, by int64, code string, turns ...assess.Turn) error {
	return s.change(ctx, func(q querier) error {
		a, err := s.account(ctx, q, selectAccount+`id = ?`, by)
		if err != nil {
			return err
		}
		_, x, _, err := s.season(ctx, q, code)
		if err != nil {
			return err
		}
		for _, t := range turns {
			for i, act := range t.Acts {
				if end, ok := act.(assess.Advance); ok && !end.Done && a.Role == account.Appraiser && !x.TakesPart(a.Login) {
					return fmt.Errorf("%s: %w", a.Login, assess.ErrNotYours)
				}
				if submit, ok := act.(assess.Submit); ok {
					head, err := s.approved(ctx, q, a, t.Agency, submit)
					if err != nil {
						return err
					}
					t.Acts[i] = head
				}
				if !mayAct(a, t.Agency, act) {
					return fmt.Errorf("%s: %s: %w", a.Login, t.Agency, assess.ErrForbidden)
				}
			}
		}
		return s.assess(ctx, q, code, turns)
	})
}

// approved says who approved a sheet that is handed over. Where the agency has an account of its head, that is the head in person – or the head of
// an agency above it –, under the own name; elsewhere it is who the officer says.
func (s *Store) approved(ctx context.Context, q querier, a account.Account, agency string, act assess.Submit) (assess.Submit, error) {
	if a.MayApprove(agency) {
		return assess.Submit{Head: a.Name, Seen: act.Seen}, nil
	}
	var has bool
	err := q.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM accounts WHERE role = ? AND agency = ? AND disabled = 0 AND gone = 0)`, account.Head, agency).Scan(&has)
	if err == nil && has && a.MayClaim(agency) {
		err = fmt.Errorf("%s: %w", agency, assess.ErrHead)
	}
	return act, err
}

// Heads returns the names of those who approve in person what an agency claims: the active accounts of its heads.
func (s *Store) Heads(ctx context.Context, agency string) (names []string, err error) {
	err = each(ctx, s.read, `SELECT name FROM accounts WHERE role = ? AND agency = ? AND disabled = 0 AND gone = 0 ORDER BY name`, func(r *sql.Rows) error {
		var name string
		err := r.Scan(&name)
		names = append(names, name)
		return err
	}, account.Head, agency)
	return names, storage(err)
}

// mayAct reports whether an account may do this to the sheet of an agency. Which criteria an appraiser has is for assess to say.
func mayAct(a account.Account, agency string, act assess.Act) bool {
	switch act := act.(type) {
	case assess.Submit:
		return a.MayClaim(agency) || a.MayApprove(agency)
	case assess.Fill, assess.Explain, assess.Answer:
		return a.MayClaim(agency)
	case assess.Advance:
		if act.Done {
			return a.MayClaim(agency)
		}
		return a.Is(account.Administrator, account.Appraiser) && a.MayRead(agency) // which appraisers, takesPart says
	case assess.Appraise, assess.Ask:
		return a.MayAppraise(agency)
	case assess.Decide, assess.Reopen, assess.Extend: // administrators keep the minutes of the council
		return a.Is(account.Administrator)
	}
	return false
}

// SheetStages returns the sheets of a season without their leaves, by the code of their agencies, or assess.ErrUnknown.
func (s *Store) SheetStages(ctx context.Context, code string) (list []assess.Sheet, err error) {
	var id int64
	err = s.read.QueryRowContext(ctx, `SELECT id FROM seasons WHERE code = ?`, code).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, fmt.Errorf("season %q: %w", code, assess.ErrUnknown)
	}
	if err == nil {
		list, err = stagesOf(ctx, s.read, s.definitions(), id)
	}
	slices.SortFunc(list, func(a, b assess.Sheet) int { return cmp.Compare(a.Agency, b.Agency) })
	return list, storage(err)
}
