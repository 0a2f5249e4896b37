package labelled_test

import (
	"bytes"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"thuocdo/data/labelled"
	"thuocdo/data/tabular"
	"thuocdo/scoring/phrase"
	"thuocdo/survey/dataset"
)

// mustSchema reads a JSON Schema of testdata.
func mustSchema(tb testing.TB, name string) *jsonschema.Schema {
	tb.Helper()
	b, err := os.ReadFile("testdata/" + name)
	check(tb, err)
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(b))
	check(tb, err)
	c := jsonschema.NewCompiler()
	check(tb, c.AddResource(name, doc))
	s, err := c.Compile(name)
	check(tb, err)
	return s
}

func TestADataPackageFitsTheRulesOfItsStandard(t *testing.T) {
	t.Parallel()
	s := mustSchema(t, "datapackage-2.0.schema.json")
	validate := func(descriptor []byte) error {
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(descriptor))
		check(t, err)
		return s.Validate(doc)
	}
	for name, f := range kinds(t) {
		descriptor := unzip(t, mustWrite(t, "datapackage", f))["datapackage.json"]
		if err := validate(descriptor); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		for _, broken := range [][2]string{ // the rules refuse what they should
			{`"type": "table"`, `"type": "tabular-data-resource"`}, {`"categoriesOrdered": true`, `"categoriesOrdered": "yes"`}, {`"value": 1,`, `"value": "1",`},
			{`"path": "`, `"path": "/`}, {`"hash": "sha256:`, `"hash": "sha1024:`}, {`"missingValues": [`, `"missingValues": [[],`}, {`"type": "date"`, `"type": "day"`},
			{"/2.0/dataresource.json", "/1.0/dataresource.json"},
		} {
			if changed := strings.Replace(string(descriptor), broken[0], broken[1], 1); changed == string(descriptor) || validate([]byte(changed)) == nil {
				t.Errorf("%s: %s in the place of %s is taken", name, broken[1], broken[0])
			}
		}
	}
}

// expectedCSV is what a reader finds by the description of a CSV file, whatever the description: M, a missing code with its label; W, the
// variable of the weight; and the lines of a dump.
func expectedCSV(missingLabels bool) func(*testing.T, *labelled.File, flavour) dump {
	return func(t *testing.T, f *labelled.File, _ flavour) (d dump) {
		t.Helper()
		for i := range f.Variables {
			v := &f.Variables[i]
			d.add("V", v.Name, v.Label.In(f.Lang))
			if v.Weight {
				d.add("W", v.Name)
			}
			for _, l := range v.Levels {
				if text := l.Text.In(f.Lang); text != "" {
					d.add("L", v.Name, tabular.Guard(l.Code), tabular.Guard(text))
				}
			}
			if missingLabels {
				d.add("M", v.Name, "", phrase.VI("Không trả lời", "No answer").In(f.Lang))
				if v.Skips && v.Kind != labelled.Text {
					d.add("M", v.Name, "NA", phrase.VI("Không được hỏi (theo quy tắc bỏ qua)", "Not asked (skip rule)").In(f.Lang))
				}
			}
		}
		n := 0
		for row, err := range f.Cells {
			check(t, err)
			n++
			for i, c := range row {
				v, text := &f.Variables[i], ""
				switch {
				case c.Missing != dataset.Present || v.Kind == labelled.Text:
					text = inCSV(v, c)
				case v.Kind == labelled.Date || v.Kind == labelled.Real:
					text = digits(c.Number)
				default:
					text = tabular.Guard(v.Levels[c.Level].Code)
				}
				d.add("D", v.Name, strconv.Itoa(n), strings.ReplaceAll(text, "\r\n", "\n"))
			}
		}
		return d
	}
}

func TestPandasReadsADataPackageByItsDescription(t *testing.T) {
	t.Parallel()
	read(t, "datapackage", flavour{}, expectedCSV(true), python(), "testdata/csv_described.py")
}

func TestPandasReadsCSVOnTheWebByItsMetadata(t *testing.T) {
	t.Parallel()
	read(t, "csvw", flavour{}, expectedCSV(false), python(), "testdata/csv_described.py")
}

func TestPandasReadsCSVByItsCodeBook(t *testing.T) {
	t.Parallel()
	read(t, "ddi", flavour{}, expectedCSV(true), python(), "testdata/csv_described.py")
}

// The files that are read back hold what could go wrong: otherwise they prove little.
func TestTheFilesThatAreReadBackHoldEveryKindOfValue(t *testing.T) {
	t.Parallel()
	var kindsOf []labelled.Kind
	missing, weights, marks := map[dataset.Missing]bool{}, 0, false
	for _, f := range kinds(t) {
		for i := range f.Variables {
			kindsOf = append(kindsOf, f.Variables[i].Kind)
			if f.Variables[i].Weight {
				weights++
			}
			marks = marks || strings.ContainsAny(f.Variables[i].Label.In("vi"), "ạảấầẩẫậắằẳẵặẹẻẽềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ")
		}
		for row, err := range f.Cells {
			check(t, err)
			for _, c := range row {
				missing[c.Missing] = true
			}
		}
	}
	for _, k := range []labelled.Kind{labelled.Coded, labelled.Ordered, labelled.Ident, labelled.Real, labelled.Date, labelled.Text} {
		if !slices.Contains(kindsOf, k) {
			t.Errorf("no variable of kind %v", k)
		}
	}
	if len(missing) != 3 || weights == 0 || !marks {
		t.Errorf("missing %v, %d weights, Vietnamese %v", missing, weights, marks)
	}
}

// expectedParquet has a column with the reason beside each that skip rules may leave empty.
func expectedParquet(t *testing.T, f *labelled.File, _ flavour) (d dump) {
	t.Helper()
	for i := range f.Variables {
		v := &f.Variables[i]
		d.add("V", v.Name, v.Label["vi"])
		if v.Weight {
			d.add("W", v.Name)
		}
		for _, l := range v.Levels {
			if l.Text != nil {
				d.add("L", v.Name, l.Code, l.Text["vi"])
			}
		}
	}
	n := 0
	for row, err := range f.Cells {
		check(t, err)
		n++
		for i, c := range row {
			v, text := &f.Variables[i], ""
			switch {
			case c.Missing != dataset.Present:
			case v.Kind == labelled.Text:
				text = c.Text
			case v.Kind == labelled.Date || v.Kind == labelled.Real:
				text = digits(c.Number)
			default:
				text = v.Levels[c.Level].Code
			}
			d.add("D", underscored(v.Name), strconv.Itoa(n), text)
			if v.Skips {
				d.add("D", underscored(v.Name)+"_missing", strconv.Itoa(n),
					map[dataset.Missing]string{dataset.NoAnswer: "no_answer", dataset.NotAsked: "not_asked"}[c.Missing])
			}
		}
	}
	return d
}

func TestHyparquetReadsTheParquetFile(t *testing.T) {
	t.Parallel()
	read(t, "parquet", flavour{}, expectedParquet, "node", "../readers/parquet.mjs")
}
