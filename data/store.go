package data

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"
)

// Options of a store. The zero value is what a service wants.
type Options struct {
	Now      func() time.Time // time.Now if nil; decides which waves are closed
	ReadOnly bool             // no writing, no lock, no migration: for tools beside a running service
	Queue    int              // answers that may wait; 1024 if 0. More are refused with survey.ErrBusy
	Batch    int              // answers in one transaction; 256 if 0
	Patience time.Duration    // how long an answer may wait to be stored: who would wait longer is refused; 250 ms if 0
	Most     int64            // bytes of a file of a document; 50 MB if 0
	Scan     Scan             // is asked about every file of a document, where set
	Pace     time.Duration    // that every answer takes at least: a slow disk, for measurements; 0 for a service
}

// Scan looks into a file for what does harm. The error is *assess.Refused where something is found; any other says that it could not look.
type Scan func(ctx context.Context, path string) error

// Store is one SQLite database. It is safe for concurrent use.
type Store struct {
	path   string
	now    func() time.Time
	lock   io.Closer
	read   *sql.DB
	defs   atomic.Pointer[catalogue]
	writer *writer // nil: read only
	probe  probe
	keys   keyring

	vault   vault // files of documents
	most    int64
	scan    Scan
	looking chan struct{} // held while a file is looked into

	// factorKey seals the secrets of authenticator apps.
	factorKey factorKey
	// samples of waves with a design, kept while nothing changes.
	samples samples
	still   bool // nobody writes to the file while it is open

	closing sync.Once
	closed  error
	// changes counts what was done to definitions and scores since the store was opened.
	changes atomic.Uint64
}

// Open opens the database at path for reading and writing, makes it where there is none, and migrates it. One process
// at a time can have it open for writing; a process that is killed gives it up.
//
// Errors: ErrInUse, ErrNewer, ErrNotOurs, ErrCorrupt, ErrUnwritable, ErrPragma, fs.ErrNotExist for a folder that is not
// there; with ReadOnly also ErrOlder, and fs.ErrNotExist for the file.
func Open(ctx context.Context, path string, opt Options) (*Store, error) {
	path, err := resolve(path)
	if err != nil {
		return nil, err
	}
	s := &Store{path: path, now: opt.Now, keys: keyring{path: path + keysSuffix}, factorKey: factorKey{path: path + factorSuffix}, most: opt.Most, scan: opt.Scan, looking: make(chan struct{}, 1)}
	s.vault.dir = path + evidenceSuffix
	if s.most == 0 {
		s.most = mostFile
	}
	if s.now == nil {
		s.now = time.Now
	}
	if opt.ReadOnly {
		err = s.openReading(ctx)
	} else {
		err = s.openWriting(ctx, opt)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", path, err), s.Close())
	}
	return s, nil
}

// resolve returns the one name of the file, so that two names of it share one lock and one write-ahead log.
func resolve(path string) (string, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	if real, err := filepath.EvalSymlinks(path); err == nil {
		return real, nil
	}
	dir, err := filepath.EvalSymlinks(filepath.Dir(path))
	return filepath.Join(dir, filepath.Base(path)), err
}

func (s *Store) openReading(ctx context.Context) error {
	schema, err := Inspect(ctx, s.path)
	if err != nil {
		return err
	}
	if schema.Have < schema.Want {
		return fmt.Errorf("%w: its schema is %d, this program wants %d", ErrOlder, schema.Have, schema.Want)
	}
	s.read = pool(s.path, s.reader())
	return s.refresh(ctx)
}

// reader returns how the file can be read.
func (s *Store) reader() role {
	if s.still {
		return resting
	}
	return roleFor(s.path)
}

// openAtRest opens a file that nobody writes to, and makes no file beside it.
func openAtRest(ctx context.Context, path string) (*Store, error) {
	s := &Store{path: path, now: time.Now, still: true, keys: keyring{path: path + keysSuffix}, factorKey: factorKey{path: path + factorSuffix}}
	s.vault.dir = path + evidenceSuffix
	if err := s.openReading(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func (s *Store) openWriting(ctx context.Context, opt Options) (err error) {
	if _, err := sniff(s.path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return unwritable(err)
	}
	if s.lock, err = lock(s.path); err != nil {
		return err
	}
	if _, err := Inspect(ctx, s.path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := makeFile(s.path); err != nil {
		return unwritable(err)
	}
	if err := os.RemoveAll(s.vault.temporary()); err != nil { // what was being received when a process ended
		return unwritable(err)
	}
	db := pool(s.path, writing)
	if err := migrate(ctx, db); err != nil {
		return errors.Join(fmt.Errorf("migrate: %w", storage(err)), db.Close())
	}
	if err := s.beginAudit(ctx, db); err != nil {
		return errors.Join(fmt.Errorf("begin the log: %w", storage(err)), db.Close())
	}
	s.read = pool(s.path, s.reader())
	if err := s.refresh(ctx); err != nil {
		return errors.Join(err, db.Close())
	}
	s.writer, err = newWriter(ctx, db, s, opt)
	return err
}

// unwritable marks what the operating system says about a place that cannot be written.
func unwritable(err error) error {
	if errors.Is(err, fs.ErrPermission) {
		return fmt.Errorf("%w: %w", ErrUnwritable, err)
	}
	return err
}

// makeFile makes sure that the database file is there, writable, and readable by its owner only. SQLite gives the same
// mode to the files beside it.
func makeFile(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	return f.Close()
}

// refresh reads the definitions as they are on disk.
func (s *Store) refresh(ctx context.Context) error {
	tx, err := s.read.BeginTx(ctx, nil)
	if err != nil {
		return storage(err)
	}
	defer tx.Rollback()
	c, err := load(ctx, tx, s.defs.Load())
	if err != nil {
		return fmt.Errorf("load definitions: %w", storage(err))
	}
	s.defs.Store(c)
	return nil
}

// definitions returns the current snapshot of the definitions.
func (s *Store) definitions() *catalogue { return s.defs.Load() }

// Close stores the answers that are waiting, stops the writer and gives the database up. Closing again does nothing.
func (s *Store) Close() error {
	s.closing.Do(func() { s.closed = s.close() })
	return s.closed
}

func (s *Store) close() error {
	var errs []error
	if s.writer != nil {
		s.writer.stop()
	}
	if s.read != nil {
		errs = append(errs, s.read.Close())
	}
	if s.writer != nil { // last: only a connection that may write can remove the write-ahead log
		errs = append(errs, s.writer.close())
	}
	if s.lock != nil {
		errs = append(errs, s.lock.Close())
	}
	return errors.Join(errs...)
}

// change runs one write transaction on the writer's connection.
func (s *Store) change(ctx context.Context, do func(querier) error) error {
	if s.writer == nil {
		return ErrReadOnly
	}
	return s.writer.do(ctx, func(w *writer) error {
		return w.transact(func() error { return do(w.conn) })
	})
}

// define runs one write transaction over definitions and replaces the snapshot once it is on disk.
func (s *Store) define(ctx context.Context, do func(querier, *catalogue) error) error {
	if s.writer == nil {
		return ErrReadOnly
	}
	return s.writer.do(ctx, func(w *writer) error {
		var next *catalogue
		err := w.transact(func() (err error) {
			old := s.definitions()
			if err := do(w.conn, old); err != nil {
				return err
			}
			next, err = load(context.Background(), w.conn, old)
			return err
		})
		if err == nil {
			s.defs.Store(next)
			s.changes.Add(1)
			w.forget() // it may be of a wave as it was
		}
		return err
	})
}
