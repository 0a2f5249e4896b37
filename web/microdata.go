package web

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"

	"github.com/labstack/echo/v4"

	"thuocdo/scoring/phrase"
	"thuocdo/survey"
	"thuocdo/survey/dataset"
	"thuocdo/survey/quality"
	"thuocdo/web/problem"
)

// Recorder lays the responses of a wave out for files.
type Recorder interface {
	Record(ctx context.Context, wave string, filter quality.Filter, o dataset.Options) (*dataset.Tape, error) // survey.ErrUnknownWave
	// Aliases hides codes of people; equal codes of a wave have equal aliases.
	Aliases(wave string) (func(column, code string) string, error)
	// Scratch returns a file that is gone when it is closed.
	Scratch() (*os.File, error)
}

// DataFormat is one way to write the responses of a wave to a file.
type DataFormat struct {
	Name   string // in addresses
	Ending string // of the file name
	Media  string
	Write  func(w io.Writer, t *dataset.Tape, name string, title phrase.Text, lang string) error
}

// microdataName is the name of the responses among the analyses, in addresses.
const microdataName = "so-lieu"

// microdataPage offers the responses of a wave in every format.
type microdataPage struct {
	Wave  survey.Wave
	Tabs  []option
	Files []dataFile
}

// dataFile is one format with what it is for.
type dataFile struct {
	Words   string // key
	Detail  string // key
	Address string
}

func (microdataPage) template() string { return "microdata" }
func (microdataPage) frame(f *Frame)   { f.Wide, f.Figures, f.NoIndex = true, true, true }

// microdata says what the files hold and where they are.
func (s *Server) microdata(c echo.Context) error {
	w, err := s.store.OpenWave(c.Param("wave"))
	if err != nil {
		return err
	}
	p := microdataPage{Wave: w.Wave}
	base := analysesAddress(w.Code)
	for _, t := range analysisTabs {
		p.Tabs = append(p.Tabs, option{Words: s.language(c).T(t.key), Address: base + "/" + t.name})
	}
	for _, f := range s.cfg.Data {
		p.Files = append(p.Files, dataFile{"microdata." + f.Name, "microdata.for." + f.Name, base + "/" + microdataName + "/" + downloads + f.Name})
	}
	return s.show(c, http.StatusOK, p)
}

// microdataFile sends the responses of a wave as the file in the path.
func (s *Server) microdataFile(c echo.Context) error {
	i := slices.IndexFunc(s.cfg.Data, func(f DataFormat) bool { return downloads+f.Name == c.Param("file") })
	if i < 0 {
		return fmt.Errorf("file %q: %w", c.Param("file"), problem.ErrNoSuchPage)
	}
	return s.sendData(c, s.cfg.Data[i])
}

// responsesAPI sends the responses of a wave to programs; ?format= chooses one of the formats, JSON Lines where it is left out.
func (s *Server) responsesAPI(c echo.Context) error {
	name := c.QueryParam("format")
	if name == "" {
		name = "jsonl"
	}
	i := slices.IndexFunc(s.cfg.Data, func(f DataFormat) bool { return f.Name == name })
	if i < 0 {
		return fmt.Errorf("format %q: %w", name, problem.ErrNoSuchPage)
	}
	return s.sendData(c, s.cfg.Data[i])
}

// sendData writes a file first and sends it then: how fast a client reads is nothing to the database, and its tag is that of its bytes.
func (s *Server) sendData(c echo.Context, f DataFormat) error {
	w, err := s.store.OpenWave(c.Param("wave"))
	if err != nil {
		return err
	}
	out, err := s.store.Scratch()
	if err != nil {
		return fmt.Errorf("responses: %w", err)
	}
	defer out.Close()
	tag, err := s.writeData(c, f, w, out)
	if err != nil {
		return fmt.Errorf("responses of %s as %s: %w", w.Code, f.Name, err)
	}
	h := c.Response().Header()
	h.Set("ETag", tag)
	h.Set("Content-Type", f.Media)
	h.Set("Content-Disposition", `attachment; filename="`+fileName(w.Code, true)+"."+f.Ending+`"`)
	return serveParts(c, out)
}

// writeData writes the file and returns its tag. It holds what analyses of all valid responses see, without open answers, and aliases
// instead of the codes of units, counters and enumerators.
func (s *Server) writeData(c echo.Context, f DataFormat, w *survey.OpenWave, out io.Writer) (tag string, err error) {
	ctx := c.Request().Context()
	leave, err := s.studies.enter(ctx)
	if err != nil {
		return "", err
	}
	defer leave()
	alias, err := s.store.Aliases(w.Code)
	if err != nil {
		return "", err
	}
	tape, err := s.store.Record(ctx, w.Code, validOnly, dataset.Options{Alias: alias})
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, tape.Close()) }()
	digest := sha256.New()
	if err := f.Write(io.MultiWriter(out, digest), tape, fileName(w.Code, false), w.Title, s.language(c).Tag()); err != nil {
		return "", err
	}
	return `"` + base64.RawURLEncoding.EncodeToString(digest.Sum(nil)[:18]) + `"`, nil
}
