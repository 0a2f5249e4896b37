package labelled

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"strings"

	"thuocdo/survey/dataset"
)

// Stata datasets of version 118, as Stata's manual describes them ("dta"): UTF-8, least significant byte first.

// Limits of the format.
const (
	dtaName      = 32 // characters of a name
	dtaLabel     = 80 // of a label
	dtaValue     = 32_000
	dtaString    = 2_045 // bytes of a text within a row; longer ones stand behind the rows
	dtaMostVars  = 32_767
	dtaNameRoom  = 129
	dtaLabelRoom = 321
)

// Storage types.
const (
	dtaLong   = 32768 // a text behind the rows
	dtaDouble = 65526
	dtaInt32  = 65528
	dtaInt16  = 65529
)

// dtaColumn is a variable as Stata has it.
type dtaColumn struct {
	*Variable
	name  string
	kind  int  // storage type
	words bool // the words of an Ident, which Stata cannot label
	place int  // of the variable in the file
}

// dtaWriter keeps count of what it has written.
type dtaWriter struct {
	*bufio.Writer
	file    *File
	columns []dtaColumn
	at      int64
	long    int64 // bytes behind the rows
	room    [8]byte
}

func writeDTA(w io.Writer, f *File) error {
	d := &dtaWriter{Writer: bufio.NewWriterSize(w, 1<<16), file: f}
	if err := d.plan(); err != nil {
		return err
	}
	if err := d.measure(); err != nil {
		return err
	}
	d.text("<stata_dta>")
	d.header()
	d.mapped()
	d.describe()
	d.notes()
	if err := d.rows(); err != nil {
		return err
	}
	if err := d.longTexts(); err != nil {
		return err
	}
	d.labels()
	d.text("</stata_dta>")
	return d.Flush()
}

// plan gives every variable its name and type; behind a code with words stands a variable with the words.
func (d *dtaWriter) plan() error {
	var vars []Variable
	for i := range d.file.Variables {
		v := &d.file.Variables[i]
		d.columns = append(d.columns, dtaColumn{Variable: v, kind: dtaKind(v, v.Longest), place: i})
		vars = append(vars, *v)
		if v.Kind != Ident || !hasWords(v.Levels) {
			continue
		}
		longest := 0
		for _, l := range v.Levels {
			longest = max(longest, len(l.Text.In(d.file.Lang)))
		}
		d.columns = append(d.columns, dtaColumn{Variable: v, kind: dtaKind(v, longest), words: true, place: i})
		vars = append(vars, Variable{Name: v.Name + "_name"})
	}
	if len(d.columns) > dtaMostVars {
		return fmt.Errorf("%d columns: %w", len(d.columns), ErrTooWide)
	}
	for i, name := range names(vars, dtaName, dtaReserved) {
		d.columns[i].name = name
	}
	return nil
}

func hasWords(levels []Level) bool {
	for _, l := range levels {
		if len(l.Text) > 0 {
			return true
		}
	}
	return false
}

func dtaKind(v *Variable, longest int) int {
	switch {
	case v.coded():
		return dtaInt16
	case v.Kind == Date:
		return dtaInt32
	case v.Kind == Real:
		return dtaDouble
	case longest > dtaString:
		return dtaLong
	}
	return max(longest, 1)
}

func dtaReserved(name string) bool {
	switch strings.ToLower(name) {
	case "_all", "_b", "_coef", "_cons", "_n", "_rc", "_skip", "_pi", "_pred", "byte", "double", "float", "if", "in", "int", "long", "using", "with", "strl":
		return true
	}
	n, isText := strings.CutPrefix(strings.ToLower(name), "str")
	return isText && n != "" && strings.Trim(n, "0123456789") == ""
}

// measure counts the bytes that will stand behind the rows.
func (d *dtaWriter) measure() error {
	if !d.hasLong() {
		return nil
	}
	return d.eachLong(func(_, _ int, s string) { d.long += int64(len("GSO") + 4 + 8 + 1 + 4 + len(s) + 1) })
}

func (d *dtaWriter) hasLong() bool {
	for i := range d.columns {
		if d.columns[i].kind == dtaLong {
			return true
		}
	}
	return false
}

// eachLong calls do for every text behind the rows, with its column and row from 1.
func (d *dtaWriter) eachLong(do func(column, row int, s string)) error {
	n := 0
	for row, err := range d.file.Cells {
		if err != nil {
			return err
		}
		n++
		for i := range d.columns {
			if c := &d.columns[i]; c.kind == dtaLong {
				if s := c.said(row[c.place], d.file.Lang); s != "" {
					do(i+1, n, s)
				}
			}
		}
	}
	return nil
}

// said returns the text of a cell.
func (c *dtaColumn) said(x dataset.Cell, lang string) string {
	switch {
	case x.Missing != dataset.Present:
		return ""
	case c.words:
		return c.Levels[x.Level].Text.In(lang)
	}
	return strings.ReplaceAll(c.word(x), "\x00", "")
}

func (d *dtaWriter) text(s string) {
	n, _ := d.WriteString(s)
	d.at += int64(n)
}

func (d *dtaWriter) bytes(b []byte) {
	n, _ := d.Write(b)
	d.at += int64(n)
}

// number writes a whole number in so many bytes.
func (d *dtaWriter) number(size int, x int64) {
	binary.LittleEndian.PutUint64(d.room[:], uint64(x))
	d.bytes(d.room[:size])
}

// field writes a text in so many bytes, zeros behind it.
func (d *dtaWriter) field(s string, size int) {
	s = s[:min(len(s), size)]
	d.text(s)
	for rest := size - len(s); rest > 0; {
		n := min(rest, len(dtaZeros))
		d.bytes(dtaZeros[:n])
		rest -= n
	}
}

// dtaZeros fill fields up.
var dtaZeros [256]byte

func (d *dtaWriter) header() {
	d.text("<header><release>118</release><byteorder>LSF</byteorder><K>")
	d.number(2, int64(len(d.columns)))
	d.text("</K><N>")
	d.number(8, int64(d.file.Rows))
	d.text("</N><label>")
	label := cutRunes(d.file.Title.In(d.file.Lang), dtaLabel)
	d.number(2, int64(len(label)))
	d.text(label)
	d.text("</label><timestamp>")
	d.number(1, 0) // none: the same data give the same file
	d.text("</timestamp></header>")
}

// mapped writes where each part begins, which follows from what will be written.
func (d *dtaWriter) mapped() {
	const ends = len("<map></map>") + 14*8
	k, at := int64(len(d.columns)), d.at+int64(ends)
	marks := []int64{0, d.at}
	part := func(name string, size int64) {
		marks = append(marks, at)
		at += int64(2*len(name)+5) + size
	}
	part("variable_types", 2*k)
	part("varnames", dtaNameRoom*k)
	part("sortlist", 2*(k+1))
	part("formats", 57*k)
	part("value_label_names", dtaNameRoom*k)
	part("variable_labels", dtaLabelRoom*k)
	part("characteristics", d.notesSize())
	part("data", d.rowSize()*int64(d.file.Rows))
	part("strls", d.long)
	part("value_labels", d.labelsSize())
	marks = append(marks, at, at+int64(len("</stata_dta>")))
	d.text("<map>")
	for _, m := range marks {
		d.number(8, m)
	}
	d.text("</map>")
}

func (d *dtaWriter) rowSize() (n int64) {
	for i := range d.columns {
		switch kind := d.columns[i].kind; kind {
		case dtaLong, dtaDouble:
			n += 8
		case dtaInt32:
			n += 4
		case dtaInt16:
			n += 2
		default:
			n += int64(kind)
		}
	}
	return n
}

// part writes a part between its tags.
func (d *dtaWriter) part(name string, body func()) {
	d.text("<" + name + ">")
	body()
	d.text("</" + name + ">")
}

// each writes a part that has something for every variable.
func (d *dtaWriter) each(name string, body func(c *dtaColumn)) {
	d.part(name, func() {
		for i := range d.columns {
			body(&d.columns[i])
		}
	})
}

func (d *dtaWriter) describe() {
	d.each("variable_types", func(c *dtaColumn) { d.number(2, int64(c.kind)) })
	d.each("varnames", func(c *dtaColumn) { d.field(c.name, dtaNameRoom) })
	d.part("sortlist", func() { d.bytes(make([]byte, 2*(len(d.columns)+1))) })
	d.each("formats", func(c *dtaColumn) { d.field(c.format(), 57) })
	d.each("value_label_names", func(c *dtaColumn) { d.field(c.labelled(), dtaNameRoom) })
	d.each("variable_labels", func(c *dtaColumn) { d.field(cutRunes(c.Label.In(d.file.Lang), dtaLabel), dtaLabelRoom) })
}

func (c *dtaColumn) format() string {
	switch {
	case c.kind == dtaInt16:
		return "%8.0g"
	case c.kind == dtaInt32:
		return "%tdDD/NN/CCYY"
	case c.kind == dtaDouble:
		return "%10.0g"
	case c.kind == dtaLong:
		return "%9s"
	}
	return fmt.Sprintf("%%%ds", min(c.kind, 244))
}

// labelled returns the name of the value labels, which is the variable's own; nothing for none.
func (c *dtaColumn) labelled() string {
	if c.Numeric() {
		return c.name
	}
	return ""
}

func (d *dtaWriter) rows() error {
	var failed error
	d.part("data", func() {
		n := 0
		for row, err := range d.file.Cells {
			if err != nil {
				failed = err
				return
			}
			n++
			for i := range d.columns {
				d.cell(&d.columns[i], i+1, n, row[d.columns[i].place])
			}
		}
	})
	return failed
}

// Missing values of Stata: . is at the top of each type, and .a to .z behind it.
const (
	dtaNoAnswer = 1 // .a
	dtaNotAsked = 2 // .b
)

func dtaMissing(kind int, m dataset.Missing) int64 {
	n := int64(dtaNoAnswer)
	if m == dataset.NotAsked {
		n = dtaNotAsked
	}
	switch kind {
	case dtaInt16:
		return 32_741 + n
	case dtaInt32:
		return 2_147_483_621 + n
	}
	return 0x7fe0<<48 + n<<40
}

func (d *dtaWriter) cell(c *dtaColumn, column, row int, x dataset.Cell) {
	switch {
	case c.kind == dtaLong && c.said(x, d.file.Lang) == "":
		d.number(8, 0)
	case c.kind == dtaLong:
		d.number(2, int64(column))
		d.number(6, int64(row))
	case !c.Numeric():
		d.field(c.said(x, d.file.Lang), c.kind)
	default:
		d.value(c, x)
	}
}

func (d *dtaWriter) value(c *dtaColumn, x dataset.Cell) {
	size := 8
	switch c.kind {
	case dtaInt16:
		size = 2
	case dtaInt32:
		size = 4
	}
	switch {
	case x.Missing != dataset.Present:
		d.number(size, dtaMissing(c.kind, x.Missing))
	case c.Kind == Date:
		d.number(size, int64(x.Number)+daysFrom1960)
	case c.Kind == Real:
		d.number(size, int64(math.Float64bits(x.Number)))
	default:
		d.number(size, int64(c.number(x)))
	}
}

func (d *dtaWriter) longTexts() error {
	var err error
	d.part("strls", func() {
		err = d.eachLong(func(column, row int, s string) {
			const textWithZero = 130
			d.text("GSO")
			d.number(4, int64(column))
			d.number(8, int64(row))
			d.number(1, textWithZero)
			d.number(4, int64(len(s)+1))
			d.text(s)
			d.number(1, 0)
		})
	})
	return err
}
