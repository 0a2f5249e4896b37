package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"thuocdo/data/framebook"
	"thuocdo/docs"
	"thuocdo/scoring"
	"thuocdo/scoring/phrase"
)

// frameworkCmd works on framework files, without a database.
type frameworkCmd struct {
	Check    frameworkCheckCmd    `cmd:"" help:"List every mistake of a framework file, JSON or XLSX."`
	Convert  frameworkConvertCmd  `cmd:"" help:"Turn a framework file from JSON into XLSX, or back."`
	Template frameworkTemplateCmd `cmd:"" help:"A sample to start from: one example of each rule."`
	Schema   frameworkSchemaCmd   `cmd:"" help:"The JSON Schema of framework files, for editors."`
}

// readFramework reads a framework file: a workbook, or JSON. Mistakes are phrase.Mistakes; other errors name the file.
func readFramework(ctx context.Context, c *console, name string) (*scoring.Framework, error) {
	r, err := c.open(name)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	b, err := io.ReadAll(io.LimitReader(r, maxDefinition+1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if len(b) > maxDefinition {
		return nil, fmt.Errorf("%s: more than %d MiB; this is no definition", name, maxDefinition>>20)
	}
	var f *scoring.Framework
	if bytes.HasPrefix(b, []byte("PK\x03\x04")) {
		f, err = framebook.Read(ctx, bytes.NewReader(b))
	} else {
		f, err = scoring.Parse(b)
	}
	if found := (phrase.Mistakes)(nil); err != nil && !errors.As(err, &found) {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return f, err
}

// frameworkFile is a framework file to read, and the language of what is wrong with it.
type frameworkFile struct {
	File string `arg:"" help:"Framework file, JSON or XLSX; '-' is stdin."`
	Lang string `help:"Language of the list of mistakes." enum:"vi,en" default:"vi" env:"THUOCDO_LANG"`
}

func (f *frameworkFile) read(ctx context.Context, c *console, nothing string) (*scoring.Framework, error) {
	found := phrase.Mistakes(nil)
	fw, err := readFramework(ctx, c, f.File)
	if errors.As(err, &found) {
		return nil, fileError{file: f.File, lang: f.Lang, found: found, nothing: nothing}
	}
	return fw, err
}

// frameworkCheckCmd checks a file.
type frameworkCheckCmd struct{ frameworkFile }

// Examples ends the help of the command.
func (*frameworkCheckCmd) Examples() []string {
	return []string{"thuocdo framework check par-2026.xlsx", "thuocdo framework check par-2026.json --lang en"}
}

// Run lists what is wrong, or says what the file holds.
func (x *frameworkCheckCmd) Run(ctx context.Context, c *console) error {
	f, err := x.read(ctx, c, "accepted")
	if err != nil {
		return err
	}
	plan, err := scoring.Compile(f)
	if err != nil {
		return err
	}
	c.say("%s: no mistakes; framework %s %s with %d leaves, %d bands, %d ranking groups", x.File, f.Code, f.Version, plan.Leaves(), len(f.Bands), len(f.Groups))
	return nil
}

// frameworkConvertCmd turns one form of a framework into the other.
type frameworkConvertCmd struct {
	frameworkFile
	Out string `arg:"" help:"File to write: .json or .xlsx."`
}

// Examples ends the help of the command.
func (*frameworkConvertCmd) Examples() []string {
	return []string{"thuocdo framework convert par-2026.json par-2026.xlsx", "thuocdo framework convert par-2026.xlsx par-2026.json"}
}

// Run reads one file and writes the other.
func (x *frameworkConvertCmd) Run(ctx context.Context, c *console) error {
	format := strings.TrimPrefix(strings.ToLower(filepath.Ext(x.Out)), ".")
	if format != "json" && format != "xlsx" {
		return usage("%s: a file name that ends in .json or .xlsx is expected", x.Out)
	}
	f, err := x.read(ctx, c, "converted")
	if err != nil {
		return err
	}
	return writeFramework(c, x.Out, format, f)
}

// writeFramework writes a definition as JSON or as a workbook; out "-" is stdout.
func writeFramework(c *console, out, format string, f *scoring.Framework) error {
	o := &outFlags{Out: out}
	if format != "xlsx" {
		return o.definition(c, f)
	}
	if out == "-" && isTerminal(c.Out) {
		return withHint(usage("a workbook cannot be shown on a terminal"), "give a file with --out")
	}
	return o.write(c, func(w io.Writer) error { return framebook.Write(w, f) })
}

// frameworkTemplateCmd writes the sample.
type frameworkTemplateCmd struct {
	Format string `help:"Kind of file." enum:"xlsx,json" default:"xlsx"`
	Out    string `help:"File to write, '-' is stdout." default:"-" short:"o" placeholder:"FILE"`
}

// Examples ends the help of the command.
func (*frameworkTemplateCmd) Examples() []string {
	return []string{"thuocdo framework template -o bo-chi-so.xlsx", "thuocdo framework template --format json"}
}

// Run writes the sample.
func (x *frameworkTemplateCmd) Run(c *console) error {
	f, err := framebook.Template()
	if err != nil {
		return err
	}
	return writeFramework(c, x.Out, x.Format, f)
}

// frameworkSchemaCmd writes the schema.
type frameworkSchemaCmd struct {
	Out string `help:"File to write, '-' is stdout." default:"-" short:"o" placeholder:"FILE"`
}

// Examples ends the help of the command.
func (*frameworkSchemaCmd) Examples() []string {
	return []string{"thuocdo framework schema -o framework.schema.json", `# then begin a file with {"$schema": "framework.schema.json", …}`}
}

// Run writes the schema.
func (x *frameworkSchemaCmd) Run(c *console) error {
	return (&outFlags{Out: x.Out}).write(c, func(w io.Writer) error {
		_, err := w.Write(docs.FrameworkSchema)
		return err
	})
}
