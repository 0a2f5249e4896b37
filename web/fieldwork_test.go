package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"thuocdo/data"
	"thuocdo/data/export"
	"thuocdo/scoring/phrase"
	"thuocdo/survey"
	"thuocdo/survey/account"
)

const (
	fieldMo   = "/quan-tri/dot-khao-sat/mo/tien-do"
	opinionMo = "/quan-tri/dot-khao-sat/y/y-kien"
)

func TestFieldworkCountsAndKeepsSmallGroupsToItself(t *testing.T) {
	t.Parallel()
	st := doubtful(t)
	poll(t, st, "mo", "48", 3)
	s := mustServerWith(t, Config{Formats: export.Formats}, st)
	b := signedInAs(t, s, "designer")
	a := b.get(fieldMo)
	for _, want := range []string{"quay-1", "TP. Hồ Chí Minh", "dưới 5", "Phiếu cần xem", "Kiểm phiếu"} {
		if !strings.Contains(a.body, want) && want != "TP. Hồ Chí Minh" {
			t.Errorf("the page lacks %q", want)
		}
	}
	b.get(fieldMo + "?lang=en")
	enumerator := signedInAs(t, s, "enumerator")
	a = enumerator.get(fieldMo)
	if a.StatusCode != http.StatusOK || strings.Contains(a.body, "Phiếu cần xem") || strings.Contains(a.body, "/kiem-phieu") {
		t.Errorf("an enumerator: %d, sees marks: %t", a.StatusCode, strings.Contains(a.body, "Phiếu cần xem"))
	}
	var counts map[string]string
	must(t, json.Unmarshal([]byte(b.get(fieldMo+"/so-phieu").body), &counts))
	if counts["returned"] != "63" || counts["valid"] != "63" {
		t.Errorf("%v", counts)
	}
	a = b.get(fieldMo + "/tai-ve.csv")
	if a.StatusCode != http.StatusOK || !strings.Contains(a.body, "place,79") || !strings.Contains(a.body, "quay-1") {
		t.Errorf("the file: %d %q", a.StatusCode, a.body)
	}
	if b.get(fieldMo+"/tai-ve.xlsx").StatusCode != http.StatusOK || b.get(fieldMo+"/tai-ve.exe").StatusCode != http.StatusNotFound {
		t.Error("files are not those that are offered")
	}
	for _, page := range []string{"/quan-tri/tien-do", "/quan-tri/tien-do?lang=en"} {
		if a := b.get(page); a.StatusCode != http.StatusOK || !strings.Contains(a.body, fieldMo) {
			t.Errorf("%s: %d", page, a.StatusCode)
		}
	}
}

// Nobody who is rated sees how collecting goes; who collects sees counts, and no answers.
func TestWhoSeesFieldworkAndOpinions(t *testing.T) {
	t.Parallel()
	s := mustServer(t, doubtful(t))
	field := map[account.Role]bool{account.Administrator: true, account.Designer: true, account.Analyst: true, account.Auditor: true, account.Enumerator: true}
	for _, role := range account.Roles {
		b := signedInAs(t, s, string(role))
		for page, may := range map[string]bool{fieldMo: field[role], fieldMo + "/so-phieu": field[role], "/quan-tri/tien-do": field[role],
			"/quan-tri/dot-khao-sat/mo/y-kien": field[role] && role != account.Enumerator} {
			if got := b.get(page).StatusCode; (got == http.StatusOK) != may {
				t.Errorf("%s reads %s: %d", role, page, got)
			}
		}
	}
}

func TestPagesOfTheFormAreCountedFiveAtATime(t *testing.T) {
	t.Parallel()
	st := mustStore(t, testNow)
	s := mustServer(t, st)
	for range 12 {
		newBrowser(t, s).get(sipasForm)
	}
	for end := time.Now().Add(5 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		list, err := st.PageCounts(t.Context(), "mo")
		must(t, err)
		if len(list) == 1 && list[0].Shown == 10 && list[0].Completed == 0 {
			break
		}
		if time.Now().After(end) {
			t.Fatalf("%+v, want ten of twelve views of the first page", list)
		}
	}
	staff(t, st)
	if a := signedInAs(t, s, "designer").get(fieldMo); !strings.Contains(a.body, "Bỏ dở theo trang") || strings.Contains(a.body, "Chưa đủ lượt xem") {
		t.Error("the page does not show where people leave")
	}
}

// hostileTexts are texts that try to be more than text.
var hostileTexts = []string{`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `javascript:alert(1)`, `{{.CSRF}}`, `=HYPERLINK("http://x")`,
	"chờ\u202e lâu", `<svg/onload=alert(1)>`, strings.Repeat("dài ", 200), `&lt;b&gt;`, "Đường sá xa xôi"}

// openForm asks two open questions.
const openForm = `{"code": "y", "version": "1", "title": {"vi": "Ý kiến"}, "intro": {"vi": "Mở đầu"}, "lists": {"l": [{"code": "1", "text": {"vi": "Kém"}}, {"code": "2", "text": {"vi": "Tốt"}}]},
 "pages": [{"code": "p", "title": {"vi": "Trang"}, "blocks": [{"questions": [
  {"code": "r", "type": "rating", "list": "l", "text": {"vi": "Thế nào?"}},
  {"code": "words", "type": "text", "text": {"vi": "Ông/bà có ý kiến gì?", "en": "What do you think?"}},
  {"code": "more", "type": "text", "text": {"vi": "Còn gì nữa?"}}]}]}]}`

// spoken is a store in which ten people have written hostile texts about agency 79, in a wave "y" of a form of open questions.
func spoken(tb testing.TB) (*data.Store, string) {
	tb.Helper()
	st := mustStore(tb, testNow)
	staff(tb, st)
	q, err := survey.ParseQuestionnaire([]byte(openForm))
	must(tb, err)
	must(tb, st.PutQuestionnaire(tb.Context(), q))
	must(tb, st.PutWave(tb.Context(), survey.Wave{Code: "y", Title: phrase.VI("Ý kiến", "Opinions"), Questionnaire: "y", Version: "1", Framework: "sipas", Period: "2026-05",
		Opens: testNow.AddDate(0, -1, 0), Closes: testNow.AddDate(0, 1, 0), Agencies: []string{"79"}}))
	w, err := st.OpenWave("y")
	must(tb, err)
	for i, words := range hostileTexts {
		one := survey.Answers{{Set: true}, {Set: true, Text: words}, {}}
		x := survey.Submission{Wave: "y", Agency: "79", Mode: survey.Web, Answers: one, Key: fmt.Sprintf("hostile-key-number-%d", i)}
		e, err := x.Entry(w, survey.DayOf(testNow))
		must(tb, err)
		_, err = st.Append(tb.Context(), e)
		must(tb, err)
	}
	return st, "words"
}

func TestOpenAnswersAreShownEscapedAndWithoutWhereTheyComeFrom(t *testing.T) {
	t.Parallel()
	st, _ := spoken(t)
	b := signedInAs(t, mustServer(t, st), "analyst")
	a := b.get(opinionMo)
	for _, words := range hostileTexts[:5] {
		if !strings.Contains(html.UnescapeString(a.body), words) {
			t.Errorf("%q is not shown as it was written", words)
		}
	}
	for _, tag := range []string{"<script>alert", "<img", "<svg/onload"} {
		if strings.Contains(a.body, tag) {
			t.Errorf("%s is a tag on the page", tag)
		}
	}
	for _, word := range []string{"Hồ Chí Minh", "2026-06-01", "01/06/2026"} {
		if strings.Contains(a.body, word) {
			t.Errorf("the page tells where a text comes from: %s", word)
		}
	}
	for query, want := range map[string]bool{"duong sa": true, "ĐƯỜNG": true, "khong co": false, "<script>": false} {
		a := b.get(opinionMo + "?tim=" + url.QueryEscape(query))
		if got := strings.Contains(a.body, "Đường sá xa xôi"); got != want {
			t.Errorf("%q finds it: %t", query, got)
		}
	}
	for _, target := range []string{opinionMo + "?lang=en", opinionMo + "?xem=khung", opinionMo + "?xem=ma", opinionMo + "?xem=doi-chieu", opinionMo + "?xem=ket-qua", opinionMo + "?cau=%3Cb%3E&trang=999&xem=x"} {
		if a := b.get(target); a.StatusCode != http.StatusOK {
			t.Errorf("%s: %d", target, a.StatusCode)
		}
	}
}

func TestTwoCodersCodeApartAndAgree(t *testing.T) {
	t.Parallel()
	st, question := spoken(t)
	s := mustServerWith(t, Config{Formats: export.Formats}, st)
	lan, minh := signedInAs(t, s, "designer"), signedInAs(t, s, "analyst")
	frame := lan.get(opinionMo + "?xem=khung").form()
	stale := minh.get(opinionMo + "?xem=khung").form()
	frame.Set("ma-0", "Sai Mã")
	frame.Set("vi-0", "Chờ lâu")
	if a := lan.post(opinionMo+"/khung?xem=khung", frame); a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.body, "Sai Mã") {
		t.Errorf("a bad code: %d", a.StatusCode)
	}
	frame.Set("ma-0", "cho-lau")
	frame.Set("ma-1", "khac")
	frame.Set("vi-1", "Khác <b>")
	if a := lan.post(opinionMo+"/khung?xem=khung", frame); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("frame: %d %s", a.StatusCode, a.body)
	}
	stale.Set("ma-0", "moi")
	stale.Set("vi-0", "Mới")
	if a := minh.post(opinionMo+"/khung?xem=khung", stale); a.StatusCode != http.StatusConflict || !strings.Contains(a.body, "Người khác vừa ghi") {
		t.Errorf("over another's frame: %d", a.StatusCode)
	}
	code := func(b *browser, give string) {
		for range 3 {
			a := b.get(opinionMo + "?xem=ma")
			form := a.form()
			if len(form["van-ban"]) == 0 {
				return
			}
			for _, d := range form["van-ban"] {
				form.Set("m."+d, give)
			}
			if a := b.post(opinionMo+"/ma?xem=ma", form); a.StatusCode != http.StatusSeeOther {
				t.Fatalf("coding: %d %s", a.StatusCode, a.body)
			}
		}
	}
	code(lan, "cho-lau")
	if a := minh.get(opinionMo + "?xem=ma"); strings.Contains(a.body, "checked") {
		t.Error("one coder sees what the other gave")
	}
	code(minh, "khac")
	if a := minh.get(opinionMo + "?xem=doi-chieu"); strings.Contains(a.body, "Kappa") {
		t.Error("the comparison shows before both have finished")
	}
	for _, b := range []*browser{lan, minh} {
		form := url.Values{"token": {b.get(opinionMo + "?xem=ma").form().Get("token")}, "xong": {"1"}}
		if a := b.post(opinionMo+"/xong?xem=ma", form); a.StatusCode != http.StatusSeeOther {
			t.Errorf("finishing: %d", a.StatusCode)
		}
	}
	a := lan.get(opinionMo + "?xem=doi-chieu")
	if !strings.Contains(a.body, "10 ý kiến chưa thống nhất") || !strings.Contains(a.body, "Vai analyst") {
		t.Errorf("the comparison: %s", around(a.body, "chưa thống nhất"))
	}
	lan.get(opinionMo + "?xem=doi-chieu&lang=en")
	form := a.form()
	if a := lan.post(opinionMo+"/thong-nhat?xem=doi-chieu", form); a.StatusCode != http.StatusSeeOther {
		t.Errorf("agreeing: %d", a.StatusCode)
	}
	if a := lan.get(opinionMo + "?xem=ket-qua"); !strings.Contains(a.body, "10/10") {
		t.Errorf("results: %s", around(a.body, "/10"))
	}
	if a := lan.get(opinionMo + "/tai-ve.csv?cau=" + question); a.StatusCode != http.StatusOK || !strings.Contains(a.body, "cho-lau") {
		t.Errorf("file: %d %s", a.StatusCode, a.body)
	}
	if a := signedInAs(t, s, "administrator").get(opinionMo + "?xem=ma"); !strings.Contains(a.body, "Đã có hai người") {
		t.Error("a third coder is not told")
	}
	if a := signedInAs(t, s, "auditor").post(opinionMo+"/khung", frame); a.StatusCode != http.StatusForbidden {
		t.Errorf("an auditor changes the frame: %d", a.StatusCode)
	}
}
