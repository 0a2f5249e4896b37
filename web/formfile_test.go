package web

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"thuocdo/data"
	"thuocdo/data/formbook"
	"thuocdo/survey/account"
)

const smallForm = `{"title":"Phiếu thử","description":"Lời giới thiệu","pages":[{"name":"p","title":"Trang","elements":[{"type":"comment","name":"q","title":"Ý kiến <b>gì</b>","placeholder":"x"}]}]}`

// mustFormFiles is a server that knows questionnaires as files, and a designer signed in.
func mustFormFiles(t *testing.T) (*Server, *data.Store, *browser) {
	t.Helper()
	st := mustStore(t, testNow)
	_, err := st.PutAccount(t.Context(), account.Account{Login: "thietke", Name: "Thiết Kế", Role: account.Designer, Password: mustHash(t, "thietke")})
	must(t, err)
	s := mustServerWith(t, Config{FormFiles: FormFiles{Read: formbook.Any, Write: formbook.Write}}, st)
	return s, st, signedInAs(t, s, "thietke")
}

// send posts a file with the fields of the form.
func (b *browser) send(target, name string, file []byte, fields url.Values) answer {
	b.tb.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for key, values := range fields {
		must(b.tb, w.WriteField(key, values[0]))
	}
	if name != "" {
		part, err := w.CreateFormFile("tep", name)
		must(b.tb, err)
		_, err = part.Write(file)
		must(b.tb, err)
	}
	must(b.tb, w.Close())
	r := httptest.NewRequest(http.MethodPost, target, &body)
	r.Header.Set("Content-Type", w.FormDataContentType())
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return b.do(r)
}

func TestADesignerChecksAndPublishesAQuestionnaireFromAFile(t *testing.T) {
	t.Parallel()
	_, st, b := mustFormFiles(t)
	if a := b.get("/quan-tri"); !strings.Contains(a.body, formFilePath) {
		t.Error("the desk does not lead there")
	}
	form := b.get(formFilePath)
	fields := url.Values{"token": {tokenOf(t, form)}, "ma": {"thu"}, "phien-ban": {"2027"}, "lam": {"thu"}}
	a := b.send(formFilePath, "form.json", []byte(smallForm), fields)
	for _, want := range []string{"Tệp không có lỗi", "(thu, 2027)", "$.pages[0].elements[0].placeholder", `value="2027"`} {
		if a.StatusCode != http.StatusOK || !strings.Contains(a.body, want) {
			t.Errorf("%d, lacks %q", a.StatusCode, want)
		}
	}
	if _, err := st.Form(t.Context(), "thu", "2027"); err == nil {
		t.Fatal("checking stored it")
	}
	fields.Set("lam", "nhap")
	for range 2 { // once more is harmless
		a = b.send(formFilePath, "form.json", []byte(smallForm), fields)
		if a.StatusCode != http.StatusSeeOther {
			t.Fatalf("publishing: %d\n%s", a.StatusCode, a.body)
		}
	}
	to := a.Header.Get("Location")
	if done := b.get(to); !strings.Contains(done.body, "Đã công bố phiếu thu, phiên bản 2027") || !strings.Contains(b.get(to+"&lang=en").body, "is published") {
		t.Errorf("%s does not say so", to)
	}
	book := b.get(workbookAddress("thu", "2027"))
	q, left, err := formbook.Any(t.Context(), []byte(book.body), "", "")
	if err != nil || len(left) > 0 || q.Code != "thu" || !strings.Contains(book.Header.Get("Content-Disposition"), `"thu-2027.xlsx"`) {
		t.Errorf("the workbook: %v, %v, %v", err, left, book.Header)
	}
	other := strings.Replace(smallForm, "Ý kiến", "Ý khác", 1)
	if a := b.send(formFilePath, "form.json", []byte(other), fields); a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.body, "đã có với nội dung khác") {
		t.Errorf("another form under the same version: %d", a.StatusCode)
	}
}

func TestAFileThatIsWrongIsRefusedWithEveryPlace(t *testing.T) {
	t.Parallel()
	_, _, b := mustFormFiles(t)
	fields := url.Values{"token": {tokenOf(t, b.get(formFilePath))}, "lam": {"nhap"}, "ma": {`"><script>`}}
	bad := `<document><LimeSurveyDocType>Survey</LimeSurveyDocType>
<groups><rows><row><gid>1</gid></row></rows></groups><questions><rows>
<row><qid>2</qid><gid>1</gid><parent_qid>0</parent_qid><type>R</type><title>&lt;script&gt;</title></row></rows></questions></document>`
	a := b.send(formFilePath, "bad.lss", []byte(bad), fields)
	for _, want := range []string{"<title>Lỗi: ", `href="#sai"`, "<td data-label=\"Dòng\">3</td>", "không có câu hỏi xếp thứ tự", "&lt;script&gt;"} {
		if a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.body, want) {
			t.Errorf("%d, lacks %q", a.StatusCode, want)
		}
	}
	if a := b.send(formFilePath+"?lang=en", "bad.lss", []byte(bad), fields); !strings.Contains(a.body, "there are no ranking questions") {
		t.Error("no english list")
	}
	if a := b.send(formFilePath, "", nil, fields); a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.body, "Chưa chọn tệp") {
		t.Errorf("without a file: %d", a.StatusCode)
	}
	if a := b.send(formFilePath, "x.xlsx", []byte("PK\x03\x04 nothing more"), fields); a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.body, "không phải sổ tính XLSX") {
		t.Errorf("no workbook: %d", a.StatusCode)
	}
	if a := b.send(formFilePath, "big.json", make([]byte, formFileMax), fields); a.StatusCode != http.StatusRequestEntityTooLarge {
		t.Errorf("too large: %d", a.StatusCode)
	}
	fields.Set("token", "x")
	if a := b.send(formFilePath, "form.json", []byte(smallForm), fields); a.StatusCode != http.StatusForbidden {
		t.Errorf("without its token: %d", a.StatusCode)
	}
	if a := b.post(formFilePath, url.Values{"token": {"x"}}); a.StatusCode != http.StatusBadRequest {
		t.Errorf("no multipart form: %d", a.StatusCode)
	}
	if a := b.get("/quan-tri/phieu-hoi/khong-co/1/xlsform"); a.StatusCode != http.StatusNotFound {
		t.Errorf("a workbook of nothing: %d", a.StatusCode)
	}
}

func TestOnlyDesignersTakeQuestionnairesFromFiles(t *testing.T) {
	t.Parallel()
	s, _, _ := mustFormFiles(t)
	analyst, officer := signedInAs(t, s, "phantich"), signedInAs(t, s, "hanoi")
	for _, b := range []*browser{analyst, officer} {
		if a := b.get(formFilePath); a.StatusCode != http.StatusForbidden {
			t.Errorf("the form: %d", a.StatusCode)
		}
		if a := b.send(formFilePath, "form.json", []byte(smallForm), url.Values{"token": {tokenOf(t, b.get("/quan-tri"))}}); a.StatusCode != http.StatusForbidden {
			t.Errorf("sending: %d", a.StatusCode)
		}
		if strings.Contains(b.get("/quan-tri").body, formFilePath) {
			t.Error("the desk offers what is refused")
		}
	}
	if a := analyst.get(workbookAddress("sipas", "2026")); a.StatusCode != http.StatusOK {
		t.Errorf("an analyst reads a questionnaire: %d", a.StatusCode)
	}
	if a := officer.get(workbookAddress("sipas", "2026")); a.StatusCode != http.StatusForbidden {
		t.Errorf("an officer reads a questionnaire: %d", a.StatusCode)
	}
}
