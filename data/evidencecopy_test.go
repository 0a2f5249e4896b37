package data

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"thuocdo/data/filetype/filetest"
)

func TestABackupBringsTheFilesOfDocuments(t *testing.T) {
	t.Parallel()
	s := collectingStore(t, Options{})
	a := keep(t, s, "x-000", "a.pdf", "1", filetest.PDF("a"), "1.1.1")
	dir := t.TempDir()
	c := must1(s.Backup(t.Context(), filepath.Join(dir, "1.db"), CopyOptions{}))(t)
	if want := filepath.Join(dir, "evidence"); c.Evidence != want || c.Files != 1 || c.FileBytes != a.Size {
		t.Errorf("%+v", c)
	}
	kept := &vault{dir: filepath.Join(dir, "evidence")}
	old := time.Now().Add(-time.Hour).Truncate(time.Second)
	must(t, os.Chtimes(kept.path(a.Digest), old, old))
	b := keep(t, s, "x-001", "b.docx", "2", filetest.DOCX("b"), "")
	c = must1(s.Backup(t.Context(), filepath.Join(dir, "2.db"), CopyOptions{}))(t)
	if info, err := os.Stat(kept.path(a.Digest)); err != nil || !info.ModTime().Equal(old) || c.Files != 2 {
		t.Errorf("what was there was copied again: %v, %v, %+v", info, err, c)
	}
	must(t, os.Truncate(kept.path(a.Digest), 3)) // a damaged copy is replaced
	must1(s.Backup(t.Context(), filepath.Join(dir, "3.db"), CopyOptions{}))(t)
	must(t, os.Truncate(s.vault.path(b.Digest), 3)) // a damaged file is not copied; the copy that is there serves
	must1(s.Backup(t.Context(), filepath.Join(dir, "4.db"), CopyOptions{}))(t)
	elsewhere := t.TempDir()
	if _, err := s.Backup(t.Context(), filepath.Join(elsewhere, "5.db"), CopyOptions{Evidence: filepath.Join(elsewhere, "e")}); !errors.Is(err, ErrUnhealthy) {
		t.Errorf("a damaged file in a new copy: %v", err)
	}
	if names := namesIn(t, elsewhere); !slices.Equal(names, []string{"e"}) {
		t.Errorf("left behind: %q", names)
	}
	must1(s.Backup(t.Context(), filepath.Join(elsewhere, "5.db"), CopyOptions{Without: true}))(t)

	to := filepath.Join(t.TempDir(), "new.db")
	r := must1(Restore(t.Context(), filepath.Join(dir, "3.db"), to, false, noon, CopyOptions{}))(t)
	if r.Files != 2 || r.Evidence != to+evidenceSuffix {
		t.Errorf("%+v", r)
	}
	wantFiles(t, mustOpenAt(t, to, Options{}))
	must(t, os.Remove(kept.path(b.Digest)))
	to = filepath.Join(t.TempDir(), "none.db")
	if _, err := Restore(t.Context(), filepath.Join(dir, "3.db"), to, false, noon, CopyOptions{}); !errors.Is(err, ErrUnhealthy) {
		t.Errorf("with a file that is gone: %v", err)
	}
	if _, err := os.Stat(to); !errors.Is(err, fs.ErrNotExist) {
		t.Error("a database was put in place without its files")
	}
	must1(Restore(t.Context(), filepath.Join(dir, "3.db"), to, false, noon, CopyOptions{Without: true}))(t)
}

// Whoever goes back to the database that was set aside finds its files with it, also those that the new one knows nothing of.
func TestADatabaseThatIsSetAsideKeepsItsFiles(t *testing.T) {
	t.Parallel()
	s := collectingStore(t, Options{})
	keep(t, s, "x-000", "a.pdf", "1", filetest.PDF("a"), "1.1.1")
	backup := filepath.Join(t.TempDir(), "b.db")
	must1(s.Backup(t.Context(), backup, CopyOptions{}))(t)
	later := keep(t, s, "x-000", "b.pdf", "2", filetest.PDF("b"), "1.1.1")
	must(t, s.Close())
	c := must1(Restore(t.Context(), backup, s.path, true, noon, CopyOptions{}))(t)
	now := mustOpenAt(t, s.path, Options{})
	age(t, now.vault.dir)
	if n := must1(now.SweepFiles(t.Context()))(t); n != 1 {
		t.Errorf("%d files swept, one is not known any more", n)
	}
	wantFiles(t, now)
	wantFiles(t, mustOpenAt(t, c.Aside, Options{ReadOnly: true}))
	must(t, now.Close())
	must1(Restore(t.Context(), c.Aside, s.path, true, noon.Add(time.Minute), CopyOptions{}))(t)
	again := mustOpenAt(t, s.path, Options{})
	wantFiles(t, again)
	if f, err := again.OpenDocument(later); err != nil {
		t.Error(err)
	} else {
		f.Close()
	}
}
