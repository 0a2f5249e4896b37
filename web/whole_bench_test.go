package web

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"

	"thuocdo/data"
	"thuocdo/scoring/phrase"
	"thuocdo/survey"
)

var stateValue = regexp.MustCompile(`name="s" value="([^"]*)"`)

// mustShort is a store with a form of 28 ratings on one page (wave "do").
func mustShort(b *testing.B) *data.Store {
	b.Helper()
	st := mustStore(b, testNow)
	q := &survey.Questionnaire{Code: "b", Version: "1", Layout: survey.OnePage, Title: phrase.VI("Đo", "Bench"), Intro: phrase.VI("Mở đầu", "Intro"),
		Lists: map[string][]survey.Choice{"five": nil}}
	for k := range 5 {
		q.Lists["five"] = append(q.Lists["five"], survey.Choice{Code: fmt.Sprint(k + 1), Text: phrase.VI(fmt.Sprint("Mức ", k+1), fmt.Sprint("Level ", k+1))})
	}
	var items []survey.Question
	for k := range 28 {
		items = append(items, survey.Question{Code: fmt.Sprint("q", k+1), Type: survey.Rating, List: "five", Required: true, Text: phrase.VI("Hài lòng không?", "Satisfied?")})
	}
	q.Pages = []survey.Page{{Code: "p", Title: phrase.VI("Trang", "Page"), Blocks: []survey.Block{{Questions: items}}}}
	must(b, st.PutQuestionnaire(b.Context(), q))
	must(b, st.PutWave(b.Context(), survey.Wave{Code: "do", Title: phrase.VI("Đo", "Bench"), Questionnaire: "b", Version: "1", Framework: "sipas", Period: "2026-08",
		Opens: testNow.AddDate(0, -1, 0), Closes: testNow.AddDate(0, 1, 0), Agencies: []string{"01", "48"}}))
	return st
}

// BenchmarkCycle lets 32 citizens load a form of 28 ratings on one page, compressed, and send it, durably.
func BenchmarkCycle(b *testing.B) {
	s := mustServer(b, mustShort(b))
	var n atomic.Uint64
	b.ReportAllocs()
	b.SetParallelism(16)
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			r := httptest.NewRequest(http.MethodGet, "/khao-sat/do/01", nil)
			r.RemoteAddr = "127.0.0.1:1" // says nothing about who sends
			w := httptest.NewRecorder()
			s.ServeHTTP(w, r)
			state := stateValue.FindSubmatch(w.Body.Bytes())
			if state == nil {
				b.Error(w.Code)
				return
			}
			var body strings.Builder
			body.WriteString("p=0&go=send&s=" + url.QueryEscape(string(state[1])))
			for k := range 28 {
				fmt.Fprintf(&body, "&a.q%d=%d", k+1, (n.Add(1)+uint64(k))%5+1)
			}
			r = httptest.NewRequest(http.MethodPost, "/khao-sat/do/01", strings.NewReader(body.String()))
			r.RemoteAddr = "127.0.0.1:1"
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			w = httptest.NewRecorder()
			s.ServeHTTP(w, r)
			if w.Code != http.StatusSeeOther {
				b.Error(w.Code)
				return
			}
		}
	})
}

// BenchmarkProgram lets 128 programs send the same form, durably.
func BenchmarkProgram(b *testing.B) {
	s := mustServer(b, mustShort(b))
	var body strings.Builder
	body.WriteString(`{"agency":"01","answers":{"q1":1`)
	for k := range 27 {
		fmt.Fprintf(&body, `,"q%d":%d`, k+2, k%5+1)
	}
	body.WriteString("}}")
	var n atomic.Uint64
	b.ReportAllocs()
	b.SetParallelism(64)
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			r := httptest.NewRequest(http.MethodPost, "/api/v1/waves/do/responses", strings.NewReader(body.String()))
			r.RemoteAddr = "127.0.0.1:1"
			r.Header.Set("Content-Type", "application/json")
			r.Header.Set("Idempotency-Key", fmt.Sprintf("program-%020d", n.Add(1)))
			w := httptest.NewRecorder()
			s.ServeHTTP(w, r)
			if w.Code != http.StatusCreated && w.Code != http.StatusServiceUnavailable {
				b.Error(w.Code)
				return
			}
		}
	})
}
