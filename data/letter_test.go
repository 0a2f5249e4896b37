package data

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"thuocdo/survey"
	"thuocdo/survey/account"
	"thuocdo/survey/audit"
	"thuocdo/survey/mailing"
)

// lettered is a store with one account that has an address, and its clock.
func lettered(t *testing.T) (s *Store, id int64, now *time.Time, path string) {
	t.Helper()
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	now, path = &at, filepath.Join(t.TempDir(), "thuocdo.db")
	s = mustOpenAt(t, path, Options{Now: func() time.Time { return *now }})
	id, err := s.AddAccount(t.Context(), account.Account{Login: "lan", Name: "Lan", Role: account.Analyst, Email: "lan@example.vn", Password: "$argon2id$"})
	must(t, err)
	return s, id, now, path
}

// carried plays the postman with one outcome for all letters.
func carried(t *testing.T, s *Store, o mailing.Outcome) (list []mailing.Letter) {
	t.Helper()
	for {
		l, ok, err := s.NextMail(t.Context())
		must(t, err)
		if !ok {
			return list
		}
		must(t, s.MailDone(t.Context(), l.ID, o))
		list = append(list, l)
	}
}

func codeOf(t *testing.T, l mailing.Letter) [16]byte {
	t.Helper()
	d, err := survey.AccountCodeDigest(l.Code)
	must(t, err)
	return d
}

func TestALinkInALetterGivesOnePasswordAndEndsAllOthers(t *testing.T) {
	t.Parallel()
	s, id, now, path := lettered(t)
	printed := [16]byte{1}
	must(t, s.PutAccountCode(t.Context(), id, printed))
	must(t, s.InviteByMail(t.Context(), id))
	if _, err := s.AccountOfCode(t.Context(), printed); !errors.Is(err, account.ErrNoCode) {
		t.Errorf("the printed code of before still holds: %v", err)
	}
	if due, err := s.MailDue(t.Context()); !due || err != nil {
		t.Fatalf("nothing is due: %v", err)
	}
	invited := carried(t, s, mailing.Outcome{Sent: true})
	if len(invited) != 1 || invited[0].To != "lan@example.vn" || invited[0].Notice.Kind != mailing.Account || !invited[0].Notice.Until.Equal(now.Add(account.InviteLife)) {
		t.Fatalf("%+v", invited)
	}
	if n, err := s.ForgotPassword(t.Context(), "LAN@example.vn"); n != 1 || err != nil {
		t.Fatalf("%d, %v", n, err)
	}
	reset := carried(t, s, mailing.Outcome{Sent: true})
	if len(reset) != 1 || reset[0].Code == invited[0].Code {
		t.Fatalf("%+v", reset)
	}
	begin(t, conforming(s), id, "phien", *now)
	for _, file := range []string{path, path + "-wal"} {
		b, err := os.ReadFile(file)
		must(t, err)
		for _, l := range append(invited, reset...) {
			if bytes.Contains(b, []byte(l.Code)) || bytes.Contains(b, []byte(strings.ReplaceAll(l.Code, "-", ""))) {
				t.Errorf("%s holds a code", filepath.Base(file))
			}
		}
	}
	must(t, s.SpendAccountCode(t.Context(), codeOf(t, reset[0]), "$argon2id$new"))
	for _, l := range append(invited, reset...) {
		if err := s.SpendAccountCode(t.Context(), codeOf(t, l), "$argon2id$other"); !errors.Is(err, account.ErrNoCode) {
			t.Errorf("a code after one was used: %v", err)
		}
	}
	if list, err := s.Sessions(t.Context(), id); len(list) != 0 || err != nil {
		t.Errorf("%d sessions, %v", len(list), err)
	}
	if told := carried(t, s, mailing.Outcome{Sent: true}); len(told) != 1 || told[0].Notice.Kind != mailing.Password || told[0].Code != "" {
		t.Errorf("nobody was told: %+v", told)
	}
	wantHealthy(t, s)
}

// An attacker asks every quarter of an hour for a day: five letters go out, and at every moment one of their links holds.
func TestAFloodOfForgottenPasswordsIsFiveLettersADayAndLocksNobodyOut(t *testing.T) {
	t.Parallel()
	s, _, now, _ := lettered(t)
	begun, sent := *now, []mailing.Letter{}
	for ; now.Before(begun.Add(24 * time.Hour)); *now = now.Add(15 * time.Minute) {
		if _, err := s.ForgotPassword(t.Context(), "lan"); err != nil {
			t.Fatal(err)
		}
		sent = append(sent, carried(t, s, mailing.Outcome{Sent: true})...)
		if _, err := s.AccountOfCode(t.Context(), codeOf(t, sent[len(sent)-1])); err != nil {
			t.Fatalf("%v: no link holds: %v", now.Sub(begun), err)
		}
		must(t, s.PurgeLetters(t.Context()))
	}
	if len(sent) != 5 {
		t.Errorf("%d letters", len(sent))
	}
	must(t, s.SpendAccountCode(t.Context(), codeOf(t, sent[len(sent)-1]), "$argon2id$mine"))
	*now = now.Add(time.Minute)
	if n, err := s.ForgotPassword(t.Context(), "lan"); n != 1 || err != nil {
		t.Errorf("after it was used, the next letter: %d, %v", n, err)
	}
}

// Somebody asks for eight accounts of one mailbox all day, by every login and by the address: each has a link that holds at every moment, and
// the mailbox gets one letter for each of them and five more. By the address alone it gets ten.
func TestASharedMailboxIsNotFloodedAndNobodyIsLockedOut(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		logins bool
		most   int
	}{"by logins": {true, 13}, "by the address": {false, 10}} {
		s, _, now, _ := lettered(t)
		who := []string{"chung@example.vn"}
		for _, login := range []string{"a1", "a2", "a3", "a4", "a5", "a6", "a7", "a8"} {
			_, err := s.AddAccount(t.Context(), account.Account{Login: login, Name: login, Role: account.Analyst, Email: who[0], Password: "$argon2id$"})
			must(t, err)
			if c.logins {
				who = append(who, login)
			}
		}
		begun, sent, last := *now, 0, map[string]mailing.Letter{}
		for ; now.Before(begun.Add(24 * time.Hour)); *now = now.Add(15 * time.Minute) {
			for _, x := range who {
				_, err := s.ForgotPassword(t.Context(), x)
				must(t, err)
			}
			for _, l := range carried(t, s, mailing.Outcome{Sent: true}) {
				sent++
				last[l.Notice.Login] = l
			}
			for login, l := range last {
				if _, err := s.AccountOfCode(t.Context(), codeOf(t, l)); err != nil && c.logins {
					t.Fatalf("%s, %v: no link of %s holds: %v", name, now.Sub(begun), login, err)
				}
			}
			must(t, s.PurgeLetters(t.Context()))
		}
		if sent != c.most || len(last) != 8 {
			t.Errorf("%s: %d letters to %d accounts, want %d", name, sent, len(last), c.most)
		}
	}
}

func TestForgottenPasswordsFindOnlyWhoMayHaveALetter(t *testing.T) {
	t.Parallel()
	s, id, _, _ := lettered(t)
	for i, login := range []string{"hai", "ba", "bon", "nam", "sau"} {
		_, err := s.AddAccount(t.Context(), account.Account{Login: login, Name: login, Role: account.Analyst, Email: "chung@example.vn", Disabled: i == 0})
		must(t, err)
	}
	_, err := s.SignOn(t.Context(), account.Identity{Issuer: "https://i", Subject: "1"}, account.Account{Login: "sso", Name: "S", Role: account.Analyst, Email: "sso@example.vn"})
	must(t, err)
	_, err = s.AddAccount(t.Context(), account.Account{Login: "khong", Name: "K", Role: account.Analyst})
	must(t, err)
	for who, want := range map[string]int{"": 0, "nobody": 0, "hai": 0, "khong": 0, "sso": 0, "sso@example.vn": 0, "chung@example.vn": 4, "' OR 1=1 --": 0} {
		if n, err := s.ForgotPassword(t.Context(), who); n != want || err != nil {
			t.Errorf("%q: %d letters, %v", who, n, err)
		}
	}
	if n, err := s.BounceMail(t.Context(), []string{"lan@example.vn"}); n != 0 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
	if n, err := s.ForgotPassword(t.Context(), "lan"); n != 0 || err != nil {
		t.Errorf("to a mailbox that is not there: %d, %v", n, err)
	}
	if err := s.InviteByMail(t.Context(), id); !errors.Is(err, account.ErrNoAddress) {
		t.Errorf("inviting there: %v", err)
	}
}

func TestALetterThatMayHaveArrivedIsTriedAgainAndBothLinksHold(t *testing.T) {
	t.Parallel()
	s, id, now, _ := lettered(t)
	must(t, s.InviteByMail(t.Context(), id))
	first, ok, err := s.NextMail(t.Context()) // and the process is killed
	if !ok || err != nil {
		t.Fatal(ok, err)
	}
	if due, err := s.MailDue(t.Context()); due || err != nil {
		t.Errorf("given out twice: %v", err)
	}
	*now = now.Add(mailLease + time.Second)
	again := carried(t, s, mailing.Outcome{Again: now.Add(time.Hour)})
	if len(again) != 1 || again[0].ID != first.ID || again[0].Tries != 2 {
		t.Fatalf("%+v", again)
	}
	for _, l := range []mailing.Letter{first, again[0]} {
		if _, err := s.AccountOfCode(t.Context(), codeOf(t, l)); err != nil {
			t.Errorf("try %d: %v", l.Tries, err)
		}
	}
	*now = now.Add(letterLife)
	if due, err := s.MailDue(t.Context()); due || err != nil {
		t.Errorf("sent long after it was of use: %v", err)
	}
	must(t, s.PurgeLetters(t.Context()))
	var n int
	must(t, s.read.QueryRow(`SELECT count(*) FROM account_letters`).Scan(&n))
	if n != 0 {
		t.Errorf("%d letters are kept", n)
	}
}

func TestAnAddressThatIsReplacedIsToldAndOpensNothing(t *testing.T) {
	t.Parallel()
	s, id, _, _ := lettered(t)
	must(t, s.InviteByMail(t.Context(), id))
	old := carried(t, s, mailing.Outcome{Sent: true})
	c, err := s.Contact(t.Context(), id)
	must(t, err)
	for _, email := range []string{"moi@example.vn", "nua@example.vn"} { // twice, before anything is sent
		c.Email = email
		must(t, s.SetContact(t.Context(), id, c))
	}
	told := carried(t, s, mailing.Outcome{Sent: true})
	to := map[string]bool{}
	for _, l := range told {
		to[l.To] = l.Notice.Kind == mailing.Moved
	}
	if len(told) != 2 || !to["lan@example.vn"] || !to["moi@example.vn"] {
		t.Errorf("%+v", told)
	}
	if _, err := s.AccountOfCode(t.Context(), codeOf(t, old[0])); !errors.Is(err, account.ErrNoCode) {
		t.Errorf("the link in the old mailbox: %v", err)
	}
	must(t, s.DeleteAccount(t.Context(), id, account.Leave{}))
	if c, err := s.Contact(t.Context(), id); c.Email != "" || err != nil {
		t.Errorf("a deleted account has %+v, %v", c, err)
	}
	wantHealthy(t, s)
}

// Whoever could write an address by SQL would get the letter that opens the account.
func TestAnAddressPutInBySQLIsFoundAndTheLogNamesNone(t *testing.T) {
	t.Parallel()
	s, _, _, path := lettered(t)
	list, err := s.Audit(t.Context(), audit.Filter{Kind: audit.Contact})
	if len(list) != 1 || list[0].Subject != "lan" || err != nil {
		t.Fatalf("%+v, %v", list, err)
	}
	var bodies string
	must(t, s.read.QueryRow(`SELECT group_concat(body) FROM audit`).Scan(&bodies))
	if strings.Contains(bodies, "example.vn") {
		t.Error("the log has the address")
	}
	must(t, s.Close())
	db := pool(path, writing)
	_, err = db.Exec(`UPDATE account_contacts SET email = 'thief@example.com'`)
	must(t, err)
	must(t, db.Close())
	s = mustOpenAt(t, path, Options{})
	report, err := s.Doctor(t.Context())
	must(t, err)
	if report.OK() {
		t.Error("doctor finds nothing")
	}
}
