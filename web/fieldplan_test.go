package web

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"thuocdo/data/export"
	"thuocdo/survey"
	"thuocdo/survey/paper"
	"thuocdo/survey/quality"
)

// The store has 60 responses about agency 79: 40 made up, and 20 alike from counter quay-1 (doubtful).
func TestFieldworkShowsWhatThereIsAgainstWhatWasAimedAt(t *testing.T) {
	t.Parallel()
	st := doubtful(t)
	planOf(t, st, "mo", survey.Plan{
		Targets: []survey.Target{{Issued: 5000}, {Agency: "79", Issued: 100, Returned: 65, Valid: 61}, {Agency: "48", Valid: 7}},
		Quotas:  []survey.Quota{{Where: map[string]string{"counter": "quay-1"}, Target: 20}, {Where: map[string]string{"agency": "79", "mode": "kiosk"}, Target: 900}, {Where: map[string]string{"counter": "quay-9"}, Target: 3}},
	})
	must(t, st.PutBatch(t.Context(), paper.Batch{Wave: "mo", Agency: "79", Code: "ABCDE", Issued: 80, Twice: true}))
	must(t, st.Settle(t.Context(), "ABCDE", 1, paper.Invalid, "blank"))
	s := mustServerWith(t, Config{Formats: export.Formats}, st)
	b := signedInAs(t, s, "enumerator")
	a := b.get(fieldMo)
	checkPage(t, fieldMo, a)
	words := strings.Join(strings.Fields(text(a.doc)), " ")
	// 61 came back: 60 responses and one blank sheet; 61 of 80 issued = 76 %.
	for _, want := range []string{"80 / 100", "61 / 65", "76 %", "60 / 61", "Đã đủ chỉ tiêu. Không cần mời thêm người thuộc các nhóm:Quầy quay-1", "0 / 7"} {
		if !strings.Contains(words, want) {
			t.Errorf("the page lacks %q: %s", want, around(words, "Theo cơ quan"))
		}
	}
	if strings.Contains(words, "mời thêm người thuộc các nhóm:Quầy quay-1 TP") {
		t.Error("a quota that is not full is told as full")
	}
	for _, page := range []string{paperPath + "/ABCDE", paperPath + "/ABCDE?lang=en"} {
		if a := b.get(page); a.StatusCode != http.StatusOK || !strings.Contains(a.body, "quay-1") {
			t.Errorf("%s does not tell the full quota: %d", page, a.StatusCode)
		}
	}
	file := b.get(fieldMo + "/tai-ve.csv").body
	for _, want := range []string{
		"level,agency,name,mode,place,unit,stratum,quota,issued,returned,valid,invalid,suspect,target_issued,target_returned,target_valid,response_rate,seconds",
		"wave,,,,,,,,80,61,60,,,5000,,,76.25,", "quota,,,,,,,Quầy quay-1,,,20,,,,,20,,",
	} {
		if !strings.Contains(file, want) {
			t.Errorf("the file lacks %q: %.900s", want, file)
		}
	}
	if !regexp.MustCompile(`(?m)^agency,79,[^,]+,,,,,,80,61,60,1,,100,65,61,76.25,`).MatchString(file) || !strings.Contains(file, "agency,48,") {
		t.Errorf("agencies: %.900s", file)
	}
}

// Nobody who watches a quota of an open wave sees one person answer: four never show, and counts move by five.
func TestQuotasOfAnOpenWaveMoveInSteps(t *testing.T) {
	t.Parallel()
	st := doubtful(t)
	w, err := st.OpenWave("mo")
	must(t, err)
	open := w.Wave
	open.Quotas = []survey.Quota{{Where: map[string]string{"agency": "79"}, Target: 7}}
	ow := survey.NewOpenWave(open, w.Form)
	s := mustServer(t, st)
	l := s.book.In("vi")
	for n, want := range []string{"0", "dưới 5", "dưới 5", "dưới 5", "dưới 5", "5", "5", "5", "5", "5", "10"} {
		f := &fieldwork{wave: ow, counts: []int{n}}
		rows := f.quotaRows(l)
		if rows[0].Have != want || rows[0].Full != (n >= 10) {
			t.Errorf("%d responses: %s, full %v", n, rows[0].Have, rows[0].Full)
		}
		f.closed = true
		if rows := f.quotaRows(l); rows[0].Full != (n >= 7) {
			t.Errorf("closed, %d responses: full %v", n, rows[0].Full)
		}
		p := (&fieldwork{wave: ow}).planRow(l, quality.Progress{Issued: 50, Returned: int64(n), Valid: int64(n)}, false)
		if p.Returned != want || p.Valid != want {
			t.Errorf("%d responses in a stratum: %s, %s", n, p.Returned, p.Valid)
		}
	}
}
