package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
)

// console is what a command reads from and writes to.
type console struct {
	In  io.Reader
	Out io.Writer // results, for a script or a pipe
	Err io.Writer // talk, for a person

	late *lateLog // the log of a server, nil before there is one
}

// log returns the log of a server, text or json.
func (c *console) log(format string) *slog.Logger {
	if c.late == nil {
		c.late = &lateLog{out: c.Err}
	}
	return newLog(format, c.late)
}

// flush writes what the log holds.
func (c *console) flush() {
	if c.late != nil {
		c.late.flush()
	}
}

// say writes one line of talk.
func (c *console) say(format string, args ...any) {
	fmt.Fprintf(c.Err, "thuocdo: "+format+"\n", args...)
}

// json writes v as one line of JSON to stdout.
func (c *console) json(v any) error {
	e := json.NewEncoder(c.Out)
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

// fail says what went wrong and returns the exit code; nil is success.
// An error may span lines: those after the first are indented, as lists of mistakes are.
func (c *console) fail(err error) int {
	if err == nil {
		return exitOK
	}
	if errors.Is(err, context.Canceled) {
		c.say("error: interrupted")
		return exitFailed
	}
	first, rest, more := strings.Cut(err.Error(), "\n")
	c.say("error: %s", first)
	if more {
		fmt.Fprintln(c.Err, "  "+strings.ReplaceAll(rest, "\n", "\n  "))
	}
	if h := hintFor(err); h != "" {
		c.say("hint: %s", h)
	}
	return exitCode(err)
}

// open opens a file for reading; "-" is stdin, which is left open.
func (c *console) open(name string) (io.ReadCloser, error) {
	if name == "-" {
		return io.NopCloser(c.In), nil
	}
	return os.Open(name)
}
