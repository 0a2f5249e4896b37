package web

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"thuocdo/survey/account"
)

var tokenText = regexp.MustCompile(`thuocdo_[a-z2-7]{32}`)

// asProgram asks for an address as a program with a token does.
func asProgram(b *browser, target, authorization string) answer {
	r := httptest.NewRequest(http.MethodGet, target, nil)
	r.Header.Set("Authorization", authorization)
	return b.do(r)
}

const responsesAt = "/api/v1/waves/mo/responses?format=jsonl"

func TestATokenIsMadeShownOnceUsedAndRevoked(t *testing.T) {
	t.Parallel()
	var log syncBuffer
	now := testNow
	st := mustStore(t, testNow)
	s := mustServerWith(t, Config{Log: logTo(&log), Now: func() time.Time { return now }, Data: dataFormats(t)}, st)
	owner := signedInAs(t, s, "phantich")
	page := owner.post(tokensPath, with(owner.get(tokensPath).form(), "ten", "Báo cáo <b>", "quyen", "responses:read", "ngay", "90"))
	text := tokenText.FindString(page.body)
	if page.StatusCode != http.StatusOK || text == "" {
		t.Fatalf("%d, no token on the page", page.StatusCode)
	}
	for _, lang := range []string{"", "?lang=en"} {
		if a := owner.get(tokensPath + lang); strings.Contains(a.body, text) || !strings.Contains(a.body, "Báo cáo &lt;b&gt;") {
			t.Error("the list shows the token, or not its name")
		}
	}
	program := newBrowser(t, s)
	if a := asProgram(program, responsesAt, "Bearer "+text); a.StatusCode != http.StatusOK || !strings.Contains(a.Header.Get("Cache-Control"), "no-store") || len(a.Cookies()) != 0 {
		t.Errorf("with the token: %d, %v", a.StatusCode, a.Header)
	}
	for _, bad := range []string{"Bearer " + text + "x", "Bearer", "Basic " + text, "Bearer thuocdo_", "Bearer " + strings.ToUpper(text)} {
		a := asProgram(program, responsesAt, bad)
		if a.StatusCode != http.StatusUnauthorized || !strings.Contains(a.Header.Get("WWW-Authenticate"), `error="invalid_token"`) || !strings.HasPrefix(a.Header.Get("Content-Type"), "application/problem+json") {
			t.Errorf("%s: %d, %v", bad, a.StatusCode, a.Header)
		}
		if a := asProgram(owner, responsesAt, bad); a.StatusCode != http.StatusUnauthorized {
			t.Errorf("%s beside a session: %d", bad, a.StatusCode)
		}
	}
	if a := newBrowser(t, s).get(responsesAt); a.StatusCode != http.StatusUnauthorized || a.Header.Get("WWW-Authenticate") != `Bearer realm="thuocdo"` {
		t.Errorf("without: %d, %v", a.StatusCode, a.Header)
	}
	if strings.Contains(log.String(), text) {
		t.Error("the log holds the token")
	}
	if a := owner.post(tokensPath+"/"+rowID(t, st)+"/thu-hoi", owner.get(tokensPath).form()); a.StatusCode != http.StatusSeeOther {
		t.Errorf("revoking: %d", a.StatusCode)
	}
	if a := asProgram(program, responsesAt, "Bearer "+text); a.StatusCode != http.StatusUnauthorized {
		t.Errorf("revoked: %d", a.StatusCode)
	}
	now = now.Add(account.ProofLife)
	if a := owner.post(tokensPath, with(owner.get(tokensPath).form(), "ten", "x", "quyen", "responses:read", "ngay", "90")); a.StatusCode != http.StatusForbidden {
		t.Errorf("long after the password was asked for: %d", a.StatusCode)
	}
}

func rowID(t *testing.T, st Store) string {
	t.Helper()
	list, err := st.Tokens(t.Context(), 0)
	must(t, err)
	if len(list) != 1 {
		t.Fatalf("%d tokens", len(list))
	}
	return list[0].ID
}

func TestATokenGivesItsScopesAndNeverMoreThanItsAccount(t *testing.T) {
	t.Parallel()
	st := mustStore(t, testNow)
	s := mustServerWith(t, Config{Data: dataFormats(t)}, st)
	owner := signedInAs(t, s, "phantich")
	made := owner.post(tokensPath, with(owner.get(tokensPath).form(), "ten", "x", "quyen", "results:read", "ngay", "30"))
	a := asProgram(newBrowser(t, s), responsesAt+"&lang=en", "Bearer "+tokenText.FindString(made.body))
	var doc struct{ Type, Title string }
	must(t, json.Unmarshal([]byte(a.body), &doc))
	if a.StatusCode != http.StatusForbidden || !strings.Contains(a.Header.Get("WWW-Authenticate"), `error="insufficient_scope", scope="responses:read"`) || doc.Type != "urn:thuocdo:problem:scope" {
		t.Errorf("another scope: %d, %v, %s", a.StatusCode, a.Header, a.body)
	}
	made = owner.post(tokensPath, with(owner.get(tokensPath).form(), "ten", "y", "quyen", "responses:read", "ngay", "30"))
	text := tokenText.FindString(made.body)
	who, err := st.AccountByLogin(t.Context(), "phantich")
	must(t, err)
	who.Agency = "01" // from now on bound to an agency: no responses of all
	_, err = st.PutAccount(t.Context(), who)
	must(t, err)
	if a := asProgram(newBrowser(t, s), responsesAt, "Bearer "+text); a.StatusCode != http.StatusForbidden {
		t.Errorf("after the account lost it: %d", a.StatusCode)
	}
	for _, page := range []string{"/quan-tri", tokensPath} {
		if a := asProgram(newBrowser(t, s), page, "Bearer "+text); a.StatusCode != http.StatusSeeOther {
			t.Errorf("%s with a token: %d", page, a.StatusCode)
		}
	}
}

func TestTokensThatCannotBeMadeAreExplained(t *testing.T) {
	t.Parallel()
	s := mustServer(t, mustStore(t, testNow))
	officer := signedInAs(t, s, "hanoi")
	for field, change := range map[string][2]string{"ten": {"ten", " "}, "quyen": {"quyen", ""}, "ngay": {"ngay", "3650"}} {
		f := with(officer.get(tokensPath).form(), "ten", "x", "quyen", "assessment:read", "ngay", "30")
		if change[1] == "" {
			f.Del(change[0])
		} else {
			f.Set(change[0], change[1])
		}
		a := officer.post(tokensPath+"?lang=en", f)
		if a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.body, `href="#`+field+`"`) {
			t.Errorf("%s: %d", field, a.StatusCode)
		}
	}
	if a := officer.post(tokensPath, with(officer.get(tokensPath).form(), "ten", "x", "quyen", "responses:read", "ngay", "30")); a.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("a scope that officers do not have: %d", a.StatusCode)
	}
}
