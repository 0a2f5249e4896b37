package web

import (
	"net/url"
	"strings"
	"testing"

	"thuocdo/survey"
	"thuocdo/survey/account"
	"thuocdo/survey/sketch"
)

func TestOnlyDesignersWriteAndOnlyPublishersPublish(t *testing.T) {
	t.Parallel()
	s, st, e := mustDesign(t)
	filledIn(t, e)
	_, err := st.PutAccount(t.Context(), account.Account{Login: "congbo", Name: "Công Bố", Role: account.Publisher, Password: mustHash(t, "congbo")})
	must(t, err)
	edition := "/quan-tri/phieu-hoi/sipas/2026"
	for login, c := range map[string]struct{ read, look, write int }{
		"thietke": {200, 200, 200}, "congbo": {200, 200, 403}, "phantich": {200, 403, 403}, "hanoi": {403, 403, 403},
	} {
		b := signedInAs(t, s, login)
		for _, at := range []string{formsPath, edition, edition + "/xem", edition + "/in", edition + "/so-sanh", edition + "/json", edition + "/xlsform"} {
			if a := b.get(at); a.StatusCode != c.read {
				t.Errorf("%s reads %s: %d", login, at, a.StatusCode)
			}
		}
		for _, at := range []string{"/xem", "/in", "/json", "/cong-bo"} {
			if a := b.get(e.path + at); a.StatusCode != c.look {
				t.Errorf("%s looks at %s: %d", login, at, a.StatusCode)
			}
		}
		if a := b.get(e.path); a.StatusCode != c.write {
			t.Errorf("%s opens the editor: %d", login, a.StatusCode)
		}
		if strings.Contains(b.get("/quan-tri").body, `href="`+formsPath+`"`) != (c.read == 200) {
			t.Errorf("the desk of %s", login)
		}
		token := url.Values{"token": {tokenOf(t, b.get("/quan-tri"))}, "ban": {"1"}}
		if c.write == 403 {
			for _, at := range []string{sketchesPath, e.path, e.path + "/xoa"} {
				if a := b.post(at, token); a.StatusCode != 403 {
					t.Errorf("%s posts to %s: %d", login, at, a.StatusCode)
				}
			}
		}
	}
}

func TestBadRequestsOfTheEditorChangeNothing(t *testing.T) {
	t.Parallel()
	_, st, e := mustDesign(t)
	filledIn(t, e)
	before, err := st.Sketch(t.Context(), e.id())
	must(t, err)
	for _, c := range []struct {
		act   string
		typed url.Values
		want  int
	}{
		{"luu", url.Values{"token": {"x"}}, 403},
		{"luu", url.Values{"ban": {"x"}}, 400},
		{"len", url.Values{"ban": {"1"}}, 409},
		{"lc-xoa 99999999999999999999", nil, 200},
		{"lc-len -1", nil, 200},
		{"td-xoa 4", nil, 200},
		{"chuyen", url.Values{"den": {"99"}}, 200},
		{"mo 9.9.9", nil, 200},
		{"gi-do", nil, 200},
		{"len", url.Values{"cho": {"1"}, "la": {"p1"}}, 200},
	} {
		if a := e.press(t, c.act, c.typed); a.StatusCode != c.want {
			t.Errorf("%s %v: %d, want %d", c.act, c.typed, a.StatusCode, c.want)
		}
		e.now = e.get(e.path + "?cho=1.1.1")
	}
	if after, err := st.Sketch(t.Context(), e.id()); err != nil || after.Revision != before.Revision {
		t.Errorf("revision %d, was %d; %v", after.Revision, before.Revision, err)
	}
	if a := e.get(sketchesPath + "/khong-co"); a.StatusCode != 404 {
		t.Errorf("no such sketch: %d", a.StatusCode)
	}
	untitled := e.post(sketchesPath, url.Values{"token": {tokenOf(t, e.now)}, "ten": {"  "}, "ma": {"<x>"}})
	wantWords(t, "without a title", untitled, 422, "Hãy đặt tên", `value="&lt;x&gt;"`)
	if a := e.post(e.path+"/xoa", url.Values{"token": {tokenOf(t, e.now)}, "ban": {"1"}}); a.StatusCode != 409 {
		t.Errorf("a stale deletion: %d", a.StatusCode)
	}
	if a := e.post(e.path+"/xoa", url.Values{"token": {tokenOf(t, e.now)}, "ban": {between(e.now.body, `name="ban" value="`, `"`)}}); a.StatusCode != 303 {
		t.Errorf("thrown away: %d", a.StatusCode)
	}
}

func TestHostileWordsInASketchAreOnlyWords(t *testing.T) {
	t.Parallel()
	_, _, e := mustDesign(t)
	const bad = `"><script>alert(1)</script>`
	e.press(t, "mo 1", url.Values{"ma": {bad}, "phien-ban": {"../../x"}, "ten-vi": {bad}, "ten-en": {bad}, "mo-dau-vi": {bad}})
	e.press(t, "them-cau", url.Values{"ma": {bad}, "ten-vi": {bad}, "kieu-moi": {"single"}})
	a := e.press(t, "luu", url.Values{"ma": {bad}, "loi-vi": {bad + " ${" + bad + "}"}, "dieu-kien": {bad}, "c0-ma": {bad}, "c0-vi": {bad}, "danh-sach": {bad}})
	for _, at := range []string{e.path + "?cho=1.1.1", e.path + "/in", e.path + "/xem", e.path + "/cong-bo", formsPath, e.path + "?cho=ds-" + url.PathEscape(bad)} {
		if a = e.get(at); a.StatusCode != 200 || strings.Contains(a.body, "<script>alert") {
			t.Errorf("%s: %d", at, a.StatusCode)
		}
	}
	if h := e.get(e.path + "/json").Header.Get("Content-Disposition"); strings.ContainsAny(strings.TrimSuffix(strings.TrimPrefix(h, `attachment; filename="`), `"`), `"/<>`) {
		t.Error(h)
	}
}

func TestEveryTypeOfQuestionHasItsFields(t *testing.T) {
	t.Parallel()
	_, st, e := mustDesign(t)
	for i, kind := range survey.QuestionTypes() {
		a := e.press(t, "them-cau", url.Values{"kieu-moi": {string(kind)}})
		if !strings.Contains(a.body, `<option value="`+string(kind)+`" selected>`) {
			t.Errorf("%s is not open", kind)
		}
		if x, _ := st.Sketch(t.Context(), e.id()); len(sketch.Questions(x.Form)) != i+1 {
			t.Fatalf("%s: %d questions", kind, len(sketch.Questions(x.Form)))
		}
		a = e.press(t, "luu", url.Values{"kieu": {string(survey.Number)}, "bat-buoc": {"", "1"}, "nho-nhat": {"2"}})
		wantWords(t, string(kind)+" as a number", a, 200, `id="e-nho-nhat"`)
	}
	wantWords(t, "scales", e.press(t, "mo thang-do", nil), 200, "Thêm thang đo")
	wantWords(t, "a scale", e.press(t, "td-them", nil), 200, `value="F1"`, "cần ít nhất một câu hỏi")
	wantWords(t, "a scale filled in", e.press(t, "luu", url.Values{"s0-ma": {"A"}, "s0-muc": {"content"}, "s0-vi": {"Chung"}, "s0-cau": {"q1, q2"}}), 200, `value="q1 q2"`, "Nội dung")
	wantWords(t, "in english", e.get(e.path+"?cho=thang-do&lang=en"), 200, "Delete scale 1")
}
