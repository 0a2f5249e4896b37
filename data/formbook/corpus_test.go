package formbook_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/xuri/excelize/v2"

	"thuocdo/data/formbook"
	"thuocdo/scoring/phrase"
	"thuocdo/survey"
)

var update = flag.Bool("update", false, "write the outcome of every workbook of the corpus into its file; read the difference before you keep it")

// The corpus: every file describes a workbook sheet by sheet, and its documented outcome in the section "want". Cells are
// parted by |; n:1 is a number, b:TRUE a truth value, e:#REF! an error, f:A1 a formula without a stored value.
func TestEveryWorkbookOfTheCorpusHasItsDocumentedOutcome(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/xlsform/*.txtar")
	if err != nil || len(files) < 40 {
		t.Fatalf("%d workbooks, %v", len(files), err)
	}
	for _, name := range files {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			t.Parallel()
			a, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			q, left, err := formbook.Read(t.Context(), bytes.NewReader(workbook(t, a)))
			got := outcome(t, q, left, err)
			if want := section(a, "want"); got != want && *update {
				a.Files = append(without(a, "want"), txtar.File{Name: "want", Data: []byte(got)})
				if err := os.WriteFile(name, txtar.Format(a), 0o644); err != nil {
					t.Fatal(err)
				}
			} else if got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
			if good := strings.HasPrefix(filepath.Base(name), "good"); good != (err == nil) {
				t.Errorf("imported is %v", err == nil)
			}
			if q != nil {
				same(t, q)
			}
		})
	}
}

// same writes a questionnaire and reads it back.
func same(t *testing.T, q *survey.Questionnaire) {
	t.Helper()
	var b bytes.Buffer
	if err := formbook.Write(&b, q); err != nil {
		t.Fatal(err)
	}
	again, left, err := formbook.Read(t.Context(), &b)
	if err != nil || len(left) > 0 {
		t.Fatalf("the export is refused: %v, left %v", err, left)
	}
	if want, got := indented(t, q), indented(t, again); want != got {
		t.Errorf("imported\n%s\nexported and imported\n%s", want, got)
	}
}

func section(a *txtar.Archive, name string) string {
	for _, f := range a.Files {
		if f.Name == name {
			return string(f.Data)
		}
	}
	return ""
}

func without(a *txtar.Archive, name string) (files []txtar.File) {
	for _, f := range a.Files {
		if f.Name != name {
			files = append(files, f)
		}
	}
	return files
}

// workbook writes what a file of the corpus describes.
func workbook(tb testing.TB, a *txtar.Archive) []byte {
	tb.Helper()
	f := excelize.NewFile()
	defer f.Close()
	for i, s := range without(a, "want") {
		if i == 0 {
			must(tb, f.SetSheetName("Sheet1", s.Name))
		} else if _, err := f.NewSheet(s.Name); err != nil {
			tb.Fatal(err)
		}
		for row, line := range strings.Split(strings.TrimSuffix(string(s.Data), "\n"), "\n") {
			for column, cell := range strings.Split(line, "|") {
				put(tb, f, s.Name, row+1, column+1, cell)
			}
		}
	}
	var b bytes.Buffer
	must(tb, f.Write(&b))
	return rewrite(tb, b.Bytes(), func(name string, part []byte) []byte {
		return errorCell.ReplaceAll(part, []byte(`$1 t="e"><v>$2</v>`))
	})
}

// errorCell finds the cells that should show an error.
var errorCell = regexp.MustCompile(`(<c r="[A-Z]+[0-9]+"[^>]*?)(?: t="inlineStr")?>(?:<is><t>|<v>)ERROR(#[^<]+)(?:</t></is>|</v>)`)

// rewrite changes the parts of a workbook.
func rewrite(tb testing.TB, file []byte, change func(name string, part []byte) []byte) []byte {
	tb.Helper()
	z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	must(tb, err)
	var b bytes.Buffer
	out := zip.NewWriter(&b)
	for _, part := range z.File {
		r, err := part.Open()
		must(tb, err)
		content, err := io.ReadAll(r)
		must(tb, err)
		w, err := out.Create(part.Name)
		must(tb, err)
		_, err = w.Write(change(part.Name, content))
		must(tb, err)
	}
	must(tb, out.Close())
	return b.Bytes()
}

func put(tb testing.TB, f *excelize.File, sheet string, row, column int, cell string) {
	tb.Helper()
	at, err := excelize.CoordinatesToCellName(column, row)
	must(tb, err)
	kind, rest, typed := strings.Cut(cell, ":")
	if !typed {
		kind = ""
	}
	switch kind {
	case "n":
		must(tb, f.SetCellDefault(sheet, at, rest))
	case "b":
		must(tb, f.SetCellBool(sheet, at, rest == "TRUE"))
	case "f":
		must(tb, f.SetCellFormula(sheet, at, rest))
	case "e":
		must(tb, f.SetCellDefault(sheet, at, "ERROR"+rest)) // becomes an error cell below
	default:
		if cell == "" {
			return
		}
		s, err := strconv.Unquote(`"` + strings.ReplaceAll(cell, `"`, `\"`) + `"`)
		must(tb, err)
		must(tb, f.SetCellStr(sheet, at, s))
	}
}

func must(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}

// outcome says in words what became of a workbook.
func outcome(tb testing.TB, q *survey.Questionnaire, left phrase.Mistakes, err error) string {
	tb.Helper()
	var b strings.Builder
	var m phrase.Mistakes
	switch {
	case errors.As(err, &m):
		fmt.Fprintf(&b, "refused\n")
	case err != nil:
		tb.Fatal(err)
	default:
		describe(&b, q)
	}
	for _, x := range m {
		fmt.Fprintf(&b, "mistake: %s: %s\n", x.Path, x.Message["en"])
	}
	for _, x := range left {
		fmt.Fprintf(&b, "left: %s: %s\n", x.Path, x.Message["en"])
	}
	for _, x := range append(m, left...) {
		if x.Path == "" || x.Message["vi"] == "" || x.Message["en"] == "" || strings.Contains(x.Message["vi"]+x.Message["en"], "%!") {
			tb.Errorf("says nothing: %+v", x)
		}
	}
	return b.String()
}

// describe lists what a questionnaire asks, one line per part.
func describe(b *strings.Builder, q *survey.Questionnaire) {
	fmt.Fprintf(b, "form %s %s %s\nintro %s\n", q.Code, q.Version, said(q.Title), said(q.Intro))
	for _, p := range q.Pages {
		fmt.Fprintf(b, "page %s %s%s%s\n", p.Code, said(p.Title), part("hint", said(p.Hint)), part("relevant", p.Relevant))
		for _, block := range p.Blocks {
			fmt.Fprintf(b, " block %s%s\n", said(block.Lead), when("random", block.RandomOrder))
			for _, x := range block.Questions {
				question(b, x)
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(q.Lists)) {
		for _, c := range q.Lists[name] {
			fmt.Fprintf(b, "choice %s %s %s", name, c.Code, said(c.Text))
			if len(c.Attributes) > 0 {
				fmt.Fprintf(b, " %v", c.Attributes)
			}
			b.WriteByte('\n')
		}
	}
	for _, s := range q.Scales {
		fmt.Fprintf(b, "scale %s %s %s %v\n", s.Code, s.Level, said(s.Title), s.Items)
	}
	if q.Source != "" {
		fmt.Fprintf(b, "source %s\n", q.Source)
	}
}

func question(b *strings.Builder, x survey.Question) {
	fmt.Fprintf(b, "  %s %s%s %s", x.Type, x.Code, part("list", x.List), said(x.Text))
	for _, p := range []struct{ name, value string }{{"hint", said(x.Hint)}, {"relevant", x.Relevant}, {"constraint", x.Constraint}, {"message", said(x.ConstraintMessage)},
		{"calculation", x.Calculation}, {"choice_filter", x.ChoiceFilter}} {
		b.WriteString(part(p.name, p.value))
	}
	b.WriteString(when("required", x.Required) + when("random", x.RandomOrder) + when("sensitive", x.Sensitive) + part("purpose", x.Purpose))
	if x.Min != nil {
		fmt.Fprintf(b, " min=%g", *x.Min)
	}
	if x.Max != nil {
		fmt.Fprintf(b, " max=%g", *x.Max)
	}
	if x.MaxChars != 0 {
		fmt.Fprintf(b, " max_chars=%d", x.MaxChars)
	}
	b.WriteByte('\n')
}

func part(name, value string) string {
	if value == "" {
		return ""
	}
	return " " + name + "=" + strings.ReplaceAll(value, "\n", "⏎")
}

func when(name string, on bool) string {
	if !on {
		return ""
	}
	return " " + name
}

// said writes a text with its languages.
func said(t phrase.Text) string {
	var parts []string
	for _, tag := range []string{"vi", "en", "tyz"} {
		if s := t[tag]; s != "" {
			parts = append(parts, tag+":"+strconv.Quote(s))
		}
	}
	return strings.Join(parts, " ")
}
