package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/alecthomas/kong"
)

// exampler is a command whose help ends with examples.
type exampler interface{ Examples() []string }

// printHelp prints the help of the chosen command, or of the program: one line per command or flag, so that it fits a
// screen, and examples at the end.
func printHelp(_ kong.HelpOptions, ctx *kong.Context) error {
	n := ctx.Selected()
	examples := (&commands{}).Examples()
	if n == nil {
		n = ctx.Model.Node
		fmt.Fprintf(ctx.Stdout, "Usage: thuocdo COMMAND [FLAGS]\n\n%s\n", ctx.Model.Help)
	} else {
		examples = examplesOf(n)
		fmt.Fprintf(ctx.Stdout, "Usage: thuocdo %s\n\n%s\n", usageOf(n), n.Help)
	}
	printRows(ctx.Stdout, "Arguments", argumentRows(n))
	printRows(ctx.Stdout, "Commands (-h after one tells more)", commandRows(n))
	printRows(ctx.Stdout, "Flags", flagRows(n))
	if n.Detail != "" {
		fmt.Fprintf(ctx.Stdout, "\n%s\n", n.Detail)
	}
	fmt.Fprintf(ctx.Stdout, "\nExamples:\n  %s\n", strings.Join(examples, "\n  "))
	return nil
}

// printRows prints two aligned columns under a title, or nothing.
func printRows(w io.Writer, title string, rows [][2]string) {
	if len(rows) == 0 {
		return
	}
	fmt.Fprintf(w, "\n%s:\n", title)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, r := range rows {
		fmt.Fprintf(t, "  %s\t%s\n", r[0], r[1])
	}
	_ = t.Flush() // help that cannot be written helps nobody anyway
}

func usageOf(n *kong.Node) string {
	words := []string{n.Path()}
	for _, p := range n.Positional {
		words = append(words, strings.ToUpper(p.Name))
	}
	for _, f := range n.Flags {
		if f.Required {
			words = append(words, flagName(f))
		}
	}
	if len(n.Children) > 0 {
		words = append(words, "COMMAND")
	}
	return strings.Join(append(words, "[FLAGS]"), " ")
}

func argumentRows(n *kong.Node) (rows [][2]string) {
	for _, p := range n.Positional {
		rows = append(rows, [2]string{strings.ToUpper(p.Name), p.Help})
	}
	return rows
}

// commandRows lists what follows a noun; the program itself lists its nouns with their verbs. Commands of one group
// share a row, so that the list fits a screen.
func commandRows(n *kong.Node) (rows [][2]string) {
	at := map[string]int{}
	for _, child := range n.Children {
		name := child.Name
		if len(child.Children) > 0 {
			name += " …"
		}
		help := child.Help
		if child.Group != nil {
			help = child.Group.Title
			if row, ok := at[help]; ok {
				rows[row][0] += ", " + name
				continue
			}
			at[help] = len(rows)
		}
		rows = append(rows, [2]string{name, help})
	}
	return rows
}

func flagRows(n *kong.Node) (rows [][2]string) {
	for _, f := range n.Flags {
		if f.Hidden || f.Name == "help" {
			continue
		}
		rows = append(rows, [2]string{flagName(f), f.Help + setting(f)})
	}
	return rows
}

func flagName(f *kong.Flag) string {
	name := "--" + f.Name
	if f.Short != 0 {
		name = "-" + string(f.Short) + ", " + name
	}
	if f.IsBool() {
		return name
	}
	value := f.PlaceHolder
	if value == "" {
		value = strings.ToUpper(f.Name)
	}
	if f.Enum != "" && len(f.Enum) < 30 {
		value = strings.ReplaceAll(f.Enum, ",", "|")
	}
	return name + " " + value
}

// setting says what a flag is without being given: its default and the variable it is read from.
func setting(f *kong.Flag) string {
	var words []string
	if f.HasDefault && f.Default != "" {
		words = append(words, f.Default)
	}
	for _, env := range f.Envs {
		words = append(words, "$"+env)
	}
	if len(words) == 0 {
		return ""
	}
	return " [" + strings.Join(words, ", ") + "]"
}

// examplesOf returns the examples of a command, or the first example of each command below a noun.
func examplesOf(n *kong.Node) (lines []string) {
	if e, ok := n.Target.Addr().Interface().(exampler); ok {
		return e.Examples()
	}
	for _, child := range n.Children {
		if all := examplesOf(child); len(all) > 0 {
			lines = append(lines, all[0])
		}
	}
	return lines
}

// Examples ends the help of the program itself.
func (*commands) Examples() []string {
	return []string{
		"thuocdo demo",
		"thuocdo export ranking --framework sipas --period 2026 --db demo/thuocdo-demo.db",
	}
}
