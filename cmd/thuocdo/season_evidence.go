package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"thuocdo/data"
	"thuocdo/data/scan"
	"thuocdo/data/tabular"
	"thuocdo/scoring/assess"
)

// seasonEvidenceCmd is the files of documents behind claims.
type seasonEvidenceCmd struct {
	Add    evidenceAddCmd    `cmd:"" help:"Take files in for the claims of an agency."`
	List   evidenceListCmd   `cmd:"" help:"List the documents that agencies keep."`
	Verify evidenceVerifyCmd `cmd:"" help:"Read every file and compare it with its digest."`
	Sweep  evidenceSweepCmd  `cmd:"" help:"Remove files that no document has been about for a day; a running server does so by itself."`
}

// Examples ends the help of the noun: its verbs have theirs.
func (*seasonEvidenceCmd) Examples() []string {
	return []string{
		"thuocdo season evidence add par-2026 --agency 01 documents/",
		"thuocdo season evidence list par-2026",
		"thuocdo season evidence verify",
	}
}

// evidenceFlags are the settings for files of documents.
type evidenceFlags struct {
	FileLimit int64         `help:"Megabytes of a file of a document at most." default:"50" env:"THUOCDO_FILE_LIMIT" placeholder:"MB"`
	Scan      string        `name:"scan-command" help:"Asked about every such file; exit code 0 clean, 1 refused." env:"THUOCDO_SCAN_COMMAND" placeholder:"COMMAND"`
	ScanLimit time.Duration `help:"Time for that." hidden:"" default:"1m" env:"THUOCDO_SCAN_LIMIT" placeholder:"TIME"`
}

// options puts the settings into those of a store.
func (f evidenceFlags) options(opt data.Options) (data.Options, error) {
	if f.FileLimit < 1 || f.FileLimit > 1024 {
		return opt, usage("--file-limit: 1 to 1024 megabytes")
	}
	opt.Most = f.FileLimit << 20
	if c := scan.Parse(f.Scan, f.ScanLimit); len(c.Args) > 0 {
		opt.Scan = c.File
	}
	return opt, nil
}

// evidenceAddCmd takes files in.
type evidenceAddCmd struct {
	seasonFlags
	evidenceFlags
	Agency string   `help:"Whose claims." required:"" placeholder:"CODE"`
	List   string   `help:"What is known of the files, CSV or XLSX: file, number, date, issuer, leaf, page." placeholder:"FILE"`
	Files  []string `arg:"" optional:"" name:"file" help:"Files and folders; their names are the numbers of the documents."`
}

// Examples ends the help of the command.
func (*evidenceAddCmd) Examples() []string {
	return []string{
		"thuocdo season evidence add par-2026 --agency 01 documents/",
		"thuocdo season evidence add par-2026 --agency 01 --list documents/list.csv",
		"# list.csv: file,number,date,issuer,leaf,page; files by their place beside the list, leaf may name several",
		"# a claim that names a number, and nothing else that differs, finds the file: season import --as claims",
	}
}

// onFile is a file with what is known of it.
type onFile struct {
	path   string
	about  assess.Document
	leaves []string
	page   string
}

// Run takes one file after another; those that are refused are told at the end. Taking the same in again changes nothing.
func (e *evidenceAddCmd) Run(ctx context.Context, c *console) error {
	list, err := e.files(ctx, c)
	if err != nil {
		return err
	}
	if len(list) == 0 {
		return usage("which files? name some, a folder, or a list")
	}
	opt, err := e.options(data.Options{})
	if err != nil {
		return err
	}
	if err := e.mustExist(); err != nil {
		return err
	}
	store, err := data.Open(ctx, e.DB, opt)
	if err != nil {
		return err
	}
	defer store.Close()
	refused := 0
	for _, f := range list {
		if err := e.add(ctx, store, f); errors.Is(err, assess.ErrUnknown) || errors.Is(err, assess.ErrNoSheet) || errors.Is(err, assess.ErrStage) || errors.Is(err, assess.ErrLate) || errors.Is(err, assess.ErrState) || ctx.Err() != nil {
			return e.hint(err)
		} else if err != nil {
			refused++
			c.say("%s: %v", f.path, err)
		}
	}
	c.say("%d files are kept", len(list)-refused)
	if refused > 0 {
		return fmt.Errorf("%d of %d files were refused", refused, len(list))
	}
	return nil
}

// add takes a file in and puts it behind the claims that it is for.
func (e *evidenceAddCmd) add(ctx context.Context, store *data.Store, f onFile) error {
	in, err := os.Open(f.path)
	if err != nil {
		return err
	}
	defer in.Close()
	first, rest := "", f.leaves
	if len(rest) > 0 {
		first, rest = rest[0], rest[1:]
	}
	d, err := store.AddDocument(ctx, e.Code, f.about, in, first, f.page)
	if err != nil || len(rest) == 0 {
		return err
	}
	turn := assess.Turn{Agency: e.Agency}
	for _, leaf := range rest {
		turn.Acts = append(turn.Acts, assess.Attach{Leaf: leaf, Evidence: d.Evidence(f.page)})
	}
	return store.Assess(ctx, e.Code, turn)
}

// files gathers what is named, and what the list says.
func (e *evidenceAddCmd) files(ctx context.Context, c *console) (list []onFile, err error) {
	for _, path := range e.Files {
		err := filepath.WalkDir(path, func(path string, d fs.DirEntry, err error) error {
			if err != nil || !d.Type().IsRegular() {
				return err
			}
			list = append(list, e.file(path))
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	if e.List == "" {
		return list, nil
	}
	in, err := c.open(e.List)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	at := map[string]int{}
	for row, err := range tabular.Rows(ctx, in, tabular.Limits{}) {
		if err != nil {
			return nil, fmt.Errorf("%s: %w", e.List, err)
		}
		if len(at) == 0 {
			for i, name := range row.Cells {
				at[strings.ToLower(strings.TrimSpace(name))] = i
			}
			if _, ok := at["file"]; !ok {
				return nil, usage("%s: row %d: there is no column file", e.List, row.Line)
			}
			continue
		}
		list = append(list, e.listed(sheetRow{line: row.Line, cells: row.Cells, at: at}))
	}
	return list, nil
}

// file is a file about which nothing but its name is known.
func (e *evidenceAddCmd) file(path string) onFile {
	name := filepath.Base(path)
	return onFile{path: path, about: assess.Document{Agency: e.Agency, File: assess.File{Name: name}, Number: strings.TrimSuffix(name, filepath.Ext(name))}}
}

// listed is a file with what a row says of it.
func (e *evidenceAddCmd) listed(x sheetRow) onFile {
	path := x.get("file")
	if !filepath.IsAbs(path) {
		path = filepath.Join(filepath.Dir(e.List), path)
	}
	f := e.file(path)
	f.about.Number, f.about.Date, f.about.Issuer = cmp.Or(x.get("number"), f.about.Number), x.get("date"), x.get("issuer")
	f.leaves, f.page = strings.FieldsFunc(x.get("leaf"), func(r rune) bool { return r == ';' || r == ',' || r == ' ' }), x.get("page")
	return f
}

// evidenceListCmd lists documents.
type evidenceListCmd struct {
	seasonFlags
	Agency []string `help:"Only these agencies; may be repeated." placeholder:"CODE"`
	JSON   bool     `help:"One line of JSON per document."`
}

// Examples ends the help of the command.
func (*evidenceListCmd) Examples() []string {
	return []string{"thuocdo season evidence list par-2026 --agency 01", "thuocdo season evidence list par-2026 --json | jq 'select(.leaves==null).name'"}
}

// Run prints one line per document.
func (e *evidenceListCmd) Run(ctx context.Context, c *console) error {
	store, err := e.read(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	season, _, err := store.Season(ctx, e.Code)
	if err != nil {
		return e.hint(err)
	}
	for _, agency := range e.Agency {
		if !slices.Contains(season.Agencies, agency) {
			return fmt.Errorf("%s: %w", agency, assess.ErrNoSheet)
		}
	}
	table := tabwriter.NewWriter(c.Out, 0, 0, 2, ' ', 0)
	for _, agency := range season.Agencies {
		if len(e.Agency) > 0 && !slices.Contains(e.Agency, agency) {
			continue
		}
		list, err := store.Documents(ctx, e.Code, agency)
		if err != nil {
			return err
		}
		for _, d := range list {
			if e.JSON {
				err = c.json(d)
			} else {
				_, err = fmt.Fprintf(table, "%s\t%.12s\t%s\t%s\t%d\t%s\n", agency, d.Digest, d.Number, d.Name, d.Size, cmp.Or(strings.Join(d.Leaves, " "), "-"))
			}
			if err != nil {
				return err
			}
		}
	}
	return table.Flush()
}

// evidenceVerifyCmd reads every file.
type evidenceVerifyCmd struct {
	dbFlag
	Lang string `help:"Language of the findings." enum:"vi,en" default:"en" env:"THUOCDO_LANG"`
}

// Examples ends the help of the command.
func (*evidenceVerifyCmd) Examples() []string {
	return []string{"thuocdo season evidence verify --db /var/lib/thuocdo/thuocdo.db"}
}

// Run says what is wrong with the files; a server may be running.
func (e *evidenceVerifyCmd) Run(ctx context.Context, c *console) error {
	store, err := e.read(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	check, err := store.Files(ctx, true)
	if err != nil {
		return err
	}
	report := data.Report{Checks: []data.Check{check}}
	if err := (&doctorCmd{Lang: e.Lang}).print(c, report); err != nil || report.OK() {
		return err
	}
	return withHint(errors.New("something is wrong with the files of documents"), "'thuocdo restore' brings them back from a backup; the same file, added again, heals a damaged one")
}

// evidenceSweepCmd removes files that nobody knows.
type evidenceSweepCmd struct{ dbFlag }

// Examples ends the help of the command.
func (*evidenceSweepCmd) Examples() []string { return []string{"thuocdo season evidence sweep"} }

// Run removes them.
func (e *evidenceSweepCmd) Run(ctx context.Context, c *console) error {
	store, err := e.open(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	n, err := store.SweepFiles(ctx)
	if err == nil {
		c.say("%d files removed", n)
	}
	return err
}
