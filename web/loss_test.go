package web

import (
	"math"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"thuocdo/data"
	"thuocdo/data/export"
	"thuocdo/scoring"
	"thuocdo/scoring/standing"
)

// blocks is a small index of three leaves.
const blocks = `{"code":"khoi","version":"1","title":{"vi":"Khối","en":"Blocks"},"kinds":["province"],"period":"year","max_points":100,
"groups":[{"code":"province","title":{"vi":"Tỉnh","en":"Provinces"},"kinds":["province"]}],
"bands":[{"code":"A","title":{"vi":"Nhóm A","en":"Group A"},"min":90},{"code":"B","title":{"vi":"Nhóm B","en":"Group B"},"max":90}],"tree":[
{"code":"A","title":{"vi":"Một","en":"One"},"max_points":50,"rule":{"type":"proportional"}},
{"code":"B","title":{"vi":"Hai","en":"Two"},"max_points":30,"rule":{"type":"deduct","severity":[
 {"code":"nhe","title":{"vi":"Nhẹ","en":"Minor"},"points":5},{"code":"nang","title":{"vi":"Nặng","en":"Major"},"points":15}]}},
{"code":"C","title":{"vi":"Ba <b>","en":"Three <b>"},"max_points":20,"rule":{"type":"yes_no"}}]}`

// mustBlocks stores blocks for two provinces. By hand: 01 has 40 + (30 − 5 − 15 = 10) + 0 = 50; 48 has 45 + 30 + 20 = 95,
// and 79 has 30 + 25 + 20 = 75. 2025: 01 had 30 + 30 + 20 = 80.
func mustBlocks(tb testing.TB) (*Server, *data.Store) {
	tb.Helper()
	st := mustStore(tb, testNow)
	f, err := scoring.Parse([]byte(blocks))
	must(tb, err)
	must(tb, st.PutFramework(tb.Context(), f))
	in := func(a float64, counts map[string]float64, c string) map[string]scoring.LeafInput {
		return map[string]scoring.LeafInput{"A": {Value: &a}, "B": {Counts: counts}, "C": {Choice: c}}
	}
	must(tb, st.PutScores(tb.Context(), "khoi", "2025", map[string]map[string]scoring.LeafInput{"01": in(60, map[string]float64{"nhe": 0}, "yes")}))
	must(tb, st.PutScores(tb.Context(), "khoi", "2026", map[string]map[string]scoring.LeafInput{
		"01": in(80, map[string]float64{"nhe": 1, "nang": 1}, "no"), "48": in(90, map[string]float64{"nhe": 0}, "yes"), "79": in(60, map[string]float64{"nhe": 1}, "yes")}))
	return mustServerWith(tb, Config{Formats: export.Formats}, st), st
}

func TestLossPointsOnTheirPage(t *testing.T) {
	t.Parallel()
	s, _ := mustBlocks(t)
	rows := cells(newBrowser(t, s).get("/co-quan/01/diem-mat/khoi/2026"), "loss")
	want := [][]string{ // best 20, 30, 45; medians of the three 20, 25, 40; lost in 2025: 0, 0 and 20
		{"C. Ba <b>", "0,00/20", "20,00", "20,00", "20,00", "20,00", "0,00", "+20,00 đạt mức “Có”"},
		{"B. Hai", "10,00/30", "20,00", "20,00", "20,00", "15,00", "0,00", "+15,00 bớt trường hợp bị trừ điểm"},
		{"A. Một", "40,00/50", "10,00", "10,00", "5,00", "0,00", "20,00", "+10,00 mỗi 1 % thêm 0,5 điểm, đủ điểm ở 100 %"},
	}
	if len(rows) != 4 {
		t.Fatalf("rows %q", rows)
	}
	found := map[string][]string{}
	for _, r := range rows[1:] {
		found[r[0]] = r
	}
	for _, w := range want {
		if got := found[w[0]]; strings.Join(got, "|") != strings.Join(w, "|") {
			t.Errorf("got  %q\nwant %q", got, w)
		}
	}
	own := signedInAs(t, s, "hanoi").get("/quan-tri/co-quan/01/diem-mat/khoi/2026")
	if body := html.UnescapeString(own.body); !strings.Contains(body, "bớt 1 trường hợp “Nặng”") || !strings.Contains(body, "/quan-tri/gia-dinh/khoi/2026/01") {
		t.Error("the officer is not told which case to avoid")
	}
	file := readFile(t, newBrowser(t, s).get("/co-quan/01/diem-mat/khoi/2026/tai-ve.csv?lang=en"))
	if len(file) != 4 || file[1][0] != "01" || !strings.Contains(strings.Join(file[1], "|")+strings.Join(file[2], "|"), "fewer cases that cost points") {
		t.Errorf("file %q", file)
	}
	if a := newBrowser(t, s).get("/co-quan/01?lang=en"); !strings.Contains(a.body, "Where most points are lost") || !strings.Contains(a.body, "/co-quan/01/diem-mat/khoi/2026?lang=en") {
		t.Error("the agency page does not lead to the losses")
	}
}

func TestWhoMaySeeLossesAndWhatIfs(t *testing.T) {
	t.Parallel()
	s, _ := mustBlocks(t)
	anyone, officer, analyst := newBrowser(t, s), signedInAs(t, s, "hanoi"), signedInAs(t, s, "phantich")
	for _, c := range []struct {
		target                   string
		anyone, officer, analyst int
	}{
		{"/co-quan/48/diem-mat/khoi/2026", 200, 200, 200}, {"/co-quan/48/diem-mat/khoi/2026/tai-ve.xlsx", 200, 200, 200},
		{"/co-quan/01/diem-mat/khoi/2026/tai-ve.exe", 404, 404, 404}, {"/co-quan/01-a/diem-mat/khoi/2026", 404, 404, 404},
		{"/co-quan/01/diem-mat/khoi/2020", 404, 404, 404}, {"/co-quan/01/diem-mat/none/2026", 404, 404, 404},
		{"/quan-tri/co-quan/01/diem-mat/khoi/2026", 303, 200, 200}, {"/quan-tri/co-quan/48/diem-mat/khoi/2026", 303, 403, 200},
		{"/quan-tri/co-quan/48/diem-mat/khoi/2026/tai-ve.csv", 303, 403, 200},
		{"/quan-tri/gia-dinh/khoi/2026/01", 303, 200, 200}, {"/quan-tri/gia-dinh/khoi/2026/48", 303, 403, 200}, {"/quan-tri/gia-dinh/khoi/2020/01", 303, 404, 404},
	} {
		for i, b := range []*browser{anyone, officer, analyst} {
			if got, want := b.get(c.target).StatusCode, []int{c.anyone, c.officer, c.analyst}[i]; got != want {
				t.Errorf("%s of reader %d: %d, want %d", c.target, i, got, want)
			}
		}
	}
}

// How much an item of an open survey weighs tells how many answered it.
func TestLossesOfAnOpenSurveyAreNotPublic(t *testing.T) {
	t.Parallel()
	s, _ := mustFigures(t)
	anyone := newBrowser(t, s)
	if a := anyone.get("/co-quan/01/diem-mat/sipas/2026"); a.StatusCode != http.StatusOK || !strings.Contains(a.body, "Chưa công bố điểm mất") || cells(a, "loss") != nil {
		t.Error("losses of an open survey are public")
	}
	if rows := readFile(t, anyone.get("/co-quan/01/diem-mat/sipas/2026/tai-ve.csv")); len(rows) != 2 {
		t.Errorf("file of an open survey: %d rows", len(rows))
	}
	if rows := cells(anyone.get("/co-quan/01/diem-mat/sipas/2025"), "loss"); len(rows) < 10 {
		t.Errorf("losses of a closed survey: %d rows", len(rows))
	}
	if rows := cells(signedInAs(t, s, "phantich").get("/quan-tri/co-quan/01/diem-mat/sipas/2026"), "loss"); len(rows) < 10 {
		t.Errorf("live losses: %d rows", len(rows))
	}
}

func TestWhatIfOnItsPage(t *testing.T) {
	t.Parallel()
	s, _ := mustBlocks(t)
	b := signedInAs(t, s, "hanoi")
	const base = "/quan-tri/gia-dinh/khoi/2026/01"
	// What a browser sends: every field, most of them empty. The address keeps what says something.
	a := b.get(base + "?" + url.Values{"muc.A": {"90"}, "muc.C": {"yes"}, "ca.B:nhe": {""}, "ca.B:nang": {"0"}, "x": {"y"}, "len-hang": {""}, "lang": {"en"}}.Encode())
	to := base + "?" + url.Values{"muc.A": {"90"}, "muc.B": {"cases:nang:0+nhe:1"}, "muc.C": {"yes"}}.Encode()
	if a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != to+"&lang=en" {
		t.Fatalf("%d to %q, want %q", a.StatusCode, a.Header.Get("Location"), to)
	}
	// 45 + 25 + 20 = 90: rank 2 of 34 behind 95, band A
	a = b.get(to)
	text := html.UnescapeString(a.body)
	for _, want := range []string{"90,00", "2/3", "Nhóm A", "Nhẹ: 1; Nặng: 0", "+15,00", "+5,00", "+20,00"} {
		if !strings.Contains(text, want) {
			t.Errorf("lacks %q", want)
		}
	}
	if a.StatusCode != http.StatusOK || !strings.Contains(a.Header.Get("Cache-Control"), "no-store") {
		t.Errorf("%d, %q", a.StatusCode, a.Header.Get("Cache-Control"))
	}
	// From 50 to 75 (rank 2): no leaf brings 25; C brings 20 and A 5 of its 10 (to 90 percent).
	a = b.get(base + "?len-hang=2")
	if text := html.UnescapeString(a.body); !strings.Contains(text, "Cần thay đổi 2 tiêu chí, thêm 25,00 điểm; còn thiếu 25,00 điểm.") {
		t.Error("the shortest way is not there")
	}
	if a = b.get(base + "?len-hang=1&len-loai=A"); a.StatusCode != http.StatusOK {
		t.Errorf("rank and band: %d", a.StatusCode)
	}
	for query, words := range map[string]string{
		"muc.A=101": "phần trăm từ 0 đến 100", "muc.A=" + strings.Repeat("9", 300): "cần một số", "muc.C=%3Cscript%3E": "không có phương án", "ca.B:nhe=x": "cần một số", "muc.A=%FF": "nhận",
	} {
		a := b.get(base + "?" + query)
		if a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(html.UnescapeString(a.body), words) || strings.Contains(a.body, "<script>") {
			t.Errorf("%s: %d without %q", query, a.StatusCode, words)
		}
	}
}

// 01: 80 in 2025, 50 in 2026, by the same framework; the others had nothing in 2025. The mean was 80 and is 220/3: the
// compared agency alone lost 30, those that came raise the mean by 220/3 − 50.
func TestTwoPeriodsCompared(t *testing.T) {
	t.Parallel()
	s, _ := mustBlocks(t)
	b := newBrowser(t, s)
	a := b.get("/so-sanh/khoi/2025/2026")
	for _, r := range cells(a, "compare") {
		switch r[0] {
		case "Hà Nội":
			if got := strings.Join(r[1:], "|"); got != "80,00|50,00|-30,00|0,00|-30,00|1 → 3|cách tính 0, số liệu 0, rời nhóm 0, mới +2" {
				t.Errorf("Hà Nội: %q", got)
			}
		case "Đà Nẵng":
			if r[1] != "–" || r[2] != "95,00" || r[3] != "–" {
				t.Errorf("Đà Nẵng: %q", r)
			}
		}
	}
	text := html.UnescapeString(a.body)
	for _, want := range []string{"-30,00", "+23,33", "73,33", "trước đó không có tổng điểm", "1 cơ quan so sánh được"} {
		if !strings.Contains(text, want) {
			t.Errorf("lacks %q", want)
		}
	}
	if rows := readFile(t, b.get("/so-sanh/khoi/2025/2026/tai-ve.csv?lang=en")); len(rows) < 34 || rows[1][0] != "01" || rows[1][7] != "-30" {
		t.Errorf("file: %d rows, %q", len(rows), rows[1])
	}
	for _, target := range []string{"/so-sanh/khoi/2020/2026", "/so-sanh/none/2025/2026", "/so-sanh/khoi/2025/x"} {
		if a := b.get(target); a.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d", target, a.StatusCode)
		}
	}
}

// Unrounded public figures of an open survey would give answers away.
func TestComparisonsOfAnOpenSurveyAreRounded(t *testing.T) {
	t.Parallel()
	s, _ := mustFigures(t)
	rows := readFile(t, newBrowser(t, s).get("/so-sanh/sipas/2025/2026/tai-ve.csv"))
	checked := 0
	for _, r := range rows[1:] {
		for _, cell := range r[3:8] {
			if _, decimals, _ := strings.Cut(cell, "."); len(decimals) > 2 {
				t.Errorf("%s: %q", r[0], r)
			}
		}
		if r[16] == "x" {
			checked++
		}
	}
	if checked == 0 {
		t.Error("nothing was compared")
	}
}

func TestLossWhatIfAndComparisonInEnglish(t *testing.T) {
	t.Parallel()
	s, _ := mustBlocks(t)
	b := signedInAs(t, s, "hanoi")
	for target, words := range map[string]string{
		"/co-quan/01/diem-mat/khoi/2026?lang=en":                       "every 1 % brings 0.5 points, up to 100 %",
		"/quan-tri/co-quan/01/diem-mat/khoi/2026?lang=en":              "1 fewer case of “Major”",
		"/so-sanh/khoi/2025/2026?lang=en":                              "1 agency can be compared in both periods.",
		"/quan-tri/gia-dinh/khoi/2026/01?lang=en&len-hang=2&muc.C=yes": "2 criteria have to change and bring 25.00 points; 25.00 were lacking.",
	} {
		if a := b.get(target); !strings.Contains(html.UnescapeString(a.body), words) {
			t.Errorf("%s (%d) lacks %q", target, a.StatusCode, words)
		}
	}
}

func FuzzScenario(f *testing.F) {
	for _, q := range []string{"muc.A=90&muc.C=yes", "ca.B:nhe=1", "muc.B=cases:nhe:1+nang:0", "len-hang=3&len-loai=A", "muc.A=points:5", "muc.C=na", "toi-da.A=20&muc.A=points:50", "toi-da.B=0.001&ca.B:nhe=3", "trong-so.A=2", "muc.A=%FF"} {
		f.Add(q)
	}
	s, st := mustBlocks(f)
	own, units, err := standing.Inputs(f.Context(), st, standing.Query{Framework: "khoi", Period: "2026", View: standing.Live})
	must(f, err)
	c, err := own.Plan.Case(units[0], own.Outcome)
	must(f, err)
	l := s.book.In("vi")
	f.Fuzz(func(t *testing.T, query string) {
		q, err := url.ParseQuery(query)
		if err != nil {
			return
		}
		try := parseAttempt(l, own.Plan, c.Unit(), q)
		if len(try.wrong) > 0 {
			return
		}
		if _, err := c.Try(try.changes); err != nil {
			t.Fatalf("%q is taken and then refused: %v", query, err)
		}
		box := &sandbox{Case: c, asked: c, own: own, base: own, units: units, all: true}
		if err := box.reweigh(try); err != nil {
			t.Fatalf("%q is taken and then cannot be computed: %v", query, err)
		}
		if r, err := box.try(try.changes); err != nil || math.IsNaN(r.Total.Points) || r.Total.Points > 100+1e-6 || r.Total.Points < -1e-6 {
			t.Fatalf("%q gives %v points, %v", query, r.Total.Points, err)
		}
		u, err := url.Parse(try.address("/x"))
		if err != nil {
			t.Fatal(err)
		}
		again := parseAttempt(l, own.Plan, c.Unit(), u.Query())
		if again.address("/x") != try.address("/x") || len(again.wrong) > 0 {
			t.Fatalf("%q → %s → %s (%s)", query, try.address("/x"), again.address("/x"), strconv.Itoa(len(again.wrong)))
		}
	})
}

// Version 2 gives A 80 of 100 points and B and C 10 each. 01 in 2026: 64 + 10·(10/30) + 0 = 67.33 by version 2, 50 by version 1;
// the data are the same, so all of the change comes from the method.
func TestTwoVersionsComparedInOnePeriod(t *testing.T) {
	t.Parallel()
	s, st := mustBlocks(t)
	b := newBrowser(t, s)
	if a := b.get("/so-sanh/khoi/2026/2026"); strings.Contains(a.body, "phien-ban-truoc") {
		t.Error("one version is offered as a choice")
	}
	other := strings.NewReplacer(`"version":"1"`, `"version":"2","effective":{"from":"2030-01-01"}`, `"max_points":50`, `"max_points":80`,
		`"max_points":30`, `"max_points":10`, `"max_points":20`, `"max_points":10`, `"points":5}`, `"points":1}`, `"points":15}`, `"points":5.666666666666667}`).Replace(blocks)
	f, err := scoring.Parse([]byte(other))
	must(t, err)
	must(t, st.PutFramework(t.Context(), f))
	address := "/so-sanh/khoi/2026/2026?phien-ban-sau=2&phien-ban-truoc=1"
	a := b.get(address)
	checkPage(t, address, a)
	found := false
	for _, r := range cells(a, "compare") {
		if r[0] == "Hà Nội" {
			found = true
			if got := strings.Join(r[1:6], "|"); got != "50,00|67,33|+17,33|+17,33|0,00" {
				t.Errorf("Hà Nội: %q", got)
			}
		}
	}
	if !found || !strings.Contains(a.body, "phiên bản 1, sau đó phiên bản 2") {
		t.Errorf("%d: not compared", a.StatusCode)
	}
	if rows := readFile(t, b.get("/so-sanh/khoi/2026/2026/tai-ve.csv?phien-ban-sau=2&phien-ban-truoc=1")); len(rows) < 4 || !strings.HasPrefix(rows[1][4], "67.3") {
		t.Errorf("file: %q", rows[1])
	}
	if a := b.get("/so-sanh/khoi/2026/2026?phien-ban-sau=9"); a.StatusCode != http.StatusNotFound {
		t.Errorf("an unknown version: %d", a.StatusCode)
	}
	if a := b.get(address + "&lang=en"); !strings.Contains(a.body, "Version before") {
		t.Error("no english form")
	}
}

// A result that is not published shows nowhere: no score, rank or band, no losses, and none of what was entered.
func TestAWithheldResultShowsNowhere(t *testing.T) {
	t.Parallel()
	s, st := mustBlocks(t)
	a := 91.37
	must(t, st.PutScores(t.Context(), "khoi", "2026", map[string]map[string]scoring.LeafInput{
		"48": {"A": {Value: &a}, "B": {Counts: map[string]float64{"nhe": 2}}, "C": {Choice: "yes"}}}, "48"))
	b := newBrowser(t, s)
	page := b.get("/xep-hang/khoi/2026")
	if row := rowOf(page, "Đà Nẵng"); strings.Join(row, "|") != "–|Đà Nẵng|–|–|–|–|–" || strings.Count(page.body, "không công bố") == 0 {
		t.Errorf("ranking: %q, with the reason %d times", row, strings.Count(page.body, "không công bố"))
	}
	for _, target := range []string{"/xep-hang/khoi/2026/tai-ve.csv", "/co-quan/48", "/co-quan/48/tai-ve.csv", "/co-quan/48/diem-mat/khoi/2026",
		"/co-quan/48/diem-mat/khoi/2026/tai-ve.csv", "/co-quan/48/diem-mat/khoi/2026/tai-ve.json", "/so-sanh/khoi/2025/2026", "/api/v1/indexes/khoi/2026/ranking"} {
		a := b.get(target)
		if a.StatusCode != http.StatusOK {
			t.Errorf("%s: %d", target, a.StatusCode)
		}
		for _, secret := range []string{"91,37", "91.37", "45,69", "45.68", "45,68", "20,00/20", "85,6", "85.6", "Nhẹ"} { // 45.685 + 20 + 20 = 85.685
			if strings.Contains(a.body, secret) {
				t.Errorf("%s tells %q", target, secret)
			}
		}
	}
}
