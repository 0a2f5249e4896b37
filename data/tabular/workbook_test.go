package tabular

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

func TestAWorkbookIsReadSheetBySheet(t *testing.T) {
	t.Parallel()
	f := excelize.NewFile()
	must(t, f.SetSheetName("Sheet1", "Bộ chỉ số"))
	must(t, f.SetCellValue("Bộ chỉ số", "B3", "sipas"))
	for _, name := range []string{"Tiêu chí", "Nháp"} {
		_, err := f.NewSheet(name)
		must(t, err)
	}
	must(t, f.SetCellValue("Tiêu chí", "A1", 0.1))
	must(t, f.SetSheetVisible("Nháp", false))
	w, err := OpenWorkbook(bytes.NewReader(save(t, f)), Limits{})
	must(t, err)
	defer w.Close()
	if want := []SheetName{{"Bộ chỉ số", false}, {"Tiêu chí", false}, {"Nháp", true}}; !slices.Equal(w.Sheets(), want) {
		t.Errorf("sheets %v, want %v", w.Sheets(), want)
	}
	var got []string
	for i := range w.Sheets() {
		for row, err := range w.Rows(t.Context(), i) {
			must(t, err)
			got = append(got, strings.Join(row.Cells, "|"))
		}
	}
	if want := []string{"|sipas", "0.1"}; !slices.Equal(got, want) {
		t.Errorf("rows %q, want %q", got, want)
	}
}

func TestOnlyAnXLSXFileIsAWorkbook(t *testing.T) {
	t.Parallel()
	for _, file := range []string{"", "a,b\n1,2\n", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "PK\x03\x04 and nothing more"} {
		if _, err := OpenWorkbook(strings.NewReader(file), Limits{}); !errors.Is(err, ErrNotATable) {
			t.Errorf("%q: %v, want ErrNotATable", file, err)
		}
	}
}

// Excel says nothing of a sheet that is shown, LibreOffice says "visible".
func TestASheetIsHiddenOnlyWhereItsStateSaysSo(t *testing.T) {
	t.Parallel()
	f := excelize.NewFile()
	must(t, f.SetCellValue("Sheet1", "A1", "Đắk Lắk"))
	file := save(t, f)
	const name = "xl/workbook.xml"
	for state, hidden := range map[string]bool{"visible": false, "": false, "hidden": true, "veryHidden": true} {
		changed := strings.Replace(unpack(t, file, name), `<sheet name=`, `<sheet state="`+state+`" name=`, 1)
		book := repack(t, file, name, changed)
		w, err := OpenWorkbook(bytes.NewReader(book), Limits{})
		must(t, err)
		if got := w.Sheets()[0].Hidden; got != hidden {
			t.Errorf("state %q: hidden %v, want %v", state, got, hidden)
		}
		w.Close()
		rows, err := collect(t, book, Limits{})
		if (err != nil) != hidden || !hidden && (len(rows) != 1 || rows[0].Cells[0] != "Đắk Lắk") {
			t.Errorf("state %q: %v, %v", state, rows, err)
		}
	}
}
