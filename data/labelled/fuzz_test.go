package labelled_test

import (
	"slices"
	"strings"
	"testing"

	"thuocdo/data/labelled"
	"thuocdo/scoring/report"
)

// table is one text as a cell, a name and a label.
func table(text, name, label string) *report.Table {
	return &report.Table{Name: "x", Title: label, Lang: "vi", Columns: []report.Column{{Key: name, Title: label}, {Key: name, Title: label, Type: report.Decimal}},
		Rows: report.Rows([][]report.Value{{report.Str(text), report.Num(1)}, {{}, {}}})}
}

func seeds(f *testing.F) {
	f.Add("Nguyễn Thị Ánh, “rất tốt”", "q9_1", "Mức độ hài lòng")
	f.Add(strings.Repeat("ệ", 3000), "", strings.Repeat("ữ", 100))
	f.Add("a\x00b\xff\t\n ", "q:mode", "'\n)/")
}

// textOf returns the text read of a row in the first variable.
func textOf(d dump, row string) (text string, ok bool) {
	i := slices.IndexFunc(d, func(s string) bool {
		p := strings.SplitN(s, "\t", 4)
		return p[0] == "D" && p[2] == row
	})
	if i < 0 {
		return "", false
	}
	return strings.SplitN(d[i], "\t", 4)[3], true
}

// plain is a text as a dump writes it, cut to what a format holds.
func plain(s string, most int) string {
	s = strings.ToValidUTF8(s, "\ufffd")
	return strings.NewReplacer("\t", " ", "\n", " ").Replace(cutAt(most)(s))
}

func FuzzSystemFile(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, text, name, label string) {
		file, err := labelled.OfTable(table(text, name, label))
		check(t, err)
		d, _ := readSAV(t, mustWrite(t, "sav", file))
		got, ok := textOf(d, "1")
		if want := trimmed(plain(text, 32_767)); !ok || trimmed(got) != want {
			t.Errorf("%q is read as %q", want, got)
		}
	})
}

func FuzzStataFile(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, text, name, label string) {
		file, err := labelled.OfTable(table(text, name, label))
		check(t, err)
		got, ok := textOf(readDTA(t, mustWrite(t, "dta", file)), "1")
		if want := strings.ReplaceAll(plain(text, 1<<30), "\x00", ""); !ok || got != want {
			t.Errorf("%q is read as %q", want, got)
		}
	})
}

func FuzzParquet(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, text, name, label string) {
		file, err := labelled.OfTable(table(text, name, label))
		check(t, err)
		_, rows, _ := readParquet(t, mustWrite(t, "parquet", file))
		want := strings.ToValidUTF8(text, "\ufffd")
		if got := rows[0][0]; got.IsNull() != (want == "") || want != "" && got.String() != want || !rows[1][0].IsNull() {
			t.Errorf("%q is read as %v", want, rows)
		}
	})
}
