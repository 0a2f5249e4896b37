package dataset_test

import (
	"io"
	"slices"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"thuocdo/survey"
	"thuocdo/survey/dataset"
)

// memory is a file in memory.
type memory struct {
	b  []byte
	at int64
}

func (m *memory) Write(p []byte) (int, error) {
	m.b = append(m.b[:m.at], p...)
	m.at += int64(len(p))
	return len(p), nil
}

func (m *memory) Read(p []byte) (int, error) {
	n := copy(p, m.b[m.at:])
	if m.at += int64(n); n == 0 && len(p) > 0 {
		return 0, io.EOF
	}
	return n, nil
}

func (m *memory) Seek(to int64, _ int) (int64, error) {
	m.at = to
	return to, nil
}

// A tape holds what a set in memory does, and besides texts, and why a value is missing.
func TestATapeHoldsWhatASetHolds(t *testing.T) {
	t.Parallel()
	w, agencies := mustWave(t)
	rapid.Check(t, func(t *rapid.T) {
		set := dataset.NewBuilder(w, agencies, 1<<24)
		rec := dataset.NewRecorder(w, agencies, &memory{}, dataset.Options{Texts: true})
		var given []survey.StoredResponse
		for range rapid.IntRange(0, 40).Draw(t, "n") {
			r := response(t)
			given = append(given, r)
			if set.Add(&r) != nil || rec.Add(&r) != nil {
				t.Fatal("refused")
			}
		}
		s := set.Set()
		tape, err := rec.Tape()
		if err != nil {
			t.Fatal(err)
		}
		for range 2 { // it is read again
			rows := 0
			for row, err := range tape.Cells() {
				if err != nil {
					t.Fatal(err)
				}
				for i, c := range tape.Columns {
					compare(t, s, &c, row[i], &given[rows], rows)
				}
				rows++
			}
			if rows != len(given) || tape.Rows != len(given) {
				t.Fatalf("%d rows of %d", rows, len(given))
			}
		}
	})
}

func response(t *rapid.T) survey.StoredResponse {
	a := make(survey.Answers, 6)
	a[1] = survey.Answer{Set: true, Choice: rapid.IntRange(0, 1).Draw(t, "been")}
	if a[1].Choice == 0 && rapid.Bool().Draw(t, "rated") {
		a[2] = survey.Answer{Set: true, Choice: rapid.IntRange(0, 2).Draw(t, "liked")}
	}
	if rapid.Bool().Draw(t, "aged") {
		a[4] = survey.Answer{Set: true, Number: rapid.Float64Range(-1e6, 1e6).Draw(t, "years")}
	}
	if s := rapid.String().Draw(t, "words"); s != "" {
		a[5] = survey.Answer{Set: true, Text: s}
	}
	return survey.StoredResponse{Agency: rapid.SampledFrom([]string{"01", "01-a", "bo"}).Draw(t, "agency"), Mode: survey.Web,
		Day: survey.Day(rapid.IntRange(1, 30_000).Draw(t, "day")), Answers: a,
		Circumstances: survey.Circumstances{Counter: rapid.SampledFrom([]string{"", "q1", "q2", "a0"}).Draw(t, "counter")}}
}

func compare(t *rapid.T, s *dataset.Set, c *dataset.Column, got dataset.Cell, r *survey.StoredResponse, row int) {
	switch c.Code {
	case "words":
		if got.Text != r.Answers[5].Text || (got.Missing == dataset.NoAnswer) != (got.Text == "") {
			t.Fatalf("row %d: words %+v, want %q", row, got, r.Answers[5].Text)
		}
		return
	case "day":
		if got.Number != float64(r.Day) {
			t.Fatalf("row %d: day %v, want %v", row, got.Number, r.Day)
		}
		return
	case "liked":
		if asked := r.Answers[1].Choice == 0; asked == (got.Missing == dataset.NotAsked) {
			t.Fatalf("row %d: asked %v, got %+v", row, asked, got)
		}
	}
	if want, text := s.Column(c.Code).Cell(row), written(c, got); text != want {
		t.Fatalf("row %d: %s is %q, want %q", row, c.Code, text, want)
	}
	if c.Kind == dataset.Number && got.Missing == dataset.Present && (got.Number < c.Low || got.Number > c.High) {
		t.Fatalf("%s: %v is not between %v and %v", c.Code, got.Number, c.Low, c.High)
	}
}

func written(c *dataset.Column, x dataset.Cell) string {
	switch {
	case x.Missing != dataset.Present:
		return ""
	case c.Kind == dataset.Number:
		return strconv.FormatFloat(x.Number, 'f', -1, 64)
	}
	return c.Levels[x.Level].Code
}

func TestAliasesHideWhoAskedAndWhere(t *testing.T) {
	t.Parallel()
	w, agencies := mustWave(t)
	b := dataset.NewRecorder(w, agencies, &memory{}, dataset.Options{Alias: func(column, code string) string { return "x" + column + strconv.Itoa(len(code)) }})
	for _, how := range []survey.Circumstances{{Counter: "quay-1", Enumerator: "nguyen-van-a", Unit: "01-001", Language: "vi"}, {}} {
		if err := b.Add(&survey.StoredResponse{Agency: "01", Mode: survey.Web, Answers: make(survey.Answers, 6), Circumstances: how}); err != nil {
			t.Fatal(err)
		}
	}
	tape, err := b.Tape()
	if err != nil {
		t.Fatal(err)
	}
	for code, want := range map[string]string{"counter": "xcounter6", "enumerator": "xenumerator12", "unit": "xunit6", "language": "vi", "agency": "01"} {
		c := tape.Column(code)
		if !slices.ContainsFunc(c.Levels, func(l dataset.Level) bool { return l.Code == want }) {
			t.Errorf("%s has the levels %v, want %s", code, c.Levels, want)
		}
	}
	if tape.Column("words") != nil {
		t.Error("open answers are on a tape without texts")
	}
}

func TestABrokenTapeIsAnError(t *testing.T) {
	t.Parallel()
	w, agencies := mustWave(t)
	m := &memory{}
	b := dataset.NewRecorder(w, agencies, m, dataset.Options{})
	if err := b.Add(&survey.StoredResponse{Agency: "01", Mode: survey.Web, Answers: make(survey.Answers, 6)}); err != nil {
		t.Fatal(err)
	}
	tape, err := b.Tape()
	if err != nil {
		t.Fatal(err)
	}
	m.b = m.b[:len(m.b)-1]
	for row, err := range tape.Cells() {
		if err == nil || row != nil {
			t.Errorf("half a row was read as %v, %v", row, err)
		}
	}
}
