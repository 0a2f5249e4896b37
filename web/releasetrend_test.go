package web

import (
	"crypto/ed25519"
	"net/http"
	"strings"
	"testing"
	"time"

	"thuocdo/data"
	"thuocdo/scoring"
	"thuocdo/scoring/release"
	"thuocdo/scoring/standing"
)

// mustSealedIn gives Hanoi these points in a period, and stores what is sealed of it.
func mustSealedIn(t *testing.T, st *data.Store, period string, points float64) *release.Release {
	t.Helper()
	other := 6.0
	must(t, st.PutScores(t.Context(), "muoi", period, map[string]map[string]scoring.LeafInput{"01": {"A": {Appraised: &points}}, "79": {"A": {Appraised: &other}}}))
	r, err := release.Seal(t.Context(), st, standing.Query{Framework: "muoi", Period: period}, "thuocdo thử", ed25519.NewKeyFromSeed(make([]byte, 32)))
	must(t, err)
	must(t, st.PutRelease(t.Context(), r, "", nil))
	return r
}

func TestATrendGoesOverPublicReleasesAndBreaksWhereTheVersionDoes(t *testing.T) {
	t.Parallel()
	s, st, _ := mustReleases(t)
	f, err := scoring.Parse([]byte(strings.Replace(strings.Replace(tenPoints, `"version":"1"`, `"version":"2"`, 1), `"period":"year"`, `"period":"year","effective":{"from":"2026-01-01"}`, 1)))
	must(t, err)
	must(t, st.PutFramework(t.Context(), f))
	ids := map[string]string{}
	for period, points := range map[string]float64{"2022": 3, "2023": 5, "2024": 7, "2025": 7.5, "2026": 9} {
		r := mustSealedIn(t, st, period, points)
		ids[period] = r.ID
		switch period {
		case "2022": // a draft
		case "2023":
			must(t, st.PublishRelease(t.Context(), r.ID, testNow.Add(time.Hour)))
		default:
			must(t, st.PublishRelease(t.Context(), r.ID, testNow))
		}
	}
	b := newBrowser(t, s)
	address := releaseAddress(ids["2025"]) + trendName
	for lang, words := range map[string][2]string{"vi": {"7,50", "bộ chỉ số đổi từ phiên bản 1 sang 2"}, "en": {"7.50", "from version 1 to 2"}} {
		a := b.get(address + "?co-quan=01&lang=" + lang)
		if a.StatusCode != http.StatusOK || !strings.Contains(a.body, words[0]) || !strings.Contains(a.body, words[1]) {
			t.Errorf("%s: %d %s", lang, a.StatusCode, a.body[strings.Index(a.body, "<main"):])
		}
		if rows := cells(a, "data"); len(rows) != 4 {
			t.Errorf("%s: %q: 2024, 2025 and 2026 are public, the others are not", lang, rows)
		}
		if lines, breaks := count(a.doc, "line"), count(a.doc, "break"); lines != 1 || breaks != 1 {
			t.Errorf("%s: %d lines and %d breaks, want one of each", lang, lines, breaks)
		}
		if strings.Contains(a.body, ids["2022"]) || strings.Contains(a.body, ids["2023"]) {
			t.Errorf("%s: it leads to what is not public", lang)
		}
	}
	// The mean of Hanoi and Ho Chi Minh City in 2025: (7.5 + 6) / 2.
	if a := b.get(address); !strings.Contains(a.body, "6,75") {
		t.Errorf("the mean: %s", a.body[strings.Index(a.body, "<main"):])
	}
	for name, missed := range map[string]bool{"la-lung": true, "": false} {
		if a := b.get(address + "?co-quan=" + name); strings.Contains(a.body, "la-lung") != missed {
			t.Errorf("%q: %d", name, a.StatusCode)
		}
	}
	must(t, st.WithdrawRelease(t.Context(), ids["2024"], map[string]string{"vi": "Sai"}))
	if rows := cells(b.get(address+"?co-quan=01"), "data"); len(rows) != 3 {
		t.Errorf("after 2024 was withdrawn: %q", rows)
	}
	if a := b.get(releaseAddress(ids["2024"]) + trendName); a.StatusCode != http.StatusNotFound {
		t.Errorf("of one that was withdrawn: %d", a.StatusCode)
	}
}
