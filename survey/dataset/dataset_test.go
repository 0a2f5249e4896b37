package dataset_test

import (
	"errors"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"thuocdo/scoring/phrase"
	"thuocdo/survey"
	"thuocdo/survey/dataset"
)

const form = `{
 "code": "f", "version": "1", "title": {"vi": "Phiếu"}, "intro": {"vi": "Mở đầu"},
 "lists": {
  "scale": [{"code": "1", "text": {"vi": "Kém"}}, {"code": "2", "text": {"vi": "Vừa"}}, {"code": "3", "text": {"vi": "Tốt"}}],
  "place": [{"code": "a", "text": {"vi": "Nơi A"}}, {"code": "b", "text": {"vi": "Nơi B", "en": "Place B"}}]
 },
 "pages": [{"code": "one", "title": {"vi": "Trang một"}, "blocks": [{"questions": [
   {"code": "mode", "type": "single", "list": "place", "text": {"vi": "Ở đâu?"}},
   {"code": "been", "type": "yes_no", "text": {"vi": "Đã đến chưa?"}},
   {"code": "liked", "type": "rating", "list": "scale", "text": {"vi": "Thấy thế nào?"}, "relevant": "${been} = 'yes'"},
   {"code": "where", "type": "multiple", "list": "place", "text": {"vi": "Những đâu?"}},
   {"code": "years", "type": "number", "text": {"vi": "Bao nhiêu năm?"}},
   {"code": "words", "type": "text", "text": {"vi": "Ý kiến khác?"}}]}]}]
}`

func mustWave(tb testing.TB) (*survey.OpenWave, []survey.Agency) {
	tb.Helper()
	q, err := survey.ParseQuestionnaire([]byte(form))
	if err != nil {
		tb.Fatal(err)
	}
	f, err := survey.Compile(q)
	if err != nil {
		tb.Fatal(err)
	}
	w := survey.Wave{Code: "w", Agencies: []string{"01", "01-a", "bo"}}
	return survey.NewOpenWave(w, f), []survey.Agency{
		{Code: "01", Kind: survey.Province, Name: phrase.VI("Hà Nội", "Hanoi")}, {Code: "01-a", Kind: survey.Ward, Parent: "01"}, {Code: "bo", Kind: survey.Ministry},
	}
}

func cells(c *dataset.Column, rows int) (out []string) {
	for i := range rows {
		out = append(out, c.Cell(i))
	}
	return out
}

func TestColumnsSayWhatPeopleAnswered(t *testing.T) {
	t.Parallel()
	w, agencies := mustWave(t)
	b := dataset.NewBuilder(w, agencies, 1<<20)
	set := func(choice int) survey.Answer { return survey.Answer{Set: true, Choice: choice} }
	for _, r := range []survey.StoredResponse{
		{Agency: "01-a", Day: 20000, Mode: survey.Web, Answers: survey.Answers{set(1), set(0), set(2), {Set: true, Chosen: 0b10}, {Set: true, Number: 2.5}, {Set: true, Text: "x"}}},
		{Agency: "bo", Day: 19990, Mode: survey.Paper, Answers: survey.Answers{{}, set(1), {}, {}, {}, {}}, Circumstances: survey.Circumstances{Counter: "q2", Seconds: 60}},
		{Agency: "01", Day: 20000, Mode: survey.Web, Answers: make(survey.Answers, 6), Circumstances: survey.Circumstances{Counter: "q1"}},
	} {
		if err := b.Add(&r); err != nil {
			t.Fatal(err)
		}
	}
	s := b.Set()
	for code, want := range map[string][]string{
		"agency": {"01-a", "bo", "01"}, "province": {"01", "", "01"}, "mode": {"web", "paper", "web"}, "day": {"2024-10-04", "2024-09-24", "2024-10-04"},
		"counter": {"", "q2", "q1"}, "seconds": {"", "60", ""}, "q:mode": {"b", "", ""}, "been": {"yes", "no", ""}, "liked": {"3", "", ""},
		"where:a": {"0", "", ""}, "where:b": {"1", "", ""}, "years": {"2.5", "", ""},
	} {
		c := s.Column(code)
		if c == nil {
			t.Errorf("there is no column %s", code)
		} else if got := cells(c, s.Rows); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", code, got, want)
		}
	}
	for _, code := range []string{"words", "unit", "enumerator", "language"} {
		if s.Column(code) != nil {
			t.Errorf("column %s says nothing and is there", code)
		}
	}
	if c := s.Column("liked"); c.Shown != 1 || c.Answered != 1 || c.Kind != dataset.Rating || c.Section["vi"] != "Trang một" {
		t.Errorf("liked was shown to %d and answered by %d", c.Shown, c.Answered)
	}
	if l := s.Column("counter").Levels; l[0].Code != "q1" || l[1].Code != "q2" {
		t.Errorf("levels met on the way are in the order %v", l)
	}
}

func TestADataSetKeepsToItsMemory(t *testing.T) {
	t.Parallel()
	w, agencies := mustWave(t)
	b := dataset.NewBuilder(w, agencies, 100_000)
	r := survey.StoredResponse{Agency: "01", Mode: survey.Web, Answers: make(survey.Answers, w.Form.Len())}
	var err error
	n := 0
	for ; err == nil && n < 1_000_000; n++ {
		err = b.Add(&r)
	}
	if !errors.Is(err, dataset.ErrTooLarge) || b.Set().Bytes() > 100_000 || n < 1024 {
		t.Errorf("after %d responses: %v, %d bytes", n, err, b.Set().Bytes())
	}
}

func TestEveryAnswerIsReadBack(t *testing.T) {
	t.Parallel()
	w, agencies := mustWave(t)
	rapid.Check(t, func(t *rapid.T) {
		b := dataset.NewBuilder(w, agencies, 1<<24)
		var want []int
		for range rapid.IntRange(0, 50).Draw(t, "n") {
			k := rapid.IntRange(0, 3).Draw(t, "liked")
			want = append(want, k)
			a := make(survey.Answers, w.Form.Len())
			a[1] = survey.Answer{Set: true}
			a[2] = survey.Answer{Set: k > 0, Choice: max(k-1, 0)}
			if err := b.Add(&survey.StoredResponse{Agency: "01", Mode: survey.Web, Day: survey.Day(rapid.IntRange(1, 30).Draw(t, "day")), Answers: a}); err != nil {
				t.Fatal(err)
			}
		}
		s := b.Set()
		if s.Rows != len(want) {
			t.Fatalf("%d rows, want %d", s.Rows, len(want))
		}
		answered := int64(0)
		for i, k := range want {
			if got := int(s.Column("liked").Small[i]); got != k {
				t.Fatalf("row %d: %d, want %d", i, got, k)
			}
			answered += int64(min(k, 1))
		}
		if c := s.Column("liked"); c.Answered != answered || c.Shown != int64(len(want)) {
			t.Fatalf("answered %d of %d, want %d of %d", c.Answered, c.Shown, answered, len(want))
		}
		if c := s.Column("day"); c != nil && !slices.IsSortedFunc(c.Levels, func(a, b dataset.Level) int {
			if a.Code < b.Code {
				return -1
			}
			return 1
		}) {
			t.Fatalf("days are in the order %v", c.Levels)
		}
	})
}

func TestAMissingNumberIsNotZero(t *testing.T) {
	t.Parallel()
	w, agencies := mustWave(t)
	b := dataset.NewBuilder(w, agencies, 1<<20)
	if err := b.Add(&survey.StoredResponse{Agency: "01", Mode: survey.Web, Answers: make(survey.Answers, w.Form.Len())}); err != nil {
		t.Fatal(err)
	}
	if c := b.Set().Column("years"); !math.IsNaN(c.Values[0]) || c.Cell(0) != "" {
		t.Errorf("no answer reads as %v, %q", c.Values[0], c.Cell(0))
	}
}
