package web

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"thuocdo/scoring/phrase"
	"thuocdo/survey"
	"thuocdo/survey/mailing"
	"thuocdo/web/problem"
)

// Mail is what the service can do with e-mail.
type Mail struct {
	From    string // who letters come from; "" = no mail server is set up
	Base    string // where letters lead to
	Bounces func(r io.Reader) (gone []string, reports int, err error)
}

// Mailing keeps addresses and letters that wait.
type Mailing interface {
	AddMail(ctx context.Context, wave string, key survey.MailKey, list []mailing.Address) (mailing.Added, error) // phrase.Mistakes by row
	BeginMail(ctx context.Context, wave string, kind mailing.Kind, key survey.MailKey) (int, error)              // mailing.ErrBusy, mailing.ErrNobody
	MailState(ctx context.Context, wave string) (mailing.State, error)
	MailWords(ctx context.Context, wave string, kind mailing.Kind, lang string) (mailing.Words, error)
	SetMailWords(ctx context.Context, wave string, kind mailing.Kind, lang string, words mailing.Words) error // phrase.Mistakes
	CheckStop(ctx context.Context, token string) error                                                        // mailing.ErrNoStop
	StopMail(ctx context.Context, token string) error                                                         // mailing.ErrNoStop
	BounceMail(ctx context.Context, emails []string) (int, error)
	PurgeMail(ctx context.Context) (int, error)
}

const (
	stopPath = "/ngung-thu"
	mailFile = 33 << 20 // a mailbox of 32 MiB and the fields beside it
	mailList = 4 << 20
)

func mailAddress(wave string) string { return waveDesk + pathSegment(wave) + "/thu-dien-tu" }

// Forms of the page, each with mistakes of its own.
const (
	mailAdd     = "danh-sach"
	mailSend    = "gui"
	mailWriting = "loi-thu"
	mailBack    = "tra-lai"
)

// mailPage shows how the mailing of a wave stands, and what can be done.
type mailPage struct {
	Wave     survey.Wave
	Over     bool
	Address  string
	CSRF     string
	From     string // "" = no mail server
	State    mailing.State
	Agencies []survey.Agency
	Letters  []mailWords
	Places   []string
	Agency   string // as chosen
	Kind     mailing.Kind
	Where    string // the form with mistakes
	Wrong    []mailWrong
	Code     string // the code for sending, shown once
	Added    *mailing.Added
	Said     string // what was done
}

// mailWrong is a mistake and the field where it can be mended.
type mailWrong struct{ Target, Text string }

// mailWords are the words of a letter with what it looks like.
type mailWords struct {
	Kind    mailing.Kind
	Lang    string
	Words   mailing.Words
	Example mailing.Message
	Open    bool
}

// ID begins the ids of the fields of a letter.
func (w mailWords) ID() string { return "thu-" + string(w.Kind) + "-" + w.Lang }

func (*mailPage) template() string { return "mail" }

func (p *mailPage) frame(f *Frame) {
	f.Wide, f.NoIndex, f.Figures = true, true, true
	p.CSRF = f.CSRF
}

// At returns the mistakes of a field.
func (p *mailPage) At(field string) (list []string) {
	for _, w := range p.Wrong {
		if w.Target == field {
			list = append(list, w.Text)
		}
	}
	return list
}

// Sum is how many addresses there ever were.
func (p *mailPage) Sum() int { return p.State.Listed + p.State.Out + p.State.Bounced }

// Kinds are the letters that can be sent now; a code for sending makes two of them.
func (p *mailPage) Kinds() (list []mailing.Kind) {
	for _, k := range mailing.Kinds {
		if p.May(k) {
			list = append(list, k)
		}
	}
	return list
}

// May reports whether letters of a kind can be sent now.
func (p *mailPage) May(k mailing.Kind) bool {
	if k.First() {
		return p.State.Fresh > 0
	}
	return p.State.Listed > p.State.Fresh
}

func (s *Server) mail(c echo.Context) error {
	p := &mailPage{Said: c.QueryParam("xong")}
	return s.showMail(c, http.StatusOK, p)
}

func (s *Server) showMail(c echo.Context, status int, p *mailPage) error {
	ctx := c.Request().Context()
	w, err := s.store.OpenWave(c.Param("wave"))
	if err != nil {
		return fmt.Errorf("mail: %w", err)
	}
	if p.State, err = s.store.MailState(ctx, w.Code); err != nil {
		return fmt.Errorf("mail: %w", err)
	}
	p.Wave, p.Over, p.Address, p.From, p.Places = w.Wave, w.ClosedAt(s.cfg.Now()), mailAddress(w.Code), s.cfg.Mail.From, mailing.Places
	if p.Agencies, err = s.askedAbout(c, w); err != nil {
		return err
	}
	if p.Kind == "" && p.State.Fresh == 0 {
		p.Kind = mailing.Remind
	} else if p.Kind == "" {
		p.Kind = mailing.Invite
	}
	if p.Letters == nil {
		if p.Letters, err = s.letters(ctx, w); err != nil {
			return err
		}
	}
	s.examples(c, w, p)
	switch p.Said {
	case "gui", "loi-thu", "tra-lai", "danh-sach":
	default:
		p.Said = ""
	}
	return s.show(c, status, p)
}

// letters returns the words of all letters of a wave.
func (s *Server) letters(ctx context.Context, w *survey.OpenWave) (list []mailWords, err error) {
	for _, k := range mailing.Kinds {
		for _, lang := range []string{"vi", "en"} {
			words, err := s.store.MailWords(ctx, w.Code, k, lang)
			if err != nil {
				return nil, fmt.Errorf("mail: %w", err)
			}
			list = append(list, mailWords{Kind: k, Lang: lang, Words: words})
		}
	}
	return list, nil
}

// examples fills the letters in for a person that does not exist.
func (s *Server) examples(c echo.Context, w *survey.OpenWave, p *mailPage) {
	base := s.cfg.Mail.Base
	if base == "" {
		base = s.address(c.Request().Host, "")
	}
	for i := range p.Letters {
		x := &p.Letters[i]
		l := mailing.Letter{Kind: x.Kind, Lang: x.Lang, Stop: "…", Words: x.Words, Wave: w.Title, Closes: w.Closes}
		if x.Kind.Coded() {
			l.Code = "ABCD-EFGH-JKM"
		}
		if len(p.Agencies) > 0 {
			l.Agency = p.Agencies[0].Name
		}
		x.Example = mailing.Write(l, base)
	}
}

// mailForm reads a form of the page.
func (s *Server) mailForm(c echo.Context) (*survey.OpenWave, error) {
	if err := c.Request().ParseForm(); err != nil {
		return nil, formError(err)
	}
	if err := s.checkToken(c); err != nil {
		return nil, err
	}
	w, err := s.store.OpenWave(c.Param("wave"))
	if err != nil {
		return nil, fmt.Errorf("mail: %w", err)
	}
	return w, nil
}

// addMail takes a list of addresses. The first one makes the code for sending, which is shown once; later ones need it.
func (s *Server) addMail(c echo.Context) error {
	_, file, err := upload(c)
	if err != nil {
		return err
	}
	w, err := s.mailForm(c)
	if err != nil {
		return err
	}
	ctx, l := c.Request().Context(), s.language(c)
	p := &mailPage{Where: mailAdd, Agency: c.FormValue("co-quan")}
	refuse := func(target, text string) error {
		p.Wrong = append(p.Wrong, mailWrong{target, text})
		return s.showMail(c, http.StatusUnprocessableEntity, p)
	}
	if len(file) == 0 {
		return refuse("tep", l.T("mail.wrong.file"))
	}
	list, wrong, err := s.readAddresses(ctx, w, p.Agency, file)
	if err != nil {
		return fmt.Errorf("mail: %w", err)
	}
	if len(wrong) > 0 {
		p.Wrong = mailMistakes("tep", l.In, wrong)
		return s.showMail(c, http.StatusUnprocessableEntity, p)
	}
	st, err := s.store.MailState(ctx, w.Code)
	if err != nil {
		return fmt.Errorf("mail: %w", err)
	}
	code, fresh := c.FormValue("ma"), !st.Coded
	if fresh {
		code = survey.NewMailCode(rand.Reader)
	}
	key, err := survey.ReadMailCode(short(code))
	if err != nil {
		return refuse("ma-them", l.T("mail.wrong.code"))
	}
	added, err := s.store.AddMail(ctx, w.Code, key, list)
	var found phrase.Mistakes
	switch {
	case errors.As(err, &found):
		p.Wrong = mailMistakes("tep", l.In, found)
		return s.showMail(c, http.StatusUnprocessableEntity, p)
	case errors.Is(err, survey.ErrOtherMailCode):
		return refuse("ma-them", l.T("mail.wrong.other"))
	case err != nil:
		return fmt.Errorf("mail: %w", err)
	case !fresh:
		return s.see(c, mailAddress(w.Code)+"?xong=danh-sach")
	}
	p.Where, p.Added, p.Code = "", &added, code
	c.Response().Header().Set("Cache-Control", "private, no-store")
	return s.showMail(c, http.StatusOK, p)
}

// readAddresses reads a list as CSV or XLSX.
func (s *Server) readAddresses(ctx context.Context, w *survey.OpenWave, agency string, file []byte) ([]mailing.Address, phrase.Mistakes, error) {
	r := &mailing.Reader{Agency: agency, Known: w.Has}
	err := s.cfg.Table(ctx, bytes.NewReader(file), func(line int, cells []string) error {
		r.Row(line, cells)
		return nil
	})
	var found phrase.Mistakes
	if errors.As(err, &found) {
		return nil, found, nil
	}
	if err != nil {
		var m phrase.Mistakes
		m.Add("file", "Không đọc được tệp; cần CSV (UTF-8) hoặc Excel (.xlsx), nhiều nhất 1 MiB và 10.000 dòng.", "The file cannot be read; CSV (UTF-8) or Excel (.xlsx) of at most 1 MiB and 10,000 rows is expected.")
		return nil, m, ctx.Err()
	}
	list, wrong := r.Done()
	return list, wrong, nil
}

func mailMistakes(target string, in func(phrase.Text) string, m phrase.Mistakes) (list []mailWrong) {
	for _, x := range m {
		text := in(x.Message)
		if n, ok := strings.CutPrefix(x.Path, "row "); ok {
			text = in(phrase.Text{"vi": "Dòng ", "en": "Row "}) + n + ": " + text
		}
		list = append(list, mailWrong{target, text})
	}
	return list
}

// sendMail queues letters of one kind for everybody.
func (s *Server) sendMail(c echo.Context) error {
	w, err := s.mailForm(c)
	if err != nil {
		return err
	}
	v, l := c.Request().PostForm, s.language(c)
	p := &mailPage{Where: mailSend, Kind: mailing.Kind(v.Get("loai"))}
	refuse := func(status int, target, text string) error {
		p.Wrong = append(p.Wrong, mailWrong{target, text})
		return s.showMail(c, status, p)
	}
	var key survey.MailKey
	switch {
	case !p.Kind.Valid():
		return fmt.Errorf("%w: kind of letter %q", problem.ErrMalformed, p.Kind)
	case s.cfg.Mail.From == "":
		return refuse(http.StatusUnprocessableEntity, "gui", l.T("mail.none"))
	case p.Kind.Coded():
		if key, err = survey.ReadMailCode(short(v.Get("ma"))); err != nil {
			return refuse(http.StatusUnprocessableEntity, "ma-gui", l.T("mail.wrong.code"))
		}
	}
	_, err = s.store.BeginMail(c.Request().Context(), w.Code, p.Kind, key)
	for _, known := range []struct {
		is          error
		status      int
		target, key string
	}{
		{survey.ErrOtherMailCode, http.StatusUnprocessableEntity, "ma-gui", "mail.wrong.other"},
		{mailing.ErrNobody, http.StatusUnprocessableEntity, "gui", "mail.wrong.nobody"},
		{mailing.ErrBusy, http.StatusConflict, "gui", "mail.wrong.busy"},
	} {
		if errors.Is(err, known.is) {
			return refuse(known.status, known.target, l.T(known.key))
		}
	}
	if err != nil {
		return fmt.Errorf("mail: %w", err)
	}
	return s.see(c, mailAddress(w.Code)+"?xong=gui")
}

// writeMail says what letters of a kind say in a language.
func (s *Server) writeMail(c echo.Context) error {
	w, err := s.mailForm(c)
	if err != nil {
		return err
	}
	v, l := c.Request().PostForm, s.language(c)
	kind, lang := mailing.Kind(v.Get("loai")), v.Get("tieng")
	if !kind.Valid() || lang != "vi" && lang != "en" {
		return fmt.Errorf("%w: letter %q in %q", problem.ErrMalformed, kind, lang)
	}
	words := mailing.Words{Subject: strings.TrimSpace(v.Get("tieu-de")), Body: strings.TrimSpace(strings.ReplaceAll(v.Get("noi-dung"), "\r\n", "\n"))}
	if v.Has("mac-dinh") {
		words = mailing.Default(kind, lang)
	}
	err = s.store.SetMailWords(c.Request().Context(), w.Code, kind, lang, words)
	var found phrase.Mistakes
	if !errors.As(err, &found) {
		if err != nil {
			return fmt.Errorf("mail: %w", err)
		}
		return s.see(c, mailAddress(w.Code)+"?xong=loi-thu")
	}
	p := &mailPage{Where: mailWriting}
	if p.Letters, err = s.letters(c.Request().Context(), w); err != nil {
		return err
	}
	for i := range p.Letters {
		x := &p.Letters[i]
		if x.Kind != kind || x.Lang != lang {
			continue
		}
		x.Words, x.Open = words, true
		for _, m := range found {
			field := x.ID() + "-noi-dung"
			if m.Path == "subject" {
				field = x.ID() + "-tieu-de"
			}
			p.Wrong = append(p.Wrong, mailWrong{field, l.In(m.Message)})
		}
	}
	return s.showMail(c, http.StatusUnprocessableEntity, p)
}

// bouncedMail takes messages about letters that did not arrive.
func (s *Server) bouncedMail(c echo.Context) error {
	if err := c.Request().ParseMultipartForm(mailFile); err != nil { // in memory: these letters carry codes
		return formError(err)
	}
	w, err := s.mailForm(c)
	if err != nil {
		return err
	}
	p := &mailPage{Where: mailBack}
	file, _, err := c.Request().FormFile("tep")
	if err != nil || s.cfg.Mail.Bounces == nil {
		p.Wrong = []mailWrong{{"thu", s.language(c).T("mail.wrong.file")}}
		return s.showMail(c, http.StatusUnprocessableEntity, p)
	}
	defer file.Close()
	gone, reports, err := s.cfg.Mail.Bounces(file)
	if err != nil || reports == 0 {
		p.Wrong = []mailWrong{{"thu", s.language(c).T("mail.wrong.bounces")}}
		return s.showMail(c, http.StatusUnprocessableEntity, p)
	}
	if _, err := s.store.BounceMail(c.Request().Context(), gone); err != nil {
		return fmt.Errorf("mail: %w", err)
	}
	return s.see(c, mailAddress(w.Code)+"?xong=tra-lai")
}

// Day is the day on which a round began.
func (p *mailPage) Day(r mailing.Round) time.Time { return r.Begun.Time() }
