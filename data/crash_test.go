package data

import (
	"bufio"
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	mathrand "math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"thuocdo/survey"
	"thuocdo/survey/simulate"
)

// childPath makes this test binary store answers in the database it names until it is killed.
const childPath = "THUOCDO_TEST_APPEND_TO"

func TestMain(m *testing.M) {
	if path := os.Getenv(childPath); path != "" {
		if err := storeForever(path); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	os.Exit(m.Run())
}

// storeForever stores answers from 32 callers and prints "sent" with a receipt before each and "got" after each.
func storeForever(path string) error {
	s, err := Open(context.Background(), path, Options{Now: during})
	if err != nil {
		return err
	}
	w, err := s.OpenWave("w")
	if err != nil {
		return err
	}
	crowd := simulate.Crowd{Seed: 9, N: 200, First: survey.DayOf(opening), Days: 3}
	for _, code := range w.Agencies {
		crowd.Agencies = append(crowd.Agencies, simulate.Share{Agency: code, Weight: 1})
	}
	var list []survey.Entry
	for r := range simulate.Responses(w.Form, crowd) {
		sub := survey.Submission{Wave: w.Code, Agency: r.Agency, Key: rand.Text(), Mode: r.Mode, Answers: r.Answers}
		e, err := sub.Entry(w, r.Day)
		if err != nil {
			return err
		}
		list = append(list, e)
	}
	var mu sync.Mutex
	say := func(word string, e survey.Entry) {
		mu.Lock()
		defer mu.Unlock()
		fmt.Printf("%s %x\n", word, e.Receipt)
	}
	var all sync.WaitGroup
	for caller := range 32 {
		all.Go(func() {
			for i := caller; ; i++ {
				e := fresh(list, i)
				say("sent", e)
				for range 2 { // each is sent twice, as people do
					if _, err := s.Append(context.Background(), e); err != nil {
						fmt.Fprintln(os.Stderr, err)
						os.Exit(1)
					}
				}
				say("got", e)
			}
		})
	}
	all.Wait()
	return nil
}

// startChild starts a process that stores answers, and returns the lines it prints. The channel is closed at its end.
func startChild(t *testing.T, path string) (*exec.Cmd, <-chan string) {
	t.Helper()
	child := exec.Command(os.Args[0], "-test.run=^$")
	child.Env = append(os.Environ(), childPath+"="+path)
	child.Stderr = os.Stderr
	out, err := child.StdoutPipe()
	must(t, err)
	must(t, child.Start())
	t.Cleanup(func() { _ = child.Process.Kill() })
	lines := make(chan string, 1<<20)
	go func() {
		defer close(lines)
		for in := bufio.NewScanner(out); in.Scan(); {
			lines <- in.Text()
		}
	}()
	return child, lines
}

// TestKillLosesNothing kills a process that stores answers, at random moments, again and again. What it was told is
// stored is there, nothing is there that it did not send or twice, and the tallies are those of the answers.
//
// A kill does not show whether answers survive a power cut; that they are synced is checked by the settings.
func TestKillLosesNothing(t *testing.T) {
	t.Parallel()
	rounds := 6
	if testing.Short() {
		rounds = 2
	}
	path := filepath.Join(t.TempDir(), "thuocdo.db")
	s := mustOpenAt(t, path, Options{})
	define(t, s, 5)
	must(t, s.Close())
	sent, got := map[string]bool{}, map[string]bool{}
	for round := range rounds {
		killSoon(t, path, sent, got)
		if round == 0 { // a tool that may not write must find everything, too
			s := mustOpenAt(t, path, Options{ReadOnly: true})
			checkSurvivors(t, s, round, sent, got)
			must(t, s.Close())
		}
		s := mustOpenAt(t, path, Options{})
		checkSurvivors(t, s, round, sent, got)
		must(t, s.Close())
	}
	if len(got) < 100 {
		t.Errorf("only %d answers were acknowledged: the kills came too soon to show anything", len(got))
	}
}

// killSoon lets a process store answers until it was told of some, however slow the machine, and kills it at a random
// moment after. It notes what the process said.
func killSoon(t *testing.T, path string, sent, got map[string]bool) {
	child, lines := startChild(t, path)
	told, enough := 0, 60+mathrand.IntN(200)
	end := time.AfterFunc(time.Hour, func() { _ = child.Process.Kill() })
	defer end.Stop()
	for line := range lines {
		word, receipt, complete := strings.Cut(line, " ")
		if told += strings.Count(word, "got"); told == enough {
			end.Reset(time.Duration(mathrand.IntN(20_000)) * time.Microsecond)
		}
		if complete && len(receipt) == 2*digestSize { // the last line may be cut off
			map[string]map[string]bool{"sent": sent, "got": got}[word][receipt] = true
		}
	}
	if told < enough {
		t.Fatalf("the process ended by itself after storing %d answers", told)
	}
	_ = child.Wait()
}

func checkSurvivors(t *testing.T, s *Store, round int, sent, got map[string]bool) {
	t.Helper()
	stored := 0
	for receipt := range sent {
		b, err := hex.DecodeString(receipt)
		must(t, err)
		_, counted, err := s.Counted(t.Context(), [digestSize]byte(b))
		must(t, err)
		if counted {
			stored++
		} else if got[receipt] {
			t.Errorf("round %d: acknowledged answer %s is lost", round, receipt)
		}
	}
	r := wantHealthy(t, s)
	if n := r.Waves[0].Responses; n != int64(stored) {
		t.Errorf("round %d: %d answers are stored, %d of those sent", round, n, stored)
	}
}
