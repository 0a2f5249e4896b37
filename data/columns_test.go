package data

import (
	"os"
	"slices"
	"testing"

	"thuocdo/survey"
)

// checkCounts compares the counts of every agency with its tally.
func checkCounts(t *testing.T, s *Store, want int) *Counts {
	t.Helper()
	c, err := s.Count(t.Context(), Counting{Wave: "w"})
	must(t, err)
	if c.Rows != want {
		t.Errorf("%d agencies were counted from their answers, want %d", c.Rows, want)
	}
	w := mustWave(t, s, "w")
	for i, agency := range c.Agencies {
		tally, err := tallyOf(t.Context(), s.read, w.Layout(), `SELECT record FROM tallies t JOIN agencies a ON a.id = t.agency WHERE a.code = ?`, agency)
		must(t, err)
		if tally == nil {
			tally = w.Layout().New()
		}
		if c.People[i][0] != tally.N() {
			t.Errorf("%s: %d people, the tally says %d", agency, c.People[i][0], tally.N())
		}
		at := 0
		for _, item := range c.Items {
			_, counts, _ := tally.Counts(item.Code)
			if got := c.Chosen[i][at : at+len(item.Choices)]; !slices.Equal(got, counts) {
				t.Errorf("%s, %s: %v, the tally says %v", agency, item.Code, got, counts)
			}
			at += len(item.Choices)
		}
	}
	return c
}

// about returns the answers about some agencies.
func about(list []survey.Entry, agencies ...string) []survey.Entry {
	return slices.DeleteFunc(slices.Clone(list), func(e survey.Entry) bool { return !slices.Contains(agencies, e.Agency) })
}

func TestCountsAreThoseOfTheTalliesWithAndWithoutColumns(t *testing.T) {
	t.Parallel()
	s := mustOpen(t, Options{})
	define(t, s, 5)
	list := entries(t, mustWave(t, s, "w"), 900)
	fill(t, s, about(list[:600], "x-000", "x-001", "x-002", "x-003")) // nobody answers about x-004
	checkCounts(t, s, 4)
	anew, err := s.BuildColumns(t.Context(), "w")
	must(t, err)
	if anew != 4 {
		t.Errorf("%d agencies were read, want 4", anew)
	}
	checkCounts(t, s, 0)
	fill(t, s, about(list[600:], "x-003"))
	checkCounts(t, s, 1)
	if anew, err = s.BuildColumns(t.Context(), "w"); err != nil || anew != 1 {
		t.Errorf("%d agencies were read anew, want 1: %v", anew, err)
	}
	checkCounts(t, s, 0)
	info, err := os.Stat(s.columnPath("w"))
	must(t, err)
	if info.Mode().Perm() != 0o600 {
		t.Errorf("the columns may be read by others: %v", info.Mode())
	}
}

// A breakdown adds up to the whole, and agrees with going through the answers.
func TestABreakdownCountsEveryPersonOnce(t *testing.T) {
	t.Parallel()
	s := mustOpen(t, Options{})
	define(t, s, 2)
	fill(t, s, entries(t, mustWave(t, s, "w"), 300))
	for _, columns := range []bool{false, true} {
		if columns {
			_, err := s.BuildColumns(t.Context(), "w")
			must(t, err)
		}
		c, err := s.Count(t.Context(), Counting{Wave: "w", Items: []string{"q9_1", "sex"}, By: "age"})
		must(t, err)
		want := make([][]int64, 2)
		for i := range want {
			want[i] = make([]int64, len(c.Groups)*(len(c.Items[0].Choices)+len(c.Items[1].Choices)))
		}
		f := mustWave(t, s, "w").Form
		item, _ := f.Index("q9_1")
		sex, _ := f.Index("sex")
		age, _ := f.Index("age")
		must(t, s.Responses(t.Context(), "w", func(r survey.StoredResponse) error {
			g := len(c.Groups) - 1
			if r.Answers[age].Set {
				g = r.Answers[age].Choice
			}
			row := want[slices.Index(c.Agencies, r.Agency)][g*(len(want[0])/len(c.Groups)):]
			if r.Answers[item].Set {
				row[r.Answers[item].Choice]++
			}
			if r.Answers[sex].Set {
				row[len(c.Items[0].Choices)+r.Answers[sex].Choice]++
			}
			return nil
		}))
		for i := range want {
			if !slices.Equal(c.Chosen[i], want[i]) {
				t.Errorf("columns %v, %s: %v, want %v", columns, c.Agencies[i], c.Chosen[i], want[i])
			}
		}
	}
}

// Damaged columns are not believed: the answers are read instead, and the next build puts them right.
func TestDamagedColumnsAreNotBelieved(t *testing.T) {
	t.Parallel()
	s := mustOpen(t, Options{})
	define(t, s, 3)
	fill(t, s, entries(t, mustWave(t, s, "w"), 90))
	_, err := s.BuildColumns(t.Context(), "w")
	must(t, err)
	path := s.columnPath("w")
	whole, err := os.ReadFile(path)
	must(t, err)
	for name, damaged := range map[string][]byte{
		"nothing": nil, "another file": []byte("SQLite format 3\x00 and much more than the tail of a file"),
		"cut short": whole[:len(whole)-1], "cut at the front": whole[9:],
		"a bit of the index": flipped(whole, len(whole)-40), "the last bit": flipped(whole, len(whole)-1), "the length": flipped(whole, len(whole)-columnTail),
	} {
		must(t, os.WriteFile(path, damaged, 0o600))
		if c := checkCounts(t, s, 3); c.Rows != 3 {
			t.Errorf("%s: believed", name)
		}
	}
	for at := 8; at < len(whole)/2; at += 977 { // somewhere in the parts
		must(t, os.WriteFile(path, flipped(whole, at), 0o600))
		checkCounts(t, s, 1)
	}
	if anew, err := s.BuildColumns(t.Context(), "w"); err != nil || anew != 1 {
		t.Errorf("%d parts were made anew, want 1: %v", anew, err)
	}
	checkCounts(t, s, 0)
	files, err := os.ReadDir(s.path + ".columns")
	must(t, err)
	if len(files) != 1 {
		t.Errorf("files are left over: %v", files)
	}
}

func flipped(b []byte, at int) []byte {
	b = slices.Clone(b)
	b[at] ^= 1
	return b
}

func FuzzColumns(f *testing.F) {
	s := mustOpen(f, Options{})
	define(f, s, 2)
	fill(f, s, entries(f, mustWave(f, s, "w"), 70))
	_, err := s.BuildColumns(f.Context(), "w")
	must(f, err)
	whole, err := os.ReadFile(s.columnPath("w"))
	must(f, err)
	want, err := s.Count(f.Context(), Counting{Wave: "w"})
	must(f, err)
	f.Add(whole)
	f.Add(whole[:len(whole)-3])
	f.Fuzz(func(t *testing.T, b []byte) {
		must(t, os.WriteFile(s.columnPath("w"), b, 0o600))
		c, err := s.Count(t.Context(), Counting{Wave: "w"})
		must(t, err)
		for i := range c.Agencies {
			if !slices.Equal(c.Chosen[i], want.Chosen[i]) {
				t.Errorf("%s: %v, want %v", c.Agencies[i], c.Chosen[i], want.Chosen[i])
			}
		}
	})
}

func TestInvalidResponsesAreLeftOutWhereAsked(t *testing.T) {
	t.Parallel()
	s := mustOpen(t, Options{})
	define(t, s, 2)
	fill(t, s, entries(t, mustWave(t, s, "w"), 60))
	_, err := s.BuildColumns(t.Context(), "w")
	must(t, err)
	_, err = s.Decide(t.Context(), invalid(mustAuthor(t, s, "lan"), caseOf(t, s, "x-000", 3)))
	must(t, err)
	for valid, want := range map[bool]int64{false: 30, true: 29} {
		c, err := s.Count(t.Context(), Counting{Wave: "w", Valid: valid})
		must(t, err)
		if c.People[0][0] != want || c.People[1][0] != 30 {
			t.Errorf("valid %v: %v people, want %d and 30", valid, c.People, want)
		}
	}
}
