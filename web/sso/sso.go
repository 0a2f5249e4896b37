// Package sso signs people in at one issuer of OpenID Connect: the code flow with PKCE, state and nonce. What somebody may do here is
// not its affair.
package sso

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"thuocdo/web/outward"
)

// Failures that are told apart. Callers compare with errors.Is.
var (
	ErrUnreachable = errors.New("the issuer cannot be reached, or says what it should not")
	ErrRefused     = errors.New("the issuer let nobody in")
)

// Settings say where people sign in.
type Settings struct {
	Issuer   string // https://…
	ClientID string
	Secret   string
	Callback string   // where the issuer sends people back to
	Groups   string   // claim with the groups; "groups" if empty
	Scopes   []string // besides openid; profile if none
	Private  bool     // the issuer may be in a private network, and speak plain http
	Now      func() time.Time
}

// Person is whom the issuer vouches for.
type Person struct {
	Issuer, Subject string
	Login           string // as the issuer calls the person; may be ""
	Name            string
	Groups          []string
	Twice           bool      // it asked for more than one factor
	At              time.Time // when it asked; zero where it does not say
}

// Attempt is what has to be kept between leaving for the issuer and coming back.
type Attempt struct {
	State, Nonce, Verifier string
	Again                  bool // the person has to give proof anew
	Began                  time.Time
}

// Party is this service as the issuer knows it. It is safe for concurrent use.
type Party struct {
	set    Settings
	client *http.Client

	mu       sync.Mutex
	provider *oidc.Provider // nil: not asked yet
}

// New checks settings. The issuer is asked when the first person comes.
func New(set Settings) (*Party, error) {
	if set.Groups == "" {
		set.Groups = "groups"
	}
	if len(set.Scopes) == 0 {
		set.Scopes = []string{"profile"}
	}
	if set.ClientID == "" || set.Secret == "" {
		return nil, errors.New("single sign-on: the client id and its secret are needed")
	}
	for what, address := range map[string]string{"issuer": set.Issuer, "callback": set.Callback} {
		if err := set.check(address, what == "callback"); err != nil {
			return nil, fmt.Errorf("single sign-on: %s: %w", what, err)
		}
	}
	return &Party{set: set, client: outward.NewClient(set.Private)}, nil
}

// check wants an address that is safe to send secrets to.
func (s *Settings) check(address string, own bool) error {
	u, err := url.Parse(address)
	switch {
	case err != nil || u.Host == "" || u.User != nil:
		return fmt.Errorf("%q is no address", address)
	case u.Scheme == "https", u.Scheme == "http" && (s.Private || own):
		return nil
	}
	return fmt.Errorf("%q does not begin with https://", address)
}

// ask returns what the issuer says of itself, once it has said it.
func (p *Party) ask(ctx context.Context) (*oidc.Provider, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.provider != nil {
		return p.provider, nil
	}
	provider, err := oidc.NewProvider(oidc.ClientContext(ctx, p.client), p.set.Issuer)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrUnreachable, err)
	}
	var more struct {
		Keys string `json:"jwks_uri"`
	}
	if err := provider.Claims(&more); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrUnreachable, err)
	}
	for _, address := range []string{provider.Endpoint().AuthURL, provider.Endpoint().TokenURL, more.Keys} {
		if err := p.set.check(address, false); err != nil {
			return nil, fmt.Errorf("%w: %w", ErrUnreachable, err)
		}
	}
	p.provider = provider
	return provider, nil
}

func (p *Party) config(provider *oidc.Provider) *oauth2.Config {
	return &oauth2.Config{ClientID: p.set.ClientID, ClientSecret: p.set.Secret, Endpoint: provider.Endpoint(), RedirectURL: p.set.Callback,
		Scopes: append([]string{oidc.ScopeOpenID}, p.set.Scopes...)}
}

// Begin returns where to send a person, and what to keep until it comes back. again wants a new proof from somebody who is signed in
// at the issuer.
func (p *Party) Begin(ctx context.Context, again bool) (address string, a Attempt, err error) {
	provider, err := p.ask(ctx)
	if err != nil {
		return "", a, err
	}
	a = Attempt{State: rand.Text(), Nonce: rand.Text(), Verifier: oauth2.GenerateVerifier(), Again: again, Began: p.set.Now()}
	more := []oauth2.AuthCodeOption{oidc.Nonce(a.Nonce), oauth2.S256ChallengeOption(a.Verifier)}
	if again {
		more = append(more, oauth2.SetAuthURLParam("prompt", "login"), oauth2.SetAuthURLParam("max_age", "0"))
	}
	return p.config(provider).AuthCodeURL(a.State, more...), a, nil
}

// slack is how much two clocks may differ.
const slack = time.Minute

// Finish returns whom the issuer vouches for, from what it sent a person back with.
func (p *Party) Finish(ctx context.Context, a Attempt, q url.Values) (who Person, err error) {
	if a.State == "" || subtle.ConstantTimeCompare([]byte(a.State), []byte(q.Get("state"))) != 1 {
		return who, fmt.Errorf("%w: another state", ErrRefused)
	}
	if iss := q.Get("iss"); iss != "" && iss != p.set.Issuer { // RFC 9207
		return who, fmt.Errorf("%w: the answer is of another issuer", ErrRefused)
	}
	if q.Get("error") != "" || q.Get("code") == "" {
		return who, fmt.Errorf("%w: %.100q", ErrRefused, q.Get("error"))
	}
	provider, err := p.ask(ctx)
	if err != nil {
		return who, err
	}
	ctx = oidc.ClientContext(ctx, p.client)
	token, err := p.config(provider).Exchange(ctx, q.Get("code"), oauth2.VerifierOption(a.Verifier))
	if err != nil {
		var said *oauth2.RetrieveError
		if errors.As(err, &said) && said.Response.StatusCode < http.StatusInternalServerError {
			return who, fmt.Errorf("%w: %.100q", ErrRefused, said.ErrorCode)
		}
		return who, fmt.Errorf("%w: %w", ErrUnreachable, err)
	}
	raw, _ := token.Extra("id_token").(string)
	id, err := provider.Verifier(&oidc.Config{ClientID: p.set.ClientID, Now: p.set.Now}).Verify(ctx, raw)
	if err != nil {
		return who, fmt.Errorf("%w: %w", ErrRefused, err)
	}
	if subtle.ConstantTimeCompare([]byte(id.Nonce), []byte(a.Nonce)) != 1 {
		return who, fmt.Errorf("%w: another nonce", ErrRefused)
	}
	return p.person(id, a)
}

// person reads the claims of a token that holds.
func (p *Party) person(id *oidc.IDToken, a Attempt) (who Person, err error) {
	var said struct {
		Login string   `json:"preferred_username"`
		Name  string   `json:"name"`
		AMR   []string `json:"amr"`
		At    int64    `json:"auth_time"`
	}
	all := map[string]any{}
	if err := errors.Join(id.Claims(&said), id.Claims(&all)); err != nil {
		return who, fmt.Errorf("%w: %w", ErrRefused, err)
	}
	login, _, _ := strings.Cut(said.Login, "@")
	who = Person{Issuer: id.Issuer, Subject: id.Subject, Login: strings.ToLower(login), Name: said.Name, Groups: texts(all[p.set.Groups]),
		Twice: slices.Contains(said.AMR, "mfa")}
	if said.At != 0 {
		who.At = time.Unix(said.At, 0)
	}
	if a.Again && who.At.Before(a.Began.Add(-slack)) {
		return who, fmt.Errorf("%w: it did not ask anew", ErrRefused)
	}
	return who, nil
}

// texts returns the texts of a list, or of a single one.
func texts(v any) (list []string) {
	switch v := v.(type) {
	case string:
		return []string{v}
	case []any:
		for _, x := range v {
			if s, ok := x.(string); ok {
				list = append(list, s)
			}
		}
	}
	return list
}
