package data

import (
	"testing"

	"thuocdo/survey/quality"
)

// BenchmarkReviewed marks 100,000 stored responses: reads them twice and applies every rule.
func BenchmarkReviewed(b *testing.B) {
	s := mustOpen(b, Options{})
	define(b, s, 34)
	_, err := s.AppendAll(b.Context(), "w", seqOf(entries(b, mustWave(b, s, "w"), 100_000)))
	must(b, err)
	for b.Loop() {
		_, err := s.Reviewed(b.Context(), "w", quality.Filter{Suspect: true}, func(quality.Stored, quality.Flag) error { return nil })
		must(b, err)
	}
}
