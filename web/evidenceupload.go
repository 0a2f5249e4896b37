package web

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"thuocdo/scoring/assess"
	"thuocdo/web/problem"
)

// Bounds of a form with a file. A file may come slowly, as long as it comes.
const (
	uploadRest    = 1 << 20 // bytes beside the file
	fieldBytes    = 4 << 10 // of one field
	fieldsMost    = 20
	pieceTimeout  = 30 * time.Second // between two pieces
	uploadTimeout = 30 * time.Minute // in all
)

// documentFields is what is typed about a document.
type documentFields struct{ Number, Date, Issuer, Page string }

// fieldText cleans what somebody typed into a field of one line.
func fieldText(text string) string { return strings.TrimSpace(strings.ToValidUTF8(text, "")) }

// addDocument takes a file in: into the library of the agency, or with a leaf in the path also behind its claim. The file goes to the
// store piece by piece, after everything that can refuse it.
func (s *Server) addDocument(c echo.Context) error {
	done := s.patiently(c)
	defer done()
	leaf := c.Param("leaf")
	form, err := c.Request().MultipartReader()
	if err != nil {
		return fmt.Errorf("%w: %w", problem.ErrMalformed, err)
	}
	fields, file, err := s.uploadForm(c, form, fieldBytes, fieldsMost)
	if err != nil {
		return err
	}
	f := documentFieldsOf(fields)
	d := assess.Document{Agency: c.Param("agency"), Number: f.Number, Date: f.Date, Issuer: f.Issuer}
	switch {
	case file != nil:
		d.Name = file.FileName()
		_, err = s.store.AddDocument(c.Request().Context(), c.Param("season"), d, file, leaf, f.Page)
	case leaf != "": // a document on paper
		e := d.Evidence(f.Page)
		e.File = nil
		err = s.store.Assess(c.Request().Context(), c.Param("season"), assess.Turn{Agency: d.Agency, Acts: []assess.Act{assess.Attach{Leaf: leaf, Evidence: e}}})
	default:
		err = &assess.Refused{Reason: assess.FileEmpty, Detail: "no file was chosen"}
	}
	return s.afterDocument(c, leaf, "them", f, err)
}

// uploadForm reads a form up to its file, which comes last, and checks its token: nothing of the file is read before. So many fields of
// so many bytes are read.
func (s *Server) uploadForm(c echo.Context, form *multipart.Reader, bytes int64, most int) (fields url.Values, file *multipart.Part, err error) {
	fields = url.Values{}
	defer func() { keepSent(c, fields, file) }()
	for n := 0; file == nil && n <= most; n++ {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return fields, nil, uploadError(err)
		}
		if part.FileName() != "" {
			file = part
			break
		}
		b, err := io.ReadAll(io.LimitReader(part, bytes+1))
		if err != nil {
			return fields, nil, uploadError(err)
		}
		if int64(len(b)) > bytes {
			return fields, nil, fmt.Errorf("%w: a field of more than %d bytes", problem.ErrMalformed, bytes)
		}
		fields.Add(part.FormName(), string(b))
	}
	return fields, file, s.checkTokenOf(c, fields.Get("token"))
}

func documentFieldsOf(fields url.Values) documentFields {
	return documentFields{Number: fieldText(fields.Get("so")), Date: fieldText(fields.Get("ngay")), Issuer: fieldText(fields.Get("noi")), Page: fieldText(fields.Get("trang"))}
}

// uploadError tells a form that is too large or broken.
func uploadError(err error) error {
	if errors.As(err, new(*http.MaxBytesError)) {
		return err
	}
	return fmt.Errorf("%w: %w", problem.ErrMalformed, err)
}

// patiently gives a request the time that a file needs on a poor line: every piece a little, all of it half an hour. Without it the
// time-outs of small requests hold. The answer then has the usual time.
func (s *Server) patiently(c echo.Context) (done func()) {
	r := c.Request()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), uploadTimeout)
	control := http.NewResponseController(c.Response())
	r = r.WithContext(ctx)
	r.Body = &patient{ReadCloser: r.Body, control: control, end: time.Now().Add(uploadTimeout)}
	c.SetRequest(r)
	c.Response().Before(func() { _ = control.SetWriteDeadline(time.Now().Add(writeTimeout)) }) // where there is none, none is needed
	return cancel
}

// patient reads a body that may come slowly.
type patient struct {
	io.ReadCloser
	control *http.ResponseController
	end     time.Time
}

func (p *patient) Read(b []byte) (int, error) {
	now := time.Now()
	if !now.Before(p.end) {
		return 0, os.ErrDeadlineExceeded
	}
	until := now.Add(pieceTimeout)
	if until.After(p.end) {
		until = p.end
	}
	_ = p.control.SetReadDeadline(until)
	return p.ReadCloser.Read(b)
}
