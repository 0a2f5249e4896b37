package document

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// Decree 30/2020/NĐ-CP, Appendix I, part II: days below 10 and the months 1 and 2 have a leading zero.
func TestTheDayIsWrittenAsTheDecreeWants(t *testing.T) {
	t.Parallel()
	on := func(year int, month time.Month, day int) time.Time {
		return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
	}
	for _, c := range []struct {
		lang string
		day  time.Time
		want string
	}{
		{"vi", on(2026, 2, 5), "Hà Nội, ngày 05 tháng 02 năm 2026"},
		{"vi", on(2026, 3, 15), "Hà Nội, ngày 15 tháng 3 năm 2026"},
		{"vi", time.Time{}, "Hà Nội, ngày …… tháng …… năm ……"},
		{"en", on(2026, 2, 5), "Hà Nội, 5 February 2026"},
		{"en", time.Time{}, "Hà Nội, ……/……/……"},
	} {
		if got := (&Document{Lang: c.lang, Head: Head{Place: "Hà Nội", Day: c.day}}).Dateline(); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

func TestWhatIsNotKnownIsLeftToFillIn(t *testing.T) {
	t.Parallel()
	d := &Document{Lang: "vi"}
	if d.Number() != "Số: ……/……" || !strings.HasPrefix(d.Dateline(), Dots) || d.Issuer() != Dots+Dots {
		t.Errorf("%q %q %q", d.Number(), d.Dateline(), d.Issuer())
	}
	d.Head = Head{Number: "7", Symbol: "BC-UBND", Agency: "UBND"}
	if d.Number() != "Số: 7/BC-UBND" || d.Issuer() != "UBND" {
		t.Errorf("%q %q", d.Number(), d.Issuer())
	}
}

// inside reports the first shape that leaves its figure.
func inside(f Figure) string {
	out := func(x, y float64) bool { return x < -0.01 || x > FigureWidth+0.01 || y < -0.01 || y > f.Height+0.01 }
	for _, s := range f.Shapes {
		bad := false
		switch s := s.(type) {
		case Box:
			bad = out(s.X, s.Y) || out(s.X+s.W, s.Y+s.H)
		case Disc:
			bad = out(s.X, s.Y)
		case Label:
			bad = out(s.X, s.Y)
		case Stroke:
			for _, p := range s.Points {
				bad = bad || out(p.X, p.Y)
			}
		}
		if bad {
			return fmt.Sprintf("%#v", s)
		}
	}
	return ""
}

func TestChartsStayInsideTheirFigure(t *testing.T) {
	t.Parallel()
	number := func(x float64) string { return fmt.Sprint(x) }
	long := strings.Repeat("chỉ tiêu ", 20)
	for name, f := range map[string]Figure{
		"bars":         Bars([]Bar{{Label: long, Known: true, Value: 14, Words: "14", Marked: true, Mark: -3}, {Label: "b"}}, 10, "mean"),
		"bars of none": Bars(nil, 0, ""),
		"ranges":       Ranges([]Range{{Label: long, Known: true, Value: 120, Ranged: true, Low: -5, High: 130, Own: true}, {}}, 0, 100, []float64{0, 50, 100}, number),
		"no scale":     Ranges([]Range{{Known: true}}, 5, 5, nil, number),
		"course":       Course([]Moment{{Period: "2024", Known: true, Value: 101, Ranged: true, Low: -1, High: 140}, {Period: "2025"}, {Period: "2026", Known: true, Value: 3, Broken: true}}, 0, 100, []float64{0, 100}, number),
		"no course":    Course(nil, 0, 1, nil, number),
	} {
		if bad := inside(f); bad != "" {
			t.Errorf("%s: %s", name, bad)
		}
	}
}

func TestALongLabelIsDividedAtSpaces(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"ngắn": "ngắn", "một hai ba bốn": "một hai|ba bốn", "khôngcódấucáchnào": "khôngcódấucáchnào", "một hai ba bốn năm sáu": "một hai|ba bốn|năm sáu", "khôngcódấucách nào": "khôngcódấucách|nào",
	} {
		if got := strings.Join(wrap(text, 8), "|"); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
