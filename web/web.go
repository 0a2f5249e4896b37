// Package web is the only one that speaks HTTP: pages for citizens, analysts and officers, and the JSON API.
// Echo stops at the handlers; everything below them takes a context and values.
package web

import (
	"context"
	"embed"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"sync"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/labstack/echo/v4"

	"thuocdo/scoring/assess"
	"thuocdo/scoring/report"
	"thuocdo/scoring/report/document"
	"thuocdo/survey"
	"thuocdo/survey/guard"
	"thuocdo/web/api"
	"thuocdo/web/locale"
	"thuocdo/web/outward"
)

//go:embed locales templates static
var embedded embed.FS

// Config is what may differ between two installations. The zero Config is safe: loopback, no proxy, relative links.
type Config struct {
	BaseURL string         // "https://…" as the public sees it; "" = plain HTTP on loopback
	Mail    Mail           // letters by e-mail
	Paper   Paper          // draws what is printed; without it nothing is offered for print
	Proxies []netip.Prefix // reverse proxies whose X-Forwarded-For is believed
	Version string         // shown at the foot of every page
	Now     func() time.Time
	Log     *slog.Logger
	Demo    bool                // tells every page that its figures are made up
	Formats []report.Format     // of downloads, in the order they are offered
	Further []report.Format     // of statistical programs, for rankings and responses
	Cubes   []report.CubeFormat // of statistical offices, for rankings
	Data    []DataFormat        // of responses
	// Documents are the formats of official documents, in the order they are offered.
	Documents []document.Format
	// Card draws the picture that stands beside links to a page, as PNG; nil: pages have none.
	Card    func(*document.Card) ([]byte, error)
	Observe func(route, method string, status int, took time.Duration) // told of every request, where set; route is the pattern

	FormFiles FormFiles // questionnaires of other programs
	// Table reads the rows of a CSV or XLSX file that somebody sends in; nil: files are not taken.
	Table func(ctx context.Context, in io.Reader, yield func(line int, cells []string) error) error
	// Sheets are the files in which agencies fill their sheets in; without Read none are taken.
	Sheets SheetFiles
	// Seasons reads the file of a season that is planned; the error is phrase.Mistakes. nil: none are taken.
	SeasonFile func(file []byte) (assess.Season, error)
	Guard      guard.Rules // what is asked of those who send much; zero = guard.Default
	SSO        SSO         // single sign-on
	// SampleFile reads the table of a drawn sample, CSV or XLSX; the error is phrase.Mistakes. nil: samples are not taken on pages.
	SampleFile func(ctx context.Context, file []byte) (*survey.Design, error)
	// Sampling draws samples from lists on pages; without its Read none are drawn.
	Sampling Sampling
}

// Server answers HTTP requests. It is safe for concurrent use.
type Server struct {
	cfg      Config
	secure   bool // the public sees https
	store    Store
	intake   *survey.Intake
	book     *locale.Book
	pages    *renderer
	assets   *assets
	sessions *scs.SessionManager
	gate     *gate
	factors  *gate // the same for second factors
	door     *door
	// ceremonies are challenges that passkeys have to answer.
	ceremonies  turns[ceremony]
	leaving     turns[ssoTurn]        // for single sign-on
	readers     *gate                 // counts what networks read by program
	forgotten   chan struct{}         // slots of forgotten passwords that are looked up
	afterwards  sync.WaitGroup        // what goes on after its answer
	hookClients map[bool]*http.Client // tell other systems of events; true: in private networks too
	savers      *gate                 // slows down whoever puts forms aside or guesses codes
	sources     *sources
	boards      *boards
	copies      *copies
	shelf       sealedShelf
	changes     changesShelf // of releases
	compared    changesShelf // of periods
	studies     *studies
	markBook    markBook
	fields      fieldBook
	frames      frameShelf
	views       views
	casts       casts
	lines       lines
	rooms       [classes]*room
	routes      []route
	echo        *echo.Echo
}

// New builds the server. Templates are parsed and static files compressed once per process.
func New(cfg Config, store Store) (*Server, error) {
	s := &Server{cfg: cfg, store: store, gate: newGate(passwordPace), factors: newGate(factorPace), savers: newGate(pace{}), readers: newGate(pace{}), door: newDoor(cfg.Guard),
		forgotten: make(chan struct{}, forgottenMost)}
	if s.cfg.Now == nil {
		s.cfg.Now = time.Now
	}
	if s.cfg.Log == nil {
		s.cfg.Log = slog.New(slog.DiscardHandler)
	}
	s.rooms, s.lines.most = newRooms(processors()), mostLines
	s.views.store, s.views.failed = store.CountPages, func(err error) { s.cfg.Log.Warn("page counts", "error", err) }
	s.sources = &sources{store, s.sealed, s.cfg.Now}
	s.boards, s.copies = newBoards(s.sources, s.cfg.Now), newCopies()
	s.studies = newStudies(store, s.cfg.Now)
	base, err := url.Parse(cfg.BaseURL)
	if err != nil || (cfg.BaseURL != "" && (base.Host == "" || base.Scheme != "https" && base.Scheme != "http")) {
		return nil, fmt.Errorf("base url %q: expected http://host or https://host", cfg.BaseURL)
	}
	s.secure = base.Scheme == "https"
	s.intake = &survey.Intake{Waves: store, Log: store, Invitations: store, Now: s.cfg.Now}
	w, err := loadWardrobe()
	if err != nil {
		return nil, err
	}
	s.book, s.assets, s.pages = w.book, w.assets, &renderer{in: w.pages}
	s.sessions = newSessions(store, s.secure)
	s.hookClients = map[bool]*http.Client{false: outward.NewClient(false), true: outward.NewClient(true)}
	s.routes = s.table(&api.API{Store: store, Intake: s.intake, Book: s.book, Send: send, Admit: s.admitProgram})
	return s, s.mount()
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.echo.ServeHTTP(w, r) }

func sub(dir string) fs.FS {
	f, err := fs.Sub(embedded, dir)
	if err != nil {
		panic(err) // a constant name of an embedded folder
	}
	return f
}
