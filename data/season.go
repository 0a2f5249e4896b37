package data

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"thuocdo/scoring"
	"thuocdo/scoring/assess"
	"thuocdo/scoring/phrase"
	"thuocdo/scoring/standing"
	"thuocdo/survey"
	"thuocdo/survey/audit"
)

// Seasons returns every season, the newest period first.
func (s *Store) Seasons(ctx context.Context) ([]assess.Season, error) {
	list, err := seasons(ctx, s.read, "true")
	slices.SortFunc(list, func(a, b assess.Season) int {
		return cmp.Or(newerFirst(survey.Period(a.Period), survey.Period(b.Period)), cmp.Compare(a.Code, b.Code))
	})
	return list, storage(err)
}

// Season returns the season with this code and the framework it goes by, or assess.ErrUnknown.
func (s *Store) Season(ctx context.Context, code string) (*assess.Season, *scoring.Plan, error) {
	_, x, plan, err := s.season(ctx, s.read, code)
	return x, plan, storage(err)
}

func seasons(ctx context.Context, q querier, where string, args ...any) (list []assess.Season, err error) {
	err = each(ctx, q, `SELECT state, crc, body FROM seasons WHERE `+where, func(r *sql.Rows) error {
		var x assess.Season
		var state assess.State
		var crc int64
		var body []byte
		if err := r.Scan(&state, &crc, &body); err != nil {
			return err
		}
		if err := errors.Join(intact(body, crc), json.Unmarshal(body, &x)); err != nil {
			return fmt.Errorf("season: %w: %w", ErrCorrupt, err)
		}
		x.State = state
		list = append(list, x)
		return nil
	}, args...)
	return list, err
}

// season reads a season with its row number and plan.
func (s *Store) season(ctx context.Context, q querier, code string) (id int64, x *assess.Season, plan *scoring.Plan, err error) {
	list, err := seasons(ctx, q, `code = ?`, code)
	if err == nil && len(list) == 0 {
		err = fmt.Errorf("season %q: %w", code, assess.ErrUnknown)
	}
	if err == nil {
		err = q.QueryRowContext(ctx, `SELECT id FROM seasons WHERE code = ?`, code).Scan(&id)
	}
	if err != nil {
		return 0, nil, nil, err
	}
	x = &list[0]
	plan, err = s.planOf(x)
	return id, x, plan, err
}

// planOf returns the plan of the framework version that a season goes by.
func (s *Store) planOf(x *assess.Season) (*scoring.Plan, error) {
	f, err := s.definitions().framework(x.Framework, x.Version, x.Period)
	if err != nil {
		return nil, err
	}
	if f.Version != x.Version {
		return nil, fmt.Errorf("%s %s: %w", x.Framework, x.Version, standing.ErrUnknownFramework)
	}
	return f.plan()
}

// planInForce gives a season the version of its framework that is in force in its period, by which the index is computed.
func (s *Store) planInForce(x *assess.Season) (*scoring.Plan, error) {
	f, err := s.definitions().framework(x.Framework, "", x.Period)
	if err != nil {
		return nil, err
	}
	if x.Version != "" && x.Version != f.Version {
		var m phrase.Mistakes
		m.Add("$.version", "phiên bản áp dụng cho kỳ %s là %q", "the version in force in %s is %q", x.Period, f.Version)
		return nil, m
	}
	x.Version = f.Version
	return f.plan()
}

// PutSeason stores a season, or changes the one with its code: until it is open in everything; then its title, deadlines, appraisers
// and council, and its agencies as far as none leaves whose sheet was submitted. Errors: standing.ErrUnknownFramework and
// ErrUnknownPeriod, assess.ErrOpen, assess.ErrState for a closed season, or phrase.Mistakes with every mistake.
func (s *Store) PutSeason(ctx context.Context, x assess.Season) error {
	return s.change(ctx, func(q querier) error {
		if _, err := survey.ParsePeriod(x.Period); err != nil {
			return fmt.Errorf("%q: %w", x.Period, standing.ErrUnknownPeriod)
		}
		plan, err := s.planInForce(&x)
		if err != nil {
			return err
		}
		if err := s.checkSeason(ctx, q, plan, &x); err != nil {
			return err
		}
		body, err := json.Marshal(x)
		if err != nil {
			return err
		}
		var id int64
		err = q.QueryRowContext(ctx, `INSERT INTO seasons (code, state, crc, body) VALUES (?, ?, ?, ?)
			ON CONFLICT (code) DO UPDATE SET crc = excluded.crc, body = excluded.body RETURNING id`, x.Code, assess.Planned, checksum(body), string(body)).Scan(&id)
		if err != nil {
			return err
		}
		if err := s.record(ctx, q, audit.Season, "", `code = ?`, x.Code); err != nil {
			return err
		}
		return s.putSheets(ctx, q, id, x)
	})
}

// checkSeason finds what is wrong with a season that is to be stored, and makes it carry no state.
func (s *Store) checkSeason(ctx context.Context, q querier, plan *scoring.Plan, x *assess.Season) error {
	x.State = ""
	m := x.Check(plan)
	c := s.definitions()
	for i, a := range x.Agencies {
		if _, ok := c.agencyID[a]; !ok {
			m.Add(fmt.Sprintf("$.agencies[%d]", i), "không có cơ quan %q", "there is no agency %q", a)
		}
	}
	if len(m) > 0 {
		return m
	}
	_, old, _, err := s.season(ctx, q, x.Code)
	switch {
	case errors.Is(err, assess.ErrUnknown):
		return nil
	case err != nil:
		return err
	case old.State == assess.Closed:
		return fmt.Errorf("%s: %w", x.Code, assess.ErrState)
	case old.State == assess.Open && (old.Framework != x.Framework || old.Version != x.Version || old.Period != x.Period || old.Rounds != x.Rounds):
		return fmt.Errorf("%s: %w", x.Code, assess.ErrOpen)
	}
	return nil
}

// putSheets gives every agency of a season a sheet, and takes those of others away that nobody has submitted.
func (s *Store) putSheets(ctx context.Context, q querier, id int64, x assess.Season) error {
	c := s.definitions()
	for _, a := range x.Agencies {
		if _, err := q.ExecContext(ctx, `INSERT OR IGNORE INTO sheets (season, agency, stage, head, reason) VALUES (?, ?, ?, '', '')`, id, c.agencyID[a], assess.Draft); err != nil {
			return err
		}
	}
	list, err := stagesOf(ctx, q, c, id)
	if err != nil {
		return err
	}
	for _, sheet := range list {
		if slices.Contains(x.Agencies, sheet.Agency) {
			continue
		}
		if sheet.Stage != assess.Draft {
			return phrase.Mistakes{{Path: "$.agencies", Message: phrase.VI("cơ quan "+sheet.Agency+" đã nộp, không thể bỏ ra", "agency "+sheet.Agency+" has submitted, it cannot be left out")}}
		}
		if err := s.dropSheet(ctx, q, id, x.Code, sheet.Agency); err != nil {
			return err
		}
	}
	if err := s.checkMore(ctx, q, id, &x); err != nil {
		return err
	}
	return s.record(ctx, q, audit.Sheet, "", `s.season = ?`, id)
}

// dropSheet removes a draft that belongs to the season no longer. What an agency has filled in, or keeps as a document, is not removed by
// leaving its code out.
func (s *Store) dropSheet(ctx context.Context, q querier, id int64, code, agency string) error {
	at := s.definitions().agencyID[agency]
	var used bool
	err := q.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM sheet_leaves WHERE season = ?1 AND agency = ?2) OR EXISTS (SELECT 1 FROM evidence WHERE season = ?1 AND agency = ?2)`,
		id, at).Scan(&used)
	if err != nil {
		return err
	}
	if used {
		return phrase.Mistakes{{Path: "$.agencies", Message: phrase.VI("cơ quan "+agency+" đã nhập số liệu hoặc có tài liệu, không thể bỏ ra",
			"agency "+agency+" has filled something in or keeps documents, it cannot be left out")}}
	}
	for _, stage := range assess.Stages {
		if err := s.dropMore(ctx, q, code, id, at, agency, stage, ""); err != nil {
			return err
		}
	}
	if _, err := q.ExecContext(ctx, `DELETE FROM sheets WHERE season = ? AND agency = ?`, id, at); err != nil {
		return err
	}
	return s.recordGone(ctx, q, audit.Sheet, code+" "+agency)
}

// OpenSeason lets agencies begin. Errors: assess.ErrUnknown, assess.ErrState where it was open before.
func (s *Store) OpenSeason(ctx context.Context, code string) error {
	return s.change(ctx, func(q querier) error {
		id, x, _, err := s.season(ctx, q, code)
		if err != nil {
			return err
		}
		if x.State != assess.Planned {
			return fmt.Errorf("%s is %s: %w", code, x.State, assess.ErrState)
		}
		return s.setState(ctx, q, id, code, assess.Open, audit.Opened)
	})
}

func (s *Store) setState(ctx context.Context, q querier, id int64, code string, state assess.State, act audit.Act) error {
	if _, err := q.ExecContext(ctx, `UPDATE seasons SET state = ? WHERE id = ?`, state, id); err != nil {
		return err
	}
	return s.record(ctx, q, audit.Season, act, `code = ?`, code)
}

// keepOthers adds what is stored of the leaves that a season does not decide: what surveys and other indexes gave.
func (s *Store) keepOthers(ctx context.Context, q querier, x *assess.Season, plan *scoring.Plan, agency string, to map[string]scoring.LeafInput) error {
	var body []byte
	err := q.QueryRowContext(ctx, `SELECT body FROM scores WHERE framework = ? AND period = ? AND agency = ?`, x.Framework, x.Period, s.definitions().agencyID[agency]).Scan(&body)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	var stored map[string]scoring.LeafInput
	if err == nil {
		err = json.Unmarshal(body, &stored)
	}
	for code, in := range stored {
		if i, ok := plan.Node(code); ok && !assess.Assessed(plan.Nodes()[i]) {
			to[code] = in
		}
	}
	return err
}

// CloseSeason ends a season whose sheets are all final: what stands becomes the scores of the framework in the period. Errors:
// assess.ErrUnknown, assess.ErrState, assess.Incomplete with the sheets that are not final.
func (s *Store) CloseSeason(ctx context.Context, code string) error {
	defer s.changes.Add(1) // as PutScores
	return s.change(ctx, func(q querier) error {
		id, x, plan, err := s.season(ctx, q, code)
		if err != nil {
			return err
		}
		if x.State != assess.Open {
			return fmt.Errorf("%s is %s: %w", code, x.State, assess.ErrState)
		}
		list, err := s.sheets(ctx, q, id, "")
		if err != nil {
			return err
		}
		var m phrase.Mistakes
		scores := map[string]map[string]scoring.LeafInput{}
		for _, sheet := range list {
			if sheet.Stage != assess.Final {
				m.Add(sheet.Agency, "chưa kết thúc: %s", "not final: %s", sheet.Stage)
			}
			scores[sheet.Agency] = sheet.Scores(plan)
			if err := s.keepOthers(ctx, q, x, plan, sheet.Agency, scores[sheet.Agency]); err != nil {
				return err
			}
		}
		if len(m) > 0 {
			return &assess.Incomplete{Missing: m}
		}
		if err := s.writeScores(ctx, q, x.Framework, x.Period, scores, nil); err != nil {
			return err
		}
		return s.setState(ctx, q, id, code, assess.Closed, audit.Closed)
	})
}
