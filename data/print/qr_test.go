package print

import (
	"bytes"
	"crypto/rand"
	"image"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/multi/qrcode"

	"thuocdo/scoring/phrase"
	"thuocdo/survey"
	"thuocdo/survey/invite"
)

// mustPages draws a PDF as pictures, at the resolution of a cheap office printer scanned with a phone.
func mustPages(t *testing.T, pdf []byte) (pages []image.Image) {
	t.Helper()
	tool, err := exec.LookPath("pdftoppm")
	if err != nil {
		t.Skip("pdftoppm is not there: apt-get install poppler-utils")
	}
	dir := t.TempDir()
	file := filepath.Join(dir, "x.pdf")
	must(t, os.WriteFile(file, pdf, 0o600))
	if out, err := exec.CommandContext(t.Context(), tool, "-png", "-gray", "-r", "150", file, filepath.Join(dir, "p")).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	names, err := filepath.Glob(filepath.Join(dir, "p*.png"))
	must(t, err)
	slices.Sort(names)
	for _, name := range names {
		b, err := os.ReadFile(name)
		must(t, err)
		img, err := png.Decode(bytes.NewReader(b))
		must(t, err)
		pages = append(pages, img)
	}
	return pages
}

func must(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}

// decoded returns what a reader of QR codes that is not ours finds on a page, sorted.
func decoded(t *testing.T, page image.Image) (texts []string) {
	t.Helper()
	bitmap, err := gozxing.NewBinaryBitmapFromImage(page)
	must(t, err)
	found, err := qrcode.NewQRCodeMultiReader().DecodeMultiple(bitmap, map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_TRY_HARDER: true})
	must(t, err)
	for _, r := range found {
		texts = append(texts, r.GetText())
	}
	slices.Sort(texts)
	return texts
}

func TestEveryCodeOnASheetIsReadAgainAsItsInvitation(t *testing.T) {
	t.Parallel()
	for _, per := range invite.PerPage {
		s := invite.Sheet{Title: phrase.VI("Khảo sát sự hài lòng 2026", "Survey 2026"), Base: "https://khaosat.example.vn/", Closes: time.Date(2026, 12, 31, 17, 0, 0, 0, time.UTC), PerPage: per}
		var want []string
		for range per {
			code := survey.NewInvitation(rand.Reader)
			s.Cards = append(s.Cards, invite.Card{Code: code, Agency: phrase.VI("Ủy ban nhân dân phường Bạch Đằng", "Bach Dang Ward"), Unit: "to-1"})
			want = append(want, invite.Address("https://khaosat.example.vn", code))
		}
		slices.Sort(want)
		var pdf bytes.Buffer
		must(t, Sheet(&pdf, s, time.Unix(0, 0)))
		pages := mustPages(t, pdf.Bytes())
		if len(pages) != 1 {
			t.Fatalf("%d a page: %d pages", per, len(pages))
		}
		if got := decoded(t, pages[0]); !slices.Equal(got, want) {
			t.Errorf("%d a page: read %q, want %q", per, got, want)
		}
	}
}

func TestTheCodeOnAPosterIsReadAgainAsItsForm(t *testing.T) {
	t.Parallel()
	for _, small := range []bool{false, true} {
		to := invite.PosterAddress("https://khaosat.example.vn", "sipas-2026", "01-minh-hoa-03")
		var pdf bytes.Buffer
		must(t, Poster(&pdf, invite.Poster{Title: phrase.VI("Khảo sát", "Survey"), Agency: phrase.VI("Xã Minh Họa", "Minh Hoa"), Address: to, Closes: time.Unix(0, 0), Small: small}, time.Unix(0, 0)))
		if got := decoded(t, mustPages(t, pdf.Bytes())[0]); !slices.Equal(got, []string{to}) {
			t.Errorf("small %v: read %q, want %q", small, got, to)
		}
	}
}
