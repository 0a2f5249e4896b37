package data

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"thuocdo/scoring/phrase"
	"thuocdo/survey"
	"thuocdo/survey/audit"
)

// PutDesign gives a wave the design of its sample, in place of the one it had; nil takes it away. A design that leaves units out
// that answers came from is refused. Errors: survey.ErrUnknownWave, phrase.Mistakes.
func (s *Store) PutDesign(ctx context.Context, code string, d *survey.Design) error {
	return s.define(ctx, func(q querier, c *catalogue) error {
		w, err := c.unfitDesign(ctx, q, code, d)
		if err != nil {
			return err
		}
		if d == nil {
			if _, err := q.ExecContext(ctx, `DELETE FROM designs WHERE wave = ?`, w.ID); err != nil {
				return err
			}
			return s.recordGone(ctx, q, audit.Design, code)
		}
		body, err := json.Marshal(d)
		if err != nil {
			return err
		}
		_, err = q.ExecContext(ctx, `INSERT INTO designs (wave, crc, body) VALUES (?, ?, ?)
			ON CONFLICT (wave) DO UPDATE SET crc = excluded.crc, body = excluded.body`, w.ID, checksum(body), string(body))
		if err != nil {
			return err
		}
		return s.record(ctx, q, audit.Design, "", `d.wave = ?`, w.ID)
	})
}

// CheckDesign returns the error that PutDesign would, and stores nothing.
func (s *Store) CheckDesign(ctx context.Context, code string, d *survey.Design) error {
	_, err := s.definitions().unfitDesign(ctx, s.read, code, d)
	return err
}

// unfitDesign returns the wave, or what is wrong with a design for it.
func (c *catalogue) unfitDesign(ctx context.Context, q querier, code string, d *survey.Design) (*wave, error) {
	w, ok := c.wave[code]
	if !ok {
		return nil, fmt.Errorf("wave %q: %w", code, survey.ErrUnknownWave)
	}
	open, err := w.open()
	if err != nil {
		return nil, err
	}
	if d != nil {
		if err := d.Check(open); err != nil {
			return nil, err
		}
	}
	return w, storage(c.unitsKept(ctx, q, w, d))
}

// unitsKept wants the units that answers came from to stay what they were drawn for.
func (c *catalogue) unitsKept(ctx context.Context, q querier, w *wave, d *survey.Design) error {
	if w.Design == nil {
		return nil
	}
	var m phrase.Mistakes
	err := each(ctx, q, `SELECT agency, crc, body FROM circumstances WHERE wave = ?`, func(r *sql.Rows) error {
		var id, crc int64
		var body []byte
		if err := r.Scan(&id, &crc, &body); err != nil {
			return err
		}
		if err := intact(body, crc); err != nil {
			return err
		}
		list, err := readCircumstances(body)
		lost := map[string]bool{}
		for _, x := range list {
			if old, ok := w.Design.Unit(x.Unit); !ok || old.Agency != c.agencyCode[id] || lost[x.Unit] {
				continue
			}
			if d != nil {
				if u, ok := d.Unit(x.Unit); ok && u.Agency == c.agencyCode[id] {
					continue
				}
			}
			lost[x.Unit] = true
			m.Add("unit "+x.Unit, "đã có phiếu trả lời của đơn vị %q (cơ quan %s), không thể bỏ ra khỏi mẫu",
				"there are answers from unit %q (agency %s), it cannot leave the sample", x.Unit, c.agencyCode[id])
		}
		return err
	}, w.ID)
	if err != nil {
		return err
	}
	return m.Err()
}

// loadDesigns gives every wave its design.
func loadDesigns(ctx context.Context, q querier, waves []survey.Wave) error {
	of := map[int64]*survey.Design{}
	err := each(ctx, q, `SELECT wave, crc, body FROM designs`, func(r *sql.Rows) error {
		var wave, crc int64
		var body []byte
		if err := r.Scan(&wave, &crc, &body); err != nil {
			return err
		}
		if err := intact(body, crc); err != nil {
			return fmt.Errorf("design: %w", err)
		}
		d := &survey.Design{}
		of[wave] = d
		return json.Unmarshal(body, d)
	})
	for i := range waves {
		waves[i].Design = of[waves[i].ID]
	}
	return err
}
