// Package filetest makes small files for tests: honest ones of every type that is taken, and others that are not what they say.
package filetest

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
)

// PDF returns a document of one page with a text on it.
func PDF(text string) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.4\n")
	stream := fmt.Sprintf("BT /F1 12 Tf 72 720 Td (%s) Tj ET", text)
	objects := []string{"<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
		fmt.Sprintf("<< /Length %d >>\nstream\n%s\nendstream", len(stream), stream), "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"}
	var at []int
	for i, o := range objects {
		at = append(at, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	start := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, x := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", x)
	}
	fmt.Fprintf(&b, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, start)
	return b.Bytes()
}

// Part is one part of a package.
type Part struct{ Name, Body string }

const (
	office  = "application/vnd.openxmlformats-officedocument."
	related = `<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">%s</Relationships>`
)

// Types is the part that lists what the others are: the main one, and more overrides.
func Types(main, contentType, more string) Part {
	return Part{"[Content_Types].xml", `<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
		`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>` +
		`<Override PartName="/` + main + `" ContentType="` + contentType + `"/>` + more + `</Types>`}
}

// References is the part with the references of another.
func References(of, list string) Part { return Part{of, fmt.Sprintf(related, list)} }

// DOCX returns a text of one paragraph, with more parts.
func DOCX(text string, more ...Part) []byte {
	return Zip(append([]Part{Types("word/document.xml", office+"wordprocessingml.document.main+xml", ""),
		References("_rels/.rels", `<Relationship Id="r" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/>`),
		{"word/document.xml", `<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>` + text +
			`</w:t></w:r></w:p></w:body></w:document>`}}, more...)...)
}

// XLSX returns a workbook with one number.
func XLSX(number int, more ...Part) []byte {
	const main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
	return Zip(append([]Part{Types("xl/workbook.xml", office+"spreadsheetml.sheet.main+xml", ""),
		References("_rels/.rels", `<Relationship Id="r" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/>`),
		{"xl/workbook.xml", `<workbook xmlns="` + main + `"><sheets><sheet name="A" sheetId="1"/></sheets></workbook>`},
		{"xl/worksheets/sheet1.xml", fmt.Sprintf(`<worksheet xmlns="%s"><sheetData><row><c><v>%d</v></c></row></sheetData></worksheet>`, main, number)}}, more...)...)
}

// Zip packs parts.
func Zip(parts ...Part) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, p := range parts {
		w, err := z.Create(p.Name)
		if err == nil {
			_, err = w.Write([]byte(p.Body))
		}
		if err != nil {
			panic(err) // a buffer takes everything
		}
	}
	if err := z.Close(); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// PNG returns a picture of so many points.
func PNG(w, h int) []byte {
	var b bytes.Buffer
	if err := png.Encode(&b, picture(w, h)); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// JPEG returns a picture of so many points.
func JPEG(w, h int) []byte {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, picture(w, h), nil); err != nil {
		panic(err)
	}
	return b.Bytes()
}

func picture(w, h int) image.Image {
	m := image.NewGray(image.Rect(0, 0, w, h))
	for i := range m.Pix {
		m.Set(i%w, i/w, color.Gray{uint8(i)})
	}
	return m
}

// WebP returns a picture of one point.
func WebP() []byte {
	b, err := base64.StdEncoding.DecodeString("UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA")
	if err != nil {
		panic(err)
	}
	return b
}
