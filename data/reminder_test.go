package data

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"thuocdo/scoring/assess"
	"thuocdo/scoring/phrase"
	"thuocdo/survey"
	"thuocdo/survey/account"
	"thuocdo/survey/audit"
	"thuocdo/survey/mailing"
)

// remindedSeason is a store with an open season of two agencies, people who take part in it, and its clock at eight in the morning, ten
// days before drafts are due.
func remindedSeason(t *testing.T) (s *Store, now *time.Time, path string) {
	t.Helper()
	at := time.Date(2026, 3, 2, 8, 0, 0, 0, survey.Vietnam)
	now, path = &at, filepath.Join(t.TempDir(), "thuocdo.db")
	s = mustOpenAt(t, path, Options{Now: func() time.Time { return *now }})
	p := parIndex(t, s)
	x := planned(p)
	due := func(days int) time.Time { return at.AddDate(0, 0, days).Add(9 * time.Hour) }
	x.Deadlines = assess.Deadlines{Submit: due(10), Appraise: due(20), Explain: due(30), Decide: due(40)}
	must(t, s.PutSeason(t.Context(), x))
	must(t, s.OpenSeason(t.Context(), x.Code))
	for _, a := range []account.Account{{Login: "can-bo", Role: account.Officer, Agency: "x-000"}, {Login: "tham-dinh", Role: account.Appraiser}, {Login: "quan-tri", Role: account.Administrator},
		{Login: "ngoai", Role: account.Analyst}, {Login: "khong-thu", Role: account.Officer, Agency: "x-001"}} {
		a.Name = a.Login
		if a.Login != "khong-thu" {
			a.Email = a.Login + "@example.vn"
		}
		_, err := s.AddAccount(t.Context(), a)
		must(t, err)
	}
	return s, now, path
}

// linesOf is who is told what: login → kinds and stages of lines.
func linesOf(list []mailing.Letter) map[string]string {
	all := map[string]string{}
	for _, l := range list {
		var words []string
		for _, x := range l.Notice.Lines {
			words = append(words, string(x.Kind)+" "+x.Stage)
		}
		all[l.Notice.Login] = strings.Join(words, ", ")
	}
	return all
}

// morningOf goes to a day of the season and reminds, several times, as an hourly job does.
func morningOf(t *testing.T, s *Store, now *time.Time, begun time.Time, day int) map[string]string {
	t.Helper()
	*now = begun.AddDate(0, 0, day)
	var list []mailing.Letter
	for range 3 {
		must1(s.Remind(t.Context()))(t)
		list = append(list, carried(t, s, mailing.Outcome{Sent: true})...)
		*now = now.Add(time.Hour)
	}
	return linesOf(list)
}

func wantTold(t *testing.T, when string, got, want map[string]string) {
	t.Helper()
	for login := range got {
		if want[login] == "" {
			t.Errorf("%s: %s is told %q", when, login, got[login])
		}
	}
	for login, lines := range want {
		if got[login] != lines {
			t.Errorf("%s: %s is told %q, want %q", when, login, got[login], lines)
		}
	}
}

func TestWhoHasSomethingDueIsRemindedOnceForEachTime(t *testing.T) {
	t.Parallel()
	s, now, path := remindedSeason(t)
	begun := *now
	officer := func(lines string) map[string]string { return map[string]string{"can-bo": lines} }
	wantTold(t, "ten days before", morningOf(t, s, now, begun, 0), nil)
	wantTold(t, "seven days before", morningOf(t, s, now, begun, 3), officer("soon draft"))
	wantTold(t, "six days before", morningOf(t, s, now, begun, 4), nil)
	must(t, s.Close()) // and again: what was sent is known after a restart
	s = mustOpenAt(t, path, Options{Now: func() time.Time { return *now }})
	wantTold(t, "six days before, after a restart", morningOf(t, s, now, begun, 4), nil)
	// The service was away on the day before: it reminds when it is back, before the deadline.
	wantTold(t, "on the day", morningOf(t, s, now, begun, 10), officer("soon draft"))
	wantTold(t, "the day after", morningOf(t, s, now, begun, 11), officer("over draft"))
	wantTold(t, "two days after", morningOf(t, s, now, begun, 12), nil)

	x, _, err := s.Season(t.Context(), "par-2026") // more time brings new reminders
	must(t, err)
	x.Deadlines.Submit = x.Deadlines.Submit.AddDate(0, 0, 5)
	must(t, s.PutSeason(t.Context(), *x))
	wantTold(t, "with more time", morningOf(t, s, now, begun, 13), officer("soon draft"))
	x.Remind = []int{}
	must(t, s.PutSeason(t.Context(), *x))
	wantTold(t, "without reminders", morningOf(t, s, now, begun, 14), nil)
}

func TestAppraisersAndTheCouncilAreRemindedOfTheirStages(t *testing.T) {
	t.Parallel()
	s, now, _ := remindedSeason(t)
	begun := *now
	_, plan, err := s.Season(t.Context(), "par-2026")
	must(t, err)
	assessAll := func(acts ...assess.Act) {
		t.Helper()
		must(t, s.Assess(audit.With(t.Context(), audit.Actor{Name: "tham-dinh"}), "par-2026", turn("x-000", acts...)))
	}
	assessAll(append(claims(t, plan), assess.Submit{Head: "A"})...)
	first := morningOf(t, s, now, begun, 19)
	wantTold(t, "appraisal, one day before", first, map[string]string{"tham-dinh": "soon submitted"})
	assessAll(append(appraisals(t, plan), assess.Advance{})...)
	*now = begun.AddDate(0, 0, 20).Add(10 * time.Hour)
	assessAll(assess.Explain{Leaf: "1.1.1", Seen: leafVersion(t, s, "1.1.1"), Text: "x", Appeal: true}, assess.Advance{Done: true})
	wantTold(t, "council, a week before", morningOf(t, s, now, begun, 33), map[string]string{"quan-tri": "soon council"})
}

func leafVersion(t *testing.T, s *Store, leaf string) int64 {
	t.Helper()
	sheet, err := s.Sheet(t.Context(), "par-2026", "x-000")
	must(t, err)
	return sheet.Leaves[leaf].Version
}

func TestQuestionsAndReopenedSheetsComeInOneLetterADay(t *testing.T) {
	t.Parallel()
	s, now, _ := remindedSeason(t)
	begun := *now
	_, plan, err := s.Season(t.Context(), "par-2026")
	must(t, err)
	ctx := audit.With(t.Context(), audit.Actor{Name: "tham-dinh"})
	must(t, s.Assess(ctx, "par-2026", turn("x-000", append(claims(t, plan), assess.Submit{Head: "A"})...)))
	ask := func(leaf string) assess.Act {
		return assess.Ask{Leaf: leaf, Seen: leafVersion(t, s, leaf), Text: "Vì sao?"}
	}
	must(t, s.Assess(ctx, "par-2026", turn("x-000", ask("1.1.1"))))
	wantTold(t, "asked", morningOf(t, s, now, begun, 0), map[string]string{"can-bo": "asked "})
	must(t, s.Assess(ctx, "par-2026", turn("x-000", ask("1.1.2"))))
	must(t, s.Assess(ctx, "par-2026", turn("x-000", assess.Reopen{To: assess.Draft, Reason: "sai phụ lục"})))
	wantTold(t, "a second letter on one day", morningOf(t, s, now, now.Add(-3*time.Hour), 0), nil)
	wantTold(t, "reopened", morningOf(t, s, now, begun, 1), map[string]string{"can-bo": "reopened draft"})
	wantTold(t, "again", morningOf(t, s, now, begun, 2), nil)

	id := must1(s.AccountByLogin(t.Context(), "can-bo"))(t).ID
	must(t, s.SetContact(t.Context(), id, account.Contact{Email: "can-bo@example.vn", Lang: "en"}))
	wantTold(t, "who wants no letters", morningOf(t, s, now, begun, 9), nil)
	wantHealthy(t, s)
}

func TestALetterOfRemindersNamesWhatIsDue(t *testing.T) {
	t.Parallel()
	s, now, _ := remindedSeason(t)
	*now = now.AddDate(0, 0, 3)
	list := must1(s.Reminders(t.Context()))(t)
	if len(list) != 1 || list[0].Login != "can-bo" || !strings.Contains(list[0].Lines[0].In("vi"), "Đánh giá 2026: tự chấm điểm và nộp phiếu") || !strings.Contains(list[0].Lines[0].In("vi"), "Hạn: 17:00 ngày 12/03/2026") {
		t.Fatalf("%+v", list)
	}
	if again := must1(s.Reminders(t.Context()))(t); len(again) != 1 {
		t.Error("looking has sent it")
	}
	if n := must1(s.Remind(t.Context()))(t); n != 1 {
		t.Errorf("%d letters", n)
	}
	var body string
	must(t, s.read.QueryRow(`SELECT body FROM account_letters`).Scan(&body))
	if !strings.Contains(body, phrase.VI("Đánh giá 2026", "")["vi"]) || strings.Contains(body, "example.vn") {
		t.Errorf("%s", body)
	}
}
