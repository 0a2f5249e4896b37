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
	if a := b.post(waveAddress(w.Code), url.Values{"token": fields["token"], "lam": {"dong"}}); a.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("closing twice: %d", a.StatusCode)
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
