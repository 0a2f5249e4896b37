package survey_test

import (
	"encoding/json"
	"testing"
	"time"

	"pgregory.net/rapid"

	"thuocdo/survey"
)

func TestDaysAreWrittenAndReadTheSame(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := survey.Day(rapid.Int32Range(-700_000, 2_900_000).Draw(t, "day")) // years 53 to 9909
		back, err := survey.ParseDay(d.Time().Format("2006-01-02"))
		if err != nil || back != d || survey.DayOf(d.Time()) != d {
			t.Fatalf("%d: %d, %v", d, back, err)
		}
	})
}

func TestADayThatIsNotSetIsEmpty(t *testing.T) {
	t.Parallel()
	type dated struct {
		Day survey.Day `json:"day"`
	}
	for text, want := range map[string]survey.Day{`{"day":""}`: 0, `{"day":"1970-01-02"}`: 1} {
		var d dated
		if err := json.Unmarshal([]byte(text), &d); err != nil || d.Day != want {
			t.Errorf("%s: %d, %v", text, d.Day, err)
		}
		if back, err := json.Marshal(d); err != nil || string(back) != text {
			t.Errorf("%s is written as %s, %v", text, back, err)
		}
	}
	for _, bad := range []string{"2026-02-30", "1/2/2026", "2026-2-3", "x"} {
		if _, err := survey.ParseDay(bad); err == nil {
			t.Errorf("%q is a day", bad)
		}
	}
}

func TestADayIsTheOneOfTheGivenPlace(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 5, 20, 0, 0, 0, time.UTC)
	if utc, here := survey.DayOf(at), survey.DayOf(at.In(survey.Vietnam)); here != utc+1 {
		t.Errorf("day %s in Vietnam, %s in UTC", here, utc)
	}
}

func TestPeriodsSpanTheirDays(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ period, first, last string }{
		{"2026", "2026-01-01", "2026-12-31"},
		{"2026-H1", "2026-01-01", "2026-06-30"},
		{"2026-H2", "2026-07-01", "2026-12-31"},
		{"2026-Q1", "2026-01-01", "2026-03-31"},
		{"2026-Q4", "2026-10-01", "2026-12-31"},
		{"2024-02", "2024-02-01", "2024-02-29"},
		{"2026-12", "2026-12-01", "2026-12-31"},
	} {
		p, err := survey.ParsePeriod(c.period)
		first, last := p.Span()
		if err != nil || first.String() != c.first || last.String() != c.last {
			t.Errorf("%s: %s to %s, %v", c.period, first, last, err)
		}
	}
	for _, bad := range []string{"", "26", "2026-H3", "2026-Q0", "2026-13", "2026-1", "2026-H1 ", "2026\n"} {
		if p, err := survey.ParsePeriod(bad); err == nil {
			t.Errorf("%q is the period %s", bad, p)
		}
	}
}

func TestAnAgencyIsValidFromItsFirstDayToItsLast(t *testing.T) {
	t.Parallel()
	a := survey.Agency{ValidFrom: 10, ValidTo: 12}
	for d, want := range map[survey.Day]bool{9: false, 10: true, 12: true, 13: false} {
		if a.ValidOn(d) != want {
			t.Errorf("day %d: %v", d, !want)
		}
	}
	if open := (survey.Agency{}); !open.ValidOn(-5) || !open.ValidOn(100_000) {
		t.Error("an agency without an end has ended")
	}
}

func TestAWaveIsOpenFromItsFirstMomentUntilItCloses(t *testing.T) {
	t.Parallel()
	w := survey.Wave{Opens: opens, Closes: closes}
	for at, want := range map[time.Time][2]bool{opens.Add(-1): {false, false}, opens: {true, false}, closes.Add(-1): {true, false}, closes: {false, true}} {
		if w.OpenAt(at) != want[0] || w.ClosedAt(at) != want[1] {
			t.Errorf("%v: open %v, closed %v", at, w.OpenAt(at), w.ClosedAt(at))
		}
	}
}
