package scribe

import (
	"regexp"
	"strconv"
	"strings"
	"testing"

	"codeberg.org/go-fonts/liberation/liberationserifbold"
	"codeberg.org/go-pdf/fpdf"
)

// Between paragraphs there are 6 points at least: decree 30/2020/NĐ-CP, Appendix I, part I, section II, 6 (e). 20 twips are a point.
func TestBetweenParagraphsThereIsTheRoomThatTheDecreeWants(t *testing.T) {
	t.Parallel()
	styles := unzipped(t, written(t, "docx", sample()))["word/styles.xml"]
	for _, id := range []string{"Normal", "Heading1", "Heading2", "Heading3", "Item"} {
		_, rest, ok := strings.Cut(styles, `w:styleId="`+id+`"`)
		m := regexp.MustCompile(`w:after="(\d+)" w:line="(\d+)"`).FindStringSubmatch(rest)
		if !ok || m == nil {
			t.Fatalf("no style %s", id)
		}
		after, _ := strconv.Atoi(m[1])
		line, _ := strconv.Atoi(m[2])
		if after < 120 || line < 240 || line > 360 { // single to one and a half
			t.Errorf("%s: %d twips after it, lines of %d/240", id, after, line)
		}
		if strings.HasPrefix(id, "Heading") && strings.Contains(strings.SplitN(rest, "</w:style>", 2)[0], "<w:i/>") {
			t.Errorf("%s is not upright", id)
		}
	}
	if betweenMM < 6.0/72*25.4-1e-9 {
		t.Errorf("the PDF leaves %v mm", betweenMM)
	}
}

// The line below the name of the agency is a third to a half as long as the name (section II, 2 b), and so is that below the subject (5 b).
func TestLinesBelowNamesAreAThirdToAHalfAsLong(t *testing.T) {
	t.Parallel()
	p := &leaf{Fpdf: fpdf.New("P", "mm", "A4", "")}
	p.AddUTF8FontFromBytes(serif, "B", liberationserifbold.TTF)
	p.AddPage()
	for _, text := range []string{"ĐÀ NẴNG", "SỞ NỘI VỤ", "HÀ TĨNH", "ỦY BAN NHÂN DÂN TỈNH", "CỤC VĂN THƯ VÀ LƯU TRỮ NHÀ NƯỚC", "Kết quả các chỉ số của Đà Nẵng", "Về công tác phòng, chống lụt bão",
		"Kết quả Chỉ số cải cách hành chính năm 2025", "Independence - Freedom - Happiness", "Độc lập - Tự do - Hạnh phúc"} {
		s := style{size: 13, bold: true}
		p.letters(s)
		real := p.GetStringWidth(text)
		if share := ruled * width(text, 13) / real; share < 1./3 || share > .5 {
			t.Errorf("%s: %.2f of its length", text, share)
		}
	}
}
