package web

import (
	"context"
	"io"
	"net"
	"net/http"
	"testing"
)

// Hundreds of connections that say half a word: citizens are served all the while, and the connections stay bounded.
func TestHalfOpenConnectionsKeepNobodyOut(t *testing.T) {
	t.Parallel()
	s := mustServer(t, mustStore(t, testNow))
	s.lines.most = 100
	ln, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	must(t, err)
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx, ln) }()
	var open []net.Conn
	client := &http.Client{Transport: &http.Transport{MaxIdleConns: 1}}
	for n := range 600 {
		c, err := net.Dial("tcp", ln.Addr().String())
		must(t, err)
		open = append(open, c)
		half := []string{"", "GET / HT", "POST " + sipasForm + " HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\np=0"}[n%3]
		_, err = io.WriteString(c, half)
		if err != nil && n < 100 {
			t.Fatal(err)
		}
		if n%60 != 59 {
			continue
		}
		res, err := client.Get("http://" + ln.Addr().String() + sipasForm)
		must(t, err)
		if _, err := io.Copy(io.Discard, res.Body); err != nil || res.StatusCode != http.StatusOK {
			t.Errorf("after %d half-open ones: %d, %v", n+1, res.StatusCode, err)
		}
		res.Body.Close()
		s.lines.mu.Lock()
		if len(s.lines.open) > s.lines.most+2 {
			t.Errorf("%d connections are open", len(s.lines.open))
		}
		s.lines.mu.Unlock()
	}
	for _, c := range open {
		c.Close()
	}
	client.CloseIdleConnections()
	stop()
	must(t, <-ended)
}

func TestTheQuietestConnectionGoesFirst(t *testing.T) {
	t.Parallel()
	l := &lines{most: 3}
	closed := make(chan string, 10)
	conn := func(name string) (net.Conn, context.Context) {
		c := &named{name: name, closed: closed}
		return c, l.begin(t.Context(), c)
	}
	_, busy := conn("answered")
	end := l.answering(busy)
	conn("b")
	cc, c := conn("c")
	l.answering(c)() // asked since
	conn("d")
	if got := <-closed; got != "b" {
		t.Errorf("%s was closed", got)
	}
	conn("e")
	if got := <-closed; got != "c" {
		t.Errorf("%s was closed", got)
	}
	l.changed(cc, http.StateClosed) // http tells of it later
	end()
	end()
	l.changed(&named{}, http.StateClosed)
	conn("f")
	if got := <-closed; got != "d" {
		t.Errorf("%s was closed", got)
	}
	if len(l.open) != 3 || l.quiet.Len() != 3 {
		t.Errorf("%d open, %d quiet", len(l.open), l.quiet.Len())
	}
}

type named struct {
	net.Conn
	name   string
	closed chan string
}

func (n *named) Close() error {
	n.closed <- n.name
	return nil
}
