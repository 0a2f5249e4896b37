// Package filetype finds out what a file is by what is in it, and refuses whatever is not plainly one document or picture: cut short,
// of two types at once, with macros, or unpacking to more than anybody reads. It opens nothing else and writes nothing.
package filetype

import (
	"bytes"
	"fmt"
	"io"

	"github.com/gabriel-vasile/mimetype"

	"thuocdo/scoring/assess"
)

// Media types, as assess.FileTypes names them.
const (
	PDF  = "application/pdf"
	DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	JPEG = "image/jpeg"
	PNG  = "image/png"
	WebP = "image/webp"
)

// file is a file being looked at.
type file struct {
	io.ReaderAt
	size int64
}

// Of returns the media type of a file of so many bytes. Its name must end as such files do. The error is *assess.Refused, or what
// reading gave.
func Of(r io.ReaderAt, size int64, name string) (media string, err error) {
	if size == 0 {
		return "", refuse(assess.FileEmpty, "no bytes")
	}
	f := &file{r, size}
	found, err := mimetype.DetectReader(f.section(0, size))
	if err != nil {
		return "", fmt.Errorf("file type: %w", err)
	}
	if media, err = f.check(found); err != nil {
		return "", err
	}
	if !assess.Ends(name, media) {
		return "", refuse(assess.FileLies, "the content is %s", media)
	}
	return media, nil
}

// check lets the type that a file begins as have its say.
func (f *file) check(found *mimetype.MIME) (media string, err error) {
	if found.Is("image/svg+xml") || found.Is("text/html") {
		return "", refuse(assess.FileActive, "%s", found)
	}
	checks := map[string]func() error{PDF: f.pdf, JPEG: f.jpeg, PNG: f.png, WebP: f.webp}
	zipped := false
	for m := found; m != nil; m = m.Parent() {
		zipped = zipped || m.Is("application/zip")
		if check := checks[m.String()]; check != nil {
			if err := f.single(); err != nil {
				return "", err
			}
			return m.String(), check()
		}
	}
	if !zipped {
		return "", refuse(assess.FileType, "%s", found)
	}
	if err := f.plain(); err != nil {
		return "", err
	}
	return f.office()
}

// sniffed is how many bytes a browser looks at to guess a type (WHATWG, MIME Sniffing: resource header).
const sniffed = 1445

// markup is what a page or script that hides in a file begins with.
var markup = [][]byte{[]byte("<!doctype"), []byte("<html"), []byte("<head"), []byte("<body"), []byte("<script"), []byte("<iframe"), []byte("<svg"),
	[]byte("<object"), []byte("<embed"), []byte("<?php")}

// plain wants no markup where a browser would look for it.
func (f *file) plain() error {
	head, err := f.read(0, sniffed)
	if err != nil {
		return err
	}
	head = bytes.ToLower(head)
	for _, m := range markup {
		if bytes.Contains(head, m) {
			return refuse(assess.FileAmbiguous, "%s at the beginning", m)
		}
	}
	return nil
}

// single wants a file that cannot be read as a page, nor from its end as an archive.
func (f *file) single() error {
	if err := f.plain(); err != nil {
		return err
	}
	tail, err := f.tail(1<<16 + endSize)
	if err != nil {
		return err
	}
	for i := bytes.LastIndex(tail, endMark); i >= 0; i = bytes.LastIndex(tail[:i], endMark) {
		if rest := tail[i:]; len(rest) >= endSize && endSize+int(rest[20])+int(rest[21])<<8 == len(rest) {
			return refuse(assess.FileAmbiguous, "an archive at the end")
		}
	}
	return nil
}

// pdf wants the header first, and a trailer at the end that leads to the table of objects.
func (f *file) pdf() error {
	head, err := f.read(0, 8)
	if err != nil {
		return err
	}
	if len(head) < 8 || !bytes.HasPrefix(head, []byte("%PDF-")) || head[5] < '1' || head[5] > '2' || head[6] != '.' || head[7] < '0' || head[7] > '9' {
		return refuse(assess.FileDamaged, "a PDF begins with %%PDF-1.0 to 2.0")
	}
	tail, err := f.tail(2048)
	if err != nil {
		return err
	}
	body, rest, found := cutLast(tail, []byte("%%EOF"))
	if !found {
		return refuse(assess.FileDamaged, "a PDF cut short: no %%%%EOF")
	}
	if len(bytes.Trim(rest, "\x00\t\n\f\r ")) > 0 {
		return refuse(assess.FileAmbiguous, "%d bytes after the end of a PDF", len(rest))
	}
	_, at, found := cutLast(body, []byte("startxref"))
	var start int64
	if _, err := fmt.Sscan(string(at), &start); !found || err != nil || start <= 0 || start >= f.size {
		return refuse(assess.FileDamaged, "a PDF whose startxref leads nowhere")
	}
	return f.objects(start)
}

// objects wants a table of objects, or the stream that holds one, where the trailer says.
func (f *file) objects(start int64) error {
	at, err := f.read(start, 32)
	if err != nil {
		return err
	}
	at = bytes.TrimLeft(at, "\x00\t\n\f\r ")
	var number, generation int
	if bytes.HasPrefix(at, []byte("xref")) {
		return nil
	}
	if _, err := fmt.Sscanf(string(at), "%d %d obj", &number, &generation); err != nil {
		return refuse(assess.FileDamaged, "a PDF without a table of objects")
	}
	return nil
}

// cutLast cuts around the last occurrence of sep.
func cutLast(b, sep []byte) (before, after []byte, found bool) {
	i := bytes.LastIndex(b, sep)
	if i < 0 {
		return b, nil, false
	}
	return b[:i], b[i+len(sep):], true
}

// read returns up to n bytes from a place.
func (f *file) read(at, n int64) ([]byte, error) {
	b, err := io.ReadAll(f.section(at, min(n, f.size-at)))
	if err != nil {
		return nil, fmt.Errorf("file type: %w", err)
	}
	return b, nil
}

// tail returns up to n bytes from the end.
func (f *file) tail(n int64) ([]byte, error) { n = min(n, f.size); return f.read(f.size-n, n) }

func (f *file) section(at, n int64) *io.SectionReader { return io.NewSectionReader(f, at, n) }

func refuse(reason assess.Reason, format string, args ...any) error {
	return &assess.Refused{Reason: reason, Detail: fmt.Sprintf(format, args...)}
}
