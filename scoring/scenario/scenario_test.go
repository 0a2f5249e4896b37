package scenario_test

import (
	"bytes"
	"crypto/rand"
	"errors"
	"strings"
	"testing"

	"thuocdo/scoring/scenario"
)

func TestATitleIsOneShortLine(t *testing.T) {
	t.Parallel()
	for title, want := range map[string]error{
		"Tăng điểm số hóa": nil, strings.Repeat("ă", 120): nil, strings.Repeat("ă", 121): scenario.ErrTitle, "": scenario.ErrTitle,
		" a": scenario.ErrTitle, "a\nb": scenario.ErrTitle, "a\x00": scenario.ErrTitle, "\xff": scenario.ErrTitle,
	} {
		s := scenario.Scenario{Title: title, Maxima: map[string]float64{"A": 1}}
		if err := s.Check(); !errors.Is(err, want) {
			t.Errorf("%q: %v, want %v", title, err, want)
		}
	}
	if err := (&scenario.Scenario{Title: "a"}).Check(); !errors.Is(err, scenario.ErrEmpty) {
		t.Errorf("without changes: %v", err)
	}
}

func TestIDsHoldAllTheRandomnessTheyAreGiven(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for range 1000 {
		id, err := scenario.NewID(rand.Reader)
		if err != nil || len(id) != 26 || strings.Trim(id, "abcdefghijklmnopqrstuvwxyz234567") != "" || seen[id] {
			t.Fatalf("%q, %v", id, err)
		}
		seen[id] = true
	}
	if _, err := scenario.NewID(bytes.NewReader(make([]byte, 15))); err == nil {
		t.Error("an id of too little randomness")
	}
}
