package web

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"thuocdo/data"
	"thuocdo/data/filetype/filetest"
	"thuocdo/scoring/assess"
)

const hanoiSays = "/quan-tri/danh-gia/par/phieu/01/1.1.1" + sayName

// mustAsked is mustEvidence after hanoi has submitted, every claim with the document, and thamdinh asked about 1.1.1.
func mustAsked(t *testing.T) (*data.Store, assess.Document) {
	t.Helper()
	st := mustEvidence(t)
	d, err := st.AddDocument(t.Context(), "par", assess.Document{Agency: "01", Number: "12/QĐ", File: assess.File{Name: "a.pdf"}}, bytes.NewReader(filetest.PDF("x")), "", "")
	must(t, err)
	submitWith(t, st, d)
	must(t, st.Assess(asWho(t, "thamdinh"), "par", assess.Turn{Agency: "01", Acts: []assess.Act{assess.Ask{Leaf: "1.1.1", Seen: 1, Text: "văn bản nào?"}}}))
	return st, d
}

// answering are the fields of an answer to the first question.
func answering(token, seen, text string, more ...sentPart) []sentPart {
	return append([]sentPart{{"token", "", token}, {"lam", "", "tra-loi"}, {"cau-hoi", "", "1"}, {"thay", "", seen}, {"y-kien", "", text}}, more...)
}

func TestAnAnswerComesWithFilesThatItsAppraisersCanOpen(t *testing.T) {
	t.Parallel()
	st, old := mustAsked(t)
	s := mustServer(t, st)
	b := signedInAs(t, s, "hanoi")
	page := b.get("/quan-tri/danh-gia/par/phieu/01/1.1.1")
	token := tokenOf(t, page)
	if page.StatusCode != http.StatusOK || !strings.Contains(page.body, `action="`+hanoiSays+`"`) || !strings.Contains(page.body, `enctype="multipart/form-data"`) || page.find("ch1-tep") == nil {
		t.Fatalf("%d %s", page.StatusCode, page.body)
	}
	pdf := string(filetest.PDF("mới"))
	added := b.multi(hanoiSays+"?nut=kem", answering(token, "2", "gửi <kèm>", sentPart{"so", "", "13/CV"}, sentPart{"trang", "", "4"}, sentPart{"tep", "b.pdf", pdf})...)
	if added.StatusCode != http.StatusOK || text(added.find("ch1-y-kien")) != "gửi <kèm>" || !has(added.find("ch1-tl-0"), "checked") || attr(added.find("ch1-tr-0"), "value") != "4" || attr(added.find("ch1-so"), "value") != "" {
		t.Fatalf("the form after a file was added: %d %s", added.StatusCode, added.body)
	}
	digest := attr(added.find("ch1-tl-0"), "value")
	wrong := b.multi(hanoiSays+"?lang=en", answering(token, "2", "gửi <kèm>", sentPart{"tai-lieu", "", digest}, sentPart{"so", "", "14/CV"}, sentPart{"tep", "c.exe", "MZ"})...)
	if wrong.StatusCode != http.StatusUnprocessableEntity || text(wrong.find("ch1-y-kien")) != "gửi <kèm>" || attr(wrong.find("ch1-so"), "value") != "14/CV" || !has(wrong.find("ch1-tl-0"), "checked") || !strings.Contains(wrong.body, `href="#ch1-tep"`) {
		t.Errorf("after a file that is refused: %d %s", wrong.StatusCode, wrong.body)
	}
	if a := b.multi(hanoiSays, answering(token, "2", "", sentPart{"tai-lieu", "", digest})...); a.StatusCode != http.StatusUnprocessableEntity || !has(a.find("ch1-tl-0"), "checked") {
		t.Errorf("without words: %d", a.StatusCode)
	}
	if a := b.multi(hanoiSays, answering(token, "2", "x", sentPart{"tai-lieu", "", strings.Repeat("0", 64)})...); a.StatusCode != http.StatusConflict {
		t.Errorf("with a file that is not there: %d", a.StatusCode)
	}
	sent := b.multi(hanoiSays, answering(token, "2", "gửi <kèm>", sentPart{"tai-lieu", "", digest}, sentPart{pagePrefix + digest, "", "5"}, sentPart{sayMore, "", old.Digest}, sentPart{"so", "", "15/CV"})...)
	if sent.StatusCode != http.StatusSeeOther {
		t.Fatalf("%d %s", sent.StatusCode, sent.body)
	}
	sheet, err := st.Sheet(t.Context(), "par", "01")
	must(t, err)
	e := sheet.Leaves["1.1.1"].Questions[0].Answer.Evidence
	if len(e) != 3 || e[0].Page != "5" || e[0].File.Digest != digest || e[1].File.Digest != old.Digest || e[2].File != nil || e[2].Number != "15/CV" {
		t.Fatalf("%+v", e)
	}
	at := "/quan-tri/danh-gia/par/tai-lieu/" + digest
	for login, status := range map[string]int{"thamdinh": 200, "nganhkhac": 404, "danang": 404, "kiemtoan": 200} {
		if a := signedInAs(t, s, login).get(at); a.StatusCode != status || (a.body == pdf) != (status == 200) {
			t.Errorf("%s: %d, want %d", login, a.StatusCode, status)
		}
	}
	if a := signedInAs(t, s, "thamdinh").get("/quan-tri/danh-gia/par/tham-dinh/1.1.1/01"); !strings.Contains(a.body, `href="`+at+`"`) || !strings.Contains(a.body, "15/CV") {
		t.Errorf("the appraiser's page lacks the document: %d", a.StatusCode)
	}
}

func TestAnAnswerIsForTheAgencyAloneAndInTime(t *testing.T) {
	t.Parallel()
	st, _ := mustAsked(t)
	s := mustServer(t, st)
	b := signedInAs(t, s, "hanoi")
	token := tokenOf(t, b.get("/quan-tri/danh-gia/par/phieu/01/1.1.1"))
	file := sentPart{"tep", "b.pdf", string(filetest.PDF("x"))}
	for login, want := range map[string]int{"danang": 403, "thamdinh": 403, "quantri": 403} {
		o := signedInAs(t, s, login)
		if a := o.multi(hanoiSays, answering(tokenOf(t, o.get("/quan-tri")), "2", "x", sentPart{"so", "", "1"}, file)...); a.StatusCode != want {
			t.Errorf("%s: %d", login, a.StatusCode)
		}
	}
	for name, parts := range map[string][]sentPart{"no token": answering("x", "2", "x"), "a text without end": answering(token, "2", strings.Repeat("x", sayBytes+1))} {
		if a := b.multi(hanoiSays, parts...); a.StatusCode != http.StatusForbidden && a.StatusCode != http.StatusBadRequest {
			t.Errorf("%s: %d", name, a.StatusCode)
		}
	}
	if a := b.multi(hanoiSays, answering(token, "1", "dựa trên bản cũ")...); a.StatusCode != http.StatusConflict || text(a.find("ch1-y-kien")) != "dựa trên bản cũ" {
		t.Errorf("over a newer version: %d", a.StatusCode)
	}
	late, _, err := st.Season(t.Context(), "par")
	must(t, err)
	late.Deadlines.Submit, late.Deadlines.Appraise = testNow.Add(-time.Hour), testNow
	must(t, st.PutSeason(t.Context(), *late))
	if a := b.multi(hanoiSays, answering(token, "2", "viết lâu quá", sentPart{"so", "", "1"}, file)...); a.StatusCode < 400 || a.StatusCode >= 500 || !strings.Contains(a.body, "viết lâu quá") {
		t.Errorf("past the deadline: %d %s", a.StatusCode, a.body)
	}
}

// A script that shows how far a file is gets data: where to go on, or what is wrong and at which field.
func TestAScriptThatSendsFilesIsToldInData(t *testing.T) {
	t.Parallel()
	st, _ := mustAsked(t)
	b := signedInAs(t, mustServer(t, st), "hanoi")
	token := tokenOf(t, b.get("/quan-tri/danh-gia/par/phieu/01/1.1.1"))
	for _, c := range []struct {
		to     string
		parts  []sentPart
		status int
		want   sentAnswer
	}{
		{hanoiSays, answering(token, "2", "x", sentPart{"so", "", "1"}, sentPart{"tep", "a.exe", "MZ"}), 422, sentAnswer{Words: "Loại tệp này không nhận", Field: "tep"}},
		{hanoiDocuments, []sentPart{{"token", "", token}, {"so", "", "1"}, {"tep", "a.pdf", "%PDF-1.4\n"}}, 422, sentAnswer{Words: "gửi chưa hết", Field: "tep"}},
		{hanoiDocuments, []sentPart{{"token", "", token}, {"tep", "a.pdf", string(filetest.PDF("x"))}}, 422, sentAnswer{Words: "số, ký hiệu", Field: "so"}},
		{hanoiDocuments, []sentPart{{"token", "", token}, {"so", "", "1"}, {"tep", "a.pdf", string(filetest.PDF("y"))}}, 200, sentAnswer{To: hanoiDocuments + "?xong=them"}},
		{hanoiSays, answering(token, "2", "x", sentPart{"so", "", "2"}, sentPart{"tep", "a.pdf", string(filetest.PDF("z"))}), 200, sentAnswer{To: "/quan-tri/danh-gia/par/phieu/01/1.1.1?xong=tra-loi"}},
	} {
		r := multiRequest(t, c.to, c.parts...)
		r.Header.Set("Accept", "application/json")
		a := b.do(r)
		var got sentAnswer
		must(t, json.Unmarshal([]byte(a.body), &got))
		if a.StatusCode != c.status || got.To != c.want.To || got.Field != c.want.Field || !strings.Contains(got.Words, c.want.Words) {
			t.Errorf("%s: %d %+v, want %d %+v", c.to, a.StatusCode, got, c.status, c.want)
		}
	}
}

func TestAnAppealComesWithFilesAndKeepsThem(t *testing.T) {
	t.Parallel()
	st := mustSeason(t)
	fillSheet(t, st, "par", "01")
	must(t, st.Assess(asWho(t, "hanoi"), "par", assess.Turn{Agency: "01", Acts: []assess.Act{assess.Submit{Head: "A"}}}))
	n := oneLeaf(t, mustPlan(t, "par-index-province"))
	appraise(t, st, n.Code)
	must(t, st.Assess(asWho(t, "thamdinh"), "par", assess.Turn{Agency: "01", Acts: []assess.Act{assess.Advance{}}}))
	b := signedInAs(t, mustServer(t, st), "hanoi")
	leaf := sheetAddress("par", "01") + "/" + n.Code
	page := b.get(leaf + "?lang=en")
	says := []sentPart{{"token", "", tokenOf(t, page)}, {"lam", "", "giai-trinh"}, {"loai", "", "kien-nghi"}, {"thay", "", "2"}, {"y-kien", "", "có dấu bưu điện"}}
	if page.find("gt-tep") == nil || !strings.Contains(page.body, "Documents that come with it") {
		t.Fatalf("%d %s", page.StatusCode, page.body)
	}
	if a := b.multi(leaf+sayName, append(says, sentPart{"so", "", "7/BĐ"}, sentPart{"tep", "dau.pdf", string(filetest.PDF("dấu"))})...); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("%d %s", a.StatusCode, a.body)
	}
	again := b.get(leaf)
	digest := attr(again.find("gt-tl-0"), "value")
	if !has(again.find("gt-tl-0"), "checked") || !strings.Contains(again.body, "dau.pdf") {
		t.Fatal("the form does not show what came with the appeal")
	}
	says[3].value, says[4].value = "3", "viết lại"
	if a := b.multi(leaf+sayName, append(says, sentPart{"tai-lieu", "", digest})...); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("%d %s", a.StatusCode, a.body)
	}
	sheet, err := st.Sheet(t.Context(), "par", "01")
	must(t, err)
	if x := sheet.Leaves[n.Code].Appeal; x.Text != "viết lại" || !x.Appeal || len(x.Evidence) != 1 || x.Evidence[0].File.Name != "dau.pdf" {
		t.Errorf("%+v", x)
	}
}

func TestAnOfficerDescribesADocumentAnew(t *testing.T) {
	t.Parallel()
	st := mustEvidence(t)
	s := mustServer(t, st)
	b := signedInAs(t, s, "hanoi")
	d, err := st.AddDocument(t.Context(), "par", assess.Document{Agency: "01", Number: "12/QĐ", File: assess.File{Name: "a.pdf"}}, bytes.NewReader(filetest.PDF("x")), "1.1.1", "3")
	must(t, err)
	at := describeAddress("par", d)
	if a := b.get(hanoiDocuments); !strings.Contains(a.body, `href="`+at+`"`) {
		t.Fatal("the library does not lead there")
	}
	page := b.get(at + "?lang=en")
	f := page.form()
	if page.StatusCode != http.StatusOK || f.Get("so") != "12/QĐ" || !strings.Contains(page.body, "Edit what is said of a document") {
		t.Fatalf("%d %s", page.StatusCode, page.body)
	}
	f.Set("so", " ")
	f.Set("noi", "UBND <b>")
	if a := b.post(at, f); a.StatusCode != http.StatusUnprocessableEntity || a.form().Get("noi") != "UBND <b>" {
		t.Errorf("without a number: %d", a.StatusCode)
	}
	f.Set("so", "21/QĐ")
	if a := b.post(at, f); a.Header.Get("Location") != hanoiDocuments+"?xong=sua" {
		t.Fatalf("%d %s", a.StatusCode, a.body)
	}
	sheet, err := st.Sheet(t.Context(), "par", "01")
	must(t, err)
	if e := sheet.Leaves["1.1.1"].Claim.Evidence[0]; e.Number != "21/QĐ" || e.Issuer != "UBND <b>" || e.Page != "3" {
		t.Errorf("the claim says %+v", e)
	}
	f.Set("so", "22/QĐ")
	clash := b.post(at, f)
	if clash.StatusCode != http.StatusConflict || !strings.Contains(clash.body, "Bản người khác vừa lưu") || clash.form().Get("so") != "22/QĐ" || !strings.Contains(clash.body, "21/QĐ") {
		t.Errorf("over another's words: %d %s", clash.StatusCode, clash.body)
	}
	if a := b.post(at, clash.form()); a.StatusCode != http.StatusSeeOther {
		t.Errorf("after having seen them: %d", a.StatusCode)
	}
	list, err := st.Documents(t.Context(), "par", "01")
	must(t, err)
	submitWith(t, st, list[0])
	if a := b.get(at); a.StatusCode != http.StatusConflict || !strings.Contains(a.body, "được lưu giữ") {
		t.Errorf("after submitting: %d", a.StatusCode)
	}
	if a := b.get(describeAddress("par", assess.Document{Agency: "01", File: assess.File{Digest: strings.Repeat("0", 64)}})); a.StatusCode != http.StatusNotFound {
		t.Errorf("no document: %d", a.StatusCode)
	}
	if a := signedInAs(t, s, "danang").get(at); a.StatusCode != http.StatusForbidden {
		t.Errorf("another agency: %d", a.StatusCode)
	}
}
