package chart

import (
	"math"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestAnAxisHasRoundTicksAroundItsValues(t *testing.T) {
	t.Parallel()
	// Worked by hand: the step is the least 1, 2 or 5 times a power of ten that is not below the range / (most − 1); a
	// single value gets a range of one.
	for _, c := range []struct {
		values      []float64
		floor, ceil float64
		most        int
		want        string
	}{
		{[]float64{75.5, 86.6}, 0, 100, 8, "74 76 78 80 82 84 86 88"},
		{[]float64{75.5, 86.6}, 0, 100, 4, "75 80 85 90"},
		{[]float64{99.2, 99.9}, 0, 100, 5, "99.2 99.4 99.6 99.8 100"},
		{[]float64{50}, 0, 100, 5, "49.5 50 50.5"},
		{nil, 0, 100, 5, "0 50 100"},
		{[]float64{-3, 104}, 0, 100, 5, "-50 0 50 100 150"},
	} {
		a := Fit(c.values, c.floor, c.ceil, c.most)
		var got []string
		for _, v := range a.Ticks() {
			got = append(got, strconv.FormatFloat(v, 'f', -1, 64))
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("Fit(%v, %d): ticks %v, want %s", c.values, c.most, got, c.want)
		}
	}
}

func TestAnyAxisHoldsItsValuesOnAFewRoundTicks(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.Float64Range(-20, 120), 0, 40).Draw(t, "values")
		most := rapid.IntRange(2, 10).Draw(t, "most")
		a := Fit(values, 0, 100, most)
		ticks := a.Ticks()
		if len(ticks) < 2 || len(ticks) > 2*most+3 {
			t.Fatalf("%d ticks for at most %d steps: %v", len(ticks), most, ticks)
		}
		slack := 1e-8 * a.Step // Fit passes over a billionth of a step, twice
		for _, v := range values {
			if v < a.Low-slack || v > a.High+slack {
				t.Fatalf("%v lies outside [%v, %v]", v, a.Low, a.High)
			}
			if at := float64(a.At(v)); at < 0 || at > 100 {
				t.Fatalf("%v is placed at %v", v, at)
			}
		}
		for i, v := range ticks {
			if i > 0 && v <= ticks[i-1] {
				t.Fatalf("ticks %v do not rise", ticks)
			}
			if r := v / a.Step; math.Abs(r-math.Round(r)) > 1e-6 {
				t.Fatalf("tick %v is no multiple of %v", v, a.Step)
			}
		}
	})
}

func TestPlacesAreShortAndLegalInSVG(t *testing.T) {
	t.Parallel()
	for got, want := range map[string]string{
		Percent(12.3456).String(): "12.35%", Percent(0).String(): "0%", Percent(-0.001).String(): "0%", Percent(100).String(): "100%",
		Em(1.5).String(): "1.5em", Em(2).Plus(-0.6).String(): "1.4em",
	} {
		if got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func words() DotWords {
	return DotWords{ID: "x", Title: "T", Desc: "D", Mean: "M", Number: func(v float64, d int) string { return strconv.FormatFloat(v, 'f', d, 64) }}
}

func TestDotsLieBetweenTheirWhiskersInOrder(t *testing.T) {
	t.Parallel()
	mean := 82.0
	rows := []Whisker{
		{Label: "A", Known: true, Value: 86, Ranged: true, Low: 85, High: 87, Words: "86"},
		{Label: "B", Words: "–"},
		{Label: "C", Known: true, Value: 78, Words: "78"},
	}
	for _, narrow := range []bool{false, true} {
		c := NewDots(rows, &mean, 0, 100, narrow, words())
		if len(c.Rows) != 3 || c.Mean == nil || c.Height <= c.Foot || c.Narrow != narrow {
			t.Fatalf("%+v", c)
		}
		a := c.Rows[0]
		if !(a.From < a.At && a.At < a.Upto) {
			t.Errorf("A at %v, whiskers %v to %v", a.At, a.From, a.Upto)
		}
		if c.Rows[2].At >= c.Mean.At || a.At <= c.Mean.At {
			t.Errorf("A %v and C %v around the mean %v", a.At, c.Rows[2].At, c.Mean.At)
		}
		if c.Rows[1].Line <= a.Line || c.Rows[2].Line <= c.Rows[1].Line {
			t.Error("rows do not go down")
		}
		if c.Left+c.Width > 100 {
			t.Errorf("the plot ends at %v", c.Left+c.Width)
		}
	}
	if wide, narrow := NewDots(rows, nil, 0, 100, false, words()), NewDots(rows, nil, 0, 100, true, words()); wide.ID == narrow.ID || wide.Mean != nil {
		t.Error("two pictures of one page share an id, or a mean appears from nowhere")
	}
}

func TestNamesAreCutAtAWord(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"Hà Nội":                       "Hà Nội",
		"Sở Nông nghiệp và Môi trường": "Sở Nông nghiệp và…",
		"Mộttênrấtdàikhôngcódấucách":   "Mộttênrấtdàikhôngc…",
	} {
		if got := Shorten(in, 19); got != want {
			t.Errorf("Shorten(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestBarsBeginAtZero(t *testing.T) {
	t.Parallel()
	// 8.65 of 10 is 86.5 % of the width.
	if b := NewBar(true, 8.65, 10, true, 8.73, 9.72); b.Width != 86.5 || math.Abs(float64(b.Mean)-87.3) > 1e-9 || math.Abs(float64(b.Best)-97.2) > 1e-9 {
		t.Errorf("%+v", b)
	}
	if b := NewBar(false, 8.65, 10, false, 0, 0); b.Known || b.Width != 0 || b.Compared {
		t.Errorf("a bar without a value: %+v", b)
	}
	if b := NewBar(true, 1, 0, true, 1, 1); b.Known {
		t.Errorf("a bar without a maximum: %+v", b)
	}
}

func TestAStackFillsItsWidth(t *testing.T) {
	t.Parallel()
	// 20 answers: 1 → 5 %, 2 → 10 %, 3 → 15 %, 4 → 20 %, 10 → 50 %.
	s := NewStack([]int64{1, 2, 3, 4, 10})
	for i, want := range []Percent{5, 10, 15, 20, 50} {
		if math.Abs(float64(s.Parts[i].Width-want)) > 1e-9 || s.Parts[i].Level != i+1 {
			t.Errorf("part %d: %+v", i+1, s.Parts[i])
		}
	}
	if empty := NewStack(make([]int64, 5)); empty.Parts != nil || empty.Total != 0 {
		t.Errorf("a stack of nobody: %+v", empty)
	}
	rapid.Check(t, func(t *rapid.T) {
		s := NewStack(rapid.SliceOfN(rapid.Int64Range(0, 1e6), 5, 5).Draw(t, "counts"))
		end := Percent(0)
		for _, p := range s.Parts {
			if math.Abs(float64(p.From-end)) > 1e-9 || p.Width < 0 {
				t.Fatalf("%+v", s)
			}
			end = p.From + p.Width
		}
		if s.Total > 0 && math.Abs(float64(end-100)) > 1e-9 {
			t.Fatalf("the stack ends at %v", end)
		}
	})
}

func TestATrendIsJoinedOnlyWhereItMayBeCompared(t *testing.T) {
	t.Parallel()
	number := func(v float64, d int) string { return strconv.FormatFloat(v, 'f', d, 64) }
	known := func(p string, v float64, why string) Reading {
		return Reading{Period: p, Known: true, Value: v, Break: why}
	}
	trend := NewTrend([]Reading{
		known("2021", 80, ""), known("2022", 82, "đổi phiên bản"), known("2023", 83, ""), {Period: "2024"}, known("2025", 85, ""), known("2026", 84, ""),
	}, 0, 100, "x", "T", "D", number)
	// 2021|2022 break, 2022–2023 joined, 2024 missing, 2025–2026 joined.
	if len(trend.Lines) != 2 || trend.Lines[0].X1 != trend.Points[1].X || trend.Lines[1].X2 != trend.Points[5].X {
		t.Errorf("lines %+v", trend.Lines)
	}
	if len(trend.Breaks) != 1 || trend.Breaks[0].Number != 1 || trend.Breaks[0].Reason != "đổi phiên bản" ||
		trend.Breaks[0].X <= trend.Points[0].X || trend.Breaks[0].X >= trend.Points[1].X {
		t.Errorf("breaks %+v", trend.Breaks)
	}
	if trend.Points[4].Y >= trend.Points[0].Y {
		t.Error("85 does not lie above 80")
	}
	for _, p := range trend.Points {
		if p.X < 0 || p.X > 100 || p.Y < trend.Top || p.Y > trend.Foot {
			t.Errorf("%s lies outside the picture: %v %v", p.Period, p.X, p.Y)
		}
	}
}

func BenchmarkDots(b *testing.B) {
	for _, n := range []int{34, 100} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			rows := make([]Whisker, n)
			for i := range rows {
				v := 90 - float64(i)/5
				rows[i] = Whisker{Label: "Thành phố Hồ Chí Minh", Known: true, Value: v, Ranged: true, Low: v - 1, High: v + 1}
			}
			for b.Loop() {
				NewDots(rows, nil, 0, 100, false, words())
			}
		})
	}
}
