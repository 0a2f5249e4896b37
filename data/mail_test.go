package data

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"thuocdo/scoring/phrase"
	"thuocdo/survey"
	"thuocdo/survey/mailing"
)

func mailKey(t testing.TB) survey.MailKey {
	t.Helper()
	return must1(survey.ReadMailCode(survey.NewMailCode(rand.Reader)))(t)
}

// mailed is n addresses about an agency.
func mailed(agency string, n int) (list []mailing.Address) {
	for i := range n {
		list = append(list, mailing.Address{Email: fmt.Sprintf("nguoi-%s-%03d@example.vn", agency, i), Agency: agency, Lang: "vi", Line: i + 2})
	}
	return list
}

// deliver takes every letter that is due and says that it was sent; it returns the code each address got.
func deliver(t testing.TB, s *Store) map[string]string {
	t.Helper()
	codes := map[string]string{}
	for {
		l, ok, err := s.NextMail(t.Context())
		must(t, err)
		if !ok {
			return codes
		}
		if codes[l.To] != "" {
			t.Errorf("%s gets two letters", l.To)
		}
		codes[l.To] = l.Code
		must(t, s.MailDone(t.Context(), l.ID, mailing.Outcome{Sent: true}))
	}
}

func TestAReminderCarriesTheSameCodeAndGoesToEverybody(t *testing.T) {
	t.Parallel()
	s := inviting(t, Options{Now: during}, 2)
	key := mailKey(t)
	list := append(mailed("x-000", 6), mailed("x-001", 5)...)
	added, err := s.AddMail(t.Context(), "w", key, list)
	if err != nil || added != (mailing.Added{New: 11}) {
		t.Fatalf("%+v, %v", added, err)
	}
	if n, err := s.BeginMail(t.Context(), "w", mailing.Invite, key); n != 11 || err != nil {
		t.Fatalf("%d, %v", n, err)
	}
	if _, err := s.BeginMail(t.Context(), "w", mailing.Invite, key); !errors.Is(err, mailing.ErrBusy) {
		t.Errorf("a second round at once: %v", err)
	}
	first := deliver(t, s)
	if len(first) != 11 {
		t.Fatalf("%d letters", len(first))
	}
	in := intakeOf(s, during)
	e := entries(t, mustWave(t, s, "w"), 1)[0]
	e.Agency = "x-000"
	if _, err := in.Submit(t.Context(), answered(first[list[0].Email], e)); err != nil {
		t.Fatalf("the code of a letter: %v", err)
	}
	if _, err := s.BeginMail(t.Context(), "w", mailing.Invite, key); !errors.Is(err, mailing.ErrNobody) {
		t.Errorf("invited again: %v", err)
	}
	if _, err := s.BeginMail(t.Context(), "w", mailing.Remind, mailKey(t)); !errors.Is(err, survey.ErrOtherMailCode) {
		t.Errorf("with another code for sending: %v", err)
	}
	must1(s.BeginMail(t.Context(), "w", mailing.Remind, key))(t)
	second := deliver(t, s)
	for to, code := range first {
		if second[to] != code {
			t.Errorf("%s: %q, then %q", to, code, second[to])
		}
	}
	must1(s.BeginMail(t.Context(), "w", mailing.Point, survey.MailKey{}))(t)
	for to, code := range deliver(t, s) {
		if code != "" {
			t.Errorf("%s: a code without a code for sending", to)
		}
	}
	st := must1(s.MailState(t.Context(), "w"))(t)
	if st.Listed != 11 || st.Fresh != 0 || len(st.Rounds) != 3 || st.Rounds[1].Sent != 11 || st.Busy() {
		t.Errorf("%+v", st)
	}
	if ring := must1(s.keys.get())(t); len(ring.Rounds) != 0 {
		t.Errorf("%d keys of rounds are left", len(ring.Rounds))
	}
	wantHealthy(t, s)
}

func TestAListIsCheckedAndKnownAddressesStay(t *testing.T) {
	t.Parallel()
	s := inviting(t, Options{Now: during}, 2)
	key := mailKey(t)
	var m phrase.Mistakes
	if _, err := s.AddMail(t.Context(), "w", key, mailed("x-000", 4)); !errors.As(err, &m) {
		t.Errorf("four addresses: %v", err)
	}
	if st := must1(s.MailState(t.Context(), "w"))(t); st.Coded || st.Listed != 0 {
		t.Errorf("what was refused left something: %+v", st)
	}
	if _, err := s.CheckAddMail(t.Context(), "w", key, mailed("x-000", 5)); err != nil {
		t.Errorf("check: %v", err)
	}
	must1(s.AddMail(t.Context(), "w", key, mailed("x-000", 5)))(t)
	if added, err := s.AddMail(t.Context(), "w", key, mailed("x-000", 5)); err != nil || added != (mailing.Added{Known: 5}) {
		t.Errorf("again: %+v, %v", added, err)
	}
	if _, err := s.AddMail(t.Context(), "w", key, mailed("x-000", 6)); !errors.As(err, &m) {
		t.Errorf("one new address alone: %v", err)
	}
	if _, err := s.AddMail(t.Context(), "w", mailKey(t), mailed("x-001", 5)); !errors.Is(err, survey.ErrOtherMailCode) {
		t.Errorf("another code for sending: %v", err)
	}
	if _, err := s.AddMail(t.Context(), "none", key, nil); !errors.Is(err, survey.ErrUnknownWave) {
		t.Errorf("no wave: %v", err)
	}
	if counts := must1(s.Invitations(t.Context(), "w"))(t); len(counts) != 1 || counts[0].Issued != 5 {
		t.Errorf("%+v", counts)
	}
}

func TestLettersSurviveARestartAndAreNotSentTwice(t *testing.T) {
	t.Parallel()
	now := during()
	opt := Options{Now: func() time.Time { return now }}
	s := inviting(t, opt, 1)
	key := mailKey(t)
	must1(s.AddMail(t.Context(), "w", key, mailed("x-000", 9)))(t)
	must1(s.BeginMail(t.Context(), "w", mailing.Invite, key))(t)
	sent := map[string]string{}
	for range 4 {
		l, _, err := s.NextMail(t.Context())
		must(t, err)
		sent[l.To] = l.ID
		must(t, s.MailDone(t.Context(), l.ID, mailing.Outcome{Sent: true}))
	}
	under, _, err := s.NextMail(t.Context()) // the process is killed while this one is under way
	must(t, err)
	must(t, s.Close())
	s = mustOpenAt(t, s.path, opt)
	for to := range deliver(t, s) {
		if sent[to] != "" || to == under.To {
			t.Errorf("%s gets its letter twice", to)
		}
		sent[to] = "later"
	}
	if len(sent) != 8 {
		t.Fatalf("%d of 8 sent", len(sent))
	}
	now = now.Add(mailLease + time.Second)
	l, ok, err := s.NextMail(t.Context())
	if must(t, err); !ok || l.ID != under.ID || l.Code != under.Code || l.Tries != 2 {
		t.Errorf("what was under way: %+v, %v", l, ok)
	}
	must(t, s.MailDone(t.Context(), l.ID, mailing.Outcome{Again: now.Add(time.Hour)}))
	if _, ok, _ := s.NextMail(t.Context()); ok {
		t.Error("tried again before its pause is over")
	}
	now = now.Add(time.Hour)
	l, _, err = s.NextMail(t.Context())
	must(t, err)
	must(t, s.MailDone(t.Context(), l.ID, mailing.Outcome{Failed: true}))
	must(t, s.MailDone(t.Context(), l.ID, mailing.Outcome{Failed: true})) // said twice
	if st := must1(s.MailState(t.Context(), "w"))(t); st.Rounds[0].Sent != 8 || st.Rounds[0].Failed != 1 || st.Fresh != 1 || st.Listed != 9 {
		t.Errorf("%+v", st)
	}
}

func TestWhoStopsLettersOrHasNoMailboxGetsNone(t *testing.T) {
	t.Parallel()
	s := inviting(t, Options{Now: during}, 1)
	key := mailKey(t)
	list := mailed("x-000", 8)
	must1(s.AddMail(t.Context(), "w", key, list))(t)
	must1(s.BeginMail(t.Context(), "w", mailing.Invite, key))(t)
	var tokens []string
	for range 3 {
		l, _, err := s.NextMail(t.Context())
		must(t, err)
		tokens = append(tokens, l.Stop)
		must(t, s.MailDone(t.Context(), l.ID, mailing.Outcome{Sent: len(tokens) < 3, Bounced: len(tokens) == 3}))
	}
	for _, token := range []string{"", "x", tokens[0][:len(tokens[0])-1] + "_", tokens[0] + "A"} {
		if err := s.StopMail(t.Context(), token); !errors.Is(err, mailing.ErrNoStop) {
			t.Errorf("token %q: %v", token, err)
		}
	}
	for range 2 { // pressed twice
		must(t, s.StopMail(t.Context(), tokens[0]))
	}
	waiting, _, err := s.NextMail(t.Context())
	must(t, err)
	must(t, s.StopMail(t.Context(), waiting.Stop))                                           // while it is being sent
	must(t, s.MailDone(t.Context(), waiting.ID, mailing.Outcome{Sent: true}))                // it was
	n, err := s.BounceMail(t.Context(), []string{list[0].Email, list[1].Email, "no@one.vn"}) // reports that came by mail
	if must(t, err); n > 2 {
		t.Errorf("%d bounced", n)
	}
	deliver(t, s)
	st := must1(s.MailState(t.Context(), "w"))(t)
	if st.Out != 2 || st.Listed+st.Out+st.Bounced != 8 || st.Busy() {
		t.Errorf("%+v", st)
	}
	must1(s.BeginMail(t.Context(), "w", mailing.Remind, key))(t)
	if got := deliver(t, s); len(got) != st.Listed {
		t.Errorf("%d reminders for %d people", len(got), st.Listed)
	}
	if added, err := s.AddMail(t.Context(), "w", key, list); err != nil || added.New != 0 {
		t.Errorf("put on the list again: %+v, %v", added, err)
	}
	kept := 0
	must(t, s.read.QueryRow(`SELECT count(*) FROM mail_addresses WHERE email IS NOT NULL`).Scan(&kept))
	if kept != st.Listed {
		t.Errorf("%d addresses are kept, %d may be written to", kept, st.Listed)
	}
}

func TestAddressesGoWithTheirWave(t *testing.T) {
	t.Parallel()
	now := during()
	s := inviting(t, Options{Now: func() time.Time { return now }}, 1)
	key := mailKey(t)
	must1(s.AddMail(t.Context(), "w", key, mailed("x-000", 7)))(t)
	must1(s.BeginMail(t.Context(), "w", mailing.Invite, key))(t)
	l, _, err := s.NextMail(t.Context())
	must(t, err)
	must(t, s.MailDone(t.Context(), l.ID, mailing.Outcome{Sent: true}))
	if n, err := s.PurgeMail(t.Context()); n != 0 || err != nil {
		t.Errorf("before its end: %d, %v", n, err)
	}
	now = after()
	if _, err := s.BeginMail(t.Context(), "w", mailing.Remind, key); !errors.Is(err, survey.ErrClosed) {
		t.Errorf("a reminder after the wave: %v", err)
	}
	for want := 1; want >= 0; want-- {
		if n, err := s.PurgeMail(t.Context()); n != want || err != nil {
			t.Errorf("purged %d, %v; want %d", n, err, want)
		}
	}
	st := must1(s.MailState(t.Context(), "w"))(t)
	if !st.Erased || st.Listed != 0 || len(st.Rounds) != 1 || st.Rounds[0].Sent != 1 || st.Rounds[0].Stopped != 6 {
		t.Errorf("%+v", st)
	}
	must(t, s.StopMail(t.Context(), l.Stop)) // a link in an old letter
	must(t, s.Close())
	for _, suffix := range []string{"", "-wal", keysSuffix} {
		if b, err := os.ReadFile(s.path + suffix); err == nil && (bytes.Contains(b, []byte("nguoi-x-000")) || bytes.Contains(b, []byte(`"rounds":{"1"`))) {
			t.Errorf("%s still holds an address or the key of a round", suffix)
		}
	}
}

func TestNobodyIsWrittenToAfterTheWaveAndALongerOneIsErasedAgain(t *testing.T) {
	t.Parallel()
	now := during()
	s := inviting(t, Options{Now: func() time.Time { return now }}, 1)
	key := mailKey(t)
	must1(s.AddMail(t.Context(), "w", key, mailed("x-000", 5)))(t)
	must1(s.BeginMail(t.Context(), "w", mailing.Invite, key))(t)
	now = after() // and no sweep yet
	if l, ok, err := s.NextMail(t.Context()); ok || err != nil {
		t.Errorf("a letter after the wave: %+v, %v", l, err)
	}
	if due, err := s.MailDue(t.Context()); due || err != nil {
		t.Errorf("letters are still due: %v", err)
	}
	if st := must1(s.MailState(t.Context(), "w"))(t); !st.Erased || st.Listed != 0 {
		t.Errorf("%+v", st)
	}
	now = during() // the wave goes on after all
	must1(s.AddMail(t.Context(), "w", key, mailed("x-000", 6)))(t)
	now = after()
	if n, err := s.PurgeMail(t.Context()); n != 1 || err != nil {
		t.Errorf("the second list was not erased: %d, %v", n, err)
	}
}

func TestLettersOfABackupWhoseKeyIsGoneAreGivenUp(t *testing.T) {
	t.Parallel()
	s := inviting(t, Options{Now: during}, 1)
	key := mailKey(t)
	must1(s.AddMail(t.Context(), "w", key, mailed("x-000", 5)))(t)
	must1(s.BeginMail(t.Context(), "w", mailing.Invite, key))(t)
	must(t, s.keys.keepRounds(nil)) // what happens to the key file when the round ends
	if _, ok, err := s.NextMail(t.Context()); ok || err != nil {
		t.Errorf("%v, %v", ok, err)
	}
	if st := must1(s.MailState(t.Context(), "w"))(t); st.Busy() || st.Rounds[0].Failed != 5 || st.Fresh != 5 {
		t.Errorf("%+v", st)
	}
	must1(s.BeginMail(t.Context(), "w", mailing.Invite, key))(t) // and can be sent anew
	if len(deliver(t, s)) != 5 {
		t.Error("not everybody got a letter")
	}
}

func TestWordsOfLettersAreCheckedAndKept(t *testing.T) {
	t.Parallel()
	s := inviting(t, Options{Now: during}, 1)
	own := mailing.Words{Subject: "Mời ông/bà", Body: "Xin mời: {duong_dan}\nMã {ma}"}
	must(t, s.SetMailWords(t.Context(), "w", mailing.Invite, "vi", own))
	if got := must1(s.MailWords(t.Context(), "w", mailing.Invite, "vi"))(t); got != own {
		t.Errorf("%+v", got)
	}
	must(t, s.SetMailWords(t.Context(), "w", mailing.Invite, "vi", mailing.Default(mailing.Invite, "vi")))
	if got := must1(s.MailWords(t.Context(), "w", mailing.Invite, "vi"))(t); got != mailing.Default(mailing.Invite, "vi") {
		t.Errorf("%+v", got)
	}
	var m phrase.Mistakes
	if err := s.SetMailWords(t.Context(), "w", mailing.Point, "vi", own); !errors.As(err, &m) {
		t.Errorf("a code in a letter that has none: %v", err)
	}
}

// TestNothingTellsWhoOfAListHasAnswered gives a program all there is after letters to a list and answers by half of it: the
// file, copies of the log and of the key file all along, backups. It must not tell better than chance whose invitation is used,
// although the key file tells which invitations are.
func TestNothingTellsWhoOfAListHasAnswered(t *testing.T) {
	t.Parallel()
	n := 400
	if testing.Short() {
		n = 200
	}
	s := inviting(t, Options{Now: during}, 1)
	key := mailKey(t)
	list := mailed("x-000", n)
	must1(s.AddMail(t.Context(), "w", key, list))(t)
	var copies [][]byte
	look := func() {
		for _, suffix := range []string{"-wal", keysSuffix} {
			if b, err := os.ReadFile(s.path + suffix); err == nil {
				copies = append(copies, b)
			}
		}
		dest := t.TempDir() + "/backup.db"
		_, err := s.Backup(t.Context(), dest, CopyOptions{})
		must(t, err)
		copies = append(copies, must1(os.ReadFile(dest))(t))
	}
	look()
	must1(s.BeginMail(t.Context(), "w", mailing.Invite, key))(t)
	look()
	codes := deliver(t, s)
	look()
	// Half of them answer, chosen by where they stand on the list, with a reminder to all in between.
	in, forms := intakeOf(s, during), entries(t, mustWave(t, s, "w"), n/2)
	answer := func(i int) {
		if _, err := in.Submit(t.Context(), answered(codes[list[2*i].Email], forms[i])); err != nil {
			t.Fatal(err)
		}
	}
	for i := range n / 4 {
		answer(i)
	}
	must1(s.BeginMail(t.Context(), "w", mailing.Remind, key))(t)
	deliver(t, s)
	for i := n / 4; i < n/2; i++ {
		answer(i)
	}
	look()
	ring := must1(s.keys.get())(t)
	var people, used []mailTrace
	must(t, traces(t, s, func(x mailTrace) { people = append(people, x) }))
	must(t, s.Close())
	copies = append(copies, must1(os.ReadFile(s.path))(t))
	for _, b := range copies {
		for _, to := range list {
			spelt, _ := survey.ReadInvitation(codes[to.Email])
			if bytes.Contains(b, []byte(codes[to.Email])) || bytes.Contains(b, []byte(spelt)) {
				t.Fatal("a copy holds an invitation code")
			}
		}
	}
	// What the key file gives: the digests that are used, in their order. What nobody has: which address each belongs to.
	final := copies[len(copies)-1]
	for i := range people {
		d := ring.digest(codes[people[i].email])
		people[i].invitation = value(d[:])
	}
	used = slices.Clone(people)
	slices.SortFunc(used, func(a, b mailTrace) int { return bytes.Compare(a.salt, b.salt) })
	for name, of := range map[string]func(mailTrace) float64{
		"id": func(x mailTrace) float64 { return value(x.id) }, "salt": func(x mailTrace) float64 { return value(x.salt) },
		"digest": func(x mailTrace) float64 { return value(x.digest) }, "place": func(x mailTrace) float64 { return float64(bytes.Index(final, x.digest)) },
		"email": func(x mailTrace) float64 {
			return float64(slices.IndexFunc(list, func(a mailing.Address) bool { return a.Email == x.email }))
		},
	} {
		var known, secret []float64
		for _, x := range used {
			known, secret = append(known, of(x)), append(secret, x.invitation)
		}
		if hits, rho := paired(known, secret); hits > 8 || rho*rho > 24/float64(n) { // Poisson(1), 4.9 standard errors
			t.Errorf("addresses by %s, invitations by digest: %d of %d paired, correlation %.3f", name, hits, n, rho)
		}
	}
	// With teeth: who has the code for sending too tells all of them.
	told := 0
	for _, x := range people {
		d := ring.digest(key.Invitation(x.salt))
		if value(d[:]) == x.invitation {
			told++
		}
	}
	if told != n {
		t.Errorf("with the code for sending %d of %d are told: the attack has no teeth", told, n)
	}
}

// mailTrace is what the store has of one address.
type mailTrace struct {
	id, salt, digest []byte
	email            string
	invitation       float64
}

func traces(t testing.TB, s *Store, take func(mailTrace)) error {
	rows, err := s.read.QueryContext(t.Context(), `SELECT id, salt, digest, email FROM mail_addresses`)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var x mailTrace
		if err := rows.Scan(&x.id, &x.salt, &x.digest, &x.email); err != nil {
			return err
		}
		take(x)
	}
	return rows.Err()
}

// BenchmarkAddMail puts lists of 10,000 on a wave: what the page takes at once, in one turn of the writer.
func BenchmarkAddMail(b *testing.B) {
	s := inviting(b, Options{Now: during}, 1)
	key := mailKey(b)
	for i := 0; b.Loop(); i++ {
		list := mailed("x-000", 10_000)
		for k := range list {
			list[k].Email = fmt.Sprint(i) + list[k].Email
		}
		must1(s.AddMail(b.Context(), "w", key, list))(b)
	}
}
