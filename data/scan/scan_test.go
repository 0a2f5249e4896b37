package scan_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"thuocdo/data/scan"
	"thuocdo/scoring/assess"
)

// script writes a program that gets the file as an argument.
func script(t *testing.T, body string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "scan.sh")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+body+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	return "/bin/sh " + path // the shell is run, not a file that was just written
}

func TestAScannerDecides(t *testing.T) {
	t.Setenv("THUOCDO_SECRET", "x")
	file := filepath.Join(t.TempDir(), "a; touch $(pwned) 'b'.pdf")
	if err := os.WriteFile(file, []byte("EICAR"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		line         string
		found, other bool
		says         string
	}{
		"clean":                   {script(t, `grep -q EICAR "$1" && test $# = 1`), false, false, ""},
		"clean by place":          {script(t, `case "$1" in --file=/*pdf) grep -q EICAR "${1#--file=}" && test "$2" = -q;; *) exit 3;; esac`) + " --file={} -q", false, false, ""},
		"found":                   {script(t, `echo "$1: Eicar FOUND"; exit 1`), true, false, "Eicar FOUND"},
		"broken":                  {script(t, `echo no daemon >&2; exit 2`), false, true, "no daemon"},
		"killed":                  {script(t, `kill -9 $$`), false, true, "killed"},
		"no such program":         {filepath.Join(t.TempDir(), "none"), false, true, "no such file"},
		"it knows no environment": {script(t, `test -z "$THUOCDO_SECRET$HOME"`), false, false, ""},
		"it says too much":        {script(t, `head -c 100000 /dev/zero | tr '\0' x; exit 1`), true, false, "xxx"},
	} {
		err := scan.Parse(c.line, 10*time.Second).File(t.Context(), file)
		is := errors.As(err, new(*assess.Refused))
		if is != c.found || (err != nil && !is) != c.other || err != nil && (!strings.Contains(err.Error(), c.says) || len(err.Error()) > 1200) {
			t.Errorf("%s: %.300v", name, err)
		}
	}
}

func TestAScannerThatDoesNotAnswerIsStopped(t *testing.T) {
	t.Parallel()
	err := scan.Parse(script(t, "exec sleep 60"), 50*time.Millisecond).File(t.Context(), "x")
	if !errors.Is(err, context.DeadlineExceeded) || errors.As(err, new(*assess.Refused)) {
		t.Errorf("%v", err)
	}
	if c := scan.Parse("  ", time.Second); len(c.Args) != 0 {
		t.Errorf("%q", c.Args)
	}
}
