package chart

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
)

func tileWords() TileWords {
	return TileWords{ID: "x", Title: "T", Lang: "vi", Number: func(v float64, d int) string { return strconv.FormatFloat(v, 'f', d, 64) },
		Range: func(low, high string) string { return low + "–" + high }}
}

func TestTheMapHasATileForEveryProvinceOnAPlaceOfItsOwn(t *testing.T) {
	t.Parallel()
	taken, codes := map[string]string{}, []string{}
	for _, x := range layout.Tiles {
		at := fmt.Sprint(x.Row, x.Column)
		if other := taken[at]; other != "" {
			t.Errorf("%s and %s lie on one place", x.Name, other)
		}
		if taken[at] = x.Name; x.Column < 0 || x.Column >= layout.Columns {
			t.Errorf("%s lies outside", x.Name)
		}
		codes = append(codes, x.Agency)
	}
	if slices.Sort(codes); len(slices.Compact(codes)) != 34 || !HasTiles(codes) || HasTiles([]string{"01", "01-a"}) || HasTiles([]string{"01"}) {
		t.Errorf("%d provinces", len(codes))
	}
	if !strings.Contains(layout.Note, "not an official map") {
		t.Error("the layout does not say what it is")
	}
}

func TestTilesSayTheirClassWithoutColour(t *testing.T) {
	t.Parallel()
	of := map[string]Province{"01": {"Hà Nội", "86,34", true, 86.34}, "79": {"Hồ Chí Minh", "80,00", true, 80}, "48": {"Đà Nẵng", "", false, 0}, "19": {"Thái Nguyên", "75,50", true, 75.5}}
	m := NewTiles(of, 0, 100, tileWords())
	// 75.5 to 86.34 in steps of at least 10.84 / 4 = 2.71 is by fives: 75, 80, 85, 90. A bound belongs to the class above it.
	for i, want := range []TileClass{{1, "75–80", 1}, {2, "80–85", 1}, {3, "85–90", 1}} {
		if len(m.Classes) != 3 || m.Classes[i] != want {
			t.Fatalf("%+v", m.Classes)
		}
	}
	if m.Missing != 31 {
		t.Errorf("%d without a score", m.Missing)
	}
	found := map[string]Tile{}
	for _, x := range m.Tiles {
		var words []string
		for _, l := range x.Lines {
			words = append(words, l.Words)
		}
		found[strings.Join(words, " ")] = x
		if len(x.Marks) != x.Class || x.X < 0 || x.X+m.Side > 100 || x.Y+m.Tall > m.Height {
			t.Errorf("%v: %+v", words, x)
		}
	}
	if a, b, c, d := found["Hà Nội 86,34"], found["Hồ Chí Minh 80,00"], found["Thái Nguyên 75,50"], found["Đà Nẵng –"]; a.Class != 3 || b.Class != 2 || c.Class != 1 || d.Class != 0 {
		t.Errorf("%v", found)
	}
}

func TestTheArchipelagosStandBesideTheirProvinces(t *testing.T) {
	t.Parallel()
	for lang, want := range map[string]string{"vi": "Quần đảo Hoàng Sa (Đà Nẵng); Quần đảo Trường Sa (Khánh Hoà)", "en": "Hoang Sa archipelago (Da Nang); Truong Sa archipelago (Khánh Hoà)"} {
		w := tileWords()
		w.Lang = lang
		of := map[string]Province{}
		if lang == "en" {
			of["48"] = Province{Name: "Da Nang"}
		}
		var list []string
		for _, i := range NewTiles(of, 0, 100, w).Islands {
			var words []string
			for _, l := range i.Lines {
				words = append(words, l.Words)
			}
			list = append(list, strings.Join(words, " "))
			for _, d := range i.Dots {
				if d.X < 66 || d.X > 100 {
					t.Errorf("an island at %v, not in the east", d.X)
				}
			}
		}
		if got := strings.Join(list, "; "); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestNamesOfTilesAreDividedIntoTwoLines(t *testing.T) {
	t.Parallel()
	for in, want := range map[string][2]string{"Huế": {"Huế", ""}, "Hồ Chí Minh": {"Hồ Chí", "Minh"}, "Thái Nguyên": {"Thái", "Nguyên"}, "Bà Rịa – Vũng Tàu": {"Bà Rịa –", "Vũng Tàu"}} {
		if a, b := halves(in); a != want[0] || b != want[1] {
			t.Errorf("%q: %q, %q", in, a, b)
		}
	}
}
