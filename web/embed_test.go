package web

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"thuocdo/data/export"
	"thuocdo/scoring/standing"
)

// provinces gives three provinces of the small index scores, so that there is a map.
func provinces(t *testing.T) (*Server, string) {
	t.Helper()
	_, st, r := mustReleases(t)
	must(t, st.PutRelease(t.Context(), r, "", nil))
	must(t, st.PublishRelease(t.Context(), r.ID, testNow))
	return mustServerWith(t, Config{Formats: export.Formats}, st), r.ID
}

func TestFramesHoldThePublicFiguresWithTheirSource(t *testing.T) {
	t.Parallel()
	s, id := provinces(t)
	b := newBrowser(t, s)
	for target, want := range map[string][]string{
		"/nhung/xep-hang/muoi/2025":                         {"chart-dots", "7,50", `href="/xep-hang/muoi/2025"`, "Công bố lúc"},
		"/nhung/xep-hang/muoi/2025?kieu=bang&lang=en":       {"<table", "7.50", `href="/xep-hang/muoi/2025?lang=en"`, "Figures taken on 1 June 2026"},
		"/nhung/xep-hang/muoi/2025?kieu=ban-do&nen=toi":     {"chart-map", "7,50", "Hoàng Sa", "Trường Sa", "embed-dark.", `content="dark"`},
		"/nhung/cong-bo/" + id:                              {"chart-dots", "7,50", `href="/cong-bo/` + id + `"`, id},
		"/nhung/cong-bo/" + id + "?kieu=bang&nen=sang":      {"<table", "embed-light."},
		"/nhung/cong-bo/" + id + "?kieu=ban-do&lang=en":     {"chart-map", "Hanoi"},
		"/nhung/co-quan/01/muoi":                            {"<table", "7,50", `href="/co-quan/01"`, "/phuong-phap/muoi"},
		"/nhung/co-quan/01/muoi?kieu=bang&lang=en":          {"<table", "7.50"},
		"/nhung/xep-hang/muoi/2025?kieu=khong-co&nen=x&a=b": {"chart-dots"},
	} {
		a := b.get(target)
		if a.StatusCode != http.StatusOK || a.Header.Get("Set-Cookie") != "" || a.Header.Get("ETag") == "" || strings.Contains(a.body, "<script") {
			t.Errorf("%s: %d %v", target, a.StatusCode, a.Header)
		}
		for _, w := range append(want, `<base target="_blank">`, "Nguồn:|Source:") {
			if !slices.ContainsFunc(strings.Split(w, "|"), func(x string) bool { return strings.Contains(a.body, x) }) {
				t.Errorf("%s lacks %q:\n%s", target, w, a.body)
			}
		}
		again := httptest.NewRequest(http.MethodGet, target, nil)
		again.Header.Set("If-None-Match", a.Header.Get("ETag"))
		if got := b.do(again); got.StatusCode != http.StatusNotModified {
			t.Errorf("%s again: %d", target, got.StatusCode)
		}
	}
	for _, target := range []string{"/nhung/xep-hang/muoi/1999", "/nhung/xep-hang/khong-co/2025", "/nhung/cong-bo/" + noRelease, "/nhung/co-quan/01/khong-co", "/nhung/co-quan/khong-co/muoi", "/nhung/khong-co"} {
		if a := b.get(target); a.StatusCode != http.StatusNotFound || a.Header.Get("Content-Security-Policy") != embedPolicy || strings.Contains(a.body, "<script") {
			t.Errorf("%s: %d %s", target, a.StatusCode, a.Header.Get("Content-Security-Policy"))
		}
	}
}

func TestAFrameOfAWithdrawnReleaseSaysSo(t *testing.T) {
	t.Parallel()
	s, st, r := mustReleases(t)
	must(t, st.PutRelease(t.Context(), r, "", nil))
	must(t, st.PublishRelease(t.Context(), r.ID, testNow))
	second := mustSealed(t, st, 5)
	must(t, st.PutRelease(t.Context(), second, r.ID, map[string]string{"vi": "Sai"}))
	must(t, st.PublishRelease(t.Context(), second.ID, testNow))
	b := newBrowser(t, s)
	if a := b.get("/nhung/cong-bo/" + r.ID); !strings.Contains(a.body, "/cong-bo/"+second.ID) {
		t.Error("one that was corrected does not lead to the correction")
	}
	must(t, st.WithdrawRelease(t.Context(), second.ID, map[string]string{"vi": "Phát hiện phiếu giả"}))
	a := b.get("/nhung/cong-bo/" + second.ID + "?kieu=bang")
	if a.StatusCode != http.StatusOK || !strings.Contains(a.body, "Phát hiện phiếu giả") || strings.Contains(a.body, "5,00") {
		t.Errorf("%d\n%s", a.StatusCode, a.body)
	}
}

func TestAFrameIsMadeAnewEveryDay(t *testing.T) {
	t.Parallel()
	_, st, _ := mustReleases(t)
	now := testNow
	s := mustServerWith(t, Config{Now: func() time.Time { return now }}, st)
	b := newBrowser(t, s)
	first := b.get("/nhung/xep-hang/muoi/2025?kieu=bang")
	now = now.AddDate(0, 0, 1)
	if a := b.get("/nhung/xep-hang/muoi/2025?kieu=bang"); a.body == first.body || !strings.Contains(a.body, "02/06/2026") {
		t.Errorf("the day after: %s", a.body)
	}
}

func TestPagesOfferTheCodeOfTheirFrames(t *testing.T) {
	t.Parallel()
	s, id := provinces(t)
	b := newBrowser(t, s)
	for target, most := range map[string]int{"/xep-hang/muoi/2025": 3, "/cong-bo/" + id + "?lang=en": 3, "/co-quan/01": 2} {
		a := b.get(target)
		var offers []string
		for n := range a.doc.Descendants() {
			if n.Data == "textarea" && strings.HasPrefix(attr(n, "id"), "nhung-") {
				offers = append(offers, text(n))
			}
		}
		if len(offers) != most {
			t.Errorf("%s offers %q", target, offers)
		}
		for _, code := range offers {
			_, rest, _ := strings.Cut(code, `src="http://example.com`)
			address, _, _ := strings.Cut(rest, `"`)
			if got := b.get(strings.ReplaceAll(address, "&amp;", "&")); got.StatusCode != http.StatusOK {
				t.Errorf("%s: %q leads to %d", target, code, got.StatusCode)
			}
		}
	}
	if a := signedInAs(t, s, "phantich").get("/quan-tri/xep-hang/muoi/2025"); strings.Contains(a.body, "<iframe") || strings.Contains(a.body, "&lt;iframe") {
		t.Error("a page of live figures offers a frame")
	}
	other := httptest.NewRequest(http.MethodGet, "http://khac.example/xep-hang/muoi/2025", nil)
	if a := b.do(other); !strings.Contains(a.body, "http://khac.example/nhung/") || strings.Contains(a.body, "example.com") {
		t.Error("a page names the host of another reader")
	}
}

func TestProvincesAloneHaveAMap(t *testing.T) {
	t.Parallel()
	s, id := provinces(t)
	b := newBrowser(t, s)
	for target, want := range map[string]bool{"/xep-hang/muoi/2025": true, "/xep-hang/muoi/2025?lang=en": true, "/cong-bo/" + id: true} {
		a := b.get(target)
		if got := strings.Contains(a.body, "chart-map"); got != want {
			t.Errorf("%s has a map: %v", target, got)
		}
		if want && (!strings.Contains(a.body, s.book.In("vi").T("map.note")) && !strings.Contains(a.body, s.book.In("en").T("map.note"))) {
			t.Errorf("%s does not say what the map is not", target)
		}
	}
	f, _ := mustFigures(t)
	board, err := f.boards.get(t.Context(), standing.Query{Framework: "sipas", Period: "2025"})
	must(t, err)
	for _, g := range board.Outcome.Groups[1:] {
		if a := newBrowser(t, f).get("/xep-hang/sipas/2025?nhom=" + groupCode(g.Group)); strings.Contains(a.body, "chart-map") {
			t.Errorf("%s has a map of provinces", g.Group)
		}
	}
}

// In a narrow frame the columns of a table stand below each other: every cell has to say which it is.
func TestTablesOfFramesNameTheirCells(t *testing.T) {
	t.Parallel()
	s, _ := mustFigures(t)
	b := newBrowser(t, s)
	for _, target := range []string{"/nhung/xep-hang/sipas/2025?kieu=bang", "/nhung/xep-hang/par-index-province/2025?kieu=bang", "/nhung/co-quan/01/sipas?kieu=bang&lang=en"} {
		named := 0
		for n := range b.get(target).doc.Descendants() {
			if n.Data != "td" {
				continue
			}
			if named++; attr(n, "data-label") == "" || !strings.Contains(attr(n.Parent.Parent.Parent, "class"), "embed-cards") {
				t.Errorf("%s: %q has no name, or its table none", target, text(n))
			}
		}
		if named == 0 {
			t.Errorf("%s has no table", target)
		}
	}
}
