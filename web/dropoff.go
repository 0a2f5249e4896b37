package web

import (
	"context"
	"sync"
	"time"

	"thuocdo/survey"
	"thuocdo/survey/quality"
)

// views counts looks at pages. However many people come, the store hears of them once in a while.
type views struct {
	counter quality.PageCounter
	store   func(ctx context.Context, wave string, list ...quality.PageCount) error
	failed  func(err error)

	mu    sync.Mutex
	ready map[viewKey]quality.PageCount
	due   bool // a write is coming
}

type viewKey struct {
	wave, page string
	day        survey.Day
}

// viewsEvery is how long counts wait for each other.
const viewsEvery = time.Second

// pageViewed counts a page that was shown, or left with valid answers; page == the number of pages is the last step. Counts reach the
// store five at a time at least, apart from the request, and not at all where it is busy: nothing waits for them.
func (s *Server) pageViewed(a asking, page int, completed bool) {
	code := ""
	if page < pages(a.form()) {
		code = a.form().Questionnaire().Pages[page].Code
	}
	s.views.count(a.wave.Code, code, survey.DayOf(s.cfg.Now().In(survey.Vietnam)), completed)
}

func (v *views) count(wave, page string, day survey.Day, completed bool) {
	n, ok := v.counter.Count(wave, page, day, completed)
	if !ok {
		return
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.ready == nil {
		v.ready = map[viewKey]quality.PageCount{}
	}
	key := viewKey{wave, n.Page, n.Day}
	sum := v.ready[key]
	n.Shown, n.Completed = n.Shown+sum.Shown, n.Completed+sum.Completed
	v.ready[key] = n
	if !v.due {
		v.due = true
		time.AfterFunc(viewsEvery, v.hand)
	}
}

// hand gives the store what has come together.
func (v *views) hand() {
	v.mu.Lock()
	ready := v.ready
	v.ready, v.due = nil, false
	v.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	for key, n := range ready {
		if err := v.store(ctx, key.wave, n); err != nil {
			v.failed(err)
		}
	}
}
