package web

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func mustJSON(tb testing.TB, v any) []byte {
	tb.Helper()
	b, err := json.Marshal(v)
	must(tb, err)
	return b
}

// listed reads a list to its end, three at a time, by its Link headers.
func listed(t *testing.T, b *browser, target, key string) (all []string) {
	t.Helper()
	for target += "?limit=3"; target != ""; {
		a := b.get(target)
		var page struct {
			Items []map[string]any
			Next  *string
		}
		must(t, json.Unmarshal([]byte(a.body), &page))
		if a.StatusCode != http.StatusOK || len(page.Items) > 3 {
			t.Fatalf("%s: %d, %d items", target, a.StatusCode, len(page.Items))
		}
		for _, x := range page.Items {
			all = append(all, x[key].(string))
		}
		link := regexp.MustCompile(`^<(.*)>; rel="next"$`).FindStringSubmatch(a.Header.Get("Link"))
		if (link == nil) != (page.Next == nil) {
			t.Fatalf("%s: link %q, next %v", target, a.Header.Get("Link"), page.Next)
		}
		if target = ""; link != nil {
			target = link[1]
		}
	}
	return all
}

func TestListsAreReadPageByPage(t *testing.T) {
	t.Parallel()
	st := mustStore(t, testNow)
	b := newBrowser(t, mustServer(t, st))
	agencies, err := st.Agencies(t.Context())
	must(t, err)
	var want []string
	for _, a := range agencies {
		want = append(want, a.Code)
	}
	slices.Sort(want)
	if got := listed(t, b, "/api/v1/agencies", "code"); !slices.Equal(got, want) {
		t.Errorf("%d agencies of %d: %v", len(got), len(want), got)
	}
	if got := listed(t, b, "/api/v1/waves", "code"); !slices.Contains(got, "mo") || !slices.Contains(got, "dong") || slices.Contains(got, "sap") {
		t.Errorf("waves that have begun: %v", got)
	}
	if got := listed(t, b, "/api/v1/indexes", "framework"); !slices.Equal(got, []string{"sipas"}) {
		t.Errorf("indexes: %v", got)
	}
	first := b.get("/api/v1/agencies")
	r := httptest.NewRequest(http.MethodGet, "/api/v1/agencies", nil)
	r.Header.Set("If-None-Match", first.Header.Get("ETag"))
	if a := b.do(r); a.StatusCode != http.StatusNotModified || a.body != "" {
		t.Errorf("known already: %d", a.StatusCode)
	}
	for _, bad := range []string{"limit=0", "limit=1001", "limit=x", "cursor=***", "cursor=%3D"} {
		if a := b.get("/api/v1/agencies?" + bad); a.StatusCode != http.StatusBadRequest {
			t.Errorf("%s: %d", bad, a.StatusCode)
		}
	}
	if a := b.get("/api/v1/agencies?kind=province&limit=1000"); strings.Contains(a.body, `"ward"`) || !strings.Contains(a.body, `"01"`) {
		t.Errorf("provinces: %.200s", a.body)
	}
}

func TestANetworkThatAsksTooFastIsTold(t *testing.T) {
	t.Parallel()
	s := mustServer(t, mustStore(t, testNow))
	b := newBrowser(t, s)
	for i := range readsAtOnce {
		if a := b.get("/api/v1/receipts/0000-0000-0000-0000-0"); a.StatusCode != http.StatusNotFound {
			t.Fatalf("request %d: %d", i, a.StatusCode)
		}
	}
	a := b.get("/api/v1/indexes")
	if a.StatusCode != http.StatusTooManyRequests || a.Header.Get("Retry-After") != "1" || a.Header.Get("RateLimit") != `"network";r=0;t=1` || a.Header.Get("RateLimit-Policy") != `"network";q=600;w=60` {
		t.Errorf("%d %v", a.StatusCode, a.Header)
	}
	if a := b.get("/"); a.StatusCode != http.StatusOK {
		t.Errorf("pages: %d", a.StatusCode)
	}
	other := newBrowser(t, s)
	other.ip = "198.51.100.9:4000"
	if a := other.get("/api/v1/indexes"); a.StatusCode != http.StatusOK || !strings.HasPrefix(a.Header.Get("RateLimit"), `"network";r=599;`) {
		t.Errorf("another network: %d %q", a.StatusCode, a.Header.Get("RateLimit"))
	}
	if status, _, _ := programmed(t, s, "loai", key, fine); status != http.StatusCreated {
		t.Errorf("a form: %d", status)
	}
}

// Who sends a wrong parameter and no body must not read that a body cannot be read.
func TestAWrongParameterOfAListIsNamed(t *testing.T) {
	t.Parallel()
	b := newBrowser(t, mustServer(t, mustStore(t, testNow)))
	for query, want := range map[string]string{"limit=0": "limit là số nguyên từ 1 đến 1000", "limit=x&lang=en": "limit is a whole number from 1 to 1000",
		"limit=1001": "Tham số limit không hợp lệ", "cursor=%3C": "Tham số cursor không hợp lệ", "cursor=%3C&lang=en": "The parameter cursor is wrong"} {
		if a := b.get("/api/v1/agencies?" + query); a.StatusCode != http.StatusBadRequest || !strings.Contains(a.body, want) || strings.Contains(a.body, "gửi lên") {
			t.Errorf("%s: %d %s", query, a.StatusCode, a.body)
		}
	}
}
