package scoring

import (
	"fmt"
	"maps"
	"slices"
)

// Ratings counts ratings of 1 to 5 given person by person, with second moments over groups of items, and answers to other
// questions by their codes. It is a Survey for those who have the answers themselves: a file of responses, or a test.
type Ratings struct {
	items     map[string]int // place in counts
	codes     []string
	groups    [][]string
	group     []int // by place
	counts    [][5]int64
	people    int64
	rated     int64
	allTop    int64
	first     []int64
	sums      []int64
	x         []int64 // scratch: a, s, v by group
	noMoments bool
	others    map[string]map[string]int64 // by question and code
}

var levels = []string{"1", "2", "3", "4", "5"}

// NewRatings returns an empty count over items in groups; a group per item gives every reading its exact interval.
func NewRatings(groups [][]string) *Ratings {
	r := &Ratings{items: map[string]int{}, groups: groups, x: make([]int64, 3*len(groups))}
	for g, items := range groups {
		for _, item := range items {
			r.items[item] = len(r.codes)
			r.codes, r.group = append(r.codes, item), append(r.group, g)
		}
	}
	k := len(r.x)
	r.counts, r.first, r.sums = make([][5]int64, len(r.codes)), make([]int64, k), make([]int64, k*(k+1)/2)
	return r
}

// Items returns the items in the order that Add takes ratings in.
func (r *Ratings) Items() []string { return slices.Clone(r.codes) }

// Add counts one person: a rating of 1 to 5 per item, 0 for one not answered.
func (r *Ratings) Add(ratings []int) error {
	if len(ratings) != len(r.codes) {
		return fmt.Errorf("%d ratings for %d items", len(ratings), len(r.codes))
	}
	if i := slices.IndexFunc(ratings, func(v int) bool { return v < 0 || v > 5 }); i >= 0 {
		return fmt.Errorf("item %s: rating %d is not among 1 to 5", r.codes[i], ratings[i])
	}
	clear(r.x)
	answered, top := int64(0), int64(0)
	for i, v := range ratings {
		if v == 0 {
			continue
		}
		r.counts[i][v-1]++
		x := r.x[3*r.group[i] : 3*r.group[i]+3]
		x[0]++
		x[2] += int64(v)
		answered++
		if v >= 4 {
			x[1]++
			top++
		}
	}
	r.people++
	if answered > 0 {
		r.rated++
	}
	if answered > 0 && answered == top {
		r.allTop++
	}
	r.square()
	return nil
}

func (r *Ratings) square() {
	at := 0
	for j, a := range r.x {
		r.first[j] += a
		if a != 0 {
			for k, b := range r.x[j:] {
				r.sums[at+k] += a * b
			}
		}
		at += len(r.x) - j
	}
}

// AddCount counts n people who gave one item this rating, where nothing is known of how answers of one person go together.
// From then on there are no moments, and the people are as many as answered the item answered most.
func (r *Ratings) AddCount(item string, rating int, n int64) error {
	i, ok := r.items[item]
	if !ok || rating < 1 || rating > 5 || n < 0 {
		return fmt.Errorf("item %s, rating %d, %d people: expected a known item, a rating of 1 to 5 and no negative count", item, rating, n)
	}
	r.noMoments = true
	r.counts[i][rating-1] += n
	var total int64
	for _, c := range r.counts[i] {
		total += c
	}
	r.people = max(r.people, total)
	r.rated = r.people
	return nil
}

// Choose counts n people who answered a question that is not rated with this code.
func (r *Ratings) Choose(question, code string, n int64) {
	if r.others == nil {
		r.others = map[string]map[string]int64{}
	}
	if r.others[question] == nil {
		r.others[question] = map[string]int64{}
	}
	r.others[question][code] += n
	if r.noMoments || len(r.codes) == 0 {
		var total int64
		for _, c := range r.others[question] {
			total += c
		}
		r.people = max(r.people, total)
	}
}

// Responses returns the number of people.
func (r *Ratings) Responses() int64 { return r.people }

// Counts returns how many people gave each rating, or chose each code.
func (r *Ratings) Counts(item string) ([]string, []int64, bool) {
	if i, ok := r.items[item]; ok {
		return levels, r.counts[i][:], true
	}
	chosen, ok := r.others[item]
	codes := slices.Sorted(maps.Keys(chosen))
	counts := make([]int64, len(codes))
	for i, code := range codes {
		counts[i] = chosen[code]
	}
	return codes, counts, ok
}

// Moments returns the second moments over the groups, nil where only counts were added.
func (r *Ratings) Moments() ([][]string, []int64, []int64) {
	if r.noMoments {
		return nil, nil, nil
	}
	return r.groups, r.first, r.sums
}

// AllTop returns how many people rated anything, and how many of them rated all they rated 4 or 5 (0 where only counts were added).
func (r *Ratings) AllTop() (rated, allTop int64) { return r.rated, r.allTop }
