package main

import (
	"context"
	"errors"
	"io"
	"slices"
	"time"

	"thuocdo/data"
	"thuocdo/data/export"
	"thuocdo/data/print"
	"thuocdo/scoring/phrase"
	"thuocdo/scoring/report"
	"thuocdo/survey"
	"thuocdo/survey/invite"
)

// inviteCmd makes invitations and what is printed of them.
type inviteCmd struct {
	Make   inviteMakeCmd   `cmd:"" help:"Make single-use invitations: a sheet to print, or a file for mail merge."`
	List   inviteListCmd   `cmd:"" aliases:"spent" help:"How many invitations were made and used, by agency and unit."`
	Poster invitePosterCmd `cmd:"" help:"A QR poster of an agency, for a wave that is open to everybody."`
	Access inviteAccessCmd `cmd:"" help:"Who may answer a wave on the web."`

	Mail    inviteMailCmd    `cmd:"" help:"Put e-mail addresses on the list of a wave, each with an invitation."`
	Send    inviteSendCmd    `cmd:"" help:"Send invitations or reminders to everybody on the list."`
	Bounces inviteBouncesCmd `cmd:"" help:"Take in messages about letters that came back."`
}

// inviteMakeCmd makes invitations.
type inviteMakeCmd struct {
	dbFlag
	Wave    string   `help:"Code of the wave." required:"" placeholder:"CODE"`
	Agency  []string `help:"Agencies to make invitations for; all of the wave without." placeholder:"CODE,…"`
	Count   int      `help:"Invitations for each agency." default:"0" placeholder:"N"`
	Unit    string   `help:"Code of the sampling unit; at least 5 invitations each." placeholder:"CODE"`
	Mode    string   `help:"How the answers come in." enum:"web,kiosk,enumerator,paper" default:"web"`
	From    string   `help:"Instead: a drawn sample, CSV or XLSX, one row per invitation." placeholder:"FILE"`
	Agencyc string   `name:"agency-column" help:"Column of the sample with the agency." default:"agency" placeholder:"NAME"`
	Unitc   string   `name:"unit-column" help:"Column of the sample with the unit; none is fine." default:"unit" placeholder:"NAME"`
	Format  string   `help:"Kind of file." enum:"pdf,csv,xlsx,json" default:"pdf"`
	Out     string   `help:"File to write; the codes are in it and nowhere else." required:"" short:"o" placeholder:"FILE"`
	PerPage int      `help:"Invitations on an A4 page: 2, 4, 8 or 10." default:"8" placeholder:"N"`
	BaseURL string   `help:"Address the public sees." env:"THUOCDO_BASE_URL" default:"http://127.0.0.1:8080" placeholder:"URL"`
	Lang    string   `help:"Language of titles and mistakes." enum:"vi,en" default:"vi" env:"THUOCDO_LANG"`
	DryRun  bool     `help:"Check the order, make nothing."`
}

// Examples ends the help of the command.
func (*inviteMakeCmd) Examples() []string {
	return []string{
		"thuocdo invite make --wave sipas-2026 --agency 01 --count 400 --out ha-noi.pdf",
		"thuocdo invite make --wave sipas-2026 --from sample.csv --format csv --out codes.csv",
	}
}

// Run checks the order, makes it and writes the file.
func (i *inviteMakeCmd) Run(ctx context.Context, c *console) error {
	if !slices.Contains(invite.PerPage, i.PerPage) {
		return usage("--per-page %d: 2, 4, 8 or 10 are expected", i.PerPage)
	}
	open := i.open
	if i.DryRun {
		open = i.read
	}
	store, err := open(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	w, err := store.OpenWave(i.Wave)
	if err != nil {
		return err
	}
	order, err := i.order(ctx, c, w)
	if err != nil {
		return err
	}
	if err := i.explain(store.CheckInvite(ctx, i.Wave, order)); err != nil {
		return err
	}
	total := 0
	for _, b := range order {
		total += b.N
	}
	if i.DryRun {
		c.say("%d invitations for %s could be made; nothing was stored", total, i.Wave)
		return nil
	}
	out := outFlags{Out: i.Out, Lang: i.Lang}
	err = out.write(c, func(f io.Writer) error {
		list, err := store.Invite(ctx, i.Wave, order)
		if err != nil {
			return i.explain(err)
		}
		return i.write(ctx, f, store, w, list)
	})
	if err == nil {
		c.say("%d invitations made; their codes are in this file and nowhere else", total)
	}
	return err
}

// explain lists the mistakes of an order, or says what may help.
func (i *inviteMakeCmd) explain(err error) error {
	var found phrase.Mistakes
	switch {
	case errors.As(err, &found):
		return fileError{file: "order", lang: i.Lang, found: found, nothing: "made"}
	case errors.Is(err, survey.ErrNotInviting):
		return withHint(err, "'thuocdo invite access both --wave %s' first", i.Wave)
	case errors.Is(err, data.ErrNoKeys):
		return withHint(err, "put the file %s.keys back beside the database", i.DB)
	}
	return err
}

// write draws the sheet or writes the table.
func (i *inviteMakeCmd) write(ctx context.Context, w io.Writer, store *data.Store, wave *survey.OpenWave, list []survey.Issued) error {
	names := map[string]phrase.Text{}
	for _, code := range wave.Agencies {
		a, err := store.Agency(ctx, code)
		if err != nil {
			return err
		}
		names[code] = a.Name
	}
	if i.Format == "pdf" {
		s := invite.Sheet{Title: wave.Title, Base: i.BaseURL, Closes: wave.Closes, PerPage: i.PerPage}
		for _, x := range list {
			s.Cards = append(s.Cards, invite.Card{Code: x.Code, Agency: names[x.Agency], Unit: x.Unit})
		}
		return print.Sheet(w, s, time.Now())
	}
	format, err := export.Find(i.Format)
	if err != nil {
		return err
	}
	t := report.Table{Name: "invitations-" + wave.Code, Title: wave.Title.In(i.Lang), Lang: i.Lang}
	for _, key := range invite.Columns {
		t.Columns = append(t.Columns, report.Column{Key: key, Title: key})
	}
	var rows [][]report.Value
	for _, x := range list {
		var row []report.Value
		for _, cell := range invite.Row(i.BaseURL, x, names[x.Agency], i.Lang) {
			row = append(row, report.Str(cell))
		}
		rows = append(rows, row)
	}
	t.Rows = report.Rows(rows)
	return format.Write(w, &t)
}
