package guard

import (
	"crypto/sha256"
	"sync"
	"time"
)

// Once remembers which challenges were used, and with which once-only key: a retry of the same form may bring the same
// proof, another form may not. It is safe for concurrent use.
type Once struct {
	mu   sync.Mutex
	used map[[16]byte]use
}

type use struct {
	by  [8]byte
	end int64 // Unix seconds
}

// onceMax bounds the table; beyond it no proof is taken, and senders take the slower way.
const onceMax = 300_000

// NewOnce returns an empty memory.
func NewOnce() *Once { return &Once{used: map[[16]byte]use{}} }

// Take reports whether a challenge that ends at a given time may be used with a key now, and remembers that it was.
func (o *Once) Take(challenge, key string, end, now time.Time) bool {
	if !now.Before(end) {
		return false
	}
	sum, by := sha256.Sum256([]byte(challenge)), sha256.Sum256([]byte(key))
	o.mu.Lock()
	defer o.mu.Unlock()
	if u, ok := o.used[[16]byte(sum[:])]; ok {
		return u.by == [8]byte(by[:])
	}
	if len(o.used) >= onceMax && !o.forget(now) {
		return false
	}
	o.used[[16]byte(sum[:])] = use{[8]byte(by[:]), end.Unix()}
	return true
}

// forget drops challenges that have ended, and reports whether there is room now.
func (o *Once) forget(now time.Time) bool {
	for k, u := range o.used {
		if u.end <= now.Unix() {
			delete(o.used, k)
		}
	}
	return len(o.used) < onceMax
}
