package web

import (
	"context"
	"errors"
	"io"
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"thuocdo/scoring"
	"thuocdo/scoring/assess"
	"thuocdo/survey/account"
	"thuocdo/web/problem"
)

// Evidence keeps the documents that agencies put behind their claims in a season.
type Evidence interface {
	Season(ctx context.Context, code string) (*assess.Season, *scoring.Plan, error) // assess.ErrUnknown
	Sheet(ctx context.Context, code, agency string) (*assess.Sheet, error)          // assess.ErrUnknown, ErrNoSheet
	Assess(ctx context.Context, code string, turns ...assess.Turn) error            // errors of assess.Do
	// AddDocument takes a file in, and with a leaf makes it evidence of that claim. *assess.Refused; errors of assess.Attach.
	AddDocument(ctx context.Context, code string, d assess.Document, in io.Reader, leaf, page string) (assess.Document, error)
	Documents(ctx context.Context, code, agency string) ([]assess.Document, error)           // assess.ErrUnknown, ErrNoSheet
	Holders(ctx context.Context, code, digest string) ([]assess.Document, error)             // one for each agency that keeps it
	OpenDocument(d assess.Document) (io.ReadSeekCloser, error)                               // fs.ErrNotExist
	DescribeDocument(ctx context.Context, code string, d assess.Document, seen string) error // assess.ErrNoDocument, ErrConflict, ErrKept
	RemoveDocument(ctx context.Context, code, agency, digest string) error                   // assess.ErrUsed, ErrKept
	SweepFiles(ctx context.Context) (int, error)
	MostFile() int64 // bytes
}

// Addresses of documents.
const (
	evidenceSeasons = "/quan-tri/danh-gia/"
	documentsName   = "/tai-lieu"
)

func documentsAddress(season, agency string) string {
	return evidenceSeasons + pathSegment(season) + "/phieu/" + pathSegment(agency) + documentsName
}

func leafDocuments(season, agency, leaf string) string {
	return documentsAddress(season, agency) + "?muc=" + pathSegment(leaf)
}

func documentAddress(season, digest string) string {
	return evidenceSeasons + pathSegment(season) + documentsName + "/" + digest
}

var (
	// documentReaders: whoever may see what the agency in the path keeps, before it is submitted too.
	documentReaders = access{name: "readers of the agency's documents", session: true, allow: func(a account.Account, param func(string) string) bool {
		return a.Is(account.Administrator, account.Auditor, account.Officer, account.Head) && a.MayRead(param("agency"))
	}}
	// documentWriters: whoever speaks for the agency in the path.
	documentWriters = access{name: "keepers of the agency's documents", session: true, allow: func(a account.Account, param func(string) string) bool {
		return a.Is(account.Officer) && a.MayRead(param("agency"))
	}}
	// fileReaders: whoever may read some documents; the handler says which.
	fileReaders = access{name: "readers of documents", session: true, allow: func(a account.Account, _ func(string) string) bool {
		return a.Is(account.Administrator, account.Auditor, account.Officer, account.Head, account.Appraiser)
	}}
)

// evidenceTable is every address of documents.
func (s *Server) evidenceTable() []route {
	const get, post = http.MethodGet, http.MethodPost
	const sheet = evidenceSeasons + ":season/phieu/:agency"
	upload := s.store.MostFile() + uploadRest
	return []route{
		{get, sheet + documentsName, documentReaders, noBody, s.documentList},
		{post, sheet + documentsName, documentWriters, upload, s.addDocument},
		{post, sheet + documentsName + "/xoa", documentWriters, formMax, s.removeDocument},
		{get, sheet + documentsName + describeName + ":digest", documentWriters, noBody, s.describeForm},
		{post, sheet + documentsName + describeName + ":digest", documentWriters, formMax, s.describe},
		{post, sheet + "/:leaf" + documentsName, documentWriters, upload, s.addDocument},
		{post, sheet + "/:leaf" + documentsName + "/gan", documentWriters, formMax, s.linkDocument},
		{post, sheet + "/:leaf" + documentsName + "/go", documentWriters, formMax, s.unlinkDocument},
		{get, evidenceSeasons + ":season" + documentsName + "/:digest", fileReaders, noBody, s.document},
	}
}

// evidenceError makes what is not there a page that is not there.
func evidenceError(err error) error {
	for _, gone := range []error{assess.ErrUnknown, assess.ErrNoSheet, scoring.ErrUnknownLeaf} {
		if errors.Is(err, gone) {
			return errors.Join(problem.ErrNoSuchPage, err)
		}
	}
	return err
}

// removeDocument takes a document of the library away.
func (s *Server) removeDocument(c echo.Context) error {
	if err := s.checkToken(c); err != nil {
		return err
	}
	err := s.store.RemoveDocument(c.Request().Context(), c.Param("season"), c.Param("agency"), c.FormValue("tai-lieu"))
	return s.afterDocument(c, "", "xoa", documentFields{}, err)
}

// linkDocument puts a document that the agency keeps behind a claim, or one that it has no file of.
func (s *Server) linkDocument(c echo.Context) error {
	if err := s.checkToken(c); err != nil {
		return err
	}
	season, agency, leaf := c.Param("season"), c.Param("agency"), c.Param("leaf")
	list, err := s.store.Documents(c.Request().Context(), season, agency)
	if err != nil {
		return evidenceError(err)
	}
	i := slices.IndexFunc(list, func(d assess.Document) bool { return d.Digest == c.FormValue("tai-lieu") })
	if i < 0 {
		return s.afterDocument(c, leaf, "gan", documentFields{}, assess.ErrNoDocument)
	}
	err = s.store.Assess(c.Request().Context(), season, assess.Turn{Agency: agency, Acts: []assess.Act{assess.Attach{Leaf: leaf, Evidence: list[i].Evidence(fieldText(c.FormValue("trang")))}}})
	return s.afterDocument(c, leaf, "gan", documentFields{}, err)
}

// unlinkDocument takes a document out of a claim; it stays in the library.
func (s *Server) unlinkDocument(c echo.Context) error {
	if err := s.checkToken(c); err != nil {
		return err
	}
	leaf := c.Param("leaf")
	err := s.store.Assess(c.Request().Context(), c.Param("season"), assess.Turn{Agency: c.Param("agency"), Acts: []assess.Act{assess.Detach{Leaf: leaf, Key: c.FormValue("ma")}}})
	return s.afterDocument(c, leaf, "go", documentFields{}, err)
}
