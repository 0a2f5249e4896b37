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
	var body []byte
	var crc int64
	err = s.read.QueryRowContext(ctx, `SELECT crc, body FROM receipts WHERE first <= ? ORDER BY first DESC LIMIT 1`, digest[:]).Scan(&crc, &body)
	if errors.Is(err, sql.ErrNoRows) {
		return "", false, nil
	}
	if err != nil {
		return "", false, storage(err)
	}
	if err := intact(body, crc); err != nil {
		return "", false, err
	}
	list, err := splitReceipts(body)
	if err != nil {
		return "", false, err
	}
	i, found := findReceipt(list, digest)
	if !found {
		return "", false, nil
	}
	for _, w := range s.definitions().waves {
		if w.ID == int64(list[i].wave) {
			return w.Code, true, nil
		}
	}
	return "", false, fmt.Errorf("receipt of a wave that is gone: %w", ErrCorrupt)
}

// receiptBlock is one row of receipts while answers are being stored.
type receiptBlock struct {
	first []byte
	next  []byte // first of the next block, nil for the last
	list  []receipt
	grown bool
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
	slices.SortStableFunc(sorted, func(a, b *waiting) int { return bytes.Compare(a.receipt.digest[:], b.receipt.digest[:]) })
	for len(sorted) > 0 {
		b, err := w.receiptBlock(sorted[0].receipt.digest)
		n := b.span(sorted)
		if errors.Is(err, ErrCorrupt) {
			fail(sorted[:n], err) // the rest of the batch can do without this block
		} else if err != nil {
			return err
		} else if err := w.writeReceipts(b, sorted[:n]); err != nil {
			return err
		}
		sorted = sorted[n:]
	}
	return nil
}

// fail gives answers an error.
func fail(batch []*waiting, err error) {
	for _, e := range batch {
		e.err = err
	}
}

// receiptBlock reads the block that a digest belongs to; where there is none yet, an empty one.
func (w *writer) receiptBlock(digest [digestSize]byte) (b receiptBlock, err error) {
	var crc int64
	var body []byte
	err = w.conn.QueryRowContext(context.Background(), `SELECT r.first, r.crc, r.body, (SELECT min(first) FROM receipts WHERE first > r.first)
		FROM receipts r WHERE r.first <= ? ORDER BY r.first DESC LIMIT 1`, digest[:]).Scan(&b.first, &crc, &body, &b.next)
	if errors.Is(err, sql.ErrNoRows) {
		return receiptBlock{first: []byte{}}, nil
	}
	if err != nil {
		return b, err
	}
	if err = intact(body, crc); err == nil {
		b.list, err = splitReceipts(body)
	}
	return b, err
}

// span returns how many of the sorted answers belong to the block: at least the first.
func (b *receiptBlock) span(sorted []*waiting) int {
	n := 1
	for n < len(sorted) && (b.next == nil || bytes.Compare(sorted[n].receipt.digest[:], b.next) < 0) {
		n++
	}
	return n
}

// writeReceipts puts the receipts of answers that belong to one block into it.
func (w *writer) writeReceipts(b receiptBlock, batch []*waiting) error {
	for _, e := range batch {
		b.put(e)
	}
	if !b.grown {
		return nil
	}
	parts := 1
	if len(b.list) > receiptsMax {
		parts = 1 + (len(b.list)*4-1)/(receiptsMax*3) // leaves a quarter free in each
	}
	for i := range parts {
		part := b.list[i*len(b.list)/parts : (i+1)*len(b.list)/parts]
		first := b.first
		if i > 0 {
			first = part[0].digest[:]
		}
		body := joinReceipts(part)
		err := w.exec(`INSERT INTO receipts (first, n, crc, body) VALUES (?, ?, ?, ?)
			ON CONFLICT (first) DO UPDATE SET n = excluded.n, crc = excluded.crc, body = excluded.body`, first, len(part), checksum(body), body)
		if err != nil {
			return err
		}
	}
	return nil
}

// put adds the receipt of one answer, or says what the answer is if the receipt is there.
func (b *receiptBlock) put(e *waiting) {
	i, found := findReceipt(b.list, e.receipt.digest)
	switch {
	case !found:
		b.list, b.grown = slices.Insert(b.list, i, e.receipt), true
	case b.list[i] == e.receipt:
		e.again = true
	default:
		e.err = survey.ErrOtherContent
	}
}
