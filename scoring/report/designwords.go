package report

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"thuocdo/scoring/estimate"
	"thuocdo/scoring/phrase"
	"thuocdo/scoring/sampled"
	"thuocdo/scoring/standing"
)

var lonelyWords = map[estimate.Lonely]phrase.Text{
	estimate.LonelyAdjust: vi("tầng chỉ có một đơn vị trả lời được tính quanh trung bình chung (adjust), sai số vì thế không bị đánh giá thấp",
		"a stratum in which one unit answered is centred at the overall mean (adjust), so that errors are not understated"),
	estimate.LonelyAverage: vi("tầng chỉ có một đơn vị trả lời nhận phương sai trung bình của các tầng khác (average)",
		"a stratum in which one unit answered gets the average variance of the others (average)"),
	estimate.LonelyCertainty: vi("tầng chỉ có một đơn vị trả lời được coi là chọn chắc chắn, không thêm phương sai (certainty)",
		"a stratum in which one unit answered counts as certain and adds no variance (certainty)"),
	estimate.LonelyRemove: vi("tầng chỉ có một đơn vị trả lời không thêm phương sai (remove)",
		"a stratum in which one unit answered adds no variance (remove)"),
}

// LonelyRule says in words what becomes of a stratum in which one sampling unit answered.
func LonelyRule(rule estimate.Lonely) phrase.Text { return lonelyWords[rule] }

// Line is one line of a method sheet in every language.
type Line struct {
	Key         string
	Title, Text phrase.Text
}

// DesignLines says how the respondents of an index were drawn, weighed and judged; nothing where they were not drawn by a design.
func DesignLines(s *standing.Standing) []Line {
	title := vi("Thiết kế mẫu", "Sampling design")
	switch {
	case s.Design != nil:
		return weighed(s.Design, title, resampled(s))
	case s.Designed:
		return []Line{{"design", title, UnweightedWords}}
	}
	return nil
}

func weighed(r *sampled.Report, title phrase.Text, resampled bool) []Line {
	lines := []Line{
		{"design", title, designText(r)},
		{"estimator", vi("Ước lượng", "Estimator"), estimatorText(r)},
		{"variance", vi("Phương sai", "Variance"), varianceText(r)},
	}
	if r.Untold {
		lines = []Line{{"design", title, UntoldWords}}
	}
	if r.Replicates > 0 && resampled {
		lines = append(lines, Line{"rank_intervals", vi("Khoảng hạng", "Rank intervals"), vi(
			fmt.Sprintf("95 %% số hạng có được khi lấy mẫu lại theo thiết kế %d lần (bootstrap Rao–Wu, hạt giống %d).", r.Replicates, r.Seed),
			fmt.Sprintf("95 %% of the ranks in %d resamples by the design (Rao–Wu bootstrap, seed %d).", r.Replicates, r.Seed))})
	}
	return lines
}

// DesignSummary says that scores and intervals follow a sampling design, just named, and what became of it.
func DesignSummary(r *sampled.Report) phrase.Text {
	if r.Untold {
		return UntoldWords
	}
	t := designText(r)
	return vi("Điểm và khoảng tin cậy được tính theo thiết kế này. "+t["vi"], "Scores and intervals follow it. "+t["en"])
}

func designText(r *sampled.Report) phrase.Text {
	t := vi(fmt.Sprintf("%s trong %s người được chọn đã trả lời, ở %s đơn vị bậc một thuộc %s tầng.", whole(r.People, "vi"), whole(r.Drawn, "vi"), whole(r.Units, "vi"), whole(r.Strata, "vi")),
		fmt.Sprintf("%s of %s people drawn answered, in %s first-stage units of %s strata.", whole(r.People, "en"), whole(r.Drawn, "en"), whole(r.Units, "en"), whole(r.Strata, "en")))
	add := func(vi, en string) { t["vi"], t["en"] = t["vi"]+" "+vi, t["en"]+" "+en }
	if r.Outside > 0 {
		add(fmt.Sprintf("%s phiếu không thuộc mẫu nên không tính vào điểm.", whole(r.Outside, "vi")),
			fmt.Sprintf("%s responses are not of the sample and do not count.", whole(r.Outside, "en")))
	}
	if n := len(r.Silent); n > 0 {
		list := strings.Join(r.Silent[:min(n, 5)], ", ")
		if n > 5 {
			list += " …"
		}
		add(fmt.Sprintf("Chưa có ai trả lời ở %d nhóm (%s): điểm không nói gì về các nhóm này.", n, list),
			fmt.Sprintf("Nobody answered in %d classes (%s): the scores say nothing about them.", n, list))
	}
	return t
}

func estimatorText(r *sampled.Report) phrase.Text {
	t := vi("Tỷ số của các tổng có trọng số. Trọng số gốc là nghịch đảo xác suất được chọn, nhân hệ số điều chỉnh không trả lời trong từng nhóm",
		"Ratio of weighted totals. Base weights are inverse inclusion probabilities, times the adjustment for nonresponse within classes")
	switch {
	case r.Fitted:
		t["vi"], t["en"] = t["vi"]+", rồi chỉnh về các tổng thể đã biết (raking).", t["en"]+", then raked to known totals."
	case r.Unfit:
		t["vi"], t["en"] = t["vi"]+". Chưa chỉnh được về các tổng thể đã biết: có mức chưa ai trả lời.", t["en"]+". They could not be raked to the known totals: nobody answered at some level yet."
	default:
		t["vi"], t["en"] = t["vi"]+".", t["en"]+"."
	}
	low, high := math.Round(r.Low*100)/100, math.Round(r.High*100)/100
	t["vi"] += fmt.Sprintf(" Trọng số từ %s đến %s.", digits(low, "vi"), digits(high, "vi"))
	t["en"] += fmt.Sprintf(" Weights run from %s to %s.", digits(low, "en"), digits(high, "en"))
	return t
}

func varianceText(r *sampled.Report) phrase.Text {
	t := vi(fmt.Sprintf("Tuyến tính hoá Taylor qua %d giai đoạn", r.Stages), fmt.Sprintf("Taylor linearisation over %d stages", r.Stages))
	if r.Corrected {
		t["vi"], t["en"] = t["vi"]+", có hiệu chỉnh tổng thể hữu hạn", t["en"]+", corrected for finite populations"
	}
	t["vi"] += "; khoảng tin cậy theo phân phối t, bậc tự do là số đơn vị bậc một trừ số tầng có người trả lời về cơ quan"
	t["en"] += "; t intervals, degrees of freedom are the first-stage units less the strata with respondents about the agency"
	if r.Lonely > 0 {
		rule := LonelyRule(r.Rule)
		t["vi"], t["en"] = t["vi"]+"; "+rule["vi"], t["en"]+"; "+rule["en"]
	}
	t["vi"], t["en"] = t["vi"]+".", t["en"]+"."
	return t
}

// whole writes a number of people with the thousands set apart.
func whole(n int, lang string) string { return grouped(strconv.Itoa(n), lang) }

// grouped sets the thousands of digits apart.
func grouped(s, lang string) string {
	mark := ","
	if lang == "vi" {
		mark = "."
	}
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + mark + s[i:]
	}
	return s
}
