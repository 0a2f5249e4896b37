package data

import (
	"errors"
	"slices"
	"testing"
	"time"

	"thuocdo/survey/account"
	"thuocdo/survey/audit"
)

// begin stores a session of an account that has just begun.
func begin(t testing.TB, s conforming, of int64, id string, now time.Time) account.Session {
	t.Helper()
	x := account.Session{ID: id, Account: of, Started: now, Seen: now, Proven: now, Way: account.ByPassword, Browser: "Firefox, Linux", Network: "203.0.113.0/24"}
	must(t, s.BeginSession(t.Context(), x))
	return x
}

// idsOf returns the ids of the sessions of an account, sorted.
func idsOf(t testing.TB, s conforming, of int64) (ids []string) {
	t.Helper()
	list, err := s.Sessions(t.Context(), of)
	must(t, err)
	for _, x := range list {
		ids = append(ids, x.ID)
	}
	slices.Sort(ids)
	return ids
}

func putAccounts(t testing.TB, s conforming, logins ...string) (ids []int64) {
	t.Helper()
	for _, login := range logins {
		id, err := s.PutAccount(t.Context(), account.Account{Login: login, Name: login, Role: account.Analyst, Password: "$argon2id$" + login})
		must(t, err)
		ids = append(ids, id)
	}
	return ids
}

var signedIn = []behaviour{
	{"a session is found until it ends, has idled or has lasted too long", func(t *testing.T, open maker) {
		now := during()
		s := open(t, func() time.Time { return now })
		of := putAccounts(t, s, "lan", "an")
		x := begin(t, s, of[0], "a", now)
		begin(t, s, of[1], "b", now)
		if got, err := s.Session(t.Context(), "a"); err != nil || !got.Started.Equal(x.Started) || got.Browser != x.Browser || got.Network != x.Network || got.Account != of[0] || !got.Recent(now) {
			t.Errorf("%+v, %v", got, err)
		}
		now = now.Add(account.ProofLife)
		if got, err := s.Session(t.Context(), "a"); err != nil || got.Recent(now) {
			t.Errorf("%+v is recent, %v", got, err)
		}
		must(t, s.ProveSession(t.Context(), "a"))
		if got, err := s.Session(t.Context(), "a"); err != nil || !got.Recent(now) || !got.Proven.Equal(now) {
			t.Errorf("%+v is not recent, %v", got, err)
		}
		for range 7 { // used all the time, and yet over after twelve hours
			now = now.Add(account.SessionIdle - time.Minute)
			if now.Sub(x.Started) < account.SessionLife {
				must(t, s.SeeSession(t.Context(), "a"))
			}
		}
		_, errA := s.Session(t.Context(), "a")
		_, errB := s.Session(t.Context(), "b")
		if !errors.Is(errA, account.ErrNoSession) || !errors.Is(errB, account.ErrNoSession) || len(idsOf(t, s, of[0])) != 0 {
			t.Errorf("%v, %v", errA, errB)
		}
		if err := s.ProveSession(t.Context(), "none"); !errors.Is(err, account.ErrNoSession) {
			t.Error(err)
		}
	}},
	{"sessions are ended one by one, all, or all but one, of their own account only", func(t *testing.T, open maker) {
		s := open(t, during)
		of := putAccounts(t, s, "lan", "an")
		for _, id := range []string{"a", "b", "c", "d"} {
			begin(t, s, of[0], id, during())
		}
		begin(t, s, of[1], "z", during())
		if err := s.EndSession(t.Context(), of[1], "a"); !errors.Is(err, account.ErrNoSession) {
			t.Errorf("somebody else's was ended: %v", err)
		}
		must(t, s.EndSession(t.Context(), of[0], "a"))
		must(t, s.LeaveSession(t.Context(), "b"))
		if n, err := s.EndSessions(t.Context(), of[0], "c"); err != nil || n != 1 || !slices.Equal(idsOf(t, s, of[0]), []string{"c"}) {
			t.Errorf("%d, %v: %v", n, err, idsOf(t, s, of[0]))
		}
		if n, err := s.EndSessions(t.Context(), of[0]); err != nil || n != 1 || len(idsOf(t, s, of[0])) != 0 {
			t.Errorf("%d, %v", n, err)
		}
		if got := idsOf(t, s, of[1]); !slices.Equal(got, []string{"z"}) {
			t.Errorf("the other account has %v", got)
		}
	}},
	{"another password, role or state ends the sessions of an account, another name does not", func(t *testing.T, open maker) {
		s := open(t, during)
		of := putAccounts(t, s, "lan", "an")
		begin(t, s, of[1], "z", during())
		a, err := s.AccountByLogin(t.Context(), "lan")
		must(t, err)
		for _, c := range []struct {
			what   string
			change func()
			ended  bool
		}{
			{"name", func() { a.Name = "Lan Anh" }, false},
			{"password", func() { a.Password = "$argon2id$other" }, true},
			{"role", func() { a.Role = account.Officer }, true},
			{"agency", func() { a.Agency = "x-000" }, true},
			{"disabled", func() { a.Disabled = true }, true},
		} {
			must(t, s.LeaveSession(t.Context(), "a"))
			begin(t, s, of[0], "a", during())
			c.change()
			_, err := s.PutAccount(t.Context(), a)
			must(t, err)
			if got := len(idsOf(t, s, of[0])); (got == 0) != c.ended {
				t.Errorf("%s: %d sessions", c.what, got)
			}
		}
		if len(idsOf(t, s, of[1])) != 1 {
			t.Error("the session of somebody else was ended")
		}
	}},
	{"a browser is known for its account, and for a while", func(t *testing.T, open maker) {
		now := during()
		s := open(t, func() time.Time { return now })
		of := putAccounts(t, s, "lan", "an")
		for i := range knownBrowsers + 1 {
			now = now.Add(time.Second)
			must(t, s.KnowBrowser(t.Context(), of[0], [32]byte{byte(i)}))
		}
		knows := func(login string, i byte) bool {
			known, err := s.KnowsBrowser(t.Context(), login, [32]byte{i})
			must(t, err)
			return known
		}
		if knows("lan", 0) || !knows("lan", 1) || !knows("lan", knownBrowsers) || knows("an", 1) {
			t.Error("the oldest of too many is known, or another is not")
		}
		now = now.Add(browserLife)
		if knows("lan", knownBrowsers) {
			t.Error("known for ever")
		}
	}},
}

func TestEndedSessionsAreInTheLog(t *testing.T) {
	t.Parallel()
	s := mustOpen(t, Options{Now: during})
	of := putAccounts(t, s, "lan")
	begin(t, s, of[0], "a", during())
	begin(t, s, of[0], "b", during())
	ctx := audit.With(t.Context(), audit.Actor{Name: "quan.tri", Role: "administrator"})
	must(t, s.EndSession(ctx, of[0], "a"))
	_, err := s.EndSessions(ctx, of[0])
	must(t, err)
	_, err = s.EndSessions(ctx, of[0]) // nobody is left: nothing happened
	must(t, err)
	list, err := s.Audit(t.Context(), audit.Filter{Kind: audit.Account})
	must(t, err)
	if len(list) != 3 || list[0].Act != audit.SessionsEnded || list[1].Act != audit.SessionsEnded || list[0].Subject != "lan" || list[0].Name != "quan.tri" {
		t.Errorf("%+v", list)
	}
	if v, err := s.VerifyAudit(t.Context()); err != nil || !v.OK() {
		t.Errorf("%+v, %v", v, err)
	}
	wantHealthy(t, s)
}
