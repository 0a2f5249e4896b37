package mailing

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"thuocdo/scoring/phrase"
)

func read(rows ...[]string) ([]Address, phrase.Mistakes) {
	r := &Reader{Agency: "01", Known: func(a string) bool { return a == "01" || a == "04" }}
	for i, row := range rows {
		r.Row(i+1, row)
	}
	return r.Done()
}

func TestListsAreReadByTheirHeadings(t *testing.T) {
	t.Parallel()
	list, wrong := read(
		[]string{"\ufeffHọ tên", "Thư điện tử", "Mã cơ quan", "Đơn vị mẫu", "Ngôn ngữ"},
		[]string{"An", " An@Example.VN ", "04", "to-1", "EN"},
		[]string{"", "", ""},
		[]string{"Bình", "binh.tran+x@mail.example.vn"},
	)
	want := []Address{{"an@example.vn", "04", "to-1", "en", 2}, {"binh.tran+x@mail.example.vn", "01", "", "vi", 4}}
	if len(wrong) > 0 || len(list) != 2 || list[0] != want[0] || list[1] != want[1] {
		t.Errorf("%+v, %v", list, wrong)
	}
	if list, wrong := read([]string{"an@example.vn"}, []string{"binh@example.vn"}); len(list) != 2 || len(wrong) > 0 {
		t.Errorf("one column without a heading: %+v, %v", list, wrong)
	}
}

func TestEveryMistakeOfAListIsNamedByItsRowAndNeverByAddress(t *testing.T) {
	t.Parallel()
	_, wrong := read(
		[]string{"email", "agency", "lang"},
		[]string{"an@example.vn"},
		[]string{"AN@example.vn"},
		[]string{"lan@"},
		[]string{"hoa@example.vn", "99"},
		[]string{"mai@example.vn", "04", "fr"},
		[]string{"đào@example.vn"},
		[]string{"a@b"},
		[]string{"<script>@example.vn"},
		[]string{"x@example.vn\r\nBcc: y@example.vn"},
	)
	rows := map[string]bool{}
	for _, m := range wrong {
		rows[m.Path] = true
		if text := m.Message.In("vi") + m.Message.In("en"); strings.Contains(text, "@") {
			t.Errorf("%s names an address", text)
		}
	}
	for i := 3; i <= 10; i++ {
		if !rows[fmt.Sprintf("row %d", i)] {
			t.Errorf("row %d has no mistake: %v", i, wrong)
		}
	}
	for _, rows := range [][][]string{{}, {{"email"}}, {{"name", "agency"}, {"an", "01"}}, {{"xin chào"}}} {
		if _, wrong := read(rows...); len(wrong) == 0 {
			t.Errorf("%v is a list", rows)
		}
	}
}

func TestCleanAddressesStayTheSame(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.OneOf(rapid.StringMatching(`[A-Za-z0-9.+_@ -]{0,30}@[a-z0-9.-]{0,20}`), rapid.String()).Draw(t, "s")
		email, ok := Clean(s)
		if !ok {
			return
		}
		if again, ok := Clean(email); !ok || again != email {
			t.Fatalf("%q becomes %q", email, again)
		}
		if strings.Count(email, "@") != 1 || strings.ContainsAny(email, " \t\r\n<>,;:\"\\()[]") {
			t.Fatalf("%q", email)
		}
	})
}

func letter(lang string, w Words) Letter {
	return Letter{To: "an@example.vn", Kind: Invite, Lang: lang, Code: "ABCD-EFGH-JKM", Stop: "t", Words: w,
		Wave: phrase.Text{"vi": "Đợt {ma} <script>", "en": "Wave"}, Agency: phrase.Text{"vi": "Phường & xã", "en": "Ward"}, Closes: time.Date(2026, 4, 1, 17, 0, 0, 0, time.UTC)}
}

func TestDefaultLettersAreWholeInBothLanguages(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"vi", "en"} {
		for _, k := range Kinds {
			w := Default(k, lang)
			if m := w.Check(k); len(m) > 0 {
				t.Errorf("%s %s: %v", lang, k, m)
			}
			l := letter(lang, w)
			l.Kind = k
			if !k.Coded() {
				l.Code = ""
			}
			got := Write(l, "https://x.vn/")
			for _, text := range []string{got.Subject, got.Text, got.HTML} {
				if k != Invite || lang == "en" { // the title of the wave looks like a place, on purpose, in Vietnamese
					text = strings.ReplaceAll(text, "{ma}", "")
				}
				if rest := anyPlace.FindString(strings.ReplaceAll(text, "Đợt {ma}", "")); rest != "" && !strings.Contains(rest, ":") {
					t.Errorf("%s %s: %q is not filled in", lang, k, rest)
				}
			}
			if !strings.Contains(got.Text, "https://x.vn/moi") || !strings.Contains(got.Text, "https://x.vn/ngung-thu/t") || strings.Contains(got.HTML, "<script>") {
				t.Errorf("%s %s:\n%s", lang, k, got.Text)
			}
			if k.Coded() != strings.Contains(got.Text, "ABCD-EFGH-JKM") || k.Coded() != strings.Contains(got.Text, "/moi/ABCDEFGHJKM") {
				t.Errorf("%s %s: code", lang, k)
			}
		}
	}
	// 1 April 2026, 17:00 UTC is midnight in Viet Nam: the last day is the 1st.
	if got := Write(letter("vi", Default(Invite, "vi")), "https://x.vn").Text; !strings.Contains(got, "01/04/2026") {
		t.Errorf("%s", got)
	}
}

func TestWhatLooksLikeAPlaceIsNotFilledInTwice(t *testing.T) {
	t.Parallel()
	got := Write(letter("vi", Words{"{ten_dot}", "{ten_dot} {duong_dan}"}), "https://x.vn")
	if got.Subject != "Đợt {ma} <script>" || strings.Contains(got.HTML, "ABCD-EFGH-JKM") {
		t.Errorf("%q\n%s", got.Subject, got.HTML)
	}
}

func TestWordsThatAreWrongAreRefused(t *testing.T) {
	t.Parallel()
	good := Words{"Mời", "Xin mời {duong_dan}"}
	for name, w := range map[string]Words{
		"no subject": {" ", good.Body}, "two lines": {"a\r\nBcc: x@y.vn", good.Body}, "long subject": {strings.Repeat("ă", subjectMax+1), good.Body},
		"no text": {"a", ""}, "no link": {"a", "b"}, "long text": {"a", good.Body + strings.Repeat("x", bodyMax)}, "unknown place": {"a", good.Body + "{tên}"},
		"code in the subject": {"{ma}", good.Body},
	} {
		if len(w.Check(Invite)) == 0 {
			t.Errorf("%s is taken", name)
		}
	}
	if len(good.Check(Invite)) > 0 || len((Words{"a", "{duong_dan} {ma}"}).Check(Point)) == 0 {
		t.Error("good words are refused, or a code where there is none is taken")
	}
}

func TestPausesGrow(t *testing.T) {
	t.Parallel()
	var last, sum time.Duration
	for i := 1; i < Tries; i++ {
		p := Pause(i)
		if p < last || p > 24*time.Hour {
			t.Errorf("pause %d: %v", i, p)
		}
		last, sum = p, sum+p
	}
	if sum < 24*time.Hour || sum > 72*time.Hour || Pause(-1) != Pause(1) || Pause(1000) != 24*time.Hour {
		t.Errorf("given up after %v", sum)
	}
}

// FuzzReader reads lists of two columns: what is taken is clean and there once, and every row is taken, empty or a mistake.
func FuzzReader(f *testing.F) {
	f.Add("email\tagency\nan@example.vn\t01\n\nbình@example.vn\t04")
	f.Add("an@example.vn\nAN@example.vn")
	f.Add("\ufeffThư điện tử\tNgôn ngữ\nx@y.vn\ten")
	f.Fuzz(func(t *testing.T, text string) {
		r := &Reader{Agency: "01", Known: func(a string) bool { return a == "01" }}
		for i, line := range strings.Split(text, "\n") {
			r.Row(i+1, strings.Split(line, "\t"))
		}
		list, wrong := r.Done()
		seen := map[string]bool{}
		for _, a := range list {
			if clean, ok := Clean(a.Email); !ok || clean != a.Email || seen[a.Email] || a.Agency != "01" || a.Lang != "vi" && a.Lang != "en" {
				t.Fatalf("%+v", a)
			}
			seen[a.Email] = true
		}
		if len(list) == 0 && len(wrong) == 0 || len(wrong) > mistakesMax+1 {
			t.Fatalf("%d addresses, %d mistakes", len(list), len(wrong))
		}
	})
}
