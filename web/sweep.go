package web

import (
	"context"
	"time"

	"thuocdo/survey"
)

// sweepEvery is how often what has expired is looked for.
const sweepEvery = time.Hour

// sweep removes what has expired and brings columns up to date, now and every hour, until ctx is done.
func (s *Server) sweep(ctx context.Context) {
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	for {
		if _, err := s.store.PurgeDrafts(ctx, s.today()); err != nil && ctx.Err() == nil {
			s.cfg.Log.Error("expired forms were not purged", "error", err)
		}
		if _, err := s.store.PurgeInvitations(ctx, s.today()); err != nil && ctx.Err() == nil {
			s.cfg.Log.Error("invitations of past waves were not purged", "error", err)
		}
		if err := s.store.RefreshColumns(ctx); err != nil && ctx.Err() == nil {
			s.cfg.Log.Error("columns of answers were not brought up to date", "error", err)
		}
		if _, err := s.store.PurgeMail(ctx); err != nil && ctx.Err() == nil {
			s.cfg.Log.Error("addresses of past waves were not erased", "error", err)
		}
		if _, err := s.store.SweepFiles(ctx); err != nil && ctx.Err() == nil {
			s.cfg.Log.Error("files of no document were not removed", "error", err)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// today is the calendar day that answers of now carry.
func (s *Server) today() survey.Day { return survey.DayOf(s.cfg.Now().In(survey.Vietnam)) }
