package web

import (
	"encoding/xml"
	"fmt"
	"image"
	"image/color"
	imgdraw "image/draw"
	"regexp"
	"strings"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"
)

var qrRun = regexp.MustCompile(`M(\d+) (\d+)h(\d+)v1h-\d+z`)

// mustDraw draws the SVG of a QR code as a browser would, four pixels a module.
func mustDraw(t *testing.T, svg string) image.Image {
	t.Helper()
	var x struct {
		ViewBox string `xml:"viewBox,attr"`
		Path    struct {
			D string `xml:"d,attr"`
		} `xml:"path"`
	}
	must(t, xml.Unmarshal([]byte(svg), &x))
	var zero, size int
	_, err := fmt.Sscan(x.ViewBox, &zero, &zero, &size)
	must(t, err)
	img := image.NewGray(image.Rect(0, 0, 4*size, 4*size))
	imgdraw.Draw(img, img.Bounds(), image.NewUniform(color.White), image.Point{}, imgdraw.Src)
	for _, run := range qrRun.FindAllStringSubmatch(x.Path.D, -1) {
		var left, top, wide int
		_, err := fmt.Sscan(strings.Join(run[1:], " "), &left, &top, &wide)
		must(t, err)
		imgdraw.Draw(img, image.Rect(4*left, 4*top, 4*(left+wide), 4*(top+1)), image.NewUniform(color.Black), image.Point{}, imgdraw.Src)
	}
	return img
}

func TestQRCodesOnPagesAreReadAgain(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"https://khaosat.example.vn/lam-tiep?lang=en#ABCD-EFGH-JKMN-PQRS", "sipas-2026/2026/01/K7Q2X-0017", "https://khaosat.example.vn/moi/ABCDEFGHJKM", "Phường Bạch Đằng",
	} {
		svg, err := qrCode(text, `nhãn "<"`)
		must(t, err)
		bitmap, err := gozxing.NewBinaryBitmapFromImage(mustDraw(t, string(svg)))
		must(t, err)
		found, err := qrcode.NewQRCodeReader().Decode(bitmap, nil)
		if err != nil || found.GetText() != text {
			t.Errorf("%q is read as %v, %v", text, found, err)
		}
	}
}
