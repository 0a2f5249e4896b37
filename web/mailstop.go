package web

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/labstack/echo/v4"

	"thuocdo/survey/mailing"
	"thuocdo/web/problem"
)

// stopPage asks whoever follows the link of a letter whether letters shall stop, and says that they have.
type stopPage struct {
	Action  string
	Stopped bool
}

func (stopPage) template() string { return "mail-stop" }
func (stopPage) frame(f *Frame)   { f.NoIndex = true }

// stopForm asks: mail programs and their guards open every link, so looking changes nothing.
func (s *Server) stopForm(c echo.Context) error {
	c.Response().Header().Set("Cache-Control", "private, no-store")
	token := c.Param("token")
	if err := s.store.CheckStop(c.Request().Context(), token); err != nil {
		return stopError(err)
	}
	return s.show(c, http.StatusOK, stopPage{Action: stopPath + "/" + pathSegment(token)})
}

// stopMail ends letters to the address of a token: by the button of the page, or by a mail program (RFC 8058), which brings no
// cookie and looks at nothing but the status. Everybody who has the letter may.
func (s *Server) stopMail(c echo.Context) error {
	c.Response().Header().Set("Cache-Control", "private, no-store")
	if err := s.store.StopMail(c.Request().Context(), c.Param("token")); err != nil {
		return stopError(err)
	}
	return s.show(c, http.StatusOK, stopPage{Stopped: true})
}

func stopError(err error) error {
	if errors.Is(err, mailing.ErrNoStop) {
		return problem.ErrNoSuchPage
	}
	return fmt.Errorf("stop letters: %w", err)
}
