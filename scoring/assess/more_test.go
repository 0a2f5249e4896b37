package assess

import (
	"errors"
	"reflect"
	"testing"
	"time"

	"thuocdo/scoring/phrase"
)

func TestOneAgencyIsGivenMoreTime(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 2)
	d.now = day(11)
	if err := d.try("ha", d.fill("1.1", choice("a"))); !errors.Is(err, ErrLate) {
		t.Fatalf("past the deadline: %v", err)
	}
	d.do("quantri", Extend{Draft, day(14), " bão lũ "})
	d.do("ha", d.fill("1.1", choice("a")))
	if more := d.sheet.More[Draft]; more.Reason != "bão lũ" || more.By != "quantri" || !more.At.Equal(day(11)) || !more.Until.Equal(day(14)) {
		t.Errorf("%+v", more)
	}
	other := &Sheet{Agency: "79", Stage: Draft}
	if _, err := Do(d.season, d.plan, other, "ha", d.now, Fill{Leaf: "1.1", Claim: Claim{Input: choice("a")}}); !errors.Is(err, ErrLate) {
		t.Errorf("another agency has more time, too: %v", err)
	}
	d.now = day(14)
	if err := d.try("ha", d.fill("1.1", choice("b"))); !errors.Is(err, ErrLate) {
		t.Errorf("past its own deadline: %v", err)
	}
	if due := d.season.DueFor(d.sheet, Draft); !due.Equal(day(14)) {
		t.Errorf("due %v", due)
	}
	d.season.Deadlines.Submit = day(15)
	if due := d.season.DueFor(d.sheet, Draft); !due.Equal(day(15)) {
		t.Errorf("all have more time than it was given, and it is due %v", due)
	}
}

func TestMoreTimeIsRefused(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		act  Extend
		want error // nil: phrase.Mistakes
	}{
		"without a reason":              {Extend{Draft, day(14), " "}, ErrReason},
		"of no stage":                   {Extend{Final, day(60), "x"}, ErrStage},
		"of a round that is not":        {Extend{Review, day(45), "x"}, ErrStage},
		"no later than for all":         {Extend{Draft, day(10), "x"}, nil},
		"in the past":                   {Extend{Draft, day(11), "x"}, nil},
		"to the end of the stage after": {Extend{Draft, day(20), "x"}, nil},
		"a reason without end":          {Extend{Draft, day(14), string(make([]byte, MostText+1))}, nil},
	} {
		d := newDesk(t, 1)
		d.now = day(12)
		err := d.try("quantri", c.act)
		if c.want != nil && !errors.Is(err, c.want) || c.want == nil && !errors.As(err, new(phrase.Mistakes)) {
			t.Errorf("%s: %v", name, err)
		}
	}
	planned := newDesk(t, 1)
	planned.season.State = Planned
	if err := planned.try("quantri", Extend{Draft, day(14), "x"}); !errors.Is(err, ErrState) {
		t.Errorf("before it is open: %v", err)
	}
}

func TestStagesKeepTheirOrderWhoeverHasMoreTime(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 1)
	d.do("quantri", Extend{Submitted, day(25), "x"}, Extend{Draft, day(22), "x"})
	if err := d.try("quantri", Extend{Submitted, time.Time{}, "x"}); !errors.As(err, new(phrase.Mistakes)) {
		t.Errorf("taken back, so that appraisers would have none: %v", err)
	}
	d = newDesk(t, 1)
	d.do("quantri", Extend{Submitted, day(25), "x"}, Extend{Draft, day(22), "x"}, Extend{Draft, time.Time{}, "nhầm"}, Extend{Submitted, time.Time{}, "nhầm"})
	if len(d.sheet.More) > 0 {
		t.Errorf("not taken back: %v", d.sheet.More)
	}
}

func TestASheetIsOpenedAgainWhereItsAgencyHasMoreTime(t *testing.T) {
	t.Parallel()
	d := filled(t, 1)
	d.now = day(12)
	if err := d.try("quantri", Reopen{Draft, "x"}); !errors.Is(err, ErrLate) {
		t.Fatalf("%v", err)
	}
	d.do("quantri", Extend{Draft, day(14), "x"}, Reopen{Draft, "x"})
	if d.sheet.Stage != Draft {
		t.Error(d.sheet.Stage)
	}
}

func TestExplanationsWaitForAnAgencyWithMoreTime(t *testing.T) {
	t.Parallel()
	d := filled(t, 1)
	d.sheet.Stage, d.now = Appraised, day(30)
	d.do("quantri", Extend{Appraised, day(33), "x"})
	d.now = day(31)
	if err := d.try("quantri", Advance{}); !errors.Is(err, ErrEarly) {
		t.Errorf("while it has time: %v", err)
	}
	d.now = day(33)
	d.do("quantri", Advance{})
}

func TestDutiesAreToldByDeadline(t *testing.T) {
	t.Parallel()
	s := season(1)
	sheets := []Sheet{{Agency: "01", Stage: Draft}, {Agency: "79", Stage: Draft, More: map[Stage]MoreTime{Draft: {Until: day(14)}}}, {Agency: "80", Stage: Draft}}
	got := s.Duties(nil, sheets, "ha", everyone{})
	want := []Duty{{Draft, day(10), []string{"01", "80"}, 0}, {Draft, day(14), []string{"79"}, 0}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%+v", got)
	}
}

// everyone speaks for every agency.
type everyone struct{}

func (everyone) MayClaim(string) bool    { return true }
func (everyone) MayApprove(string) bool  { return true }
func (everyone) MayAppraise(string) bool { return false }
func (everyone) MayDecide() bool         { return false }

func TestWhatIsApprovedIsWhatWasSeen(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 1)
	for _, a := range []Act{d.fill("1.1", choice("a")), d.fill("1.2", value(50)), d.fill("1.3", points(1))} {
		d.do("ha", a)
	}
	seen := d.sheet.Changes()
	d.do("ha", d.fill("1.1", choice("b")))
	if err := d.try("head", Submit{Head: "A", Seen: &seen}); !errors.Is(err, ErrConflict) {
		t.Errorf("after another change: %v", err)
	}
	seen = d.sheet.Changes()
	d.do("head", Submit{Head: "A", Seen: &seen})
}
