package web

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"thuocdo/scoring/phrase"
	"thuocdo/scoring/report"
	"thuocdo/survey"
	"thuocdo/survey/invite"
	"thuocdo/web/problem"
)

// Paper draws what is printed for a survey, as PDF.
type Paper struct {
	Sheet  func(w io.Writer, s invite.Sheet, now time.Time) error // invite.ErrPerPage
	Poster func(w io.Writer, p invite.Poster, now time.Time) error
}

// Invitations keeps who may answer a wave with a code of their own.
type Invitations interface {
	SetAccess(ctx context.Context, wave string, a survey.Access) error                      // survey.ErrUnknownWave
	Invite(ctx context.Context, wave string, order []survey.Batch) ([]survey.Issued, error) // phrase.Mistakes by row
	Invitations(ctx context.Context, wave string) ([]survey.InvitedCount, error)            // survey.ErrUnknownWave
	PurgeInvitations(ctx context.Context, today survey.Day) (waves int, err error)
}

const (
	invitesPath = "/quan-tri/thu-moi"
	waveDesk    = "/quan-tri/dot-khao-sat/"
	// most invitations made on the page at once; the command line makes more.
	invitesMost = 20_000
)

func invitationsAddress(wave string) string { return waveDesk + pathSegment(wave) + "/thu-moi" }

// inviteWavesPage lists the waves that invitations can be made for.
type inviteWavesPage struct{ Waves []inviteWave }

type inviteWave struct {
	survey.Wave
	Address string
	Open    bool // now
}

func (inviteWavesPage) template() string { return "invite-waves" }
func (inviteWavesPage) frame(f *Frame)   { f.NoIndex, f.Figures = true, true }

func (s *Server) inviteWaves(c echo.Context) error {
	waves, err := s.store.Waves(c.Request().Context())
	if err != nil {
		return fmt.Errorf("invitations: %w", err)
	}
	var p inviteWavesPage
	for _, w := range waves {
		if !w.ClosedAt(s.cfg.Now()) {
			p.Waves = append(p.Waves, inviteWave{w, invitationsAddress(w.Code), w.OpenAt(s.cfg.Now())})
		}
	}
	return s.show(c, http.StatusOK, p)
}

// invitationsPage shows how the invitations of a wave stand and makes new ones.
type invitationsPage struct {
	Wave     survey.Wave
	Over     bool
	Access   survey.Access
	Address  string
	CSRF     string
	Rows     []invitedRow
	Total    survey.InvitedCount
	Agencies []survey.Agency
	Form     inviteOrder
	Wrong    []orderWrong // mistakes of the order
	Formats  []string
	PerPage  []int
}

// invitedRow is a line of the table.
type invitedRow struct {
	survey.InvitedCount
	Name phrase.Text
}

// orderWrong is a mistake of an order and the field where it can be mended.
type orderWrong struct {
	Target string // id of the field
	Text   phrase.Text
}

// At returns the mistakes of a field.
func (p *invitationsPage) At(field string) (list []phrase.Text) {
	for _, w := range p.Wrong {
		if w.Target == field {
			list = append(list, w.Text)
		}
	}
	return list
}

// fieldOfOrder is where a mistake of an order can be mended.
func fieldOfOrder(path string, form inviteOrder) string {
	switch {
	case path == "so":
		return "so-thu"
	case path == "dang":
		return "dang"
	case form.Unit != "":
		return "don-vi"
	}
	return "co-quan"
}

// inviteOrder is an order as it was typed.
type inviteOrder struct {
	Agency, Unit, Count, Format, PerPage string
}

func (*invitationsPage) template() string { return "invitations" }

func (p *invitationsPage) frame(f *Frame) {
	f.Wide, f.NoIndex, f.Figures = true, true, true
	p.CSRF = f.CSRF
}

func (s *Server) invitations(c echo.Context) error {
	return s.showInvitations(c, http.StatusOK, inviteOrder{Count: "100", Format: "pdf", PerPage: "8"}, nil)
}

func (s *Server) showInvitations(c echo.Context, status int, form inviteOrder, wrong phrase.Mistakes) error {
	ctx := c.Request().Context()
	w, err := s.store.OpenWave(c.Param("wave"))
	if err != nil {
		return fmt.Errorf("invitations: %w", err)
	}
	counts, err := s.store.Invitations(ctx, w.Code)
	if err != nil {
		return fmt.Errorf("invitations: %w", err)
	}
	p := &invitationsPage{Wave: w.Wave, Over: w.ClosedAt(s.cfg.Now()), Access: cmp.Or(w.Access, survey.Open), Address: invitationsAddress(w.Code),
		Form: form, PerPage: invite.PerPage}
	if p.Agencies, err = s.askedAbout(c, w); err != nil {
		return err
	}
	name := map[string]phrase.Text{}
	for _, a := range p.Agencies {
		name[a.Code] = a.Name
	}
	for _, x := range counts {
		p.Rows = append(p.Rows, invitedRow{x, name[x.Agency]})
		p.Total.Issued, p.Total.Spent = p.Total.Issued+x.Issued, p.Total.Spent+x.Spent
	}
	for _, m := range wrong {
		p.Wrong = append(p.Wrong, orderWrong{fieldOfOrder(m.Path, form), m.Message})
	}
	if s.cfg.Paper.Sheet != nil {
		p.Formats = append(p.Formats, "pdf")
	}
	for _, f := range s.cfg.Formats {
		p.Formats = append(p.Formats, f.Name)
	}
	return s.show(c, status, p)
}

// askedAbout returns the agencies of a wave in the order of their names.
func (s *Server) askedAbout(c echo.Context, w *survey.OpenWave) ([]survey.Agency, error) {
	all, err := s.store.Agencies(c.Request().Context())
	if err != nil {
		return nil, fmt.Errorf("invitations: %w", err)
	}
	var picks []pick
	for _, a := range all {
		if w.Has(a.Code) {
			picks = append(picks, pick{Agency: a})
		}
	}
	sortByName(picks, s.language(c).Tag())
	list := make([]survey.Agency, len(picks))
	for i, k := range picks {
		list[i] = k.Agency
	}
	return list, nil
}

// setAccess says who may answer a wave.
func (s *Server) setAccess(c echo.Context) error {
	if err := c.Request().ParseForm(); err != nil {
		return formError(err)
	}
	if err := s.checkToken(c); err != nil {
		return err
	}
	a := survey.Access(c.Request().PostForm.Get("tham-gia"))
	if a == "" || !a.Valid() {
		return fmt.Errorf("%w: access %q", problem.ErrMalformed, a)
	}
	if err := s.store.SetAccess(c.Request().Context(), c.Param("wave"), a); err != nil {
		return fmt.Errorf("access: %w", err)
	}
	return s.see(c, invitationsAddress(c.Param("wave")))
}

// makeInvitations makes what was ordered and answers with the file: the codes are in it and nowhere else.
func (s *Server) makeInvitations(c echo.Context) error {
	if err := c.Request().ParseForm(); err != nil {
		return formError(err)
	}
	if err := s.checkToken(c); err != nil {
		return err
	}
	v := c.Request().PostForm
	form := inviteOrder{Agency: v.Get("co-quan"), Unit: strings.TrimSpace(v.Get("don-vi")), Count: strings.TrimSpace(v.Get("so")), Format: v.Get("dang"), PerPage: v.Get("trang")}
	w, err := s.store.OpenWave(c.Param("wave"))
	if err != nil {
		return fmt.Errorf("invitations: %w", err)
	}
	order, write, wrong := s.readOrder(c, w, form)
	if len(wrong) > 0 {
		return s.showInvitations(c, http.StatusUnprocessableEntity, form, wrong)
	}
	list, err := s.store.Invite(c.Request().Context(), w.Code, order)
	var refused phrase.Mistakes
	switch {
	case errors.As(err, &refused):
		return s.showInvitations(c, http.StatusUnprocessableEntity, form, refused)
	case err != nil:
		return fmt.Errorf("invitations: %w", err)
	}
	return write(list)
}

// readOrder turns what was typed into an order and a way to write its codes.
func (s *Server) readOrder(c echo.Context, w *survey.OpenWave, form inviteOrder) (order []survey.Batch, write func([]survey.Issued) error, wrong phrase.Mistakes) {
	n, err := strconv.Atoi(form.Count)
	agencies := []string{form.Agency}
	if form.Agency == "" {
		agencies = w.Agencies
	}
	if err != nil || n < 1 || n*len(agencies) > invitesMost || n > invitesMost {
		wrong.Add("so", "Số thư mời phải từ 1 đến %d", "The number of invitations must be from 1 to %d", max(1, invitesMost/max(1, len(agencies))))
	}
	for _, a := range agencies {
		order = append(order, survey.Batch{Agency: a, Unit: form.Unit, Mode: survey.Web, N: n})
	}
	per, _ := strconv.Atoi(form.PerPage)
	if form.Format == "pdf" && s.cfg.Paper.Sheet != nil && slices.Contains(invite.PerPage, per) {
		return order, func(list []survey.Issued) error { return s.sendSheet(c, w, list, per) }, wrong
	}
	i := slices.IndexFunc(s.cfg.Formats, func(f report.Format) bool { return f.Name == form.Format })
	if i < 0 {
		wrong.Add("dang", "Hãy chọn dạng tệp", "Choose a kind of file")
		return order, nil, wrong
	}
	return order, func(list []survey.Issued) error { return s.sendCodes(c, w, list, s.cfg.Formats[i]) }, wrong
}

func (s *Server) sendSheet(c echo.Context, w *survey.OpenWave, list []survey.Issued, per int) error {
	sheet := invite.Sheet{Title: w.Title, Base: s.address(c.Request().Host, ""), Closes: w.Closes, PerPage: per}
	for _, x := range list {
		a, err := s.store.Agency(c.Request().Context(), x.Agency)
		if err != nil {
			return fmt.Errorf("invitations: %w", err)
		}
		sheet.Cards = append(sheet.Cards, invite.Card{Code: x.Code, Agency: a.Name, Unit: x.Unit})
	}
	var b bytes.Buffer
	if err := s.cfg.Paper.Sheet(&b, sheet, s.cfg.Now()); err != nil {
		return fmt.Errorf("invitations: %w", err)
	}
	return attach(c, "application/pdf", "thu-moi-"+w.Code+".pdf", b.Bytes())
}

func (s *Server) sendCodes(c echo.Context, w *survey.OpenWave, list []survey.Issued, f report.Format) error {
	l := s.language(c)
	t := report.Table{Name: "thu-moi-" + w.Code, Title: l.In(w.Title), Lang: l.Tag()}
	for _, key := range invite.Columns {
		t.Columns = append(t.Columns, report.Column{Key: key, Title: l.T("inviting.column." + key)})
	}
	var rows [][]report.Value
	for _, x := range list {
		a, err := s.store.Agency(c.Request().Context(), x.Agency)
		if err != nil {
			return fmt.Errorf("invitations: %w", err)
		}
		var row []report.Value
		for _, cell := range invite.Row(s.address(c.Request().Host, ""), x, a.Name, l.Tag()) {
			row = append(row, report.Str(cell))
		}
		rows = append(rows, row)
	}
	t.Rows = report.Rows(rows)
	var b bytes.Buffer
	if err := f.Write(&b, &t); err != nil {
		return fmt.Errorf("invitations: %w", err)
	}
	return attach(c, f.Media, "thu-moi-"+w.Code+"."+f.Name, b.Bytes())
}

// attach sends a file that is made for this request and never kept.
func attach(c echo.Context, media, name string, body []byte) error {
	h := c.Response().Header()
	h.Set("Cache-Control", "private, no-store")
	h.Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", name))
	return send(c, http.StatusOK, media, body)
}

// poster sends a poster of one agency of a wave.
func (s *Server) poster(c echo.Context) error {
	w, err := s.store.OpenWave(c.Param("wave"))
	if err != nil {
		return fmt.Errorf("poster: %w", err)
	}
	switch {
	case s.cfg.Paper.Poster == nil:
		return problem.ErrNoSuchPage
	case !w.Has(c.Param("agency")):
		return survey.ErrUnknownAgency
	}
	a, err := s.store.Agency(c.Request().Context(), c.Param("agency"))
	if err != nil {
		return fmt.Errorf("poster: %w", err)
	}
	p := invite.Poster{Title: w.Title, Agency: a.Name, Closes: w.Closes, Small: c.QueryParam("kho") == "a5",
		Address: invite.PosterAddress(s.address(c.Request().Host, ""), w.Code, a.Code)}
	var b bytes.Buffer
	if err := s.cfg.Paper.Poster(&b, p, s.cfg.Now()); err != nil {
		return fmt.Errorf("poster: %w", err)
	}
	return attach(c, "application/pdf", "ap-phich-"+w.Code+"-"+a.Code+".pdf", b.Bytes())
}
