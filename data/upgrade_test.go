package data

import (
	"context"
	"database/sql"
	"io/fs"
	"path/filepath"
	"slices"
	"testing"

	"github.com/pressly/goose/v3"

	"thuocdo/data/migrations"
	"thuocdo/scoring"
	"thuocdo/survey"
)

// TestAFirstDatabaseIsUpgradedWithWhatItHolds makes a database as the first migration left it, fills it by SQL as that version
// did, and opens it.
func TestAFirstDatabaseIsUpgradedWithWhatItHolds(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "thuocdo.db")
	must(t, makeFile(path))
	db := pool(path, writing)
	migrateTo(t, db, 1)
	body := []byte(`{"1.1.1":{"appraised":0.25}}`)
	for _, step := range []struct {
		query string
		args  []any
	}{
		{`INSERT INTO agencies VALUES (7, 'x-000', 'province', '', '{"vi":"Tỉnh"}', NULL, 18262, 0)`, nil},
		{`INSERT INTO accounts VALUES (3, 'lan', 'Lan', 'analyst', '', '$argon2id$', 0)`, nil},
		{`INSERT INTO scores VALUES ('par-index-province', '2026', 7, ?, ?)`, []any{checksum(body), string(body)}},
	} {
		_, err := db.ExecContext(context.Background(), step.query, step.args...)
		must(t, err)
	}
	must(t, db.Close())

	if got, err := Inspect(t.Context(), path); err != nil || got.Have != 1 || got.Want < 2 {
		t.Fatalf("before: %+v, %v", got, err)
	}
	s := mustOpenAt(t, path, Options{})
	wantHealthy(t, s)
	got, err := s.Scores(t.Context(), "par-index-province", "2026")
	must(t, err)
	if x := got["x-000"]["1.1.1"].Appraised; x == nil || *x != 0.25 {
		t.Errorf("scores %v", got)
	}
	if hidden, err := s.Withheld(t.Context(), "par-index-province", "2026"); err != nil || len(hidden) != 0 {
		t.Errorf("withheld %v, %v", hidden, err)
	}
	if a, err := s.AccountByLogin(t.Context(), "lan"); err != nil || a.ID != 3 {
		t.Errorf("%+v, %v", a, err)
	}
	plan := parIndex(t, s) // definitions can be added, and a scenario saved on them
	x := tried(t, plan, "a", "x-000", 3, 1)
	must(t, s.PutScenario(t.Context(), x))
	must(t, s.PutScores(t.Context(), plan.Framework().Code, "2026", map[string]map[string]scoring.LeafInput{"x-000": got["x-000"]}, "x-000"))
	if hidden, err := s.Withheld(t.Context(), plan.Framework().Code, "2026"); err != nil || !hidden["x-000"] {
		t.Errorf("withheld %v, %v", hidden, err)
	}
	wantHealthy(t, s)
}

// A database of every earlier schema is upgraded with its answers: what fits its tables of a database of today, without what
// came later.
func TestEveryEarlierSchemaIsUpgradedWithItsAnswers(t *testing.T) {
	t.Parallel()
	now := filepath.Join(t.TempDir(), "now.db")
	s := mustOpenAt(t, now, Options{})
	define(t, s, 3)
	var list []survey.Entry
	for _, e := range entries(t, mustWave(t, s, "w"), 200) {
		e.Circumstances = survey.Circumstances{} // schema 1 had none
		list = append(list, e)
	}
	fill(t, s, list)
	must(t, s.Close())
	for i, version := range versions(t) {
		if testing.Short() && i%6 != 0 {
			continue
		}
		path := filepath.Join(t.TempDir(), "old.db")
		must(t, makeFile(path))
		db := pool(path, writing)
		migrateTo(t, db, version)
		copyTables(t, db, now)
		must(t, db.Close())
		if got, err := Inspect(t.Context(), path); err != nil || got.Have != version {
			t.Fatalf("before: %+v, %v, want schema %d", got, err, version)
		}
		old := mustOpenAt(t, path, Options{})
		if n := wantHealthy(t, old).Waves[0].Responses; n != 200 {
			t.Errorf("schema %d: %d answers, want 200", version, n)
		}
		e := list[7]
		if again, err := old.Append(t.Context(), e); err != nil || !again {
			t.Errorf("schema %d: an answer that was there counts anew: %v", version, err)
		}
		e.Receipt[0] ^= 1
		if again, err := old.Append(t.Context(), e); err != nil || again {
			t.Errorf("schema %d: no new answer is taken: %v", version, err)
		}
	}
}

// versions returns the numbers of all migrations but the last.
func versions(t *testing.T) (list []int64) {
	t.Helper()
	files, err := fs.Glob(migrations.SQLite, "sqlite/*.sql")
	must(t, err)
	for _, f := range files {
		n, err := goose.NumericComponent(f)
		must(t, err)
		list = append(list, n)
	}
	slices.Sort(list)
	return list[:len(list)-1]
}

func migrateTo(t *testing.T, db *sql.DB, version int64) {
	t.Helper()
	dir, err := fs.Sub(migrations.SQLite, "sqlite")
	must(t, err)
	p, err := goose.NewProvider(goose.DialectSQLite3, db, dir, goose.WithTableName(migrationTable), goose.WithDisableGlobalRegistry(true))
	must(t, err)
	_, err = p.UpTo(context.Background(), version)
	must(t, err)
}

// copyTables fills the tables of an old database from one of today, as far as its columns go.
func copyTables(t *testing.T, db *sql.DB, from string) {
	t.Helper()
	ctx := context.Background()
	conn, err := db.Conn(ctx)
	must(t, err)
	defer conn.Close()
	run := func(query string, args ...any) {
		t.Helper()
		if _, err := conn.ExecContext(ctx, query, args...); err != nil {
			t.Fatalf("%s: %v", query, err)
		}
	}
	run(`ATTACH ? AS today`, from)
	run(`PRAGMA foreign_keys = OFF`)
	rows, err := conn.QueryContext(ctx, `SELECT m.name, group_concat('"' || c.name || '"') FROM sqlite_schema m, pragma_table_info(m.name) c
		WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND m.name <> ? GROUP BY m.name`, migrationTable)
	must(t, err)
	columns := map[string]string{}
	for rows.Next() {
		var table, list string
		must(t, rows.Scan(&table, &list))
		columns[table] = list
	}
	must(t, rows.Err())
	must(t, rows.Close())
	for table, list := range columns {
		run(`DELETE FROM main."` + table + `"`)
		run(`INSERT INTO main."` + table + `" (` + list + `) SELECT ` + list + ` FROM today."` + table + `"`)
	}
	run(`DETACH today`)
}
