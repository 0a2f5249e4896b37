package data

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"runtime"

	"github.com/mattn/go-sqlite3"
)

// ErrUnhealthy reports a copy that does not pass every check of Doctor. Callers compare with errors.Is.
var ErrUnhealthy = errors.New("the copy does not pass every check")

// Copy says what a backup or a restored database holds.
type Copy struct {
	Path   string      `json:"path"`
	Bytes  int64       `json:"bytes"`
	Digest string      `json:"digest"` // SHA-256 of all rows, in hexadecimal
	Waves  []WaveCount `json:"waves"`

	Evidence  string `json:"evidence,omitempty"` // folder with the files of documents; "" = there are none
	Files     int    `json:"files,omitempty"`
	FileBytes int64  `json:"file_bytes,omitempty"`

	Aside string `json:"aside,omitempty"` // where a restore has put the database that was there
}

// pagesAtOnce is how many pages are copied between two looks at the context: 8 MB.
const pagesAtOnce = 2048

// Backup copies the database, as of one moment, to a new file at dest, while the service runs. It then opens the copy,
// compares its rows with those of that moment and has Doctor examine it; only a copy that passes gets the name dest.
// The write-ahead log grows meanwhile, as nothing of that moment may be written over. The files of documents are copied
// before that, each compared with its digest; those that an earlier copy has brought are compared alone.
//
// Errors: fs.ErrExist where dest is there already, ErrUnhealthy, ErrCorrupt, ErrUnwritable, or the context's.
func (s *Store) Backup(ctx context.Context, dest string, opt CopyOptions) (Copy, error) {
	c, err := s.backup(ctx, dest, opt)
	if err != nil {
		return c, fmt.Errorf("backup to %s: %w", dest, err)
	}
	return c, nil
}

func (s *Store) backup(ctx context.Context, dest string, opt CopyOptions) (Copy, error) {
	dest, err := resolve(dest)
	if err != nil {
		return Copy{}, err
	}
	if _, err := os.Lstat(dest); err == nil {
		return Copy{}, fs.ErrExist
	}
	part, err := partOf(dest)
	if err != nil {
		return Copy{}, err
	}
	defer os.Remove(part)
	want, err := s.snapshot(ctx, part, opt.told())
	if err != nil {
		return Copy{}, err
	}
	c, err := verify(ctx, part)
	if err == nil && c.Digest != want {
		err = fmt.Errorf("rows differ from those of the database: %w", ErrUnhealthy)
	}
	if err == nil {
		err = opt.bring(ctx, &c, part, s.vault.dir, opt.folder(dest))
	}
	if err == nil {
		err = settleFile(part, dest)
	}
	c.Path = dest
	return c, err
}

// partOf makes an empty file beside dest that only its owner can read.
func partOf(dest string) (string, error) {
	f, err := os.CreateTemp(filepath.Dir(dest), "."+filepath.Base(dest)+".*")
	if err != nil {
		return "", unwritable(err)
	}
	return f.Name(), f.Close()
}

// settleFile puts a finished file in its place, on disk before it has its name. It never replaces another one.
func settleFile(part, dest string) error {
	if err := syncPath(part); err != nil {
		return err
	}
	if err := os.Link(part, dest); err != nil { // unlike Rename, fails where dest has come up meanwhile
		return err
	}
	return syncPath(filepath.Dir(dest))
}

// syncPath has the system write a file or folder to the disk.
func syncPath(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// snapshot copies the database as of one moment to the file at part and returns the digest of what it copied.
func (s *Store) snapshot(ctx context.Context, part string, progress func(done, total int)) (digest string, err error) {
	db := pool(s.path, s.reader())
	defer db.Close()
	from, err := db.Conn(ctx)
	if err != nil {
		return "", storage(err)
	}
	defer from.Close()
	if _, err := from.ExecContext(ctx, `BEGIN`); err != nil { // the first read fixes the moment, for the copy as well
		return "", storage(err)
	}
	defer from.ExecContext(context.WithoutCancel(ctx), `ROLLBACK`)
	if digest, err = digestRows(ctx, from); err != nil {
		return "", fmt.Errorf("read: %w", storage(err))
	}
	address := url.URL{Scheme: "file", Path: part, RawQuery: "mode=rw&_synchronous=FULL&_secure_delete=on"}
	to := sql.OpenDB(connector{address.String(), &sqlite3.SQLiteDriver{}})
	to.SetMaxOpenConns(1)
	defer to.Close()
	if err := copyPages(ctx, from, to, progress); err != nil {
		return "", storage(err)
	}
	// At rest: a copy needs no log beside it, and can be read where nothing can be written.
	_, err = to.ExecContext(ctx, `PRAGMA journal_mode = DELETE`)
	return digest, errors.Join(storage(err), to.Close())
}

func copyPages(ctx context.Context, from *sql.Conn, to *sql.DB, progress func(done, total int)) error {
	conn, err := to.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	return from.Raw(func(source any) error {
		return conn.Raw(func(target any) error {
			b, err := target.(*sqlite3.SQLiteConn).Backup("main", source.(*sqlite3.SQLiteConn), "main")
			if err != nil {
				return err
			}
			for done := false; !done && err == nil; {
				if done, err = b.Step(pagesAtOnce); err == nil {
					err = ctx.Err()
				}
				progress(b.PageCount()-b.Remaining(), b.PageCount())
				runtime.Gosched()
			}
			return errors.Join(err, b.Finish())
		})
	})
}

// verify opens a copy at rest, computes the digest of its rows and has Doctor examine it.
func verify(ctx context.Context, path string) (Copy, error) {
	c := Copy{Path: path}
	info, err := os.Stat(path)
	if err != nil {
		return c, err
	}
	c.Bytes = info.Size()
	s, err := openAtRest(ctx, path)
	if err != nil {
		return c, err
	}
	defer s.Close()
	if c.Digest, err = digestRows(ctx, s.read); err != nil {
		return c, storage(err)
	}
	r, err := s.Doctor(ctx)
	if err != nil {
		return c, err
	}
	c.Waves = r.Waves
	if p, wrong := r.first(); wrong {
		return c, fmt.Errorf("%w: %s", ErrUnhealthy, p.Message["en"])
	}
	return c, nil
}

// first returns the first problem of a report.
func (r Report) first() (Problem, bool) {
	for _, c := range r.Checks {
		for _, p := range c.Problems {
			return p, true
		}
	}
	return Problem{}, false
}
