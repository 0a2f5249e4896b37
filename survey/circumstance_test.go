package survey

import (
	"errors"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestTimesAreCoarse(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		took time.Duration
		want int
	}{
		{-time.Hour, 0}, {0, 0}, {time.Second, 5}, {7 * time.Second, 5}, {8 * time.Second, 10}, {119 * time.Second, 120},
		{128 * time.Second, 135}, {11*time.Minute + 29*time.Second, 660}, {100 * time.Hour, 4 * 3600},
	} {
		if got := Coarse(c.took); got != c.want {
			t.Errorf("%s: %d s, want %d", c.took, got, c.want)
		}
	}
}

func TestRoundingAgainChangesNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		once := Circumstances{Seconds: rapid.Int().Draw(t, "seconds")}.coarse()
		if again := once.coarse(); again != once || once.Seconds < 0 || once.Seconds > 4*3600 {
			t.Fatalf("%d, then %d", once.Seconds, again.Seconds)
		}
	})
}

func TestCircumstancesAreCodes(t *testing.T) {
	t.Parallel()
	for _, c := range []Circumstances{{}, {Unit: "01.003", Counter: "Quầy_2", Enumerator: "dtv-7", Language: "vi"}, {Marks: IntakeMarks}} {
		if err := c.Check(); err != nil {
			t.Errorf("%+v: %v", c, err)
		}
	}
	for _, c := range []Circumstances{
		{Unit: "a b"}, {Counter: "-x"}, {Enumerator: "<b>"}, {Unit: strings.Repeat("a", 41)}, {Language: "de"}, {Marks: Speeding}, {Marks: Trap | 1<<31}, {Counter: "a\x00"},
	} {
		if err := c.Check(); !errors.Is(err, ErrBadCircumstance) {
			t.Errorf("%+v: %v", c, err)
		}
	}
}
