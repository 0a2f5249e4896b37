package web

import (
	"bytes"
	"html"
	"log/slog"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"thuocdo/data"
	"thuocdo/data/export"
	"thuocdo/scoring/phrase"
	"thuocdo/survey"
	"thuocdo/survey/opinion"
)

// keepTexts has a wave close so many months before testNow, or after, and keep texts so long after that.
func keepTexts(tb testing.TB, st *data.Store, wave string, closed, months int) {
	tb.Helper()
	w, err := st.OpenWave(wave)
	must(tb, err)
	now := w.Wave
	now.Opens, now.Closes, now.Retention = testNow.AddDate(-2, 0, 0), testNow.AddDate(0, -closed, 0), &months
	must(tb, st.PutWave(tb.Context(), now))
}

func TestTheFormSaysWhenTextsAreErased(t *testing.T) {
	t.Parallel()
	st, _ := spoken(t)
	s := mustServer(t, st)
	const sentence, english = "Những gì ông/bà tự viết sẽ được xóa sau khi đợt khảo sát kết thúc 12 tháng;", "erased 1 month after the survey closes;"
	form := "/khao-sat/y/79"
	if a := newBrowser(t, s).get(form); a.StatusCode != http.StatusOK || strings.Contains(a.body, "Những gì ông/bà tự viết") {
		t.Errorf("%d: it says so of texts that stay", a.StatusCode)
	}
	keepTexts(t, st, "y", -1, 12)
	if a := newBrowser(t, s).get(form); !strings.Contains(a.body, sentence) {
		t.Errorf("the form does not say it: %s", around(a.body, "Mở đầu"))
	}
	keepTexts(t, st, "y", -1, 1)
	if a := newBrowser(t, s).get(form + "?lang=en"); !strings.Contains(a.body, english) {
		t.Errorf("in English: %s", around(a.body, "Mở đầu"))
	}
}

// What is due is erased by the sweep alone, by the clock of the server's store, and pages say what stands in its place.
func TestTheSweepErasesWhatIsDueAndPagesSaySo(t *testing.T) {
	t.Parallel()
	st, question := spoken(t)
	var log bytes.Buffer
	s := mustServerWith(t, Config{Formats: export.Formats, Log: slog.New(slog.NewTextHandler(&log, nil))}, st)
	lan := signedInAs(t, s, "designer")
	must(t, st.PutFrame(t.Context(), "y", opinion.Frame{Question: question, Codes: []opinion.Code{{Code: "duong", Title: phrase.VI("Đường sá", "Roads")}}}))
	a, err := st.AccountByLogin(t.Context(), "designer")
	must(t, err)
	far := opinion.DigestOf(question, "Đường sá xa xôi")
	must(t, st.PutCodings(t.Context(), "y", question, a.ID, []opinion.Coding{{Digest: far, Codes: []string{"duong"}}}))

	keepTexts(t, st, "y", 2, 3)
	s.sweepOnce(t.Context())
	if b := lan.get(opinionMo); !strings.Contains(b.body, "Đường sá xa xôi") || strings.Contains(log.String(), "texts=") {
		t.Errorf("erased before its time: %s", &log)
	}
	if b := lan.get(waveAddress("y")); !strings.Contains(b.body, "Lời viết sẽ được xóa từ ngày") || b.form().Get("giu-loi") != "3" {
		t.Errorf("the page of the wave: %s", around(b.body, "giu-loi"))
	}
	lan.get(waveAddress("y") + "?lang=en")
	keepTexts(t, st, "y", 2, 2)
	coding := lan.get(opinionMo + "?xem=ma").form()
	if b := lan.post(opinionMo+"/ma?xem=ma", coding); b.StatusCode != http.StatusConflict || !strings.Contains(b.body, "đã đến hạn xóa") {
		t.Errorf("coding texts that are due: %d", b.StatusCode)
	}
	s.sweepOnce(t.Context())
	if !strings.Contains(log.String(), "texts=10") {
		t.Errorf("the log says %s", &log)
	}
	checkErasedPages(t, lan)
	if b := lan.get(waveAddress("y")); !strings.Contains(b.body, "Đã xóa 10 lời viết") {
		t.Errorf("the page of the wave: %s", around(b.body, "giu-loi"))
	}
	lan.get(waveAddress("y") + "?lang=en")
	if b := signedInAs(t, s, "auditor").get("/quan-tri/nhat-ky?lang=en"); !strings.Contains(b.body, "texts erased") {
		t.Errorf("the log of acts: %d", b.StatusCode)
	}
}

func checkErasedPages(t *testing.T, b *browser) {
	t.Helper()
	for lang, words := range map[string][3]string{"": {"[đã xóa]", "[đã xóa] 1", "Lời của 10 người đã được xóa"}, "&lang=en": {"[erased]", "[erased] 1", "The texts of 10 people were erased"}} {
		a := b.get(opinionMo + "?xem=" + lang)
		body := html.UnescapeString(a.body)
		for _, w := range words {
			if !strings.Contains(body, w) {
				t.Errorf("%q: the page lacks %q: %s", lang, w, around(body, "texts"))
			}
		}
		checkPage(t, "erased texts", a)
	}
	for _, words := range append([]string{"\u200e"}, hostileTexts...) {
		if a := b.get(opinionMo); strings.Contains(html.UnescapeString(a.body), words) {
			t.Errorf("the page still has %q", words)
		}
	}
	if a := b.get(opinionMo + "?xem=ma"); len(a.form()["van-ban"]) != 0 {
		t.Error("erased texts are offered for coding")
	}
}

func TestMonthsAreCheckedOnTheWavePage(t *testing.T) {
	t.Parallel()
	st, b := mustPlanner(t)
	f := b.get(waveAddress("mo")).form()
	f.Set("lam", "luu")
	for typed, want := range map[string]string{"mười hai": "không phải là số tháng", "241": "từ 0 đến 240", "-1": "từ 0 đến 240"} {
		f.Set("giu-loi", typed)
		a := b.post(waveAddress("mo"), f)
		if a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.body, want) || !strings.Contains(a.body, `href="#giu-loi"`) || a.form().Get("giu-loi") != typed {
			t.Errorf("%q: %d %s", typed, a.StatusCode, around(a.body, "giu-loi"))
		}
	}
	f.Set("giu-loi", "6")
	if a := b.post(waveAddress("mo"), f); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("saved: %d", a.StatusCode)
	}
	w, err := st.OpenWave("mo")
	must(t, err)
	if w.Months() != 6 {
		t.Errorf("%d months are stored", w.Months())
	}
	poll(t, st, "mo", "79", 3) // now it is promised
	for _, x := range []struct {
		months string
		want   int
	}{{"7", http.StatusUnprocessableEntity}, {"", http.StatusUnprocessableEntity}, {"5", http.StatusSeeOther}} {
		f = b.get(waveAddress("mo")).form()
		f.Set("lam", "luu")
		f.Set("giu-loi", x.months)
		if a := b.post(waveAddress("mo"), f); a.StatusCode != x.want {
			t.Errorf("6 months become %q: %d, want %d", x.months, a.StatusCode, x.want)
		}
	}
}

// Whoever reviews a case learns that there was a comment, and that its words are gone. Marks that were found before name no response
// any more.
func TestACaseSaysThatWordsAreErased(t *testing.T) {
	t.Parallel()
	st, _ := spoken(t)
	w, err := st.OpenWave("y")
	must(t, err)
	x := survey.Submission{Wave: "y", Agency: "79", Mode: survey.Web, Answers: survey.Answers{{Set: true}, {Set: true, Text: "quảng cáo"}, {}}, Key: "trapped-key-number-1",
		Circumstances: survey.Circumstances{Marks: survey.Trap}}
	e, err := x.Entry(w, survey.DayOf(testNow))
	must(t, err)
	_, err = st.Append(t.Context(), e)
	must(t, err)
	s := mustServer(t, st)
	b := signedInAs(t, s, "analyst")
	link := regexp.MustCompile(reviewAddress("y") + "/79/[0-9a-f]+")
	caseNow := func() string { return link.FindString(b.get(reviewAddress("y")).body) }
	before := caseNow()
	if a := b.get(before); a.StatusCode != http.StatusOK || !strings.Contains(a.body, "có ý kiến, 9 ký tự") {
		t.Fatalf("%q before: %d", before, a.StatusCode)
	}
	keepTexts(t, st, "y", 2, 1)
	s.sweepOnce(t.Context())
	after := caseNow()
	if after == "" || after == before {
		t.Fatalf("the case is %q, was %q", after, before)
	}
	for lang, words := range map[string]string{"": "có ý kiến, lời viết đã xóa", "?lang=en": "a comment; its words are erased"} {
		if a := b.get(after + lang); a.StatusCode != http.StatusOK || !strings.Contains(a.body, words) {
			t.Errorf("%d: the case lacks %q", a.StatusCode, words)
		}
	}
}
