package web

import (
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"

	"thuocdo/data"
	"thuocdo/data/formbook"
	"thuocdo/survey"
	"thuocdo/survey/sketch"
	"thuocdo/web/problem"
)

// editing is one person at the editor.
type editing struct {
	*browser
	path string
	now  answer // the page that is open
}

// mustEdit begins a questionnaire named "Phiếu mới".
func mustEdit(t *testing.T, b *browser, code string) *editing {
	t.Helper()
	a := b.post(sketchesPath, url.Values{"token": {tokenOf(t, b.get(formsPath))}, "ten": {"Phiếu mới"}, "ma": {code}})
	if a.StatusCode != 303 {
		t.Fatalf("begun: %d\n%s", a.StatusCode, a.body)
	}
	to := a.Header.Get("Location")
	e := &editing{browser: b, path: strings.Split(to, "?")[0]}
	e.now = b.get(to)
	return e
}

var sketchField = regexp.MustCompile(`<input type="hidden" name="(token|ban|cho|la)" value="([^"]*)"`)

// press sends the form of the page that is open with what is typed, and follows where it leads.
func (e *editing) press(t *testing.T, act string, typed url.Values) answer {
	t.Helper()
	form := url.Values{sketchAct: {act}}
	_, main, _ := strings.Cut(e.now.body, `id="sua"`)
	for _, m := range sketchField.FindAllStringSubmatch(main, 4) {
		form.Set(m[1], m[2])
	}
	for k, v := range typed {
		form[k] = v
	}
	a := e.post(e.path, form)
	if a.StatusCode == 303 {
		a = e.get(a.Header.Get("Location"))
		e.now = a
	}
	return a
}

func (e *editing) id() string { return e.path[strings.LastIndex(e.path, "/")+1:] }

func wantWords(t *testing.T, what string, a answer, status int, words ...string) {
	t.Helper()
	for _, w := range words {
		if a.StatusCode != status || !strings.Contains(a.body, w) {
			t.Errorf("%s: %d, lacks %q", what, a.StatusCode, w)
		}
	}
}

// mustDesign is a designer with an editor of a new questionnaire.
func mustDesign(t *testing.T) (*Server, *data.Store, *editing) {
	t.Helper()
	s, st, b := mustFormFiles(t)
	return s, st, mustEdit(t, b, "thu")
}

// filledIn fills the questionnaire in until nothing is missing: one page with one question of yes and no.
func filledIn(t *testing.T, e *editing) {
	t.Helper()
	e.press(t, "mo 1", url.Values{"mo-dau-vi": {"Lời mở đầu"}, "mo-dau-en": {"Opening"}})
	e.press(t, "them-cau", url.Values{"ten-vi": {"Trang một"}, "ten-en": {"Page one"}, "kieu-moi": {"yes_no"}})
	a := e.press(t, "luu", url.Values{"loi-vi": {"Đã đến chưa?"}, "loi-en": {"Been there?"}})
	wantWords(t, "complete", a, 200, "Không còn lỗi", "Đã lưu.", "Đã đến chưa?")
}

func TestAQuestionnaireIsWrittenTriedAndPublished(t *testing.T) {
	t.Parallel()
	_, st, e := mustDesign(t)
	wantWords(t, "begun", e.now, 200, `value="Phiếu mới"`, "chỗ cần sửa", "autofocus")
	filledIn(t, e)
	for _, lang := range []string{"", "?lang=en"} {
		wantWords(t, "print", e.get(e.path+"/in"+lang), 200, "q1")
		wantWords(t, "list", e.get(formsPath+lang), 200, e.path, `href="/quan-tri/phieu-hoi/sipas/2026`)
		wantWords(t, "editor", e.get(e.path+lang), 200, "autocomplete", `data-sketch`)
	}
	first := e.get(e.path + "/xem?lang=en")
	wantWords(t, "try", first, 200, "A trial", "Been there?", "Opening")
	step := e.post(e.path+"/xem", url.Values{"s": {""}, "p": {"0"}, "go": {"next"}, "a.q1": {"yes"}})
	wantWords(t, "the end", step, 200, "Hết phiếu", "<dd>Có</dd>")
	publish := e.get(e.path + "/cong-bo")
	wantWords(t, "last look", publish, 200, "Công bố thu, phiên bản 1", "không sửa được nữa")
	wantWords(t, "in english", e.get(e.path+"/cong-bo?lang=en"), 200, "never changes")
	form := url.Values{"token": {tokenOf(t, publish)}, "ban": {between(publish.body, `name="ban" value="`, `"`)}}
	a := e.post(e.path+"/cong-bo", form)
	if a.StatusCode != 303 || a.Header.Get("Location") != "/quan-tri/phieu-hoi/thu/1?xong=cong-bo" {
		t.Fatalf("published: %d, %s", a.StatusCode, a.Header.Get("Location"))
	}
	wantWords(t, "edition", e.get(a.Header.Get("Location")), 200, "Đã công bố phiếu thu, phiên bản 1", "Ngày 01/06/2026, bởi Thiết Kế", "Chưa có đợt khảo sát nào dùng")
	wantWords(t, "in english", e.get("/quan-tri/phieu-hoi/thu/1?lang=en"), 200, "by Thiết Kế")
	if _, err := st.Form(t.Context(), "thu", "1"); err != nil {
		t.Error(err)
	}
	if a := e.post(e.path+"/cong-bo", form); a.StatusCode != 404 {
		t.Errorf("once more: %d", a.StatusCode)
	}
	file := e.get("/quan-tri/phieu-hoi/thu/1/json")
	if q, left, err := formbook.Any(t.Context(), []byte(file.body), "", ""); err != nil || len(left) > 0 || q.Code != "thu" {
		t.Errorf("the file: %v, %v", err, left)
	}
}

func TestAFormOnOnePageIsTriedOnOnePage(t *testing.T) {
	t.Parallel()
	_, _, e := mustDesign(t)
	filledIn(t, e)
	e.press(t, "them-trang", nil)
	e.press(t, "them-cau", url.Values{"ten-vi": {"Trang hai"}, "kieu-moi": {"text"}})
	e.press(t, "mo phieu", url.Values{"loi-vi": {"Ý kiến khác?"}})
	e.press(t, "luu", url.Values{"bo-cuc": {"one_page"}})
	wantWords(t, "all at once", e.get(e.path+"/xem"), 200, `class="form-part"`, "Đã đến chưa?", "Ý kiến khác?")
	a := e.post(e.path+"/xem", url.Values{"s": {""}, "p": {"0"}, "go": {"next"}, "a.q1": {"no"}, "a.q2": {"Không"}})
	wantWords(t, "the end", a, 200, "Hết phiếu", "<dd>Không</dd>")
}

func between(s, from, to string) string {
	_, rest, _ := strings.Cut(s, from)
	value, _, _ := strings.Cut(rest, to)
	return value
}

func TestAStaleSaveIsRefusedWithWhatWasTyped(t *testing.T) {
	t.Parallel()
	_, st, e := mustDesign(t)
	filledIn(t, e)
	other := &editing{browser: e.browser, path: e.path, now: e.now} // a second tab
	e.press(t, "luu", url.Values{"loi-vi": {"Câu của tab một"}})
	a := other.press(t, "luu", url.Values{"loi-vi": {"Câu của tab hai"}})
	wantWords(t, "the other tab", a, 409, "Chưa lưu: bản nháp vừa được sửa ở nơi khác", ">Câu của tab hai</textarea>", "<q>Câu của tab một</q>", "Thiết Kế")
	if x, _ := st.Sketch(t.Context(), e.id()); x.Form.Pages[0].Blocks[0].Questions[0].Text["vi"] != "Câu của tab một" {
		t.Errorf("stored: %v", x.Form.Pages[0].Blocks[0].Questions[0].Text)
	}
	other.now = a
	wantWords(t, "looked again", other.press(t, "luu", url.Values{"loi-vi": {"Câu của tab hai"}}), 200, "Đã lưu.")
	again := other.press(t, "luu", url.Values{"loi-vi": {"Câu của tab hai"}, "ban": {"3"}})
	if again.StatusCode != 200 {
		t.Errorf("a save that changes nothing: %d", again.StatusCode)
	}
}

func TestAStaleSaveOfWhatIsGoneKeepsWhatWasTyped(t *testing.T) {
	t.Parallel()
	_, _, e := mustDesign(t)
	filledIn(t, e)
	other := &editing{browser: e.browser, path: e.path, now: e.now}
	e.press(t, "xoa", nil)
	a := other.press(t, "xuong", url.Values{"loi-vi": {"Đừng mất <b>câu này</b>"}, "ma": {"q1"}})
	wantWords(t, "gone", a, 409, "không còn ở đó", "<dd>Đừng mất &lt;b&gt;câu này&lt;/b&gt;</dd>")
}

func TestWhatCannotBeReadStaysOnThePage(t *testing.T) {
	t.Parallel()
	_, st, e := mustDesign(t)
	e.press(t, "them-cau", url.Values{"kieu-moi": {"number"}})
	before, _ := st.Sketch(t.Context(), e.id())
	a := e.press(t, "mo 1", url.Values{"nho-nhat": {"mười"}, "loi-vi": {"Bao nhiêu?"}})
	wantWords(t, "a word for a number", a, 422, `href="#e-nho-nhat"`, `value="mười"`, ">Bao nhiêu?</textarea>", "Cần một số", "<title>Lỗi: ")
	after, _ := st.Sketch(t.Context(), e.id())
	if after.Revision != before.Revision {
		t.Error("it was stored")
	}
	a = e.press(t, "luu", url.Values{"nho-nhat": {"1,5"}, "rang-buoc": {". > ${khong_co}"}, "loi-vi": {"Bao nhiêu?"}})
	wantWords(t, "an expression that is wrong", a, 200, `value="1.5"`, "không có câu hỏi &#34;khong_co&#34;", `aria-invalid="true"`)
	if a := e.press(t, "luu", url.Values{"loi-vi": {strings.Repeat("x", fieldMost+1)}}); a.StatusCode != 422 {
		t.Errorf("too long: %d", a.StatusCode)
	}
}

func TestTheFocusStaysWithWhatIsMoved(t *testing.T) {
	t.Parallel()
	_, _, e := mustDesign(t)
	filledIn(t, e)
	e.press(t, "them-cau", url.Values{"kieu-moi": {"single"}})
	for _, c := range []struct{ act, place, focus string }{
		{"len", "1.1.1", `value="xuong" autofocus`}, // it is the first now: the button up can do nothing more
		{"xuong", "1.1.2", `value="len" autofocus`},
		{"nhan-doi", "1.1.3", `value="nhan-doi" autofocus`},
		{"len", "1.1.2", `value="len" autofocus`},
		{"xoa", "1.1.2", `value="xoa" autofocus`},
		{"lc-xuong 0", "1.1.2", `value="lc-len 1" autofocus`},
		{"lc-them", "1.1.2", `lang="vi" autocomplete="off" autofocus`},
		{"hoan-tac", "1.1.2", `value="hoan-tac" autofocus`},
	} {
		a := e.press(t, c.act, nil)
		wantWords(t, c.act, a, 200, `name="cho" value="`+c.place+`"`, c.focus)
		if strings.Count(a.body, "autofocus") != 1 {
			t.Errorf("%s: %d controls want the focus", c.act, strings.Count(a.body, "autofocus"))
		}
	}
}

func TestStepsAreUndoneAndTypingIsTheLastOne(t *testing.T) {
	t.Parallel()
	_, st, e := mustDesign(t)
	filledIn(t, e)
	wantWords(t, "typed and not stored", e.press(t, "hoan-tac", url.Values{"loi-vi": {"Khác"}}), 200, "Đã bỏ những gì vừa gõ", ">Đã đến chưa?</textarea>")
	a := e.press(t, "hoan-tac", nil)
	wantWords(t, "one step", a, 200, "Đã hoàn tác một bước")
	for range 10 {
		e.press(t, "hoan-tac", nil)
	}
	if x, _ := st.Sketch(t.Context(), e.id()); len(sketch.Questions(x.Form)) != 0 || x.Last.Act != "" {
		t.Errorf("at the beginning: %+v", x)
	}
}

func TestChoicesArePastedFromASpreadsheet(t *testing.T) {
	t.Parallel()
	_, st, e := mustDesign(t)
	e.press(t, "them-cau", url.Values{"kieu-moi": {"single"}})
	a := e.press(t, "luu", url.Values{"c0-vi": {"Một"}, "c1-ma": {"hai"}, "dan": {"Ba\r\nbon\tBốn\tFour\tway=a\nhai | Hai | Two"}})
	wantWords(t, "pasted", a, 200, `value="Bốn"`, `value="way=a"`)
	x, _ := st.Sketch(t.Context(), e.id())
	var got []string
	for _, c := range x.Form.Lists["q1"] {
		got = append(got, c.Code+" "+c.Text["vi"]+" "+c.Text["en"])
	}
	if want := "1 Một ;hai Hai Two;2 Ba ;bon Bốn Four"; strings.Join(got, ";") != want {
		t.Errorf("%q, want %q", strings.Join(got, ";"), want)
	}
}

func TestTheDifferenceOfTwoVersionsNamesTheIndexesThatBreak(t *testing.T) {
	t.Parallel()
	_, _, b := mustFormFiles(t)
	a := b.post(sketchesPath, url.Values{"token": {tokenOf(t, b.get(formsPath))}, "tu": {"sipas@2026"}})
	e := &editing{browser: b, path: strings.Split(a.Header.Get("Location"), "?")[0]}
	e.now = b.get(e.path + "?cho=2.1.1")
	wantWords(t, "a new version", e.now, 200, "sipas 2027", "q9_1")
	e.press(t, "xoa", nil)
	page := b.get(e.path + "/cong-bo")
	wantWords(t, "before publishing", page, 200, "So với phiên bản 2026", "không gộp được", "<code>q9_1</code>", "/phuong-phap/sipas", "Khảo sát mo", "bỏ đi")
	wantWords(t, "in english", b.get(e.path+"/cong-bo?lang=en"), 200, "Indexes that break", "removed")
	if a := b.post(e.path+"/cong-bo", url.Values{"token": {tokenOf(t, page)}, "ban": {between(page.body, `name="ban" value="`, `"`)}}); a.StatusCode != 303 {
		t.Fatalf("published: %d", a.StatusCode)
	}
	for _, at := range []string{"/quan-tri/phieu-hoi/sipas/2027/so-sanh", "/quan-tri/phieu-hoi/sipas/2026/so-sanh?voi=2027", "/quan-tri/phieu-hoi/sipas/2026/so-sanh"} {
		wantWords(t, at, b.get(at), 200, "sipas: 2026 → 2027", "bỏ đi", "/phuong-phap/sipas")
	}
	wantWords(t, "in english", b.get("/quan-tri/phieu-hoi/sipas/2027/so-sanh?lang=en"), 200, "Two versions compared")
	if a := b.get("/quan-tri/phieu-hoi/sipas/2027/so-sanh?voi=1"); a.StatusCode != 404 {
		t.Errorf("a version that is not there: %d", a.StatusCode)
	}
	wantWords(t, "alone", b.get("/quan-tri/phieu-hoi/kinds/1/so-sanh"), 200, "Chỉ có một phiên bản")
}

func TestTwoFormsPublishedAtTheSameMomentAreAConflict(t *testing.T) {
	t.Parallel()
	s, st, b := mustFormFiles(t)
	x, y := mustEdit(t, b, "thu"), mustEdit(t, signedInAs(t, s, "thietke"), "thu")
	filledIn(t, x)
	filledIn(t, y)
	y.press(t, "luu", url.Values{"loi-vi": {"Câu khác?"}})
	status := map[int]int{}
	var group sync.WaitGroup
	var lock sync.Mutex
	for _, e := range []*editing{x, y} {
		page := e.get(e.path + "/cong-bo")
		form := url.Values{"token": {tokenOf(t, page)}, "ban": {between(page.body, `name="ban" value="`, `"`)}}
		group.Go(func() {
			a := e.post(e.path+"/cong-bo", form)
			lock.Lock()
			defer lock.Unlock()
			status[a.StatusCode]++
			if a.StatusCode == 409 {
				wantWords(t, "the second", a, 409, "Phiên bản này đã công bố", "Đặt phiên bản khác")
			}
		})
	}
	group.Wait()
	if status[303] != 1 || status[409] != 1 {
		t.Errorf("%v", status)
	}
	// The page that takes files looks first and stores then: what is published in between is told as plainly.
	q, err := survey.ParseQuestionnaire([]byte(kinds))
	must(t, err)
	q.Source = "another"
	if kind := problem.Of(st.PublishQuestionnaire(t.Context(), q, 1, 1)); kind.Status != 409 || kind.Code != "published" {
		t.Errorf("%+v", kind)
	}
}

func TestAFileGoesIntoASketch(t *testing.T) {
	t.Parallel()
	_, st, b := mustFormFiles(t)
	fields := url.Values{"token": {tokenOf(t, b.get(formFilePath))}, "ma": {"thu"}, "phien-ban": {"2027"}, "lam": {"ban-nhap"}}
	a := b.send(formFilePath, "form.json", []byte(smallForm), fields)
	if a.StatusCode != 303 || !strings.HasPrefix(a.Header.Get("Location"), sketchesPath+"/") {
		t.Fatalf("%d, %s", a.StatusCode, a.Header.Get("Location"))
	}
	wantWords(t, "the editor", b.get(a.Header.Get("Location")), 200, `value="2027"`, "Phiếu thử")
	if _, err := st.Form(t.Context(), "thu", "2027"); err == nil {
		t.Error("it is published")
	}
}
