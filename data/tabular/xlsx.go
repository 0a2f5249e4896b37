package tabular

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"thuocdo/scoring/phrase"
)

// workbook reads the first visible sheet of an XLSX file. Numbers come in their shortest form, dates as 2006-01-02,
// truth values as true and false, formulas as the value the program stored with them.
func workbook(ctx context.Context, r io.ReaderAt, size int64, limits Limits) rows {
	return func(yield func(Row, error) bool) {
		s, err := openSheet(r, size, limits)
		if err != nil {
			yield(Row{}, err)
			return
		}
		s.ctx, s.yield = ctx, yield
		if err := s.read(); err != nil && err != errStop {
			yield(Row{}, err)
		}
	}
}

// sheet is the state of one sheet being read.
type sheet struct {
	*part
	limits  Limits
	strings []string // shared texts
	dates   []bool   // by style: the number is a date
	epoch   time.Time
	ctx     context.Context
	yield   func(Row, error) bool
	patient bool // go on after a cell that cannot be read

	line, column int
	inRow        bool
	inCell       bool
	style        int
	kind         string
	text         strings.Builder
	inText       bool
	formula      bool // the cell is computed
	stored       bool // and its value is there
	phonetic     bool
	row          []string
	cells        int64
}

// openSheet opens the first visible sheet.
func openSheet(r io.ReaderAt, size int64, limits Limits) (*sheet, error) {
	c, err := openContents(r, size, limits)
	if err != nil {
		return nil, err
	}
	for _, l := range c.sheets {
		if !l.hidden {
			return c.open(l)
		}
	}
	return nil, fmt.Errorf("workbook without a visible sheet: %w", ErrNotATable)
}

// contents is what all sheets of a workbook share, and where they are.
type contents struct {
	*book
	strings []string // shared texts
	dates   []bool   // by style: the number is a date
	epoch   time.Time
	sheets  []leaf
	byID    map[string]string // part of each relationship
}

// leaf is one sheet in the list of sheets.
type leaf struct {
	name, id string
	hidden   bool
}

func openContents(r io.ReaderAt, size int64, limits Limits) (*contents, error) {
	b, err := openBook(r, size, limits)
	if err != nil {
		return nil, err
	}
	_, root, err := b.relations("")
	if err != nil {
		return nil, err
	}
	c, main := &contents{book: b}, root["officeDocument"]
	byID, byType, err := b.relations(main)
	if err != nil {
		return nil, err
	}
	c.byID = byID
	if err := c.list(main); err != nil {
		return nil, err
	}
	if name, ok := byType["sharedStrings"]; ok {
		if c.strings, err = sharedStrings(b, name); err != nil {
			return nil, err
		}
	}
	if name, ok := byType["styles"]; ok {
		c.dates, err = dateStyles(b, name)
	}
	return c, err
}

// list reads the sheets in their order and the day that serial number 0 stands for.
func (c *contents) list(name string) error {
	c.epoch = time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	p, err := c.book.open(name)
	if err != nil {
		return err
	}
	return p.each(func(t xml.Token) error {
		e, ok := t.(xml.StartElement)
		switch {
		case !ok:
		case e.Name.Local == "workbookPr" && (attr(e, "date1904") == "1" || attr(e, "date1904") == "true"):
			c.epoch = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
		case e.Name.Local == "sheet":
			c.sheets = append(c.sheets, leaf{attr(e, "name"), attr(e, "id"), isHidden(attr(e, "state"))})
		}
		return nil
	})
}

// isHidden takes the state of a sheet: LibreOffice names it where the sheet is shown, too.
func isHidden(state string) bool { return state != "" && state != "visible" }

// open opens one sheet.
func (c *contents) open(l leaf) (*sheet, error) {
	s := &sheet{limits: c.limits, epoch: c.epoch, strings: c.strings, dates: c.dates}
	p, err := c.book.open(c.byID[l.id])
	s.part = p
	return s, err
}

// errStop ends the reading because the caller wants no more rows.
var errStop = errors.New("no more rows wanted")

func (s *sheet) read() error {
	return s.each(func(t xml.Token) error {
		switch t := t.(type) {
		case xml.StartElement:
			return s.start(t)
		case xml.CharData:
			if s.inText {
				if s.text.Write(t); s.text.Len() > s.limits.Cell {
					return tooLarge("row %d, column %s holds more than %d bytes", s.line, columnName(s.column), s.limits.Cell)
				}
			}
		case xml.EndElement:
			return s.end(t.Name.Local)
		}
		return nil
	})
}

func (s *sheet) start(e xml.StartElement) error {
	switch e.Name.Local {
	case "row":
		return s.startRow(attr(e, "r"))
	case "c":
		return s.startCell(attr(e, "r"), attr(e, "t"), attr(e, "s"))
	case "v":
		s.inText, s.stored = true, true
	case "f":
		s.formula = true
	case "t":
		s.inText = !s.phonetic
	case "rPh":
		s.phonetic = true
	}
	return nil
}

func (s *sheet) startRow(r string) error {
	line := s.line + 1
	if r != "" {
		n, err := strconv.Atoi(r)
		if err != nil || n < line {
			return fmt.Errorf("workbook with rows out of order at %q: %w", r, ErrNotATable)
		}
		line = n
	}
	if line > s.limits.Rows {
		return tooLarge("more than %d rows", s.limits.Rows)
	}
	s.line, s.column, s.inRow = line, 0, true
	s.row = s.row[:0]
	return s.ctx.Err()
}

func (s *sheet) startCell(r, kind, style string) error {
	if !s.inRow || s.inCell {
		return fmt.Errorf("workbook with a cell outside a row: %w", ErrNotATable)
	}
	column := s.column + 1
	if r != "" {
		n, ok := columnNumber(r)
		if !ok || n < column {
			return fmt.Errorf("workbook with cells out of order at %q: %w", r, ErrNotATable)
		}
		column = n
	}
	if column > s.limits.Columns {
		return tooLarge("more than %d columns", s.limits.Columns)
	}
	s.column, s.kind, s.inCell, s.formula, s.stored = column, kind, true, false, false
	s.style, _ = strconv.Atoi(style)
	s.text.Reset()
	return nil
}

// columnNumber reads the letters of a cell's place, A = 1.
func columnNumber(place string) (n int, ok bool) {
	i := 0
	for ; i < len(place) && i < 4 && 'A' <= place[i] && place[i] <= 'Z'; i++ {
		n = n*26 + int(place[i]-'A') + 1
	}
	return n, i > 0 && i < 4
}

func (s *sheet) end(name string) error {
	switch name {
	case "v", "t":
		s.inText = false
	case "rPh":
		s.phonetic = false
	case "c":
		return s.endCell()
	case "row":
		return s.endRow()
	}
	return nil
}

func (s *sheet) endCell() error {
	if !s.inCell {
		return nil
	}
	s.inCell = false
	value, err := s.value()
	if err == nil && s.patient && s.formula && !s.stored {
		err = fault(s.line, s.column, "công thức chưa có giá trị; hãy mở tệp trong Excel, tính lại và lưu", "a formula without a stored value; open the file in Excel, recalculate and save it")
	}
	if s.patient && errors.As(err, new(phrase.Mistakes)) {
		if !s.yield(Row{}, err) {
			return errStop
		}
		return nil
	}
	if err != nil || value == "" {
		return err
	}
	if s.cells++; s.cells > s.limits.Cells {
		return tooLarge("more than %d cells", s.limits.Cells)
	}
	for len(s.row) < s.column {
		s.row = append(s.row, "")
	}
	s.row[s.column-1] = value
	return nil
}

func (s *sheet) endRow() error {
	s.inRow, s.inCell = false, false
	if len(s.row) > 0 && !s.yield(Row{s.line, s.row}, nil) {
		return errStop
	}
	return nil
}

// value turns the text of a cell into what a reader of the sheet sees.
func (s *sheet) value() (string, error) {
	text := s.text.String()
	if text == "" {
		return "", nil
	}
	switch s.kind {
	case "s":
		n, err := strconv.Atoi(text)
		if err != nil || n < 0 || n >= len(s.strings) {
			return "", fmt.Errorf("workbook with an unknown text number %q: %w", text, ErrNotATable)
		}
		return tidy(s.strings[n]), nil
	case "b":
		return strconv.FormatBool(text == "1"), nil
	case "e":
		return "", fault(s.line, s.column, "ô báo lỗi %s", "the cell holds the error %s", text)
	case "str", "inlineStr", "d":
		return tidy(unescape(text)), nil
	}
	x, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
	if err != nil || math.IsNaN(x) || math.IsInf(x, 0) {
		return "", fault(s.line, s.column, "“%s” không phải là số", "%q is not a number", text)
	}
	if s.style >= 0 && s.style < len(s.dates) && s.dates[s.style] {
		return s.date(x)
	}
	return strconv.FormatFloat(x, 'f', -1, 64), nil
}

// date turns days since the epoch into a day, with the time where it is not midnight.
func (s *sheet) date(days float64) (string, error) {
	if days < 0 || days > 2_958_465 { // 9999-12-31
		return "", fault(s.line, s.column, "ngày nằm ngoài phạm vi", "the date is out of range")
	}
	t := s.epoch.AddDate(0, 0, int(days))
	seconds := math.Round((days - math.Floor(days)) * 86400)
	if seconds == 0 {
		return t.Format(time.DateOnly), nil
	}
	return t.Add(time.Duration(seconds) * time.Second).Format(time.DateTime), nil
}

var escaped = regexp.MustCompile(`_x[0-9A-Fa-f]{4}_`)

// unescape reads the _xHHHH_ form of characters that XML cannot hold.
func unescape(s string) string {
	if !strings.Contains(s, "_x") {
		return s
	}
	return escaped.ReplaceAllStringFunc(s, func(e string) string {
		n, _ := strconv.ParseUint(e[2:6], 16, 32)
		if r := rune(n); utf8.ValidRune(r) {
			return string(r)
		}
		return e
	})
}
