package labelled

import (
	"encoding/json"
	"io"
	"strings"

	"thuocdo/data/tabular"
)

type dataPackage struct {
	Schema    string          `json:"$schema"`
	Name      string          `json:"name"`
	Title     string          `json:"title"`
	Notes     []describedFact `json:"notes,omitempty"`
	Resources []dataResource  `json:"resources"`
}

type dataResource struct {
	Profile  string     `json:"$schema"`
	Name     string     `json:"name"`
	Type     string     `json:"type"`
	Path     string     `json:"path"`
	Format   string     `json:"format"`
	Media    string     `json:"mediatype"`
	Encoding string     `json:"encoding"`
	Bytes    int64      `json:"bytes"`
	Hash     string     `json:"hash"`
	Schema   dataSchema `json:"schema"`
}

type dataSchema struct {
	Schema string      `json:"$schema"`
	Fields []dataField `json:"fields"`
}

type dataField struct {
	Name       string            `json:"name"`
	Type       string            `json:"type"`
	Title      string            `json:"title,omitempty"`
	Titles     map[string]string `json:"titles,omitempty"` // by language
	Weight     bool              `json:"weight,omitempty"`
	Categories []dataCategory    `json:"categories,omitempty"`
	Ordered    bool              `json:"categoriesOrdered,omitempty"`
	Missing    []dataCategory    `json:"missingValues"`
}

type dataCategory struct {
	Value any    `json:"value"`
	Label string `json:"label,omitempty"`
}

// writeDataPackage writes a Frictionless Data Package of version 2 as a ZIP archive: the rows as CSV, then datapackage.json.
func writeDataPackage(w io.Writer, f *File) error {
	var s sum
	return bundle(w, f.csvPart(&s), part{"datapackage.json", func(w io.Writer) error { return indented(w, f.dataPackage(s)) }})
}

func indented(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

func (f *File) dataPackage(s sum) dataPackage {
	const schemas = "https://datapackage.org/profiles/2.0/"
	p := dataPackage{Schema: schemas + "datapackage.json", Name: slug(f.Name), Title: f.Title.In(f.Lang)}
	for _, n := range f.Notes {
		p.Notes = append(p.Notes, describedFact(n))
	}
	r := dataResource{Profile: schemas + "dataresource.json", Name: slug(f.Name), Type: "table", Path: f.csvName(), Format: "csv", Media: "text/csv", Encoding: "utf-8",
		Bytes: s.bytes, Hash: "sha256:" + s.hash, Schema: dataSchema{Schema: schemas + "tableschema.json"}}
	for i := range f.Variables {
		r.Schema.Fields = append(r.Schema.Fields, f.dataField(&f.Variables[i]))
	}
	p.Resources = []dataResource{r}
	return p
}

// slug makes a name of lower-case letters, digits and - _ . alone.
func slug(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-' || r == '_' || r == '.' {
			return r
		}
		return '-'
	}, strings.ToLower(s))
}

// fieldType is the type of a column in CSV, in words that Frictionless and CSVW share but for text.
func (v *Variable) fieldType() string {
	switch v.Kind {
	case Ordered:
		return "integer"
	case Real:
		return "number"
	case Date:
		return "date"
	}
	return "string"
}

func (f *File) dataField(v *Variable) dataField {
	d := dataField{Name: tabular.Guard(v.Name), Type: v.fieldType(), Title: v.Label.In(f.Lang), Titles: v.Label, Weight: v.Weight, Ordered: v.Kind == Ordered,
		Missing: []dataCategory{{"", noAnswerText.In(f.Lang)}}}
	if v.Skips && v.Kind != Text {
		d.Missing = append(d.Missing, dataCategory{skippedCell, notAskedText.In(f.Lang)})
	}
	for _, l := range v.Levels {
		c := dataCategory{tabular.Guard(l.Code), l.Text.In(f.Lang)}
		if v.Kind == Ordered {
			c.Value = l.Value
		}
		d.Categories = append(d.Categories, c)
	}
	return d
}
