package web

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"runtime"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"thuocdo/survey"
	"thuocdo/web/problem"
)

// class says whom a request serves. Each class has room of its own, so that no number of downloads, reports or rankings
// takes anything from people who answer.
type class int

// Classes.
const (
	light    class = iota // health, static files: next to no work; kiosks: few, and each one person at a time
	citizens              // people who answer, and their receipts
	programs              // answers sent by programs
	readers               // pages of results and of the desk
	reports               // files, analyses, printing: seconds of work at once
	uploads               // files that are sent in: little work, for as long as they take to come
	classes
)

// room is how many requests of a class are worked on at once, how many may wait for that, and how long.
type room struct {
	slots chan struct{}
	line  chan struct{}
	wait  time.Duration
}

func newRoom(slots, line int, wait time.Duration) *room {
	return &room{make(chan struct{}, slots), make(chan struct{}, line), wait}
}

// newRooms returns the room of every class on a machine with so many processors. Who answers never waits here: the
// queue of the store is the only one. One report at a time for two processors leaves the other to everybody else.
func newRooms(procs int) (r [classes]*room) {
	r[citizens] = newRoom(256*procs, 0, 0)
	r[programs] = newRoom(256*procs, 0, 0)
	r[readers] = newRoom(2*procs, 256, 5*time.Second)
	r[reports] = newRoom(max(1, procs/2), 32, 15*time.Second)
	r[uploads] = newRoom(16*procs, 64, 15*time.Second)
	return r
}

// enter takes a slot; false where there is none in time.
func (r *room) enter(ctx context.Context) bool {
	select {
	case r.slots <- struct{}{}:
		return true
	default:
	}
	select {
	case r.line <- struct{}{}:
		defer func() { <-r.line }()
	default:
		return false
	}
	timer := time.NewTimer(r.wait)
	defer timer.Stop()
	select {
	case r.slots <- struct{}{}:
		return true
	case <-timer.C:
	case <-ctx.Done():
	}
	return false
}

func (r *room) leave() { <-r.slots }

// Beginnings and endings of routes by class. What is in neither is for readers.
var (
	citizensRoutes = []string{"/khao-sat/", "/bien-nhan", "/lam-tiep", "/moi"}
	lightRoutes    = []string{"/kiosk", "/healthz", "/readyz", "/static/", "/favicon.ico", "/robots.txt"}
	reportsRoutes  = []string{"/:file", cardName, "/in", "/ap-phich/:agency", "/xlsform", "/phan-bo", "/bang-cheo", "/trung-binh", "/tac-dong",
		"/do-tin-cay", "/trong-so", "/mau", "/thu-moi", formFilePath, "/:set", "/:set/$count"}
)

// classOf returns whom a route serves.
func classOf(r route) class {
	begins := func(list []string) bool {
		for _, x := range list {
			if strings.HasPrefix(r.path, x) {
				return true
			}
		}
		return false
	}
	switch {
	case r.method == http.MethodPost && strings.HasSuffix(r.path, documentsName):
		return uploads
	case begins(lightRoutes):
		return light
	case r.path == "/" || begins(citizensRoutes):
		return citizens
	case r.method == http.MethodGet && strings.HasSuffix(r.path, "/responses"):
		return reports
	case strings.HasPrefix(r.path, "/api/v1/waves/"), strings.HasPrefix(r.path, "/api/v1/receipts/"):
		return programs
	}
	for _, end := range reportsRoutes {
		if strings.HasSuffix(r.path, end) {
			return reports
		}
	}
	return readers
}

// within lets a request in where its class has room, once its body is there: whoever sends slowly takes no room. The
// room is free again when the answer is ready, before it is sent: nor does whoever reads slowly.
func (s *Server) within(k class, next echo.HandlerFunc) echo.HandlerFunc {
	r := s.rooms[k]
	if r == nil {
		return next
	}
	return func(c echo.Context) error {
		if k != uploads { // read piece by piece, by whoever may send it
			if err := takeBody(c); err != nil {
				return err
			}
		}
		defer s.lines.answering(c.Request().Context())()
		if k == programs && c.Request().Method == http.MethodPost && s.store.Full() || !r.enter(c.Request().Context()) {
			return s.turnAway(c, k)
		}
		inside := true
		leave := func() {
			if inside {
				inside = false
				r.leave()
			}
		}
		defer leave()
		c.Response().Before(leave)
		return next(c)
	}
}

// takeBody reads the body of a form or of a program to its end; files that are sent in are read where they are used.
func takeBody(c echo.Context) error {
	r := c.Request()
	if r.Method != http.MethodPost {
		return nil
	}
	kind, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	switch {
	case strings.HasPrefix(kind, "multipart/"):
		return nil
	case strings.EqualFold(strings.TrimSpace(kind), echo.MIMEApplicationForm):
		if err := r.ParseForm(); err != nil {
			return formError(err)
		}
		return nil
	}
	var body bytes.Buffer
	if r.ContentLength > 0 {
		body.Grow(int(r.ContentLength) + bytes.MinRead)
	}
	if _, err := body.ReadFrom(r.Body); err != nil {
		return formError(err)
	}
	r.Body = io.NopCloser(&body)
	return nil
}

// turnAway answers at once where there is no room.
func (s *Server) turnAway(c echo.Context, k class) error {
	switch k {
	case citizens:
		return s.busy(c)
	case programs:
		s.door.press(s.cfg.Now())
		kind := problem.Of(survey.ErrBusy)
		retryAfter(c, kind)
		return problem.Write(c, s.language(c), kind, requestIDOf(c), nil)
	}
	return problem.ErrCrowded
}

// processors is how many goroutines run at once.
func processors() int { return runtime.GOMAXPROCS(0) }
