package data

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"

	"thuocdo/survey"
	"thuocdo/survey/opinion"
	"thuocdo/survey/quality"
)

// eraser erases the free texts of one wave.
type eraser struct {
	wave    *wave
	form    *survey.Form
	asked   []int                          // questions for texts
	classes map[int]map[opinion.Digest]int // by question, of its coded texts
	room    survey.Answers
}

// alike are the responses of an agency that are the same but for what was written in them. Where different things were decided
// about them, these keep them apart, as twins.
type alike struct {
	record record
	twins  map[string]int   // history → twin, of those whose texts are gone
	fresh  map[string][]int // history → places of those whose texts are not
}

// agency erases the texts of one agency and notes the decisions whose responses have other digests now.
func (e *eraser) agency(ctx context.Context, q querier, key placeKey, decisions map[int64]bool) (texts int64, err error) {
	list, err := loadRecords(ctx, q, key)
	if err != nil {
		return 0, err
	}
	decided, err := loadVerdicts(ctx, q, key)
	if err != nil {
		return 0, err
	}
	groups, texts, err := e.group(list, decided)
	if err == nil && texts > 0 {
		err = e.rewrite(ctx, q, key, list, groups, decided, decisions)
	}
	if err != nil {
		return 0, err
	}
	_, err = q.ExecContext(ctx, `INSERT INTO erased_agencies (wave, agency, n, texts) VALUES (?, ?, ?, ?)
		ON CONFLICT (wave, agency) DO UPDATE SET n = excluded.n, texts = texts + excluded.texts`, key.wave, key.agency, len(list), texts)
	return texts, err
}

// loadRecords returns the responses of an agency as they are stored: as many as were counted.
func loadRecords(ctx context.Context, q querier, key placeKey) (list [][]byte, err error) {
	err = each(ctx, q, `SELECT crc, body FROM responses WHERE wave = ? AND agency = ?`, func(r *sql.Rows) error {
		var crc int64
		var body []byte
		if err := r.Scan(&crc, &body); err != nil {
			return err
		}
		if err := intact(body, crc); err != nil {
			return err
		}
		more, err := splitResponses(body)
		list = append(list, more...)
		return err
	}, key.wave, key.agency)
	if err != nil {
		return nil, err
	}
	var n int
	err = q.QueryRowContext(ctx, `SELECT n FROM tallies WHERE wave = ? AND agency = ?`, key.wave, key.agency).Scan(&n)
	if err == nil && n != len(list) {
		err = fmt.Errorf("%d answers of %d: %w", len(list), n, ErrCorrupt)
	}
	return list, err
}

// group finds which responses will be alike, and counts the texts that are to go.
func (e *eraser) group(list [][]byte, decided map[quality.Ref]history) (groups map[string]*alike, texts int64, err error) {
	groups = map[string]*alike{}
	for i, stored := range list {
		r, err := e.read(stored)
		if err != nil {
			return nil, 0, err
		}
		fresh, twin, any := e.blank()
		if !any {
			continue
		}
		r.packed = e.form.Pack(e.room)
		bare, err := r.appendTo(nil)
		if err != nil {
			return nil, 0, err
		}
		g := groups[string(bare)]
		if g == nil {
			g = &alike{record: r, twins: map[string]int{}, fresh: map[string][]int{}}
			groups[string(bare)] = g
		}
		if what := decided[refOf(stored)].name(); fresh > 0 {
			g.fresh[what] = append(g.fresh[what], i)
		} else {
			g.twins[what] = twin
		}
		texts += fresh
	}
	return groups, texts, nil
}

// read unpacks a response into the room.
func (e *eraser) read(stored []byte) (record, error) {
	r, err := readResponse(stored)
	if err != nil {
		return r, err
	}
	if err := e.form.UnpackInto(e.room, r.packed); err != nil {
		return r, fmt.Errorf("%w: %w", ErrCorrupt, err)
	}
	return r, nil
}

// blank puts what stands for erased texts into the room, all of twin 0. fresh counts the texts that go, twin is that of a response
// whose texts are gone, any reports whether there is a text at all.
func (e *eraser) blank() (fresh int64, twin int, any bool) {
	for _, i := range e.asked {
		x := &e.room[i]
		if !x.Set {
			continue
		}
		gone, erased := survey.ReadErased(x.Text)
		if erased {
			twin = max(twin, gone.Twin)
		} else {
			fresh++
			gone.Class = e.classes[i][opinion.DigestOf(e.form.Question(i).Code, x.Text)]
		}
		x.Text, any = survey.Erased{Class: gone.Class}.Text(), true
	}
	return fresh, twin, any
}

// twin returns a response without its texts as it is stored: its first text says which twin it is.
func (e *eraser) twin(r record, twin int) ([]byte, error) {
	if err := e.form.UnpackInto(e.room, r.packed); err != nil {
		return nil, err
	}
	for _, i := range e.asked {
		if x := &e.room[i]; x.Set {
			gone, _ := survey.ReadErased(x.Text)
			gone.Twin = twin
			x.Text = gone.Text()
			break
		}
	}
	r.packed = e.form.Pack(e.room)
	return r.appendTo(nil)
}

// rewrite replaces the responses of an agency by what is left of them, and the verdicts with them.
func (e *eraser) rewrite(ctx context.Context, q querier, key placeKey, list [][]byte, groups map[string]*alike, decided map[quality.Ref]history, decisions map[int64]bool) error {
	moved := map[quality.Ref]quality.Ref{}
	for _, g := range groups {
		for _, what := range slices.Sorted(maps.Keys(g.fresh)) {
			stored, err := e.twin(g.record, g.twinFor(what))
			if err != nil {
				return err
			}
			now := refOf(stored)
			for _, i := range g.fresh[what] {
				if was := refOf(list[i]); decided[was] != nil {
					moved[was] = now
				}
				list[i] = stored
			}
		}
	}
	if err := moveVerdicts(ctx, q, key, moved, decided, decisions); err != nil {
		return err
	}
	return writeRecords(ctx, q, key, list)
}

// twinFor returns the twin with a history, or the first one that is free.
func (g *alike) twinFor(what string) int {
	if twin, ok := g.twins[what]; ok {
		return twin
	}
	used := map[int]bool{}
	for _, twin := range g.twins {
		used[twin] = true
	}
	twin := 0
	for used[twin] {
		twin++
	}
	g.twins[what] = twin
	return twin
}

// writeRecords deals the responses of an agency out to blocks anew.
func writeRecords(ctx context.Context, q querier, key placeKey, list [][]byte) error {
	if _, err := q.ExecContext(ctx, `DELETE FROM responses WHERE wave = ? AND agency = ?`, key.wave, key.agency); err != nil {
		return err
	}
	for i, records := range pageResponses(list) {
		body := joinResponses(records)
		_, err := q.ExecContext(ctx, `INSERT INTO responses (wave, agency, block, n, crc, body) VALUES (?, ?, ?, ?, ?, ?)`,
			key.wave, key.agency, i+1, len(records), checksum(body), body)
		if err != nil {
			return err
		}
	}
	return nil
}
