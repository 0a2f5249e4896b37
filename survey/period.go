package survey

import (
	"fmt"
	"regexp"
	"strconv"
	"time"
)

// Period is a span that an index is computed for: "2026", "2026-H1", "2026-Q3" or "2026-05".
type Period string

var periodForm = regexp.MustCompile(`^(\d{4})(?:-(?:H([12])|Q([1-4])|(0[1-9]|1[0-2])))?$`)

// ParsePeriod checks the form of a period.
func ParsePeriod(s string) (Period, error) {
	if !periodForm.MatchString(s) {
		return "", fmt.Errorf("period %q: expected YYYY, YYYY-H1, YYYY-Q1 or YYYY-01", s)
	}
	return Period(s), nil
}

// Span returns the first and last day of the period. An agency belongs to a period if it is valid on the last day.
func (p Period) Span() (first, last Day) {
	m := periodForm.FindStringSubmatch(string(p))
	if m == nil {
		return 0, 0
	}
	year, _ := strconv.Atoi(m[1])
	month, months := 1, 12
	for i, size := range map[int]int{2: 6, 3: 3, 4: 1} {
		if m[i] != "" {
			n, _ := strconv.Atoi(m[i])
			month, months = (n-1)*size+1, size
		}
	}
	start := time.Date(year, time.Month(month), 1, 0, 0, 0, 0, time.UTC)
	return DayOf(start), DayOf(start.AddDate(0, months, -1))
}
