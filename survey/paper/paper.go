// Package paper takes answers in that were written on printed forms (phiếu giấy): batches of numbered forms, what two people
// typed from each, where they differ, and how many came back. It holds no I/O.
package paper

import (
	"errors"
	"io"
	"strconv"
	"strings"

	"thuocdo/survey"
)

// Failures. Callers compare with errors.Is.
var (
	ErrNoBatch    = errors.New("no such batch of printed forms")
	ErrBadBatch   = errors.New("a batch has 1 to 5,000 forms")
	ErrNoSheet    = errors.New("the batch has no form with this number")
	ErrEntered    = errors.New("the form was typed in already")
	ErrSamePerson = errors.New("the second entry must be typed by another person")
	ErrBadReason  = errors.New("unknown reason for an invalid form")
)

// MostSheets is how many forms a batch has at most.
const MostSheets = 5000

// Batch (lô phiếu) is a run of printed forms about one agency. Its code stands on every page and becomes the counter of its answers.
type Batch struct {
	Wave, Agency string
	Code         string
	Issued       int  // forms, numbered from 1
	Twice        bool // two people type each form in

	Waiting, Counted, Invalid int // of those that came back
}

// Returned is how many forms came back.
func (b Batch) Returned() int { return b.Waiting + b.Counted + b.Invalid }

// Check reports a batch that cannot be printed: ErrBadBatch.
func (b Batch) Check() error {
	if b.Issued < 1 || b.Issued > MostSheets {
		return ErrBadBatch
	}
	return nil
}

// State says how far a form that came back has got.
type State int

// States, as they are stored.
const (
	Waiting State = 1 // typed in, but not settled
	Counted State = 2
	Invalid State = 3
)

// Sheet (tờ phiếu) is a form that came back.
type Sheet struct {
	Number  int
	State   State
	Reason  string // of an invalid one
	Entries int    // of a waiting one
}

// Reasons why a form is invalid, in the order they are offered.
var Reasons = []string{"blank", "incomplete", "unreadable", "duplicate", "other"}

// Entry is what one person typed from a form.
type Entry struct {
	Author int64 // account
	Packed []byte
}

// NewBatchCode returns a fresh code of five letters and digits that cannot be confused. It panics if random fails.
func NewBatchCode(random io.Reader) string {
	const letters = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
	b := make([]byte, 5)
	if _, err := io.ReadFull(random, b); err != nil {
		panic("paper: no randomness for a code: " + err.Error())
	}
	for i := range b {
		b[i] = letters[int(b[i])%len(letters)]
	}
	return string(b)
}

// Options returns the choices of a question that paper numbers from 1; nil where something is written, as where there are
// more than survey.Listed of them.
func Options(f *survey.Form, i int) []survey.Choice {
	if c := f.Choices(i); len(c) <= survey.Listed {
		return c
	}
	return nil
}

// Asks reports whether a question stands on paper as one: a note says something, a calculate is not seen.
func Asks(f *survey.Form, i int) bool {
	t := f.Question(i).Type
	return t != survey.Note && t != survey.Calculate
}

// Read turns what was typed from a form into answers, by question code: numbers of choices, separated by blanks or commas
// where several are ticked; numbers, days and texts as they are. What the skip rules hide is dropped, because people answer
// such questions on paper. Where a list is too long for numbers, the cell has a code or a name. The faults are those of reading and of the rules.
func Read(f *survey.Form, cells map[string]string) (survey.Answers, survey.Faults) {
	raw := map[string][]string{}
	var faults survey.Faults
	for i := range f.Len() {
		q := f.Question(i)
		cell := strings.TrimSpace(cells[q.Code])
		if cell == "" || !Asks(f, i) {
			continue
		}
		options := Options(f, i)
		if options == nil {
			raw[q.Code] = []string{written(f, i, cell)}
			continue
		}
		codes, ok := pick(options, cell)
		if !ok {
			faults = append(faults, survey.Fault{Question: q.Code, Reason: survey.NotAChoice})
			continue
		}
		raw[q.Code] = codes
	}
	a, more := f.Parse(raw)
	f.Prune(a)
	bad := map[string]bool{}
	for _, x := range faults {
		bad[x.Question] = true
	}
	for _, x := range f.Check(a) {
		if !bad[x.Question] {
			more = append(more, x)
		}
	}
	return a, f.Join(faults, more)
}

// written is what stands in a cell without numbers; the choice of a long list may be written by its name too.
func written(f *survey.Form, i int, cell string) string {
	if len(f.Choices(i)) == 0 || f.Question(i).Type == survey.Multiple {
		return cell
	}
	if k, ok := f.Named(i, cell); ok {
		return f.Choices(i)[k].Code
	}
	return cell
}

func pick(options []survey.Choice, cell string) (codes []string, ok bool) {
	for _, word := range strings.FieldsFunc(cell, func(r rune) bool { return strings.ContainsRune(" ,;.+", r) }) {
		n, err := strconv.Atoi(word)
		if err != nil || n < 1 || n > len(options) {
			return nil, false
		}
		codes = append(codes, options[n-1].Code)
	}
	return codes, len(codes) > 0
}

// Cells writes answers as they are typed: the inverse of Read.
func Cells(f *survey.Form, a survey.Answers) map[string]string {
	cells := map[string]string{}
	for code, values := range f.Raw(a) {
		i, ok := f.Index(code)
		if !ok || !Asks(f, i) {
			continue
		}
		cells[code] = strings.Join(values, " ")
		if options := Options(f, i); options != nil {
			cells[code] = numbersOf(options, values)
		}
	}
	return cells
}

func numbersOf(options []survey.Choice, codes []string) string {
	var words []string
	for _, code := range codes {
		for k, c := range options {
			if c.Code == code {
				words = append(words, strconv.Itoa(k+1))
			}
		}
	}
	return strings.Join(words, " ")
}

// Differences returns the questions in which two entries of one form differ, in questionnaire order.
func Differences(f *survey.Form, a, b survey.Answers) (list []int) {
	one, two := Cells(f, a), Cells(f, b)
	for i := range f.Len() {
		if code := f.Question(i).Code; one[code] != two[code] {
			list = append(list, i)
		}
	}
	return list
}
