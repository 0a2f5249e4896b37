package web

import (
	"bytes"
	"compress/gzip"
	"io"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// unzip reads a gzip stream to its end, which compares its checksum and size.
func unzip(tb testing.TB, b []byte) string {
	tb.Helper()
	z, err := gzip.NewReader(bytes.NewReader(b))
	must(tb, err)
	out, err := io.ReadAll(z)
	must(tb, err)
	return string(out)
}

func TestWhatComesOutOfAMouldIsWhatWentIn(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.StringN(0, 300, -1), rapid.Just(""), rapid.Just(strings.Repeat("ế<&", 30_000)))
		var page, want strings.Builder
		var marks, holes []string
		for k := range rapid.IntRange(0, 4).Draw(t, "holes") {
			static, hole := text.Draw(t, "static"), text.Draw(t, "hole")
			mark := "\x00" + string(rune('a'+k)) + "\x01"
			page.WriteString(static + mark)
			want.WriteString(static + hole)
			marks, holes = append(marks, mark), append(holes, hole)
		}
		end := text.Draw(t, "end")
		page.WriteString(end)
		want.WriteString(end)
		m, err := newMould([]byte(page.String()), marks...)
		if err != nil {
			t.Skip(err) // the text holds a marker
		}
		var plain, zip bytes.Buffer
		m.pour(&plain, holes...)
		m.zip(&zip, holes...)
		z, err := gzip.NewReader(&zip)
		if err != nil {
			t.Fatal(err)
		}
		unpacked, err := io.ReadAll(z)
		if err != nil || string(unpacked) != want.String() || plain.String() != want.String() {
			t.Fatalf("%v: %d and %d bytes, want %d", err, len(unpacked), plain.Len(), want.Len())
		}
	})
}

func TestAPageWhoseMarkersAreNotClearIsNoMould(t *testing.T) {
	t.Parallel()
	for _, page := range []string{"", "a M b", "a N b M c", "a M b N c M d", "M N N"} {
		if _, err := newMould([]byte(page), "M", "N"); err == nil {
			t.Errorf("%q is cut", page)
		}
	}
}
