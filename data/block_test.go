package data

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"thuocdo/survey"
)

func TestResponsesReadBackAsWritten(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		day := survey.Day(rapid.Int32().Draw(t, "day"))
		mode := rapid.SampledFrom(modes).Draw(t, "mode")
		packed := rapid.SliceOf(rapid.Byte()).Draw(t, "packed")
		how, seconds := rapid.Uint32().Draw(t, "how"), rapid.IntRange(0, 4*3600).Draw(t, "seconds")
		marks := survey.Flag(rapid.Uint32().Draw(t, "marks")) & survey.IntakeMarks
		b, err := record{day, mode, uint64(how), seconds, marks, packed}.appendTo(nil)
		if err != nil {
			t.Fatal(err)
		}
		r, err := readResponse(b)
		if err != nil || r.day != day || r.mode != mode || r.how != uint64(how) || r.seconds != seconds || r.marks != marks || !bytes.Equal(r.packed, packed) {
			t.Fatalf("%+v, %v", r, err)
		}
	})
	if _, err := (record{mode: "pigeon"}).appendTo(nil); !errors.Is(err, survey.ErrUnknownMode) {
		t.Errorf("got %v", err)
	}
}

// TestAModeKeepsItsNumber: numbers are on disk.
func TestAModeKeepsItsNumber(t *testing.T) {
	t.Parallel()
	for i, m := range []survey.Mode{"web", "kiosk", "enumerator", "paper", "api"} {
		if b, err := (record{mode: m}).appendTo(nil); err != nil || b[1] != byte(i+1) {
			t.Errorf("%s: %x, %v; want number %d", m, b, err, i+1)
		}
	}
}

func FuzzReadBlocks(f *testing.F) {
	r, _ := record{day: 20_000, mode: survey.Web, packed: []byte{1, 2, 3}}.appendTo(nil)
	x, _ := record{20_000, survey.Web, 7, 300, 0, []byte{1, 2, 3}}.appendTo(nil)
	y, _ := record{20_000, survey.Web, 7, 300, survey.Trap, []byte{1, 2, 3}}.appendTo(nil)
	f.Add(joinResponses([][]byte{r, r, x, y}))
	f.Fuzz(func(t *testing.T, b []byte) {
		list, err := splitResponses(b)
		if err == nil {
			for _, r := range list {
				if _, err := readResponse(r); err != nil && !errors.Is(err, ErrCorrupt) {
					t.Error(err)
				}
			}
			if again, err := splitResponses(joinResponses(list)); err != nil || len(again) != len(list) {
				t.Errorf("%d records, then %d, %v", len(list), len(again), err)
			}
		} else if !errors.Is(err, ErrCorrupt) {
			t.Error(err)
		}
	})
}

// TestPagesLoseNothingAndHideTheNewest deals records out as answers come in, one or many at a time.
func TestPagesLoseNothingAndHideTheNewest(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var sealed, all [][]byte
		var last [][]byte
		for range rapid.IntRange(1, 60).Draw(t, "times") {
			n := rapid.IntRange(1, 40).Draw(t, "answers")
			size := rapid.SampledFrom([]int{1, 40, 60, 300, 5000}).Draw(t, "size")
			for range n {
				r := make([]byte, 8+size)
				copy(r, fmt.Sprintf("%08d", len(all)))
				all, last = append(all, r), append(last, r)
			}
			bodies := pageResponses(last)
			for _, b := range bodies {
				if len(sealed) > 0 || len(bodies) > 1 {
					if len(b) < few {
						t.Fatalf("a block of %d answers beside others", len(b))
					}
				}
			}
			for _, b := range bodies[:len(bodies)-1] {
				sealed = append(sealed, b...)
			}
			last = slices.Clone(bodies[len(bodies)-1])
		}
		got := append(slices.Clone(sealed), last...)
		slices.SortFunc(got, bytes.Compare)
		if !slices.EqualFunc(got, all, bytes.Equal) {
			t.Fatalf("%d records in, %d out", len(all), len(got))
		}
	})
}

// TestFullPagesFitAPage: a block of short answers must not overflow into a second page (4096 bytes less 35).
func TestFullPagesFitAPage(t *testing.T) {
	t.Parallel()
	var list [][]byte
	for i := range 5000 {
		list = append(list, []byte(fmt.Sprintf("%045d", i)))
	}
	bodies := pageResponses(list)
	for i, records := range bodies {
		size := len(joinResponses(records))
		if size > blockSize || i < len(bodies)-1 && size < blockSize*7/10 {
			t.Errorf("block %d of %d has %d bytes", i, len(bodies), size)
		}
	}
}

// TestABlockDoesNotTellTheOrder puts the same answers in in many orders and gets the same bytes.
func TestABlockDoesNotTellTheOrder(t *testing.T) {
	t.Parallel()
	var list [][]byte
	for i := range 50 {
		list = append(list, []byte{byte(i * 37), byte(i)})
	}
	want := joinResponses(slices.Clone(list))
	for range 20 {
		rand.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
		var body []byte
		for _, r := range list { // one by one, as they come
			before, err := splitResponses(body)
			must(t, err)
			body = joinResponses(append(before, r))
		}
		if !bytes.Equal(body, want) {
			t.Fatal("the bytes depend on the order of arrival")
		}
	}
}
