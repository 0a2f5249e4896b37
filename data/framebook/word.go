package framebook

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// word is a value of the format with the Vietnamese words that stand for it in a cell.
type word struct{ key, vi string }

// words is what a cell may hold. Readers do not mind case, marks or further spaces.
type words []word

var (
	levels = words{{"area", "lĩnh vực"}, {"criterion", "tiêu chí"}, {"sub_criterion", "tiêu chí thành phần"}, {"content", "nội dung"},
		{"factor", "yếu tố"}, {"item", "câu hỏi"}, {"dimension", "chỉ số nội dung"}, {"sub_dimension", "nội dung thành phần"}, {"leaf", "tiêu chí lá"}}
	sources = words{{"self+appraisal", "tự đánh giá, thẩm định"}, {"survey", "điều tra xã hội học"}, {"index", "chỉ số khác"},
		{"dossier", "hồ sơ"}, {"statistic", "thống kê"}}
	rules = words{{"choice", "chọn phương án"}, {"yes_no", "có hoặc không"}, {"steps", "theo bậc"}, {"count_times", "nhân số lần"},
		{"deduct", "trừ theo lần"}, {"rated_share", "phần trăm theo mức"}, {"proportional", "theo tỷ lệ"}, {"linear", "nội suy"},
		{"survey_share", "tỷ lệ hài lòng"}, {"survey_mean", "điểm trung bình"}, {"index_value", "giá trị chỉ số khác"},
		{"bonus", "điểm cộng"}, {"penalty", "điểm trừ"}}
	exempts    = words{{"rebase", "bỏ ra khỏi thang"}, {"full", "cho điểm tối đa"}, {"zero", "cho 0 điểm"}}
	missings   = words{{"incomplete", "chưa tính"}, {"rescale", "quy đổi"}, {"not_counted", "không cộng"}}
	aggregates = words{{"sum", "cộng điểm"}, {"mean", "trung bình"}, {"pooled", "gộp phiếu"}}
	periods    = words{{"month", "tháng"}, {"quarter", "quý"}, {"half", "nửa năm"}, {"year", "năm"}}
	readings   = words{{"share", "tỷ lệ mức 4 và 5"}, {"mean", "điểm trung bình"}}
	poolings   = words{{"items_pooled", "gộp mọi lượt đánh giá"}, {"mean_of_items", "trung bình các câu"}, {"mean_of_factors", "trung bình các yếu tố"}}
	bases      = words{{"reaching", "mọi đơn vị đạt loại dưới"}, {"rated", "đơn vị xếp loại dưới"}}
	kinds      = words{{"ministry", "bộ"}, {"province", "tỉnh"}, {"department", "sở"}, {"district", "huyện"}, {"ward", "phường"},
		{"commune", "xã"}, {"special-zone", "đặc khu"}, {"one-stop", "một cửa"}}
	yesNo = words{{"true", "có"}, {"false", "không"}}
)

// fold makes words comparable: without case, marks and further spaces.
func fold(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	return norm.NFC.String(strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Mn, r):
			return -1
		case r == 'đ' || r == 'Đ':
			return 'd'
		}
		return unicode.ToLower(r)
	}, norm.NFD.String(s)))
}

// find returns the value that a cell stands for.
func (w words) find(cell string) (key string, ok bool) {
	f := fold(cell)
	for _, x := range w {
		if f == fold(x.key) || f == fold(x.vi) {
			return x.key, true
		}
	}
	return "", false
}

// list names the words for a message.
func (w words) list() string {
	names := make([]string, len(w))
	for i, x := range w {
		names[i] = x.vi
	}
	return strings.Join(names, "; ")
}

// put returns the words for a value, or the value itself where there are none.
func (w words) put(key string) string {
	for _, x := range w {
		if x.key == key {
			return x.vi
		}
	}
	return putText(key)
}

// putLevel writes a level, which may be any word: one that would be read as another level becomes a literal.
func putLevel(level string) string {
	s := levels.put(level)
	if getLevel(s) != level {
		return literal(level)
	}
	return s
}

func getLevel(cell string) string {
	if s, ok := unliteral(cell); ok {
		return s
	}
	if key, ok := levels.find(cell); ok {
		return key
	}
	return cell
}
