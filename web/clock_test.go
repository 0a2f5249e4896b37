package web

import (
	"net/http"
	"sync/atomic"
	"testing"
	"time"
)

// A clock that jumps by a day, either way, while a form is being filled in neither loses nor doubles the answer.
func TestAClockThatJumpsLosesNoAnswer(t *testing.T) {
	t.Parallel()
	for _, jump := range []time.Duration{24 * time.Hour, -24 * time.Hour} {
		var shift atomic.Int64
		st := mustStore(t, testNow)
		s := mustServerWith(t, Config{Now: func() time.Time { return testNow.Add(time.Duration(shift.Load())) }}, st)
		b := newBrowser(t, s)
		f := walkForm(t, b, sipasForm, 0).form()
		shift.Store(int64(jump))
		res, first := press(t, b, sipasForm, f)
		if res.StatusCode != http.StatusSeeOther {
			t.Errorf("jump of %v: %d, want the receipt", jump, res.StatusCode)
		}
		shift.Store(0) // and back: pressing again is the same answer
		if res, again := press(t, b, sipasForm, f); res.StatusCode != http.StatusSeeOther || again != first {
			t.Errorf("jump of %v and back: %d to %q, want %q", jump, res.StatusCode, again, first)
		}
		other := newBrowser(t, s)
		shift.Store(int64(-jump))
		if res, receipt := press(t, other, sipasForm, walkForm(t, other, sipasForm, 1).form()); res.StatusCode != http.StatusSeeOther || receipt == first {
			t.Errorf("after a jump of %v the next person: %d to %q", -jump, res.StatusCode, receipt)
		}
		if got := responses(t, st); got != 2 {
			t.Errorf("jump of %v: %d responses, want 2", jump, got)
		}
	}
}
