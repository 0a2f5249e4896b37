package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"
	"time"

	"github.com/go-playground/validator/v10"
	"github.com/labstack/echo/v4"

	"thuocdo/survey"
	"thuocdo/web/locale"
	"thuocdo/web/problem"
)

// response is the body of a submission. Of StartedAt only how long answering took is kept, coarsely: answers carry no
// time finer than a day.
type response struct {
	Agency    string              `json:"agency" validate:"required,max=100"`
	Mode      string              `json:"mode" validate:"required,oneof=web kiosk enumerator paper api"`
	StartedAt string              `json:"started_at" validate:"omitempty,datetime=2006-01-02T15:04:05Z07:00"`
	Answers   map[string][]string `json:"answers"` // as an HTML form has them

	Unit       string `json:"unit" validate:"max=40"`       // sampling unit
	Counter    string `json:"counter" validate:"max=40"`    // counter, kiosk or batch
	Enumerator string `json:"enumerator" validate:"max=40"` // who asked
	Language   string `json:"language" validate:"omitempty,oneof=vi en"`
}

var checks = validator.New(validator.WithRequiredStructEnabled())

// JSONBody refuses what is not JSON in UTF-8.
func JSONBody(c echo.Context) error {
	kind, params, err := mime.ParseMediaType(c.Request().Header.Get("Content-Type"))
	charset, set := params["charset"]
	if err != nil || kind != "application/json" || set && !strings.EqualFold(charset, "utf-8") {
		return problem.ErrMediaType
	}
	if c.Request().Header.Get("Content-Encoding") != "" {
		return problem.ErrMediaType
	}
	return nil
}

// readResponse reads the body strictly: one object, known names, no name twice, values no deeper than a list of choices.
// A body that is no JSON object is an error; whatever is wrong inside one is a field.
func readResponse(l *locale.Locale, r io.Reader) (response, []problem.Field, error) {
	d := reader{Decoder: json.NewDecoder(r), locale: l}
	d.UseNumber()
	out := response{Mode: string(survey.API)}
	err := d.object("#", func(name, at string) error {
		switch name {
		case "agency":
			return d.text(at, &out.Agency)
		case "mode":
			return d.text(at, &out.Mode)
		case "started_at":
			return d.text(at, &out.StartedAt)
		case "unit":
			return d.text(at, &out.Unit)
		case "counter":
			return d.text(at, &out.Counter)
		case "enumerator":
			return d.text(at, &out.Enumerator)
		case "language":
			return d.text(at, &out.Language)
		case "answers":
			out.Answers = map[string][]string{}
			return d.object(at, func(code, at string) error {
				values, err := d.values(at)
				out.Answers[code] = values
				return err
			})
		}
		d.wrong(at, "unknown")
		return d.skip()
	})
	if err == nil {
		_, err = d.Token()
		if err == nil {
			err = errors.New("something follows the object")
		} else if errors.Is(err, io.EOF) {
			err = nil
		}
	}
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return out, nil, err
	case err != nil:
		return out, nil, fmt.Errorf("%w: %w", problem.ErrMalformed, err)
	}
	d.check(out)
	return out, d.fields, nil
}

// check adds what the struct's own rules refuse.
func (d *reader) check(in response) {
	var bad validator.ValidationErrors
	if !errors.As(checks.Struct(in), &bad) {
		return
	}
	names := map[string]string{"Agency": "agency", "Mode": "mode", "StartedAt": "started_at", "Unit": "unit", "Counter": "counter",
		"Enumerator": "enumerator", "Language": "language"}
	for _, f := range bad {
		at := "#/" + names[f.Field()]
		switch f.Tag() {
		case "required":
			d.wrong(at, "missing")
		case "oneof":
			d.wrong(at, "not_a_choice", f.Param())
		case "datetime":
			d.wrong(at, "not_a_time", "2026-06-01T09:00:00+07:00")
		default:
			d.wrong(at, "too_long", f.Param())
		}
	}
}

// fields turns refused answers into fields with a pointer into the body.
func (a *API) fields(c echo.Context, faults survey.Faults) []problem.Field {
	l := a.language(c)
	out := make([]problem.Field, 0, len(faults))
	for _, x := range faults {
		out = append(out, problem.Field{
			Pointer: "#/answers/" + escape(x.Question), Reason: string(x.Reason), Limit: x.Limit, Detail: problem.Words(l, x),
		})
	}
	return out
}

// circumstances returns what is kept of how the response came in. The body has passed its checks.
func (in response) circumstances(now time.Time) survey.Circumstances {
	c := survey.Circumstances{Unit: in.Unit, Counter: in.Counter, Enumerator: in.Enumerator, Language: in.Language}
	if begun, err := time.Parse(time.RFC3339, in.StartedAt); err == nil {
		c.Seconds = survey.Coarse(now.Sub(begun))
	}
	return c
}

// badCodes names the circumstances that are no codes.
func (a *API) badCodes(c echo.Context, how survey.Circumstances) (out []problem.Field) {
	l := a.language(c)
	for _, x := range []struct{ name, code string }{{"unit", how.Unit}, {"counter", how.Counter}, {"enumerator", how.Enumerator}} {
		if (&survey.Circumstances{Unit: x.code}).Check() != nil {
			out = append(out, problem.Field{Pointer: "#/" + x.name, Reason: "not_a_code", Detail: l.T("fault.body.not_a_code")})
		}
	}
	return out
}
