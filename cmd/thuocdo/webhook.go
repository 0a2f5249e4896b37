package main

import (
	"context"
	"errors"
	"fmt"
	"text/tabwriter"
	"time"

	"thuocdo/survey/webhook"
)

// webhookCmd is which programs elsewhere are told of events.
type webhookCmd struct {
	Add        webhookAddCmd    `cmd:"" help:"Tell an address of events; prints the secret that signs what it gets, once."`
	List       webhookListCmd   `cmd:"" help:"List the addresses, never their secrets."`
	Deliveries webhookSentCmd   `cmd:"" help:"What became of the latest messages to an address."`
	Test       webhookTestCmd   `cmd:"" help:"Put a test message on its way; the service sends it once it runs."`
	Remove     webhookRemoveCmd `cmd:"" help:"Tell an address no more."`
}

// webhookAddCmd adds an address.
type webhookAddCmd struct {
	dbFlag
	URL     string         `arg:"" help:"Address, https://…"`
	Event   []webhook.Kind `help:"release.published, release.withdrawn, wave.closed, assessment.stage." required:"" placeholder:"EVENT,…"`
	Private bool           `help:"The address may lie in the own network, and be without TLS."`
	JSON    bool           `help:"One line of JSON."`
}

// Examples ends the help of the command.
func (*webhookAddCmd) Examples() []string {
	return []string{"thuocdo webhook add https://baocao.example.vn/thuocdo --event release.published,release.withdrawn"}
}

// Run stores the address and prints the secret.
func (a *webhookAddCmd) Run(ctx context.Context, c *console) error {
	store, err := a.open(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	h, err := store.PutWebhook(ctx, webhook.Hook{URL: a.URL, Kinds: a.Event, Private: a.Private})
	if err != nil {
		return withHint(err, "events are %v", webhook.Kinds)
	}
	if a.JSON {
		return c.json(struct {
			ID     string `json:"id"`
			Secret string `json:"secret"`
		}{h.ID, h.Secret})
	}
	c.say("webhook %s; the receiver checks signatures with this secret, which is not shown again:", h.ID)
	_, err = fmt.Fprintln(c.Out, h.Secret)
	return err
}

// webhookListCmd lists addresses.
type webhookListCmd struct {
	dbFlag
	JSON bool `help:"One line of JSON per address."`
}

// Examples ends the help of the command.
func (*webhookListCmd) Examples() []string {
	return []string{"thuocdo webhook list --json | jq -r .id"}
}

// Run prints the addresses, oldest first.
func (a *webhookListCmd) Run(ctx context.Context, c *console) error {
	store, err := a.read(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	list, err := store.Webhooks(ctx)
	table := tabwriter.NewWriter(c.Out, 0, 0, 2, ' ', 0)
	for _, h := range list {
		made := h.Made.UTC().Format(time.DateOnly)
		if a.JSON {
			err = errors.Join(err, c.json(struct {
				ID     string         `json:"id"`
				URL    string         `json:"url"`
				Events []webhook.Kind `json:"events"`
				Added  string         `json:"added"`
			}{h.ID, h.URL, h.Kinds, made}))
			continue
		}
		_, _ = fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", h.ID, made, webhook.Words(h.Kinds), h.URL)
	}
	return errors.Join(err, table.Flush())
}

// webhookSentCmd lists deliveries.
type webhookSentCmd struct {
	dbFlag
	ID   string `arg:"" help:"Id of the webhook."`
	Most int    `help:"At most so many, newest first." default:"50" placeholder:"N"`
	JSON bool   `help:"One line of JSON per message."`
}

// Examples ends the help of the command.
func (*webhookSentCmd) Examples() []string { return []string{"thuocdo webhook deliveries wh_Zk2…"} }

// sentLine is a delivery as a list shows it.
type sentLine struct {
	Event string       `json:"event"`
	Kind  webhook.Kind `json:"kind"`
	At    string       `json:"at"`
	State string       `json:"state"` // taken, waiting or given_up
	Tries int          `json:"tries"`
	Code  int          `json:"status"` // HTTP, of the last try; 0 = no answer
}

func newSentLine(d webhook.Delivery) sentLine {
	x := sentLine{d.Event.ID, d.Event.Kind, d.Event.At.UTC().Format(time.RFC3339), "waiting", d.Tries, d.Code}
	switch {
	case d.Done:
		x.State = "taken"
	case d.Next.IsZero():
		x.State = "given_up"
	}
	return x
}

// Run prints the deliveries.
func (a *webhookSentCmd) Run(ctx context.Context, c *console) error {
	store, err := a.read(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	list, err := store.Deliveries(ctx, a.ID, a.Most)
	table := tabwriter.NewWriter(c.Out, 0, 0, 2, ' ', 0)
	for _, d := range list {
		x := newSentLine(d)
		if a.JSON {
			err = errors.Join(err, c.json(x))
			continue
		}
		_, _ = fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%d tries\tHTTP %d\n", x.Event, x.Kind, x.At, x.State, x.Tries, x.Code)
	}
	return errors.Join(err, table.Flush())
}

// webhookTestCmd asks for a test message.
type webhookTestCmd struct {
	dbFlag
	ID string `arg:"" help:"Id of the webhook."`
}

// Examples ends the help of the command.
func (*webhookTestCmd) Examples() []string { return []string{"thuocdo webhook test wh_Zk2…"} }

// Run puts the message on its way.
func (a *webhookTestCmd) Run(ctx context.Context, c *console) error {
	return withWebhooks(ctx, &a.dbFlag, func(s webhookStore) error { return s.TestWebhook(ctx, a.ID) })
}

// webhookRemoveCmd removes an address.
type webhookRemoveCmd struct {
	dbFlag
	ID string `arg:"" help:"Id of the webhook."`
}

// Examples ends the help of the command.
func (*webhookRemoveCmd) Examples() []string { return []string{"thuocdo webhook remove wh_Zk2…"} }

// Run removes the address and what is on its way to it.
func (a *webhookRemoveCmd) Run(ctx context.Context, c *console) error {
	return withWebhooks(ctx, &a.dbFlag, func(s webhookStore) error { return s.RemoveWebhook(ctx, a.ID) })
}

type webhookStore interface {
	TestWebhook(ctx context.Context, id string) error
	RemoveWebhook(ctx context.Context, id string) error
}

// withWebhooks opens the database to do something with one webhook.
func withWebhooks(ctx context.Context, d *dbFlag, do func(webhookStore) error) error {
	store, err := d.open(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	if err := do(store); err != nil {
		return withHint(err, "'thuocdo webhook list' shows the ids")
	}
	return nil
}
