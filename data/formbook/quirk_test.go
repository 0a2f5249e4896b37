package formbook_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"thuocdo/data/formbook"
	"thuocdo/scoring/phrase"
)

// plainBook is a small workbook that imports.
func plainBook(tb testing.TB) *excelize.File {
	tb.Helper()
	f := excelize.NewFile()
	must(tb, f.SetSheetName("Sheet1", "survey"))
	for _, name := range []string{"choices", "settings"} {
		_, err := f.NewSheet(name)
		must(tb, err)
	}
	fill(tb, f, "survey", []any{"type", "name", "label"}, []any{"note", "intro", "Lời giới thiệu"}, []any{"select_one kenh", "q1", "Kênh"}, []any{"text", "q2", "Ý kiến"})
	fill(tb, f, "choices", []any{"list_name", "name", "label"}, []any{"kenh", "tv", "Ti vi"}, []any{"kenh", "net", "Mạng"})
	fill(tb, f, "settings", []any{"form_title", "form_id", "version"}, []any{"Phiếu thử", "phieu-thu", "2026"})
	return f
}

func fill(tb testing.TB, f *excelize.File, sheet string, rows ...[]any) {
	tb.Helper()
	for i, row := range rows {
		must(tb, f.SetSheetRow(sheet, fmt.Sprintf("A%d", i+1), &row))
	}
}

func saved(tb testing.TB, f *excelize.File) []byte {
	tb.Helper()
	var b bytes.Buffer
	must(tb, f.Write(&b))
	must(tb, f.Close())
	return b.Bytes()
}

// What spreadsheet programs do to a workbook without being asked must not change what it says.
func TestQuirksOfSpreadsheetsChangeNothing(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		make func(t *testing.T, f *excelize.File)
		xml  func(name string, part []byte) []byte
		left int
	}{
		{name: "a hidden sheet of notes", make: func(t *testing.T, f *excelize.File) {
			_, err := f.NewSheet("nháp")
			must(t, err)
			fill(t, f, "nháp", []any{"việc cần làm"})
			must(t, f.SetSheetVisible("nháp", false))
		}},
		{name: "a hidden survey sheet is still the survey", make: func(t *testing.T, f *excelize.File) {
			f.SetActiveSheet(1)
			must(t, f.SetSheetVisible("survey", false))
		}},
		{name: "styled empty rows and columns at the end", make: func(t *testing.T, f *excelize.File) {
			style, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
			must(t, err)
			must(t, f.SetCellStyle("survey", "A5", "Z900", style))
		}},
		{name: "rich text in parts", make: func(t *testing.T, f *excelize.File) {
			must(t, f.SetCellRichText("survey", "C3", []excelize.RichTextRun{{Text: "Kê"}, {Text: "nh", Font: &excelize.Font{Bold: true}}}))
		}},
		{name: "a formula with its stored value", xml: func(name string, part []byte) []byte {
			if name != sheet1 {
				return part
			}
			return regexp.MustCompile(`<c r="B4"[^>]*>.*?</c>`).ReplaceAll(part, []byte(`<c r="B4" t="str"><f>"q"&amp;2</f><v>q2</v></c>`))
		}},
		{name: "comments, a filter and frozen panes", make: func(t *testing.T, f *excelize.File) {
			must(t, f.AddComment("survey", excelize.Comment{Cell: "A3", Author: "x", Text: "hỏi lại"}))
			must(t, f.AutoFilter("survey", "A1:C4", nil))
			must(t, f.SetPanes("survey", &excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}))
		}},
		{name: "a merged title over two columns", make: func(t *testing.T, f *excelize.File) { must(t, f.MergeCell("survey", "C3", "D3")) }},
		{name: "sheets named with capitals and blanks", make: func(t *testing.T, f *excelize.File) { must(t, f.SetSheetName("survey", " Survey ")) }},
		{name: "an error on a sheet that is not read", left: 1, make: func(t *testing.T, f *excelize.File) {
			_, err := f.NewSheet("tính toán")
			must(t, err)
			must(t, f.SetCellDefault("tính toán", "A1", "ERROR#N/A"))
		}, xml: func(_ string, part []byte) []byte { return errorCell.ReplaceAll(part, []byte(`$1 t="e"><v>$2</v>`)) }},
		{name: "the oldest sheet of choices has rows for nobody", make: func(t *testing.T, f *excelize.File) {
			must(t, f.SetCellStr("choices", "A9", " \u00a0 "))
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			want, _, err := formbook.Read(t.Context(), bytes.NewReader(saved(t, plainBook(t))))
			must(t, err)
			f := plainBook(t)
			if c.make != nil {
				c.make(t, f)
			}
			file := saved(t, f)
			if c.xml != nil {
				changed := rewrite(t, file, c.xml)
				if bytes.Equal(changed, file) {
					t.Fatal("the workbook was not changed")
				}
				file = changed
			}
			q, left, err := formbook.Read(t.Context(), bytes.NewReader(file))
			must(t, err)
			if a, b := indented(t, want), indented(t, q); a != b || len(left) != 1+c.left {
				t.Errorf("read\n%s\nwant\n%s\nleft %v", b, a, left)
			}
		})
	}
}

// Files that are no workbook, or that would cost too much, are refused in both languages, fast and small.
func TestBombsAndForeignFilesAreRefusedCheaply(t *testing.T) {
	for _, c := range []struct {
		name, want string
		file       func(t *testing.T) []byte
	}{
		{"a zip bomb in a sheet", "sheet survey: too large", zipBomb},
		{"an XML bomb of entities", "not an XLSX workbook", xmlBomb},
		{"nesting without end", "not an XLSX workbook", nested},
		{"100,000 choices", "sheet choices: too large", manyChoices},
		{"a workbook with macros", "carries a program", macros},
		{"an old .xls", "not an XLSX workbook", func(*testing.T) []byte { return []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old") }},
		{"a picture", "not an XLSX workbook", func(*testing.T) []byte { return []byte("\x89PNG\r\n\x1a\n") }},
		{"nothing", "not an XLSX workbook", func(*testing.T) []byte { return nil }},
		{"a workbook cut short", "not an XLSX workbook", func(t *testing.T) []byte { b := saved(t, plainBook(t)); return b[:len(b)/2] }},
		{"one gigantic cell", "sheet survey: too large", giantCell},
		{"ten megabytes", "too large", func(*testing.T) []byte { return append([]byte("PK\x03\x04"), make([]byte, 10<<20)...) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			if testing.Short() && c.name == "100,000 choices" {
				t.Skip("making it takes long")
			}
			file := c.file(t)
			took, grown, err := cost(t, file)
			var m phrase.Mistakes
			if !errors.As(err, &m) || !strings.Contains(m.Error(), c.want) || m[0].Message["vi"] == "" {
				t.Errorf("got %v, want %q", err, c.want)
			}
			t.Logf("%d bytes refused in %v with %d MB allocated", len(file), took.Round(time.Millisecond), grown)
			if !testing.Short() && (took > time.Second || grown > 100) {
				t.Errorf("refused after %v of processor and %d MB, want under 1 s and 100 MB", took, grown)
			}
		})
	}
}

// cost reads a file and says how much time of the processor it took and how many megabytes were allocated.
func cost(t *testing.T, file []byte) (took time.Duration, grown uint64, err error) {
	t.Helper()
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	start := processor(t)
	_, _, err = formbook.Read(t.Context(), bytes.NewReader(file))
	took = processor(t) - start
	runtime.ReadMemStats(&after)
	return took, (after.TotalAlloc - before.TotalAlloc) >> 20, err
}

// processor returns the time of the processor this process has used: a machine that is busy elsewhere says nothing about us.
func processor(t *testing.T) time.Duration {
	var used syscall.Rusage
	must(t, syscall.Getrusage(syscall.RUSAGE_SELF, &used))
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// replaced replaces one part of the plain workbook.
func replaced(t *testing.T, name string, content func(io.Writer)) []byte {
	t.Helper()
	var b bytes.Buffer
	z, err := zip.NewReader(bytes.NewReader(saved(t, plainBook(t))), int64(len(saved(t, plainBook(t)))))
	must(t, err)
	out := zip.NewWriter(&b)
	for _, f := range z.File {
		w, err := out.Create(f.Name)
		must(t, err)
		if f.Name == name {
			content(w)
			continue
		}
		r, err := f.Open()
		must(t, err)
		_, err = io.Copy(w, r)
		must(t, err)
	}
	must(t, out.Close())
	return b.Bytes()
}

const sheet1 = "xl/worksheets/sheet1.xml"

func zipBomb(t *testing.T) []byte {
	return replaced(t, sheet1, func(w io.Writer) {
		row := strings.Repeat(`<row><c t="inlineStr"><is><t>a</t></is></c></row>`, 1000)
		fmt.Fprint(w, `<worksheet><sheetData>`)
		for range 2000 {
			fmt.Fprint(w, row)
		}
		fmt.Fprint(w, `</sheetData></worksheet>`)
	})
}

func xmlBomb(t *testing.T) []byte {
	return replaced(t, sheet1, func(w io.Writer) {
		fmt.Fprint(w, `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><worksheet><sheetData><row><c t="inlineStr"><is><t>&b;</t></is></c></row></sheetData></worksheet>`)
	})
}

func nested(t *testing.T) []byte {
	return replaced(t, sheet1, func(w io.Writer) { fmt.Fprint(w, strings.Repeat("<row>", 10_000)) })
}

func giantCell(t *testing.T) []byte {
	return replaced(t, sheet1, func(w io.Writer) {
		fmt.Fprint(w, `<worksheet><sheetData><row><c t="inlineStr"><is><t>`, strings.Repeat("đọc ", 200_000), `</t></is></c></row></sheetData></worksheet>`)
	})
}

func manyChoices(t *testing.T) []byte {
	f := plainBook(t)
	w, err := f.NewStreamWriter("choices")
	must(t, err)
	must(t, w.SetRow("A1", []any{"list_name", "name", "label"}))
	for i := range 100_000 {
		must(t, w.SetRow(fmt.Sprintf("A%d", i+2), []any{"xa", fmt.Sprintf("xa%d", i), fmt.Sprintf("Xã %d", i)}))
	}
	must(t, w.Flush())
	return saved(t, f)
}

func macros(t *testing.T) []byte {
	t.Helper()
	b := saved(t, plainBook(t))
	var out bytes.Buffer
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	must(t, err)
	w := zip.NewWriter(&out)
	for _, f := range z.File {
		must(t, w.Copy(f))
	}
	m, err := w.Create("xl/vbaProject.bin")
	must(t, err)
	_, err = m.Write([]byte("a program"))
	must(t, err)
	must(t, w.Close())
	return out.Bytes()
}
