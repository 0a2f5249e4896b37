package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"thuocdo/survey"
	"thuocdo/web/problem"
)

const key = "0123456789ABCDEFGHJKMNPQRS"

// programmed sends a JSON body to the API.
func programmed(tb testing.TB, s *Server, wave, key, body string) (int, http.Header, map[string]any) {
	tb.Helper()
	r := httptest.NewRequest(http.MethodPost, "/api/v1/waves/"+wave+"/responses", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	if key != "" {
		r.Header.Set("Idempotency-Key", key)
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	var out map[string]any
	if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil {
		tb.Fatalf("%d: no JSON: %q", w.Code, w.Body)
	}
	return w.Code, w.Header(), out
}

const fine = `{"agency":"01","mode":"kiosk","started_at":"2026-06-01T09:00:00+07:00","answers":{"years":7.5,"been":true,"liked":"3","where":["a","b"],"words":null}}`

func TestAProgramSendsAForm(t *testing.T) {
	t.Parallel()
	s := mustServer(t, mustStore(t, testNow))
	status, _, first := programmed(t, s, "loai", key, fine)
	if status != http.StatusCreated || first["receipt"] != survey.ReceiptCode("loai", key) {
		t.Fatalf("%d %v", status, first)
	}
	if status, _, again := programmed(t, s, "loai", key, fine); status != http.StatusOK || again["receipt"] != first["receipt"] {
		t.Errorf("again: %d %v", status, again)
	}
	if status, _, _ := programmed(t, s, "loai", key, strings.Replace(fine, `"3"`, `"2"`, 1)); status != http.StatusConflict {
		t.Errorf("other content: %d", status)
	}
	b := newBrowser(t, s)
	var got map[string]any
	must(t, json.Unmarshal([]byte(b.get("/api/v1/receipts/"+first["receipt"].(string)).body), &got))
	if len(got) != 2 || got["counted"] != true || got["wave"] != "loai" {
		t.Errorf("the receipt says %v", got)
	}
	for _, code := range []string{"ABCD", survey.ReceiptCode("loai", "nobody sent this")} {
		if a := b.get("/api/v1/receipts/" + code); a.StatusCode != http.StatusNotFound || a.Header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: %d", code, a.StatusCode)
		}
	}
}

func TestEveryRefusedFieldIsNamed(t *testing.T) {
	t.Parallel()
	s := mustServer(t, mustStore(t, testNow))
	for _, c := range []struct {
		name, body string
		want       []string // pointer and reason
	}{
		{"empty object", `{}`, []string{"#/agency missing", "#/answers/years missing", "#/answers/been missing"}},
		{"everything wrong", `{"agency":"99","mode":"fax","started_at":"gestern","answers":{"years":"x","place":"z","been":"yes","where":["a","q"],"words":"` + strings.Repeat("a", 21) + `","nothing":1}}`,
			[]string{"#/mode not_a_choice", "#/started_at not_a_time", "#/agency unknown", "#/answers/years not_a_number", "#/answers/place not_a_choice",
				"#/answers/liked missing", "#/answers/where not_a_choice", "#/answers/words too_long", "#/answers/nothing unknown"}},
		{"unknown member", strings.Replace(fine, `"mode"`, `"node":{"deep":[1,[2,{"x":3}]]},"mode"`, 1), []string{"#/node unknown"}},
		{"repeated member", strings.Replace(fine, `"mode"`, `"agency":"01","mode"`, 1), []string{"#/agency repeated"}},
		{"repeated answer", strings.Replace(fine, `"been":true`, `"been":true,"been":false`, 1), []string{"#/answers/been repeated", "#/answers/liked skipped", "#/answers/where skipped"}},
		{"answer is an object", strings.Replace(fine, `7.5`, `{"a":[1]}`, 1), []string{"#/answers/years not_an_answer", "#/answers/years missing"}},
		{"list in a list", strings.Replace(fine, `["a","b"]`, `["a",["b"]]`, 1), []string{"#/answers/where/1 not_an_answer"}},
		{"agency is a number", strings.Replace(fine, `"01"`, `1`, 1), []string{"#/agency not_a_string", "#/agency missing"}},
		{"pointer is escaped", strings.Replace(fine, `"words":null`, `"a/b~c d":1`, 1), []string{"#/answers/a~1b~0c%20d unknown"}},
		{"skipped answer", strings.Replace(fine, `"been":true`, `"been":false`, 1), []string{"#/answers/liked skipped", "#/answers/where skipped"}},
	} {
		status, h, got := programmed(t, s, "loai", key, c.body)
		var list []string
		errs, _ := got["errors"].([]any)
		for _, e := range errs {
			m := e.(map[string]any)
			list = append(list, fmt.Sprint(m["pointer"], " ", m["reason"]))
			if l := s.book.In("vi"); m["reason"] == "not_an_answer" && m["detail"] != l.T("fault.body.not_an_answer") {
				t.Errorf("%s: %v is not in the language of the answer", c.name, m["detail"])
			}
			if m["detail"] == "" || strings.Contains(fmt.Sprint(m["detail"]), "⟦") {
				t.Errorf("%s: no words for %v", c.name, m)
			}
		}
		if status != http.StatusUnprocessableEntity || h.Get("Content-Type") != "application/problem+json" || strings.Join(list, "\n") != strings.Join(c.want, "\n") {
			t.Errorf("%s: %d\n%s\nwant\n%s", c.name, status, strings.Join(list, "\n"), strings.Join(c.want, "\n"))
		}
	}
}

func TestRefusalsOfTheAPI(t *testing.T) {
	t.Parallel()
	s := mustServer(t, mustStore(t, testNow))
	for _, c := range []struct {
		name, wave, key, body string
		status                int
	}{
		{"no key", "loai", "", fine, 400},
		{"short key", "loai", "short", fine, 400},
		{"long key", "loai", strings.Repeat("k", 129), fine, 400},
		{"unknown wave", "khong-co", key, fine, 404},
		{"closed wave", "dong", key, fine, 410},
		{"coming wave", "sap", key, fine, 403},
		{"no JSON", "loai", key, `xin chào`, 400},
		{"a list", "loai", key, `[]`, 400},
		{"null", "loai", key, `null`, 400},
		{"two documents", "loai", key, fine + fine, 400},
		{"no UTF-8", "loai", key, strings.Replace(fine, `"words":null`, `"words":"\xff"`, 1), 400},
		{"no comma", "loai", key, strings.Replace(fine, `,"mode"`, ` "mode"`, 1), 400},
		{"comma at the end", "loai", key, strings.Replace(fine, `null}`, `null,}`, 1), 400},
		{"a number that is none", "loai", key, strings.Replace(fine, `7.5`, `07.5`, 1), 400},
		{"cut", "loai", key, fine[:len(fine)-3], 400},
		{"deep", "loai", key, `{"x":` + strings.Repeat("[", 100_000), 400},
		{"too large", "loai", key, `{"x":"` + strings.Repeat("a", 300<<10) + `"}`, 413},
		{"too many names", "loai", key, `{` + strings.Repeat(`"x":1,`, 5000) + `"y":1}`, 422},
	} {
		status, h, got := programmed(t, s, c.wave, c.key, c.body)
		if status != c.status || h.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: %d %v, want %d", c.name, status, h.Get("Content-Type"), c.status)
		}
		if got["title"] == "" || got["status"] != float64(c.status) || !strings.HasPrefix(fmt.Sprint(got["type"]), "urn:thuocdo:problem:") {
			t.Errorf("%s: %v", c.name, got)
		}
	}
	for kind, want := range map[string]int{
		"application/json": 201, "application/json; charset=utf-8": 200, "text/json": 415, "": 415, "application/json; charset=latin1": 415,
		"application/x-www-form-urlencoded": 415,
	} {
		r := httptest.NewRequest(http.MethodPost, "/api/v1/waves/loai/responses", strings.NewReader(fine))
		r.Header.Set("Content-Type", kind)
		r.Header.Set("Idempotency-Key", key)
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if w.Code != want && (want != 201 && want != 200 || w.Code/100 != 2) {
			t.Errorf("%q: %d, want %d", kind, w.Code, want)
		}
	}
}

func TestTheAPISaysWhenToComeBack(t *testing.T) {
	t.Parallel()
	st := &failing{Store: mustStore(t, testNow)}
	s := mustServer(t, st)
	st.fail(survey.ErrBusy)
	if status, h, _ := programmed(t, s, "loai", key, fine); status != http.StatusServiceUnavailable || h.Get("Retry-After") == "" {
		t.Errorf("%d, Retry-After %q", status, h.Get("Retry-After"))
	}
}

func TestARetryAfterTheEndGetsItsReceiptFromTheAPI(t *testing.T) {
	t.Parallel()
	st := mustStore(t, testNow)
	_, _, first := programmed(t, mustServer(t, st), "loai", key, fine)
	late := mustServerWith(t, Config{Now: func() time.Time { return testNow.AddDate(1, 0, 0) }}, st)
	if status, _, got := programmed(t, late, "loai", key, fine); status != http.StatusOK || got["receipt"] != first["receipt"] {
		t.Errorf("%d %v", status, got)
	}
	if status, _, _ := programmed(t, late, "loai", "another key 123456", fine); status != http.StatusGone {
		t.Errorf("another form: %d", status)
	}
}

func TestTheQuestionnaireOfAWave(t *testing.T) {
	t.Parallel()
	b := newBrowser(t, mustServer(t, mustStore(t, testNow)))
	a := b.get("/api/v1/waves/loai/questionnaire")
	q, err := survey.ParseQuestionnaire([]byte(a.body))
	if err != nil || q.Code != "kinds" {
		t.Fatalf("%d: %v", a.StatusCode, err)
	}
	r := httptest.NewRequest(http.MethodGet, "/api/v1/waves/loai/questionnaire", nil)
	r.Header.Set("If-None-Match", `"x", W/`+a.Header.Get("ETag"))
	if again := b.do(r); again.StatusCode != http.StatusNotModified || again.body != "" {
		t.Errorf("unchanged: %d", again.StatusCode)
	}
	if a = b.get("/api/v1/waves/khong-co/questionnaire?lang=en"); a.StatusCode != http.StatusNotFound || !strings.Contains(a.body, "There is no such survey") {
		t.Errorf("unknown wave: %d %s", a.StatusCode, a.body)
	}
}

// Every kind of failure has its words in both languages, and a status that fits.
func TestEveryKindOfFailureHasWords(t *testing.T) {
	t.Parallel()
	s := mustServer(t, mustStore(t, testNow))
	for _, k := range problem.Kinds() {
		for _, lang := range []string{"vi", "en"} {
			for _, part := range []string{"title", "detail"} {
				if key := "problem." + k.Code + "." + part; !s.book.In(lang).Has(key) {
					t.Errorf("%s lacks %q", lang, key)
				}
			}
		}
		if k.Status < 400 || k.Status > 599 {
			t.Errorf("%s: status %d", k.Code, k.Status)
		}
		if (k.Status == 503 || k.Status == 429) != (k.Retry > 0) {
			t.Errorf("%s: status %d, Retry-After %d", k.Code, k.Status, k.Retry)
		}
	}
}

// FuzzResponses sends bodies that somebody made up: never a 5xx, always JSON.
func FuzzResponses(f *testing.F) {
	s := mustServer(f, mustStore(f, testNow))
	f.Add(fine)
	f.Add(`{"answers":{"where":[["a"]]}}`)
	f.Add(`{"agency":null,"answers":[]}`)
	f.Fuzz(func(t *testing.T, body string) {
		status, _, _ := programmed(t, s, "loai", key, body)
		if status >= 500 {
			t.Fatalf("%d for %q", status, body)
		}
	})
}

// TestHowAnAnswerCameInIsKeptCoarsely sends a form that took 12 minutes and 20 seconds.
func TestHowAnAnswerCameInIsKeptCoarsely(t *testing.T) {
	t.Parallel()
	store := mustStore(t, testNow)
	s := mustServer(t, store)
	body := strings.Replace(fine, `"2026-06-01T09:00:00+07:00"`, `"`+testNow.Add(-740*time.Second).Format(time.RFC3339)+
		`","unit":"u-1","counter":"quầy.2","enumerator":"dtv_3","language":"en"`, 1)
	if status, _, got := programmed(t, s, "loai", key, body); status != http.StatusCreated {
		t.Fatalf("%d %v", status, got)
	}
	var how []survey.Circumstances
	must(t, store.Responses(t.Context(), "loai", func(r survey.StoredResponse) error {
		how = append(how, r.Circumstances)
		return nil
	}))
	want := survey.Circumstances{Unit: "u-1", Counter: "quầy.2", Enumerator: "dtv_3", Language: "en", Seconds: 720}
	if len(how) != 1 || how[0] != want {
		t.Errorf("kept %+v, want %+v", how, want)
	}
	status, _, got := programmed(t, s, "loai", key+"X", strings.Replace(fine, `"mode"`, `"unit":"<b>","language":"de","mode"`, 1))
	if text := fmt.Sprint(got["errors"]); status != http.StatusUnprocessableEntity || !strings.Contains(text, "#/unit") || !strings.Contains(text, "#/language") {
		t.Errorf("%d %v", status, got)
	}
}
