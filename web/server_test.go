package web

import (
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"
	"golang.org/x/net/html"
)

// The first visit to the form: at most 30 KB in at most four requests, gzip only.
func TestTheFirstVisitIsSmall(t *testing.T) {
	t.Parallel()
	s := mustServer(t, mustStore(t, testNow))
	fetch := func(target string) (n int, body []byte) {
		r := httptest.NewRequest(http.MethodGet, target, nil)
		r.Header.Set("Accept-Encoding", "gzip")
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if w.Code != http.StatusOK || w.Header().Get("Content-Encoding") != "gzip" {
			t.Fatalf("%s: %d, encoding %q", target, w.Code, w.Header().Get("Content-Encoding"))
		}
		n = w.Body.Len()
		for key, values := range w.Header() {
			n += len(key) + len(strings.Join(values, "")) + 4
		}
		z, err := gzip.NewReader(w.Body)
		must(t, err)
		body, err = io.ReadAll(z)
		must(t, err)
		return n, body
	}
	total, page := fetch(sipasForm)
	requests := 1
	doc, err := html.Parse(strings.NewReader(string(page)))
	must(t, err)
	for n := range doc.Descendants() {
		to := attr(n, "src")
		if n.Data == "link" {
			to = attr(n, "href")
		}
		if to == "" {
			continue
		}
		size, body := fetch(to)
		total += size
		requests++
		if strings.HasSuffix(to, ".js") && len(body) > 20<<10 { // before it is compressed
			t.Errorf("%d bytes of script", len(body))
		}
	}
	t.Logf("%d bytes in %d requests", total, requests)
	if total > 30<<10 || requests > 4 {
		t.Errorf("%d bytes in %d requests", total, requests)
	}
}

func TestStaticFilesAreKeptForEver(t *testing.T) {
	t.Parallel()
	s := mustServer(t, mustStore(t, testNow))
	plain := s.assets.file[strings.TrimPrefix(s.assets.name["style.css"], "/static/")].plain
	for accept, want := range map[string]string{"": "", "gzip": "gzip", "gzip, br": "br", "br;q=0, gzip": "gzip", "identity, gzip;q=0": "", "BR": "br"} {
		r := httptest.NewRequest(http.MethodGet, s.assets.name["style.css"], nil)
		r.Header.Set("Accept-Encoding", accept)
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if w.Header().Get("Content-Encoding") != want || !strings.Contains(w.Header().Get("Cache-Control"), "immutable") || w.Header().Get("Vary") != "Accept-Encoding" {
			t.Errorf("%q: %q, %q", accept, w.Header().Get("Content-Encoding"), w.Header().Get("Cache-Control"))
		}
		if want == "" && w.Body.String() != string(plain) {
			t.Errorf("%q: other bytes", accept)
		}
	}
}

func TestAPanicIsAPageWithARequestID(t *testing.T) {
	t.Parallel()
	var log syncBuffer
	s := mustServerWith(t, Config{Log: logTo(&log)}, mustStore(t, testNow))
	s.echo.GET("/hong", func(echo.Context) error { panic("điều bí mật") })
	a := newBrowser(t, s).get("/hong")
	id := a.Header.Get("X-Request-Id")
	if a.StatusCode != http.StatusInternalServerError || !strings.Contains(a.body, id) || strings.Contains(a.body, "bí mật") {
		t.Errorf("%d, id shown: %v", a.StatusCode, strings.Contains(a.body, id))
	}
	if !strings.Contains(log.String(), id) || !strings.Contains(log.String(), "bí mật") {
		t.Error("the log does not explain the request id")
	}
}

func TestTheLogTellsNothingAboutPeople(t *testing.T) {
	t.Parallel()
	var log syncBuffer
	s := mustServerWith(t, Config{Log: logTo(&log)}, mustStore(t, testNow))
	b := newBrowser(t, s)
	f := walkForm(t, b, "/khao-sat/mo/48", 0).form()
	_, to := press(t, b, "/khao-sat/mo/48", f)
	b.get(to)
	b.get("/bien-nhan?ma=" + strings.TrimPrefix(to, "/bien-nhan/"))
	signedInAs(t, s, "phantich")
	text := log.String()
	for name, secret := range map[string]string{
		"receipt": strings.TrimPrefix(to, "/bien-nhan/"), "draft": f.Get("s"), "address": "203.0.113.7", "agency": "/48", "login": "phantich", "password": "mật khẩu",
	} {
		if strings.Contains(text, secret) {
			t.Errorf("the log holds the %s", name)
		}
	}
	if !strings.Contains(text, "route=/bien-nhan/:receipt") {
		t.Error("no line for the receipt's route")
	}
}

type notReady struct{ Store }

func (notReady) Ready(context.Context) error { return errors.New("đĩa đầy") }

func TestHealthAndReadiness(t *testing.T) {
	t.Parallel()
	st := mustStore(t, testNow)
	up, down := newBrowser(t, mustServer(t, st)), newBrowser(t, mustServer(t, notReady{st}))
	for _, c := range []struct {
		b      *browser
		target string
		status int
	}{{up, "/healthz", 200}, {up, "/readyz", 200}, {down, "/healthz", 200}, {down, "/readyz", 503}} {
		a := c.b.get(c.target)
		if a.StatusCode != c.status || strings.Contains(a.body, "đĩa") {
			t.Errorf("%s: %d %s", c.target, a.StatusCode, a.body)
		}
	}
}

func TestServingEndsAfterTheRequestsUnderWay(t *testing.T) {
	t.Parallel()
	s := mustServer(t, mustStore(t, testNow))
	begun, finish := make(chan struct{}), make(chan struct{})
	s.echo.GET("/cham", func(c echo.Context) error {
		close(begun)
		<-finish
		return c.String(http.StatusOK, "xong")
	})
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx, ln) }()
	got := make(chan string, 1)
	go func() {
		res, err := http.Get("http://" + ln.Addr().String() + "/cham")
		if err != nil {
			got <- err.Error()
			return
		}
		defer res.Body.Close()
		b, _ := io.ReadAll(res.Body)
		got <- string(b)
	}()
	<-begun
	stop()
	select {
	case err := <-ended:
		t.Fatalf("ended with a request under way: %v", err)
	case <-time.After(50 * time.Millisecond):
	}
	close(finish)
	if body := <-got; body != "xong" {
		t.Errorf("the request under way got %q", body)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func TestNoLimitOfTheListenerIsLeftOut(t *testing.T) {
	t.Parallel()
	l := mustServer(t, mustStore(t, testNow)).listener()
	for name, limit := range map[string]time.Duration{"header": l.ReadHeaderTimeout, "read": l.ReadTimeout, "write": l.WriteTimeout, "idle": l.IdleTimeout} {
		if limit <= 0 || limit > 3*time.Minute {
			t.Errorf("%s time-out %v", name, limit)
		}
	}
	if l.MaxHeaderBytes <= 0 || l.MaxHeaderBytes > 64<<10 || l.WriteTimeout <= requestTimeout {
		t.Errorf("headers up to %d bytes, write time-out %v", l.MaxHeaderBytes, l.WriteTimeout)
	}
}
