package web

import (
	"image/png"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"thuocdo/data/scribe"
)

// metas returns what a page says of itself to those who link to it.
func metas(a answer) map[string]string {
	all := map[string]string{}
	for n := range a.doc.Descendants() {
		if n.Data == "meta" {
			all[attr(n, "property")+attr(n, "name")] = attr(n, "content")
		}
	}
	return all
}

func TestPagesHaveAPictureBesideTheirLinks(t *testing.T) {
	t.Parallel()
	_, st, r := mustReleases(t)
	s := mustServerWith(t, Config{Card: scribe.Card}, st)
	must(t, st.PutRelease(t.Context(), r, "", nil))
	b := newBrowser(t, s)
	if a := b.get("/cong-bo/" + r.ID + cardName); a.StatusCode != http.StatusNotFound {
		t.Errorf("a draft: %d", a.StatusCode)
	}
	must(t, st.PublishRelease(t.Context(), r.ID, testNow))
	for target, title := range map[string]string{"/xep-hang/muoi/2025?sap-xep=diem": "Mười điểm, năm 2025", "/xep-hang/muoi/2025?lang=en": "Ten points, 2025", "/co-quan/01": "Hà Nội", "/co-quan/48?lang=en": "Da Nang",
		"/cong-bo/" + r.ID: "Mười điểm, Năm 2025"} {
		m := metas(b.get(target))
		path, ours := strings.CutPrefix(m["og:image"], "http://example.com")
		if !ours || !strings.HasPrefix(m["og:url"], "http://example.com/") || !strings.EqualFold(m["og:title"], title) || m["twitter:card"] != "summary_large_image" {
			t.Errorf("%s: %v", target, m)
		}
		a := b.get(path)
		if a.StatusCode != http.StatusOK || a.Header.Get("Content-Type") != cardMedia || a.Header.Get("Cross-Origin-Resource-Policy") != "cross-origin" {
			t.Fatalf("%s: %d %v", path, a.StatusCode, a.Header)
		}
		c, err := png.DecodeConfig(strings.NewReader(a.body))
		if err != nil || c.Width != 1200 || c.Height != 630 {
			t.Errorf("%s: %v, %d × %d", path, err, c.Width, c.Height)
		}
		again := httptest.NewRequest(http.MethodGet, path, nil)
		again.Header.Set("If-None-Match", a.Header.Get("ETag"))
		if got := b.do(again); got.StatusCode != http.StatusNotModified {
			t.Errorf("%s again: %d", path, got.StatusCode)
		}
	}
	if m := metas(b.get("/")); m["twitter:card"] != "summary" || m["og:image"] != "" || m["og:url"] != "http://example.com/" {
		t.Errorf("the first page: %v", m)
	}
	for _, target := range []string{"/quan-tri/xep-hang/muoi/2025", "/quan-tri/co-quan/01"} {
		if m := metas(signedInAs(t, s, "phantich").get(target)); m["og:title"] != "" {
			t.Errorf("%s speaks to others: %v", target, m)
		}
	}
	must(t, st.WithdrawRelease(t.Context(), r.ID, map[string]string{"vi": "Sai"}))
	if a := b.get("/cong-bo/" + r.ID + cardName); a.StatusCode != http.StatusNotFound {
		t.Errorf("withdrawn: %d", a.StatusCode)
	}
	if m := metas(b.get("/cong-bo/" + r.ID)); m["og:image"] != "" {
		t.Errorf("withdrawn: %v", m)
	}
	if a := newBrowser(t, mustServer(t, st)).get("/xep-hang/muoi/2025" + cardName); a.StatusCode != http.StatusNotFound {
		t.Errorf("a server that draws none: %d", a.StatusCode)
	}
}

func TestACardSaysWhereRanksMayBeChance(t *testing.T) {
	t.Parallel()
	s, _ := mustFigures(t)
	b, err := s.boards.get(t.Context(), rankingRequest{Framework: "sipas", Period: "2025"}.query())
	must(t, err)
	card := boardCard(s.book.In("vi"), b, "")
	near := false
	for _, i := range membersOf(b, "") {
		near = near || b.spans[i].Worst > b.spans[i].Best
	}
	if (card.Note != "") != near || len(card.Rows) != cardRows || !card.Rows[0].Ranged {
		t.Errorf("%+v, ranks may be chance: %v", card, near)
	}
}
