package web

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// Time-outs of a connection and of a request. A phone on a poor network sends its few kilobytes well within them.
const (
	headerTimeout  = 10 * time.Second
	readTimeout    = 60 * time.Second
	writeTimeout   = 120 * time.Second
	idleTimeout    = 90 * time.Second
	requestTimeout = 30 * time.Second
	drainTimeout   = 20 * time.Second
	maxHeader      = 16 << 10
)

// listener is the HTTP server with every limit set; none of the defaults is finite.
func (s *Server) listener() *http.Server {
	return &http.Server{
		Handler:           s,
		ReadHeaderTimeout: headerTimeout,
		ReadTimeout:       readTimeout,
		WriteTimeout:      writeTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeader,
		ConnContext:       s.lines.begin,
		ConnState:         s.lines.changed,
		ErrorLog:          slog.NewLogLogger(s.cfg.Log.Handler(), slog.LevelDebug),
	}
}

// Serve answers requests on ln until ctx is done; then it takes no new ones and lets those under way finish.
func (s *Server) Serve(ctx context.Context, ln net.Listener) error {
	defer s.afterwards.Wait()
	srv := s.listener()
	go s.sweep(ctx)
	go s.tellHooks(ctx)
	done := make(chan error, 1)
	go func() { done <- srv.Serve(ln) }()
	select {
	case err := <-done:
		return fmt.Errorf("serve %s: %w", ln.Addr(), err)
	case <-ctx.Done():
	}
	rest, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTimeout)
	defer cancel()
	err := srv.Shutdown(rest)
	if errors.Is(err, context.DeadlineExceeded) { // whoever has not sent a whole request by now was told nothing
		s.cfg.Log.Warn("visitors who were slower than the time to stop were cut off", "after", drainTimeout)
		return srv.Close()
	}
	if err != nil {
		return errors.Join(fmt.Errorf("drain: %w", err), srv.Close())
	}
	return nil
}
