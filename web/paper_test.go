package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"thuocdo/data"
	"thuocdo/survey"
	"thuocdo/survey/account"
	"thuocdo/survey/paper"
)

// mustTypists returns two enumerators who are signed in, and the path of a batch of the small questionnaire.
func mustTypists(tb testing.TB, st *data.Store, entry string) (one, two *browser, batch string) {
	tb.Helper()
	for _, login := range []string{"go-mot", "go-hai"} {
		_, err := st.PutAccount(tb.Context(), account.Account{Login: login, Name: "Người " + login, Role: account.Enumerator, Password: mustHash(tb, login)})
		must(tb, err)
	}
	s := mustServer(tb, st)
	one, two = signedInAs(tb, s, "go-mot"), signedInAs(tb, s, "go-hai")
	f := one.get(paperPath).form()
	f.Set("dot", "loai")
	f.Set("co-quan", "01")
	f.Set("so-phieu", "20")
	f.Set("nhap", entry)
	a := one.post(paperPath, f)
	if batch = a.Header.Get("Location"); !strings.HasPrefix(batch, paperPath+"/") {
		tb.Fatalf("new batch: %d to %q", a.StatusCode, batch)
	}
	return one, two, batch
}

// typeIn types a form in and returns what the page says became of it, or the refusal.
func typeIn(b *browser, batch, number string, cells map[string]string, more ...string) answer {
	f := b.get(batch + "/nhap").form()
	f.Set("so", number)
	f.Set("go", "save")
	for code, v := range cells {
		f.Set("a."+code, v)
	}
	for i := 0; i+1 < len(more); i += 2 {
		f.Set(more[i], more[i+1])
	}
	return b.post(batch+"/nhap", f)
}

func became(a answer) string {
	u, err := url.Parse(a.Header.Get("Location"))
	if err != nil {
		return ""
	}
	return u.Query().Get("ra")
}

func TestAFormTypedTwiceAlikeCountsOnce(t *testing.T) {
	t.Parallel()
	st := mustStore(t, testNow)
	one, two, batch := mustTypists(t, st, "2")
	cells := map[string]string{"years": "30", "been": "1", "liked": "3", "where": "1 2", "words": "tốt"}
	if a := typeIn(one, batch, "7", cells); became(a) != "waiting" {
		t.Fatalf("first entry: %d, %q", a.StatusCode, became(a))
	}
	if a := typeIn(one, batch, "7", cells); a.StatusCode != http.StatusConflict {
		t.Errorf("the same person twice: %d", a.StatusCode)
	}
	if a := two.get(batch + "/so/7"); a.StatusCode != http.StatusNotFound {
		t.Errorf("the first entry is shown before the second is typed: %d", a.StatusCode)
	}
	if a := typeIn(two, batch, strings.TrimPrefix(batch, paperPath+"/")+"-0007", cells); became(a) != "counted" {
		t.Fatalf("second entry: %d, %q", a.StatusCode, became(a))
	}
	if a := typeIn(two, batch, "7", cells); a.StatusCode != http.StatusConflict {
		t.Errorf("a counted form again: %d", a.StatusCode)
	}
	list := stored(t, st)
	if len(list) != 1 || list[0].Mode != survey.Paper || list[0].Counter != strings.TrimPrefix(batch, paperPath+"/") || list[0].Enumerator != "go-mot" {
		t.Errorf("stored %+v", list)
	}
	if _, _, err := st.Entries(t.Context(), strings.TrimPrefix(batch, paperPath+"/"), 7); err == nil {
		t.Error("what was typed is still there")
	}
}

func stored(tb testing.TB, st *data.Store) (list []survey.StoredResponse) {
	tb.Helper()
	return storedOf(tb, st, "loai")
}

func TestDifferencesAreSettledByLookingAtThePaper(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"", "?lang=en"} {
		st := mustStore(t, testNow)
		one, two, batch := mustTypists(t, st, "2")
		typeIn(one, batch, "3", map[string]string{"years": "30", "been": "1", "liked": "3"})
		if a := typeIn(two, batch, "3", map[string]string{"years": "31", "been": "1", "liked": "3", "where": "2"}); became(a) != "differs" {
			t.Fatalf("%d, %q", a.StatusCode, became(a))
		}
		if got := stored(t, st); len(got) != 0 {
			t.Fatalf("%d stored before it was settled", len(got))
		}
		if a := one.get(batch + lang); a.StatusCode != http.StatusOK || !strings.Contains(a.body, "/so/3") {
			t.Error("the form is in no list")
		}
		page := one.get(batch + "/so/3" + lang)
		f := page.form()
		if !f.Has("a.years") || !f.Has("a.where") || f.Has("a.liked") {
			t.Errorf("fields %v, want the two that differ", f)
		}
		f.Set("a.years", "500")
		if a := one.post(batch+"/so/3"+lang, f); a.StatusCode != http.StatusUnprocessableEntity || a.form().Get("a.years") != "500" {
			t.Errorf("a mistake while settling: %d", a.StatusCode)
		}
		f.Del("a.where")
		if a := one.post(batch+"/so/3"+lang, f); a.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("a difference left open: %d", a.StatusCode)
		}
		f.Set("a.years", "31")
		f.Set("a.where", "")
		if a := one.post(batch+"/so/3"+lang, f); a.StatusCode != http.StatusSeeOther {
			t.Errorf("settled: %d", a.StatusCode)
		}
		if a := one.post(batch+"/so/3"+lang, f); a.StatusCode != http.StatusNotFound {
			t.Errorf("settled twice: %d", a.StatusCode)
		}
		got := stored(t, st)
		if len(got) != 1 || got[0].Answers[0].Number != 31 {
			t.Errorf("stored %+v", got)
		}
	}
}

func TestMistakesAndInvalidFormsAreToldAndCounted(t *testing.T) {
	t.Parallel()
	st := mustStore(t, testNow)
	one, _, batch := mustTypists(t, st, "1")
	for _, lang := range []string{"", "?lang=en"} {
		f := one.get(batch + "/nhap" + lang).form()
		f.Set("so", "1")
		f.Set("a.years", "rất nhiều")
		f.Set("a.been", "3")
		f.Set("a.words", `<script>alert(1)</script>`)
		a := one.post(batch+"/nhap"+lang, f)
		if a.StatusCode != http.StatusUnprocessableEntity || a.form().Get("a.years") != "rất nhiều" || strings.Contains(a.body, "<script>alert") {
			t.Errorf("%d, kept %q", a.StatusCode, a.form().Get("a.years"))
		}
	}
	for _, number := range []string{"0", "21", "-1", "x", "", "99999999999999999999"} {
		if a := typeIn(one, batch, number, nil); a.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("form %q: %d", number, a.StatusCode)
		}
	}
	if a := typeIn(one, batch, "2", nil, "go", "invalid", "ly-do", "x"); a.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("an unknown reason: %d", a.StatusCode)
	}
	if a := typeIn(one, batch, "2", nil, "go", "invalid", "ly-do", "blank"); became(a) != "invalid" {
		t.Errorf("invalid: %d", a.StatusCode)
	}
	if a := typeIn(one, batch, "3", map[string]string{"years": "30", "been": "2"}); became(a) != "counted" {
		t.Errorf("one entry: %d", a.StatusCode)
	}
	b, sheets, err := st.Batch(t.Context(), strings.TrimPrefix(batch, paperPath+"/"))
	must(t, err)
	if b.Issued != 20 || b.Returned() != 2 || b.Counted != 1 || b.Invalid != 1 || len(sheets) != 2 || sheets[0].Reason != "blank" {
		t.Errorf("%+v, %+v", b, sheets)
	}
}

func TestPrintedFormsCarryTheirNumberAndEveryQuestion(t *testing.T) {
	t.Parallel()
	st := mustStore(t, testNow)
	one, _, batch := mustTypists(t, st, "2")
	code := strings.TrimPrefix(batch, paperPath+"/")
	for _, lang := range []string{"", "&lang=en"} {
		a := one.get(batch + "/in?tu=3&den=5" + lang)
		if a.StatusCode != http.StatusOK || strings.Count(a.body, `<table class="sheet">`) != 3 || !strings.Contains(a.body, code+"-0004") {
			t.Errorf("%d, %d forms", a.StatusCode, strings.Count(a.body, `<table class="sheet">`))
		}
		for _, want := range []string{"kinds 1", `class="qr"`, "<b>4.</b>"} {
			if !strings.Contains(a.body, want) {
				t.Errorf("no %q", want)
			}
		}
	}
	for _, bad := range []string{"?tu=x&den=y", "?tu=0&den=999999", "?tu=20&den=1"} {
		if a := one.get(batch + "/in" + bad); a.StatusCode != http.StatusOK || strings.Count(a.body, `<table class="sheet">`) > printMost {
			t.Errorf("%s: %d", bad, a.StatusCode)
		}
	}
}

func TestOnlyFieldworkersTouchPaper(t *testing.T) {
	t.Parallel()
	st := mustStore(t, testNow)
	one, _, batch := mustTypists(t, st, "2")
	officer := signedInAs(t, one.s, "hanoi")
	for _, target := range []string{paperPath, batch, batch + "/in", batch + "/nhap", batch + "/so/1"} {
		if a := officer.get(target); a.StatusCode != http.StatusForbidden {
			t.Errorf("an officer at %s: %d", target, a.StatusCode)
		}
	}
	for _, target := range []string{paperPath + "/ZZZZZ", batch + "/so/1", batch + "/so/x", paperPath + "/ZZZZZ/nhap"} {
		if a := one.get(target); a.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d", target, a.StatusCode)
		}
	}
	f := one.get(paperPath + "?lang=en").form()
	f.Set("dot", "khong")
	f.Set("so-phieu", "5001")
	if a := one.post(paperPath+"?lang=en", f); a.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("a wrong batch: %d", a.StatusCode)
	}
	f.Set("token", "x")
	if a := one.post(paperPath, f); a.StatusCode != http.StatusForbidden {
		t.Errorf("from elsewhere: %d", a.StatusCode)
	}
	if _, err := st.PutEntry(t.Context(), "ZZZZZ", 1, paper.Entry{}, "k"); err == nil {
		t.Error("an entry of no batch")
	}
}
