// Package guard watches how answers come in (chống gửi hàng loạt): how many of late from one network, how many of them
// alike, whether a program sends them. It refuses next to nothing: it asks for work or patience, and marks.
//
// Networks are counted in memory under hashes whose seed is drawn anew every day and never leaves it; nothing of a network is
// stored or logged. The package holds no I/O: time comes in as an argument.
package guard

import (
	"encoding/binary"
	"hash/maphash"
	"math"
	"sync"
	"time"

	"thuocdo/survey"
)

// Rules are the thresholds. Counts fade by half in a half-life.
type Rules struct {
	HalfLife time.Duration // of the counts that answer a flood
	LongLife time.Duration // of the counts of what is alike
	Free     float64       // answers of one network to a wave before it is asked for proof of work or patience
	Flood    float64       // answers to a wave from everywhere before everybody is, where the service is pressed
	Most     float64       // answers of one network to a wave before further ones are refused for a while
	Many     float64       // answers of one network about one agency before further ones are marked
	Alike    float64       // all-best or equal answers among them before further ones are marked,
	Share    float64       // where they are at least this share of the network's
	Pace     time.Duration // fastest that a person reads and answers one question
}

// Default rules: a school or an office behind one address passes unmarked, with at most a second of work per form.
var Default = Rules{
	HalfLife: 10 * time.Minute, LongLife: 6 * time.Hour, Free: 20, Flood: 3000, Most: 3000, Many: 150, Alike: 10, Share: 0.7,
	Pace: 500 * time.Millisecond,
}

// Arrival is one answer as it comes in.
type Arrival struct {
	Wave, Agency string
	Network      string // as the edge cuts it: /24 or /64; "" = says nothing about who sends
	Pattern      uint64 // of PatternOf
}

// Load is how much came in before an arrival, faded.
type Load struct {
	Network float64 // from its network to its wave
	Wave    float64 // from everywhere to its wave
	Agency  float64 // from its network about its agency
	Rated   float64 // of those with a pattern, fading slowly
	Alike   float64 // of these, with its pattern
	Pressed bool    // the service turned somebody away of late for want of room; the ledger does not know
}

// Ledger counts arrivals. It is safe for concurrent use.
type Ledger struct {
	rules Rules

	mu   sync.Mutex
	day  survey.Day
	seed maphash.Seed
	seen map[uint64]count
}

type count struct {
	n  float64
	at int64 // Unix seconds
}

// ledgerMax bounds the table. A flood from very many networks pushes out whatever it meets first.
const ledgerMax = 200_000

// NewLedger returns an empty ledger.
func NewLedger(r Rules) *Ledger { return &Ledger{rules: r, seen: map[uint64]count{}} }

// Rules returns the thresholds.
func (l *Ledger) Rules() Rules { return l.rules }

// Note counts an arrival and returns the load before it.
func (l *Ledger) Note(a Arrival, now time.Time) Load { return l.visit(a, now, 1) }

// Look returns the load before an arrival that may come.
func (l *Ledger) Look(a Arrival, now time.Time) Load { return l.visit(a, now, 0) }

func (l *Ledger) visit(a Arrival, now time.Time, add float64) Load {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.turn(survey.DayOf(now.In(survey.Vietnam)))
	quick, slow := l.rules.HalfLife, l.rules.LongLife
	load := Load{Wave: l.bump(now, add, quick, l.hash("wave", a.Wave))}
	if a.Network == "" {
		return load
	}
	load.Network = l.bump(now, add, quick, l.hash("network", a.Wave, a.Network))
	load.Agency = l.bump(now, add, quick, l.hash("agency", a.Wave, a.Agency, a.Network))
	if a.Pattern != 0 {
		load.Rated = l.bump(now, add, slow, l.hash("rated", a.Wave, a.Agency, a.Network))
		pattern := string(binary.LittleEndian.AppendUint64(nil, a.Pattern))
		load.Alike = l.bump(now, add, slow, l.hash("alike", a.Wave, a.Agency, a.Network, pattern))
	}
	return load
}

// turn draws a new seed and forgets all counts when the day changes, whichever way the clock jumps.
func (l *Ledger) turn(day survey.Day) {
	if l.day != day {
		l.day, l.seed = day, maphash.MakeSeed()
		clear(l.seen)
	}
}

func (l *Ledger) hash(parts ...string) uint64 {
	var h maphash.Hash
	h.SetSeed(l.seed)
	for _, p := range parts {
		_, _ = h.WriteString(p)
		_ = h.WriteByte(0)
	}
	return h.Sum64()
}

// bump returns a count as it has faded until now, and adds to it.
func (l *Ledger) bump(now time.Time, add float64, half time.Duration, k uint64) float64 {
	c, t := l.seen[k], now.Unix()
	if c.n > 0 {
		c.n *= math.Exp2(-float64(max(t-c.at, 0)) / half.Seconds())
	}
	if add > 0 {
		l.makeRoom()
		l.seen[k] = count{c.n + add, t}
	}
	return c.n
}

// makeRoom drops a tenth of a full table.
func (l *Ledger) makeRoom() {
	if len(l.seen) < ledgerMax {
		return
	}
	for k := range l.seen {
		if delete(l.seen, k); len(l.seen) < ledgerMax*9/10 {
			return
		}
	}
}
