// Package api is the JSON interface for programs: kiosks, enumerators' tablets, portals that carry the form.
package api

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/labstack/echo/v4"

	"thuocdo/survey"
	"thuocdo/web/locale"
	"thuocdo/web/problem"
)

// Store is what the API reads.
type Store interface {
	survey.Waves
	Counted(ctx context.Context, digest [16]byte) (wave string, counted bool, err error)
}

// API answers requests of programs. It is safe for concurrent use.
type API struct {
	Store  Store
	Intake *survey.Intake
	Book   *locale.Book
	Send   func(c echo.Context, status int, kind string, body []byte) error // compresses where that pays
	Admit  func(c echo.Context, wave, agency string) error                  // refuses a network that sends too much
}

// Questionnaire returns the published questionnaire of a wave, as its file says it. It never changes, so it has an ETag.
func (a *API) Questionnaire(c echo.Context) error {
	w, err := a.Store.OpenWave(c.Param("wave"))
	if err != nil {
		return fmt.Errorf("questionnaire: %w", err)
	}
	tag := `"` + w.Questionnaire + "@" + w.Version + `"`
	c.Response().Header().Set("ETag", tag)
	if problem.Fresh(c, tag) {
		return c.NoContent(http.StatusNotModified)
	}
	body, err := json.Marshal(w.Form.Questionnaire())
	if err != nil {
		return fmt.Errorf("questionnaire: %w", err)
	}
	return a.Send(c, http.StatusOK, echo.MIMEApplicationJSON, body)
}

// Respond takes one filled-in form: 201 with its receipt, 200 if the same one is stored already.
func (a *API) Respond(c echo.Context) error {
	key := c.Request().Header.Get("Idempotency-Key")
	if key == "" {
		return problem.ErrNoKey
	}
	if err := JSONBody(c); err != nil {
		return err
	}
	w, err := a.Store.OpenWave(c.Param("wave"))
	if err != nil {
		return fmt.Errorf("respond: %w", err)
	}
	switch now := a.Intake.Now(); {
	case w.ClosedAt(now):
		return a.afterwards(c, w, key)
	case !w.OpenAt(now):
		return survey.ErrNotOpen
	case w.Access == survey.Invited:
		return survey.ErrInvitationNeeded // whatever mode the body claims: here nobody knows who sends
	}
	in, fields, err := a.submission(c, w)
	switch {
	case err != nil:
		return err
	case len(fields) > 0:
		return problem.Write(c, a.language(c), problem.Invalid, c.Response().Header().Get(echo.HeaderXRequestID), fields)
	case !w.Takes(in.Mode):
		return survey.ErrModeClosed
	}
	if err := a.Admit(c, in.Wave, in.Agency); err != nil {
		return err
	}
	in.Key = key
	return a.submit(c, in)
}

// submission reads the body against the wave's form; the fields are what is wrong with it.
func (a *API) submission(c echo.Context, w *survey.OpenWave) (survey.Submission, []problem.Field, error) {
	form := w.Form.On(survey.DayOf(a.Intake.Now().In(survey.Vietnam)))
	filler := form.Filler()
	body, fields, err := readResponse(a.language(c), c.Request().Body, filler)
	if err != nil {
		return survey.Submission{}, nil, err
	}
	if body.Agency != "" && !w.Has(body.Agency) {
		words := a.language(c).T("problem.unknown_agency.title")
		fields = append(fields, problem.Field{Pointer: "#/agency", Reason: string(survey.Unknown), Detail: words})
	}
	answers, faults := filler.Answers()
	fields = append(fields, a.fields(c, form.Join(faults, form.Check(answers)))...)
	how := body.circumstances(a.Intake.Now())
	if err := how.Check(); err != nil {
		fields = append(fields, a.badCodes(c, how)...)
	} else if w.Has(body.Agency) && w.Draws(body.Agency, how.Unit) != nil {
		words := a.language(c).T("problem.unknown_unit.title")
		fields = append(fields, problem.Field{Pointer: "#/unit", Reason: string(survey.Unknown), Detail: words})
	}
	return survey.Submission{Wave: w.Code, Agency: body.Agency, Mode: survey.Mode(body.Mode), Answers: answers, Circumstances: how}, fields, nil
}

func (a *API) submit(c echo.Context, in survey.Submission) error {
	receipt, err := a.Intake.Submit(c.Request().Context(), in)
	if err != nil {
		return fmt.Errorf("respond: %w", err)
	}
	status := http.StatusCreated
	if receipt.Again {
		status = http.StatusOK
	}
	return sendReceipt(c, status, receipt.Code)
}

// sendReceipt writes the code of a receipt: letters, digits and dashes, which JSON leaves as they are.
func sendReceipt(c echo.Context, status int, code string) error {
	return c.JSONBlob(status, []byte(`{"receipt":"`+code+"\"}\n"))
}

// afterwards answers a sender who comes after the end: a retry of a form that was counted in time gets its receipt.
func (a *API) afterwards(c echo.Context, w *survey.OpenWave, key string) error {
	code := survey.ReceiptCode(w.Code, key)
	digest, err := survey.ReceiptDigest(code)
	if err != nil {
		return fmt.Errorf("respond: %w", err)
	}
	_, counted, err := a.Store.Counted(c.Request().Context(), digest)
	switch {
	case err != nil:
		return fmt.Errorf("respond: %w", err)
	case !counted:
		return survey.ErrClosed
	}
	return sendReceipt(c, http.StatusOK, code)
}

// Receipt says whether the form of a receipt is counted, and nothing else about it.
func (a *API) Receipt(c echo.Context) error {
	digest, err := survey.ReceiptDigest(c.Param("receipt"))
	if err != nil {
		return fmt.Errorf("%w: %w", problem.ErrNotCounted, err)
	}
	wave, counted, err := a.Store.Counted(c.Request().Context(), digest)
	if err != nil {
		return fmt.Errorf("receipt: %w", err)
	}
	if !counted {
		return problem.ErrNotCounted
	}
	return c.JSON(http.StatusOK, struct {
		Counted bool   `json:"counted"`
		Wave    string `json:"wave"`
	}{true, wave})
}

func (a *API) language(c echo.Context) *locale.Locale { return a.Book.In(c.QueryParam("lang")) }
