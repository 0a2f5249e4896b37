package web

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"thuocdo/data"
	"thuocdo/data/bounce"
	"thuocdo/survey"
	"thuocdo/survey/account"
	"thuocdo/survey/mailing"
)

const mailAt = "/quan-tri/dot-khao-sat/mo/thu-dien-tu"

var sendingCodes = regexp.MustCompile(`\b[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}\b`)

func mailServer(tb testing.TB, log *syncBuffer) (*Server, *data.Store) {
	tb.Helper()
	st := mustStore(tb, testNow)
	must(tb, st.SetAccess(tb.Context(), "mo", survey.Both))
	_, err := st.PutAccount(tb.Context(), account.Account{Login: "thietke", Name: "Thiết Kế", Role: account.Designer, Password: mustHash(tb, "thietke")})
	must(tb, err)
	bounces := func(r io.Reader) ([]string, int, error) {
		f, err := bounce.Read(r)
		return f.Gone, f.Reports, err
	}
	cfg := Config{Table: readTable, Mail: Mail{From: "Sở Nội vụ <khaosat@example.vn>", Base: "https://x.vn", Bounces: bounces}}
	if log != nil {
		cfg.Log = logTo(log)
	}
	return mustServerWith(tb, cfg, st), st
}

// addresses is a list as people send it in.
func addresses(n int) string {
	var b strings.Builder
	b.WriteString("email;cơ quan;lang\r\n")
	for i := range n {
		fmt.Fprintf(&b, "nguoi%d@example.vn;01;%s\r\n", i, []string{"vi", "en"}[i%2])
	}
	return b.String()
}

// deliverAll plays the postman and returns the letters.
func deliverAll(tb testing.TB, st *data.Store) (list []mailing.Letter) {
	tb.Helper()
	for {
		l, ok, err := st.NextMail(tb.Context())
		must(tb, err)
		if !ok {
			return list
		}
		must(tb, st.MailDone(tb.Context(), l.ID, mailing.Outcome{Sent: true}))
		list = append(list, l)
	}
}

func TestAListIsLoadedWrittenToAndReminded(t *testing.T) {
	t.Parallel()
	var log syncBuffer
	s, st := mailServer(t, &log)
	b := signedInAs(t, s, "thietke")
	for _, lang := range []string{"", "?lang=en"} {
		if a := b.get(mailAt + lang); a.StatusCode != http.StatusOK {
			t.Fatalf("page: %d", a.StatusCode)
		}
	}
	token := b.get(mailAt).form().Get("token")
	for name, list := range map[string]string{"none": "", "no addresses": "email\r\n", "four": addresses(4), "wrong": "email\r\nan@\r\n", "foreign": "email,agency\r\nan@example.vn,99\r\n"} {
		a := b.send(mailAt+"/danh-sach", "list.csv", []byte(list), url.Values{"token": {token}})
		if a.StatusCode != http.StatusUnprocessableEntity || !strings.HasPrefix(a.title(), "Lỗi:") || sendingCodes.MatchString(a.body) {
			t.Errorf("%s: %d", name, a.StatusCode)
		}
	}
	a := b.send(mailAt+"/danh-sach?lang=en", "list.csv", []byte(addresses(6)), url.Values{"token": {token}})
	code := sendingCodes.FindString(a.body)
	if a.StatusCode != http.StatusOK || code == "" || !strings.Contains(a.Header.Get("Cache-Control"), "no-store") {
		t.Fatalf("list: %d", a.StatusCode)
	}
	if again := b.get(mailAt); strings.Contains(again.body, code) || strings.Contains(again.body, "nguoi1@") {
		t.Error("the code is shown twice, or an address at all")
	}
	if a := b.send(mailAt+"/danh-sach", "list.csv", []byte(addresses(12)), url.Values{"token": {token}, "ma": {survey.NewMailCode(counter(3))}, "co-quan": {"01"}}); a.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("more with another code: %d", a.StatusCode)
	}
	for kind, want := range map[string]int{"invite": 422, "pigeon": 400} {
		if a := b.post(mailAt+"/gui", url.Values{"token": {token}, "loai": {kind}, "ma": {"ABCD"}}); a.StatusCode != want {
			t.Errorf("%s without the code: %d", kind, a.StatusCode)
		}
	}
	if a := b.post(mailAt+"/gui", url.Values{"loai": {"invite"}, "ma": {code}}); a.StatusCode != http.StatusForbidden {
		t.Errorf("without a token: %d", a.StatusCode)
	}
	send := url.Values{"token": {token}, "loai": {"invite"}, "ma": {strings.ToLower(code)}}
	if a := b.post(mailAt+"/gui", send); a.Header.Get("Location") != mailAt+"?xong=gui" {
		t.Fatalf("send: %d", a.StatusCode)
	}
	if a := b.post(mailAt+"/gui", send); a.StatusCode != http.StatusConflict { // pressed twice
		t.Errorf("again: %d", a.StatusCode)
	}
	first := deliverAll(t, st)
	if len(first) != 6 {
		t.Fatalf("%d letters", len(first))
	}
	if a := b.post(mailAt+"/gui", url.Values{"token": {token}, "loai": {"remind"}, "ma": {code}}); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("remind: %d", a.StatusCode)
	}
	codes := map[string]string{}
	for _, l := range first {
		codes[l.To] = l.Code
	}
	for _, l := range deliverAll(t, st) {
		if codes[l.To] != l.Code {
			t.Errorf("%s gets another code", l.To)
		}
	}
	if a := newBrowser(t, s).get("/moi/" + strings.ReplaceAll(first[0].Code, "-", "")); a.StatusCode != http.StatusOK {
		t.Errorf("the link of a letter: %d", a.StatusCode)
	}
	for _, secret := range []string{code, first[0].Code, first[0].Stop, "nguoi1@"} {
		if strings.Contains(log.String(), secret) {
			t.Errorf("the log holds %q", secret)
		}
	}
}

func TestLettersStopByAButtonOrByAMailProgramAndNeverByLooking(t *testing.T) {
	t.Parallel()
	s, st := mailServer(t, nil)
	key, err := survey.ReadMailCode(survey.NewMailCode(counter(7)))
	must(t, err)
	var list []mailing.Address
	for i := range 6 {
		list = append(list, mailing.Address{Email: fmt.Sprintf("n%d@example.vn", i), Agency: "01", Lang: "vi"})
	}
	_, err = st.AddMail(t.Context(), "mo", key, list)
	must(t, err)
	_, err = st.BeginMail(t.Context(), "mo", mailing.Invite, key)
	must(t, err)
	letters := deliverAll(t, st)
	out := func() int {
		state, err := st.MailState(t.Context(), "mo")
		must(t, err)
		return state.Out
	}
	for _, lang := range []string{"", "?lang=en"} {
		if a := newBrowser(t, s).get("/ngung-thu/" + letters[0].Stop + lang); a.StatusCode != http.StatusOK || strings.Contains(a.body, "n0@") {
			t.Errorf("looked at: %d", a.StatusCode)
		}
	}
	if out() != 0 {
		t.Fatal("looking stopped letters")
	}
	for range 2 {
		if a := newBrowser(t, s).post("/ngung-thu/"+letters[0].Stop, nil); a.StatusCode != http.StatusOK || !strings.Contains(a.body, "không nhận thư nào nữa") {
			t.Errorf("the button: %d", a.StatusCode)
		}
	}
	// As a mail provider does it (RFC 8058): no cookie, no origin.
	r, err := http.NewRequest(http.MethodPost, "http://example.com/ngung-thu/"+letters[1].Stop+"?lang=en", strings.NewReader("List-Unsubscribe=One-Click"))
	must(t, err)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if a := newBrowser(t, s).do(r); a.StatusCode != http.StatusOK {
		t.Errorf("by a mail program: %d", a.StatusCode)
	}
	for _, token := range []string{"x", letters[2].Stop[1:], letters[2].Stop + "A", strings.Repeat("A", 43), "%00", "..%2f"} {
		for _, a := range []answer{newBrowser(t, s).get("/ngung-thu/" + token), newBrowser(t, s).post("/ngung-thu/"+token, nil)} {
			if a.StatusCode != http.StatusNotFound {
				t.Errorf("token %q: %d", token, a.StatusCode)
			}
		}
	}
	if got := out(); got != 2 {
		t.Errorf("%d stopped, want 2", got)
	}
}

func TestWordsAndReturnedLettersAreTaken(t *testing.T) {
	t.Parallel()
	s, st := mailServer(t, nil)
	b := signedInAs(t, s, "thietke")
	token := b.get(mailAt).form().Get("token")
	words := url.Values{"token": {token}, "loai": {"invite"}, "tieng": {"vi"}, "tieu-de": {`"><script>alert(1)</script>`}, "noi-dung": {"<b>Xin mời</b>\r\n{duong_dan}"}}
	if a := b.post(mailAt+"/loi-thu", words); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("words: %d", a.StatusCode)
	}
	if a := b.get(mailAt + "?xong=loi-thu"); strings.Contains(a.body, "<script>alert") || strings.Contains(a.body, "<b>Xin mời") || !strings.Contains(a.body, "Lời thư đã được lưu") {
		t.Error("hostile words are not escaped")
	}
	words.Set("noi-dung", "không có chỗ cho đường dẫn {x}")
	a := b.post(mailAt+"/loi-thu", words)
	if a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.body, "không có chỗ cho đường dẫn") || !strings.Contains(a.body, `href="#thu-invite-vi-noi-dung"`) {
		t.Errorf("wrong words: %d", a.StatusCode)
	}
	words.Set("mac-dinh", "1")
	if a := b.post(mailAt+"/loi-thu", words); a.StatusCode != http.StatusSeeOther {
		t.Errorf("the program's words: %d", a.StatusCode)
	}
	if got, err := st.MailWords(t.Context(), "mo", mailing.Invite, "vi"); err != nil || got != mailing.Default(mailing.Invite, "vi") {
		t.Errorf("%+v, %v", got, err)
	}
	b.send(mailAt+"/danh-sach", "list.csv", []byte(addresses(6)), url.Values{"token": {token}})
	report := "Content-Type: multipart/report; boundary=b\r\n\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n\r\n" +
		"Final-Recipient: rfc822; nguoi1@example.vn\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--b--\r\n"
	if a := b.send(mailAt+"/tra-lai", "x.eml", []byte(report), url.Values{"token": {token}}); a.Header.Get("Location") != mailAt+"?xong=tra-lai" {
		t.Errorf("returned letters: %d", a.StatusCode)
	}
	for name, file := range map[string]string{"nothing": "", "no report": "Subject: x\r\n\r\ny"} {
		if a := b.send(mailAt+"/tra-lai", "x.eml", []byte(file), url.Values{"token": {token}}); a.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", name, a.StatusCode)
		}
	}
	if state, err := st.MailState(t.Context(), "mo"); err != nil || state.Bounced != 1 || state.Listed != 5 {
		t.Errorf("%+v, %v", state, err)
	}
}

func TestWithoutAMailServerNothingIsSent(t *testing.T) {
	t.Parallel()
	_, st := mailServer(t, nil)
	b := signedInAs(t, mustServerWith(t, Config{Table: readTable}, st), "thietke")
	token := b.get(mailAt).form().Get("token")
	b.send(mailAt+"/danh-sach", "list.csv", []byte(addresses(5)), url.Values{"token": {token}})
	if a := b.get(mailAt); !strings.Contains(a.body, "THUOCDO_SMTP") {
		t.Error("the page does not say what is missing")
	}
	if a := b.post(mailAt+"/gui", url.Values{"token": {token}, "loai": {"point"}}); a.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("sent: %d", a.StatusCode)
	}
}
