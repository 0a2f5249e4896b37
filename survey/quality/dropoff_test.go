package quality

import (
	"sync"
	"testing"

	"pgregory.net/rapid"
)

// Whatever comes in, what is handed on is never fewer than five views of a page, and lacks fewer than five of each kind.
func TestPageViewsAreHandedOnFiveAtATime(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var c PageCounter
		seen, handed := map[string]int{}, map[string]int{}
		for range rapid.IntRange(0, 200).Draw(t, "views") {
			page, done := rapid.SampledFrom([]string{"a", "b", ""}).Draw(t, "page"), rapid.Bool().Draw(t, "completed")
			key := page + map[bool]string{true: "+", false: "-"}[done]
			seen[key]++
			if x, ok := c.Count("w", page, 20_000, done); ok {
				if x.Page != page || x.Shown+x.Completed < 5 {
					t.Fatalf("%+v is handed on", x)
				}
				handed[key] += x.Shown + x.Completed
			}
		}
		for key, n := range seen {
			if left := n - handed[key]; left < 0 || left >= 5 {
				t.Errorf("%s: %d of %d handed on", key, handed[key], n)
			}
		}
	})
}

func TestPageViewsOfYesterdayAreForgotten(t *testing.T) {
	t.Parallel()
	var c PageCounter
	for range 4 {
		c.Count("w", "a", 20_000, false)
	}
	c.Count("w", "a", 20_001, false)
	if len(c.list) != 1 {
		t.Errorf("%d pages are kept, want today's only", len(c.list))
	}
}

func TestManyMayCountAtOnce(t *testing.T) {
	t.Parallel()
	var c PageCounter
	var wg sync.WaitGroup
	var mu sync.Mutex
	sum := 0
	for range 8 {
		wg.Go(func() {
			for range 500 {
				if x, ok := c.Count("w", "a", 20_000, false); ok {
					mu.Lock()
					sum += x.Shown
					mu.Unlock()
				}
			}
		})
	}
	wg.Wait()
	if sum != 4000 {
		t.Errorf("%d views, want 4000", sum)
	}
}
