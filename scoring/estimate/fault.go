package estimate

import (
	"errors"
	"fmt"
	"strings"

	"thuocdo/scoring/phrase"
)

// Sentinels that a caller can tell apart with errors.Is.
var (
	// ErrInput marks mistakes in the data, the design or the options; it wraps phrase.Mistakes with column and row.
	ErrInput = errors.New("estimate: input cannot be used")
	// ErrNoData is returned where no row is left to compute from.
	ErrNoData = errors.New("estimate: no data")
	// ErrConverge is returned where an iteration did not settle.
	ErrConverge = errors.New("estimate: did not converge")
)

// inputError carries mistakes and answers to errors.Is(err, ErrInput).
type inputError struct{ mistakes phrase.Mistakes }

func (e *inputError) Error() string        { return e.mistakes.Error() }
func (e *inputError) Is(target error) bool { return target == ErrInput }
func (e *inputError) Unwrap() error        { return e.mistakes }

// faults collects mistakes.
type faults struct{ list phrase.Mistakes }

func (f *faults) add(path, vi, en string, args ...any) { f.list.Add(path, vi, en, args...) }
func (f *faults) column(name, vi, en string, args ...any) {
	f.add("column "+name, vi, en, args...)
}

// row names a cell as a spreadsheet does: the header is row 1.
func (f *faults) row(line int, column, vi, en string, args ...any) {
	f.add(fmt.Sprintf("row %d, column %s", line, column), vi, en, args...)
}

func (f *faults) err() error {
	if len(f.list) == 0 {
		return nil
	}
	return &inputError{f.list}
}

// rowFault is a single mistake in a row (0-based) of the frame.
func (f *Frame) rowFault(i int, column, vi, en string, args ...any) error {
	var bad faults
	bad.row(f.line(i), column, vi, en, args...)
	return bad.err()
}

func optionFault(option, vi, en string, args ...any) error {
	var f faults
	f.add("option "+option, vi, en, args...)
	return f.err()
}

// listed joins names for a message, cut after forty.
func listed(names []string) string {
	if len(names) > 40 {
		return strings.Join(names[:40], ", ") + ", …"
	}
	return strings.Join(names, ", ")
}
