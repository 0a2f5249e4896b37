package mailing

import (
	"regexp"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"thuocdo/scoring/phrase"
)

// Address is one person of a list: where the letter goes, and what it asks about.
type Address struct {
	Email  string // as Clean returns it
	Agency string
	Unit   string // code of the sampling unit; "" = none
	Lang   string // of the letter: vi, en
	Line   int    // in the file, from 1
}

// Most of a list, and of the mistakes that are named.
const (
	ListMax     = 50_000
	mistakesMax = 50
)

var emailForm = regexp.MustCompile("^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*@" +
	"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)+$")

// Clean returns an address as it is compared and written to: trimmed, in lower case; ok is false where it is none that every
// mail server takes (ASCII, at most 254 characters, 64 before the @).
func Clean(s string) (email string, ok bool) {
	email = strings.ToLower(strings.TrimSpace(norm.NFC.String(s)))
	local, _, _ := strings.Cut(email, "@")
	return email, len(email) <= 254 && len(local) <= 64 && emailForm.MatchString(email)
}

// headings are the names that columns may have, without marks.
var headings = map[string][]string{
	"email":  {"email", "e-mail", "mail", "thu dien tu", "dia chi thu dien tu", "dia chi email"},
	"agency": {"agency", "co quan", "ma co quan"},
	"unit":   {"unit", "don vi", "don vi mau", "ma don vi", "ma don vi mau"},
	"lang":   {"lang", "language", "ngon ngu"},
}

// Reader reads a list of addresses row by row: a heading with a column email, then one person a row. Columns agency, unit and
// lang may be missing; others are not read.
type Reader struct {
	Agency string            // of rows that name none; "" = each row must
	Known  func(string) bool // agencies of the wave
	column map[string]int
	seen   map[string]int
	list   []Address
	wrong  phrase.Mistakes
	more   int // mistakes that are not named
}

// Row takes a row of the file.
func (r *Reader) Row(line int, cells []string) {
	if r.column == nil {
		if r.heading(cells) {
			return
		}
		r.column = map[string]int{"email": 0}
		if len(cells) > 1 || !strings.Contains(strings.Join(cells, ""), "@") {
			r.fault(line, "cần một dòng đầu có cột “email”", "a first row with a column “email” is expected")
			return
		}
	}
	if r.seen == nil {
		r.seen = map[string]int{}
	}
	r.person(line, cells)
}

// heading finds the columns by their names.
func (r *Reader) heading(cells []string) bool {
	column := map[string]int{}
	for i, c := range cells {
		for name, all := range headings {
			if _, had := column[name]; !had && slices.Contains(all, plain(c)) {
				column[name] = i
			}
		}
	}
	if _, ok := column["email"]; !ok {
		return false
	}
	r.column = column
	return true
}

// plain is a heading in lower case, without marks, underscores as blanks.
func plain(s string) string {
	s = strings.ToLower(strings.TrimSpace(strings.TrimPrefix(s, "\ufeff")))
	s = strings.NewReplacer("đ", "d", "_", " ").Replace(s)
	var b strings.Builder
	for _, c := range norm.NFD.String(s) {
		if c < 0x300 || c > 0x36f {
			b.WriteRune(c)
		}
	}
	return b.String()
}

func (r *Reader) cell(cells []string, name string) string {
	i, ok := r.column[name]
	if !ok || i >= len(cells) {
		return ""
	}
	return strings.TrimSpace(cells[i])
}

// person takes a row below the heading. A row without anything in it is none.
func (r *Reader) person(line int, cells []string) {
	if strings.TrimSpace(strings.Join(cells, "")) == "" {
		return
	}
	a := Address{Agency: r.cell(cells, "agency"), Unit: r.cell(cells, "unit"), Lang: strings.ToLower(r.cell(cells, "lang")), Line: line}
	if a.Agency == "" {
		a.Agency = r.Agency
	}
	if a.Lang == "" {
		a.Lang = "vi"
	}
	email, ok := Clean(r.cell(cells, "email"))
	a.Email = email
	switch first := r.seen[email]; {
	case !ok:
		r.fault(line, "không phải địa chỉ thư điện tử", "this is no e-mail address")
	case first > 0:
		r.fault(line, "địa chỉ này đã có ở dòng %d", "this address is in row %d already", first)
	case r.Known != nil && !r.Known(a.Agency):
		r.fault(line, "đợt khảo sát không hỏi về cơ quan %q", "the wave does not ask about agency %q", a.Agency)
	case a.Lang != "vi" && a.Lang != "en":
		r.fault(line, "ngôn ngữ phải là vi hoặc en, không phải %q", "the language must be vi or en, not %q", a.Lang)
	default:
		r.seen[email] = line
		r.list = append(r.list, a)
	}
	if len(r.list) == ListMax+1 {
		r.fault(line, "nhiều nhất %d địa chỉ một lần", "at most %d addresses at once", ListMax)
	}
}

// fault names a mistake by its row, never the address itself: what is refused may end up in a log.
func (r *Reader) fault(line int, vi, en string, args ...any) {
	if len(r.wrong) >= mistakesMax {
		r.more++
		return
	}
	r.wrong.Add(rowPlace(line), vi, en, args...)
}

// Done returns the list, or every mistake in it.
func (r *Reader) Done() ([]Address, phrase.Mistakes) {
	if len(r.list) == 0 && len(r.wrong) == 0 {
		r.fault(1, "danh sách không có địa chỉ nào", "there is no address in the list")
	}
	if r.more > 0 {
		r.wrong.Add("…", "và %d lỗi nữa", "and %d mistakes more", r.more)
	}
	return r.list, r.wrong
}
