package survey_test

import (
	"maps"
	"testing"
	"time"

	"thuocdo/survey"
)

func TestSuccessionsBetweenPeriods(t *testing.T) {
	t.Parallel()
	day := func(y int, m time.Month, d int) survey.Day {
		return survey.DayOf(time.Date(y, m, d, 0, 0, 0, 0, time.UTC))
	}
	edges := []survey.Succession{
		{From: "a", To: "b", Day: day(2025, 7, 1), Kind: "merged"},
		{From: "c", To: "d", Day: day(2025, 12, 31), Kind: "renamed"},
		{From: "e", To: "f", Day: day(2026, 1, 1), Kind: "split"},
	}
	for _, c := range []struct {
		before, after survey.Period
		former        map[string]string
		broken        map[string]bool
	}{
		{"2024", "2025", map[string]string{"d": "c"}, map[string]bool{"a": true, "b": true}},
		{"2025", "2024", map[string]string{"c": "d"}, map[string]bool{"a": true, "b": true}},
		{"2025", "2026", map[string]string{}, map[string]bool{"e": true, "f": true}},
		{"2026", "2026", map[string]string{}, map[string]bool{}},
	} {
		former, broken := survey.Reorganised(edges, c.before, c.after)
		if !maps.Equal(former, c.former) || !maps.Equal(broken, c.broken) {
			t.Errorf("%s to %s: %v, %v", c.before, c.after, former, broken)
		}
	}
}
