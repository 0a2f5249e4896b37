package web

import (
	"net/http"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"thuocdo/data"
	"thuocdo/data/export"
	"thuocdo/data/reference"
	"thuocdo/scoring"
	"thuocdo/scoring/phrase"
	"thuocdo/survey"
)

// typed gives an agency the same share of the maximum on every leaf of a framework that takes points.
func typed(tb testing.TB, st *data.Store, framework, version, period, agency string, share float64) {
	tb.Helper()
	f, err := reference.Framework(framework, version)
	must(tb, err)
	must(tb, st.PutFramework(tb.Context(), f))
	plan, err := scoring.Compile(f)
	must(tb, err)
	in := map[string]scoring.LeafInput{}
	for _, n := range plan.Nodes() {
		if x := n.MinPoints + share*(n.MaxPoints-n.MinPoints); n.Leaf >= 0 && n.Rule == nil {
			in[n.Code] = scoring.LeafInput{Appraised: &x}
		} else if n.Leaf >= 0 {
			in[n.Code] = scoring.LeafInput{Appraised: &x}
		}
	}
	must(tb, st.PutScores(tb.Context(), framework, period, map[string]map[string]scoring.LeafInput{agency: in}))
}

// indexSection returns the part of a page that shows one index.
func indexSection(a answer, framework string) *html.Node {
	for n := range a.doc.Descendants() {
		if n.Data == "section" && attr(n, "aria-labelledby") == "chi-so-"+framework {
			return n
		}
	}
	return nil
}

func count(n *html.Node, class string) (k int) {
	for c := range n.Descendants() {
		if attr(c, "class") == class {
			k++
		}
	}
	return k
}

func TestTheTrendBreaksWhereTheMethodDoes(t *testing.T) {
	t.Parallel()
	st := mustStore(t, testNow)
	for _, p := range []struct {
		version, period string
		share           float64
	}{{"2016-2017", "2016", 0.4}, {"2016-2017", "2017", 0.5}, {"2018", "2018", 0.6}, {"2018", "2019", 0.5}, {"2018", "2021", 0.7}} {
		typed(t, st, "papi", p.version, p.period, "01", p.share)
	}
	b := newBrowser(t, mustServerWith(t, Config{Formats: export.Formats}, st))
	for lang, words := range map[string]string{"vi": "bộ chỉ số đổi từ phiên bản 2016-2017 sang 2018", "en": "the framework changed from version 2016-2017 to 2018"} {
		papi := indexSection(b.get("/co-quan/01?lang="+lang), "papi")
		if papi == nil {
			t.Fatal("no section of the index")
		}
		// 2016–2017 joined, 2017|2018 broken, 2018–2019–2021 joined.
		if lines, breaks, dots := count(papi, "line"), count(papi, "break"), count(papi, "dot"); lines != 3 || breaks != 1 || dots != 5 {
			t.Errorf("%s: %d lines, %d breaks, %d dots", lang, lines, breaks, dots)
		}
		if said := text(papi); strings.Count(said, words) != 2 { // below the picture and in its table
			t.Errorf("%s: the reason %q stands %d times", lang, words, strings.Count(said, words))
		}
	}
}

func TestTheTrendBreaksWhereAnAgencyTakesAnotherIn(t *testing.T) {
	t.Parallel()
	st := mustStore(t, testNow)
	all, err := st.Agencies(t.Context())
	must(t, err)
	edges, err := st.Successions(t.Context())
	must(t, err)
	day, err := survey.ParseDay("2026-02-01")
	must(t, err)
	must(t, st.PutAgencies(t.Context(), all, append(edges, survey.Succession{From: "01-b", To: "01-a", Day: day, Kind: "merged", LegalBasis: "Nghị quyết thử"})))
	poll(t, st, "dong", "01-a", 12)
	poll(t, st, "mo", "01-a", 30)
	b := newBrowser(t, mustServerWith(t, Config{Formats: export.Formats}, st))
	a := b.get("/co-quan/01-a")
	sipas := indexSection(a, "sipas")
	if lines, breaks := count(sipas, "line"), count(sipas, "break"); lines != 0 || breaks != 1 {
		t.Errorf("%d lines and %d breaks across a merger", lines, breaks)
	}
	for _, words := range []string{"Cơ quan này được hình thành từ", "Xã <script>alert(1)</script>", "Nghị quyết thử", "không cộng gộp", "hợp nhất ngày 01/02/2026"} {
		if !strings.Contains(html.UnescapeString(a.body), words) {
			t.Errorf("the page does not say %q", words)
		}
	}
	if findLink(a, "/co-quan/01-b") == "" {
		t.Error("no link to the agency that was taken in")
	}
}

func TestAMergedProvinceNamesItsPredecessorsAndTheyIt(t *testing.T) {
	t.Parallel()
	s, st := mustFigures(t)
	edges, err := st.Successions(t.Context())
	must(t, err)
	into := edges[0].To
	b := newBrowser(t, s)
	now := b.get("/co-quan/" + into)
	for _, e := range edges {
		if e.To != into {
			continue
		}
		if findLink(now, "/co-quan/"+e.From) == "" {
			t.Errorf("%s does not lead to %s", into, e.From)
		}
		old := b.get("/co-quan/" + e.From)
		if old.StatusCode != http.StatusOK || findLink(old, "/co-quan/"+into) == "" || !strings.Contains(old.body, "Cơ quan này không còn hoạt động") || !strings.Contains(old.body, "Đến hết ngày 30/06/2025") {
			t.Errorf("%s (%d) does not say that it became %s", e.From, old.StatusCode, into)
		}
	}
}

func TestOtherIndexesHaveOtherScales(t *testing.T) {
	t.Parallel()
	st := mustStore(t, testNow)
	typed(t, st, "papi", "2018", "2019", "01", 0.5)
	typed(t, st, "papi", "2018", "2019", "04", 0.25)
	b := newBrowser(t, mustServerWith(t, Config{Formats: export.Formats}, st))
	// Eight dimensions of 1 to 10: half of the range is 8 · 5.5 = 44, a quarter 8 · 3.25 = 26.
	a := b.get("/xep-hang/papi/2019")
	if row := rowOf(a, "Hà Nội"); len(row) < 3 || row[2] != "44,00" {
		t.Errorf("row %q", row)
	}
	if row := rowOf(a, "Cao Bằng"); len(row) < 3 || row[2] != "26,00" {
		t.Errorf("row %q", row)
	}
	if strings.Contains(a.body, "khoảng tin cậy 95") || strings.Contains(a.body, "Số phiếu") {
		t.Error("an index without a survey speaks of intervals or answers")
	}
}

func TestTheRankingAPISpeaksItsOwnErrors(t *testing.T) {
	t.Parallel()
	s, _ := mustFigures(t)
	b := newBrowser(t, s)
	for target, code := range map[string]string{
		"/api/v1/indexes/khong-co/2025/ranking":         "unknown_framework",
		"/api/v1/indexes/sipas/1999/ranking":            "unknown_period",
		"/api/v1/indexes/sipas/x/ranking":               "unknown_period",
		"/api/v1/indexes/sipas/2025/ranking?method=sai": "unknown_method",
		"/api/v1/indexes/sipas/2025/ranking?group=sai":  "not_found",
	} {
		a := b.get(target)
		if a.StatusCode != http.StatusNotFound || a.Header.Get("Content-Type") != "application/problem+json" || !strings.Contains(a.body, ":"+code) {
			t.Errorf("%s: %d %s %s", target, a.StatusCode, a.Header.Get("Content-Type"), a.body)
		}
	}
	a := b.get("/api/v1/indexes/sipas/2025/ranking?group=commune")
	if strings.Contains(a.body, `"province"`) || !strings.Contains(a.body, `"agency":"01-a"`) {
		t.Errorf("one group: %s", a.body[:min(len(a.body), 300)])
	}
}

func TestNamesThatLookLikeCodeStayText(t *testing.T) {
	t.Parallel()
	s, st := mustFigures(t)
	all, err := st.Agencies(t.Context())
	must(t, err)
	for i := range all {
		if all[i].Code == "48" {
			all[i].Name = phrase.VI(`=HYPERLINK("x")<svg onload=alert(1)>`, `{{.}} '><b>`)
		}
	}
	must(t, st.PutAgencies(t.Context(), all, nil))
	b := newBrowser(t, s) // it looks for inline script, and for values that the templates refused
	for _, target := range []string{"/xep-hang/sipas/2025", "/xep-hang/sipas/2025?lang=en", "/co-quan/48", "/co-quan/48?lang=en"} {
		if a := b.get(target); strings.Contains(a.body, "<svg onload") || strings.Contains(a.body, "><b>") {
			t.Errorf("%s holds markup of a name", target)
		}
	}
	if csv := b.get("/xep-hang/sipas/2025/tai-ve.csv"); !strings.Contains(csv.body, `'=HYPERLINK`) {
		t.Error("the file holds a formula")
	}
}
