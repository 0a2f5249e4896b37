package web

import (
	"context"
	"time"

	"thuocdo/survey"
)

// pageViewed counts a page that was shown, or left with valid answers; page == the number of pages is the last step. Counts reach the
// store five at a time, apart from the request, and not at all where it is busy: nothing waits for them.
func (s *Server) pageViewed(a asking, page int, completed bool) {
	code := ""
	if page < pages(a.form()) {
		code = a.form().Questionnaire().Pages[page].Code
	}
	ready, ok := s.views.Count(a.wave.Code, code, survey.DayOf(s.cfg.Now().In(survey.Vietnam)), completed)
	if !ok {
		return
	}
	go func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		if err := s.store.CountPages(ctx, a.wave.Code, ready); err != nil {
			s.cfg.Log.Warn("page counts", "error", err)
		}
	}()
}
