package faults

import (
	"bytes"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"thuocdo/data"
)

// shipped is the configuration that operators are given, as it is in the documentation.
const shipped = "../../../docs/deploy/litestream.yml"

// stream is a running Litestream.
type stream struct {
	cmd *exec.Cmd
	env []string
	out bytes.Buffer
}

// mustStream ships the log of a database every second, by the documented configuration.
func mustStream(t *testing.T, path string) *stream {
	t.Helper()
	tool, err := exec.LookPath("litestream")
	if err != nil {
		t.Skip("litestream is not installed (go install github.com/benbjohnson/litestream/cmd/litestream@v0.5.18): point-in-time restore was not tried")
	}
	s := &stream{env: []string{"THUOCDO_DB=" + path, "THUOCDO_REPLICA=" + filepath.Join(t.TempDir(), "replica"), "THUOCDO_SHIP_EVERY=1s"}}
	s.cmd = exec.CommandContext(t.Context(), tool, "replicate", "-config", shipped)
	s.cmd.Env = append(s.cmd.Environ(), s.env...)
	s.cmd.Stdout, s.cmd.Stderr = &s.out, &s.out
	must(t, s.cmd.Start())
	return s
}

// end ends Litestream by a signal and shows what it said if the test has failed.
func (s *stream) end(t *testing.T, signal syscall.Signal) {
	t.Helper()
	must(t, s.cmd.Process.Signal(signal))
	_ = s.cmd.Wait()
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("litestream: %s", s.out.String())
		}
	})
}

// mustRestore puts what the replica knows of a database into another file.
func (s *stream) mustRestore(t *testing.T, path string, args ...string) string {
	t.Helper()
	to := filepath.Join(t.TempDir(), "restored.db")
	cmd := exec.CommandContext(t.Context(), s.cmd.Path, append(append([]string{"restore", "-config", shipped, "-o", to}, args...), path)...)
	cmd.Env = append(cmd.Environ(), s.env...)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("restore: %v\n%s", err, out)
	}
	return to
}

// responses returns how many answers a database holds that doctor finds healthy.
func responses(t *testing.T, path string) int {
	t.Helper()
	st, err := data.Open(t.Context(), path, data.Options{})
	must(t, err)
	defer func() { must(t, st.Close()) }()
	report, err := st.Doctor(t.Context())
	must(t, err)
	for _, c := range report.Checks {
		for _, p := range c.Problems {
			t.Errorf("doctor: %s: %s", c.Name, p.Message.In("en"))
		}
	}
	return int(report.Waves[0].Responses)
}

// TestAShippedLogIsPutBackAsOfAMoment loses the machine while answers come in: what is put back from the shipped log is healthy, has
// everything up to a second or two before, as of a moment in the past has what was there then, and goes on as a service.
func TestAShippedLogIsPutBackAsOfAMoment(t *testing.T) {
	path := mustDatabase(t)
	ship := mustStream(t, path)
	s, err := Start(t.Context(), program, path, nil)
	must(t, err)
	c := newCrowd()
	loaded(s, c, 8, func() { after(t, c, 200) })
	first := len(c.Receipts)
	time.Sleep(5 * time.Second)
	moment := time.Now()
	time.Sleep(3 * time.Second)
	loaded(s, c, 8, func() { after(t, c, 200) })
	second := len(c.Receipts)
	time.Sleep(5 * time.Second)
	loaded(s, c, 8, func() {
		after(t, c, 50)
		must(t, s.Kill())
	})
	ship.end(t, syscall.SIGKILL)

	if n := responses(t, ship.mustRestore(t, path, "-timestamp", moment.UTC().Format(time.RFC3339Nano))); n != first {
		t.Errorf("as of the moment: %d answers, %d were acknowledged before it and none was under way", n, first)
	}
	last := ship.mustRestore(t, path)
	if n := responses(t, last); n < second || n > c.n {
		t.Errorf("as of the end: %d answers, %d were acknowledged seconds before it, %d sent", n, second, c.n)
	}
	again, err := Start(t.Context(), program, last, nil)
	must(t, err)
	more := newCrowd()
	loaded(again, more, 4, func() { after(t, more, 20) })
	must(t, again.Stop())
	responses(t, last)
	t.Logf("%d acknowledged, then %d, then %d until the end", first, second, len(c.Receipts))
}
