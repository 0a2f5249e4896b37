package main

import (
	"bytes"
	"context"
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
	"unsafe"
)

// terminal opens a pseudo-terminal: what is written to the second end can be read from the first.
func terminal(t *testing.T) (reads, writes *os.File) {
	t.Helper()
	reads, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Skipf("no pseudo-terminals here: %v", err)
	}
	var number, unlocked int32
	for request, arg := range map[uintptr]*int32{syscall.TIOCGPTN: &number, syscall.TIOCSPTLCK: &unlocked} {
		if _, _, errno := syscall.Syscall(syscall.SYS_IOCTL, reads.Fd(), request, uintptr(unsafe.Pointer(arg))); errno != 0 {
			t.Skipf("no pseudo-terminals here: %v", errno)
		}
	}
	writes, err = os.OpenFile("/dev/pts/"+strconv.Itoa(int(number)), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Skipf("no pseudo-terminals here: %v", err)
	}
	return reads, writes
}

func TestLongRunsShowTheirProgressOnATerminal(t *testing.T) {
	if testing.Short() {
		t.Skip("runs of more than a second each: left out with -short")
	}
	t.Parallel()
	runs := longRuns(t, t.TempDir())
	for name, word := range map[string]string{"estimate with replicates": "estimating", "compose, uncertainty": "uncertainty", "compose, sensitivity": "sensitivity", "compose, optimised weights": "optimising weights"} {
		reads, writes := terminal(t)
		ctx, stop := context.WithTimeoutCause(context.Background(), 30*time.Second, context.Canceled)
		shown := make(chan string)
		go func() {
			var all strings.Builder
			buffer := make([]byte, 4096)
			for {
				n, err := reads.Read(buffer)
				all.Write(buffer[:n])
				if strings.Contains(all.String(), word) {
					stop() // seen: no need to run on
				}
				if err != nil {
					shown <- all.String()
					return
				}
			}
		}()
		run(ctx, runs[name], nil, strings.NewReader(""), &bytes.Buffer{}, writes)
		stop()
		writes.Close()
		if text := <-shown; !strings.Contains(text, word) || !strings.Contains(text, "interrupted") {
			t.Errorf("%s showed %q", name, text)
		}
		reads.Close()
	}
}
