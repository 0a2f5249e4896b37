package data

import (
	"crypto/rand"
	"fmt"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"thuocdo/scoring/standing"
	"thuocdo/survey"
)

// BenchmarkAppend stores answers about 34 agencies from some callers at once, each waiting for its own: row, receipt,
// tally and public step on disk. Compare with BenchmarkBareCommit.
//
//	go test ./data -run '^$' -bench 'Append/|BareCommit' -benchtime 2s
func BenchmarkAppend(b *testing.B) {
	for _, callers := range []int{1, 8, 32, 128} {
		b.Run(fmt.Sprintf("callers=%d", callers), func(b *testing.B) {
			s := mustOpen(b, Options{})
			define(b, s, 34)
			list := entries(b, mustWave(b, s, "w"), 1000)
			before := s.writer.batches.Load()
			share(b, callers, func(i int) {
				e := fresh(list, i)
				if _, err := s.Append(b.Context(), e); err != nil {
					b.Error(err)
				}
			})
			b.ReportMetric(float64(b.N)/float64(s.writer.batches.Load()-before), "answers/commit")
		})
	}
}

// BenchmarkBareCommit stores the same bytes as one row per answer in the same kind of file, by plain group commit in
// which nothing is looked up, counted or kept unlinkable: what SQLite itself can do here.
func BenchmarkBareCommit(b *testing.B) {
	for _, callers := range []int{1, 8, 32, 128} {
		b.Run(fmt.Sprintf("callers=%d", callers), func(b *testing.B) {
			s := mustOpen(b, Options{})
			define(b, s, 34)
			list := entries(b, mustWave(b, s, "w"), 1000)
			must(b, s.Close())
			bare := newBare(b, s.path)
			share(b, callers, func(i int) { bare.append(fresh(list, i)) })
		})
	}
}

// share runs b.N calls from some callers, each waiting for one call before the next.
func share(b *testing.B, callers int, call func(i int)) {
	var next atomic.Int64
	var all sync.WaitGroup
	b.ResetTimer()
	for range callers {
		all.Go(func() {
			for i := next.Add(1); i <= int64(b.N); i = next.Add(1) {
				call(int(i))
			}
		})
	}
	all.Wait()
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "answers/s")
}

// fresh returns one of the entries as though somebody else had sent it.
func fresh(list []survey.Entry, i int) survey.Entry {
	e := list[i%len(list)]
	_, _ = rand.Read(e.Receipt[:])
	_, _ = rand.Read(e.Content[:])
	return e
}

// bare is a plain group commit of one row per answer.
type bare struct {
	b     *testing.B
	queue chan bareRow
}

type bareRow struct {
	e    survey.Entry
	done chan struct{}
}

func newBare(b *testing.B, path string) *bare {
	db := pool(path, writing)
	_, err := db.Exec(`CREATE TABLE bare (id INTEGER PRIMARY KEY, receipt BLOB, content BLOB, day INTEGER, mode TEXT, agency TEXT, body BLOB)`)
	must(b, err)
	x := &bare{b, make(chan bareRow, defaultQueue)}
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		insert, err := db.Prepare(`INSERT INTO bare (receipt, content, day, mode, agency, body) VALUES (?, ?, ?, ?, ?, ?)`)
		if err != nil {
			b.Error(err)
			return
		}
		for first := range x.queue {
			batch := []bareRow{first}
		gather:
			for len(batch) < defaultBatch {
				select {
				case r, ok := <-x.queue:
					if !ok {
						break gather
					}
					batch = append(batch, r)
				default:
					break gather
				}
			}
			tx, err := db.Begin()
			if err != nil {
				b.Error(err)
			}
			in := tx.Stmt(insert)
			for _, r := range batch {
				if _, err := in.Exec(r.e.Receipt[:], r.e.Content[:], r.e.Day, string(r.e.Mode), r.e.Agency, r.e.Packed); err != nil {
					b.Error(err)
				}
			}
			if err := tx.Commit(); err != nil {
				b.Error(err)
			}
			for _, r := range batch {
				close(r.done)
			}
		}
	}()
	b.Cleanup(func() { close(x.queue); <-stopped; db.Close() })
	return x
}

func (x *bare) append(e survey.Entry) {
	r := bareRow{e, make(chan struct{})}
	x.queue <- r
	<-r.done
}

// BenchmarkAppendAll loads 100,000 answers about 34 agencies.
//
//	go test ./data -run '^$' -bench AppendAll -benchtime 1x
func BenchmarkAppendAll(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		s := mustOpen(b, Options{})
		define(b, s, 34)
		const n = 100_000
		some := entries(b, mustWave(b, s, "w"), 10_000)
		list := make([]survey.Entry, n)
		for i := range list {
			list[i] = fresh(some, i)
		}
		b.StartTimer()
		_, err := s.AppendAll(b.Context(), "w", seqOf(list))
		must(b, err)
		b.ReportMetric(n*float64(b.N)/b.Elapsed().Seconds(), "answers/s")
	}
}

// BenchmarkSurveys reads and decodes the tallies of a wave for a ranking.
func BenchmarkSurveys(b *testing.B) {
	for _, agencies := range []int{34, 10_000} {
		b.Run(fmt.Sprintf("agencies=%d", agencies), func(b *testing.B) {
			s := mustOpenAt(b, filepath.Join(b.TempDir(), "t.db"), Options{Now: after})
			define(b, s, agencies)
			_, err := s.AppendAll(b.Context(), "w", seqOf(entries(b, mustWave(b, s, "w"), 10*agencies)))
			must(b, err)
			for b.Loop() {
				r, err := s.Surveys(b.Context(), "sipas", "2026", standing.Public)
				must(b, err)
				if len(r.ByAgency) != agencies {
					b.Fatalf("%d agencies", len(r.ByAgency))
				}
			}
		})
	}
}
