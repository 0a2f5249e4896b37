package data

import (
	"database/sql"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"thuocdo/data/reference"
	"thuocdo/scoring"
)

// filled is a database at rest with 400 answers about 3 agencies, scores and an account.
func filled(t testing.TB) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "thuocdo.db")
	s := mustOpenAt(t, path, Options{})
	define(t, s, 3)
	f, err := reference.Framework("par-index-province", "")
	must(t, err)
	must(t, s.PutFramework(t.Context(), f))
	plan, err := s.Framework(t.Context(), f.Code, f.Version, "")
	must(t, err)
	x := 0.25
	must(t, s.PutScores(t.Context(), f.Code, "2026", map[string]map[string]scoring.LeafInput{"x-000": {typedLeaf(t, plan): {Appraised: &x}}}))
	_, err = s.AppendAll(t.Context(), "w", seqOf(entries(t, mustWave(t, s, "w"), 400)))
	must(t, err)
	_, err = s.Decide(t.Context(), invalid(mustAuthor(t, s, "lan"), caseOf(t, s, "x-000", 0), caseOf(t, s, "x-000", 3)))
	must(t, err)
	must(t, s.Close())
	return path
}

// examine returns what a doctor says about the database at path.
func examine(t testing.TB, path string) Report {
	t.Helper()
	s := mustOpenAt(t, path, Options{ReadOnly: true})
	defer s.Close()
	r, err := s.Doctor(t.Context())
	must(t, err)
	return r
}

func TestDoctorFindsNothingWrongWithAHealthyDatabase(t *testing.T) {
	t.Parallel()
	r := examine(t, filled(t))
	if !r.OK() || len(r.Checks) != len(exams) || r.Schema.Have != r.Schema.Want {
		t.Errorf("%+v", r)
	}
	if want := []WaveCount{{"w", 3, 400}}; !slices.Equal(r.Waves, want) {
		t.Errorf("counted %v, want %v", r.Waves, want)
	}
	if b, err := json.Marshal(r); err != nil || !strings.Contains(string(b), `"responses":400`) {
		t.Errorf("%s, %v", b, err)
	}
}

// TestDoctorKnowsTheTablesOfLogShipping: the tool makes them by these very statements.
func TestDoctorKnowsTheTablesOfLogShipping(t *testing.T) {
	t.Parallel()
	path := filled(t)
	db, err := sql.Open("sqlite3", path)
	must(t, err)
	_, err = db.Exec(`CREATE TABLE IF NOT EXISTS _litestream_seq (id INTEGER PRIMARY KEY, seq INTEGER); CREATE TABLE IF NOT EXISTS _litestream_lock (id INTEGER)`)
	must(t, errors.Join(err, db.Close()))
	if r := examine(t, path); !r.OK() {
		t.Errorf("%+v", r)
	}
}

// TestDoctorNamesWhatWasTamperedWith changes the database behind the store's back in ways that SQLite accepts.
func TestDoctorNamesWhatWasTamperedWith(t *testing.T) {
	t.Parallel()
	base := filled(t)
	for name, c := range map[string]struct {
		sql   string
		args  []any
		check string
		at    Problem
	}{
		"a deleted block of answers": {`DELETE FROM responses WHERE agency = (SELECT id FROM agencies WHERE code = 'x-001') AND block = 1`, nil,
			CheckTallies, Problem{Wave: "w", Agency: "x-001", Item: "*"}},
		"a flipped byte of an answer": {`UPDATE responses SET body = CAST(substr(body, 1, 20) || x'ff' || substr(body, 22) AS BLOB) WHERE rowid = 1`, nil,
			CheckResponses, Problem{Wave: "w", Agency: "x-000"}},
		"an invented number of answers": {`UPDATE responses SET n = n + 1 WHERE rowid = 1`, nil, CheckResponses, Problem{Wave: "w", Agency: "x-000"}},
		"a flipped byte of a tally": {`UPDATE tallies SET record = CAST(substr(record, 1, 20) || x'ff' || substr(record, 22) AS BLOB) WHERE rowid = 2`, nil,
			CheckTallies, Problem{Wave: "w", Agency: "x-001"}},
		"a tally of another agency": {`UPDATE tallies SET record = (SELECT record FROM tallies WHERE rowid = 1) WHERE rowid = 2`, nil,
			CheckTallies, Problem{Wave: "w", Agency: "x-001", Item: "*"}},
		"a deleted tally":   {`DELETE FROM tallies WHERE rowid = 3`, nil, CheckTallies, Problem{Wave: "w", Agency: "x-002"}},
		"an invented tally": {`INSERT INTO tallies SELECT wave, 77, n, record FROM tallies WHERE rowid = 1`, nil, CheckTallies, Problem{Wave: "w", Item: "*"}},
		"a step ahead of its tally": {`UPDATE tally_steps SET n = 9999 WHERE rowid = 1`, nil, CheckSteps,
			Problem{Wave: "w", Agency: "x-000"}},
		"a step that was seen otherwise": {`UPDATE tally_steps SET seen = x'80' WHERE rowid = 1`, nil, CheckSteps,
			Problem{Wave: "w", Agency: "x-000"}},
		"a step of another agency": {`UPDATE tally_steps SET (n, record) = (SELECT n, record FROM tallies WHERE rowid = 3) WHERE agency = 1 AND slot = 1`, nil,
			CheckSteps, Problem{Wave: "w", Agency: "x-000", Item: "*"}},
		"a deleted block of receipts": {`DELETE FROM receipts WHERE rowid = 2`, nil, CheckReceipts, Problem{Wave: "w"}},
		"a flipped byte of a receipt": {`UPDATE receipts SET body = CAST(x'ff' || substr(body, 2) AS BLOB) WHERE rowid = 1`, nil, CheckReceipts, Problem{}},
		"an orphaned receipt": {`INSERT INTO receipts (first, n, crc, body) VALUES (?, 1, ?, ?)`, orphan(1),
			CheckReceipts, Problem{Wave: "w"}},
		"a receipt of no wave":                 {`INSERT INTO receipts (first, n, crc, body) VALUES (?, 1, ?, ?)`, orphan(99), CheckReceipts, Problem{}},
		"an orphaned answer":                   {`INSERT INTO responses SELECT 1, 77, 1, n, crc, body FROM responses WHERE rowid = 1`, nil, CheckKeys, Problem{Item: "responses"}},
		"a cooked book":                        {`UPDATE wave_counts SET n = n - 1`, nil, CheckResponses, Problem{Wave: "w"}},
		"a decision about no response":         {`UPDATE verdicts SET digest = zeroblob(16) WHERE digest = (SELECT min(digest) FROM verdicts)`, nil, CheckReviews, Problem{Wave: "w", Agency: "x-000"}},
		"an undone decision that still counts": {`UPDATE decisions SET undone_by = author`, nil, CheckReviews, Problem{Wave: "w", Agency: "x-000", Item: "*"}},
		"a deleted tally of invalid ones":      {`DELETE FROM invalid_tallies`, nil, CheckReviews, Problem{Wave: "w", Agency: "x-000", Item: "*"}},
		"changed scores":                       {`UPDATE scores SET body = replace(body, '0.25', '0.35')`, nil, CheckDefinitions, Problem{Item: "scores"}},
		"a changed framework":                  {`UPDATE frameworks SET body = replace(body, 'en', 'en ') WHERE code = 'sipas'`, nil, CheckDefinitions, Problem{Item: "frameworks"}},
		"a trigger":                            {`CREATE TRIGGER t AFTER INSERT ON responses BEGIN DELETE FROM receipts; END`, nil, CheckSchema, Problem{Item: "t"}},
		"a table of a false name":              {`CREATE TABLE _litestream_lock (id INTEGER, at INTEGER)`, nil, CheckSchema, Problem{Item: "_litestream_lock"}},
		"a missing index":                      {`DROP INDEX sessions_by_expiry`, nil, CheckSchema, Problem{Item: "sessions_by_expiry"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := copyOf(t, base)
			tamper(t, path, c.sql, c.args...)
			wantProblem(t, examine(t, path), c.check, c.at)
		})
	}
}

// wantProblem wants a check to name a place; the item "*" stands for any.
func wantProblem(t *testing.T, r Report, check string, at Problem) {
	t.Helper()
	i := slices.IndexFunc(r.Checks, func(c Check) bool { return c.Name == check })
	for _, p := range r.Checks[i].Problems {
		if p.Wave == at.Wave && p.Agency == at.Agency && (p.Item == at.Item || at.Item == "*" && p.Item != "") {
			if p.Message["vi"] == "" || p.Message["en"] == "" {
				t.Errorf("%s has no words: %+v", check, p)
			}
			return
		}
	}
	t.Errorf("%s does not name %+v: %+v", check, at, r.Checks)
}

// orphan returns the row of a receipt that no answer belongs to.
func orphan(wave int64) []any {
	r := newReceipt([digestSize]byte{0xff, 0xff, 0xff, 0xff}, [digestSize]byte{}, wave)
	return []any{r.digest(), checksum(r[:]), r[:]}
}

func copyOf(t testing.TB, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	must(t, err)
	to := filepath.Join(t.TempDir(), "copy.db")
	must(t, os.WriteFile(to, b, 0o600))
	return to
}

// TestDoctorFindsDamagedPages overwrites each page of a copy in turn: opening fails, or a doctor sees it. The only
// pages that may be lost without a word are free ones, and there are none.
func TestDoctorFindsDamagedPages(t *testing.T) {
	t.Parallel()
	base := filled(t)
	content, err := os.ReadFile(base)
	must(t, err)
	const page = 4096
	step := 1
	if testing.Short() {
		step = 7
	}
	for n := 0; n < len(content)/page; n += step {
		path := copyOf(t, base)
		f, err := os.OpenFile(path, os.O_WRONLY, 0)
		must(t, err)
		noise := make([]byte, 512)
		for i := range noise {
			noise[i] = byte(i*7 + n)
		}
		_, err = f.WriteAt(noise, int64(n*page))
		must(t, err)
		must(t, f.Close())
		s, err := Open(t.Context(), path, Options{ReadOnly: true})
		if err != nil {
			continue
		}
		r, err := s.Doctor(t.Context())
		if err == nil && r.OK() {
			t.Errorf("page %d of %d is damaged and nobody notices", n+1, len(content)/page)
		}
		must(t, s.Close())
	}
}

// TestDoctorFindsFlippedBits flips one bit at a time where answers, receipts and tallies are kept: every block and
// every record carries a checksum.
func TestDoctorFindsFlippedBits(t *testing.T) {
	t.Parallel()
	base := filled(t)
	for _, c := range []struct{ table, column string }{
		{"responses", "body"}, {"receipts", "body"}, {"tallies", "record"}, {"tally_steps", "record"}, {"questionnaires", "body"}, {"scores", "body"},
	} {
		for i := range 8 {
			if testing.Short() && i%4 != 0 {
				continue
			}
			path := copyOf(t, base)
			at := 1 + i*9
			if c.table == "scores" {
				at = 1 + i
			}
			flip(t, path, c.table, c.column, at, byte(1<<i))
			s, err := Open(t.Context(), path, Options{ReadOnly: true})
			if err != nil {
				continue
			}
			r, err := s.Doctor(t.Context())
			must(t, err)
			if r.OK() {
				t.Errorf("bit %d of byte %d of %s.%s is flipped and nobody notices", i, at, c.table, c.column)
			}
			must(t, s.Close())
		}
	}
}

// flip flips bits of one byte of a column of the first row.
func flip(t testing.TB, path, table, column string, at int, bits byte) {
	t.Helper()
	db := pool(path, writing)
	defer db.Close()
	var id int64
	var b []byte
	must(t, db.QueryRow(`SELECT rowid, CAST(`+column+` AS BLOB) FROM `+table+` ORDER BY rowid LIMIT 1`).Scan(&id, &b))
	b[at%len(b)] ^= bits
	var v any = b
	if table == "questionnaires" || table == "scores" {
		v = string(b)
	}
	_, err := db.Exec(`UPDATE `+table+` SET `+column+` = ? WHERE rowid = ?`, v, id)
	must(t, err)
}

// TestDoctorMayRunWhileAnswersArrive examines a store that is being written to.
func TestDoctorMayRunWhileAnswersArrive(t *testing.T) {
	t.Parallel()
	s := mustOpen(t, Options{})
	define(t, s, 3)
	list := entries(t, mustWave(t, s, "w"), 600)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for part := range slices.Chunk(list, 20) {
			together(t, s, part)
		}
	}()
	for range 5 {
		wantHealthy(t, s)
	}
	<-done
	if got := wantHealthy(t, s).Waves[0].Responses; got != 600 {
		t.Errorf("%d answers, want 600", got)
	}
}
