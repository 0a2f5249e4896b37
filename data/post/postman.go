package post

import (
	"context"
	"log/slog"
	"time"

	"golang.org/x/time/rate"

	"thuocdo/survey/mailing"
)

// Queue is where letters wait. NextMail gives a letter out and MailDone says what became of it: a letter that was given out
// and never heard of again – the process was killed between the mail server's word and the note of it – is given out once
// more. So a letter is sent at least once, and twice only then, with the same Message-ID.
type Queue interface {
	MailDue(ctx context.Context) (bool, error)
	NextMail(ctx context.Context) (mailing.Letter, bool, error)
	MailDone(ctx context.Context, id string, o mailing.Outcome) error
}

// Postman carries letters from the queue to the mail server, one after another, no more than Rate a minute.
type Postman struct {
	Queue  Queue
	Server *Server
	Rate   int
	Now    func() time.Time
	Log    *slog.Logger
	Look   time.Duration // how often an empty queue is looked at; 0 = every 5 s
	Rest   time.Duration // after trouble with the server, twice as long each time, 32 times at most; 0 = 30 s
}

// Run carries letters until ctx is done; the one under way is finished first.
func (p *Postman) Run(ctx context.Context) {
	p.carry(ctx, false)
}

// Empty carries letters until none is due, and says how many are not sent because the server does not take them.
func (p *Postman) Empty(ctx context.Context) error { return p.carry(ctx, true) }

func (p *Postman) carry(ctx context.Context, once bool) error {
	limit := rate.NewLimiter(rate.Every(time.Minute/time.Duration(max(p.Rate, 1))), 1)
	look, rest := p.Look, p.Rest
	if look == 0 {
		look = 5 * time.Second
	}
	if rest == 0 {
		rest = 30 * time.Second
	}
	for troubles := 0; ctx.Err() == nil; {
		due, err := p.Queue.MailDue(ctx)
		switch {
		case err == nil && !due && once:
			return nil
		case err == nil && !due:
			sleep(ctx, look)
			continue
		case err == nil:
			err = p.talk(ctx, limit)
		}
		if err == nil {
			troubles = 0
			continue
		}
		if ctx.Err() != nil {
			break
		}
		if once {
			return err
		}
		p.Log.Error("letters wait: the mail server does not take them", "error", err)
		sleep(ctx, rest<<min(troubles, 5))
		troubles++
	}
	return ctx.Err()
}

// talk hands letters over in one conversation until none is due or the server makes trouble.
func (p *Postman) talk(ctx context.Context, limit *rate.Limiter) error {
	line, err := p.Server.Dial(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = line.Close() }() // what was taken is noted already
	for {
		if limit.Wait(ctx) != nil {
			return nil
		}
		letter, ok, err := p.Queue.NextMail(ctx)
		if err != nil || !ok {
			return err
		}
		o, trouble, why := line.Send(letter, p.Now())
		if err := p.Queue.MailDone(context.WithoutCancel(ctx), letter.ID, o); err != nil {
			return err
		}
		if trouble {
			return why
		}
		if why != nil {
			p.Log.Info("a letter was not taken", "answer", why.Error(), "bounced", o.Bounced, "given_up", o.Failed)
		}
	}
}

func sleep(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}
