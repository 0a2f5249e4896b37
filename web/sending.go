package web

import (
	"net/http"

	"github.com/labstack/echo/v4"
)

// sentAnswer is what a script is told that sends a form with a file and shows how far it is.
type sentAnswer struct {
	To    string `json:"to,omitempty"`    // where to go on
	Words string `json:"words,omitempty"` // what went wrong
	Field string `json:"field,omitempty"` // id of the field, without what its form begins ids with
}

// scripted reports whether a script sent the form: it wants data, not a page.
func scripted(c echo.Context) bool {
	return c.Request().Header.Get(echo.HeaderAccept) == echo.MIMEApplicationJSON
}

// sent leads on after a form was taken.
func (s *Server) sent(c echo.Context, to string) error {
	if scripted(c) {
		return c.JSON(http.StatusOK, sentAnswer{To: to})
	}
	return s.see(c, to)
}
