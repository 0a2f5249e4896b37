package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

// healthcheckCmd asks the server on this machine whether it is ready; containers call it.
type healthcheckCmd struct {
	Addr    string        `help:"Address the server listens on." default:"127.0.0.1:8080" env:"THUOCDO_ADDR"`
	Timeout time.Duration `help:"Longest wait." default:"4s"`
}

// Examples ends the help of the command.
func (*healthcheckCmd) Examples() []string {
	return []string{"thuocdo healthcheck", "thuocdo healthcheck --addr 127.0.0.1:9000 --timeout 1s"}
}

// Run succeeds when GET /readyz answers 200.
func (h *healthcheckCmd) Run(ctx context.Context, c *console) error {
	url, err := readyURL(h.Addr)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, h.Timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	// No proxy of the environment may stand between this process and the server beside it.
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	res, err := client.Do(req)
	if err != nil {
		return withHint(fmt.Errorf("no answer from %s: %w", url, err), "is 'thuocdo serve' running with --addr %s?", h.Addr)
	}
	defer res.Body.Close()
	body, _ := io.ReadAll(io.LimitReader(res.Body, 1<<10))
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s %s", url, res.Status, strings.TrimSpace(string(body)))
	}
	return nil
}

// readyURL returns the address of the readiness page behind a listen address: 0.0.0.0 and "" are reached on loopback.
func readyURL(addr string) (string, error) {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return "", withHint(usage("--addr %q: %s", addr, err), "give host and port, e.g. 127.0.0.1:8080")
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
		if ip != nil && ip.To4() == nil {
			host = "::1"
		}
	}
	return "http://" + net.JoinHostPort(host, port) + "/readyz", nil
}
