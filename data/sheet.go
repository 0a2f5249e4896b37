package data

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"thuocdo/scoring/assess"
	"thuocdo/survey/audit"
)

// Sheets returns the sheets of a season by the code of their agencies, or assess.ErrUnknown.
func (s *Store) Sheets(ctx context.Context, code string) ([]assess.Sheet, error) {
	return s.readSheets(ctx, code, "")
}

// Sheet returns the sheet of one agency. Errors: assess.ErrUnknown, assess.ErrNoSheet.
func (s *Store) Sheet(ctx context.Context, code, agency string) (*assess.Sheet, error) {
	list, err := s.readSheets(ctx, code, agency)
	if err == nil && (agency == "" || len(list) == 0) {
		err = fmt.Errorf("%s in %s: %w", agency, code, assess.ErrNoSheet)
	}
	if err != nil {
		return nil, err
	}
	return &list[0], nil
}

func (s *Store) readSheets(ctx context.Context, code, agency string) ([]assess.Sheet, error) {
	tx, err := s.read.BeginTx(ctx, nil)
	if err != nil {
		return nil, storage(err)
	}
	defer tx.Rollback()
	id, _, _, err := s.season(ctx, tx, code)
	if err != nil {
		return nil, storage(err)
	}
	list, err := s.sheets(ctx, tx, id, agency)
	return list, storage(err)
}

// stagesOf returns the sheets of a season without their leaves.
func stagesOf(ctx context.Context, q querier, c *catalogue, season int64) (list []assess.Sheet, err error) {
	at := map[int64]int{}
	err = each(ctx, q, `SELECT agency, stage, head, reason FROM sheets WHERE season = ?`, func(r *sql.Rows) error {
		x := assess.Sheet{Leaves: map[string]assess.Leaf{}}
		var agency int64
		err := r.Scan(&agency, &x.Stage, &x.Head, &x.Reason)
		x.Agency = c.agencyCode[agency]
		at[agency] = len(list)
		list = append(list, x)
		return err
	}, season)
	if err != nil {
		return nil, err
	}
	return list, moreTimes(ctx, q, season, sheetAt(list, at))
}

// sheetAt finds a sheet by the row number of its agency; nil where it was not read.
func sheetAt(list []assess.Sheet, at map[int64]int) func(int64) *assess.Sheet {
	return func(agency int64) *assess.Sheet {
		if i, ok := at[agency]; ok {
			return &list[i]
		}
		return nil
	}
}

// sheets reads the sheets of a season, or that of one agency, by code.
func (s *Store) sheets(ctx context.Context, q querier, season int64, agency string) (list []assess.Sheet, err error) {
	c := s.definitions()
	at := map[int64]int{}
	err = each(ctx, q, `SELECT a.id, a.code, s.stage, s.head, s.reason FROM sheets s JOIN agencies a ON a.id = s.agency
		WHERE s.season = ?1 AND (?2 = '' OR a.code = ?2) ORDER BY a.code`, func(r *sql.Rows) error {
		x := assess.Sheet{Leaves: map[string]assess.Leaf{}}
		var id int64
		err := r.Scan(&id, &x.Agency, &x.Stage, &x.Head, &x.Reason)
		at[id] = len(list)
		list = append(list, x)
		return err
	}, season, agency)
	if err == nil {
		err = moreTimes(ctx, q, season, sheetAt(list, at))
	}
	if err != nil {
		return nil, err
	}
	err = each(ctx, q, `SELECT agency, leaf, version, crc, body FROM sheet_leaves WHERE season = ?1 AND (?2 = '' OR agency = ?3)`, func(r *sql.Rows) error {
		var id, crc int64
		var code string
		var l assess.Leaf
		var body sql.RawBytes
		if err := r.Scan(&id, &code, &l.Version, &crc, &body); err != nil {
			return err
		}
		if err := errors.Join(intact(body, crc), json.Unmarshal(body, &l)); err != nil {
			return fmt.Errorf("leaf %s: %w: %w", code, ErrCorrupt, err)
		}
		if i, ok := at[id]; ok {
			list[i].Leaves[code] = l
		}
		return nil
	}, season, agency, c.agencyID[agency])
	return list, err
}

// Assess lets whoever acts in the context do something to sheets of a season: all of it in one transaction, or nothing. Errors: those of
// assess.Do behind the code of the agency, assess.ErrUnknown, assess.ErrNoSheet, assess.ErrNoDocument.
func (s *Store) Assess(ctx context.Context, code string, turns ...assess.Turn) error {
	return s.change(ctx, func(q querier) error { return s.assess(ctx, q, code, turns) })
}

func (s *Store) assess(ctx context.Context, q querier, code string, turns []assess.Turn) error {
	id, moves, err := s.moves(ctx, q, code, turns)
	if err != nil {
		return err
	}
	c := s.definitions()
	for _, m := range moves {
		for _, leaf := range m.leaves {
			if err := s.writeLeaf(ctx, q, id, c.agencyID[m.sheet.Agency], leaf, m.sheet.Leaves[leaf]); err != nil {
				return err
			}
		}
		if m.moved() {
			if err := s.writeSheet(ctx, q, id, c.agencyID[m.sheet.Agency], m.sheet, m.was.Stage); err != nil {
				return err
			}
		}
		if err := s.writeMore(ctx, q, code, id, c.agencyID[m.sheet.Agency], m, m.more); err != nil {
			return err
		}
		if err := s.tellNews(ctx, q, id, m); err != nil {
			return err
		}
		if m.submitted {
			if err := s.keepDocuments(ctx, q, id, c.agencyID[m.sheet.Agency]); err != nil {
				return err
			}
		}
	}
	return nil
}

// CheckAssess returns the error that Assess would, and stores nothing.
func (s *Store) CheckAssess(ctx context.Context, code string, turns ...assess.Turn) error {
	tx, err := s.read.BeginTx(ctx, nil)
	if err != nil {
		return storage(err)
	}
	defer tx.Rollback()
	_, _, err = s.moves(ctx, tx, code, turns)
	return storage(err)
}

// move is what a turn does to a sheet.
type move struct {
	sheet  *assess.Sheet
	was    assess.Sheet // as it was read: stage, head and reason
	leaves []string     // that changed

	submitted bool                    // documents came into what others see
	asked     bool                    // a question was put
	more      map[assess.Stage]string // stages for which the agency got more time or lost it, with the reason
	kept      []assess.Document       // of the agency; nil until they are needed
}

// moved reports whether more than leaves changed.
func (m *move) moved() bool {
	return m.was.Stage != m.sheet.Stage || m.was.Head != m.sheet.Head || m.was.Reason != m.sheet.Reason
}

// moves takes turns in memory. A sheet that is named twice goes on where the first turn left it.
func (s *Store) moves(ctx context.Context, q querier, code string, turns []assess.Turn) (id int64, list []*move, err error) {
	id, season, plan, err := s.season(ctx, q, code)
	if err != nil {
		return 0, nil, err
	}
	of := map[string]*move{}
	for _, t := range turns {
		m := of[t.Agency]
		if m == nil {
			found, err := s.sheets(ctx, q, id, t.Agency)
			if err == nil && (t.Agency == "" || len(found) == 0) {
				err = fmt.Errorf("%s in %s: %w", t.Agency, code, assess.ErrNoSheet)
			}
			if err != nil {
				return 0, nil, err
			}
			m = &move{sheet: &found[0], was: found[0]}
			of[t.Agency], list = m, append(list, m)
		}
		for _, act := range t.Acts {
			draft := m.sheet.Stage == assess.Draft
			changed, err := assess.Do(season, plan, m.sheet, audit.Who(ctx).Name, s.now(), act)
			if err != nil {
				return 0, nil, fmt.Errorf("%s: %w", t.Agency, err)
			}
			m.leaves = append(m.leaves, changed...)
			if more, ok := act.(assess.Extend); ok {
				if m.more == nil {
					m.more = map[assess.Stage]string{}
				}
				m.more[more.Stage] = strings.TrimSpace(more.Reason)
			}
			_, asks := act.(assess.Ask)
			m.asked = m.asked || asks
			m.submitted = m.submitted || draft && m.sheet.Stage == assess.Submitted
			if err := s.findFiles(ctx, q, id, m, changed, draft); err != nil {
				return 0, nil, err
			}
		}
	}
	return id, list, nil
}

func (s *Store) writeLeaf(ctx context.Context, q querier, season, agency int64, code string, l assess.Leaf) error {
	body, err := json.Marshal(l)
	if err != nil {
		return err
	}
	_, err = q.ExecContext(ctx, `INSERT INTO sheet_leaves (season, agency, leaf, version, crc, body) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (season, agency, leaf) DO UPDATE SET version = excluded.version, crc = excluded.crc, body = excluded.body`,
		season, agency, code, l.Version, checksum(body), string(body))
	if err != nil {
		return err
	}
	return s.record(ctx, q, audit.Leaf, "", `l.season = ? AND l.agency = ? AND l.leaf = ?`, season, agency, code)
}

// writeSheet stores how far a sheet is; to open one again is logged with its reason.
func (s *Store) writeSheet(ctx context.Context, q querier, season, agency int64, x *assess.Sheet, was assess.Stage) error {
	_, err := q.ExecContext(ctx, `UPDATE sheets SET stage = ?, head = ?, reason = ? WHERE season = ? AND agency = ?`, x.Stage, x.Head, x.Reason, season, agency)
	if err != nil {
		return err
	}
	if x.Stage != was {
		if err := s.tellStage(ctx, q, season, agency); err != nil {
			return err
		}
	}
	act, reason := audit.Advanced, ""
	if x.Stage.Before(was) {
		act, reason = audit.Reopened, x.Reason
	}
	return s.recordBecause(ctx, q, audit.Sheet, act, reason, `s.season = ? AND s.agency = ?`, season, agency)
}
