package web

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"thuocdo/data/reference"
	"thuocdo/scoring"
	"thuocdo/survey"
	"thuocdo/survey/simulate"
)

func TestFewAnswersAreExplainedAndNeverZero(t *testing.T) {
	t.Parallel()
	s, _ := mustFigures(t)
	b := newBrowser(t, s)
	row := rowOf(b.get("/xep-hang/sipas/2025"), "Hồ Chí Minh") // three answers
	if len(row) < 3 || row[0] != "–" || row[2] != "–" {
		t.Errorf("an agency with three answers has the row %q", row)
	}
	for target, words := range map[string]string{
		"/co-quan/79":                      "chưa đủ phiếu để công bố",
		"/co-quan/79?lang=en":              "too few answers to be shown",
		"/co-quan/24":                      "chưa đủ phiếu để công bố",
		"/xep-hang/sipas/2026":             "chưa đủ phiếu để công bố",
		"/xep-hang/sipas/2027":             "Chưa có điểm để xếp hạng",
		"/co-quan/t63-ha-tay":              "Không tìm thấy cơ quan này",
		"/xep-hang/sipas/2019":             "Chưa có số liệu của kỳ này",
		"/xep-hang/khong-co/2026":          "Không tìm thấy bộ chỉ số này",
		"/xep-hang/sipas/năm-nay":          "Chưa có số liệu của kỳ này",
		"/phuong-phap/khong-co":            "Không tìm thấy bộ chỉ số này",
		"/xep-hang/sipas/2025?cach-tinh=x": "Không tìm thấy cách tính này",
	} {
		if a := b.get((&url.URL{Path: target}).Path); !strings.Contains(html.UnescapeString(a.body), words) {
			t.Errorf("%s (%d) does not say %q", target, a.StatusCode, words)
		}
	}
	if a := b.get("/xep-hang/par-index-province/2025"); rowOf(a, "Hồ Chí Minh")[2] != "–" {
		t.Errorf("a province without one leaf has a total: %q", rowOf(a, "Hồ Chí Minh"))
	}
}

func TestOfficersSeeTheirOwnAgencyOnly(t *testing.T) {
	t.Parallel()
	s, st := mustFigures(t)
	poll(t, st, "mo", "48", 7) // live, and not public yet
	officer, analyst := signedInAs(t, s, "hanoi"), signedInAs(t, s, "phantich")
	for _, c := range []struct {
		target           string
		officer, analyst int
	}{
		{"/quan-tri/co-quan/01", 200, 200}, {"/quan-tri/co-quan/01/tai-ve.csv", 200, 200},
		{"/quan-tri/co-quan/48", 403, 200}, {"/quan-tri/co-quan/48/tai-ve.xlsx", 403, 200},
		{"/quan-tri/co-quan/khong-co", 403, 404},
		{"/quan-tri/xep-hang", 403, 200}, {"/quan-tri/xep-hang/sipas/2026", 403, 200}, {"/quan-tri/xep-hang/sipas/2026/tai-ve.json", 403, 200},
	} {
		for who, b := range map[string]struct {
			*browser
			want int
		}{"officer": {officer, c.officer}, "analyst": {analyst, c.analyst}} {
			a := b.get(c.target)
			if a.StatusCode != b.want || !strings.Contains(a.Header.Get("Cache-Control"), "no-store") || a.Header.Get("ETag") != "" {
				t.Errorf("%s of %s: %d, %q, ETag %q", c.target, who, a.StatusCode, a.Header.Get("Cache-Control"), a.Header.Get("ETag"))
			}
		}
	}
	for _, target := range []string{"/quan-tri", "/quan-tri/co-quan/01"} {
		for n := range officer.get(target).doc.Descendants() {
			if to := attr(n, "href"); strings.HasPrefix(to, "/quan-tri/") && officer.get(to).StatusCode != 200 {
				t.Errorf("%s leads an officer to %s", target, to)
			}
		}
	}
}

// The live mean and best of a group would tell an officer the unpublished scores of the other agencies.
func TestOfficersSeeTheirGroupAsThePublicDoes(t *testing.T) {
	t.Parallel()
	s, st := mustFigures(t)
	officer := signedInAs(t, s, "hanoi")
	read := func() (own, group []string) {
		for _, row := range readFile(t, officer.get("/quan-tri/co-quan/01/tai-ve.csv")) {
			if row[0] == "sipas" && row[3] == "2026" && row[4] == "" {
				return row[6:7], row[12:17]
			}
		}
		t.Fatal("no total of 2026")
		return nil, nil
	}
	own, group := read()
	poll(t, st, "mo", "48", 9) // more than none, less than is published
	own2, group2 := read()
	if !slices.Equal(own, own2) || !slices.Equal(group, group2) {
		t.Errorf("own score, rank and group moved from %v %v to %v %v with unpublished answers of others", own, group, own2, group2)
	}
}

func TestPublicPagesAreRevalidatedAndCompressedOnce(t *testing.T) {
	t.Parallel()
	s, _ := mustFigures(t)
	for _, target := range []string{"/xep-hang", "/xep-hang/sipas/2025", "/co-quan/01", "/phuong-phap/sipas", "/api/v1/indexes/sipas/2025/ranking", "/xep-hang/sipas/2025/tai-ve.csv", "/xep-hang/sipas/2025/tai-ve.xlsx"} {
		ask := func(header, value string) *httptest.ResponseRecorder {
			r := httptest.NewRequest(http.MethodGet, target, nil)
			r.Header.Set(header, value)
			w := httptest.NewRecorder()
			s.ServeHTTP(w, r)
			return w
		}
		plain := ask("Accept", "*/*")
		etag := plain.Header().Get("ETag")
		if plain.Code != http.StatusOK || etag == "" || plain.Header().Get("Cache-Control") != "public, no-cache" || plain.Header().Get("Set-Cookie") != "" {
			t.Errorf("%s: %d, %v", target, plain.Code, plain.Header())
		}
		if again := ask("If-None-Match", `"x", `+etag); again.Code != http.StatusNotModified || again.Body.Len() != 0 || again.Header().Get("ETag") != etag {
			t.Errorf("%s with its ETag: %d, %d bytes", target, again.Code, again.Body.Len())
		}
		if other := ask("If-None-Match", `"x"`); other.Code != http.StatusOK {
			t.Errorf("%s with another ETag: %d", target, other.Code)
		}
		zipped := ask("Accept-Encoding", "gzip")
		body := zipped.Body.Bytes()
		if zipped.Header().Get("Content-Encoding") == "gzip" {
			full, err := (&copyOf{zip: body}).body()
			must(t, err)
			body = full
		} else if !strings.HasSuffix(target, "xlsx") {
			t.Errorf("%s is not compressed", target)
		}
		if !bytes.Equal(body, plain.Body.Bytes()) || zipped.Header().Get("ETag") != etag {
			t.Errorf("%s: another body when compressed", target)
		}
	}
}

// What one reader adds to an address must not come back to another one from the copies.
func TestCopiesHoldNothingOfTheReadersAddress(t *testing.T) {
	t.Parallel()
	s, _ := mustFigures(t)
	b := newBrowser(t, s)
	for _, target := range []string{"/xep-hang", "/xep-hang/sipas/2025", "/co-quan/01", "/phuong-phap/sipas"} {
		first := b.get(target + "?bay=%22%3E%3Cscript%3E&sap-xep=evil&trang=-7")
		second := b.get(target)
		if first.body != second.body || strings.Contains(second.body, "bay") || strings.Contains(second.body, "evil") {
			t.Errorf("%s differs with parameters that mean nothing", target)
		}
	}
}

func TestMethodPagesExplainEveryFramework(t *testing.T) {
	t.Parallel()
	st := mustStore(t, testNow)
	all, err := reference.Frameworks()
	must(t, err)
	for _, f := range all {
		must(t, st.PutFramework(t.Context(), f))
	}
	s := mustServer(t, st)
	b := newBrowser(t, s)
	for _, f := range all {
		for _, lang := range []string{"vi", "en"} {
			a := b.get("/phuong-phap/" + f.Code + "?phien-ban=" + url.QueryEscape(f.Version) + "&lang=" + lang)
			page := html.UnescapeString(a.body)
			if a.StatusCode != http.StatusOK || !strings.Contains(page, f.Title.In(lang)) || !strings.Contains(page, f.Version) || !strings.Contains(page, f.Notes.In(lang)) {
				t.Errorf("%s %s (%s): %d", f.Code, f.Version, lang, a.StatusCode)
			}
			if marked := strings.Contains(page, s.book.In(lang).T("method.illustrative")); marked != (f.Code == "par-index-province") {
				t.Errorf("%s: marked as illustrative: %v", f.Code, marked)
			}
			plan, err := scoring.Compile(f)
			must(t, err)
			if rows := cells(a, "tree"); len(rows) != len(plan.Nodes())+1 {
				t.Errorf("%s: %d rows for %d nodes", f.Code, len(rows)-1, len(plan.Nodes()))
			}
		}
	}
}

// kindOf is what pages have in common that differ in agency, period or order alone.
func kindOf(target string) string {
	path, _, _ := strings.Cut(target, "?")
	path, _, _ = strings.Cut(path, "#")
	return regexp.MustCompile(`/(\d\d(-[ab])?|t63-[a-z-]+|20\d\d(-\d\d)?)(?:/|$)`).ReplaceAllString(path, "/*/")
}

func TestEveryPageThatResultsLinkToAnswersInBothLanguages(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("thousands of requests, one after another: not with the race detector")
	}
	s, _ := mustFigures(t)
	analyst := signedInAs(t, s, "phantich")
	for _, lang := range []string{"vi", "en"} {
		queue, seen := []string{"/xep-hang", "/quan-tri", "/xep-hang/par-index-province/2025", "/quan-tri/co-quan/01?ky=2025"}, map[string]bool{}
		for ; len(queue) > 0; queue = queue[1:] {
			target := queue[0]
			if kind := kindOf(target); seen[kind] || strings.HasPrefix(target, "/khao-sat") || strings.HasPrefix(target, "/dang-nhap") {
				continue
			} else if seen[kind] = true; !strings.Contains(target, "lang=") {
				target = inLanguage(target, lang)
			}
			a := analyst.get(target)
			if a.StatusCode != http.StatusOK {
				t.Errorf("%s: %d", target, a.StatusCode)
			}
			if a.doc == nil {
				continue // a file
			}
			for n := range a.doc.Descendants() {
				to := attr(n, "href")
				if n.Data != "a" || !strings.HasPrefix(to, "/") || attr(n, "hreflang") != "" {
					continue
				}
				if lang == "en" && !strings.Contains(to, "lang=en") {
					t.Errorf("%s: %s loses the language", target, to)
				}
				queue = append(queue, to)
			}
		}
		if len(seen) < 12 {
			t.Errorf("only %d kinds of pages found: %v", len(seen), seen)
		}
	}
}

// formToken is masked anew on every page.
var formToken = regexp.MustCompile(`name="token" value="[^"]*"`)

// Who looks before and after a visit must not read the form that the visitor left.
func TestAnOfficerCannotReadASingleForm(t *testing.T) {
	t.Parallel()
	s, st := mustFigures(t)
	officer, analyst := signedInAs(t, s, "hanoi"), signedInAs(t, s, "phantich")
	w, err := st.OpenWave("mo")
	must(t, err)
	addresses := []string{"/quan-tri/co-quan/01/tai-ve.csv", "/quan-tri/co-quan/01", "/quan-tri/co-quan/01/diem-mat/sipas/2026"}
	read := func(b *browser) (all string) {
		for _, to := range addresses {
			all += formToken.ReplaceAllString(b.get(to).body, "")
		}
		return all
	}
	before, live, moved, still := read(officer), read(analyst), 0, 5
	for i := range 44 {
		one := simulate.Crowd{Seed: uint64(i), Label: fmt.Sprint("visitor-", i), N: 1, First: survey.DayOf(testNow), Days: 1, Agencies: []simulate.Share{{Agency: "01", Weight: 1}}}
		_, err = st.AppendAll(t.Context(), "mo", entries(w, one))
		must(t, err)
		still++
		if now := read(officer); now != before {
			if still < 5 {
				t.Errorf("what the officer sees moved after %d forms", still)
			}
			before, moved, still = now, moved+1, 0
		}
		if now := read(analyst); now == live {
			t.Error("one form did not move what the analyst sees")
		} else {
			live = now
		}
	}
	if moved < 2 {
		t.Errorf("forty-four forms moved what the officer sees %d times", moved)
	}
}
