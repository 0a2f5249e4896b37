package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"io"
	"math"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"thuocdo/data"
	"thuocdo/data/export"
	"thuocdo/web"
)

// analyst is a signed-in browser at a server over a demo.
type analyst struct {
	tb   testing.TB
	url  string
	http *http.Client
	dir  string
}

// mustAnalyst makes a demo of a few hundred responses, exports them as the pages say, and signs in.
func mustAnalyst(tb testing.TB) *analyst {
	tb.Helper()
	dir := tb.TempDir()
	mustRun(tb, "demo", "--prepare", "--responses", "600", "--addr", "127.0.0.1:0", "--dir", dir)
	db := filepath.Join(dir, demoFile)
	mustRun(tb, "export", "responses", "--wave", "sipas-2026", "--columns", "analysis", "--db", db, "-o", filepath.Join(dir, "sipas-2026.csv"))
	mustRun(tb, "export", "responses", "--wave", "sipas-2025", "--columns", "analysis", "--db", db, "-o", filepath.Join(dir, "sipas-2025.csv"))
	st, err := data.Open(tb.Context(), db, data.Options{})
	check(tb, err)
	tb.Cleanup(func() { check(tb, st.Close()) })
	s, err := web.New(web.Config{Formats: export.Formats, Table: readTable}, st)
	check(tb, err)
	server := httptest.NewServer(s)
	tb.Cleanup(server.Close)
	jar, err := cookiejar.New(nil)
	check(tb, err)
	a := &analyst{tb, server.URL, &http.Client{Jar: jar}, dir}
	token := regexp.MustCompile(`name="token" value="([^"]+)"`).FindStringSubmatch(a.get("/dang-nhap"))
	form := url.Values{"login": {"phan-tich"}, "password": {"thuocdo-phan-tich"}, "token": {token[1]}}
	r, err := a.http.PostForm(a.url+"/dang-nhap", form)
	check(tb, err)
	r.Body.Close()
	return a
}

func check(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}

// mustRun runs a command in this process and returns what it says.
func mustRun(tb testing.TB, args ...string) string {
	tb.Helper()
	var out, talk bytes.Buffer
	if code := run(tb.Context(), args, nil, nil, &out, &talk); code != exitOK {
		tb.Fatalf("%q: exit %d: %s", args, code, talk.String())
	}
	return out.String()
}

func (a *analyst) get(path string) string {
	a.tb.Helper()
	r, err := a.http.Get(a.url + path)
	check(a.tb, err)
	defer r.Body.Close()
	b, err := io.ReadAll(r.Body)
	check(a.tb, err)
	if r.StatusCode != http.StatusOK {
		a.tb.Fatalf("%s: %d", path, r.StatusCode)
	}
	return string(b)
}

// words splits a command line as a shell does, quotes included.
func words(line string) (out []string) {
	word, quoted := "", false
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case c == '\'':
			quoted = !quoted
		case c == ' ' && !quoted:
			out, word = append(out, word), ""
		default:
			word += string(c)
		}
	}
	return append(out, word)
}

// replay runs the command of a method sheet on the exported responses of a wave.
func (a *analyst) replay(wave, command string) []map[string]string {
	a.tb.Helper()
	args := words(command)[1:]
	for i, w := range args {
		switch w {
		case "responses.csv":
			args[i] = filepath.Join(a.dir, wave+".csv")
		case "margins.csv":
			args[i] = filepath.Join(a.dir, wave+"-"+w)
		}
	}
	rows, err := csv.NewReader(strings.NewReader(mustRun(a.tb, args...))).ReadAll()
	check(a.tb, err)
	var out []map[string]string
	for _, r := range rows[1:] {
		m := map[string]string{}
		for i, name := range rows[0] {
			m[name] = r[i]
		}
		out = append(out, m)
	}
	return out
}

// agree counts the numbers that two rows share, −1 where one differs by more than 1e-9 of its size.
func agree(page map[string]any, line map[string]string) (n int) {
	for key, v := range page {
		x, ok := v.(float64)
		text, known := line[key]
		if !ok || !known {
			continue
		}
		y, err := strconv.ParseFloat(text, 64)
		if err != nil || math.Abs(x-y) > 1e-9*max(math.Abs(x), math.Abs(y), 1e-3) {
			return -1
		}
		n++
	}
	return n
}

func TestTheCommandOfAPageGivesItsNumbersAgain(t *testing.T) {
	t.Parallel()
	if raced {
		t.Skip("a long computation without any concurrency of its own")
	}
	a := mustAnalyst(t)
	const margins = "&ts=rake&tl=8&le=sex%2Cmale%2C480%0Asex%2Cfemale%2C520"
	const people = "&ts=rake&tl=8&le=sex%2Cmale%2C16102916%0Asex%2Cfemale%2C20674800" // near what the weights of the drawn wave add up to
	for wave, totals := range map[string]string{"sipas-2026": margins, "sipas-2025": people} {
		file := a.get("/quan-tri/phan-tich/" + wave + "/trong-so/margins.csv?" + totals[1:])
		check(t, os.WriteFile(filepath.Join(a.dir, wave+"-margins.csv"), []byte(file), 0o600))
	}
	for _, page := range []struct {
		path   string
		tables []string
		least  int // numbers that a row shares with the command's at least
	}{
		{"bang-cheo?hang=sex&cot=q9_1&muc=5", []string{"bang", "so-cap"}, 5},
		{"bang-cheo?hang=sex&cot=q9_1&muc=5", []string{"kiem-dinh"}, 4},
		{"bang-cheo?hang=age&cot=q9_1&phan-tram=col&khoang=wilson&tin-cay=99", []string{"bang"}, 5},
		{"bang-cheo?hang=sex&cot=q9_1&phan-tram=all&khoang=logit&loc=agency%3D01", []string{"bang"}, 4},
		{"bang-cheo?hang=sex&cot=q2:press&khoang=beta" + margins, []string{"bang"}, 4},
		{"bang-cheo?hang=age&cot=q9_1&muc=4&a=18_24&b=over_60" + margins, []string{"bang", "so-cap"}, 4},
		{"trung-binh?cau=I.A&nhom=age&loc=sex%3Dmale", []string{"nhom", "so-cap", "kiem-dinh"}, 3},
		{"trung-binh?cau=q9_1&nhom=province" + margins, []string{"nhom", "kiem-dinh"}, 3},
		{"tac-dong?cau=q9_23&yeu-to=I.A&yeu-to=I.D&yeu-to=II.C&lap=30&hat=7", []string{"yeu-to"}, 8},
		{"tac-dong?cau=q9_23&yeu-to=I.A&yeu-to=q9_31&lap=20&loc=sex%3Dfemale" + margins, []string{"yeu-to"}, 8},
		{"do-tin-cay?thang=II.A&loc=agency%3D01", []string{"thang-do"}, 5},
		{"do-tin-cay?thang=I.A" + margins, []string{"thang-do"}, 4},
		{"trong-so?" + margins[1:], []string{"trong-so"}, 3},
		// the wave that was drawn by a design
		{"sipas-2025/bang-cheo?hang=sex&cot=q9_1&muc=5", []string{"bang", "so-cap"}, 5},
		{"sipas-2025/bang-cheo?hang=sex&cot=q9_1&muc=5", []string{"kiem-dinh"}, 4},
		{"sipas-2025/bang-cheo?hang=age&cot=q9_1&khoang=beta&loc=q8_3%3Dno" + people, []string{"bang"}, 4},
		{"sipas-2025/trung-binh?cau=I.A&nhom=age", []string{"nhom", "so-cap", "kiem-dinh"}, 3},
		{"sipas-2025/tac-dong?cau=q9_23&yeu-to=I.A&yeu-to=II.C&lap=20&hat=7", []string{"yeu-to"}, 8},
	} {
		for _, table := range page.tables {
			wave, path, drawn := strings.Cut(page.path, "/")
			if !drawn {
				wave, path = "sipas-2026", page.path
			}
			name, query, _ := strings.Cut(path, "?")
			var doc struct {
				Rows   []map[string]any
				Method []struct{ Key, Text string }
			}
			check(t, json.Unmarshal([]byte(a.get("/quan-tri/phan-tich/"+wave+"/"+name+"/tai-ve.json?"+query+"&bang="+table)), &doc))
			command := ""
			for _, m := range doc.Method {
				if m.Key == "command" {
					command = m.Text
				}
			}
			lines, found := a.replay(wave, command), 0
			for _, row := range doc.Rows {
				best := -1
				for _, line := range lines {
					best = max(best, agree(rename(table, row), line))
				}
				if best >= page.least {
					found++
				} else if !elsewhere(table, row) {
					t.Errorf("%s, %s: no line of %q has %v", page.path, table, command, row)
					break
				}
			}
			if found == 0 {
				t.Errorf("%s, %s: no row is repeated by %q", page.path, table, command)
			}
		}
	}
}

// rename gives a row the names of the command's columns where they differ.
func rename(table string, row map[string]any) map[string]any {
	if table != "trong-so" {
		return row
	}
	return map[string]any{"estimate": row["index"], "se": row["se"], "ci_low": row["ci_low"], "ci_high": row["ci_high"]}
}

// elsewhere reports rows that the command does not give: cells of nobody, Pearson's test, the mean of all, the index before weighting.
func elsewhere(table string, row map[string]any) bool {
	if n, ok := row["count"].(float64); ok && n == 0 {
		return true // nothing to compute an error from
	}
	name, _ := row["test"].(string)
	return table == "kiem-dinh" && !strings.HasPrefix(name, "rao") && !strings.HasPrefix(name, "kruskal") || table == "nhom" && row["level"] == nil || table == "trong-so" && row["what"] == "trước"
}
