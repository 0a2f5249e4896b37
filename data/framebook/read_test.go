package framebook_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"thuocdo/data/framebook"
	"thuocdo/data/tabular"
	"thuocdo/scoring"
	"thuocdo/scoring/phrase"
)

// handmade is a workbook as an official types it: Vietnamese names only, marks and case at will, no codes of options.
var handmade = map[string][][]any{
	"BỘ CHỈ SỐ": {
		{"Mã bộ chỉ số", "par-xa"}, {"phiên bản", 2026}, {"Tên bộ chỉ số", "Chỉ số cải cách hành chính cấp xã (minh họa)"},
		{"Loại cơ quan được chấm", "phường, xã; Đặc khu"}, {"Kỳ đánh giá", "Năm"}, {"Có hiệu lực từ ngày", "1/1/2026"},
		{"Điểm tối đa của cả bộ", "12,5"}, {"Số chữ số thập phân khi hiển thị", 2}},
	"Tieu chi": {
		{"STT", "Lĩnh vực, tiêu chí", "Điểm tối đa", "Nguồn số liệu", "Cách chấm", "Chi tiết cách chấm", "Cấp"},
		{1, "Chỉ đạo, điều hành", 8, nil, nil, nil, "Lĩnh vực"},
		{"1.1", "Kế hoạch cải cách hành chính năm", 1, "Tự đánh giá, thẩm định", "Chọn phương án", "Ban hành kịp thời = 1\nBan hành không kịp thời = 0,5\nKhông ban hành = 0", "Tiêu chí"},
		{"1.2", "Mức độ hoàn thành kế hoạch (%)", 2, "tự đánh giá,  thẩm định", "theo bậc", "trên 90 % = 2; từ 70 % đến 90 % = 1; dưới 70 % = 0", "tieu chi"},
		{"1.3", "Gửi báo cáo đúng hạn", 2, nil, "Có hoặc không", nil, nil},
		{"1.4", "Trừ khi chậm công khai", 3, nil, "Trừ theo lần", "0,75", nil},
		nil,
		{2, "Đánh giá của người dân", 4.5, nil, nil, nil, "Lĩnh vực"},
		{"2.1", "Mức độ hài lòng", 4.5, "Chỉ số khác", "Giá trị chỉ số khác", "sipas", nil}},
	"Nhóm xếp hạng": {
		{"Mã", "Tên nhóm", "Loại cơ quan"}, {"phuong", "Phường", "phường"}, {"xa", "Xã, đặc khu", "xã; đặc khu"}},
	"Xếp loại": {
		{"Mã", "Tên loại", "Khoảng điểm"}, {"A", "Tốt", "từ 10 trở lên"}, {"B", "Khá", "từ 6,25 đến dưới 10"}, {"C", "Còn lại", "dưới 6,25"}},
	"Hướng dẫn riêng của sở": {{"gì cũng được"}},
}

func mustBook(tb testing.TB, sheets map[string][][]any) []byte {
	tb.Helper()
	f := excelize.NewFile()
	for name, rows := range sheets {
		if _, err := f.NewSheet(name); err != nil {
			tb.Fatal(err)
		}
		for i, row := range rows {
			if err := f.SetSheetRow(name, fmt.Sprintf("A%d", i+1), &row); err != nil {
				tb.Fatal(err)
			}
		}
	}
	if err := f.DeleteSheet("Sheet1"); err != nil {
		tb.Fatal(err)
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

func TestAWorkbookTypedByHandIsUnderstood(t *testing.T) {
	t.Parallel()
	got, err := framebook.Read(t.Context(), bytes.NewReader(mustBook(t, handmade)))
	if err != nil {
		t.Fatal(err)
	}
	want, err := scoring.Parse([]byte(`{
		"code": "par-xa", "version": "2026", "title": {"vi": "Chỉ số cải cách hành chính cấp xã (minh họa)"},
		"kinds": ["ward", "commune", "special-zone"], "period": "year", "effective": {"from": "2026-01-01"}, "max_points": 12.5, "rounding": {"display": 2},
		"groups": [{"code": "phuong", "title": {"vi": "Phường"}, "kinds": ["ward"]}, {"code": "xa", "title": {"vi": "Xã, đặc khu"}, "kinds": ["commune", "special-zone"]}],
		"bands": [{"code": "A", "title": {"vi": "Tốt"}, "min": 10}, {"code": "B", "title": {"vi": "Khá"}, "min": 6.25, "max": 10}, {"code": "C", "title": {"vi": "Còn lại"}, "max": 6.25}],
		"tree": [
			{"code": "1", "level": "area", "title": {"vi": "Chỉ đạo, điều hành"}, "max_points": 8, "children": [
				{"code": "1.1", "level": "criterion", "title": {"vi": "Kế hoạch cải cách hành chính năm"}, "max_points": 1, "source": "self+appraisal", "rule": {"type": "choice", "options": [
					{"code": "a", "title": {"vi": "Ban hành kịp thời"}, "points": 1}, {"code": "b", "title": {"vi": "Ban hành không kịp thời"}, "points": 0.5}, {"code": "c", "title": {"vi": "Không ban hành"}}]}},
				{"code": "1.2", "level": "criterion", "title": {"vi": "Mức độ hoàn thành kế hoạch (%)"}, "max_points": 2, "source": "self+appraisal", "rule": {"type": "steps", "steps": [
					{"min": 90, "min_open": true, "points": 2}, {"min": 70, "max": 90, "max_closed": true, "points": 1}, {"max": 70, "points": 0}]}},
				{"code": "1.3", "title": {"vi": "Gửi báo cáo đúng hạn"}, "max_points": 2, "rule": {"type": "yes_no"}},
				{"code": "1.4", "title": {"vi": "Trừ khi chậm công khai"}, "max_points": 3, "rule": {"type": "deduct", "unit": 0.75}}]},
			{"code": "2", "level": "area", "title": {"vi": "Đánh giá của người dân"}, "max_points": 4.5, "children": [
				{"code": "2.1", "title": {"vi": "Mức độ hài lòng"}, "max_points": 4.5, "source": "index", "rule": {"type": "index_value", "framework": "sipas"}}]}]}`))
	if err != nil {
		t.Fatal(err)
	}
	if line := difference(mustDefine(t, want), mustDefine(t, got)); line != "" {
		t.Error(line)
	}
}

// edit changes cells of the workbook of every rule.
func edit(tb testing.TB, cells map[string]any) []byte {
	tb.Helper()
	data, err := os.ReadFile("../../scoring/testdata/every-rule.json")
	if err != nil {
		tb.Fatal(err)
	}
	fw, err := scoring.Parse(data)
	if err != nil {
		tb.Fatal(err)
	}
	f, err := excelize.OpenReader(bytes.NewReader(mustWrite(tb, fw)))
	if err != nil {
		tb.Fatal(err)
	}
	for at, v := range cells {
		sheet, cell, _ := strings.Cut(at, "!")
		if err := f.SetCellValue(sheet, cell, v); err != nil {
			tb.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

func refused(tb testing.TB, book []byte) phrase.Mistakes {
	tb.Helper()
	_, err := framebook.Read(tb.Context(), bytes.NewReader(book))
	var m phrase.Mistakes
	if err != nil && !errors.As(err, &m) {
		tb.Fatalf("not a list of mistakes: %v", err)
	}
	return m
}

func TestEveryMistakeOfAWorkbookIsNamedWithItsCell(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		cells map[string]any
		want  []string // beginnings of lines
	}{
		"nothing": {nil, nil},
		"points that are no number": {map[string]any{"Tiêu chí!E5": "năm"}, []string{
			`sheet Tiêu chí, row 5, column E: "năm" is not a number`}},
		"points that are missing": {map[string]any{"Tiêu chí!E5": nil}, []string{
			`sheet Tiêu chí, row 5, column E: the number is missing`}},
		"points that do not add up": {map[string]any{"Tiêu chí!E5": 4.55}, []string{
			`sheet Tiêu chí, row 3, column E: the children of "1" add up to 59.55 points, but the maximum of "1" is 60`}},
		"an option beyond the maximum": {map[string]any{"Tiêu chí!H4": "[on-time] Kịp thời = 5\n[late] Chậm = 7"}, []string{
			`sheet Tiêu chí, row 4, column H, entry 2: 7 points lie outside 0 to 5, the bounds of "1.1"`}},
		"an option without points": {map[string]any{"Tiêu chí!H4": "Kịp thời = 5\nChậm"}, []string{
			`sheet Tiêu chí, row 4, column H, entry 2: "Chậm": expected "Issued on time = 1" or`}},
		"a gap between steps": {map[string]any{"Tiêu chí!H6": "> 92 = 10; 70..90 = 5; < 70 = 0"}, []string{
			`sheet Tiêu chí, row 6, column H, entry 1: the values from 90 to 92 lie in no range`}},
		"an overlap of steps": {map[string]any{"Tiêu chí!H6": ">= 90 = 10; 70..90 = 5; < 70 = 0"}, []string{
			`sheet Tiêu chí, row 6, column H, entry 1: this range overlaps sheet Tiêu chí, row 6, column H, entry 2`}},
		"steps with a dash": {map[string]any{"Tiêu chí!H6": "> 90 = 10; 70-90 = 5; < 70 = 0"}, []string{
			`sheet Tiêu chí, row 6, column H, entry 2: "70-90 = 5": expected > 90 = 2, 70..90 = 1`}},
		"a rule that is none": {map[string]any{"Tiêu chí!G5": "tùy nghi"}, []string{
			`sheet Tiêu chí, row 5, column G: "tùy nghi": expected one of: chọn phương án; có hoặc không`}},
		"details without a rule": {map[string]any{"Tiêu chí!G5": nil, "Tiêu chí!H5": "a = 1"}, []string{
			`sheet Tiêu chí, row 5, column H: there are details but no rule`}},
		"details where there are none": {map[string]any{"Tiêu chí!H5": "a = 1"}, []string{
			`sheet Tiêu chí, row 5, column H, entry 1: this rule has no details; leave the cell empty`}},
		"a strange parameter": {map[string]any{"Tiêu chí!H7": "mỗi ngày = 2"}, []string{
			`sheet Tiêu chí, row 7, column H, entry 1: "mỗi ngày = 2": lines of the form "name = value" are expected; the names are: mỗi lần`,
		}},
		"a parameter twice": {map[string]any{"Tiêu chí!H7": "mỗi lần = 2\n0,5"}, []string{
			`sheet Tiêu chí, row 7, column H, entry 2: "mỗi lần" is given twice`}},
		"a parent below": {map[string]any{"Tiêu chí!P5": "3"}, []string{
			`sheet Tiêu chí, row 5, column P: "3" must be in a row above; for a row at the top write "(gốc)"`}},
		"a code twice": {map[string]any{"Tiêu chí!A5": "1.1"}, []string{
			`sheet Tiêu chí, row 5, column A: the code "1.1" is already used at sheet Tiêu chí, row 4, column A`}},
		"an unknown column": {map[string]any{"Tiêu chí!Q1": "Ghi chú", "Tiêu chí!Q2": "Ghi chú"}, []string{
			`sheet Tiêu chí, row 1, column Q: column "Ghi chú" is not known; columns are STT, Cấp`}},
		"a missing column": {map[string]any{"Tiêu chí!E1": nil, "Tiêu chí!E2": nil}, []string{
			`sheet Tiêu chí, row 1: column "Điểm tối đa" (max_points) is missing`}},
		"a value beside the table": {map[string]any{"Tiêu chí!R7": "?"}, []string{
			`sheet Tiêu chí, row 7, column R: holds a value, but the column has no name`}},
		"an unknown property": {map[string]any{"Bộ chỉ số!A3": "Mã số"}, []string{
			`sheet Bộ chỉ số: expected a code of 1 to 64`, `sheet Bộ chỉ số, row 3, column A: there is no property "Mã số"`}},
		"a day that is none": {map[string]any{"Bộ chỉ số!B13": "31/2/2026"}, []string{
			`sheet Bộ chỉ số, row 13, column B: "31/2/2026" is no day such as 31/12/2026`}},
		"a kind that is none": {map[string]any{"Bộ chỉ số!B11": "sở; làng"}, []string{
			`sheet Bộ chỉ số, row 11, column B, entry 2: there is no kind of agency "làng"`,
			`sheet Nhóm xếp hạng, row 4, column D, entry 1: the agency kind "commune" is not among`,
			`sheet Nhóm xếp hạng, row 5, column D, entry 1: the agency kind "ministry" is not among`}},
		"decimals by halves": {map[string]any{"Bộ chỉ số!B18": 1.5}, []string{
			`sheet Bộ chỉ số, row 18, column B: "1.5" is not a whole number`}},
		"a band that is no range": {map[string]any{"Xếp loại!D4": "80-90"}, []string{
			`sheet Xếp loại, row 4, column D: "80-90": expected >= 90, 80..<90`}},
		"bands with a gap": {map[string]any{"Xếp loại!D4": "80..<89"}, []string{
			`sheet Xếp loại, row 3, column D: the values from 89 to 90 lie in no range`}},
		"a gate that is none": {map[string]any{"Xếp loại!F3": "mọi lĩnh vực trên 50"}, []string{
			`sheet Xếp loại, row 3, column F, entry 1: "mọi lĩnh vực trên 50": expected`}},
		"a gate on nothing": {map[string]any{"Xếp loại!F3": "mọi lĩnh vực >= 50 %\nmục 1; 9 >= 50 %"}, []string{
			`sheet Xếp loại, row 3, column F, entry 2: there is no node with the code "9"`}},
		"a quota without its percent": {map[string]any{"Xếp loại!G3": nil}, []string{
			`sheet Xếp loại, row 3, column G: the number is missing`}},
		"several at once": {map[string]any{"Tiêu chí!E5": "x", "Xếp loại!D4": "?", "Bộ chỉ số!B12": "thập kỷ"}, []string{
			`sheet Bộ chỉ số, row 12, column B: "thập kỷ": expected one of: tháng; quý; nửa năm; năm`,
			`sheet Tiêu chí, row 5, column E: "x" is not a number`,
			`sheet Xếp loại, row 4, column D: "?": expected`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := refused(t, edit(t, c.cells))
			same := len(m) == len(c.want)
			for i := range min(len(m), len(c.want)) {
				same = same && strings.HasPrefix(m[i].Path+": "+m[i].Message["en"], c.want[i])
			}
			if !same {
				t.Errorf("got\n%s\nwant\n%s", m.In("en"), strings.Join(c.want, "\n"))
			}
			for _, x := range m {
				if vi := x.Message["vi"]; vi == "" || vi == x.Message["en"] || strings.Contains(vi+x.Message["en"], "%!") || strings.Contains(vi, "$.") {
					t.Errorf("%s: %q / %q", x.Path, vi, x.Message["en"])
				}
			}
		})
	}
}

func TestSheetsThatAreMissingOrUnknownAreNamed(t *testing.T) {
	t.Parallel()
	book := map[string][][]any{"Tiêu chí": handmade["Tieu chi"], "Xep lọai khác": {{"x"}}}
	got := refused(t, mustBook(t, book)).In("vi")
	for _, want := range []string{"sheet Bộ chỉ số: thiếu trang này", "sheet Xep lọai khác: không biết trang này; các trang được dùng: Bộ chỉ số, Tiêu chí, Xếp loại, Nhóm xếp hạng, Phương pháp"} {
		if !strings.Contains(got, want) {
			t.Errorf("%s\nwant %s", got, want)
		}
	}
}

func TestACellWithAnErrorIsNamed(t *testing.T) {
	t.Parallel()
	book := spoil(t, edit(t, map[string]any{"Tiêu chí!E6": "x"}), "E5", `<c r="E5" t="e"><v>#DIV/0!</v></c>`)
	want := "sheet Tiêu chí, row 5, column E: the cell holds the error #DIV/0!"
	if got := refused(t, book).In("en"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// spoil replaces a cell in the XML of every sheet.
func spoil(tb testing.TB, book []byte, cell, xml string) []byte {
	tb.Helper()
	z, err := zip.NewReader(bytes.NewReader(book), int64(len(book)))
	if err != nil {
		tb.Fatal(err)
	}
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			tb.Fatal(err)
		}
		data, err := io.ReadAll(r)
		if err != nil {
			tb.Fatal(err)
		}
		data = regexp.MustCompile(`<c r="`+cell+`"[^>]*><v>5</v></c>`).ReplaceAll(data, []byte(xml))
		p, err := w.Create(f.Name)
		if err != nil {
			tb.Fatal(err)
		}
		if _, err := p.Write(data); err != nil {
			tb.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		tb.Fatal(err)
	}
	return out.Bytes()
}

func TestWhatIsNoWorkbookOrTooLargeIsRefused(t *testing.T) {
	t.Parallel()
	if _, err := framebook.Read(t.Context(), strings.NewReader(`{"code": "x"}`)); !errors.Is(err, tabular.ErrNotATable) {
		t.Errorf("a JSON file: %v", err)
	}
	rows := make([][]any, 5_001)
	for i := range rows {
		rows[i] = []any{i}
	}
	if _, err := framebook.Read(t.Context(), bytes.NewReader(mustBook(t, map[string][][]any{"Tiêu chí": rows}))); !errors.Is(err, tabular.ErrTooLarge) {
		t.Errorf("5,001 rows: %v", err)
	}
	f := published(t)["qd766-2022.json"]
	f.Notes["vi"] = strings.Repeat("ơ", 32_768)
	if err := framebook.Write(&bytes.Buffer{}, f); !errors.Is(err, framebook.ErrTooLong) {
		t.Errorf("a text of 32,768 letters: %v", err)
	}
	f.Notes["vi"] = strings.Repeat("ơ", 32_767)
	if got, err := framebook.Read(t.Context(), bytes.NewReader(mustWrite(t, f))); err != nil || got.Notes["vi"] != f.Notes["vi"] {
		t.Errorf("a text of 32,767 letters: %v", err)
	}
	f.Tree = make([]scoring.Node, 5_000)
	if err := framebook.Write(&bytes.Buffer{}, f); !errors.Is(err, framebook.ErrTooLarge) {
		t.Errorf("5,000 rows below their header: %v", err)
	}
}

// What the checks say of JSON is said of cells.
func TestMistakesSpeakOfTheWorkbook(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		cells map[string]any
		want  string
	}{
		"the same end outside twice": {map[string]any{"Tiêu chí!H6": "> 90 = 10; 70..<90 = 5; < 70 = 0"},
			"giá trị đúng bằng 90 không thuộc khoảng nào: hãy viết a..b (tính cả b) ở khoảng dưới, hoặc >= b ở khoảng trên"},
		"a bonus inside": {map[string]any{"Tiêu chí!O20": nil, "Tiêu chí!O19": nil}, "điểm cộng, điểm trừ phải nằm ngoài thang điểm: ghi “có” ở cột “Ngoài thang điểm”"},
		"no unit":        {map[string]any{"Tiêu chí!H7": nil}, "cách chấm “nhân số lần” cần trường này, khác 0 và không rỗng"},
		"a minimum":      {map[string]any{"Tiêu chí!K11": 1}, "cách chấm “theo tỷ lệ” có thể cho 0 điểm nên điểm tối thiểu phải là 0, nhưng lại là 1"},
		"no best band":   {map[string]any{"Xếp loại!D3": "90..95"}, "kết quả cao nhất (100, max_points) không thuộc loại nào: hãy viết >= ở loại tốt nhất"},
		"ungrouped":      {map[string]any{"Nhóm xếp hạng!D5": "sở"}, "hãy đặt một nhóm có “không” ở cột “Có xếp hạng”"},
	} {
		if got := refused(t, edit(t, c.cells)).In("vi"); !strings.Contains(got, c.want) {
			t.Errorf("%s: got\n%s\nwant %s", name, got, c.want)
		}
	}
}

// A file made to cost much is refused quickly: a chain of 1,500 criteria, each below the last, and 1,500 rows of nonsense.
func TestAWorkbookMadeToCostMuchIsRefusedQuickly(t *testing.T) {
	t.Parallel()
	chain := [][]any{{"STT", "Lĩnh vực, tiêu chí", "Điểm tối đa", "Thuộc mục"}}
	nonsense := [][]any{{"STT", "Lĩnh vực, tiêu chí", "Điểm tối đa", "Trọng số", "Điểm thấp nhất", "Cách chấm", "Nguồn số liệu"}}
	for i := range 1_500 {
		chain = append(chain, []any{fmt.Sprintf("c%d", i), "Một", 1, fmt.Sprintf("c%d", max(0, i-1))})
		nonsense = append(nonsense, []any{"?", "Một", "x", "x", "x", "x", "x"})
	}
	chain[1][3] = nil
	began := time.Now()
	for want, rows := range map[string][][]any{"lies too deep: at most 30 levels": chain, `"x" is not a number`: nonsense} {
		if got := refused(t, mustBook(t, map[string][][]any{"Bộ chỉ số": handmade["BỘ CHỈ SỐ"], "Tiêu chí": rows})).In("en"); !strings.Contains(got, want) {
			t.Errorf("%.300s\nwant %s", got, want)
		}
	}
	if took := time.Since(began); took > 2*time.Minute {
		t.Errorf("took %v", took)
	}
}
