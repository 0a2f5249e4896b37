package data

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"strconv"
	"strings"

	"github.com/pressly/goose/v3"

	"thuocdo/data/migrations"
)

const (
	applicationID  = 0x5468756f // "Thuo": how a file says that it is ours
	migrationTable = "migrations"
	signature      = "SQLite format 3\x00"
)

// Schema is the version of a database file and of this program.
type Schema struct {
	Have int64 `json:"have"` // 0 = no tables yet
	Want int64 `json:"want"`
}

// Inspect reads the schema version of the file at path and changes nothing.
// Errors: fs.ErrNotExist, ErrNotOurs, ErrCorrupt, ErrNewer.
func Inspect(ctx context.Context, path string) (Schema, error) {
	s := Schema{Want: latest()}
	empty, err := sniff(path)
	if err != nil || empty {
		return s, err
	}
	db := pool(path, roleFor(path))
	defer db.Close()
	if s.Have, err = versionOf(ctx, db); err != nil {
		return s, fmt.Errorf("inspect %s: %w", path, storage(err))
	}
	if s.Have > s.Want {
		return s, fmt.Errorf("%w: its schema is %d, this program knows %d", ErrNewer, s.Have, s.Want)
	}
	return s, nil
}

// sniff looks at the first bytes, so that a file that is no database is refused before anything is made beside it.
func sniff(path string) (empty bool, err error) {
	f, err := os.Open(path)
	if err != nil {
		return false, err
	}
	defer f.Close()
	head := make([]byte, len(signature))
	switch n, err := io.ReadFull(f, head); {
	case n == 0 && errors.Is(err, io.EOF):
		return true, nil
	case err != nil && !errors.Is(err, io.ErrUnexpectedEOF):
		return false, err
	case string(head) != signature:
		return false, fmt.Errorf("%s: %w", path, ErrNotOurs)
	}
	return false, nil
}

// versionOf returns the number of the last migration, 0 where the database has no tables.
func versionOf(ctx context.Context, db *sql.DB) (version int64, err error) {
	var tables, id int64
	if err := db.QueryRowContext(ctx, `SELECT count(*) FROM sqlite_master`).Scan(&tables); err != nil || tables == 0 {
		return 0, err
	}
	if err := db.QueryRowContext(ctx, `PRAGMA application_id`).Scan(&id); err != nil {
		return 0, err
	}
	if id != applicationID {
		return 0, fmt.Errorf("%w: a database of another program", ErrNotOurs)
	}
	err = db.QueryRowContext(ctx, `SELECT max(version_id) FROM `+migrationTable+` WHERE is_applied`).Scan(&version)
	return version, err
}

// latest returns the number of the newest migration of this program.
func latest() (last int64) {
	files, _ := fs.Glob(migrations.SQLite, "sqlite/*.sql")
	for _, name := range files {
		number, _, _ := strings.Cut(path.Base(name), "_")
		if n, err := strconv.ParseInt(number, 10, 64); err == nil {
			last = max(last, n)
		}
	}
	return last
}

// migrate brings the schema up to date. Each migration is one transaction: it is there with all it does, or not at all.
func migrate(ctx context.Context, db *sql.DB) error {
	dir, err := fs.Sub(migrations.SQLite, "sqlite")
	if err != nil {
		return err
	}
	p, err := goose.NewProvider(goose.DialectSQLite3, db, dir,
		goose.WithTableName(migrationTable), goose.WithDisableGlobalRegistry(true), goose.WithLogger(goose.NopLogger()))
	if err != nil {
		return err
	}
	_, err = p.Up(ctx)
	return err
}
