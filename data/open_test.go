package data

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/mattn/go-sqlite3"

	"thuocdo/scoring/standing"
)

// TestEveryConnectionHasTheSettings takes every connection of both pools at once and reads the settings back.
func TestEveryConnectionHasTheSettings(t *testing.T) {
	t.Parallel()
	s := mustOpen(t, Options{})
	size := s.read.Stats().MaxOpenConnections
	if size < 4 {
		t.Fatalf("the read pool has %d connections", size)
	}
	for range size {
		conn, err := s.read.Conn(t.Context())
		must(t, err)
		defer conn.Close()
		wantSettings(t, conn, reading)
		if _, err := conn.ExecContext(t.Context(), `UPDATE probe SET n = 2`); err == nil {
			t.Error("a reader can write")
		}
	}
	must(t, s.writer.do(t.Context(), func(w *writer) error {
		wantSettings(t, w.conn, writing)
		return nil
	}))
	if n := s.writer.db.Stats().MaxOpenConnections; n != 1 {
		t.Errorf("%d connections write", n)
	}
}

func wantSettings(t *testing.T, conn *sql.Conn, r role) {
	t.Helper()
	for _, p := range pragmas(r) {
		var got string
		must(t, conn.QueryRowContext(t.Context(), `PRAGMA `+p.name).Scan(&got))
		if got != p.want {
			t.Errorf("%s is %s, want %s", p.name, got, p.want)
		}
	}
}

// TestAWrongSettingIsAnError opens a connection whose address asks for less than it must.
func TestAWrongSettingIsAnError(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "thuocdo.db")
	for _, weak := range []string{"_synchronous=NORMAL", "_foreign_keys=off", "_secure_delete=off", "_journal_mode=DELETE", "_busy_timeout=1"} {
		d := &sqlite3.SQLiteDriver{ConnectHook: func(c *sqlite3.SQLiteConn) error { return settle(c, writing) }}
		address := dsn(path, writing)
		name, _, _ := strings.Cut(weak, "=")
		i := strings.Index(address, name+"=")
		end := i + strings.IndexByte(address[i:]+"&", '&')
		db := sql.OpenDB(connector{address[:i] + weak + address[end:], d})
		if err := db.PingContext(t.Context()); !errors.Is(err, ErrPragma) {
			t.Errorf("%s: got %v, want ErrPragma", weak, err)
		}
		must(t, db.Close())
	}
}

func TestTransactionsOfTheWriterAreImmediate(t *testing.T) {
	t.Parallel()
	if !strings.Contains(dsn("x", writing), "_txlock=immediate") || strings.Contains(dsn("x", reading), "immediate") {
		t.Error("the addresses do not say so")
	}
}

func TestASecondWriterIsRefusedUntilTheFirstIsGone(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "thuocdo.db")
	s := mustOpenAt(t, path, Options{})
	link := filepath.Join(t.TempDir(), "other name.db")
	must(t, os.Symlink(path, link))
	for _, name := range []string{path, link} {
		if _, err := Open(t.Context(), name, Options{}); !errors.Is(err, ErrInUse) {
			t.Errorf("%s: got %v, want ErrInUse", name, err)
		}
	}
	must(t, s.Close())
	must(t, s.Close()) // again is harmless
	// Another test may be starting a process just now, which shares the lock until it has become another program.
	again, err := Open(t.Context(), path, Options{})
	for end := time.Now().Add(10 * time.Second); errors.Is(err, ErrInUse) && time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		again, err = Open(t.Context(), path, Options{})
	}
	must(t, err)
	must(t, again.Close())
}

// TestAKilledProcessGivesTheDatabaseUp starts a second process that opens the database, and kills it.
func TestAKilledProcessGivesTheDatabaseUp(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "thuocdo.db")
	s := mustOpenAt(t, path, Options{})
	define(t, s, 1)
	must(t, s.Close())
	child, lines := startChild(t, path)
	<-lines // it has opened the database and stored an answer
	_, err := Open(t.Context(), path, Options{})
	if !errors.Is(err, ErrInUse) || !strings.Contains(err.Error(), "process ") {
		t.Errorf("got %v, want ErrInUse with the process", err)
	}
	must(t, child.Process.Kill())
	_ = child.Wait()
	mustOpenAt(t, path, Options{})
}

func TestToolsReadBesideARunningService(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "thuocdo.db")
	s := mustOpenAt(t, path, Options{})
	define(t, s, 2)
	w := mustWave(t, s, "w")
	list := entries(t, w, 40)
	together(t, s, list[:20])
	tool := mustOpenAt(t, path, Options{ReadOnly: true})
	if got, want := len(readBack(t, tool, w)), 20; got != want {
		t.Errorf("the tool reads %d answers, want %d", got, want)
	}
	together(t, s, list[20:])
	if got := responsesOf(t, tool, standing.Live, "x-000") + responsesOf(t, tool, standing.Live, "x-001"); got != 40 {
		t.Errorf("the tool sees %d answers, want 40", got)
	}
	wantHealthy(t, tool)
	for name, err := range map[string]error{
		"PutAgencies": tool.PutAgencies(t.Context(), communes(1), nil),
		"Ready":       tool.Ready(t.Context()),
		"DeleteCtx":   tool.DeleteCtx(t.Context(), "x"),
	} {
		if !errors.Is(err, ErrReadOnly) {
			t.Errorf("%s: got %v, want ErrReadOnly", name, err)
		}
	}
	if _, err := tool.Append(t.Context(), list[0]); !errors.Is(err, ErrReadOnly) {
		t.Errorf("Append: got %v", err)
	}
	if _, err := tool.AppendAll(t.Context(), "w", seqOf(list)); !errors.Is(err, ErrReadOnly) {
		t.Errorf("AppendAll: got %v", err)
	}
}

func TestAToolReadsADatabaseAtRest(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "a folder?", "mọi thứ & #1%.db")
	must(t, os.Mkdir(filepath.Dir(path), 0o700))
	s := mustOpenAt(t, path, Options{})
	define(t, s, 2)
	must(t, s.Close())
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v; want 0600", info.Mode(), err)
	}
	tool := mustOpenAt(t, path, Options{ReadOnly: true})
	if got, err := tool.Agencies(t.Context()); err != nil || len(got) != 2 {
		t.Errorf("%d agencies, %v", len(got), err)
	}
	if _, err := Open(t.Context(), path+"x", Options{ReadOnly: true}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v, want ErrNotExist", err)
	}
	if sizeOf(t, path+"x") != 0 {
		t.Error("a reader made a file")
	}
}

// TestAFileAtRestIsReadWithoutAnythingBesideIt reads a database as it is read in a folder that cannot be written.
func TestAFileAtRestIsReadWithoutAnythingBesideIt(t *testing.T) {
	t.Parallel()
	path := filled(t)
	db := pool(path, resting)
	defer db.Close()
	var n int
	must(t, db.QueryRow(`SELECT count(*) FROM agencies`).Scan(&n))
	if n != 3 {
		t.Errorf("%d agencies, want 3", n)
	}
	for _, tail := range []string{"-wal", "-shm"} {
		if _, err := os.Stat(path + tail); !os.IsNotExist(err) {
			t.Errorf("%s: %v, want nothing", tail, err)
		}
	}
	if r := roleFor(path); r != reading {
		t.Errorf("in a folder that can be written the role is %v", r)
	}
	if os.Geteuid() == 0 {
		t.Skip("the rest needs a user whom permissions bind; root is not")
	}
	must(t, os.Chmod(filepath.Dir(path), 0o500))
	defer os.Chmod(filepath.Dir(path), 0o700)
	if r := roleFor(path); r != resting {
		t.Errorf("in a folder that cannot be written the role is %v", r)
	}
}

func TestANewerDatabaseIsLeftAlone(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "thuocdo.db")
	must(t, mustOpenAt(t, path, Options{}).Close())
	tamper(t, path, `INSERT INTO migrations (version_id, is_applied) VALUES (99999, 1)`)
	before := digestOf(t, path)
	for _, opt := range []Options{{}, {ReadOnly: true}} {
		if _, err := Open(t.Context(), path, opt); !errors.Is(err, ErrNewer) {
			t.Errorf("got %v, want ErrNewer", err)
		}
	}
	if digestOf(t, path) != before {
		t.Error("the file was changed")
	}
}

func TestAToolWantsTheDatabaseMigrated(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "thuocdo.db")
	must(t, makeFile(path))
	if _, err := Open(t.Context(), path, Options{ReadOnly: true}); !errors.Is(err, ErrOlder) {
		t.Errorf("got %v, want ErrOlder", err)
	}
}

func TestOtherFilesAreNotOpened(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	text := filepath.Join(dir, "notes.txt")
	must(t, os.WriteFile(text, []byte("this is not a database, but longer than its header"), 0o600))
	short := filepath.Join(dir, "short")
	must(t, os.WriteFile(short, []byte("SQLite"), 0o600))
	foreign := filepath.Join(dir, "foreign.db")
	tamper(t, foreign, `CREATE TABLE t (x)`)
	for _, path := range []string{text, short, foreign} {
		before := digestOf(t, path)
		if _, err := Open(t.Context(), path, Options{}); !errors.Is(err, ErrNotOurs) {
			t.Errorf("%s: got %v, want ErrNotOurs", path, err)
		}
		if digestOf(t, path) != before {
			t.Errorf("%s was changed", path)
		}
	}
}

func TestAPlaceThatCannotBeWrittenIsNamed(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if _, err := Open(t.Context(), filepath.Join(dir, "none", "thuocdo.db"), Options{}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("missing folder: got %v, want ErrNotExist", err)
	}
	if _, err := Open(t.Context(), dir, Options{}); err == nil {
		t.Error("a folder was opened as a database")
	}
	if os.Geteuid() == 0 {
		t.Skip("the rest needs a user whom permissions bind; root is not")
	}
	must(t, os.Chmod(dir, 0o500))
	if _, err := Open(t.Context(), filepath.Join(dir, "thuocdo.db"), Options{}); !errors.Is(err, ErrUnwritable) {
		t.Errorf("got %v, want ErrUnwritable", err)
	}
}

func TestOpeningAgainChangesNothing(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "thuocdo.db")
	for range 3 {
		s := mustOpenAt(t, path, Options{})
		wantHealthy(t, s)
		must(t, s.Close())
	}
	if got, err := Inspect(t.Context(), path); err != nil || got.Have != got.Want || got.Have < 1 {
		t.Errorf("%+v, %v", got, err)
	}
}

// tamper runs SQL behind the store's back, with no more respect for it than the sqlite3 shell has.
func tamper(t testing.TB, path, query string, args ...any) {
	t.Helper()
	db := sql.OpenDB(connector{"file:" + path + "?_foreign_keys=off", &sqlite3.SQLiteDriver{}})
	defer db.Close()
	r, err := db.ExecContext(context.Background(), query, args...)
	must(t, err)
	if n, _ := r.RowsAffected(); n == 0 && !strings.HasPrefix(query, "CREATE") && !strings.HasPrefix(query, "DROP") {
		t.Fatalf("%s changed nothing", query)
	}
}

func digestOf(t testing.TB, path string) [sha256.Size]byte {
	t.Helper()
	b, err := os.ReadFile(path)
	must(t, err)
	return sha256.Sum256(b)
}

// wantHealthy wants a doctor without complaints.
func wantHealthy(t testing.TB, s *Store) Report {
	t.Helper()
	r, err := s.Doctor(context.Background())
	must(t, err)
	for _, c := range r.Checks {
		for _, p := range c.Problems {
			t.Errorf("%s: %s %s %s: %s", c.Name, p.Wave, p.Agency, p.Item, p.Message["en"])
		}
	}
	return r
}
