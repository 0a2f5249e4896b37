package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"thuocdo/scoring/phrase"
	"thuocdo/survey/sample"
)

// sampleDrawCmd draws a sample from a frame file.
type sampleDrawCmd struct {
	Frame     string   `help:"List of all units, CSV or XLSX; '-' is stdin." required:"" placeholder:"FILE"`
	Stage     []string `help:"UNIT:METHOD:N[:SIZE], once per stage; srs, systematic, pps or all; N or 5%." required:"" sep:"none" placeholder:"S"`
	Seed      *uint64  `help:"Seed of the random numbers; the same seed gives the same draw." required:"" placeholder:"N"`
	Strata    []string `help:"Columns whose combinations are the strata of the first stage." placeholder:"C,…"`
	Allocate  string   `help:"How N of the first stage goes to the strata; each: N in every one." enum:"proportional,equal,each" default:"proportional"`
	Sizes     string   `help:"Or units by stratum: table of stratum,draw (as 'sample size' writes) or stratum,n." placeholder:"FILE"`
	Min       int64    `help:"Least units in a stratum." default:"2"`
	Sort      []string `help:"Order of lists for systematic and pps draws; then by unit." placeholder:"C,…"`
	KeepOrder bool     `help:"Lists in the order of the file: the draw then depends on it."`
	TakeAll   bool     `help:"Where a list is shorter than N, take all of it; else that is a mistake."`
	Output    string   `help:"File to write, '-' is stdout; what repeats it goes to FILE.json." default:"-" short:"o" placeholder:"FILE"`
	Lang      string   `help:"Language of mistakes." enum:"vi,en" default:"en" env:"THUOCDO_LANG" hidden:""`
}

// Examples ends the help of the command.
func (*sampleDrawCmd) Examples() []string {
	return []string{
		"thuocdo sample draw --frame people.csv --stage id:srs:400 --seed 2026 -o draw.csv",
		"thuocdo sample draw --frame people.csv --strata province --stage commune:pps:40 --stage id:systematic:20 --seed 7",
		"thuocdo sample draw --frame people.csv --strata province --sizes plan.csv --stage id:srs --seed 7 -o draw.csv",
	}
}

// Run draws, writes the draw, and beside it what repeats it.
func (d *sampleDrawCmd) Run(ctx context.Context, c *console) error {
	design, err := d.design(ctx, c)
	if err != nil {
		return err
	}
	f, err := readFrame(ctx, c, d.Frame)
	if err != nil {
		return refused(d.Frame, d.Lang, "drawn", err)
	}
	step, end := watch(c, "drawing")
	design.Step = func(done, total int) error { step(done, total); return ctx.Err() }
	s, table, err := drawTable(f, design)
	end()
	if err != nil {
		return refused(d.Frame, d.Lang, "drawn", err)
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := (&outFlags{Out: d.Output}).write(c, func(w io.Writer) error { _, err := w.Write(table); return err }); err != nil {
		return err
	}
	if err := d.record(c, newDrawRecord(d.Frame, f, s, design, table)); err != nil {
		return err
	}
	d.tell(c, f, s, len(design.Stages))
	return nil
}

func (d *sampleDrawCmd) design(ctx context.Context, c *console) (sample.Design, error) {
	out := sample.Design{
		Strata: d.Strata, Sort: d.Sort, KeepOrder: d.KeepOrder, Seed: *d.Seed,
		Allocation: sample.Rule(d.Allocate), Least: d.Min, TakeAll: d.TakeAll,
	}
	for _, text := range d.Stage {
		s, err := sample.ParseStage(text)
		if err != nil {
			return out, usage("%s", err)
		}
		out.Stages = append(out.Stages, s)
	}
	switch {
	case d.Sizes != "" && len(d.Strata) == 0:
		return out, usage("--sizes goes with --strata")
	case d.Sizes == "-" && d.Frame == "-":
		return out, usage("--frame and --sizes cannot both be stdin")
	case d.KeepOrder && len(d.Sort) > 0:
		return out, usage("--keep-order and --sort exclude each other")
	case d.Min < 0:
		return out, usage("--min must not be negative")
	}
	for i, s := range out.Stages {
		if given := s.N > 0 || s.Rate > 0 || s.Method == sample.All; given == (i == 0 && d.Sizes != "") {
			return out, usage("--stage %s: the number of units is missing, or given twice (here and with --sizes)", s)
		}
	}
	if d.Sizes == "" {
		return out, nil
	}
	var err error
	out.Sizes, err = readSizes(ctx, c, d.Sizes)
	return out, refused(d.Sizes, d.Lang, "drawn", err)
}

// readSizes reads units to draw by stratum, from the column draw or, without it, n.
func readSizes(ctx context.Context, c *console, name string) (map[string]int64, error) {
	f, err := readFrame(ctx, c, name)
	if err != nil {
		return nil, err
	}
	column := "draw"
	if !f.Has(column) {
		column = "n"
	}
	var found phrase.Mistakes
	for _, need := range []string{"stratum", column} {
		if !f.Has(need) {
			found.Add("row 1", "thiếu cột %q", "column %q is missing", need)
		}
	}
	out := map[string]int64{}
	for i := range f.Len() {
		if len(found) >= 20 {
			break
		}
		stratum := f.Cell(i, "stratum")
		if _, twice := out[stratum]; twice {
			found.Add(fmt.Sprintf("row %d, column stratum", f.Line(i)), "tầng %q có hai lần", "stratum %q is there twice", stratum)
		}
		n, err := strconv.ParseInt(f.Cell(i, column), 10, 64)
		if out[stratum] = n; err != nil || n < 1 {
			found.Add(fmt.Sprintf("row %d, column %s", f.Line(i), column), "cần số nguyên từ 1 trở lên, không phải %q", "expected a whole number of at least 1, not %q", f.Cell(i, column))
		}
	}
	return out, found.Err()
}

// added lists the columns that a draw adds.
func added(stages int) (out []string) {
	out = append(out, columnStratum)
	for _, name := range []string{columnUnit, columnFPC, columnProb} {
		for i := range stages {
			out = append(out, name+strconv.Itoa(i+1))
		}
	}
	return append(out, columnProb, columnWeight)
}

// free refuses a frame that has columns a draw would add: it is a draw already.
func free(f *sample.Frame, stages int) error {
	var found phrase.Mistakes
	for _, name := range added(stages) {
		if f.Has(name) {
			found.Add("row 1", "cột %q là cột mà lần chọn mẫu sẽ thêm vào; hãy đổi tên", "column %q is one that the draw adds; rename it", name)
		}
	}
	return found.Err()
}

// drawTable draws from a frame and returns the draw with the bytes of its file.
func drawTable(f *sample.Frame, design sample.Design) (*sample.Sample, []byte, error) {
	if err := free(f, len(design.Stages)); err != nil {
		return nil, nil, err
	}
	s, err := f.Draw(design)
	if err != nil {
		return nil, nil, err
	}
	var b bytes.Buffer
	err = writeDraw(&b, f, s, len(design.Stages))
	return s, b.Bytes(), err
}

func writeDraw(w io.Writer, f *sample.Frame, s *sample.Sample, stages int) error {
	t := newSheet(w)
	t.put(f.Head(), added(stages))
	err := t.end()
	for i := range s.Units {
		u := &s.Units[i]
		t.put(f.Row(u.Row), u.Stratum, u.Path, u.Units, u.Prob, u.Probability(), u.Weight())
		if err == nil {
			err = t.end()
		}
	}
	if err != nil {
		return err
	}
	return t.flush()
}

// drawRecord is all that repeats a draw, and proves that it was this one.
type drawRecord struct {
	Frame       string           `json:"frame"`
	FrameSHA256 string           `json:"frame_sha256"` // of the cells, not of the file: any order of the rows, unless keep_order
	FrameRows   int              `json:"frame_rows"`
	Seed        uint64           `json:"seed"`
	Generator   string           `json:"generator"`
	Strata      []string         `json:"strata,omitempty"`
	Stages      []string         `json:"stages"`
	Allocate    string           `json:"allocate,omitempty"`
	Min         int64            `json:"min"`
	Sizes       map[string]int64 `json:"sizes,omitempty"`
	Sort        []string         `json:"sort,omitempty"`
	KeepOrder   bool             `json:"keep_order,omitempty"`
	TakeAll     bool             `json:"take_all,omitempty"`
	Drawn       int              `json:"drawn"`
	WeightSum   float64          `json:"weight_sum"`
	DrawSHA256  string           `json:"draw_sha256"` // of the file written
}

func newDrawRecord(frame string, f *sample.Frame, s *sample.Sample, design sample.Design, table []byte) drawRecord {
	digest := sha256.Sum256(table)
	r := drawRecord{
		Frame: filepath.Base(frame), FrameSHA256: s.Digest, FrameRows: f.Len(), Seed: design.Seed, Generator: sample.Generator,
		Strata: design.Strata, Allocate: string(design.Allocation), Min: design.Least, Sizes: design.Sizes, Sort: design.Sort, KeepOrder: design.KeepOrder,
		TakeAll: design.TakeAll, Drawn: len(s.Units), WeightSum: s.Total, DrawSHA256: hex.EncodeToString(digest[:]),
	}
	for _, stage := range design.Stages {
		r.Stages = append(r.Stages, stage.String())
	}
	return r
}

// bytes returns the record as its file has it.
func (r *drawRecord) bytes() ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(r)
	return b.Bytes(), err
}

// record writes FILE.json beside FILE; beside stdout there is no place, so that seed and digests are told instead.
func (d *sampleDrawCmd) record(c *console, r drawRecord) error {
	if d.Output == "-" {
		c.say("seed %d, frame sha256 %s, draw sha256 %s", r.Seed, r.FrameSHA256, r.DrawSHA256)
		return nil
	}
	b, err := r.bytes()
	if err != nil {
		return err
	}
	return (&outFlags{Out: d.Output + ".json"}).write(c, func(w io.Writer) error { _, err := w.Write(b); return err })
}

// tell says what was drawn and how to estimate from it.
func (d *sampleDrawCmd) tell(c *console, f *sample.Frame, s *sample.Sample, stages int) {
	certain, lonely := 0, 0
	for _, h := range s.Strata {
		certain += h.Certain
		if h.Taken-h.Certain == 1 && h.Units > 1 {
			lonely++
		}
	}
	c.say("drew %d of %d rows in %d strata, %d first-stage units by certainty; the weights add up to %.6g", len(s.Units), f.Len(), len(s.Strata), certain, s.Total)
	if lonely > 0 {
		c.say("%d strata have one first-stage unit: estimate will want --lonely-psu", lonely)
	}
	if d.KeepOrder && slices.ContainsFunc(d.Stage, func(s string) bool { return !strings.Contains(s, ":all") }) {
		c.say("the draw depends on the order of the rows in %s", filepath.Base(d.Frame))
	}
	c.say("estimate with %s --weight %s", designHint(stages), columnWeight)
}

// designHint is the design of a draw as flags of thuocdo estimate.
func designHint(stages int) string {
	names := added(stages)
	return fmt.Sprintf("--strata %s --cluster %s --fpc %s", columnStratum, strings.Join(names[1:1+stages], ","), strings.Join(names[1+stages:1+2*stages], ","))
}
