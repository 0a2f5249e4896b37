package labelled_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/parquet-go/parquet-go"

	"thuocdo/data/labelled"
	"thuocdo/survey/dataset"
)

// readParquet returns the values of a file in its columns' order.
func readParquet(t *testing.T, file []byte) (columns []string, rows [][]parquet.Value, about string) {
	t.Helper()
	f, err := parquet.OpenFile(bytes.NewReader(file), int64(len(file)))
	check(t, err)
	for _, c := range f.Schema().Columns() {
		columns = append(columns, c[0])
	}
	about, _ = f.Lookup("thuocdo")
	r := parquet.NewReader(f)
	defer r.Close()
	batch := make([]parquet.Row, 2)
	for {
		n, err := r.ReadRows(batch)
		for _, row := range batch[:n] {
			var values []parquet.Value
			for _, v := range row {
				values = append(values, v.Clone())
			}
			rows = append(rows, values)
		}
		if err != nil || n == 0 {
			return columns, rows, about
		}
	}
}

func TestAParquetFileHoldsWhatWasWritten(t *testing.T) {
	t.Parallel()
	for name, f := range kinds(t) {
		columns, rows, about := readParquet(t, mustWrite(t, "parquet", f))
		var said struct {
			Rows      int
			Variables []struct {
				Name, Type string
				Weight     bool
				Label      map[string]string
				Levels     []struct {
					Code  string
					Label map[string]string
				}
			}
		}
		check(t, json.Unmarshal([]byte(about), &said))
		if said.Rows != f.Rows || len(said.Variables) != len(f.Variables) || len(rows) != f.Rows {
			t.Fatalf("%s: %d rows, the description says %d and %d variables", name, len(rows), said.Rows, len(said.Variables))
		}
		n := 0
		for cells, err := range f.Cells {
			check(t, err)
			k := 0
			for i, c := range cells {
				v := &f.Variables[i]
				if columns[k] != underscored(v.Name) {
					t.Fatalf("%s: column %s stands where %s should", name, columns[k], v.Name)
				}
				if got, want := shownParquet(v, rows[n][k]), cell(v, c, ofParquet); got != want {
					t.Errorf("%s row %d %s: %q, want %q", name, n, v.Name, got, want)
				}
				if k++; v.Skips {
					if got, want := fmt.Sprint(rows[n][k]), map[dataset.Missing]string{dataset.Present: "<null>", dataset.NoAnswer: "no_answer", dataset.NotAsked: "not_asked"}[c.Missing]; columns[k] != underscored(v.Name)+"_missing" || got != want {
						t.Errorf("%s row %d %s: %q, want %q", name, n, columns[k], got, want)
					}
					k++
				}
			}
			n++
		}
		for i, v := range said.Variables {
			w := &f.Variables[i]
			if v.Name != w.Name || v.Label["vi"] != w.Label["vi"] || v.Weight != w.Weight || len(v.Levels) != len(w.Levels) {
				t.Errorf("%s: %s is described as %+v", name, w.Name, v)
			}
			for k, l := range v.Levels {
				if l.Code != w.Levels[k].Code || l.Label["vi"] != w.Levels[k].Text["vi"] {
					t.Errorf("%s: level %s of %s is described as %+v", name, w.Levels[k].Code, w.Name, l)
				}
			}
		}
	}
}

var ofParquet = flavour{text: asIs, missing: func(*labelled.Variable, dataset.Missing) string { return "" }}

// shownParquet writes a value as cell does; codes become the numbers that stand for them.
func shownParquet(v *labelled.Variable, x parquet.Value) string {
	switch {
	case x.IsNull():
		return ""
	case v.Kind == labelled.Real:
		return digits(x.Double())
	case v.Kind == labelled.Date, v.Kind == labelled.Ordered:
		return fmt.Sprint(x.Int32())
	case v.Kind == labelled.Coded:
		for _, l := range v.Levels {
			if l.Code == x.String() {
				return fmt.Sprint(l.Value)
			}
		}
	}
	return x.String()
}
