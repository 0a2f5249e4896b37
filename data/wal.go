package data

import (
	"context"
	"time"
)

// The write-ahead log keeps old versions of pages until it is written over: whoever holds the file could lay them side
// by side and see which answer came together with which receipt. It is therefore emptied soon after a pause, and every
// few seconds under load.
const (
	walTick  = time.Second
	walPause = time.Second      // without a write before the log is emptied
	walAge   = 10 * time.Second // of the oldest write in the log before it is emptied under load
)

// wal knows how old the content of the write-ahead log is.
type wal struct {
	written time.Time // last write
	emptied time.Time
}

// tend empties the log when it is time.
func (l *wal) tend(w *writer) {
	if !l.written.After(l.emptied) {
		return
	}
	if now := time.Now(); now.Sub(l.written) >= walPause || now.Sub(l.emptied) >= walAge {
		l.truncate(w)
	}
}

// truncate moves the log into the database and cuts it to nothing. It gives way to readers at once and tries again
// at the next tick; a failure shows at the next write.
func (l *wal) truncate(w *writer) {
	const quick, usual = `PRAGMA busy_timeout = 0`, `PRAGMA busy_timeout = 5000`
	var busy, pages, moved int
	start := time.Now()
	_ = w.exec(quick)
	err := w.conn.QueryRowContext(context.Background(), `PRAGMA wal_checkpoint(TRUNCATE)`).Scan(&busy, &pages, &moved)
	_ = w.exec(usual)
	if err == nil && busy == 0 {
		l.emptied = start
	}
}
