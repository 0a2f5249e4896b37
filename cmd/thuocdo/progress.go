package main

import (
	"io"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// barDelay is how long a task runs before its bar appears: shorter ones need none.
const barDelay = time.Second

// progress shows how far a long task is, on a terminal only.
type progress struct {
	out   io.Writer // nil: no terminal, nothing is shown
	what  string
	total int64 // -1: unknown
	done  int64
	start time.Time
	bar   *progressbar.ProgressBar
}

// progress starts a bar for a task of total steps; total -1 is unknown.
func (c *console) progress(what string, total int) *progress {
	p := &progress{what: what, total: int64(total), start: time.Now()}
	if isTerminal(c.Err) {
		p.out = c.Err
	}
	return p
}

// add counts n more steps.
func (p *progress) add(n int) {
	p.done += int64(n)
	if p.out == nil || p.bar == nil && time.Since(p.start) < barDelay {
		return
	}
	if p.bar == nil {
		p.bar = progressbar.NewOptions64(p.total,
			progressbar.OptionSetWriter(p.out), progressbar.OptionSetDescription(p.what),
			progressbar.OptionSetWidth(30), progressbar.OptionShowCount(),
			progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionClearOnFinish())
	}
	// A bar that cannot be drawn is no reason to stop the work.
	_ = p.bar.Set64(p.done)
}

// set shows that done of total steps are done.
func (p *progress) set(done, total int) {
	p.total = int64(total)
	p.add(done - int(p.done))
}

// end removes the bar.
func (p *progress) end() {
	if p.bar != nil {
		_ = p.bar.Finish()
	}
}

// isTerminal reports whether w is a terminal that a person looks at.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
