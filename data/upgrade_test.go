package data

import (
	"context"
	"io/fs"
	"path/filepath"
	"testing"

	"github.com/pressly/goose/v3"

	"thuocdo/data/migrations"
	"thuocdo/scoring"
)

// TestAFirstDatabaseIsUpgradedWithWhatItHolds makes a database as the first migration left it, fills it by SQL as that version
// did, and opens it.
func TestAFirstDatabaseIsUpgradedWithWhatItHolds(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "thuocdo.db")
	must(t, makeFile(path))
	db := pool(path, writing)
	dir, err := fs.Sub(migrations.SQLite, "sqlite")
	must(t, err)
	p, err := goose.NewProvider(goose.DialectSQLite3, db, dir, goose.WithTableName(migrationTable), goose.WithDisableGlobalRegistry(true))
	must(t, err)
	_, err = p.UpTo(context.Background(), 1)
	must(t, err)
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
