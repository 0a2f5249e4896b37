package tabular

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"thuocdo/scoring/phrase"
)

func collect(tb testing.TB, file []byte, limits Limits) (out []Row, err error) {
	tb.Helper()
	for r, err := range Rows(tb.Context(), bytes.NewReader(file), limits) {
		if err != nil {
			return out, err
		}
		out = append(out, Row{r.Line, slices.Clone(r.Cells)})
	}
	return out, nil
}

func TestCSVIsReadWithOrWithoutMarkAndWithEitherSeparator(t *testing.T) {
	t.Parallel()
	for name, file := range map[string]string{
		"comma":                 "agency,score\nHà Nội,86.5\n",
		"semicolon":             "agency;score\nHà Nội;86.5\n",
		"mark":                  "\ufeffagency,score\r\nHà Nội,86.5\r\n",
		"mark and semicolon":    "\ufeffagency;score\r\nHà Nội;86.5",
		"quoted comma in names": "\"agency\";\"score\"\n\"Hà Nội\";86.5\n",
		"spaces":                " agency , score \n Hà Nội , 86.5 \n",
		"empty lines and cells": "\n,,\nagency,score\n\n,\nHà Nội,86.5\n",
	} {
		got, err := collect(t, []byte(file), Limits{})
		if err != nil || len(got) != 2 || got[1].Cells[0] != "Hà Nội" || got[1].Cells[1] != "86.5" {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

func TestEveryRowKnowsItsLine(t *testing.T) {
	t.Parallel()
	got, err := collect(t, []byte("a,b\n\n1,\"two\nlines\"\n3,4\n"), Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if lines := []int{got[0].Line, got[1].Line, got[2].Line}; !slices.Equal(lines, []int{1, 3, 5}) {
		t.Errorf("lines %v, want 1, 3, 5", lines)
	}
	f := excelize.NewFile()
	must(t, f.SetSheetRow("Sheet1", "A1", &[]any{"a", "b"}))
	must(t, f.SetSheetRow("Sheet1", "B7", &[]any{"later"}))
	got, err = collect(t, save(t, f), Limits{})
	if err != nil || len(got) != 2 || got[1].Line != 7 || got[1].Cells[1] != "later" {
		t.Errorf("%+v, %v: want the second row on line 7", got, err)
	}
}

func must(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}

func save(tb testing.TB, f *excelize.File) []byte {
	tb.Helper()
	var b bytes.Buffer
	must(tb, f.Write(&b))
	return b.Bytes()
}

func TestWorkbookCellsReadAsAPersonSeesThem(t *testing.T) {
	t.Parallel()
	f := excelize.NewFile()
	must(t, f.SetSheetName("Sheet1", "Ẩn"))
	_, err := f.NewSheet("Dữ liệu")
	must(t, err)
	must(t, f.SetSheetVisible("Dữ liệu", true))
	f.SetActiveSheet(1)
	must(t, f.SetSheetVisible("Ẩn", false))
	format := `dd"ngày"/mm`
	date, err := f.NewStyle(&excelize.Style{CustomNumFmt: &format})
	must(t, err)
	number := `"d"0.00`
	plain, err := f.NewStyle(&excelize.Style{CustomNumFmt: &number})
	must(t, err)
	must(t, f.SetSheetRow("Dữ liệu", "A1", &[]any{
		"Xã Ngọc Hồi", 86.5, -5, 0.1, true, 1e15, "  đệm  ", "'=1",
		time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC), 46204, 46204, 0.5,
	}))
	must(t, f.SetCellStyle("Dữ liệu", "J1", "J1", date))
	must(t, f.SetCellStyle("Dữ liệu", "K1", "K1", plain))
	must(t, f.SetCellRichText("Dữ liệu", "M1", []excelize.RichTextRun{{Text: "hai "}, {Text: "phần"}}))
	got, err := collect(t, save(t, f), Limits{})
	if err != nil {
		t.Fatal(err)
	}
	// Serial 46204 is 2026-07-01: 45658 is 2025-01-01 in the 1900 system, and 365 + 181 days later.
	want := []string{"Xã Ngọc Hồi", "86.5", "-5", "0.1", "true", "1000000000000000", "đệm", "=1",
		"2026-07-01", "2026-07-01", "46204", "0.5", "hai phần"}
	if !slices.Equal(got[0].Cells, want) {
		t.Errorf("read %q\nwant %q", got[0].Cells, want)
	}
}

func TestAFileThatIsNoTableIsRefusedInWordsThatHelp(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		file string
		hint string
	}{
		"old xls":      {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", ".xlsx"},
		"utf-16":       {"\xff\xfea\x00", "CSV UTF-8"},
		"zip cut":      {"PK\x03\x04 and nothing more", "cut short"},
		"windows-1258": {"a,b\nH\xe0 N\xf4i,1\n", "CSV UTF-8"},
		"open quote":   {"a,b\n\"x,1\n2,3\n", "quote"},
	} {
		_, err := collect(t, []byte(c.file), Limits{})
		if err == nil || !strings.Contains(err.Error(), c.hint) {
			t.Errorf("%s: %v, want a hint with %q", name, err, c.hint)
		}
	}
}

func TestAFaultNamesItsRowAndColumn(t *testing.T) {
	t.Parallel()
	_, err := collect(t, []byte("a,b\n1,2\n3,\xff\n"), Limits{})
	var m phrase.Mistakes
	if !errors.As(err, &m) || m[0].Path != "row 3, column B" {
		t.Errorf("%v, want a mistake at row 3, column B", err)
	}
	f := excelize.NewFile()
	must(t, f.SetCellValue("Sheet1", "C4", "#REF!"))
	raw := strings.Replace(unpack(t, save(t, f), "xl/worksheets/sheet1.xml"), `t="s"`, `t="e"`, 1)
	_, err = collect(t, repack(t, save(t, f), "xl/worksheets/sheet1.xml", raw), Limits{})
	if !errors.As(err, &m) || m[0].Path != "row 4, column C" {
		t.Errorf("%v, want a mistake at row 4, column C", err)
	}
}

func TestADamagedWorkbookIsRefusedAndNotReadHalf(t *testing.T) {
	t.Parallel()
	f := excelize.NewFile()
	for i := range 500 {
		must(t, f.SetCellValue("Sheet1", fmt.Sprintf("A%d", i+1), fmt.Sprintf("xã số %d", i)))
	}
	whole := save(t, f)
	xml := unpack(t, whole, "xl/worksheets/sheet1.xml")
	if rows, err := collect(t, repack(t, whole, "xl/worksheets/sheet1.xml", xml[:strings.LastIndex(xml, "<row")]), Limits{}); err == nil {
		t.Errorf("a sheet cut between two rows was read as %d rows", len(rows))
	}
	refused, step := 0, 7
	if testing.Short() {
		step = 35
	}
	for i := 40; i < len(whole)-60; i += step {
		flipped := bytes.Clone(whole)
		flipped[i] ^= 0x10
		rows, err := collect(t, flipped, Limits{})
		if err != nil {
			refused++
			continue
		}
		for j, r := range rows { // the flip fell where it does not matter
			if want := fmt.Sprintf("xã số %d", j); len(rows) != 500 || r.Cells[0] != want {
				t.Fatalf("byte %d flipped: row %d of %d reads %q", i, j, len(rows), r.Cells[0])
			}
		}
	}
	if refused == 0 {
		t.Error("no flipped byte was noticed")
	}
}

func TestReadingStopsWhenTheCallerGoesAway(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	n := 0
	var last error
	for _, err := range Rows(ctx, strings.NewReader(strings.Repeat("1,2\n", 100)), Limits{}) {
		if n++; n == 10 {
			cancel()
		}
		last = err
	}
	if !errors.Is(last, context.Canceled) || n != 11 {
		t.Errorf("ended after %d rows with %v", n, last)
	}
}

// unpack returns one part of a workbook.
func unpack(tb testing.TB, file []byte, name string) string {
	tb.Helper()
	z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	must(tb, err)
	r, err := z.Open(name)
	must(tb, err)
	b, err := io.ReadAll(r)
	must(tb, err)
	return string(b)
}

// repack returns the workbook with one part replaced.
func repack(tb testing.TB, file []byte, name, content string) []byte {
	tb.Helper()
	z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	must(tb, err)
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, f := range z.File {
		if f.Name != name {
			must(tb, w.Copy(f))
		}
	}
	p, err := w.Create(name)
	must(tb, err)
	_, err = io.WriteString(p, content)
	must(tb, err)
	must(tb, w.Close())
	return out.Bytes()
}

const open, shut = `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>`, `</sheetData></worksheet>`

// bombs are workbooks that cost a naive reader minutes or gigabytes.
func bombs(tb testing.TB) map[string][]byte {
	small := excelize.NewFile()
	must(tb, small.SetCellValue("Sheet1", "A1", "x"))
	base := save(tb, small)
	sheet := func(xml string) []byte { return repack(tb, base, "xl/worksheets/sheet1.xml", xml) }
	shared := func(xml string) []byte { return repack(tb, base, "xl/sharedStrings.xml", xml) }
	noise := func(i int) string { return fmt.Sprintf("%x", uint64(i)*0x9e3779b97f4a7c15) }
	var attrs, strs, cells strings.Builder
	for i := range 400_000 {
		fmt.Fprintf(&attrs, ` a%s="%d"`, noise(i), i)
	}
	for i := range 1_200_000 {
		strs.WriteString("<si><t>" + noise(i) + "</t></si>")
	}
	for i := range 900_000 {
		fmt.Fprintf(&cells, "<row><c><v>%d</v></c><c t=\"inlineStr\"><is><t>%s</t></is></c></row>", i, noise(i))
	}
	return map[string][]byte{
		"one cell of 90 MB":         sheet(open + `<row><c t="inlineStr"><is><t>` + strings.Repeat("a", 90<<20) + `</t></is></c></row>` + shut),
		"one cell in many pieces":   sheet(open + `<row><c t="inlineStr"><is>` + strings.Repeat("<t>aaaaaaaaaaaaaaaaaaaa</t>", 1<<20) + `</is></c></row>` + shut),
		"a tag of 400,000 attrs":    sheet(`<worksheet ` + attrs.String() + `/>`),
		"a comment of 60 MB":        sheet(open + `<!--` + strings.Repeat("<> ", 20<<20) + `-->` + shut),
		"CDATA of 60 MB":            sheet(open + `<row><c t="str"><v><![CDATA[` + strings.Repeat("<> ", 20<<20) + `]]></v></c></row>` + shut),
		"entities":                  sheet(`<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>` + open + shut),
		"deep nesting":              sheet(strings.Repeat("<a>", 5<<20)),
		"row 1,048,576 again":       sheet(open + `<row r="1048576"/><row r="1048576"/>` + shut),
		"column XFD in every row":   sheet(open + `<row><c r="XFD1"><v>1</v></c></row>` + shut),
		"a million different texts": shared(`<sst>` + strs.String() + `</sst>`),
		"a directory that lies":     append(bytes.Clone(base[:len(base)-22]), append(bytes.Repeat([]byte("PK\x01\x02"+strings.Repeat("\x00", 42)), 200_000), base[len(base)-22:]...)...),
		"many parts":                manyParts(tb, 5_000),
		"a long file of CSV":        []byte("a,b\n\"" + strings.Repeat("x,1\n", 16<<20)),
		"endless columns of CSV":    []byte(strings.Repeat(",", 32<<20)),
		"a million rows of noise":   sheet(open + cells.String() + shut),
	}
}

func manyParts(tb testing.TB, n int) []byte {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for i := range n {
		_, err := w.Create(fmt.Sprintf("xl/%d.xml", i))
		must(tb, err)
	}
	must(tb, w.Close())
	return out.Bytes()
}

func TestBombsAreRefusedWithinTwoSecondsAnd256MiB(t *testing.T) {
	if testing.Short() {
		t.Skip("builds files of up to 90 MB")
	}
	for name, file := range bombs(t) {
		// The second round opens the first gate, to show that the ones behind it hold too.
		for _, limits := range []Limits{{}, {Ratio: 1 << 20}} {
			refuse(t, name, file, limits)
		}
	}
}

// refuse reads a bomb and checks what the refusal cost. A busy machine only adds time, so the best of three counts.
func refuse(t *testing.T, name string, file []byte, limits Limits) {
	took, grew := time.Duration(math.MaxInt64), int64(math.MaxInt64)
	for try := 0; try < 3 && (took > 2*time.Second || grew > 256); try++ {
		d, g, err := cost(t, file, limits)
		t.Logf("%-26s %6d KiB  %5d ms  +%3d MiB  %v", name, len(file)>>10, d.Milliseconds(), g, err)
		if err == nil {
			t.Errorf("%s: accepted", name)
			return
		}
		took, grew = min(took, d), min(grew, g)
	}
	if !testing.Short() && took > 2*time.Second {
		t.Errorf("%s: took %v", name, took)
	}
	if grew > 256 {
		t.Errorf("%s: heap grew by %d MiB", name, grew)
	}
}

// cost reads a file to the end or the first error, and returns the time, the growth of the heap in MiB and the error.
func cost(t *testing.T, file []byte, limits Limits) (took time.Duration, grew int64, err error) {
	runtime.GC()
	var before runtime.MemStats
	runtime.ReadMemStats(&before)
	began := time.Now()
	peak := watch(func() {
		for _, err = range Rows(t.Context(), bytes.NewReader(file), limits) {
		}
	})
	return time.Since(began), int64(peak-before.HeapAlloc) >> 20, err
}

// watch runs work and returns the largest heap seen meanwhile.
func watch(work func()) (peak uint64) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		work()
	}()
	var m runtime.MemStats
	for {
		runtime.ReadMemStats(&m)
		peak = max(peak, m.HeapAlloc)
		select {
		case <-done:
			return peak
		case <-time.After(5 * time.Millisecond):
		}
	}
}

func FuzzRows(f *testing.F) {
	for _, s := range []string{"a,b\n1,2\n", "a;b\n\"x\n", "\ufeffa\n", "PK\x03\x04"} {
		f.Add([]byte(s))
	}
	book := excelize.NewFile()
	must(f, book.SetSheetRow("Sheet1", "A1", &[]any{"a", 1.5, true}))
	f.Add(save(f, book))
	f.Fuzz(func(t *testing.T, file []byte) {
		line := 0
		for r, err := range Rows(t.Context(), bytes.NewReader(file), Limits{Part: 1 << 20, Cells: 10_000}) {
			if err != nil {
				return
			}
			if r.Line <= line {
				t.Fatalf("line %d after %d", r.Line, line)
			}
			line = r.Line
		}
	})
}

// FuzzSheet puts any XML in the place of a sheet, past the checks of the archive.
func FuzzSheet(f *testing.F) {
	book := excelize.NewFile()
	must(f, book.SetSheetRow("Sheet1", "A1", &[]any{"a", 1.5, true}))
	base := save(f, book)
	f.Add(unpack(f, base, "xl/worksheets/sheet1.xml"))
	f.Add(open + `<row r="2"><c r="B2" t="inlineStr"><is><t>x</t></is></c></row>` + shut)
	f.Fuzz(func(t *testing.T, xml string) {
		for r, err := range Rows(t.Context(), bytes.NewReader(repack(t, base, "xl/worksheets/sheet1.xml", xml)), Limits{}) {
			if err == nil && (len(r.Cells) == 0 || len(r.Cells) > 2_000) {
				t.Fatalf("row of %d cells", len(r.Cells))
			}
		}
	})
}

func BenchmarkRows(b *testing.B) {
	book := excelize.NewFile()
	sw, err := book.NewStreamWriter("Sheet1")
	must(b, err)
	var csv bytes.Buffer
	for i := range 20_000 {
		must(b, sw.SetRow(fmt.Sprintf("A%d", i+1), []any{"Hà Nội", i, 86.5, "xã"}))
		fmt.Fprintf(&csv, "Hà Nội,%d,86.5,xã\n", i)
	}
	must(b, sw.Flush())
	for name, file := range map[string][]byte{"xlsx": save(b, book), "csv": csv.Bytes()} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if rows, err := collect(b, file, Limits{}); err != nil || len(rows) != 20_000 {
					b.Fatal(len(rows), err)
				}
			}
		})
	}
}
