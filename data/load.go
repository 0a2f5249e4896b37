package data

import (
	"os"
	"sync/atomic"
)

// Load is how a store is doing. The zero Load is that of a store that only reads.
type Load struct {
	Waiting       int    // answers that wait for the disk
	Room          int    // answers that may wait at most
	Stored        uint64 // answers since the store was opened
	Again         uint64 // answers that were there already
	Commits       uint64 // transactions of answers
	Refused       uint64 // answers that found no room
	Failed        uint64 // answers that the disk did not take
	LogBytes      int64  // size of the write-ahead log
	DatabaseBytes int64
}

// counters are what the writer counts since the store was opened.
type counters struct{ stored, again, refused, failed atomic.Uint64 }

// Load returns how the store is doing. It asks memory and the sizes of two files.
func (s *Store) Load() Load {
	l := Load{LogBytes: sizeOfFile(s.path + "-wal"), DatabaseBytes: sizeOfFile(s.path)}
	if w := s.writer; w != nil {
		l.Waiting, l.Room = len(w.queue), cap(w.queue)
		l.Stored, l.Again, l.Commits = w.count.stored.Load(), w.count.again.Load(), uint64(w.batches.Load())
		l.Refused, l.Failed = w.count.refused.Load(), w.count.failed.Load()
	}
	return l
}

// sizeOfFile returns the size of a file, 0 where there is none.
func sizeOfFile(path string) int64 {
	info, err := os.Stat(path)
	if err != nil {
		return 0
	}
	return info.Size()
}

// tell counts a batch that is through.
func (c *counters) tell(batch []*waiting) {
	for _, e := range batch {
		switch {
		case e.err != nil:
			c.failed.Add(1)
		case e.again:
			c.again.Add(1)
		default:
			c.stored.Add(1)
		}
	}
}
