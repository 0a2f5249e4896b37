package xlsform

import (
	"strings"

	"thuocdo/scoring/phrase"
	"thuocdo/survey"
)

// kind is what the type cell of a row says.
type kind struct {
	command string // the type in one spelling: text, select_one, begin_group, …
	list    string // of a select
	other   bool   // or_other
}

// selects are the spellings of types that name a list, longer ones before those they begin with.
var selects = []struct{ spelling, command string }{
	{"add select one prompt using ", "select_one"}, {"add select multiple prompt using ", "select_multiple"},
	{"select one from file ", "select_one_from_file"}, {"select multiple from file ", "select_multiple_from_file"},
	{"select one external ", "select_one_external"}, {"select all that apply from ", "select_multiple"}, {"select all that apply ", "select_multiple"},
	{"select one from ", "select_one"}, {"select one ", "select_one"}, {"select1 ", "select_one"}, {"select multiple from ", "select_multiple"},
	{"select multiple ", "select_multiple"}, {"rank ", "rank"},
}

// spellings are other names of types without a list.
var spellings = map[string]string{"string": "text", "add text prompt": "text", "int": "integer", "add integer prompt": "integer", "add decimal prompt": "decimal",
	"add date prompt": "date", "add note prompt": "note", "calculation": "calculate", "add calculate prompt": "calculate", "imei": "deviceid", "photo": "image", "phone number": "phonenumber",
	"datetime": "dateTime", "select one": "select_one", "select multiple": "select_multiple",
	"begin lgroup": "begin repeat", "begin looped group": "begin repeat", "begin loop": "begin repeat", "end lgroup": "end repeat", "end looped group": "end repeat", "end loop": "end repeat"}

// readKind reads a type cell.
func readKind(cell string) kind {
	folded := strings.ToLower(strings.ReplaceAll(cell, "_", " "))
	for _, s := range selects {
		if strings.HasPrefix(folded, s.spelling) && len(folded) == len(cell) {
			k := kind{command: s.command, list: cell[len(s.spelling):]}
			list, rest, _ := strings.Cut(k.list, " ")
			switch strings.ReplaceAll(strings.ToLower(rest), "_", " ") {
			case "or other", "or specify other":
				k.list, k.other = list, true
			}
			return k
		}
	}
	if s, ok := spellings[folded]; ok {
		folded = s
	}
	if strings.HasPrefix(folded, "begin loop over ") {
		folded = "begin repeat"
	}
	return kind{command: folded}
}

// types maps commands to the types of questions that hold the same.
var types = map[string]survey.QuestionType{"text": survey.FreeText, "integer": survey.Number, "decimal": survey.Number, "range": survey.Number, "date": survey.Date,
	"note": survey.Note, "calculate": survey.Calculate, "select_one": survey.Single, "select_multiple": survey.Multiple}

// metadata are types that record something about the person or the device without asking.
var metadata = map[string]bool{"start": true, "end": true, "today": true, "deviceid": true, "username": true, "email": true, "phonenumber": true,
	"simserial": true, "subscriberid": true, "start-geopoint": true, "audit": true, "background-audio": true, "background-geopoint": true}

// refused says why a type cannot be carried over.
var refused = map[string]phrase.Text{
	"select_one_from_file":      phrase.VI("danh sách lựa chọn nằm ở tệp ngoài; hãy đưa các lựa chọn vào trang choices", "the choices are in another file; put them into the sheet choices"),
	"select_multiple_from_file": phrase.VI("danh sách lựa chọn nằm ở tệp ngoài; hãy đưa các lựa chọn vào trang choices", "the choices are in another file; put them into the sheet choices"),
	"select_one_external":       phrase.VI("danh sách lựa chọn nằm ở trang external_choices; hãy đưa vào trang choices", "the choices are in external_choices; put them into the sheet choices"),
	"rank":                      phrase.VI("không có câu hỏi xếp thứ tự; hãy dùng một câu select_one cho mỗi bậc", "there are no ranking questions; use one select_one for each place"),
	"geopoint":                  phrase.VI("phiếu ẩn danh không ghi vị trí", "an anonymous form records no position"),
	"geotrace":                  phrase.VI("phiếu ẩn danh không ghi vị trí", "an anonymous form records no position"),
	"geoshape":                  phrase.VI("phiếu ẩn danh không ghi vị trí", "an anonymous form records no position"),
	"image":                     phrase.VI("phiếu ẩn danh không nhận ảnh, âm thanh, phim hay tệp", "an anonymous form takes no pictures, sound, film or files"),
	"audio":                     phrase.VI("phiếu ẩn danh không nhận ảnh, âm thanh, phim hay tệp", "an anonymous form takes no pictures, sound, film or files"),
	"video":                     phrase.VI("phiếu ẩn danh không nhận ảnh, âm thanh, phim hay tệp", "an anonymous form takes no pictures, sound, film or files"),
	"file":                      phrase.VI("phiếu ẩn danh không nhận ảnh, âm thanh, phim hay tệp", "an anonymous form takes no pictures, sound, film or files"),
	"barcode":                   phrase.VI("không có câu hỏi quét mã; hãy dùng text", "there are no barcode questions; use text"),
	"time":                      phrase.VI("không lưu thời điểm chi tiết hơn một ngày; hãy dùng date hoặc select_one theo khung giờ", "nothing finer than a day is kept; use date, or select_one of time ranges"),
	"dateTime":                  phrase.VI("không lưu thời điểm chi tiết hơn một ngày; hãy dùng date hoặc select_one theo khung giờ", "nothing finer than a day is kept; use date, or select_one of time ranges"),
	"acknowledge":               phrase.VI("hãy dùng note, hoặc select_one với hai lựa chọn", "use note, or select_one with two choices"),
	"trigger":                   phrase.VI("hãy dùng note, hoặc select_one với hai lựa chọn", "use note, or select_one with two choices"),
	"hidden":                    phrase.VI("không có câu hỏi ẩn; hãy dùng calculate", "there are no hidden questions; use calculate"),
}

// listless says what a choice without a list lacks.
var listless = phrase.VI("thiếu tên danh sách, ví dụ select_one muc_do", "the name of the list is missing, such as select_one level")

// repeatRefusal says why rows that repeat are refused.
var repeatRefusal = phrase.VI("nhóm lặp (repeat) không dùng được: mỗi phiếu là một bộ câu trả lời có số câu cố định, để cộng được và để không ai bị nhận ra qua số lần lặp; "+
	"hãy viết các câu hỏi ra từng lần, ví dụ con_1, con_2",
	"repeats cannot be used: every answer has the same questions, so that answers add up and nobody is recognised by how often something repeats; write the questions out, such as child_1, child_2")
