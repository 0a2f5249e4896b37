package labelled_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"thuocdo/data/labelled"
	"thuocdo/scoring/phrase"
	"thuocdo/survey"
	"thuocdo/survey/dataset"
)

const form = `{
 "code": "f", "version": "1", "title": {"vi": "Phiếu"}, "intro": {"vi": "Mở đầu"},
 "lists": {
  "scale": [{"code": "1", "text": {"vi": "Rất không hài lòng", "en": "Very dissatisfied"}}, {"code": "2", "text": {"vi": "Bình thường"}}, {"code": "3", "text": {"vi": "Rất hài lòng"}}],
  "place": [{"code": "a", "text": {"vi": "Nơi A – ở xã"}}, {"code": "b", "text": {"vi": "Nơi B, \"trung tâm\"", "en": "Place B"}}]
 },
 "pages": [{"code": "one", "title": {"vi": "Trang một"}, "blocks": [{"questions": [
   {"code": "mode", "type": "single", "list": "place", "text": {"vi": "Ở đâu?"}},
   {"code": "been", "type": "yes_no", "text": {"vi": "Đã đến chưa?"}},
   {"code": "liked", "type": "rating", "list": "scale", "text": {"vi": "Ông/Bà hài lòng thế nào về thái độ giao tiếp của công chức, về việc lắng nghe ý kiến, về việc trả lời, giải thích đầy đủ, về việc hướng dẫn kê khai hồ sơ tận tình, chu đáo và tuân thủ đúng quy định trong giải quyết công việc của người dân?", "en": "How satisfied?"}, "relevant": "${been} = 'yes'"},
   {"code": "where", "type": "multiple", "list": "place", "text": {"vi": "Những đâu?"}},
   {"code": "years", "type": "number", "text": {"vi": "Bao nhiêu năm?"}},
   {"code": "born", "type": "date", "text": {"vi": "Ngày nào?"}},
   {"code": "words", "type": "text", "text": {"vi": "Ý kiến khác?"}}]}]}]
}`

// longText is over every short limit: 255 bytes of one piece, 2,045 of a Stata text.
var longText = strings.Repeat("Cán bộ rất nhiệt tình, giải quyết nhanh chóng. ", 60) + "Hết."

func check(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}

func chosen(k int) survey.Answer { return survey.Answer{Set: true, Choice: k} }

// responses of the form: everything answered, nothing asked, asked and not answered.
func responses() []survey.StoredResponse {
	return []survey.StoredResponse{
		{Agency: "01", Day: 20000, Mode: survey.Web, Answers: survey.Answers{chosen(1), chosen(0), chosen(2), {Set: true, Chosen: 0b10}, {Set: true, Number: 2.5}, {Set: true, Number: -3653}, {Set: true, Text: longText}}},
		{Agency: "79", Day: 20001, Mode: survey.Paper, Answers: survey.Answers{{}, chosen(1), {}, {}, {Set: true, Number: -12}, {}, {Set: true, Text: "=SUM(A1) – “ưng ý”"}}, Circumstances: survey.Circumstances{Enumerator: "dtv-077-quan-ba-dinh", Seconds: 60}},
		{Agency: "01", Day: 20000, Mode: survey.Web, Answers: survey.Answers{chosen(0), chosen(0), {}, {Set: true, Chosen: 0b01}, {}, {}, {}}},
	}
}

func mustTape(tb testing.TB, lang string, o dataset.Options, design *survey.Design) *labelled.File {
	tb.Helper()
	q, err := survey.ParseQuestionnaire([]byte(form))
	check(tb, err)
	f, err := survey.Compile(q)
	check(tb, err)
	w := survey.NewOpenWave(survey.Wave{Code: "dot-1", Agencies: []string{"01", "79"}, Design: design}, f)
	agencies := []survey.Agency{{Code: "01", Kind: survey.Province, Name: phrase.VI("Hà Nội", "Hanoi")}, {Code: "79", Kind: survey.Province, Name: phrase.VI("Thành phố Hồ Chí Minh", "Ho Chi Minh City")}}
	file, err := os.Create(filepath.Join(tb.TempDir(), "tape"))
	check(tb, err)
	tb.Cleanup(func() { check(tb, file.Close()) })
	b := dataset.NewRecorder(w, agencies, file, o)
	for i, r := range responses() {
		if design != nil {
			check(tb, b.TakeDrawn(r, i%2, 1, 1.25*float64(i+1)))
			continue
		}
		check(tb, b.Add(&r))
	}
	tape, err := b.Tape()
	check(tb, err)
	return labelled.OfTape(tape, "dot-1", phrase.VI("Đợt khảo sát một", "Survey one"), lang)
}

// drawn is a design of two strata with a long code, to be weighted by.
func drawn() *survey.Design {
	return &survey.Design{Units: []survey.SamplingUnit{
		{Agency: "01", Stratum: "thanh-thi", Clusters: []string{"01-001"}, Counts: []float64{40}, Weight: 2},
		{Agency: "79", Stratum: "nong-thon-mien-nui", Clusters: []string{"79-002"}, Counts: []float64{50}, Weight: 3}}}
}
