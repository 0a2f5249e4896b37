package web

import (
	"errors"
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"thuocdo/scoring/assess"
	"thuocdo/scoring/phrase"
	"thuocdo/web/problem"
)

const describeName = "/sua/"

func describeAddress(season string, d assess.Document) string {
	return documentsAddress(season, d.Agency) + describeName + d.Digest
}

// describePage changes what is said of a document.
type describePage struct {
	Season, Agency phrase.Text
	File           string // its name
	Post, All      string // addresses
	Uses           []Link
	Seen           string
	Typed          documentFields
	Theirs         *documentFields // what somebody else stored meanwhile
	Field, Wrong   string
	CSRF           string
}

func (*describePage) template() string { return "describe" }

func (p *describePage) frame(f *Frame) {
	f.Wide, f.Figures, f.NoIndex = true, true, true
	p.CSRF = f.CSRF
}

// describeForm shows what is said of a document, to be changed.
func (s *Server) describeForm(c echo.Context) error {
	p, err := s.describePage(c)
	if errors.Is(err, assess.ErrKept) {
		return s.afterDocument(c, "", "sua", documentFields{}, err)
	}
	if err != nil {
		return err
	}
	return s.show(c, http.StatusOK, p)
}

// describePage finds a document that can be described anew now.
func (s *Server) describePage(c echo.Context) (*describePage, error) {
	list, err := s.documentsPage(c, "")
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(list.Rows, func(r documentRow) bool { return r.Digest == c.Param("digest") })
	if i < 0 {
		return nil, problem.ErrNoSuchPage
	}
	d := list.Rows[i]
	if d.Edit == "" {
		return nil, assess.ErrKept
	}
	return &describePage{Season: list.Title, Agency: list.Name, File: d.Name, Post: d.Edit, All: list.All, Uses: d.Uses, Seen: d.Evidence("").Key(),
		Typed: documentFields{Number: d.Number, Date: d.Date, Issuer: d.Issuer}}, nil
}

// describe stores other words of a document.
func (s *Server) describe(c echo.Context) error {
	if err := s.checkToken(c); err != nil {
		return err
	}
	typed := documentFields{Number: fieldText(c.FormValue("so")), Date: fieldText(c.FormValue("ngay")), Issuer: fieldText(c.FormValue("noi"))}
	d := assess.Document{Agency: c.Param("agency"), Number: typed.Number, Date: typed.Date, Issuer: typed.Issuer, File: assess.File{Digest: c.Param("digest")}}
	err := s.store.DescribeDocument(c.Request().Context(), c.Param("season"), d, c.FormValue(fieldSeen))
	if err == nil {
		return s.see(c, documentsAddress(c.Param("season"), d.Agency)+"?xong=sua")
	}
	p, failed := s.describePage(c)
	if failed != nil {
		return s.afterDocument(c, "", "sua", documentFields{}, errors.Join(err, failed))
	}
	var refused phrase.Mistakes
	status := http.StatusConflict
	switch {
	case errors.Is(err, assess.ErrConflict):
		theirs := p.Typed
		p.Theirs, p.Wrong = &theirs, s.language(c).T("evidence.trouble.changed")
	case errors.As(err, &refused):
		status, p.Wrong, p.Seen = http.StatusUnprocessableEntity, s.language(c).In(refused[0].Message), c.FormValue(fieldSeen)
	default:
		return s.afterDocument(c, "", "sua", documentFields{}, err)
	}
	p.Typed, p.Field = typed, "so"
	return s.show(c, status, p)
}
