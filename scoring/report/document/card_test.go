package document

import (
	"strings"
	"testing"
)

func TestACardStaysInsideItsPicture(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("Chỉ số hài lòng của người dân ", 6)
	rows := []Range{{Label: long, Words: "100,00", Known: true, Value: 100, Ranged: true, Low: -3, High: 104}, {Label: "x", Words: "–"}, {Known: true, Value: 3}, {}, {}, {Label: "sixth"}}
	for name, c := range map[string]Card{"rows": {Title: long, Lead: long, Rows: rows, Note: long, Source: long}, "big": {Title: "x", Big: "86,34", Unit: long}, "nothing": {Rows: []Range{{}}}} {
		f := c.Figure()
		for _, s := range f.Shapes {
			switch s := s.(type) {
			case Box:
				if s.X < 0 || s.X+s.W > CardWidth || s.Y+s.H > CardHeight {
					t.Errorf("%s: %+v", name, s)
				}
			case Disc:
				if s.X-s.R < cardPlot-2 || s.X+s.R > cardEnd+2 || s.Y > 70 {
					t.Errorf("%s: %+v", name, s)
				}
			case Stroke:
				for _, p := range s.Points {
					if p.X < cardLeft || p.X > cardRight || p.Y > 70 {
						t.Errorf("%s: %+v", name, s)
					}
				}
			case Label:
				left, right := s.X, s.X+s.Most
				if s.Align == Right {
					left, right = s.X-s.Most, s.X
				}
				if s.Most <= 0 || left < cardLeft-1e-9 || right > cardRight+1e-9 || s.Y > CardHeight-3 || s.Text == "sixth" {
					t.Errorf("%s: %+v", name, s)
				}
			}
		}
	}
}
