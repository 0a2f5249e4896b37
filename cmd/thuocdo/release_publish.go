package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"thuocdo/data"
	"thuocdo/scoring/phrase"
	"thuocdo/scoring/release"
	"thuocdo/survey"
)

// outFrom says when and to whom a release comes out.
type outFrom struct {
	dbFlag
	At    string `help:"Minute from which on it is public, in Vietnam: 2026-12-01T09:00. Now where left out." placeholder:"MINUTE"`
	Draft bool   `help:"Only store it."`
	Room  string `help:"Only let these read it before, every view logged: logins, and @CODE for agencies." placeholder:"WHO,…"`
}

// minute reads --at; the zero time is now.
func (o *outFrom) minute() (time.Time, error) {
	if o.At == "" {
		return time.Time{}, nil
	}
	t, err := time.ParseInLocation("2006-01-02T15:04", o.At, survey.Vietnam)
	if err != nil {
		return t, usage("--at %q: a minute such as 2026-12-01T09:00 is expected", o.At)
	}
	return t, nil
}

// step opens the room, and sets the minute unless only a room or a draft is wanted.
func (o *outFrom) step(ctx context.Context, c *console, store *data.Store, id string) error {
	minute, err := o.minute()
	if err != nil {
		return err
	}
	if o.Room != "" {
		if err := store.InviteToRelease(ctx, id, release.Guests(o.Room)); err != nil {
			return told(err)
		}
	}
	if !o.Draft && (o.Room == "" || o.At != "") {
		if err := release.Against(ctx, store, id); err != nil {
			return told(err)
		}
		if err := store.PublishRelease(ctx, id, minute); err != nil {
			return told(err)
		}
	}
	r, err := store.Release(ctx, id)
	if err != nil {
		return err
	}
	c.say("release %s is in the state %s", id, r.State(time.Now()))
	return nil
}

// told adds a hint to what can go wrong with a state.
func told(err error) error {
	switch {
	case errors.Is(err, release.ErrState):
		return withHint(err, "'thuocdo release list' shows the states; what is public can only be corrected or withdrawn, and a minute that is over is no embargo")
	case errors.Is(err, release.ErrApart):
		return withHint(err, "seal from the data as everyone sees them: answers found invalid leave public figures five at a time")
	case errors.Is(err, release.ErrUnknown):
		return withHint(err, "'thuocdo release list' shows the ids")
	}
	return err
}

// releasePublishCmd stores a sealed file, or takes one that is stored further.
type releasePublishCmd struct {
	File string `arg:"" help:"Sealed file, or the id of a release that is stored."`
	outFrom
}

// Examples ends the help of the command.
func (*releasePublishCmd) Examples() []string {
	return []string{
		"thuocdo release publish sipas-2026.thuocdo --at 2026-12-01T09:00 --room @01,@79,chuyen-vien",
		"thuocdo release publish sipas-2026.thuocdo",
		"thuocdo release publish mzxw6ytboi2gk3tu",
	}
}

// Run verifies and stores the file, and sets its state.
func (x *releasePublishCmd) Run(ctx context.Context, c *console) error {
	if _, err := x.minute(); err != nil {
		return err
	}
	store, err := x.open(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	id := x.File
	if _, err := store.Release(ctx, id); errors.Is(err, release.ErrUnknown) {
		if id, err = keep(ctx, c, store, x.File, "", nil); err != nil {
			return err
		}
	} else if err != nil {
		return err
	}
	return x.step(ctx, c, store, id)
}

// keep verifies a sealed file and stores it. One that is there already stays as it is.
func keep(ctx context.Context, c *console, store *data.Store, name, corrects string, note phrase.Text) (string, error) {
	b, err := readRelease(c, name)
	if err != nil {
		return "", err
	}
	r, err := release.Verify(ctx, b, nil)
	if err != nil {
		return "", fmt.Errorf("%s: %w", name, err)
	}
	if err := store.PutRelease(ctx, r, corrects, note); err != nil && (corrects != "" || !errors.Is(err, release.ErrKnown)) {
		return "", told(err)
	}
	return r.ID, nil
}

// releaseCorrectCmd publishes a release in the place of another.
type releaseCorrectCmd struct {
	ID      string `arg:"" name:"id" help:"Release that is corrected."`
	File    string `arg:"" help:"Sealed file that takes its place."`
	Erratum string `help:"What was wrong, in Vietnamese." required:"" placeholder:"TEXT"`
	English string `help:"The same in English." placeholder:"TEXT"`
	outFrom
}

// Examples ends the help of the command.
func (*releaseCorrectCmd) Examples() []string {
	return []string{`thuocdo release correct mzxw6ytboi2gk3tu again.thuocdo --erratum 'Điểm 1.2 ghi sai' --english '1.2 was wrong'`}
}

// Run verifies and stores the file with its erratum, and sets its state.
func (x *releaseCorrectCmd) Run(ctx context.Context, c *console) error {
	note, err := release.Words(x.Erratum, x.English)
	if err != nil {
		return usage("--erratum: %s", err)
	}
	if _, err := x.minute(); err != nil {
		return err
	}
	store, err := x.open(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	id, err := keep(ctx, c, store, x.File, x.ID, note)
	if err != nil {
		return err
	}
	return x.step(ctx, c, store, id)
}

// releaseWithdrawCmd takes a release back.
type releaseWithdrawCmd struct {
	ID      string `arg:"" name:"id" help:"Release that is withdrawn."`
	Reason  string `help:"Why, in Vietnamese." required:"" placeholder:"TEXT"`
	English string `help:"The same in English." placeholder:"TEXT"`
	dbFlag
}

// Examples ends the help of the command.
func (*releaseWithdrawCmd) Examples() []string {
	return []string{`thuocdo release withdraw mzxw6ytboi2gk3tu --reason 'Phát hiện phiếu giả' --english 'Forged responses were found'`}
}

// Run withdraws.
func (x *releaseWithdrawCmd) Run(ctx context.Context, c *console) error {
	reason, err := release.Words(x.Reason, x.English)
	if err != nil {
		return usage("--reason: %s", err)
	}
	store, err := x.open(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	if err := store.WithdrawRelease(ctx, x.ID, reason); err != nil {
		return told(err)
	}
	c.say("release %s is withdrawn", x.ID)
	return nil
}

// releaseListCmd lists releases.
type releaseListCmd struct {
	dbFlag
	JSON bool `help:"One line of JSON each."`
}

// Examples ends the help of the command.
func (*releaseListCmd) Examples() []string {
	return []string{"thuocdo release list", "thuocdo release list --json | jq -r 'select(.state == \"embargo\").id'"}
}

// listedRelease is a release in a list.
type listedRelease struct {
	ID          string        `json:"id"`
	State       release.State `json:"state"`
	Framework   string        `json:"framework"`
	Version     string        `json:"version"`
	Method      string        `json:"method,omitempty"`
	Period      string        `json:"period"`
	Out         *time.Time    `json:"out"` // minute from which on it is public; null = not decided
	Guests      []string      `json:"guests,omitempty"`
	Corrects    string        `json:"corrects,omitempty"`
	CorrectedBy string        `json:"corrected_by,omitempty"`
}

// Run lists all of them, newest first; a server may be running.
func (x *releaseListCmd) Run(ctx context.Context, c *console) error {
	store, err := x.read(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	list, err := store.Releases(ctx)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(c.Out, 0, 0, 2, ' ', 0)
	for _, r := range list {
		l := listedRelease{r.ID, r.State(time.Now()), r.About.Framework, r.About.Version, r.About.Method, r.About.Period, nil, r.Guests, r.Corrects, r.CorrectedBy}
		out := "–"
		if !r.Out.IsZero() {
			at := r.Out.In(survey.Vietnam)
			l.Out, out = &at, at.Format("2006-01-02 15:04")
		}
		if x.JSON {
			if err := c.json(l); err != nil {
				return err
			}
			continue
		}
		fmt.Fprintln(w, strings.Join([]string{l.ID, string(l.State), l.Framework + " " + l.Version, l.Period, out}, "\t"))
	}
	holds, err := store.Holds(ctx)
	for _, h := range holds {
		c.say("held: %s %s since %s", h.Framework, h.Period, h.Since.In(survey.Vietnam).Format("2006-01-02 15:04"))
	}
	return errors.Join(err, w.Flush())
}
