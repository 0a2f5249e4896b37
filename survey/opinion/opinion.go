// Package opinion codes open answers (mã hóa ý kiến): a frame of codes, two people who code every text on their own, and what
// they agreed on. A text is known by a digest of its own words within its question, never by the response it stands in, so no
// page that shows one can say where it came from. It holds no I/O.
package opinion

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"thuocdo/scoring/phrase"
	"thuocdo/survey"
)

// Digest names a text within a question of a wave.
type Digest [16]byte

// DigestOf returns the digest of a text.
func DigestOf(question, text string) (d Digest) {
	sum := sha256.Sum256([]byte(question + "\x00" + text))
	copy(d[:], sum[:])
	return d
}

// String returns 32 hexadecimal digits, as ParseDigest reads them.
func (d Digest) String() string { return hex.EncodeToString(d[:]) }

// ParseDigest reads what String wrote.
func ParseDigest(s string) (d Digest, ok bool) {
	b, err := hex.DecodeString(s)
	return Digest(append(b, make([]byte, len(d))...)[:len(d)]), err == nil && len(b) == len(d)
}

// Text is what people wrote in answer to one question, and how many wrote just this.
type Text struct {
	Digest Digest
	Words  string
	N      int
	Class  int  // of erased texts
	Erased bool // nobody knows any more what it said
	folded string
}

// Code is one code of a frame.
type Code struct {
	Code   string      `json:"code"`
	Title  phrase.Text `json:"title"`
	Detail string      `json:"detail,omitempty"` // when to give it, when not
}

// Frame is the codes of one question (khung mã). Turn counts its changes; whoever saves says which turn was changed.
type Frame struct {
	Question string
	Codes    []Code
	Turn     int64
}

// Failures. Callers compare with errors.Is.
var (
	ErrConflict = errors.New("somebody else has saved meanwhile")
	ErrTaken    = errors.New("two people code already")
	ErrNotText  = errors.New("question has no open answers")
	ErrEarly    = errors.New("both have to finish first")
	ErrCode     = errors.New("unknown code")
	ErrDone     = errors.New("coding is finished")
)

// codesMax is the most codes of a frame.
const codesMax = 100

var codeForm = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,31}$`)

// Check returns what is wrong with a frame, as phrase.Mistakes.
func (f *Frame) Check() error {
	var m phrase.Mistakes
	if len(f.Codes) > codesMax {
		m.Add("$.codes", "quá %d mã", "more than %d codes", codesMax)
	}
	seen := map[string]bool{}
	for i, c := range f.Codes {
		at := fmt.Sprintf("$.codes[%d]", i)
		if !codeForm.MatchString(c.Code) {
			m.Add(at+".code", "mã %q cần 1–32 chữ thường không dấu, chữ số, gạch nối hoặc gạch dưới", "code %q needs 1 to 32 lower-case letters, digits, hyphens or underscores", c.Code)
		} else if seen[c.Code] {
			m.Add(at+".code", "mã %q có hai lần", "code %q is there twice", c.Code)
		}
		seen[c.Code] = true
		if c.Title["vi"] == "" {
			m.Add(at+".title.vi", "thiếu tên tiếng Việt của mã %q", "the Vietnamese name of code %q is missing", c.Code)
		}
		if len(c.Title["vi"]) > 200 || len(c.Title["en"]) > 200 || len(c.Detail) > 1000 {
			m.Add(at, "tên hoặc mô tả của mã %q quá dài", "name or description of code %q is too long", c.Code)
		}
	}
	return m.Err()
}

// Has reports whether the frame has a code.
func (f *Frame) Has(code string) bool {
	return slices.ContainsFunc(f.Codes, func(c Code) bool { return c.Code == code })
}

// Clean brings codes into the order of the frame, each once. A code that the frame does not have is ErrCode.
func (f *Frame) Clean(codes []string) (clean []string, err error) {
	for _, c := range codes {
		if !f.Has(c) {
			return nil, fmt.Errorf("%q: %w", c, ErrCode)
		}
	}
	for _, c := range f.Codes {
		if slices.Contains(codes, c.Code) {
			clean = append(clean, c.Code)
		}
	}
	return clean, nil
}

// Coding is the codes that somebody gave a text; none means that no code fits.
type Coding struct {
	Digest Digest
	Codes  []string
}

// Coder is one of the two who code a question.
type Coder struct {
	Account int64
	Name    string
	Done    bool
	Codings map[Digest][]string
}

// Work is how coding a question stands.
type Work struct {
	Frame    Frame
	Coders   []Coder // at most two, in the order they began
	Resolved map[Digest][]string
	Classes  map[Digest]Class // of erased texts
}

// BothDone reports whether two people have finished: only then may either see what the other gave.
func (w *Work) BothDone() bool { return len(w.Coders) == 2 && w.Coders[0].Done && w.Coders[1].Done }

// Coder returns the place of an account among the coders, or −1.
func (w *Work) Coder(account int64) int {
	return slices.IndexFunc(w.Coders, func(c Coder) bool { return c.Account == account })
}

// Final returns the codes of a text that both agree on or that were agreed on afterwards.
func (w *Work) Final(d Digest) (codes []string, ok bool) {
	if codes, ok = w.Resolved[d]; ok {
		return codes, true
	}
	if !w.BothDone() {
		return nil, false
	}
	a, okA := w.Coders[0].Codings[d]
	b, okB := w.Coders[1].Codings[d]
	return a, okA && okB && slices.Equal(a, b)
}

// Collect gathers texts; equal ones become one.
type Collect struct {
	question string
	at       map[string]int
	list     []Text
}

// NewCollect begins to gather the answers to a question.
func NewCollect(question string) *Collect { return &Collect{question: question, at: map[string]int{}} }

// Add takes one answer in.
func (c *Collect) Add(words string) {
	e, erased := survey.ReadErased(words)
	if erased {
		words = survey.Erased{Class: e.Class}.Text()
	}
	i, ok := c.at[words]
	if !ok {
		i = len(c.list)
		c.at[words] = i
		readable := survey.ReadableText(words)
		c.list = append(c.list, Text{Digest: DigestOf(c.question, words), Words: readable, Class: e.Class, Erased: erased, folded: survey.Fold(readable)})
	}
	c.list[i].N++
}

// Texts returns what was gathered, the most frequent first, then by digest: their order says nothing of who wrote when.
func (c *Collect) Texts() []Text {
	slices.SortFunc(c.list, func(a, b Text) int {
		return cmp.Or(cmp.Compare(b.N, a.N), slices.Compare(a.Digest[:], b.Digest[:]))
	})
	return c.list
}

// Search returns the texts that contain every word of a query, whatever their diacritics and case.
func Search(list []Text, query string) (found []Text) {
	words := strings.Fields(survey.Fold(query))
	for _, t := range list {
		if !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(t.folded, w) }) {
			found = append(found, t)
		}
	}
	return found
}

// Pairs counts, for the texts that both have coded, how they coded: cell i, j of table is how many the first one gave set i
// and the second one set j of sets, "" being no code. For a single code the sets are: not given, given.
func (w *Work) Pairs(code string) (sets []string, table [][]int64) {
	if len(w.Coders) < 2 {
		return nil, nil
	}
	key := func(codes []string) string {
		switch {
		case code == "":
			return strings.Join(codes, " ")
		case slices.Contains(codes, code):
			return code
		}
		return ""
	}
	number := map[string]int{}
	type cell struct {
		x, y string
		n    int
	}
	var cells []cell
	for d, a := range w.Coders[0].Codings {
		if b, ok := w.Coders[1].Codings[d]; ok {
			x, y := key(a), key(b)
			cells = append(cells, cell{x, y, w.Texts(d)})
			number[x], number[y] = 0, 0
		}
	}
	for s := range number {
		sets = append(sets, s)
	}
	slices.Sort(sets)
	table = make([][]int64, len(sets))
	for i, s := range sets {
		number[s], table[i] = i, make([]int64, len(sets))
	}
	for _, c := range cells {
		table[number[c.x]][number[c.y]] += int64(c.n)
	}
	return sets, table
}

// Share is how many people's texts have a code.
type Share struct {
	Code string
	N    int // people
	Of   int // people whose text has final codes
}

// Shares counts people by final code, in the order of the frame, and how many texts have no final codes yet.
func (w *Work) Shares(list []Text) (shares []Share, open int) {
	n, of := map[string]int{}, 0
	for _, t := range list {
		codes, ok := w.Final(t.Digest)
		if !ok {
			open += w.Texts(t.Digest)
			continue
		}
		of += t.N
		for _, c := range codes {
			n[c] += t.N
		}
	}
	for _, c := range w.Frame.Codes {
		shares = append(shares, Share{c.Code, n[c.Code], of})
	}
	return shares, open
}
