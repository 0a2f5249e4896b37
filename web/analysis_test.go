package web

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"thuocdo/data"
	"thuocdo/data/export"
	"thuocdo/data/tabular"
	"thuocdo/survey/account"
)

// readTable takes small tables as the program does.
func readTable(ctx context.Context, in io.Reader, yield func(int, []string) error) error {
	for row, err := range tabular.Rows(ctx, in, tabular.Limits{}) {
		if err != nil {
			return err
		}
		if err := yield(row.Line, row.Cells); err != nil {
			return err
		}
	}
	return nil
}

// mustAnalyses serves a wave "mo" of 172 made-up responses, a wave "loai" of questions of all kinds with eight, and further accounts.
func mustAnalyses(tb testing.TB) (*Server, *data.Store) {
	tb.Helper()
	st := mustStore(tb, testNow)
	for agency, n := range map[string]int{"01": 90, "48": 70, "01-a": 12} {
		poll(tb, st, "mo", agency, n)
	}
	poll(tb, st, "loai", "01", 8)
	for login, role := range map[string]account.Role{"kiemtoan": account.Auditor, "thuthap": account.Enumerator} {
		_, err := st.PutAccount(tb.Context(), account.Account{Login: login, Name: login, Role: role, Password: mustHash(tb, login)})
		must(tb, err)
	}
	return mustServerWith(tb, Config{Formats: export.Formats, Table: readTable}, st), st
}

// raked is a weighting that the responses of "mo" can meet.
const raked = "ts=rake&tl=6&le=" + "sex%2Cmale%2C150%0Asex%2Cfemale%2C150"

// analysisPages are addresses of every kind of analysis of a wave.
var analysisPages = []string{
	"/phan-bo", "/phan-bo?phan=3&khoang=wilson&tin-cay=99", "/phan-bo?loc=sex%3Dmale",
	"/bang-cheo", "/bang-cheo?hang=age&cot=q9_1&phan-tram=col&khoang=logit", "/bang-cheo?hang=sex&cot=q9_1&phan-tram=all&muc=5&khoang=beta",
	"/bang-cheo?hang=agency&cot=q9_1&loc=sex%3Dmale&a=01&b=48",
	"/trung-binh", "/trung-binh?cau=q9_1&nhom=agency", "/trung-binh?cau=I.A&nhom=sex&loc=agency%3D01",
	"/tac-dong", "/tac-dong?cau=q9_23&yeu-to=I.A&yeu-to=I.B&lap=20&hat=7",
	"/do-tin-cay", "/do-tin-cay?thang=II.A", "/do-tin-cay?cau=q9_1&cau=q9_2&cau=q9_3",
	"/trong-so", "/trong-so?dien=sex",
	"/trong-so?" + raked, "/bang-cheo?hang=age&cot=q9_1&" + raked, "/trung-binh?cau=q9_1&nhom=agency&" + raked,
	"/tac-dong?cau=q9_23&yeu-to=I.A&yeu-to=I.B&lap=10&" + raked, "/do-tin-cay?thang=I.A&" + raked, "/phan-bo?" + raked,
}

func TestEveryAnalysisIsShownInBothLanguages(t *testing.T) {
	t.Parallel()
	s, _ := mustAnalyses(t)
	b := signedInAs(t, s, "phantich")
	for _, lang := range []string{"", "lang=en"} {
		if a := b.get("/quan-tri/phan-tich?" + lang); a.StatusCode != http.StatusOK || !strings.Contains(a.body, "/quan-tri/phan-tich/mo/bang-cheo") || strings.Contains(a.body, "/quan-tri/phan-tich/sap") {
			t.Errorf("the list: %d", a.StatusCode)
		}
		for _, page := range analysisPages {
			target := "/quan-tri/phan-tich/mo" + page
			if strings.Contains(page, "?") {
				target += "&" + lang
			} else {
				target += "?" + lang
			}
			a := b.get(target)
			if a.StatusCode != http.StatusOK {
				t.Errorf("%s: %d\n%s", target, a.StatusCode, wrongOf(a))
				continue
			}
			for _, bad := range []string{"NaN", "+Inf", "∞", "%!", "⟦", "NOVERB"} {
				if strings.Contains(a.body, bad) {
					t.Errorf("%s holds %q", target, bad)
				}
			}
		}
		for _, target := range []string{"/quan-tri/phan-tich/dong/bang-cheo?" + lang, "/quan-tri/phan-tich/loai/bang-cheo?" + lang, "/quan-tri/phan-tich/loai/phan-bo?" + lang} {
			if a := b.get(target); a.StatusCode != http.StatusOK {
				t.Errorf("%s: %d %s", target, a.StatusCode, wrongOf(a))
			}
		}
	}
	if a := b.get("/quan-tri/phan-tich/khong-co/phan-bo"); a.StatusCode != http.StatusNotFound {
		t.Errorf("an unknown wave: %d", a.StatusCode)
	}
}

// wrongOf returns the sentences of a page that could not compute.
func wrongOf(a answer) string {
	if n := a.find("loi"); n != nil {
		return strings.Join(strings.Fields(text(n)), " ")
	}
	return ""
}

func TestWhatCannotBeComputedIsSaidInASentence(t *testing.T) {
	t.Parallel()
	s, _ := mustAnalyses(t)
	b := signedInAs(t, s, "phantich")
	for target, want := range map[string]string{
		"/bang-cheo?hang=khong-co&cot=q9_1":                                            `không có câu hỏi hay cột "khong-co"`,
		"/bang-cheo?hang=sex&cot=sex":                                                  "cùng một câu (sex)",
		"/bang-cheo?hang=sex&cot=q9_1&loc=q9_1%3D77":                                   "không có dòng nào mang giá trị 77",
		"/bang-cheo?hang=sex&cot=q9_1&loc=nobody%3D1":                                  `không có câu hỏi hay cột "nobody"`,
		"/trung-binh?cau=sex&nhom=age":                                                 "sex không phải câu chấm điểm",
		"/trung-binh?cau=q9_1&nhom=q9_1":                                               "là một (q9_1)",
		"/tac-dong?cau=q9_1":                                                           "chưa chọn yếu tố nào",
		"/tac-dong?cau=q9_1&yeu-to=q9_1":                                               "q9_1 vừa được giải thích vừa dùng để giải thích",
		"/tac-dong?cau=I&yeu-to=I.A":                                                   "I.A có câu nằm trong I",
		"/do-tin-cay?cau=q9_1":                                                         "ít nhất hai câu",
		"/do-tin-cay?thang=khong-co":                                                   `không có yếu tố "khong-co"`,
		"/trong-so?ts=rake":                                                            "chưa có số liệu tổng thể nào",
		"/trong-so?ts=rake&le=sex%2Cmale%2Ca+lot":                                      `dòng 1: "a lot" không phải là số`,
		"/trong-so?ts=rake&le=sex%2Cmale%2C5":                                          "không có tổng thể cho",
		"/trong-so?ts=rake&le=nobody%2C1%2C5":                                          `không có câu hỏi hay cột "nobody"`,
		"/trong-so?ts=rake&le=sex%2Cmale%2C1%0Asex%2Cfemale%2C1%0Aage%2C18-24%2C7":     "age",
		"/trong-so?ts=post&le=sex%2Cmale%2C1%0Aage%2C1%2C7":                            "đúng một bảng",
		"/trong-so?ts=rake&le=%22":                                                     "Không đọc được",
		"/trong-so?ts=rake&le=sex%2Cmale%2C150%0Asex%2Cfemale%2C150%0Asex%2Cother%2C9": "nhưng không có ai trong mẫu",
		"/trong-so?ts=rake&le=" + strings.Repeat("a", 7000):                            "quá dài",
		"/trong-so?loi=tep":                                                            "Tệp không đọc được",
	} {
		a := b.get("/quan-tri/phan-tich/mo" + target)
		if got := wrongOf(a); a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(got, want) || !strings.HasPrefix(a.title(), "Lỗi:") && !strings.Contains(target, "phan-bo") {
			t.Errorf("%s: %d %q says %q, want %q", target, a.StatusCode, a.title(), got, want)
		}
	}
}

func TestAConstantQuestionIsNamed(t *testing.T) {
	t.Parallel()
	s, _ := mustAnalyses(t)
	b := signedInAs(t, s, "phantich")
	a := b.get("/quan-tri/phan-tich/mo/do-tin-cay?cau=q9_1&cau=q9_2&loc=q9_1%3D5") // everybody there says 5
	if got := wrongOf(a); a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(got, "q9_1 (") || !strings.Contains(got, "giống nhau") {
		t.Errorf("%d %q", a.StatusCode, got)
	}
}

func TestHostileAddressesNeverBreakAnAnalysis(t *testing.T) {
	t.Parallel()
	s, _ := mustAnalyses(t)
	b := signedInAs(t, s, "phantich")
	names := []string{qRow, qCol, qOf, qCompare, qA, qWhere, qCI, qLevel, qItem, qBy, qOn, qReps, qSeed, qScale, qPart, qWeigh, qRatio, qTrim, qFill}
	for i, bad := range hostile {
		q := url.QueryEscape(bad)
		for k, page := range []string{"phan-bo", "bang-cheo", "trung-binh", "tac-dong", "do-tin-cay", "trong-so"} {
			all := url.Values{}
			for _, name := range names {
				all.Set(name, bad)
			}
			for _, query := range []string{names[(i+5*k)%len(names)] + "=" + q, all.Encode()} {
				if a := b.get("/quan-tri/phan-tich/mo/" + page + "?" + query); a.StatusCode >= 500 {
					t.Fatalf("%s?%s: %d", page, query, a.StatusCode)
				}
			}
		}
		for _, target := range []string{"/trong-so?ts=rake&le=" + q, "/bang-cheo?ts=post&le=" + q, "/bang-cheo?loc=sex%3D" + q, "/bang-cheo/tai-ve.csv?bang=" + q, "/" + url.PathEscape(bad) + "/tai-ve.csv"} {
			if a := b.get("/quan-tri/phan-tich/mo" + target); a.StatusCode >= 500 {
				t.Errorf("%s: %d", target, a.StatusCode)
			}
		}
	}
}

func TestOnlyReadersOfSurveysAnalyse(t *testing.T) {
	t.Parallel()
	s, _ := mustAnalyses(t)
	for login, want := range map[string]int{"phantich": 200, "kiemtoan": 200, "hanoi": 403, "thuthap": 403} {
		b := signedInAs(t, s, login)
		for _, target := range []string{"/quan-tri/phan-tich", "/quan-tri/phan-tich/mo/phan-bo", "/quan-tri/phan-tich/mo/bang-cheo", "/quan-tri/phan-tich/mo/bang-cheo/tai-ve.csv"} {
			if a := b.get(target); a.StatusCode != want {
				t.Errorf("%s of %s: %d, want %d", target, login, a.StatusCode, want)
			}
		}
		if offered := strings.Contains(b.get("/quan-tri").body, `href="/quan-tri/phan-tich"`); offered != (want == 200) {
			t.Errorf("the desk of %s offers analyses: %v", login, offered)
		}
	}
}

// Eight people answered "loai": nearly every cell is small.
func TestSmallGroupsAreKeptFromOtherRoles(t *testing.T) {
	t.Parallel()
	s, _ := mustAnalyses(t)
	analyst, auditor := signedInAs(t, s, "phantich"), signedInAs(t, s, "kiemtoan")
	const target = "/quan-tri/phan-tich/loai/bang-cheo?hang=been&cot=place"
	if a := analyst.get(target); !strings.Contains(a.body, "không công bố các ô này") || strings.Contains(a.body, "giữ lại") {
		t.Error("the analyst is not warned, or does not see all")
	}
	a := auditor.get(target)
	if !strings.Contains(a.body, "giữ lại") {
		t.Error("small cells are not withheld")
	}
	for n := range a.doc.Descendants() {
		if n.Type == html.ElementNode && n.Data == "small" && (strings.HasPrefix(text(n), "n = ") && strings.Contains(" n = 1 n = 2 n = 3 n = 4 ", " "+text(n)+" ")) {
			t.Errorf("a cell says %s", text(n))
		}
	}
	for _, row := range readFile(t, auditor.get("/quan-tri/phan-tich/loai/bang-cheo/tai-ve.csv?hang=been&cot=place"))[1:] {
		if len(row[4]) == 1 && row[4] > "0" && row[4] < "5" {
			t.Errorf("the file says %v", row)
		}
	}
	for _, page := range []string{"/bang-cheo?loc=sex%3Dmale", "/trong-so?" + raked, "/trong-so"} { // nothing to take differences of
		if a := auditor.get("/quan-tri/phan-tich/mo" + page); strings.Contains(a.body, `id="loc"`) || strings.Contains(a.body, `id="le"`) {
			t.Errorf("%s offers an auditor filters or weights", page)
		}
	}
	if a, b := auditor.get("/quan-tri/phan-tich/mo/bang-cheo"), auditor.get("/quan-tri/phan-tich/mo/bang-cheo?loc=sex%3Dmale&"+raked); strings.Join(flat(cells(a, "cross")), "|") != strings.Join(flat(cells(b, "cross")), "|") {
		t.Error("an address changes what an auditor sees")
	}
	form := url.Values{"token": {auditor.get("/quan-tri").form().Get("token")}}
	if a := auditor.post("/quan-tri/phan-tich/mo/trong-so", form); a.StatusCode != http.StatusForbidden {
		t.Errorf("an auditor sends totals: %d", a.StatusCode)
	}
}

func flat(rows [][]string) (out []string) {
	for _, r := range rows {
		out = append(out, r...)
	}
	return out
}

func TestEveryTableIsAFileWithItsMethod(t *testing.T) {
	t.Parallel()
	s, _ := mustAnalyses(t)
	b := signedInAs(t, s, "phantich")
	seen := 0
	for _, page := range analysisPages {
		a := b.get("/quan-tri/phan-tich/mo" + page)
		for n := range a.doc.Descendants() {
			to := attr(n, "href")
			if n.Data != "a" || !has(n, "download") || !strings.HasSuffix(strings.SplitN(to, "?", 2)[0], "/tai-ve.json") {
				continue
			}
			seen++
			f := b.get(to)
			var doc struct {
				Rows   []map[string]any
				Method []struct{ Key, Text string }
			}
			if f.StatusCode != http.StatusOK {
				t.Errorf("%s: %d", to, f.StatusCode)
				continue
			}
			must(t, json.Unmarshal([]byte(f.body), &doc))
			keys := map[string]string{}
			for _, m := range doc.Method {
				keys[m.Key] = m.Text
			}
			counted := false
			for k := range doc.Rows[0] {
				counted = counted || strings.HasPrefix(k, "n") && k != "note"
			}
			if len(doc.Rows) == 0 || !counted || keys["export"] == "" || keys["design"] == "" || keys["command"] == "" && keys["command.q9_1"] == "" && !strings.Contains(to, "phan-bo") {
				t.Errorf("%s: %d rows, counted %v, method %v", to, len(doc.Rows), counted, keys)
			}
			for _, format := range []string{"csv", "xlsx"} {
				if f := b.get(strings.Replace(to, "tai-ve.json", "tai-ve."+format, 1)); f.StatusCode != http.StatusOK || len(f.body) == 0 {
					t.Errorf("%s as %s: %d", to, format, f.StatusCode)
				}
			}
		}
	}
	if seen < 30 {
		t.Errorf("%d files", seen)
	}
}

func TestTotalsFromAFileGoIntoTheAddress(t *testing.T) {
	t.Parallel()
	s, _ := mustAnalyses(t)
	b := signedInAs(t, s, "phantich")
	const to = "/quan-tri/phan-tich/mo/trong-so"
	send := func(file, token string) answer {
		var body bytes.Buffer
		w := multipart.NewWriter(&body)
		must(t, w.WriteField("token", token))
		must(t, w.WriteField(qWeigh, "rake"))
		part, err := w.CreateFormFile("tep", "m.csv")
		must(t, err)
		_, err = part.Write([]byte(file))
		must(t, err)
		must(t, w.Close())
		r := httptest.NewRequest(http.MethodPost, to, &body)
		r.Header.Set("Content-Type", w.FormDataContentType())
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		return b.do(r)
	}
	token := b.get(to).form().Get("token")
	a := send("variable;level;total\nsex;male;150\nsex;female;150\n", token)
	if a.StatusCode != http.StatusSeeOther {
		t.Fatalf("%d", a.StatusCode)
	}
	shown := b.get(a.Header.Get("Location"))
	if shown.StatusCode != http.StatusOK || !strings.Contains(shown.body, "Đã khớp") {
		t.Errorf("%d %s", shown.StatusCode, wrongOf(shown))
	}
	margins := b.get(strings.Replace(a.Header.Get("Location"), "/trong-so?", "/trong-so/margins.csv?", 1))
	rows, err := csv.NewReader(strings.NewReader(margins.body)).ReadAll()
	if err != nil || len(rows) != 4 || rows[1][0] != "sex" || rows[3][1] != "NA" { // those who did not say keep their share
		t.Errorf("margins.csv: %v %v", rows, err)
	}
	if a := send("x", "AAAA"); a.StatusCode != http.StatusForbidden {
		t.Errorf("without the form's token: %d", a.StatusCode)
	}
	for _, bad := range []string{"", "\x00\x01", strings.Repeat("sex,male,1\n", 5000), "PK\x03\x04zip"} {
		a := send(bad, token)
		if a.StatusCode != http.StatusSeeOther {
			t.Errorf("%.10q: %d", bad, a.StatusCode)
			continue
		}
		if a = b.get(a.Header.Get("Location")); a.StatusCode != http.StatusUnprocessableEntity || wrongOf(a) == "" {
			t.Errorf("%.10q: %d %q", bad, a.StatusCode, wrongOf(a))
		}
	}
}

func TestWeightsTravelFromPageToPage(t *testing.T) {
	t.Parallel()
	s, _ := mustAnalyses(t)
	b := signedInAs(t, s, "phantich")
	a := b.get("/quan-tri/phan-tich/mo/trong-so?" + raked + "&loc=agency%3D01")
	tabs := 0
	for n := range a.doc.Descendants() {
		if to := attr(n, "href"); n.Data == "a" && strings.Contains(to, "/bang-cheo?") {
			tabs++
			next := b.get(to)
			if !strings.Contains(next.body, "Raking theo sex") || !strings.Contains(next.body, "Hà Nội") {
				t.Errorf("%s forgets weights or people", to)
			}
			if f := next.form(); f.Get(qMargins) == "" || f.Get(qWeigh) != "rake" {
				t.Errorf("the form of %s forgets the weights", to)
			}
		}
	}
	if tabs == 0 {
		t.Error("no tab carries the weights")
	}
}
