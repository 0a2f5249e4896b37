package data

import (
	"bufio"
	"bytes"
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
	if err := s.spool(ctx, w, "", f); err != nil {
		return fmt.Errorf("answers of %s: %w", code, storage(err))
	}
	return unspool(ctx, f, open.Form, nil, func(_ []byte, r survey.StoredResponse) error { return yield(r) })
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

// spool copies the blocks of a wave, or of one of its agencies, each behind the code of the agency and, where that is a new
// one, its list of circumstances.
func (s *Store) spool(ctx context.Context, w *wave, agency string, to io.Writer) error {
	db := pool(s.path, s.reader())
	defer db.Close()
	out := bufio.NewWriterSize(to, 1<<16)
	var body sql.RawBytes
	var last string
	err := each(ctx, db, `SELECT a.code, r.crc, r.body, c.body FROM agencies a CROSS JOIN responses r ON r.wave = ?1 AND r.agency = a.id
		LEFT JOIN circumstances c ON c.wave = r.wave AND c.agency = r.agency WHERE ?2 IN ('', a.code) ORDER BY a.code, r.block`, func(r *sql.Rows) error {
		var agency string
		var crc int64
		var how sql.RawBytes
		if err := r.Scan(&agency, &crc, &body, &how); err != nil {
			return err
		}
		if err := intact(body, crc); err != nil {
			return fmt.Errorf("agency %s: %w", agency, err)
		}
		if agency == last {
			how = nil
		}
		last = agency
		return writePieces(out, []byte(agency), how, body)
	}, w.ID, agency)
	return errors.Join(err, out.Flush())
}

// writePieces writes pieces of bytes, each behind its length.
func writePieces(out *bufio.Writer, list ...[]byte) error {
	var head [binary.MaxVarintLen64]byte
	for _, b := range list {
		if _, err := out.Write(head[:binary.PutUvarint(head[:], uint64(len(b)))]); err != nil {
			return err
		}
		if _, err := out.Write(b); err != nil {
			return err
		}
	}
	return nil
}

// unspool reads what spool wrote, from the beginning. yield gets each response as it is stored, too.
// Where there is room, every answer is written there.
func unspool(ctx context.Context, f io.ReadSeeker, form *survey.Form, room survey.Answers, yield func([]byte, survey.StoredResponse) error) error {
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	in := bufio.NewReaderSize(f, 1<<16)
	var last []byte
	var how map[uint64]survey.Circumstances
	for ctx.Err() == nil {
		agency, err := piece(in)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		list, err := piece(in)
		if err != nil {
			return err
		}
		if !bytes.Equal(agency, last) {
			if last, how, err = readList(agency, list); err != nil {
				return err
			}
		}
		body, err := piece(in)
		if err != nil {
			return err
		}
		code := string(agency)
		if err := unpackRecords(body, form, how, room, func(stored []byte, r survey.StoredResponse) error {
			r.Agency = code
			return yield(stored, r)
		}); err != nil {
			return err
		}
	}
	return ctx.Err()
}

func readList(agency, list []byte) ([]byte, map[uint64]survey.Circumstances, error) {
	how, err := readCircumstances(list)
	if err != nil {
		err = fmt.Errorf("agency %s: %w", agency, err)
	}
	return agency, how, err
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

// unpackBlock calls yield for every answer of a block, without its agency. how is the list of the agency.
func unpackBlock(body []byte, form *survey.Form, how map[uint64]survey.Circumstances, yield func(survey.StoredResponse) error) error {
	return unpackRecords(body, form, how, nil, func(_ []byte, r survey.StoredResponse) error { return yield(r) })
}

// unpackRecords is unpackBlock with each response as it is stored, too.
func unpackRecords(body []byte, form *survey.Form, how map[uint64]survey.Circumstances, room survey.Answers, yield func([]byte, survey.StoredResponse) error) error {
	list, err := splitResponses(body)
	if err != nil {
		return err
	}
	for _, b := range list {
		r, err := readResponse(b)
		if err != nil {
			return err
		}
		answers := room
		if answers == nil {
			answers = make(survey.Answers, form.Len())
		}
		if err := form.UnpackInto(answers, r.packed); err != nil {
			return fmt.Errorf("%w: %w", ErrCorrupt, err)
		}
		c, err := r.restore(how)
		if err != nil {
			return err
		}
		if err := yield(b, survey.StoredResponse{Day: r.day, Mode: r.mode, Answers: answers, Circumstances: c}); err != nil {
			return err
		}
	}
	return nil
}
