package survey

import (
	"errors"
	"testing"

	"pgregory.net/rapid"
)

func TestFlagsReadBackAsWritten(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		f := Flag(rapid.Uint32Range(0, 1<<len(flags)-1).Draw(t, "flags"))
		got, err := ParseFlags(f.String())
		if err != nil || got != f {
			t.Errorf("%b is %q, read as %b, %v", f, f.String(), got, err)
		}
		var joined Flag
		for _, x := range f.Each() {
			if x.Count() != 1 || !f.Has(x) {
				t.Errorf("%b is no single mark of %b", x, f)
			}
			joined |= x
		}
		if joined != f {
			t.Errorf("the marks of %b make %b", f, joined)
		}
	})
	if _, err := ParseFlags("speeding nonsense"); !errors.Is(err, ErrUnknownFlag) {
		t.Errorf("an unknown name: %v", err)
	}
}

// The numbers are stored: an order that changes would turn one mark into another.
func TestFlagsKeepTheirBits(t *testing.T) {
	t.Parallel()
	for want, f := range map[string]Flag{"speeding": 1, "duplicate": 16, "trap": 256, "network": 512, "automated": 1024} {
		if f.String() != want {
			t.Errorf("bit %d is %q, want %q", f, f, want)
		}
	}
	for _, f := range AllFlags() {
		if f.Text()["vi"] == "" || f.Text()["en"] == "" {
			t.Errorf("%s has no words", f)
		}
	}
}

func TestTwoHabitsWeighAsMuchAsOneMark(t *testing.T) {
	t.Parallel()
	for f, want := range map[Flag]bool{0: false, StraightLining: false, StraightLining | LongString: true, Nonresponse: false,
		Duplicate: true, Speeding: true} {
		if f.Suspect() != want {
			t.Errorf("%q suspect: %t", f, !want)
		}
	}
}
