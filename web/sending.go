package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"thuocdo/web/problem"
)

// sentAnswer is what a script is told that sends a form with a file and shows how far it is.
type sentAnswer struct {
	To    string `json:"to,omitempty"`    // where to go on
	Words string `json:"words,omitempty"` // what went wrong
	Field string `json:"field,omitempty"` // id of the field, without what its form begins ids with

	SignIn string `json:"sign_in,omitempty"` // where one signs in before it is sent again
	Token  string `json:"token,omitempty"`   // that it is to be sent again with
}

// scripted reports whether a script sent the form: it wants data, not a page.
func scripted(c echo.Context) bool {
	return c.Request().Header.Get(echo.HeaderAccept) == echo.MIMEApplicationJSON
}

// notSent tells the script what is missing where who sends it has signed in again since the page was opened, or has to.
func (s *Server) notSent(c echo.Context, kind problem.Kind) (a sentAnswer, ok bool) {
	switch kind {
	case problem.Of(problem.ErrSignInFirst):
		return sentAnswer{Words: s.language(c).T("upload.sign_in"), SignIn: signInPath("")}, true
	case problem.Of(problem.ErrToken):
		a.Token = s.token(c)
		return a, a.Token != ""
	}
	return a, false
}

// sent leads on after a form was taken.
func (s *Server) sent(c echo.Context, to string) error {
	if scripted(c) {
		return c.JSON(http.StatusOK, sentAnswer{To: to})
	}
	return s.see(c, to)
}
