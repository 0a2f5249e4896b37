package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/netip"
	"strings"
	"time"

	"thuocdo/data"
	"thuocdo/data/export"
	"thuocdo/data/formbook"
	"thuocdo/data/post"
	"thuocdo/data/print"
	"thuocdo/data/scribe"
	"thuocdo/data/tabular"
	"thuocdo/survey"
	"thuocdo/web"
)

// serverFlags are the settings of a running server.
type serverFlags struct {
	Addr    string         `help:"Address to listen on." default:"127.0.0.1:8080" env:"THUOCDO_ADDR" placeholder:"HOST:PORT"`
	BaseURL string         `help:"Address the public sees; https:// turns on secure cookies." env:"THUOCDO_BASE_URL" placeholder:"URL"`
	Proxies []netip.Prefix `name:"trusted-proxies" help:"Networks of proxies whose X-Forwarded-For is believed." env:"THUOCDO_TRUSTED_PROXIES" placeholder:"CIDR,…"`
	metricsFlag
	Log string `help:"Format of the log on stderr." enum:"text,json" default:"text" env:"THUOCDO_LOG"`
}

// serveCmd runs the service.
type serveCmd struct {
	serverFlags
	dbFlag
	mailFlags
	ssoFlags
	evidenceFlags
	Pace      time.Duration `help:"Time that every answer takes at least, to measure overload." hidden:""`
	Yardstick bool          `help:"Serve an empty handler, to measure against." hidden:""`
}

// Examples ends the help of the command.
func (*serveCmd) Examples() []string {
	return []string{
		"thuocdo serve --db /var/lib/thuocdo/thuocdo.db",
		"thuocdo serve --base-url https://khaosat.example.vn --trusted-proxies 127.0.0.1/32",
	}
}

// Run listens, opens the database (a new one gets the reference data) and serves until it is told to stop.
func (s *serveCmd) Run(ctx context.Context, c *console) error {
	mail, err := s.mailServer(c, s.BaseURL)
	if err != nil {
		return err
	}
	signOn, err := s.party(c, s.BaseURL)
	if err != nil {
		return err
	}
	ln, err := s.listen(ctx)
	if err != nil {
		return err
	}
	defer ln.Close()
	schema, err := data.Inspect(ctx, s.DB)
	fresh := errors.Is(err, fs.ErrNotExist) || err == nil && schema.Have == 0 // no file, or nothing in it
	opt, err := s.options(data.Options{Pace: s.Pace})
	if err != nil {
		return err
	}
	store, err := data.Open(ctx, s.DB, opt)
	if err != nil {
		return err
	}
	defer store.Close()
	if fresh {
		if err := putReference(ctx, store); err != nil {
			return err
		}
	}
	server, err := s.server(ctx, c, store, mail, signOn, false)
	if err != nil {
		return err
	}
	c.say("listening on %s", address(ln.Addr()))
	if s.Yardstick {
		return web.ServeYardstick(ctx, ln)
	}
	defer s.deliver(ctx, c, store, mail)()
	return s.run(ctx, c, server, ln)
}

// deliver carries letters beside the pages, where a mail server is set up.
func (s *serveCmd) deliver(ctx context.Context, c *console, store *data.Store, mail *post.Server) (wait func()) {
	if mail == nil {
		return func() {}
	}
	ctx, stop := context.WithCancel(ctx)
	done := carry(ctx, s.postman(c, s.Log, store, mail))
	return func() { stop(); done() }
}

// listen takes the port first, so that a busy one is found before any work is done.
func (s *serverFlags) listen(ctx context.Context) (net.Listener, error) {
	ln, err := (&net.ListenConfig{}).Listen(ctx, "tcp", s.Addr)
	if err != nil {
		err = fmt.Errorf("cannot listen on %s: %w", s.Addr, err)
	}
	if errors.Is(err, fs.ErrPermission) {
		err = withHint(err, "ports below 1024 need special rights; choose another with --addr, e.g. --addr 127.0.0.1:8080")
	}
	return ln, err
}

// server builds the web server over a store, and shows its metrics where that is wanted.
func (s *serverFlags) server(ctx context.Context, c *console, store *data.Store, mail *post.Server, signOn web.SSO, demo bool) (*web.Server, error) {
	m := s.measure(store)
	cfg := web.Config{
		BaseURL:   s.BaseURL,
		Proxies:   s.Proxies,
		Version:   thisBuild().Version,
		Now:       time.Now,
		Log:       c.log(s.Log),
		Demo:      demo,
		Formats:   export.Formats,
		Further:   furtherFormats(),
		Cubes:     export.Cubes,
		Data:      dataFormats(),
		Documents: scribe.Formats,
		Card:      scribe.Card,
		Table:     readTable,
		Sheets:    sheetFiles,

		SeasonFile: readSeason,
		SampleFile: func(ctx context.Context, file []byte) (*survey.Design, error) {
			return readSampleFile(ctx, bytes.NewReader(file))
		},
		Sampling:  sampling(),
		FormFiles: web.FormFiles{Read: formbook.Any, Write: formbook.Write},
		Paper:     web.Paper{Sheet: print.Sheet, Poster: print.Poster},
		Mail:      pageMail(mail, s.BaseURL),
		SSO:       signOn,
	}
	if m != nil {
		cfg.Observe = m.Observe
		if err := s.show(ctx, c, m); err != nil {
			return nil, err
		}
	}
	return web.New(cfg, store)
}

// readTable reads a small table that somebody sends in.
func readTable(ctx context.Context, in io.Reader, yield func(line int, cells []string) error) error {
	for row, err := range tabular.Rows(ctx, in, tabular.Limits{File: 1 << 20, Part: 8 << 20, Rows: 10_000, Cells: 100_000}) {
		if err != nil {
			return err
		}
		if err := yield(row.Line, row.Cells); err != nil {
			return err
		}
	}
	return nil
}

// run serves until ctx is done, then lets the requests under way finish.
func (s *serverFlags) run(ctx context.Context, c *console, server *web.Server, ln net.Listener) error {
	if tcp, ok := ln.Addr().(*net.TCPAddr); ok && !tcp.IP.IsLoopback() && !strings.HasPrefix(s.BaseURL, "https://") {
		c.say("warning: reachable from other machines without https; set --base-url https://… behind a reverse proxy")
	}
	said := make(chan struct{})
	unsaid := context.AfterFunc(ctx, func() {
		defer close(said)
		c.say("stopping: requests under way may finish")
	})
	err := server.Serve(ctx, ln)
	if !unsaid() {
		<-said
	}
	if err != nil {
		return err
	}
	c.say("stopped")
	return nil
}

// address turns where a server listens into an address that a browser on this machine can open.
func address(a net.Addr) string {
	host, port, err := net.SplitHostPort(a.String())
	if err != nil {
		return a.String()
	}
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		host = "localhost"
	}
	return "http://" + net.JoinHostPort(host, port)
}

// newLog returns the log of a server.
func newLog(format string, w io.Writer) *slog.Logger {
	if format == "json" {
		return slog.New(slog.NewJSONHandler(w, nil))
	}
	return slog.New(slog.NewTextHandler(w, nil))
}
