// Package framebook writes a framework (bộ chỉ số) as a workbook that an official can fill in and edit, and reads it back:
// one row per criterion as published sets have it, and sheets for the set itself, its bands, ranking groups and method
// versions. Nothing is lost either way, and every mistake names its sheet, row and column.
//
// Cells hold plain Vietnamese words and numbers. A text that would not survive a spreadsheet, or that the small grammar
// of cells would read as something else, is written as a JSON string: "a = b".
package framebook

import "errors"

// Failures of writing. Callers compare with errors.Is.
var (
	ErrTooLong  = errors.New("text is too long for a cell") // more than 32,767 UTF-16 units
	ErrTooLarge = errors.New("too many rows to read back")  // more than 5,000
)

// sheet is one kind of sheet: its name, in both languages, and its columns.
type sheet struct {
	vi, en  string
	columns []column
}

// column is a column of a sheet. Readers know it by its key, which is the name of the JSON field, or by its Vietnamese name.
type column struct {
	key, vi string
	width   float64
	needed  bool
	choices words // what a cell may hold, for a list to choose from
}

// The sheets in their order.
var (
	headSheet = sheet{"Bộ chỉ số", "Framework", []column{
		{key: "name", vi: "Thuộc tính", width: 34}, {key: "value", vi: "Giá trị", width: 70},
		{key: "key", vi: "Khóa", width: 18}, {key: "help", vi: "Giải thích", width: 70}}}
	treeSheet = sheet{"Tiêu chí", "Criteria", []column{
		{key: "code", vi: "STT", width: 9, needed: true},
		{key: "level", vi: "Cấp", width: 20, choices: levels},
		{key: "title_vi", vi: "Lĩnh vực, tiêu chí", width: 58, needed: true},
		{key: "title_en", vi: "Tên tiếng Anh", width: 30},
		{key: "max_points", vi: "Điểm tối đa", width: 9, needed: true},
		{key: "source", vi: "Nguồn số liệu", width: 19, choices: sources},
		{key: "rule", vi: "Cách chấm", width: 19, choices: rules},
		{key: "parameters", vi: "Chi tiết cách chấm", width: 46},
		{key: "not_applicable", vi: "Khi không áp dụng", width: 14, choices: exempts},
		{key: "missing", vi: "Khi thiếu số liệu", width: 14, choices: missings},
		{key: "min_points", vi: "Điểm thấp nhất", width: 9},
		{key: "weight", vi: "Trọng số", width: 9},
		{key: "aggregate", vi: "Cách gộp mục con", width: 14, choices: aggregates},
		{key: "over", vi: "Gộp theo cấp", width: 12, choices: levels},
		{key: "outside", vi: "Ngoài thang điểm", width: 9, choices: yesNo},
		{key: "parent", vi: "Thuộc mục", width: 10}}}
	bandSheet = sheet{"Xếp loại", "Bands", []column{
		{key: "code", vi: "Mã", width: 12, needed: true},
		{key: "title_vi", vi: "Tên loại", width: 32, needed: true},
		{key: "title_en", vi: "Tên tiếng Anh", width: 24},
		{key: "range", vi: "Khoảng điểm", width: 18, needed: true},
		{key: "percentile", vi: "Theo phân vị", width: 10, choices: yesNo},
		{key: "gates", vi: "Điều kiện kèm theo", width: 36},
		{key: "percent_of_below", vi: "Không quá % của loại kế dưới", width: 14},
		{key: "few", vi: "Nếu dưới bao nhiêu đơn vị", width: 14},
		{key: "few_most", vi: "thì nhiều nhất", width: 10},
		{key: "base", vi: "Tính trên", width: 26, choices: bases}}}
	groupSheet = sheet{"Nhóm xếp hạng", "Groups", []column{
		{key: "code", vi: "Mã", width: 14, needed: true},
		{key: "title_vi", vi: "Tên nhóm", width: 36, needed: true},
		{key: "title_en", vi: "Tên tiếng Anh", width: 30},
		{key: "kinds", vi: "Loại cơ quan", width: 34, needed: true},
		{key: "rankable", vi: "Có xếp hạng", width: 10, choices: yesNo}}}
	methodSheet = sheet{"Phương pháp", "Methods", []column{
		{key: "code", vi: "Mã", width: 16, needed: true},
		{key: "title_vi", vi: "Tên phương pháp", width: 50, needed: true},
		{key: "title_en", vi: "Tên tiếng Anh", width: 40},
		{key: "reading", vi: "Cách đọc", width: 22, needed: true, choices: readings},
		{key: "pooling", vi: "Cách gộp", width: 26, needed: true, choices: poolings}}}
	guideSheet = sheet{vi: "Hướng dẫn", en: "Guide"}
	listSheet  = sheet{vi: "Danh mục", en: "Lists"}
)

// sheets lists what is read, in the order in which mistakes are named.
var sheets = []*sheet{&headSheet, &treeSheet, &bandSheet, &groupSheet, &methodSheet}

// property is a row of the first sheet. Its key is the JSON path below the root.
type property struct {
	key, vi, help string
	choices       words
}

var properties = []property{
	{key: "code", vi: "Mã bộ chỉ số", help: "Chữ không dấu, chữ số, dấu chấm, gạch ngang, gạch dưới; giữ nguyên qua các phiên bản"},
	{key: "version", vi: "Phiên bản", help: "Ví dụ số quyết định; một phiên bản đã nạp thì không sửa nữa"},
	{key: "title.vi", vi: "Tên bộ chỉ số"},
	{key: "title.en", vi: "Tên tiếng Anh"},
	{key: "legal_basis", vi: "Căn cứ pháp lý", help: "Số, cơ quan, ngày của quyết định"},
	{key: "source", vi: "Nguồn", help: "Các số trong bảng lấy từ đâu"},
	{key: "notes.vi", vi: "Ghi chú"},
	{key: "notes.en", vi: "Ghi chú tiếng Anh"},
	{key: "kinds", vi: "Loại cơ quan được chấm", help: "Cách nhau bằng dấu chấm phẩy: bộ; tỉnh; sở; huyện; phường; xã; đặc khu; một cửa"},
	{key: "period", vi: "Kỳ đánh giá", help: "tháng, quý, nửa năm hoặc năm", choices: periods},
	{key: "effective.from", vi: "Có hiệu lực từ ngày", help: "Ví dụ 31/12/2026"},
	{key: "effective.to", vi: "Đến hết ngày", help: "Để trống nếu chưa hết hiệu lực"},
	{key: "max_points", vi: "Điểm tối đa của cả bộ", help: "Các lĩnh vực phải cộng lại đúng bằng số này"},
	{key: "rankable", vi: "Có xếp hạng", help: "có (mặc định) hoặc không", choices: yesNo},
	{key: "missing", vi: "Khi thiếu số liệu", help: "chưa tính (mặc định), quy đổi hoặc không cộng", choices: missings},
	{key: "rounding.display", vi: "Số chữ số thập phân khi hiển thị", help: "Mặc định 2"},
	{key: "rounding.leaf", vi: "Làm tròn từng tiêu chí đến", help: "Số chữ số thập phân; để trống là không làm tròn khi tính"},
	{key: "rounding.node", vi: "Làm tròn từng mục có mục con đến", help: "Như trên"},
	{key: "rounding.total", vi: "Làm tròn tổng điểm đến", help: "Như trên"},
	{key: "aggregate", vi: "Cách gộp các lĩnh vực", help: "cộng điểm (mặc định), trung bình hoặc gộp phiếu", choices: aggregates},
	{key: "over", vi: "Gộp theo cấp", help: "Chỉ dùng với trung bình", choices: levels},
	{key: "least_people", vi: "Số người ít nhất đứng sau một con số công bố", help: "Từ 5 (mặc định) đến 1000"},
}
