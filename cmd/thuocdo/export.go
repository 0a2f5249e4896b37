package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"thuocdo/data/export"
	"thuocdo/data/labelled"
	"thuocdo/scoring/report"
)

// exportCmd writes files from the database; a server may be running.
type exportCmd struct {
	Ranking       exportRankingCmd       `cmd:"" help:"The ranking of an index in a period."`
	Agency        exportAgencyCmd        `cmd:"" help:"All scores of one agency."`
	Report        exportReportCmd        `cmd:"" help:"An official report on an index or an agency, PDF or DOCX."`
	Responses     exportResponsesCmd     `cmd:"" help:"The responses of a wave, one row each."`
	Counts        exportCountsCmd        `cmd:"" help:"Counts of answers: by agency, province and any question."`
	Questionnaire exportQuestionnaireCmd `cmd:"" help:"A questionnaire: its questions, or with json the definition."`
	Framework     exportFrameworkCmd     `cmd:"" help:"A framework: its definition, JSON or XLSX."`
	Wave          exportWaveCmd          `cmd:"" help:"A survey wave: its definition in JSON."`
	Agencies      exportAgenciesCmd      `cmd:"" help:"The agencies with their codes."`
}

// Examples ends the help of the command: one of each kind of file.
func (*exportCmd) Examples() []string {
	return []string{
		(*exportRankingCmd)(nil).Examples()[0], (*exportAgencyCmd)(nil).Examples()[0], (*exportReportCmd)(nil).Examples()[0],
		(*exportResponsesCmd)(nil).Examples()[0], (*exportCountsCmd)(nil).Examples()[0], (*exportFrameworkCmd)(nil).Examples()[0],
	}
}

// outFlags say what to write and where.
type outFlags struct {
	dbFlag
	Format string `help:"csv, xlsx, json, sav, dta, parquet, … (docs/formats.md)." enum:"csv,xlsx,json,jsonl,sav,dta,parquet,datapackage,csvw,ddi,json-stat,sdmx-csv" default:"csv"`
	Out    string `help:"File to write, '-' is stdout." default:"-" short:"o" placeholder:"FILE"`
	Lang   string `help:"Language of titles." enum:"vi,en" default:"vi" env:"THUOCDO_LANG"`
}

// table writes a table in the format asked for.
func (o *outFlags) table(c *console, t *report.Table) error {
	if _, ok := labelled.Find(o.Format); ok {
		f, err := labelled.OfTable(t)
		if err != nil {
			return err
		}
		return o.labelled(c, f)
	}
	if _, ok := export.FindCube(o.Format); ok {
		return withHint(usage("%s is for rankings", o.Format), "'thuocdo export ranking --format %s'", o.Format)
	}
	format, err := export.Find(o.Format)
	if err != nil {
		return usage("%s", err)
	}
	if o.Out == "-" && format.Name == "xlsx" && isTerminal(c.Out) {
		return withHint(usage("a workbook cannot be shown on a terminal"), "give a file with --out")
	}
	return o.write(c, func(w io.Writer) error { return format.Write(w, t) })
}

// labelled writes a data set with its labels in the format asked for.
func (o *outFlags) labelled(c *console, f *labelled.File) error {
	format, _ := labelled.Find(o.Format)
	if o.Out == "-" && isTerminal(c.Out) {
		return withHint(usage("a %s file cannot be shown on a terminal", o.Format), "give a file with --out")
	}
	return o.write(c, func(w io.Writer) error { return format.Write(w, f) })
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
