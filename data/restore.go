package data

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// Restore puts a copy of a database at src in the place of the database at dest, on which no service may run. The copy
// is examined first, and again where it then lies. With replace, the database that was there is kept beside it, with
// its log, under a name that ends in ".before-" and the time; without, it is an error that there is one. Whenever this
// is broken off, dest is the old database or the new one, never half of both. The files of documents are brought first and
// added to those that are there, which the old database keeps under its other name too.
//
// Errors: ErrInUse, fs.ErrExist, fs.ErrNotExist, ErrUnhealthy, ErrNewer, ErrNotOurs, ErrCorrupt, ErrUnwritable.
func Restore(ctx context.Context, src, dest string, replace bool, now time.Time, opt CopyOptions) (Copy, error) {
	c, err := restore(ctx, src, dest, replace, now, opt)
	if err != nil {
		return c, fmt.Errorf("restore %s to %s: %w", src, dest, err)
	}
	return c, nil
}

func restore(ctx context.Context, src, dest string, replace bool, now time.Time, opt CopyOptions) (Copy, error) {
	src, err := resolve(src)
	if err != nil {
		return Copy{}, err
	}
	if dest, err = resolve(dest); err != nil {
		return Copy{}, err
	}
	held, err := lock(dest)
	if err != nil {
		return Copy{}, err
	}
	defer held.Close()
	_, err = os.Lstat(dest)
	there := err == nil
	if there && !replace {
		return Copy{}, fs.ErrExist
	}
	part, err := partOf(dest)
	if err != nil {
		return Copy{}, err
	}
	defer os.Remove(part)
	if err := copyFile(ctx, src, part); err != nil {
		return Copy{}, err
	}
	c, err := verify(ctx, part)
	if err != nil {
		return c, err
	}
	c.Path = dest
	if err := opt.bring(ctx, &c, part, opt.source(src), dest+evidenceSuffix); err != nil {
		return c, err
	}
	if there {
		if c.Aside, err = setAside(ctx, dest, now); err != nil {
			return c, err
		}
	}
	for _, suffix := range []string{"-wal", "-shm"} { // of the old database: they must not be read into the new one
		if err := os.Remove(dest + suffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return c, err
		}
	}
	if err := os.Rename(part, dest); err != nil {
		return c, err
	}
	return c, syncPath(filepath.Dir(dest))
}

// copyFile copies a file at rest and has it written to the disk. A log beside it would be left behind, so there may be
// none.
func copyFile(ctx context.Context, src, dest string) error {
	if info, err := os.Stat(src + "-wal"); err == nil && info.Size() > 0 {
		return fmt.Errorf("%s has a log beside it: a service may be running on it: %w", src, ErrInUse)
	}
	if _, err := Inspect(ctx, src); err != nil {
		return err
	}
	in, err := os.Open(src)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(dest, os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return unwritable(err)
	}
	_, err = io.Copy(out, reader{ctx, in})
	return errors.Join(err, out.Sync(), out.Close())
}

// reader reads until its context ends.
type reader struct {
	ctx context.Context
	io.Reader
}

func (r reader) Read(b []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.Reader.Read(b)
}

// setAside gives the database at path, and its log, a second name. Where it is sound its log is moved into it first.
func setAside(ctx context.Context, path string, now time.Time) (aside string, err error) {
	emptyLog(ctx, path)
	aside = path + ".before-" + now.UTC().Format("20060102T150405Z")
	for _, suffix := range []string{"", "-wal", "-shm"} {
		err := os.Link(path+suffix, aside+suffix)
		if err != nil && (suffix == "" || !errors.Is(err, fs.ErrNotExist)) {
			return "", err
		}
	}
	files := &vault{dir: path + evidenceSuffix}
	return aside, errors.Join(files.linkTo(aside+evidenceSuffix), syncPath(filepath.Dir(path)))
}

// emptyLog moves what is in the log into the database, if it can: a damaged database is set aside as it is.
func emptyLog(ctx context.Context, path string) {
	db := pool(path, writing)
	defer db.Close()
	_, _ = db.ExecContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`)
}
