package web

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"thuocdo/data"
	"thuocdo/data/scribe"
	"thuocdo/scoring"
	"thuocdo/scoring/assess"
	"thuocdo/survey/account"
	"thuocdo/survey/audit"
)

// atCouncil is the season "par" in which 01 appealed against 1.1.1, which was adjusted; 48 is still being appraised.
func atCouncil(tb testing.TB) (*data.Store, *Server) {
	tb.Helper()
	st, _, plan := deskOf(tb)
	appraisedAll(tb, st, plan, "01")
	as := func(login string, acts ...assess.Act) {
		tb.Helper()
		ctx := audit.With(tb.Context(), audit.Actor{Name: login, Role: string(account.Appraiser)})
		must(tb, st.Assess(ctx, "par", assess.Turn{Agency: "01", Acts: acts}))
	}
	late := scoring.LeafInput{Choice: "late"}
	as("thamdinh", assess.Advance{})
	as("hanoi", assess.Explain{Leaf: "1.1.1", Seen: 2, Text: "có dấu bưu điện <i>", Appeal: true}, assess.Advance{Done: true})
	as("thamdinh", assess.Appraise{Leaf: "1.1.1", Seen: 3, Input: &late, Reason: "giữ một phần"}, assess.Advance{})
	return st, mustServerWith(tb, Config{Documents: scribe.Formats}, st)
}

const parCouncil = seasonsPath + "/par" + councilName

func TestTheCouncilVotesOnWhatWasAppealed(t *testing.T) {
	t.Parallel()
	st, s := atCouncil(t)
	b := signedInAs(t, s, "quantri")
	at := parCouncil + "/1.1.1/01"
	for _, lang := range []string{"", "en"} {
		a := b.get(withLang(parCouncil, lang))
		if a.StatusCode != http.StatusOK || !strings.Contains(a.body, at) || strings.Contains(a.body, "⟦") {
			t.Errorf("the list %s: %d %s", lang, a.StatusCode, around(a.body, "⟦"))
		}
		a = b.get(withLang(at, lang))
		if a.StatusCode != http.StatusOK || !strings.Contains(a.body, "có dấu bưu điện &lt;i&gt;") || !strings.Contains(a.body, "giữ một phần") || strings.Contains(a.body, "⟦") {
			t.Errorf("the appeal %s: %d %s", lang, a.StatusCode, around(a.body, "⟦"))
		}
	}
	form := b.get(at).form()
	send := func(votes string, reason string) answer {
		t.Helper()
		for i, v := range strings.Split(votes, " ") {
			form.Set(votePrefix+string(rune('1'+i)), strings.TrimSuffix(v, "absent"))
		}
		form.Set(reasonField, reason)
		return b.post(at, form)
	}
	for _, c := range []struct{ votes, reason, says string }{
		{"for absent absent", "x", "Chưa đủ số thành viên"},
		{"for for absent", " ", "cần có lý do"},
		{"for perhaps for", "x", "không hợp lệ"},
	} {
		if a := send(c.votes, c.reason); a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.body, c.says) {
			t.Errorf("%s: %d lacks %q", c.votes, a.StatusCode, c.says)
		}
	}
	if leafOf(t, st, "01", "1.1.1").Decision != nil {
		t.Fatal("a vote without a quorum is stored")
	}
	finish := parCouncil + "/ket-thuc"
	if a := b.post(finish, url.Values{"token": form["token"], finishField: {"01"}}); a.StatusCode != http.StatusConflict {
		t.Errorf("finished undecided: %d", a.StatusCode)
	}
	if a := send("for for against", "có dấu bưu điện"); a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != parCouncil {
		t.Fatalf("decided: %d %s", a.StatusCode, a.Header.Get("Location"))
	}
	if d := leafOf(t, st, "01", "1.1.1").Decision; d == nil || !d.Passed || d.By != "quantri" || d.Input.Choice != "on_time" || len(d.Votes) != 3 {
		t.Errorf("%+v", d)
	}
	if a := send("against against against", "x"); a.StatusCode != http.StatusConflict || !strings.Contains(a.body, "Người khác vừa thay đổi") {
		t.Errorf("over a newer version: %d", a.StatusCode)
	}
	if a := b.get(at); !strings.Contains(a.body, "2 tán thành, 1 không tán thành, 0 phiếu trắng") || !strings.Contains(a.body, "Thông qua") {
		t.Error("the votes are not shown")
	}
	if a := b.post(finish, b.get(parCouncil).form()); a.StatusCode != http.StatusSeeOther {
		t.Errorf("finished: %d", a.StatusCode)
	}
	if sheet, err := st.Sheet(t.Context(), "par", "01"); err != nil || sheet.Stage != assess.Final {
		t.Errorf("%s %v", sheet.Stage, err)
	}
}

// An appraiser of other criteria, or of none, sees the same council and the same minutes as everybody, and ends no stage.
func TestMinutesAreTheSameForWhoeverMayReadThem(t *testing.T) {
	t.Parallel()
	st, s := atCouncil(t)
	x, _, err := st.Season(t.Context(), "par")
	must(t, err)
	x.Appraisers = []assess.Appraiser{{Login: "nguoikhac", Nodes: []string{"1.1.1"}}}
	must(t, st.PutSeason(t.Context(), *x))
	b := signedInAs(t, s, "thamdinh")
	if a := b.get(parCouncil); a.StatusCode != http.StatusOK || !strings.Contains(a.body, parCouncil+"/1.1.1/01") {
		t.Errorf("the council without its appeal: %d", a.StatusCode)
	}
	a := b.get(parCouncil + "/bien-ban.docx")
	if whole := signedInAs(t, s, "quantri").get(parCouncil + "/bien-ban.docx"); a.StatusCode != http.StatusOK || len(a.body) != len(whole.body) {
		t.Errorf("minutes of %d and %d bytes", len(a.body), len(whole.body))
	}
	who, err := st.AccountByLogin(t.Context(), "thamdinh")
	must(t, err)
	if err := st.AssessAs(t.Context(), who.ID, "par", assess.Turn{Agency: "48", Acts: []assess.Act{assess.Advance{}}}); !errors.Is(err, assess.ErrNotYours) {
		t.Errorf("ends a stage of a season that does not name him: %v", err)
	}
}

func TestOnlyAdministratorsKeepTheMinutes(t *testing.T) {
	t.Parallel()
	st, s := atCouncil(t)
	at := parCouncil + "/1.1.1/01"
	form := signedInAs(t, s, "quantri").get(at).form()
	for i := range 3 {
		form.Set(votePrefix+string(rune('1'+i)), "for")
	}
	form.Set(reasonField, "x")
	b := signedInAs(t, s, "thamdinh")
	if a := b.get(at); a.StatusCode != http.StatusOK || strings.Contains(a.body, votePrefix) {
		t.Errorf("an appraiser: %d, may vote", a.StatusCode)
	}
	form.Set("token", b.get(parCouncil).form().Get("token"))
	if a := b.post(at, form); a.StatusCode != http.StatusForbidden || leafOf(t, st, "01", "1.1.1").Decision != nil {
		t.Errorf("an appraiser decides: %d", a.StatusCode)
	}
	if a := signedInAs(t, s, "hanoi").get(parCouncil + "/bien-ban.pdf"); a.StatusCode != http.StatusForbidden {
		t.Errorf("an officer reads the minutes: %d", a.StatusCode)
	}
	for _, target := range []string{parCouncil + "/1.1.2/01", parCouncil + "/1.1.1/48", parCouncil + "/bien-ban.exe"} {
		if a := b.get(target); a.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d", target, a.StatusCode)
		}
	}
}

// What the minutes must hold: who could vote, what was asked, proposed and decided, and who voted how. What is not known is dots.
func TestTheMinutesSayWhoVotedHow(t *testing.T) {
	t.Parallel()
	st, s := atCouncil(t)
	b := signedInAs(t, s, "quantri")
	if a := b.get(parCouncil + "/bien-ban.docx"); a.StatusCode != http.StatusOK || !strings.HasPrefix(a.body, "PK") {
		t.Errorf("before the vote: %d", a.StatusCode)
	}
	on := scoring.LeafInput{Choice: "on_time"}
	ctx := audit.With(t.Context(), audit.Actor{Name: "quantri", Role: string(account.Administrator)})
	must(t, st.Assess(ctx, "par", assess.Turn{Agency: "01", Acts: []assess.Act{assess.Decide{Leaf: "1.1.1", Seen: 4, Input: on, Reason: "có dấu",
		Votes: map[string]assess.Vote{"An": assess.For, "Bình": assess.Against, "Chi": assess.Abstain}}}}))
	a := b.get(parCouncil + "/bien-ban.docx")
	text := docxText(t, []byte(a.body))
	for _, want := range []string{"CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "BIÊN BẢN", "Họp Hội đồng thẩm định: Đánh giá par", "Thời gian bắt đầu: ……",
		"An, Bình, Chi", "Mục 1.1.1", "Hà Nội", "có dấu bưu điện <i>", "Tán thành: 1 (An)", "Không tán thành: 1 (Bình)", "Phiếu trắng: 1 (Chi)", "Không thông qua. Lý do: có dấu", "THƯ KÝ", "CHỦ TỌA",
		"Nơi nhận:", "Lưu: VT"} {
		if !strings.Contains(text, want) {
			t.Errorf("the minutes lack %q", want)
		}
	}
	at := -1
	for _, part := range []string{"Thời gian bắt đầu", "Địa điểm", "Thành phần", "Chủ trì (chủ tọa)", "Thư ký (người ghi biên bản)", "Nội dung", "Cuộc họp kết thúc", "THƯ KÝ", "Nơi nhận"} {
		if i := strings.Index(text, part); i <= at {
			t.Errorf("%q is out of its place", part)
		} else {
			at = i
		}
	}
	if a := b.get(parCouncil + "/bien-ban.pdf"); a.StatusCode != http.StatusOK || !strings.HasPrefix(a.body, "%PDF-") || a.Header.Get("Content-Type") != "application/pdf" {
		t.Errorf("PDF: %d %s", a.StatusCode, a.Header.Get("Content-Type"))
	}
	if e := b.get(withLang(parCouncil+"/bien-ban.docx", "en")); !strings.Contains(docxText(t, []byte(e.body)), "MINUTES") {
		t.Error("no minutes in English")
	}
}

// docxText is the text of a DOCX file, the runs of a paragraph joined.
func docxText(tb testing.TB, file []byte) string {
	tb.Helper()
	return strings.Join(zippedText(tb, bytes.NewReader(file), int64(len(file)), "word/document.xml"), "\n")
}

// zippedText returns the paragraphs of an Office Open XML part.
func zippedText(tb testing.TB, r io.ReaderAt, size int64, part string) (paragraphs []string) {
	tb.Helper()
	z, err := zip.NewReader(r, size)
	must(tb, err)
	f, err := z.Open(part)
	must(tb, err)
	defer f.Close()
	var text strings.Builder
	for d := xml.NewDecoder(f); ; {
		token, err := d.Token()
		if err == io.EOF {
			return paragraphs
		}
		must(tb, err)
		switch x := token.(type) {
		case xml.CharData:
			text.Write(x)
		case xml.EndElement:
			if x.Name.Local == "p" {
				paragraphs = append(paragraphs, text.String())
				text.Reset()
			}
		}
	}
}
