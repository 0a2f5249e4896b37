package quality

import (
	"sync"

	"thuocdo/survey"
)

// PageCount is how often a page of a form was shown, and left with valid answers, on a day.
type PageCount struct {
	Page      string     `json:"page"` // code; "" = the last step, which sends
	Day       survey.Day `json:"day"`
	Shown     int        `json:"shown"`
	Completed int        `json:"completed"`
}

// least is how many views are handed on at once, at least: fewer might be one person's.
const least = 5

// PageCounter counts views of pages in memory and hands them on five at a time at least, the rest never. It knows of no
// person, and two views are in no relation. It is safe for concurrent use; the zero value is ready.
type PageCounter struct {
	mu   sync.Mutex
	list map[pageKey]*[2]int // shown, completed
}

type pageKey struct {
	wave, page string
	day        survey.Day
}

// Count takes one view in and returns what is ready to be stored of the page, if anything.
func (c *PageCounter) Count(wave, page string, day survey.Day, completed bool) (ready PageCount, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.list == nil {
		c.list = map[pageKey]*[2]int{}
	}
	key := pageKey{wave, page, day}
	n := c.list[key]
	if n == nil {
		c.forget(day)
		n = new([2]int)
		c.list[key] = n
	}
	side := 0
	if completed {
		side = 1
	}
	if n[side]++; n[side] < least {
		return ready, false
	}
	ready = PageCount{Page: page, Day: day}
	if completed {
		ready.Completed = n[side]
	} else {
		ready.Shown = n[side]
	}
	n[side] = 0
	return ready, true
}

// forget drops what was left over on earlier days.
func (c *PageCounter) forget(today survey.Day) {
	for k := range c.list {
		if k.day < today {
			delete(c.list, k)
		}
	}
}
