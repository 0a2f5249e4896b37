package web

import (
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"thuocdo/data"
	"thuocdo/scoring/standing"
)

const sipasForm = "/khao-sat/mo/01"

// fillIn answers every radio group of a page with the option at index k, or its last one.
func fillIn(a answer, k int) url.Values {
	f := a.form()
	options := map[string][]string{}
	for n := range a.doc.Descendants() {
		if n.Data == "input" && attr(n, "type") == "radio" {
			options[attr(n, "name")] = append(options[attr(n, "name")], attr(n, "value"))
		}
	}
	for name, values := range options {
		f.Set(name, values[min(k, len(values)-1)])
	}
	return f
}

var stepWords = regexp.MustCompile(`(?:Bước|Step) (\d+)(?:/| of )(\d+)`)

func stepOf(tb testing.TB, a answer) (step, of int) {
	tb.Helper()
	m := stepWords.FindStringSubmatch(a.title())
	if m == nil {
		tb.Fatalf("no step in the title %q, status %d", a.title(), a.StatusCode)
	}
	step, _ = strconv.Atoi(m[1])
	of, _ = strconv.Atoi(m[2])
	return step, of
}

// walkForm answers a form to the review page and returns that page.
func walkForm(tb testing.TB, b *browser, path string, k int) answer {
	tb.Helper()
	page := b.get(path)
	before, total := 0, 1000
	for range 100 {
		if page.StatusCode != http.StatusOK {
			tb.Fatalf("step %d: status %d", before, page.StatusCode)
		}
		step, of := stepOf(tb, page)
		if step != before+1 || of > total || step > of {
			tb.Fatalf("step %d of %d after step %d of %d", step, of, before, total)
		}
		if before, total = step, of; step == of {
			return page
		}
		page = b.post(path, fillIn(page, k))
	}
	tb.Fatal("the form has no end")
	return page
}

// press presses the button of the review page and returns where it leads.
func press(tb testing.TB, b *browser, path string, f url.Values) (answer, string) {
	tb.Helper()
	f.Set("go", "send")
	a := b.post(path, f)
	return a, a.Header.Get("Location")
}

func responses(tb testing.TB, st *data.Store) int64 {
	tb.Helper()
	got, err := st.Surveys(tb.Context(), "sipas", "2026", standing.Live)
	must(tb, err)
	if s := got.ByAgency["01"]; s != nil {
		return s.Responses()
	}
	return 0
}

func TestACitizenAnswersEveryPageAndGetsAReceipt(t *testing.T) {
	t.Parallel()
	st := mustStore(t, testNow)
	b := newBrowser(t, mustServer(t, st))
	for k, pages := range []int{19, 13} { // all filters yes: 18 pages and the review; all no: five service pages and the one on ethnicity less
		review := walkForm(t, b, sipasForm, k)
		if _, of := stepOf(t, review); of != pages {
			t.Errorf("option %d: %d steps, want %d", k, of, pages)
		}
		res, to := press(t, b, sipasForm, review.form())
		if res.StatusCode != http.StatusSeeOther || !strings.HasPrefix(to, "/bien-nhan/") {
			t.Fatalf("sent: %d to %q", res.StatusCode, to)
		}
		receipt := b.get(to)
		if receipt.StatusCode != http.StatusOK || !strings.Contains(receipt.body, "Khảo sát mo") || !strings.Contains(receipt.title(), "Phiếu đã được tính") {
			t.Errorf("receipt: %d %q", receipt.StatusCode, receipt.title())
		}
		if strings.Contains(receipt.body, "Hà Nội") {
			t.Error("the receipt tells about which agency the form was")
		}
		if got := responses(t, st); got != int64(k+1) {
			t.Errorf("%d responses, want %d", got, k+1)
		}
	}
}

func TestMissingAnswersAreNamedAndTheOthersKept(t *testing.T) {
	t.Parallel()
	b := newBrowser(t, mustServer(t, mustStore(t, testNow)))
	f := b.get(sipasForm).form()
	f.Set("a.q8_2", "yes")
	a := b.post(sipasForm, f)
	if a.StatusCode != http.StatusUnprocessableEntity || !strings.HasPrefix(a.title(), "Lỗi:") {
		t.Fatalf("%d %q", a.StatusCode, a.title())
	}
	if !has(a.find("c-q8_2-1"), "checked") {
		t.Error("the answer given is lost")
	}
	if attr(a.find("c-q8_1-1"), "aria-invalid") != "true" || a.find("c-q8_1-loi") == nil {
		t.Error("no message beside the field")
	}
	links := 0
	for n := range a.doc.Descendants() {
		if n.Data == "a" && strings.HasPrefix(attr(n, "href"), "#c-") {
			links++
		}
	}
	if links != 6 { // seven filters, one answered
		t.Errorf("%d links in the summary, want 6", links)
	}
}

func TestMistakesOfEveryKindKeepWhatWasTyped(t *testing.T) {
	t.Parallel()
	b := newBrowser(t, mustServer(t, mustStore(t, testNow)))
	for _, c := range []struct{ typed, want string }{
		{"mười", "Hãy nhập một số"},
		{"-1", "từ 0 trở lên"},
		{"121", "không được quá 120"},
		{"", "Hãy chọn hoặc điền"},
	} {
		f := b.get("/khao-sat/loai/01").form()
		f.Set("a.years", c.typed)
		f.Set("a.been", "no")
		a := b.post("/khao-sat/loai/01", f)
		if a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.body, c.want) || attr(a.find("c-years"), "value") != c.typed {
			t.Errorf("%q: %d, kept %q, words %v", c.typed, a.StatusCode, attr(a.find("c-years"), "value"), strings.Contains(a.body, c.want))
		}
	}
}

func TestGoingBackIsNeverBarredAndKeepsWhatWasTyped(t *testing.T) {
	t.Parallel()
	b := newBrowser(t, mustServer(t, mustStore(t, testNow)))
	const path = "/khao-sat/loai/01"
	f := b.get(path).form()
	f.Set("a.years", "7,5")
	f.Set("a.been", "no")
	last := b.post(path, f)
	if !strings.Contains(last.title(), "Trang ba") {
		t.Fatalf("page two was not passed over: %q", last.title())
	}
	f = last.form()
	f.Set("a.words", strings.Repeat("dài ", 10)) // 40 characters, 20 allowed
	f.Set("go", "back")
	first := b.post(path, f)
	if first.StatusCode != http.StatusOK || attr(first.find("c-years"), "value") != "7,5" {
		t.Fatalf("%d, kept %q", first.StatusCode, attr(first.find("c-years"), "value"))
	}
	again := b.post(path, first.form())
	if got := text(again.find("c-words")); got != strings.TrimSpace(strings.Repeat("dài ", 10)) {
		t.Errorf("typed text came back as %q", got)
	}
	if again = b.post(path, again.form()); again.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("a text that is too long passed: %d", again.StatusCode)
	}
}

func TestAQuestionThatAppearsOnTheSamePageIsAsked(t *testing.T) {
	t.Parallel()
	b := newBrowser(t, mustServer(t, mustStore(t, testNow)))
	const path = "/khao-sat/loai/01"
	f := b.get(path).form()
	f.Set("a.years", "7")
	f.Set("a.been", "yes")
	a := b.post(path, f)
	if a.StatusCode != http.StatusOK || a.find("c-liked-1") == nil || !strings.Contains(a.body, "trang này có thêm câu hỏi") {
		t.Fatalf("%d, asked: %v", a.StatusCode, a.find("c-liked-1") != nil)
	}
	bad := b.get(path).form()
	bad.Set("a.years", "rất lâu")
	bad.Set("a.been", "yes")
	if a := b.post(path, bad); a.StatusCode != http.StatusUnprocessableEntity || a.find("c-liked-1") == nil || a.find("c-liked-loi") != nil {
		t.Errorf("%d: a question that nobody could answer is called missing", a.StatusCode)
	}
	f = a.form()
	f.Set("a.liked", "3")
	if a = b.post(path, f); !strings.Contains(a.title(), "Trang hai") {
		t.Errorf("went to %q", a.title())
	}
	f = a.form()
	f["a.where"] = []string{"a", "b"}
	a = b.post(path, f)
	f = a.form()
	f.Set("a.words", "  <script>alert(1)</script>")
	if a = b.post(path, f); a.StatusCode != http.StatusUnprocessableEntity { // 25 characters
		t.Errorf("status %d", a.StatusCode)
	}
	f.Set("a.words", "<i>đẹp</i>")
	a = b.post(path, f)
	if !strings.Contains(a.body, "Nơi &lt;b&gt;A&lt;/b&gt;; Nơi B") || !strings.Contains(a.body, "&lt;i&gt;đẹp&lt;/i&gt;") {
		t.Error("the review does not show what was chosen")
	}
	if res, to := press(t, b, path, a.form()); res.StatusCode != http.StatusSeeOther {
		t.Errorf("%d to %q", res.StatusCode, to)
	}
}

func TestAnAnswerCanBeTakenBack(t *testing.T) {
	t.Parallel()
	b := newBrowser(t, mustServer(t, mustStore(t, testNow)))
	const path = "/khao-sat/loai/01"
	f := b.get(path).form()
	f.Set("a.years", "7")
	f.Set("a.been", "no")
	f.Set("a.place", "b")
	f.Set("go", "lang-en")
	a := b.post(path, f)
	if !has(a.find("c-place-2"), "checked") || attr(a.find("c-place-0"), "value") != "" {
		t.Fatal("no way to take the answer back")
	}
	f = a.form()
	f.Set("a.place", "")
	f.Set("go", "lang-vi")
	if a = b.post(path, f); has(a.find("c-place-2"), "checked") {
		t.Error("the answer stayed")
	}
}

func TestTheLanguageSwitchKeepsTheAnswers(t *testing.T) {
	t.Parallel()
	b := newBrowser(t, mustServer(t, mustStore(t, testNow)))
	f := b.get(sipasForm).form()
	f.Set("a.q8_3", "yes")
	f.Set("go", "lang-en")
	a := b.post(sipasForm, f)
	if a.StatusCode != http.StatusOK || !strings.Contains(a.title(), "Step 1 of") || !has(a.find("c-q8_3-1"), "checked") {
		t.Fatalf("%d %q", a.StatusCode, a.title())
	}
	if to := attr(a.find("phieu"), "action"); to != sipasForm+"?lang=en" {
		t.Errorf("the form goes on to %q", to)
	}
	review := walkForm(t, newBrowser(t, b.s), sipasForm, 0).form()
	review.Set("go", "lang-en")
	if a = b.post(sipasForm, review); !strings.Contains(a.title(), "Check and send") {
		t.Errorf("review: %q", a.title())
	}
}
