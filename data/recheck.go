package data

import (
	"context"
	"database/sql"
	"fmt"

	"thuocdo/survey/quality"
)

// reviews checks what is decided about responses: that they are there, and that what is taken off the tallies is what a recount
// of the invalid ones gives.
func (d *doctor) reviews(ctx context.Context) error {
	c := d.checks[CheckReviews]
	for _, w := range d.defs.waves {
		decided, err := loadStandings(ctx, d.q, w.ID, 0)
		if err != nil {
			return err
		}
		err = each(ctx, d.q, `SELECT agency FROM invalid_tallies WHERE wave = ?`, func(r *sql.Rows) error {
			var agency int64
			err := r.Scan(&agency)
			if decided[agency] == nil {
				decided[agency] = map[quality.Ref]quality.Standing{} // taken off although nothing is decided
			}
			return err
		}, w.ID)
		if err != nil {
			return err
		}
		for agency, list := range decided {
			at := Problem{Wave: w.Code, Agency: d.defs.agencyCode[agency]}
			if err := d.excluded(ctx, c, at, w, agency, list); err != nil {
				return fmt.Errorf("wave %s, agency %s: %w", at.Wave, at.Agency, err)
			}
		}
	}
	return nil
}

// excluded recounts the invalid responses of one agency.
func (d *doctor) excluded(ctx context.Context, c *Check, at Problem, w *wave, agency int64, decided map[quality.Ref]quality.Standing) error {
	open, err := w.open()
	if err != nil {
		return err
	}
	found, err := findResponses(ctx, d.q, placeKey{w.ID, agency}, open.Form, decided)
	if err != nil {
		return err
	}
	counted := open.Layout().New()
	for ref, x := range decided {
		if found[ref].n < x.Copies {
			c.add(at, "quyết định %d nói về %d phiếu %s, chỉ có %d", "decision %d is about %d responses %s, there are %d", x.Decision, x.Copies, ref, found[ref].n)
		}
		for range min(x.Excluded(), found[ref].n) {
			counted.Add(found[ref].answers)
		}
	}
	stored, err := loadInvalid(ctx, d.q, w.ID, agency, open.Layout())
	if err != nil {
		c.add(at, "bảng đếm phiếu không hợp lệ bị hỏng", "the tally of invalid responses is damaged")
		return nil
	}
	if at, was, is, differs := difference(at, open.Form, stored, counted); differs {
		c.add(at, "bảng đếm phiếu không hợp lệ ghi %v, đếm lại được %v", "the tally of invalid responses says %v, a recount gives %v", was, is)
	}
	return nil
}
