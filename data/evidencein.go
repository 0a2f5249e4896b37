package data

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"

	"thuocdo/data/filetype"
	"thuocdo/scoring/assess"
	"thuocdo/survey"
)

// mostFile is how large a file of a document may be where the options do not say.
const mostFile = 50 << 20

// MostFile returns how many bytes a file of a document may have.
func (s *Store) MostFile() int64 { return s.most }

// received is a file that was taken in and has no name yet.
type received struct {
	assess.File
	temp string
}

// receive reads a file to the disk, finds out what it is, and has it scanned. Whatever is refused leaves nothing behind.
func (s *Store) receive(ctx context.Context, in io.Reader, name string) (r *received, err error) {
	if free, known := freeSpace(s.folder()); known && free < roomLeast+s.most {
		return nil, fmt.Errorf("%d bytes are free: %w", free, survey.ErrStoreFull)
	}
	f, err := s.vault.create()
	if err != nil {
		return nil, err
	}
	defer func() {
		if f.Close(); err != nil {
			os.Remove(f.Name())
		}
	}()
	r = &received{File: assess.File{Name: name}, temp: f.Name()}
	sum := sha256.New()
	if r.Size, err = io.Copy(io.MultiWriter(f, sum), io.LimitReader(reader{ctx, in}, s.most+1)); err != nil {
		return nil, diskError(fmt.Errorf("receive: %w", err))
	}
	if r.Size > s.most {
		return nil, &assess.Refused{Reason: assess.FileLarge, Detail: fmt.Sprintf("more than %d bytes", s.most)}
	}
	r.Digest = hex.EncodeToString(sum.Sum(nil))
	if r.Type, err = s.typeOf(ctx, f, r); err != nil {
		return nil, err
	}
	if err := diskError(f.Sync()); err != nil {
		return nil, err
	}
	return r, s.scanned(ctx, r.temp)
}

// typeOf looks at one file at a time: what is packed is unpacked for it.
func (s *Store) typeOf(ctx context.Context, f *os.File, r *received) (string, error) {
	select {
	case s.looking <- struct{}{}:
		defer func() { <-s.looking }()
	case <-ctx.Done():
		return "", ctx.Err()
	}
	return filetype.Of(f, r.Size, r.Name)
}

// scanned asks the scanner, if there is one. One that does not work is no reason to take a file.
func (s *Store) scanned(ctx context.Context, path string) error {
	if s.scan == nil {
		return nil
	}
	err := s.scan(ctx, path)
	if err == nil || errors.As(err, new(*assess.Refused)) {
		return err
	}
	return &assess.Refused{Reason: assess.FileUnscanned, Detail: err.Error()}
}
