package web

import (
	"strings"
	"testing"

	"thuocdo/data/reference"
	"thuocdo/scoring/report"
)

func TestReportsSayWhatIsMeant(t *testing.T) {
	t.Parallel()
	_, st := mustFigures(t)
	b := newBrowser(t, withDocuments(t, st))
	s := standingOf(t, st, "sipas", "2025", "")
	scored := 0
	for i := range s.Outcome.Results {
		if s.Outcome.Results[i].Total.Known {
			scored++
		}
	}
	if scored == 0 || scored == len(s.Outcome.Results) {
		t.Fatalf("%d of %d agencies have a total", scored, len(s.Outcome.Results))
	}
	l := mustServer(t, st).book.In("vi")
	national := wordText(t, b.get("/xep-hang/sipas/2025/tai-ve.docx"))
	for _, want := range []string{"có điểm của " + l.Int(int64(scored)) + " trong " + l.Int(int64(len(s.Outcome.Results))) + " cơ quan.", "HoangLan01/form_test3 (không phải bản công bố chính thức)."} {
		if !strings.Contains(national, want) {
			t.Errorf("the national report lacks %q", want)
		}
	}
	agency := wordText(t, b.get("/co-quan/01/tai-ve.docx?ky=2025"))
	if !strings.Contains(agency, "điểm không thể giành lại vì quy tắc hoặc vì không áp dụng.") {
		t.Error("the score report does not say why points cannot be won back")
	}
	for name, text := range map[string]string{"national report": national, "score report": agency, "page of the method": b.get("/phuong-phap/sipas").body} {
		if strings.Contains(text, "SOURCES.md") {
			t.Errorf("the %s leads to a file of the program", name)
		}
	}
	all, err := reference.Frameworks()
	must(t, err)
	for _, f := range all {
		if said := report.Source(f); said == "" || strings.Contains(said, ".md") {
			t.Errorf("%s %s: source %q", f.Code, f.Version, said)
		}
	}
}

// The page of a method does not say of every survey what is true of some.
func TestTheMethodPageSaysWhenIntervalsFollowADesign(t *testing.T) {
	t.Parallel()
	s, _ := mustFigures(t)
	b := newBrowser(t, s)
	for lang, words := range map[string][2]string{"vi": {"Khi người trả lời được chọn theo thiết kế mẫu", "không xét cách chọn mẫu"}, "en": {"Where respondents are drawn by a sampling design", "the sampling design is not taken into account"}} {
		if a := b.get("/phuong-phap/sipas?lang=" + lang); !strings.Contains(a.body, words[0]) || strings.Contains(a.body, words[1]) {
			t.Errorf("%s: the page does not say when intervals follow a design", lang)
		}
	}
}
