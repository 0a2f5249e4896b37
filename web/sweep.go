package web

import (
	"context"
	"time"

	"thuocdo/survey"
)

// Retentions erases free texts once the time is over for which they are kept.
type Retentions interface {
	Retention(ctx context.Context) ([]survey.Retained, error) // in the order of Waves
	EraseDueTexts(ctx context.Context) (texts int64, err error)
}

// sweepEvery is how often what has expired is looked for.
const sweepEvery = time.Hour

// sweep removes what has expired and brings columns up to date, now and every hour, until ctx is done.
func (s *Server) sweep(ctx context.Context) {
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	for {
		s.sweepOnce(ctx)
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

func (s *Server) sweepOnce(ctx context.Context) {
	for _, task := range []struct {
		failed string // what is logged
		run    func() error
	}{
		{"expired forms were not purged", func() error { _, err := s.store.PurgeDrafts(ctx, s.today()); return err }},
		{"invitations of past waves were not purged", func() error { _, err := s.store.PurgeInvitations(ctx, s.today()); return err }},
		{"free texts of past waves were not erased", func() error { return s.eraseTexts(ctx) }},
		{"columns of answers were not brought up to date", func() error { return s.store.RefreshColumns(ctx) }},
		{"addresses of past waves were not erased", func() error { _, err := s.store.PurgeMail(ctx); return err }},
		{"reminders were not queued", func() error { return s.remind(ctx) }},
		{"letters to accounts that nobody sent were not purged", func() error { return s.store.PurgeLetters(ctx) }},
		{"files of no document were not removed", func() error { _, err := s.store.SweepFiles(ctx); return err }},
	} {
		if err := task.run(); err != nil && ctx.Err() == nil {
			s.cfg.Log.Error(task.failed, "error", err)
		}
	}
}

// morning is the hour in Viet Nam from which people are reminded.
const morning = 7

// remind queues letters of what is due, where letters can be sent.
func (s *Server) remind(ctx context.Context) error {
	if s.cfg.Mail.From == "" || s.cfg.Now().In(survey.Vietnam).Hour() < morning {
		return nil
	}
	n, err := s.store.Remind(ctx)
	if n > 0 {
		s.cfg.Log.Info("reminders wait", "letters", n)
	}
	return err
}

func (s *Server) eraseTexts(ctx context.Context) error {
	n, err := s.store.EraseDueTexts(ctx)
	if n > 0 || err != nil {
		s.markBook.forget() // responses have other names now
	}
	if n > 0 {
		s.cfg.Log.Info("free texts of past waves were erased", "texts", n)
	}
	return err
}

// today is the calendar day that answers of now carry.
func (s *Server) today() survey.Day { return survey.DayOf(s.cfg.Now().In(survey.Vietnam)) }
