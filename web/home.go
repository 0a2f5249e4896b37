package web

import (
	"fmt"
	"net/url"
	"time"

	"github.com/labstack/echo/v4"

	"thuocdo/survey"
)

type homePage struct {
	Open []survey.Wave // taking answers now
	Soon []survey.Wave

	Invites bool // one of those open goes by invitation
}

func (homePage) template() string { return "home" }
func (homePage) frame(f *Frame)   { f.Wide, f.Here = true, "/" }

func (s *Server) home(c echo.Context) error {
	waves, err := s.store.Waves(c.Request().Context())
	if err != nil {
		return fmt.Errorf("home: %w", err)
	}
	return s.showAlike(c, sortWaves(waves, s.cfg.Now()))
}

func sortWaves(waves []survey.Wave, now time.Time) (p homePage) {
	for _, w := range waves {
		switch {
		case w.OpenAt(now):
			p.Open, p.Invites = append(p.Open, w), p.Invites || w.Access.Invites()
		case !w.ClosedAt(now):
			p.Soon = append(p.Soon, w)
		}
	}
	return p
}

// origin returns scheme and host of an address.
func origin(base string) string {
	u, err := url.Parse(base)
	if err != nil {
		return ""
	}
	return u.Scheme + "://" + u.Host
}
