package main

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"syscall"

	"thuocdo/data"
	"thuocdo/survey"
)

// usageError is a call that cannot be carried out as it was written.
type usageError struct{ text string }

func (e usageError) Error() string { return e.text }

// usage returns an error that makes the program exit with 2.
func usage(format string, args ...any) error { return usageError{fmt.Sprintf(format, args...)} }

// hintedError carries what the user may try next.
type hintedError struct {
	error
	hint string
}

func (e hintedError) Unwrap() error { return e.error }

// withHint adds what the user may try next to err.
func withHint(err error, format string, args ...any) error {
	return hintedError{err, fmt.Sprintf(format, args...)}
}

// exitCode returns the exit code that err stands for.
func exitCode(err error) int {
	if errors.As(err, new(usageError)) {
		return exitUsage
	}
	return exitFailed
}

// guesses are the mistakes behind common failures, in the order they are tried.
var guesses = []struct {
	err  error
	hint string
}{
	{data.ErrNewer, "a newer thuocdo wrote it; install that version, this one would not understand it"},
	{data.ErrOlder, "run 'thuocdo migrate' on it first; make a copy before"},
	{data.ErrInUse, "a server or another command is using it; stop that one, or wait until it is done"},
	{data.ErrNotOurs, "the file is something else; check the name given with --db"},
	{data.ErrCorrupt, "keep a copy of the file and restore the last backup; while it still opens, 'thuocdo doctor' says what is damaged"},
	{data.ErrUnwritable, "check owner, mode and free space of the folder, or choose another place with --db"},
	{survey.ErrStoreFull, "the disk is full or read-only; nothing acknowledged was lost"},
	{syscall.EADDRINUSE, "another program listens there; choose another port with --addr, e.g. --addr 127.0.0.1:8081"},
	{syscall.EADDRNOTAVAIL, "this machine has no such address; 127.0.0.1 always works"},
	{syscall.ENOSPC, "the disk is full; free some space and try again, nothing acknowledged was lost"},
	{syscall.EROFS, "the file system is read-only; choose another folder"},
	{syscall.EISDIR, "that is a folder; a file is expected"},
	{fs.ErrPermission, "the user that runs thuocdo may not do this there; check owner and mode, or choose another place"},
	{fs.ErrNotExist, "check the spelling and the current folder"},
}

// hintFor returns what to try next, or "" where there is nothing better than the error itself.
func hintFor(err error) string {
	if h := (hintedError{}); errors.As(err, &h) {
		return strings.TrimSuffix(h.hint, ".")
	}
	for _, g := range guesses {
		if errors.Is(err, g.err) {
			return g.hint
		}
	}
	return ""
}
