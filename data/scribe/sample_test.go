package scribe

import (
	"fmt"
	"strings"
	"time"

	"thuocdo/scoring/report/document"
)

// sample is a document with a piece of every kind. Names and figures are made up.
func sample() *document.Document {
	d := &document.Document{Name: "mau", Lang: "vi", Produced: time.Date(2026, 7, 1, 8, 0, 0, 0, time.UTC),
		Head: document.Head{Above: "Ủy ban nhân dân tỉnh Minh Họa", Agency: "Sở Nội vụ", Number: "12", Symbol: "BC-SNV", Place: "Minh Họa", Day: time.Date(2026, 2, 5, 0, 0, 0, 0, time.UTC),
			Kind: "Báo cáo", Subject: "Kết quả chỉ số cải cách hành chính năm 2026 và kế hoạch khắc phục những điểm còn mất"},
		Signs:      []document.Signature{{Authority: []string{"TM. Ủy ban nhân dân", "Chủ tịch"}, Name: "Nguyễn Văn Minh Họa"}},
		Recipients: []string{"Bộ Nội vụ", "Các sở, ban, ngành", "Lưu: VT, CCHC"},
	}
	long := "Đẩy mạnh cải cách thủ tục hành chính, nâng cao chất lượng phục vụ người dân và doanh nghiệp; kịp thời khắc phục những điểm mất ở từng tiêu chí. "
	d.Blocks = append(d.Blocks, document.Heading{Level: 1, Text: "I. KẾT QUẢ CHUNG"},
		document.Say(strings.Repeat(long, 3)),
		document.Paragraph{Runs: []document.Run{{Text: "Tổng điểm là "}, {Text: "85,50 điểm", Bold: true}, {Text: ", xếp "}, {Text: "hạng 5", Italic: true}, {Text: "."}}},
		document.List{Items: [][]document.Run{document.Plain("Rà soát quy trình <nội bộ> & công khai"), document.Plain(long)}},
		document.List{Numbered: true, Items: [][]document.Run{document.Plain("Việc thứ nhất"), document.Plain("Việc thứ hai")}},
		document.Heading{Level: 2, Text: "1. Theo lĩnh vực"})
	t := document.Table{Caption: "Bảng 1. Điểm theo lĩnh vực", Columns: []document.Column{{Title: "Mã", Width: 1, Align: document.Center}, {Title: "Lĩnh vực", Width: 5}, {Title: "Điểm", Width: 1.3, Align: document.Right}, {Title: "Trung bình của nhóm", Width: 1.6, Align: document.Right}}}
	for i := range 42 {
		t.Rows = append(t.Rows, []document.Cell{{Text: fmt.Sprint(i + 1)}, {Text: strings.Repeat("Xây dựng và nâng cao chất lượng đội ngũ cán bộ, công chức ", 1+i%3), Depth: i % 2, Bold: i%2 == 0}, {Text: "8,50"}, {Text: "7,93"}})
	}
	d.Blocks = append(d.Blocks, t, document.Note("Nguồn: số liệu minh họa."),
		document.Bars([]document.Bar{{Label: "Cải cách thể chế", Known: true, Value: 8, Words: "8,00/10", Marked: true, Mark: 7.4}, {Label: "Xây dựng và phát triển chính quyền điện tử, chính quyền số", Known: true, Value: 5.2, Words: "5,20/10", Marked: true, Mark: 7, Alert: true}, {Label: "Chưa có", Words: "–"}}, 10, "trung bình của nhóm"),
		document.Ranges([]document.Range{{Label: "Tỉnh Minh Họa Một", Known: true, Value: 81.2, Ranged: true, Low: 80, High: 82.5, Words: "81,20"}, {Label: "Thành phố Minh Họa có tên rất dài, dài hơn cột của nó nhiều", Known: true, Value: 79, Words: "79,00", Own: true}, {Label: "Thiếu", Words: "–"}}, 75, 85, []float64{75, 80, 85}, func(x float64) string { return fmt.Sprint(x) }))
	f := document.Course([]document.Moment{{Period: "2023", Known: true, Value: 78, Words: "78,00"}, {Period: "2024", Known: true, Value: 81, Ranged: true, Low: 80, High: 82, Words: "81,00"}, {Period: "2025"}, {Period: "2026", Known: true, Value: 83, Words: "83,00", Broken: true}}, 75, 85, []float64{75, 80, 85}, func(x float64) string { return fmt.Sprint(x) })
	f.Caption, f.Alt = "Hình 1. Diễn biến qua các kỳ", "Điểm các năm 2023, 2024 và 2026"
	d.Blocks = append(d.Blocks, f, document.PageBreak{}, document.Heading{Level: 1, Text: "II. KIẾN NGHỊ"}, document.Say("Không có kiến nghị."))
	return d
}
