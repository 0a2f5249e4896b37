package disclosure

import (
	"slices"

	"thuocdo/scoring"
)

// room is what is left of the scale above and below the answers to a leaf, in people: how many of them at least could have answered
// better, and how many worse, whatever method reads the answers. A leaf with room for some people on both sides hides any answers of
// as many that are added to its own: all that they can have said stays possible.
type room struct{ up, down float64 }

func (r room) add(x room) room { return room{r.up + x.up, r.down + x.down} }

func (r room) least() float64 { return min(r.up, r.down) }

var ratings = []string{"1", "2", "3", "4", "5"}

// roomOf returns the room of a leaf. Its questions are taken together; one that is answered in other codes than ratings gives the room
// of the rule's own reading.
func roomOf(rule *scoring.Rule, s scoring.Survey) (r room) {
	if rule == nil || s == nil {
		return r
	}
	for _, item := range rule.Items {
		codes, counts, ok := s.Counts(item)
		if !ok {
			continue
		}
		if slices.Equal(codes, ratings) {
			r = r.add(rated(counts))
		} else {
			r = r.add(coded(rule, codes, counts))
		}
	}
	return r
}

// following is a survey of which everybody saw something before, while it was open: by how much counts differ from what was seen, ok
// is false for a question that was not.
type following interface {
	Fresh(item string) (counts []int64, ok bool)
}

// fresh is a survey with the counts of its fresh answers alone, where a question was seen before.
type fresh struct {
	scoring.Survey
	following
}

func (f fresh) Counts(item string) (codes []string, counts []int64, ok bool) {
	codes, counts, ok = f.Survey.Counts(item)
	if moved, seen := f.Fresh(item); ok && seen {
		counts = moved
	}
	return codes, counts, ok
}

// follow narrows the rooms of an agency of which everybody saw something before: where a leaf of few people was not among it, only what
// is fresh in the other leaves can hide what they said.
func follow(nodes []scoring.PlanNode, few []int64, rooms []room, s scoring.Survey) {
	f, ok := s.(following)
	if !ok {
		return
	}
	unseen := false
	for i := range nodes {
		if few[i] > 0 && nodes[i].Rule != nil {
			for _, item := range nodes[i].Rule.Items {
				_, seen := f.Fresh(item)
				unseen = unseen || !seen
			}
		}
	}
	if !unseen {
		return
	}
	for i := range nodes {
		if rooms[i].least() > 0 {
			rooms[i] = roomOf(nodes[i].Rule, fresh{s, f})
		}
	}
}

// rated is the room by both readings of ratings, the mean of 1 to 5 and the share of 4 and 5, and by the mean alone: two steps for
// everybody that leave the share as it is.
func rated(n []int64) room {
	top, rest, sum, all := n[3]+n[4], n[0]+n[1]+n[2], int64(0), int64(0)
	for i, c := range n {
		all += c
		sum += int64(i+1) * c
	}
	up, down := 2*n[0]+n[1]+n[3], n[1]+2*n[2]+n[4]
	return room{min(float64(rest), float64(5*all-sum)/4, float64(up)/2), min(float64(top), float64(sum-all)/4, float64(down)/2)}
}

// coded is the room by what each code is worth.
func coded(rule *scoring.Rule, codes []string, n []int64) (r room) {
	for i, code := range codes {
		worth := 0.0
		if slices.Contains(rule.Levels, code) {
			worth = 1
		}
		for _, o := range rule.Options {
			if o.Code == code {
				worth = min(max(o.Percent/100, 0), 1)
			}
		}
		r = r.add(room{float64(n[i]) * (1 - worth), float64(n[i]) * worth})
	}
	return r
}
