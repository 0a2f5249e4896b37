package web

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/alexedwards/argon2id"
	"golang.org/x/net/html"

	"thuocdo/data"
	"thuocdo/data/reference"
	"thuocdo/scoring/phrase"
	"thuocdo/survey"
	"thuocdo/survey/account"
)

// testNow lies inside the open wave "mo", before "sap" and after "dong".
var testNow = time.Date(2026, 6, 1, 9, 0, 0, 0, time.UTC)

// kinds has every type of question, a rule that works inside a page and one that hides a page.
const kinds = `{
 "code": "kinds", "version": "1",
 "title": {"vi": "Các loại câu hỏi", "en": "Kinds of questions"},
 "intro": {"vi": "Mở đầu.\nĐoạn hai.", "en": "Opening.\nSecond."},
 "lists": {
  "scale": [{"code": "1", "text": {"vi": "Kém", "en": "Bad"}}, {"code": "2", "text": {"vi": "Vừa", "en": "Fair"}}, {"code": "3", "text": {"vi": "Tốt", "en": "Good"}}],
  "place": [{"code": "a", "text": {"vi": "Nơi <b>A</b>"}}, {"code": "b", "text": {"vi": "Nơi B", "en": "Place B"}}]
 },
 "pages": [
  {"code": "one", "title": {"vi": "Trang một", "en": "Page one"}, "blocks": [{"lead": {"vi": "Câu dẫn", "en": "Lead"}, "questions": [
   {"code": "years", "type": "number", "text": {"vi": "Bao nhiêu năm?", "en": "How many years?"}, "required": true, "min": 0, "max": 120},
   {"code": "place", "type": "single", "list": "place", "text": {"vi": "Ở đâu?", "en": "Where?"}},
   {"code": "been", "type": "yes_no", "text": {"vi": "Đã đến chưa?", "en": "Been there?"}, "required": true},
   {"code": "liked", "type": "rating", "list": "scale", "text": {"vi": "Thấy thế nào?", "en": "How was it?"}, "required": true, "relevant": "${been} = 'yes'"}]}]},
  {"code": "two", "title": {"vi": "Trang hai", "en": "Page two"}, "relevant": "${been} = 'yes'", "blocks": [{"questions": [
   {"code": "where", "type": "multiple", "list": "place", "text": {"vi": "Những đâu?", "en": "Which?"}}]}]},
  {"code": "three", "title": {"vi": "Trang ba", "en": "Page three"}, "blocks": [{"questions": [
   {"code": "words", "type": "text", "text": {"vi": "Ý kiến khác?", "en": "Anything else?"}, "max_chars": 20}]}]}
 ]
}`

// mustStore opens a real store with three provinces, two communes, the satisfaction survey (waves "mo", "dong", "sap"),
// a small questionnaire of all kinds (wave "loai") and three accounts. Every password is "mật khẩu của LOGIN".
func mustStore(tb testing.TB, now time.Time) *data.Store {
	tb.Helper()
	return mustStoreAt(tb, func() time.Time { return now })
}

// mustStoreAt is mustStore with a clock that may move.
func mustStoreAt(tb testing.TB, now func() time.Time) *data.Store {
	tb.Helper()
	ctx := tb.Context()
	st, err := data.Open(ctx, filepath.Join(tb.TempDir(), "thuocdo.db"), data.Options{Now: now})
	must(tb, err)
	tb.Cleanup(func() { must(tb, st.Close()) })
	all, edges, err := reference.Agencies()
	must(tb, err)
	all = append(all,
		survey.Agency{Code: "01-a", Kind: survey.Commune, Parent: "01", Name: phrase.VI("Phường Đống Đa", "Đống Đa Ward"), ValidFrom: all[0].ValidFrom},
		survey.Agency{Code: "01-b", Kind: survey.Commune, Parent: "01", Name: phrase.VI(`Xã <script>alert(1)</script>`, `Commune "><img src=x onerror=alert(1)>`), ValidFrom: all[0].ValidFrom})
	must(tb, st.PutAgencies(ctx, all, edges))
	qs, err := reference.Questionnaires()
	must(tb, err)
	small, err := survey.ParseQuestionnaire([]byte(kinds))
	must(tb, err)
	must(tb, st.PutQuestionnaire(ctx, qs[0]))
	must(tb, st.PutQuestionnaire(ctx, small))
	f, err := reference.Framework("sipas", "")
	must(tb, err)
	must(tb, st.PutFramework(ctx, f))
	wave := func(code string, q *survey.Questionnaire, period string, from, to time.Time) {
		must(tb, st.PutWave(ctx, survey.Wave{
			Code: code, Title: phrase.VI("Khảo sát "+code, "Survey "+code), Questionnaire: q.Code, Version: q.Version,
			Framework: f.Code, Period: survey.Period(period), Opens: from, Closes: to, Agencies: []string{"01", "01-a", "01-b", "48", "79"},
		}))
	}
	wave("mo", qs[0], "2026", testNow.AddDate(0, -1, 0), testNow.AddDate(0, 1, 0))
	wave("dong", qs[0], "2025", testNow.AddDate(-1, -1, 0), testNow.AddDate(-1, 1, 0))
	wave("sap", qs[0], "2027", testNow.AddDate(0, 8, 0), testNow.AddDate(0, 9, 0))
	wave("loai", small, "2026-06", testNow.AddDate(0, -1, 0), testNow.AddDate(0, 1, 0))
	for _, a := range []account.Account{
		{Login: "phantich", Name: "Phân Tích", Role: account.Analyst},
		{Login: "hanoi", Name: "Cán Bộ <i>", Role: account.Officer, Agency: "01"},
		{Login: "nghi", Name: "Đã Nghỉ", Role: account.Analyst, Disabled: true},
	} {
		a.Password = mustHash(tb, a.Login)
		_, err := st.PutAccount(ctx, a)
		must(tb, err)
	}
	return st
}

var hashes sync.Map

// mustHash hashes the password of a login once for all tests; hashing is slow on purpose.
func mustHash(tb testing.TB, login string) string {
	if h, ok := hashes.Load(login); ok {
		return h.(string)
	}
	h, err := HashPassword("mật khẩu của " + login)
	must(tb, err)
	hashes.Store(login, h)
	return h
}

func must(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}

// mustServer serves a store at testNow.
func mustServer(tb testing.TB, store Store) *Server {
	tb.Helper()
	return mustServerWith(tb, Config{}, store)
}

func mustServerWith(tb testing.TB, cfg Config, store Store) *Server {
	tb.Helper()
	cfg.Version = "thử"
	if cfg.Now == nil {
		cfg.Now = func() time.Time { return testNow }
	}
	s, err := New(cfg, store)
	must(tb, err)
	s.pages.seen = func(lang, page string) { executed.Store(lang+" "+page, true) }
	return s
}

var executed sync.Map

var production *argon2id.Params

// TestMain fails a full run that left a template unexecuted in one of the languages.
func TestMain(m *testing.M) {
	costs := *hashing
	production = &costs
	hashing.Memory, hashing.Iterations = 64, 1 // tests sign in often; what production costs is a test of its own
	code := m.Run()
	full := true
	for _, name := range []string{"test.run", "test.skip", "test.fuzz", "test.bench", "test.list"} {
		if v := flag.Lookup(name).Value.String(); v != "" && v != "^$" {
			full = false
		}
	}
	if missing := unexecuted(); full && code == 0 && missing != nil {
		fmt.Fprintln(os.Stderr, "templates that no test executed:", missing)
		code = 1
	}
	os.Exit(code)
}

func unexecuted() (missing []string) {
	pages, _ := fs.Glob(embedded, "templates/pages/*.html")
	for _, p := range pages {
		for _, lang := range []string{"vi", "en"} {
			name := lang + " " + strings.TrimSuffix(filepath.Base(p), ".html")
			if _, ok := executed.Load(name); !ok {
				missing = append(missing, name)
			}
		}
	}
	return missing
}

// browser is one visitor: it keeps cookies and follows no redirect by itself.
type browser struct {
	tb  testing.TB
	s   *Server
	jar *cookiejar.Jar
	ip  string
}

func newBrowser(tb testing.TB, s *Server) *browser {
	jar, err := cookiejar.New(nil)
	must(tb, err)
	return &browser{tb: tb, s: s, jar: jar, ip: "203.0.113.7:5000"}
}

// answer is what came back, parsed.
type answer struct {
	*http.Response
	body string
	doc  *html.Node
}

func (b *browser) do(r *http.Request) answer {
	b.tb.Helper()
	r.RemoteAddr = b.ip
	at := &url.URL{Scheme: "http", Host: "example.com", Path: r.URL.Path}
	if b.s.secure {
		at.Scheme = "https"
	}
	for _, c := range b.jar.Cookies(at) {
		r.AddCookie(c)
	}
	w := httptest.NewRecorder()
	b.s.ServeHTTP(w, r)
	res := w.Result()
	b.jar.SetCookies(at, res.Cookies())
	a := answer{Response: res, body: w.Body.String()}
	if strings.HasPrefix(res.Header.Get("Content-Type"), "text/html") && res.Header.Get("Content-Encoding") == "" {
		var err error
		a.doc, err = html.Parse(strings.NewReader(a.body))
		must(b.tb, err)
		checkPage(b.tb, r.Method+" "+r.URL.Path, a)
	}
	return a
}

func (b *browser) get(target string) answer {
	b.tb.Helper()
	return b.do(httptest.NewRequest(http.MethodGet, target, nil))
}

func (b *browser) post(target string, form url.Values) answer {
	b.tb.Helper()
	r := httptest.NewRequest(http.MethodPost, target, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return b.do(r)
}

// form returns the fields a browser would send from the page's form with this id, no button pressed.
func (a answer) form() url.Values { return wouldSend(a.doc) }

// wouldSend returns the fields of a form, as a browser would send them.
func wouldSend(form *html.Node) url.Values {
	f := url.Values{}
	for n := range form.Descendants() {
		name := attr(n, "name")
		switch {
		case name == "" || inside(n, "header"):
		case n.Data == "textarea":
			f.Add(name, text(n))
		case n.Data == "input" && (attr(n, "type") == "radio" || attr(n, "type") == "checkbox"):
			if has(n, "checked") {
				f.Add(name, attr(n, "value"))
			}
		case n.Data == "input":
			f.Add(name, attr(n, "value"))
		}
	}
	return f
}

// find returns the first element with this id.
func (a answer) find(id string) *html.Node {
	for n := range a.doc.Descendants() {
		if attr(n, "id") == id {
			return n
		}
	}
	return nil
}

func (a answer) title() string {
	for n := range a.doc.Descendants() {
		if n.Data == "title" && n.Type == html.ElementNode {
			return text(n)
		}
	}
	return ""
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, key string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == key })
}

func inside(n *html.Node, element string) bool {
	for p := range n.Ancestors() {
		if p.Data == element {
			return true
		}
	}
	return false
}

func text(n *html.Node) string {
	var b strings.Builder
	for c := range n.Descendants() {
		if c.Type == html.TextNode {
			b.WriteString(c.Data)
		}
	}
	return strings.TrimSpace(b.String())
}

// checkPage holds every page to what no page may break: no missing words, no inline script or style, no foreign host,
// one h1, unique ids, links and labels that lead somewhere.
func checkPage(tb testing.TB, where string, a answer) {
	tb.Helper()
	if strings.Contains(a.body, "⟦") || strings.Contains(a.body, "%!") || strings.Contains(a.body, "ZgotmplZ") {
		tb.Errorf("%s: missing words or refused value in %s", where, around(a.body, "⟦", "%!", "ZgotmplZ"))
	}
	ids, h1 := map[string]int{}, 0
	for n := range a.doc.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		if id := attr(n, "id"); id != "" {
			ids[id]++
		}
		if n.Data == "h1" {
			h1++
		}
		if n.Data == "style" || n.Data == "iframe" || n.Data == "script" && (attr(n, "src") == "" || text(n) != "") {
			tb.Errorf("%s: inline %s", where, n.Data)
		}
		for _, at := range n.Attr {
			if strings.HasPrefix(at.Key, "on") || at.Key == "style" {
				tb.Errorf("%s: attribute %s on %s", where, at.Key, n.Data)
			}
			if (at.Key == "src" || at.Key == "href" || at.Key == "action") && !strings.HasPrefix(at.Val, "/") && !strings.HasPrefix(at.Val, "#") && at.Val != "" {
				tb.Errorf("%s: %s=%q leads elsewhere", where, at.Key, at.Val)
			}
		}
	}
	if h1 != 1 {
		tb.Errorf("%s: %d h1", where, h1)
	}
	for id, n := range ids {
		if n > 1 {
			tb.Errorf("%s: id %q stands %d times", where, id, n)
		}
	}
	for n := range a.doc.Descendants() {
		for _, key := range []string{"for", "aria-labelledby", "aria-describedby"} {
			for _, id := range strings.Fields(attr(n, key)) {
				if ids[id] == 0 {
					tb.Errorf("%s: %s=%q leads nowhere", where, key, id)
				}
			}
		}
		if to, ok := strings.CutPrefix(attr(n, "href"), "#"); ok && ids[to] == 0 {
			tb.Errorf("%s: #%s leads nowhere", where, to)
		}
	}
}

func around(s string, marks ...string) string {
	for _, m := range marks {
		if i := strings.Index(s, m); i >= 0 {
			return s[max(0, i-40):min(len(s), i+60)]
		}
	}
	return ""
}

// logTo returns a logger that writes to the buffer, at every level.
func logTo(b *syncBuffer) *slog.Logger {
	return slog.New(slog.NewTextHandler(b, &slog.HandlerOptions{Level: slog.LevelDebug}))
}

type syncBuffer struct {
	mu sync.Mutex
	bytes.Buffer
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.Buffer.Write(p)
}

func (b *syncBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.Buffer.String()
}

// failing is a store whose next answers fail.
type failing struct {
	*data.Store
	mu  sync.Mutex
	err error
}

func (f *failing) fail(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.err = err
}

func (f *failing) Append(ctx context.Context, e survey.Entry) (bool, error) {
	f.mu.Lock()
	err := f.err
	f.mu.Unlock()
	if err != nil {
		return false, err
	}
	return f.Store.Append(ctx, e)
}
