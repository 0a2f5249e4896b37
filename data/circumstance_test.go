package data

import (
	"errors"
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"thuocdo/survey"
)

func drawCircumstances(t *rapid.T) survey.Circumstances {
	code := rapid.StringMatching(`([a-z0-9]{1,4})?`)
	return survey.Circumstances{Unit: code.Draw(t, "unit"), Counter: code.Draw(t, "counter"), Enumerator: code.Draw(t, "enumerator"),
		Language: rapid.SampledFrom([]string{"", "vi", "en"}).Draw(t, "language")}
}

func TestListsOfCircumstancesReadBackAsWritten(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		l, want := newCircumstances(), map[uint64]survey.Circumstances{}
		for _, c := range rapid.SliceOf(rapid.Custom(drawCircumstances)).Draw(t, "list") {
			n := l.of(c)
			if (n == 0) != (c == survey.Circumstances{}) || n > 0 && l.of(c) != n {
				t.Fatalf("%+v has number %d, then %d", c, n, l.of(c))
			}
			if old, ok := want[n]; ok && old != c {
				t.Fatalf("%+v and %+v have number %d", old, c, n)
			}
			if n > 0 {
				want[n] = c
			}
		}
		got, err := readCircumstances(l.append(nil))
		if err != nil || fmt.Sprint(got) != fmt.Sprint(want) {
			t.Fatalf("%v, %v; want %v", got, err, want)
		}
	})
}

func TestNumbersOfCircumstancesStayShort(t *testing.T) {
	t.Parallel()
	l := newCircumstances()
	for i := range 5000 {
		if n := l.of(survey.Circumstances{Unit: fmt.Sprint("u", i)}); i < 50 && n > 127 || n >= 1<<14 {
			t.Fatalf("the %dth has number %d", i, n)
		}
	}
}

func TestDamagedListsOfCircumstancesAreRefused(t *testing.T) {
	t.Parallel()
	one := []byte{1, 1, 'u', 0, 0, 0}
	for name, b := range map[string][]byte{
		"cut": one[:4], "number 0": {0, 1, 'u', 0, 0, 0}, "nothing": {1, 0, 0, 0, 0}, "twice": append(append([]byte{}, one...), one...), "long": {1, 99, 'u'},
	} {
		if _, err := readCircumstances(b); !errors.Is(err, ErrCorrupt) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestAnAnswerWithoutItsCircumstancesIsFound takes the list away from under the answers.
func TestAnAnswerWithoutItsCircumstancesIsFound(t *testing.T) {
	t.Parallel()
	s := mustOpen(t, Options{})
	define(t, s, 1)
	_, err := s.AppendAll(t.Context(), "w", seqOf(entries(t, mustWave(t, s, "w"), 30)))
	must(t, err)
	wantHealthy(t, s)
	must(t, s.change(t.Context(), func(q querier) error {
		_, err := q.ExecContext(t.Context(), `DELETE FROM circumstances`)
		return err
	}))
	r, err := s.Doctor(t.Context())
	must(t, err)
	if r.OK() {
		t.Error("nothing was found")
	}
	if err := s.Responses(t.Context(), "w", func(survey.StoredResponse) error { return nil }); !errors.Is(err, ErrCorrupt) {
		t.Errorf("read: %v", err)
	}
}
