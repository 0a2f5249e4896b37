package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"thuocdo/cmd/thuocdo/measure"
)

// benchSeasonCmd measures officers who fill in the sheets of a season at its deadline.
type benchSeasonCmd struct {
	benchFlags
	Officers int           `help:"Officers at once." default:"200"`
	Length   time.Duration `help:"How long to measure." default:"30s" placeholder:"DURATION"`
	Rate     float64       `help:"Requests a second that begin, whatever the server does; 0 = as fast as answered." default:"100" placeholder:"N"`
	Shared   int           `help:"Of a hundred leaves that an officer opens, how many a colleague may have open too." default:"20" placeholder:"PERCENT"`
	Cores    int           `help:"Processors of the server; 0 = all." placeholder:"N"`
}

// Examples ends the help of the command.
func (*benchSeasonCmd) Examples() []string {
	return []string{"thuocdo bench season --officers 200", "thuocdo bench season --rate 0 --json   # each officer as fast as the server answers"}
}

// seasonReport is what the measurement says.
type seasonReport struct {
	Name     string          `json:"name"`
	Cores    int             `json:"cores"`
	Officers int             `json:"officers"`
	Load     measure.Figures `json:"load"`
	Pages    measure.Times   `json:"pages"`   // of leaves, as officers open them
	Saves    measure.Times   `json:"saves"`   // that were stored
	Clashes  measure.Times   `json:"clashes"` // that were told of a conflict
	Server   measure.Times   `json:"server"`  // as it says itself
	Leaves   int             `json:"leaves"`  // whose last stored claim was compared
	Lost     int             `json:"lost_updates"`
	Signed   float64         `json:"sign_in_seconds"`
}

// Run makes a season and its officers, signs them in, lets them save, and compares what was acknowledged with what is stored.
func (b *benchSeasonCmd) Run(ctx context.Context, c *console) error {
	dir, remove, err := b.room()
	if err != nil {
		return err
	}
	defer remove()
	set := &seasonSet{officers: b.Officers}
	path, err := set.make(ctx, dir)
	if err != nil {
		return err
	}
	s, err := measure.Start(ctx, path, b.Cores, "--trusted-proxies", "127.0.0.1/32") // officers sit in different networks
	if err != nil {
		return err
	}
	defer s.Stop()
	r := seasonReport{Name: "season", Cores: cmp.Or(b.Cores, runtime.NumCPU()), Officers: b.Officers}
	rush, err := b.signIn(ctx, s.Addr, set, &r)
	if err != nil {
		return err
	}
	r.Load = measure.Load{Addr: s.Addr, Clients: b.Officers, Rate: b.Rate, Length: b.Length}.Run(ctx, rush.next)
	r.Pages, r.Saves, r.Clashes = measure.TimesOf(rush.pages), measure.TimesOf(rush.saves), measure.TimesOf(rush.clashes)
	r.Server = s.Times()
	if err := s.Stop(); err != nil {
		return fmt.Errorf("stop the server: %w", err)
	}
	if err := rush.verify(ctx, path, &r); err != nil {
		return err
	}
	return b.say(c, r)
}

// say prints the report.
func (b *benchSeasonCmd) say(c *console, r seasonReport) error {
	if b.JSON {
		return c.json(r)
	}
	var out strings.Builder
	add := func(format string, args ...any) { fmt.Fprintf(&out, format+"\n", args...) }
	add("season: %d officers, %d cores, signed in within %.1f s", r.Officers, r.Cores, r.Signed)
	add("requests  %d done, %.0f a second; refused %d; failed %d %s", r.Load.Done, r.Load.PerSecond, r.Load.Refused, r.Load.Failed, r.Load.Fault)
	add("time      %.1f ms median, %.1f ms p90, %.1f ms p99, %.1f ms at most, from when they were due", r.Load.P50, r.Load.P90, r.Load.P99, r.Load.Max)
	for _, x := range []struct {
		name string
		t    measure.Times
	}{{"pages", r.Pages}, {"saves", r.Saves}, {"conflicts", r.Clashes}, {"server", r.Server}} {
		add("%-9s %d: %.1f ms median, %.1f ms p99, %.1f ms at most", x.name, x.t.Requests, x.t.P50, x.t.P99, x.t.Max)
	}
	add("stored    %d leaves compared, %d updates lost", r.Leaves, r.Lost)
	_, err := io.WriteString(c.Out, out.String())
	return err
}

// rush is officers who save leaves at the same time.
type rush struct {
	set      *seasonSet
	officers []*benchOfficer
	taken    atomic.Int64
	who      sync.Map // *measure.Conn → *benchOfficer
	shared   int

	lock                  sync.Mutex
	pages, saves, clashes []time.Duration
	acked                 map[string][]saved // by agency and leaf
	unsure                map[string]bool    // leaves of which a save failed: it may be stored all the same
}

// saved is a save that the server acknowledged.
type saved struct {
	version int64
	words   string
}

// benchOfficer is one officer at a browser.
type benchOfficer struct {
	n      int
	cookie string
	agency string
	leaf   string // that is open; "" = none
	form   measure.Form
	turns  int64
}

// signIn signs every officer in, as the page does.
func (b *benchSeasonCmd) signIn(ctx context.Context, addr string, set *seasonSet, r *seasonReport) (*rush, error) {
	x := &rush{set: set, shared: b.Shared, officers: make([]*benchOfficer, b.Officers), acked: map[string][]saved{}, unsure: map[string]bool{}}
	start := time.Now()
	errs := make([]error, b.Officers)
	var all sync.WaitGroup
	slots := make(chan struct{}, 4)
	for i := range x.officers {
		all.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			x.officers[i], errs[i] = signedIn(ctx, addr, set, i)
		})
	}
	all.Wait()
	r.Signed = time.Since(start).Seconds()
	return x, errors.Join(errs...)
}

func signedIn(ctx context.Context, addr string, set *seasonSet, i int) (*benchOfficer, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	client := &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	at := &url.URL{Scheme: "http", Host: addr, Path: "/dang-nhap"}
	do := func(method string, body io.Reader) (status int, page []byte, err error) {
		q, err := http.NewRequestWithContext(ctx, method, at.String(), body)
		if err != nil {
			return 0, nil, err
		}
		q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		q.Header.Set("X-Forwarded-For", fmt.Sprintf("10.%d.%d.7", i/250, i%250))
		res, err := client.Do(q)
		if err != nil {
			return 0, nil, err
		}
		defer res.Body.Close()
		page, err = io.ReadAll(res.Body)
		return res.StatusCode, page, err
	}
	_, page, err := do(http.MethodGet, nil)
	if err != nil {
		return nil, err
	}
	form := url.Values{"login": {officerLogin(i)}, "password": {benchPassword}}
	for _, f := range measure.Forms(page) {
		if strings.HasPrefix(f.Action, "/dang-nhap") && f.Fields.Has("login") {
			f.Fields.Set("login", officerLogin(i))
			f.Fields.Set("password", benchPassword)
			form = f.Fields
		}
	}
	status, _, err := do(http.MethodPost, strings.NewReader(form.Encode()))
	if err == nil && status != http.StatusSeeOther {
		err = fmt.Errorf("%s is not let in: status %d", officerLogin(i), status)
	}
	if err != nil {
		return nil, err
	}
	var cookies []string
	for _, c := range jar.Cookies(at) {
		cookies = append(cookies, c.Name+"="+c.Value)
	}
	return &benchOfficer{n: i, cookie: strings.Join(cookies, "; "), agency: set.officerAgency(i)}, nil
}
