package main

import (
	"io"
	"sync"
	"time"
)

// lateLog gathers lines for a moment, so that a busy server does not wake whoever reads its log for every request. It is safe for
// concurrent use.
type lateLog struct {
	lock sync.Mutex
	out  io.Writer
	held []byte
}

// Bounds of what is gathered: a crash loses no more of the log.
const (
	logDelay = 20 * time.Millisecond
	logHeld  = 64 << 10
)

// Write keeps the line; what becomes of it nobody is told, as with any log.
func (l *lateLog) Write(line []byte) (int, error) {
	l.lock.Lock()
	defer l.lock.Unlock()
	if len(l.held) == 0 {
		time.AfterFunc(logDelay, l.flush)
	}
	if l.held = append(l.held, line...); len(l.held) >= logHeld {
		l.write()
	}
	return len(line), nil
}

// flush writes what is held.
func (l *lateLog) flush() {
	l.lock.Lock()
	defer l.lock.Unlock()
	l.write()
}

func (l *lateLog) write() {
	if len(l.held) > 0 {
		_, _ = l.out.Write(l.held) // a log that cannot be written must not stop the service
		l.held = l.held[:0]
	}
}
