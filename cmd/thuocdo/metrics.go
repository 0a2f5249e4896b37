package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"time"

	"thuocdo/data"
	"thuocdo/web/metrics"
)

// metricsFlag is where a server shows its metrics.
type metricsFlag struct {
	Metrics string `name:"metrics-addr" help:"Address for Prometheus, apart from the pages; none if empty." env:"THUOCDO_METRICS_ADDR" placeholder:"HOST:PORT"`
}

// measure returns the metrics of a server on a store, nil where none are wanted.
func (f *metricsFlag) measure(store *data.Store) *metrics.Metrics {
	if f.Metrics == "" {
		return nil
	}
	return metrics.New(thisBuild().Version, func() metrics.Load { return metrics.Load(store.Load()) })
}

// show serves the metrics until ctx is done. The process can be profiled there where only this machine reaches it.
func (f *metricsFlag) show(ctx context.Context, c *console, m *metrics.Metrics) error {
	ln, err := (&net.ListenConfig{}).Listen(ctx, "tcp", f.Metrics)
	if err != nil {
		return fmt.Errorf("cannot listen on %s for metrics: %w", f.Metrics, err)
	}
	tcp, ok := ln.Addr().(*net.TCPAddr)
	here := ok && tcp.IP.IsLoopback()
	if !here {
		c.say("warning: metrics are reachable from other machines; let nobody but the collector through")
	}
	c.say("metrics on %s", address(ln.Addr()))
	srv := &http.Server{Handler: m.Handler(here), ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second, WriteTimeout: 2 * time.Minute}
	context.AfterFunc(ctx, func() { srv.Close() })
	go func() { _ = srv.Serve(ln) }() // ends with ctx; without metrics the service is still one
	return nil
}
