package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"thuocdo/data/formbook"
	"thuocdo/docs"
	"thuocdo/scoring"
	"thuocdo/survey"
)

// questionnaireCmd works on questionnaire files, without a database.
type questionnaireCmd struct {
	Check  questionnaireCheckCmd  `cmd:"" help:"List every mistake of questionnaire files."`
	Diff   questionnaireDiffCmd   `cmd:"" help:"List what changed between two versions, and what it breaks."`
	Schema questionnaireSchemaCmd `cmd:"" help:"The JSON Schema of questionnaire files, for editors."`
}

// questionnaireFiles say in which language mistakes are listed.
type questionnaireFiles struct {
	Lang string `help:"Language of the list of mistakes." enum:"vi,en" default:"vi" env:"THUOCDO_LANG"`
}

// form reads and compiles a questionnaire file in any of the formats that import takes.
func (f *questionnaireFiles) form(ctx context.Context, c *console, name string) (*survey.Form, error) {
	file := fileFlags{File: name, Lang: f.Lang}
	b, err := file.definition(c)
	if err != nil {
		return nil, err
	}
	q, _, err := formbook.Any(ctx, b, "", "")
	if err != nil {
		return nil, file.fault(err)
	}
	form, err := survey.Compile(q)
	if err != nil {
		return nil, file.fault(err)
	}
	return form, nil
}

// questionnaireCheckCmd checks files.
type questionnaireCheckCmd struct {
	File []string `arg:"" help:"Questionnaire files; '-' is stdin."`
	questionnaireFiles
}

// Examples ends the help of the command.
func (*questionnaireCheckCmd) Examples() []string {
	return []string{"thuocdo questionnaire check sipas-2027.json", "thuocdo questionnaire check *.json --lang en"}
}

// Run lists what is wrong, or says what each file holds.
func (x *questionnaireCheckCmd) Run(ctx context.Context, c *console) error {
	bad := 0
	for _, name := range x.File {
		form, err := x.form(ctx, c, name)
		if err == nil {
			file := fileFlags{File: name, Lang: x.Lang}
			err = file.fault(survey.CheckConsents(form.Questionnaire()))
		}
		if err != nil {
			bad++
			c.say("%v", err)
			continue
		}
		q := form.Questionnaire()
		c.say("%s: no mistakes; questionnaire %s %s with %d pages, %d questions", name, q.Code, q.Version, len(q.Pages), form.Len())
	}
	if bad > 0 {
		return fmt.Errorf("%d of %d files have mistakes", bad, len(x.File))
	}
	return nil
}

// questionnaireDiffCmd compares two versions.
type questionnaireDiffCmd struct {
	Before    string   `arg:"" help:"Version before; '-' is stdin."`
	After     string   `arg:"" help:"Version after."`
	Framework []string `help:"Framework file that uses the answers: its leaves that break are listed." placeholder:"FILE" sep:"none"`
	JSON      bool     `help:"Write JSON." name:"json"`
	questionnaireFiles
}

// Examples ends the help of the command.
func (*questionnaireDiffCmd) Examples() []string {
	return []string{"thuocdo questionnaire diff sipas-2026.json sipas-2027.json", "thuocdo questionnaire diff a.json b.json --framework sipas.json --json"}
}

// Run lists the changes. It fails where something breaks, so that a script can stop.
func (x *questionnaireDiffCmd) Run(ctx context.Context, c *console) error {
	before, err := x.form(ctx, c, x.Before)
	if err != nil {
		return err
	}
	after, err := x.form(ctx, c, x.After)
	if err != nil {
		return err
	}
	changes := survey.Diff(before, after)
	breaks, err := x.breaks(ctx, c, changes)
	if err != nil {
		return err
	}
	if err := x.write(c, changes, breaks); err != nil {
		return err
	}
	if n := len(slices.DeleteFunc(slices.Clone(changes), func(d survey.Change) bool { return !d.Breaks })); n > 0 {
		return fmt.Errorf("%d changes keep answers of the two versions from being put together, %d leaves of frameworks break", n, len(breaks))
	}
	return nil
}

// breaks returns the leaves of the frameworks that use a question that changed so that answers do not fit together.
func (x *questionnaireDiffCmd) breaks(ctx context.Context, c *console, changes []survey.Change) (list []scoring.Use, err error) {
	bad := map[string]bool{}
	for _, d := range changes {
		bad[d.Item] = bad[d.Item] || d.Breaks
	}
	for _, name := range x.Framework {
		f, err := (&frameworkFile{name, x.Lang}).read(ctx, c, "compared")
		if err != nil {
			return nil, err
		}
		list = append(list, f.Uses(func(item string) bool { return bad[item] })...)
	}
	return list, nil
}

func (x *questionnaireDiffCmd) write(c *console, changes []survey.Change, breaks []scoring.Use) error {
	if x.JSON {
		return (&outFlags{Out: "-"}).definition(c, struct {
			Changes []survey.Change `json:"changes"`
			Broken  []scoring.Use   `json:"broken"`
		}{append([]survey.Change{}, changes...), append([]scoring.Use{}, breaks...)})
	}
	for _, d := range changes {
		line := fmt.Sprintf("%s: %s", d.Item, d.What)
		if d.Before != "" || d.After != "" {
			line += fmt.Sprintf(": %s → %s", d.Before, d.After)
		}
		if d.Breaks {
			line += " (breaks)"
		}
		if _, err := fmt.Fprintln(c.Out, line); err != nil {
			return err
		}
	}
	for _, b := range breaks {
		if _, err := fmt.Fprintf(c.Out, "framework %s, leaf %s: %s\n", b.Framework, b.Node, strings.Join(b.Items, ", ")); err != nil {
			return err
		}
	}
	return nil
}

// questionnaireSchemaCmd writes the schema.
type questionnaireSchemaCmd struct {
	Out string `help:"File to write, '-' is stdout." default:"-" short:"o" placeholder:"FILE"`
}

// Examples ends the help of the command.
func (*questionnaireSchemaCmd) Examples() []string {
	return []string{"thuocdo questionnaire schema -o questionnaire.schema.json"}
}

// Run writes the schema.
func (x *questionnaireSchemaCmd) Run(c *console) error {
	return (&outFlags{Out: x.Out}).write(c, func(w io.Writer) error {
		_, err := w.Write(docs.QuestionnaireSchema)
		return err
	})
}
