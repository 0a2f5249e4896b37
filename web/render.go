package web

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/labstack/echo/v4"

	"thuocdo/scoring/phrase"
	"thuocdo/survey"
	"thuocdo/web/locale"
)

// page is the data of one page. Its template is templates/pages/<name>.html, which defines "title" and "main";
// inside both, the dot is the page struct.
type page interface{ template() string }

// screen is what the layout sees.
type screen struct {
	Frame *Frame
	Page  page
}

// renderer is what a server renders with.
type renderer struct {
	in   templates
	seen func(lang, page string) // tests learn here what was executed; nil otherwise
}

// functions are what every template may call; docs/design.md lists them.
func functions(l *locale.Locale, a *assets) template.FuncMap {
	return template.FuncMap{
		"lang":   l.Tag,
		"t":      l.T,
		"in":     l.In,
		"say":    func(t phrase.Text) template.HTML { return say(l, t) },
		"num":    l.Number,
		"short":  l.Short,
		"int":    l.Int,
		"count":  func(n int) string { return l.Int(int64(n)) },
		"date":   func(t time.Time) string { return l.Date(t.In(survey.Vietnam)) },
		"day":    func(text string) string { return issuedOn(l, text) },
		"moment": func(t time.Time) string { return l.Moment(t.In(survey.Vietnam)) },
		"href":   func(p string) string { return inLanguage(p, l.Tag()) },
		"asset":  a.url,
		"add":    func(a, b int) int { return a + b },
	}
}

// say writes a text and marks it where it is in another language than the page.
func say(l *locale.Locale, t phrase.Text) template.HTML {
	s := template.HTMLEscapeString(l.In(t))
	if !l.Speaks(t) {
		s = `<span lang="` + locale.Reference + `">` + s + `</span>`
	}
	return template.HTML(s) // escaped above
}

// inLanguage adds ?lang to an address of ours, unless the language is the reference one. The language travels in
// addresses and nowhere else: no cookie, and a page has one address per language.
func inLanguage(p, tag string) string {
	if tag == locale.Reference {
		return p
	}
	p, fragment, _ := strings.Cut(p, "#")
	sep := "?"
	if strings.Contains(p, "?") {
		sep = "&"
	}
	p += sep + "lang=" + url.QueryEscape(tag)
	if fragment != "" {
		p += "#" + fragment
	}
	return p
}

// language returns the locale a request asks for.
func (s *Server) language(c echo.Context) *locale.Locale {
	if l, ok := c.Get(languageKey).(*locale.Locale); ok {
		return l
	}
	return s.book.In(c.QueryParam("lang"))
}

// languageKey holds the language of an answer where it is not the one of the address: after the switch in a form.
const languageKey = "language"

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// show renders a page to a buffer and sends it whole: a mistake in a template never reaches a reader half-way.
func (s *Server) show(c echo.Context, status int, p page) error {
	buf, err := s.render(c, p)
	if err != nil {
		return err
	}
	defer buffers.Put(buf)
	return send(c, status, "text/html; charset=utf-8", buf.Bytes())
}

// showAlike is show for a page that everybody sees alike: whoever holds it already is told that it is the same.
func (s *Server) showAlike(c echo.Context, p page) error {
	buf, err := s.render(c, p)
	if err != nil {
		return err
	}
	defer buffers.Put(buf)
	tag := tagOf(buf.Bytes())
	c.Response().Header().Set("ETag", tag)
	if holds(c.Request().Header.Get("If-None-Match"), tag) {
		return c.NoContent(http.StatusNotModified)
	}
	return send(c, http.StatusOK, "text/html; charset=utf-8", buf.Bytes())
}

// render writes a page to a buffer, which the caller puts back into buffers.
func (s *Server) render(c echo.Context, p page) (*bytes.Buffer, error) {
	tag := s.language(c).Tag()
	t, err := s.pages.in.page(tag, p.template())
	if err != nil {
		return nil, err
	}
	if s.pages.seen != nil {
		s.pages.seen(tag, p.template())
	}
	buf := buffers.Get().(*bytes.Buffer)
	buf.Reset()
	if err := t.Execute(buf, screen{s.frame(c, p), p}); err != nil {
		return nil, fmt.Errorf("show %s: %w", p.template(), err)
	}
	return buf, nil
}

var zippers = sync.Pool{New: func() any {
	w, _ := gzip.NewWriterLevel(nil, 5) // a constant level
	return w
}}

// Answers below this many bytes fit one packet and are not compressed.
const zipFrom = 1200

// send writes a whole body, compressed where that pays and the client takes it.
func send(c echo.Context, status int, kind string, body []byte) error {
	h := c.Response().Header()
	h.Add("Vary", "Accept-Encoding")
	if len(body) < zipFrom || !accepted(c.Request().Header.Get("Accept-Encoding"), "gzip") {
		return c.Blob(status, kind, body)
	}
	buf := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(buf)
	buf.Reset()
	w := zippers.Get().(*gzip.Writer)
	defer zippers.Put(w)
	w.Reset(buf)
	_, _ = w.Write(body) // a buffer takes everything
	_ = w.Close()
	h.Set("Content-Encoding", "gzip")
	return c.Blob(status, kind, buf.Bytes())
}

// see sends the browser on with 303, in the language of the request.
func (s *Server) see(c echo.Context, to string) error {
	return c.Redirect(http.StatusSeeOther, inLanguage(to, s.language(c).Tag()))
}
