package sample

import (
	"errors"
	"fmt"
	"strings"

	"thuocdo/scoring/phrase"
)

// ErrInput marks mistakes in a frame, a design or an option; the error wraps phrase.Mistakes with row and column.
var ErrInput = errors.New("sample: input cannot be used")

// mostFaults is how many mistakes are listed before the search ends; nobody mends more at a time.
const mostFaults = 20

type inputError struct{ found phrase.Mistakes }

func (e *inputError) Error() string        { return e.found.Error() }
func (e *inputError) Is(target error) bool { return target == ErrInput }
func (e *inputError) Unwrap() error        { return e.found }

// faults collects mistakes.
type faults struct{ found phrase.Mistakes }

func (f *faults) add(path, vi, en string, args ...any) {
	if len(f.found) < mostFaults {
		f.found.Add(path, vi, en, args...)
	}
}

func (f *faults) full() bool { return len(f.found) >= mostFaults }

func (f *faults) err() error {
	if len(f.found) == 0 {
		return nil
	}
	return &inputError{f.found}
}

// fault is an error of one mistake.
func fault(path, vi, en string, args ...any) error {
	var f faults
	f.add(path, vi, en, args...)
	return f.err()
}

// cell names a cell as a spreadsheet does: the header is row 1.
func cell(line int, column string) string { return fmt.Sprintf("row %d, column %s", line, column) }

// listed joins names for a message, cut after twenty.
func listed(names []string) string {
	if len(names) > 20 {
		return strings.Join(names[:20], ", ") + ", …"
	}
	return strings.Join(names, ", ")
}
