package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"thuocdo/data/export"
	"thuocdo/scoring/report"
)

// exportCmd writes files from the database; a server may be running.
type exportCmd struct {
	Ranking       exportRankingCmd       `cmd:"" help:"The ranking of an index in a period."`
	Agency        exportAgencyCmd        `cmd:"" help:"All scores of one agency."`
	Responses     exportResponsesCmd     `cmd:"" help:"The responses of a wave, one row each."`
	Questionnaire exportQuestionnaireCmd `cmd:"" help:"A questionnaire: its questions, or with json the definition."`
	Framework     exportFrameworkCmd     `cmd:"" help:"A framework: its definition in JSON."`
	Wave          exportWaveCmd          `cmd:"" help:"A survey wave: its definition in JSON."`
	Agencies      exportAgenciesCmd      `cmd:"" help:"The agencies with their codes."`
}

// outFlags say what to write and where.
type outFlags struct {
	dbFlag
	Format string `help:"Kind of file." enum:"csv,xlsx,json" default:"csv"`
	Out    string `help:"File to write, '-' is stdout." default:"-" short:"o" placeholder:"FILE"`
	Lang   string `help:"Language of titles." enum:"vi,en" default:"vi" env:"THUOCDO_LANG"`
}

// table writes a table in the format asked for.
func (o *outFlags) table(c *console, t *report.Table) error {
	format, err := export.Find(o.Format)
	if err != nil {
		return usage("%s", err)
	}
	if o.Out == "-" && format.Name == "xlsx" && isTerminal(c.Out) {
		return withHint(usage("a workbook cannot be shown on a terminal"), "give a file with --out")
	}
	return o.write(c, func(w io.Writer) error { return format.Write(w, t) })
}

// definition writes v as indented JSON, in a form that import reads.
func (o *outFlags) definition(c *console, v any) error {
	return o.write(c, func(w io.Writer) error {
		e := json.NewEncoder(w)
		e.SetEscapeHTML(false)
		e.SetIndent("", "  ")
		return e.Encode(v)
	})
}

// write lets do write to stdout, or to a file that appears under its name only when it is whole.
func (o *outFlags) write(c *console, do func(io.Writer) error) (err error) {
	if o.Out == "-" {
		return do(c.Out)
	}
	f, err := os.CreateTemp(filepath.Dir(o.Out), "."+filepath.Base(o.Out)+"-*")
	if err != nil {
		return fmt.Errorf("write %s: %w", o.Out, err)
	}
	err = do(f)
	err = errors.Join(err, f.Chmod(0o644), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), o.Out)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("write %s: %w", o.Out, err), os.Remove(f.Name()))
	}
	c.say("wrote %s", o.Out)
	return nil
}

// exportFrameworkCmd writes the definition of a framework.
type exportFrameworkCmd struct {
	Code    string `arg:"" help:"Code of the framework."`
	Version string `help:"Version; the newest where it is left out."`
	dbFlag
	Out string `help:"File to write, '-' is stdout." default:"-" short:"o" placeholder:"FILE"`
}

// Examples ends the help of the command.
func (*exportFrameworkCmd) Examples() []string {
	return []string{"thuocdo export framework sipas -o sipas.json"}
}

// Run writes the definition.
func (e *exportFrameworkCmd) Run(ctx context.Context, c *console) error {
	store, err := e.read(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	all, err := store.Frameworks(ctx)
	if err != nil {
		return err
	}
	found := -1
	for i, f := range all {
		if f.Code == e.Code && (e.Version == "" || f.Version == e.Version) && (found < 0 || f.Effective.From > all[found].Effective.From) {
			found = i
		}
	}
	if found < 0 {
		return fmt.Errorf("there is no framework %s %s", e.Code, e.Version)
	}
	return (&outFlags{Out: e.Out}).definition(c, all[found])
}
