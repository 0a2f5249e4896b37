package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"

	"thuocdo/data"
	"thuocdo/scoring"
	"thuocdo/scoring/phrase"
)

// importCmd reads definitions and data from files.
type importCmd struct {
	Agencies      importAgenciesCmd      `cmd:"" help:"Agencies, from CSV, XLSX or JSON."`
	Questionnaire importQuestionnaireCmd `cmd:"" help:"One version of a questionnaire: JSON, XLSForm, SurveyJS, LimeSurvey."`
	Framework     importFrameworkCmd     `cmd:"" help:"One version of a framework, from JSON or XLSX."`
	Wave          importWaveCmd          `cmd:"" help:"A survey wave, from JSON."`
	Responses     importResponsesCmd     `cmd:"" help:"Responses collected elsewhere, from CSV or XLSX."`
	Sample        importSampleCmd        `cmd:"" help:"The sampling design of a wave: a draw, from CSV or XLSX."`
	Scores        importScoresCmd        `cmd:"" help:"Self and appraised scores and other leaf inputs, from CSV or XLSX."`
}

// fileFlags are common to every import.
type fileFlags struct {
	dbFlag
	File   string `arg:"" help:"File to read, '-' is stdin."`
	DryRun bool   `help:"Check everything, store nothing."`
	Lang   string `help:"Language of the list of mistakes." enum:"vi,en" default:"vi" env:"THUOCDO_LANG"`
}

// store opens the database: for reading only in a dry run, which may be made beside a running server.
func (f *fileFlags) store(ctx context.Context) (*data.Store, error) {
	if f.DryRun {
		return f.read(ctx)
	}
	return f.open(ctx)
}

// done says what was imported, or would have been.
func (f *fileFlags) done(c *console, format string, args ...any) {
	if f.DryRun {
		c.say("%s: no mistakes, %s; nothing was stored", f.File, fmt.Sprintf(format, args...))
		return
	}
	c.say("%s: %s imported", f.File, fmt.Sprintf(format, args...))
}

// fault turns mistakes into the error that lists them in the language asked for; other errors get the file's name.
func (f *fileFlags) fault(err error) error {
	var found phrase.Mistakes
	if errors.As(err, &found) && len(found) > 0 {
		return fileError{file: f.File, lang: f.Lang, found: found}
	}
	if err != nil {
		return fmt.Errorf("%s: %w", f.File, err)
	}
	return nil
}

// fileError is a refused file with all its mistakes.
type fileError struct {
	file, lang string
	found      phrase.Mistakes
	nothing    string // what was not done; "" is imported
}

func (e fileError) Unwrap() error { return e.found }

func (e fileError) Error() string {
	noun := "mistakes"
	if len(e.found) == 1 {
		noun = "mistake"
	}
	list := make(phrase.Mistakes, len(e.found))
	for i, m := range e.found {
		list[i] = phrase.Mistake{Path: placeIn(m.Path, e.lang), Message: m.Message}
	}
	return fmt.Sprintf("%s: %d %s, nothing was %s\n%s", e.file, len(e.found), noun, cmp.Or(e.nothing, "imported"), list.In(e.lang))
}

var (
	sheetPlace  = regexp.MustCompile(`^sheet (.+?)(, row |$)`)
	rowPlace    = regexp.MustCompile(`(^|, )row (\d+)`)
	columnPlace = regexp.MustCompile(`, column (.+?)(, entry (\d+))?$`)
)

// placeIn says where in a table a mistake is, in lang; JSON paths are the same in every language.
func placeIn(path, lang string) string {
	if lang != "vi" {
		return path
	}
	for en, vi := range map[string]string{"stratum ": "tầng ", "stage ": "giai đoạn ", "answers": "câu trả lời"} {
		if rest, ok := strings.CutPrefix(path, en); ok {
			return vi + rest
		}
	}
	path = rowPlace.ReplaceAllString(sheetPlace.ReplaceAllString(path, "trang $1$2"), "${1}dòng $2")
	return strings.ReplaceAll(columnPlace.ReplaceAllString(path, ", cột $1$2"), ", entry ", ", ý ")
}

// maxDefinition is the largest definition file in bytes; real ones have a few hundred kilobytes.
const maxDefinition = 8 << 20

// definition reads a whole JSON file.
func (f *fileFlags) definition(c *console) ([]byte, error) {
	r, err := c.open(f.File)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	b, err := io.ReadAll(io.LimitReader(r, maxDefinition+1))
	if err != nil {
		return nil, f.fault(err)
	}
	if len(b) > maxDefinition {
		return nil, fmt.Errorf("%s: more than %d MiB; this is no definition", f.File, maxDefinition>>20)
	}
	return b, nil
}

// seekable returns the file so that it can be read twice; stdin and pipes are copied to a temporary file first.
func (f *fileFlags) seekable(c *console) (file *os.File, done func(), err error) {
	r, err := c.open(f.File)
	if err != nil {
		return nil, nil, err
	}
	if file, ok := r.(*os.File); ok {
		if info, err := file.Stat(); err == nil && info.Mode().IsRegular() {
			return file, func() { file.Close() }, nil
		}
	}
	defer r.Close()
	if file, err = os.CreateTemp("", "thuocdo-import-*"); err != nil {
		return nil, nil, err
	}
	done = func() { file.Close(); os.Remove(file.Name()) }
	if _, err = io.Copy(file, r); err == nil {
		_, err = file.Seek(0, io.SeekStart)
	}
	if err != nil {
		done()
		return nil, nil, f.fault(err)
	}
	return file, done, nil
}

// importFrameworkCmd stores one version of a framework.
type importFrameworkCmd struct{ fileFlags }

// Examples ends the help of the command.
func (*importFrameworkCmd) Examples() []string {
	return []string{"thuocdo import framework par-2026.json --dry-run --lang en", "thuocdo import framework par-2026.xlsx"}
}

// Run reads, checks and stores.
func (i *importFrameworkCmd) Run(ctx context.Context, c *console) error {
	f, err := (&frameworkFile{i.File, i.Lang}).read(ctx, c, "imported")
	if err != nil {
		return err
	}
	plan, err := scoring.Compile(f)
	if err != nil {
		return i.fault(err)
	}
	store, err := i.store(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	if i.DryRun {
		err = store.CheckFramework(f)
	} else {
		err = store.PutFramework(ctx, f)
	}
	if err != nil {
		return i.fault(err)
	}
	i.done(c, "framework %s %s with %d leaves", f.Code, f.Version, plan.Leaves())
	return nil
}
