package web

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"thuocdo/data"
	"thuocdo/data/export"
	"thuocdo/data/reference"
	"thuocdo/scoring/phrase"
	"thuocdo/scoring/standing"
	"thuocdo/survey"
	"thuocdo/survey/account"
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
	_, err = st.PutAccount(ctx, account.Account{Login: "phantich", Name: "Phân Tích", Role: account.Analyst, Password: mustHash(tb, "phantich")})
	must(tb, err)
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

func TestAgenciesOfALargeFieldworkAreDividedIntoPages(t *testing.T) {
	t.Parallel()
	b := signedInAs(t, mustMany(t, 120, 1), "phantich")
	rowHead := regexp.MustCompile(`<th scope="row">Xã số (\d+)`)
	seen := map[string]bool{}
	for page, want := range map[string]int{"": 50, "?trang=2": 50, "?trang=3": 20, "?trang=4": 50, "?trang=x": 50} {
		a := b.get("/quan-tri/dot-khao-sat/nhieu/tien-do" + page)
		rows := rowHead.FindAllStringSubmatch(a.body, -1)
		if a.StatusCode != http.StatusOK || len(rows) != want || findLink(a, "trang=3#co-quan") == "" {
			t.Errorf("page %q: %d, %d agencies, want %d", page, a.StatusCode, len(rows), want)
		}
		for _, r := range rows {
			seen[r[1]] = true
		}
	}
	if len(seen) != 120 {
		t.Errorf("%d agencies on all pages", len(seen))
	}
	if a := b.get("/quan-tri/dot-khao-sat/nhieu/tien-do?trang=2&lang=en"); !strings.Contains(a.body, "Agencies 51–100 of 120") {
		t.Error("the page does not say which agencies it has")
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
				s.boards, s.copies = newBoards(s.sources, s.cfg.Now), newCopies()
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

func TestNoAddressBreaksAPage(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("thousands of requests, one after another: not with the race detector")
	}
	s, _ := mustFigures(t)
	b, analyst := newBrowser(t, s), signedInAs(t, s, "phantich")
	odd := rapid.OneOf(rapid.SampledFrom([]string{"", "hang", "co-quan", "diem", "phieu", "I", "I.A", "q9_1", "giam", "tang", "province", "commune", unrankedGroup,
		"2025", "2026", "2026-06", "-1", "0", "2", "99999999999999999999", "share-pooled", "mean-items", "en", "%00", "\x00", "<script>", "../..", "2023-2026"}), rapid.String())
	rapid.Check(t, func(t *rapid.T) {
		q := url.Values{}
		for _, key := range []string{byMethod, byGroup, bySort, byOrder, byPage, byPeriod, byVersion, "lang", "method", "group"} {
			if rapid.Bool().Draw(t, key) {
				q.Set(key, odd.Draw(t, key+"="))
			}
		}
		path := rapid.SampledFrom([]string{"/xep-hang/sipas/2025", "/xep-hang/sipas/2026", "/xep-hang/par-index-province/2025", "/co-quan/01", "/co-quan/01-a",
			"/phuong-phap/sipas", "/xep-hang", "/xep-hang/sipas/2025/tai-ve.csv", "/co-quan/48/tai-ve.json", "/api/v1/indexes/sipas/2025/ranking",
			"/quan-tri/xep-hang/sipas/2026", "/quan-tri/co-quan/01"}).Draw(t, "path")
		who := b
		if strings.HasPrefix(path, "/quan-tri") {
			who = analyst
		}
		if a := who.get(path + "?" + q.Encode()); a.StatusCode != http.StatusOK && a.StatusCode != http.StatusNotFound {
			t.Fatalf("%s?%s: %d", path, q.Encode(), a.StatusCode)
		}
	})
}

func TestAPageOfTheUnknownDoesNotSayThatNobodyHasAScore(t *testing.T) {
	t.Parallel()
	s := mustMany(t, 101, 0)
	for _, agency := range []string{"xa-00000", "xa-00050"} {
		poll(t, s.store.(*data.Store), "nhieu", agency, 8)
	}
	b := newBrowser(t, s)
	first, second := b.get("/xep-hang/sipas/2025"), b.get("/xep-hang/sipas/2025?trang=2")
	if len(drawn(first, "chart-wide")) != 100 || drawn(second, "chart-wide") != nil {
		t.Error("the chart stands on the wrong page")
	}
	for _, a := range []answer{first, second} {
		if strings.Contains(a.body, "Chưa có điểm để xếp hạng") || !strings.Contains(a.body, "Khoảng tin cậy 95 %</th>") {
			t.Error("a page of agencies without scores contradicts the other pages")
		}
	}
}

func TestReadersAndAnswersAtOnce(t *testing.T) {
	t.Parallel()
	st := mustStore(t, testNow)
	now := &clock{}
	s := mustServerWith(t, Config{Formats: export.Formats, Now: now.now}, st)
	analyst := signedInAs(t, s, "phantich")
	cookies := analyst.jar.Cookies(&url.URL{Scheme: "http", Host: "example.com", Path: "/"})
	var wg sync.WaitGroup
	for worker := range 6 {
		wg.Go(func() {
			for i := range 15 {
				target := []string{"/xep-hang/sipas/2026", "/co-quan/48", "/quan-tri/xep-hang/sipas/2026", "/xep-hang/sipas/2026/tai-ve.xlsx", "/api/v1/indexes/sipas/2026/ranking", "/quan-tri/co-quan/01"}[(worker+i)%6]
				r := httptest.NewRequest(http.MethodGet, target, nil)
				for _, c := range cookies {
					r.AddCookie(c)
				}
				w := httptest.NewRecorder()
				s.ServeHTTP(w, r)
				if w.Code != http.StatusOK {
					t.Errorf("%s: %d", target, w.Code)
				}
				now.later()
			}
		})
	}
	for i := range 10 {
		poll(t, st, "mo", []string{"01", "48", "79"}[i%3], 3+i)
	}
	wg.Wait()
	if got := s.boards.size; got > mostBoards || got < 0 {
		t.Errorf("boards take %d bytes", got)
	}
}
