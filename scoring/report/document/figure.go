package document

// Figure is a drawing with the words that stand for it. Lengths are millimetres, y runs down.
type Figure struct {
	Caption string // below it; "" = none
	Alt     string // for those who do not see it
	Height  float64
	Shapes  []Shape
}

// FigureWidth is how wide every figure is: the text of a page.
const FigureWidth = 165.0

// Shade is a colour of figures. Each differs in lightness, so that a copy in black and white still tells them apart.
type Shade uint8

// Shades.
const (
	Ink   Shade = iota // letters and axes
	Main               // what the figure is about
	Soft               // what it is compared with
	Faint              // grids, backgrounds
	Alert              // what is late or lost
)

// Shape is one piece of a figure.
type Shape interface{ shape() }

// Box is a filled rectangle.
type Box struct {
	X, Y, W, H float64
	Shade      Shade
}

// Stroke is a line through points.
type Stroke struct {
	Points []Point
	Width  float64
	Shade  Shade
}

// Point is a place.
type Point struct{ X, Y float64 }

// Disc is a filled circle.
type Disc struct {
	X, Y, R float64
	Shade   Shade
}

// Label is one line of text. Y is its baseline. A text wider than Most gets smaller letters, then an ellipsis; Most 0 is
// no limit.
type Label struct {
	X, Y  float64
	Size  float64 // points
	Align Align   // Left begins at X, Right ends there, Center has it in the middle
	Bold  bool
	Shade Shade
	Most  float64
	Text  string
}

func (Box) shape()    {}
func (Stroke) shape() {}
func (Disc) shape()   {}
func (Label) shape()  {}
