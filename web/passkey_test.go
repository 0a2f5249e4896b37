package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/descope/virtualwebauthn"

	"thuocdo/survey/account"
	"thuocdo/survey/audit"
)

const passkeyBase = "https://khaosat.example.vn"

// device is an authenticator that a test holds in its hand.
type device struct {
	virtualwebauthn.Authenticator
	key virtualwebauthn.Credential
	rp  virtualwebauthn.RelyingParty
}

// newKey makes a key of which both coordinates have 32 bytes: the library leaves leading zeros out, and would be refused once in 128 times.
func newKey() virtualwebauthn.Credential {
	for {
		key := virtualwebauthn.NewCredential(virtualwebauthn.KeyTypeEC2)
		if len(key.Key.AttestationData()) == 77 { // RFC 9053, 7.1.1: a map of 5 with two strings of 32 bytes
			return key
		}
	}
}

func newDevice() *device {
	return &device{virtualwebauthn.NewAuthenticator(), newKey(),
		virtualwebauthn.RelyingParty{Name: "Thước đo", ID: "khaosat.example.vn", Origin: passkeyBase}}
}

// askedOf returns the options of the page's form of passkeys and its fields.
func askedOf(tb testing.TB, a answer) (options string, f url.Values) {
	tb.Helper()
	f = url.Values{}
	for n := range a.doc.Descendants() {
		if v := attr(n, "data-passkey"); v != "" {
			options = v
			for in := range n.Descendants() {
				if in.Data == "input" {
					f.Set(attr(in, "name"), attr(in, "value"))
				}
			}
		}
	}
	if options == "" {
		tb.Fatal("the page asks for no passkey")
	}
	return options, f
}

// register adds the device's key to the account of a browser.
func (d *device) register(tb testing.TB, b *browser, name, lang string) answer {
	tb.Helper()
	options, f := askedOf(tb, b.get(selfPasskey+lang))
	o, err := virtualwebauthn.ParseAttestationOptions(options)
	must(tb, err)
	d.Options.UserHandle = []byte(o.UserID)
	f.Set("ten", name)
	f.Set(factorPasskey, virtualwebauthn.CreateAttestationResponse(d.rp, d.Authenticator, d.key, *o))
	return b.post(selfPasskey+lang, f)
}

// sign answers the challenge of a page, and counts.
func (d *device) sign(tb testing.TB, page answer) url.Values {
	tb.Helper()
	options, f := askedOf(tb, page)
	o, err := virtualwebauthn.ParseAssertionOptions(options)
	must(tb, err)
	d.key.Counter++
	f.Set(factorPasskey, virtualwebauthn.CreateAssertionResponse(d.rp, d.Authenticator, d.key, *o))
	return f
}

func TestAPasskeyIsRegisteredAndSignsInAlone(t *testing.T) {
	t.Parallel()
	s, st, _ := timed(t, Config{BaseURL: passkeyBase})
	for login, lang := range map[string]string{"phantich": "", "hanoi": "?lang=en"} {
		d, owner := newDevice(), signedInAs(t, s, login)
		if a := d.register(t, owner, "  ", lang); a.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("without a name: %d", a.StatusCode)
		}
		if a := d.register(t, owner, "Máy <b>phòng họp</b>", lang); a.StatusCode != http.StatusOK || len(texts(a)) != 1+account.RecoveryCodes {
			t.Fatalf("registered: %d", a.StatusCode)
		}
		if a := d.register(t, owner, "lần hai", lang); a.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("the same key again: %d", a.StatusCode)
		}
		if list := owner.get(selfPath + lang); !strings.Contains(list.body, "Máy &lt;b&gt;phòng họp&lt;/b&gt;") {
			t.Error("it is not listed")
		}
		b := newBrowser(t, s)
		page := b.get(passkeySignInPath + "?toi=/quan-tri/gia-dinh" + strings.Replace(lang, "?", "&", 1))
		f := d.sign(t, page)
		if a := b.post(passkeySignInPath, f); a.Header.Get("Location") != "/quan-tri/gia-dinh" {
			t.Fatalf("signed in alone: %d %s", a.StatusCode, a.Header.Get("Location"))
		}
		if a := b.get("/quan-tri" + lang); a.StatusCode != http.StatusOK {
			t.Errorf("%d", a.StatusCode)
		}
		replay := newBrowser(t, s)
		again := replay.get(passkeySignInPath)
		_, fresh := askedOf(t, again)
		f.Set("token", fresh.Get("token"))
		if a := replay.post(passkeySignInPath, f); a.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("an answer that was seen signs in again: %d", a.StatusCode)
		}
	}
	list, err := st.Sessions(t.Context(), 1)
	must(t, err)
	ways := map[account.Way]int{}
	for _, x := range list {
		ways[x.Way]++
	}
	if ways[account.ByPasskey] != 1 {
		t.Errorf("sessions: %v", ways)
	}
	wantActs(t, st, "phantich", audit.PasskeyAdded)
}

func TestAPasskeyThatDoesNotFitOpensNothing(t *testing.T) {
	t.Parallel()
	s, st, _ := timed(t, Config{BaseURL: passkeyBase})
	d := newDevice()
	d.register(t, signedInAs(t, s, "phantich"), "điện thoại", "")
	try := func(change func(d *device)) int {
		other := *d
		change(&other)
		b := newBrowser(t, s)
		f := other.sign(t, b.get(passkeySignInPath))
		d.key.Counter = other.key.Counter
		return b.post(passkeySignInPath, f).StatusCode
	}
	for what, change := range map[string]func(d *device){
		"an unknown key": func(d *device) { d.key = newKey() },
		"the id with another key": func(d *device) {
			id := d.key.ID
			d.key = newKey()
			d.key.ID = id
		},
		"another site's page":        func(d *device) { d.rp.Origin = "https://khaosat.example.vn.evil.example" },
		"another site":               func(d *device) { d.rp.ID = "evil.example" },
		"nobody verified the holder": func(d *device) { d.Options.UserNotVerified = true },
		"another handle":             func(d *device) { d.Options.UserHandle = []byte("ai khác") },
		"a copy that counts less":    func(d *device) { d.key.Counter = 0 },
	} {
		if what == "a copy that counts less" {
			if got := try(func(*device) {}); got != http.StatusSeeOther {
				t.Fatalf("the right one: %d", got)
			}
		}
		if got := try(change); got != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", what, got)
		}
	}
	d.key.Counter += 10
	if got := try(func(*device) {}); got != http.StatusSeeOther {
		t.Errorf("the right one: %d", got)
	}
	b := newBrowser(t, s)
	_, f := askedOf(t, b.get(passkeySignInPath))
	f.Set(factorPasskey, `{"id":"không phải`)
	if a := b.post(passkeySignInPath, f); a.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("what is no answer: %d", a.StatusCode)
	}
	f.Del("token")
	if a := b.post(passkeySignInPath, f); a.StatusCode != http.StatusForbidden {
		t.Errorf("without the twin: %d", a.StatusCode)
	}
	a, err := st.AccountByLogin(t.Context(), "phantich")
	must(t, err)
	a.Disabled = true
	_, err = st.PutAccount(t.Context(), a)
	must(t, err)
	if got := try(func(*device) {}); got != http.StatusUnprocessableEntity {
		t.Errorf("a disabled account: %d", got)
	}
}

func TestAPasskeyIsTheSecondStepAndAProof(t *testing.T) {
	t.Parallel()
	s, _, clock := timed(t, Config{BaseURL: passkeyBase})
	mustProven(s)
	d, other := newDevice(), newDevice()
	owner := signedInAs(t, s, "phantich")
	d.register(t, owner, "điện thoại", "")
	other.register(t, signedInAs(t, s, "hanoi"), "của người khác", "")
	for _, lang := range []string{"", "?lang=en"} {
		b, page := halfway(t, s, "phantich", "203.0.113.7:1")
		if a := b.post(secondStepPath, other.sign(t, page)); a.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("the passkey of somebody else: %d", a.StatusCode)
		}
		if a := b.post(secondStepPath, d.sign(t, b.get(secondStepPath+lang))); a.StatusCode != http.StatusSeeOther {
			t.Fatalf("the second step: %d", a.StatusCode)
		}
		clock.add(account.ProofLife)
		asks := b.post("/hệ-trọng"+lang, url.Values{"ly-do": {"có"}})
		if a := b.post("/hệ-trọng", other.sign(t, asks)); a.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("a proof by somebody else's: %d", a.StatusCode)
		}
		if a := b.post("/hệ-trọng", d.sign(t, b.post("/hệ-trọng"+lang, url.Values{"ly-do": {"có"}}))); a.body != "đã làm: có" {
			t.Errorf("a proof: %d", a.StatusCode)
		}
	}
}

func TestAPasskeyIsRemovedByItsOwnerOnly(t *testing.T) {
	t.Parallel()
	s, st, clock := timed(t, Config{BaseURL: passkeyBase})
	d, owner, other := newDevice(), signedInAs(t, s, "phantich"), signedInAs(t, s, "hanoi")
	d.register(t, owner, "điện thoại", "")
	a, err := st.AccountByLogin(t.Context(), "phantich")
	must(t, err)
	f, err := st.Factors(t.Context(), a.ID)
	must(t, err)
	id := ""
	for n := range owner.get(selfPath).doc.Descendants() {
		if attr(n, "name") == "khoa" {
			id = attr(n, "value")
		}
	}
	remove := func(b *browser) int {
		return b.post(selfPasskey+"/bo", url.Values{"khoa": {id}, "token": {tokenOf(t, b.get(selfPath))}}).StatusCode
	}
	remove(other)
	if f, err := st.Factors(t.Context(), a.ID); err != nil || len(f.Passkeys) != 1 {
		t.Fatalf("somebody else removed it: %v, %v", f, err)
	}
	clock.add(account.ProofLife)
	if got := remove(owner); got != http.StatusForbidden {
		t.Errorf("without a recent proof: %d", got)
	}
	if got := owner.get(selfPasskey).Header.Get("Location"); !strings.HasPrefix(got, provePath) {
		t.Errorf("adding without a recent proof leads to %q", got)
	}
	ask := owner.get(provePath)
	proof := ask.form()
	proof.Set(provePassword, "mật khẩu của phantich")
	owner.post(provePath, proof)
	remove(owner)
	if f, err := st.Factors(t.Context(), a.ID); err != nil || f.Any() || f.Codes != 0 {
		t.Errorf("%v, %v", f, err)
	}
	wantActs(t, st, "phantich", audit.PasskeyRemoved, audit.PasskeyAdded)
	if len(f.Passkeys) != 1 {
		t.Errorf("%d", len(f.Passkeys))
	}
}

func TestPasskeysAreOfferedWhereBrowsersHaveThem(t *testing.T) {
	t.Parallel()
	st := mustStore(t, testNow)
	for base, want := range map[string]bool{"": false, "https://khaosat.example.vn": true, "http://khaosat.example.vn": false, "http://localhost:8080": true, "https://192.0.2.1": false} {
		b := newBrowser(t, mustServerWith(t, Config{BaseURL: base}, st))
		if got := strings.Contains(b.get("/dang-nhap").body, passkeySignInPath); got != want {
			t.Errorf("%q: offered %v", base, got)
		}
		if got := strings.Contains(b.get(passkeySignInPath).body, "data-passkey"); got != want {
			t.Errorf("%q: asked %v", base, got)
		}
	}
}
