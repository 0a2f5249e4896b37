package main

import (
	"context"
	"fmt"
)

// seasonRemindCmd writes to people about what is due in open seasons.
type seasonRemindCmd struct {
	dbFlag
	mailFlags
	BaseURL string `help:"Address the public sees." env:"THUOCDO_BASE_URL" placeholder:"URL"`
	DryRun  bool   `help:"Print what everybody would be told; beside a running service too."`
	Queue   bool   `help:"Leave the sending to the service."`
	JSON    bool   `help:"One line of JSON per person, with --dry-run."`
}

// Examples ends the help of the command.
func (*seasonRemindCmd) Examples() []string {
	return []string{
		"thuocdo season remind --dry-run",
		"thuocdo season remind --smtp smtp.example.vn:587 --mail-from so@example.vn --base-url https://x.vn",
		"# a service with --smtp does this by itself, every morning from seven",
	}
}

// Run prints or queues and sends the letters: each reminder once, whoever runs it how often.
func (s *seasonRemindCmd) Run(ctx context.Context, c *console) error {
	if s.DryRun {
		return s.show(ctx, c)
	}
	server, err := s.mailServer(c, s.BaseURL)
	if err != nil {
		return err
	}
	if server == nil && !s.Queue {
		return withHint(usage("no mail server is set up: --smtp"), "--dry-run shows what is due, --queue leaves the sending to the service")
	}
	store, err := s.open(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	n, err := store.Remind(ctx)
	if err != nil {
		return err
	}
	c.say("%d letters wait to be sent", n)
	if s.Queue {
		return nil
	}
	if err := s.postman(c, "text", store, server).Empty(ctx); err != nil {
		return withHint(err, "what was not sent waits; run the command again, or the service")
	}
	return nil
}

// show prints who would be told what.
func (s *seasonRemindCmd) show(ctx context.Context, c *console) error {
	store, err := s.read(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	list, err := store.Reminders(ctx)
	if err != nil {
		return err
	}
	for _, r := range list {
		var lines []string
		for _, x := range r.Lines {
			lines = append(lines, x.In(r.Lang))
		}
		if s.JSON {
			err = c.json(struct {
				Login string   `json:"login"`
				Lines []string `json:"lines"`
			}{r.Login, lines})
		} else {
			for _, text := range lines {
				if _, err = fmt.Fprintf(c.Out, "%s\t%s\n", r.Login, text); err != nil {
					break
				}
			}
		}
		if err != nil {
			return err
		}
	}
	c.say("%d letters; nothing was stored", len(list))
	return nil
}
