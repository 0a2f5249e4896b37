package data

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"thuocdo/scoring/phrase"
	"thuocdo/survey"
)

// Report is what Doctor found.
type Report struct {
	Path   string      `json:"path"`
	Schema Schema      `json:"schema"`
	Waves  []WaveCount `json:"waves"`
	Newest survey.Day  `json:"newest,omitempty"` // day of the newest answer; 0 without any
	Checks []Check     `json:"checks"`
}

// OK reports whether nothing is wrong.
func (r Report) OK() bool {
	return !slices.ContainsFunc(r.Checks, func(c Check) bool { return len(c.Problems) > 0 })
}

// WaveCount is how much was checked of one wave.
type WaveCount struct {
	Wave      string `json:"wave"`
	Agencies  int    `json:"agencies"` // with answers
	Responses int64  `json:"responses"`
}

// Check is one question asked of the database, in the order of Checks. No problem means it holds.
type Check struct {
	Name     string      `json:"name"` // one of the Check… names
	Title    phrase.Text `json:"title"`
	Problems []Problem   `json:"problems,omitempty"`
	More     int         `json:"more,omitempty"` // problems beyond the first hundred
}

// Problem is one thing that is wrong, as far as it is known where.
type Problem struct {
	Wave    string      `json:"wave,omitempty"`
	Agency  string      `json:"agency,omitempty"`
	Item    string      `json:"item,omitempty"` // question, table or setting
	Message phrase.Text `json:"message"`
}

// Names of the checks.
const (
	CheckFile        = "file"
	CheckKeys        = "keys"
	CheckSettings    = "settings"
	CheckSchema      = "schema"
	CheckDefinitions = "definitions"
	CheckResponses   = "responses"
	CheckTallies     = "tallies"
	CheckSteps       = "steps"
	CheckReceipts    = "receipts"
	CheckReviews     = "reviews"
	CheckAudit       = "audit"
	CheckAudited     = "audited"
)

// problemsMax is how many problems of one check are kept.
const problemsMax = 100

// add records a problem; the arguments are formatted into both languages.
func (c *Check) add(at Problem, vi, en string, args ...any) {
	if len(c.Problems) == problemsMax {
		c.More++
		return
	}
	at.Message = phrase.VI(fmt.Sprintf(vi, args...), fmt.Sprintf(en, args...))
	c.Problems = append(c.Problems, at)
}

// doctor is one examination: one read transaction, so that a running service does not disturb it.
type doctor struct {
	store  *Store
	defs   *catalogue
	q      querier
	checks map[string]*Check
	report *Report
	counts map[int64]int64 // wave → receipts
}

// Unreadable is the report on a file that does not even open, for the reason cause: nothing behind the first check could
// be looked at.
func Unreadable(path string, cause error) Report {
	file := Check{Name: exams[0].name, Title: phrase.VI(exams[0].vi, exams[0].en)}
	file.add(Problem{}, "không mở được: %v", "it cannot be opened: %v", cause)
	return Report{Path: path, Schema: Schema{Want: latest()}, Waves: []WaveCount{}, Checks: []Check{file}}
}

// Doctor examines the whole database as of one moment: the file, references, settings, schema and definitions; every
// block of answers and receipts; every tally against a recount from the answers; every public step against its tally;
// the number of receipts against the number of answers. It reports what it found; an error means that it could not look.
// It reads every answer: about a second for 300,000.
func (s *Store) Doctor(ctx context.Context) (Report, error) {
	db := pool(s.path, s.reader())
	defer db.Close()
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return Report{}, storage(err)
	}
	defer tx.Rollback()
	r := Report{Path: s.path, Schema: Schema{Want: latest()}, Waves: []WaveCount{}}
	d := &doctor{store: s, defs: s.definitions(), q: tx, checks: map[string]*Check{}, report: &r, counts: map[int64]int64{}}
	for _, exam := range exams {
		c := &Check{Name: exam.name, Title: phrase.VI(exam.vi, exam.en)}
		d.checks[exam.name] = c
		// What cannot be read is a finding, unless it is the caller who broke off.
		if err := exam.run(d, ctx); ctx.Err() != nil {
			return r, ctx.Err()
		} else if err != nil {
			c.add(Problem{}, "không đọc được: %v", "cannot be read: %v", storage(err))
		}
	}
	for _, exam := range exams {
		r.Checks = append(r.Checks, *d.checks[exam.name])
	}
	return r, nil
}

// exams are the checks in order. A later one may rely on what an earlier one has set.
var exams = []struct {
	name, vi, en string
	run          func(*doctor, context.Context) error
}{
	{CheckFile, "cấu trúc tệp", "structure of the file", (*doctor).file},
	{CheckKeys, "liên kết giữa các bảng", "references between tables", (*doctor).keys},
	{CheckSettings, "thiết lập kết nối", "connection settings", (*doctor).settings},
	{CheckSchema, "lược đồ", "schema", (*doctor).schema},
	{CheckDefinitions, "định nghĩa", "definitions", (*doctor).definitions},
	{CheckReceipts, "biên nhận", "receipts", (*doctor).receipts},
	{CheckSteps, "số liệu công khai từng bước", "public steps", func(*doctor, context.Context) error { return nil }},
	{CheckTallies, "bảng đếm so với đếm lại", "tallies against a recount", func(*doctor, context.Context) error { return nil }},
	{CheckResponses, "phiếu trả lời", "answers", (*doctor).responses},
	{CheckReviews, "kiểm phiếu", "review of responses", (*doctor).reviews},
	{CheckAudited, "nội dung so với nhật ký", "what the log vouches for", func(*doctor, context.Context) error { return nil }},
	{CheckAudit, "chuỗi nhật ký", "chain of the log", (*doctor).audit},
}

// file asks SQLite whether the pages and indexes of the file are sound.
func (d *doctor) file(ctx context.Context) error {
	c := d.checks[CheckFile]
	return each(ctx, d.q, `PRAGMA integrity_check(100)`, func(r *sql.Rows) error {
		var text string
		err := r.Scan(&text)
		if text != "ok" {
			c.add(Problem{}, "%s", "%s", text)
		}
		return err
	})
}

// keys looks for rows that refer to what is not there.
func (d *doctor) keys(ctx context.Context) error {
	c := d.checks[CheckKeys]
	return each(ctx, d.q, `PRAGMA foreign_key_check`, func(r *sql.Rows) error {
		var table, parent string
		var row, key sql.NullInt64
		err := r.Scan(&table, &row, &parent, &key)
		c.add(Problem{Item: table}, "một dòng của bảng %s trỏ tới dòng không có trong bảng %s", "a row of %s refers to no row of %s", table, parent)
		return err
	})
}

// settings reads the settings of this connection back and, where the store writes, those of the writer.
func (d *doctor) settings(ctx context.Context) error {
	if err := d.setting(ctx, d.q, reading); err != nil || d.store.writer == nil {
		return err
	}
	return d.store.writer.do(ctx, func(w *writer) error { return d.setting(ctx, w.conn, writing) })
}

func (d *doctor) setting(ctx context.Context, q querier, r role) error {
	for _, p := range pragmas(r) {
		var got string
		if err := q.QueryRowContext(ctx, `PRAGMA `+p.name).Scan(&got); err != nil {
			return err
		}
		if got != p.want {
			d.checks[CheckSettings].add(Problem{Item: p.name}, "%s là %s, cần %s", "%s is %s, expected %s", p.name, got, p.want)
		}
	}
	return nil
}

// schema compares the tables with those that the migrations make.
func (d *doctor) schema(ctx context.Context) error {
	c := d.checks[CheckSchema]
	have, err := describe(ctx, d.q)
	if err != nil {
		return err
	}
	err = d.q.QueryRowContext(ctx, `SELECT max(version_id) FROM `+migrationTable).Scan(&d.report.Schema.Have)
	if err != nil {
		return err
	}
	if d.report.Schema.Have != d.report.Schema.Want {
		c.add(Problem{}, "phiên bản %d, cần %d", "version %d, expected %d", d.report.Schema.Have, d.report.Schema.Want)
	}
	model := memory()
	defer model.Close()
	if err := migrate(ctx, model); err != nil {
		return err
	}
	want, err := describe(ctx, model)
	if err != nil {
		return err
	}
	for name := range want {
		if have[name] != want[name] {
			c.add(Problem{Item: name}, "%s thiếu hoặc khác", "%s is missing or different", name)
		}
	}
	for name, text := range have {
		if _, known := want[name]; !known && text != litestream[name] {
			c.add(Problem{Item: name}, "%s không thuộc chương trình này", "%s is not of this program", name)
		}
	}
	slices.SortFunc(c.Problems, func(a, b Problem) int { return comparePaths(a.Item, b.Item) })
	return nil
}

// litestream are the tables that Litestream, which ships the log to another place, keeps in the database: without them it is not
// whole, with others of these names it is not that (decision 98).
var litestream = map[string]string{
	"_litestream_seq":  "table CREATE TABLE _litestream_seq (id INTEGER PRIMARY KEY, seq INTEGER)",
	"_litestream_lock": "table CREATE TABLE _litestream_lock (id INTEGER)",
}

// describe returns the SQL of every table, index, trigger and view by name.
func describe(ctx context.Context, q querier) (map[string]string, error) {
	all := map[string]string{}
	err := each(ctx, q, `SELECT name, type || ' ' || coalesce(sql, '') FROM sqlite_master`, func(r *sql.Rows) error {
		var name, text string
		err := r.Scan(&name, &text)
		all[name] = text
		return err
	})
	return all, err
}

// definitions reads every definition as a start would, and compiles it.
func (d *doctor) definitions(ctx context.Context) error {
	c := d.checks[CheckDefinitions]
	stored, err := load(ctx, d.q, nil)
	if err != nil {
		return err
	}
	for e, f := range stored.forms {
		if _, err := f.compile(); err != nil {
			c.add(Problem{Item: e.code}, "phiếu hỏi phiên bản %s: %v", "questionnaire version %s: %v", e.version, err)
		}
	}
	for _, f := range stored.frameworks {
		if _, err := f.plan(); err != nil {
			c.add(Problem{Item: f.Code}, "bộ chỉ số phiên bản %s: %v", "framework version %s: %v", f.Version, err)
		}
	}
	for _, table := range []string{"questionnaires", "frameworks", "scores", "scenarios", "remedies", "reform_reports", "seasons", "sheet_leaves", "told_tables"} {
		err := each(ctx, d.q, `SELECT crc, body FROM `+table, func(r *sql.Rows) error {
			var crc int64
			var body sql.RawBytes
			err := r.Scan(&crc, &body)
			if err == nil && checksum(body) != crc {
				c.add(Problem{Item: table}, "một dòng của bảng %s đã bị đổi", "a row of %s was changed", table)
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}
