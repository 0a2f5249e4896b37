package faults

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"time"
)

// Service is a running thuocdo.
type Service struct {
	URL string

	cmd   *exec.Cmd
	ended chan struct{}
	turn  sync.Mutex
	talk  bytes.Buffer
}

var listening = regexp.MustCompile(`listening on (http://\S+)`)

// Start starts a program's serve on a database, with more settings in its environment, and returns once it is ready.
func Start(ctx context.Context, program, db string, env []string, args ...string) (*Service, error) {
	s := &Service{cmd: exec.CommandContext(ctx, program, append([]string{"serve", "--db", db, "--addr", "127.0.0.1:0"}, args...)...), ended: make(chan struct{})}
	s.cmd.Env = append(s.cmd.Environ(), env...)
	out, err := s.cmd.StderrPipe()
	if err != nil {
		return nil, err
	}
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	found := make(chan string, 1)
	go s.listen(out, found)
	select {
	case s.URL = <-found:
	case <-s.ended:
		return nil, fmt.Errorf("the service did not start: %w\n%s", s.cmd.Wait(), s.Talk())
	}
	for range 6000 {
		if res, err := http.Get(s.URL + "/readyz"); err == nil {
			res.Body.Close()
			if res.StatusCode == http.StatusOK {
				return s, nil
			}
		}
		time.Sleep(10 * time.Millisecond)
	}
	return nil, errors.Join(errors.New("the service is not ready after a minute"), s.Kill())
}

// listen keeps what the service says, for messages.
func (s *Service) listen(out io.Reader, found chan<- string) {
	defer close(s.ended)
	for in := bufio.NewScanner(out); in.Scan(); {
		if m := listening.FindStringSubmatch(in.Text()); m != nil && len(found) == 0 {
			found <- m[1]
		}
		if strings.Contains(in.Text(), "level=INFO msg=request") {
			continue
		}
		s.turn.Lock()
		if s.talk.Len() < 16<<10 {
			s.talk.WriteString(in.Text() + "\n")
		}
		s.turn.Unlock()
	}
}

// Talk returns what the service has said, without the requests it logs.
func (s *Service) Talk() string {
	s.turn.Lock()
	defer s.turn.Unlock()
	return s.talk.String()
}

// Kill ends the service as the kernel does.
func (s *Service) Kill() error { return s.end(syscall.SIGKILL) }

// Stop ends the service as systemd does, and returns an error unless it ended in order.
func (s *Service) Stop() error { return s.end(syscall.SIGTERM) }

func (s *Service) end(signal syscall.Signal) error {
	if err := s.cmd.Process.Signal(signal); err != nil {
		return err
	}
	<-s.ended
	if err := s.cmd.Wait(); err != nil && signal != syscall.SIGKILL {
		return fmt.Errorf("%w\n%s", err, s.Talk())
	}
	return nil
}

// Outcome is what a citizen's program was told about one answer.
type Outcome int

// The outcomes.
const (
	Counted  Outcome = iota // acknowledged, with a receipt
	Refused                 // 503: try again later
	Unheard                 // no answer came: it may be stored or not
	Rejected                // anything else
)

// Crowd sends answers without end, each a second time after it was acknowledged, as people who press twice do.
type Crowd struct {
	Wave, Agency string
	Body         func(n int) string // answers as JSON

	turn     sync.Mutex
	n        int
	Receipts []string
	Tally    [Rejected + 1]int
	Strange  string // the first answer that no service of ours should give
}

// Answers returns how many answers were acknowledged.
func (c *Crowd) Answers() int {
	c.turn.Lock()
	defer c.turn.Unlock()
	return len(c.Receipts)
}

// Send lets some people send answers until stop is closed or the service is gone.
func (c *Crowd) Send(s *Service, people int, stop <-chan struct{}) {
	client := &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: people}}
	defer client.CloseIdleConnections()
	var all sync.WaitGroup
	for range people {
		all.Go(func() {
			for gone := 0; gone < 3; {
				select {
				case <-stop:
					return
				default:
				}
				if c.one(client, s.URL) == Unheard {
					gone++
				}
			}
		})
	}
	all.Wait()
}

// one sends one answer twice.
func (c *Crowd) one(client *http.Client, url string) Outcome {
	c.turn.Lock()
	c.n++
	n := c.n
	c.turn.Unlock()
	outcome, receipt, strange := c.post(client, url, n)
	if outcome == Counted {
		if again, same, odd := c.post(client, url, n); again == Counted && same != receipt {
			strange = "another receipt for the same answer"
		} else if again == Rejected {
			strange = odd
		}
	}
	c.turn.Lock()
	defer c.turn.Unlock()
	c.Tally[outcome]++
	if outcome == Counted {
		c.Receipts = append(c.Receipts, receipt)
	}
	if c.Strange == "" {
		c.Strange = strange
	}
	return outcome
}

func (c *Crowd) post(client *http.Client, url string, n int) (outcome Outcome, receipt, strange string) {
	body := fmt.Sprintf(`{"agency":%q,"answers":%s}`, c.Agency, c.Body(n))
	req, err := http.NewRequest(http.MethodPost, url+"/api/v1/waves/"+c.Wave+"/responses", bytes.NewBufferString(body))
	if err != nil {
		return Rejected, "", err.Error()
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Idempotency-Key", fmt.Sprintf("fault-%p-%020d", c, n))
	res, err := client.Do(req)
	if err != nil {
		return Unheard, "", ""
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		return Unheard, "", ""
	}
	var said struct{ Receipt string }
	switch {
	case res.StatusCode == http.StatusServiceUnavailable:
		if res.Header.Get("Retry-After") == "" {
			return Refused, "", "503 without Retry-After"
		}
		return Refused, "", ""
	case res.StatusCode != http.StatusCreated && res.StatusCode != http.StatusOK:
		return Rejected, "", fmt.Sprintf("%d: %s", res.StatusCode, b)
	}
	if err := json.Unmarshal(b, &said); err != nil || said.Receipt == "" {
		return Rejected, "", fmt.Sprintf("%d without a receipt: %s", res.StatusCode, b)
	}
	return Counted, said.Receipt, ""
}
