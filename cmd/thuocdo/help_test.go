package main

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

// helpLines is the height of the smallest terminal in use, less the prompt.
const helpLines = 24

// paths lists the program, every noun and every command as argument lists.
func paths(t *testing.T) (all [][]string) {
	t.Helper()
	parser, err := kong.New(&commands{}, kong.Name("thuocdo"))
	if err != nil {
		t.Fatal(err)
	}
	var walk func(n *kong.Node, path []string)
	walk = func(n *kong.Node, path []string) {
		all = append(all, path)
		for _, child := range n.Children {
			walk(child, append(path[:len(path):len(path)], child.Name))
		}
	}
	walk(parser.Model.Node, nil)
	return all
}

func TestEveryHelpFitsAScreenAndEndsWithExamples(t *testing.T) {
	t.Parallel()
	for _, path := range paths(t) {
		var out, talk bytes.Buffer
		code := run(context.Background(), append(path, "-h"), nil, nil, &out, &talk)
		name := "thuocdo " + strings.Join(path, " ")
		if code != exitOK || talk.Len() > 0 {
			t.Errorf("%s -h: exit %d, talk %q", name, code, talk.String())
		}
		if n := strings.Count(out.String(), "\n"); n > helpLines {
			t.Errorf("%s -h has %d lines:\n%s", name, n, out.String())
		}
		_, examples, found := strings.Cut(out.String(), "\nExamples:\n")
		if !found || !strings.Contains(examples, name) {
			t.Errorf("%s -h ends without an example of itself:\n%s", name, out.String())
		}
		for _, line := range strings.Split(out.String(), "\n") {
			if len([]rune(line)) > 120 {
				t.Errorf("%s -h has a line of %d characters: %s", name, len([]rune(line)), line)
			}
		}
	}
}

func TestExamplesInHelpParse(t *testing.T) {
	t.Parallel()
	if raced {
		t.Skip("takes a minute with the race detector, where nothing runs at once; the full run has it")
	}
	for _, path := range paths(t) {
		var out, talk bytes.Buffer
		run(context.Background(), append(path, "-h"), nil, nil, &out, &talk)
		_, examples, _ := strings.Cut(out.String(), "\nExamples:\n")
		for _, line := range strings.Split(strings.TrimSpace(examples), "\n") {
			line = strings.TrimSpace(line)
			if i := strings.LastIndex(" "+line, " thuocdo "); i < 0 || strings.HasPrefix(line, "#") {
				continue
			} else if line = line[i+len("thuocdo "):]; strings.ContainsAny(line, "'") {
				continue // quoting is the shell's business
			}
			line, _, _ = strings.Cut(line, " #")
			line, _, _ = strings.Cut(line, " |")
			var args []string
			for _, arg := range strings.Fields(line) {
				if !strings.HasPrefix(arg, ">") && !strings.HasPrefix(arg, "<") {
					args = append(args, arg)
				}
			}
			parser, err := kong.New(&commands{}, kong.Exit(func(int) {}), kong.Writers(&out, &talk))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := parser.Parse(args); err != nil {
				t.Errorf("example %q: %v", line, err)
			}
		}
	}
}
