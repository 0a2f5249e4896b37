package measure

import (
	"context"
	"io"
	"net"
	"sync"
	"time"
)

// halfOpen are the beginnings of requests that never end: nothing, half a line, half a body.
var halfOpen = []string{"", "GET / HT", "POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\na=1"}

// HalfOpen opens so many connections to a server, says half a request on each, a byte more now and then, and opens those
// that the server closes anew. It returns once all were opened; stop ends them.
func HalfOpen(ctx context.Context, addr string, n int) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	var opened, all sync.WaitGroup
	opened.Add(n)
	for k := range n {
		all.Go(func() {
			first := true
			for ctx.Err() == nil {
				c, err := net.DialTimeout("tcp", addr, patience)
				if first {
					opened.Done()
					first = false
				}
				if err == nil {
					linger(ctx, c, halfOpen[k%len(halfOpen)])
				}
				pause(ctx, time.Second)
			}
			if first {
				opened.Done()
			}
		})
	}
	opened.Wait()
	return func() {
		cancel()
		all.Wait()
	}
}

// linger keeps a connection until the server or the context ends it.
func linger(ctx context.Context, c net.Conn, half string) {
	defer c.Close()
	_, err := io.WriteString(c, half)
	for err == nil && ctx.Err() == nil {
		pause(ctx, 2*time.Second)
		_, err = io.WriteString(c, "x")
	}
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}
