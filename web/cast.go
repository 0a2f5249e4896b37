package web

import (
	"bytes"
	"html/template"
	"net/http"
	"strconv"
	"sync"

	"github.com/labstack/echo/v4"

	"thuocdo/scoring/phrase"
	"thuocdo/survey"
)

// casts keeps the first page of every form, rendered and compressed once for all agencies of a wave in a language: what
// a request adds is the name of the agency, its address, and the hidden state.
type casts struct {
	mu   sync.RWMutex
	kept map[castKey]cast
}

type castKey struct{ wave, lang string }

// cast is a mould, and what it was made of: another wave or another day makes another.
type cast struct {
	wave  *survey.OpenWave
	day   survey.Day
	mould *mould // nil: such a page is rendered each time
}

// Where the holes of a first page are. A page that says one of these itself is rendered each time.
const (
	holeAgency = "zq7hole1agency"
	holeAction = "zq7hole2action"
	holeProof  = "zq7hole3proof"
	holeDraft  = "zq7hole4draft"
)

// mostCasts bounds the memory; there are two for each wave that is asked for.
const mostCasts = 200

// get returns the mould of a wave's first page, made by make where there is none for it as it is.
func (k *casts) get(key castKey, wave *survey.OpenWave, day survey.Day, make func() *mould) *mould {
	k.mu.RLock()
	c, ok := k.kept[key]
	k.mu.RUnlock()
	if ok && c.wave == wave && c.day == day {
		return c.mould
	}
	c = cast{wave, day, make()}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.kept == nil || len(k.kept) >= mostCasts {
		k.kept = map[castKey]cast{}
	}
	k.kept[key] = c
	return c.mould
}

// firstPage shows the first page of a form: out of its mould, where everybody's is alike.
func (s *Server) firstPage(c echo.Context, a asking, d draft) error {
	f, l := a.form(), s.language(c)
	first := nextPage(f, d.Answers, -1)
	s.pageViewed(a, first, false)
	if a.kiosk != nil || f.Random() {
		return s.showStep(c, http.StatusOK, a, d, first, stepNotes{})
	}
	m := s.casts.get(castKey{a.wave.Code, l.Tag()}, a.wave, a.today, func() *mould { return s.castFirst(c, a, first) })
	if m == nil {
		return s.showStep(c, http.StatusOK, a, d, first, stepNotes{})
	}
	state, proof := "", ""
	if d.Key != "" || d.Unit != "" {
		state = d.encode(f)
	}
	name, action := string(say(l, a.agency.Name)), template.HTMLEscapeString(a.path())
	if !f.OnePage() {
		return pour(c, http.StatusOK, m, name, action, state)
	}
	if s.asksProof(c, a) {
		challenge, err := s.challenge(c, a)
		if err != nil {
			return err
		}
		proof = template.HTMLEscapeString(challenge)
	}
	return pour(c, http.StatusOK, m, name, action, proof, state)
}

// castFirst renders the first page of a wave with its holes, and cuts it; nil where that cannot be done.
func (s *Server) castFirst(c echo.Context, a asking, first int) *mould {
	f := a.form()
	d, _ := decodeDraft(f, "") // an empty draft is never damaged
	head := s.headOf(a, d, first)
	head.Agency, head.Action, head.Draft = phrase.VI(holeAgency, holeAgency), holeAction, holeDraft
	var p page
	var err error
	holes := []string{holeAgency, holeAction, holeDraft}
	if f.OnePage() {
		var whole wholePage
		whole, err = newWholePage(s.language(c), f, d, head, stepNotes{})
		whole.Challenge = holeProof
		p, holes = whole, []string{holeAgency, holeAction, holeProof, holeDraft}
	} else {
		p, err = newStepPage(s.language(c), f, d, head, stepNotes{})
	}
	if err != nil {
		return nil // rendering says why
	}
	return s.cut(c, p, holes)
}

// cut renders a page and cuts it at its holes; nil where that cannot be done.
func (s *Server) cut(c echo.Context, p page, holes []string) *mould {
	buf, err := s.render(c, p)
	if err != nil {
		return nil
	}
	defer buffers.Put(buf)
	m, err := newMould(buf.Bytes(), holes...)
	if err != nil {
		return nil
	}
	return m
}

// pour answers with a page out of its mould.
func pour(c echo.Context, status int, m *mould, holes ...string) error {
	buf := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(buf)
	buf.Reset()
	h := c.Response().Header()
	h["Vary"] = append(h["Vary"], "Accept-Encoding")
	if accepted(c.Request().Header.Get("Accept-Encoding"), "gzip") {
		h["Content-Encoding"] = []string{"gzip"}
		m.zip(buf, holes...)
	} else {
		m.pour(buf, holes...)
	}
	h["Content-Length"] = []string{strconv.Itoa(buf.Len())}
	return c.Blob(status, "text/html; charset=utf-8", buf.Bytes())
}
