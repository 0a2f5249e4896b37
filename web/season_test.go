package web

import (
	"bytes"
	"context"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"thuocdo/data"
	"thuocdo/data/export"
	"thuocdo/data/reference"
	"thuocdo/scoring"
	"thuocdo/scoring/assess"
	"thuocdo/scoring/phrase"
	"thuocdo/scoring/report"
	"thuocdo/survey/account"
)

// parSeason is a season of two rounds with the illustrative PAR INDEX; at testNow drafts are due in ten days.
func parSeason(code string) assess.Season {
	day := func(n int) time.Time { return testNow.AddDate(0, 0, n) }
	return assess.Season{Code: code, Title: phrase.VI("Đánh giá "+code, "Assessment "+code), Framework: "par-index-province", Period: "2026", Agencies: []string{"01", "48"}, Rounds: 2,
		Deadlines:  assess.Deadlines{Submit: day(10), Appraise: day(20), Explain: day(30), Review: day(40), Decide: day(50)},
		Appraisers: []assess.Appraiser{{Login: "thamdinh", Nodes: []string{"1", "2", "3", "4", "5", "6", "7", "8"}}},
		Board:      assess.Board{Members: []string{"An", "Bình", "Chi"}, Quorum: 2}}
}

// mustSeason is a store with an open season "par" and an account of each role that takes part: quantri, thamdinh, hanoi and danang.
func mustSeason(tb testing.TB) *data.Store {
	tb.Helper()
	return mustSeasonAt(tb, func() time.Time { return testNow })
}

// mustSeasonAt is mustSeason with a clock that may move.
func mustSeasonAt(tb testing.TB, now func() time.Time) *data.Store {
	tb.Helper()
	st := mustStoreAt(tb, now)
	f, err := reference.Framework("par-index-province", "")
	must(tb, err)
	must(tb, st.PutFramework(tb.Context(), f))
	for _, a := range []account.Account{
		{Login: "quantri", Name: "Quản Trị", Role: account.Administrator},
		{Login: "thamdinh", Name: "Thẩm Định", Role: account.Appraiser},
		{Login: "danang", Name: "Đà Nẵng", Role: account.Officer, Agency: "48"},
		{Login: "hue", Name: "Huế", Role: account.Officer, Agency: "46"},
	} {
		a.Password = mustHash(tb, a.Login)
		_, err := st.PutAccount(tb.Context(), a)
		must(tb, err)
	}
	must(tb, st.PutSeason(tb.Context(), parSeason("par")))
	must(tb, st.OpenSeason(tb.Context(), "par"))
	return st
}

func TestTheListShowsWhatIsDueForEachRole(t *testing.T) {
	t.Parallel()
	st := mustSeason(t)
	must(t, st.PutSeason(t.Context(), parSeason("sau")))
	s := mustServer(t, st)
	for _, c := range []struct {
		login     string
		has, lack []string
	}{
		{"hanoi", []string{sheetAddress("par", "01"), "còn 10 ngày", "đến lượt cơ quan"}, []string{sheetAddress("par", "48"), sheetAddress("sau", "01")}},
		{"hue", []string{"Chưa có kỳ đánh giá nào"}, []string{"Đánh giá par"}},
		{"thamdinh", []string{`href="` + seasonAddress("par") + `"`, `href="` + seasonAddress("par") + appraiseName + `"`, "Đang chuẩn bị", "còn 20 ngày"}, []string{seasonAddress("sau") + appraiseName}},
		{"phantich", []string{`href="` + seasonAddress("par") + `"`}, []string{appraiseName + `"`}},
	} {
		b := signedInAs(t, s, c.login)
		a := b.get(seasonsPath)
		for _, word := range c.has {
			if a.StatusCode != http.StatusOK || !strings.Contains(a.body, word) {
				t.Errorf("%s: %d, %q is missing", c.login, a.StatusCode, word)
			}
		}
		for _, word := range c.lack {
			if strings.Contains(a.body, word) {
				t.Errorf("%s sees %q", c.login, word)
			}
		}
		if a := b.get(seasonsPath + "?lang=en"); a.StatusCode != http.StatusOK || !strings.Contains(a.body, "Assessment seasons") {
			t.Errorf("%s in English: %d", c.login, a.StatusCode)
		}
	}
}

func TestTheOverviewLeadsWhereASeasonIsAppraisedAndDecided(t *testing.T) {
	t.Parallel()
	st := mustSeason(t)
	must(t, st.PutSeason(t.Context(), parSeason("sau")))
	s := mustServer(t, st)
	for login, want := range map[string]bool{"quantri": true, "thamdinh": true, "phantich": false} {
		b := signedInAs(t, s, login)
		for _, name := range []string{appraiseName, councilName} {
			if got := strings.Contains(b.get(seasonAddress("par")).body, `href="`+seasonAddress("par")+name+`"`); got != want {
				t.Errorf("%s finds %s: %v", login, name, got)
			}
			if strings.Contains(b.get(seasonAddress("sau")).body, `href="`+seasonAddress("sau")+name+`"`) {
				t.Errorf("%s finds %s of a season that is planned", login, name)
			}
		}
	}
}

func TestAnAdministratorPlansASeason(t *testing.T) {
	t.Parallel()
	st := mustSeason(t)
	read := func(file []byte) (assess.Season, error) {
		x := parSeason("tu-tep")
		if string(file) != "good" {
			var m phrase.Mistakes
			m.Add("$.council.quorum", "thiếu", "missing")
			return x, m
		}
		return x, nil
	}
	b := signedInAs(t, mustServerWith(t, Config{SeasonFile: read}, st), "quantri")
	to := seasonsPath + "/" + newSeason
	form := b.get(to + "?lang=en")
	f := url.Values{"token": {tokenOf(t, form)}, "ma": {"moi"}, "ten": {""}, "bo": {"par-index-province"}, "ky": {"2027"}, "co-quan": {"01, 48, 999"}, "vong": {"2"}, "han-nop": {"2027-03-01T17:00"},
		"han-tham-dinh": {"2027-02-01T17:00"}, "tham-dinh": {"thamdinh 1"}, "hoi-dong": {"An\nBình"}, "so-phieu": {"3"}}
	a := b.post(to, f)
	if a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.body, "01, 48, 999") {
		t.Fatalf("%d", a.StatusCode)
	}
	for k, v := range map[string]string{"ma": "par-2027", "ten": "Đánh giá <2027>", "tham-dinh": "thamdinh: 1, 2.1"} {
		f.Set(k, v)
	}
	a = b.post(to, f)
	for _, id := range []string{"co-quan", "han-tham-dinh", "han-giai-trinh", "han-vong-hai", "han-hoi-dong", "so-phieu"} {
		if a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.body, `href="#`+id+`"`) {
			t.Errorf("%d: nothing leads to %s", a.StatusCode, id)
		}
	}
	for k, v := range map[string]string{"co-quan": "01, 48", "so-phieu": "2", "han-tham-dinh": "2027-04-01T17:00", "han-giai-trinh": "2027-05-01T17:00", "han-vong-hai": "2027-06-01T17:00", "han-hoi-dong": "2027-07-01T17:00"} {
		f.Set(k, v)
	}
	if a := b.post(to, f); a.Header.Get("Location") != seasonAddress("par-2027")+"?xong=luu" {
		t.Fatalf("%d %s", a.StatusCode, a.body)
	}
	x, _, err := st.Season(t.Context(), "par-2027")
	must(t, err)
	if x.Appraisers[0].Nodes[1] != "2.1" || x.Board.Quorum != 2 || x.Deadlines.Review.UTC().Hour() != 10 || len(x.Agencies) != 2 {
		t.Errorf("stored %+v", x)
	}
	if a := b.post(to, f); a.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("the same code again: %d", a.StatusCode)
	}
	edit := seasonAddress("par-2027") + "/sua"
	seen := attr(b.get(edit).find("ma-thay"), "value")
	f.Set(fieldSeen, seen)
	f.Set("han-hoi-dong", "2027-08-01T17:00")
	if a := b.post(edit, f); a.StatusCode != http.StatusSeeOther {
		t.Errorf("more time: %d %s", a.StatusCode, a.body)
	}
	f.Set("han-hoi-dong", "2027-09-01T17:00")
	f.Set("hoi-dong", "An\nBình\nDung <b>")
	clash := b.post(edit+"?lang=en", f)
	rows := cells(clash, "data-cards")
	if clash.StatusCode != http.StatusConflict || len(rows) != 3 || !slices.Equal(rows[1][1:], []string{"2027-09-01T17:00", "2027-08-01T17:00"}) || !strings.Contains(rows[2][1], "Dung <b>") {
		t.Errorf("over another's plan: %d %q", clash.StatusCode, rows)
	}
	if clash.form().Get("han-hoi-dong") != "2027-09-01T17:00" {
		t.Error("what was typed is lost")
	}
	open := url.Values{"token": f["token"], "lam": {"mo"}, "chac": {"1"}}
	if a := b.post(seasonAddress("par-2027"), open); a.StatusCode != http.StatusSeeOther {
		t.Errorf("opening: %d", a.StatusCode)
	}
	if a := b.post(seasonAddress("par-2027"), open); a.StatusCode != http.StatusConflict {
		t.Errorf("opening twice: %d", a.StatusCode)
	}
	if a := b.get(seasonAddress("par-2027") + "?xong=mo"); !strings.Contains(a.body, "Kỳ đánh giá đã mở") {
		t.Errorf("the overview: %d", a.StatusCode)
	}
	if a := sendFile(b, to, f.Get("token"), "good"); a.StatusCode != http.StatusOK || attr(a.find("ma"), "value") != "tu-tep" {
		t.Errorf("a file: %d", a.StatusCode)
	}
	if a := sendFile(b, to, f.Get("token"), "bad"); a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.body, `href="#so-phieu"`) {
		t.Errorf("a wrong file: %d", a.StatusCode)
	}
}

// sendFile sends a file as a form does.
func sendFile(b *browser, to, token, content string) answer {
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	must(b.tb, w.WriteField("token", token))
	part, err := w.CreateFormFile("tep", "tep.csv")
	must(b.tb, err)
	_, err = part.Write([]byte(content))
	must(b.tb, err)
	must(b.tb, w.Close())
	r := httptest.NewRequest(http.MethodPost, to, &body)
	r.Header.Set("Content-Type", w.FormDataContentType())
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return b.do(r)
}

func TestAFileOfClaimsIsShownBeforeItIsStored(t *testing.T) {
	t.Parallel()
	st := mustSeason(t)
	plan := mustPlan(t, "par-index-province")
	n := oneLeaf(t, plan)
	var table assess.Sheet
	files := SheetFiles{
		Read: func(_ context.Context, in io.Reader, _ *assess.Season, _ *scoring.Plan, sheets []assess.Sheet) ([]assess.Turn, error) {
			content, err := io.ReadAll(in)
			if string(content) == "bad" {
				var m phrase.Mistakes
				m.Add("row 7, column leaf", "không có tiêu chí 9.9", "there is no leaf 9.9")
				return nil, m
			}
			claim := assess.Claim{Input: scoring.LeafInput{Choice: string(content)}, Explanation: "từ tệp", Evidence: []assess.Evidence{{Number: "1"}}}
			return []assess.Turn{{Agency: "01", Acts: []assess.Act{assess.Fill{Leaf: n.Code, Seen: sheets[0].Leaves[n.Code].Version, Claim: claim}}}}, err
		},
		Table: func(code, lang string, _ *scoring.Plan, sheets []assess.Sheet) *report.Table {
			table = sheets[0]
			return &report.Table{Name: code, Lang: lang, Columns: []report.Column{{Key: "leaf", Title: "leaf"}}, Rows: report.Rows([][]report.Value{{report.Str(n.Code)}})}
		}}
	s := mustServerWith(t, Config{Sheets: files, Formats: export.Formats}, st)
	b := signedInAs(t, s, "hanoi")
	to := sheetAddress("par", "01") + sheetUpload
	if a := b.get(sheetAddress("par", "01") + "/" + downloads + "csv"); a.StatusCode != http.StatusOK || !strings.Contains(a.body, n.Code) || table.Agency != "01" {
		t.Errorf("the file: %d %s", a.StatusCode, a.body)
	}
	token := tokenOf(t, b.get(to))
	for _, lang := range []string{"", "?lang=en"} {
		if a := sendFile(b, to+lang, token, "bad"); a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.body, "9.9") {
			t.Errorf("a wrong file: %d", a.StatusCode)
		}
	}
	if a := sendFile(b, to, token, "maybe"); a.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("an option that is none: %d", a.StatusCode)
	}
	if a := sendFile(b, to, token, ""); a.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("no file: %d", a.StatusCode)
	}
	shown := sendFile(b, to, token, "yes")
	change := func(a answer) string {
		for x := range a.doc.Descendants() {
			if attr(x, "name") == "thay-doi" {
				return attr(x, "value")
			}
		}
		t.Fatalf("no changes: %d %s", a.StatusCode, a.body)
		return ""
	}
	f := url.Values{"token": {token}, "thay-doi": {change(shown)}}
	if sheet, _ := st.Sheet(t.Context(), "par", "01"); len(sheet.Leaves) != 0 {
		t.Error("the preview stored something")
	}
	other := assess.Fill{Leaf: n.Code, Claim: assess.Claim{Input: scoring.LeafInput{Choice: "no"}, Explanation: "lời cũ", Evidence: []assess.Evidence{{Number: "1", Page: "tr. 4"}}}}
	must(t, st.Assess(asWho(t, "khac"), "par", assess.Turn{Agency: "01", Acts: []assess.Act{other}}))
	again := b.post(to+"?lang=en", f)
	if again.StatusCode != http.StatusConflict || !strings.Contains(again.body, "Changed meanwhile") {
		t.Fatalf("over another's change: %d %s", again.StatusCode, again.body)
	}
	for _, want := range []string{"</small> lời cũ", "</small> từ tệp", "</small> 1, tr. 4", "</small> 1</p>"} {
		if !strings.Contains(again.body, want) {
			t.Errorf("before and after: lacks %q", want)
		}
	}
	f.Set("thay-doi", change(again))
	if a := b.post(to, f); a.Header.Get("Location") != sheetAddress("par", "01")+"?xong=nhap" {
		t.Fatalf("%d %s", a.StatusCode, a.body)
	}
	sheet, err := st.Sheet(t.Context(), "par", "01")
	must(t, err)
	if l := sheet.Leaves[n.Code]; l.Claim.Input.Choice != "yes" || l.Version != 2 || l.Claim.By != "hanoi" {
		t.Errorf("stored %+v", l)
	}
	if a := sendFile(b, to, token, "yes"); a.StatusCode != http.StatusOK || !strings.Contains(a.body, "không thay đổi gì") {
		t.Errorf("the same file again: %d", a.StatusCode)
	}
	f.Set("thay-doi", "[]")
	if a := b.post(to, f); a.StatusCode != http.StatusBadRequest {
		t.Errorf("nothing to store: %d", a.StatusCode)
	}
}
