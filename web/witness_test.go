package web

import (
	"bufio"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"thuocdo/survey/account"
)

// witnessed are the events of a log, with the account that each is about.
func witnessed(t *testing.T, log string) (list []string) {
	t.Helper()
	for lines := bufio.NewScanner(strings.NewReader(log)); lines.Scan(); {
		var line struct {
			Msg, Event, Code, ID string
			Account              int64
		}
		must(t, json.Unmarshal(lines.Bytes(), &line))
		if line.Msg != eventLine {
			continue
		}
		if line.ID == "" {
			t.Errorf("no request: %s", lines.Text())
		}
		text := line.Event
		if line.Account != 0 {
			text += " of somebody"
		}
		list = append(list, strings.TrimSpace(text+" "+line.Code))
	}
	return list
}

// What happens at the doors stands in the log, machine-readable, by the number of the account: no login, name or password.
func TestDoorsKeepARecordWithoutPeople(t *testing.T) {
	t.Parallel()
	var log syncBuffer
	st := mustSeason(t)
	s := mustServerWith(t, Config{Log: slog.New(slog.NewJSONHandler(&log, nil))}, st)
	guess := func(login, password string) {
		b := newBrowser(t, s)
		f := b.get("/dang-nhap").form()
		f.Set("login", login)
		f.Set("password", password)
		b.post("/dang-nhap", f)
	}
	guess("hanoi", "mật khẩu bịa ra")
	guess("khong-co", "mật khẩu bịa ra")
	for range 8 {
		guess("danang", "mật khẩu bịa ra")
	}
	b := signedInAs(t, s, "hanoi")
	b.get("/quan-tri/nhat-ky")                                             // not for officers
	b.post(sheetAddress("par", "01"), map[string][]string{"lam": {"nop"}}) // without its token
	cross := httptest.NewRequest(http.MethodPost, "/dang-xuat", nil)
	cross.Header.Set("Sec-Fetch-Site", "cross-site")
	b.do(cross)
	programCall(t, s, http.MethodGet, "/api/v1/seasons", "thuocdo_"+strings.Repeat("a", 32), "", "")
	token := mustToken(t, st, "hanoi", testNow.AddDate(0, 0, 1), account.ReadAssessment)
	programCall(t, s, http.MethodPut, hanoiLeafAPI, token, `"0"`, "{}")
	b.post("/dang-xuat", map[string][]string{"token": {tokenOf(t, b.get("/quan-tri"))}})
	got := witnessed(t, log.String())
	for _, want := range []string{"sign-in.wrong of somebody", "sign-in.wrong", "sign-in.held of somebody", "sign-in of somebody", "access.refused of somebody forbidden",
		"request.refused of somebody token", "request.refused cross_site", "access.refused token_refused", "access.refused of somebody scope", "sign-out of somebody"} {
		if !slices.Contains(got, want) {
			t.Errorf("%q is missing in %q", want, got)
		}
	}
	for _, secret := range []string{"hanoi", "khong-co", "danang", "mật khẩu", "Hà Nội", "Đà Nẵng", token, "203.0.113"} {
		if strings.Contains(log.String(), secret) {
			t.Errorf("the log holds %q", secret)
		}
	}
}
