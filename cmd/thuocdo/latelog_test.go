package main

import (
	"bytes"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// counted counts how often it is written to.
type counted struct {
	lock   sync.Mutex
	text   bytes.Buffer
	writes int
}

func (c *counted) Write(p []byte) (int, error) {
	c.lock.Lock()
	defer c.lock.Unlock()
	c.writes++
	return c.text.Write(p)
}

// got returns what was written, and in how many writes.
func (c *counted) got() (string, int) {
	c.lock.Lock()
	defer c.lock.Unlock()
	return c.text.String(), c.writes
}

// Lines wait for a moment, come whole and in order, and none is left.
func TestLinesOfTheLogComeTogether(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		out := &counted{}
		log := newLog("json", &lateLog{out: out})
		log.Info("one")
		log.Info("two")
		if _, writes := out.got(); writes != 0 {
			t.Error("written at once")
		}
		time.Sleep(logDelay)
		synctest.Wait()
		text, writes := out.got()
		if n := strings.Count(text, "\n"); writes != 1 || n != 2 || strings.Index(text, "one") > strings.Index(text, "two") {
			t.Errorf("%d writes of %d lines: %s", writes, n, text)
		}
		log.Info("three")
		time.Sleep(logDelay)
		synctest.Wait()
		if text, _ = out.got(); !strings.Contains(text, "three") {
			t.Error("the third line is lost")
		}
	})
}

// What is held is bounded, and all that many write at once comes out whole.
func TestTheLogHoldsLittle(t *testing.T) {
	t.Parallel()
	out := &counted{}
	late := &lateLog{out: out}
	line := strings.Repeat("x", 1000)
	var all sync.WaitGroup
	for i := range 4 {
		all.Go(func() {
			for k := range 100 {
				fmt.Fprintf(late, "%d %d %s\n", i, k, line)
				late.lock.Lock()
				if len(late.held) > logHeld {
					t.Errorf("%d bytes are held", len(late.held))
				}
				late.lock.Unlock()
			}
		})
	}
	all.Wait()
	late.flush()
	text, _ := out.got()
	list := strings.Split(strings.TrimSpace(text), "\n")
	if len(list) != 400 {
		t.Fatalf("%d lines", len(list))
	}
	for _, got := range list {
		if !strings.HasSuffix(got, " "+line) || len(got) > len(line)+6 {
			t.Fatalf("a line is broken: %.40q", got)
		}
	}
}
