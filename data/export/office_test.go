package export

import (
	"bytes"
	"fmt"
	"slices"
	"testing"

	"github.com/xuri/excelize/v2"

	"thuocdo/data/readers"
	"thuocdo/scoring/report"
)

// inBook returns the raw cells of every sheet of a workbook.
func inBook(t *testing.T, file []byte) (*excelize.File, map[string][][]string) {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	sheets := map[string][][]string{}
	for _, name := range f.GetSheetList() {
		rows, err := f.GetRows(name, excelize.Options{RawCellValue: true})
		if err != nil {
			t.Fatal(err)
		}
		for i := range rows { // cells at the end of a row may be left out
			for n := len(rows[i]); n > 0 && rows[i][n-1] == ""; n = len(rows[i]) {
				rows[i] = rows[i][:n-1]
			}
		}
		sheets[name] = rows
	}
	return f, sheets
}

func TestLibreOfficeOpensAWorkbookAndSavesItAgain(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("starting LibreOffice takes seconds")
	}
	rows := [][]report.Value{
		row("Thành phố Hồ Chí Minh", report.Num(1234567), report.Num(86.504), "Đẩy mạnh cải cách thủ tục hành chính"),
		row("Đắk Lắk", report.Value{}, report.Value{}, ""),
		row("Bà Rịa – Vũng Tàu", report.Num(0), report.Num(-0.125), "dòng một\ndòng hai"),
	}
	for _, text := range hostile {
		rows = append(rows, row(text, report.Num(1), report.Num(1.0/1024), text))
	}
	file := write(t, "xlsx", table(rows))
	again := readers.Office(t, "xlsx", map[string][]byte{"bang.xlsx": file})["bang.xlsx"]
	before, want := inBook(t, file)
	after, got := inBook(t, again)
	if !slices.Equal(before.GetSheetList(), after.GetSheetList()) {
		t.Fatalf("sheets %q", after.GetSheetList())
	}
	for name := range want {
		if len(got[name]) != len(want[name]) {
			t.Fatalf("sheet %s has %d rows, want %d", name, len(got[name]), len(want[name]))
		}
		for i := range want[name] {
			if !slices.Equal(got[name][i], want[name][i]) {
				t.Errorf("sheet %s, row %d: %q, want %q", name, i+1, got[name][i], want[name][i])
			}
		}
	}
	sheet := before.GetSheetList()[0]
	for _, cell := range []string{"A1", "B2", "C2", "D2", "C5", "D5"} { // shown by their formats
		w, _ := before.GetCellValue(sheet, cell)
		if g, err := after.GetCellValue(sheet, cell); err != nil || g != w {
			t.Errorf("%s shows %q, want %q (%v)", cell, g, w, err)
		}
		wk, _ := before.GetCellType(sheet, cell)
		if gk, _ := after.GetCellType(sheet, cell); isText(gk) != isText(wk) {
			t.Errorf("%s is of type %v, was %v", cell, gk, wk)
		}
	}
	// Panes are of the view, which LibreOffice without a window does not keep.
	if id, _ := after.GetCellStyle(sheet, "A1"); id == 0 {
		t.Error("the header has no style")
	} else if s, _ := after.GetStyle(id); s.Font == nil || !s.Font.Bold {
		t.Error("the header is not bold")
	}
	// What the program reads of both is the same, too.
	if a, b := fmt.Sprint(read(t, file)), fmt.Sprint(read(t, again)); a != b {
		t.Errorf("read:\n%s\nwritten:\n%s", b, a)
	}
}

func isText(k excelize.CellType) bool {
	return k == excelize.CellTypeSharedString || k == excelize.CellTypeInlineString
}
