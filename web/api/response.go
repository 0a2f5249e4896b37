package api

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"strings"
	"time"

	"github.com/go-playground/validator/v10"
	"github.com/labstack/echo/v4"

	"thuocdo/survey"
	"thuocdo/web/locale"
	"thuocdo/web/problem"
)

// response is the body of a submission without its answers. Of StartedAt only how long answering took is kept, coarsely: answers carry no
// time finer than a day.
type response struct {
	Agency    string `json:"agency" validate:"required,max=100"`
	Mode      string `json:"mode" validate:"required,oneof=web kiosk enumerator paper api"`
	StartedAt string `json:"started_at" validate:"omitempty,datetime=2006-01-02T15:04:05Z07:00"`

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

// readResponse reads the body strictly: one object, known names, no name twice, values no deeper than a list of choices; answers go
// into the filler. A body that is no JSON object is an error; whatever is wrong inside one is a field.
func readResponse(l *locale.Locale, body io.Reader, answers *survey.Filler) (response, []problem.Field, error) {
	out := response{Mode: string(survey.API)}
	seen := map[string]bool{}
	d, err := readBody(l, body, func(d *reader, name string) error {
		if seen[name] {
			d.wrong(at(name), "repeated")
		}
		if seen[name] = true; len(seen) > maxMembers {
			return fmt.Errorf("more than %d names", maxMembers)
		}
		if name == "answers" {
			return d.object(func(code string) error {
				values, err := d.answer(code)
				if answers.Give(code, values) {
					d.wrong(at(name, code), "repeated")
				}
				return err
			})
		}
		if into := out.member(name); into != nil {
			return d.text(name, into)
		}
		d.wrong(at(name), "unknown")
		return d.SkipValue()
	})
	if err != nil {
		return out, nil, err
	}
	d.check(out)
	return out, d.fields, nil
}

// member returns where a member that is a string belongs, nil if there is none of this name.
func (in *response) member(name string) *string {
	switch name {
	case "agency":
		return &in.Agency
	case "mode":
		return &in.Mode
	case "started_at":
		return &in.StartedAt
	case "unit":
		return &in.Unit
	case "counter":
		return &in.Counter
	case "enumerator":
		return &in.Enumerator
	case "language":
		return &in.Language
	}
	return nil
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
			Pointer: at("answers", x.Question), Reason: string(x.Reason), Limit: x.Limit, Detail: problem.Words(l, x),
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
