package web

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"thuocdo/data"
	"thuocdo/scoring"
	"thuocdo/survey/account"
)

const whatIf01 = "/quan-tri/gia-dinh/khoi/2026/01"

// more adds accounts of the roles that mustStore has none of.
func more(tb testing.TB, st *data.Store) {
	tb.Helper()
	for _, a := range []account.Account{
		{Login: "danang", Name: "Cán bộ Đà Nẵng", Role: account.Officer, Agency: "48"},
		{Login: "thamdinh", Name: "Thẩm Định", Role: account.Appraiser},
		{Login: "quantri", Name: "Quản Trị", Role: account.Administrator},
		{Login: "hanoi2", Name: "Cán bộ khác của Hà Nội", Role: account.Officer, Agency: "01"},
	} {
		a.Password = mustHash(tb, a.Login)
		_, err := st.PutAccount(tb.Context(), a)
		must(tb, err)
	}
}

// save saves what the address tries and returns the address of the scenario.
func save(b *browser, address, title string) string {
	b.tb.Helper()
	form := b.get(address).form()
	form.Set("ten", title)
	target, _, _ := strings.Cut(address, "?")
	a := b.post(target, form)
	to := a.Header.Get("Location")
	if a.StatusCode != http.StatusSeeOther || !strings.HasPrefix(to, "/quan-tri/gia-dinh/") || strings.Count(to, "/") != 3 {
		b.tb.Fatalf("saving: %d to %q", a.StatusCode, to)
	}
	return to
}

func TestASavedWhatIfIsKeptListedAndDeletedByItsAuthor(t *testing.T) {
	t.Parallel()
	s, _ := mustBlocks(t)
	b := signedInAs(t, s, "hanoi")
	if a := b.get("/quan-tri/gia-dinh"); !strings.Contains(a.body, "Chưa có giả định nào được lưu") {
		t.Error("something is stored that nobody saved")
	}
	tried := whatIf01 + "?" + url.Values{"muc.A": {"90"}, "muc.C": {"yes"}, "toi-da.C": {"50"}}.Encode()
	if a := b.get(tried); a.StatusCode != http.StatusOK || a.find("luu") == nil {
		t.Fatalf("%d: nothing to save", a.StatusCode)
	}
	if a := b.get("/quan-tri/gia-dinh"); !strings.Contains(a.body, "Chưa có giả định nào được lưu") {
		t.Error("trying was stored")
	}
	to := save(b, tried, "Đẩy mạnh <b> mục A")
	a := b.get(to)
	checkPage(t, to, a)
	// C counts 50 beside 50 and 30, all put back on 100: (45 + 10 + 50)·100/130 = 80.77
	for _, want := range []string{"Đẩy mạnh <b> mục A", "Cán Bộ <i>", "80,77", "Số liệu chưa thay đổi từ khi lưu"} {
		if !strings.Contains(html.UnescapeString(a.body), want) {
			t.Errorf("the scenario lacks %q", want)
		}
	}
	if a := b.get(to + "?lang=en"); !strings.Contains(a.body, "A saved scenario. Saved by") {
		t.Error("no english page")
	}
	list := b.get("/quan-tri/gia-dinh")
	checkPage(t, "list", list)
	if !strings.Contains(list.body, to) || !strings.Contains(b.get("/quan-tri/gia-dinh?lang=en").body, "Saved scenarios") {
		t.Error("the list lacks it")
	}
	if a := b.post(to+"/xoa", url.Values{"token": {list.form().Get("token")}}); a.StatusCode != http.StatusSeeOther {
		t.Errorf("deleting: %d", a.StatusCode)
	}
	if a := b.get(to); a.StatusCode != http.StatusNotFound {
		t.Errorf("deleted: %d", a.StatusCode)
	}
}

func TestWhoMaySaveReadAndDeleteAWhatIf(t *testing.T) {
	t.Parallel()
	s, st := mustBlocks(t)
	more(t, st)
	to := save(signedInAs(t, s, "hanoi"), whatIf01+"?muc.A=90", "Thử")
	for _, c := range []struct {
		login        string
		read, delete int
		listed       bool
		save         int
	}{
		{"hanoi2", 200, 403, true, 303}, {"danang", 403, 403, false, 403}, {"phantich", 200, 403, true, 303},
		{"thamdinh", 200, 403, true, 303}, {"quantri", 200, 403, true, 303}, {"", 303, 401, false, 401}, {"hanoi", 200, 303, true, 303},
	} {
		b := newBrowser(t, s)
		token := ""
		if c.login != "" {
			b = signedInAs(t, s, c.login)
			for n := range b.get("/quan-tri").doc.Descendants() {
				if attr(n, "name") == "token" {
					token = attr(n, "value")
				}
			}
		}
		if got := b.get(to).StatusCode; got != c.read {
			t.Errorf("%q reads: %d, want %d", c.login, got, c.read)
		}
		if got := b.get("/quan-tri/gia-dinh"); strings.Contains(got.body, to) != c.listed {
			t.Errorf("%q has it listed: %v", c.login, !c.listed)
		}
		saved := b.post(whatIf01, url.Values{"token": {token}, "ten": {"Của " + c.login}, "muc.A": {"91"}})
		if saved.StatusCode != c.save {
			t.Errorf("%q saves: %d, want %d", c.login, saved.StatusCode, c.save)
		}
		if got := b.post(to+"/xoa", url.Values{"token": {token}}); got.StatusCode != c.delete {
			t.Errorf("%q deletes: %d, want %d", c.login, got.StatusCode, c.delete)
		}
	}
	if got := signedInAs(t, s, "hanoi").get("/quan-tri/gia-dinh/aaaaaaaaaaaaaaaaaaaaaaaaaa").StatusCode; got != http.StatusNotFound {
		t.Errorf("a guessed address: %d", got)
	}
}

// An officer who moves to another agency loses what he saved about the old one.
func TestAnAuthorWhoMayNotReadTheAgencyAnyMoreReadsNothing(t *testing.T) {
	t.Parallel()
	s, st := mustBlocks(t)
	b := signedInAs(t, s, "hanoi")
	to := save(b, whatIf01+"?muc.A=90", "Thử")
	a, err := st.AccountByLogin(t.Context(), "hanoi")
	must(t, err)
	a.Agency = "48"
	_, err = st.PutAccount(t.Context(), a)
	must(t, err)
	b = signedInAs(t, s, "hanoi") // moving ended the session
	if got := b.get(to).StatusCode; got != http.StatusForbidden || strings.Contains(b.get("/quan-tri/gia-dinh").body, to) {
		t.Errorf("moved: %d", got)
	}
}

func TestSavingNeedsTheTokenATitleAndAChange(t *testing.T) {
	t.Parallel()
	s, _ := mustBlocks(t)
	b := signedInAs(t, s, "hanoi")
	token := b.get(whatIf01 + "?muc.A=90").form().Get("token")
	for name, c := range map[string]struct {
		form   url.Values
		status int
		words  string
	}{
		"no token":   {url.Values{"ten": {"x"}, "muc.A": {"90"}}, 403, "Trang đã hết hạn"},
		"wrong":      {url.Values{"ten": {"x"}, "muc.A": {"90"}, "token": {"AAAA"}}, 403, "Trang đã hết hạn"},
		"no title":   {url.Values{"ten": {" "}, "muc.A": {"90"}, "token": {token}}, 422, "Xin đặt tên"},
		"long title": {url.Values{"ten": {strings.Repeat("x", 121)}, "muc.A": {"90"}, "token": {token}}, 422, "Xin đặt tên"},
		"no change":  {url.Values{"ten": {"x"}, "token": {token}}, 422, "Chưa có thay đổi nào"},
		"no sense":   {url.Values{"ten": {"x"}, "muc.A": {"900"}, "token": {token}}, 422, "phần trăm từ 0 đến 100"},
	} {
		a := b.post(whatIf01, c.form)
		if a.StatusCode != c.status || !strings.Contains(html.UnescapeString(a.body), c.words) {
			t.Errorf("%s: %d", name, a.StatusCode)
		}
	}
	r := httptest.NewRequest(http.MethodPost, whatIf01, strings.NewReader(url.Values{"ten": {"x"}, "muc.A": {"90"}, "token": {token}}.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	if a := b.do(r); a.StatusCode != http.StatusForbidden {
		t.Errorf("from another site: %d", a.StatusCode)
	}
	if a := b.get("/quan-tri/gia-dinh"); !strings.Contains(a.body, "Chưa có giả định nào được lưu") {
		t.Error("something was stored")
	}
}

func TestASavedWhatIfSaysWhatHasChangedSince(t *testing.T) {
	t.Parallel()
	s, st := mustBlocks(t)
	officer, analyst := signedInAs(t, s, "hanoi"), signedInAs(t, s, "phantich")
	to := []string{save(officer, whatIf01+"?muc.C=yes", "Của cán bộ"), save(analyst, whatIf01+"?muc.C=yes", "Của người phân tích")}
	wants := func(own, others bool) {
		t.Helper()
		for _, address := range to {
			for i, b := range []*browser{officer, analyst} {
				body := b.get(address).body
				if got := strings.Contains(body, "Số liệu của cơ quan đã thay đổi."); got != own {
					t.Errorf("reader %d of %s: own %v", i, address, got)
				}
				if got := strings.Contains(body, "Kết quả của các cơ quan khác đã thay đổi"); got != others {
					t.Errorf("reader %d of %s: others %v", i, address, got)
				}
			}
		}
	}
	put := func(agency string, a float64) {
		t.Helper()
		must(t, st.PutScores(t.Context(), "khoi", "2026", map[string]map[string]scoring.LeafInput{
			agency: {"A": {Value: &a}, "B": {Counts: map[string]float64{"nhe": 1, "nang": 1}}, "C": {Choice: "no"}}}))
	}
	wants(false, false)
	put("79", 61)
	wants(false, true)
	put("01", 81) // 40.5 + 10, before 50
	wants(true, true)
	if !strings.Contains(officer.get(to[0]).body, "Khi lưu, cơ quan có 50,00 điểm.") {
		t.Error("it does not say what the agency had")
	}
	f, err := scoring.Parse([]byte(strings.Replace(blocks, `"version":"1"`, `"version":"2","effective":{"from":"2026-02-01"}`, 1)))
	must(t, err)
	must(t, st.PutFramework(t.Context(), f))
	if body := officer.get(to[0]).body; !strings.Contains(body, "tính theo phiên bản 1 của bộ chỉ số; phiên bản đang dùng cho kỳ này là 2") {
		t.Error("it does not say that another version is in force")
	}
}

// 01 has A 40 of 50, B 10 of 30, C 0 of 20; 48 has 45, 30, 20; 79 has 30, 25, 20. With 200 for A and the same for the rest,
// 250 are put back on 100: 01 (160 + 10)/2.5 = 68, 48 (180 + 50)/2.5 = 92, 79 (120 + 45)/2.5 = 66. So 01 passes 79.
func TestOtherMaximaOnTheWhatIfPage(t *testing.T) {
	t.Parallel()
	s, _ := mustBlocks(t)
	for _, login := range []string{"hanoi", "phantich"} {
		b := signedInAs(t, s, login)
		a := b.get(whatIf01 + "?toi-da.A=200")
		for _, want := range []string{"68,00", "2/3", "Điểm tối đa"} {
			if !strings.Contains(a.body, want) {
				t.Errorf("%s lacks %q", login, want)
			}
		}
		checkPage(t, "maxima", a)
		// points typed for a leaf are of its maximum as it is: 25 of 50 become 100 of 200, (100 + 10)/2.5 = 44
		if a := b.get(whatIf01 + "?muc.A=points%3A25&toi-da.A=200"); !strings.Contains(a.body, "44,00") {
			t.Errorf("%s: points do not grow", login)
		}
		for query, words := range map[string]string{"toi-da.A=0": "lớn hơn 0", "toi-da.A=x": "cần một số", "toi-da.A=1e9": "cần một số", "toi-da.A=2000001": "không quá một triệu"} {
			if a := b.get(whatIf01 + "?" + query); a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.body, words) {
				t.Errorf("%s: %d", query, a.StatusCode)
			}
		}
		if a := b.get(whatIf01 + "?toi-da.A=50&trong-so.A=3&toi-da.none=4"); a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != whatIf01 {
			t.Errorf("what says nothing stays in the address: %d %q", a.StatusCode, a.Header.Get("Location"))
		}
	}
}

// What other weights make of the published answers of an open survey would be more than is published.
func TestOtherWeightsWaitForTheEndOfTheSurvey(t *testing.T) {
	t.Parallel()
	s, st := mustFigures(t)
	f, err := st.Framework(t.Context(), "par-index-province", "", "2026")
	must(t, err)
	query := "/quan-tri/gia-dinh/par-index-province/2026/01?toi-da." + f.Nodes()[0].Code + "=30"
	if a := signedInAs(t, s, "hanoi").get(query); a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.body, "Khảo sát còn đang mở") {
		t.Errorf("an officer: %d", a.StatusCode)
	}
	if a := signedInAs(t, s, "phantich").get(query); a.StatusCode != http.StatusOK {
		t.Errorf("an analyst: %d", a.StatusCode)
	}
}
