package survey

import (
	"fmt"
	"time"
)

// Day is a calendar day as days since 1970-01-01; answers carry no finer time. The zero Day means "not set".
type Day int32

// Vietnam is the time zone that days are counted in: UTC+7 all year, as in Asia/Ho_Chi_Minh since 1975.
// It is fixed, so that no result depends on a zone database of the machine.
var Vietnam = time.FixedZone("+07", 7*60*60)

const dayLayout = "2006-01-02"

// DayOf returns the calendar day of t in t's own location.
func DayOf(t time.Time) Day {
	y, m, d := t.Date()
	return Day(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

// ParseDay reads "2006-01-02".
func ParseDay(s string) (Day, error) {
	t, err := time.Parse(dayLayout, s)
	if err != nil {
		return 0, fmt.Errorf("day %q: expected YYYY-MM-DD", s)
	}
	return DayOf(t), nil
}

// Time returns midnight UTC of d.
func (d Day) Time() time.Time { return time.Unix(int64(d)*86400, 0).UTC() }

// String returns "2006-01-02", or "" for a day that is not set.
func (d Day) String() string {
	if d == 0 {
		return ""
	}
	return d.Time().Format(dayLayout)
}

// MarshalText writes the day as String does.
func (d Day) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads "2006-01-02" or nothing.
func (d *Day) UnmarshalText(b []byte) (err error) {
	if len(b) == 0 {
		*d = 0
		return nil
	}
	*d, err = ParseDay(string(b))
	return err
}
