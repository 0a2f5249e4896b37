package labelled

import (
	"encoding/csv"
	"io"
	"regexp"
	"strings"

	"thuocdo/data/tabular"
	"thuocdo/scoring/phrase"
)

// writeCSVW writes CSV on the Web as a ZIP archive: the rows, the labels of levels as a second table, and the metadata of both.
func writeCSVW(w io.Writer, f *File) error {
	var s sum
	return bundle(w, f.csvPart(&s), part{f.levelsName(), f.writeLevels},
		part{f.csvName() + "-metadata.json", func(w io.Writer) error { return indented(w, f.webMetadata()) }})
}

func (f *File) levelsName() string { return f.Name + "-levels.csv" }

var levelColumns = []string{"variable", "code", "label_vi", "label_en"}

func (f *File) writeLevels(w io.Writer) error {
	out := csv.NewWriter(w)
	if err := out.Write(levelColumns); err != nil {
		return err
	}
	for i := range f.Variables {
		v := &f.Variables[i]
		for _, l := range v.Levels {
			if err := out.Write([]string{tabular.Guard(v.Name), tabular.Guard(l.Code), tabular.Guard(l.Text["vi"]), tabular.Guard(l.Text["en"])}); err != nil {
				return err
			}
		}
	}
	out.Flush()
	return out.Error()
}

// object keeps the metadata readable; keys are written in the order of their names.
type object = map[string]any

func (f *File) webMetadata() object {
	ids := names(f.Variables, 200, func(string) bool { return false })
	var columns []object
	for i := range f.Variables {
		columns = append(columns, f.Variables[i].webColumn(ids[i]))
	}
	var levels []object
	for _, name := range levelColumns {
		levels = append(levels, object{"name": name, "titles": name, "datatype": "string"})
	}
	table := object{"url": f.csvName(), "dialect": object{"encoding": "utf-8", "header": true}, "tableSchema": object{"columns": columns}}
	var notes []object
	for _, n := range f.Notes {
		notes = append(notes, object{"key": n.Key, "title": n.Title, "text": n.Text})
	}
	if notes != nil {
		table["notes"] = notes
	}
	return object{
		"@context": []any{"http://www.w3.org/ns/csvw", object{"@language": f.Lang}},
		"dc:title": inLanguages(f.Title),
		"tables": []object{table,
			{"url": f.levelsName(), "dialect": object{"encoding": "utf-8", "header": true}, "tableSchema": object{"columns": levels, "primaryKey": levelColumns[:2]}}},
	}
}

// inLanguages writes a text with its languages, as JSON-LD does.
func inLanguages(t phrase.Text) (list []object) {
	for _, lang := range []string{"vi", "en"} {
		if t[lang] != "" {
			list = append(list, object{"@value": t[lang], "@language": lang})
		}
	}
	return list
}

func (v *Variable) webColumn(id string) object {
	c := object{"name": id, "titles": tabular.Guard(v.Name), "datatype": v.webType()}
	if label := inLanguages(v.Label); label != nil {
		c["dc:title"] = label
	}
	if v.Weight {
		c["dc:description"] = inLanguages(weightText)
	}
	empty := []string{""}
	if v.Skips && v.Kind != Text {
		empty = append(empty, skippedCell)
	}
	c["null"] = empty
	return c
}

// mostInPattern bounds the levels that a datatype lists: agencies may be thousands.
const mostInPattern = 200

// webType is the datatype of a column; codes are those of the levels and no others.
func (v *Variable) webType() any {
	switch {
	case v.Kind == Ordered && len(v.Levels) > 0:
		low, high := v.Levels[0].Value, v.Levels[0].Value
		for _, l := range v.Levels {
			low, high = min(low, l.Value), max(high, l.Value)
		}
		return object{"base": "integer", "minimum": low, "maximum": high}
	case (v.Kind == Coded || v.Kind == Ident) && len(v.Levels) > 0 && len(v.Levels) <= mostInPattern:
		codes := make([]string, len(v.Levels))
		for i, l := range v.Levels {
			codes[i] = regexp.QuoteMeta(tabular.Guard(l.Code))
		}
		return object{"base": "string", "format": strings.Join(codes, "|")}
	}
	return v.fieldType()
}
