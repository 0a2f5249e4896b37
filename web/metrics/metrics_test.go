package metrics

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func scrape(t *testing.T, m *Metrics, profile bool, path string) (int, string) {
	t.Helper()
	w := httptest.NewRecorder()
	m.Handler(profile).ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
	return w.Code, w.Body.String()
}

func TestRequestsAndTheStoreAreCounted(t *testing.T) {
	t.Parallel()
	load := Load{Waiting: 3, Room: 1024, Stored: 7, LogBytes: 4096}
	m := New("v1", func() Load { return load })
	m.Observe("/khao-sat/:wave/:agency", http.MethodPost, http.StatusSeeOther, 3*time.Millisecond)
	m.Observe("", http.MethodGet, http.StatusNotFound, time.Second)
	load.Stored = 8
	status, text := scrape(t, m, false, "/metrics")
	for _, want := range []string{
		`thuocdo_request_seconds_count{method="POST",route="/khao-sat/:wave/:agency",status="3xx"} 1`,
		`thuocdo_request_seconds_count{method="GET",route="none",status="4xx"} 1`,
		`thuocdo_request_seconds_bucket{method="POST",route="/khao-sat/:wave/:agency",status="3xx",le="0.005"} 1`,
		"thuocdo_answers_waiting 3", "thuocdo_answers_stored_total 8", "thuocdo_log_bytes 4096",
		`thuocdo_build_info{version="v1"} 1`, "go_goroutines ",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%d: no %s in\n%s", status, want, text)
		}
	}
}

func TestTheProcessCanBeProfiledWhereThatIsWanted(t *testing.T) {
	t.Parallel()
	m := New("v1", func() Load { return Load{} })
	if status, text := scrape(t, m, true, "/debug/pprof/goroutine?debug=1"); status != http.StatusOK || !strings.Contains(text, "goroutine profile") {
		t.Errorf("%d %s", status, text)
	}
	for _, path := range []string{"/", "/debug/pprof/", "/debug/pprof/heap"} {
		if status, _ := scrape(t, m, false, path); status != http.StatusNotFound {
			t.Errorf("%s: %d", path, status)
		}
	}
}
