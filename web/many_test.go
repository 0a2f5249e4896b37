package web

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"thuocdo/data"
	"thuocdo/data/export"
	"thuocdo/data/reference"
	"thuocdo/scoring/phrase"
	"thuocdo/scoring/standing"
	"thuocdo/survey"
	"thuocdo/survey/simulate"
)

// mustMany serves a closed wave about n communes with about each answers per commune.
func mustMany(tb testing.TB, n, each int) *Server {
	tb.Helper()
	ctx := tb.Context()
	st, err := data.Open(ctx, filepath.Join(tb.TempDir(), "many.db"), data.Options{Now: func() time.Time { return testNow }})
	must(tb, err)
	tb.Cleanup(func() { must(tb, st.Close()) })
	qs, err := reference.Questionnaires()
	must(tb, err)
	f, err := reference.Framework("sipas", "")
	must(tb, err)
	must(tb, st.PutQuestionnaire(ctx, qs[0]))
	must(tb, st.PutFramework(ctx, f))
	w := survey.Wave{Code: "nhieu", Title: phrase.VI("Nhiều xã", "Many communes"), Questionnaire: qs[0].Code, Version: qs[0].Version,
		Framework: f.Code, Period: "2025", Opens: testNow.AddDate(-1, 0, 0), Closes: testNow.AddDate(0, -6, 0)}
	var agencies []survey.Agency
	crowd := simulate.Crowd{Seed: 2, Label: "many", N: n * each, First: survey.DayOf(w.Opens) + 1, Days: 30}
	for i := range n {
		code := fmt.Sprintf("xa-%05d", i)
		agencies = append(agencies, survey.Agency{Code: code, Kind: survey.Commune, Name: phrase.VI(fmt.Sprintf("Xã số %d", i), fmt.Sprintf("Commune %d", i))})
		w.Agencies = append(w.Agencies, code)
		crowd.Agencies = append(crowd.Agencies, simulate.Share{Agency: code, Weight: 1})
	}
	must(tb, st.PutAgencies(ctx, agencies, nil))
	must(tb, st.PutWave(ctx, w))
	open, err := st.OpenWave(w.Code)
	must(tb, err)
	_, err = st.AppendAll(ctx, w.Code, entries(open, crowd))
	must(tb, err)
	return mustServerWith(tb, Config{Formats: export.Formats}, st)
}

func TestALongRankingIsDividedIntoPages(t *testing.T) {
	t.Parallel()
	s := mustMany(t, 230, 6)
	b := newBrowser(t, s)
	seen := map[string]bool{}
	for page, want := range map[int]int{1: 100, 2: 100, 3: 30} {
		a := b.get(fmt.Sprintf("/xep-hang/sipas/2025?trang=%d", page))
		rows := cells(a, "ranking")[1:]
		if len(rows) != want || len(drawn(a, "chart-wide")) != want {
			t.Errorf("page %d has %d rows and %d in the chart, want %d", page, len(rows), len(drawn(a, "chart-wide")), want)
		}
		for _, r := range rows {
			if seen[r[1]] {
				t.Errorf("%s stands on two pages", r[1])
			}
			seen[r[1]] = true
		}
	}
	if len(seen) != 230 {
		t.Errorf("%d agencies on all pages", len(seen))
	}
	if a := b.get("/xep-hang/sipas/2025?trang=2&sap-xep=co-quan"); !strings.Contains(a.body, "trang=3") || !strings.Contains(findLink(a, "trang=3"), "sap-xep=co-quan") {
		t.Error("the pager loses the order")
	}
}

func TestCopiesAndBoardsStayBounded(t *testing.T) {
	t.Parallel()
	c := newCopies()
	big := make([]byte, 1<<20)
	for i := range 100 {
		_, err := c.get(t.Context(), fmt.Sprint(i), "", func() (*copyOf, error) { return &copyOf{plain: big}, nil })
		must(t, err)
	}
	if c.bytes > mostCopies || c.used.Len() != len(c.kept) || c.used.Len() > mostCopies>>20 {
		t.Errorf("%d bytes in %d copies", c.bytes, c.used.Len())
	}
	made := 0
	for _, stamp := range []string{"a", "a", "b"} {
		_, err := c.get(t.Context(), "x", stamp, func() (*copyOf, error) { made++; return newCopy("text/plain", "", []byte(stamp)), nil })
		must(t, err)
	}
	if made != 2 {
		t.Errorf("made %d times for two stamps", made)
	}
	s, _ := mustFigures(t)
	for i := range 70 {
		_, _ = s.boards.get(t.Context(), standing.Query{Framework: "sipas", Period: fmt.Sprint(1900 + i)})
		_, _ = s.boards.get(t.Context(), standing.Query{Framework: "sipas", Period: "2025", Version: "", Method: fmt.Sprint(i)})
	}
	if n := s.boards.used.Len(); n > 0 {
		t.Errorf("%d boards are kept of queries that lead nowhere", n)
	}
}

func TestReadersWhoComeTogetherWaitForOneComputation(t *testing.T) {
	t.Parallel()
	s, _ := mustFigures(t)
	before := s.boards.next
	done := make(chan int)
	for range 16 {
		go func() {
			w := httptest.NewRecorder()
			s.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/xep-hang/sipas/2025", nil))
			done <- w.Code
		}()
	}
	for range 16 {
		if status := <-done; status != http.StatusOK {
			t.Errorf("status %d", status)
		}
	}
	if made := s.boards.next - before; made != 1 {
		t.Errorf("computed %d times", made)
	}
}

func BenchmarkRanking(b *testing.B) {
	for _, n := range []int{34, 10_000} {
		s := mustMany(b, n, 6)
		hit := func(b *testing.B) {
			w := httptest.NewRecorder()
			r := httptest.NewRequest(http.MethodGet, "/xep-hang/sipas/2025", nil)
			r.Header.Set("Accept-Encoding", "gzip")
			s.ServeHTTP(w, r)
			if w.Code != http.StatusOK || w.Body.Len() < 2000 {
				b.Fatal(w.Code, w.Body.Len())
			}
			b.ReportMetric(float64(w.Body.Len()), "bytes/page")
		}
		b.Run(fmt.Sprintf("%d agencies/cold", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				s.boards, s.copies = newBoards(s.store, s.cfg.Now), newCopies()
				hit(b)
			}
		})
		b.Run(fmt.Sprintf("%d agencies/new page", n), func(b *testing.B) {
			hit(b)
			b.ReportAllocs()
			for b.Loop() {
				s.copies = newCopies()
				hit(b)
			}
		})
		b.Run(fmt.Sprintf("%d agencies/cached", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				hit(b)
			}
		})
	}
}
