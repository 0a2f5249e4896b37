package web

import (
	"encoding/json"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"testing"

	"thuocdo/data"
	"thuocdo/scoring/phrase"
	"thuocdo/survey"
)

// planOf changes the plan of a wave.
func planOf(tb testing.TB, st *data.Store, wave string, p survey.Plan) {
	tb.Helper()
	w, err := st.OpenWave(wave)
	must(tb, err)
	now := w.Wave
	now.Plan = p
	must(tb, st.PutWave(tb.Context(), now))
}

func TestTheWavePageKeepsAPlan(t *testing.T) {
	t.Parallel()
	st, b := mustPlanner(t)
	page := b.get(waveAddress("mo"))
	f := page.form()
	if got := f["hinh-thuc"]; len(got) != len(survey.Modes()) {
		t.Fatalf("modes of a wave without a plan: %q", got)
	}
	f.Set("lam", "luu")
	f["hinh-thuc"] = []string{"web", "paper"}
	f.Set("chi-tieu", "01; -; 500; 475; 450\n-;-;;;9000")
	f.Set("chi-tieu-co-cau", "sex=female, agency=01: 200")
	f.Set("dong-y.vi.ethnicity_consent", "Sở Nội vụ giữ đến hết năm 2026.")
	f.Set("dong-y.en.ethnicity_consent", "Kept until the end of 2026.")
	if a := b.post(waveAddress("mo"), f); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("saved: %d %s", a.StatusCode, around(a.body, "error-summary"))
	}
	w, err := st.OpenWave("mo")
	must(t, err)
	want := survey.Plan{Modes: []survey.Mode{survey.Web, survey.Paper}, Targets: []survey.Target{{Agency: "01", Issued: 500, Returned: 475, Valid: 450}, {Valid: 9000}},
		Quotas:   []survey.Quota{{Where: map[string]string{"sex": "female", "agency": "01"}, Target: 200}},
		Consents: map[string]phrase.Text{"ethnicity_consent": {"vi": "Sở Nội vụ giữ đến hết năm 2026.", "en": "Kept until the end of 2026."}}}
	if !reflect.DeepEqual(w.Plan, want) {
		t.Errorf("stored %+v", w.Plan)
	}
	again := b.get(waveAddress("mo")).form()
	if !reflect.DeepEqual(again["hinh-thuc"], []string{"web", "paper"}) || strings.TrimSpace(again.Get("chi-tieu")) != "01; -; 500; 475; 450\n-; -; ; ; 9000" ||
		again.Get("dong-y.vi.ethnicity_consent") == "" {
		t.Errorf("shown again: %v", again)
	}
	for _, part := range []string{"chi-tieu", "chi-tieu-co-cau", "dong-y.vi.ethnicity_consent", "dong-y.en.ethnicity_consent"} {
		again.Set(part, "")
	}
	again["hinh-thuc"] = []string{"web", "kiosk", "enumerator", "paper", "api"}
	again.Set("lam", "luu")
	if a := b.post(waveAddress("mo"), again); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("emptied: %d", a.StatusCode)
	}
	if w, _ := st.OpenWave("mo"); !reflect.DeepEqual(w.Plan, survey.Plan{}) {
		t.Errorf("emptied, but stored %+v", w.Plan)
	}
}

func TestMistakesOfAPlanStandAtTheirFieldsAndNothingIsLost(t *testing.T) {
	t.Parallel()
	_, b := mustPlanner(t)
	f := b.get(waveAddress("mo")).form()
	f.Set("lam", "luu")
	f.Del("hinh-thuc")
	f.Set("chi-tieu", "99; -; 5\n<script>;1")
	f.Set("chi-tieu-co-cau", "sex=none: 5")
	f.Set("dong-y.en.ethnicity_consent", "English only <b>")
	a := b.post(waveAddress("mo"), f)
	if a.StatusCode != http.StatusUnprocessableEntity {
		t.Fatalf("%d", a.StatusCode)
	}
	for _, want := range []string{`href="#hinh-thuc"`, `href="#chi-tieu"`, "dòng 2:", "&lt;script&gt;", "English only &lt;b&gt;", "sex=none: 5"} {
		if !strings.Contains(a.body, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	checkPage(t, "wave with mistakes", a)
	f["hinh-thuc"] = []string{"web", "phone"}
	f.Set("chi-tieu", "99; -; 5")
	a = b.post(waveAddress("mo"), f)
	for _, want := range []string{`href="#chi-tieu-co-cau"`, `href="#dong-y.vi.ethnicity_consent"`, "phone"} {
		if a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.body, want) {
			t.Errorf("%d: the page lacks %q", a.StatusCode, want)
		}
	}
}

func TestAWaveSaysItsTextOfConsent(t *testing.T) {
	t.Parallel()
	st := mustStore(t, testNow)
	planOf(t, st, "mo", survey.Plan{Consents: map[string]phrase.Text{"ethnicity_consent": {"vi": "Viện giữ đến hết năm.", "en": "The institute keeps it."}}})
	b := newBrowser(t, mustServer(t, st))
	page, seen := b.get(sipasForm), false
	for range 30 {
		f := fillIn(page, 0)
		if f.Has("a.ethnicity_consent") {
			seen = strings.Contains(page.body, "Viện giữ đến hết năm.") && !strings.Contains(page.body, "thông tin nhạy cảm nên")
			break
		}
		page = b.post(sipasForm, f)
	}
	if !seen {
		t.Error("the step does not show the text of the wave")
	}
}

func TestAnswersInAModeThatIsNotPlannedAreRefusedEverywhere(t *testing.T) {
	t.Parallel()
	st := mustStore(t, testNow)
	one, _, batch := mustTypists(t, st, "1")
	s := mustServer(t, st)
	kiosk := mustKiosk(t, s)
	planOf(t, st, "loai", survey.Plan{Modes: []survey.Mode{survey.Enumerator}})
	planOf(t, st, "mo", survey.Plan{Modes: []survey.Mode{survey.API}})
	b := newBrowser(t, s)
	for path, want := range map[string]int{"/khao-sat/loai": 403, "/khao-sat/loai/01": 403, sipasForm: 403} {
		if a := b.get(path); a.StatusCode != want || !strings.Contains(a.body, "không nhận phiếu theo cách này") {
			t.Errorf("%s: %d", path, a.StatusCode)
		}
	}
	if a := b.post("/khao-sat/loai/01", url.Values{"p": {"0"}, "go": {"send"}}); a.StatusCode != http.StatusForbidden {
		t.Errorf("a step: %d", a.StatusCode)
	}
	if a := kiosk.get(kioskAt); a.StatusCode != http.StatusForbidden {
		t.Errorf("a kiosk: %d", a.StatusCode)
	}
	if a := typeIn(one, batch, "1", map[string]string{"liked": "1"}); a.StatusCode != http.StatusForbidden {
		t.Errorf("paper: %d", a.StatusCode)
	}
	f := one.get(paperPath).form()
	f.Set("dot", "loai")
	f.Set("co-quan", "01")
	f.Set("so-phieu", "20")
	if a := one.post(paperPath, f); a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.body, "không thu phiếu giấy") {
		t.Errorf("a new batch: %d", a.StatusCode)
	}
	status, _, out := programmed(t, s, "loai", key, fine)
	if status != http.StatusForbidden || out["type"] != "urn:thuocdo:problem:mode_closed" || out["detail"] == "" {
		t.Errorf("a program: %d %v", status, out)
	}
	if status, _, _ := programmed(t, s, "loai", key, strings.Replace(fine, `"kiosk"`, `"enumerator"`, 1)); status != http.StatusCreated {
		t.Errorf("an enumerator: %d", status)
	}
	if n := len(storedOf(t, st, "loai")) + len(storedOf(t, st, "mo")); n != 1 {
		t.Errorf("%d responses stored", n)
	}
	if a := b.get("/"); !strings.Contains(a.body, "không trả lời trực tuyến") {
		t.Error("the first page leads to a form that nobody may open")
	}
}

func TestAProgramLearnsHowAWaveIsCollected(t *testing.T) {
	t.Parallel()
	st := mustStore(t, testNow)
	planOf(t, st, "mo", survey.Plan{Modes: []survey.Mode{survey.Web, survey.API}, Quotas: []survey.Quota{{Where: map[string]string{"sex": "female"}, Target: 3}}})
	b := newBrowser(t, mustServer(t, st))
	var got map[string]any
	a := b.get("/api/v1/waves/mo")
	must(t, json.Unmarshal([]byte(a.body), &got))
	if a.StatusCode != http.StatusOK || got["access"] != "open" || got["open"] != true || !reflect.DeepEqual(got["modes"], []any{"web", "api"}) {
		t.Errorf("%d %v", a.StatusCode, got)
	}
	if _, told := got["quotas"]; told {
		t.Error("quotas are the field team's")
	}
	if a := b.get("/api/v1/waves/none"); a.StatusCode != http.StatusNotFound {
		t.Errorf("unknown: %d", a.StatusCode)
	}
}
