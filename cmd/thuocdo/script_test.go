package main

import (
	"database/sql"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	_ "github.com/mattn/go-sqlite3"
	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain lets the scripts run this test binary as the command thuocdo.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"thuocdo": main})
}

// TestScripts runs every script of testdata/script against the real program. Besides the commands of testscript there are
//
//	exits CODE PROGRAM ARGS…   runs the program, which must exit with that code
//	port NAME                  puts a free port of 127.0.0.1 into the variable
//	ready HOST:PORT            waits until a server answers there
//	get URL STATUS [TEXT…]     fetches a page, which must have the status and contain the texts
//	sql FILE STATEMENT         changes a database behind the program's back
func TestScripts(t *testing.T) {
	t.Parallel()
	p := testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits, "port": freePort, "ready": ready, "get": get, "sql": change,
		},
	}
	if raced {
		t.Log("under the race detector only the script of the server runs; make test runs all of them without it")
		p.Dir, p.Files = "", []string{"testdata/script/serve.txtar"}
	}
	testscript.Run(t, p)
}

func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE PROGRAM [ARGS…]")
	}
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			ts.Fatalf("%v", err)
		}
		got = exit.ExitCode()
	}
	if strconv.Itoa(got) != args[0] {
		ts.Fatalf("exit code %d, want %s", got, args[0])
	}
}

func freePort(ts *testscript.TestScript, _ bool, args []string) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	ts.Check(ln.Close())
	ts.Setenv(args[0], strconv.Itoa(ln.Addr().(*net.TCPAddr).Port))
}

func ready(ts *testscript.TestScript, _ bool, args []string) {
	for end := time.Now().Add(60 * time.Second); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		res, err := http.Get("http://" + args[0] + "/healthz")
		if err != nil {
			continue
		}
		res.Body.Close()
		if res.StatusCode == http.StatusOK {
			return
		}
	}
	ts.Fatalf("nothing answers at %s", args[0])
}

func get(ts *testscript.TestScript, neg bool, args []string) {
	status, body := fetch(ts, http.DefaultClient, args[0])
	if strconv.Itoa(status) != args[1] {
		ts.Fatalf("%s: status %d, want %s", args[0], status, args[1])
	}
	for _, text := range args[2:] {
		if strings.Contains(body, text) == neg {
			ts.Fatalf("%s: contains %q: %v", args[0], text, !neg)
		}
	}
}

func fetch(ts *testscript.TestScript, client *http.Client, page string) (int, string) {
	res, err := client.Get(page)
	ts.Check(err)
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	ts.Check(err)
	return res.StatusCode, string(b)
}

func change(ts *testscript.TestScript, _ bool, args []string) {
	db, err := sql.Open("sqlite3", (&url.URL{Scheme: "file", Path: ts.MkAbs(args[0])}).String())
	ts.Check(err)
	defer db.Close()
	_, err = db.Exec(args[1])
	ts.Check(err)
}
