package web

import (
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"thuocdo/survey"
)

func TestHomeOffersOpenAndComingWaves(t *testing.T) {
	t.Parallel()
	b := newBrowser(t, mustServer(t, mustStore(t, testNow)))
	for target, want := range map[string][]string{
		"/":         {"Khảo sát mo", `href="/khao-sat/mo"`, "Khảo sát sap", `href="/?lang=en"`, "16:00, 01/07/2026"},
		"/?lang=en": {"Survey mo", `href="/khao-sat/mo?lang=en"`, "Survey sap", "16:00, 1 July 2026"},
		"/?lang=fr": {"Khảo sát mo"},
	} {
		a := b.get(target)
		for _, w := range want {
			if !strings.Contains(a.body, w) {
				t.Errorf("%s lacks %q", target, w)
			}
		}
		if strings.Contains(a.body, "/khao-sat/dong") {
			t.Errorf("%s offers the closed wave", target)
		}
	}
}

func TestThePickerFindsWithAndWithoutMarks(t *testing.T) {
	t.Parallel()
	b := newBrowser(t, mustServer(t, mustStore(t, testNow)))
	for _, c := range []struct {
		query string
		want  []string
	}{
		{"", []string{"01", "01-a", "01-b", "48", "79"}},
		{"?q=da+nang", []string{"48"}},
		{"?q=%C4%90%C3%80+N%E1%BA%B4NG", []string{"48"}}, // ĐÀ NẴNG
		{"?q=dong+da", []string{"01-a"}},
		{"?q=ha+noi", []string{"01"}},
		{"?q=hanoi&lang=en", []string{"01"}},
		{"?q=79", []string{"79"}},
		{"?q=%3Cscript%3E", []string{"01-b"}},
		{"?q=khong+co+dau", nil},
		{"?trong=01", []string{"01-a", "01-b"}},
		{"?trong=khong-co", []string{"01", "01-a", "01-b", "48", "79"}},
		{"?q=" + strings.Repeat("x", 500), nil},
	} {
		a := b.get("/khao-sat/mo" + c.query)
		var got []string
		for n := range a.doc.Descendants() {
			if to := attr(n, "href"); n.Data == "a" && inside(n, "section") && !strings.Contains(to, "trong=") {
				to, _, _ = strings.Cut(to, "?")
				got = append(got, strings.TrimPrefix(to, "/khao-sat/mo/"))
			}
		}
		if a.StatusCode != http.StatusOK || !sameSet(got, c.want) {
			t.Errorf("%s: %d %v, want %v", c.query, a.StatusCode, got, c.want)
		}
	}
}

func sameSet(a, b []string) bool {
	if len(a) != len(b) {
		return false
	}
	in := map[string]bool{}
	for _, x := range a {
		in[x] = true
	}
	for _, x := range b {
		if !in[x] {
			return false
		}
	}
	return true
}

func TestManyAgenciesAreListedByLevels(t *testing.T) {
	t.Parallel()
	all := []survey.Agency{{Code: "01", Kind: survey.Province, Name: map[string]string{"vi": "Hà Nội"}}}
	for i := range 500 {
		name := "Xã " + strings.Repeat("a", i%7) + string(rune('b'+i%20))
		all = append(all, survey.Agency{Code: "01-" + string(rune('A'+i)), Kind: survey.Commune, Parent: "01", Name: map[string]string{"vi": name}})
	}
	w := &survey.Wave{Code: "mo"}
	top := pickFrom(w, all, "", "", "vi")
	if top.Found != 1 || top.Groups[0].Agencies[0].Below != 500 {
		t.Errorf("top: %d found", top.Found)
	}
	inner := pickFrom(w, all, "", "01", "vi")
	if inner.Found != 500 || inner.More != 500-pickMost || len(inner.Groups[0].Agencies) != pickMost {
		t.Errorf("inner: %d found, %d more, %d shown", inner.Found, inner.More, len(inner.Groups[0].Agencies))
	}
}

func TestNamesAreSortedAsVietnameseDoes(t *testing.T) {
	t.Parallel()
	var all []survey.Agency
	want := []string{"Cao Bằng", "Cần Thơ", "Da", "Đà Nẵng", "Điện Biên", "Huế"}
	for _, name := range []string{"Huế", "Đà Nẵng", "Cần Thơ", "Điện Biên", "Da", "Cao Bằng"} {
		all = append(all, survey.Agency{Code: name, Kind: survey.Province, Name: map[string]string{"vi": name}})
	}
	for i, p := range pickFrom(&survey.Wave{}, all, "", "", "vi").Groups[0].Agencies {
		if p.Code != want[i] {
			t.Errorf("place %d: %s, want %s", i, p.Code, want[i])
		}
	}
}

func TestAReceiptIsFoundHoweverItIsTyped(t *testing.T) {
	t.Parallel()
	s := mustServer(t, mustStore(t, testNow))
	b := newBrowser(t, s)
	_, to := press(t, b, sipasForm, walkForm(t, b, sipasForm, 0).form())
	code := strings.TrimPrefix(to, "/bien-nhan/")
	for _, typed := range []string{code, strings.ToLower(code), strings.ReplaceAll(code, "-", ""), " " + strings.ReplaceAll(code, "-", " ") + " "} {
		a := b.get("/bien-nhan?ma=" + url.QueryEscape(typed))
		if a.StatusCode != http.StatusSeeOther {
			t.Fatalf("%q: %d", typed, a.StatusCode)
		}
		if a = b.get(a.Header.Get("Location")); a.StatusCode != http.StatusOK || !strings.Contains(a.title(), "Phiếu đã được tính") {
			t.Errorf("%q: %d", typed, a.StatusCode)
		}
	}
	if a := b.get(to + "?lang=en"); !strings.Contains(a.body, "Survey mo") {
		t.Error("not in English")
	}
}

func TestAWrongReceiptGetsHelp(t *testing.T) {
	t.Parallel()
	b := newBrowser(t, mustServer(t, mustStore(t, testNow)))
	unused := survey.ReceiptCode("mo", "0123456789ABCDEFGH")
	for typed, want := range map[string]string{
		"ABCD": "gõ chưa đúng", unused: "Chưa có phiếu nào", strings.Repeat("A", 300): "gõ chưa đúng", "<script>": "gõ chưa đúng",
	} {
		a := b.get("/bien-nhan/" + url.PathEscape(typed))
		if a.StatusCode != http.StatusNotFound || !strings.Contains(a.body, want) || !strings.HasPrefix(a.title(), "Lỗi:") {
			t.Errorf("%.20q: %d %q", typed, a.StatusCode, a.title())
		}
	}
	if a := b.get("/bien-nhan"); a.StatusCode != http.StatusOK || a.find("ma") == nil {
		t.Errorf("the empty form: %d", a.StatusCode)
	}
}

// hostile is typed into everything that comes back on a page.
var hostile = []string{
	`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `'onmouseover='alert(1)`, `javascript:alert(1)`,
	`</textarea><svg/onload=alert(1)>`, "{{.Frame}}", "%s%d%v", "\u202egnp.exe", "\x00\x08", "\xff\xfe", "../../etc/passwd",
	"a\r\nSet-Cookie: x=1", strings.Repeat("Z\u0351\u036b", 40),
}

// checkPage, called for every page, refuses script, event attributes and links that lead elsewhere.
func TestHostileTextComesBackAsText(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("thousands of requests, one after another: not with the race detector")
	}
	s := mustServer(t, mustStore(t, testNow))
	for _, bad := range hostile {
		b := newBrowser(t, s)
		q := url.QueryEscape(bad)
		for _, target := range []string{
			"/?lang=" + q, "/khao-sat/mo?q=" + q, "/khao-sat/mo?trong=" + q, "/bien-nhan?ma=" + q, "/bien-nhan/" + url.PathEscape(bad),
			"/khao-sat/" + url.PathEscape(bad), "/khao-sat/mo/" + url.PathEscape(bad), "/dang-nhap?toi=" + q, "/quan-tri?" + q,
		} {
			a := b.get(target)
			if a.StatusCode >= 500 {
				t.Errorf("%s: %d", target, a.StatusCode)
			}
			if to := a.Header.Get("Location"); to != "" && !strings.HasPrefix(to, "/") || a.Header.Get("Set-Cookie") == "x=1" {
				t.Errorf("%s leads to %q", target, to)
			}
		}
		f := b.get("/khao-sat/loai/01").form()
		f.Set("a.years", bad)
		f.Set("a.place", bad)
		f.Set("a.words", bad)
		f.Set("a."+bad, bad)
		f.Set("go", bad)
		if a := b.post("/khao-sat/loai/01", f); a.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("%q typed into the form: %d", bad, a.StatusCode)
		}
		f = b.get("/dang-nhap").form()
		f.Set("login", bad)
		f.Set("password", bad)
		f.Set("toi", bad)
		if a := b.post("/dang-nhap", f); a.StatusCode >= 500 {
			t.Errorf("%q at sign-in: %d", bad, a.StatusCode)
		}
	}
	named := newBrowser(t, s)
	for _, target := range []string{"/khao-sat/mo/01-b", "/khao-sat/mo/01-b?lang=en", "/khao-sat/mo?lang=en"} {
		if a := named.get(target); a.StatusCode != http.StatusOK {
			t.Errorf("%s: %d", target, a.StatusCode)
		}
	}
}

// Everything a page says stands in the catalogue, and the catalogue holds nothing that nobody says.
// TestTemplatesDrawTheBoxOfEveryChoice: the browser's own box is hidden in a choice, so that one without a mark shows nothing.
// A part that another one names alike would be shown in its place.
func TestTemplatesHaveNamesOfTheirOwn(t *testing.T) {
	t.Parallel()
	defined := regexp.MustCompile(`{{define "([^"]+)"}}`)
	parts := map[string]string{}
	for _, pattern := range []string{"templates/parts/*.html", "templates/pages/*.html"} {
		files, err := fs.Glob(embedded, pattern)
		must(t, err)
		for _, file := range files {
			b, err := fs.ReadFile(embedded, file)
			must(t, err)
			for _, m := range defined.FindAllStringSubmatch(string(b), -1) {
				if at := parts[m[1]]; at != "" {
					t.Errorf("%s and %s define %q", at, file, m[1])
				}
				if strings.Contains(pattern, "parts") {
					parts[m[1]] = file
				}
			}
		}
	}
	if len(parts) < 40 {
		t.Errorf("only %d parts were found", len(parts))
	}
}

func TestTemplatesDrawTheBoxOfEveryChoice(t *testing.T) {
	t.Parallel()
	choice := regexp.MustCompile(`(?s)<label class="choice"[^>]*>\s*<input.*?</label>`)
	seen := 0
	must(t, fs.WalkDir(embedded, "templates", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := fs.ReadFile(embedded, path)
		for _, c := range choice.FindAllString(string(b), -1) {
			if seen++; !strings.Contains(c, `<span class="mark`) {
				t.Errorf("%s: no mark in %s", path, c)
			}
		}
		return err
	}))
	if seen < 8 {
		t.Errorf("only %d choices were found", seen)
	}
}

func TestTemplatesAndCatalogueAgree(t *testing.T) {
	t.Parallel()
	s := mustServer(t, mustStore(t, testNow))
	said := regexp.MustCompile(`\bt "([^"]+)"`)
	used := map[string]bool{}
	prefixes := []string{"problem.", "fault.", "kind.", "role.", "sign_in.login.", "sign_in.password.", "rule.", "source.", "period.",
		"level.", "file.", "analysis.margins.", "method.rounding.", "desk.", "resume.detail.", "paper.reason.", "paper.done.", "paper.invite.", "invite.", "inviting.", "mode.", "field.column.",
		"plan.mode.", "sampling.rule.", "opinion.column.", "opinion.kappa.", "opinion.view.",
		"author.act.", "author.change.", "author.done.", "author.f.", "author.h.", "author.type.", "author.unreadable."} // put together while running
	prefixes = append(prefixes, "audit.kind.", "audit.act.", "audit.wrong.", "mail.kind.", "mail.lang.", "mail.said.", "mail.wrong.", "release.part.", "release.state.", "release.views.", "held.reason.")
	must(t, fs.WalkDir(embedded, "templates", func(p string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(p, ".html") {
			return err
		}
		b, err := fs.ReadFile(embedded, p)
		for _, m := range said.FindAllStringSubmatch(string(b), -1) {
			used[m[1]] = true
			if !s.book.In("vi").Has(m[1]) {
				t.Errorf("%s says %q, which nobody wrote", p, m[1])
			}
		}
		return err
	}))
	code := pageSources(t)
	prefixes = append(prefixes, "microdata.", "evidence.done.", "evidence.refused.", "evidence.trouble.")
	prefixes = append(prefixes, "season.", "stage.", "sheet.", "claim.", "bulk.")
	prefixes = append(prefixes, "appraise.column.", "appraise.doubt.", "appraise.facet.", "appraise.mark.", "council.vote.", "token.grant.", "accounts.task.", "accounts.wrong.")
	prefixes = append(prefixes, "self.password.", "self.way.", "hook.done.", "hook.kind.")
	for _, key := range s.book.Keys() {
		known := used[key] || strings.Contains(code, `"`+key+`"`)
		for _, p := range prefixes {
			known = known || strings.HasPrefix(key, p)
		}
		if !known {
			t.Errorf("nobody says %q", key)
		}
	}
}

// pageSources returns the package's Go code and templates.
func pageSources(tb testing.TB) string {
	tb.Helper()
	var b strings.Builder
	for _, pattern := range []string{"*.go", "*/*.go", "templates/*/*.html"} {
		files, err := filepath.Glob(pattern)
		must(tb, err)
		for _, f := range files {
			if strings.HasSuffix(f, "_test.go") {
				continue
			}
			code, err := os.ReadFile(f)
			must(tb, err)
			b.Write(code)
		}
	}
	return b.String()
}
