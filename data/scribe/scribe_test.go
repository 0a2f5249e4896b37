package scribe

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"image/png"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"thuocdo/scoring/report/document"
)

func must(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}

func written(tb testing.TB, format string, d *document.Document) []byte {
	tb.Helper()
	f, ok := Find(format)
	if !ok {
		tb.Fatalf("no format %q", format)
	}
	var b bytes.Buffer
	must(tb, f.Write(&b, d))
	return b.Bytes()
}

// mustRun runs a program that may be missing, in a folder, and returns what it writes.
func mustRun(t *testing.T, dir, missing, program string, args ...string) string {
	t.Helper()
	tool, err := exec.LookPath(program)
	if err != nil {
		t.Skip(program + " is not there: " + missing)
	}
	c := exec.CommandContext(t.Context(), tool, args...)
	c.Dir, c.Env = dir, append(os.Environ(), "HOME="+dir)
	out, err := c.Output()
	if err != nil {
		t.Fatalf("%s: %v", program, err)
	}
	return string(out)
}

// said returns the text of a PDF as poppler reads it, with single spaces.
func said(t *testing.T, pdf []byte) string {
	t.Helper()
	dir := t.TempDir()
	must(t, os.WriteFile(filepath.Join(dir, "x.pdf"), pdf, 0o600))
	return strings.Join(strings.Fields(mustRun(t, dir, "apt-get install poppler-utils", "pdftotext", "-layout", "x.pdf", "-")), " ")
}

// phrases stand in the sample: head, text, table, figure, signature, recipients.
var phrases = []string{"ỦY BAN NHÂN DÂN TỈNH MINH HỌA", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "Số: 12/BC-SNV",
	"Minh Họa, ngày 05 tháng 02 năm 2026", "BÁO CÁO", "I. KẾT QUẢ CHUNG", "Tổng điểm là 85,50 điểm, xếp hạng 5.", "Rà soát quy trình <nội bộ> & công khai", "Bảng 1. Điểm theo lĩnh vực",
	"Hình 1. Diễn biến qua các kỳ", "CHỦ TỊCH", "Nguyễn Văn Minh Họa", "Nơi nhận:", "- Lưu: VT, CCHC."}

func TestAPDFSaysWhatTheDocumentSaysInVietnamese(t *testing.T) {
	t.Parallel()
	text := said(t, written(t, "pdf", sample()))
	for _, want := range append(phrases, "Cải cách thể chế") {
		if want == phrases[0] { // two lines beside the state's name
			want = "ỦY BAN NHÂN DÂN"
		}
		if !strings.Contains(text, want) {
			t.Errorf("not found: %q", want)
		}
	}
}

// unzipped returns the parts of a DOCX by name.
func unzipped(t *testing.T, docx []byte) map[string]string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(docx), int64(len(docx)))
	must(t, err)
	parts := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		must(t, err)
		b, err := io.ReadAll(r)
		must(t, err)
		parts[f.Name] = string(b)
	}
	return parts
}

var wordText = regexp.MustCompile(`(?s)<w:t [^>]*>(.*?)</w:t>|</w:p>`)

func TestADOCXIsWellFormedAndSaysWhatTheDocumentSays(t *testing.T) {
	t.Parallel()
	parts := unzipped(t, written(t, "docx", sample()))
	for name, content := range parts {
		if strings.HasSuffix(name, ".png") {
			if _, err := png.Decode(strings.NewReader(content)); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		d := xml.NewDecoder(strings.NewReader(content))
		for _, err := d.Token(); !errors.Is(err, io.EOF); _, err = d.Token() {
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
	}
	var text strings.Builder
	for _, m := range wordText.FindAllStringSubmatch(parts["word/document.xml"], -1) {
		if text.WriteString(m[1]); m[1] == "" {
			text.WriteByte('\n')
		}
	}
	plain := strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&").Replace(text.String())
	for _, want := range phrases {
		if !strings.Contains(plain, want) {
			t.Errorf("not found: %q", want)
		}
	}
	for _, m := range regexp.MustCompile(`Target="([^"]+)"`).FindAllStringSubmatch(parts["word/_rels/document.xml.rels"], -1) {
		if _, ok := parts["word/"+m[1]]; !ok {
			t.Errorf("%s is related, but not there", m[1])
		}
	}
	for _, m := range regexp.MustCompile(`w:pStyle w:val="(\w+)"`).FindAllStringSubmatch(parts["word/document.xml"], -1) {
		if !strings.Contains(parts["word/styles.xml"], `w:styleId="`+m[1]+`"`) {
			t.Fatalf("style %s is used, but not defined", m[1])
		}
	}
}

func TestTheSameDocumentIsTheSameFile(t *testing.T) {
	t.Parallel()
	for _, f := range Formats {
		d := sample()
		one, two := written(t, f.Name, d), written(t, f.Name, d)
		if !bytes.Equal(one, two) {
			t.Errorf("%s: two files differ", f.Name)
		}
		if d.Produced = (time.Time{}); !bytes.Equal(written(t, f.Name, d), written(t, f.Name, d)) {
			t.Errorf("%s without a time: two files differ", f.Name)
		}
		if len(one) > 150<<10 {
			t.Errorf("%s: %d bytes", f.Name, len(one))
		}
	}
}

// The numbers are those of Decree 30/2020/NĐ-CP, Appendix I: A4, 20–25 mm above and below, 30–35 left, 15–20 right, in twips.
func TestThePageIsThatOfTheDecree(t *testing.T) {
	t.Parallel()
	body := unzipped(t, written(t, "docx", sample()))["word/document.xml"]
	for _, want := range []string{`<w:pgSz w:w="11906" w:h="16838"/>`, `w:top="1134" w:right="850" w:bottom="1134" w:left="1701"`, `<w:titlePg/>`} {
		if !strings.Contains(body, want) {
			t.Errorf("not there: %s", want)
		}
	}
	if pdf := written(t, "pdf", sample()); !bytes.Contains(pdf, []byte("/MediaBox [0 0 595.28 841.89]")) {
		t.Error("the PDF is not A4")
	}
}

func TestALongRowGoesOnOverPagesWithNothingLost(t *testing.T) {
	t.Parallel()
	var words []string
	for i := range 3000 {
		words = append(words, "từ"+strings.Repeat("x", i%3)+string(rune('a'+i%26)))
	}
	long := strings.Join(words, " ")
	d := &document.Document{Lang: "vi", Blocks: []document.Block{
		document.Table{Columns: []document.Column{{Title: "Nội dung", Width: 4}, {Title: "Số", Width: 1}}, Rows: [][]document.Cell{document.Cells(long, "1"), document.Cells("cuối", "2")}},
		document.Say(long), document.Say(strings.Repeat("ấ", 400))}}
	text := said(t, written(t, "pdf", d))
	for _, x := range []string{"từa", "từxb", "từxxc"} {
		if got, want := strings.Count(" "+text+" ", " "+x+" "), 2*strings.Count(" "+long+" ", " "+x+" "); got < want {
			t.Errorf("%s is there %d times of %d", x, got, want)
		}
	}
	if got := strings.Count(text, "ấ"); got != 400 {
		t.Errorf("%d letters of a word of 400", got)
	}
}

func TestHostileTextIsDrawnNeitherLostNorHarmful(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"Ha\u0300 No\u0323\u0302i": "Hà Nội", "a\x00b\x1bc": "abc", "một\thai": "một hai", "😀": "□", "hỏng\xff": "hỏng", "dòng\nmới": "dòng\nmới", "\u200b": "\u200b",
	} {
		if got := tidy(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
	d := sample()
	evil := "]]> <w:p> &amp; \x00\x1b \u202e 😀 漢字 = \n\n" + strings.Repeat("́", 50)
	d.Head.Agency, d.Head.Subject, d.Head.Above, d.Name = evil, evil, "", evil
	d.Blocks = append(d.Blocks, document.Heading{Level: 9, Text: evil}, document.Say(evil), document.Table{}, document.Figure{Alt: `"` + evil}, document.List{}, document.Paragraph{})
	d.Signs, d.Recipients = append(d.Signs, document.Signature{Authority: []string{evil}}, document.Signature{}), nil
	for _, f := range Formats {
		b := written(t, f.Name, d)
		if f.Name == "docx" {
			x := xml.NewDecoder(strings.NewReader(unzipped(t, b)["word/document.xml"]))
			for _, err := x.Token(); !errors.Is(err, io.EOF); _, err = x.Token() {
				must(t, err)
			}
		}
	}
}

// BenchmarkFormats writes a report of six pages.
func BenchmarkFormats(b *testing.B) {
	d := sample()
	for _, f := range Formats {
		b.Run(f.Name, func(b *testing.B) {
			for b.Loop() {
				must(b, f.Write(io.Discard, d))
			}
		})
	}
}
