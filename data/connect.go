package data

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/mattn/go-sqlite3"
)

// role is what a connection may do.
type role int

const (
	writing role = iota // the one writer
	reading             // read-only, beside a writer of this or another process
	resting             // read-only, a file at rest in a folder that cannot be written
)

// pragma is one setting and the value that must be read back.
type pragma struct{ name, want string }

// pragmas are what every connection must have. The driver's own defaults are weaker: synchronous=NORMAL loses
// acknowledged answers at a power cut, foreign keys are off, and deleted content stays in the file.
func pragmas(r role) []pragma {
	p := []pragma{
		{"synchronous", "2"},
		{"foreign_keys", "1"},
		{"busy_timeout", "5000"},
		{"secure_delete", "1"},
		{"trusted_schema", "0"},
		{"cell_size_check", "1"},
		{"mmap_size", "0"},
	}
	if r != writing {
		return append(p, pragma{"query_only", "1"})
	}
	return append(p, pragma{"journal_mode", "wal"}, pragma{"query_only", "0"}, pragma{"wal_autocheckpoint", "3000"},
		pragma{"journal_size_limit", "16777216"})
}

// dsn returns the address of the file for the driver. Everything that the driver can set is set here, so that no
// connection of a pool can miss it; the connect hook sets the rest and checks all.
func dsn(path string, r role) string {
	v := url.Values{
		"_synchronous":     {"FULL"},
		"_foreign_keys":    {"on"},
		"_busy_timeout":    {"5000"},
		"_secure_delete":   {"on"},
		"_stmt_cache_size": {"64"},
	}
	if r == writing {
		v.Set("mode", "rwc")
		v.Set("_journal_mode", "WAL")
		v.Set("_txlock", "immediate")
		v.Set("_cache_size", "-32768")
	} else {
		v.Set("mode", "ro")
		v.Set("_query_only", "on")
		v.Set("_txlock", "deferred")
	}
	if r == resting {
		v.Set("immutable", "1")
	}
	return (&url.URL{Scheme: "file", Path: path, RawQuery: v.Encode()}).String()
}

// roleFor returns how the file at path can be read. To read a file that may be written at the same time, SQLite needs
// to make files beside it; where it cannot, and no log is there, nobody writes.
func roleFor(path string) role {
	if mayWrite(filepath.Dir(path)) {
		return reading
	}
	if info, err := os.Stat(path + "-wal"); err == nil && info.Size() > 0 {
		return reading
	}
	return resting
}

// connector opens connections of one role to one file.
type connector struct {
	dsn    string
	driver *sqlite3.SQLiteDriver
}

func (c connector) Connect(context.Context) (driver.Conn, error) { return c.driver.Open(c.dsn) }
func (c connector) Driver() driver.Driver                        { return c.driver }

// pool opens the connections of one role: a single one for writing, a few for reading.
func pool(path string, r role) *sql.DB {
	hook := func(c *sqlite3.SQLiteConn) error { return settle(c, r) }
	db := sql.OpenDB(connector{dsn(path, r), &sqlite3.SQLiteDriver{ConnectHook: hook}})
	size := 1
	if r != writing {
		size = max(4, 2*runtime.GOMAXPROCS(0))
	}
	db.SetMaxOpenConns(size)
	db.SetMaxIdleConns(size)
	return db
}

// settle sets what the address cannot, and reads every setting back.
func settle(c *sqlite3.SQLiteConn, r role) error {
	const rest = `PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0;
		PRAGMA wal_autocheckpoint = 3000; PRAGMA journal_size_limit = 16777216`
	if _, err := c.Exec(rest, nil); err != nil {
		return err
	}
	for _, p := range pragmas(r) {
		got, err := pragmaOf(c, p.name)
		if err != nil {
			return fmt.Errorf("pragma %s: %w", p.name, err)
		}
		if got != p.want {
			return fmt.Errorf("%w: %s is %q, not %q", ErrPragma, p.name, got, p.want)
		}
	}
	return nil
}

// pragmaOf reads a setting of one connection.
func pragmaOf(c *sqlite3.SQLiteConn, name string) (string, error) {
	rows, err := c.Query("PRAGMA "+name, nil)
	if err != nil {
		return "", err
	}
	defer rows.Close()
	row := make([]driver.Value, 1)
	if err := rows.Next(row); err == io.EOF {
		return "", nil
	} else if err != nil {
		return "", err
	}
	if b, ok := row[0].([]byte); ok {
		return strings.ToLower(string(b)), nil
	}
	return strings.ToLower(fmt.Sprint(row[0])), nil
}

// memory opens an empty database in memory, with one connection.
func memory() *sql.DB {
	db := sql.OpenDB(connector{"file::memory:?mode=memory", &sqlite3.SQLiteDriver{}})
	db.SetMaxOpenConns(1)
	return db
}
