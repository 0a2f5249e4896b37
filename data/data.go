// Package data is the store: the only package that speaks SQL. One exported method is one transaction.
//
// A Store is one SQLite file. One connection writes: a single goroutine owns it, puts the answers that are waiting
// into one transaction, and answers the callers after that transaction is on disk (group commit). A pool of read-only
// connections reads. Definitions (agencies, questionnaires, frameworks, waves) are also kept in memory, decoded and
// compiled, because only this process can change them: a lock file keeps every other writer out.
//
// Nothing in the file tells in which order or when, to the day, an answer or its receipt arrived: see block.go.
package data

import (
	"errors"
	"fmt"

	"github.com/mattn/go-sqlite3"

	"thuocdo/survey"
)

// Failures of opening and writing. Callers compare with errors.Is.
var (
	ErrInUse      = errors.New("database is in use by another process")
	ErrNewer      = errors.New("database was written by a newer version")
	ErrOlder      = errors.New("database must be migrated first")
	ErrNotOurs    = errors.New("not a database of this program")
	ErrCorrupt    = errors.New("database is damaged")
	ErrUnwritable = errors.New("database or its folder is not writable")
	ErrPragma     = errors.New("database connection is not set up as required")
	ErrReadOnly   = errors.New("store was opened for reading only")
	ErrShut       = errors.New("store is closed")
	ErrPublished  = survey.ErrPublished

	ErrUnknownQuestionnaire = survey.ErrUnknownQuestionnaire
)

// storage translates what SQLite reports of the disk and the file into the failures of the domain; other errors pass.
func storage(err error) error {
	var e sqlite3.Error
	if !errors.As(err, &e) {
		return err
	}
	switch e.Code {
	case sqlite3.ErrFull, sqlite3.ErrIoErr, sqlite3.ErrReadonly, sqlite3.ErrCantOpen:
		return fmt.Errorf("%w: %w", survey.ErrStoreFull, err)
	case sqlite3.ErrBusy, sqlite3.ErrLocked:
		return fmt.Errorf("%w: %w", survey.ErrBusy, err)
	case sqlite3.ErrCorrupt:
		return fmt.Errorf("%w: %w", ErrCorrupt, err)
	case sqlite3.ErrNotADB:
		return fmt.Errorf("%w: %w", ErrNotOurs, err)
	}
	return err
}
