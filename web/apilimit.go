package web

import (
	"fmt"
	"math"
	"time"

	"github.com/labstack/echo/v4"

	"thuocdo/web/problem"
)

// How much one network may ask of the interface for programs: a portal that shows every agency once a minute stays far below.
const (
	readsAtOnce = 600
	readsEvery  = 100 * time.Millisecond
)

// metered counts what a network reads and says in every answer how much is left (draft-ietf-httpapi-ratelimit-headers). Forms that are
// sent in are counted at the door. Networks that say nothing about who asks, such as this machine, are not counted.
func (s *Server) metered(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		net := sender(c)
		if net == "" {
			return next(c)
		}
		left, ok := s.readers.take("reads "+net, readsAtOnce, readsEvery, s.cfg.Now())
		wait := 0
		if left < readsAtOnce {
			wait = int(math.Ceil(readsEvery.Seconds()))
		}
		h := c.Response().Header()
		h.Set("RateLimit-Policy", fmt.Sprintf(`"network";q=%d;w=%d`, readsAtOnce, int((readsAtOnce*readsEvery).Seconds())))
		h.Set("RateLimit", fmt.Sprintf(`"network";r=%d;t=%d`, left, wait))
		if !ok {
			return problem.ErrTooFast
		}
		return next(c)
	}
}
