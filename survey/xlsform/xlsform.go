// Package xlsform maps an XLSForm workbook (biểu mẫu soạn bằng bảng tính, xlsform.org) to a questionnaire and back. It
// sees a workbook as cells; reading and writing the file itself is not its work.
//
// Import finds every mistake at once and names it by sheet, row and column. What a questionnaire of ours cannot hold is
// either a mistake, where leaving it out would change what is asked or who is asked, or else named in the list of what
// was left behind; nothing is dropped silently. Export writes workbooks that other programs understand and that Import
// reads back as the same questionnaire.
package xlsform

import "strings"

// Book is a workbook as cells, its sheets in the order of the file.
type Book []Sheet

// Sheet is one sheet. Rows without content may be left out.
type Sheet struct {
	Name   string
	Hidden bool
	Rows   []Row
}

// Reads reports whether Import reads the sheet of a name. Of others it only notes that they are there.
func Reads(sheet string) bool {
	_, known := sheetNames[strings.ToLower(cleanWord(sheet))]
	return known
}

// Row is one row. Line is its place in the sheet, counted from 1.
type Row struct {
	Line  int
	Cells []string
}

// The sheets of the specification, and the two of our own that hold what it has no place for. Other programs pass over
// sheets they do not know.
const (
	surveySheet   = "survey"
	choicesSheet  = "choices"
	settingsSheet = "settings"
	scalesSheet   = "scales"
	ownSheet      = "thuocdo"
)

// order is the order in which mistakes are named.
var order = []string{settingsSheet, surveySheet, choicesSheet, scalesSheet, ownSheet}

// Bounds of a workbook. A real form has some hundreds of rows.
const (
	mostRows  = 20_000 // of a sheet
	mostDepth = 32     // of groups
	mostFound = 1_000  // mistakes named one by one
)
