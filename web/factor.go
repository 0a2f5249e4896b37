package web

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/alexedwards/argon2id"
	"github.com/labstack/echo/v4"
	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"

	"thuocdo/survey/account"
)

// Factors keeps what accounts prove themselves with besides a password.
type Factors interface {
	Factors(ctx context.Context, account int64) (account.Factors, error)
	NewApp(ctx context.Context, account int64, secret []byte) error                     // account.ErrFactor
	App(ctx context.Context, account int64, confirmed bool) (secret []byte, err error)  // account.ErrNoFactor
	ConfirmApp(ctx context.Context, of, step int64, codes []account.RecoveryCode) error // account.ErrNoFactor
	UseApp(ctx context.Context, account, step int64) error                              // account.ErrUsed
	RemoveApp(ctx context.Context, account int64) error                                 // account.ErrNoFactor
	PutRecoveryCodes(ctx context.Context, of int64, codes []account.RecoveryCode) error
	RecoveryCode(ctx context.Context, account int64, selector string) (hash string, err error) // account.ErrNoFactor
	UseRecoveryCode(ctx context.Context, account int64, selector string) error                 // account.ErrUsed
	Passkey(ctx context.Context, id []byte) (account.Passkey, error)                           // account.ErrNoFactor
	AddPasskey(ctx context.Context, p account.Passkey, codes []account.RecoveryCode) error     // account.ErrFactor
	UsePasskey(ctx context.Context, id []byte, uses uint32) error                              // account.ErrUsed
	RemovePasskey(ctx context.Context, account int64, id []byte) error                         // account.ErrNoFactor
	FactorRoles(ctx context.Context) ([]account.Role, error)
	PutFactorRoles(ctx context.Context, list []account.Role) error
}

// appStep is how long a code of an authenticator app holds; one before and one after are taken too, as clocks differ (RFC 6238).
const appStep = 30

// appCode returns the step whose code this is, or false. What is no code costs as much as what is one.
func appCode(secret []byte, code string, now time.Time) (step int64, ok bool) {
	key := base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(secret)
	for _, s := range []int64{now.Unix()/appStep - 1, now.Unix() / appStep, now.Unix()/appStep + 1} {
		right, err := hotp.ValidateCustom(code, uint64(s), key, hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
		if err == nil && right {
			step, ok = s, true
		}
	}
	return step, ok
}

// checkApp reports whether a code is one of the account's app that was not used before.
func (s *Server) checkApp(ctx context.Context, a account.Account, code string) (bool, error) {
	secret, err := s.store.App(ctx, a.ID, true)
	if errors.Is(err, account.ErrNoFactor) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	step, ok := appCode(secret, code, s.cfg.Now())
	if !ok {
		return false, nil
	}
	err = s.store.UseApp(ctx, a.ID, step)
	return err == nil, unless(err, account.ErrUsed)
}

// unless returns err unless it is one that stands for a refusal.
func unless(err error, refusals ...error) error {
	for _, r := range refusals {
		if errors.Is(err, r) {
			return nil
		}
	}
	return err
}

// A recovery code is four groups of four letters and digits: 80 bits. The first group finds the code, the others are kept as a hash.
const (
	recoveryLength   = 16
	recoverySelector = 4
)

// newRecoveryCodes makes codes, as they are shown once and as they are kept.
func newRecoveryCodes() (shown []string, kept []account.RecoveryCode, err error) {
	taken := map[string]bool{}
	for len(kept) < account.RecoveryCodes {
		code := strings.ToLower(rand.Text()[:recoveryLength]) // base32: no 0, 1, 8 or 9
		selector := code[:recoverySelector]
		if taken[selector] {
			continue
		}
		taken[selector] = true
		hash, err := HashPassword(code[recoverySelector:])
		if err != nil {
			return nil, nil, err
		}
		shown = append(shown, code[:4]+"-"+code[4:8]+"-"+code[8:12]+"-"+code[12:])
		kept = append(kept, account.RecoveryCode{Selector: selector, Hash: hash})
	}
	return shown, kept, nil
}

// checkRecovery reports whether a code is a recovery code that is left, and takes it away.
func (s *Server) checkRecovery(ctx context.Context, a account.Account, code string) (bool, error) {
	hash, err := s.store.RecoveryCode(ctx, a.ID, code[:recoverySelector])
	known := err == nil
	if err := unless(err, account.ErrNoFactor); err != nil {
		return false, err
	}
	if !known {
		hash = nobody
	}
	release, err := s.gate.hold(ctx)
	if err != nil {
		return false, err
	}
	ok, err := argon2id.ComparePasswordAndHash(code[recoverySelector:], hash)
	release()
	if err != nil || !ok || !known {
		return false, err
	}
	err = s.store.UseRecoveryCode(ctx, a.ID, code[:recoverySelector])
	return err == nil, unless(err, account.ErrUsed)
}

// Fields of a second factor.
const (
	factorCode    = "xn-ma"
	factorPasskey = "xn-khoa"
	factorTurn    = "xn-luot"
)

// factorWays is what an account can be asked for on a page.
type factorWays struct {
	CSRF    string
	App     bool
	Codes   bool
	Passkey *passkeyAsk // nil: none
}

// factorWays returns it for an account, with a challenge for its passkeys.
func (s *Server) factorWays(c echo.Context, a account.Account) (w factorWays, err error) {
	f, err := s.store.Factors(c.Request().Context(), a.ID)
	if err != nil {
		return w, err
	}
	w = factorWays{CSRF: s.token(c), App: f.App, Codes: f.Codes > 0}
	w.Passkey, err = s.askPasskey(c, a.ID, f.Passkeys)
	return w, err
}

// checkFactor reports whether a form holds a second factor of an account: a code of its app, a recovery code, or what a passkey signed.
func (s *Server) checkFactor(c echo.Context, a account.Account) (bool, error) {
	form, ctx := c.Request().PostForm, c.Request().Context()
	if form.Get(factorPasskey) != "" {
		got, ok, err := s.checkPasskey(c, a.ID)
		return ok && got.ID == a.ID, err
	}
	code := strings.ToLower(strings.NewReplacer(" ", "", "-", "").Replace(strings.TrimSpace(form.Get(factorCode))))
	switch len(code) {
	case int(otp.DigitsSix):
		return s.checkApp(ctx, a, code)
	case recoveryLength:
		return s.checkRecovery(ctx, a, code)
	}
	return false, nil
}

// newAppSecret returns a secret of 160 bits, as RFC 4226 wants it.
func newAppSecret() []byte {
	b := make([]byte, 20)
	_, _ = rand.Read(b) // never fails: crypto/rand
	return b
}

// appAddress is what an authenticator app reads from the picture.
func appAddress(issuer, login string, secret []byte) (address, text string, err error) {
	key, err := newAppKey(issuer, login, secret)
	if err != nil {
		return "", "", fmt.Errorf("authenticator app: %w", err)
	}
	return key.URL(), grouped(key.Secret()), nil
}

// grouped writes a text in groups of four, to be typed.
func grouped(s string) string {
	var parts []string
	for len(s) > 4 {
		parts, s = append(parts, s[:4]), s[4:]
	}
	return strings.Join(append(parts, s), " ")
}
