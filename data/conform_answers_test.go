package data

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"thuocdo/scoring"
	"thuocdo/scoring/phrase"
	"thuocdo/scoring/standing"
	"thuocdo/survey"
)

var answers = []behaviour{
	{"an answer counts once however often it is sent", func(t *testing.T, open maker) {
		s := open(t, during)
		define(t, s, 1)
		for i, e := range entries(t, mustWave(t, s, "w"), 12) {
			for try := range 3 {
				again, err := s.Append(t.Context(), e)
				must(t, err)
				if again != (try > 0) {
					t.Fatalf("answer %d, try %d: again = %v", i, try, again)
				}
			}
		}
		if got := responsesOf(t, s, standing.Live, "x-000"); got != 12 {
			t.Errorf("counted %d answers, want 12", got)
		}
	}},
	{"a key with other content is refused and stores nothing", func(t *testing.T, open maker) {
		s := open(t, during)
		define(t, s, 1)
		e := entries(t, mustWave(t, s, "w"), 1)[0]
		_, err := s.Append(t.Context(), e)
		must(t, err)
		e.Content[3] ^= 1
		if _, err := s.Append(t.Context(), e); !errors.Is(err, survey.ErrOtherContent) {
			t.Errorf("got %v, want ErrOtherContent", err)
		}
		if got := responsesOf(t, s, standing.Live, "x-000"); got != 1 {
			t.Errorf("counted %d answers, want 1", got)
		}
	}},
	{"a receipt tells the wave, an unknown one nothing", func(t *testing.T, open maker) {
		s := open(t, during)
		define(t, s, 1)
		list := entries(t, mustWave(t, s, "w"), 300) // several blocks of receipts
		for _, e := range list[:299] {
			_, err := s.Append(t.Context(), e)
			must(t, err)
		}
		for i, e := range list {
			wave, counted, err := s.Counted(t.Context(), e.Receipt)
			must(t, err)
			if counted != (i < 299) || (wave == "w") != counted {
				t.Fatalf("receipt %d: %q, %v", i, wave, counted)
			}
		}
	}},
	{"an answer to an unknown wave, agency or mode is refused", func(t *testing.T, open maker) {
		s := open(t, during)
		define(t, s, 1)
		w := mustWave(t, s, "w")
		good := entries(t, w, 1)[0]
		for _, c := range []struct {
			change func(*survey.Entry)
			want   error
		}{
			{func(e *survey.Entry) { e.Wave = nil }, survey.ErrUnknownWave},
			{func(e *survey.Entry) {
				other := w.Wave
				other.Code = "other"
				e.Wave = survey.NewOpenWave(other, w.Form)
			}, survey.ErrUnknownWave},
			{func(e *survey.Entry) { e.Agency = "x-001" }, survey.ErrUnknownAgency},
			{func(e *survey.Entry) { e.Mode = "pigeon" }, survey.ErrUnknownMode},
			{func(e *survey.Entry) { e.Packed = []byte{0xff} }, survey.ErrCorrupt},
		} {
			e := good
			c.change(&e)
			if _, err := s.Append(t.Context(), e); !errors.Is(err, c.want) {
				t.Errorf("got %v, want %v", err, c.want)
			}
		}
		if got := responsesOf(t, s, standing.Live, "x-000"); got != 0 {
			t.Errorf("counted %d answers, want none", got)
		}
	}},
	{"many callers at once lose nothing and count nothing twice", manyCallers},
	{"what is read back is what was sent", func(t *testing.T, open maker) {
		s := open(t, during)
		define(t, s, 3)
		w := mustWave(t, s, "w")
		list := entries(t, w, 400)
		for _, e := range list {
			_, err := s.Append(t.Context(), e)
			must(t, err)
		}
		if got, want := readBack(t, s, w), sent(list); !slices.Equal(got, want) {
			t.Errorf("read %d answers that are not the %d sent", len(got), len(want))
		}
	}},
	{"a reader of answers that breaks off gets its own error", func(t *testing.T, open maker) {
		s := open(t, during)
		define(t, s, 1)
		_, err := s.AppendAll(t.Context(), "w", seqOf(entries(t, mustWave(t, s, "w"), 5)))
		must(t, err)
		enough, n := errors.New("enough"), 0
		err = s.Responses(t.Context(), "w", func(survey.StoredResponse) error {
			if n++; n == 3 {
				return enough
			}
			return nil
		})
		if !errors.Is(err, enough) || n != 3 {
			t.Errorf("after %d answers: %v", n, err)
		}
		if err := s.Responses(t.Context(), "none", nil); !errors.Is(err, survey.ErrUnknownWave) {
			t.Errorf("unknown wave: %v", err)
		}
	}},
	{"a cancelled caller gets its own error", func(t *testing.T, open maker) {
		s := open(t, during)
		define(t, s, 1)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		e := entries(t, mustWave(t, s, "w"), 1)[0]
		if _, err := s.Append(ctx, e); err != nil && !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
		_, err := s.Append(t.Context(), e) // a retry is harmless, stored or not
		must(t, err)
		if got := responsesOf(t, s, standing.Live, "x-000"); got != 1 {
			t.Errorf("counted %d answers, want 1", got)
		}
	}},
}

// manyCallers sends 40 answers from 128 callers that all send all of them, in orders of their own.
func manyCallers(t *testing.T, open maker) {
	s := open(t, during)
	define(t, s, 4)
	w := mustWave(t, s, "w")
	list := entries(t, w, 40)
	var all sync.WaitGroup
	var mu sync.Mutex
	first := map[int]int{} // answer → callers that were told it is new
	for caller := range 128 {
		all.Go(func() {
			for k := range list {
				i := (k*(2*caller+1) + caller) % len(list) // 2·caller+1 may share factors with 40: some skip, none matter
				again, err := s.Append(t.Context(), list[i])
				if err != nil {
					t.Error(err)
				}
				mu.Lock()
				if !again && err == nil {
					first[i]++
				}
				mu.Unlock()
			}
		})
	}
	all.Wait()
	for i, n := range first {
		if n != 1 {
			t.Errorf("answer %d was new to %d callers", i, n)
		}
	}
	if got, want := readBack(t, s, w), sent(list); !slices.Equal(got, want) {
		t.Errorf("stored %d answers, sent %d", len(got), len(want))
	}
}

// sent describes entries, and readBack what is stored, in an order that does not depend on the store.
func sent(list []survey.Entry) (text []string) {
	for _, e := range list {
		text = append(text, fmt.Sprintf("%s %v %s %x %v", e.Agency, e.Day, e.Mode, e.Packed, e.Circumstances))
	}
	slices.Sort(text)
	return text
}

func readBack(t testing.TB, s conforming, w *survey.OpenWave) (text []string) {
	t.Helper()
	must(t, s.Responses(t.Context(), w.Code, func(r survey.StoredResponse) error {
		text = append(text, fmt.Sprintf("%s %v %s %x %v", r.Agency, r.Day, r.Mode, w.Form.Pack(r.Answers), r.Circumstances))
		return nil
	}))
	var again []string
	must(t, s.Scan(t.Context(), w.Code, func(r survey.StoredResponse, _ bool) error {
		again = append(again, fmt.Sprintf("%s %v %s %x %v", r.Agency, r.Day, r.Mode, w.Form.Pack(r.Answers), r.Circumstances))
		return nil
	}))
	if !slices.Equal(text, again) {
		t.Error("Scan gives other answers than Responses, or in another order")
	}
	slices.Sort(text)
	return text
}

var bulkLoads = []behaviour{
	{"a bulk load counts like single answers, and again nothing", func(t *testing.T, open maker) {
		s := open(t, during)
		define(t, s, 2)
		w := mustWave(t, s, "w")
		list := entries(t, w, 500)
		for _, e := range list[:100] {
			_, err := s.Append(t.Context(), e)
			must(t, err)
		}
		for _, want := range []int{400, 0} {
			n, err := s.AppendAll(t.Context(), "w", seqOf(list))
			must(t, err)
			if n != want {
				t.Errorf("%d new answers, want %d", n, want)
			}
		}
		if got, want := readBack(t, s, w), sent(list); !slices.Equal(got, want) {
			t.Errorf("stored %d answers, sent %d", len(got), len(want))
		}
	}},
	{"a bulk load with a mistake stores nothing", func(t *testing.T, open maker) {
		s := open(t, during)
		define(t, s, 2)
		list := entries(t, mustWave(t, s, "w"), 100)
		broken := errors.New("row 51 is broken")
		for name, seq := range map[string]func(yield func(survey.Entry, error) bool){
			"of the source": func(yield func(survey.Entry, error) bool) {
				for _, e := range list[:50] {
					if !yield(e, nil) {
						return
					}
				}
				yield(survey.Entry{}, broken)
			},
			"of an agency": seqOf(append(slices.Clone(list), survey.Entry{Agency: "nowhere", Mode: survey.Web})),
			"of content":   seqOf(append(slices.Clone(list), otherContent(list[0]))),
			"of answers":   seqOf(append(slices.Clone(list), survey.Entry{Agency: "x-000", Mode: survey.Web, Packed: []byte{0xff}})),
		} {
			n, err := s.AppendAll(t.Context(), "w", seq)
			if n != 0 || err == nil {
				t.Errorf("%s: %d, %v", name, n, err)
			}
		}
		if _, err := s.AppendAll(t.Context(), "none", seqOf(nil)); err != nil {
			t.Logf("empty load of an unknown wave: %v", err)
		}
		if got := responsesOf(t, s, standing.Live, "x-000"); got != 0 {
			t.Errorf("counted %d answers, want none", got)
		}
		n, err := s.AppendAll(t.Context(), "w", seqOf(list))
		if must(t, err); n != len(list) {
			t.Errorf("after the failures: %d, want %d", n, len(list))
		}
	}},
	{"answers without packed bytes are packed", func(t *testing.T, open maker) {
		s := open(t, during)
		define(t, s, 1)
		w := mustWave(t, s, "w")
		list := entries(t, w, 20)
		bare := slices.Clone(list)
		for i := range bare {
			bare[i].Packed = nil
		}
		_, err := s.AppendAll(t.Context(), "w", seqOf(bare))
		must(t, err)
		if got, want := readBack(t, s, w), sent(list); !slices.Equal(got, want) {
			t.Error("what is stored is not what was sent")
		}
	}},
}

func otherContent(e survey.Entry) survey.Entry {
	e.Content[0] ^= 1
	return e
}

var views = []behaviour{
	{"public figures of an open wave move by five answers", publicSteps},
	{"a closed wave shows its answers from five on", func(t *testing.T, open maker) {
		now := during()
		clock := &now
		s := open(t, func() time.Time { return *clock })
		define(t, s, 3)
		w := mustWave(t, s, "w")
		some := entries(t, w, 12)
		count := map[string]int{"x-000": 5, "x-001": 4} // and nobody about x-002
		for agency, n := range count {
			for _, e := range some[:n] {
				e = resend(t, w, e, agency)
				_, err := s.Append(t.Context(), e)
				must(t, err)
			}
		}
		*clock = after()
		r, err := s.Surveys(t.Context(), "sipas", "2026", standing.Public)
		must(t, err)
		if r.Wave != "w" || r.Provisional || len(r.ByAgency) != 1 || r.ByAgency["x-000"].Responses() != 5 || len(r.Few) != 1 || !r.Few["x-001"] {
			t.Errorf("public: %+v", r)
		}
		r, err = s.Surveys(t.Context(), "sipas", "2026", standing.Live)
		must(t, err)
		if len(r.ByAgency) != 2 || r.ByAgency["x-001"].Responses() != 4 || len(r.Few) != 0 {
			t.Errorf("live: %+v", r)
		}
	}},
	{"a wave that is opened again goes on in steps from its final figures", func(t *testing.T, open maker) {
		now := during()
		s := open(t, func() time.Time { return now })
		define(t, s, 2)
		w := mustWave(t, s, "w")
		one, again := entries(t, w, 1)[0], 0 // everybody answers alike, so that every step is public
		answer := func(agency string, n int) {
			for range n {
				_, err := s.Append(t.Context(), resend(t, w, one, agency))
				must(t, err)
				again++
			}
		}
		answer("x-000", 13) // the public sees 5, the next step is at 15
		answer("x-001", 4)  // nothing, and nothing after the end
		now = after()
		if got := responsesOf(t, s, standing.Public, "x-000"); got != 13 {
			t.Fatalf("the final figure counts %d, want 13", got)
		}
		longer := waveOver(t, "w", "2026", 2)
		longer.Closes = now.AddDate(0, 1, 0)
		must(t, s.PutWave(t.Context(), longer))
		if sqlite, ok := s.(*Store); ok {
			r, err := sqlite.Doctor(t.Context())
			if must(t, err); !r.OK() {
				t.Errorf("the doctor says %+v", r.Checks)
			}
		}
		w = mustWave(t, s, "w")
		last := map[string]int64{"x-000": 13}
		for range 11 {
			for _, agency := range []string{"x-000", "x-001"} {
				got := responsesOf(t, s, standing.Public, agency)
				if move := got - last[agency]; move != 0 && move < step {
					t.Errorf("%s moves from %d to %d", agency, last[agency], got)
				}
				last[agency] = got
				answer(agency, 1)
			}
		}
		if last["x-000"] != 18 || last["x-001"] != 5 {
			t.Errorf("in the end the public sees %v", last)
		}
	}},
	{"a final figure does not move by an answer that was on its way", func(t *testing.T, open maker) {
		now := opening.AddDate(0, 1, 0) // the moment of closing
		s := open(t, func() time.Time { return now })
		define(t, s, 1)
		_, err := s.AppendAll(t.Context(), "w", seqOf(entries(t, mustWave(t, s, "w"), 7)))
		must(t, err)
		if got := responsesOf(t, s, standing.Public, "x-000"); got != 0 {
			t.Errorf("at closing the public sees %d answers already", got)
		}
		now = now.Add(settling)
		if got := responsesOf(t, s, standing.Public, "x-000"); got != 7 {
			t.Errorf("a minute later the public sees %d answers, want 7", got)
		}
	}},
	{"a stamp changes with whatever figures come from, and with nothing else", func(t *testing.T, open maker) {
		now := opening.AddDate(0, 1, 0).Add(-time.Hour)
		s := open(t, func() time.Time { return now })
		define(t, s, 1)
		plan := parIndex(t, s)
		leaf, x := typedLeaf(t, plan), 0.25
		last := ""
		moves := func(what string, want bool, do func() error) {
			t.Helper()
			must(t, do())
			got, err := s.Stamp(t.Context(), "2026", standing.Live)
			must(t, err)
			if (got != last) != want {
				t.Errorf("%s: from %q to %q", what, last, got)
			}
			last = got
		}
		list := entries(t, mustWave(t, s, "w"), 3)
		moves("the first", true, func() error { return nil })
		moves("nothing", false, func() error { return nil })
		moves("an answer", true, func() error { _, err := s.Append(t.Context(), list[0]); return err })
		moves("the same answer again", false, func() error { _, err := s.Append(t.Context(), list[0]); return err })
		moves("a bulk load", true, func() error { _, err := s.AppendAll(t.Context(), "w", seqOf(list[1:])); return err })
		moves("a score", true, func() error {
			return s.PutScores(t.Context(), plan.Framework().Code, "2026", map[string]map[string]scoring.LeafInput{"x-000": {leaf: {Appraised: &x}}})
		})
		moves("a session", false, func() error { return s.CommitCtx(t.Context(), "x", []byte("x"), now.Add(time.Hour)) })
		moves("a definition", true, func() error {
			all, err := s.Agencies(t.Context())
			must(t, err)
			all[0].Name = phrase.VI("Tên khác", "Another name")
			return s.PutAgencies(t.Context(), all, nil)
		})
		moves("the end of the wave", true, func() error { now = now.Add(2 * time.Hour); return nil })
		if _, err := s.Stamp(t.Context(), "năm nay", standing.Public); !errors.Is(err, standing.ErrUnknownPeriod) {
			t.Errorf("a period of a wrong form: %v", err)
		}
	}},
	{"the public stamp of an open wave moves with its public steps alone", func(t *testing.T, open maker) {
		now := during()
		s := open(t, func() time.Time { return now })
		define(t, s, 2)
		w := mustWave(t, s, "w")
		list := slices.Repeat(entries(t, w, 1), 28) // everybody answers alike, so that every step is public
		stamp := func() string {
			got, err := s.Stamp(t.Context(), "2026", standing.Public)
			must(t, err)
			return got
		}
		for i := 0; i < 23; i++ {
			before, seen := stamp(), responsesOf(t, s, standing.Public, "x-000")
			_, err := s.Append(t.Context(), resend(t, w, list[i], "x-000"))
			must(t, err)
			moved := responsesOf(t, s, standing.Public, "x-000") != seen
			if (stamp() != before) != (moved || i == 4) { // the fifth answer makes the first copy, which is not shown yet
				t.Errorf("answer %d: stamp %q becomes %q, figures moved: %t", i+1, before, stamp(), moved)
			}
		}
		before := stamp()
		now = after()
		ended := stamp()
		if before == ended {
			t.Error("the end of the wave does not change it")
		}
		_, err := s.AppendAll(t.Context(), "w", seqOf([]survey.Entry{resend(t, w, list[23], "x-000")}))
		must(t, err)
		if stamp() == ended {
			t.Error("an answer brought in after the end does not change it")
		}
	}},
	{"counts are those of the answers", func(t *testing.T, open maker) {
		s := open(t, after)
		define(t, s, 2)
		w := mustWave(t, s, "w")
		list := entries(t, w, 60)
		want := w.Layout().New()
		for _, e := range list {
			if e.Agency == "x-001" {
				want.Add(e.Answers)
			}
		}
		_, err := s.AppendAll(t.Context(), "w", seqOf(list))
		must(t, err)
		r, err := s.Surveys(t.Context(), "sipas", "2026", standing.Public)
		must(t, err)
		if got, ok := r.ByAgency["x-001"].(*survey.Tally); !ok || !got.Equal(want) {
			t.Error("the tally is not that of the answers")
		}
	}},
	{"a period without a wave has no surveys", func(t *testing.T, open maker) {
		s := open(t, during)
		define(t, s, 1)
		r, err := s.Surveys(t.Context(), "sipas", "2025", standing.Live)
		if err != nil || r.Wave != "" || len(r.ByAgency) != 0 {
			t.Errorf("%+v, %v", r, err)
		}
	}},
}

// publicSteps sends answers one by one, at once and in bulk, and checks after each that the public figure is that of a
// moment at least five answers ago, that it moves by at least five, and that it lags by less than forty.
func publicSteps(t *testing.T, open maker) {
	const agencies, each = 8, 70
	s := open(t, during)
	define(t, s, agencies)
	w := mustWave(t, s, "w")
	list := entries(t, w, each)
	for a := range agencies {
		random := rand.New(rand.NewPCG(2026, uint64(a)))
		shown := int64(0)
		for total := 0; total < each; {
			n := min(1+random.IntN(17), each-total)
			var part []survey.Entry
			for _, e := range list[total : total+n] {
				part = append(part, resend(t, w, e, commune(a)))
			}
			if random.IntN(2) == 0 {
				_, err := s.AppendAll(t.Context(), "w", seqOf(part))
				must(t, err)
			} else {
				together(t, s, part)
			}
			total += n
			shown = checkStep(t, s, commune(a), int64(total), shown)
		}
	}
}

// checkStep checks what the public sees of an agency with some answers, given what it saw before, and returns it.
func checkStep(t *testing.T, s conforming, agency string, total, before int64) (shown int64) {
	t.Helper()
	r, err := s.Surveys(t.Context(), "sipas", "2026", standing.Public)
	must(t, err)
	if v := r.ByAgency[agency]; v != nil {
		shown = v.Responses()
	}
	if (shown == 0) != r.Few[agency] || !r.Provisional {
		t.Errorf("%s at %d answers: shown %d, few %v, provisional %v", agency, total, shown, r.Few[agency], r.Provisional)
	}
	if moved := shown - before; moved < 0 || moved > 0 && moved < 5 {
		t.Errorf("%s at %d answers: the figure moved by %d", agency, total, moved)
	}
	if shown > 0 && total-shown < 5 || total-shown >= 40 {
		t.Errorf("%s at %d answers: the public sees %d", agency, total, shown)
	}
	return shown
}

// together sends answers at the same time.
func together(t testing.TB, s survey.Log, list []survey.Entry) {
	var all sync.WaitGroup
	for _, e := range list {
		all.Go(func() {
			if _, err := s.Append(t.Context(), e); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
}
