package survey

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// Dates are answers to the day: days since 1970-01-01, from the year 1000 to the year 9999.
const (
	firstDate = -354285
	lastDate  = 2932896
	monthDays = 31
)

// readDate reads "2026-05-31" or, in Vietnamese order, "31/5/2026", "31-5-2026", "31.5.2026", and returns days since
// 1970-01-01.
func readDate(s string) (days float64, ok bool) {
	s = strings.TrimSpace(s)
	part := strings.FieldsFunc(s, func(r rune) bool { return r == '-' || r == '/' || r == '.' })
	if len(s) > 10 || len(part) != 3 || strings.Trim(s, "0123456789-/.") != "" {
		return 0, false
	}
	if len(part[0]) == 4 && strings.Count(s, "-") == 2 {
		return dateOf(part[2], part[1], part[0])
	}
	return dateOf(part[0], part[1], part[2])
}

// dateOf returns the day of a date whose parts are written out in digits.
func dateOf(day, month, year string) (days float64, ok bool) {
	d, err1 := strconv.ParseUint(day, 10, 8)
	m, err2 := strconv.ParseUint(month, 10, 8)
	y, err3 := strconv.ParseUint(year, 10, 16)
	if err1 != nil || err2 != nil || err3 != nil || len(year) != 4 {
		return 0, false
	}
	t := time.Date(int(y), time.Month(m), int(d), 0, 0, 0, 0, time.UTC)
	days = float64(t.Unix() / secondsPerDay)
	return days, d <= monthDays && t.Day() == int(d) && t.Month() == time.Month(m) && isDate(days)
}

const secondsPerDay = 24 * 60 * 60

// isDate reports whether days is a whole day within the years that dates have.
func isDate(days float64) bool {
	return math.Trunc(days) == days && days >= firstDate && days <= lastDate
}

// civil returns the parts of a date.
func civil(days float64) (year int, month time.Month, day int) {
	return time.Unix(int64(days)*secondsPerDay, 0).UTC().Date()
}

// DateText writes a date as "2026-05-31". days counts from 1970-01-01.
func DateText(days float64) string {
	y, m, d := civil(days)
	return fmt.Sprintf("%04d-%02d-%02d", y, m, d)
}

// DateWords writes a date in the order that Vietnam writes it: "31/05/2026". days counts from 1970-01-01.
func DateWords(days float64) string {
	y, m, d := civil(days)
	return fmt.Sprintf("%02d/%02d/%04d", d, m, y)
}

// parseDate reads a date from one field, or from the three fields day, month and year.
func (it *item) parseDate(values []string, x *Answer) Fault {
	filled := 0
	for _, v := range values {
		if strings.TrimSpace(v) != "" {
			filled++
		}
	}
	if filled == 0 {
		return Fault{}
	}
	days, ok := 0.0, false
	switch {
	case len(values) == 3 && len(values[0])+len(values[1])+len(values[2]) < maxNumberChars:
		days, ok = dateOf(strings.TrimSpace(values[0]), strings.TrimSpace(values[1]), strings.TrimSpace(values[2]))
	case filled > 1:
		return Fault{Question: it.Code, Reason: Several}
	default:
		for _, v := range values {
			if len(v) < maxNumberChars && strings.TrimSpace(v) != "" {
				days, ok = readDate(v)
			}
		}
	}
	if !ok {
		return Fault{Question: it.Code, Reason: NotADate}
	}
	x.Set, x.Number = true, days
	return Fault{}
}
