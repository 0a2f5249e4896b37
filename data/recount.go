package data

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"thuocdo/survey"
)

// receipts checks every block of receipts and counts them by wave.
func (d *doctor) receipts(ctx context.Context) error {
	c := d.checks[CheckReceipts]
	var last []byte // digest of the receipt before
	var body sql.RawBytes
	return each(ctx, d.q, `SELECT first, n, crc, body FROM receipts ORDER BY first`, func(r *sql.Rows) error {
		var first []byte
		var n, crc int64
		if err := r.Scan(&first, &n, &crc, &body); err != nil {
			return err
		}
		list := receipts(body)
		if err := list.check(crc); err != nil {
			c.add(Problem{}, "khối %x bị hỏng: %v", "block %x is damaged: %v", first, err)
		} else if int64(list.len()) != n {
			c.add(Problem{}, "khối %x có %d biên nhận, ghi là %d", "block %x has %d receipts, it says %d", first, list.len(), n)
		}
		for i := range list.len() {
			x := list.at(i)
			if bytes.Compare(x.digest(), first) < 0 || bytes.Compare(x.digest(), last) <= 0 {
				c.add(Problem{}, "khối %x: biên nhận lặp lại hoặc sai chỗ", "block %x: a receipt is doubled or misplaced", first)
			}
			last = append(last[:0], x.digest()...)
			d.counts[x.wave()]++
		}
		return nil
	})
}

// responses checks every wave: its blocks of answers, its tallies, its steps and the number of its receipts.
func (d *doctor) responses(ctx context.Context) error {
	for _, w := range d.defs.waves {
		n, err := d.wave(ctx, w)
		if err != nil {
			return fmt.Errorf("wave %s: %w", w.Code, err)
		}
		if got := d.counts[w.ID]; got != n {
			d.checks[CheckReceipts].add(Problem{Wave: w.Code}, "có %d biên nhận cho %d phiếu", "there are %d receipts for %d answers", got, n)
		}
		delete(d.counts, w.ID)
	}
	for id, n := range d.counts {
		d.checks[CheckReceipts].add(Problem{}, "%d biên nhận của đợt khảo sát số %d không có", "%d receipts are of wave number %d, which is not there", n, id)
	}
	return nil
}

// wave recounts every agency of a wave and returns the number of its answers.
func (d *doctor) wave(ctx context.Context, w *wave) (total int64, err error) {
	open, err := w.open()
	if err != nil {
		return 0, err
	}
	var ids []int64
	err = each(ctx, d.q, `SELECT agency FROM responses WHERE wave = ?1 UNION SELECT agency FROM tallies WHERE wave = ?1
		UNION SELECT agency FROM tally_steps WHERE wave = ?1`, func(r *sql.Rows) error {
		var id int64
		err := r.Scan(&id)
		ids = append(ids, id)
		return err
	}, w.ID)
	if err != nil {
		return 0, err
	}
	agencies := 0
	for _, id := range ids {
		at := Problem{Wave: w.Code, Agency: d.defs.agencyCode[id]}
		n, err := d.agency(ctx, at, placeKey{w.ID, id}, open)
		if err != nil {
			return 0, fmt.Errorf("agency %s: %w", at.Agency, err)
		}
		if n > 0 {
			agencies++
		}
		total += n
	}
	d.report.Waves = append(d.report.Waves, WaveCount{w.Code, agencies, total})
	var said int64
	err = d.q.QueryRowContext(ctx, `SELECT coalesce(sum(n), 0) FROM wave_counts WHERE wave = ?`, w.ID).Scan(&said)
	if err == nil && said != total {
		d.checks[CheckResponses].add(Problem{Wave: w.Code}, "có %d phiếu, sổ ghi %d", "there are %d answers, the books say %d", total, said)
	}
	return total, err
}

// agency recounts one agency from its answers and compares.
func (d *doctor) agency(ctx context.Context, at Problem, key placeKey, open *survey.OpenWave) (int64, error) {
	counted, err := d.recount(ctx, at, key, open)
	if err != nil {
		return 0, err
	}
	c := d.checks[CheckTallies]
	var record []byte
	err = d.q.QueryRowContext(ctx, `SELECT record FROM tallies WHERE wave = ? AND agency = ?`, key.wave, key.agency).Scan(&record)
	if errors.Is(err, sql.ErrNoRows) {
		c.add(at, "không có bảng đếm cho %d phiếu", "there is no tally for %d answers", counted.N())
		return counted.N(), nil
	}
	if err != nil {
		return 0, err
	}
	stored, err := open.Layout().Read(record)
	if err != nil {
		c.add(at, "bảng đếm bị hỏng", "the tally is damaged")
		return counted.N(), nil
	}
	if at, was, is, differs := difference(at, open.Form, stored, counted); differs {
		c.add(at, "bảng đếm ghi %v, đếm lại được %v", "the tally says %v, a recount gives %v", was, is)
	}
	return counted.N(), d.steps(ctx, at, key, open, stored)
}

// recount counts the answers of one agency, checking every block on the way.
func (d *doctor) recount(ctx context.Context, at Problem, key placeKey, open *survey.OpenWave) (*survey.Tally, error) {
	c, t := d.checks[CheckResponses], open.Layout().New()
	how, err := loadCircumstances(ctx, d.q, key)
	if errors.Is(err, ErrCorrupt) {
		c.add(at, "danh sách hoàn cảnh bị hỏng", "the list of circumstances is damaged")
	} else if err != nil {
		return nil, err
	}
	var body sql.RawBytes
	asked, texts := open.Form.Texts(), int64(0)
	err = each(ctx, d.q, `SELECT block, n, crc, body FROM responses WHERE wave = ? AND agency = ? ORDER BY block`, func(r *sql.Rows) error {
		var block, n, crc int64
		if err := r.Scan(&block, &n, &crc, &body); err != nil {
			return err
		}
		before := t.N()
		err := unpackBlock(body, open.Form, how, func(r survey.StoredResponse) error {
			t.Add(r.Answers)
			texts += freshTexts(asked, r.Answers)
			d.report.Newest = max(d.report.Newest, r.Day)
			return nil
		})
		if err = errors.Join(intact(body, crc), err); err != nil {
			c.add(at, "khối %d bị hỏng: %v", "block %d is damaged: %v", block, err)
		} else if t.N()-before != n {
			c.add(at, "khối %d có %d phiếu, ghi là %d", "block %d has %d answers, it says %d", block, t.N()-before, n)
		}
		return nil
	}, key.wave, key.agency)
	if err == nil {
		err = d.erased(ctx, at, key, t.N(), texts)
	}
	return t, err
}

// erased checks that no text stands among n responses where all of them were looked at and erased.
func (d *doctor) erased(ctx context.Context, at Problem, key placeKey, n, texts int64) error {
	var looked int64
	err := d.q.QueryRowContext(ctx, `SELECT coalesce(max(n), 0) FROM erased_agencies WHERE wave = ? AND agency = ?`, key.wave, key.agency).Scan(&looked)
	switch {
	case looked > n:
		d.checks[CheckResponses].add(at, "lời viết của %d phiếu đã xóa, chỉ có %d phiếu", "texts of %d answers were erased, there are %d", looked, n)
	case looked == n && texts > 0:
		d.checks[CheckResponses].add(at, "còn %d lời viết lẽ ra đã xóa", "%d texts are there that were erased", texts)
	}
	return err
}

// steps checks that the two older copies of a tally count no more than the tally, lie a step apart, and say what was seen.
func (d *doctor) steps(ctx context.Context, at Problem, key placeKey, open *survey.OpenWave, current *survey.Tally) error {
	c := d.checks[CheckSteps]
	var sizes []int64
	err := each(ctx, d.q, `SELECT n, record, seen FROM tally_steps WHERE wave = ? AND agency = ? ORDER BY n`, func(r *sql.Rows) error {
		var n int64
		var record, seen sql.RawBytes
		if err := r.Scan(&n, &record, &seen); err != nil {
			return err
		}
		sizes = append(sizes, n)
		if new(survey.Steps).ReadSeen(open.Layout(), seen) != nil {
			c.add(at, "bản sao ở %d phiếu: số đã công khai bị hỏng", "the copy at %d answers: what was seen is damaged", n)
		}
		older, err := open.Layout().Read(record)
		if err != nil || older.N() != n {
			c.add(at, "bản sao ở %d phiếu bị hỏng", "the copy at %d answers is damaged", n)
			return nil
		}
		if at, was, is, more := exceeds(at, open.Form, older, current); more {
			c.add(at, "bản sao ở %d phiếu ghi %v, nhiều hơn hiện tại %v", "the copy at %d answers says %v, more than now: %v", n, was, is)
		}
		return nil
	}, key.wave, key.agency)
	if len(sizes) == 2 && sizes[1] != sizes[0] && sizes[1]-sizes[0] < step { // equal after the wave was reopened
		c.add(at, "hai bản sao cách nhau dưới %d phiếu", "the two copies are less than %d answers apart", step)
	}
	return err
}

// difference names the first item in which two tallies differ.
func difference(at Problem, form *survey.Form, a, b *survey.Tally) (_ Problem, was, is any, differs bool) {
	if a.Equal(b) {
		return at, nil, nil, false
	}
	for i := range form.Len() {
		at.Item = form.Question(i).Code
		if _, x, y := counts(a, b, at.Item); !slices.Equal(x, y) {
			return at, x, y, true
		}
	}
	at.Item = ""
	if a.N() != b.N() {
		return at, a.N(), b.N(), true
	}
	return at, "moments", "other moments", true
}

// exceeds names the first item of which a counts more than b.
func exceeds(at Problem, form *survey.Form, a, b *survey.Tally) (_ Problem, was, is any, more bool) {
	if a.N() > b.N() {
		return at, a.N(), b.N(), true
	}
	for i := range form.Len() {
		at.Item = form.Question(i).Code
		_, x, y := counts(a, b, at.Item)
		for j := range min(len(x), len(y)) {
			if x[j] > y[j] {
				return at, x, y, true
			}
		}
	}
	return at, nil, nil, false
}

func counts(a, b *survey.Tally, item string) (codes []string, x, y []int64) {
	codes, x, _ = a.Counts(item)
	_, y, _ = b.Counts(item)
	return codes, x, y
}
