package data

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"thuocdo/data/reference"
	"thuocdo/scoring/standing"
	"thuocdo/survey"
	"thuocdo/survey/quality"
)

// caseOf returns one response of an agency that nobody has decided about, as a case.
func caseOf(t testing.TB, s conforming, agency string, skip int) (c quality.Case) {
	t.Helper()
	must(t, s.ResponsesAbout(t.Context(), "w", agency, func(r quality.Stored) error {
		if r.Verdict == quality.Undecided {
			if skip == 0 {
				c = quality.Case{Agency: agency, Ref: r.Ref, Copies: 1}
			}
			skip--
		}
		return nil
	}))
	return c
}

func invalid(author int64, cases ...quality.Case) quality.Decision {
	return quality.Decision{Wave: "w", Verdict: quality.Invalid, Reason: "stuffed", Author: author, Cases: cases}
}

func fill(t testing.TB, s conforming, list []survey.Entry) {
	t.Helper()
	n, err := s.AppendAll(t.Context(), "w", seqOf(list))
	must(t, err)
	if n != len(list) {
		t.Fatalf("%d of %d stored", n, len(list))
	}
}

var reviews = []behaviour{
	{"an invalid response leaves the figures, is kept, and comes back when the decision is undone", func(t *testing.T, open maker) {
		s := open(t, during)
		define(t, s, 1)
		w, who := mustWave(t, s, "w"), mustAuthor(t, s, "lan")
		fill(t, s, entries(t, w, 30))
		before := readBack(t, s, w)
		c := caseOf(t, s, "x-000", 7)
		id, err := s.Decide(t.Context(), invalid(who, c))
		must(t, err)
		if got := responsesOf(t, s, standing.Live, "x-000"); got != 29 {
			t.Errorf("%d responses count, want 29", got)
		}
		if got := readBack(t, s, w); fmt.Sprint(got) != fmt.Sprint(before) {
			t.Error("the responses themselves have changed")
		}
		got, err := s.Returns(t.Context(), "w")
		if want := (quality.Returns{Returned: 30, Valid: 29, Invalid: 1, Reviewed: 1}); err != nil || got["x-000"] != want {
			t.Errorf("%+v, %v; want %+v", got["x-000"], err, want)
		}
		n := 0
		_, err = s.Reviewed(t.Context(), "w", quality.Filter{Verdicts: quality.OnlyInvalid}, func(r quality.Stored, _ quality.Flag) error {
			if n++; r.Ref != c.Ref {
				t.Errorf("another response is invalid")
			}
			return nil
		})
		if must(t, err); n != 1 {
			t.Errorf("%d invalid ones are read", n)
		}
		must(t, s.Undo(t.Context(), "w", id, who))
		if got := responsesOf(t, s, standing.Live, "x-000"); got != 30 {
			t.Errorf("%d responses count after undoing, want 30", got)
		}
		if err := s.Undo(t.Context(), "w", id, who); !errors.Is(err, quality.ErrUndone) {
			t.Errorf("undone twice: %v", err)
		}
		list, err := s.Decisions(t.Context(), "w")
		if err != nil || len(list) != 1 || !list[0].Undone || list[0].Name != "Người lan" || list[0].N != 1 || list[0].Day == 0 {
			t.Errorf("%+v, %v", list, err)
		}
	}},
	{"of equal responses as many are invalid as are said to be", func(t *testing.T, open maker) {
		s := open(t, during)
		define(t, s, 1)
		w, who := mustWave(t, s, "w"), mustAuthor(t, s, "lan")
		list := entries(t, w, 12)
		for i := range 5 {
			list[i] = resend(t, w, list[5], "x-000")
		}
		fill(t, s, list)
		var c quality.Case
		seen := map[quality.Ref]int{}
		must(t, s.ResponsesAbout(t.Context(), "w", "x-000", func(r quality.Stored) error {
			if seen[r.Ref]++; seen[r.Ref] == 5 {
				c = quality.Case{Agency: "x-000", Ref: r.Ref, Copies: 4}
			}
			return nil
		}))
		_, err := s.Decide(t.Context(), invalid(who, c))
		must(t, err)
		if got := responsesOf(t, s, standing.Live, "x-000"); got != 8 {
			t.Errorf("%d count, want 8", got)
		}
		c.Copies = 7
		if _, err := s.Decide(t.Context(), invalid(who, quality.Case{Agency: "x-000", Ref: c.Ref, Copies: 7, Seen: 1})); !errors.Is(err, quality.ErrGone) {
			t.Errorf("seven of five: %v", err)
		}
	}},
	{"of two reviewers the second one is told", func(t *testing.T, open maker) {
		s := open(t, during)
		define(t, s, 1)
		w, lan, minh := mustWave(t, s, "w"), mustAuthor(t, s, "lan"), mustAuthor(t, s, "minh")
		fill(t, s, entries(t, w, 20))
		a, b := caseOf(t, s, "x-000", 0), caseOf(t, s, "x-000", 1)
		first, err := s.Decide(t.Context(), invalid(lan, a))
		must(t, err)
		second := quality.Decision{Wave: "w", Verdict: quality.Valid, Author: minh, Cases: []quality.Case{b, a}}
		if _, err := s.Decide(t.Context(), second); !errors.Is(err, quality.ErrConflict) {
			t.Errorf("decided over another: %v", err)
		}
		if got := responsesOf(t, s, standing.Live, "x-000"); got != 19 {
			t.Errorf("%d count: the refused decision has done something", got)
		}
		second.Cases[1].Seen = first
		later, err := s.Decide(t.Context(), second)
		must(t, err)
		if err := s.Undo(t.Context(), "w", first, lan); !errors.Is(err, quality.ErrConflict) {
			t.Errorf("undone below a later one: %v", err)
		}
		if got := responsesOf(t, s, standing.Live, "x-000"); got != 20 {
			t.Errorf("%d count, want 20", got)
		}
		must(t, s.Undo(t.Context(), "w", later, minh))
		if got := responsesOf(t, s, standing.Live, "x-000"); got != 19 {
			t.Errorf("%d count: the first decision holds again, want 19", got)
		}
	}},
	{"a decision says what is wrong with it", func(t *testing.T, open maker) {
		s := open(t, during)
		define(t, s, 2)
		w, who := mustWave(t, s, "w"), mustAuthor(t, s, "lan")
		fill(t, s, entries(t, w, 10))
		c := caseOf(t, s, "x-000", 0)
		with := func(change func(*quality.Decision)) quality.Decision {
			d := invalid(who, c)
			change(&d)
			return d
		}
		for want, d := range map[error]quality.Decision{
			quality.ErrReason:       with(func(d *quality.Decision) { d.Reason = "other" }),
			quality.ErrEmpty:        with(func(d *quality.Decision) { d.Cases = nil }),
			quality.ErrGone:         with(func(d *quality.Decision) { d.Cases = []quality.Case{{Agency: "x-001", Ref: c.Ref, Copies: 1}} }),
			survey.ErrUnknownAgency: with(func(d *quality.Decision) { d.Cases = []quality.Case{{Agency: "none", Ref: c.Ref, Copies: 1}} }),
			survey.ErrUnknownWave:   with(func(d *quality.Decision) { d.Wave = "none" }),
			quality.ErrConflict:     with(func(d *quality.Decision) { d.Cases = []quality.Case{c, c} }),
		} {
			if _, err := s.Decide(t.Context(), d); !errors.Is(err, want) {
				t.Errorf("%v, want %v", err, want)
			}
		}
		if err := s.Undo(t.Context(), "w", 99, who); !errors.Is(err, quality.ErrUnknown) {
			t.Errorf("an unknown decision: %v", err)
		}
	}},
	{"what is decided is final once the review of a closed wave is closed", func(t *testing.T, open maker) {
		now := during()
		s := open(t, func() time.Time { return now })
		define(t, s, 1)
		w, who := mustWave(t, s, "w"), mustAuthor(t, s, "lan")
		fill(t, s, entries(t, w, 20))
		id, err := s.Decide(t.Context(), invalid(who, caseOf(t, s, "x-000", 0)))
		must(t, err)
		if err := s.CloseReview(t.Context(), "w", who); !errors.Is(err, quality.ErrOpen) {
			t.Errorf("closed while answers come in: %v", err)
		}
		now = w.Closes.Add(time.Hour)
		must(t, s.CloseReview(t.Context(), "w", who))
		if r, err := s.Review(t.Context(), "w"); err != nil || r.Closed == 0 || r.By != "Người lan" {
			t.Errorf("%+v, %v", r, err)
		}
		_, err = s.Decide(t.Context(), invalid(who, caseOf(t, s, "x-000", 0)))
		for _, err := range []error{err, s.Undo(t.Context(), "w", id, who), s.CloseReview(t.Context(), "w", who), s.PutQualityRules(t.Context(), "w", quality.Default())} {
			if !errors.Is(err, quality.ErrFinal) {
				t.Errorf("after the end: %v", err)
			}
		}
	}},
	{"a preview counts what would be left and changes nothing", func(t *testing.T, open maker) {
		s := open(t, during)
		define(t, s, 1)
		w, who := mustWave(t, s, "w"), mustAuthor(t, s, "lan")
		fill(t, s, entries(t, w, 20))
		a, b := caseOf(t, s, "x-000", 0), caseOf(t, s, "x-000", 1)
		_, err := s.Decide(t.Context(), invalid(who, a))
		must(t, err)
		got, err := s.Preview(t.Context(), "w", []quality.Case{a, b})
		if must(t, err); got["x-000"].Responses() != 18 {
			t.Errorf("%d would be left, want 18", got["x-000"].Responses())
		}
		if got := responsesOf(t, s, standing.Live, "x-000"); got != 19 {
			t.Errorf("%d count after a preview", got)
		}
	}},
	{"thresholds of a wave are its own", func(t *testing.T, open maker) {
		s := open(t, during)
		define(t, s, 1)
		rules := quality.Default()
		rules.MinCopies = 4
		must(t, s.PutQualityRules(t.Context(), "w", rules))
		if got, err := s.QualityRules(t.Context(), "w"); err != nil || got != rules {
			t.Errorf("%+v, %v", got, err)
		}
		if rules.SpeedShare = 2; s.PutQualityRules(t.Context(), "w", rules) == nil {
			t.Error("a share of two was let in")
		}
	}},
	{"public figures move by at least five answers, whatever is decided and undone", reviewedSteps},
}

// reviewedSteps lets answers come in, responses be decided about and decisions be undone, closes the wave, goes on, opens it
// again: whoever watches the public figures sees them change by at least five answers or not at all, and those who see
// everything see exactly the valid responses.
func reviewedSteps(t *testing.T, open maker) {
	seeds := uint64(12)
	if testing.Short() {
		seeds = 3
	}
	moves := 0
	for seed := range seeds {
		now := during()
		s := open(t, func() time.Time { return now })
		define(t, s, 1)
		least := int64(step)
		if seed%2 == 1 { // a framework may want more
			least = 9
			f, err := reference.Framework("sipas", "")
			must(t, err)
			more, n := *f, int(least)
			more.Version, more.LeastPeople = f.Version+"-k", &n
			must(t, s.PutFramework(t.Context(), &more))
		}
		w, who := mustWave(t, s, "w"), mustAuthor(t, s, "lan")
		list, r := entries(t, w, 240), rand.New(rand.NewPCG(seed, 5))
		var last *survey.Tally
		var done []int64
		for turn := range 60 {
			switch k := r.IntN(10); {
			case k < 5 && len(list) > 0 && w.OpenAt(now):
				n := min(1+r.IntN(12), len(list))
				fill(t, s, list[:n])
				list = list[n:]
			case k < 8:
				if c := caseOf(t, s, "x-000", r.IntN(20)); c.Copies > 0 {
					id, err := s.Decide(t.Context(), invalid(who, c))
					must(t, err)
					done = append(done, id)
				}
			case k == 8 && len(done) > 0:
				i := r.IntN(len(done))
				must(t, s.Undo(t.Context(), "w", done[i], who))
				done = append(done[:i], done[i+1:]...)
			case k == 9 && turn > 25:
				now = w.Closes.Add(time.Hour)
			}
			if turn == 50 {
				x := w.Wave
				x.Closes = now.AddDate(0, 1, 0)
				must(t, s.PutWave(t.Context(), x))
				w = mustWave(t, s, "w")
			}
			v, err := s.Surveys(t.Context(), "sipas", "2026", standing.Public)
			must(t, err)
			is, _ := v.ByAgency["x-000"].(*survey.Tally)
			if is != nil && is.N() < least {
				t.Fatalf("seed %d: a figure of %d people is public", seed, is.N())
			}
			if is != nil && last != nil && !is.Equal(last) {
				if moves++; is.Distance(last) < least {
					t.Fatalf("seed %d, step %d: the public figures moved by %d answers", seed, turn, is.Distance(last))
				}
				wantNothingTold(t, w, last, is, least)
			}
			if is != nil {
				last = is
			}
		}
		recounted := w.Layout().New()
		must(t, s.ResponsesAbout(t.Context(), "w", "x-000", func(r quality.Stored) error {
			if r.Verdict != quality.Invalid {
				recounted.Add(r.Answers)
			}
			return nil
		}))
		v, err := s.Surveys(t.Context(), "sipas", "2026", standing.Live)
		must(t, err)
		if live, _ := v.ByAgency["x-000"].(*survey.Tally); !recounted.Equal(live) {
			t.Errorf("seed %d: the live figures are not those of the valid responses", seed)
		}
		if d, ok := s.(*Store); ok {
			report, err := d.Doctor(t.Context())
			if must(t, err); !report.OK() {
				t.Errorf("seed %d: %+v", seed, report.Checks)
			}
		}
	}
	if moves < int(seeds) {
		t.Errorf("the public figures of %d waves moved %d times", seeds, moves)
	}
}
