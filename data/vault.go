package data

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"thuocdo/survey"
)

// evidenceSuffix ends the name of the folder beside the database that holds the files of documents.
const evidenceSuffix = ".evidence"

// vault is a folder of files by SHA-256: FOLDER/ab/cdef…. A file has its name once it is on the disk, whole, and never changes.
// What is being received lies in FOLDER/tmp.
type vault struct {
	dir string
	mu  sync.Mutex // held from a file getting its name until its row is there, and while files without a row are removed
}

func (v *vault) path(digest string) string { return filepath.Join(v.dir, digest[:2], digest[2:]) }
func (v *vault) temporary() string         { return filepath.Join(v.dir, "tmp") }

// create makes a file to be received, for its owner alone.
func (v *vault) create() (*os.File, error) {
	if err := makeFolder(v.temporary()); err != nil {
		return nil, diskError(err)
	}
	f, err := os.CreateTemp(v.temporary(), "*")
	return f, diskError(err)
}

// makeFolder makes a folder and those above it, and has their names written to the disk.
func makeFolder(dir string) error {
	if info, err := os.Stat(dir); err == nil && info.IsDir() {
		return nil
	}
	if err := makeFolder(filepath.Dir(dir)); err != nil {
		return err
	}
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return syncPath(filepath.Dir(dir))
}

// settle gives a file that is on the disk its name. One that is there already is replaced by its like: a damaged one is sound again.
// It reports whether there was none.
func (v *vault) settle(temp, digest string) (fresh bool, err error) {
	dest := v.path(digest)
	if err := makeFolder(filepath.Dir(dest)); err != nil {
		return false, diskError(err)
	}
	_, err = os.Lstat(dest)
	fresh = errors.Is(err, fs.ErrNotExist)
	if err := os.Rename(temp, dest); err != nil {
		return false, diskError(err)
	}
	return fresh, diskError(syncPath(filepath.Dir(dest)))
}

// each calls yield for every file that has a name of ours, with the age of its last use.
func (v *vault) each(yield func(digest, path string, age time.Duration) error) error {
	folders, err := os.ReadDir(v.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	for _, d := range folders {
		if err != nil {
			return err
		}
		var list []fs.DirEntry
		if list, err = os.ReadDir(filepath.Join(v.dir, d.Name())); errors.Is(err, syscall.ENOTDIR) {
			err = nil
		}
		for _, f := range list {
			info, gone := f.Info()
			if gone != nil || !f.Type().IsRegular() {
				continue
			}
			if err := yield(d.Name()+f.Name(), filepath.Join(v.dir, d.Name(), f.Name()), time.Since(info.ModTime())); err != nil {
				return err
			}
		}
	}
	return err
}

// hashFile returns the SHA-256 of a file and its size.
func hashFile(path string) (digest string, size int64, err error) {
	f, err := os.Open(path)
	if err != nil {
		return "", 0, err
	}
	defer f.Close()
	sum := sha256.New()
	size, err = io.Copy(sum, f)
	return hex.EncodeToString(sum.Sum(nil)), size, err
}

// diskError marks what a disk without room says.
func diskError(err error) error {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return fmt.Errorf("%w: %w", survey.ErrStoreFull, err)
	}
	return err
}
