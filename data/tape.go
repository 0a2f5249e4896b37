package data

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"thuocdo/survey/dataset"
	"thuocdo/survey/quality"
)

// Record lays the responses of a wave out row by row in a file that nobody else sees, for exports; the tape is to be closed. Of a
// wave with a sampling design it holds those that the sample counts, with their weights, whatever the filter says.
// Errors: survey.ErrUnknownWave.
func (s *Store) Record(ctx context.Context, wave string, filter quality.Filter, o dataset.Options) (_ *dataset.Tape, err error) {
	w, err := s.OpenWave(wave)
	if err != nil {
		return nil, err
	}
	agencies, err := s.Agencies(ctx)
	if err != nil {
		return nil, err
	}
	file, err := s.Scratch()
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("record %s: %w", wave, err), file.Close())
		}
	}()
	b := dataset.NewRecorder(w, agencies, file, o)
	switch {
	case w.Design != nil:
		err = s.Weighted(ctx, wave, b.TakeDrawn)
	case filter == (quality.Filter{Verdicts: quality.Counted}):
		err = s.Scan(ctx, wave, b.Take)
	default:
		_, err = s.Reviewed(ctx, wave, filter, func(r quality.Stored, _ quality.Flag) error { return b.Add(&r.StoredResponse) })
	}
	if err != nil {
		return nil, err
	}
	return b.Tape()
}

// Scratch returns a file beside the database that has no name, and is gone when it is closed.
func (s *Store) Scratch() (*os.File, error) { return scratch(filepath.Dir(s.path)) }

// aliasSize is the bytes of an alias: enough that no two codes of a wave share one.
const aliasSize = 6

// processKey is a key that nothing outside this process knows.
var processKey = sync.OnceValue(newSecret)

// Aliases returns a function that puts an alias in the place of a code: the same for the same code of a wave in every export, with
// nothing in it of the code. It is made with the key of the invitations, which is beside the database and in no backup; where there
// is none, with a key of this process.
func (s *Store) Aliases(wave string) (func(column, code string) string, error) {
	secret := processKey()
	switch k, err := s.keys.get(); {
	case err == nil:
		secret = k.Codes
	case !errors.Is(err, ErrNoKeys):
		return nil, err
	}
	return func(column, code string) string {
		return hex.EncodeToString(mac(secret, "alias", wave, column, code)[:aliasSize])
	}, nil
}
