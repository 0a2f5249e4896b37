package web

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"thuocdo/data"
	"thuocdo/survey/account"
	"thuocdo/survey/mailing"
)

// mustMailing serves a store where letters can be sent; quantri and phantich have addresses.
func mustMailing(t *testing.T) (*Server, *data.Store) {
	t.Helper()
	st := mustStore(t, testNow)
	more(t, st)
	for _, login := range []string{"quantri", "phantich"} {
		must(t, st.SetContact(t.Context(), idOf(t, st, login), account.Contact{Email: login + "@example.vn", Lang: "vi", Reminders: true}))
	}
	return mustServerWith(t, Config{Table: readTable, Mail: Mail{From: "Sở <so@example.vn>", Base: "http://example.com"}}, st), st
}

func askForLetter(b *browser, who string) answer {
	return b.post(forgotPath, with(b.get(forgotPath).form(), "ai", who))
}

func TestAForgottenPasswordIsChosenAnewByALinkAndKeepsTheSecondFactor(t *testing.T) {
	t.Parallel()
	s, st := mustMailing(t)
	was := signedInAs(t, s, "phantich")
	b := newBrowser(t, s)
	for _, lang := range []string{"", "?lang=en"} {
		if a := b.post(forgotPath+lang, with(b.get(forgotPath+lang).form(), "ai", " ")); a.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("nobody: %d", a.StatusCode)
		}
	}
	if a := b.post(forgotPath, url.Values{"ai": {"phantich"}}); a.StatusCode != http.StatusForbidden {
		t.Errorf("from another page: %d", a.StatusCode)
	}
	to := askForLetter(b, "PhanTich").Header.Get("Location")
	if page := b.get(to); page.StatusCode != http.StatusOK || strings.Contains(page.body, `name="ai"`) {
		t.Errorf("after asking: %d", page.StatusCode)
	}
	s.afterwards.Wait()
	list := deliverAll(t, st)
	if len(list) != 1 || list[0].To != "phantich@example.vn" {
		t.Fatalf("%d letters", len(list))
	}
	text := mailing.Write(list[0], "http://example.com").Text
	at := strings.Index(text, activatePath+"/")
	link, _, _ := strings.Cut(text[at:], "\n")
	for range 3 { // guards of mailboxes open links
		if page := b.get(link); page.StatusCode != http.StatusOK || page.Header.Get("Cache-Control") != "private, no-store" {
			t.Fatalf("%s: %d", link, page.StatusCode)
		}
	}
	f := with(b.get(link).form(), "password", "một câu dài dễ nhớ", "again", "một câu dài dễ nhớ")
	if a := b.post(activatePath, f); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("choosing: %d", a.StatusCode)
	}
	if a := b.post(activatePath, f); a.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("the link again: %d", a.StatusCode)
	}
	if was.get("/quan-tri").StatusCode == http.StatusOK {
		t.Error("the session of before lives on")
	}
	if told := deliverAll(t, st); len(told) != 1 || told[0].Notice.Kind != mailing.Password {
		t.Errorf("%d letters afterwards", len(told))
	}
	f = with(b.get("/dang-nhap").form(), "login", "phantich", "password", "một câu dài dễ nhớ")
	if a := b.post("/dang-nhap", f); a.StatusCode != http.StatusSeeOther {
		t.Errorf("signing in: %d", a.StatusCode)
	}
}

// slowStore finds nobody until it may.
type slowStore struct {
	*data.Store
	may chan struct{}
}

func (s slowStore) ForgotPassword(ctx context.Context, who string) (int, error) {
	<-s.may
	return s.Store.ForgotPassword(ctx, who)
}

// The answer is there before anybody is looked for: neither its words nor its time can tell.
func TestAskingTellsNobodyWhoHasAnAccount(t *testing.T) {
	t.Parallel()
	_, st := mustMailing(t)
	slow := slowStore{st, make(chan struct{})}
	s := mustServerWith(t, Config{Mail: Mail{From: "so@example.vn", Base: "http://example.com"}}, slow)
	b := newBrowser(t, s)
	var first answer
	for i, who := range []string{"phantich", "phantich@example.vn", "nobody", "nobody@example.vn", "hanoi", strings.Repeat("x", 5000), "x@y.vn\r\nBcc: z@y.vn"} {
		a := askForLetter(b, who)
		a = answer{Response: a.Response, body: a.Header.Get("Location") + b.get(a.Header.Get("Location")).body}
		if i == 0 {
			first = a
		}
		if a.StatusCode != http.StatusSeeOther || a.body != first.body {
			t.Errorf("%.20q is answered otherwise: %d", who, a.StatusCode)
		}
	}
	close(slow.may)
	s.afterwards.Wait()
	if list := deliverAll(t, st); len(list) != 1 {
		t.Errorf("%d letters", len(list))
	}
	for range forgottenAtOnce {
		askForLetter(b, "nobody")
	}
	if a := askForLetter(b, "nobody"); a.StatusCode != http.StatusTooManyRequests || a.Header.Get("Retry-After") == "" {
		t.Errorf("a flood from one network: %d", a.StatusCode)
	}
	b.ip = "198.51.100.7:1"
	if a := askForLetter(b, "quantri"); a.StatusCode != http.StatusSeeOther {
		t.Errorf("from another network: %d", a.StatusCode)
	}
	s.afterwards.Wait()
}

func TestWithoutAMailServerThePageSaysWhomToAsk(t *testing.T) {
	t.Parallel()
	st := mustStore(t, testNow)
	more(t, st)
	s := mustServer(t, st)
	b := newBrowser(t, s)
	for _, lang := range []string{"", "?lang=en"} {
		page := b.get(forgotPath + lang)
		if want := map[string]string{"": "quản trị viên", "?lang=en": "administrator"}[lang]; page.StatusCode != http.StatusOK || !strings.Contains(page.body, want) || page.find("ai") != nil {
			t.Errorf("%s: %d", lang, page.StatusCode)
		}
	}
	b.get("/dang-nhap")
	if a := b.post(forgotPath, with(b.get("/dang-nhap").form(), "ai", "phantich")); a.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("asked all the same: %d", a.StatusCode)
	}
	admin := signedInAs(t, s, "quantri")
	at := accountAddress(idOf(t, st, "phantich"))
	for _, lang := range []string{"", "?lang=en"} {
		if a := admin.post(at+inviteByMail+lang, admin.get(at).form()); a.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("inviting: %d", a.StatusCode)
		}
	}
	if admin.post(at+"/ma", admin.get(at).form()).StatusCode != http.StatusOK {
		t.Error("no code without a mail server")
	}
}

func TestAddressesAreKeptByAdministratorsAndOwners(t *testing.T) {
	t.Parallel()
	s, st := mustMailing(t)
	admin := signedInAs(t, s, "quantri")
	at := accountAddress(idOf(t, st, "hanoi"))
	if a := admin.post(at+inviteByMail, admin.get(at).form()); a.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("inviting without an address: %d", a.StatusCode)
	}
	f := with(admin.get(at).form(), "role", "officer")
	for _, wrong := range []string{"a", "a@b", "a@example.vn,b@example.vn", "\"a\r\nBcc: b@example.vn\"@example.vn", "đào@example.vn", "<a@example.vn>", strings.Repeat("a", 260) + "@example.vn"} {
		if a := admin.post(at, with(f, "email", wrong)); a.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("%.20q: %d", wrong, a.StatusCode)
		}
	}
	if a := admin.post(at, with(f, "email", " Ha.Noi@Example.vn ")); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("saving: %d", a.StatusCode)
	}
	to := admin.post(at+inviteByMail, admin.get(at).form()).Header.Get("Location")
	for _, lang := range []string{"", "&lang=en"} {
		if page := admin.get(to + lang); !strings.Contains(page.body, "ha.noi@example.vn") {
			t.Errorf("%s: %d", to, page.StatusCode)
		}
	}
	list := deliverAll(t, st)
	if len(list) != 1 || list[0].To != "ha.noi@example.vn" || list[0].Code == "" {
		t.Fatalf("%+v", list)
	}
	officer := signedInAs(t, s, "hanoi")
	f = with(officer.get(selfPath).form(), "tieng", "en", "nhac", "")
	for _, lang := range []string{"", "?lang=en"} {
		if a := officer.post(selfMail+lang, with(f, "email", "no")); a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.body, `value="no"`) {
			t.Errorf("what was typed is lost: %d", a.StatusCode)
		}
	}
	if a := officer.post(selfMail, with(f, "email", "moi@example.vn")); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("the own address: %d", a.StatusCode)
	}
	officer.get(selfPath + "?xong=thu")
	c, err := st.Contact(t.Context(), idOf(t, st, "hanoi"))
	if c != (account.Contact{Email: "moi@example.vn", Lang: "en"}) || err != nil {
		t.Errorf("%+v, %v", c, err)
	}
	if moved := deliverAll(t, st); len(moved) != 1 || moved[0].To != "ha.noi@example.vn" || moved[0].Notice.Kind != mailing.Moved {
		t.Errorf("%+v", moved)
	}
	if public := newBrowser(t, s).get("/co-quan/01"); strings.Contains(public.body, "moi@example.vn") {
		t.Error("an address is on a public page")
	}
}
