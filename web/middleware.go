package web

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"runtime/debug"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"thuocdo/web/problem"
)

const contentPolicy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; " +
	"manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"

// mount builds the router from the table of routes.
func (s *Server) mount() error {
	e := echo.New()
	e.HideBanner, e.HidePort = true, true
	e.HTTPErrorHandler = s.fail
	e.IPExtractor = s.clientAddress()
	cross := http.NewCrossOriginProtection()
	if s.cfg.BaseURL != "" {
		if err := cross.AddTrustedOrigin(origin(s.cfg.BaseURL)); err != nil {
			return fmt.Errorf("base url: %w", err)
		}
	}
	// deadline stands outside logged, which writes failures: their pages and sessions need a context that has not ended.
	e.Use(deadline, s.logged, s.headers, s.recovered, sameSite(cross))
	for _, r := range s.routes {
		h := s.within(classOf(r), s.guard(r.who, r.handle))
		if r.method == http.MethodGet && (strings.HasPrefix(r.path, apiPath) || strings.HasPrefix(r.path, odataPath)) {
			h = s.metered(h)
		}
		for _, m := range r.methods() {
			e.Add(m, r.path, h, limitBody(r.limit))
		}
	}
	s.echo = e
	return nil
}

// logged writes one line per request: the pattern of its route, never the path, query, body or whole address.
func (s *Server) logged(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		start := time.Now()
		id := requestID()
		c.Response().Header().Set(echo.HeaderXRequestID, id)
		if err := next(c); err != nil {
			c.Error(err)
		}
		took := time.Since(start)
		if s.cfg.Observe != nil {
			s.cfg.Observe(c.Path(), c.Request().Method, c.Response().Status, took)
		}
		s.cfg.Log.LogAttrs(c.Request().Context(), slog.LevelInfo, "request",
			slog.String("id", id), slog.String("method", c.Request().Method), slog.String("route", c.Path()),
			slog.Int("status", c.Response().Status), slog.Int64("bytes", c.Response().Size),
			slog.Duration("took", took.Round(time.Microsecond)))
		return nil
	}
}

// recovered turns a panic into a failure; its stack goes to the log, the request id to the reader.
func (s *Server) recovered(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) (err error) {
		defer func() {
			switch r := recover(); r {
			case nil:
			case http.ErrAbortHandler:
				panic(r)
			default:
				err = fmt.Errorf("%w: %v\n%s", problem.ErrPanic, r, debug.Stack())
			}
		}()
		return next(c)
	}
}

// always are the headers of every answer. Their values are shared: whoever adds to one gets a copy, as none has room.
var always = []struct {
	name  string
	value []string
}{
	{"Content-Security-Policy", []string{contentPolicy}},
	{"Referrer-Policy", []string{"no-referrer"}},
	{"Permissions-Policy", []string{"camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()"}},
	{"Cross-Origin-Opener-Policy", []string{"same-origin"}},
	{"Cross-Origin-Resource-Policy", []string{"same-origin"}},
	{"X-Content-Type-Options", []string{"nosniff"}},
	{"Cache-Control", []string{"private, no-cache"}},
}

// headers sets what every answer carries.
func (s *Server) headers(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		h := c.Response().Header()
		for i := range always {
			h[always[i].name] = always[i].value
		}
		if framedByOthers(c.Request()) {
			embedHeaders(h)
		}
		if s.secure {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		return next(c)
	}
}

// sameSite refuses requests that change something and come from another site's page.
func sameSite(cross *http.CrossOriginProtection) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			if err := cross.Check(c.Request()); err != nil {
				return fmt.Errorf("%w: %w", problem.ErrCrossSite, err)
			}
			return next(c)
		}
	}
}

// deadline ends the context of a request, not its goroutine.
func deadline(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		ctx, cancel := context.WithTimeout(c.Request().Context(), requestTimeout)
		defer cancel()
		c.SetRequest(c.Request().WithContext(ctx))
		return next(c)
	}
}

func limitBody(limit int64) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			r := c.Request()
			if r.ContentLength > limit {
				return &http.MaxBytesError{Limit: limit}
			}
			r.Body = http.MaxBytesReader(c.Response(), r.Body, limit)
			return next(c)
		}
	}
}

// clientAddress believes the peer, or X-Forwarded-For as far as configured proxies wrote it.
func (s *Server) clientAddress() echo.IPExtractor {
	if len(s.cfg.Proxies) == 0 {
		return echo.ExtractIPDirect()
	}
	opts := []echo.TrustOption{echo.TrustLoopback(false), echo.TrustLinkLocal(false), echo.TrustPrivateNet(false)}
	for _, p := range s.cfg.Proxies {
		bits := 32
		if p.Addr().Is6() {
			bits = 128
		}
		opts = append(opts, echo.TrustIPRange(&net.IPNet{IP: p.Masked().Addr().AsSlice(), Mask: net.CIDRMask(p.Bits(), bits)}))
	}
	return echo.ExtractIPFromXFFHeader(opts...)
}

// network returns the client's network, /24 or /64: enough to slow a guesser down, not to name a person.
func network(c echo.Context) string {
	addr, err := netip.ParseAddr(c.RealIP())
	if err != nil {
		return "unknown"
	}
	bits := 64
	if addr = addr.Unmap(); addr.Is4() {
		bits = 24
	}
	p, err := addr.WithZone("").Prefix(bits)
	if err != nil {
		return "unknown"
	}
	return p.String()
}

func requestID() string {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails: crypto/rand
	return hex.EncodeToString(b[:])
}
