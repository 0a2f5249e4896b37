package guard

import (
	"hash/fnv"
	"math"
	"time"

	"thuocdo/survey"
)

// Demand is what an arrival has to bring.
type Demand struct {
	Refuse bool          // too many from its network: come back after Wait
	Proof  bool          // of work, or
	Wait   time.Duration // patience
}

// Difficulty of the proof of work: the largest number to be tried. A phone of 2018 tries about 20,000 a second.
const (
	easiest = 8_000
	hardest = 200_000
)

// Demand returns what an arrival has to bring under a load.
func (r Rules) Demand(l Load) Demand {
	switch {
	case l.Network >= r.Most:
		return Demand{Refuse: true, Wait: time.Minute}
	case l.Network >= r.Free || l.Pressed && l.Wave >= r.Flood:
		return Demand{Proof: true, Wait: min(5*time.Second+time.Duration(l.Network/10)*time.Second, time.Minute)}
	}
	return Demand{}
}

// Difficulty returns the largest number that the proof of work may need under a load: more for a network that sends much,
// and for everybody where a wave is flooded and the service pressed: a campaign that it can serve is no flood.
func (r Rules) Difficulty(l Load) int64 {
	over := max(l.Network/(10*r.Free), 1)
	if l.Pressed {
		over = max(over, l.Wave/r.Flood)
	}
	return int64(math.Min(easiest*over, hardest))
}

// Marks returns what is to be kept of an arrival under a load.
func (r Rules) Marks(l Load) (f survey.Flag) {
	if l.Agency >= r.Many || l.Alike >= r.Alike && l.Alike >= r.Share*l.Rated {
		f |= survey.Network
	}
	return f
}

// TooFast reports whether so many questions were answered faster than anybody reads. took is 0 or less where it is not known.
func (r Rules) TooFast(took time.Duration, questions int) bool {
	return took > 0 && questions >= 10 && took < time.Duration(questions)*r.Pace
}

// PatternOf names the ratings of a response: 1 where all are the best, else a digest of them, 0 for fewer than five.
func PatternOf(f *survey.Form, a survey.Answers) uint64 {
	h, n, best := fnv.New64a(), 0, true
	for i := range min(f.Len(), len(a)) {
		if f.Question(i).Type != survey.Rating || !a[i].Set {
			continue
		}
		n++
		best = best && a[i].Choice == len(f.Choices(i))-1
		_, _ = h.Write([]byte{byte(i), byte(i >> 8), byte(a[i].Choice)})
	}
	switch {
	case n < 5:
		return 0
	case best:
		return 1
	}
	return h.Sum64() | 2
}
