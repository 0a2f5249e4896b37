package release

import (
	"slices"
	"testing"

	"thuocdo/scoring/disclosure"
	"thuocdo/scoring/standing"
)

// byAgency picks one agency's lines, as "node reason".
func byAgency(list []disclosure.Held, agency string) (out []string) {
	for _, h := range list {
		if h.Agency == agency {
			out = append(out, h.Node+" "+string(h.Reason))
		}
	}
	return out
}

func TestAPublisherReadsWhatIsHeldBackAndWhy(t *testing.T) {
	t.Parallel()
	c := newCountry(t, 8, 1)
	for _, x := range []struct {
		framework, agency string
		want              []string
	}{
		// three people answered q2; q1 is of the same part and has room for them
		{"voice", "a00003", []string{"q1 complement", "q2 few", " differencing"}},
		{"voice", "a00004", []string{" few"}}, // too few altogether: one line
		{"voice", "a00001", nil},
		{"reform", "a00004", []string{"2.1 referred", "2 referred"}},
		{"reform", "a00005", []string{" owner"}},
	} {
		s, err := standing.Assemble(t.Context(), c, standing.Query{Framework: x.framework, Period: "2026"})
		if err != nil {
			t.Fatal(err)
		}
		got := byAgency(HeldBack(Public(s)), x.agency)
		slices.Sort(got)
		slices.Sort(x.want)
		if !slices.Equal(got, x.want) {
			t.Errorf("%s %s: %q, want %q", x.framework, x.agency, got, x.want)
		}
	}
}

func TestReasonsOfASealedResultAreThoseOfTheSameFigures(t *testing.T) {
	t.Parallel()
	c := newCountry(t, 8, 1)
	q := standing.Query{Framework: "voice", Period: "2026"}
	r, err := Seal(t.Context(), c, q, "test", key(1))
	if err != nil {
		t.Fatal(err)
	}
	for _, other := range []bool{false, true} {
		x := c
		if other { // the answers are others now
			x = newCountry(t, 8, 2)
		}
		now, err := standing.Assemble(t.Context(), x, q)
		if err != nil {
			t.Fatal(err)
		}
		_, list, err := r.HeldBack(t.Context(), Public(now))
		if err != nil {
			t.Fatal(err)
		}
		want := []string{" differencing", "q1 complement", "q2 few"}
		if other {
			want = []string{"q1 untold", "q2 untold"}
		}
		got := byAgency(list, "a00003")
		if slices.Sort(got); !slices.Equal(got, want) {
			t.Errorf("other answers %v: %q, want %q", other, got, want)
		}
	}
	if _, list, err := r.HeldBack(t.Context(), nil); err != nil || len(byAgency(list, "a00003")) != 2 {
		t.Errorf("with nothing to compare with: %v, %v", list, err)
	}
}
