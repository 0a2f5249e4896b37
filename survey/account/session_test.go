package account

import (
	"testing"
	"time"
)

// The headers are as the browsers send them (MDN, "User-Agent", 2025; Cốc Cốc's own page for its mark).
func TestABrowserIsNamedWithoutItsVersion(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]string{
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0":                                                        "Firefox, Windows",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0":           "Edge, Windows",
		"Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36":                         "Chrome, Android",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1": "Safari, iOS",
		"Mozilla/5.0 (Windows NT 10.0; WOW64) AppleWebKit/537.36 (KHTML, like Gecko) coc_coc_browser/130.0 Chrome/124.0.0.0 Safari/537.36":        "Cốc Cốc, Windows",
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15":                   "Safari, macOS",
		"curl/8.5": "",
		"":         "",
	} {
		if got := BrowserOf(header); got != want {
			t.Errorf("%q: %q, want %q", header, got, want)
		}
	}
}

func TestASessionEndsWithoutUseAndAfterADay(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 6, 1, 9, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		after, seen time.Duration
		over        bool
	}{
		{SessionIdle - time.Second, 0, false},
		{SessionIdle, 0, true},
		{SessionLife - time.Second, SessionLife - time.Minute, false},
		{SessionLife, SessionLife - time.Minute, true},
	} {
		x := Session{Started: start, Seen: start.Add(c.seen)}
		if got := x.Over(start.Add(c.after)); got != c.over {
			t.Errorf("after %v, seen after %v: %v", c.after, c.seen, got)
		}
	}
}
