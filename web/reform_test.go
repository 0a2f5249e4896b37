package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"thuocdo/scoring/remedy"
	"thuocdo/survey"
)

const reportOfHanoi = "/quan-tri/bao-cao/01/2026"

func TestAReformReportHoldsFiguresTasksAndWhatOfficialsWrite(t *testing.T) {
	t.Parallel()
	_, st := mustBlocks(t)
	s := withDocuments(t, st)
	officer := signedInAs(t, s, "hanoi")
	task := putIntoPlan(t, officer)
	if a := postTo(officer, task, taskValues(1)); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("%d", a.StatusCode)
	}
	page := officer.get(reportOfHanoi)
	// Hanoi has 50 points in 2026 and had 80 in 2025 (see mustBlocks); of three it is the last.
	for _, want := range []string{"Công tác cải cách hành chính năm 2026", "50,00", "−30,00", "3/3", "Công bố kế hoạch &lt;b&gt;", "đang làm, quá hạn", "<svg", "……"} {
		if !strings.Contains(page.body, want) {
			t.Errorf("%q is not on the page", want)
		}
	}
	texts := url.Values{"thay": {"0"}, "lead": {"Đã ban hành kế hoạch <i>.\nĐã kiểm tra mười đơn vị."}, "next": {"Tiếp tục."}, "place": {"Hà Nội"}, "authority": {"TM. Ủy ban nhân dân\nChủ tịch"}, "signer": {"Nguyễn Văn A"}}
	if a := postTo(officer, reportOfHanoi, texts); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("save: %d", a.StatusCode)
	}
	text := wordText(t, officer.get(reportOfHanoi+"/tai-ve.docx"))
	for _, want := range []string{"HÀ NỘI\n", "Hà Nội, ngày …… tháng …… năm ……", "I. CÔNG TÁC CHỈ ĐẠO, ĐIỀU HÀNH\nĐã ban hành kế hoạch <i>.\nĐã kiểm tra mười đơn vị.\n", "Khối\nnăm 2026\n50,00\n3/3\n",
		"Kế hoạch có 1 việc: 0 việc đã xong, 1 việc chưa xong, trong đó 1 việc quá hạn.", "TM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH\nNguyễn Văn A", "IV. TỒN TẠI, HẠN CHẾ\n……"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in the document:\n%s", want, text)
		}
	}
	if a := officer.get(reportOfHanoi + "/tai-ve.pdf"); a.StatusCode != 200 || !strings.HasPrefix(a.body, "%PDF") {
		t.Errorf("PDF: %d", a.StatusCode)
	}
	if list := officer.get("/quan-tri/bao-cao?lang=en"); !strings.Contains(list.body, reportOfHanoi) || !strings.Contains(list.body, "2026-Q1") {
		t.Error("the report is not listed")
	}
	if body := officer.get(reportOfHanoi + "?lang=en").body; !strings.Contains(body, "Public administration reform in 2026") {
		t.Error("not in English")
	}
}

func TestOfTwoWhoWriteAReformReportBothSeeBoth(t *testing.T) {
	t.Parallel()
	s, _ := mustBlocks(t)
	officer := signedInAs(t, s, "hanoi")
	if a := postTo(officer, reportOfHanoi, url.Values{"thay": {"0"}, "lead": {"của người kia"}}); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("%d", a.StatusCode)
	}
	a := postTo(officer, reportOfHanoi, url.Values{"thay": {"0"}, "lead": {"của tôi"}})
	if a.StatusCode != http.StatusConflict || !strings.Contains(a.body, "của người kia") || !strings.Contains(a.body, ">của tôi</textarea>") || a.form().Get("thay") != "1" {
		t.Errorf("a late text: %d", a.StatusCode)
	}
	if a := postTo(officer, reportOfHanoi, url.Values{"thay": {"1"}, "lead": {"của tôi"}}); a.StatusCode != http.StatusSeeOther {
		t.Errorf("meant: %d", a.StatusCode)
	}
	long := strings.Repeat("ạ", 201)
	if a := postTo(officer, reportOfHanoi, url.Values{"thay": {"2"}, "signer": {long}}); a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.body, `href="#signer"`) || !strings.Contains(a.body, long) {
		t.Errorf("a name too long: %d", a.StatusCode)
	}
}

func TestWhoMayReadAndWriteReformReports(t *testing.T) {
	t.Parallel()
	_, st := mustBlocks(t)
	s := withDocuments(t, st)
	officer, analyst := signedInAs(t, s, "hanoi"), signedInAs(t, s, "phantich")
	for i, c := range []struct {
		a    answer
		want int
	}{
		{analyst.get(reportOfHanoi), 200}, {analyst.get(reportOfHanoi + "/tai-ve.pdf"), 200}, {postTo(analyst, reportOfHanoi, url.Values{"thay": {"0"}}), 403},
		{officer.get("/quan-tri/bao-cao/48/2026"), 403}, {postTo(officer, "/quan-tri/bao-cao/48/2026", url.Values{"thay": {"0"}}), 403},
		{officer.get("/quan-tri/bao-cao/01/2026-Q3"), 200}, {officer.get("/quan-tri/bao-cao/01/2026-H1"), 200},
		{officer.get("/quan-tri/bao-cao/01/2026-05"), 404}, {officer.get("/quan-tri/bao-cao/01/nam-nay"), 404}, {officer.get(reportOfHanoi + "/tai-ve.odt"), 404},
		{newBrowser(t, s).get(reportOfHanoi), 303},
	} {
		if c.a.StatusCode != c.want {
			t.Errorf("step %d: %d, want %d", i, c.a.StatusCode, c.want)
		}
	}
	if strings.Contains(analyst.get(reportOfHanoi).body, "<textarea") {
		t.Error("an analyst is offered a form that only officers may send")
	}
}

func TestAReportIsAboutTasksOfItsPeriodAndOpenOnes(t *testing.T) {
	t.Parallel()
	work := func(title, period, due string, status remedy.Status) remedy.Task {
		return remedy.Task{Of: remedy.Of{Framework: "f", Period: period, Agency: "01"}, Title: title, Due: due, Status: status}
	}
	all := []remedy.Task{work("due in it", "2025", "2026-02-01", remedy.Done), work("due before", "2025", "2025-12-31", remedy.Done), work("open", "2025", "2025-12-31", remedy.Doing),
		work("done without a day", "2025", "", remedy.Done), work("of a later result", "2027", "2026-02-01", remedy.Doing), work("due after", "2025", "2026-04-01", remedy.Done)}
	foreign := work("foreign", "2025", "2026-02-01", remedy.Doing)
	foreign.Agency = "48"
	var got []string
	for _, x := range tasksUpTo(append(all, foreign), "01", survey.Period("2026-Q1")) {
		got = append(got, x.Title)
	}
	if strings.Join(got, ", ") != "due in it, open, done without a day" {
		t.Errorf("%q", got)
	}
}
