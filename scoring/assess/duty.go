package assess

import (
	"slices"
	"time"

	"thuocdo/scoring"
	"thuocdo/scoring/phrase"
)

// Worker is somebody who takes part in seasons, by what he may do.
type Worker interface {
	MayClaim(agency string) bool    // speaks for the agency
	MayApprove(agency string) bool  // approves what it claims, as its head
	MayAppraise(agency string) bool // appraises its claims, as far as the criteria are his
	MayDecide() bool                // keeps the minutes of councils
}

// Duty is what waits at one stage of a season for one person.
type Duty struct {
	Stage    Stage
	Due      time.Time
	Agencies []string // whose sheets wait
	Leaves   int      // that wait for an appraisal or a decision; 0 where the agency works
}

// Duties returns what the sheets of a season wait for from somebody, stage by stage and deadline by deadline, also after it; nothing unless the season is
// open. Sheets need their leaves, and the season its plan, only where appraisers and the council are asked for.
func (s *Season) Duties(plan *scoring.Plan, sheets []Sheet, login string, w Worker) (list []Duty) {
	if s.State != Open {
		return nil
	}
	for _, stage := range s.Stages() {
		from := len(list)
		for i := range sheets {
			if sheets[i].Stage != stage {
				continue
			}
			n, waits := s.waits(plan, &sheets[i], login, w)
			if !waits {
				continue
			}
			due := s.DueFor(&sheets[i], stage)
			at := slices.IndexFunc(list[from:], func(d Duty) bool { return d.Due.Equal(due) })
			if at < 0 {
				at, list = len(list)-from, append(list, Duty{Stage: stage, Due: due})
			}
			d := &list[from+at]
			d.Agencies, d.Leaves = append(d.Agencies, sheets[i].Agency), d.Leaves+n
		}
		slices.SortStableFunc(list[from:], func(a, b Duty) int { return a.Due.Compare(b.Due) })
	}
	return list
}

// waits reports whether a sheet waits for somebody, and for how many leaves.
func (s *Season) waits(plan *scoring.Plan, sheet *Sheet, login string, w Worker) (n int, waits bool) {
	switch sheet.Stage.By() {
	case ByAgency:
		return 0, w.MayClaim(sheet.Agency) || sheet.Stage == Draft && w.MayApprove(sheet.Agency)
	case ByAppraisers:
		if !w.MayAppraise(sheet.Agency) {
			return 0, false
		}
		for _, x := range Items(s, plan, []Sheet{*sheet}, login) {
			if x.Open() {
				n++
			}
		}
		return n, n > 0
	case ByCouncil:
		for _, l := range sheet.Leaves {
			if l.undecided() {
				n++
			}
		}
		return n, w.MayDecide() || n > 0 && slices.Contains(s.Board.Members, login)
	}
	return 0, false
}

// Reminders of a deadline.
const (
	Passed      = 0 // in place of days before it: it is over
	mostRemind  = 5
	earliest    = 60 // days before
	passedUntil = 7  // days after it, in which the notice that it is over is of use
)

// usual is when people are reminded where a season does not say.
var usual = []int{7, 1}

// RemindDays returns how many days before each deadline people are reminded.
func (s *Season) RemindDays() []int {
	if s.Remind == nil {
		return slices.Clone(usual)
	}
	return s.Remind
}

// Reminder returns which reminder of a deadline is due now, whose location tells where days begin: the least of the days before it that
// has come, or Passed within a week after it. Seasons without reminders have none, nor the notice.
func (s *Season) Reminder(due, now time.Time) (days int, ok bool) {
	list := s.RemindDays()
	if due.IsZero() || len(list) == 0 {
		return 0, false
	}
	left := dayNumber(due.In(now.Location())) - dayNumber(now)
	if !now.Before(due) {
		return Passed, left >= -passedUntil
	}
	for _, n := range list {
		if left <= n && (!ok || n < days) {
			days, ok = n, true
		}
	}
	return days, ok
}

// dayNumber counts calendar days.
func dayNumber(t time.Time) int {
	y, m, d := t.Date()
	return int(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

func (s *Season) checkRemind(m *phrase.Mistakes) {
	if len(s.Remind) > mostRemind {
		m.Add("$.remind", "nhiều nhất %d lần nhắc", "at most %d reminders", mostRemind)
	}
	for i, n := range s.Remind {
		if n < 1 || n > earliest || slices.Contains(s.Remind[:i], n) {
			m.Add("$.remind", "số ngày nhắc trước phải khác nhau, từ 1 đến %d", "days before a deadline must differ, from 1 to %d", earliest)
			return
		}
	}
}
