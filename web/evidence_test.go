package web

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"thuocdo/data"
	"thuocdo/data/filetype/filetest"
	"thuocdo/data/reference"
	"thuocdo/scoring"
	"thuocdo/scoring/assess"
	"thuocdo/scoring/phrase"
	"thuocdo/survey/account"
)

// mustEvidence has an open season of 01 and 48; drafts are due ten days after testNow.
func mustEvidence(tb testing.TB) *data.Store {
	tb.Helper()
	return mustEvidenceAt(tb, testNow)
}

func mustEvidenceAt(tb testing.TB, now time.Time) *data.Store {
	tb.Helper()
	st := mustStore(tb, now)
	f, err := reference.Framework("par-index-province", "")
	must(tb, err)
	must(tb, st.PutFramework(tb.Context(), f))
	for _, a := range []account.Account{
		{Login: "quantri", Name: "Quản Trị", Role: account.Administrator},
		{Login: "kiemtoan", Name: "Kiểm Toán", Role: account.Auditor},
		{Login: "thamdinh", Name: "Thẩm Định", Role: account.Appraiser},
		{Login: "nganhkhac", Name: "Ngành Khác", Role: account.Appraiser},
		{Login: "thietke", Name: "Thiết Kế", Role: account.Designer},
		{Login: "danang", Name: "Đà Nẵng", Role: account.Officer, Agency: "48"},
	} {
		a.Password = mustHash(tb, a.Login)
		_, err := st.PutAccount(tb.Context(), a)
		must(tb, err)
	}
	day := func(n int) time.Time { return testNow.AddDate(0, 0, n) }
	must(tb, st.PutSeason(tb.Context(), assess.Season{Code: "par", Title: phrase.VI("Đánh giá <par>", "Assessment <par>"), Framework: f.Code, Period: "2026", Agencies: []string{"01", "48"}, Rounds: 1,
		Deadlines:  assess.Deadlines{Submit: day(10), Appraise: day(20), Explain: day(30), Decide: day(50)},
		Appraisers: []assess.Appraiser{{Login: "thamdinh", Nodes: []string{"1", "2", "3", "4", "5", "6", "7", "8"}}}, Board: assess.Board{Members: []string{"An"}, Quorum: 1}}))
	must(tb, st.OpenSeason(tb.Context(), "par"))
	return st
}

// part is a field of a form with files.
type sentPart struct{ name, file, value string }

// multi posts a form with its fields in their order.
func (b *browser) multi(target string, parts ...sentPart) answer {
	b.tb.Helper()
	return b.do(multiRequest(b.tb, target, parts...))
}

func multiRequest(tb testing.TB, target string, parts ...sentPart) *http.Request {
	tb.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for _, p := range parts {
		var part io.Writer
		var err error
		if p.file != "" {
			part, err = w.CreateFormFile(p.name, p.file)
		} else {
			part, err = w.CreateFormField(p.name)
		}
		must(tb, err)
		_, err = io.WriteString(part, p.value)
		must(tb, err)
	}
	must(tb, w.Close())
	r := httptest.NewRequest(http.MethodPost, target, &body)
	r.Header.Set("Content-Type", w.FormDataContentType())
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return r
}

const (
	hanoiDocuments = "/quan-tri/danh-gia/par/phieu/01/tai-lieu"
	hanoiLeaf      = "/quan-tri/danh-gia/par/phieu/01/1.1.1/tai-lieu"
)

func TestAnOfficerAddsLinksAndRemovesDocuments(t *testing.T) {
	t.Parallel()
	st := mustEvidence(t)
	b := signedInAs(t, mustServer(t, st), "hanoi")
	first := b.get(hanoiDocuments)
	token := sentPart{"token", "", tokenOf(t, first)}
	if first.StatusCode != 200 || !strings.Contains(first.body, "Chưa có tài liệu nào") || !strings.Contains(first.body, `accept=".pdf,.docx`) || !strings.Contains(first.body, "50 MB") {
		t.Fatalf("%d %s", first.StatusCode, first.body)
	}
	pdf := string(filetest.PDF("x"))
	for range 2 { // sent twice counts once
		a := b.multi(hanoiLeaf, token, sentPart{"so", "", "12/QĐ-UBND"}, sentPart{"ngay", "", "2026-01-30"}, sentPart{"noi", "", "UBND <i>"}, sentPart{"trang", "", "3"}, sentPart{"tep", `C:\Kế hoạch "1".pdf`, pdf})
		if a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != hanoiDocuments+"?xong=them&muc=1.1.1" {
			t.Fatalf("%d %s %s", a.StatusCode, a.Header.Get("Location"), a.body)
		}
	}
	leaf := b.get(hanoiDocuments + "?xong=them&muc=1.1.1")
	for _, want := range []string{"Đã thêm tài liệu.", "UBND &lt;i&gt;", "Kế hoạch _1_.pdf", "trang 3", "30/01/2026", "Bỏ khỏi mục này"} {
		if strings.Count(leaf.body, want) == 0 {
			t.Errorf("lacks %q", want)
		}
	}
	if a := b.get(hanoiDocuments + "?muc=1.1.1&lang=en"); !strings.Contains(a.body, "Documents of 1.1.1") || !strings.Contains(a.body, "Take out of this criterion") {
		t.Error("in English")
	}
	b.multi(hanoiDocuments, token, sentPart{"so", "", "5/BC"}, sentPart{"tep", "b.docx", string(filetest.DOCX("x"))})
	b.multi(hanoiLeaf, token, sentPart{"so", "", "7/TTr"}, sentPart{"tep", "", ""}) // on paper
	list, err := st.Documents(t.Context(), "par", "01")
	must(t, err)
	if len(list) != 2 || list[0].By != "hanoi" || list[1].Leaves != nil {
		t.Fatalf("%+v", list)
	}
	free := list[1].Digest
	if a := b.post(hanoiLeaf+"/gan", url.Values{"token": {token.value}, "tai-lieu": {free}, "trang": {"9"}}); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("%d %s", a.StatusCode, a.body)
	}
	if a := b.post(hanoiDocuments+"/xoa", url.Values{"token": {token.value}, "tai-lieu": {free}}); a.StatusCode != http.StatusConflict || !strings.Contains(a.body, "đang được dùng") {
		t.Errorf("removing what is used: %d", a.StatusCode)
	}
	sheet, err := st.Sheet(t.Context(), "par", "01")
	must(t, err)
	e := sheet.Leaves["1.1.1"].Claim.Evidence
	if len(e) != 3 || e[0].Page != "3" || e[1].File != nil || e[1].Number != "7/TTr" || e[2].Page != "9" {
		t.Fatalf("%+v", e)
	}
	if all := b.get(hanoiDocuments); !strings.Contains(all.body, "1 mục") || strings.Contains(all.body, "/xoa") {
		t.Error("the library does not say what is used")
	}
	if all := b.get(hanoiDocuments + "?lang=en"); !strings.Contains(all.body, "1 criterion") {
		t.Error("in English")
	}
	for range 2 {
		if a := b.post(hanoiLeaf+"/go", url.Values{"token": {token.value}, "ma": {e[2].Key()}}); a.StatusCode != http.StatusSeeOther {
			t.Fatalf("%d", a.StatusCode)
		}
	}
	if a := b.post(hanoiDocuments+"/xoa", url.Values{"token": {token.value}, "tai-lieu": {free}}); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("%d", a.StatusCode)
	}
	if a := b.post(hanoiLeaf+"/gan", url.Values{"token": {token.value}, "tai-lieu": {free}}); a.StatusCode != http.StatusConflict || !strings.Contains(a.body, "không còn nữa") {
		t.Errorf("linking what is gone: %d", a.StatusCode)
	}
	for _, wrong := range []string{hanoiDocuments + "?muc=99", hanoiDocuments + "?muc=1.6", "/quan-tri/danh-gia/none/phieu/01/tai-lieu"} {
		if a := b.get(wrong); a.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d", wrong, a.StatusCode)
		}
	}
}

// inputFor is an input that the leaf takes.
func inputFor(t *testing.T, p *scoring.Plan, n scoring.PlanNode) scoring.LeafInput {
	t.Helper()
	half, most, one := n.MaxPoints/2, 90.0, 1.0
	list := []scoring.LeafInput{{Choice: "yes"}, {Value: &half}, {Value: &most}, {Value: &one}, {Appraised: &half}}
	if n.Rule != nil && len(n.Rule.Options) > 0 {
		list = append(list, scoring.LeafInput{Choice: n.Rule.Options[0].Code})
	}
	if n.Rule != nil && len(n.Rule.Severity) > 0 {
		list = append(list, scoring.LeafInput{Counts: map[string]float64{n.Rule.Severity[0].Code: 0}})
	}
	for _, in := range list {
		if _, err := assess.Points(p, n.Code, in); err == nil {
			return in
		}
	}
	t.Fatalf("nothing fits %s", n.Code)
	return scoring.LeafInput{}
}

// submitWith lets hanoi submit a sheet in which every claim has the document.
func submitWith(t *testing.T, st *data.Store, d assess.Document) {
	t.Helper()
	_, plan, err := st.Season(t.Context(), "par")
	must(t, err)
	var acts []assess.Act
	sheet, err := st.Sheet(t.Context(), "par", "01")
	must(t, err)
	for _, n := range plan.Nodes() {
		if assess.Claimed(n) && !n.Outside {
			acts = append(acts, assess.Fill{Leaf: n.Code, Seen: sheet.Leaves[n.Code].Version, Claim: assess.Claim{Input: inputFor(t, plan, n), Evidence: []assess.Evidence{d.Evidence("")}}})
		}
	}
	must(t, st.Assess(t.Context(), "par", assess.Turn{Agency: "01", Acts: acts}))
	must(t, st.Assess(t.Context(), "par", assess.Turn{Agency: "01", Acts: []assess.Act{assess.Submit{Head: "A"}}}))
}

func TestFilesGoToThoseWhoMayReadASheetThatUsesThem(t *testing.T) {
	t.Parallel()
	st := mustEvidence(t)
	s := mustServer(t, st)
	pdf := filetest.PDF("x")
	d, err := st.AddDocument(t.Context(), "par", assess.Document{Agency: "01", Number: "12/QĐ", File: assess.File{Name: "Kế hoạch.pdf"}}, bytes.NewReader(pdf), "", "")
	must(t, err)
	at := "/quan-tri/danh-gia/par/tai-lieu/" + d.Digest
	who := map[string]*browser{}
	for _, login := range []string{"hanoi", "danang", "quantri", "kiemtoan", "thamdinh", "nganhkhac", "thietke", "phantich"} {
		who[login] = signedInAs(t, s, login)
	}
	want := map[string]int{"hanoi": 200, "quantri": 200, "kiemtoan": 200, "danang": 404, "thamdinh": 404, "nganhkhac": 404, "thietke": 403, "phantich": 403}
	check := func(when string) {
		for login, status := range want {
			a := who[login].get(at)
			if a.StatusCode != status || (a.body == string(pdf)) != (status == 200) {
				t.Errorf("%s %s: %d, want %d", login, when, a.StatusCode, status)
			}
			if unknown := who[login].get("/quan-tri/danh-gia/par/tai-lieu/" + strings.Repeat("0", 64)); status != 200 && (unknown.StatusCode != status || len(unknown.body) != len(a.body)) {
				t.Errorf("%s tells an unknown file from a foreign one: %d, %d", login, a.StatusCode, unknown.StatusCode)
			}
		}
	}
	check("before it is submitted")
	submitWith(t, st, d)
	want["thamdinh"] = 200
	check("after it is submitted")
	if a := newBrowser(t, s).get(at); a.StatusCode != http.StatusSeeOther {
		t.Errorf("without an account: %d", a.StatusCode)
	}
	for _, wrong := range []string{"..%2f..%2fetc%2fpasswd", strings.ToUpper(d.Digest), d.Digest[:63], d.Digest + "0"} {
		if a := who["hanoi"].get("/quan-tri/danh-gia/par/tai-lieu/" + wrong); a.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d", wrong, a.StatusCode)
		}
	}
	if a := who["hanoi"].get("/quan-tri/danh-gia/khac/tai-lieu/" + d.Digest); a.StatusCode != http.StatusNotFound {
		t.Errorf("of another season: %d", a.StatusCode)
	}
}

func TestFilesAreSavedAndNeverShown(t *testing.T) {
	t.Parallel()
	st := mustEvidence(t)
	b := signedInAs(t, mustServer(t, st), "hanoi")
	pdf := filetest.PDF("x")
	d, err := st.AddDocument(t.Context(), "par", assess.Document{Agency: "01", Number: "12/QĐ", File: assess.File{Name: "Kế hoạch\r\nX: y \u202e\"2026;.pdf"}}, bytes.NewReader(pdf), "", "")
	must(t, err)
	get := func(key, value string) answer {
		r := httptest.NewRequest(http.MethodGet, "/quan-tri/danh-gia/par/tai-lieu/"+d.Digest, nil)
		if key != "" {
			r.Header.Set(key, value)
		}
		return b.do(r)
	}
	a := get("", "")
	for key, want := range map[string]string{"Content-Type": "application/pdf", "Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'", "X-Content-Type-Options": "nosniff",
		"Cache-Control": "private, no-store", "Content-Length": fmt.Sprint(len(pdf)), "ETag": `"` + d.Digest + `"`, "Cross-Origin-Resource-Policy": "same-origin",
		"Content-Disposition": `attachment; filename="K__ho_ch_X__y__2026_.pdf"; filename*=utf-8''K%E1%BA%BF%20ho%E1%BA%A1ch%20X_%20y%20_2026%3B.pdf`} {
		if got := a.Header.Get(key); got != want {
			t.Errorf("%s: %q, want %q", key, got, want)
		}
	}
	if a := get("If-None-Match", `"`+d.Digest+`"`); a.StatusCode != http.StatusNotModified || a.body != "" {
		t.Errorf("held: %d", a.StatusCode)
	}
	if a := get("Range", "bytes=2-5"); a.StatusCode != http.StatusPartialContent || a.body != string(pdf[2:6]) {
		t.Errorf("a part: %d %q", a.StatusCode, a.body)
	}
	if a := b.do(httptest.NewRequest(http.MethodHead, "/quan-tri/danh-gia/par/tai-lieu/"+d.Digest, nil)); a.StatusCode != 200 || a.body != "" {
		t.Errorf("HEAD: %d", a.StatusCode)
	}
	for name, want := range map[string]string{"a.pdf": `attachment; filename="a.pdf"`, "a b.pdf": `attachment; filename="a_b.pdf"; filename*=utf-8''a%20b.pdf`, "ấ.png": `attachment; filename="_.png"; filename*=utf-8''%E1%BA%A5.png`} {
		if got := attachment(name); got != want {
			t.Errorf("%s: %s", name, got)
		}
	}
}

// evidenceOnDisk are the files beside the database.
func evidenceOnDisk(t *testing.T) (names []string) {
	t.Helper()
	must(t, filepath.WalkDir(filepath.Dir(t.TempDir()), func(path string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() && strings.Contains(path, ".evidence") {
			names = append(names, path)
		}
		return err
	}))
	return names
}

func TestBadFilesAreRefusedWithWordsAndLeaveNothing(t *testing.T) {
	t.Parallel()
	st := mustEvidence(t)
	s := mustServer(t, st)
	b := signedInAs(t, s, "hanoi")
	token := sentPart{"token", "", tokenOf(t, b.get(hanoiDocuments))}
	number := sentPart{"so", "", `1/"><script>alert(1)</script>`}
	svg := `<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`
	pdf := string(filetest.PDF("x"))
	for name, c := range map[string]struct {
		file, body, word string
		status           int
	}{
		"a scripted drawing":              {"a.svg", svg, "mã lệnh", 422},
		"a scripted drawing as a picture": {"a.png", svg, "mã lệnh", 422},
		"a page":                          {"a.pdf", "<!DOCTYPE html><script>alert(1)</script>", "mã lệnh", 422},
		"another type":                    {"a.docx", pdf, "Đuôi của tên tệp", 422},
		"a PDF and a page":                {"a.pdf", strings.Replace(pdf, "%PDF-1.4\n", "%PDF-1.4\n<html><script>", 1), "hai loại nội dung", 422},
		"a bomb":                          {"a.docx", string(filetest.DOCX(strings.Repeat("x", 17<<20))), "giải nén ra quá lớn", 422},
		"macros":                          {"a.docx", string(filetest.DOCX("x", filetest.Part{Name: "word/vbaProject.bin", Body: "x"})), "macro", 422},
		"nothing in it":                   {"a.pdf", "", "tệp rỗng", 422},
		"cut short":                       {"a.pdf", pdf[:200], "gửi chưa hết", 422},
	} {
		a := b.multi(hanoiLeaf, token, number, sentPart{"trang", "", "3"}, sentPart{"tep", c.file, c.body})
		if a.StatusCode != c.status || !strings.Contains(a.body, c.word) || !strings.Contains(a.body, "<title>Lỗi: ") || strings.Contains(a.body, "<script>alert") {
			t.Errorf("%s: %d, says %q: %v", name, a.StatusCode, c.word, strings.Contains(a.body, c.word))
		}
		if typed := a.form(); typed.Get("so") != number.value || typed["trang"][0] != "3" {
			t.Errorf("%s: what was typed is lost: %v", name, typed)
		}
	}
	for name, c := range map[string]struct {
		parts  []sentPart
		status int
	}{
		"no token":               {[]sentPart{number, {"tep", "a.pdf", pdf}}, 403},
		"another token":          {[]sentPart{{"token", "", "x"}, number, {"tep", "a.pdf", pdf}}, 403},
		"the token last":         {[]sentPart{number, {"tep", "a.pdf", pdf}, token}, 403},
		"a field without end":    {[]sentPart{token, {"so", "", strings.Repeat("x", 5<<10)}, {"tep", "a.pdf", pdf}}, 400},
		"no number":              {[]sentPart{token, {"tep", "a.pdf", pdf}}, 422},
		"no file in the library": {[]sentPart{token, number}, 422},
	} {
		if a := b.multi(hanoiDocuments, c.parts...); a.StatusCode != c.status {
			t.Errorf("%s: %d", name, a.StatusCode)
		}
	}
	if a := b.post(hanoiLeaf, url.Values{"token": {token.value}}); a.StatusCode != http.StatusBadRequest {
		t.Errorf("no form with files: %d", a.StatusCode)
	}
	if a := signedInAs(t, s, "danang").multi(hanoiLeaf, token, number, sentPart{"tep", "a.pdf", pdf}); a.StatusCode != http.StatusForbidden {
		t.Errorf("a foreign agency: %d", a.StatusCode)
	}
	if a := signedInAs(t, s, "quantri").multi(hanoiLeaf, token, number, sentPart{"tep", "a.pdf", pdf}); a.StatusCode != http.StatusForbidden {
		t.Errorf("an administrator: %d", a.StatusCode)
	}
	if list := evidenceOnDisk(t); len(list) > 0 {
		t.Errorf("left behind: %q", list)
	}
	if list, err := st.Documents(t.Context(), "par", "01"); err != nil || len(list) > 0 {
		t.Errorf("%+v, %v", list, err)
	}
}

// endlessForm is a form whose file has two gigabytes; it counts what is read.
type endlessForm struct {
	head io.Reader
	read int64
}

func (e *endlessForm) Read(b []byte) (int, error) {
	if n, err := e.head.Read(b); err != io.EOF {
		return n, err
	}
	e.read += int64(len(b))
	if e.read > 2<<30 {
		return 0, io.EOF
	}
	clear(b)
	return len(b), nil
}

// tight is a store that takes files of 100 KB.
type tight struct{ Store }

func (tight) MostFile() int64 { return 100 << 10 }

func TestAnUploadOfTwoGigabytesCostsNothing(t *testing.T) {
	t.Parallel()
	st := mustEvidence(t)
	s := mustServer(t, tight{st})
	b := signedInAs(t, s, "hanoi")
	token := tokenOf(t, b.get(hanoiDocuments))
	send := func(length int64) (answer, int64) {
		var head bytes.Buffer
		w := multipart.NewWriter(&head)
		must(t, w.WriteField("token", token))
		must(t, w.WriteField("so", "1"))
		_, err := w.CreateFormFile("tep", "a.pdf")
		must(t, err)
		body := &endlessForm{head: &head}
		r := httptest.NewRequest(http.MethodPost, hanoiLeaf, body)
		r.ContentLength = length
		r.Header.Set("Content-Type", w.FormDataContentType())
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		return b.do(r), body.read
	}
	if a, n := send(2 << 30); a.StatusCode != http.StatusRequestEntityTooLarge || n > 0 {
		t.Errorf("that says so: %d, %d bytes read", a.StatusCode, n)
	}
	if a, n := send(-1); a.StatusCode != http.StatusRequestEntityTooLarge || n > 4<<20 || !strings.Contains(a.body, "Tệp quá lớn") {
		t.Errorf("that does not say so: %d, %d bytes read", a.StatusCode, n)
	}
	if list := evidenceOnDisk(t); len(list) > 0 {
		t.Errorf("left behind: %q", list)
	}
	for _, target := range []string{hanoiLeaf, hanoiDocuments} { // whoever has no account is not read either, whatever he says it is
		body := &endlessForm{head: strings.NewReader("")}
		r := httptest.NewRequest(http.MethodPost, target, body)
		r.ContentLength = -1
		r.Header.Set("Content-Type", "application/octet-stream")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		if a := newBrowser(t, s).do(r); a.StatusCode != http.StatusUnauthorized || body.read > 0 {
			t.Errorf("%s without an account: %d, %d bytes read", target, a.StatusCode, body.read)
		}
	}
}

func TestFilesThatAreSentInTakeNoRoomOfOthers(t *testing.T) {
	t.Parallel()
	st := mustEvidence(t)
	s := mustServer(t, st)
	b := signedInAs(t, s, "hanoi")
	token := sentPart{"token", "", tokenOf(t, b.get(hanoiDocuments))}
	empty := fill(t, s, uploads)
	send := func() answer {
		return b.multi(hanoiLeaf, token, sentPart{"so", "", "1"}, sentPart{"tep", "a.pdf", string(filetest.PDF("x"))})
	}
	if a := send(); a.StatusCode != http.StatusServiceUnavailable || a.Header.Get("Retry-After") == "" {
		t.Errorf("without room: %d", a.StatusCode)
	}
	for _, page := range []string{sipasForm, hanoiDocuments, "/healthz"} {
		if a := b.get(page); a.StatusCode != http.StatusOK {
			t.Errorf("%s: %d", page, a.StatusCode)
		}
	}
	empty()
	if a := send(); a.StatusCode != http.StatusSeeOther {
		t.Errorf("with room: %d", a.StatusCode)
	}
}

func TestNothingIsAddedAfterTheDeadline(t *testing.T) {
	t.Parallel()
	now := testNow.AddDate(0, 0, 10)
	st := mustEvidenceAt(t, now)
	s := mustServerWith(t, Config{Now: func() time.Time { return now }}, st)
	b := signedInAs(t, s, "hanoi")
	if a := b.get(hanoiDocuments); strings.Contains(a.body, `name="tep"`) || !strings.Contains(a.body, "không thêm, bớt tài liệu được") {
		t.Error("the page offers what cannot be done")
	}
	token := sentPart{"token", "", tokenOf(t, b.get(hanoiDocuments))}
	a := b.multi(hanoiLeaf, token, sentPart{"so", "", "1"}, sentPart{"tep", "a.pdf", string(filetest.PDF("x"))})
	if a.StatusCode != http.StatusConflict || !strings.Contains(a.body, "Đã hết hạn") {
		t.Errorf("%d", a.StatusCode)
	}
}
