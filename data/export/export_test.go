package export

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"math"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"thuocdo/data/tabular"
	"thuocdo/scoring/report"
)

// hostile texts that a spreadsheet would run, misread or not survive; tabular tests the guard itself.
var hostile = []string{
	"=1+1", "-5", "+84 24 3825", "@x", "\t=1", " ＝1", "\u200b=1", "a;=1", "'=1", "line\n=1", `say "x"`, "'quoted'",
	"Xã Ngọc Hồi, Hà Nội", "<b>&amp;", "_x000D_", "]]>", "emoji 😀", "e\u0301 combining",
}

func table(rows [][]report.Value) *report.Table {
	return &report.Table{
		Name: "thu", Title: "Bảng thử", Lang: "vi", Produced: time.Date(2026, 7, 1, 9, 0, 0, 0, time.UTC),
		Columns: []report.Column{
			{Key: "agency", Title: "Cơ quan"},
			{Key: "day", Title: "Ngày", Type: report.Date},
			{Key: "n", Title: "Số người trả lời", Type: report.Integer},
			{Key: "score", Title: "Điểm", Type: report.Decimal, Unit: "%", Decimals: 2},
			{Key: "note", Title: "Ghi chú"},
		},
		Rows:  report.Rows(rows),
		Facts: []report.Fact{{Key: "framework", Title: "Bộ chỉ số", Text: "=sipas"}, {Key: "method", Title: "Cách tính", Text: "gộp mọi mục"}},
	}
}

func row(agency string, n, score report.Value, note string) []report.Value {
	return []report.Value{report.Str(agency), report.Str("2026-07-01"), n, score, report.Str(note)}
}

func write(tb testing.TB, name string, t *report.Table) []byte {
	tb.Helper()
	f, err := Find(name)
	if err != nil {
		tb.Fatal(err)
	}
	var b bytes.Buffer
	if err := f.Write(&b, t); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

func read(tb testing.TB, file []byte) (out []tabular.Row) {
	tb.Helper()
	for r, err := range tabular.Rows(tb.Context(), bytes.NewReader(file), tabular.Limits{}) {
		if err != nil {
			tb.Fatal(err)
		}
		r.Cells = append([]string{}, r.Cells...)
		out = append(out, r)
	}
	return out
}

func TestHostileTextsComeBackFromCSVAndXLSXAsTheyWere(t *testing.T) {
	t.Parallel()
	var rows [][]report.Value
	for _, h := range hostile {
		rows = append(rows, row(h, report.Num(1), report.Num(-5), "ghi chú"))
	}
	for _, format := range []string{"csv", "xlsx"} {
		got := read(t, write(t, format, table(rows)))
		if len(got) != len(hostile)+1 {
			t.Fatalf("%s: %d rows, want %d", format, len(got), len(hostile)+1)
		}
		for i, h := range hostile {
			// Reading trims the space around a cell.
			if cell := got[i+1].Cells[0]; strings.TrimSpace(cell) != strings.TrimSpace(h) {
				t.Errorf("%s: wrote %q, read %q", format, h, cell)
			}
			if cell := got[i+1].Cells[3]; cell != "-5" {
				t.Errorf("%s: the number -5 came back as %q", format, cell)
			}
		}
	}
}

func TestAnyTextComesBackFromXLSXAsItWas(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		want := strings.TrimSpace(rapid.StringN(0, 40, -1).Draw(rt, "s"))
		got := read(t, write(t, "xlsx", table([][]report.Value{row("x"+want, report.Num(1), report.Num(1), "")})))
		clean := strings.Map(func(r rune) rune { // characters that XML 1.0 cannot hold become U+FFFD
			if r < 0x20 && r != '\t' && r != '\n' && r != '\r' || r == 0xfffe || r == 0xffff {
				return 0xfffd
			}
			return r
		}, want)
		if got[1].Cells[0] != "x"+clean && got[1].Cells[0] != "x"+want {
			rt.Fatalf("wrote %q, read %q", want, got[1].Cells[0])
		}
	})
}

func TestCSVBeginsWithAByteOrderMarkAndEndsLinesWithCRLF(t *testing.T) {
	t.Parallel()
	got := string(write(t, "csv", table([][]report.Value{row("Hà Nội", report.Num(12), report.Num(86.5), "")})))
	want := "\ufeffagency,day,n,score,note\r\nHà Nội,2026-07-01,12,86.5,\r\n"
	if got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestAMissingValueIsAnEmptyCellAndNeverZero(t *testing.T) {
	t.Parallel()
	rows := [][]report.Value{row("A", report.Value{}, report.Value{}, "chưa có câu trả lời"), row("B", report.Num(0), report.Num(0), "")}
	for _, format := range []string{"csv", "xlsx"} {
		got := read(t, write(t, format, table(rows)))
		if c := got[1].Cells; c[2] != "" || c[3] != "" || c[4] != "chưa có câu trả lời" {
			t.Errorf("%s: missing values came back as %q", format, c)
		}
		if c := got[2].Cells; c[2] != "0" || c[3] != "0" {
			t.Errorf("%s: zeros came back as %q", format, c)
		}
	}
	var doc struct{ Rows []map[string]any }
	if err := json.Unmarshal(write(t, "json", table(rows)), &doc); err != nil {
		t.Fatal(err)
	}
	if v, there := doc.Rows[0]["score"]; !there || v != nil {
		t.Errorf("json: a missing score is %v, want null", v)
	}
	if v := doc.Rows[1]["score"]; v != 0.0 {
		t.Errorf("json: a score of zero is %v, want 0", v)
	}
}

func TestXLSXHasTypedNumbersAFrozenHeaderAFilterAndAMethodSheet(t *testing.T) {
	t.Parallel()
	f, err := excelize.OpenReader(bytes.NewReader(write(t, "xlsx", table([][]report.Value{row("Hà Nội", report.Num(1234), report.Num(86.504), "")}))))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if got := f.GetSheetList(); len(got) != 2 || got[0] != "Số liệu" || got[1] != "Phương pháp" {
		t.Fatalf("sheets %q", got)
	}
	for cell, want := range map[string]string{"A2": "Hà Nội", "B2": "01/07/2026", "C2": "1,234", "D1": "Điểm (%)", "D2": "86.50"} {
		if got, _ := f.GetCellValue("Số liệu", cell); got != want {
			t.Errorf("%s shows %q, want %q", cell, got, want)
		}
	}
	if raw, _ := f.GetCellValue("Số liệu", "D2", excelize.Options{RawCellValue: true}); raw != "86.504" {
		t.Errorf("D2 holds %q, want the unrounded 86.504", raw)
	}
	if kind, _ := f.GetCellType("Số liệu", "D2"); kind != excelize.CellTypeUnset && kind != excelize.CellTypeNumber {
		t.Errorf("D2 is of type %v, want a number", kind)
	}
	if panes, err := f.GetPanes("Số liệu"); err != nil || !panes.Freeze || panes.YSplit != 1 {
		t.Errorf("panes %+v, %v: the header is not frozen", panes, err)
	}
	if id, _ := f.GetCellStyle("Số liệu", "A1"); id == 0 {
		t.Error("the header has no style")
	} else if s, _ := f.GetStyle(id); s.Font == nil || !s.Font.Bold {
		t.Error("the header is not bold")
	}
	filtered := false
	for _, n := range f.GetDefinedName() {
		filtered = filtered || n.Name == "_xlnm._FilterDatabase" && strings.HasSuffix(n.RefersTo, "$A$1:$E$2")
	}
	if !filtered {
		t.Errorf("no filter over the rows: %+v", f.GetDefinedName())
	}
	if got, _ := f.GetCellValue("Phương pháp", "B2"); got != "'=sipas" {
		t.Errorf("method sheet B2 is %q, want the guarded '=sipas", got)
	}
}

func TestATextTooLongForACellIsCutVisibly(t *testing.T) {
	t.Parallel()
	for _, long := range []string{strings.Repeat("đ", 40_000), strings.Repeat("😀", 20_000)} {
		got := read(t, write(t, "xlsx", table([][]report.Value{row(long, report.Num(1), report.Num(1), "")})))
		if cell := got[1].Cells[0]; !strings.HasSuffix(cell, "[…]") || len(cell) < 60_000 {
			t.Errorf("cell of %d bytes ends in %q", len(cell), cell[max(0, len(cell)-12):])
		}
	}
	whole := strings.Repeat("đ", 32_000)
	if got := read(t, write(t, "xlsx", table([][]report.Value{row(whole, report.Num(1), report.Num(1), "")}))); got[1].Cells[0] != whole {
		t.Errorf("a text of 32,000 letters fits, but came back with %d bytes", len(got[1].Cells[0]))
	}
}

func TestATableThatLiesIsRefused(t *testing.T) {
	t.Parallel()
	for name, bad := range map[string][][]report.Value{
		"too few values": {{report.Str("a")}},
		"not a number":   {row("a", report.Num(math.NaN()), report.Num(1), "")},
		"infinite":       {row("a", report.Num(1), report.Num(math.Inf(1)), "")},
	} {
		for _, f := range Formats {
			if err := f.Write(io.Discard, table(bad)); err == nil {
				t.Errorf("%s: %s was written", f.Name, name)
			}
		}
	}
	if _, err := Find("doc"); !errors.Is(err, ErrUnknownFormat) {
		t.Errorf("Find(doc) = %v", err)
	}
}

func TestAnErrorOfTheRowsEndsTheFile(t *testing.T) {
	t.Parallel()
	broken := errors.New("disk read failed")
	tab := table(nil)
	tab.Rows = func(yield func([]report.Value, error) bool) {
		if yield(row("a", report.Num(1), report.Num(1), ""), nil) {
			yield(nil, broken)
		}
	}
	for _, f := range Formats {
		if err := f.Write(io.Discard, tab); !errors.Is(err, broken) {
			t.Errorf("%s: %v, want the error of the rows", f.Name, err)
		}
	}
}

func TestNumbersComeBackFromJSONAndCSVToTheLastBit(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.Float64().Filter(func(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }).Draw(t, "x")
		var got float64
		if err := json.Unmarshal(appendNumber(nil, x), &got); err != nil || got != x {
			t.Fatalf("wrote %v as %s, read %v, %v", x, appendNumber(nil, x), got, err)
		}
		if got, err := strconv.ParseFloat(strconv.FormatFloat(x, 'f', -1, 64), 64); err != nil || got != x {
			t.Fatalf("CSV gives %v for %v", got, x)
		}
	})
}

// many yields n rows of 60 columns, as a file of responses has.
func many(n int) *report.Table {
	t := &report.Table{Name: "nhieu", Title: "Nhiều dòng", Lang: "vi"}
	for range 60 {
		t.Columns = append(t.Columns, report.Column{Key: "q", Title: "Câu hỏi", Type: report.Integer})
	}
	t.Rows = func(yield func([]report.Value, error) bool) {
		row := make([]report.Value, 60)
		for i := range n {
			for j := range row {
				row[j] = report.Num(float64((i*7 + j) % 5))
			}
			if !yield(row, nil) {
				return
			}
		}
	}
	return t
}

func TestMemoryDoesNotGrowWithTheRows(t *testing.T) {
	if testing.Short() {
		t.Skip("writes 30,000 rows in each format")
	}
	for _, f := range Formats {
		var peak uint64
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		before := m.HeapAlloc
		tab := many(30_000)
		inner := tab.Rows
		tab.Rows = func(yield func([]report.Value, error) bool) {
			n := 0
			for r, err := range inner {
				if n++; n%5000 == 0 {
					runtime.GC()
					runtime.ReadMemStats(&m)
					peak = max(peak, m.HeapAlloc)
				}
				if !yield(r, err) {
					return
				}
			}
		}
		if err := f.Write(io.Discard, tab); err != nil {
			t.Fatal(err)
		}
		// 30,000 rows are about 60 MB of sheet; excelize keeps 16 MiB of it before it goes to a temporary file.
		if peak > before+48<<20 {
			t.Errorf("%s: %d MiB held while writing", f.Name, (peak-before)>>20)
		}
	}
}

func BenchmarkWrite(b *testing.B) {
	for _, f := range Formats {
		for _, size := range []struct {
			name string
			rows int
		}{{"1000 rows", 1000}, {"100000 rows", 100_000}} {
			b.Run(f.Name+"/"+size.name, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if err := f.Write(io.Discard, many(size.rows)); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
