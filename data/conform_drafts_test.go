package data

import (
	"bytes"
	"errors"
	"testing"

	"thuocdo/survey"
)

var drafts = []behaviour{
	{"a draft comes back under its lookup and goes a week after its end", func(t *testing.T, open maker) {
		s := open(t, during)
		today, lookup, sealed := survey.DayOf(during()), [16]byte{1, 2, 3}, []byte("\x00sealed\xff")
		must(t, s.PutDraft(t.Context(), lookup, today, sealed))
		must(t, s.PutDraft(t.Context(), [16]byte{9}, today+1, nonNil(nil)))
		for _, day := range []survey.Day{today, today + 1, today + 7} { // a clock that jumps by a day loses nothing
			if n, err := s.PurgeDrafts(t.Context(), day); n != 0 || err != nil {
				t.Errorf("day %s: %d purged, %v", day, n, err)
			}
		}
		if got, expires, err := s.Draft(t.Context(), lookup); err != nil || expires != today || !bytes.Equal(got, sealed) {
			t.Errorf("%q until %s, %v", got, expires, err)
		}
		if n, err := s.PurgeDrafts(t.Context(), today+8); n != 1 || err != nil {
			t.Errorf("%d purged, %v", n, err)
		}
		for _, gone := range [][16]byte{lookup, {7}} {
			if _, _, err := s.Draft(t.Context(), gone); !errors.Is(err, survey.ErrNoDraft) {
				t.Errorf("gone: %v", err)
			}
		}
	}},
	{"no draft takes the place of another", func(t *testing.T, open maker) {
		s := open(t, during)
		must(t, s.PutDraft(t.Context(), [16]byte{1}, 1, []byte("a")))
		if err := s.PutDraft(t.Context(), [16]byte{1}, 2, []byte("b")); err == nil {
			t.Error("overwritten")
		}
	}},
}

func nonNil(b []byte) []byte { return append([]byte{}, b...) }
