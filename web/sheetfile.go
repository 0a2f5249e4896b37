package web

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"thuocdo/scoring"
	"thuocdo/scoring/assess"
	"thuocdo/scoring/phrase"
	"thuocdo/scoring/report"
	"thuocdo/web/problem"
)

// SheetFiles reads and writes claims as tables: a row per leaf.
type SheetFiles struct {
	// Read returns what each row does to a leaf as it is now. The error may be phrase.Mistakes with row and column of each.
	Read  func(ctx context.Context, in io.Reader, season *assess.Season, plan *scoring.Plan, sheets []assess.Sheet) ([]assess.Turn, error)
	Table func(code, lang string, plan *scoring.Plan, sheets []assess.Sheet) *report.Table
}

const (
	sheetUpload  = "/nhap-tep"
	sheetFileMax = 2 << 20
)

// sheetFormats are the formats in which sheets are sent, to be filled in.
var sheetFormats = []string{"xlsx", "csv"}

// files are the addresses of the sheet as files.
func (s *Server) sheetFilesOf(x *aSheet) (list []option) {
	if s.cfg.Sheets.Table == nil {
		return nil
	}
	for _, f := range s.cfg.Formats {
		if slices.Contains(sheetFormats, f.Name) {
			list = append(list, option{Words: f.Name, Address: x.address() + "/" + downloads + f.Name})
		}
	}
	return list
}

// sheetFile sends the sheet as a table to fill in.
func (s *Server) sheetFile(format string) echo.HandlerFunc {
	return func(c echo.Context) error {
		x, err := s.aSheet(c)
		if err != nil {
			return err
		}
		f, err := find(s.cfg.Formats, downloads+format)
		if err != nil || s.cfg.Sheets.Table == nil {
			return problem.ErrNoSuchPage
		}
		return s.file(c, true, f, "", "", func() (*report.Table, error) {
			t := s.cfg.Sheets.Table(x.season.Code, s.language(c).Tag(), x.plan, []assess.Sheet{*x.sheet})
			t.Name += "-" + x.sheet.Agency
			return t, nil
		})
	}
}

// bulkPage shows what a file would change of a sheet, before anything is stored.
type bulkPage struct {
	sheetHead
	Action   string
	Files    []option
	Rows     []bulkRow
	Change   string // the changes, as the form brings them back
	Same     int    // leaves that stay
	Mistakes []placed
	Wrong    string // key
	Read     bool
	CSRF     string
}

func (*bulkPage) template() string { return "sheet-file" }

func (p *bulkPage) frame(f *Frame) {
	f.Wide, f.Figures, f.NoIndex = true, true, true
	p.CSRF = f.CSRF
}

// bulkRow is one leaf that a file changes.
type bulkRow struct {
	Code, Address        string
	Title                phrase.Text
	Before, After        string // inputs
	BeforePoints, Points string
	Parts                []bulkPart // but the input
	Conflict             bool       // somebody else changed it since the file was shown
}

// bulkPart is a part of a claim that a file changes.
type bulkPart struct{ Part, Before, After string }

// bulkClaim is a change on its way through the page: a leaf, the version that was shown, and its new claim.
type bulkClaim struct {
	Leaf  string       `json:"leaf"`
	Seen  int64        `json:"seen"`
	Claim assess.Claim `json:"claim"`
}

func (s *Server) bulkForm(c echo.Context) error {
	x, err := s.aSheet(c)
	if err != nil {
		return err
	}
	return s.show(c, http.StatusOK, s.newBulkPage(c, x))
}

func (s *Server) newBulkPage(c echo.Context, x *aSheet) *bulkPage {
	return &bulkPage{sheetHead: s.sheetHead(c, x), Action: x.address() + sheetUpload, Files: s.sheetFilesOf(x)}
}

// bulk reads a file and shows what it changes, or stores what was shown.
func (s *Server) bulk(c echo.Context) error {
	if kind, _, _ := mime.ParseMediaType(c.Request().Header.Get("Content-Type")); kind == "multipart/form-data" {
		return s.readBulk(c)
	}
	if err := c.Request().ParseForm(); err != nil {
		return formError(err)
	}
	if err := s.checkToken(c); err != nil {
		return err
	}
	x, err := s.aSheet(c)
	if err != nil {
		return err
	}
	var list []bulkClaim
	if err := json.Unmarshal([]byte(c.FormValue("thay-doi")), &list); err != nil || len(list) == 0 {
		return fmt.Errorf("%w: changes", problem.ErrMalformed)
	}
	var acts []assess.Act
	for _, b := range list {
		for i := range b.Claim.Evidence {
			b.Claim.Evidence[i].File = nil // files come by their own way; a document that stays keeps its own
		}
		acts = append(acts, assess.Fill{Leaf: b.Leaf, Seen: b.Seen, Claim: b.Claim})
	}
	err = s.act(c, x, acts...)
	var refused phrase.Mistakes
	switch {
	case errors.Is(err, assess.ErrConflict):
		if x, err = s.aSheet(c); err != nil { // as it is now
			return err
		}
		return s.showBulk(c, http.StatusConflict, x, list, "bulk.conflict")
	case errors.As(err, &refused):
		p := s.newBulkPage(c, x)
		p.Wrong, p.Mistakes = "bulk.wrong", placesOf(s.language(c), refused)
		return s.show(c, http.StatusUnprocessableEntity, p)
	case err != nil:
		return err
	}
	return s.see(c, x.address()+"?xong=nhap")
}

// readBulk reads the file that was sent.
func (s *Server) readBulk(c echo.Context) error {
	_, file, err := upload(c)
	if err != nil {
		return err
	}
	if err := s.checkToken(c); err != nil {
		return err
	}
	x, err := s.aSheet(c)
	if err != nil {
		return err
	}
	p := s.newBulkPage(c, x)
	if len(file) == 0 || s.cfg.Sheets.Read == nil {
		p.Wrong = "bulk.none"
		return s.show(c, http.StatusUnprocessableEntity, p)
	}
	own := *x.season
	own.Agencies = []string{x.sheet.Agency}
	turns, err := s.cfg.Sheets.Read(c.Request().Context(), bytes.NewReader(file), &own, x.plan, []assess.Sheet{*x.sheet})
	if err == nil {
		err = assess.Try(x.season, x.plan, x.sheet, x.who.Login, s.cfg.Now(), turns...)
	}
	var found phrase.Mistakes
	if errors.As(err, &found) {
		p.Wrong, p.Mistakes = "bulk.wrong", placesOf(s.language(c), found)
		return s.show(c, http.StatusUnprocessableEntity, p)
	}
	if err != nil {
		return err
	}
	var list []bulkClaim
	for _, t := range turns {
		for _, act := range t.Acts {
			if fill, ok := act.(assess.Fill); ok && !fill.Claim.Same(x.sheet.Leaves[fill.Leaf].Claim) {
				list = append(list, bulkClaim{fill.Leaf, fill.Seen, fill.Claim})
			}
		}
	}
	return s.showBulk(c, http.StatusOK, x, list, "")
}

// showBulk shows changes beside what is stored now. Those of leaves that somebody else changed meanwhile are marked, and go on from there.
func (s *Server) showBulk(c echo.Context, status int, x *aSheet, list []bulkClaim, wrong string) error {
	p := s.newBulkPage(c, x)
	p.Read, p.Wrong = true, wrong
	w := lossWords{s.language(c), x.plan.Framework().Decimals()}
	for i := range list {
		b := &list[i]
		item, err := x.sheet.Item(x.plan, b.Leaf)
		if err != nil {
			return err
		}
		n, now := item.Node, item.Leaf.Claim
		row := bulkRow{Code: n.Code, Title: n.Title, Address: x.leafAddress(n.Code), Conflict: b.Seen != item.Leaf.Version}
		before, after := partWords(w.l, w, n, now), partWords(w.l, w, n, b.Claim)
		for _, part := range claimParts[1:] {
			if before[part] != after[part] {
				row.Parts = append(row.Parts, bulkPart{part, before[part], after[part]})
			}
		}
		row.Before, row.BeforePoints = inputAndPoints(w, x.plan, n, now.Input)
		row.After, row.Points = inputAndPoints(w, x.plan, n, b.Claim.Input)
		b.Seen = item.Leaf.Version
		p.Rows = append(p.Rows, row)
	}
	p.Same = max(0, x.sheet.Progress(x.plan).Claims-len(list))
	change, err := json.Marshal(list)
	p.Change = string(change)
	if err != nil {
		return fmt.Errorf("changes: %w", err)
	}
	return s.show(c, status, p)
}
