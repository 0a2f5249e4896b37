package web

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"thuocdo/data"
	"thuocdo/scoring/phrase"
	"thuocdo/survey"
	"thuocdo/survey/account"
)

// mustPlanner is a server with a designer signed in, and samples from files.
func mustPlanner(t *testing.T) (*data.Store, *browser) {
	t.Helper()
	st := mustStore(t, testNow)
	_, err := st.PutAccount(t.Context(), account.Account{Login: "thietke", Name: "Thiết Kế", Role: account.Designer, Password: mustHash(t, "thietke")})
	must(t, err)
	read := func(_ context.Context, file []byte) (*survey.Design, error) {
		code, agency, _ := strings.Cut(string(file), "@")
		if code == "" {
			var m phrase.Mistakes
			m.Add("row 2, column unit", "thiếu mã", "the code is missing")
			return nil, m
		}
		d := &survey.Design{Units: []survey.SamplingUnit{{Code: code, Agency: agency, Stratum: "a", Weight: 2, Drawn: 30}}}
		d.Fill()
		return d, nil
	}
	return st, signedInAs(t, mustServerWith(t, Config{SampleFile: read}, st), "thietke")
}

func planned(t *testing.T, st *data.Store) survey.Wave {
	t.Helper()
	list, err := st.Waves(t.Context())
	must(t, err)
	for _, w := range list {
		if w.OpenAt(testNow) {
			return w
		}
	}
	t.Fatal("no wave is open")
	return survey.Wave{}
}

func TestADesignerAddsChangesAndClosesAWaveWhileTheServiceRuns(t *testing.T) {
	t.Parallel()
	st, b := mustPlanner(t)
	w := planned(t, st)
	if a := b.get(wavesPath); a.StatusCode != http.StatusOK || !strings.Contains(a.body, waveAddress(w.Code)) {
		t.Fatalf("the list: %d %s", a.StatusCode, a.body)
	}
	for page, word := range map[string]string{wavesPath: "Survey waves", waveAddress(w.Code): "Save"} {
		if a := b.get(page + "?lang=en"); a.StatusCode != http.StatusOK || !strings.Contains(a.body, word) || strings.Contains(a.body, "⟦") {
			t.Errorf("%s in English: %d %s", page, a.StatusCode, a.body)
		}
	}
	form := b.get(waveAddress(newWaveCode))
	fields := url.Values{"token": {tokenOf(t, form)}, "lam": {"luu"}, "ma": {"dot-moi"}, "ten": {"Đợt mới <b>"}, "phieu": {w.Questionnaire}, "phien-ban": {w.Version},
		"bo": {w.Framework}, "ky": {"2031"}, "mo": {"2031-03-01T08:00"}, "dong": {"2031-02-01T08:00"}, "co-quan": {w.Agencies[0] + ", lạ"}, "hinh-thuc": {"web"}}
	a := b.post(waveAddress(newWaveCode), fields)
	if a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.body, `href="#dong"`) || !strings.Contains(a.body, `href="#co-quan"`) ||
		!strings.Contains(a.body, "Đợt mới &lt;b&gt;") {
		t.Fatalf("a wrong wave: %d %s", a.StatusCode, a.body)
	}
	fields.Set("dong", "2031-05-01T08:00")
	fields.Set("co-quan", w.Agencies[0])
	if a := b.post(waveAddress(newWaveCode), fields); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("a good wave: %d %s", a.StatusCode, a.body)
	}
	if a := b.post(waveAddress(newWaveCode), fields); a.Header.Get("Location") != waveAddress("dot-moi")+"?xong=luu" {
		t.Errorf("a double click: %d", a.StatusCode)
	}
	fields.Set("ten", "Đợt khác")
	if a := b.post(waveAddress(newWaveCode), fields); a.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("the same code again: %d", a.StatusCode)
	}
	made, err := st.OpenWave("dot-moi")
	must(t, err)
	if made.Opens.In(survey.Vietnam).Format(timeForm) != "2031-03-01T08:00" || made.Title["vi"] != "Đợt mới <b>" {
		t.Errorf("stored %+v", made.Wave)
	}
	if a := b.post(waveAddress(w.Code), url.Values{"token": fields["token"], "lam": {"dong"}}); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("closing: %d %s", a.StatusCode, a.body)
	}
	closed, err := st.OpenWave(w.Code)
	must(t, err)
	if a := b.post(waveAddress(w.Code), url.Values{"token": fields["token"], "lam": {"dong"}}); a.StatusCode != http.StatusSeeOther {
		t.Errorf("closing twice: %d", a.StatusCode)
	}
	if a := b.post(waveAddress(w.Code), url.Values{"token": fields["token"], "lam": {"mo"}}); a.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("opening what is over: %d", a.StatusCode)
	}
	if again, _ := st.OpenWave(w.Code); !again.Closes.Equal(closed.Closes) {
		t.Error("closing twice moves the end")
	}
	if now, _ := st.OpenWave(w.Code); !now.ClosedAt(testNow) {
		t.Error("the wave is still open")
	}
}

func TestOnlyDesignersChangeWavesAndOnlyWithTheirToken(t *testing.T) {
	t.Parallel()
	st, b := mustPlanner(t)
	w := planned(t, st)
	if a := b.post(waveAddress(w.Code), url.Values{"token": {"x"}, "lam": {"dong"}}); a.StatusCode != http.StatusForbidden {
		t.Errorf("without a token: %d", a.StatusCode)
	}
	_, err := st.PutAccount(t.Context(), account.Account{Login: "phantich", Name: "Phân Tích", Role: account.Analyst, Password: mustHash(t, "phantich")})
	must(t, err)
	r := signedInAs(t, mustServerWith(t, Config{}, st), "phantich")
	if a := r.get(wavesPath); a.StatusCode != http.StatusOK || strings.Contains(a.body, newWaveCode) {
		t.Errorf("an analyst's list: %d", a.StatusCode)
	}
	if a := r.get(waveAddress(w.Code)); a.StatusCode != http.StatusForbidden {
		t.Errorf("an analyst's form: %d", a.StatusCode)
	}
}

func TestASampleFromAFileIsStoredAndItsUnitsAreChecked(t *testing.T) {
	t.Parallel()
	st, b := mustPlanner(t)
	w := planned(t, st)
	token := url.Values{"token": {tokenOf(t, b.get(waveAddress(w.Code)))}}
	for file, want := range map[string]string{"@": "row 2, column unit", "xa1@không": "unit xa1"} {
		if a := b.send(waveAddress(w.Code)+"/mau", "m.csv", []byte(file), token); a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.body, want) {
			t.Errorf("%q: %d %s", file, a.StatusCode, a.body)
		}
	}
	if a := b.send(waveAddress(w.Code)+"/mau", "m.csv", []byte("xa1@"+w.Agencies[0]), token); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("a good sample: %d %s", a.StatusCode, a.body)
	}
	path := "/khao-sat/" + w.Code + "/" + w.Agencies[0]
	for unit, want := range map[string]int{"": 200, "xa1": 200, "xa2": 422, "<script>": 422} {
		if a := b.get(path + "?don-vi=" + url.QueryEscape(unit)); a.StatusCode != want {
			t.Errorf("unit %q: %d, want %d", unit, a.StatusCode, want)
		}
	}
	if a := b.get("/xep-hang/" + w.Framework + "/" + string(w.Period)); !strings.Contains(a.body, "trọng số thay đổi theo từng phiếu") {
		t.Error("the public page of an open wave does not say that its figures are not weighted yet")
	}
}

// TestAWaveChangedMeanwhileIsNotReplacedUnseen has two people, or one in two tabs, change one wave.
func TestAWaveChangedMeanwhileIsNotReplacedUnseen(t *testing.T) {
	t.Parallel()
	st, b := mustPlanner(t)
	w := planned(t, st)
	at := waveAddress(w.Code)
	fields := func(a answer, title string) url.Values {
		f := a.form()
		f.Set("ten", title)
		f.Set("lam", "luu")
		return f
	}
	one, two := b.get(at), b.get(at)
	if a := b.post(at, fields(one, "Tên một")); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("the first: %d", a.StatusCode)
	}
	if a := b.post(at, fields(one, "Tên một")); a.StatusCode != http.StatusSeeOther {
		t.Errorf("a double click: %d", a.StatusCode)
	}
	for _, lang := range []string{"?lang=en", ""} {
		a := b.post(at+lang, fields(two, "Tên hai"))
		if a.StatusCode != http.StatusConflict || a.form().Get("ten") != "Tên hai" || !strings.Contains(a.body, `href="`+at+lang) {
			t.Fatalf("the second: %d", a.StatusCode)
		}
		checkPage(t, "a conflict", a)
		two = a
		if now, _ := st.OpenWave(w.Code); now.Title["vi"] != "Tên một" {
			t.Fatalf("replaced by %q", now.Title["vi"])
		}
		if lang == "?lang=en" { // a third one is quicker again
			if a := b.post(at, fields(b.get(at), "Tên ba")); a.StatusCode != http.StatusSeeOther {
				t.Fatalf("the third: %d", a.StatusCode)
			}
			if a := b.post(at, fields(b.get(at), "Tên một")); a.StatusCode != http.StatusSeeOther {
				t.Fatalf("the third: %d", a.StatusCode)
			}
			two = one // which has seen neither
			must(t, st.SetAccess(t.Context(), w.Code, survey.Both))
			continue
		}
		if a := b.post(at, fields(two, "Tên hai")); a.StatusCode != http.StatusSeeOther {
			t.Errorf("saved knowingly: %d", a.StatusCode)
		}
	}
	if now, _ := st.OpenWave(w.Code); now.Title["vi"] != "Tên hai" || now.Access != survey.Both {
		t.Errorf("stored %+v", now.Wave)
	}
	// A page from before somebody closed the wave changes the end, so it is told too.
	old := b.get(at)
	b.post(at, url.Values{"token": old.form()["token"], "lam": {"dong"}})
	if a := b.post(at, fields(old, "Tên bốn")); a.StatusCode != http.StatusConflict {
		t.Errorf("reopened unseen: %d", a.StatusCode)
	}
}
