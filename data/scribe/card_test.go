package scribe

import (
	"bytes"
	"image"
	"image/png"
	"testing"

	"golang.org/x/image/font/opentype"

	"thuocdo/scoring/report/document"
)

func TestACardIsAPictureOfTheSizeThatOthersShow(t *testing.T) {
	t.Parallel()
	draw := func(title string) (image.Image, []byte) {
		b, err := Card(&document.Card{Title: title, Lead: "Tỉnh, thành phố, năm 2025", Source: "Thước đo",
			Rows: []document.Range{{Label: "Thừa Thiên Huế", Words: "86,34", Known: true, Value: 86.34, Ranged: true, Low: 85, High: 88}, {Label: "Đắk Lắk", Words: "82,00", Known: true, Value: 82}}})
		if err != nil {
			t.Fatal(err)
		}
		m, err := png.Decode(bytes.NewReader(b))
		if err != nil {
			t.Fatal(err)
		}
		return m, b
	}
	marked, b := draw("Chỉ số hài lòng ỹ ặ ợ")
	if size := marked.Bounds().Size(); size != image.Pt(1200, 630) || len(b) > 100<<10 {
		t.Errorf("%v, %d bytes", size, len(b))
	}
	if _, again := draw("Chỉ số hài lòng ỹ ặ ợ"); !bytes.Equal(b, again) {
		t.Error("the same card is another picture")
	}
	// Letters with marks have dots above and below them that letters without have not.
	plain, _ := draw("Chi so hai long y a o")
	if ink(marked) <= ink(plain) {
		t.Error("the marks are not drawn")
	}
	for _, font := range mustFonts(t) {
		for _, r := range "ẮẰẲẴẶắằẳẵặĐđỘộỢợỮữỸỹỴỵ–…" {
			if i, err := font.GlyphIndex(nil, r); err != nil || i == 0 {
				t.Errorf("no letter %q", r)
			}
		}
	}
}

// ink counts the dots of the title's line that are not white.
func ink(m image.Image) (n int) {
	for y := 60; y < 125; y++ {
		for x := range 1200 {
			if r, _, _, _ := m.At(x, y).RGBA(); r < 0xf000 {
				n++
			}
		}
	}
	return n
}

func mustFonts(t *testing.T) []*opentype.Font {
	t.Helper()
	list, err := cardFonts()
	if err != nil {
		t.Fatal(err)
	}
	return list[:]
}
