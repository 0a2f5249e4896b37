package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"text/tabwriter"
	"time"

	"thuocdo/data"
	"thuocdo/survey"
)

// retentionCmd is how long what people wrote is kept.
type retentionCmd struct {
	Status retentionStatusCmd `cmd:"" help:"Say of every wave when its free texts are erased, and how far that is."`
	Run    retentionRunCmd    `cmd:"" help:"Erase the free texts that are due. A server does so by itself, every hour."`
}

// Examples ends the help of the noun: its verbs have theirs.
func (*retentionCmd) Examples() []string {
	return []string{"thuocdo retention status", "thuocdo retention run --dry-run"}
}

// retentionStatusCmd lists waves.
type retentionStatusCmd struct {
	dbFlag
	JSON bool `help:"One line of JSON per wave."`
}

// Examples ends the help of the command.
func (*retentionStatusCmd) Examples() []string {
	return []string{"thuocdo retention status --db /var/lib/thuocdo/thuocdo.db", "thuocdo retention status --json"}
}

// retentionLine is one wave of the list.
type retentionLine struct {
	Wave      string     `json:"wave"`
	Months    int        `json:"months"`           // 0 = texts stay
	Due       *time.Time `json:"due,omitempty"`    // from when on they are erased
	Erased    string     `json:"erased,omitempty"` // day of the last time
	Texts     int64      `json:"texts"`            // erased so far
	Responses int64      `json:"responses"`        // looked at so far
	Left      int64      `json:"left"`             // responses not looked at
	Waiting   int64      `json:"waiting"`          // paper forms typed in and not counted yet
}

// Run writes one line per wave; a server may be running.
func (r *retentionStatusCmd) Run(ctx context.Context, c *console) error {
	store, err := r.read(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	list, err := store.Retention(ctx)
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(c.Out, 0, 0, 2, ' ', 0)
	for _, x := range list {
		line := retentionLine{Wave: x.Wave, Months: x.Months, Texts: x.Texts, Responses: x.Responses, Left: x.Left, Waiting: x.Waiting}
		due := "texts stay"
		if x.Months > 0 {
			at := x.Due.In(survey.Vietnam)
			line.Due, due = &at, "due "+at.Format("2006-01-02 15:04")
		}
		if x.Day != 0 {
			line.Erased = x.Day.String()
		}
		if r.JSON {
			err = c.json(line)
		} else {
			_, err = fmt.Fprintf(table, "%s\t%s\terased %s\ttexts %d\tresponses left %d\tpaper forms waiting %d\n", x.Wave, due, cmp.Or(line.Erased, "-"), x.Texts, x.Left, x.Waiting)
		}
		if err != nil {
			return err
		}
	}
	return table.Flush()
}

// retentionRunCmd erases.
type retentionRunCmd struct {
	dbFlag
	Wave   string `help:"Only this wave." placeholder:"CODE"`
	DryRun bool   `help:"Count what would be erased, erase nothing."`
}

// Examples ends the help of the command.
func (*retentionRunCmd) Examples() []string {
	return []string{"thuocdo retention run --dry-run", "thuocdo retention run --wave sipas-2024"}
}

// Run erases what is due, and says how much.
func (r *retentionRunCmd) Run(ctx context.Context, c *console) error {
	open := r.open
	if r.DryRun {
		open = r.read
	}
	store, err := open(ctx)
	if errors.Is(err, data.ErrInUse) {
		return withHint(err, "a server erases what is due by itself, every hour; 'thuocdo retention status' says how far it is")
	}
	if err != nil {
		return err
	}
	defer store.Close()
	waves, err := r.due(ctx, store)
	if err != nil {
		return err
	}
	if len(waves) == 0 {
		c.say("no texts are due")
	}
	for _, code := range waves {
		if r.DryRun {
			responses, texts, err := store.TextsLeft(ctx, code)
			if err != nil {
				return err
			}
			c.say("wave %s: %d texts in %d responses would be erased", code, texts, responses)
			continue
		}
		texts, err := store.EraseTexts(ctx, code)
		if err != nil {
			return withHint(err, "nothing is lost: run it again, it goes on where it stopped")
		}
		c.say("wave %s: %d texts erased", code, texts)
	}
	return nil
}

// due returns the waves whose texts are due: of all, or the one that was asked for.
func (r *retentionRunCmd) due(ctx context.Context, store *data.Store) (list []string, err error) {
	if r.Wave == "" {
		all, err := store.Waves(ctx)
		for _, w := range all {
			if w.TextsDue(time.Now()) {
				list = append(list, w.Code)
			}
		}
		return list, err
	}
	w, err := waveOf(store, r.Wave)
	if err != nil {
		return nil, err
	}
	switch until, ok := w.TextsUntil(); {
	case !ok:
		return nil, withHint(fmt.Errorf("texts of wave %s stay", w.Code), `"retention" of the wave says after how many months they are erased (docs/waves.md)`)
	case !w.TextsDue(time.Now()):
		return nil, fmt.Errorf("texts of wave %s are not due before %s", w.Code, until.In(survey.Vietnam).Format("2006-01-02 15:04"))
	}
	return []string{w.Code}, nil
}
