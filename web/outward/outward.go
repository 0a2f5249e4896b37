// Package outward is how the service speaks to other machines: to no private network unless it may, whatever a name means a moment
// later; through no proxy; following no redirect; reading no more than it should.
package outward

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"syscall"
	"time"
)

// Failures on the way.
var (
	ErrPrivate  = errors.New("the address is in a private network")
	ErrRedirect = errors.New("the answer leads elsewhere")
)

// Limits of an answer.
const (
	mostBytes = 1 << 20
	patience  = 10 * time.Second
)

// reserved are networks beyond those that netip knows as private: shared, test, future, and those that carry IPv4 addresses in IPv6.
var reserved = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("192.0.0.0/24"),
	netip.MustParsePrefix("198.18.0.0/15"), netip.MustParsePrefix("240.0.0.0/4"),
	netip.MustParsePrefix("64:ff9b::/96"), netip.MustParsePrefix("64:ff9b:1::/48"), netip.MustParsePrefix("2002::/16"), netip.MustParsePrefix("2001::/32"),
}

// public reports whether an address is one of the open Internet.
func public(a netip.Addr) bool {
	a = a.Unmap()
	if !a.IsGlobalUnicast() || a.IsPrivate() {
		return false
	}
	for _, p := range reserved {
		if p.Contains(a) {
			return false
		}
	}
	return true
}

// Control looks at the address that a name was resolved to, just before the connection is made: what a name means at another time
// does not count.
func Control(private bool) func(context.Context, string, string, syscall.RawConn) error {
	return func(_ context.Context, _, address string, _ syscall.RawConn) error {
		at, err := netip.ParseAddrPort(address)
		if err != nil {
			return fmt.Errorf("address %q: %w", address, err)
		}
		if !private && !public(at.Addr()) {
			return ErrPrivate
		}
		return nil
	}
}

// NewClient returns a client that follows no redirect, reads no more than it should, uses no proxy, and reaches private networks only
// where that is allowed.
func NewClient(private bool) *http.Client {
	dial := &net.Dialer{Timeout: patience / 2, ControlContext: Control(private)}
	return &http.Client{
		Timeout: patience,
		Transport: limited{&http.Transport{DialContext: dial.DialContext, TLSHandshakeTimeout: patience / 2, ForceAttemptHTTP2: true,
			MaxResponseHeaderBytes: 64 << 10, IdleConnTimeout: time.Minute}},
		CheckRedirect: func(*http.Request, []*http.Request) error { return ErrRedirect },
	}
}

// limited cuts answers that are too long.
type limited struct{ http.RoundTripper }

// RoundTrip asks, and bounds the answer.
func (l limited) RoundTrip(r *http.Request) (*http.Response, error) {
	a, err := l.RoundTripper.RoundTrip(r)
	if err == nil {
		a.Body = struct {
			io.Reader
			io.Closer
		}{io.LimitReader(a.Body, mostBytes), a.Body}
	}
	return a, err
}
