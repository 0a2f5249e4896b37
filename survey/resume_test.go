package survey_test

import (
	"bytes"
	"crypto/rand"
	"errors"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"thuocdo/survey"
)

func mustKey(tb testing.TB, code string) survey.ResumeKey {
	tb.Helper()
	k, err := survey.ReadResumeCode(code)
	if err != nil {
		tb.Fatal(err)
	}
	return k
}

func TestADraftComesBackUnderItsCodeOnly(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringN(0, 300, -1)
		d := survey.Draft{Wave: text.Draw(t, "wave"), Agency: text.Draw(t, "agency"), State: text.Draw(t, "state"), Page: rapid.IntRange(0, 50).Draw(t, "page")}
		code, until := survey.NewResumeCode(rand.Reader), survey.Day(rapid.Int32().Draw(t, "until"))
		k, err := survey.ReadResumeCode(strings.ToLower(strings.ReplaceAll(code, "-", " ")))
		if err != nil {
			t.Fatal(err)
		}
		sealed, err := k.Seal(rand.Reader, d, until)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := k.Open(sealed, until); err != nil || got != d {
			t.Fatalf("%+v, %v", got, err)
		}
		other, err := survey.ReadResumeCode(survey.NewResumeCode(rand.Reader))
		if err != nil {
			t.Fatal(err)
		}
		at := rapid.IntRange(0, len(sealed)-1).Draw(t, "at")
		broken := bytes.Clone(sealed)
		broken[at] ^= 1
		for name, open := range map[string]func() (survey.Draft, error){
			"another code":  func() (survey.Draft, error) { return other.Open(sealed, until) },
			"another day":   func() (survey.Draft, error) { return k.Open(sealed, until+1) },
			"another bit":   func() (survey.Draft, error) { return k.Open(broken, until) },
			"a shorter one": func() (survey.Draft, error) { return k.Open(sealed[:at], until) },
		} {
			if _, err := open(); err == nil {
				t.Fatalf("%s opens it", name)
			}
		}
	})
}

func TestWhatIsStoredOfADraftTellsNothing(t *testing.T) {
	t.Parallel()
	code := survey.NewResumeCode(rand.Reader)
	k := mustKey(t, code)
	short, err := k.Seal(rand.Reader, survey.Draft{Wave: "mo", State: "x"}, 1)
	if err != nil {
		t.Fatal(err)
	}
	long, err := k.Seal(rand.Reader, survey.Draft{Wave: "mo", State: strings.Repeat("x", 900)}, 1)
	if err != nil {
		t.Fatal(err)
	}
	if len(short) != len(long) {
		t.Errorf("the lengths %d and %d tell how much is answered", len(short), len(long))
	}
	if bytes.Contains(long, []byte("xxxx")) || bytes.Contains(long, []byte("mo")) && bytes.Equal(short[12:16], long[12:16]) {
		t.Error("readable")
	}
	if bytes.Contains(append(short, k.Lookup[:]...), []byte(strings.ReplaceAll(code, "-", ""))) {
		t.Error("the code is stored")
	}
}

func TestMistypedResumeCodesAreFound(t *testing.T) {
	t.Parallel()
	code := survey.NewResumeCode(rand.Reader)
	for i, r := range code {
		if r == '-' {
			continue
		}
		for _, other := range alphabet {
			if other == r {
				continue
			}
			if _, err := survey.ReadResumeCode(code[:i] + string(other) + code[i+1:]); !errors.Is(err, survey.ErrBadResumeCode) {
				t.Fatalf("%s with %c at %d: %v", code, other, i, err)
			}
		}
	}
	for _, bad := range []string{"", "-", code + "0", code[:len(code)-1], "<script>", strings.Repeat("0", 1000), wantCode} {
		if _, err := survey.ReadResumeCode(bad); !errors.Is(err, survey.ErrBadResumeCode) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func TestALargeDraftIsRefused(t *testing.T) {
	t.Parallel()
	k := mustKey(t, survey.NewResumeCode(rand.Reader))
	if _, err := k.Seal(rand.Reader, survey.Draft{State: strings.Repeat("x", 33<<10)}, 1); !errors.Is(err, survey.ErrDraftLarge) {
		t.Errorf("33 KB: %v", err)
	}
}

func TestADraftLastsTwoWeeksOrUntilTheWaveEnds(t *testing.T) {
	t.Parallel()
	w := survey.Wave{Closes: time.Date(2026, 6, 30, 17, 0, 0, 0, time.UTC)} // midnight in Vietnam
	for now, want := range map[time.Time]string{
		time.Date(2026, 6, 1, 9, 0, 0, 0, time.UTC):   "2026-06-15",
		time.Date(2026, 6, 25, 9, 0, 0, 0, time.UTC):  "2026-06-30",
		time.Date(2026, 6, 25, 18, 0, 0, 0, time.UTC): "2026-06-30",
	} {
		if got := w.ResumeUntil(now).String(); got != want {
			t.Errorf("put aside at %s: until %s, want %s", now, got, want)
		}
	}
}

func FuzzReadResumeCode(f *testing.F) {
	f.Add("ABCD-EFGH-JKMN-PQRS")
	f.Add("o1il – \u200b")
	f.Fuzz(func(t *testing.T, code string) {
		a, err := survey.ReadResumeCode(code)
		if err != nil {
			return
		}
		b, err := survey.ReadResumeCode(" " + strings.ToLower(code) + "-")
		if err != nil || a.Lookup != b.Lookup {
			t.Errorf("%q read another way is another code: %v", code, err)
		}
	})
}
