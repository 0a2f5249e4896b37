package filetype

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"strings"
	"unicode/utf8"

	"thuocdo/scoring/assess"
)

// Limits of a packed document. One of 50 MB is mostly pictures, which hardly pack: what unpacks to a hundred times its size is none.
const (
	mostParts     = 4096
	mostDirectory = 1 << 20
	mostUnpacked  = 512 << 20
	mostRatio     = 100
	freeUnpacked  = 16 << 20 // whatever the ratio
	mostXML       = 1 << 20  // of the parts that are read: types and references
	endSize       = 22
)

var endMark = []byte("PK\x05\x06")

// mains are the types of the part that makes a package a document.
var mains = map[string]string{
	DOCX + ".main+xml": DOCX,
	XLSX + ".main+xml": XLSX,
}

// office finds out what a package of parts is, and unpacks all of it once, to see that it can be.
func (f *file) office() (media string, err error) {
	if err := f.directory(); err != nil {
		return "", err
	}
	z, err := zip.NewReader(f, f.size)
	if err != nil {
		return "", refuse(assess.FileDamaged, "archive: %v", err)
	}
	if err := sound(z.File); err != nil {
		return "", err
	}
	budget := max(freeUnpacked, min(mostUnpacked, mostRatio*f.size))
	for _, part := range z.File {
		n, err := unpack(part, budget)
		if err != nil {
			return "", err
		}
		budget -= n
	}
	return kind(z.File)
}

// directory wants an archive that begins with a part and ends with its directory, without anything before, after or hidden between.
// The directory is bounded before it is read into memory.
func (f *file) directory() error {
	head, err := f.read(0, 4)
	if err != nil {
		return err
	}
	end, err := f.tail(endSize)
	if err != nil {
		return err
	}
	if string(head) != "PK\x03\x04" {
		return refuse(assess.FileAmbiguous, "something before an archive")
	}
	if len(end) < endSize || !bytes.HasPrefix(end, endMark) {
		return refuse(assess.FileDamaged, "an archive cut short")
	}
	length, start := int64(binary.LittleEndian.Uint32(end[12:])), int64(binary.LittleEndian.Uint32(end[16:]))
	switch {
	case start+length != f.size-endSize:
		return refuse(assess.FileDamaged, "an archive whose directory is elsewhere")
	case length > mostDirectory || binary.LittleEndian.Uint16(end[10:]) > mostParts:
		return refuse(assess.FileBomb, "an archive of %d parts", binary.LittleEndian.Uint16(end[10:]))
	}
	return nil
}

// sound looks at the names of parts.
func sound(parts []*zip.File) error {
	seen := map[string]bool{}
	total := uint64(0)
	for _, p := range parts {
		name := strings.ToLower(p.Name)
		total += p.UncompressedSize64
		switch {
		case strings.ContainsAny(name, "\\:\x00") || !utf8.ValidString(name) || strings.HasPrefix(name, "/") || name != path.Clean(name)+trailing(name) || strings.HasPrefix(name, ".."):
			return refuse(assess.FileDamaged, "an archive with a part named %.100q", p.Name)
		case seen[name]:
			return refuse(assess.FileAmbiguous, "an archive with two parts named %.100q", p.Name)
		case strings.HasSuffix(name, "vbaproject.bin") || strings.Contains(name, "/macrosheets/") || strings.Contains(name, "/activex/") || strings.Contains(name, "vbadata.xml"):
			return refuse(assess.FileMacro, "%.100q", p.Name)
		case p.Method != zip.Store && p.Method != zip.Deflate || p.Flags&1 != 0:
			return refuse(assess.FileDamaged, "a part that is packed or locked in an unusual way")
		case total > mostUnpacked:
			return refuse(assess.FileBomb, "%d bytes or more unpacked", total)
		}
		seen[name] = true
	}
	return nil
}

// trailing is the slash at the end of the name of a folder.
func trailing(name string) string {
	if strings.HasSuffix(name, "/") {
		return "/"
	}
	return ""
}

// unpack reads a part to its end within a budget.
func unpack(p *zip.File, budget int64) (n int64, err error) {
	r, err := p.Open()
	if err != nil {
		return 0, refuse(assess.FileDamaged, "%.100q: %v", p.Name, err)
	}
	defer r.Close()
	var head [1024]byte
	k, err := io.ReadFull(r, head[:])
	if err == nil {
		n, err = io.Copy(io.Discard, io.LimitReader(r, budget+1))
	} else if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) && uint64(k) == p.UncompressedSize64 {
		err = nil
	}
	n += int64(k)
	switch {
	case n > budget:
		return n, refuse(assess.FileBomb, "unpacks to more than a hundred times its size")
	case err != nil:
		return n, refuse(assess.FileDamaged, "%.100q: %v", p.Name, err)
	case isXML(p.Name) && bytes.Contains(bytes.ToUpper(head[:k]), []byte("<!DOCTYPE")):
		return n, refuse(assess.FileActive, "%.100q has a document type", p.Name)
	}
	if strings.HasSuffix(strings.ToLower(p.Name), ".rels") {
		return n, references(p)
	}
	return n, nil
}

func isXML(name string) bool {
	name = strings.ToLower(name)
	return strings.HasSuffix(name, ".xml") || strings.HasSuffix(name, ".rels")
}

// kind reads the list of types: one main part that is there, and no macros.
func kind(parts []*zip.File) (media string, err error) {
	var types *zip.File
	there := map[string]bool{}
	for _, p := range parts {
		there["/"+strings.ToLower(p.Name)] = true
		if strings.EqualFold(p.Name, "[Content_Types].xml") {
			types = p
		}
	}
	if types == nil {
		return "", refuse(assess.FileType, "an archive that is no document")
	}
	var list struct {
		Default []struct {
			ContentType string `xml:",attr"`
		}
		Override []struct {
			PartName, ContentType string `xml:",attr"`
		}
	}
	if err := decode(types, &list); err != nil {
		return "", err
	}
	for _, d := range list.Default {
		if enabled(d.ContentType) {
			return "", refuse(assess.FileMacro, "a part is %.100q", d.ContentType)
		}
	}
	for _, o := range list.Override {
		if enabled(o.ContentType) {
			return "", refuse(assess.FileMacro, "a part is %.100q", o.ContentType)
		}
		m := mains[strings.ToLower(o.ContentType)]
		switch {
		case m == "" || m == media:
		case media != "":
			return "", refuse(assess.FileAmbiguous, "a text and a workbook at once")
		case !there[strings.ToLower(o.PartName)]:
			return "", refuse(assess.FileDamaged, "the main part is missing")
		default:
			media = m
		}
	}
	if media == "" {
		return "", refuse(assess.FileType, "an archive that is no text and no workbook")
	}
	return media, nil
}

// enabled reports whether a type is that of macros or controls.
func enabled(contentType string) bool {
	t := strings.ToLower(contentType)
	return strings.Contains(t, "macroenabled") || strings.Contains(t, "vbaproject") || strings.Contains(t, "macrosheet") || strings.Contains(t, "activex")
}

// references refuses parts that a program would fetch from another machine when the document is opened. Links that people click stay.
func references(p *zip.File) error {
	var list struct {
		Relationship []struct {
			Type, Target, TargetMode string `xml:",attr"`
		}
	}
	if err := decode(p, &list); err != nil {
		return err
	}
	for _, r := range list.Relationship {
		if strings.EqualFold(r.TargetMode, "External") && far(r.Target) && !strings.HasSuffix(strings.ToLower(r.Type), "/hyperlink") {
			return refuse(assess.FileActive, "%s of another machine", path.Base(r.Type))
		}
	}
	return nil
}

// far reports whether a reference leads to another machine: not to a file on the reader's own, such as the template of a letter.
func far(target string) bool {
	to := strings.ReplaceAll(strings.ToLower(strings.TrimSpace(target)), `\`, "/")
	to = strings.TrimPrefix(to, "file:///")
	return strings.Contains(to, "://") || strings.HasPrefix(to, "//") || strings.HasPrefix(to, "mhtml:")
}

// decode reads a small part of XML.
func decode(p *zip.File, to any) error {
	if p.UncompressedSize64 > mostXML {
		return refuse(assess.FileBomb, "%.100q has %d bytes", p.Name, p.UncompressedSize64)
	}
	r, err := p.Open()
	if err != nil {
		return refuse(assess.FileDamaged, "%.100q: %v", p.Name, err)
	}
	defer r.Close()
	if err := xml.NewDecoder(io.LimitReader(r, mostXML)).Decode(to); err != nil {
		return refuse(assess.FileDamaged, "%.100q: %v", p.Name, err)
	}
	return nil
}
