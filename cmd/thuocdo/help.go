package main

import (
	"fmt"

	"github.com/alecthomas/kong"
)

// exampler is a command whose help ends with examples.
type exampler interface{ Examples() []string }

// printHelp prints the help of the chosen command, or of the program, and its examples.
func printHelp(options kong.HelpOptions, ctx *kong.Context) error {
	if err := kong.DefaultHelpPrinter(options, ctx); err != nil {
		return err
	}
	lines := (&commands{}).Examples()
	if n := ctx.Selected(); n != nil {
		lines = examplesOf(n)
	}
	if len(lines) == 0 {
		return nil
	}
	fmt.Fprintln(ctx.Stdout, "\nExamples:")
	for _, l := range lines {
		fmt.Fprintln(ctx.Stdout, "  "+l)
	}
	return nil
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
	return []string{"thuocdo version --json"}
}
