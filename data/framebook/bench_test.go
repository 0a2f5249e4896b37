package framebook_test

import (
	"bytes"
	"fmt"
	"testing"

	"thuocdo/data/framebook"
	"thuocdo/scoring"
	"thuocdo/scoring/phrase"
)

// large is a set of 300 leaves with options, the size of the largest real ones.
func large() *scoring.Framework {
	f := &scoring.Framework{Code: "lon", Version: "1", Title: phrase.VI("Bộ lớn", "Large"), Kinds: []string{"commune"}, Period: "year", MaxPoints: 300, Rankable: new(bool)}
	for i := range 10 {
		area := scoring.Node{Code: fmt.Sprint(i + 1), Level: "area", Title: phrase.VI("Lĩnh vực", "Area"), MaxPoints: 30}
		for k := range 30 {
			area.Children = append(area.Children, scoring.Node{Code: fmt.Sprintf("%d.%d", i+1, k+1), Level: "criterion", Title: phrase.VI("Tiêu chí có tên khá dài để giống thật", "Criterion"), MaxPoints: 1,
				Rule: &scoring.Rule{Type: "choice", Options: []scoring.Option{{Code: "a", Title: phrase.VI("Ban hành kịp thời", "On time"), Points: 1}, {Code: "b", Title: phrase.VI("Không kịp thời", "Late"), Points: 0.5}, {Code: "c", Title: phrase.VI("Không ban hành", "None")}}}})
		}
		f.Tree = append(f.Tree, area)
	}
	return f
}

// BenchmarkRead: go test -bench . ./data/framebook
func BenchmarkRead(b *testing.B) {
	book := mustWrite(b, large())
	for b.Loop() {
		if _, err := framebook.Read(b.Context(), bytes.NewReader(book)); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkWrite(b *testing.B) {
	f := large()
	for b.Loop() {
		mustWrite(b, f)
	}
}
