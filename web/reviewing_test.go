package web

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"thuocdo/data"
	"thuocdo/scoring/standing"
	"thuocdo/survey"
	"thuocdo/survey/account"
	"thuocdo/survey/quality"
	"thuocdo/survey/simulate"
)

const reviewMo = "/quan-tri/dot-khao-sat/mo/kiem-phieu"

// staff adds an account of every role that has to do with a survey under way: its login is the role.
func staff(tb testing.TB, st *data.Store) {
	tb.Helper()
	for _, r := range account.Roles {
		a := account.Account{Login: string(r), Name: "Vai " + string(r), Role: r, Password: mustHash(tb, string(r))}
		if r == account.Officer {
			a.Agency = "48"
		}
		_, err := st.PutAccount(tb.Context(), a)
		must(tb, err)
	}
}

// doubtful is a store in which a kiosk of agency 79 brought in twenty equal responses on one day, after forty honest ones.
func doubtful(tb testing.TB) *data.Store {
	tb.Helper()
	st := mustStore(tb, testNow)
	staff(tb, st)
	poll(tb, st, "mo", "79", 40)
	w, err := st.OpenWave("mo")
	must(tb, err)
	crowd := simulate.Crowd{Seed: 5, Label: "forged", N: 1, First: survey.DayOf(testNow) - 5, Days: 1, Agencies: []simulate.Share{{Agency: "79", Weight: 1}}}
	for r := range simulate.Responses(w.Form, crowd) {
		for i := range 20 {
			one := survey.Submission{Wave: "mo", Agency: "79", Mode: survey.Kiosk, Answers: r.Answers, Key: "forged-key-number-" + string(rune('a'+i)), Circumstances: survey.Circumstances{Counter: "quay-1"}}
			e, err := one.Entry(w, r.Day)
			must(tb, err)
			_, err = st.Append(tb.Context(), e)
			must(tb, err)
		}
	}
	return st
}

// liveCount returns how many responses count about an agency of wave "mo".
func liveCount(tb testing.TB, st *data.Store, agency string) int64 {
	tb.Helper()
	v, err := st.Surveys(tb.Context(), "sipas", "2026", standing.Live)
	must(tb, err)
	return v.ByAgency[agency].Responses()
}

// firstCase returns the address of the first case in the queue.
func firstCase(b *browser) string {
	b.tb.Helper()
	a := b.get(reviewMo)
	for n := range a.doc.Descendants() {
		if n.Data == "a" && strings.HasPrefix(attr(n, "href"), reviewMo+"/79/") {
			return attr(n, "href")
		}
	}
	b.tb.Fatal("nothing is to be looked at")
	return ""
}

func TestAReviewerDecidesAndUndoes(t *testing.T) {
	t.Parallel()
	st := doubtful(t)
	b := signedInAs(t, mustServer(t, st), "designer")
	at := firstCase(b)
	a := b.get(at)
	for _, want := range []string{"20 phiếu giống hệt", "trùng lặp", "dồn dập"} {
		if !strings.Contains(a.body, want) && !strings.Contains(b.get(reviewMo).body, want) {
			t.Errorf("the case lacks %q", want)
		}
	}
	if a := b.get(at + "?lang=en"); a.StatusCode != http.StatusOK || strings.Contains(a.body, "⟦") {
		t.Errorf("the case in English: %d %s", a.StatusCode, around(a.body, "⟦"))
	}
	form := a.form()
	if form.Get("so-phieu") != "19" {
		t.Errorf("of twenty copies %q are proposed, want all but one", form.Get("so-phieu"))
	}
	form.Set("ket-luan", "invalid")
	if a = b.post(at, form); a.StatusCode != http.StatusUnprocessableEntity || !strings.HasPrefix(a.title(), "Lỗi:") || !strings.Contains(a.body, "cần lý do") {
		t.Errorf("invalid without a reason: %d %s", a.StatusCode, a.title())
	}
	form.Set("ly-do", "duplicate")
	form.Set("ghi-chu", `<script>alert(1)</script>`)
	if a = b.post(at, form); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("decided: %d %s", a.StatusCode, a.body)
	}
	if got := liveCount(t, st, "79"); got != 41 {
		t.Errorf("%d responses count, want 41", got)
	}
	if a = b.post(at, form); a.StatusCode != http.StatusConflict || liveCount(t, st, "79") != 41 {
		t.Errorf("sent twice: %d, %d count", a.StatusCode, liveCount(t, st, "79"))
	}
	a = b.get(reviewMo)
	undo := ""
	for n := range a.doc.Descendants() {
		if n.Data == "form" && strings.Contains(attr(n, "action"), "/hoan-tac/") {
			undo = attr(n, "action")
		}
	}
	token := url.Values{"token": {a.form().Get("token")}}
	if a = b.post(undo, token); a.StatusCode != http.StatusSeeOther || liveCount(t, st, "79") != 60 {
		t.Errorf("undone: %d, %d count", a.StatusCode, liveCount(t, st, "79"))
	}
	if a = b.post(undo, token); a.StatusCode != http.StatusConflict || !strings.Contains(a.body, "đã được hoàn tác") {
		t.Errorf("undone twice: %d", a.StatusCode)
	}
	if a = b.get(reviewMo + "?lang=en"); strings.Contains(a.body, "<script>alert") {
		t.Error("a note is not escaped")
	}
}

func TestOfTwoReviewersTheSecondSeesWhatTheFirstDecided(t *testing.T) {
	t.Parallel()
	st := doubtful(t)
	s := mustServer(t, st)
	lan, minh := signedInAs(t, s, "designer"), signedInAs(t, s, "analyst")
	at := firstCase(lan)
	first, second := lan.get(at).form(), minh.get(at).form()
	first.Set("ket-luan", "valid")
	second.Set("ket-luan", "invalid")
	second.Set("ly-do", "duplicate")
	if a := lan.post(at, first); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("first: %d", a.StatusCode)
	}
	a := minh.post(at, second)
	if a.StatusCode != http.StatusConflict || !strings.Contains(a.body, "Vai designer") || !strings.Contains(a.body, "Người khác vừa quyết định") {
		t.Errorf("second: %d, does not say who was faster", a.StatusCode)
	}
	if liveCount(t, st, "79") != 60 {
		t.Error("the second decision counts")
	}
	second = a.form()
	second.Set("ket-luan", "invalid")
	second.Set("ly-do", "duplicate")
	second.Set("so-phieu", "20")
	if a = minh.post(at, second); a.StatusCode != http.StatusSeeOther || liveCount(t, st, "79") != 40 {
		t.Errorf("after looking: %d, %d count", a.StatusCode, liveCount(t, st, "79"))
	}
}

func TestABatchShowsItsEffectAndDecidesWhatWasShown(t *testing.T) {
	t.Parallel()
	st := doubtful(t)
	s := mustServer(t, st)
	b := signedInAs(t, s, "analyst")
	at := reviewMo + "/hang-loat?dau-hieu=duplicate"
	if a := b.get(at + "&lang=en"); a.StatusCode != http.StatusOK || strings.Contains(a.body, "⟦") {
		t.Errorf("the batch in English: %d %s", a.StatusCode, around(a.body, "⟦"))
	}
	a := b.get(at + "&giu-mot=1")
	if body := html.UnescapeString(a.body); !strings.Contains(body, "60 → 41") || !strings.Contains(body, "Điểm trước") {
		t.Errorf("the preview lacks the effect: %s", around(body, "→"))
	}
	if liveCount(t, st, "79") != 60 {
		t.Error("a preview has decided")
	}
	form := a.form()
	form.Set("ket-luan", "invalid")
	form.Set("ly-do", "stuffed")
	stale := url.Values{}
	for k, v := range form {
		stale[k] = v
	}
	poll(t, st, "mo", "48", 30)
	if a = b.post(at, form); a.StatusCode != http.StatusSeeOther || liveCount(t, st, "79") != 41 {
		t.Errorf("decided: %d, %d count", a.StatusCode, liveCount(t, st, "79"))
	}
	if a = b.post(at, stale); a.StatusCode != http.StatusConflict {
		t.Errorf("sent again: %d", a.StatusCode)
	}
	// Who may not see scores sees counts.
	if a := signedInAs(t, s, "designer").get(reviewMo + "/hang-loat?dau-hieu=burst"); strings.Contains(a.body, "Điểm trước") || a.StatusCode != http.StatusOK {
		t.Errorf("a designer sees scores: %d", a.StatusCode)
	}
}

func TestOnlyReviewersReview(t *testing.T) {
	t.Parallel()
	st := doubtful(t)
	s := mustServer(t, st)
	at := firstCase(signedInAs(t, s, "designer"))
	reads := map[account.Role]bool{account.Administrator: true, account.Designer: true, account.Analyst: true, account.Auditor: true}
	for _, role := range account.Roles {
		b := signedInAs(t, s, string(role))
		for _, page := range []string{reviewMo, at, reviewMo + "/hang-loat?dau-hieu=burst"} {
			a := b.get(page)
			if ok := a.StatusCode == http.StatusOK; ok != reads[role] {
				t.Errorf("%s reads %s: %d", role, page, a.StatusCode)
			}
			if role == account.Auditor && strings.Contains(a.body, `method="post" action="/quan-tri/dot-khao-sat`) {
				t.Errorf("an auditor may decide on %s", page)
			}
		}
		form := b.get("/quan-tri").form()
		token := ""
		for n := range b.get("/quan-tri").doc.Descendants() {
			if attr(n, "name") == "token" {
				token = attr(n, "value")
			}
		}
		form.Set("token", token)
		for _, to := range []string{at, reviewMo + "/hang-loat", reviewMo + "/hoan-tac/1", reviewMo + "/chot"} {
			a := b.post(to, form)
			decides := reads[role] && role != account.Auditor && (role != account.Analyst || !strings.HasSuffix(to, "/chot"))
			if refused := a.StatusCode == http.StatusForbidden; refused == decides {
				t.Errorf("%s posts to %s: %d", role, to, a.StatusCode)
			}
		}
	}
	b := signedInAs(t, s, "designer")
	if a := b.post(at, url.Values{"ket-luan": {"valid"}, "so-phieu": {"1"}}); a.StatusCode != http.StatusForbidden {
		t.Errorf("without a token: %d", a.StatusCode)
	}
}

func TestBadAddressesOfAReviewFail(t *testing.T) {
	t.Parallel()
	b := signedInAs(t, mustServer(t, doubtful(t)), "designer")
	for target, want := range map[string]int{
		"/quan-tri/dot-khao-sat/khong/kiem-phieu":                              404,
		reviewMo + "/79/zz":                                                    404,
		reviewMo + "/79/" + strings.Repeat("0", 32):                            404,
		reviewMo + "/99/" + strings.Repeat("0", 32):                            404,
		reviewMo + "?trang=-5&dau-hieu=%3Cscript%3E&co-quan=99&da-kiem=%00":    200,
		reviewMo + "?trang=99999999999999999999&dau-hieu=burst&ca-thoi-quen=1": 200,
		reviewMo + "?trang=9999999":                                            200,
	} {
		if a := b.get(target); a.StatusCode != want {
			t.Errorf("%s: %d, want %d", target, a.StatusCode, want)
		}
	}
	if a := b.do(httptest.NewRequest(http.MethodGet, reviewMo+"/hoan-tac/1", nil)); a.StatusCode == http.StatusOK {
		t.Error("undone by following a link")
	}
}

func TestAReviewIsClosedOnceAndForAll(t *testing.T) {
	t.Parallel()
	st := doubtful(t)
	poll(t, st, "dong", "01", 30)
	b := signedInAs(t, mustServer(t, st), "designer")
	at := "/quan-tri/dot-khao-sat/dong/kiem-phieu"
	form := url.Values{"token": {b.get(at).form().Get("token")}}
	if a := b.post(at+"/chot", form); a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.body, "ô xác nhận") {
		t.Errorf("without being sure: %d", a.StatusCode)
	}
	form.Set("chac-chan", "1")
	if a := b.post(reviewMo+"/chot", form); a.StatusCode != http.StatusConflict {
		t.Errorf("an open wave: %d", a.StatusCode)
	}
	if a := b.post(at+"/chot", form); a.StatusCode != http.StatusSeeOther {
		t.Errorf("closing: %d", a.StatusCode)
	}
	if a := b.get(at + "?lang=en"); !strings.Contains(a.body, "closed this review") || strings.Contains(a.body, "/chot") {
		t.Error("the page does not say that it is final")
	}
	r, err := st.Review(t.Context(), "dong")
	if must(t, err); r == (quality.Review{}) {
		t.Error("nothing is closed")
	}
}
