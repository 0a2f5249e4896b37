// Package metrics counts what a running service does, for Prometheus. It counts routes and sizes, never waves, agencies,
// accounts, addresses or codes: no figure of it leads to a person or to a result.
package metrics

import (
	"net/http"
	"net/http/pprof"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Load is how a store is doing.
type Load struct {
	Waiting       int    // answers that wait for the disk
	Room          int    // answers that may wait at most
	Stored        uint64 // answers since the start
	Again         uint64 // answers that were there already
	Commits       uint64 // transactions of answers
	Refused       uint64 // answers that found no room
	Failed        uint64 // answers that the disk did not take
	LogBytes      int64  // size of the write-ahead log
	DatabaseBytes int64
}

// Metrics gathers the figures of one process. It is safe for concurrent use.
type Metrics struct {
	registry *prometheus.Registry
	requests *prometheus.HistogramVec
}

// buckets of durations in seconds, around what a citizen may wait.
var buckets = []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10}

// New returns the metrics of a program of this version; load is asked at every scrape.
func New(version string, load func() Load) *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "thuocdo_request_seconds", Help: "Time to answer requests, by route, method and class of status.", Buckets: buckets,
		}, []string{"route", "method", "status"}),
	}
	build := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "thuocdo_build_info", Help: "1, with the version as a label.", ConstLabels: prometheus.Labels{"version": version},
	})
	build.Set(1)
	m.registry.MustRegister(m.requests, build, store{load}, collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Observe counts one request; route is the pattern, never the path.
func (m *Metrics) Observe(route, method string, status int, took time.Duration) {
	if route == "" {
		route = "none"
	}
	m.requests.WithLabelValues(route, method, strconv.Itoa(status/100)+"xx").Observe(took.Seconds())
}

// Handler serves /metrics and, where profile is set, /debug/pprof/. It belongs on a listener of its own; who can profile
// a process can slow it down and see what is in its memory, so only this machine may.
func (m *Metrics) Handler(profile bool) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{}))
	if !profile {
		return mux
	}
	mux.HandleFunc("GET /debug/pprof/", pprof.Index)
	mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
	return mux
}

// store turns a Load into metrics at every scrape.
type store struct{ load func() Load }

// figure is one metric of a Load.
type figure struct {
	desc *prometheus.Desc
	kind prometheus.ValueType
	of   func(Load) float64
}

func newFigure(name, help string, kind prometheus.ValueType, of func(Load) float64) figure {
	return figure{prometheus.NewDesc("thuocdo_"+name, help, nil, nil), kind, of}
}

var figures = []figure{
	newFigure("answers_waiting", "Answers that wait for the disk.", prometheus.GaugeValue, func(l Load) float64 { return float64(l.Waiting) }),
	newFigure("answers_waiting_max", "Answers that may wait at most.", prometheus.GaugeValue, func(l Load) float64 { return float64(l.Room) }),
	newFigure("answers_stored_total", "Answers stored since the start.", prometheus.CounterValue, func(l Load) float64 { return float64(l.Stored) }),
	newFigure("answers_again_total", "Answers that were stored already.", prometheus.CounterValue, func(l Load) float64 { return float64(l.Again) }),
	newFigure("commits_total", "Transactions of answers.", prometheus.CounterValue, func(l Load) float64 { return float64(l.Commits) }),
	newFigure("answers_refused_total", "Answers that found no room to wait.", prometheus.CounterValue, func(l Load) float64 { return float64(l.Refused) }),
	newFigure("answers_failed_total", "Answers that the disk did not take.", prometheus.CounterValue, func(l Load) float64 { return float64(l.Failed) }),
	newFigure("log_bytes", "Size of the write-ahead log.", prometheus.GaugeValue, func(l Load) float64 { return float64(l.LogBytes) }),
	newFigure("database_bytes", "Size of the database.", prometheus.GaugeValue, func(l Load) float64 { return float64(l.DatabaseBytes) }),
}

func (store) Describe(ch chan<- *prometheus.Desc) {
	for _, f := range figures {
		ch <- f.desc
	}
}

func (s store) Collect(ch chan<- prometheus.Metric) {
	l := s.load()
	for _, f := range figures {
		ch <- prometheus.MustNewConstMetric(f.desc, f.kind, f.of(l))
	}
}
