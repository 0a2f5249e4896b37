package scribe

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"math"
)

const (
	xmlHead    = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	namespaces = `xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" ` +
		`xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" ` +
		`xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"`
)

// markup collects XML.
type markup struct{ bytes.Buffer }

// raw writes markup as it stands.
func (m *markup) raw(list ...string) {
	for _, s := range list {
		m.WriteString(s)
	}
}

// rawf writes markup with numbers and names of ours.
func (m *markup) rawf(format string, values ...any) { fmt.Fprintf(m, format, values...) }

// text writes words, escaped.
func (m *markup) text(s string) { _ = xml.EscapeText(m, []byte(s)) } // a buffer takes all

// twips are twentieths of a point.
func twips(mm float64) int { return int(math.Round(mm / 25.4 * 1440)) }

// emu are the units of drawings.
func emu(mm float64) int { return int(math.Round(mm * 36000)) }

// halfPoints are the units of letters.
func halfPoints(size float64) int { return int(math.Round(size * 2)) }
