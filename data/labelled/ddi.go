package labelled

import (
	"encoding/xml"
	"io"
	"strconv"

	"thuocdo/data/tabular"
	"thuocdo/scoring/phrase"
)

// Elements of DDI-Codebook 2.5, in the order of its schema.
type (
	ddiBook struct {
		XMLName xml.Name `xml:"ddi:codebook:2_5 codeBook"`
		Version string   `xml:"version,attr"`
		Lang    string   `xml:"xml:lang,attr"`
		Study   ddiStudy `xml:"stdyDscr"`
		File    ddiFile  `xml:"fileDscr"`
		Vars    []ddiVar `xml:"dataDscr>var"`
	}
	ddiStudy struct {
		Title ddiText   `xml:"citation>titlStmt>titl"`
		Other []ddiText `xml:"citation>titlStmt>parTitl,omitempty"`
		ID    string    `xml:"citation>titlStmt>IDNo"`
		Notes []ddiNote `xml:"notes"`
	}
	ddiNote struct {
		Type    string `xml:"type,attr"`
		Subject string `xml:"subject,attr"`
		Text    string `xml:",chardata"`
	}
	ddiFile struct {
		ID   string `xml:"ID,attr"`
		Name string `xml:"fileTxt>fileName"`
		Rows int    `xml:"fileTxt>dimensns>caseQnty"`
		Vars int    `xml:"fileTxt>dimensns>varQnty"`
		Type string `xml:"fileTxt>fileType"`
	}
	ddiVar struct {
		ID       string        `xml:"ID,attr"`
		Name     string        `xml:"name,attr"`
		Files    string        `xml:"files,attr"`
		Weight   string        `xml:"wgt,attr,omitempty"`
		WeightBy string        `xml:"wgt-var,attr,omitempty"`
		Interval string        `xml:"intrvl,attr"`
		Labels   []ddiText     `xml:"labl"`
		Invalid  []ddiItem     `xml:"invalrng>item"`
		Levels   []ddiCategory `xml:"catgry"`
		Section  []ddiText     `xml:"concept"`
		Format   ddiFormat     `xml:"varFormat"`
	}
	ddiText struct {
		Lang string `xml:"xml:lang,attr,omitempty"`
		Text string `xml:",chardata"`
	}
	ddiItem struct {
		Value string `xml:"VALUE,attr"`
	}
	ddiCategory struct {
		Missing string    `xml:"missing,attr,omitempty"`
		Value   string    `xml:"catValu"`
		Labels  []ddiText `xml:"labl"`
	}
	ddiFormat struct {
		Type   string `xml:"type,attr"`
		Schema string `xml:"schema,attr"`
		Kind   string `xml:"category,attr,omitempty"`
	}
)

// writeDDI writes the rows as CSV and their DDI-Codebook 2.5 description, in a ZIP archive.
func writeDDI(w io.Writer, f *File) error {
	var s sum
	return bundle(w, f.csvPart(&s), part{f.Name + ".ddi.xml", func(w io.Writer) error {
		if _, err := io.WriteString(w, xml.Header); err != nil {
			return err
		}
		e := xml.NewEncoder(w)
		e.Indent("", " ")
		if err := e.Encode(f.codeBook()); err != nil {
			return err
		}
		return e.Close()
	}})
}

// texts lists a text in its languages, the one of the file first.
func (f *File) texts(t phrase.Text) (list []ddiText) {
	for _, lang := range []string{f.Lang, "vi", "en"} {
		if t[lang] != "" && (len(list) == 0 || list[0].Lang != lang) {
			list = append(list, ddiText{lang, t[lang]})
		}
	}
	return list
}

func (f *File) codeBook() ddiBook {
	b := ddiBook{Version: "2.5", Lang: f.Lang, Study: ddiStudy{Title: ddiText{f.Lang, f.Title.In(f.Lang)}, ID: f.Name},
		File: ddiFile{ID: "F1", Name: f.csvName(), Rows: f.Rows, Vars: len(f.Variables), Type: "text/csv; charset=utf-8"}}
	if all := f.texts(f.Title); len(all) > 1 {
		b.Study.Other = all[1:]
	}
	for _, n := range f.Notes {
		b.Study.Notes = append(b.Study.Notes, ddiNote{n.Key, n.Title, n.Text})
	}
	weight := ""
	for i := range f.Variables {
		if f.Variables[i].Weight {
			weight = variableID(i)
		}
	}
	for i := range f.Variables {
		b.Vars = append(b.Vars, f.codeBookVar(i, weight))
	}
	return b
}

func variableID(i int) string { return "V" + strconv.Itoa(i+1) }

func (f *File) codeBookVar(i int, weight string) ddiVar {
	v := &f.Variables[i]
	x := ddiVar{ID: variableID(i), Name: tabular.Guard(v.Name), Files: "F1", Interval: "discrete", Labels: f.texts(v.Label), Section: f.texts(v.Section),
		Format: ddiFormat{Type: "character", Schema: "ISO"}}
	if v.Weight {
		x.Weight = "wgt"
	} else {
		x.WeightBy = weight
	}
	if v.Kind == Real || v.Kind == Date {
		x.Interval = "contin"
	}
	if v.Kind == Real || v.Kind == Ordered {
		x.Format.Type = "numeric"
	}
	if v.Kind == Date {
		x.Format.Kind = "date"
	}
	for _, l := range v.Levels {
		x.Levels = append(x.Levels, ddiCategory{Value: tabular.Guard(l.Code), Labels: f.texts(l.Text)})
	}
	x.Levels = append(x.Levels, ddiCategory{Missing: "Y", Labels: f.texts(noAnswerText)})
	if v.Skips && v.Kind != Text {
		x.Invalid = []ddiItem{{skippedCell}}
		x.Levels = append(x.Levels, ddiCategory{Missing: "Y", Value: skippedCell, Labels: f.texts(notAskedText)})
	}
	return x
}
