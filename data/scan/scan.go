// Package scan asks a command whether a file does harm: a virus scanner, or whatever else an operator wants to ask.
package scan

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"

	"thuocdo/scoring/assess"
)

// Place stands for the path of the file among the arguments of a command; without it the path comes last.
const Place = "{}"

// Command is a program with its arguments. It is run without a shell, with no environment but PATH, and knows nothing but the path.
type Command struct {
	Args  []string
	Limit time.Duration
}

// Parse takes a command written on one line apart, at spaces; there are no quotes. "" gives a command that asks nobody.
func Parse(line string, limit time.Duration) Command { return Command{strings.Fields(line), limit} }

// found is the exit code by which scanners say that they found something.
const found = 1

// mostSaid is how much of what a scanner says is kept for the log.
const mostSaid = 1000

// File returns nil where the command ends with 0, *assess.Refused where it ends with 1, and another error where it could not look: any
// other code, no such program, or no end in time.
func (c Command) File(ctx context.Context, path string) error {
	ctx, cancel := context.WithTimeout(ctx, c.Limit)
	defer cancel()
	args, placed := make([]string, 0, len(c.Args)), false
	for _, a := range c.Args[1:] {
		placed = placed || strings.Contains(a, Place)
		args = append(args, strings.ReplaceAll(a, Place, path))
	}
	if !placed {
		args = append(args, path)
	}
	cmd := exec.CommandContext(ctx, c.Args[0], args...)
	cmd.Env = []string{"PATH=" + os.Getenv("PATH")}
	cmd.Dir = os.TempDir()
	cmd.WaitDelay = time.Second // for what it started itself
	said, err := cmd.CombinedOutput()
	words := strings.TrimSpace(string(said[:min(len(said), mostSaid)]))
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return fmt.Errorf("scan: no answer within %v: %w", c.Limit, ctx.Err())
	case err == nil:
		return nil
	case errors.As(err, &exit) && exit.ExitCode() == found:
		return &assess.Refused{Reason: assess.FileFound, Detail: words}
	}
	return fmt.Errorf("scan: %w: %s", err, words)
}
