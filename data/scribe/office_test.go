package scribe

import (
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"thuocdo/data/readers"
)

// paragraph is what a Word file says of one: its style by name, and its text.
type paragraph struct{ style, text string }

// styleNames returns the names of the styles by id; programs choose ids of their own.
func styleNames(t *testing.T, styles string) map[string]string {
	t.Helper()
	var list struct {
		Styles []struct {
			ID   string `xml:"styleId,attr"`
			Name struct {
				Value string `xml:"val,attr"`
			} `xml:"name"`
		} `xml:"style"`
	}
	must(t, xml.Unmarshal([]byte(styles), &list))
	names := map[string]string{}
	for _, s := range list.Styles {
		names[s.ID] = strings.ToLower(s.Name.Value)
	}
	return names
}

// paragraphs lists those with text in their order, and counts what else the body has by element.
func paragraphs(t *testing.T, parts map[string]string) (list []paragraph, counts map[string]int) {
	t.Helper()
	names, counts := styleNames(t, parts["word/styles.xml"]), map[string]int{}
	d := xml.NewDecoder(strings.NewReader(parts["word/document.xml"]))
	var open []paragraph // text boxes are paragraphs within one
	inText := false
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return list, counts
		}
		must(t, err)
		switch x := token.(type) {
		case xml.StartElement:
			counts[x.Name.Local]++
			switch x.Name.Local {
			case "p":
				open = append(open, paragraph{style: "normal"})
			case "pStyle":
				open[len(open)-1].style = names[x.Attr[0].Value]
			case "t":
				inText = true
			}
		case xml.CharData:
			if inText {
				open[len(open)-1].text += string(x)
			}
		case xml.EndElement:
			switch x.Name.Local {
			case "t":
				inText = false
			case "p":
				last := open[len(open)-1]
				if open = open[:len(open)-1]; strings.TrimSpace(last.text) != "" {
					list = append(list, last)
				}
			}
		}
	}
}

func TestLibreOfficeOpensADOCXAndSavesItAgain(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("starting LibreOffice takes seconds")
	}
	file := written(t, "docx", sample())
	again := readers.Office(t, "docx", map[string][]byte{"bao-cao.docx": file})["bao-cao.docx"]
	want, had := paragraphs(t, unzipped(t, file))
	got, has := paragraphs(t, unzipped(t, again))
	if len(got) != len(want) || len(want) < 150 {
		t.Fatalf("%d paragraphs with text, want %d", len(got), len(want))
	}
	var styles []string
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("paragraph %d: %q, want %q", i+1, got[i], want[i])
		}
		styles = append(styles, want[i].style)
	}
	for _, name := range []string{"heading 1", "heading 2"} {
		if !slices.Contains(styles, name) {
			t.Errorf("no paragraph is a %s", name)
		}
	}
	for _, element := range []string{"tbl", "tr", "tc", "tblHeader", "numPr", "blip", "b", "i"} { // tables, their heads, lists, pictures, bold, italic
		if had[element] == 0 || has[element] < had[element] {
			t.Errorf("%s: %d, had %d", element, has[element], had[element])
		}
	}
}
