package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
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
	"thuocdo/survey"
	"thuocdo/survey/account"
	"thuocdo/survey/audit"
	"thuocdo/web"
)

// visitor is a browser at a server that is called in this process.
type visitor struct {
	tb    testing.TB
	s     *web.Server
	jar   *cookiejar.Jar
	token string
}

func (v *visitor) do(method, to, kind string, body io.Reader) (int, string, string) {
	v.tb.Helper()
	r := httptest.NewRequest(method, to, body)
	r.Header.Set("Content-Type", kind)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	at := &url.URL{Scheme: "http", Host: "example.com", Path: "/"}
	for _, c := range v.jar.Cookies(at) {
		r.AddCookie(c)
	}
	w := httptest.NewRecorder()
	v.s.ServeHTTP(w, r)
	v.jar.SetCookies(at, w.Result().Cookies())
	return w.Code, w.Header().Get("Location"), w.Body.String()
}

func (v *visitor) get(to string) string {
	v.tb.Helper()
	code, _, body := v.do(http.MethodGet, to, "", nil)
	if code != http.StatusOK {
		v.tb.Fatalf("%s: %d", to, code)
	}
	return body
}

// post sends a form and wants to be sent on.
func (v *visitor) post(to string, form url.Values) string {
	v.tb.Helper()
	form.Set("token", v.token)
	code, on, body := v.do(http.MethodPost, to, "application/x-www-form-urlencoded", strings.NewReader(form.Encode()))
	if code != http.StatusSeeOther && code != http.StatusOK {
		v.tb.Fatalf("%s: %d %s", to, code, body)
	}
	return on + body
}

var pageToken = regexp.MustCompile(`name="token" value="([^"]+)"`)

func signIn(tb testing.TB, s *web.Server, login string) *visitor {
	tb.Helper()
	jar, err := cookiejar.New(nil)
	check(tb, err)
	v := &visitor{tb: tb, s: s, jar: jar}
	v.token = pageToken.FindStringSubmatch(v.get("/dang-nhap"))[1]
	v.post("/dang-nhap", url.Values{"login": {login}, "password": {"mật khẩu dùng trong phép thử"}})
	v.token = pageToken.FindStringSubmatch(v.get("/quan-tri"))[1]
	return v
}

// fill sends a sheet as a file, looks at the preview and stores it.
func (v *visitor) fill(sheet, file string) {
	v.tb.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	check(v.tb, w.WriteField("token", v.token))
	part, err := w.CreateFormFile("tep", "phieu.csv")
	check(v.tb, err)
	_, err = io.WriteString(part, file)
	check(v.tb, err)
	check(v.tb, w.Close())
	code, _, page := v.do(http.MethodPost, sheet+"/nhap-tep", w.FormDataContentType(), &body)
	changes := regexp.MustCompile(`name="thay-doi" value="([^"]*)"`).FindStringSubmatch(page)
	if code != http.StatusOK || changes == nil {
		v.tb.Fatalf("%s: %d %s", sheet, code, page)
	}
	v.post(sheet+"/nhap-tep", url.Values{"thay-doi": {unescape(changes[1])}})
}

func unescape(s string) string {
	return strings.NewReplacer("&#34;", `"`, "&#39;", "'", "&lt;", "<", "&gt;", ">", "&amp;", "&", "&#43;", "+").Replace(s)
}

// One season of every province and leaf: claims come by file and by form, sheets are submitted, appraised, explained, decided and closed, and the
// index that the store computes is the one that the command gives for the exported scores.
func TestASeasonOfAllProvincesOverHTTP(t *testing.T) {
	db := filepath.Join(t.TempDir(), "season.db")
	now := time.Date(2026, 6, 1, 9, 0, 0, 0, time.UTC)
	st, err := data.Open(t.Context(), db, data.Options{Now: func() time.Time { return now }})
	check(t, err)
	check(t, putReference(t.Context(), st))
	agencies, err := st.Agencies(t.Context())
	check(t, err)
	var codes []string
	for _, a := range agencies {
		if a.Kind == survey.Province && a.ValidOn(survey.DayOf(now)) {
			codes = append(codes, a.Code)
		}
	}
	hash, err := web.HashPassword("mật khẩu dùng trong phép thử")
	check(t, err)
	enter := func(login string, role account.Role, agency string) {
		_, err := st.PutAccount(t.Context(), account.Account{Login: login, Name: login, Role: role, Agency: agency, Password: hash})
		check(t, err)
	}
	enter("quan-tri", account.Administrator, "")
	for _, c := range codes {
		enter("can-bo-"+c, account.Officer, c)
	}
	f, err := reference.Framework(demoReform, "")
	check(t, err)
	plan, err := scoring.Compile(f)
	check(t, err)
	day := func(n int) time.Time { return now.AddDate(0, 0, n) }
	season := assess.Season{Code: "par", Title: phrase.VI("Kỳ", "Season"), Framework: demoReform, Period: "2026", Agencies: codes, Rounds: 1,
		Deadlines:  assess.Deadlines{Submit: day(10), Appraise: day(20), Explain: day(30), Decide: day(50)},
		Appraisers: []assess.Appraiser{{Login: "td1", Nodes: []string{"1", "2", "3"}}, {Login: "td2", Nodes: []string{"4", "5", "6"}}, {Login: "td3", Nodes: []string{"7", "8"}}},
		Board:      assess.Board{Members: []string{"An", "Bình", "Chi"}, Quorum: 2}}
	check(t, st.PutSeason(t.Context(), season))
	s, err := web.New(web.Config{Formats: export.Formats, Table: readTable, Sheets: sheetFiles, Now: func() time.Time { return now }}, st)
	check(t, err)
	admin := signIn(t, s, "quan-tri")
	admin.post("/quan-tri/danh-gia/par", url.Values{"lam": {"mo"}, "chac": {"1"}})
	reported, err := reportedScores(plan, codes, 7, "2026", 2026)
	check(t, err)
	for i, c := range codes {
		officer := signIn(t, s, "can-bo-"+c)
		sheet := "/quan-tri/danh-gia/par/phieu/" + c
		own := assess.Sheet{Agency: c, Leaves: map[string]assess.Leaf{}}
		for _, act := range claims(plan, reported[c], 0) {
			fill := act.(assess.Fill)
			own.Leaves[fill.Leaf] = assess.Leaf{Claim: fill.Claim}
		}
		var file bytes.Buffer
		check(t, export.Formats[0].Write(&file, claimsTable("par", "vi", plan, []assess.Sheet{own})))
		officer.fill(sheet, file.String())
		if i == 0 { // one leaf by its form: without its document it needs an explanation
			leaf := sheet + "/1.1.1"
			officer.get(leaf)
			in := own.Leaves["1.1.1"].Claim.Input
			officer.post(leaf, url.Values{"muc.1.1.1": {strings.Replace(in.String(), ".", ",", 1)}, "giai-trinh": {"Tài liệu gửi sau"}, "thay": {"1"}})
		}
		officer.post(sheet, url.Values{"lam": {"nop"}, "thu-truong": {"Thủ trưởng " + c}})
	}
	appraiseAll(t, st, plan, codes, reported)
	step := func(from string) {
		t.Helper()
		if page := admin.post("/quan-tri/danh-gia/par", url.Values{"lam": {"chuyen"}, "tu": {from}, "chac": {"1"}}); !strings.Contains(page, fmt.Sprintf("Đã chuyển %d phiếu", len(codes))) {
			t.Fatalf("%s: %s", from, page)
		}
	}
	step("submitted")
	// every agency has explained what it wants to: one appeals, which the council decides
	officer := signIn(t, s, "can-bo-"+codes[1])
	leaf := "/quan-tri/danh-gia/par/phieu/" + codes[1] + "/1.1.1"
	officer.post(leaf, url.Values{"lam": {"giai-trinh"}, "loai": {"kien-nghi"}, "y-kien": {"Đã đủ điều kiện"}, "thay": {"2"}})
	now = day(31)
	admin = signIn(t, s, "quan-tri") // sessions end before that
	step("appraised")
	in := reported[codes[1]]["1.1.1"]
	in.Self = nil
	check(t, st.Assess(audit.With(t.Context(), audit.Actor{Name: "thu-ky"}), "par", assess.Turn{Agency: codes[1], Acts: []assess.Act{
		assess.Decide{Leaf: "1.1.1", Seen: 3, Input: in, Votes: map[string]assess.Vote{"An": assess.For, "Chi": assess.For}, Reason: "đúng"}}}))
	step("council")
	scores := filepath.Join(t.TempDir(), "scores.csv")
	check(t, os.WriteFile(scores, []byte(exportScores(t, st, plan)), 0o600))
	admin.post("/quan-tri/danh-gia/par", url.Values{"lam": {"dong"}, "chac": {"1"}})
	sameIndex(t, st, codes, scores)
	check(t, st.Close())
}

// appraiseAll lets three appraisers accept what was claimed, and enter what only they know.
func appraiseAll(tb testing.TB, st *data.Store, plan *scoring.Plan, codes []string, reported map[string]map[string]scoring.LeafInput) {
	tb.Helper()
	for k, areas := range []string{"123", "456", "78"} {
		var turns []assess.Turn
		for _, c := range codes {
			sheet, err := st.Sheet(tb.Context(), "par", c)
			check(tb, err)
			turn := assess.Turn{Agency: c}
			for _, n := range plan.Nodes() {
				if !assess.Assessed(n) || !strings.Contains(areas, n.Code[:1]) {
					continue
				}
				act := assess.Appraise{Leaf: n.Code, Seen: sheet.Leaves[n.Code].Version}
				if in, ok := reported[c][n.Code]; ok && !assess.Claimed(n) {
					in.Self = nil
					act.Input, act.Reason = &in, "theo số liệu thống kê"
				}
				turn.Acts = append(turn.Acts, act)
			}
			turns = append(turns, turn)
		}
		check(tb, st.Assess(audit.With(tb.Context(), audit.Actor{Name: fmt.Sprintf("td%d", k+1)}), "par", turns...))
	}
}

func exportScores(tb testing.TB, st *data.Store, plan *scoring.Plan) string {
	tb.Helper()
	sheets, err := st.Sheets(tb.Context(), "par")
	check(tb, err)
	var b bytes.Buffer
	check(tb, export.Formats[0].Write(&b, scoresTable("par", "vi", plan, sheets)))
	return b.String()
}

// sameIndex compares what the store holds after closing with what the command computes from a file.
func sameIndex(tb testing.TB, st *data.Store, codes []string, scores string) {
	tb.Helper()
	framework, err := st.Framework(tb.Context(), demoReform, "", "2026")
	check(tb, err)
	stored, err := st.Scores(tb.Context(), demoReform, "2026")
	check(tb, err)
	units := make([]scoring.Unit, len(codes))
	for i, c := range codes {
		inputs, err := framework.Inputs(stored[c])
		check(tb, err)
		units[i] = scoring.Unit{Code: c, Group: framework.Framework().GroupOf("province"), Leaves: inputs}
	}
	outcome, err := framework.Compute(units)
	check(tb, err)
	file := filepath.Join(tb.TempDir(), "framework.json")
	body, err := json.Marshal(framework.Framework())
	check(tb, err)
	check(tb, os.WriteFile(file, body, 0o600))
	var given struct {
		Results []scoring.Result `json:"results"`
	}
	check(tb, json.Unmarshal([]byte(mustRun(tb, "index", "--framework", file, "--scores", scores, "--kind", "province", "--json")), &given))
	if len(given.Results) != len(codes) {
		tb.Fatalf("%d results of %d agencies", len(given.Results), len(codes))
	}
	known := 0
	for _, r := range outcome.Results {
		i := slices.IndexFunc(given.Results, func(x scoring.Result) bool { return x.Unit == r.Unit })
		for k, n := range r.Nodes {
			if x := given.Results[i].Nodes[k]; x.Known != n.Known || x.Points != n.Points {
				tb.Fatalf("%s, node %d: %v by the command, %v stored", r.Unit, k, x, n)
			}
			if n.Known {
				known++
			}
		}
	}
	if known < 50*len(codes) {
		tb.Errorf("only %d nodes are known", known)
	}
}
