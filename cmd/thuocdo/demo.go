package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"text/tabwriter"
	"time"

	"thuocdo/data"
	"thuocdo/survey"
	"thuocdo/survey/account"
	"thuocdo/web"
)

// demoCmd makes a database of made-up data and serves it.
type demoCmd struct {
	serverFlags
	Dir       string `help:"Folder of the demo database; made if missing." default:"demo" placeholder:"DIR"`
	Responses int    `help:"Responses of the open wave; each closed one has half as many." default:"20000" placeholder:"N"`
	Seed      uint64 `help:"Seed of everything made up; the same seed gives the same answers." default:"1" placeholder:"N"`
	Fresh     bool   `help:"Replace the demo that is in the folder."`
	Prepare   bool   `help:"Make the database and stop."`
	JSON      bool   `help:"One line of JSON: url, wave, agencies, accounts, tokens."`
}

// Examples ends the help of the command.
func (*demoCmd) Examples() []string {
	return []string{
		"thuocdo demo",
		"thuocdo demo --addr 127.0.0.1:9000 --dir /tmp/demo --responses 2000 --fresh",
		"thuocdo demo --json | head -1 | jq -r .url",
	}
}

// demoFile is the database inside the folder, demoNote what it was made with.
const (
	demoFile = "thuocdo-demo.db"
	demoNote = "thuocdo-demo.json"
)

// demoMade says what a demo database was made with.
type demoMade struct {
	Responses int    `json:"responses"`
	Seed      uint64 `json:"seed"`
}

// Run makes the database unless it is there, prints who may look at what, and serves.
func (d *demoCmd) Run(ctx context.Context, c *console) error {
	if d.Responses < 0 || d.Responses > 2_000_000 {
		return usage("--responses %d: 0 to 2,000,000 are expected", d.Responses)
	}
	ln, err := d.listen(ctx)
	if err != nil {
		return err
	}
	defer ln.Close()
	if err := d.prepare(ctx, c); err != nil {
		return err
	}
	if d.Prepare {
		return nil
	}
	store, err := data.Open(ctx, d.path(), data.Options{})
	if err != nil {
		return err
	}
	defer store.Close()
	server, err := d.server(ctx, c, store, nil, web.SSO{}, true)
	if err != nil {
		return err
	}
	if err := d.announce(ctx, c, store, address(ln.Addr())); err != nil {
		return err
	}
	return d.run(ctx, c, server, ln)
}

func (d *demoCmd) path() string { return filepath.Join(d.Dir, demoFile) }

// prepare makes the demo database, or finds the one that was made with the same settings.
func (d *demoCmd) prepare(ctx context.Context, c *console) error {
	if err := os.MkdirAll(d.Dir, 0o755); err != nil {
		return fmt.Errorf("demo folder: %w", err)
	}
	want := demoMade{d.Responses, d.Seed}
	have, err := d.made()
	switch {
	case err == nil && have == want && !d.Fresh:
		c.say("using the demo in %s; --fresh makes it anew", d.Dir)
		return nil
	case err == nil && !d.Fresh:
		return withHint(fmt.Errorf("%s holds a demo of %d responses with seed %d", d.Dir, have.Responses, have.Seed),
			"--fresh replaces it, --dir chooses another folder")
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return err
	}
	return d.make(ctx, c, want)
}

// made reads what the database in the folder was made with; fs.ErrNotExist where there is none.
func (d *demoCmd) made() (m demoMade, err error) {
	b, err := os.ReadFile(filepath.Join(d.Dir, demoNote))
	if err != nil {
		return m, err
	}
	if err := json.Unmarshal(b, &m); err != nil {
		return m, withHint(fmt.Errorf("%s: %w", demoNote, err), "--fresh makes the demo anew")
	}
	_, err = os.Stat(d.path())
	return m, err
}

// make fills a database under another name first, so that an interrupted attempt is never taken for a demo.
func (d *demoCmd) make(ctx context.Context, c *console, m demoMade) (err error) {
	start := time.Now()
	draft := filepath.Join(d.Dir, "draft-"+demoFile)
	if err := errors.Join(removeDatabase(draft), removeNote(d.Dir), removeDatabase(d.path())); err != nil {
		return err
	}
	c.say("making a demo of %d responses in %s", m.Responses+2*(m.Responses/2), d.Dir)
	if err := d.fill(ctx, c, draft); err != nil {
		return errors.Join(err, removeDatabase(draft))
	}
	if _, err := os.Stat(draft + "-wal"); err == nil {
		return fmt.Errorf("%s was not closed cleanly; its log is still beside it", draft)
	}
	if err := os.Rename(draft, d.path()); err != nil {
		return err
	}
	os.Remove(draft + ".lock") // left over from the process that had it; the new name gets its own
	note, err := json.Marshal(m)
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(d.Dir, demoNote), append(note, '\n'), 0o644); err != nil {
		return err
	}
	c.say("the demo is ready after %.1f s", time.Since(start).Seconds())
	return nil
}

// fill puts the demo into a new database and closes it.
func (d *demoCmd) fill(ctx context.Context, c *console, path string) (err error) {
	store, err := data.Open(ctx, path, data.Options{})
	if err != nil {
		return err
	}
	bar := c.progress("making answers", d.Responses+2*(d.Responses/2))
	defer bar.end()
	b := &builder{Store: store, seed: d.Seed, responses: d.Responses, now: time.Now(), bar: bar}
	return errors.Join(b.build(ctx), store.Close())
}

// removeDatabase removes a database that is not in use, with the files beside it.
func removeDatabase(path string) error {
	if _, err := os.Stat(path); err == nil {
		store, err := data.Open(context.Background(), path, data.Options{})
		if errors.Is(err, data.ErrInUse) {
			return withHint(err, "a demo is running there; stop it, or choose another folder with --dir")
		}
		if err == nil {
			store.Close()
		}
	}
	for _, suffix := range []string{"", "-wal", "-shm", ".lock", ".keys", ".factors"} {
		if err := os.Remove(path + suffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

func removeNote(dir string) error {
	if err := os.Remove(filepath.Join(dir, demoNote)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// invitation is the one line that --json prints.
type invitation struct {
	URL      string            `json:"url"`
	Wave     string            `json:"wave"`
	Agencies []string          `json:"agencies"`
	Accounts []invited         `json:"accounts"`
	Tokens   map[string]string `json:"tokens"` // by role
	DB       string            `json:"db"`
}

// invited is one demo account.
type invited struct {
	Role     account.Role `json:"role"`
	Login    string       `json:"login"`
	Password string       `json:"password"`
	Agency   string       `json:"agency,omitempty"`
}

// announce prints the addresses and accounts: for a person on stderr, or one line of JSON on stdout.
func (d *demoCmd) announce(ctx context.Context, c *console, store *data.Store, url string) error {
	wave := fmt.Sprintf("%s-%d", demoSurvey, demoYears[len(demoYears)-1])
	open, err := store.OpenWave(wave)
	if err != nil {
		return err
	}
	if open.ClosedAt(time.Now()) {
		return withHint(fmt.Errorf("the demo in %s is so old that its wave has closed", d.Dir), "--fresh makes it anew")
	}
	if d.JSON {
		tokens, err := demoTokens(ctx, store)
		if err != nil {
			return err
		}
		i := invitation{URL: url, Wave: wave, Agencies: open.Agencies, Tokens: tokens, DB: d.path()}
		for _, a := range demoAccounts {
			i.Accounts = append(i.Accounts, invited{a.Role, a.Login, a.password, a.Agency})
		}
		return c.json(i)
	}
	return d.welcome(c, url, wave, survey.Period(fmt.Sprint(demoYears[len(demoYears)-1])))
}

// welcome says where to go as whom.
func (d *demoCmd) welcome(c *console, url, wave string, period survey.Period) error {
	t := tabwriter.NewWriter(c.Err, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "\nAll figures of this demo are made up (số liệu minh họa).\n\n")
	fmt.Fprintf(t, "citizen\t%s/khao-sat/%s/%s\n", url, wave, demoHost)
	fmt.Fprintf(t, "anyone\t%s/xep-hang/%s/%s\n", url, demoSurvey, period)
	for _, a := range demoAccounts {
		fmt.Fprintf(t, "%s\t%s/dang-nhap\tlogin %s\tpassword %s\n", a.Role, url, a.Login, a.password)
	}
	fmt.Fprintln(t)
	return t.Flush()
}
