package data

import (
	"bufio"
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"thuocdo/survey"
)

// Responses calls yield for every answer of a wave as of one moment, by agency code; inside an agency the order says
// nothing. It stops at the first error of yield and returns it.
//
// The answers are first copied to a file without a name beside the database, on a connection of its own. So memory
// stays small, and a consumer may take an hour without holding a reader, the writer or the write-ahead log.
func (s *Store) Responses(ctx context.Context, code string, yield func(survey.StoredResponse) error) error {
	w, ok := s.definitions().wave[code]
	if !ok {
		return fmt.Errorf("wave %q: %w", code, survey.ErrUnknownWave)
	}
	open, err := w.open()
	if err != nil {
		return err
	}
	f, err := scratch(filepath.Dir(s.path))
	if err != nil {
		return err
	}
	defer f.Close()
	if err := s.spool(ctx, w, f); err != nil {
		return fmt.Errorf("answers of %s: %w", code, storage(err))
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	return unspool(ctx, bufio.NewReaderSize(f, 1<<16), open.Form, yield)
}

// scratch opens a file that only this process can reach and that is gone when it is closed, or the process ends.
func scratch(dir string) (*os.File, error) {
	f, err := os.CreateTemp(dir, ".answers-*")
	if err != nil { // a read-only place: the system's own folder will do
		f, err = os.CreateTemp("", ".answers-*")
	}
	if err != nil {
		return nil, unwritable(err)
	}
	if err := os.Remove(f.Name()); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// spool copies the blocks of a wave, each behind the code of its agency.
func (s *Store) spool(ctx context.Context, w *wave, to io.Writer) error {
	db := pool(s.path, roleFor(s.path))
	defer db.Close()
	out := bufio.NewWriterSize(to, 1<<16)
	var body sql.RawBytes
	var head []byte
	err := each(ctx, db, `SELECT a.code, r.crc, r.body FROM agencies a CROSS JOIN responses r ON r.wave = ? AND r.agency = a.id
		ORDER BY a.code, r.block`, func(r *sql.Rows) error {
		var agency string
		var crc int64
		if err := r.Scan(&agency, &crc, &body); err != nil {
			return err
		}
		if err := intact(body, crc); err != nil {
			return fmt.Errorf("agency %s: %w", agency, err)
		}
		head = binary.AppendUvarint(head[:0], uint64(len(agency)))
		head = append(head, agency...)
		head = binary.AppendUvarint(head, uint64(len(body)))
		_, err := out.Write(head)
		if err != nil {
			return err
		}
		_, err = out.Write(body)
		return err
	}, w.ID)
	return errors.Join(err, out.Flush())
}

// unspool reads what spool wrote.
func unspool(ctx context.Context, in *bufio.Reader, form *survey.Form, yield func(survey.StoredResponse) error) error {
	for ctx.Err() == nil {
		agency, err := piece(in)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		body, err := piece(in)
		if err != nil {
			return err
		}
		if err := unpackBlock(body, form, func(r survey.StoredResponse) error {
			r.Agency = string(agency)
			return yield(r)
		}); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// piece reads one length and as many bytes.
func piece(in *bufio.Reader) ([]byte, error) {
	n, err := binary.ReadUvarint(in)
	if err != nil {
		return nil, err
	}
	b := make([]byte, n)
	_, err = io.ReadFull(in, b)
	return b, err
}

// unpackBlock calls yield for every answer of a block, without its agency.
func unpackBlock(body []byte, form *survey.Form, yield func(survey.StoredResponse) error) error {
	list, err := splitResponses(body)
	if err != nil {
		return err
	}
	for _, record := range list {
		day, mode, packed, err := readResponse(record)
		if err != nil {
			return err
		}
		answers, err := form.Unpack(packed)
		if err != nil {
			return fmt.Errorf("%w: %w", ErrCorrupt, err)
		}
		if err := yield(survey.StoredResponse{Day: day, Mode: mode, Answers: answers}); err != nil {
			return err
		}
	}
	return nil
}
