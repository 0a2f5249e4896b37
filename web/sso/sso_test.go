package sso

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"thuocdo/web/outward"
	"thuocdo/web/sso/ssotest"
)

func noon() time.Time { return time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC) }

const callback = "https://khaosat.example.vn/dang-nhap/sso/ve"

// party returns an issuer and a party that may reach it.
func party(tb testing.TB) (*ssotest.Issuer, *Party) {
	tb.Helper()
	i := ssotest.New(tb, noon)
	p, err := New(Settings{Issuer: i.URL, ClientID: ssotest.ClientID, Secret: ssotest.Secret, Callback: callback, Private: true, Now: noon})
	if err != nil {
		tb.Fatal(err)
	}
	return i, p
}

func claims() map[string]any {
	return map[string]any{"sub": "42", "preferred_username": "Lan.Nguyen@example.vn", "name": "Nguyễn Thị Lan", "groups": []string{"so-noi-vu", "phan-tich"}, "amr": []string{"pwd", "mfa"}}
}

func TestAPersonIsLetInByCodeWithProofOfTheKey(t *testing.T) {
	t.Parallel()
	i, p := party(t)
	address, a, err := p.Begin(t.Context(), false)
	if err != nil {
		t.Fatal(err)
	}
	u, _ := url.Parse(address)
	q := u.Query()
	if q.Get("code_challenge_method") != "S256" || q.Get("state") != a.State || q.Get("nonce") != a.Nonce || q.Get("redirect_uri") != callback || q.Get("response_type") != "code" || q.Get("scope") != "openid profile" || strings.Contains(address, a.Verifier) {
		t.Errorf("sent to %s", address)
	}
	who, err := p.Finish(t.Context(), a, i.LetIn(address, claims()))
	if err != nil || who.Subject != "42" || who.Issuer != i.URL || who.Login != "lan.nguyen" || who.Name != "Nguyễn Thị Lan" || !slices.Equal(who.Groups, []string{"so-noi-vu", "phan-tich"}) || !who.Twice || !who.At.Equal(noon()) {
		t.Errorf("%+v, %v", who, err)
	}
}

func TestWhatTheIssuerDoesNotVouchForIsRefused(t *testing.T) {
	t.Parallel()
	for what, spoil := range map[string]func(i *ssotest.Issuer, a *Attempt, q url.Values){
		"another state":            func(_ *ssotest.Issuer, _ *Attempt, q url.Values) { q.Set("state", "x") },
		"no state":                 func(_ *ssotest.Issuer, a *Attempt, q url.Values) { a.State = ""; q.Del("state") },
		"an answer of another":     func(_ *ssotest.Issuer, _ *Attempt, q url.Values) { q.Set("iss", "https://evil.example") },
		"a refusal":                func(_ *ssotest.Issuer, _ *Attempt, q url.Values) { q.Set("error", "access_denied") },
		"a code nobody gave":       func(_ *ssotest.Issuer, _ *Attempt, q url.Values) { q.Set("code", "x") },
		"another proof of the key": func(_ *ssotest.Issuer, a *Attempt, _ url.Values) { a.Verifier = strings.Repeat("x", 43) },
		"another nonce":            func(_ *ssotest.Issuer, a *Attempt, _ url.Values) { a.Nonce = "x" },
		"a token for another": func(i *ssotest.Issuer, _ *Attempt, _ url.Values) {
			i.Change = func(c map[string]any) { c["aud"] = "other" }
		},
		"a token of another": func(i *ssotest.Issuer, _ *Attempt, _ url.Values) {
			i.Change = func(c map[string]any) { c["iss"] = "https://evil.example" }
		},
		"a token that is over": func(i *ssotest.Issuer, _ *Attempt, _ url.Values) {
			i.Change = func(c map[string]any) { c["exp"] = noon().Unix() - 3600 }
		},
		"a token of another key": func(i *ssotest.Issuer, _ *Attempt, _ url.Values) { i.Forged = true },
		"an old proof": func(i *ssotest.Issuer, a *Attempt, _ url.Values) {
			a.Again = true
			i.Change = func(c map[string]any) { c["auth_time"] = noon().Unix() - 3600 }
		},
	} {
		i, p := party(t)
		address, a, err := p.Begin(t.Context(), false)
		if err != nil {
			t.Fatal(err)
		}
		q := i.LetIn(address, claims())
		spoil(i, &a, q)
		if who, err := p.Finish(t.Context(), a, q); !errors.Is(err, ErrRefused) {
			t.Errorf("%s: %+v, %v", what, who, err)
		}
	}
}

func TestACodeWorksOnce(t *testing.T) {
	t.Parallel()
	i, p := party(t)
	address, a, err := p.Begin(t.Context(), false)
	if err != nil {
		t.Fatal(err)
	}
	q := i.LetIn(address, claims())
	_, first := p.Finish(t.Context(), a, q)
	if _, err := p.Finish(t.Context(), a, q); first != nil || !errors.Is(err, ErrRefused) {
		t.Errorf("%v, then %v", first, err)
	}
}

func TestTheIssuerLeadsNowhereElse(t *testing.T) {
	t.Parallel()
	i, p := party(t)
	asked := false
	trap := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked = true }))
	t.Cleanup(trap.Close)
	address, a, err := p.Begin(t.Context(), false)
	if err != nil {
		t.Fatal(err)
	}
	i.Elsewhere = trap.URL
	if _, err := p.Finish(t.Context(), a, i.LetIn(address, claims())); !errors.Is(err, ErrUnreachable) || asked {
		t.Errorf("%v, asked elsewhere: %v", err, asked)
	}
}

// A name may mean a public address when it is looked at and a private one a moment later: what counts is the address that is dialled.
func TestPrivateAddressesAreNotReachedWhateverTheirName(t *testing.T) {
	t.Parallel()
	reached := false
	s := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached = true }))
	t.Cleanup(s.Close)
	for _, host := range []string{"127.0.0.1", "localhost", "[::ffff:127.0.0.1]"} {
		p, err := New(Settings{Issuer: "https://" + host + s.URL[strings.LastIndex(s.URL, ":"):], ClientID: "x", Secret: "y", Callback: callback, Now: noon})
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := p.Begin(t.Context(), false); !errors.Is(err, outward.ErrPrivate) || !errors.Is(err, ErrUnreachable) {
			t.Errorf("%s: %v", host, err)
		}
	}
	if reached {
		t.Error("it was reached")
	}
}

func TestSettingsThatAreUnsafeAreRefused(t *testing.T) {
	t.Parallel()
	good := Settings{Issuer: "https://sso.example.vn", ClientID: "x", Secret: "y", Callback: callback}
	for what, change := range map[string]func(s *Settings){
		"":               func(*Settings) {},
		"plain http":     func(s *Settings) { s.Issuer = "http://sso.example.vn" },
		"no address":     func(s *Settings) { s.Issuer = "sso.example.vn" },
		"a password":     func(s *Settings) { s.Issuer = "https://a:b@sso.example.vn" },
		"no client":      func(s *Settings) { s.ClientID = "" },
		"no secret":      func(s *Settings) { s.Secret = "" },
		"no way back":    func(s *Settings) { s.Callback = "/dang-nhap/sso/ve" },
		"another scheme": func(s *Settings) { s.Issuer = "file:///etc/passwd" },
	} {
		set := good
		change(&set)
		if _, err := New(set); (err == nil) != (what == "") {
			t.Errorf("%q: %v", what, err)
		}
	}
}
