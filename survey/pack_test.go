package survey_test

import (
	"bytes"
	"errors"
	"math"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"thuocdo/survey"
)

func TestPackedAnswersComeBackTheSame(t *testing.T) {
	t.Parallel()
	for _, f := range []*survey.Form{bounded(t), MustForm(t, ruled("")), MustForm(t, sipas()), MustForm(t, chained()), MustForm(t, modern())} {
		rapid.Check(t, func(t *rapid.T) {
			a := answers(f).Draw(t, "answers")
			b := f.Pack(a)
			back, err := f.Unpack(b)
			if err != nil || !reflect.DeepEqual(back, a) {
				t.Fatalf("%v: %+v", err, back)
			}
			if !bytes.Equal(f.Pack(back), b) {
				t.Fatal("equal answers, other bytes")
			}
			if _, err := f.Unpack(append(b, rapid.Byte().Draw(t, "more"))); !errors.Is(err, survey.ErrCorrupt) {
				t.Fatal("a byte more is accepted")
			}
		})
	}
}

func TestExtremeNumbersComeBackTheSame(t *testing.T) {
	t.Parallel()
	f := MustForm(t, ruled(""))
	i, _ := f.Index("n")
	for _, n := range []float64{0, 1, -1, 0.1, 1 << 53, -(1 << 53), 1<<53 + 2, math.MaxFloat64, -math.MaxFloat64, math.SmallestNonzeroFloat64, math.Pi} {
		a := make(survey.Answers, f.Len())
		a[i] = survey.Answer{Set: true, Number: n}
		back, err := f.Unpack(f.Pack(a))
		if err != nil || back[i] != a[i] {
			t.Errorf("%v: %+v, %v", n, back, err)
		}
		again, faults := f.Parse(f.Raw(a))
		if faults != nil || again[i] != a[i] {
			t.Errorf("%v typed: %+v, %v", n, again[i], faults)
		}
	}
	a := make(survey.Answers, f.Len())
	a[i] = survey.Answer{Set: true, Number: math.Copysign(0, -1)}
	zero := make(survey.Answers, f.Len())
	zero[i] = survey.Answer{Set: true}
	if !bytes.Equal(f.Pack(a), f.Pack(zero)) {
		t.Error("0 and -0 are equal and pack to other bytes")
	}
}

func TestASIPASFormPacksIntoFewBytes(t *testing.T) {
	t.Parallel()
	f, r := MustForm(t, sipas()), rand.New(rand.NewPCG(5, 6))
	// 39·3 bits (5 ratings or none) + 29·3 + … and 16 bits for the age: at most 40 bytes; the contract is 64.
	for range 100 {
		if n := len(f.Pack(filled(f, r))); n > 40 {
			t.Fatalf("%d bytes", n)
		}
	}
	if n := len(f.Pack(nil)); n > 40 {
		t.Errorf("%d bytes for no answers", n)
	}
}

func TestCorruptAnswersAreRefused(t *testing.T) {
	t.Parallel()
	// Layout of bounded: yn 2 bits, s 2, m 3, r 3, n 1 or more, t 7 or more, target 2.
	f := bounded(t)
	bits := func(s string) (out []byte) {
		n := 0
		for _, c := range s {
			if c == ' ' {
				continue
			}
			if n%8 == 0 {
				out = append(out, 0)
			}
			out[n/8] |= byte(c-'0') << (n % 8)
			n++
		}
		return out
	}
	const none = "00 00 000 000 0 0000000 00"
	if _, err := f.Unpack(bits(none)); err != nil {
		t.Fatalf("no answers: %v", err)
	}
	for name, s := range map[string]string{
		"nothing at all":       "",
		"ends early":           "00 00 000 0",
		"yes_no of 3":          "11 00 000 000 0 0000000 00",
		"rating of 6":          "00 00 000 011 0 0000000 00",
		"number too large":     "00 00 000 000 10 0001000 01010011 0000000 00", // 8 bits: 202, zigzag of 101, beyond 100
		"padding":              none + " 1",
		"a byte of padding":    none + " 0000000000",
		"long form of integer": "00 00 000 000 10 0100000 10 0000000 00",
		"integer as fraction":  "00 00 000 000 11" + strings.Repeat("0", 64) + "0000000 00", // float64 bits of 0
		"65-bit number":        "00 00 000 000 10 1000001 0000000 00",
		"text beyond the end":  "00 00 000 000 0 1111110 " + "111111",
		"text not UTF-8":       "00 00 000 000 0 1000000 1 11111111 00",
		"text with blanks":     "00 00 000 000 0 1000000 1 00000100 00",
	} {
		if a, err := f.Unpack(bits(s)); !errors.Is(err, survey.ErrCorrupt) {
			t.Errorf("%s: %+v, %v", name, a, err)
		}
	}
}

func FuzzUnpack(f *testing.F) {
	forms := []*survey.Form{bounded(f), MustForm(f, sipas())}
	r := rand.New(rand.NewPCG(7, 8))
	for range 10 {
		for _, form := range forms {
			f.Add(form.Pack(filled(form, r)))
		}
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, form := range forms {
			a, err := form.Unpack(b)
			if err != nil {
				continue
			}
			if !bytes.Equal(form.Pack(a), b) {
				t.Errorf("%x: two packings of one answer", b)
			}
			form.Prune(a)
			for _, fault := range form.Check(a) {
				if fault.Reason != survey.Missing {
					t.Errorf("%x: %v", b, fault)
				}
			}
		}
	})
}
