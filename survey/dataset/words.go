package dataset

import "thuocdo/scoring/phrase"

var vi = phrase.VI

// words name what is no question, and its codes.
var words = map[string]phrase.Text{
	Agency:            vi("Cơ quan được hỏi", "Agency asked about"),
	Province:          vi("Tỉnh, thành phố", "Province"),
	Mode:              vi("Cách trả lời", "Mode"),
	Day:               vi("Ngày trả lời", "Day"),
	Unit:              vi("Đơn vị mẫu", "Sampling unit"),
	Counter:           vi("Quầy, máy hoặc tập phiếu", "Counter, kiosk or batch"),
	Enumerator:        vi("Điều tra viên", "Enumerator"),
	Language:          vi("Ngôn ngữ của phiếu", "Language of the form"),
	Seconds:           vi("Thời gian trả lời (giây)", "Time taken (seconds)"),
	Stratum:           vi("Tầng", "Stratum"),
	Cluster:           vi("Đơn vị được chọn", "Unit drawn"),
	Counts:            vi("Số đơn vị trong tổng thể", "Units in the population"),
	Weight:            vi("Trọng số cuối", "Final weight"),
	"yes":             vi("Có", "Yes"),
	"no":              vi("Không", "No"),
	"mode.web":        vi("Qua mạng", "Web"),
	"mode.kiosk":      vi("Máy tại chỗ", "Kiosk"),
	"mode.enumerator": vi("Điều tra viên hỏi", "Enumerator"),
	"mode.paper":      vi("Phiếu giấy", "Paper"),
	"mode.api":        vi("Chương trình khác", "Another program"),
	"language.vi":     vi("Tiếng Việt", "Vietnamese"),
	"language.en":     vi("Tiếng Anh", "English"),
}
