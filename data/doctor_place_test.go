package data

import (
	"testing"
	"time"
)

// TestAClockThatIsBehindIsSeen asks three days before the answers were given, and years before the file was made.
func TestAClockThatIsBehindIsSeen(t *testing.T) {
	t.Parallel()
	s := mustOpenAt(t, filled(t), Options{ReadOnly: true})
	r, err := s.Doctor(t.Context())
	must(t, err)
	for _, c := range []struct {
		now  time.Time
		want int
	}{{opening.AddDate(0, 0, -3), 2}, {time.Now().AddDate(1, 0, 0), 0}} {
		checks, err := s.Surroundings(t.Context(), r, c.now)
		must(t, err)
		if got := checks[1]; got.Name != CheckClock || len(got.Problems) != c.want {
			t.Errorf("%s: %+v", c.now, got)
		}
	}
}
