package web

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/altcha-org/altcha-lib-go"

	"thuocdo/data"
	"thuocdo/survey"
	"thuocdo/survey/guard"
)

// marksOf returns the marks of the stored responses of a wave.
func marksOf(tb testing.TB, st *data.Store, wave string) (list []survey.Flag) {
	tb.Helper()
	must(tb, st.Responses(tb.Context(), wave, func(r survey.StoredResponse) error {
		list = append(list, r.Marks)
		return nil
	}))
	return list
}

// small is a form of the small questionnaire that is ready to be sent, with a key of its own.
func small(tb testing.TB, b *browser) url.Values {
	tb.Helper()
	page := b.get("/khao-sat/loai/01")
	for range 5 {
		if step, of := stepOf(tb, page); step == of {
			return page.form()
		}
		f := fillIn(page, 1)
		if f.Has("a.years") {
			f.Set("a.years", "30")
		}
		page = b.post("/khao-sat/loai/01", f)
	}
	tb.Fatal("the form has no end")
	return nil
}

// solution does the work that the page asks for.
func solution(tb testing.TB, page answer) string {
	tb.Helper()
	var c altcha.Challenge
	must(tb, json.Unmarshal([]byte(attr(page.find("phieu"), "data-proof")), &c))
	s, err := altcha.SolveChallenge(c.Challenge, c.Salt, altcha.SHA256, int(c.MaxNumber), 0, nil)
	must(tb, err)
	b, err := json.Marshal(altcha.Payload{Algorithm: c.Algorithm, Challenge: c.Challenge, Number: int64(s.Number), Salt: c.Salt, Signature: c.Signature})
	must(tb, err)
	return base64.StdEncoding.EncodeToString(b)
}

// crowd sends forms from the browser's network until it is asked for proof, and returns the form that was held back.
func crowd(tb testing.TB, b *browser) (url.Values, answer) {
	tb.Helper()
	for range 30 {
		f := small(tb, b)
		if a, _ := press(tb, b, "/khao-sat/loai/01", f); a.StatusCode == http.StatusTooManyRequests {
			return f, a
		}
	}
	tb.Fatal("nobody is asked for anything")
	return nil, answer{}
}

func TestWorkOpensTheDoorOnceForEachForm(t *testing.T) {
	t.Parallel()
	now := testNow
	s := mustServerWith(t, Config{Now: func() time.Time { return now }}, mustStore(t, testNow))
	b := newBrowser(t, s)
	f, page := crowd(t, b)
	if page.Header.Get("Retry-After") == "" || page.form().Get("s") != f.Get("s") || !strings.HasPrefix(page.title(), "Lỗi:") {
		t.Errorf("held back: Retry-After %q, answers kept %v", page.Header.Get("Retry-After"), page.form().Get("s") == f.Get("s"))
	}
	work := solution(t, page)
	var p altcha.Payload
	raw, err := base64.StdEncoding.DecodeString(work)
	must(t, err)
	must(t, json.Unmarshal(raw, &p))
	p.Number++
	forged, err := json.Marshal(p)
	must(t, err)
	for name, bad := range map[string]string{"none": "", "no base64": "%%%", "no JSON": "AAAA", "forged": base64.StdEncoding.EncodeToString(forged),
		"huge": strings.Repeat("A", 10_000)} {
		f.Set(fieldProof, bad)
		if a, _ := press(t, b, "/khao-sat/loai/01", f); a.StatusCode != http.StatusTooManyRequests {
			t.Errorf("%s proof: %d", name, a.StatusCode)
		}
	}
	now = testNow.Add(challengeLife)
	if s.door.proved(work, f.Get("s"), now) {
		t.Error("an expired challenge is taken")
	}
	now = testNow
	g, page := crowd(t, b)
	work = solution(t, page)
	g.Set(fieldProof, work)
	_, first := press(t, b, "/khao-sat/loai/01", g)
	_, again := press(t, b, "/khao-sat/loai/01", g)
	if !strings.HasPrefix(first, "/bien-nhan/") || again != first {
		t.Errorf("with proof to %q, a retry to %q", first, again)
	}
	h := small(t, b)
	h.Set(fieldProof, work)
	if a, _ := press(t, b, "/khao-sat/loai/01", h); a.StatusCode != http.StatusTooManyRequests {
		t.Errorf("the proof of another form: %d", a.StatusCode)
	}
}

func TestWhoeverCannotDoTheWorkWaits(t *testing.T) {
	t.Parallel()
	now := testNow
	strict := guard.Default
	strict.Free = 1.5
	s := mustServerWith(t, Config{Now: func() time.Time { return now }, Guard: strict}, mustStore(t, testNow))
	b := newBrowser(t, s)
	_, page := crowd(t, b)
	f := page.form()
	if a, _ := press(t, b, "/khao-sat/loai/01", f); a.StatusCode != http.StatusTooManyRequests {
		t.Errorf("at once: %d", a.StatusCode)
	}
	other := small(t, b)
	other.Set(fieldTicket, f.Get(fieldTicket))
	now = now.Add(6 * time.Second)
	if a, _ := press(t, b, "/khao-sat/loai/01", other); a.StatusCode != http.StatusTooManyRequests {
		t.Errorf("with the ticket of another form: %d", a.StatusCode)
	}
	if a, to := press(t, b, "/khao-sat/loai/01", f); !strings.HasPrefix(to, "/bien-nhan/") {
		t.Errorf("after the wait: %d", a.StatusCode)
	}
	// A clock that jumps a day back must not build a wall: the wait begins anew.
	_, page = crowd(t, b)
	g := page.form()
	now = now.Add(-24 * time.Hour)
	a, to := press(t, b, "/khao-sat/loai/01", g)
	if a.StatusCode == http.StatusTooManyRequests {
		g = a.form()
		now = now.Add(10 * time.Second)
		a, to = press(t, b, "/khao-sat/loai/01", g)
	}
	if !strings.HasPrefix(to, "/bien-nhan/") {
		t.Errorf("after the clock jumped: %d", a.StatusCode)
	}
}

func TestThisMachineStandsForEverybodyBehindAnUnknownProxy(t *testing.T) {
	t.Parallel()
	b := newBrowser(t, mustServer(t, mustStore(t, testNow)))
	b.ip = "127.0.0.1:5000"
	for range 30 {
		if a, to := press(t, b, "/khao-sat/loai/01", small(t, b)); !strings.HasPrefix(to, "/bien-nhan/") {
			t.Fatalf("%d", a.StatusCode)
		}
	}
}

func TestWhatLooksSentByAProgramIsTakenAndMarked(t *testing.T) {
	t.Parallel()
	now := testNow
	st := mustStore(t, testNow)
	s := mustServerWith(t, Config{Now: func() time.Time { return now }}, st)
	b := newBrowser(t, s)
	trap := small(t, b)
	trap.Set(fieldTrap, "mua ngay")
	press(t, b, "/khao-sat/loai/01", trap)
	if got := marksOf(t, st, "loai"); len(got) != 1 || got[0] != survey.Trap {
		t.Errorf("a filled trap: %v", got)
	}
	fast := walkForm(t, b, sipasForm, 0).form()
	now = now.Add(3 * time.Second)
	press(t, b, sipasForm, fast)
	slow := walkForm(t, b, sipasForm, 0).form()
	now = now.Add(5 * time.Minute)
	press(t, b, sipasForm, slow)
	got := marksOf(t, st, "mo")
	if len(got) != 2 || got[0]|got[1] != survey.Automated || got[0]&got[1] != 0 {
		t.Errorf("in three seconds, and in five minutes: %v", got)
	}
}

func TestFormsThatAreAlikeFromOneNetworkAreMarked(t *testing.T) {
	t.Parallel()
	st := mustStore(t, testNow)
	s := mustServer(t, st)
	b := newBrowser(t, s)
	b.ip = "198.51.100.77:1"
	for range 16 {
		if _, to := press(t, b, sipasForm, walkForm(t, b, sipasForm, 9).form()); !strings.HasPrefix(to, "/bien-nhan/") {
			t.Fatal("not taken")
		}
	}
	marked := 0
	for _, f := range marksOf(t, st, "mo") {
		if f == survey.Network {
			marked++
		}
	}
	if marked != 6 {
		t.Errorf("%d of 16 marked, want all after the tenth", marked)
	}
	other := newBrowser(t, s)
	press(t, other, sipasForm, walkForm(t, other, sipasForm, 9).form())
	if all := marksOf(t, st, "mo"); len(all) != 17 {
		t.Errorf("%d responses", len(all))
	}
}

func TestTheAPISlowsAFloodDown(t *testing.T) {
	t.Parallel()
	s := mustServer(t, mustStore(t, testNow))
	refused := 0
	for i := range int(s.door.ledger.Rules().Most) + 20 {
		r := httptest.NewRequest(http.MethodPost, "/api/v1/waves/loai/responses", strings.NewReader(`{"agency":"01","mode":"api","answers":{"years":["30"],"been":["no"]}}`))
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Idempotency-Key", "flood-of-one-sender") // the same one: counted once
		r.RemoteAddr = "203.0.113.9:1"
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		switch w.Code {
		case http.StatusCreated, http.StatusOK:
		case http.StatusTooManyRequests:
			refused++
			if w.Header().Get("Retry-After") == "" {
				t.Fatal("no Retry-After")
			}
		default:
			t.Fatalf("%d: %d %s", i, w.Code, w.Body)
		}
	}
	if refused != 20 {
		t.Errorf("%d refused, want 20", refused)
	}
}

func TestNothingOfANetworkIsKeptInWords(t *testing.T) {
	t.Parallel()
	s := mustServer(t, mustStore(t, testNow))
	b := newBrowser(t, s)
	press(t, b, "/khao-sat/loai/01", small(t, b))
	if text := fmt.Sprintf("%#v", s.door.ledger); strings.Contains(text, "203.0.113") {
		t.Error("the ledger names a network")
	}
}
