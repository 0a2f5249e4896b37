package measure

import (
	"slices"
	"strings"
	"sync"
	"time"
)

// served is how long the server took for its requests, as it says itself: from the first look at a request to the last byte
// handed to the kernel. Whatever clients and network add is not in it.
type served struct {
	lock sync.Mutex
	took []time.Duration
}

// note keeps the time of one line of the log, if it is about a request that was answered well.
func (s *served) note(line string) {
	_, route, _ := strings.Cut(line, " route=")
	route, rest, _ := strings.Cut(route, " status=")
	at := strings.LastIndex(rest, " took=")
	if at < 0 || rest[0] != '2' || route == "/readyz" || strings.Contains(route, " ") {
		return
	}
	if d, err := time.ParseDuration(rest[at+len(" took="):]); err == nil {
		s.lock.Lock()
		s.took = append(s.took, d)
		s.lock.Unlock()
	}
}

// Times are how long requests took, in milliseconds.
type Times struct {
	Requests int     `json:"requests"`
	P50      float64 `json:"p50_ms"`
	P99      float64 `json:"p99_ms"`
	Max      float64 `json:"max_ms"`
}

// Times returns how long the server took so far.
func (s *Server) Times() Times {
	s.served.lock.Lock()
	defer s.served.lock.Unlock()
	return TimesOf(s.served.took)
}

// TimesOf sums up how long some requests took, as clients saw it.
func TimesOf(took []time.Duration) Times {
	took = slices.Clone(took)
	slices.Sort(took)
	return Times{len(took), quantile(took, .5), quantile(took, .99), quantile(took, 1)}
}
