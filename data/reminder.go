package data

import (
	"context"
	"database/sql"
	"slices"

	"thuocdo/scoring"
	"thuocdo/scoring/assess"
	"thuocdo/scoring/phrase"
	"thuocdo/survey"
	"thuocdo/survey/account"
	"thuocdo/survey/mailing"
)

// reminder is a letter of what there is to do that one account is to get, with what makes it come once.
type reminder struct {
	mailing.Reminder
	news int64
	sent []sentReminder
}

// sentReminder names a reminder of a deadline.
type sentReminder struct {
	season   int64
	stage    assess.Stage
	deadline int64
	days     int
}

// reminded is a season with its sheets, as reminders look at it.
type reminded struct {
	id     int64
	season *assess.Season
	plan   *scoring.Plan
	sheets []assess.Sheet
	news   []seasonNews
}

// seasonNews is something that happened to the sheet of an agency.
type seasonNews struct {
	id     int64
	agency string
	kind   mailing.LineKind
}

// Reminders returns the letters of what there is to do that Remind would queue now.
func (s *Store) Reminders(ctx context.Context) (list []mailing.Reminder, err error) {
	found, err := s.reminders(ctx)
	for _, r := range found {
		list = append(list, r.Reminder)
	}
	return list, storage(err)
}

// Remind queues a letter of what there is to do for everybody who has an address, wants such letters and had none today: deadlines that
// are near, each time once; that have passed, once; questions and sheets that were put back since the last one. Letter and note are one
// transaction. It says how many.
func (s *Store) Remind(ctx context.Context) (n int, err error) {
	list, err := s.reminders(ctx)
	if err != nil || len(list) == 0 {
		return 0, storage(err)
	}
	err = s.change(ctx, func(q querier) error {
		n = 0
		for _, r := range list {
			done, err := s.remind(ctx, q, r)
			if err != nil {
				return err
			}
			n += done
		}
		return nil
	})
	return n, err
}

// remind queues one letter, unless somebody else just did.
func (s *Store) remind(ctx context.Context, q querier, r reminder) (n int, err error) {
	x, err := q.ExecContext(ctx, `UPDATE account_contacts SET written = ?1, news = ?2 WHERE account = ?3 AND written < ?1 AND reminders = 1`, s.today(), r.news, r.Account)
	if err != nil {
		return 0, err
	}
	if rows, err := x.RowsAffected(); err != nil || rows == 0 {
		return 0, err
	}
	for _, y := range r.sent {
		if _, err := q.ExecContext(ctx, `INSERT OR IGNORE INTO season_reminders (account, season, stage, deadline, days) VALUES (?, ?, ?, ?, ?)`,
			r.Account, y.season, y.stage, y.deadline, y.days); err != nil {
			return 0, err
		}
	}
	return 1, s.queueLetter(ctx, q, letter{account: r.Account, kind: mailing.Due, lines: r.Lines})
}

// reminders works out who is to be written to today.
func (s *Store) reminders(ctx context.Context) (list []reminder, err error) {
	tx, err := s.read.BeginTx(ctx, nil)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()
	people, err := s.remindedPeople(ctx, tx)
	if err != nil || len(people) == 0 {
		return nil, err
	}
	open, err := s.remindedSeasons(ctx, tx)
	if err != nil || len(open) == 0 {
		return nil, err
	}
	for _, p := range people {
		a, err := s.account(ctx, tx, selectAccount+`id = ?`, p.id)
		if err != nil {
			return nil, err
		}
		r := reminder{Reminder: mailing.Reminder{Account: p.id, Login: a.Login, Lang: p.lang}, news: p.news}
		for i := range open {
			if err := s.remindOf(ctx, tx, &r, a, &open[i], p.news); err != nil {
				return nil, err
			}
		}
		if len(r.Lines) > 0 {
			list = append(list, r)
		}
	}
	return list, nil
}

// remindedPerson is somebody who may have a letter today.
type remindedPerson struct {
	id, news int64
	lang     string
}

func (s *Store) remindedPeople(ctx context.Context, q querier) (list []remindedPerson, err error) {
	err = each(ctx, q, `SELECT c.account, c.news, c.lang FROM account_contacts c JOIN accounts a ON a.id = c.account
		WHERE c.reminders = 1 AND c.bounced = 0 AND c.written < ? AND a.disabled = 0 AND a.gone = 0 ORDER BY a.login`, func(r *sql.Rows) error {
		var p remindedPerson
		err := r.Scan(&p.id, &p.news, &p.lang)
		list = append(list, p)
		return err
	}, s.today())
	return list, err
}

// remindedSeasons reads the open seasons.
func (s *Store) remindedSeasons(ctx context.Context, q querier) (list []reminded, err error) {
	var codes []string
	err = each(ctx, q, `SELECT code FROM seasons WHERE state = ? ORDER BY code`, func(r *sql.Rows) error {
		var code string
		err := r.Scan(&code)
		codes = append(codes, code)
		return err
	}, assess.Open)
	for _, code := range codes {
		if err != nil {
			break
		}
		var x reminded
		if x.id, x.season, x.plan, err = s.season(ctx, q, code); err != nil {
			break
		}
		if x.sheets, err = s.sheets(ctx, q, x.id, ""); err != nil {
			break
		}
		err = each(ctx, q, `SELECT n.id, a.code, n.kind FROM season_news n JOIN agencies a ON a.id = n.agency WHERE n.season = ? ORDER BY n.id`, func(r *sql.Rows) error {
			var y seasonNews
			err := r.Scan(&y.id, &y.agency, &y.kind)
			x.news = append(x.news, y)
			return err
		}, x.id)
		list = append(list, x)
	}
	return list, err
}

// remindOf adds what a season has for somebody.
func (s *Store) remindOf(ctx context.Context, q querier, r *reminder, a account.Account, x *reminded, since int64) error {
	duties := x.season.Duties(x.plan, x.sheets, a.Login, a)
	for _, d := range duties {
		days, ok := x.season.Reminder(d.Due, s.now().In(survey.Vietnam))
		if !ok {
			continue
		}
		sent := sentReminder{x.id, d.Stage, d.Due.Unix(), days}
		var had bool
		err := q.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM season_reminders WHERE account = ? AND season = ? AND stage = ? AND deadline = ? AND days = ?)`,
			r.Account, sent.season, sent.stage, sent.deadline, sent.days).Scan(&had)
		if err != nil {
			return err
		}
		if !had {
			kind := mailing.Soon
			if days == assess.Passed {
				kind = mailing.Over
			}
			r.sent = append(r.sent, sent)
			r.Lines = append(r.Lines, s.dutyLine(kind, x.season, d))
		}
	}
	s.newsLines(r, a, x, duties, since)
	return nil
}

// dutyLine says what is to be done.
func (s *Store) dutyLine(kind mailing.LineKind, x *assess.Season, d assess.Duty) mailing.Line {
	return mailing.Line{Kind: kind, Season: x.Title, Stage: string(d.Stage), Due: d.Due, Agencies: s.agencyNames(d.Agencies), N: d.Leaves}
}

// newsLines adds sheets that were put back and questions without an answer, of agencies that something happened to since the last letter.
func (s *Store) newsLines(r *reminder, a account.Account, x *reminded, duties []assess.Duty, since int64) {
	fresh := map[mailing.LineKind][]string{}
	for _, y := range x.news {
		if y.id > since && !slices.Contains(fresh[y.kind], y.agency) {
			fresh[y.kind] = append(fresh[y.kind], y.agency)
		}
		r.news = max(r.news, y.id)
	}
	for _, d := range duties {
		d.Agencies = slices.DeleteFunc(slices.Clone(d.Agencies), func(code string) bool { return !slices.Contains(fresh[mailing.Reopened], code) })
		if len(d.Agencies) > 0 {
			r.Lines = append(r.Lines, s.dutyLine(mailing.Reopened, x.season, d))
		}
	}
	asked := mailing.Line{Kind: mailing.Asked, Season: x.season.Title}
	var agencies []string
	for i := range x.sheets {
		sheet := &x.sheets[i]
		if n := sheet.Asked(); n > 0 && sheet.Stage.By() == assess.ByAppraisers && slices.Contains(fresh[mailing.Asked], sheet.Agency) && a.MayClaim(sheet.Agency) {
			asked.N, agencies = asked.N+n, append(agencies, sheet.Agency)
		}
	}
	if asked.Agencies = s.agencyNames(agencies); asked.N > 0 {
		r.Lines = append(r.Lines, asked)
	}
}

// agencyNames returns the names of agencies by their codes.
func (s *Store) agencyNames(codes []string) (names []phrase.Text) {
	c := s.definitions()
	for _, code := range codes {
		if i, ok := c.agency[code]; ok {
			names = append(names, c.agencies[i].Name)
		}
	}
	return names
}

// putNews notes that something happened to the sheet of an agency.
func (s *Store) putNews(ctx context.Context, q querier, season, agency int64, kind mailing.LineKind) error {
	_, err := q.ExecContext(ctx, `INSERT INTO season_news (season, agency, kind, at) VALUES (?, ?, ?, ?)`, season, agency, kind, s.now().Unix())
	return err
}

// tellNews notes what of a move people are to hear of.
func (s *Store) tellNews(ctx context.Context, q querier, season int64, m *move) error {
	for kind, happened := range map[mailing.LineKind]bool{mailing.Asked: m.asked, mailing.Reopened: m.sheet.Stage.Before(m.was.Stage)} {
		if !happened {
			continue
		}
		if err := s.putNews(ctx, q, season, s.definitions().agencyID[m.sheet.Agency], kind); err != nil {
			return err
		}
	}
	return nil
}
