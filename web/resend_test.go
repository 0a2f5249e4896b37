package web

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"thuocdo/survey"
)

func TestSendingAgainNeverCountsTwice(t *testing.T) {
	t.Parallel()
	st := mustStore(t, testNow)
	b := newBrowser(t, mustServer(t, st))
	f := walkForm(t, b, sipasForm, 0).form()
	_, first := press(t, b, sipasForm, f)
	for range 3 {
		if res, again := press(t, b, sipasForm, f); res.StatusCode != http.StatusSeeOther || again != first {
			t.Errorf("again: %d to %q, want %q", res.StatusCode, again, first)
		}
	}
	if got := responses(t, st); got != 1 {
		t.Errorf("%d responses, want 1", got)
	}
}

func TestAnAnswerChangedAfterSendingIsNotCounted(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"", "?lang=en"} {
		st := mustStore(t, testNow)
		b := newBrowser(t, mustServer(t, st))
		f := walkForm(t, b, sipasForm, 0).form()
		_, first := press(t, b, sipasForm, f)
		f.Set("go", "page-0")
		page := b.post(sipasForm, f)
		changed := fillIn(page, 1) // all filters no
		for page = b.post(sipasForm, changed); ; page = b.post(sipasForm, page.form()) {
			if step, of := stepOf(t, page); step == of {
				break
			}
		}
		res, _ := press(t, b, sipasForm+lang, page.form())
		if res.StatusCode != http.StatusConflict || !strings.Contains(res.body, strings.TrimPrefix(first, "/bien-nhan/")) {
			t.Errorf("status %d, receipt shown: %v", res.StatusCode, strings.Contains(res.body, first))
		}
		if got := responses(t, st); got != 1 {
			t.Errorf("%d responses, want 1", got)
		}
	}
}

func TestAFormThatCannotBeStoredStaysOnThePage(t *testing.T) {
	t.Parallel()
	st := &failing{Store: mustStore(t, testNow)}
	b := newBrowser(t, mustServer(t, st))
	f := walkForm(t, b, sipasForm, 0).form()
	for _, c := range []struct {
		err    error
		status int
		retry  bool
	}{
		{survey.ErrBusy, http.StatusServiceUnavailable, true},
		{survey.ErrStoreFull, http.StatusServiceUnavailable, true},
		{http.ErrBodyNotAllowed, http.StatusInternalServerError, false}, // any error nobody foresaw
	} {
		st.fail(c.err)
		a, _ := press(t, b, sipasForm, f)
		if a.StatusCode != c.status || (a.Header.Get("Retry-After") != "") != c.retry {
			t.Errorf("%v: %d, Retry-After %q", c.err, a.StatusCode, a.Header.Get("Retry-After"))
		}
		if !strings.HasPrefix(a.title(), "Lỗi:") {
			t.Errorf("%v: the title is %q", c.err, a.title())
		}
		if !strings.Contains(a.body, a.Header.Get("X-Request-Id")) {
			t.Errorf("%v: no request id on the page", c.err)
		}
		if a.form().Get("s") != f.Get("s") || strings.Contains(a.body, c.err.Error()) {
			t.Errorf("%v: the page lost the answers or shows the error itself", c.err)
		}
		f = a.form()
	}
	st.fail(nil)
	if a, to := press(t, b, sipasForm, f); a.StatusCode != http.StatusSeeOther || responses(t, st.Store) != 1 {
		t.Errorf("the retry: %d to %q", a.StatusCode, to)
	}
}

func TestStepsCannotBeLeftOut(t *testing.T) {
	t.Parallel()
	st := mustStore(t, testNow)
	b := newBrowser(t, mustServer(t, st))
	a, _ := press(t, b, sipasForm, url.Values{"p": {"18"}, "s": {""}})
	if a.StatusCode != http.StatusUnprocessableEntity || !strings.HasPrefix(a.title(), "Lỗi:") || a.find("c-q8_1-loi") == nil {
		t.Errorf("%d %q", a.StatusCode, a.title())
	}
	if responses(t, st) != 0 {
		t.Error("counted")
	}
}

func TestAWaveThatClosesDuringTheFormStillShowsReceipts(t *testing.T) {
	t.Parallel()
	st := mustStore(t, testNow)
	open := newBrowser(t, mustServer(t, st))
	sent := walkForm(t, open, sipasForm, 0).form()
	_, receipt := press(t, open, sipasForm, sent)
	unsent := walkForm(t, open, sipasForm, 0).form()

	late := testNow.AddDate(0, 2, 0)
	closed := newBrowser(t, mustServerWith(t, Config{Now: func() time.Time { return late }}, st))
	if a, to := press(t, closed, sipasForm, sent); a.StatusCode != http.StatusSeeOther || to != receipt {
		t.Errorf("a retry after the end: %d to %q, want %q", a.StatusCode, to, receipt)
	}
	if a, _ := press(t, closed, sipasForm, unsent); a.StatusCode != http.StatusGone || !strings.Contains(a.body, "/xep-hang/sipas/2026") {
		t.Errorf("a new form after the end: %d", a.StatusCode)
	}
}

func TestDamagedStepsAreRefused(t *testing.T) {
	t.Parallel()
	s := mustServer(t, mustStore(t, testNow))
	b := newBrowser(t, s)
	good := walkForm(t, b, sipasForm, 0).form().Get("s")
	for name, f := range map[string]url.Values{
		"no page":        {"s": {good}},
		"page too large": {"s": {good}, "p": {"99"}},
		"page negative":  {"s": {good}, "p": {"-1"}},
		"not base64":     {"s": {"***"}, "p": {"1"}},
		"cut":            {"s": {good[:len(good)-4]}, "p": {"1"}},
		"other version":  {"s": {"Ag" + good[2:]}, "p": {"1"}},
	} {
		if a := b.post(sipasForm, f); a.StatusCode != http.StatusBadRequest {
			t.Errorf("%s: %d", name, a.StatusCode)
		}
	}
	r := httptest.NewRequest(http.MethodPost, sipasForm, strings.NewReader("p=0"))
	r.Header.Set("Content-Type", "text/plain")
	if a := b.do(r); a.StatusCode != http.StatusUnsupportedMediaType {
		t.Errorf("text/plain: %d", a.StatusCode)
	}
	for _, length := range []int64{70 << 10, -1} { // told beforehand, and found out while reading
		r = httptest.NewRequest(http.MethodPost, sipasForm, strings.NewReader("p=0&x="+strings.Repeat("a", 70<<10)))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.ContentLength = length
		if a := b.do(r); a.StatusCode != http.StatusRequestEntityTooLarge {
			t.Errorf("70 KB with length %d: %d", length, a.StatusCode)
		}
	}
}

func TestManyClicksAtOnceCountOnce(t *testing.T) {
	t.Parallel()
	st := mustStore(t, testNow)
	s := mustServer(t, st)
	f := walkForm(t, newBrowser(t, s), sipasForm, 0).form()
	f.Set("go", "send")
	to := make([]string, 16)
	var all sync.WaitGroup
	for i := range to {
		all.Go(func() {
			w := httptest.NewRecorder()
			s.ServeHTTP(w, posted(sipasForm, f))
			to[i] = w.Header().Get("Location")
		})
	}
	all.Wait()
	if len(slices.Compact(to)) != 1 || to[0] == "" || responses(t, st) != 1 {
		t.Errorf("receipts %v, %d responses", to, responses(t, st))
	}
}

// FuzzStep sends bodies that somebody made up to the form: never a 5xx, and every page holds what pages must hold.
func FuzzStep(f *testing.F) {
	s := mustServer(f, mustStore(f, testNow))
	b := newBrowser(f, s)
	page := b.get("/khao-sat/loai/01").form()
	page.Set("a.years", "7")
	page.Set("a.been", "no")
	review := b.post("/khao-sat/loai/01", b.post("/khao-sat/loai/01", page).form()).form()
	f.Add(review.Encode())
	review.Set("go", "page-0")
	f.Add(review.Encode())
	f.Add("p=0&go=next&a.years=7%2C5&a.been=yes&a.liked=3")
	f.Add("p=3&go=send&s=")
	f.Add("p=2&go=lang-en&a.words=%3Cscript%3E")
	f.Fuzz(func(t *testing.T, body string) {
		r := httptest.NewRequest(http.MethodPost, "/khao-sat/loai/01", strings.NewReader(body))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		b := newBrowser(t, s)
		if a := b.do(r); a.StatusCode >= 500 {
			t.Fatalf("%d for %q", a.StatusCode, body)
		}
	})
}
