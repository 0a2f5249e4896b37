package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"text/tabwriter"
	"time"

	"thuocdo/data/print"
	"thuocdo/data/tabular"
	"thuocdo/survey"
	"thuocdo/survey/invite"
)

// order is what the flags or the sample ask for.
func (i *inviteMakeCmd) order(ctx context.Context, c *console, w *survey.OpenWave) ([]survey.Batch, error) {
	if i.From != "" {
		if i.Count != 0 || len(i.Agency) > 0 || i.Unit != "" {
			return nil, usage("--from says how many for whom; it goes without --count, --agency and --unit")
		}
		return i.sampled(ctx, c)
	}
	if i.Count < 1 {
		return nil, usage("--count N or --from FILE is expected")
	}
	agencies := i.Agency
	if len(agencies) == 0 {
		agencies = w.Agencies
	}
	order := make([]survey.Batch, len(agencies))
	for k, code := range agencies {
		order[k] = survey.Batch{Agency: code, Unit: i.Unit, Mode: survey.Mode(i.Mode), N: i.Count}
	}
	return order, nil
}

// sampled counts the rows of a drawn sample by agency and unit; its other columns are not read.
func (i *inviteMakeCmd) sampled(ctx context.Context, c *console) ([]survey.Batch, error) {
	in, err := c.open(i.From)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	agency, unit, seen := -1, -1, false
	n := map[[2]string]int{}
	var keys [][2]string
	for row, err := range tabular.Rows(ctx, in, tabular.Limits{}) {
		if err != nil {
			return nil, refused(i.From, i.Lang, "made", err)
		}
		if !seen {
			seen, agency, unit = true, slices.Index(row.Cells, i.Agencyc), slices.Index(row.Cells, i.Unitc)
			if agency < 0 {
				return nil, withHint(fmt.Errorf("%s: there is no column %q", i.From, i.Agencyc), "name it with --agency-column")
			}
			continue
		}
		key := [2]string{cell(row.Cells, agency), cell(row.Cells, unit)}
		if n[key] == 0 {
			keys = append(keys, key)
		}
		n[key]++
	}
	if len(keys) == 0 {
		return nil, fmt.Errorf("%s: there are no rows", i.From)
	}
	order := make([]survey.Batch, len(keys))
	for k, key := range keys {
		order[k] = survey.Batch{Agency: key[0], Unit: key[1], Mode: survey.Mode(i.Mode), N: n[key]}
	}
	return order, nil
}

// cell returns a cell, or "" where the row has none there.
func cell(row []string, i int) string {
	if i < 0 || i >= len(row) {
		return ""
	}
	return row[i]
}

// inviteListCmd says how invitations stand.
type inviteListCmd struct {
	dbFlag
	Wave string `help:"Code of the wave." required:"" placeholder:"CODE"`
	JSON bool   `help:"One line of JSON per agency, unit and mode."`
}

// Examples ends the help of the command.
func (*inviteListCmd) Examples() []string {
	return []string{"thuocdo invite list --wave sipas-2026", "# of an open wave the number used moves in steps of five"}
}

// Run reads beside a running server.
func (i *inviteListCmd) Run(ctx context.Context, c *console) error {
	store, err := i.read(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	list, err := store.Invitations(ctx, i.Wave)
	if err != nil {
		return err
	}
	t := tabwriter.NewWriter(c.Out, 0, 0, 2, ' ', 0)
	if !i.JSON {
		fmt.Fprintln(t, "agency\tunit\tmode\tmade\tused")
	}
	for _, x := range list {
		if i.JSON {
			err := c.json(map[string]any{"agency": x.Agency, "unit": x.Unit, "mode": x.Mode, "issued": x.Issued, "spent": x.Spent})
			if err != nil {
				return err
			}
			continue
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%d\t%d\n", x.Agency, x.Unit, x.Mode, x.Issued, x.Spent)
	}
	return t.Flush()
}

// invitePosterCmd draws a poster.
type invitePosterCmd struct {
	dbFlag
	Wave    string `help:"Code of the wave." required:"" placeholder:"CODE"`
	Agency  string `help:"Code of the agency." required:"" placeholder:"CODE"`
	Size    string `help:"Size of the paper." enum:"a4,a5" default:"a4"`
	Out     string `help:"File to write." required:"" short:"o" placeholder:"FILE"`
	BaseURL string `help:"Address the public sees." env:"THUOCDO_BASE_URL" default:"http://127.0.0.1:8080" placeholder:"URL"`
}

// Examples ends the help of the command.
func (*invitePosterCmd) Examples() []string {
	return []string{"thuocdo invite poster --wave sipas-2026 --agency 01 --size a5 --out ha-noi.pdf"}
}

// Run reads beside a running server.
func (i *invitePosterCmd) Run(ctx context.Context, c *console) error {
	store, err := i.read(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	w, err := store.OpenWave(i.Wave)
	if err != nil {
		return err
	}
	if !w.Has(i.Agency) {
		return survey.ErrUnknownAgency
	}
	if w.Access == survey.Invited {
		return fmt.Errorf("wave %s: %w", i.Wave, survey.ErrInvitationNeeded)
	}
	a, err := store.Agency(ctx, i.Agency)
	if err != nil {
		return err
	}
	p := invite.Poster{Title: w.Title, Agency: a.Name, Closes: w.Closes, Small: i.Size == "a5", Address: invite.PosterAddress(i.BaseURL, w.Code, a.Code)}
	return (&outFlags{Out: i.Out}).write(c, func(f io.Writer) error { return print.Poster(f, p, time.Now()) })
}

// inviteAccessCmd says who may answer.
type inviteAccessCmd struct {
	dbFlag
	Wave   string `help:"Code of the wave." required:"" placeholder:"CODE"`
	Access string `arg:"" help:"open: everybody with the address; invitation: only who was invited; both." enum:"open,both,invitation"`
}

// Examples ends the help of the command.
func (*inviteAccessCmd) Examples() []string {
	return []string{"thuocdo invite access invitation --wave sipas-2026"}
}

// Run changes the wave; a running server keeps it out, use its page then.
func (i *inviteAccessCmd) Run(ctx context.Context, c *console) error {
	store, err := i.open(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	if err := store.SetAccess(ctx, i.Wave, survey.Access(i.Access)); err != nil {
		return err
	}
	c.say("wave %s: %s", i.Wave, i.Access)
	return nil
}
