package labelled_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
)

// ddiElements are the elements of DDI-Codebook 2.5 that are written, each with its children in the order of the standard's XML Schema
// (codebook.xsd, DDI Alliance 2012), which has more.
var ddiElements = map[string][]string{
	"codeBook": {"docDscr", "stdyDscr", "fileDscr", "dataDscr", "otherMat"},
	"stdyDscr": {"citation", "studyAuthorization", "stdyInfo", "studyDevelopment", "method", "dataAccs", "othrStdyMat", "notes"},
	"citation": {"titlStmt", "rspStmt", "prodStmt", "distStmt", "serStmt", "verStmt", "biblCit", "holdings", "notes"},
	"titlStmt": {"titl", "subTitl", "altTitl", "parTitl", "IDNo"},
	"fileDscr": {"fileTxt", "locMap", "notes"},
	"fileTxt":  {"fileName", "fileCitation", "fileCont", "fileStrc", "dimensns", "fileType", "format", "filePlac", "software", "verStmt"},
	"dimensns": {"caseQnty", "varQnty", "logRecL", "recPrCas", "recNumTot"},
	"dataDscr": {"varGrp", "nCubeGrp", "var", "nCube", "notes"},
	"var": {"location", "labl", "qstn", "valrng", "invalrng", "undocCod", "universe", "TotlResp", "sumStat", "txt", "stdCatgry", "catgryGrp", "catgry",
		"codInstr", "verStmt", "concept", "derivation", "varFormat", "geoMap", "catLevel", "notes"},
	"invalrng": {"item", "range", "key", "notes"},
	"catgry":   {"catValu", "labl", "txt", "catStat", "mrow"},
}

// ddiAttributes are what attributes may say; nil is any text.
var ddiAttributes = map[string][]string{
	"codeBook version": {"2.5"}, "codeBook lang": {"vi", "en"}, "codeBook xmlns": {"ddi:codebook:2_5"},
	"titl lang": {"vi", "en"}, "parTitl lang": {"vi", "en"}, "labl lang": {"vi", "en"}, "concept lang": {"vi", "en"},
	"notes type": nil, "notes subject": nil, "fileDscr ID": nil, "var ID": nil, "var name": nil, "var files": nil, "var wgt": {"wgt", "not-wgt"}, "var wgt-var": nil,
	"var intrvl": {"contin", "discrete"}, "item VALUE": nil, "catgry missing": {"Y", "N"},
	"varFormat type": {"character", "numeric"}, "varFormat schema": {"SAS", "SPSS", "IBM", "ANSI", "ISO", "XML-Data"}, "varFormat category": {"date", "time", "currency", "other"},
}

// wrongInCodeBook lists what the standard does not have so.
func wrongInCodeBook(file []byte) (wrong []string) {
	type place struct {
		name string
		last int
	}
	var open []place
	ids, refs := map[string]bool{}, map[string]bool{}
	d := xml.NewDecoder(bytes.NewReader(file))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return append(wrong, err.Error())
		}
		switch x := token.(type) {
		case xml.StartElement:
			name := x.Name.Local
			if n := len(open); n > 0 {
				up := &open[n-1]
				if i := slices.Index(ddiElements[up.name], name); i < up.last {
					wrong = append(wrong, name+" does not stand there in "+up.name)
				} else {
					up.last = i
				}
			}
			open = append(open, place{name, 0})
			for _, a := range x.Attr {
				may, known := ddiAttributes[name+" "+a.Name.Local]
				if !known || may != nil && !slices.Contains(may, a.Value) {
					wrong = append(wrong, name+" has "+a.Name.Local+"="+a.Value)
				}
				switch a.Name.Local {
				case "ID":
					if ids[a.Value] {
						wrong = append(wrong, "ID "+a.Value+" twice")
					}
					ids[a.Value] = true
				case "files", "wgt-var":
					refs[a.Value] = true
				}
			}
		case xml.EndElement:
			open = open[:len(open)-1]
		}
	}
	for id := range refs {
		if !ids[id] {
			wrong = append(wrong, "no element "+id)
		}
	}
	return wrong
}

func TestACodeBookHasItsElementsInTheOrderOfTheStandard(t *testing.T) {
	t.Parallel()
	for name, f := range kinds(t) {
		file := unzip(t, mustWrite(t, "ddi", f))["dot-1.ddi.xml"]
		for _, w := range wrongInCodeBook(file) {
			t.Errorf("%s: %s", name, w)
		}
		for _, broken := range [][2]string{{"<titl ", "<IDNo>x</IDNo><titl "}, {`schema="ISO"`, `schema="other"`}, {`files="F1"`, `files="F2"`}, {"<catValu>", "<txt>x</txt><catValu>"},
			{"<fileType>", "<kind>"}, {`intrvl="discrete"`, `intrvl="no"`}} {
			changed := strings.Replace(string(file), broken[0], broken[1], 1)
			if broken[0] == "<fileType>" {
				changed = strings.Replace(changed, "</fileType>", "</kind>", 1)
			}
			if changed == string(file) || len(wrongInCodeBook([]byte(changed))) == 0 {
				t.Errorf("%s: %s in the place of %s is taken", name, broken[1], broken[0])
			}
		}
	}
}
