package web

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"thuocdo/scoring/report"
	"thuocdo/web/problem"
)

// downloads is the name of every file in addresses, before the ending.
const downloads = "tai-ve."

// format finds a file format by the name of the file in the path.
func (s *Server) format(c echo.Context) (report.Format, error) {
	return find(s.cfg.Formats, c.Param("file"))
}

func find(list []report.Format, file string) (report.Format, error) {
	i := slices.IndexFunc(list, func(f report.Format) bool { return downloads+f.Name == file })
	if i < 0 {
		return report.Format{}, fmt.Errorf("file %q: %w", file, problem.ErrNoSuchPage)
	}
	return list[i], nil
}

// rankingFormat finds a format that rankings come in: those of all tables, of statistical programs and of cubes.
func (s *Server) rankingFormat(file string, b *board, lang string) (report.Format, error) {
	i := slices.IndexFunc(s.cfg.Cubes, func(f report.CubeFormat) bool { return downloads+f.Name == file })
	if i < 0 {
		return find(slices.Concat(s.cfg.Formats, s.cfg.Further), file)
	}
	return s.cfg.Cubes[i].Of(report.RankingCube(b.Standing), lang), nil
}

// rankingFile sends the whole ranking as a file, all nodes and all groups, or the one that is asked for.
func (s *Server) rankingFile(live bool) echo.HandlerFunc {
	return func(c echo.Context) error { return s.sendRanking(c, parseRanking(c, live), c.Param("file")) }
}

func (s *Server) sendRanking(c echo.Context, r rankingRequest, file string) error {
	b, err := s.boards.get(c.Request().Context(), r.query())
	if err != nil {
		return err
	}
	whole := b
	if b, err = b.only(r.Group); err != nil {
		return err
	}
	r = r.ofFile(b)
	if format, ok := s.documentFormat(file); ok {
		return s.sendNational(c, r, format, whole, b)
	}
	format, err := s.rankingFormat(file, b, s.language(c).Tag())
	if err != nil {
		return err
	}
	n, stamp, err := s.countsOf(c.Request().Context(), b)
	if err != nil {
		return err
	}
	return s.file(c, r.Live, format, r.address(), stampOf(b)+stamp, func() (*report.Table, error) {
		t := n.columns(report.Ranking(b.Standing, s.language(c).Tag(), s.produced(r.Live)), s.language(c))
		t.Name = ofGroup(t.Name, r.Group)
		return t, nil
	})
}

// ofFile is the request of a file in one form: of all groups, or of one by name.
func (r rankingRequest) ofFile(b *board) rankingRequest {
	r = rankingRequest{Framework: r.Framework, Period: r.Period, Method: r.Method, Group: r.Group, Live: r.Live, Sort: sortRank, Page: 1}
	if m := b.Plan.Framework().Methods; len(m) > 0 && r.Method == m[0].Code {
		r.Method = ""
	}
	return r
}

// ofGroup names a file of one ranking group; "" is all of them.
func ofGroup(name, group string) string {
	if group == "" {
		return name
	}
	return name + "-" + group
}

// agencyFile sends every score of an agency in every period.
func (s *Server) agencyFile(live bool) echo.HandlerFunc {
	return func(c echo.Context) error {
		if format, ok := s.documentFormat(c.Param("file")); ok {
			return s.agencyReport(c, live, format)
		}
		format, err := s.format(c)
		if err != nil {
			return err
		}
		d, err := s.dossier(c, live)
		if err != nil {
			return err
		}
		return s.file(c, live, format, agencyAddress(d.agency.Code, live), d.stamp(), func() (*report.Table, error) {
			profiles, err := s.profiles(c.Request().Context(), d)
			if err != nil {
				return nil, err
			}
			return report.Agency(d.agency.Code, d.agency.Name, profiles, s.language(c).Tag(), s.produced(live)), nil
		})
	}
}

// file sends a table as a file.
func (s *Server) file(c echo.Context, live bool, f report.Format, address, stamp string, table func() (*report.Table, error)) error {
	return s.send(c, live, f.Name, address, stamp, func() (*copyOf, error) {
		t, err := table()
		if err != nil {
			return nil, err
		}
		var b bytes.Buffer
		if err := f.Write(&b, t); err != nil {
			return nil, err
		}
		return newCopy(f.Media, f.File(fileName(t.Name, live)), b.Bytes()), nil
	})
}

// send sends a file: a public one from the copies, a private one made for this request and never stored.
func (s *Server) send(c echo.Context, live bool, format, address, stamp string, build func() (*copyOf, error)) error {
	if !live {
		made, err := s.copies.get(c.Request().Context(), s.language(c).Tag()+" "+format+" "+address, stamp, build)
		if err != nil {
			return fmt.Errorf("download: %w", err)
		}
		return deliver(c, made)
	}
	made, err := build()
	if err != nil {
		return fmt.Errorf("download: %w", err)
	}
	c.Response().Header().Set("Content-Disposition", `attachment; filename="`+made.name+`"`)
	body, err := made.body()
	if err != nil {
		return fmt.Errorf("download: %w", err)
	}
	return c.Blob(http.StatusOK, made.kind, body)
}

// fileName keeps a file name to letters that every system and header takes.
func fileName(stem string, live bool) string {
	if live {
		stem += "-noi-bo"
	}
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '.' || r == '_' {
			return r
		}
		return '_'
	}, stem)
}

// files offers the whole ranking in every format.
func (s *Server) files(r rankingRequest) (files []option) {
	query := ""
	if r.Method != "" {
		query = "?" + byMethod + "=" + url.QueryEscape(r.Method)
	}
	offer := func(name string) {
		files = append(files, option{Words: strings.ToUpper(name), Address: r.base() + "/" + downloads + name + query})
	}
	for _, f := range slices.Concat(s.cfg.Formats, s.cfg.Further) {
		offer(f.Name)
	}
	for _, f := range s.cfg.Cubes {
		offer(f.Name)
	}
	for _, f := range s.cfg.Documents {
		offer(f.Name)
	}
	return files
}

func (s *Server) agencyFiles(d *dossier, period string) (files []option) {
	for _, f := range s.cfg.Formats {
		files = append(files, option{Words: strings.ToUpper(f.Name), Address: agencyAddress(d.agency.Code, d.live) + "/" + downloads + f.Name})
	}
	if len(d.indexes) > 0 {
		files = append(files, s.documents(d.address(period), downloads)...)
	}
	return files
}
