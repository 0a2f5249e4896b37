package web

import (
	"io"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"thuocdo/web/problem"
)

// serveParts sends a file, or the part of it that a Range asks for, under the ETag that is set. Where If-Match or Range cannot be met, it
// is problem.ErrOtherFile or problem.ErrNoBytes and nothing is sent.
func serveParts(c echo.Context, f io.ReadSeeker) error {
	w := &partWriter{ResponseWriter: c.Response()}
	http.ServeContent(w, c.Request(), "", time.Time{}, f)
	if w.refused == nil {
		return nil
	}
	for _, name := range []string{"Content-Disposition", "Content-Length", "Content-Type", "ETag"} {
		c.Response().Header().Del(name)
	}
	return w.refused
}

// partWriter keeps the refusals of http.ServeContent, which are no problem documents, to itself.
type partWriter struct {
	http.ResponseWriter
	refused error
}

// WriteHeader passes on what is no refusal.
func (w *partWriter) WriteHeader(status int) {
	switch status {
	case http.StatusPreconditionFailed:
		w.refused = problem.ErrOtherFile
	case http.StatusRequestedRangeNotSatisfiable:
		w.refused = problem.ErrNoBytes
	default:
		w.ResponseWriter.WriteHeader(status)
	}
}

// Write drops the words of a refusal.
func (w *partWriter) Write(b []byte) (int, error) {
	if w.refused != nil {
		return len(b), nil
	}
	return w.ResponseWriter.Write(b)
}

// Unwrap is for http.ResponseController.
func (w *partWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
