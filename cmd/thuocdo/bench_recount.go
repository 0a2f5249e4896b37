package main

import (
	"bufio"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"thuocdo/data"
	"thuocdo/survey"
)

// benchRecountCmd measures recounts.
type benchRecountCmd struct {
	scanFlags
	Items  int    `help:"Rated questions to count: the first so many." default:"39"`
	Times  int    `help:"Counts of each kind; the median is said." default:"5"`
	Doctor bool   `help:"Time a recount of every answer with every check, too." default:"true" negatable:""`
	DuckDB string `name:"duckdb" help:"Folder with node_modules/@duckdb/node-api: count the same in DuckDB, in the same run." placeholder:"DIR"`
}

// Examples ends the help of the command.
func (*benchRecountCmd) Examples() []string {
	return []string{
		"thuocdo bench recount --agencies 10000 --responses 1000000",
		"thuocdo bench recount --agencies 10000 --responses 10000000 --no-doctor --duckdb .",
	}
}

// recountReport is what the measurement says; times in seconds.
type recountReport struct {
	Name      string  `json:"name"`
	Cores     int     `json:"cores"`
	Agencies  int     `json:"agencies"`
	Responses int     `json:"responses"`
	Items     int     `json:"items"`
	Database  int64   `json:"database_bytes"`
	Columns   int64   `json:"columns_bytes"`
	Doctor    float64 `json:"doctor,omitempty"`
	Build     float64 `json:"build"`
	Count     float64 `json:"count"`     // by agency
	Breakdown float64 `json:"breakdown"` // by agency and age
	DuckDB    float64 `json:"duckdb,omitempty"`
	DuckBreak float64 `json:"duckdb_breakdown,omitempty"`
	Version   string  `json:"duckdb_version,omitempty"`
}

// Run times a recount as doctor makes it, and counts from columns; where DuckDB is there, both must count the same.
func (b *benchRecountCmd) Run(ctx context.Context, c *console) error {
	dir, remove, err := b.room()
	if err != nil {
		return err
	}
	defer remove()
	path, _, err := benchSet{true, b.Agencies, b.Responses, b.From}.make(ctx, c, dir)
	if err != nil {
		return err
	}
	store, err := (&dbFlag{DB: path}).read(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	r := recountReport{Name: "recount", Cores: runtime.NumCPU(), Agencies: b.Agencies, Responses: b.Responses}
	if err := b.run(ctx, c, store, &r); err != nil {
		return err
	}
	if r.Database, err = sizeOf(path); err != nil {
		return err
	}
	if r.Columns, err = sizeOf(filepath.Join(path+".columns", benchWave+".planes")); err != nil {
		return err
	}
	if b.JSON {
		return c.json(r)
	}
	return r.print(c.Out)
}

func (b *benchRecountCmd) run(ctx context.Context, c *console, store *data.Store, r *recountReport) (err error) {
	if b.Doctor {
		if r.Doctor, err = clock(func() error { return examine(ctx, store) }); err != nil {
			return err
		}
	}
	if r.Build, err = clock(func() error { _, err := store.BuildColumns(ctx, benchWave); return err }); err != nil {
		return err
	}
	w, err := store.OpenWave(benchWave)
	if err != nil {
		return err
	}
	ask := data.Counting{Wave: benchWave}
	for i := range w.Form.Len() {
		if q := w.Form.Question(i); q.Type == survey.Rating && len(ask.Items) < b.Items && strings.HasPrefix(q.Code, "q9_") {
			ask.Items = append(ask.Items, q.Code)
		}
	}
	r.Items = len(ask.Items)
	var whole, parted *data.Counts
	if r.Count, err = b.median(func() (err error) { whole, err = store.Count(ctx, ask); return err }); err != nil {
		return err
	}
	by := ask
	by.By = "age"
	if r.Breakdown, err = b.median(func() (err error) { parted, err = store.Count(ctx, by); return err }); err != nil {
		return err
	}
	if whole.Rows+parted.Rows > 0 {
		return fmt.Errorf("%d agencies were not counted from columns", whole.Rows+parted.Rows)
	}
	if b.DuckDB == "" {
		return nil
	}
	return b.duck(ctx, c, store, w, by, total(whole), r)
}

// examine is what doctor does.
func examine(ctx context.Context, store *data.Store) error {
	r, err := store.Doctor(ctx)
	if err == nil && !r.OK() {
		err = errUnhealthy
	}
	return err
}

// clock returns how many seconds do takes.
func clock(do func() error) (float64, error) {
	start := time.Now()
	err := do()
	return time.Since(start).Seconds(), err
}

// median times do a few times.
func (b *benchRecountCmd) median(do func() error) (float64, error) {
	var list []float64
	for range max(b.Times, 1) {
		took, err := clock(do)
		if err != nil {
			return 0, err
		}
		list = append(list, took)
	}
	slices.Sort(list)
	return list[len(list)/2], nil
}

// total adds up everything that was chosen.
func total(n *data.Counts) (sum int64) {
	for _, row := range n.Chosen {
		for _, x := range row {
			sum += x
		}
	}
	return sum
}

//go:embed bench_duckdb.mjs
var duckScript string

// duck counts the same answers in DuckDB, from a table of its own of one byte per answer.
func (b *benchRecountCmd) duck(ctx context.Context, c *console, store *data.Store, w *survey.OpenWave, ask data.Counting, want int64, r *recountReport) error {
	dir, remove, err := b.room()
	if err != nil {
		return err
	}
	defer remove()
	csv := filepath.Join(dir, "answers.csv")
	if err := writeAnswers(ctx, store, w, ask, csv); err != nil {
		return err
	}
	script := filepath.Join(b.DuckDB, ".thuocdo-duckdb.mjs") // beside its module, where node looks for it
	if err := os.WriteFile(script, []byte(duckScript), 0o600); err != nil {
		return err
	}
	defer os.Remove(script)
	cmd := exec.CommandContext(ctx, "node", script, csv, filepath.Join(dir, "answers.duckdb"), strings.Join(ask.Items, ","), fmt.Sprint(max(b.Times, 1)))
	cmd.Stderr = c.Err
	out, err := cmd.Output()
	if err != nil {
		return fmt.Errorf("duckdb: %w", err)
	}
	var said struct {
		Count, Breakdown float64
		Total            int64
		Version          string
	}
	if err := json.Unmarshal(out, &said); err != nil {
		return fmt.Errorf("duckdb: %w", err)
	}
	r.DuckDB, r.DuckBreak, r.Version = said.Count, said.Breakdown, said.Version
	if said.Total != want {
		return fmt.Errorf("duckdb counts %d answers, we count %d", said.Total, want)
	}
	return nil
}

// writeAnswers writes agency, group and items as numbers, nothing where there is no answer.
func writeAnswers(ctx context.Context, store *data.Store, w *survey.OpenWave, ask data.Counting, path string) (err error) {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	out := bufio.NewWriterSize(f, 1<<20)
	var columns []int
	for _, code := range append([]string{ask.By}, ask.Items...) {
		i, _ := w.Form.Index(code)
		columns = append(columns, i)
	}
	number := map[string]int{}
	var line []byte
	err = store.Scan(ctx, w.Code, func(r survey.StoredResponse, _ bool) error {
		n, ok := number[r.Agency]
		if !ok {
			n = len(number)
			number[r.Agency] = n
		}
		line = fmt.Append(line[:0], n)
		for _, i := range columns {
			if line = append(line, ','); r.Answers[i].Set {
				line = fmt.Append(line, r.Answers[i].Choice+1)
			}
		}
		_, err := out.Write(append(line, '\n'))
		return err
	})
	return errors.Join(err, out.Flush())
}

func (r *recountReport) print(to io.Writer) error {
	var out strings.Builder
	add := func(format string, args ...any) { fmt.Fprintf(&out, format+"\n", args...) }
	add("recount: %d answers about %d agencies, %d items, %d cores", r.Responses, r.Agencies, r.Items, r.Cores)
	if r.Doctor > 0 {
		add("doctor     %.3f s: every answer, every check", r.Doctor)
	}
	add("columns    %.3f s to make, %d bytes; the database has %d", r.Build, r.Columns, r.Database)
	add("count      %.3f s by agency, %.3f s by agency and age", r.Count, r.Breakdown)
	if r.DuckDB > 0 {
		add("duckdb     %.3f s by agency (%.1f times as long), %.3f s by agency and age (%.1f times), version %s",
			r.DuckDB, r.DuckDB/r.Count, r.DuckBreak, r.DuckBreak/r.Breakdown, r.Version)
	}
	_, err := io.WriteString(to, out.String())
	return err
}

func sizeOf(path string) (int64, error) {
	info, err := os.Stat(path)
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}
