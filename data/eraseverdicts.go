package data

import (
	"context"
	"database/sql"
	"strconv"
	"strings"

	"thuocdo/survey/quality"
)

// history is what was ever decided about the responses with one digest, in the order of the decisions.
type history []verdictRow

// verdictRow says how many responses with a digest a decision is about.
type verdictRow struct {
	decision int64
	copies   int
}

// name says which decisions there were. Of responses with the same ones each decision is about the sum of both, so that they may become
// one; of others the newest decision alone would hold.
func (h history) name() string {
	var b strings.Builder
	for _, x := range h {
		b.WriteString(strconv.FormatInt(x.decision, 10) + " ")
	}
	return b.String()
}

// loadVerdicts returns the histories of an agency's responses by digest.
func loadVerdicts(ctx context.Context, q querier, key placeKey) (map[quality.Ref]history, error) {
	all := map[quality.Ref]history{}
	return all, each(ctx, q, `SELECT digest, decision, copies FROM verdicts WHERE wave = ? AND agency = ? ORDER BY decision`, func(r *sql.Rows) error {
		var digest sql.RawBytes
		var x verdictRow
		err := r.Scan(&digest, &x.decision, &x.copies)
		all[quality.Ref(digest)] = append(all[quality.Ref(digest)], x)
		return err
	}, key.wave, key.agency)
}

// moveVerdicts gives the verdicts about digests to the digests they became, and notes their decisions.
func moveVerdicts(ctx context.Context, q querier, key placeKey, moved map[quality.Ref]quality.Ref, decided map[quality.Ref]history, decisions map[int64]bool) error {
	for was, now := range moved {
		if _, err := q.ExecContext(ctx, `DELETE FROM verdicts WHERE wave = ? AND agency = ? AND digest = ?`, key.wave, key.agency, was[:]); err != nil {
			return err
		}
		for _, x := range decided[was] {
			_, err := q.ExecContext(ctx, `INSERT INTO verdicts (wave, agency, digest, decision, copies) VALUES (?, ?, ?, ?, ?)
				ON CONFLICT (wave, agency, digest, decision) DO UPDATE SET copies = copies + excluded.copies`, key.wave, key.agency, now[:], x.decision, x.copies)
			if err != nil {
				return err
			}
			decisions[x.decision] = true
		}
	}
	return nil
}
