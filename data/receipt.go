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

// Counted reports whether an answer with this receipt digest is stored, and in which wave.
func (s *Store) Counted(ctx context.Context, digest [16]byte) (wave string, counted bool, err error) {
	b, err := readReceipts(ctx, s.read, digest[:], nil)
	if err != nil {
		return "", false, storage(err)
	}
	i, found := b.body.find(digest[:])
	if !found {
		return "", false, nil
	}
	id := b.body.at(i).wave()
	for _, w := range s.definitions().waves {
		if w.ID == id {
			return w.Code, true, nil
		}
	}
	return "", false, fmt.Errorf("receipt of wave number %d, which is gone: %w", id, ErrCorrupt)
}

// receiptBlock is one row of receipts while answers are being stored.
type receiptBlock struct {
	first []byte
	next  []byte // first of the next block, nil for the last
	body  receipts
	grown bool
}

// readReceipts reads the block that a digest belongs to into buf; where there is none yet, it returns an empty one.
// With ErrCorrupt the bounds of the block are returned all the same.
func readReceipts(ctx context.Context, q querier, digest, buf []byte) (b receiptBlock, err error) {
	b.first = []byte{}
	err = each(ctx, q, `SELECT r.first, r.crc, r.body, (SELECT min(first) FROM receipts WHERE first > r.first)
		FROM receipts r WHERE r.first <= ? ORDER BY r.first DESC LIMIT 1`, func(r *sql.Rows) error {
		var crc int64
		var body sql.RawBytes
		if err := r.Scan(&b.first, &crc, &body, &b.next); err != nil {
			return err
		}
		b.body = append(buf[:0], body...)
		return b.body.check(crc)
	}, digest)
	return b, err
}

// receive stores the receipts of the answers and marks those that are there already: sent again, or with a key that
// was used for something else. Answers that have an error are left alone.
func (w *writer) receive(batch []*waiting) error {
	sorted := make([]*waiting, 0, len(batch))
	for _, e := range batch {
		if e.err == nil {
			sorted = append(sorted, e)
		}
	}
	slices.SortStableFunc(sorted, func(a, b *waiting) int { return bytes.Compare(a.receipt.digest(), b.receipt.digest()) })
	for len(sorted) > 0 {
		b, err := readReceipts(context.Background(), w.conn, sorted[0].receipt.digest(), w.buf)
		n := b.span(sorted)
		if errors.Is(err, ErrCorrupt) {
			fail(sorted[:n], err) // the rest of the batch can do without this block
		} else if err != nil {
			return err
		} else if err := w.writeReceipts(&b, sorted[:n]); err != nil {
			return err
		}
		w.buf, sorted = b.body, sorted[n:]
	}
	return nil
}

// fail gives answers an error.
func fail(batch []*waiting, err error) {
	for _, e := range batch {
		e.err = err
	}
}

// span returns how many of the sorted answers belong to the block: at least the first.
func (b *receiptBlock) span(sorted []*waiting) int {
	n := 1
	for n < len(sorted) && (b.next == nil || bytes.Compare(sorted[n].receipt.digest(), b.next) < 0) {
		n++
	}
	return n
}

// put adds the receipt of one answer, or says what the answer is if the receipt is there.
func (b *receiptBlock) put(e *waiting) {
	i, found := b.body.find(e.receipt.digest())
	switch {
	case !found:
		b.body, b.grown = slices.Insert(b.body, i*receiptSize, e.receipt[:]...), true
	case *b.body.at(i) == e.receipt:
		e.again = true
	default:
		e.err = survey.ErrOtherContent
	}
}

// writeReceipts puts the receipts of answers that belong to one block into it, and divides it where it overflows.
func (w *writer) writeReceipts(b *receiptBlock, batch []*waiting) error {
	for _, e := range batch {
		b.put(e)
	}
	if !b.grown {
		return nil
	}
	all, parts := b.body.len(), 1
	if all > receiptsMax {
		parts = 1 + (all*4-1)/(receiptsMax*3) // leaves a quarter free in each
	}
	for i := range parts {
		part := b.body[i*all/parts*receiptSize : (i+1)*all/parts*receiptSize]
		first := b.first
		if i > 0 {
			first = part.at(0).digest()
		}
		err := w.exec(`INSERT INTO receipts (first, n, crc, body) VALUES (?, ?, ?, ?)
			ON CONFLICT (first) DO UPDATE SET n = excluded.n, crc = excluded.crc, body = excluded.body`,
			first, part.len(), checksum(part), []byte(part))
		if err != nil {
			return err
		}
	}
	return nil
}
