package account

import (
	"fmt"
	"slices"
	"strings"

	"thuocdo/scoring/phrase"
	"thuocdo/survey"
)

// ListMost is how many accounts a list may have.
const ListMost = 2000

// listMistakes is how many mistakes of a list are named.
const listMistakes = 50

// Columns of a list.
const (
	columnLogin  = "login"
	columnName   = "name"
	columnRole   = "role"
	columnAgency = "agency"
	columnEmail  = "email"
)

// headings are the names that columns may have, as survey.Fold makes them.
var headings = map[string][]string{
	columnLogin:  {"login", "ten dang nhap", "tai khoan"},
	columnName:   {"name", "ho ten", "ho va ten"},
	columnRole:   {"role", "vai tro"},
	columnAgency: {"agency", "co quan", "ma co quan"},
	columnEmail:  {"email", "e-mail", "thu dien tu", "dia chi thu dien tu"},
}

// roleNames are what roles may be called besides their codes.
var roleNames = map[Role][]string{
	Administrator: {"quan tri he thong", "quan tri vien", "quan tri"}, Designer: {"thiet ke khao sat"}, Enumerator: {"dieu tra vien"},
	Officer: {"can bo cua co quan", "can bo"}, Appraiser: {"can bo tham dinh", "tham dinh"}, Analyst: {"can bo phan tich", "phan tich"},
	Publisher: {"can bo cong bo", "cong bo"}, Auditor: {"kiem soat vien"},
}

// Change is what a list does to one account. Was has no id where it is new.
type Change struct {
	Line     int // in the file
	Was, Now Account
	Digest   *[16]byte // of a one-time code that the account gets
	Mail     bool      // it gets a link by letter
}

// New reports whether the account is not there yet.
func (c Change) New() bool { return c.Was.ID == 0 }

// Same reports whether the account stays as it is.
func (c Change) Same() bool { return !c.New() && c.Was.Seen() == c.Now.Seen() }

// List reads a list of accounts row by row: a heading with a column login, then one account a row. Columns name, role, agency and email
// may be missing. An empty cell leaves an account that is there as it is; "-" takes an agency or address away.
type List struct {
	There   []Account                         // all accounts
	Agency  func(code string) bool            // there is one
	Address func(email string) (string, bool) // as it is kept
	column  map[string]int
	seen    map[string]int // login → line
	changes []Change
	wrong   phrase.Mistakes
	more    int
}

// Row takes a row of the file.
func (l *List) Row(line int, cells []string) {
	if l.column == nil {
		l.heading(line, cells)
		return
	}
	if _, ok := l.column[columnLogin]; !ok || strings.TrimSpace(strings.Join(cells, "")) == "" {
		return
	}
	if len(l.changes) >= ListMost {
		l.fault(line, columnLogin, "nhiều hơn %d tài khoản", "more than %d accounts", ListMost)
		return
	}
	l.account(line, cells)
}

func (l *List) heading(line int, cells []string) {
	l.column, l.seen = map[string]int{}, map[string]int{}
	for i, c := range cells {
		for name, all := range headings {
			if _, had := l.column[name]; !had && slices.Contains(all, strings.TrimSpace(survey.Fold(strings.TrimPrefix(c, "\ufeff")))) {
				l.column[name] = i
			}
		}
	}
	if _, ok := l.column[columnLogin]; !ok {
		l.fault(line, "", "cần một dòng đầu có cột “login” (tên đăng nhập)", "a first row with a column “login” is expected")
	}
}

// cell returns what a row says of a column; given is false where that is nothing.
func (l *List) cell(cells []string, name string) (text string, given bool) {
	i, ok := l.column[name]
	if !ok || i >= len(cells) {
		return "", false
	}
	text = strings.TrimSpace(cells[i])
	if text == "-" {
		return "", true
	}
	return text, text != ""
}

func (l *List) account(line int, cells []string) {
	login, _ := l.cell(cells, columnLogin)
	login = strings.ToLower(login)
	if first, had := l.seen[login]; had {
		l.fault(line, columnLogin, "tên đăng nhập này đã có ở dòng %d", "this login is in row %d already", first)
		return
	}
	l.seen[login] = line
	c := Change{Line: line, Now: Account{Login: login}}
	if i := slices.IndexFunc(l.There, func(a Account) bool { return a.Login == login }); i >= 0 {
		c.Was, c.Now = l.There[i], l.There[i]
	}
	if text, ok := l.cell(cells, columnName); ok {
		c.Now.Name = text
	}
	if text, ok := l.cell(cells, columnRole); ok {
		c.Now.Role = roleOf(text)
	}
	if text, ok := l.cell(cells, columnAgency); ok {
		c.Now.Agency = text
	}
	if text, ok := l.cell(cells, columnEmail); ok {
		c.Now.Email = text
	}
	l.check(&c)
	l.changes = append(l.changes, c)
}

// roleOf reads a role; what is none is invalid.
func roleOf(text string) Role {
	plain := survey.Fold(text)
	for _, r := range Roles {
		if plain == string(r) || slices.Contains(roleNames[r], plain) {
			return r
		}
	}
	return Role(text)
}

// check finds what is wrong with what a list says of an account, and writes its address as it is kept. What was wrong before and
// stays so is not the list's mistake.
func (l *List) check(c *Change) {
	a, line := &c.Now, c.Line
	for _, field := range a.Faults() {
		if !c.touches(field) {
			continue
		}
		words := listFaults[field]
		l.fault(line, field, "%[1]s", "%[2]s", words["vi"], words["en"])
	}
	if a.Agency != "" && c.touches(columnAgency) && !l.Agency(a.Agency) {
		l.fault(line, columnAgency, "không có cơ quan với mã này", "there is no agency with this code")
	}
	email, ok := l.Address(a.Email)
	if a.Email = email; !ok {
		l.fault(line, columnEmail, "địa chỉ thư không hợp lệ", "not a valid e-mail address")
	}
}

// touches reports whether the list gives the field, or what it depends on, another value.
func (c Change) touches(field string) bool {
	return c.New() || slices.ContainsFunc(c.Differences(), func(d Difference) bool {
		return d.Field == field || field == columnAgency && d.Field == columnRole
	})
}

// listFaults say what is wrong with a field.
var listFaults = map[string]phrase.Text{
	columnLogin:  phrase.VI("cần 2 đến 64 chữ thường không dấu, chữ số, dấu chấm, gạch nối hoặc gạch dưới", "2 to 64 lower-case letters, digits, dots, hyphens or underscores are expected"),
	columnName:   phrase.VI("cần họ tên, tối đa 100 ký tự", "a name of at most 100 characters is needed"),
	columnRole:   phrase.VI("không có vai trò này", "there is no such role"),
	columnAgency: phrase.VI("cán bộ phải có cơ quan; quản trị, thiết kế, công bố, kiểm soát thì không", "officers need an agency; administrators, designers, publishers and auditors have none"),
}

// fault names a mistake by row and column, never by what was typed: what was refused may end up in a log.
func (l *List) fault(line int, column, vi, en string, args ...any) {
	if len(l.wrong) >= listMistakes {
		l.more++
		return
	}
	place := fmt.Sprintf("row %d", line)
	if i, ok := l.column[column]; ok && i < 26 {
		place += ", column " + string(rune('A'+i))
	}
	l.wrong.Add(place, vi, en, args...)
}

// Done returns what the list changes, or every mistake in it.
func (l *List) Done() ([]Change, phrase.Mistakes) {
	if len(l.changes) == 0 && len(l.wrong) == 0 {
		l.fault(1, "", "danh sách không có tài khoản nào", "there is no account in the list")
	}
	if l.more > 0 {
		l.wrong.Add("…", "và %d lỗi nữa", "and %d mistakes more", l.more)
	}
	return l.changes, l.wrong
}

// Difference is a field of an account that a list changes.
type Difference struct{ Field, Was, Now string }

// Differences returns what a list changes of an account that is there, in the order of the columns.
func (c Change) Differences() (list []Difference) {
	if c.New() {
		return nil
	}
	for _, d := range []Difference{{columnName, c.Was.Name, c.Now.Name}, {columnRole, string(c.Was.Role), string(c.Now.Role)},
		{columnAgency, c.Was.Agency, c.Now.Agency}, {columnEmail, c.Was.Email, c.Now.Email}} {
		if d.Was != d.Now {
			list = append(list, d)
		}
	}
	return list
}

// Check finds what is wrong with changes that were read before, row by row.
func (l *List) Check(list []Change) phrase.Mistakes {
	for i := range list {
		l.check(&list[i])
	}
	return l.wrong
}
