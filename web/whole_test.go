package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"thuocdo/data"
	"thuocdo/scoring/phrase"
	"thuocdo/survey"
)

const wholeForm = "/khao-sat/trang/01-b"

// mustWhole is mustStore with the small questionnaire of all kinds once more, on one page (wave "trang").
func mustWhole(tb testing.TB) *data.Store {
	tb.Helper()
	st := mustStore(tb, testNow)
	q, err := survey.ParseQuestionnaire([]byte(strings.Replace(kinds, `"kinds", "version": "1"`, `"kinds", "version": "2", "layout": "one_page"`, 1)))
	must(tb, err)
	must(tb, st.PutQuestionnaire(tb.Context(), q))
	must(tb, st.PutWave(tb.Context(), survey.Wave{
		Code: "trang", Title: phrase.VI("Khảo sát một trang", "Survey on one page"), Questionnaire: q.Code, Version: q.Version, Framework: "sipas",
		Period: "2026-07", Opens: testNow.AddDate(0, -1, 0), Closes: testNow.AddDate(0, 1, 0), Agencies: []string{"01", "01-a", "01-b"},
	}))
	return st
}

func sent(fields url.Values, more ...string) url.Values {
	for k := 0; k < len(more); k += 2 {
		fields.Set(more[k], more[k+1])
	}
	fields.Set("go", "send")
	return fields
}

func countedIn(tb testing.TB, st *data.Store, wave string) int64 {
	tb.Helper()
	list, err := st.Returns(tb.Context(), wave)
	must(tb, err)
	return sumReturns(list).Returned
}

func TestAFormOnOnePageIsLoadedSentAndCountedOnce(t *testing.T) {
	t.Parallel()
	st := mustWhole(t)
	b := newBrowser(t, mustServer(t, st))
	page := b.get(wholeForm)
	checkPage(t, wholeForm, page)
	fields := sent(page.form(), "a.years", "3", "a.been", "no", "a.words", "Tốt")
	first := b.post(wholeForm, fields)
	to := first.Header.Get("Location")
	if first.StatusCode != http.StatusSeeOther || !strings.HasPrefix(to, "/bien-nhan/") {
		t.Fatalf("%d to %q", first.StatusCode, to)
	}
	if again := b.post(wholeForm, fields); again.Header.Get("Location") != to { // reload, double click, back and send
		t.Errorf("again: %d to %q, want %q", again.StatusCode, again.Header.Get("Location"), to)
	}
	if receipt := b.get(to); receipt.StatusCode != http.StatusOK {
		t.Errorf("the receipt: %d", receipt.StatusCode)
	}
	other := b.post(wholeForm, sent(b.get(wholeForm).form(), "a.years", "3", "a.been", "no"))
	if other.Header.Get("Location") == to || countedIn(t, st, "trang") != 2 {
		t.Errorf("somebody else's form: %q, %d stored", other.Header.Get("Location"), countedIn(t, st, "trang"))
	}
	changed := b.post(wholeForm, sent(fields, "a.years", "4"))
	if changed.StatusCode != http.StatusConflict || countedIn(t, st, "trang") != 2 {
		t.Errorf("the same key with other answers: %d", changed.StatusCode)
	}
}

func TestMistakesOnOnePageKeepEverything(t *testing.T) {
	t.Parallel()
	st := mustWhole(t)
	b := newBrowser(t, mustServer(t, st))
	fields := sent(b.get(wholeForm+"?lang=en").form(), "a.years", `12 <b>`, "a.place", "b", "a.been", "no", "a.words", strings.Repeat("dài", 10))
	page := b.post(wholeForm+"?lang=en", fields)
	checkPage(t, wholeForm, page)
	if page.StatusCode != http.StatusUnprocessableEntity || !strings.HasPrefix(page.title(), "Error:") {
		t.Fatalf("%d %q", page.StatusCode, page.title())
	}
	for _, link := range []string{`href="#c-years"`, `href="#c-words"`} {
		if !strings.Contains(page.body, link) {
			t.Errorf("no %s in the summary", link)
		}
	}
	kept := page.form()
	for name, want := range map[string]string{"a.years": `12 <b>`, "a.place": "b", "a.been": "no", "a.words": strings.Repeat("dài", 10), "s": ""} {
		if got := kept.Get(name); got != want && name != "s" || name == "s" && got == "" {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	mended := b.post(wholeForm, sent(kept, "a.years", "12", "a.words", "ngắn"))
	if mended.StatusCode != http.StatusSeeOther || countedIn(t, st, "trang") != 1 {
		t.Errorf("mended: %d", mended.StatusCode)
	}
}

// Without its script a page cannot know what an answer calls for: the server asks it once more, and takes nothing in before.
func TestQuestionsThatAppearOnOnePageAreAskedBeforeItIsTaken(t *testing.T) {
	t.Parallel()
	st := mustWhole(t)
	b := newBrowser(t, mustServer(t, st))
	fields := sent(b.get(wholeForm).form(), "a.years", "3", "a.been", "yes")
	page := b.post(wholeForm, fields)
	if page.StatusCode != http.StatusOK || countedIn(t, st, "trang") != 0 || has(page.find("c-where-1"), "hidden") || page.find("c-liked-1") == nil {
		t.Fatalf("%d, %d stored", page.StatusCode, countedIn(t, st, "trang"))
	}
	if page = b.post(wholeForm, sent(page.form())); page.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("a required question that appeared: %d", page.StatusCode)
	}
	if page = b.post(wholeForm, sent(page.form(), "a.liked", "2")); page.StatusCode != http.StatusSeeOther || countedIn(t, st, "trang") != 1 {
		t.Errorf("complete: %d", page.StatusCode)
	}
	scripted := sent(b.get(wholeForm).form(), "a.years", "3", "a.been", "yes", "a.liked", "1", "live", "1")
	if page = b.post(wholeForm, scripted); page.StatusCode != http.StatusSeeOther {
		t.Errorf("with its script: %d", page.StatusCode)
	}
	hidden := sent(b.get(wholeForm).form(), "a.years", "3", "a.been", "no", "a.liked", "1", "a.where", "a")
	if page = b.post(wholeForm, hidden); page.StatusCode != http.StatusSeeOther || countedIn(t, st, "trang") != 3 {
		t.Errorf("answers to what is hidden are not taken along: %d", page.StatusCode)
	}
}

func TestOnePageSurvivesLanguagesPausesAndFailures(t *testing.T) {
	t.Parallel()
	st := &failing{Store: mustWhole(t)}
	b := newBrowser(t, mustServer(t, st))
	fields := sent(b.get(wholeForm).form(), "a.years", "3", "a.been", "no", "a.words", "Tốt")
	key := fields.Get("s")
	for _, button := range []string{"lang-en", "lang-vi", "next", "back", "page-0", "page-7", ""} {
		fields.Set("go", button)
		page := b.post(wholeForm, fields)
		if page.StatusCode != http.StatusOK || page.form().Get("a.words") != "Tốt" || countedIn(t, st.Store, "trang") != 0 {
			t.Errorf("%q: %d, %q", button, page.StatusCode, page.form().Get("a.words"))
		}
	}
	fields.Set("go", "save")
	code := text(b.post(wholeForm, fields).find("ma-nhan").Parent)
	st.fail(survey.ErrBusy)
	busy := b.post(wholeForm, sent(fields))
	checkPage(t, wholeForm, busy)
	if busy.StatusCode != http.StatusServiceUnavailable || busy.Header.Get("Retry-After") == "" || busy.form().Get("a.words") != "Tốt" || !strings.Contains(busy.body, "Gửi lại") {
		t.Errorf("busy: %d", busy.StatusCode)
	}
	st.fail(nil)
	if a := b.post(wholeForm, sent(busy.form())); a.StatusCode != http.StatusSeeOther {
		t.Errorf("the retry: %d", a.StatusCode)
	}
	if key == "" || code == "" || countedIn(t, st.Store, "trang") != 1 {
		t.Errorf("key %q, code %q, %d stored", key, code, countedIn(t, st.Store, "trang"))
	}
}
