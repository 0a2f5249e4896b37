package web

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"thuocdo/scoring"
	"thuocdo/scoring/assess"
	"thuocdo/scoring/phrase"
	"thuocdo/web/locale"
	"thuocdo/web/problem"
)

// documentsPage is what an agency keeps in a season, or with a leaf what stands behind its claim, with the rest to choose from.
type documentsPage struct {
	Season, Agency string
	Title, Name    phrase.Text // of the season, of the agency
	Panel          documentPanel
	Rows           []documentRow
	All            string // address of the library
	Sheet, Claim   string // addresses of the sheet, and of the leaf on it; "" for those who may not look at it, without a leaf
}

func (*documentsPage) template() string { return "evidence" }
func (p *documentsPage) frame(f *Frame) {
	f.Wide, f.Figures, f.NoIndex, f.Upload = true, true, true, p.Panel.Open
	p.Panel.CSRF = f.CSRF
}

// documentPanel is the part of a page where documents are added, and to a leaf linked: template "evidence".
type documentPanel struct {
	CSRF   string
	Leaf   string // code; "" = the library
	Title  phrase.Text
	Post   string // address of what is sent
	Open   bool   // it can be changed now
	Linked []linkedDocument
	Kept   []documentRow // that can be linked
	Most   string        // bytes of a file, in words
	Accept string        // endings of file names
	Typed  documentFields
	Wrong  string // what went wrong
	Field  string // id of the field where it can be mended
	Done   string // key of what was done
}

// linkedDocument is a document behind a claim.
type linkedDocument struct {
	assess.Evidence
	Key, Address, Size, Issued string
}

// documentRow is a document of the library.
type documentRow struct {
	assess.Document
	Address, Bytes, Kind string
	Issued               string // day of issue
	Uses                 []Link
	Removable            bool
	Edit                 string // address where its words are changed; "" = not now
}

// documentList shows the library, or the documents of the leaf that the query names.
func (s *Server) documentList(c echo.Context) error {
	p, err := s.documentsPage(c, c.QueryParam("muc"))
	if err != nil {
		return err
	}
	if done := c.QueryParam("xong"); slices.Contains([]string{"them", "gan", "go", "xoa", "sua"}, done) {
		p.Panel.Done = "evidence.done." + done
	}
	return s.show(c, http.StatusOK, p)
}

// afterDocument leads on to the documents after something was done, or shows them again with what was wrong.
func (s *Server) afterDocument(c echo.Context, leaf, what string, f documentFields, err error) error {
	season, agency := c.Param("season"), c.Param("agency")
	if err == nil {
		q := "?xong=" + what
		if leaf != "" {
			q += "&muc=" + pathSegment(leaf)
		}
		return s.sent(c, documentsAddress(season, agency)+q)
	}
	status, words, field := s.documentTrouble(c, err)
	switch {
	case status == 0:
		return evidenceError(err)
	case scripted(c):
		return c.JSON(status, sentAnswer{Words: words, Field: field})
	}
	p, failed := s.documentsPage(c, leaf)
	if failed != nil {
		return failed
	}
	p.Panel.Typed, p.Panel.Wrong, p.Panel.Field = f, words, field
	return s.show(c, status, p)
}

// documentTrouble puts what was refused into words, with the status and the field; 0 where it is not for this page to say.
func (s *Server) documentTrouble(c echo.Context, err error) (status int, words, field string) {
	l := s.language(c)
	var refused *assess.Refused
	var found phrase.Mistakes
	switch {
	case errors.As(err, &refused):
		status = http.StatusUnprocessableEntity
		if refused.Reason == assess.FileLarge {
			status = http.StatusRequestEntityTooLarge
		}
		s.note(c, err, problem.Kind{Status: status})
		return status, l.T("evidence.refused."+string(refused.Reason), bytesIn(l, s.store.MostFile())), "tep"
	case errors.As(err, new(*http.MaxBytesError)):
		return http.StatusRequestEntityTooLarge, l.T("evidence.refused.large", bytesIn(l, s.store.MostFile())), "tep"
	case errors.As(err, &found):
		return http.StatusUnprocessableEntity, l.In(found[0].Message), "so"
	}
	for key, is := range map[string]error{"late": assess.ErrLate, "stage": assess.ErrStage, "state": assess.ErrState, "used": assess.ErrUsed, "kept": assess.ErrKept, "gone": assess.ErrNoDocument} {
		if errors.Is(err, is) {
			return http.StatusConflict, l.T("evidence.trouble." + key), "danh-sach"
		}
	}
	return 0, "", ""
}

// documentsPage gathers the page.
func (s *Server) documentsPage(c echo.Context, leaf string) (*documentsPage, error) {
	ctx, code, agency := c.Request().Context(), c.Param("season"), c.Param("agency")
	season, plan, err := s.store.Season(ctx, code)
	if err != nil {
		return nil, evidenceError(err)
	}
	sheet, err := s.store.Sheet(ctx, code, agency)
	if err != nil {
		return nil, evidenceError(err)
	}
	list, err := s.store.Documents(ctx, code, agency)
	if err != nil {
		return nil, evidenceError(err)
	}
	p := &documentsPage{Season: code, Agency: agency, Title: season.Title, Name: s.nameOf(ctx, agency), All: documentsAddress(code, agency)}
	a, _ := accountOf(c)
	writes, now := documentWriters.allow(a, c.Param), s.cfg.Now()
	open, claiming := writes && assess.Collecting(season, sheet, now) == nil, writes && assess.Claiming(season, sheet, now) == nil
	for _, d := range list {
		p.Rows = append(p.Rows, documentRowOf(s.language(c), code, d, open, claiming))
	}
	if leaf != "" {
		open = claiming
	}
	if sheetReaders.allow(a, c.Param) {
		if p.Sheet = sheetAddress(code, agency); leaf != "" {
			p.Claim = p.Sheet + "/" + pathSegment(leaf)
		}
	}
	p.Panel, err = s.documentPanel(c, plan, sheet, leaf, open, p.Rows)
	return p, err
}

// documentPanel is the part for a leaf, or for the library; pages of leaves show it too.
func (s *Server) documentPanel(c echo.Context, plan *scoring.Plan, sheet *assess.Sheet, leaf string, open bool, kept []documentRow) (documentPanel, error) {
	l, season := s.language(c), c.Param("season")
	p := documentPanel{Leaf: leaf, Post: documentsAddress(season, sheet.Agency), Open: open, Most: bytesIn(l, s.store.MostFile())}
	p.Accept = fileEndings()
	if leaf == "" {
		return p, nil
	}
	i, ok := plan.Node(leaf)
	if !ok || !assess.Claimed(plan.Nodes()[i]) {
		return p, problem.ErrNoSuchPage
	}
	p.Title, p.Kept = plan.Nodes()[i].Title, kept
	p.Post = strings.TrimSuffix(p.Post, documentsName) + "/" + pathSegment(leaf) + documentsName
	for _, e := range sheet.Leaves[leaf].Claim.Evidence {
		d := linkedDocument{Evidence: e, Key: e.Key(), Issued: issuedOn(l, e.Date)}
		if e.File != nil {
			d.Address, d.Size = documentAddress(season, e.File.Digest), bytesIn(l, e.File.Size)
		}
		p.Linked = append(p.Linked, d)
	}
	return p, nil
}

// fileEndings are the ends of the names of files that are taken.
func fileEndings() string {
	var list []string
	for _, t := range assess.FileTypes {
		list = append(list, t.Endings...)
	}
	return strings.Join(list, ",")
}

func documentRowOf(l *locale.Locale, season string, d assess.Document, open, claiming bool) documentRow {
	r := documentRow{Document: d, Issued: issuedOn(l, d.Date), Address: documentAddress(season, d.Digest), Bytes: bytesIn(l, d.Size), Removable: open && !d.Submitted && len(d.Leaves) == 0}
	if claiming || r.Removable {
		r.Edit = describeAddress(season, d)
	}
	for _, t := range assess.FileTypes {
		if t.Type == d.Type {
			r.Kind = strings.ToUpper(t.Endings[0][1:])
		}
	}
	for _, leaf := range d.Leaves {
		r.Uses = append(r.Uses, Link{Text: phrase.VI(leaf, leaf), Path: leafDocuments(season, d.Agency, leaf)})
	}
	return r
}

// issuedOn writes a day as the page does.
func issuedOn(l *locale.Locale, date string) string {
	at, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return date
	}
	return l.Date(at)
}

// nameOf is the name of an agency, its code where it is gone.
func (s *Server) nameOf(ctx context.Context, agency string) phrase.Text {
	g, err := s.store.Agency(ctx, agency)
	if err != nil {
		return phrase.VI(agency, agency)
	}
	return g.Name
}

// bytesIn writes a number of bytes in the unit that suits it.
func bytesIn(l *locale.Locale, n int64) string {
	switch {
	case n >= 1<<20:
		return l.Short(float64(n)/(1<<20), 1) + " MB"
	case n >= 1<<10:
		return l.Short(float64(n)/(1<<10), 0) + " KB"
	}
	return l.T("evidence.bytes", n)
}
