package web

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"thuocdo/scoring/phrase"
	"thuocdo/survey"
	"thuocdo/survey/paper"
	"thuocdo/web/problem"
)

// entryPage is a whole form on one page, to be typed in by keyboard.
type entryPage struct {
	placeAsked
	CSRF   string
	Path   string
	Code   string
	Issued int
	Twice  bool
	Number string
	Pages  []paperPage
	Wrong  []wrong
	Invite inviteCell
	// NumberWrong is what is wrong with the number of the form.
	NumberWrong string
	Reasons     []string
	Done        string // number of the form before
	How         string // key of what became of it
}

func (*entryPage) template() string { return "paper-entry" }
func (p *entryPage) frame(f *Frame) {
	f.NoIndex, f.Paper = true, true
	p.CSRF = f.CSRF
}

func (s *Server) newEntryPage(c echo.Context, a asking, b paper.Batch, number string, typed map[string]string, faults survey.Faults) *entryPage {
	l, wrongs := s.language(c), map[string]string{}
	p := &entryPage{placeAsked: placeAsked{a.wave.Title, a.agency.Name}, Path: batchPath(b.Code), Code: b.Code, Issued: b.Issued, Twice: b.Twice, Number: number, Reasons: paper.Reasons}
	for _, x := range faults {
		if i, ok := a.form().Index(x.Question); ok {
			wrongs[x.Question] = problem.Words(l, x)
			p.Wrong = append(p.Wrong, wrong{"c-" + x.Question, a.form().Question(i).Text, wrongs[x.Question]})
		}
	}
	p.Pages = paperPages(l, a.form(), typed, wrongs)
	p.Invite.Asked = a.invitedOnly() && !b.Twice
	return p
}

func (s *Server) paperEntryForm(c echo.Context) error {
	a, b, _, err := s.batch(c)
	if err != nil {
		return err
	}
	next := 1
	p := s.newEntryPage(c, a, b, "", nil, nil)
	if done := within(c.QueryParam("xong"), 1, b.Issued, 0); done > 0 {
		p.Done, next = sheetNumber(b.Code, done), min(done+1, b.Issued)
		if how := c.QueryParam("ra"); slices.Contains([]string{"counted", "waiting", "differs", "invalid"}, how) {
			p.How = "paper.done." + how
		}
	}
	p.Number = strconv.Itoa(next)
	return s.show(c, http.StatusOK, p)
}

// paperEntry takes what was typed from one form.
func (s *Server) paperEntry(c echo.Context) error {
	form, err := s.ownForm(c)
	if err != nil {
		return err
	}
	a, b, _, err := s.batch(c)
	if err != nil {
		return err
	}
	typed := map[string]string{}
	for name, v := range form {
		if code, ok := strings.CutPrefix(name, fieldOf); ok && len(v) > 0 {
			typed[code] = v[0]
		}
	}
	number, ok := readSheetNumber(form.Get("so"), b)
	refuse := func(status int, key string, faults survey.Faults, why string) error {
		p := s.newEntryPage(c, a, b, form.Get("so"), typed, faults)
		if why != "" {
			p.Wrong = append(p.Wrong, p.Invite.refuse(s.language(c), form.Get(fieldInvite), why))
		}
		if key != "" {
			p.NumberWrong = s.language(c).T(key)
			p.Wrong = append([]wrong{{"so", nil, p.NumberWrong}}, p.Wrong...)
		}
		return s.show(c, status, p)
	}
	if !ok {
		return refuse(http.StatusUnprocessableEntity, "paper.wrong.number", nil, "")
	}
	how, faults, err := s.takeSheet(c, a, b, number, form, typed)
	why := whyNot(err)
	switch {
	case why != "":
		return refuse(s.whyStatus(c, why), "", nil, why)
	case len(faults) > 0:
		return refuse(http.StatusUnprocessableEntity, "", faults, "")
	case errors.Is(err, paper.ErrEntered):
		return refuse(http.StatusConflict, "paper.wrong.entered", nil, "")
	case errors.Is(err, paper.ErrSamePerson):
		return refuse(http.StatusConflict, "paper.wrong.same", nil, "")
	case errors.Is(err, paper.ErrBadReason):
		return refuse(http.StatusUnprocessableEntity, "paper.wrong.reason", nil, "")
	case err != nil:
		return err
	}
	if how == "invitation" {
		return s.see(c, sheetPath(b.Code, number))
	}
	return s.see(c, fmt.Sprintf("%s/nhap?xong=%d&ra=%s", batchPath(b.Code), number, how))
}

func sheetPath(batch string, number int) string {
	return fmt.Sprintf("%s/so/%d", batchPath(batch), number)
}

// readSheetNumber reads "17" or "K7Q2X-0017".
func readSheetNumber(typed string, b paper.Batch) (int, bool) {
	typed = strings.ToUpper(strings.TrimSpace(typed))
	typed = strings.TrimPrefix(typed, b.Code+"-")
	n, err := strconv.Atoi(typed)
	return n, err == nil && n >= 1 && n <= b.Issued
}

// takeSheet stores an entry, or that a form is invalid, and says what became of the form.
func (s *Server) takeSheet(c echo.Context, a asking, b paper.Batch, number int, form url.Values, typed map[string]string) (string, survey.Faults, error) {
	ctx := c.Request().Context()
	if form.Get("go") == "invalid" {
		reason := form.Get("ly-do")
		if !slices.Contains(paper.Reasons, reason) {
			return "", nil, paper.ErrBadReason
		}
		return "invalid", nil, s.store.Settle(ctx, b.Code, number, paper.Invalid, reason)
	}
	if now := s.cfg.Now(); !a.wave.OpenAt(now) {
		return "", nil, survey.ErrClosed
	}
	if !a.wave.Takes(survey.Paper) {
		return "", nil, survey.ErrModeClosed
	}
	answers, faults := paper.Read(a.form(), typed)
	if len(faults) > 0 {
		return "", faults, nil
	}
	invite := ""
	if a.invitedOnly() && !b.Twice {
		var err error
		if invite, err = s.paperInvitation(c, a, form, false); err != nil {
			return "", nil, err
		}
	}
	who, _ := accountOf(c)
	pass, err := s.store.PutEntry(ctx, b.Code, number, paper.Entry{Author: who.ID, Packed: a.form().Pack(answers)}, survey.NewKey(rand.Reader))
	if err != nil {
		return "", nil, err
	}
	if b.Twice && pass == 1 {
		return "waiting", nil, nil
	}
	one, two, err := s.entries(ctx, a, b.Code, number)
	if err != nil {
		return "", nil, err
	}
	if b.Twice && len(paper.Differences(a.form(), one, two)) > 0 {
		return "differs", nil, nil
	}
	if b.Twice && a.invitedOnly() {
		return "invitation", nil, nil
	}
	return "counted", nil, s.countSheet(ctx, a, b, number, one, invite)
}

// entries returns both entries of a form; the second is empty where there is one.
func (s *Server) entries(ctx context.Context, a asking, code string, number int) (one, two survey.Answers, err error) {
	list, _, err := s.store.Entries(ctx, code, number)
	if err != nil || len(list) == 0 {
		return nil, nil, errors.Join(err, errIf(err == nil, paper.ErrNoSheet))
	}
	if one, err = a.form().Unpack(list[0].Packed); err == nil && len(list) > 1 {
		two, err = a.form().Unpack(list[1].Packed)
	}
	return one, two, err
}

func errIf(cond bool, err error) error {
	if cond {
		return err
	}
	return nil
}

// countSheet sends the answers of a form through the intake and erases what was typed. Broken off in between and done again,
// the form's key sees to it that it counts once.
func (s *Server) countSheet(ctx context.Context, a asking, b paper.Batch, number int, answers survey.Answers, invite string) error {
	list, key, err := s.store.Entries(ctx, b.Code, number)
	if err != nil {
		return err
	}
	how := survey.Circumstances{Counter: b.Code, Language: "vi"}
	if len(list) > 0 {
		if who, err := s.store.AccountByID(ctx, list[0].Author); err == nil && (&survey.Circumstances{Enumerator: who.Login}).Check() == nil {
			how.Enumerator = who.Login
		}
	}
	_, err = s.intake.Submit(ctx, survey.Submission{Wave: b.Wave, Agency: b.Agency, Key: key, Mode: survey.Paper, Answers: answers, Invitation: invite,
		Circumstances: how})
	if err != nil && !errors.Is(err, survey.ErrOtherContent) { // counted before with what was agreed on then
		return fmt.Errorf("paper: %w", err)
	}
	return s.store.Settle(ctx, b.Code, number, paper.Counted, "")
}

// sheetPage shows where two entries of a form differ.
type sheetPage struct {
	placeAsked
	CSRF, Path, Number string
	Differ             []difference
	Wrong              []wrong
	Invite             inviteCell
}

type difference struct {
	paperQuestion
	One, Two string
}

func (*sheetPage) template() string { return "paper-sheet" }
func (p *sheetPage) frame(f *Frame) {
	f.NoIndex, f.Paper = true, true
	p.CSRF = f.CSRF
}

func (s *Server) paperSheet(c echo.Context) error {
	return s.showSheet(c, http.StatusOK, nil, nil, "")
}

func (s *Server) showSheet(c echo.Context, status int, typed map[string]string, faults survey.Faults, why string) error {
	a, b, _, err := s.batch(c)
	if err != nil {
		return err
	}
	number, _ := strconv.Atoi(c.Param("number"))
	one, two, err := s.entries(c.Request().Context(), a, b.Code, number)
	if err != nil {
		return fmt.Errorf("paper: %w", err)
	}
	if b.Twice && two == nil {
		return paper.ErrNoSheet // nobody sees a first entry before the second is typed
	}
	p := &sheetPage{placeAsked: placeAsked{a.wave.Title, a.agency.Name}, Path: batchPath(b.Code), Number: sheetNumber(b.Code, number)}
	wrongs := map[string]string{}
	for _, x := range faults {
		var text phrase.Text
		if i, ok := a.form().Index(x.Question); ok {
			text = a.form().Question(i).Text
		}
		wrongs[x.Question] = problem.Words(s.language(c), x)
		p.Wrong = append(p.Wrong, wrong{"c-" + x.Question, text, wrongs[x.Question]})
	}
	p.Invite.Asked = a.invitedOnly()
	if why != "" {
		p.Wrong = append(p.Wrong, p.Invite.refuse(s.language(c), c.Request().PostForm.Get(fieldInvite), why))
	}
	first, second := paper.Cells(a.form(), one), paper.Cells(a.form(), two)
	for _, page := range paperPages(s.language(c), a.form(), typed, wrongs) {
		for _, block := range page.Blocks {
			for _, q := range block.Questions {
				if two != nil && first[q.Code] != second[q.Code] || wrongs[q.Code] != "" {
					p.Differ = append(p.Differ, difference{q, first[q.Code], second[q.Code]})
				}
			}
		}
	}
	return s.show(c, status, p)
}

// settleSheet takes what the paper says where two entries differ, and counts the form.
func (s *Server) settleSheet(c echo.Context) error {
	form, err := s.ownForm(c)
	if err != nil {
		return err
	}
	a, b, _, err := s.batch(c)
	if err != nil {
		return err
	}
	number, _ := strconv.Atoi(c.Param("number"))
	one, two, err := s.entries(c.Request().Context(), a, b.Code, number)
	if err != nil {
		return fmt.Errorf("paper: %w", err)
	}
	if b.Twice && two == nil {
		return paper.ErrNoSheet
	}
	cells, typed := paper.Cells(a.form(), one), map[string]string{}
	for i := range a.form().Len() {
		code := a.form().Question(i).Code
		if form.Has(fieldOf + code) {
			typed[code] = form.Get(fieldOf + code)
			cells[code] = typed[code]
		}
	}
	for _, i := range paper.Differences(a.form(), one, two) {
		if code := a.form().Question(i).Code; two != nil && !form.Has(fieldOf+code) {
			return s.showSheet(c, http.StatusUnprocessableEntity, typed, survey.Faults{{Question: code, Reason: survey.Missing}}, "")
		}
	}
	answers, faults := paper.Read(a.form(), cells)
	if len(faults) > 0 {
		return s.showSheet(c, http.StatusUnprocessableEntity, typed, faults, "")
	}
	invite := ""
	if a.invitedOnly() {
		invite, err = s.paperInvitation(c, a, form, true)
	}
	if err == nil {
		err = s.countSheet(c.Request().Context(), a, b, number, answers, invite)
	}
	why := whyNot(err)
	switch {
	case why != "":
		return s.showSheet(c, s.whyStatus(c, why), typed, nil, why)
	case err != nil:
		return err
	}
	return s.see(c, batchPath(b.Code))
}
