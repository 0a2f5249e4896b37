package data

import (
	"crypto/rand"
	"fmt"
	"path/filepath"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"thuocdo/scoring/standing"
	"thuocdo/survey"
)

// BenchmarkAppend stores answers about 34 agencies from some callers at once, each waiting for its own: row, receipt,
// tally and public step on disk. Compare with BenchmarkBareCommit.
//
//	go test ./data -run '^$' -bench 'Append$|BareCommit' -benchtime 2s
func BenchmarkAppend(b *testing.B) {
	for _, callers := range []int{1, 8, 32, 128} {
		b.Run(fmt.Sprintf("callers=%d", callers), func(b *testing.B) {
			s := mustOpen(b, Options{Patience: time.Minute}) // of a busy machine, too
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

// BenchmarkBareCommit stores the same bytes by plain group commit in the same kind of file, nothing counted and nothing
// kept unlinkable: "row" one row per answer in order of arrival, "keyed" also a row with the receipt as primary key,
// without which a retry would count twice. It is what SQLite itself can do here.
func BenchmarkBareCommit(b *testing.B) {
	for _, keyed := range []bool{false, true} {
		for _, callers := range []int{1, 8, 32, 128} {
			b.Run(fmt.Sprintf("keyed=%v/callers=%d", keyed, callers), func(b *testing.B) {
				s := mustOpen(b, Options{})
				define(b, s, 34)
				list := entries(b, mustWave(b, s, "w"), 1000)
				must(b, s.Close())
				bare, err := OpenBare(b.Context(), s.path, keyed)
				must(b, err)
				share(b, callers, func(i int) {
					if err := bare.Append(fresh(list, i)); err != nil {
						b.Error(err)
					}
				})
				must(b, bare.Close())
			})
		}
	}
}

// share runs b.N calls from some callers, each waiting for one call before the next.
func share(b *testing.B, callers int, call func(i int)) {
	var next atomic.Int64
	var all sync.WaitGroup
	b.ResetTimer()
	cpu := cpuTime()
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
	b.ReportMetric(float64((cpuTime()-cpu).Microseconds())/float64(b.N), "cpu-µs/answer")
}

// cpuTime returns the processor time this process has used: unlike the clock it can be compared on a busy machine.
func cpuTime() time.Duration {
	var r syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &r)
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}

// fresh returns one of the entries as though somebody else had sent it.
func fresh(list []survey.Entry, i int) survey.Entry {
	e := list[i%len(list)]
	_, _ = rand.Read(e.Receipt[:])
	_, _ = rand.Read(e.Content[:])
	return e
}

// BenchmarkAppendAll loads 100,000 answers about 34 agencies.
//
//	go test ./data -run '^$' -bench AppendAll -benchtime 1x
func BenchmarkAppendAll(b *testing.B) {
	const n = 100_000
	done := 0
	for b.Loop() {
		b.StopTimer()
		s := mustOpen(b, Options{})
		define(b, s, 34)
		some := entries(b, mustWave(b, s, "w"), 10_000)
		list := make([]survey.Entry, n)
		for i := range list {
			list[i] = fresh(some, i)
		}
		b.StartTimer()
		_, err := s.AppendAll(b.Context(), "w", seqOf(list))
		must(b, err)
		done += n
	}
	b.ReportMetric(float64(done)/b.Elapsed().Seconds(), "answers/s")
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

// BenchmarkDoctor examines a database with 100,000 answers about 34 agencies: every page, every answer recounted.
func BenchmarkDoctor(b *testing.B) {
	const n = 100_000
	s := mustOpen(b, Options{})
	define(b, s, 34)
	some := entries(b, mustWave(b, s, "w"), 10_000)
	list := make([]survey.Entry, n)
	for i := range list {
		list[i] = fresh(some, i)
	}
	_, err := s.AppendAll(b.Context(), "w", seqOf(list))
	must(b, err)
	for b.Loop() {
		if r, err := s.Doctor(b.Context()); err != nil || !r.OK() {
			b.Fatalf("%+v, %v", r, err)
		}
	}
	b.ReportMetric(n*float64(b.N)/b.Elapsed().Seconds(), "answers/s")
}

// BenchmarkOpen opens a database with 10,000 agencies, as a restart does.
func BenchmarkOpen(b *testing.B) {
	s := mustOpen(b, Options{})
	define(b, s, 10_000)
	must(b, s.Close())
	for b.Loop() {
		s, err := Open(b.Context(), s.path, Options{})
		must(b, err)
		must(b, s.Close())
	}
}
