package report

import (
	"thuocdo/scoring"
	"thuocdo/scoring/phrase"
)

var vi = phrase.VI

var gapWords = map[scoring.Gap]phrase.Text{
	scoring.NoInput:       vi("chưa có số liệu", "no data yet"),
	scoring.NoAnswers:     vi("chưa có phiếu trả lời", "nobody has answered yet"),
	scoring.FewAnswers:    vi("chưa đủ phiếu để công bố", "too few answers to be shown"),
	scoring.Incomplete:    vi("còn thiếu số liệu thành phần", "a part of it is missing"),
	scoring.NotApplicable: vi("không áp dụng", "does not apply"),
	scoring.WithheldGap:   vi("không công bố", "not published"),
	scoring.TooFew:        vi("dưới hai phiếu nên không tính được khoảng tin cậy", "fewer than two answers, hence no interval"),
	scoring.NoMoments:     vi("cách tính này không có khoảng tin cậy", "this method has no interval"),
	scoring.OneUnit:       vi("quá ít đơn vị mẫu trả lời nên không tính được khoảng tin cậy", "too few sampling units answered, hence no interval"),
}

// Why says in words why a score or an interval is missing; nothing for scoring.NoGap.
func Why(g scoring.Gap) phrase.Text { return gapWords[g] }

var fallWords = map[scoring.Fall]phrase.Text{
	scoring.GateFailed: vi("xuống loại vì có phần dưới mức tối thiểu", "lower band because a part is below its minimum"),
	scoring.QuotaFull:  vi("xuống loại vì số lượng của loại trên có giới hạn", "lower band because places in the higher one are limited"),
	scoring.QuotaTied:  vi("xuống loại vì bằng điểm ở ngưỡng giới hạn số lượng", "lower band because tied at the limit of places"),
}

// Fell says in words why a unit is in a lower band than its total alone would give.
func Fell(f scoring.Fall) phrase.Text { return fallWords[f] }

var readingWords = map[string]phrase.Text{
	scoring.ShareReading: vi("Tỷ lệ lượt đánh giá ở mức 4 (hài lòng) và 5 (rất hài lòng): 100 × (n4 + n5) / (n1 + … + n5).",
		"Share of ratings at level 4 (satisfied) and 5 (very satisfied): 100 × (n4 + n5) / (n1 + … + n5)."),
	scoring.MeanReading: vi("Điểm trung bình so với điểm cao nhất: 100 × tổng điểm / (5 × số lượt đánh giá). Thấp nhất là 20.",
		"Mean rating out of the highest: 100 × sum of ratings / (5 × number of ratings). The lowest value is 20."),
}

var poolingWords = map[string]phrase.Text{
	scoring.ItemsPooled:   vi("Gộp mọi lượt đánh giá của mọi câu hỏi.", "All ratings of all items count together."),
	scoring.MeanOfItems:   vi("Tính từng câu hỏi, rồi lấy trung bình các câu.", "Each item on its own, then the mean of the items."),
	scoring.MeanOfFactors: vi("Tính từng yếu tố, rồi lấy trung bình các yếu tố.", "Each factor on its own, then the mean of the factors."),
}

// Reading explains a reading of a method version.
func Reading(code string) phrase.Text { return readingWords[code] }

// Pooling explains a pooling of a method version.
func Pooling(code string) phrase.Text { return poolingWords[code] }

var missingWords = map[string]phrase.Text{
	scoring.MissingIncomplete: vi("Thiếu một thành phần thì chưa tính tổng. Thiếu không có nghĩa là 0.",
		"Where a part is missing there is no total. Missing is never zero."),
	scoring.MissingRescale: vi("Thành phần thiếu được đưa ra khỏi điểm tối đa, tổng được quy về thang đầy đủ. Thiếu không có nghĩa là 0.",
		"A missing part leaves the maximum and the total is put back on the full scale. Missing is never zero."),
	scoring.MissingNotCounted: vi("Thành phần thiếu không được cộng điểm; điểm tối đa và xếp loại giữ nguyên.",
		"A missing part adds nothing; maxima and bands stay as they are."),
}

// Missing explains what a framework does about missing parts; empty means incomplete.
func Missing(policy string) phrase.Text {
	if policy == "" {
		policy = scoring.MissingIncomplete
	}
	return missingWords[policy]
}

// Words on how figures come about; pages and method sheets share them.
var (
	IntervalWords = vi("Khoảng tin cậy 95 % cho phần điểm từ khảo sát: các phiếu của một cơ quan được coi là độc lập với nhau, "+
		"các câu trả lời của cùng một người được tính đi cùng nhau (tuyến tính hoá tỷ số, phân vị t). Khoảng này không xét tới thiết kế chọn mẫu. "+
		"Hai cơ quan có khoảng tin cậy chồng lên nhau có thể không thực sự khác nhau.",
		"95 % confidence interval of the part that comes from the survey: answers of an agency count as independent draws, "+
			"answers of one person are taken together (linearisation of a ratio, t quantile). It knows nothing of a sampling design. "+
			"Agencies whose intervals overlap may not differ.")
	OutwardWords = vi("Nơi có mục chưa đủ phiếu để công bố, khoảng tin cậy chỉ suy từ những số đã công bố nên rộng hơn.",
		"Where a part has too few answers to be shown, the interval follows from published figures alone, and is wider.")
	RankWords = vi("Xếp hạng trong từng nhóm theo tổng điểm; bằng điểm thì cùng hạng và hạng sau bỏ cách (1, 2, 2, 4). "+
		"Khoảng hạng: từ một cộng số cơ quan có cả khoảng tin cậy nằm trên, đến số cơ quan được xếp hạng trừ số cơ quan có cả khoảng tin cậy nằm dưới.",
		"Ranks are within a group by total; ties share a rank and the next is skipped (1, 2, 2, 4). "+
			"Rank interval: from one plus the agencies whose whole interval lies above, to the ranked agencies less those whose whole interval lies below.")
	TieWords = vi("Xếp hạng trong từng nhóm theo tổng điểm; bằng điểm thì cùng hạng và hạng sau bỏ cách (1, 2, 2, 4).",
		"Ranks are within a group by total; ties share a rank and the next is skipped (1, 2, 2, 4).")
	UnweightedWords = vi("Người trả lời được chọn theo thiết kế mẫu. Khi đợt khảo sát còn mở, số liệu công khai đếm mỗi phiếu như nhau, "+
		"vì trọng số thay đổi theo từng phiếu; điểm tính theo trọng số và thiết kế mẫu được công bố khi đợt khảo sát đóng.",
		"Respondents were drawn by a sampling design. While the survey is open, public figures count every answer alike, because weights move "+
			"with every single answer; scores weighted by the design are shown when the survey closes.")
	UntoldWords = vi("Người trả lời được chọn theo thiết kế mẫu; điểm và khoảng tin cậy được tính theo trọng số và thiết kế đó. "+
		"Tệp công bố không ghi chi tiết của thiết kế (tầng, đơn vị mẫu, cách tính phương sai).",
		"Respondents were drawn by a sampling design, and scores and intervals follow it and its weights. "+
			"The file of the release does not hold the details of the design (strata, sampling units, variance method).")
	ReferredWords = vi("Khoảng tin cậy 95 % cho phần điểm từ chỉ số khác, được tính theo thiết kế mẫu của khảo sát thuộc chỉ số đó; chi tiết ở phần phương pháp của chỉ số đó. "+
		"Hai cơ quan có khoảng tin cậy chồng lên nhau có thể không thực sự khác nhau.",
		"95 % confidence interval of the part that comes from another index, by the sampling design of that index's survey; its method sheet has the details. "+
			"Agencies whose intervals overlap may not differ.")
	StepWords = vi("Đợt khảo sát còn mở, số liệu là tạm thời. Số liệu công khai của mỗi cơ quan chỉ thay đổi theo từng bước ít nhất năm phiếu, "+
		"để không ai suy ra được câu trả lời của một người; vì vậy số liệu công khai chậm hơn thực tế vài phiếu.",
		"The survey is still open and figures are provisional. Public figures of an agency move in steps of at least five answers, "+
			"so that nobody's single answer shows; they therefore lag a few answers behind.")
	LiveWords = vi("Số liệu trực tiếp, tính mọi phiếu đã lưu. Chỉ dùng nội bộ, không công bố.",
		"Live figures that count every stored answer. For internal use, not for publication.")
	FinalWords = vi("Các đợt khảo sát của kỳ này đã đóng.", "The surveys of this period are closed.")
)
