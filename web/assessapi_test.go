package web

import (
	"crypto/rand"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"thuocdo/data"
	"thuocdo/scoring/assess"
	"thuocdo/survey/account"
	"thuocdo/survey/audit"
)

// mustToken makes a token of an account.
func mustToken(t *testing.T, st *data.Store, login string, ends time.Time, grants ...account.Grant) string {
	t.Helper()
	a, err := st.AccountByLogin(t.Context(), login)
	must(t, err)
	text, err := account.NewToken(rand.Reader)
	must(t, err)
	digest, _ := account.DigestToken(text)
	_, err = st.PutToken(t.Context(), account.Token{Account: a.ID, Name: "thử", Grants: grants, Expires: ends}, digest)
	must(t, err)
	return text
}

// program asks as a program with a token does.
func programCall(t *testing.T, s *Server, method, to, token, match, body string) answer {
	t.Helper()
	r := httptest.NewRequest(method, to, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer "+token)
	if match != "" {
		r.Header.Set("If-Match", match)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	return newBrowser(t, s).do(r)
}

const hanoiLeafAPI = "/api/v1/seasons/par/sheets/01/leaves/1.1.2"

func TestAProgramFillsInASheetOverTheVersionItHasRead(t *testing.T) {
	t.Parallel()
	st := mustSeason(t)
	s := mustServer(t, st)
	token := mustToken(t, st, "hanoi", testNow.AddDate(0, 1, 0), account.ReadAssessment, account.WriteAssessment)
	call := func(method, to, match, body string) answer { return programCall(t, s, method, to, token, match, body) }
	first := call(http.MethodGet, hanoiLeafAPI, "", "")
	if first.StatusCode != http.StatusOK || first.Header.Get("ETag") != `"0"` || !strings.Contains(first.body, `"claim":null`) {
		t.Fatalf("%d %v %s", first.StatusCode, first.Header, first.body)
	}
	claim := `{"input":{"choice":"yes"},"evidence":[{"number":"12/QĐ","date":"2026-02-01","file":{"digest":"` + strings.Repeat("0", 64) + `","name":"x","type":"text/html","size":1}}],"explanation":"đủ <b>"}`
	for name, c := range map[string]struct {
		match, body string
		status      int
	}{
		"no version":         {"", claim, 428},
		"any version":        {"*", claim, 428},
		"a version to come":  {`"7"`, claim, 412},
		"a weak tag":         {`W/"0"`, claim, 412},
		"no JSON":            {`"0"`, `{`, 400},
		"two values":         {`"0"`, claim + claim, 400},
		"unknown members":    {`"0"`, `{"input":{"choice":"yes"},"author":"x"}`, 400},
		"points of a rule":   {`"0"`, `{"input":{"points":0.5}}`, 422},
		"no such option":     {`"0"`, `{"input":{"choice":"maybe"}}`, 422},
		"a bad date":         {`"0"`, `{"input":{"choice":"yes"},"evidence":[{"number":"1","date":"hôm qua"}]}`, 422},
		"more than it takes": {`"0"`, `{"explanation":"` + strings.Repeat("x", apiMax) + `"}`, 413},
	} {
		if a := call(http.MethodPut, hanoiLeafAPI, c.match, c.body); a.StatusCode != c.status || a.Header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: %d, want %d: %.200s", name, a.StatusCode, c.status, a.body)
		}
	}
	if sheet, err := st.Sheet(t.Context(), "par", "01"); err != nil || len(sheet.Leaves) != 0 {
		t.Fatalf("something was stored: %v", err)
	}
	stored := call(http.MethodPut, hanoiLeafAPI, `"0"`, claim)
	var got leafEntry
	must(t, json.Unmarshal([]byte(stored.body), &got))
	if stored.StatusCode != http.StatusOK || stored.Header.Get("ETag") != `"1"` || got.Version != 1 || *got.Points != 0.5 || got.Claim.By != "hanoi" || got.Claim.Evidence[0].File != nil {
		t.Fatalf("%d %s", stored.StatusCode, stored.body)
	}
	again := call(http.MethodPut, hanoiLeafAPI, `"0"`, claim)
	if again.StatusCode != http.StatusPreconditionFailed || again.Header.Get("ETag") != `"1"` || !strings.Contains(again.body, "urn:thuocdo:problem:changed") {
		t.Errorf("over a newer version: %d %v %s", again.StatusCode, again.Header, again.body)
	}
	log, err := st.Audit(t.Context(), audit.Filter{Kind: audit.Leaf})
	must(t, err)
	if !slices.ContainsFunc(log, func(e audit.Entry) bool { return e.Via != "" && e.Name == "hanoi" }) {
		t.Error("the log of acts does not name the token")
	}
	late := parSeason("par")
	late.Deadlines.Submit = testNow
	must(t, st.PutSeason(t.Context(), late))
	if a := call(http.MethodPut, hanoiLeafAPI, `"1"`, claim); a.StatusCode != http.StatusGone {
		t.Errorf("past the deadline: %d", a.StatusCode)
	}
}

func TestTokensReachTheAgenciesOfTheirAccountAlone(t *testing.T) {
	t.Parallel()
	st := mustSeason(t)
	must(t, st.PutSeason(t.Context(), parSeason("sau"))) // planned
	fillSheet(t, st, "par", "01")
	must(t, st.Assess(asWho(t, "hanoi"), "par", assess.Turn{Agency: "01", Acts: []assess.Act{assess.Submit{Head: "A"}}}))
	appraise(t, st, "1.1.2")
	s := mustServer(t, st)
	month := testNow.AddDate(0, 1, 0)
	all := []account.Grant{account.ReadAssessment, account.ReadResults}
	hanoi, danang, appraiser := mustToken(t, st, "hanoi", month, all...), mustToken(t, st, "danang", month, all...), mustToken(t, st, "thamdinh", month, account.ReadAssessment)
	get := func(token, to string) answer { return programCall(t, s, http.MethodGet, to, token, "", "") }
	for to, want := range map[string]map[string]int{
		"/api/v1/seasons/par/sheets/01":              {hanoi: 200, danang: 403, appraiser: 200},
		"/api/v1/seasons/par/sheets/48":              {hanoi: 403, danang: 200, appraiser: 200},
		hanoiLeafAPI:                                 {hanoi: 200, danang: 403, appraiser: 200},
		"/api/v1/agencies/01/results":                {hanoi: 200, danang: 403, appraiser: 403},
		"/api/v1/seasons/sau/sheets/01":              {hanoi: 404, appraiser: 200},
		"/api/v1/seasons/sau/sheets":                 {hanoi: 404, appraiser: 200},
		"/api/v1/seasons/khong/sheets":               {hanoi: 404},
		"/api/v1/seasons/par/sheets/01/leaves/9.9.9": {hanoi: 404},
	} {
		for token, status := range want {
			if a := get(token, to); a.StatusCode != status {
				t.Errorf("%s: %d, want %d: %.200s", to, a.StatusCode, status, a.body)
			}
		}
	}
	var list listOf[seasonListEntry]
	must(t, json.Unmarshal([]byte(get(danang, "/api/v1/seasons").body), &list))
	if len(list.Items) != 1 || !slices.Equal(list.Items[0].Agencies, []string{"48"}) {
		t.Errorf("seasons of Đà Nẵng: %+v", list)
	}
	var sheets listOf[sheetListEntry]
	must(t, json.Unmarshal([]byte(get(danang, "/api/v1/seasons/par/sheets").body), &sheets))
	if len(sheets.Items) != 1 || sheets.Items[0].Agency != "48" {
		t.Errorf("sheets of Đà Nẵng: %+v", sheets)
	}
	for token, sees := range map[string]bool{hanoi: false, appraiser: true} { // while it is appraised
		var d sheetDocument
		must(t, json.Unmarshal([]byte(get(token, "/api/v1/seasons/par/sheets/01").body), &d))
		shown := slices.ContainsFunc(d.Leaves, func(l leafEntry) bool { return l.Appraisal != nil })
		if shown != sees || len(d.Leaves) < 50 {
			t.Errorf("appraisals are shown: %v, %d leaves", shown, len(d.Leaves))
		}
	}
}

// A token that was revoked, has expired, or was taken from an account that is disabled since opens nothing, as often as it is sent.
func TestTokensThatAreOverOpenNothing(t *testing.T) {
	t.Parallel()
	var later atomic.Bool
	now := func() time.Time {
		if later.Load() {
			return testNow.Add(time.Hour)
		}
		return testNow
	}
	st := mustSeasonAt(t, now)
	s := mustServerWith(t, Config{Now: now}, st)
	read := mustToken(t, st, "hanoi", testNow.AddDate(0, 0, 2), account.ReadAssessment)
	if a := programCall(t, s, http.MethodPut, hanoiLeafAPI, read, `"0"`, `{"input":{"choice":"yes"}}`); a.StatusCode != http.StatusForbidden || !strings.Contains(a.Header.Get("WWW-Authenticate"), `scope="assessment:write"`) {
		t.Errorf("writing with a token for reading: %d %v", a.StatusCode, a.Header)
	}
	refused := func(when, token string) {
		t.Helper()
		for range 2 {
			if a := programCall(t, s, http.MethodGet, hanoiLeafAPI, token, "", ""); a.StatusCode != http.StatusUnauthorized || !strings.Contains(a.Header.Get("WWW-Authenticate"), "invalid_token") {
				t.Errorf("%s: %d %v", when, a.StatusCode, a.Header)
			}
		}
	}
	who, err := st.AccountByLogin(t.Context(), "hanoi")
	must(t, err)
	digest, _ := account.DigestToken(read)
	must(t, st.RevokeToken(t.Context(), who.ID, account.TokenID(digest)))
	refused("revoked", read)
	short := mustToken(t, st, "danang", testNow.Add(time.Hour), account.ReadAssessment)
	off := mustToken(t, st, "hanoi", testNow.AddDate(0, 0, 2), account.ReadAssessment)
	who.Disabled = true
	_, err = st.PutAccount(t.Context(), who)
	must(t, err)
	refused("of a disabled account", off)
	later.Store(true)
	refused("expired", short)
}
