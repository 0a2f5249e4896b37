// Package ssotest is an issuer of OpenID Connect for tests. It lets in whoever it is told to.
package ssotest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// ClientID and Secret are those of the service under test.
const (
	ClientID = "thuocdo"
	Secret   = "bí mật của máy khách"
)

// Issuer is one that a test holds in its hand.
type Issuer struct {
	*httptest.Server
	Now func() time.Time
	// Change may spoil the claims of the next token; Sign the key it is signed with.
	Change func(claims map[string]any)
	// Elsewhere, where set, is what the token endpoint redirects to.
	Elsewhere string

	mu    sync.Mutex
	key   *ecdsa.PrivateKey
	other *ecdsa.PrivateKey
	codes map[string]code
	// Forged has the next token signed by a key that is not published.
	Forged bool
}

type code struct {
	challenge, nonce string
	claims           map[string]any
}

// New starts an issuer, which the test ends.
func New(tb testing.TB, now func() time.Time) *Issuer {
	tb.Helper()
	i := &Issuer{Now: now, codes: map[string]code{}}
	for _, k := range []**ecdsa.PrivateKey{&i.key, &i.other} {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			tb.Fatal(err)
		}
		*k = key
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/.well-known/openid-configuration", i.about)
	mux.HandleFunc("/keys", i.keys)
	mux.HandleFunc("/token", i.token)
	i.Server = httptest.NewServer(mux)
	tb.Cleanup(i.Close)
	return i
}

func write(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v)
}

func (i *Issuer) about(w http.ResponseWriter, _ *http.Request) {
	write(w, map[string]any{"issuer": i.URL, "authorization_endpoint": i.URL + "/auth", "token_endpoint": i.URL + "/token", "jwks_uri": i.URL + "/keys",
		"id_token_signing_alg_values_supported": []string{"ES256"}})
}

func (i *Issuer) keys(w http.ResponseWriter, _ *http.Request) {
	write(w, jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: i.key.Public(), KeyID: "1", Algorithm: "ES256", Use: "sig"}}})
}

// LetIn signs a person with these claims in, who was sent to address, and returns the query it comes back with.
func (i *Issuer) LetIn(address string, claims map[string]any) url.Values {
	u, err := url.Parse(address)
	if err != nil {
		panic(err) // a mistake of the test
	}
	q := u.Query()
	name := rand.Text()
	i.mu.Lock()
	defer i.mu.Unlock()
	i.codes[name] = code{q.Get("code_challenge"), q.Get("nonce"), claims}
	return url.Values{"code": {name}, "state": {q.Get("state")}, "iss": {i.URL}}
}

func (i *Issuer) token(w http.ResponseWriter, r *http.Request) {
	if i.Elsewhere != "" {
		http.Redirect(w, r, i.Elsewhere, http.StatusTemporaryRedirect)
		return
	}
	i.mu.Lock()
	x, ok := i.codes[r.PostFormValue("code")]
	delete(i.codes, r.PostFormValue("code"))
	i.mu.Unlock()
	sum := sha256.Sum256([]byte(r.PostFormValue("code_verifier")))
	id, secret, _ := r.BasicAuth()
	if s, err := url.QueryUnescape(secret); err == nil {
		secret = s
	}
	if !ok || id != ClientID || secret != Secret || x.challenge != base64.RawURLEncoding.EncodeToString(sum[:]) {
		w.WriteHeader(http.StatusBadRequest)
		write(w, map[string]any{"error": "invalid_grant"})
		return
	}
	write(w, map[string]any{"access_token": rand.Text(), "token_type": "Bearer", "id_token": i.sign(x)})
}

// sign writes the token of a person.
func (i *Issuer) sign(x code) string {
	now := i.Now().Unix()
	claims := map[string]any{"iss": i.URL, "aud": ClientID, "iat": now, "exp": now + 300, "nonce": x.nonce, "auth_time": now}
	maps.Copy(claims, x.claims)
	if i.Change != nil {
		i.Change(claims)
	}
	key := i.key
	if i.Forged {
		key = i.other
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: jose.JSONWebKey{Key: key, KeyID: "1"}}, nil)
	if err != nil {
		panic(err) // a mistake of the test
	}
	body, _ := json.Marshal(claims)
	token, err := signer.Sign(body)
	if err != nil {
		panic(err)
	}
	text, _ := token.CompactSerialize()
	return text
}
