package data

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"thuocdo/scoring/phrase"
	"thuocdo/survey"
	"thuocdo/survey/audit"
	"thuocdo/survey/opinion"
	"thuocdo/survey/quality"
)

// keptFor is the wave of voiced, or another one over n agencies, whose texts are kept for so many months.
func keptFor(t testing.TB, s definer, n, months int) {
	t.Helper()
	w := waveOver(t, "w", "2026", n)
	w.Questionnaire, w.Version, w.Retention = "y", "1", &months
	must(t, s.PutWave(t.Context(), w))
}

// clock is a time that a test moves on.
type clock struct{ now time.Time }

func (c *clock) Now() time.Time { return c.now }

// spoken defines the wave of openForm over n agencies.
func spoken(t testing.TB, s *Store, n, months int) *survey.OpenWave {
	t.Helper()
	define(t, s, n)
	q, err := survey.ParseQuestionnaire([]byte(openForm))
	must(t, err)
	must(t, s.PutQuestionnaire(t.Context(), q))
	keptFor(t, s, n, months)
	return mustWave(t, s, "w")
}

// says returns answers about the agencies in turn, each with what it says to both questions; "" says nothing.
func says(t testing.TB, w *survey.OpenWave, texts ...[2]string) []survey.Entry {
	t.Helper()
	list := entries(t, w, len(texts))
	for k := range list {
		a := slices.Clone(list[k].Answers)
		for i, text := range texts[k] {
			a[1+i] = survey.Answer{Set: text != "", Text: text}
		}
		list[k].Answers, list[k].Packed, list[k].Agency = a, w.Form.Pack(a), w.Agencies[k%len(w.Agencies)]
	}
	return list
}

// remains returns the files of a database in which a text stands: as it is, or at any bit of the packed answers.
func remains(t testing.TB, path, text string) (found []string) {
	t.Helper()
	var needles [][]byte
	for shift := range 8 {
		b := make([]byte, len(text)+1)
		for i := range len(text) {
			v := uint16(text[i]) << shift
			b[i] |= byte(v)
			b[i+1] |= byte(v >> 8)
		}
		needles = append(needles, b[1:len(text)-1])
	}
	must(t, filepath.WalkDir(filepath.Dir(path), func(name string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		for shift, n := range needles {
			if bytes.Contains(b, n) {
				found = append(found, fmt.Sprintf("%s (shifted by %d)", filepath.Base(name), shift))
			}
		}
		return nil
	}))
	return found
}

func TestErasedTextsLeaveNoBytes(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "thuocdo.db")
	now := &clock{during()}
	s := mustOpenAt(t, path, Options{Now: now.Now})
	w := spoken(t, s, 3, 6)
	const secret = "bà Nguyễn Thị Hòa ở số 7 ngõ 12"
	var texts [][2]string
	for i := range 900 { // long and short ones, so that blocks move between pages
		texts = append(texts, [2]string{strings.Repeat(fmt.Sprintf("dòng %d của ", i), i%40) + secret, ""})
	}
	list := says(t, w, texts...)
	for _, e := range list[:300] {
		must1(s.Append(t.Context(), e))(t)
	}
	fill(t, s, list[300:])
	must1(s.BuildColumns(t.Context(), "w"))(t)
	if len(remains(t, path, secret)) == 0 {
		t.Fatal("the test does not find a text that is there")
	}
	if _, err := s.EraseTexts(t.Context(), "w"); !errors.Is(err, survey.ErrTextsKept) {
		t.Errorf("before its time: %v", err)
	}
	now.now = w.Closes.AddDate(0, 6, 0)
	if n := must1(s.EraseTexts(t.Context(), "w"))(t); n != 900 {
		t.Errorf("%d texts were erased, want 900", n)
	}
	if found := remains(t, path, secret); found != nil {
		t.Errorf("the text is still in %v", found)
	}
	wantHealthy(t, s)
	if n := must1(s.EraseDueTexts(t.Context()))(t); n != 0 {
		t.Errorf("%d texts were erased again", n)
	}
}

// Every later answer is erased at the next run, and what the tests of intake never let in stays what somebody typed until then.
func TestLateAnswersAreErasedToo(t *testing.T) {
	t.Parallel()
	now := &clock{during()}
	s := mustOpen(t, Options{Now: now.Now})
	w := spoken(t, s, 2, 1)
	fill(t, s, says(t, w, [2]string{"một", "hai"}, [2]string{"ba"}))
	now.now = w.Closes.AddDate(0, 1, 0)
	if n := must1(s.EraseDueTexts(t.Context()))(t); n != 3 {
		t.Errorf("%d texts, want 3", n)
	}
	late := says(t, w, [2]string{survey.Erased{Class: 1}.Text()}, [2]string{"muộn"})
	for i := range late { // as a form gives them
		a, faults := w.Form.Parse(w.Form.Raw(late[i].Answers))
		if len(faults) > 0 {
			t.Fatal(faults)
		}
		late[i].Answers, late[i].Packed = a, w.Form.Pack(a)
	}
	fill(t, s, late)
	if responses, texts, err := s.TextsLeft(t.Context(), "w"); err != nil || responses != 2 || texts != 2 {
		t.Errorf("%d texts in %d responses are left, want 2 in 2: %v", texts, responses, err)
	}
	if n := must1(s.EraseDueTexts(t.Context()))(t); n != 2 {
		t.Errorf("%d texts, want 2", n)
	}
	got := must1(s.Retention(t.Context()))(t)
	if r := got[0]; r.Texts != 5 || r.Responses != 4 || r.Left != 0 || r.Months != 1 || !r.Due.Equal(now.now) || r.Day == 0 {
		t.Errorf("%+v", r)
	}
	acts := must1(s.Audit(t.Context(), audit.Filter{Kind: audit.Texts}))(t)
	if len(acts) != 2 || acts[0].Act != audit.Anonymised || acts[0].Subject != "w" {
		t.Errorf("the log says %+v", acts)
	}
	wantHealthy(t, s)
}

func TestARunThatIsBrokenOffEndsTheSame(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "thuocdo.db")
	now := &clock{during()}
	s := mustOpenAt(t, path, Options{Now: now.Now})
	w := spoken(t, s, 3, 1)
	var texts [][2]string
	for i := range 60 {
		texts = append(texts, [2]string{[]string{"chờ lâu", "tận tình", "xa quá"}[i%3], []string{"", "x"}[i%2]})
	}
	fill(t, s, says(t, w, texts...))
	lan, minh := mustAuthor(t, s, "lan"), mustAuthor(t, s, "minh")
	code(t, s, lan, minh, "chờ lâu", "tận tình")
	before := shares(t, s)
	now.now = w.Closes.AddDate(0, 1, 0)

	for stop := range 4 { // between transactions, where a kill leaves the file
		stored := must1(s.definitions().wave["w"].open())(t)
		e, _, err := s.beginErasing(t.Context(), s.definitions().wave["w"])
		must(t, err)
		if got := shares(t, s); got != before {
			t.Errorf("after %d agencies: %s, want %s", stop, got, before)
		}
		if stop < 3 {
			must1(s.eraseBatch(t.Context(), e, []int64{s.definitions().wave["w"].agencyID[stored.Agencies[stop]]}))(t)
		}
		if got := shares(t, s); got != before {
			t.Errorf("after %d agencies: %s, want %s", stop+1, got, before)
		}
		wantHealthy(t, s)
		must(t, s.Close())
		s = mustOpenAt(t, path, Options{Now: now.Now})
	}
	if n := must1(s.EraseDueTexts(t.Context()))(t); n != 0 {
		t.Errorf("%d texts, want 0: they are gone", n)
	}
	if got := shares(t, s); got != before {
		t.Errorf("at the end: %s, want %s", got, before)
	}
	if r := must1(s.Retention(t.Context()))(t)[0]; r.Texts != 90 || r.Responses != 60 {
		t.Errorf("%+v, want 90 texts of 60 responses", r)
	}
	list := must1(s.Opinions(t.Context(), "w", "words"))(t)
	if len(list) != 3 || !list[0].Erased || strings.Contains(list[0].Words, "\u200e") {
		t.Errorf("%+v", list)
	}
	err := s.PutCodings(t.Context(), "w", "words", lan, []opinion.Coding{{Digest: list[0].Digest}})
	if !errors.Is(err, opinion.ErrErased) {
		t.Errorf("an erased text was coded: %v", err)
	}
	wantHealthy(t, s)
}

// code has two people code texts: both alike, but the first text.
func code(t testing.TB, s *Store, one, two int64, texts ...string) {
	t.Helper()
	must(t, s.PutFrame(t.Context(), "w", opinion.Frame{Question: "words", Codes: []opinion.Code{{Code: "a", Title: phrase.VI("A", "A")}, {Code: "b", Title: phrase.VI("B", "B")}}}))
	for k, who := range []int64{one, two} {
		for i, text := range texts {
			given := opinion.Coding{Digest: opinion.DigestOf("words", text), Codes: []string{[]string{"a", "b"}[i%2]}}
			if i == 0 && k == 1 {
				given.Codes = nil
			}
			must(t, s.PutCodings(t.Context(), "w", "words", who, []opinion.Coding{given}))
		}
		must(t, s.FinishCoding(t.Context(), "w", "words", who, true))
	}
	must(t, s.Resolve(t.Context(), "w", "words", []opinion.Coding{{Digest: opinion.DigestOf("words", texts[0]), Codes: []string{"a", "b"}}}))
}

// shares says how many people's texts have which codes, and how far the coders agreed.
func shares(t testing.TB, s *Store) string {
	t.Helper()
	w := must1(s.Work(t.Context(), "w", "words"))(t)
	list, _ := w.Shares(must1(s.Opinions(t.Context(), "w", "words"))(t))
	said := fmt.Sprint(list)
	for _, c := range []string{"", "a", "b"} {
		sets, table := w.Pairs(c)
		said += fmt.Sprint(sets, table)
	}
	return said
}

// Three responses become equal; one of them is invalid, one valid by another decision.
func TestWhatWasDecidedKeepsTwinsApart(t *testing.T) {
	t.Parallel()
	now := &clock{during()}
	s := mustOpen(t, Options{Now: now.Now})
	w := spoken(t, s, 1, 1)
	list := says(t, w, [2]string{"một"}, [2]string{"hai"}, [2]string{"ba"}, [2]string{"bốn"})
	for i := range list { // alike but for the text
		list[i].Day, list[i].Mode, list[i].Circumstances, list[i].Answers[0] = list[0].Day, survey.Web, survey.Circumstances{}, survey.Answer{Set: true, Choice: 1}
		list[i].Packed = w.Form.Pack(list[i].Answers)
	}
	fill(t, s, list)
	lan := mustAuthor(t, s, "lan")
	refs := map[string]quality.Ref{}
	must(t, s.ResponsesAbout(t.Context(), "w", "x-000", func(r quality.Stored) error {
		refs[r.Answers[1].Text] = r.Ref
		return nil
	}))
	decide := func(v quality.Verdict, texts ...string) {
		d := quality.Decision{Wave: "w", Verdict: v, Reason: "stuffed", Author: lan}
		for _, text := range texts {
			d.Cases = append(d.Cases, quality.Case{Agency: "x-000", Ref: refs[text], Copies: 1})
		}
		if v == quality.Valid {
			d.Reason = ""
		}
		must1(s.Decide(t.Context(), d))(t)
	}
	decide(quality.Invalid, "một", "hai")
	decide(quality.Valid, "ba")
	now.now = w.Closes.AddDate(0, 1, 0)
	must1(s.EraseDueTexts(t.Context()))(t)
	wantHealthy(t, s)
	got := map[string]int{}
	must(t, s.ResponsesAbout(t.Context(), "w", "x-000", func(r quality.Stored) error {
		got[string(r.Verdict)+survey.ReadableText(r.Answers[1].Text)]++
		return nil
	}))
	if want := map[string]int{"invalid[đã xóa]": 2, "valid[đã xóa]": 1, "[đã xóa]": 1}; !maps.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	acts := must1(s.Audit(t.Context(), audit.Filter{Kind: audit.Decision}))(t)
	if len(acts) != 4 || acts[0].Act != audit.Anonymised || acts[1].Act != audit.Anonymised {
		t.Errorf("the log says %+v", acts)
	}
	for _, d := range must1(s.Decisions(t.Context(), "w"))(t) {
		must(t, s.Undo(t.Context(), "w", d.ID, lan))
	}
	wantHealthy(t, s)
}

// A wave of chance with collisions everywhere: few answers, few texts, decisions about decisions, codings of all kinds. Erasing changes
// nothing that anybody can see but the words, and decisions that are undone afterwards give what they would have given.
func TestErasingChangesTheWordsAlone(t *testing.T) {
	t.Parallel()
	rounds := 6
	if testing.Short() {
		rounds = 2
	}
	for seed := range rounds {
		chance := rand.New(rand.NewPCG(uint64(seed), 61))
		path := filepath.Join(t.TempDir(), "thuocdo.db")
		now := &clock{during()}
		s := mustOpenAt(t, path, Options{Now: now.Now})
		who := chanceWave(t, s, chance)
		must(t, s.Close())
		copied := filepath.Join(t.TempDir(), "copy.db")
		must(t, os.WriteFile(copied, must1(os.ReadFile(path))(t), 0o600))
		kept := mustOpenAt(t, copied, Options{Now: now.Now})
		before := seenOf(t, kept)

		now = &clock{mustWave(t, kept, "w").Closes.AddDate(0, 1, 0)}
		s = mustOpenAt(t, path, Options{Now: now.Now})
		must1(s.EraseDueTexts(t.Context()))(t)
		wantHealthy(t, s)
		if after := seenOf(t, s); after != before {
			t.Fatalf("seed %d:\n%s\nwas\n%s", seed, after, before)
		}
		if _, texts, err := s.TextsLeft(t.Context(), "w"); err != nil || texts != 0 {
			t.Errorf("seed %d: %d texts are left: %v", seed, texts, err)
		}
		for _, d := range must1(s.Decisions(t.Context(), "w"))(t) {
			a, b := s.Undo(t.Context(), "w", d.ID, who), kept.Undo(t.Context(), "w", d.ID, who)
			if !errors.Is(a, b) && !errors.Is(b, a) && fmt.Sprint(a) != fmt.Sprint(b) {
				t.Errorf("seed %d: undoing decision %d: %v, want %v", seed, d.ID, a, b)
			}
			if x, y := seenOf(t, s), seenOf(t, kept); x != y {
				t.Fatalf("seed %d, without decision %d:\n%s\nwant\n%s", seed, d.ID, x, y)
			}
		}
		wantHealthy(t, s)
		must(t, errors.Join(s.Close(), kept.Close()))
	}
}

// chanceWave fills a store and returns somebody who decides.
func chanceWave(t testing.TB, s *Store, chance *rand.Rand) (who int64) {
	t.Helper()
	w := spoken(t, s, 2, 1)
	words := []string{"", "", "chờ lâu", "tận tình", "xa", "[đã xóa]", "[đã xóa] 1", survey.Erased{Class: 1, Twin: 1}.Text()}
	var texts [][2]string
	for range 40 + chance.IntN(40) {
		texts = append(texts, [2]string{words[chance.IntN(len(words))], words[chance.IntN(4)]})
	}
	list := says(t, w, texts...)
	for i := range list {
		a, _ := w.Form.Parse(w.Form.Raw(list[i].Answers))
		a[0] = survey.Answer{Set: true, Choice: chance.IntN(2)}
		list[i].Day, list[i].Mode, list[i].Circumstances, list[i].Answers, list[i].Packed = survey.DayOf(opening), survey.Web, survey.Circumstances{}, a, w.Form.Pack(a)
	}
	fill(t, s, list)
	who = mustAuthor(t, s, "lan")
	for range chance.IntN(12) {
		chanceDecision(t, s, chance, who)
	}
	var known []string
	for _, x := range must1(s.Opinions(t.Context(), "w", "words"))(t) {
		if chance.IntN(4) > 0 {
			known = append(known, x.Words)
		}
	}
	if len(known) > 0 {
		code(t, s, who, mustAuthor(t, s, "minh"), known...)
	}
	return who
}

// chanceDecision decides about some responses, or undoes what was decided last.
func chanceDecision(t testing.TB, s *Store, chance *rand.Rand, who int64) {
	t.Helper()
	if list := must1(s.Decisions(t.Context(), "w"))(t); len(list) > 0 && chance.IntN(4) == 0 {
		if err := s.Undo(t.Context(), "w", list[0].ID, who); err != nil && !errors.Is(err, quality.ErrUndone) {
			t.Fatal(err)
		}
		return
	}
	there, now := map[quality.Case]int{}, must1(s.Standings(t.Context(), "w"))(t)
	for _, agency := range []string{"x-000", "x-001"} {
		must(t, s.ResponsesAbout(t.Context(), "w", agency, func(r quality.Stored) error {
			there[quality.Case{Agency: agency, Ref: r.Ref, Seen: now[agency][r.Ref].Decision}]++
			return nil
		}))
	}
	d := quality.Decision{Wave: "w", Verdict: []quality.Verdict{quality.Invalid, quality.Valid, quality.CallBack}[chance.IntN(3)], Author: who}
	if d.Verdict == quality.Invalid {
		d.Reason = "stuffed"
	}
	for _, c := range slices.SortedFunc(maps.Keys(there), func(a, b quality.Case) int { return slices.Compare(a.Ref[:], b.Ref[:]) }) {
		if n := there[c]; chance.IntN(4) == 0 {
			c.Copies = 1 + chance.IntN(n)
			d.Cases = append(d.Cases, c)
		}
	}
	if len(d.Cases) > 0 {
		must1(s.Decide(t.Context(), d))(t)
	}
}

// seenOf says all that can be seen of the wave but words: responses with their verdicts, returns, counts, shares, columns.
func seenOf(t testing.TB, s *Store) string {
	t.Helper()
	w := mustWave(t, s, "w")
	var rows []string
	must1(s.Reviewed(t.Context(), "w", quality.Filter{}, func(r quality.Stored, marks quality.Flag) error {
		row := fmt.Sprint(r.Agency, r.Day, r.Mode, r.Circumstances, r.Verdict, marks, r.Answers[0])
		for _, i := range w.Form.Texts() {
			row += fmt.Sprint(r.Answers[i].Set)
		}
		rows = append(rows, row)
		return nil
	}))(t)
	slices.Sort(rows)
	returns := must1(s.Returns(t.Context(), "w"))(t)
	must1(s.BuildColumns(t.Context(), "w"))(t)
	counts := must1(s.Count(t.Context(), Counting{Wave: "w", Valid: true}))(t)
	all := must1(s.Count(t.Context(), Counting{Wave: "w"}))(t)
	return strings.Join(rows, "\n") + fmt.Sprint("\n", returns, counts.People, counts.Chosen, all.People, all.Chosen, "\n", shares(t, s))
}

func TestTheDoctorFindsTextsThatShouldBeGone(t *testing.T) {
	t.Parallel()
	now := &clock{during()}
	s := mustOpen(t, Options{Now: now.Now})
	w := spoken(t, s, 1, 1)
	fill(t, s, says(t, w, [2]string{"một"}, [2]string{"hai"}))
	for n, want := range map[int]string{2: "2 texts are there that were erased", 3: "texts of 3 answers were erased, there are 2", 1: ""} {
		must(t, s.change(t.Context(), func(q querier) error {
			_, err := q.ExecContext(t.Context(), `INSERT OR REPLACE INTO erased_agencies SELECT wave, agency, ?, 0 FROM tallies`, n)
			return err
		}))
		found := ""
		for _, c := range must1(s.Doctor(t.Context()))(t).Checks {
			for _, p := range c.Problems {
				found += p.Message["en"]
			}
		}
		if found != want {
			t.Errorf("%d of 2 looked at: %q, want %q", n, found, want)
		}
	}
}
