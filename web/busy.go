package web

import (
	"html/template"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"thuocdo/survey"
	"thuocdo/web/problem"
)

// busyPage tells somebody who answers that there is no room now. It costs next to nothing, and nothing is lost: what was
// typed comes back in hidden fields, and its button sends it again.
type busyPage struct {
	Posted bool // a form was sent; else a page was asked for
	Action string
	Other  string // address in the other language, of a page that was asked for
	ID     string
	Wait   string // seconds
	Fields template.HTML
}

func (busyPage) template() string { return "busy" }

func (p busyPage) frame(f *Frame) {
	f.NoIndex, f.Plain = true, true
	if p.Posted {
		f.MainForm = "phieu"
	} else {
		f.Other.Address = p.Other
	}
}

// Where the holes of a busy page are, besides those of a form.
const (
	holeOther  = "zq7hole5other"
	holeID     = "zq7hole6id"
	holeWait   = "zq7hole7wait"
	holeFields = "zq7hole8fields"
)

// Seconds after which somebody who was turned away should come back: not all at once.
const (
	busyLeast  = 3
	busySpread = 6
)

// busy turns somebody away who answers, or asks for a form.
func (s *Server) busy(c echo.Context) error {
	s.door.press(s.cfg.Now())
	wait := strconv.Itoa(busyLeast + rand.IntN(busySpread))
	c.Response().Header().Set("Retry-After", wait)
	r, l := c.Request(), s.language(c)
	p := busyPage{Posted: r.Method == http.MethodPost, Action: r.URL.Path, Other: otherLanguage(r.URL, l.Tag()).Address, ID: requestIDOf(c), Wait: wait}
	values := r.URL.Query()
	if p.Posted {
		p.Action, values = r.URL.RequestURI(), r.PostForm
	}
	p.Fields = hiddenFields(values)
	if kioskOf(c) != nil {
		return s.show(c, http.StatusServiceUnavailable, p)
	}
	key := castKey{"", l.Tag() + strconv.FormatBool(p.Posted)}
	m := s.casts.get(key, nil, 0, func() *mould { return s.castBusy(c, p.Posted) })
	if m == nil {
		return s.show(c, http.StatusServiceUnavailable, p)
	}
	holes := []string{template.HTMLEscapeString(p.ID), template.HTMLEscapeString(p.Action), wait, string(p.Fields)}
	if !p.Posted {
		holes = append([]string{template.HTMLEscapeString(p.Other)}, holes...)
	}
	return pour(c, http.StatusServiceUnavailable, m, holes...)
}

func (s *Server) castBusy(c echo.Context, posted bool) *mould {
	holes := []string{holeID, holeAction, holeWait, holeFields}
	if !posted {
		holes = append([]string{holeOther}, holes...)
	}
	return s.cut(c, busyPage{Posted: posted, Action: holeAction, Other: holeOther, ID: holeID, Wait: holeWait, Fields: holeFields}, holes)
}

// hiddenFields writes what was typed as hidden fields.
func hiddenFields(values url.Values) template.HTML {
	var b strings.Builder
	for name, list := range values {
		for _, v := range list {
			b.WriteString(`<input type="hidden" name="`)
			template.HTMLEscape(&b, []byte(name))
			b.WriteString(`" value="`)
			template.HTMLEscape(&b, []byte(v))
			b.WriteString("\">\n")
		}
	}
	return template.HTML(b.String()) // escaped above
}

// storeBusy answers where the store has no room for a form.
func (s *Server) storeBusy(c echo.Context, err error) error {
	s.note(c, err, problem.Of(survey.ErrBusy))
	return s.busy(c)
}
