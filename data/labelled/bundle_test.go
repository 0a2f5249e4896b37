package labelled_test

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"thuocdo/data/labelled"
	"thuocdo/data/tabular"
	"thuocdo/survey/dataset"
)

// unzip returns the files of a bundle.
func unzip(t *testing.T, file []byte) map[string][]byte {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	check(t, err)
	files := map[string][]byte{}
	for _, f := range z.File {
		r, err := f.Open()
		check(t, err)
		files[f.Name], err = io.ReadAll(r)
		check(t, err)
	}
	return files
}

// rowsOf reads the CSV of a bundle and compares every cell with what was written.
func rowsOf(t *testing.T, name string, file []byte, f *labelled.File) [][]string {
	t.Helper()
	rows, err := csv.NewReader(bytes.NewReader(file)).ReadAll()
	check(t, err)
	if len(rows) != f.Rows+1 {
		t.Fatalf("%s: %d rows", name, len(rows))
	}
	n := 0
	for cells, err := range f.Cells {
		check(t, err)
		n++
		for i, c := range cells {
			v := &f.Variables[i]
			if rows[0][i] != v.Name {
				t.Errorf("%s: column %s stands where %s should", name, rows[0][i], v.Name)
			}
			if got, want := rows[n][i], inCSV(v, c); got != want {
				t.Errorf("%s row %d %s: %q, want %q", name, n, v.Name, got, want)
			}
		}
	}
	return rows
}

func inCSV(v *labelled.Variable, c dataset.Cell) string {
	switch {
	case c.Missing == dataset.NotAsked && v.Kind != labelled.Text:
		return "NA"
	case c.Missing != dataset.Present:
		return ""
	case v.Kind == labelled.Date:
		return map[float64]string{20000: "2024-10-04", 20001: "2024-10-05", -3653: "1960-01-01"}[c.Number]
	case v.Kind == labelled.Real:
		return strconv.FormatFloat(c.Number, 'f', -1, 64)
	case v.Kind == labelled.Text:
		return tabular.Guard(c.Text)
	}
	return v.Levels[c.Level].Code
}

// The rules are those of Data Package 2.0 and Table Schema 2.0 (datapackage.org).
func TestADataPackageKeepsItsRules(t *testing.T) {
	t.Parallel()
	for name, f := range kinds(t) {
		files := unzip(t, mustWrite(t, "datapackage", f))
		var p struct {
			Schema    string `json:"$schema"`
			Name      string
			Resources []struct {
				Name, Path, Encoding, Hash string
				Bytes                      int
				Schema                     struct {
					Fields []struct {
						Name, Type, Title string
						Weight            bool
						Categories        []struct {
							Value any
							Label string
						}
						CategoriesOrdered bool
						MissingValues     []struct{ Value, Label string }
					}
				}
			}
		}
		check(t, json.Unmarshal(files["datapackage.json"], &p))
		if p.Schema != "https://datapackage.org/profiles/2.0/datapackage.json" || !regexp.MustCompile(`^[a-z0-9._-]+$`).MatchString(p.Name) || len(p.Resources) != 1 {
			t.Fatalf("%s: %+v", name, p)
		}
		r := p.Resources[0]
		digest := sha256.Sum256(files[r.Path])
		if r.Bytes != len(files[r.Path]) || r.Hash != "sha256:"+hex.EncodeToString(digest[:]) || r.Encoding != "utf-8" {
			t.Errorf("%s: %d bytes, %s", name, r.Bytes, r.Hash)
		}
		rows := rowsOf(t, name, files[r.Path], f)
		for i, d := range r.Schema.Fields {
			v := &f.Variables[i]
			if d.Name != rows[0][i] || d.Title != v.Label.In(f.Lang) || d.Weight != v.Weight || d.CategoriesOrdered != (v.Kind == labelled.Ordered) || len(d.Categories) != len(v.Levels) {
				t.Errorf("%s: %+v", name, d)
			}
			var codes, missing []string
			for k, c := range d.Categories {
				if _, isNumber := c.Value.(float64); isNumber != (d.Type == "integer") || c.Label != v.Levels[k].Text.In(f.Lang) {
					t.Errorf("%s: category %+v of a field of type %s", name, c, d.Type)
				}
				codes = append(codes, fmt.Sprint(c.Value))
			}
			for _, m := range d.MissingValues {
				missing = append(missing, m.Value)
			}
			for _, row := range rows[1:] {
				if x := row[i]; slices.Contains(missing, x) || d.Categories != nil && slices.Contains(codes, x) || d.Categories == nil && typed(d.Type, x) {
					continue
				}
				t.Errorf("%s: %q stands in field %s", name, row[i], d.Name)
			}
		}
	}
}

func typed(kind, x string) bool {
	switch kind {
	case "number":
		_, err := strconv.ParseFloat(x, 64)
		return err == nil
	case "integer":
		_, err := strconv.Atoi(x)
		return err == nil
	case "date":
		return regexp.MustCompile(`^\d{4}-\d\d-\d\d$`).MatchString(x)
	}
	return kind == "string"
}

// The rules are those of "Metadata Vocabulary for Tabular Data" (W3C 2015).
func TestWebMetadataKeepsItsRules(t *testing.T) {
	t.Parallel()
	for name, f := range kinds(t) {
		files := unzip(t, mustWrite(t, "csvw", f))
		var m struct {
			Context []any `json:"@context"`
			Tables  []struct {
				URL         string
				TableSchema struct {
					Columns []struct {
						Name, Titles string
						Datatype     any
						Null         []string
						Label        []map[string]string `json:"dc:title"`
					}
				}
			}
		}
		check(t, json.Unmarshal(files["dot-1.csv-metadata.json"], &m))
		if m.Context[0] != "http://www.w3.org/ns/csvw" || len(m.Tables) != 2 {
			t.Fatalf("%s: %+v", name, m)
		}
		rows := rowsOf(t, name, files[m.Tables[0].URL], f)
		seen := map[string]bool{}
		for i, c := range m.Tables[0].TableSchema.Columns {
			if c.Titles != rows[0][i] || seen[c.Name] || !regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]*$`).MatchString(c.Name) || c.Label[0]["@value"] != f.Variables[i].Label["vi"] {
				t.Errorf("%s: %+v", name, c)
			}
			seen[c.Name] = true
			for _, row := range rows[1:] {
				if !slices.Contains(c.Null, row[i]) && !fits(t, c.Datatype, row[i]) {
					t.Errorf("%s: %q stands in column %s, %v", name, row[i], c.Name, c.Datatype)
				}
			}
		}
		levels, err := csv.NewReader(bytes.NewReader(files[m.Tables[1].URL])).ReadAll()
		check(t, err)
		var want [][]string
		for i := range f.Variables {
			for _, l := range f.Variables[i].Levels {
				want = append(want, []string{f.Variables[i].Name, l.Code, l.Text["vi"], l.Text["en"]})
			}
		}
		if fmt.Sprint(levels[1:]) != fmt.Sprint(want) || len(m.Tables[1].TableSchema.Columns) != 4 {
			t.Errorf("%s: levels %v, want %v", name, levels, want)
		}
	}
}

func fits(t *testing.T, kind any, x string) bool {
	t.Helper()
	d, ok := kind.(map[string]any)
	switch {
	case !ok:
		return typed(fmt.Sprint(kind), x)
	case d["base"] == "integer":
		n, err := strconv.ParseFloat(x, 64)
		return err == nil && n >= d["minimum"].(float64) && n <= d["maximum"].(float64)
	}
	return regexp.MustCompile("^(?:" + fmt.Sprint(d["format"]) + ")$").MatchString(x)
}

func TestACodeBookDescribesItsFile(t *testing.T) {
	t.Parallel()
	for name, f := range kinds(t) {
		files := unzip(t, mustWrite(t, "ddi", f))
		rowsOf(t, name, files["dot-1.csv"], f)
		type text struct {
			Lang string `xml:"lang,attr"`
			Text string `xml:",chardata"`
		}
		var b struct {
			XMLName xml.Name
			Version string `xml:"version,attr"`
			Title   text   `xml:"stdyDscr>citation>titlStmt>titl"`
			Rows    int    `xml:"fileDscr>fileTxt>dimensns>caseQnty"`
			Vars    []struct {
				ID       string `xml:"ID,attr"`
				Name     string `xml:"name,attr"`
				Weight   string `xml:"wgt,attr"`
				WeightBy string `xml:"wgt-var,attr"`
				Labels   []text `xml:"labl"`
				Levels   []struct {
					Missing string `xml:"missing,attr"`
					Value   string `xml:"catValu"`
					Labels  []text `xml:"labl"`
				} `xml:"catgry"`
			} `xml:"dataDscr>var"`
		}
		check(t, xml.Unmarshal(files["dot-1.ddi.xml"], &b))
		if b.XMLName.Space != "ddi:codebook:2_5" || b.XMLName.Local != "codeBook" || b.Version != "2.5" || b.Rows != f.Rows || len(b.Vars) != len(f.Variables) || b.Title.Text != f.Title.In(f.Lang) {
			t.Fatalf("%s: %+v", name, b)
		}
		weight := ""
		for i, x := range b.Vars {
			v := &f.Variables[i]
			if x.Weight == "wgt" {
				weight = x.ID
			}
			if x.Name != v.Name || x.Labels[0].Text != v.Label.In(f.Lang) || (x.Weight == "wgt") != v.Weight {
				t.Errorf("%s: %+v", name, x)
			}
			missing := 1
			if v.Skips && v.Kind != labelled.Text {
				missing = 2
			}
			if len(x.Levels) != len(v.Levels)+missing {
				t.Errorf("%s: %s has %d categories", name, x.Name, len(x.Levels))
			}
			for k, l := range v.Levels {
				if x.Levels[k].Value != l.Code || l.Text != nil && x.Levels[k].Labels[0].Text != l.Text.In(f.Lang) || x.Levels[k].Missing != "" {
					t.Errorf("%s: %s: %+v", name, x.Name, x.Levels[k])
				}
			}
		}
		for _, x := range b.Vars {
			if x.Weight == "" && x.WeightBy != weight {
				t.Errorf("%s: %s is weighted by %q", name, x.Name, x.WeightBy)
			}
		}
		if strings.Count(string(files["dot-1.ddi.xml"]), "<catgry>")+strings.Count(string(files["dot-1.ddi.xml"]), "<catgry ") == 0 {
			t.Errorf("%s has no categories", name)
		}
	}
}

func FuzzBundles(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, text, name, label string) {
		file, err := labelled.OfTable(table(text, name, label))
		check(t, err)
		if !json.Valid(unzip(t, mustWrite(t, "datapackage", file))["datapackage.json"]) || !json.Valid(unzip(t, mustWrite(t, "csvw", file))["x.csv-metadata.json"]) {
			t.Error("no JSON")
		}
		files := unzip(t, mustWrite(t, "ddi", file))
		check(t, xml.Unmarshal(files["x.ddi.xml"], new(struct{ XMLName xml.Name })))
		rows, err := csv.NewReader(bytes.NewReader(files["x.csv"])).ReadAll()
		check(t, err)
		want := strings.ReplaceAll(strings.ToValidUTF8(text, "\ufffd"), "\r\n", "\n")
		if got := tabular.Unguard(rows[1][0]); got != want && !strings.Contains(text, "\r") {
			t.Errorf("%q is read as %q", want, got)
		}
	})
}
