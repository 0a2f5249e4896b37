package chart

import (
	_ "embed"
	"encoding/json"
	"strings"
	"unicode/utf8"
)

// tilesFile says where the tile of each province lies. It says of itself that it is no official map.
//
//go:embed tiles.json
var tilesFile []byte

type tileLayout struct {
	Note    string `json:"note"`
	Columns int    `json:"columns"`
	Tiles   []struct {
		Agency string `json:"agency"`
		Name   string `json:"name"` // for whoever reads the file
		Row    int    `json:"row"`
		Column int    `json:"column"`
	} `json:"tiles"`
	Islands []struct {
		Agency string              `json:"agency"` // to which they belong
		Name   map[string][]string `json:"name"`
		Row    float64             `json:"row"`
		Column float64             `json:"column"`
		Dots   [][2]float64        `json:"dots"`
	} `json:"islands"`
}

var layout = func() (l tileLayout) {
	if err := json.Unmarshal(tilesFile, &l); err != nil {
		panic(err) // an embedded file
	}
	return l
}()

// Province is one tile as numbers.
type Province struct {
	Name  string
	Words string // the score as a reader reads it
	Known bool
	Value float64
}

// Tiles is a map of equal tiles (bản đồ ô), one for each province, coloured by classes of their scores. What a colour says is said by the
// number in the tile and by as many marks below it, too. The two archipelagos are noted beside the provinces that they belong to.
type Tiles struct {
	ID, Title, Desc string
	Tiles           []Tile
	Islands         []Island
	Classes         []TileClass
	Missing         int // provinces without a score
	Height          Em
	Side            Percent // width of a tile
	Tall            Em      // height of one
}

// Tile is a tile in place.
type Tile struct {
	Class  int // from 1; 0 = no score
	X, Mid Percent
	Y      Em
	Lines  []TileLine // the name, then the score
	Marks  []Percent  // as many as the class
	Foot   Em         // base of the marks
}

// TileLine is one line of words.
type TileLine struct {
	Y     Em
	Words string
	Value bool // the score
}

// Island is an archipelago in place.
type Island struct {
	Mid   Percent
	Dots  []IslandDot
	Lines []TileLine
}

// IslandDot is a drawn island: a sign, not a position.
type IslandDot struct {
	X Percent
	Y Em
}

// TileClass is one class of scores.
type TileClass struct {
	Class int
	Range string
	Count int
}

// Sizes in em, and letters of a line of a name.
const (
	tileTall    = 4.1
	tileGap     = 0.16
	tileWidth   = 0.955 // of a column
	tileLetters = 9
	tileClasses = 5
)

// HasTiles reports whether the map knows every one of these agencies, and there is more than one.
func HasTiles(agencies []string) bool {
	known := map[string]bool{}
	for _, t := range layout.Tiles {
		known[t.Agency] = true
	}
	for _, a := range agencies {
		if !known[a] {
			return false
		}
	}
	return len(agencies) > 1
}

// TileWords are the words of a map of tiles.
type TileWords struct {
	ID, Title, Lang string
	Number          func(float64, int) string // writes the bound of a class
	Range           func(low, high string) string
}

// NewTiles places the provinces. A province of the layout that is not among them has an empty tile with a dash.
func NewTiles(of map[string]Province, floor, ceiling float64, w TileWords) Tiles {
	m := Tiles{ID: w.ID, Title: w.Title, Side: Percent(100 * tileWidth / float64(layout.Columns)), Tall: Em(tileTall - tileGap)}
	axis := m.classes(of, floor, ceiling, w)
	for _, t := range layout.Tiles {
		p := of[t.Agency]
		x := Percent(100 * float64(t.Column) / float64(layout.Columns))
		tile := Tile{X: x, Mid: x + m.Side/2, Y: Em(float64(t.Row) * tileTall)}
		tile.Foot = tile.Y.Plus(tileTall - tileGap - 0.38)
		m.Height = max(m.Height, tile.Y.Plus(tileTall))
		if p.Known {
			tile.Class = classOf(axis, p.Value)
			m.Classes[tile.Class-1].Count++
		} else {
			m.Missing++
		}
		tile.write(or(p.Name, t.Name), or(p.Words, "–"))
		for i := range tile.Class {
			tile.Marks = append(tile.Marks, x+m.Side*(0.5+0.14*(Percent(i)-Percent(tile.Class-1)/2))-m.Side*0.05)
		}
		m.Tiles = append(m.Tiles, tile)
	}
	m.islands(of, w.Lang)
	return m
}

// classes divides the scores into at most five classes with round bounds.
func (m *Tiles) classes(of map[string]Province, floor, ceiling float64, w TileWords) Axis {
	var values []float64
	for _, t := range layout.Tiles {
		if p := of[t.Agency]; p.Known {
			values = append(values, p.Value)
		}
	}
	axis := Fit(values, floor, ceiling, tileClasses)
	ticks := axis.Ticks()
	for i := range len(ticks) - 1 {
		m.Classes = append(m.Classes, TileClass{Class: i + 1, Range: w.Range(w.Number(ticks[i], axis.Decimals), w.Number(ticks[i+1], axis.Decimals))})
	}
	return axis
}

// classOf returns the class of a value: a bound belongs to the class above it, the highest one to the last class.
func classOf(a Axis, v float64) int {
	ticks := a.Ticks()
	for i := len(ticks) - 2; i > 0; i-- {
		if v >= ticks[i] {
			return i + 1
		}
	}
	return 1
}

// write sets a name over one line or two, and the score below it.
func (t *Tile) write(name, words string) {
	first, second := halves(name)
	y := t.Y.Plus(1.15)
	t.Lines = append(t.Lines, TileLine{Y: y, Words: first})
	if second != "" {
		y = y.Plus(1)
		t.Lines = append(t.Lines, TileLine{Y: y, Words: second})
	}
	t.Lines = append(t.Lines, TileLine{Y: t.Y.Plus(3.2), Words: words, Value: true})
}

// halves divides a name at its last space that leaves the second line short.
func halves(name string) (first, second string) {
	words := strings.Fields(name)
	if len(words) < 2 {
		return Shorten(name, tileLetters), ""
	}
	at := len(words) - 1
	for at > 1 && utf8.RuneCountInString(strings.Join(words[:at], " ")) > tileLetters {
		at--
	}
	return Shorten(strings.Join(words[:at], " "), tileLetters), Shorten(strings.Join(words[at:], " "), tileLetters)
}

func (m *Tiles) islands(of map[string]Province, lang string) {
	column := 100 / float64(layout.Columns)
	for _, x := range layout.Islands {
		at := Percent(x.Column * column)
		i := Island{Mid: at + Percent(0.85*column)}
		for _, d := range x.Dots {
			i.Dots = append(i.Dots, IslandDot{at + Percent(d[0]*column), Em((x.Row + d[1]*0.9) * tileTall)})
		}
		y := Em((x.Row + 1.15) * tileTall)
		for k, words := range append(append([]string{}, x.Name[lang]...), "("+or(of[x.Agency].Name, tileName(x.Agency))+")") {
			i.Lines = append(i.Lines, TileLine{Y: y.Plus(1.05 * float64(k)), Words: words})
		}
		m.Islands = append(m.Islands, i)
	}
}

func tileName(agency string) string {
	for _, t := range layout.Tiles {
		if t.Agency == agency {
			return t.Name
		}
	}
	return agency
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}
