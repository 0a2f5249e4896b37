package data

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"thuocdo/survey/account"
	"thuocdo/survey/audit"
)

var appSecret = []byte("12345678901234567890")

// withFactors gives an account an app, two recovery codes and a passkey.
func withFactors(t testing.TB, s *Store, of int64) {
	t.Helper()
	must(t, s.NewApp(t.Context(), of, appSecret))
	must(t, s.ConfirmApp(t.Context(), of, 100, []account.RecoveryCode{{Selector: "aaaa", Hash: "h1"}, {Selector: "bbbb", Hash: "h2"}}))
	must(t, s.AddPasskey(t.Context(), account.Passkey{ID: []byte{1}, Account: of, Handle: []byte{9}, Name: "máy", Credential: []byte(`{}`)}, nil))
}

func TestFactorsAreUsedOnceAndBelongToTheirAccount(t *testing.T) {
	t.Parallel()
	s := mustOpen(t, Options{Now: during})
	ctx, of := t.Context(), putAccounts(t, s, "lan", "an")
	if _, err := s.App(ctx, of[0], true); !errors.Is(err, account.ErrNoFactor) {
		t.Error(err)
	}
	withFactors(t, s, of[0])
	wants := func(what string, err, want error) {
		t.Helper()
		if !errors.Is(err, want) || want == nil && err != nil {
			t.Errorf("%s: %v, want %v", what, err, want)
		}
	}
	wants("another app", s.NewApp(ctx, of[0], appSecret), account.ErrFactor)
	wants("the step that confirmed it", s.UseApp(ctx, of[0], 100), account.ErrUsed)
	wants("the next step", s.UseApp(ctx, of[0], 101), nil)
	wants("the same step", s.UseApp(ctx, of[0], 101), account.ErrUsed)
	wants("an earlier step", s.UseApp(ctx, of[0], 99), account.ErrUsed)
	wants("the code of another account", s.UseRecoveryCode(ctx, of[1], "aaaa"), account.ErrUsed)
	wants("a code", s.UseRecoveryCode(ctx, of[0], "aaaa"), nil)
	wants("the code again", s.UseRecoveryCode(ctx, of[0], "aaaa"), account.ErrUsed)
	wants("a passkey that does not count", s.UsePasskey(ctx, []byte{1}, 0), nil)
	wants("one that counts", s.UsePasskey(ctx, []byte{1}, 5), nil)
	wants("a copy of it", s.UsePasskey(ctx, []byte{1}, 5), account.ErrUsed)
	wants("a copy that does not count", s.UsePasskey(ctx, []byte{1}, 0), account.ErrUsed)
	wants("a key that is known", s.AddPasskey(ctx, account.Passkey{ID: []byte{1}, Account: of[1], Handle: []byte{8}, Credential: []byte(`{}`)}, nil), account.ErrFactor)
	wants("the key of another account", s.RemovePasskey(ctx, of[1], []byte{1}), account.ErrNoFactor)
	secret, err := s.App(ctx, of[0], true)
	if err != nil || !bytes.Equal(secret, appSecret) {
		t.Errorf("%q, %v", secret, err)
	}
	begin(t, s, of[0], "a", during())
	must(t, s.KnowBrowser(ctx, of[0], [32]byte{1}))
	wants("reset", s.ResetFactors(ctx, of[0]), nil)
	wants("reset again", s.ResetFactors(ctx, of[0]), account.ErrNoFactor)
	f, err := s.Factors(ctx, of[0])
	known, err2 := s.KnowsBrowser(ctx, "lan", [32]byte{1})
	if err != nil || err2 != nil || f.Any() || f.Codes != 0 || known || len(idsOf(t, s, of[0])) != 0 {
		t.Errorf("after a reset: %+v, known %v", f, known)
	}
	wantHealthy(t, s)
}

func TestTheFileDoesNotHoldTheSecretOfAnApp(t *testing.T) {
	t.Parallel()
	s := mustOpen(t, Options{Now: during})
	of := putAccounts(t, s, "lan", "an")
	withFactors(t, s, of[0])
	// What is sealed for one account does not open for another.
	must(t, s.writer.do(t.Context(), func(w *writer) error {
		_, err := w.conn.ExecContext(t.Context(), `INSERT INTO authenticators SELECT ?, sealed, confirmed, used FROM authenticators`, of[1])
		return err
	}))
	if _, err := s.App(t.Context(), of[1], true); !errors.Is(err, ErrCorrupt) {
		t.Errorf("the secret of another account: %v", err)
	}
	must(t, s.Close())
	for _, suffix := range []string{"", "-wal"} {
		b, err := os.ReadFile(s.path + suffix)
		if err == nil && bytes.Contains(b, appSecret) {
			t.Errorf("the secret is in FILE%s", suffix)
		}
	}
	if info, err := os.Stat(s.path + factorSuffix); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the key: %v, %v", info, err)
	}
	must(t, os.Rename(s.path+factorSuffix, s.path+".away"))
	s = mustOpenAt(t, s.path, Options{Now: during})
	_, err := s.App(t.Context(), of[0], true)
	if err2 := s.NewApp(t.Context(), of[1], appSecret); !errors.Is(err, ErrNoFactorKey) || !errors.Is(err2, ErrNoFactorKey) {
		t.Errorf("without the key: %v, %v", err, err2)
	}
	must(t, s.UseRecoveryCode(t.Context(), of[0], "aaaa")) // needs no key
	must(t, s.Close())
	must(t, os.WriteFile(s.path+factorSuffix, []byte(strings.Repeat("00", keySize)+"\n"), 0o600))
	s = mustOpenAt(t, s.path, Options{Now: during})
	if _, err := s.App(t.Context(), of[0], true); !errors.Is(err, ErrCorrupt) {
		t.Errorf("with another key: %v", err)
	}
}

func TestAFactorPutInBySQLIsNamed(t *testing.T) {
	t.Parallel()
	for name, sql := range map[string]string{
		"passkey":       `INSERT INTO passkeys SELECT x'02', account, x'09', 'kẻ lạ', 0, '{}', 0 FROM passkeys`,
		"other account": `UPDATE passkeys SET account = (SELECT id FROM accounts WHERE login = 'an')`,
		"app":           `UPDATE authenticators SET sealed = x'00'`,
		"code":          `INSERT INTO recovery_codes SELECT account, 'zzzz', hash FROM recovery_codes LIMIT 1`,
		"identity":      `INSERT INTO identities SELECT 'https://evil.example', 's', id FROM accounts WHERE login = 'an'`,
		"role":          `DELETE FROM factor_roles`,
	} {
		s := mustOpen(t, Options{Now: during})
		of := putAccounts(t, s, "lan", "an")
		withFactors(t, s, of[0])
		must(t, s.PutFactorRoles(t.Context(), []account.Role{account.Analyst, account.Auditor}))
		wantHealthy(t, s)
		must(t, s.writer.do(t.Context(), func(w *writer) error {
			_, err := w.conn.ExecContext(t.Context(), sql)
			return err
		}))
		r, err := s.Doctor(t.Context())
		must(t, err)
		if r.OK() {
			t.Errorf("%s: not found", name)
		}
	}
}

func TestWhatHappensToFactorsIsLogged(t *testing.T) {
	t.Parallel()
	s := mustOpen(t, Options{Now: during})
	of := putAccounts(t, s, "lan")
	withFactors(t, s, of[0])
	ctx := t.Context()
	must(t, s.UseRecoveryCode(ctx, of[0], "bbbb"))
	must(t, s.PutRecoveryCodes(ctx, of[0], []account.RecoveryCode{{Selector: "cccc", Hash: "h"}}))
	must(t, s.RemoveApp(ctx, of[0]))
	must(t, s.RemovePasskey(ctx, of[0], []byte{1}))
	must(t, s.PutFactorRoles(ctx, []account.Role{account.Analyst}))
	must(t, s.PutFactorRoles(ctx, nil))
	must(t, s.SetPassword(ctx, of[0], "$argon2id$x"))
	want := "factors lan app_added; factors lan passkey_added; factors lan code_used; factors lan codes_made; factors lan app_removed; " +
		"factors lan passkey_removed; factor_roles added; factor_roles removed; account lan password"
	if got := strings.Join(acts(t, s)[2:], "; "); got != want {
		t.Errorf("logged %s", got)
	}
	if v, err := s.VerifyAudit(ctx); err != nil || !v.OK() {
		t.Errorf("%+v, %v", v, err)
	}
	if list, err := s.Audit(ctx, audit.Filter{Kind: audit.Factors}); err != nil || list[0].State != "" {
		t.Errorf("the last factor is gone, and its state is %q, %v", list[0].State, err)
	}
}

// A backup of the database opens no app; with the copy of the key that was kept elsewhere the restored one does.
func TestARestoredDatabaseWantsTheKeyOfItsApps(t *testing.T) {
	t.Parallel()
	s := mustOpen(t, Options{Now: during})
	of := putAccounts(t, s, "lan")
	withFactors(t, s, of[0])
	key := must1(os.ReadFile(s.path + factorSuffix))(t)
	away, here := t.TempDir(), filepath.Join(t.TempDir(), "restored.db")
	copied := must1(s.Backup(t.Context(), filepath.Join(away, "copy.db"), CopyOptions{}))(t)
	for _, name := range filesIn(t, away) {
		if b := must1(os.ReadFile(filepath.Join(away, name)))(t); strings.HasSuffix(name, factorSuffix) || bytes.Contains(b, bytes.TrimSpace(key)) || bytes.Contains(b, appSecret) {
			t.Errorf("the backup holds the key or a secret in %s", name)
		}
	}
	must1(Restore(t.Context(), copied.Path, here, false, during(), CopyOptions{}))(t)
	r := mustOpenAt(t, here, Options{Now: during})
	if _, err := r.App(t.Context(), of[0], true); !errors.Is(err, ErrNoFactorKey) {
		t.Errorf("without the key: %v", err)
	}
	must(t, r.UseRecoveryCode(t.Context(), of[0], "aaaa"))
	must(t, r.Close())
	must(t, os.WriteFile(here+factorSuffix, key, 0o600))
	r = mustOpenAt(t, here, Options{Now: during})
	if secret, err := r.App(t.Context(), of[0], true); err != nil || !bytes.Equal(secret, appSecret) {
		t.Errorf("with it: %v", err)
	}
}
