package web

import (
	"maps"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strings"
	"testing"
)

// filled puts values into the parameters of a route.
func filled(path string) string {
	return strings.NewReplacer(":wave", "mo", ":agency", "01", ":receipt", "ABCD", ":file", "x.css",
		":framework", "sipas", ":period", "2026", ":before", "2025", ":after", "2026", ":scenario", "aaaa", ":batch", "AAAAA", ":number", "1", ":code", "ABCD", ":release", "aaaaaaaaaaaaaaaa", ":season", "par", ":leaf", "1.1.1").Replace(path)
}

func TestNoPrivatePageIsPublic(t *testing.T) {
	t.Parallel()
	s := mustServer(t, mustStore(t, testNow))
	private := 0
	for _, r := range s.routes {
		if r.who.allow == nil {
			continue
		}
		private++
		for _, m := range r.methods() {
			b := newBrowser(t, s)
			req := httptest.NewRequest(m, filled(r.path), nil)
			req.Header.Set("Sec-Fetch-Site", "same-origin")
			a := b.do(req)
			led := a.StatusCode == http.StatusSeeOther && strings.HasPrefix(a.Header.Get("Location"), "/dang-nhap")
			if !led && a.StatusCode != http.StatusUnauthorized {
				t.Errorf("%s %s without a session: %d", m, r.path, a.StatusCode)
			}
			if !strings.Contains(a.Header.Get("Cache-Control"), "no-store") {
				t.Errorf("%s %s may be stored: %q", m, r.path, a.Header.Get("Cache-Control"))
			}
		}
	}
	if private == 0 {
		t.Error("no private route in the table")
	}
}

// Everything outside the table's "anyone" and "visitor" needs an account; this list makes a new public route a decision.
func TestPublicRoutesAreTheseOnly(t *testing.T) {
	t.Parallel()
	s := mustServer(t, mustStore(t, testNow))
	public := map[string]bool{}
	for _, r := range s.routes {
		if r.who.allow == nil {
			public[r.method+" "+r.path] = true
		}
	}
	for p := range public {
		if strings.Contains(p, "/quan-tri") {
			t.Errorf("%s is public", p)
		}
	}
	for _, want := range []string{"GET /", "POST /khao-sat/:wave/:agency", "GET /bien-nhan/:receipt", "POST /api/v1/waves/:wave/responses"} {
		if !public[want] {
			t.Errorf("%s is not public: %v", want, slices.Sorted(maps.Keys(public)))
		}
	}
}

func TestEveryAnswerCarriesItsHeaders(t *testing.T) {
	t.Parallel()
	s := mustServerWith(t, Config{BaseURL: "https://khaosat.example.vn"}, mustStore(t, testNow))
	b := newBrowser(t, s)
	for _, r := range s.routes {
		if r.method != http.MethodGet {
			continue
		}
		h := b.get(filled(r.path)).Header
		if strings.HasPrefix(r.path, embedPath+"/") { // what others may show within their pages
			if h.Get("Content-Security-Policy") != embedPolicy || h.Get("Cross-Origin-Resource-Policy") != "cross-origin" || h.Get("Set-Cookie") != "" {
				t.Errorf("%s: %v", r.path, h)
			}
			continue
		}
		for key, want := range map[string]string{
			"Content-Security-Policy":      "default-src 'none'; ",
			"Referrer-Policy":              "no-referrer",
			"Permissions-Policy":           "camera=()",
			"Cross-Origin-Opener-Policy":   "same-origin",
			"Cross-Origin-Resource-Policy": "same-origin",
			"X-Content-Type-Options":       "nosniff",
			"Strict-Transport-Security":    "max-age=31536000",
			"X-Request-Id":                 "",
		} {
			if got := h.Get(key); got == "" || !strings.HasPrefix(got, want) {
				t.Errorf("%s: %s: %q", r.path, key, got)
			}
		}
		if csp := h.Get("Content-Security-Policy"); strings.Contains(csp, "unsafe") || !strings.Contains(csp, "frame-ancestors 'none'") {
			t.Errorf("%s: %s", r.path, csp)
		}
	}
	plain := newBrowser(t, mustServer(t, mustStore(t, testNow))).get("/")
	if plain.Header.Get("Strict-Transport-Security") != "" {
		t.Error("HSTS over plain http")
	}
}

func TestLostReadersFindAWayOn(t *testing.T) {
	t.Parallel()
	b := newBrowser(t, mustServer(t, mustStore(t, testNow)))
	for _, c := range []struct {
		target string
		status int
		way    string
	}{
		{"/khao-sat/khong-co", 404, `href="/khao-sat/mo"`},
		{"/khao-sat/khong-co/01", 404, `href="/khao-sat/mo"`},
		{"/khao-sat/mo/99", 404, `href="/khao-sat/mo"`},
		{"/khao-sat/mo/%2e%2e%2f", 404, `href="/khao-sat/mo"`},
		{"/khao-sat/dong", 410, `href="/xep-hang/sipas/2025"`},
		{"/khao-sat/dong/01", 410, `href="/xep-hang/sipas/2025"`},
		{"/khao-sat/sap", 403, `href="/"`},
		{"/khao-sat/sap/01", 403, `href="/"`},
		{"/khong-co-trang-nay", 404, `href="/"`},
		{"/static/khong-co.css", 404, `href="/"`},
		{"/khong-co-trang-nay?lang=en", 404, `href="/?lang=en"`},
	} {
		a := b.get(c.target)
		if a.StatusCode != c.status || !strings.Contains(a.body, c.way) {
			t.Errorf("%s: %d, way on: %v", c.target, a.StatusCode, strings.Contains(a.body, c.way))
		}
	}
	if a := b.do(httptest.NewRequest(http.MethodDelete, "/khao-sat/mo/01", nil)); a.StatusCode != http.StatusMethodNotAllowed || a.Header.Get("Allow") == "" {
		t.Errorf("DELETE: %d, Allow %q", a.StatusCode, a.Header.Get("Allow"))
	}
}

func TestHeadAnswersLikeGet(t *testing.T) {
	t.Parallel()
	b := newBrowser(t, mustServer(t, mustStore(t, testNow)))
	for _, target := range []string{"/", sipasForm, "/healthz", "/robots.txt"} {
		if a := b.do(httptest.NewRequest(http.MethodHead, target, nil)); a.StatusCode != http.StatusOK {
			t.Errorf("HEAD %s: %d", target, a.StatusCode)
		}
	}
}

func TestRequestsFromOtherSitesChangeNothing(t *testing.T) {
	t.Parallel()
	b := newBrowser(t, mustServer(t, mustStore(t, testNow)))
	for key, value := range map[string]string{"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"} {
		r := httptest.NewRequest(http.MethodPost, sipasForm, strings.NewReader("p=0"))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set(key, value)
		if a := b.do(r); a.StatusCode != http.StatusForbidden {
			t.Errorf("%s: %d", key, a.StatusCode)
		}
	}
}

func TestTheClientAddressIsNotWhatItSays(t *testing.T) {
	t.Parallel()
	st := mustStore(t, testNow)
	proxy := netip.MustParsePrefix("10.0.0.0/8")
	for _, c := range []struct {
		peer, header string
		proxies      []netip.Prefix
		want         string
	}{
		{"203.0.113.7:1", "198.51.100.9", nil, "203.0.113.0/24"},
		{"127.0.0.1:1", "198.51.100.9", nil, "127.0.0.0/24"},
		{"10.1.2.3:1", "198.51.100.9", []netip.Prefix{proxy}, "198.51.100.0/24"},
		{"10.1.2.3:1", "1.1.1.1, 198.51.100.9", []netip.Prefix{proxy}, "198.51.100.0/24"},
		{"203.0.113.7:1", "198.51.100.9", []netip.Prefix{proxy}, "203.0.113.0/24"},
		{"10.1.2.3:1", "not an address", []netip.Prefix{proxy}, "10.1.2.0/24"},
		{"[2001:db8:1:2:3::4]:1", "", nil, "2001:db8:1:2::/64"},
		{"[::ffff:203.0.113.7]:1", "", nil, "203.0.113.0/24"},
	} {
		s := mustServerWith(t, Config{Proxies: c.proxies}, st)
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.RemoteAddr = c.peer
		if c.header != "" {
			r.Header.Set("X-Forwarded-For", c.header)
		}
		if got := network(s.echo.NewContext(r, nil)); got != c.want {
			t.Errorf("%s with %q: %s, want %s", c.peer, c.header, got, c.want)
		}
	}
}

func TestABaseURLThatIsNoneIsRefused(t *testing.T) {
	t.Parallel()
	st := mustStore(t, testNow)
	for _, base := range []string{"khaosat.example.vn", "ftp://x", "https://", "://"} {
		if _, err := New(Config{BaseURL: base}, st); err == nil {
			t.Errorf("%q was taken", base)
		}
	}
}
