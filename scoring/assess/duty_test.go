package assess

import (
	"testing"
	"time"
)

func TestTheNearestReminderIsDueByTheCalendar(t *testing.T) {
	t.Parallel()
	here := time.FixedZone("+07", 7*60*60)
	due := time.Date(2026, 12, 10, 9, 0, 0, 0, here) // in the morning: the day before is the ninth, whatever the hour
	for _, c := range []struct {
		remind []int
		now    time.Time
		days   int
		ok     bool
	}{
		{nil, time.Date(2026, 12, 2, 23, 59, 0, 0, here), 0, false},
		{nil, time.Date(2026, 12, 3, 0, 0, 0, 0, here), 7, true},
		{nil, time.Date(2026, 12, 8, 23, 0, 0, 0, here), 7, true}, // late, where the one of the third was missed
		{nil, time.Date(2026, 12, 9, 0, 0, 0, 0, here), 1, true},
		{nil, time.Date(2026, 12, 10, 8, 59, 0, 0, here), 1, true},
		{nil, due, Passed, true},
		{nil, due.AddDate(0, 0, 7), Passed, true},
		{nil, due.AddDate(0, 0, 8), Passed, false},
		{[]int{3, 30}, time.Date(2026, 11, 20, 0, 0, 0, 0, here), 30, true},
		{[]int{3, 30}, time.Date(2026, 12, 7, 0, 0, 0, 0, here), 3, true},
		{[]int{}, due.Add(-time.Hour), 0, false},
		{[]int{}, due, 0, false},
	} {
		s := Season{Remind: c.remind}
		if days, ok := s.Reminder(due, c.now); ok != c.ok || ok && days != c.days {
			t.Errorf("%v at %v: %d, %v", c.remind, c.now, days, ok)
		}
	}
	if _, ok := (&Season{}).Reminder(time.Time{}, due); ok {
		t.Error("a stage without a deadline has a reminder")
	}
}
