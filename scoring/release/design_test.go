package release

import (
	"bytes"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"thuocdo/scoring/report"
	"thuocdo/scoring/standing"
)

// mustFacts are the lines of the method sheet of a sealed file, without those of who produced it when.
func mustFacts(tb testing.TB, r *Release) []report.Fact {
	tb.Helper()
	s, _, err := r.Standing(tb.Context())
	if err != nil {
		tb.Fatal(err)
	}
	return report.Facts(Public(s), "vi", time.Time{})
}

// The method sheet of a release and that of the ranking it was sealed of describe one method: how people were drawn and weighed, how
// variances and rank intervals came about.
func TestAReleaseDescribesTheMethodOfItsRanking(t *testing.T) {
	t.Parallel()
	c := newCountry(t, 6, 1)
	c.draw(t, 1)
	for _, of := range [][2]string{{"voice", "mean"}, {"reform", ""}} {
		live, err := standing.Assemble(t.Context(), c, standing.Query{Framework: of[0], Method: of[1], Period: "2026"})
		if err != nil {
			t.Fatal(err)
		}
		want := report.Facts(Public(live), "vi", time.Time{})
		if got := mustFacts(t, mustSeal(t, c, of[0], of[1])); !slices.Equal(got, want) {
			t.Errorf("%s:\n got %v\nwant %v", of[0], got, want)
		}
		if all := texts(want); strings.Contains(all, "độc lập với nhau") {
			t.Errorf("%s: people who were drawn by a design count as independent: %s", of[0], all)
		}
	}
}

func texts(facts []report.Fact) (all string) {
	for _, f := range facts {
		all += f.Key + ": " + f.Text + "\n"
	}
	return all
}

// Of a file that was sealed before designs were, the sheet says that the details are not in it.
func TestAFileWithoutDesignSaysThatDetailsAreNotInIt(t *testing.T) {
	t.Parallel()
	file, err := os.ReadFile("testdata/designed.thuocdo")
	if err != nil {
		t.Fatal(err)
	}
	old, err := Verify(t.Context(), file, nil)
	if err != nil {
		t.Fatal(err)
	}
	all := texts(mustFacts(t, old))
	for _, want := range []string{"design: " + report.UntoldWords["vi"], "ranks: " + report.TieWords["vi"], "50 lần (bootstrap Rao–Wu, hạt giống 17)"} {
		if !strings.Contains(all, want) {
			t.Errorf("the sheet lacks %q:\n%s", want, all)
		}
	}
	if strings.Contains(all, "độc lập với nhau") || strings.Contains(all, report.UnweightedWords["vi"]) {
		t.Errorf("the sheet describes a method that was not used:\n%s", all)
	}
}

// A design that no survey has is refused.
func TestANegativeDesignIsNoRelease(t *testing.T) {
	t.Parallel()
	c := newCountry(t, 6, 1)
	c.draw(t, 1)
	r := mustSeal(t, c, "voice", "mean")
	r.content.Surveys[0].Design.Strata = -1
	if err := r.sign(key(1)); err != nil {
		t.Fatal(err)
	}
	if _, err := Verify(t.Context(), r.File, nil); !errors.Is(err, ErrFormat) {
		t.Errorf("%v", err)
	}
}

// Where a part is no JSON any more, nothing can be computed, and nothing is said of agencies that are as they were.
func TestAPartThatCannotBeReadIsNamedAndNothingElse(t *testing.T) {
	t.Parallel()
	r := mustSeal(t, newCountry(t, 6, 1), "reform", "")
	lines := bytes.SplitAfter(r.File, []byte("\n"))
	for i, part := range partNames {
		damaged := slices.Clone(lines)
		damaged[i+1] = append(append([]byte("x"), damaged[i+1][1:len(damaged[i+1])-1]...), '\n')
		_, err := Verify(t.Context(), bytes.Join(damaged, nil), nil)
		d := (*Difference)(nil)
		if !errors.As(err, &d) || d.Part != part || d.Then != nil || !errors.Is(d.Unread, ErrFormat) || !strings.Contains(err.Error(), "part "+part+": "+ErrFormat.Error()) {
			t.Errorf("%s: %v", part, err)
		}
	}
}
