package data

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// CopyOptions say what a copy does with the files of documents.
type CopyOptions struct {
	Evidence string                // folder of copies; "" = "evidence" beside the copy of the database. It may serve any number of them
	Without  bool                  // leave the files out
	Progress func(done, total int) // is told about pages, and then about files; nil: nobody is
}

// folder returns where copies of files lie beside the copy of a database at path.
func (o CopyOptions) folder(path string) string {
	if o.Evidence != "" {
		return o.Evidence
	}
	return filepath.Join(filepath.Dir(path), "evidence")
}

// source returns where files come from when the copy of a database at path is restored: the folder that is named, one that belongs to
// the file alone, or the one of all copies beside it.
func (o CopyOptions) source(path string) string {
	if _, err := os.Stat(path + evidenceSuffix); o.Evidence == "" && err == nil {
		return path + evidenceSuffix
	}
	return o.folder(path)
}

// bring copies the files that the database at part is about, and says so in c.
func (o CopyOptions) bring(ctx context.Context, c *Copy, part, from, to string) (err error) {
	if o.Without {
		return nil
	}
	target := &vault{dir: to}
	if c.Files, c.FileBytes, err = copyFiles(ctx, part, &vault{dir: from}, target, o.told()); err != nil || c.Files == 0 {
		return err
	}
	c.Evidence = to
	_ = os.Remove(target.temporary()) // empty by now, unless somebody else is at work
	return nil
}

// told returns whom to tell about progress.
func (o CopyOptions) told() func(done, total int) {
	if o.Progress == nil {
		return func(int, int) {}
	}
	return o.Progress
}

// copyFiles brings every file that the database at path is about from one vault into another. What is there is read too: a file counts
// where its digest is right, and is replaced where it is not.
func copyFiles(ctx context.Context, path string, from, to *vault, progress func(done, total int)) (n int, bytes int64, err error) {
	s, err := openAtRest(ctx, path)
	if err != nil {
		return 0, 0, err
	}
	defer s.Close()
	list, err := s.files(ctx, s.read)
	if err != nil {
		return 0, 0, storage(err)
	}
	for i, f := range list {
		if err := ctx.Err(); err != nil {
			return 0, 0, err
		}
		if digest, _, err := hashFile(to.path(f.digest)); err != nil || digest != f.digest {
			if err := from.copyTo(ctx, to, f); err != nil {
				return 0, 0, fmt.Errorf("file %.12s %q of %s: %w", f.digest, f.name, f.agency, err)
			}
		}
		bytes += f.size
		progress(i+1, len(list))
	}
	return len(list), bytes, nil
}

// copyTo copies one file and has it written to the disk. ErrUnhealthy where there is no sound one.
func (v *vault) copyTo(ctx context.Context, to *vault, f keptFile) error {
	in, err := os.Open(v.path(f.digest))
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("it is gone: %w", ErrUnhealthy)
	}
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := to.create()
	if err != nil {
		return unwritable(err)
	}
	defer os.Remove(out.Name())
	sum := sha256.New()
	_, err = io.Copy(io.MultiWriter(out, sum), reader{ctx, in})
	if err := errors.Join(err, out.Sync(), out.Close()); err != nil {
		return diskError(err)
	}
	if hex.EncodeToString(sum.Sum(nil)) != f.digest {
		return fmt.Errorf("its content was changed: %w", ErrUnhealthy)
	}
	_, err = to.settle(out.Name(), f.digest)
	return err
}

// linkTo gives the files of a vault second names in another folder, so that a database that is set aside keeps its own.
func (v *vault) linkTo(dir string) error {
	to := &vault{dir: dir}
	err := v.each(func(digest, path string, _ time.Duration) error {
		if len(digest) != 2*sha256.Size {
			return nil
		}
		dest := to.path(digest)
		if err := makeFolder(filepath.Dir(dest)); err != nil {
			return err
		}
		if err := os.Link(path, dest); err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
		return nil
	})
	return err
}
