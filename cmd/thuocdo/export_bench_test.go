package main

import (
	"io"
	"testing"

	"thuocdo/data"
	"thuocdo/data/export"
	"thuocdo/data/labelled"
	"thuocdo/scoring/report"
	"thuocdo/survey"
	"thuocdo/survey/dataset"
	"thuocdo/survey/quality"
)

// benchStore opens a database with answers to the SIPAS form.
func benchStore(tb testing.TB, responses int) (*data.Store, *survey.OpenWave) {
	tb.Helper()
	path, _, err := benchSet{true, 34, responses, ""}.make(tb.Context(), &console{Out: io.Discard, Err: io.Discard}, tb.TempDir())
	check(tb, err)
	st, err := data.Open(tb.Context(), path, data.Options{ReadOnly: true})
	check(tb, err)
	tb.Cleanup(func() { check(tb, st.Close()) })
	w, err := st.OpenWave(benchWave)
	check(tb, err)
	return st, w
}

func plainly(tb testing.TB, st *data.Store, w *survey.OpenWave) *report.Table {
	t := plainTable(w, "vi")
	t.Rows = plainRows(tb.Context(), st, w)
	return t
}

// A plain export keeps nothing of what it has written: ten times the answers allocate little more, none of it for long.
func TestAPlainExportDoesNotGrowWithTheWave(t *testing.T) {
	if raced {
		t.Skip("counts allocations")
	}
	csv, err := export.Find("csv")
	check(t, err)
	cost := func(responses int) float64 {
		st, w := benchStore(t, responses)
		return testing.AllocsPerRun(1, func() { check(t, csv.Write(io.Discard, plainly(t, st, w))) })
	}
	few, many := cost(500), cost(5_000)
	if perAnswer := (many - few) / 4_500; perAnswer > 6 {
		t.Errorf("%.1f allocations for each answer", perAnswer)
	}
}

// BenchmarkExportResponses writes 20,000 answers to the SIPAS form as CSV, with and without marks and verdicts.
func BenchmarkExportResponses(b *testing.B) {
	st, w := benchStore(b, 20_000)
	csv, err := export.Find("csv")
	check(b, err)
	for name, table := range map[string]func() *report.Table{
		"marks": func() *report.Table { return responsesTable(b.Context(), st, w, quality.Filter{}, "vi") },
		"plain": func() *report.Table { return plainly(b, st, w) },
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				check(b, csv.Write(io.Discard, table()))
			}
			b.ReportMetric(20_000*float64(b.N)/b.Elapsed().Seconds(), "answers/s")
		})
	}
}

// BenchmarkExportFormats records 100,000 answers to the SIPAS form and writes them in every format with labels.
func BenchmarkExportFormats(b *testing.B) {
	const answers = 100_000
	st, w := benchStore(b, answers)
	record := func() *dataset.Tape {
		tape, err := st.Record(b.Context(), w.Code, quality.Filter{Verdicts: quality.Counted}, dataset.Options{Texts: true})
		check(b, err)
		return tape
	}
	b.Run("record", func(b *testing.B) {
		for b.Loop() {
			check(b, record().Close())
		}
	})
	tape := record()
	defer tape.Close()
	for _, f := range labelled.Formats {
		b.Run(f.Name, func(b *testing.B) {
			b.ReportAllocs()
			size := &written{}
			for b.Loop() {
				size.n = 0
				check(b, f.Write(size, labelled.OfTape(tape, w.Code, w.Title, "vi")))
			}
			b.ReportMetric(answers*float64(b.N)/b.Elapsed().Seconds(), "answers/s")
			b.ReportMetric(float64(size.n)/1e6, "MB")
		})
	}
}

// written counts bytes.
type written struct{ n int }

func (w *written) Write(p []byte) (int, error) {
	w.n += len(p)
	return len(p), nil
}
