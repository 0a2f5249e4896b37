package web

import (
	"encoding/base64"
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"thuocdo/scoring/phrase"
	"thuocdo/survey"
	"thuocdo/survey/guard"
)

// serveAgain measures answering one request again and again.
func serveAgain(b *testing.B, s *Server, request func() *http.Request) {
	b.ReportAllocs()
	for b.Loop() {
		r := request()
		r.Header.Set("Accept-Encoding", "gzip")
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if w.Code != http.StatusOK {
			b.Fatal(w.Code)
		}
	}
}

// BenchmarkFormPage renders pages of the satisfaction survey, compressed, as a phone asks for them.
func BenchmarkFormPage(b *testing.B) {
	s := mustServer(b, mustStore(b, testNow))
	fields := walkForm(b, newBrowser(b, s), sipasForm, 0).form()
	fields.Set("go", "page-3") // nine rated items
	for name, request := range map[string]func() *http.Request{
		"first":  func() *http.Request { return httptest.NewRequest(http.MethodGet, sipasForm, nil) },
		"rating": func() *http.Request { return posted(sipasForm, fields) },
		"review": func() *http.Request {
			return posted(sipasForm, url.Values{"s": fields["s"], "p": fields["p"], "go": {"lang-vi"}})
		},
	} {
		b.Run(name, func(b *testing.B) { serveAgain(b, s, request) })
	}
}

func posted(target string, f url.Values) *http.Request {
	r := httptest.NewRequest(http.MethodPost, target, strings.NewReader(f.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return r
}

// BenchmarkSubmission sends whole forms to the real store, durably, by one sender and by 32 at a time.
func BenchmarkSubmission(b *testing.B) {
	for name, senders := range map[string]int{"1": 1, "32": 32} {
		b.Run(name, func(b *testing.B) {
			st := mustStore(b, testNow)
			free := guard.Default // one sender stands for many networks
			free.Free, free.Flood, free.Most = math.MaxFloat64, math.MaxFloat64, math.MaxFloat64
			s := mustServerWith(b, Config{Guard: free}, st)
			fields := walkForm(b, newBrowser(b, s), sipasForm, 0).form()
			form, err := st.OpenWave("mo")
			must(b, err)
			d, err := decodeDraft(form.Form, fields.Get("s"))
			must(b, err)
			var n atomic.Uint64
			send := func() {
				own := d
				own.Key = survey.NewKey(counter(n.Add(1)))
				w := httptest.NewRecorder()
				s.ServeHTTP(w, posted(sipasForm, url.Values{"s": {own.encode(form.Form)}, "p": fields["p"], "go": {"send"}}))
				if w.Code != http.StatusSeeOther {
					b.Error(w.Code)
				}
			}
			b.ReportAllocs()
			if senders == 1 {
				for b.Loop() {
					send()
				}
				return
			}
			b.SetParallelism(senders)
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					send()
				}
			})
		})
	}
}

// counter makes different keys without waiting for randomness.
type counter uint64

func (c counter) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(c >> (8 * (i % 8)))
	}
	return len(p), nil
}

// BenchmarkDraft carries a filled-in form from one step to the next.
func BenchmarkDraft(b *testing.B) {
	f := mustForm(b)
	answers := make(survey.Answers, f.Len())
	for i := range answers {
		if c := f.Choices(i); len(c) > 0 {
			answers[i] = survey.Answer{Set: true, Choice: 0, Chosen: 1}
		}
	}
	d := draft{Key: survey.NewKey(zeros{}), Answers: answers}
	b.ReportMetric(float64(base64.RawURLEncoding.DecodedLen(len(d.encode(f)))), "bytes")
	for b.Loop() {
		if _, err := decodeDraft(f, d.encode(f)); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkPicker lists and searches 34 provinces and 3,321 communes.
func BenchmarkPicker(b *testing.B) {
	var all []survey.Agency
	for p := range 34 {
		parent := fmt.Sprintf("%02d", p)
		all = append(all, survey.Agency{Code: parent, Kind: survey.Province, Name: phrase.VI("Tỉnh Đắk Lắk "+parent, "Dak Lak Province "+parent)})
		for c := range 98 {
			code := fmt.Sprintf("%s-%03d", parent, c)
			all = append(all, survey.Agency{Code: code, Kind: survey.Commune, Parent: parent, Name: phrase.VI("Xã Quảng Phú Cầu "+code, "Quang Phu Cau Commune "+code)})
		}
	}
	w := &survey.Wave{Code: "mo"}
	for name, c := range map[string][2]string{"top": {"", ""}, "within": {"", "05"}, "search": {"quang phu 05", ""}} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if p := pickFrom(w, all, c[0], c[1], "vi"); p.Found == 0 {
					b.Fatal("nothing found")
				}
			}
		})
	}
}

// BenchmarkLongPicker renders the page of a form with 10,000 agencies to pick from: as it begins, with matches, and for its script.
func BenchmarkLongPicker(b *testing.B) {
	s := mustServer(b, mustLong(b, 10_000))
	const path = "/khao-sat/tim/01"
	for name, request := range map[string]func() *http.Request{
		"first": func() *http.Request { return httptest.NewRequest(http.MethodGet, path, nil) },
		"again": func() *http.Request {
			return posted(path, url.Values{"p": {"0"}, "go": {"lang-vi"}, "a.home": {"c-09999"}})
		},
		"found": func() *http.Request {
			return posted(path, url.Values{"p": {"0"}, "go": {"find-home"}, "q.home": {"dong hoa 77"}})
		},
		"script": func() *http.Request {
			r := posted(path, url.Values{"p": {"0"}, "go": {"find-home"}, "q.home": {"dong hoa 77"}})
			r.Header.Set("Accept", "application/json")
			return r
		},
	} {
		b.Run(name, func(b *testing.B) { serveAgain(b, s, request) })
	}
}
