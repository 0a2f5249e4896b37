package measure

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Server is a server in a process of its own, as users run it, on a port of loopback.
type Server struct {
	Addr    string        // host:port
	Started time.Duration // from the start of the process until it was ready

	cmd     *exec.Cmd
	metrics string // host:port
	talk    bytes.Buffer
	drained chan struct{}
	served  served
}

var listening = regexp.MustCompile(`(listening|metrics) on http://(\S+)`)

// Start starts this program's serve on a database, on so many processors (0 = all), and returns once it says it is ready. It ends
// with ctx.
func Start(ctx context.Context, db string, cores int, args ...string) (*Server, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	args = append([]string{"serve", "--db", db, "--addr", "127.0.0.1:0", "--metrics-addr", "127.0.0.1:0"}, args...)
	s := &Server{cmd: exec.CommandContext(ctx, self, args...), drained: make(chan struct{})}
	if cores > 0 {
		s.cmd.Env = append(os.Environ(), "GOMAXPROCS="+strconv.Itoa(cores))
	}
	s.cmd.Cancel = func() error { return s.cmd.Process.Signal(syscall.SIGTERM) }
	out, err := s.cmd.StderrPipe()
	if err != nil {
		return nil, err
	}
	start := time.Now()
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	found := make(chan []string, 2)
	go s.drain(out, found)
	for s.Addr == "" || s.metrics == "" {
		select {
		case m := <-found:
			if m[1] == "metrics" {
				s.metrics = m[2]
			} else {
				s.Addr = m[2]
			}
		case <-s.drained:
			return nil, fmt.Errorf("the server did not start: %w\n%s", s.cmd.Wait(), s.talk.String())
		}
	}
	return s, s.ready(ctx, start)
}

// drain reads what the server says until it ends; only its first lines are kept.
func (s *Server) drain(out io.Reader, found chan<- []string) {
	defer close(s.drained)
	for in := bufio.NewScanner(out); in.Scan(); {
		if m := listening.FindStringSubmatch(in.Text()); m != nil && len(found) < cap(found) {
			found <- m
		}
		s.served.note(in.Text())
		if s.talk.Len() < 4<<10 {
			s.talk.WriteString(in.Text() + "\n")
		}
	}
}

func (s *Server) ready(ctx context.Context, start time.Time) error {
	for end := start.Add(time.Minute); time.Now().Before(end) && ctx.Err() == nil; time.Sleep(2 * time.Millisecond) {
		res, err := http.Get("http://" + s.Addr + "/readyz")
		if err != nil {
			continue
		}
		res.Body.Close()
		if res.StatusCode == http.StatusOK {
			s.Started = time.Since(start)
			return nil
		}
	}
	return errors.Join(errors.New("the server is not ready after a minute"), ctx.Err())
}

// Stop ends the server as an administrator would, and waits for it.
func (s *Server) Stop() error {
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	<-s.drained
	return s.cmd.Wait()
}

// Usage is what a server has used so far.
type Usage struct {
	CPU    time.Duration
	Memory int64 // resident, in bytes
	Stored int64 // answers since its start
}

// Usage asks the server's metrics.
func (s *Server) Usage() (u Usage, err error) {
	res, err := http.Get("http://" + s.metrics + "/metrics")
	if err != nil {
		return u, err
	}
	defer res.Body.Close()
	for in := bufio.NewScanner(res.Body); in.Scan(); {
		name, text, _ := strings.Cut(in.Text(), " ")
		v, err := strconv.ParseFloat(text, 64)
		if err != nil {
			continue
		}
		switch name {
		case "process_cpu_seconds_total":
			u.CPU = time.Duration(v * float64(time.Second))
		case "process_resident_memory_bytes":
			u.Memory = int64(v)
		case "thuocdo_answers_stored_total":
			u.Stored = int64(v)
		}
	}
	return u, nil
}
