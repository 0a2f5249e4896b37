package tabular

import (
	"archive/zip"
	"encoding/binary"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
)

// book is the container of an XLSX file: a zip archive of XML parts. Only the parts that are asked for are unpacked.
type book struct {
	parts  map[string]*zip.File
	limits Limits
}

const mostParts = 2_000

// openBook checks the directory of the archive before anything is unpacked.
func openBook(r io.ReaderAt, size int64, limits Limits) (*book, error) {
	if err := checkDirectory(r, size); err != nil {
		return nil, err
	}
	z, err := zip.NewReader(r, size)
	if err != nil {
		return nil, fmt.Errorf("workbook: %w: %w", ErrNotATable, err)
	}
	if len(z.File) > mostParts {
		return nil, tooLarge("workbook of %d parts, at most %d", len(z.File), mostParts)
	}
	b := &book{parts: make(map[string]*zip.File, len(z.File)), limits: limits}
	for _, f := range z.File {
		b.parts[strings.ToLower(strings.TrimPrefix(f.Name, "/"))] = f
	}
	return b, nil
}

// checkDirectory bounds the central directory, which archive/zip reads into memory as a whole.
func checkDirectory(r io.ReaderAt, size int64) error {
	const endSize, mostComment, mostDirectory = 22, 1 << 16, 1 << 20
	tail := make([]byte, min(size, endSize+mostComment))
	if _, err := r.ReadAt(tail, size-int64(len(tail))); err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("workbook: %w", err)
	}
	for i := len(tail) - endSize; i >= 0; i-- {
		if string(tail[i:i+4]) != "PK\x05\x06" {
			continue
		}
		end := size - int64(len(tail)) + int64(i)
		length := int64(binary.LittleEndian.Uint32(tail[i+12:]))
		start := int64(binary.LittleEndian.Uint32(tail[i+16:]))
		switch {
		case length > mostDirectory:
			return tooLarge("workbook with a directory of %d bytes, at most %d", length, mostDirectory)
		case start+length != end: // zip64 or something hidden: no spreadsheet program writes that at this size
			return fmt.Errorf("workbook with a broken directory: %w", ErrNotATable)
		}
		return nil
	}
	return fmt.Errorf("workbook cut short: %w", ErrNotATable)
}

// open unpacks a part within the limits.
func (b *book) open(name string) (*part, error) {
	f, ok := b.parts[strings.ToLower(name)]
	if !ok {
		return nil, fmt.Errorf("workbook without part %s: %w", name, ErrNotATable)
	}
	if f.UncompressedSize64 > uint64(b.limits.Part) {
		return nil, tooLarge("part %s of %d bytes, at most %d", name, f.UncompressedSize64, b.limits.Part)
	}
	if f.UncompressedSize64 > 1<<20 && f.UncompressedSize64 > f.CompressedSize64*uint64(b.limits.Ratio) {
		return nil, tooLarge("part %s packed more than %d-fold", name, b.limits.Ratio)
	}
	rc, err := f.Open()
	if err != nil {
		return nil, fmt.Errorf("workbook part %s: %w: %w", name, ErrNotATable, err)
	}
	guarded := &markup{r: io.LimitReader(rc, int64(f.UncompressedSize64)+1), mostTag: 64 << 10, mostText: b.limits.Cell}
	d := xml.NewDecoder(guarded)
	d.Strict = true
	return &part{Decoder: d, name: name, body: rc}, nil
}

// part is one XML part being read.
type part struct {
	*xml.Decoder
	name string
	body io.Closer
}

func (p *part) Close() error { return p.body.Close() }

const mostDepth = 100

// each calls visit for every token until the end of the part. A part that is cut short or damaged is an error.
func (p *part) each(visit func(xml.Token) error) error {
	defer p.Close()
	depth := 0
	for {
		t, err := p.RawToken()
		switch t.(type) {
		case xml.StartElement:
			depth++
		case xml.EndElement:
			depth--
		}
		switch {
		case errors.Is(err, ErrTooLarge):
			return err
		case err == io.EOF && depth == 0:
			return nil
		case err != nil:
			return fmt.Errorf("workbook part %s is damaged (%w): %w", p.name, err, ErrNotATable)
		case depth < 0 || depth > mostDepth:
			return fmt.Errorf("workbook part %s is nested %d deep: %w", p.name, depth, ErrNotATable)
		}
		if err := visit(t); err != nil {
			return err
		}
	}
}

// attr returns an attribute by its local name.
func attr(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// relations returns the targets of a part's relationships by id, as part names.
func (b *book) relations(of string) (byID map[string]string, byType map[string]string, err error) {
	dir, file := path.Split(of)
	p, err := b.open(dir + "_rels/" + file + ".rels")
	if err != nil {
		return nil, nil, err
	}
	byID, byType = map[string]string{}, map[string]string{}
	err = p.each(func(t xml.Token) error {
		if e, ok := t.(xml.StartElement); ok && e.Name.Local == "Relationship" {
			target := attr(e, "Target")
			if !strings.HasPrefix(target, "/") {
				target = path.Join(dir, target)
			}
			target = strings.TrimPrefix(target, "/")
			byID[attr(e, "Id")] = target
			byType[path.Base(attr(e, "Type"))] = target
		}
		return nil
	})
	return byID, byType, err
}

// markup passes XML through and refuses a tag, text, comment or CDATA section that is too long for a sheet: the decoder
// would hold it whole in memory.
type markup struct {
	r        io.Reader
	mostTag  int
	mostText int
	run      int     // bytes of the present construct
	within   byte    // 0 text, '<' tag, '-' comment, '[' CDATA, '?' instruction
	last     [2]byte // the two bytes before the present one
}

func (m *markup) Read(p []byte) (int, error) {
	n, err := m.r.Read(p)
	for _, c := range p[:n] {
		m.run++
		if m.within == '<' && m.last == [2]byte{'<', '!'} && c != '-' && c != '[' {
			return 0, fmt.Errorf("XML with a document type: %w", ErrNotATable)
		}
		if next, changed := m.next(c); changed {
			m.within, m.run = next, 0
		}
		m.last[0], m.last[1] = m.last[1], c
		if m.run > m.mostText || m.within == '<' && m.run > m.mostTag {
			return 0, tooLarge("XML text or tag of more than %d bytes", m.run-1)
		}
	}
	return n, err
}

// next returns the construct that begins with the byte c, if one does.
func (m *markup) next(c byte) (within byte, changed bool) {
	a, b := m.last[0], m.last[1]
	switch m.within {
	case 0:
		return '<', c == '<'
	case '<':
		if b == '<' && c == '?' {
			return '?', true
		}
		if a == '<' && b == '!' && (c == '-' || c == '[') {
			return c, true
		}
		return 0, c == '>'
	case '-':
		return 0, m.run > 2 && a == '-' && b == '-' && c == '>'
	case '[':
		return 0, a == ']' && b == ']' && c == '>'
	default:
		return 0, b == '?' && c == '>'
	}
}
