package data

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"thuocdo/scoring"
	"thuocdo/survey"
	"thuocdo/survey/account"
	"thuocdo/survey/audit"
)

// acts returns the log, oldest first, as "kind subject act by".
func acts(t testing.TB, s *Store) (list []string) {
	t.Helper()
	all, err := s.Audit(t.Context(), audit.Filter{Most: 1000})
	must(t, err)
	for _, e := range all {
		list = append([]string{strings.Join(strings.Fields(fmt.Sprint(e.Kind, " ", e.Subject, " ", e.Act, " ", e.Name)), " ")}, list...)
	}
	return list
}

func TestEveryActOfAnAccountIsLoggedInItsTransaction(t *testing.T) {
	t.Parallel()
	s := mustOpenAt(t, filled(t), Options{})
	ctx := audit.With(t.Context(), audit.Actor{Name: "lan", Role: "designer"})
	before := len(acts(t, s))
	a := account.Account{Login: "minh", Name: "Minh", Role: account.Officer, Agency: "x-000", Password: "h"}
	put := func() { _, err := s.PutAccount(ctx, a); must(t, err) }
	put()
	put() // nothing changes, nothing is logged
	a.Role, a.Agency = account.Appraiser, ""
	put()
	a.Password = "h2"
	put()
	a.Disabled = true
	put()
	a.Disabled = false
	put()
	w := s.definitions().wave["w"].Wave
	w.Title["en"] += "!"
	must(t, s.PutWave(ctx, w))
	must(t, s.SetAccess(ctx, "w", survey.Both))
	must(t, s.Undo(ctx, "w", 1, mustAuthor(t, s, "lan")))
	x := 0.5
	leaf := typedLeaf(t, must1(s.Framework(ctx, "par-index-province", "", "2026"))(t))
	must(t, s.PutScores(ctx, "par-index-province", "2026", map[string]map[string]scoring.LeafInput{"x-000": {leaf: {Appraised: &x}}, "x-001": {leaf: {Appraised: &x}}}))
	if err := s.PutScores(ctx, "par-index-province", "2026", map[string]map[string]scoring.LeafInput{"x-002": {"no such": {Appraised: &x}}}); err == nil {
		t.Fatal("taken")
	}
	want := []string{"account minh added lan", "account minh role lan", "account minh password lan", "account minh disabled lan", "account minh enabled lan",
		"wave w changed lan", "wave w changed lan", "decision w 1 undone lan",
		"scores par-index-province 2026 x-000 changed lan", "scores par-index-province 2026 x-001 added lan"}
	if got := acts(t, s)[before:]; strings.Join(got, "; ") != strings.Join(want, "; ") {
		t.Errorf("logged %q, want %q", got, want)
	}
	wantHealthy(t, s)
	if v, err := s.VerifyAudit(t.Context(), must1(s.AuditHead(t.Context()))(t)); err != nil || !v.OK() || v.Head.Size != int64(before+len(want)) {
		t.Errorf("%+v, %v", v, err)
	}
}

// What changes the log or what it vouches for behind the store's back is found and named.
func TestTamperingWithTheLogIsFoundAndNamed(t *testing.T) {
	t.Parallel()
	base := filled(t)
	for name, c := range map[string]struct{ sql, check, item string }{
		"a changed row":            {`UPDATE audit SET body = replace(body, 'added', 'chosen') WHERE id = 2`, CheckAudit, "audit 2"},
		"a deleted row":            {`DELETE FROM audit WHERE id = 4`, CheckAudit, "audit 4"},
		"two rows in other order":  {`UPDATE audit SET body = (SELECT body FROM audit o WHERE o.id = 5 - audit.id) WHERE id IN (2, 3)`, CheckAudit, "audit 2"},
		"the end cut off":          {`DELETE FROM audit WHERE id > 2`, CheckAudit, "audit 3"},
		"all of it cut off":        {`DELETE FROM audit`, CheckAudit, "audit 1"},
		"a row put in":             {`INSERT INTO audit SELECT id + 1, body FROM audit ORDER BY id DESC LIMIT 1`, CheckAudit, "audit *"},
		"a changed hash":           {`UPDATE audit_hashes SET hash = zeroblob(32) WHERE id = 2`, CheckAudit, "audit 2"}, // joins rows 1 and 2
		"a changed role":           {`UPDATE accounts SET role = 'administrator'`, CheckAudited, "account lan"},
		"an account put in":        {`INSERT INTO accounts (login, name, role, agency, password, disabled) VALUES ('mallory', '', 'administrator', '', '', 0)`, CheckAudited, "account mallory"},
		"a moved deadline":         {`UPDATE waves SET closes = closes + 1`, CheckAudited, "wave w"},
		"an agency less in a wave": {`DELETE FROM wave_agencies WHERE agency = (SELECT max(agency) FROM wave_agencies)`, CheckAudited, "wave w"},
		"a changed score":          {`UPDATE scores SET body = replace(body, '0.25', '0.35')`, CheckAudited, "scores par-index-province 2026 x-000"},
		"deleted scores":           {`DELETE FROM scores`, CheckAudited, "scores par-index-province 2026 x-000"},
		"a score out of sight":     {`UPDATE scores SET withheld = 1`, CheckAudited, "scores par-index-province 2026 x-000"},
		"a changed framework":      {`UPDATE frameworks SET body = replace(body, 'en', 'en ') WHERE code = 'sipas'`, CheckAudited, "framework *"},
		"a changed questionnaire":  {`UPDATE questionnaires SET body = body || ' '`, CheckAudited, "questionnaire *"},
		"a renamed agency":         {`UPDATE agencies SET name = '{"vi":"?"}' WHERE code = 'x-001'`, CheckAudited, "agencies"},
		"a changed decision":       {`UPDATE decisions SET reason = 'other'`, CheckAudited, "decision w 1"},
		"a decision about others":  {`UPDATE verdicts SET copies = copies + 1`, CheckAudited, "decision w 1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := copyOf(t, base)
			tamper(t, path, c.sql)
			r := examine(t, path)
			for _, check := range r.Checks {
				for _, p := range check.Problems {
					stem, any := strings.CutSuffix(c.item, "*")
					if check.Name == c.check && (p.Item == c.item || any && strings.HasPrefix(p.Item, stem)) && p.Message["vi"] != "" && p.Message["en"] != "" {
						return
					}
				}
			}
			t.Errorf("%s does not name %s: %+v", c.check, c.item, r.Checks[len(r.Checks)-2:])
		})
	}
}

// Who writes the end of a log anew, with its hashes, is found by a head that was kept elsewhere.
func TestAKeptHeadFindsALogThatWasWrittenAnew(t *testing.T) {
	t.Parallel()
	path := filled(t)
	s := mustOpenAt(t, path, Options{})
	kept := must1(s.AuditHead(t.Context()))(t)
	_, err := s.PutAccount(t.Context(), account.Account{Login: "mallory", Role: account.Administrator, Password: "h"})
	must(t, err)
	long := must1(s.AuditHead(t.Context()))(t)
	must(t, s.Close())
	verify := func(path string, heads ...audit.Head) audit.Verdict {
		s := mustOpenAt(t, path, Options{ReadOnly: true})
		defer s.Close()
		return must1(s.VerifyAudit(t.Context(), heads...))(t)
	}
	if v := verify(path, kept, long); !v.OK() || v.Head != long {
		t.Errorf("%+v", v)
	}
	short := copyOf(t, path)
	tamper(t, short, fmt.Sprintf(`DELETE FROM audit WHERE id > %d`, kept.Size))
	tamper(t, short, `DELETE FROM accounts WHERE login = 'mallory'`)
	tamper(t, short, fmt.Sprintf(`DELETE FROM audit_hashes WHERE id >= %d`, hashesOf(kept.Size)))
	if v := verify(short, kept); !v.OK() || !examine(t, short).OK() {
		t.Errorf("without the later head nothing can be seen: %+v", v)
	}
	if v := verify(short, long); v.Broken != kept.Size+1 || v.Why["vi"] == "" {
		t.Errorf("cut: %+v", v)
	}
	other := filled(t)
	if v := verify(other, kept); v.Broken == 0 {
		t.Error("another log passes for this one")
	}
	if _, err := audit.ParseHead(kept.String()); err != nil {
		t.Error(err)
	}
	for _, bad := range []string{"", "3", "0:" + kept.Hash, "3:ab", "x:" + kept.Hash} {
		if h, err := audit.ParseHead(bad); err == nil {
			t.Errorf("%q is taken for %v", bad, h)
		}
	}
}

// hashesOf is how many hashes the tree over n rows has: those of the rows, and one for each pair that is complete.
func hashesOf(n int64) (count int64) {
	for ; n > 0; n /= 2 {
		count += n
	}
	return count
}

func TestTheLogIsReadByFilterAndPage(t *testing.T) {
	t.Parallel()
	s := mustOpenAt(t, filled(t), Options{})
	for i := range 7 {
		_, err := s.PutAccount(audit.With(t.Context(), audit.Actor{Name: fmt.Sprint("u", i%2), Role: audit.Command}), account.Account{Login: fmt.Sprint("a", i), Role: account.Analyst})
		must(t, err)
	}
	list := must1(s.Audit(t.Context(), audit.Filter{Kind: audit.Account, By: "u1", Most: 2}))(t)
	if len(list) != 2 || list[0].Subject != "a5" || list[1].Subject != "a3" || list[0].State == "" || list[0].Role != audit.Command {
		t.Fatalf("%+v", list)
	}
	if list = must1(s.Audit(t.Context(), audit.Filter{Kind: audit.Account, By: "u1", Before: list[1].N}))(t); len(list) != 1 || list[0].Subject != "a1" {
		t.Errorf("%+v", list)
	}
	at := list[0].At
	if list = must1(s.Audit(t.Context(), audit.Filter{From: at.AddDate(0, 0, 1)}))(t); len(list) != 0 {
		t.Errorf("from tomorrow: %+v", list)
	}
	if list = must1(s.Audit(t.Context(), audit.Filter{By: "u0", From: at.AddDate(0, 0, -1), To: at.AddDate(0, 0, 1)}))(t); len(list) != 4 {
		t.Errorf("around today: %+v", list)
	}
}

// Acts on responses are logged to the day, and nothing in the log names a response.
func TestTheLogTellsOfResponsesNoMoreThanTheDay(t *testing.T) {
	t.Parallel()
	s := mustOpenAt(t, filled(t), Options{})
	list := must1(s.Audit(t.Context(), audit.Filter{Kind: audit.Decision}))(t)
	if len(list) != 1 || list[0].At.Unix()%86400 != 0 {
		t.Fatalf("%+v", list)
	}
	before := must1(s.AuditHead(t.Context()))(t)
	_, err := s.AppendAll(t.Context(), "w", seqOf(entries(t, mustWave(t, s, "w"), 450)))
	must(t, err)
	if now := must1(s.AuditHead(t.Context()))(t); now != before {
		t.Error("answers are logged")
	}
}

func TestADatabaseWithoutALogBeginsOneWithWhatItHolds(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "old.db")
	must(t, makeFile(path))
	db := pool(path, writing)
	migrateTo(t, db, 30)
	for _, q := range []string{`INSERT INTO agencies VALUES (7, 'x-000', 'province', '', '{"vi":"Tỉnh"}', NULL, 18262, 0)`,
		`INSERT INTO accounts VALUES (3, 'lan', 'Lan', 'analyst', '', '$argon2id$', 0)`} {
		_, err := db.Exec(q)
		must(t, err)
	}
	must(t, db.Close())
	s := mustOpenAt(t, path, Options{})
	if got := strings.Join(acts(t, s), "; "); got != "log begun; account lan adopted; agencies adopted" {
		t.Error(got)
	}
	must(t, s.Close())
	s = mustOpenAt(t, path, Options{})
	if len(acts(t, s)) != 3 {
		t.Error("it begins again")
	}
	wantHealthy(t, s)
	must(t, s.Close())
	tamper(t, path, `DELETE FROM audit; DELETE FROM audit_hashes`)
	s = mustOpenAt(t, path, Options{})
	if r := must1(s.Doctor(t.Context()))(t); r.OK() {
		t.Error("a log that was emptied passes for a new one")
	}
}
