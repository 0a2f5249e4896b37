package web

import (
	"container/list"
	"context"
	"net"
	"net/http"
	"sync"
)

// lines bounds the open connections. Where there are too many, the one that has been quiet for longest is closed:
// whoever opens thousands and says nothing loses his own, and a browser whose idle one is gone opens another.
type lines struct {
	most int

	mu    sync.Mutex
	open  map[net.Conn]*line
	quiet list.List // of *line: not being answered, the longest quiet first
}

// line is one connection. Its place is nil while a request is being answered.
type line struct {
	conn  net.Conn
	place *list.Element
}

// mostLines keeps the memory of connections below some hundred megabytes.
const mostLines = 5000

type lineKey struct{}

// begin takes a new connection in: http.Server.ConnContext.
func (l *lines) begin(ctx context.Context, conn net.Conn) context.Context {
	one := &line{conn: conn}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.open == nil {
		l.open = map[net.Conn]*line{}
	}
	l.open[conn] = one
	one.place = l.quiet.PushBack(one)
	if len(l.open) > l.most {
		if oldest := l.quiet.Front(); oldest != one.place {
			l.drop(oldest.Value.(*line))
		}
	}
	return context.WithValue(ctx, lineKey{}, one)
}

// changed forgets a connection that is gone: http.Server.ConnState.
func (l *lines) changed(conn net.Conn, state http.ConnState) {
	if state != http.StateClosed && state != http.StateHijacked {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if one := l.open[conn]; one != nil {
		l.forget(one)
	}
}

// drop closes a connection. Its reader finds out.
func (l *lines) drop(one *line) {
	l.forget(one)
	go one.conn.Close() // not under the lock: it may take a moment
}

func (l *lines) forget(one *line) {
	delete(l.open, one.conn)
	if one.place != nil {
		l.quiet.Remove(one.place)
		one.place = nil
	}
}

// answering keeps the connection of a request until the end is called: its body has come, and somebody waits.
func (l *lines) answering(ctx context.Context) (end func()) {
	one, ok := ctx.Value(lineKey{}).(*line)
	if !ok {
		return func() {}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if one.place != nil {
		l.quiet.Remove(one.place)
		one.place = nil
	}
	return func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		if l.open[one.conn] == one && one.place == nil {
			one.place = l.quiet.PushBack(one)
		}
	}
}
