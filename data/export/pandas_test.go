package export

import (
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"thuocdo/data/tabular"
	"thuocdo/scoring/report"
)

func TestPandasReadsTheCSVInVietnamese(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("starts another program")
	}
	texts := append([]string{"Thành phố Hồ Chí Minh", "Đắk Lắk", "Bà Rịa – Vũng Tàu", "Thừa Thiên Huế: “Rất hài lòng”; hài lòng", "dòng một\ndòng hai", "NA", "null", "001"}, hostile...)
	var rows [][]report.Value
	want := []any{[]any{"agency", "day", "n", "score", "note"}}
	for i, text := range texts {
		n, score := report.Num(float64(i)), report.Num(float64(i)+1.0/3)
		cells := []any{tabular.Guard(text), "2026-07-01", float64(i), float64(i) + 1.0/3, tabular.Guard(text)}
		if i%4 == 3 {
			score, cells[3] = report.Value{}, nil
		}
		rows, want = append(rows, row(text, n, score, text)), append(want, cells)
	}
	path := filepath.Join(t.TempDir(), "x.csv")
	if err := os.WriteFile(path, write(t, "csv", table(rows)), 0o600); err != nil {
		t.Fatal(err)
	}
	program := "/usr/bin/python3" // Debian's own has Debian's packages
	if _, err := exec.LookPath(program); err != nil {
		program = "python3"
	}
	out, err := exec.CommandContext(t.Context(), program, "testdata/table_csv.py", path).Output()
	if exit := new(exec.ExitError); errors.Is(err, exec.ErrNotFound) || errors.As(err, &exit) && exit.ExitCode() == 77 {
		t.Skip("pandas is not installed: apt-get install python3-pandas")
	}
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(string(out), "\n"), "\n")
	if len(lines) != len(want) {
		t.Fatalf("%d rows, want %d", len(lines)-1, len(want)-1)
	}
	for i, line := range lines {
		var got any
		if err := json.Unmarshal([]byte(line), &got); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, want[i]) {
			t.Errorf("row %d: %q, want %q", i, got, want[i])
		}
	}
}
