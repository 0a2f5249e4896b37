package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"thuocdo/survey/account"
)

const peopleList = "\ufefflogin;họ và tên;vai trò;cơ quan;email\r\nmai;Lê <b>Mai</b>;Cán bộ;01;mai@example.vn\r\nphantich;Tên Mới;;;\r\nhoa;Hoa;analyst;;\r\nquantri;;;;\r\n"

func TestAListOfAccountsIsShownBeforeItIsStoredAndCodesAreShownOnce(t *testing.T) {
	t.Parallel()
	s, st := mustMailing(t)
	b := signedInAs(t, s, "quantri")
	token := tokenOf(t, b.get(accountListPath))
	b.get(accountListPath + "?lang=en")
	send := func(lang, text string) answer {
		return sendFile(b, accountListPath+lang, token, text)
	}
	for _, lang := range []string{"", "?lang=en"} {
		for name, text := range map[string]string{"nothing": "", "no login": "name;role\nAn;analyst", "own role": "login;role\nquantri;analyst", "no role": "login;name\nan;An",
			"not UTF-8": "login;name;role\nan;\xff\xfe;analyst", "not a table": "PK\x03\x04rubbish", "gone agency": "login;name;role;agency\nan;An;officer;99"} {
			if a := send(lang, text); a.StatusCode != http.StatusUnprocessableEntity {
				t.Errorf("%s: %d", name, a.StatusCode)
			}
		}
	}
	if a := send("?lang=en", "login\nquantri"); a.StatusCode != http.StatusOK || strings.Contains(a.body, "thay-doi") {
		t.Errorf("a list that changes nothing: %d", a.StatusCode)
	}
	page := send("?lang=en", peopleList)
	page = send("", peopleList)
	for _, want := range []string{"2 tài khoản mới, 1 tài khoản thay đổi, 1 giữ nguyên", "Lê &lt;b&gt;Mai", "Tên Mới", "mai@example.vn"} {
		if page.StatusCode != http.StatusOK || !strings.Contains(page.body, want) {
			t.Errorf("the preview: %d, %q is missing", page.StatusCode, want)
		}
	}
	if _, err := st.AccountByLogin(t.Context(), "mai"); err == nil {
		t.Fatal("stored before anybody agreed")
	}
	f := url.Values{"token": {tokenOf(t, page)}, "thay-doi": {page.form().Get("thay-doi")}, "moi": {"thu"}}
	for name, change := range map[string]string{"rubbish": "x", "none": "[]", "no role": strings.Replace(f.Get("thay-doi"), "officer", "king", 1)} {
		g := url.Values{"token": f["token"], "moi": f["moi"], "thay-doi": {change}}
		if a := b.post(accountListPath, g); a.StatusCode != http.StatusBadRequest && a.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", name, a.StatusCode)
		}
	}
	done := b.post(accountListPath, f)
	if done.StatusCode != http.StatusOK || len(accountCodeText.FindAllString(text(done.find("noi-dung")), -1)) != 1 || !strings.Contains(done.body, "1 thư mời") {
		t.Fatalf("stored: %d", done.StatusCode)
	}
	if list := deliverAll(t, st); len(list) != 1 || list[0].To != "mai@example.vn" {
		t.Errorf("%+v", list)
	}
	if a, err := st.AccountByLogin(t.Context(), "phantich"); a.Name != "Tên Mới" || err != nil {
		t.Errorf("%+v, %v", a, err)
	}
	for _, lang := range []string{"", "?lang=en"} { // somebody changed one meanwhile; and the form again
		if a := b.post(accountListPath+lang, f); a.StatusCode != http.StatusConflict || accountCodeText.MatchString(text(a.find("noi-dung"))) {
			t.Errorf("again: %d", a.StatusCode)
		}
	}
	page = send("", "login;name;role\nlater;L;analyst")
	if a := b.post(accountListPath+"?lang=en", url.Values{"token": f["token"], "thay-doi": {page.form().Get("thay-doi")}, "moi": {"sau"}}); a.StatusCode != http.StatusOK {
		t.Errorf("later: %d", a.StatusCode)
	}
	a, err := st.AccountByLogin(t.Context(), "later")
	if err != nil || a.Role != account.Analyst {
		t.Errorf("%+v, %v", a, err)
	}
}
