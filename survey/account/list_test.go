package account_test

import (
	"strings"
	"testing"

	"thuocdo/survey/account"
)

func listOf(there []account.Account, rows ...string) ([]account.Change, []string) {
	l := &account.List{There: there, Agency: func(code string) bool { return code == "01" || code == "48" },
		Address: func(s string) (string, bool) { return strings.ToLower(s), s == "" || strings.Count(s, "@") == 1 }}
	for i, row := range rows {
		l.Row(i+1, strings.Split(row, ";"))
	}
	list, wrong := l.Done()
	var places []string
	for _, m := range wrong {
		places = append(places, m.Path)
		if text := m.Message.In("vi") + m.Message.In("en"); strings.Contains(text, "@") || strings.Contains(text, "%") {
			places = append(places, text)
		}
	}
	return list, places
}

func TestAListOfAccountsSaysWhatItChanges(t *testing.T) {
	t.Parallel()
	there := []account.Account{{ID: 1, Login: "an", Name: "An", Role: account.Officer, Agency: "01", Email: "an@x.vn"}, {ID: 2, Login: "binh", Role: account.Analyst}}
	list, wrong := listOf(there, "\ufeffTên đăng nhập;Họ và tên;VAI TRÒ;Cơ quan;Thư điện tử;Ghi chú", "An;;Quản trị viên;-;-;x", "", "binh;;;;", " CHI ;Chi;officer;48;Chi@x.vn")
	if len(wrong) > 0 || len(list) != 3 {
		t.Fatalf("%+v, %v", list, wrong)
	}
	if d := list[0].Differences(); len(d) != 3 || d[0] != (account.Difference{Field: "role", Was: "officer", Now: "administrator"}) || d[2].Now != "" {
		t.Errorf("%+v", d)
	}
	if !list[1].Same() || list[1].New() || !list[2].New() || list[2].Now.Login != "chi" || list[2].Now.Email != "chi@x.vn" || list[2].Line != 5 {
		t.Errorf("%+v", list[1:])
	}
}

func TestEveryMistakeOfAListOfAccountsIsNamedByItsPlace(t *testing.T) {
	t.Parallel()
	const head = "login;name;role;agency;email"
	for row, want := range map[string]string{
		"A B;An;analyst;;": "row 2, column A", "an;;analyst;;": "row 2, column B", "an;An;chief;;": "row 2, column C", "an;An;officer;;": "row 2, column D",
		"an;An;officer;99;": "row 2, column D", "an;An;administrator;01;": "row 2, column D", "an;An;analyst;;a@b@c": "row 2, column E", "an;An": "row 2, column C",
	} {
		if _, wrong := listOf(nil, head, row); len(wrong) != 1 || wrong[0] != want {
			t.Errorf("%q: %v, want %s", row, wrong, want)
		}
	}
	for _, rows := range [][]string{{}, {head}, {"name;role", "An;analyst"}, {head, "an;An;analyst", "AN;An;analyst"}} {
		if _, wrong := listOf(nil, rows...); len(wrong) == 0 {
			t.Errorf("%q is a list", rows)
		}
	}
	nameless := []account.Account{{ID: 1, Login: "an", Role: account.Officer, Agency: "01"}}
	for row, want := range map[string]int{"an;;;;": 0, "an;;;;an@x.vn": 0, "an;;analyst;-;": 0, "an;-;;;": 0, "an;;;-;": 1, "an;;administrator;;": 1} {
		if _, wrong := listOf(nameless, head, row); len(wrong) != want {
			t.Errorf("%q of an account without a name: %v", row, wrong)
		}
	}
	rows := []string{head}
	for range 200 {
		rows = append(rows, ";;;;x")
	}
	if _, wrong := listOf(nil, rows...); len(wrong) > 55 {
		t.Errorf("%d mistakes are named", len(wrong))
	}
}

// FuzzList reads lists: what is taken is valid, once, and every row is taken, empty or a mistake.
func FuzzList(f *testing.F) {
	f.Add("login;name;role\nan;An;analyst")
	f.Add("\ufefftên đăng nhập;vai trò\nan;-")
	f.Fuzz(func(t *testing.T, text string) {
		list, wrong := listOf([]account.Account{{ID: 1, Login: "an", Name: "An", Role: account.Analyst}}, strings.Split(text, "\n")...)
		seen := map[string]bool{}
		for _, c := range list {
			if len(wrong) == 0 && (len(c.Now.Faults()) > 0 || seen[c.Now.Login] || !c.New() && c.Now.Login != "an") {
				t.Fatalf("%+v", c)
			}
			seen[c.Now.Login] = true
		}
		if len(list) == 0 && len(wrong) == 0 {
			t.Fatal("neither accounts nor mistakes")
		}
	})
}
