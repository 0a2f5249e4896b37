package web

import (
	"archive/zip"
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"thuocdo/data"
	"thuocdo/data/export"
	"thuocdo/data/scribe"
	"thuocdo/scoring/report/official"
)

// withDocuments serves a store with all formats of files and documents.
func withDocuments(tb testing.TB, st *data.Store) *Server {
	tb.Helper()
	return mustServerWith(tb, Config{Formats: export.Formats, Documents: scribe.Formats}, st)
}

var (
	wordRun   = regexp.MustCompile(`(?s)<w:t [^>]*>(.*?)</w:t>|</w:p>|</w:tr>`)
	wordSpace = regexp.MustCompile(`\s*\n\s*`)
)

// wordText returns the text of a DOCX: a line per paragraph and cell.
func wordText(t *testing.T, a answer) string {
	t.Helper()
	if a.StatusCode != http.StatusOK {
		t.Fatalf("%d", a.StatusCode)
	}
	z, err := zip.NewReader(strings.NewReader(a.body), int64(len(a.body)))
	must(t, err)
	f, err := z.Open("word/document.xml")
	must(t, err)
	b, err := io.ReadAll(f)
	must(t, err)
	var text strings.Builder
	for _, m := range wordRun.FindAllStringSubmatch(string(b), -1) {
		if text.WriteString(m[1]); m[1] == "" {
			text.WriteByte('\n')
		}
	}
	return wordSpace.ReplaceAllString(html.UnescapeString(text.String()), "\n")
}

func TestTheScoreReportOfAnAgencySaysWhatItsPageSays(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("letters are drawn one after another: not with the race detector")
	}
	_, st := mustFigures(t)
	b := newBrowser(t, withDocuments(t, st))
	text := wordText(t, b.get("/co-quan/01/tai-ve.docx?ky=2025"))
	for _, q := range []string{"sipas", "par-index-province"} {
		s := standingOf(t, st, q, "2025", "")
		for i := range s.Outcome.Results {
			r := &s.Outcome.Results[i]
			if r.Unit != "01" {
				continue
			}
			for k, n := range s.Plan.Nodes() {
				if row := n.Code + "\n" + n.Title["vi"] + "\n" + official.Number(r.Nodes[k].Points, 2, "vi"); r.Nodes[k].Known && !strings.Contains(text, row) {
					t.Errorf("%s %s is not there: %q", q, n.Code, row)
				}
			}
			if want := official.Number(r.Total.Points, 2, "vi") + "/100 điểm"; !strings.Contains(text, want) {
				t.Errorf("%s: no total %s", q, want)
			}
		}
	}
	for _, want := range []string{"CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "HÀ NỘI\n", "Số: ……/BC-……", "Diễn biến qua các kỳ", "Những tiêu chí mất nhiều điểm nhất", "Trung bình của nhóm là", "Căn cứ pháp lý", "Nơi nhận:"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not there", want)
		}
	}
	if text := wordText(t, b.get("/co-quan/01/tai-ve.docx?lang=en")); !strings.Contains(text, "SOCIALIST REPUBLIC OF VIET NAM") || !strings.Contains(text, "Points lost") {
		t.Error("not in English")
	}
	for _, at := range []string{"/co-quan/01?ky=2025", "/xep-hang/sipas/2025"} {
		for _, f := range []string{"pdf", "docx"} {
			to := findLink(b.get(at), "tai-ve."+f)
			a := b.get(to)
			if a.StatusCode != 200 || !strings.Contains(a.Header.Get("Content-Disposition"), "."+f) || a.Header.Get("ETag") == "" {
				t.Errorf("%s offers %q: %d %v", at, to, a.StatusCode, a.Header)
			}
			req := httptest.NewRequest(http.MethodGet, to, nil)
			req.Header.Set("If-None-Match", a.Header.Get("ETag"))
			if again := b.do(req); again.StatusCode != http.StatusNotModified {
				t.Errorf("%s again: %d", to, again.StatusCode)
			}
		}
	}
}

func TestReportsTellThePublicNoMoreThanPages(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("letters are drawn one after another: not with the race detector")
	}
	_, st := mustFigures(t)
	s := withDocuments(t, st)
	b := newBrowser(t, s)
	few := wordText(t, b.get("/co-quan/79/tai-ve.docx?ky=2025")) // three answers
	sipas, _, _ := strings.Cut(few, "II. ")
	if !strings.Contains(few, "chưa đủ phiếu để công bố") || strings.Contains(sipas, "Điểm mất") {
		t.Errorf("of three answers:\n%s", sipas)
	}
	national := wordText(t, b.get("/xep-hang/sipas/2025/tai-ve.docx"))
	if !strings.Contains(national, "–\nHồ Chí Minh\n–\n") {
		t.Errorf("the national report has figures of three answers:\n%s", national)
	}
	// Live figures are for those who read the pages: an officer has the own ones beside the public group.
	officer, analyst := signedInAs(t, s, "hanoi"), signedInAs(t, s, "phantich")
	for to, want := range map[string][2]int{"/quan-tri/co-quan/01/tai-ve.docx": {200, 200}, "/quan-tri/co-quan/48/tai-ve.pdf": {403, 200}, "/quan-tri/xep-hang/sipas/2026/tai-ve.pdf": {403, 200}} {
		for i, who := range []*browser{officer, analyst} {
			if a := who.get(to); a.StatusCode != want[i] || !strings.Contains(a.Header.Get("Cache-Control"), "no-store") {
				t.Errorf("%s: %d, want %d", to, a.StatusCode, want[i])
			}
		}
		if a := b.get(to); a.StatusCode == 200 {
			t.Errorf("%s is there for everyone", to)
		}
	}
	if !strings.Contains(wordText(t, officer.get("/quan-tri/co-quan/01/tai-ve.docx")), "Số liệu nội bộ, chưa công bố.") {
		t.Error("a live report does not say so")
	}
	for _, to := range []string{"/co-quan/khong-co/tai-ve.pdf", "/co-quan/01/tai-ve.odt", "/xep-hang/sipas/2019/tai-ve.pdf", "/xep-hang/khong-co/2025/tai-ve.docx"} {
		if a := b.get(to); a.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d", to, a.StatusCode)
		}
	}
}

func TestTheReportOnAReleaseIsThereWhileItIsPublic(t *testing.T) {
	t.Parallel()
	_, st, r := mustReleases(t)
	b := newBrowser(t, withDocuments(t, st))
	file, none := "/cong-bo/"+r.ID+"/tai-ve.", "/cong-bo/"+noRelease+"/tai-ve."
	hidden := func(step string) {
		t.Helper()
		for _, f := range []string{"pdf", "docx"} {
			if got, want := seen(b.get(file+f), r.ID), seen(b.get(none+f), noRelease); got != want || strings.HasPrefix(got, "200") {
				t.Errorf("%s: %s\nbut of none %s", step, got, want)
			}
		}
	}
	must(t, st.PutRelease(t.Context(), r, "", nil))
	hidden("draft")
	must(t, st.PublishRelease(t.Context(), r.ID, testNow.Add(time.Minute)))
	hidden("embargo")
	must(t, st.PublishRelease(t.Context(), r.ID, time.Time{}))
	text := wordText(t, b.get(file+"docx"))
	for _, want := range []string{"Kết quả Mười điểm năm 2025", "1\nHà Nội\n7,50\n", "2\nHồ Chí Minh\n6,00\n", "Bản công bố\n" + r.ID} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not there:\n%s", want, text)
		}
	}
	if to := findLink(b.get("/cong-bo/"+r.ID), "tai-ve.pdf"); to != file+"pdf" {
		t.Errorf("the page of the release offers %q", to)
	}
	if !strings.Contains(wordText(t, b.get("/xep-hang/muoi/2025/tai-ve.docx")), r.ID) {
		t.Error("the report on the ranking does not name the release of its figures")
	}
	if a := b.get("/cong-bo/" + r.ID + "/tai-ve.csv"); a.StatusCode != http.StatusNotFound {
		t.Errorf("no such format: %d", a.StatusCode)
	}
	must(t, st.WithdrawRelease(t.Context(), r.ID, map[string]string{"vi": "sai số liệu"}))
	if a := b.get(file + "pdf"); a.StatusCode != http.StatusNotFound || bytes.HasPrefix([]byte(a.body), []byte("%PDF")) {
		t.Errorf("withdrawn: %d", a.StatusCode)
	}
}
