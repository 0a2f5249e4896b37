package scribe

import (
	"bytes"
	"fmt"
	"image"
	imagecolor "image/color"
	"image/draw"
	"image/png"
	"math"
	"sync"

	"codeberg.org/go-fonts/liberation/liberationsansbold"
	"codeberg.org/go-fonts/liberation/liberationsansregular"
	"codeberg.org/go-fonts/liberation/liberationserifbold"
	"codeberg.org/go-fonts/liberation/liberationserifregular"
	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
	"golang.org/x/image/vector"

	"thuocdo/scoring/report/document"
)

// fonts and cardFonts are read once: regular and bold letters, of documents and of cards.
var (
	fonts     = sync.OnceValues(func() ([2]*opentype.Font, error) { return parsed(liberationserifregular.TTF, liberationserifbold.TTF) })
	cardFonts = sync.OnceValues(func() ([2]*opentype.Font, error) { return parsed(liberationsansregular.TTF, liberationsansbold.TTF) })
)

func parsed(files ...[]byte) (list [2]*opentype.Font, err error) {
	for i, b := range files {
		if list[i], err = opentype.Parse(b); err != nil {
			return list, fmt.Errorf("font: %w", err)
		}
	}
	return list, nil
}

// canvas is a picture under way: every word processor opens a PNG alike.
type canvas struct {
	img   *image.RGBA
	fonts [2]*opentype.Font
}

const dots = pictureDPI / 25.4 // per millimetre

// picture draws a figure as PNG, in a palette of the shades between white and the colours of figures.
func picture(f document.Figure) ([]byte, error) {
	list, err := fonts()
	if err != nil {
		return nil, err
	}
	return drawn(f, document.FigureWidth, list)
}

// Card draws a card as PNG, 1200 dots wide and 630 high.
func Card(card *document.Card) ([]byte, error) {
	list, err := cardFonts()
	if err != nil {
		return nil, err
	}
	return drawn(card.Figure(), document.CardWidth, list)
}

func drawn(f document.Figure, width float64, letters [2]*opentype.Font) ([]byte, error) {
	size := func(mm float64) int { return int(math.Ceil(mm*dots - 0.01)) }
	c := canvas{image.NewRGBA(image.Rect(0, 0, size(width), size(max(f.Height, 1)))), letters}
	draw.Draw(c.img, c.img.Bounds(), image.White, image.Point{}, draw.Src)
	for _, s := range f.Shapes {
		if err := c.shape(s); err != nil {
			return nil, err
		}
	}
	var b bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(&b, c.paletted()); err != nil {
		return nil, fmt.Errorf("picture: %w", err)
	}
	return b.Bytes(), nil
}

func (c canvas) shape(s document.Shape) error {
	switch s := s.(type) {
	case document.Box:
		c.polygon(s.Shade, []document.Point{{X: s.X, Y: s.Y}, {X: s.X + s.W, Y: s.Y}, {X: s.X + s.W, Y: s.Y + s.H}, {X: s.X, Y: s.Y + s.H}})
	case document.Disc:
		const corners = 48
		points := make([]document.Point, corners)
		for i := range points {
			sin, cos := math.Sincos(2 * math.Pi * float64(i) / corners)
			points[i] = document.Point{X: s.X + s.R*cos, Y: s.Y + s.R*sin}
		}
		c.polygon(s.Shade, points)
	case document.Stroke:
		for i := 1; i < len(s.Points); i++ {
			c.segment(s, s.Points[i-1], s.Points[i])
		}
	case document.Label:
		return c.label(s)
	}
	return nil
}

// segment draws a straight line as a thin rectangle.
func (c canvas) segment(s document.Stroke, a, b document.Point) {
	length := math.Hypot(b.X-a.X, b.Y-a.Y)
	if length == 0 {
		return
	}
	dx, dy := -(b.Y-a.Y)/length*s.Width/2, (b.X-a.X)/length*s.Width/2
	c.polygon(s.Shade, []document.Point{{X: a.X + dx, Y: a.Y + dy}, {X: b.X + dx, Y: b.Y + dy}, {X: b.X - dx, Y: b.Y - dy}, {X: a.X - dx, Y: a.Y - dy}})
}

// polygon fills what lies between points, within the rows that it touches.
func (c canvas) polygon(shade document.Shade, points []document.Point) {
	low, high := math.Inf(1), math.Inf(-1)
	left, right := low, high
	for _, p := range points {
		low, high = min(low, p.Y*dots), max(high, p.Y*dots)
		left, right = min(left, p.X*dots), max(right, p.X*dots)
	}
	box := image.Rect(int(math.Floor(left)), int(math.Floor(low)), int(math.Ceil(right)), int(math.Ceil(high))).Intersect(c.img.Bounds())
	if box.Empty() {
		return
	}
	r := vector.NewRasterizer(box.Dx(), box.Dy())
	at := func(p document.Point) (float32, float32) {
		return float32(p.X*dots - float64(box.Min.X)), float32(p.Y*dots - float64(box.Min.Y))
	}
	r.MoveTo(at(points[0]))
	for _, p := range points[1:] {
		r.LineTo(at(p))
	}
	r.ClosePath()
	r.Draw(c.img, box, paint(shade), image.Point{})
}

func paint(shade document.Shade) image.Image {
	x := colors[shade]
	return image.NewUniform(imagecolor.RGBA{x.r, x.g, x.b, 0xff})
}

func (c canvas) label(s document.Label) error {
	var face font.Face
	var failed error
	width := 0.0
	measure := func(text string, scale float64) float64 {
		f, err := opentype.NewFace(c.fonts[weight(s.Bold)], &opentype.FaceOptions{Size: s.Size * scale, DPI: pictureDPI, Hinting: font.HintingNone})
		if err != nil {
			failed = err
			return 0
		}
		face = f
		width = float64(font.MeasureString(f, text)) / 64 / dots
		return width
	}
	text := tidy(s.Text)
	measure(text, 1)
	text = fit(text, s.Most, measure)
	if failed != nil {
		return fmt.Errorf("picture: %w", failed)
	}
	x := s.X
	switch s.Align {
	case document.Right:
		x -= width
	case document.Center:
		x -= width / 2
	}
	d := font.Drawer{Dst: c.img, Src: paint(s.Shade), Face: face, Dot: fixed.Point26_6{X: fixed.Int26_6(x * dots * 64), Y: fixed.Int26_6(s.Y * dots * 64)}}
	d.DrawString(text)
	return nil
}

func weight(bold bool) int {
	if bold {
		return 1
	}
	return 0
}

// grades is how many steps of a palette lie between white and a colour.
const grades = 31

// paletted takes each dot for the nearest shade: a fifth of the bytes, and no eye sees it.
func (c canvas) paletted() *image.Paletted {
	var list imagecolor.Palette
	list = append(list, imagecolor.White)
	for _, x := range colors {
		for i := 1; i <= grades; i++ {
			mix := func(v uint8) uint8 { return uint8(255 + (int(v)-255)*i/grades) }
			list = append(list, imagecolor.RGBA{mix(x.r), mix(x.g), mix(x.b), 0xff})
		}
	}
	out := image.NewPaletted(c.img.Bounds(), list)
	known := map[imagecolor.RGBA]uint8{}
	for i := 0; i < len(c.img.Pix); i += 4 {
		x := imagecolor.RGBA{c.img.Pix[i], c.img.Pix[i+1], c.img.Pix[i+2], 0xff}
		n, ok := known[x]
		if !ok {
			n = uint8(list.Index(x))
			known[x] = n
		}
		out.Pix[i/4] = n
	}
	return out
}
