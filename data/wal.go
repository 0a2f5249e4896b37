package data

import (
	"context"
	"fmt"
	"os"
	"time"
)

// The write-ahead log keeps old versions of pages until it is written over: whoever holds the file could lay them side
// by side and see which answer came together with which receipt. It is therefore emptied soon after a pause, and every
// few seconds under load.
const (
	walTick  = time.Second
	walPause = time.Second      // without a write before the log is emptied
	walAge   = 10 * time.Second // since it was last emptied, under load
)

// SQLite starts the log over when no reader is in it. Readers that overlap without end would let it grow without end,
// so from some size on the writer waits a moment for them, now and then. It waits several times: a checkpoint that waits
// for a read mark does not see that the mark has moved on, the next one does.
const (
	walSize     = 16 << 20
	walTries    = 4
	walPatience = 50 * time.Millisecond // of each try
	walRest     = 2 * time.Second       // after a wait in vain
)

// wal knows how old and how large the write-ahead log is.
type wal struct {
	path    string
	written time.Time // last write
	emptied time.Time
	waited  time.Time // in vain
}

// wrote notes a write.
func (l *wal) wrote(w *writer) {
	l.written = time.Now()
	if l.written.Sub(l.waited) < walRest {
		return
	}
	if info, err := os.Stat(l.path); err == nil && info.Size() > walSize {
		for range walTries {
			if l.truncate(w, walPatience) {
				return
			}
		}
		l.waited = time.Now()
	}
}

// tend empties the log when it is time.
func (l *wal) tend(w *writer) {
	if !l.written.After(l.emptied) {
		return
	}
	if now := time.Now(); now.Sub(l.written) >= walPause || now.Sub(l.emptied) >= walAge {
		l.truncate(w, 0)
	}
}

// truncate moves the log into the database and cuts it to nothing, waiting so long for readers in it. It reports whether
// it did; where not, the next tick tries again, and a failure that is not the readers' shows at the next write.
func (l *wal) truncate(w *writer, wait time.Duration) bool {
	if w.conn == nil {
		return false
	}
	var busy, pages, moved int
	start := time.Now()
	_ = w.exec(fmt.Sprintf(`PRAGMA busy_timeout = %d`, wait.Milliseconds()))
	err := w.conn.QueryRowContext(context.Background(), `PRAGMA wal_checkpoint(TRUNCATE)`).Scan(&busy, &pages, &moved)
	_ = w.exec(`PRAGMA busy_timeout = 5000`)
	if err != nil || busy != 0 {
		return false
	}
	l.emptied = start
	return true
}
