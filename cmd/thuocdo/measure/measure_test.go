package measure

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

func get(c *Conn, path string) (Answer, error) {
	return c.Do([]byte("GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n"))
}

func mustServe(t *testing.T, h http.HandlerFunc) (addr string) {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return strings.TrimPrefix(s.URL, "http://")
}

func TestAnswersAreReadInEveryFraming(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("0123456789", 5000)
	c := &Conn{Addr: mustServe(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/sized":
			w.Write([]byte("short"))
		case "/chunked":
			w.(http.Flusher).Flush()
			w.Write([]byte(long))
		case "/closed":
			w.Header().Set("Connection", "close")
		default:
			http.Redirect(w, r, "/there", http.StatusSeeOther)
		}
	})}
	for range 2 {
		for _, want := range []struct {
			path, body, location string
			status               int
		}{{"/sized", "short", "", 200}, {"/chunked", long, "", 200}, {"/closed", "", "", 200}, {"/away", "", "/there", 303}} {
			a, err := get(c, want.path)
			if err != nil || a.Status != want.status || a.Location != want.location || want.status == 200 && string(c.Body) != want.body {
				t.Errorf("%s: %+v, %d bytes, %v", want.path, a, len(c.Body), err)
			}
		}
	}
}

// TestAnOpenLoopCountsWaiting: a server that needs 20 ms for one request after the other is offered 100 a second by one
// client. The last of 50 is due after 0.5 s and done after 1 s: it took half a second, not 20 ms.
func TestAnOpenLoopCountsWaiting(t *testing.T) {
	t.Parallel()
	addr := mustServe(t, func(http.ResponseWriter, *http.Request) { time.Sleep(20 * time.Millisecond) })
	var begun atomic.Int64
	op := func(c *Conn, n int64) (Outcome, error) {
		begun.Add(1)
		a, err := get(c, "/")
		return Of(a, http.StatusOK, err)
	}
	f := Load{Addr: addr, Clients: 1, Rate: 100, Length: time.Second}.Run(t.Context(), op)
	if f.Max < 200 || f.Failed > 0 || f.Done != begun.Load() {
		t.Errorf("%+v, begun %d", f, begun.Load())
	}
}

func TestRefusalsAndFailuresAreToldApart(t *testing.T) {
	t.Parallel()
	var n atomic.Int64
	addr := mustServe(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader([]int{http.StatusOK, http.StatusServiceUnavailable, http.StatusInternalServerError}[n.Add(1)%3])
	})
	f := Load{Addr: addr, Clients: 3, Length: 200 * time.Millisecond}.Run(context.Background(), func(c *Conn, _ int64) (Outcome, error) {
		a, err := get(c, "/")
		return Of(a, http.StatusOK, err)
	})
	if f.Done == 0 || f.Refused == 0 || f.Failed == 0 || f.Fault != "status 500" || f.Done+f.Refused+f.Failed != n.Load() {
		t.Errorf("%+v of %d", f, n.Load())
	}
}

func TestQuantilesAreThoseOfTheTimes(t *testing.T) {
	t.Parallel()
	var times []time.Duration
	for i := range 100 {
		times = append(times, time.Duration(i+1)*time.Millisecond)
	}
	for p, want := range map[float64]float64{.5: 50, .99: 99, 1: 100, 0: 1} {
		if got := quantile(times, p); got != want {
			t.Errorf("quantile %g is %g, want %g", p, got, want)
		}
	}
	if quantile(nil, .5) != 0 {
		t.Error("nothing has a quantile")
	}
}
