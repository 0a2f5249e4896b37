package data

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync/atomic"
	"testing"
	"time"
)

func TestABackupHoldsTheSameRows(t *testing.T) {
	t.Parallel()
	path := filled(t)
	s := mustOpenAt(t, path, Options{})
	dest := filepath.Join(t.TempDir(), "copy.db")
	pages := 0
	c, err := s.Backup(t.Context(), dest, CopyOptions{Progress: func(done, total int) { pages = total - done }})
	must(t, err)
	if want := []WaveCount{{"w", 3, 400}}; !slices.Equal(c.Waves, want) || pages != 0 {
		t.Errorf("the copy has %v, want %v; %d pages left", c.Waves, want, pages)
	}
	if d, err := digestRows(t.Context(), s.read); err != nil || d != c.Digest {
		t.Errorf("digest %s, the database has %s, %v", c.Digest, d, err)
	}
	names := namesIn(t, filepath.Dir(dest))
	if !slices.Equal(names, []string{"copy.db"}) {
		t.Errorf("left behind: %v", names)
	}
	if info, err := os.Stat(dest); err != nil || info.Mode().Perm() != 0o600 || info.Size() != c.Bytes {
		t.Errorf("%v, %v", info, err)
	}
	if _, err := s.Backup(t.Context(), dest, CopyOptions{}); !errors.Is(err, fs.ErrExist) {
		t.Errorf("a second time: %v", err)
	}
}

func namesIn(t testing.TB, dir string) (names []string) {
	t.Helper()
	list, err := os.ReadDir(dir)
	must(t, err)
	for _, e := range list {
		names = append(names, e.Name())
	}
	return names
}

// TestABackupUnderLoadIsOfOneMoment copies while 16 callers store answers: every copy is whole, and holds at least what
// was acknowledged before it began.
func TestABackupUnderLoadIsOfOneMoment(t *testing.T) {
	t.Parallel()
	s := mustOpen(t, Options{})
	define(t, s, 5)
	list := entries(t, mustWave(t, s, "w"), 200)
	ctx, stop := context.WithCancel(t.Context())
	var stored atomic.Int64
	ended := make(chan struct{})
	for caller := range 16 {
		go func() {
			defer func() { ended <- struct{}{} }()
			for i := caller; ctx.Err() == nil; i++ {
				if _, err := s.Append(context.Background(), fresh(list, i)); err == nil {
					stored.Add(1)
				}
			}
		}()
	}
	for i := range 3 {
		before := stored.Load()
		c, err := s.Backup(t.Context(), filepath.Join(t.TempDir(), "copy.db"), CopyOptions{})
		must(t, err)
		if len(c.Waves) == 0 || c.Waves[0].Responses < before {
			t.Errorf("backup %d: %v, acknowledged before: %d", i, c.Waves, before)
		}
	}
	stop()
	for range 16 {
		<-ended
	}
	wantHealthy(t, s)
}

func TestABackupOfADamagedDatabaseIsNotOne(t *testing.T) {
	t.Parallel()
	path := filled(t)
	tamper(t, path, `UPDATE responses SET body = CAST(substr(body, 1, 20) || x'ff' || substr(body, 22) AS BLOB) WHERE rowid = 1`)
	dest := filepath.Join(t.TempDir(), "copy.db")
	s := mustOpenAt(t, path, Options{ReadOnly: true})
	if _, err := s.Backup(t.Context(), dest, CopyOptions{}); !errors.Is(err, ErrUnhealthy) {
		t.Errorf("got %v", err)
	}
	if names := namesIn(t, filepath.Dir(dest)); len(names) > 0 {
		t.Errorf("left behind: %v", names)
	}
}

func TestACancelledBackupLeavesNothing(t *testing.T) {
	t.Parallel()
	s := mustOpenAt(t, filled(t), Options{})
	dest := filepath.Join(t.TempDir(), "copy.db")
	ctx, cancel := context.WithCancel(t.Context())
	_, err := s.Backup(ctx, dest, CopyOptions{Progress: func(int, int) { cancel() }})
	if err == nil {
		t.Error("no error")
	}
	if names := namesIn(t, filepath.Dir(dest)); len(names) > 0 {
		t.Errorf("left behind: %v", names)
	}
	wantHealthy(t, s)
}

var noon = time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)

func TestARestoreKeepsWhatWasThere(t *testing.T) {
	t.Parallel()
	path := filled(t)
	s := mustOpenAt(t, path, Options{})
	backup := filepath.Join(t.TempDir(), "copy.db")
	saved, err := s.Backup(t.Context(), backup, CopyOptions{})
	must(t, err)
	e := entries(t, mustWave(t, s, "w"), 1)[0]
	_, err = s.Append(t.Context(), e)
	must(t, err)
	if _, err := Restore(t.Context(), backup, path, true, noon, CopyOptions{}); !errors.Is(err, ErrInUse) {
		t.Errorf("under a service: %v", err)
	}
	must(t, s.Close())
	if _, err := Restore(t.Context(), backup, path, false, noon, CopyOptions{}); !errors.Is(err, fs.ErrExist) {
		t.Errorf("without being told to replace: %v", err)
	}
	c, err := Restore(t.Context(), backup, path, true, noon, CopyOptions{})
	must(t, err)
	if c.Digest != saved.Digest || c.Aside != path+".before-20261128T120000Z" {
		t.Errorf("%+v, saved %+v", c, saved)
	}
	again := mustOpenAt(t, path, Options{})
	if n := wantHealthy(t, again).Waves[0].Responses; n != 400 {
		t.Errorf("%d answers after the restore, want 400", n)
	}
	if n := examine(t, c.Aside).Waves[0].Responses; n != 401 {
		t.Errorf("%d answers set aside, want 401", n)
	}
}

// TestARestoreDoesNotReadTheOldLog: the log of a killed service lies beside the database that is replaced.
func TestARestoreDoesNotReadTheOldLog(t *testing.T) {
	t.Parallel()
	path := filled(t)
	backup := copyOf(t, path)
	s := mustOpenAt(t, path, Options{})
	_, err := s.Append(t.Context(), entries(t, mustWave(t, s, "w"), 1)[0])
	must(t, err)
	there := filepath.Join(t.TempDir(), "thuocdo.db")
	for _, suffix := range []string{"", "-wal"} {
		b, err := os.ReadFile(path + suffix)
		must(t, err)
		must(t, os.WriteFile(there+suffix, b, 0o600))
	}
	c, err := Restore(t.Context(), backup, there, true, noon, CopyOptions{})
	must(t, err)
	if n := examine(t, there).Waves[0].Responses; n != 400 {
		t.Errorf("%d answers after the restore, want 400", n)
	}
	if n := examine(t, c.Aside).Waves[0].Responses; n != 401 {
		t.Errorf("%d answers set aside, want 401: the log was lost", n)
	}
}

func TestADamagedDatabaseIsReplacedAsWell(t *testing.T) {
	t.Parallel()
	path := filled(t)
	backup := copyOf(t, path)
	must(t, os.WriteFile(path, []byte("SQLite format 3\x00 and then nothing"), 0o600))
	_, err := Restore(t.Context(), backup, path, true, noon, CopyOptions{})
	must(t, err)
	if r := examine(t, path); !r.OK() {
		t.Errorf("%+v", r)
	}
}

func TestWhatIsNoHealthyBackupIsNotRestored(t *testing.T) {
	t.Parallel()
	good := filled(t)
	damaged := copyOf(t, good)
	tamper(t, damaged, `DELETE FROM tallies WHERE rowid = 1`)
	other := filepath.Join(t.TempDir(), "other.db")
	must(t, os.WriteFile(other, []byte("no database"), 0o600))
	for name, c := range map[string]struct {
		src  string
		want error
	}{"damaged": {damaged, ErrUnhealthy}, "not ours": {other, ErrNotOurs}, "not there": {other + "x", fs.ErrNotExist}} {
		dest := copyOf(t, good)
		before, err := os.ReadFile(dest)
		must(t, err)
		if _, err := Restore(t.Context(), c.src, dest, true, noon, CopyOptions{}); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
		after, err := os.ReadFile(dest)
		must(t, err)
		if !slices.Equal(before, after) {
			t.Errorf("%s: the database was touched", name)
		}
	}
}
