package survey_test

import (
	"math/rand/v2"
	"testing"

	"thuocdo/survey"
)

// filled returns random answers that Check accepts, with the services of the second half asked about.
func filled(f *survey.Form, r *rand.Rand) survey.Answers {
	a := make(survey.Answers, f.Len())
	for i := range a {
		switch choices := f.Choices(i); f.Question(i).Type {
		case survey.Multiple:
			a[i] = survey.Answer{Set: true, Chosen: 1 + r.Uint64N(1<<len(choices)-1)}
		case survey.Number:
			a[i] = survey.Answer{Set: true, Number: float64(18 + r.IntN(80))}
		case survey.FreeText:
			a[i] = survey.Answer{Set: true, Text: "Cần thêm ghế chờ"}
		default:
			a[i] = survey.Answer{Set: true, Choice: r.IntN(len(choices))}
		}
	}
	if i, ok := f.Index("q8_6"); ok {
		a[i].Choice = 0
	}
	return a
}

func benchmarkForm(b *testing.B) (*survey.Form, survey.Answers) {
	f := MustForm(b, sipas())
	a := filled(f, rand.New(rand.NewPCG(1, 2)))
	if faults := f.Check(a); faults != nil {
		b.Fatal(faults)
	}
	b.ReportAllocs()
	return f, a
}

func BenchmarkParseCheck(b *testing.B) {
	f, a := benchmarkForm(b)
	raw := f.Raw(a)
	for b.Loop() {
		a, faults := f.Parse(raw)
		if faults = f.Join(faults, f.Check(a)); faults != nil {
			b.Fatal(faults)
		}
	}
}

func BenchmarkCheck(b *testing.B) {
	f, a := benchmarkForm(b)
	for b.Loop() {
		if faults := f.Check(a); faults != nil {
			b.Fatal(faults)
		}
	}
}

func BenchmarkPack(b *testing.B) {
	f, a := benchmarkForm(b)
	for b.Loop() {
		f.Pack(a)
	}
	b.ReportMetric(float64(len(f.Pack(a))), "bytes/form")
}

func BenchmarkUnpack(b *testing.B) {
	f, a := benchmarkForm(b)
	packed := f.Pack(a)
	for b.Loop() {
		if _, err := f.Unpack(packed); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkTally(b *testing.B) {
	for _, basis := range []survey.BasisKind{survey.FactorBasis, survey.ItemBasis} {
		b.Run("Add/"+string(basis), func(b *testing.B) {
			f, a := benchmarkForm(b)
			t := f.Layout(basis).New()
			for b.Loop() {
				t.Add(a)
			}
		})
		b.Run("Append/"+string(basis), func(b *testing.B) {
			t, record := tallyOf(b, basis, 1000)
			for b.Loop() {
				record = t.Append(record[:0])
			}
			b.ReportMetric(float64(len(record)), "bytes/record")
		})
		b.Run("Read/"+string(basis), func(b *testing.B) {
			t, record := tallyOf(b, basis, 1000)
			l := MustForm(b, sipas()).Layout(basis)
			for b.Loop() {
				if _, err := l.Read(record); err != nil {
					b.Fatal(err, t.N())
				}
			}
		})
	}
}

func tallyOf(b *testing.B, basis survey.BasisKind, people int) (*survey.Tally, []byte) {
	f, _ := benchmarkForm(b)
	t, r := f.Layout(basis).New(), rand.New(rand.NewPCG(3, 4))
	for range people {
		t.Add(filled(f, r))
	}
	return t, t.Append(nil)
}

func BenchmarkCompile(b *testing.B) {
	q := sipas()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := survey.Compile(q); err != nil {
			b.Fatal(err)
		}
	}
}
