package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"thuocdo/data"
	"thuocdo/data/reference"
	"thuocdo/scoring/phrase"
	"thuocdo/survey"
	"thuocdo/survey/account"
	"thuocdo/web"
)

// planner is a signed-in designer in front of the sampling page of a wave.
type planner struct {
	t       *testing.T
	client  *http.Client
	url, db string
	store   *data.Store
}

func mustPlanner(t *testing.T) *planner {
	t.Helper()
	p := &planner{t: t, db: filepath.Join(t.TempDir(), "a.db")}
	var err error
	p.store, err = data.Open(t.Context(), p.db, data.Options{})
	p.must(err)
	t.Cleanup(func() { p.must(p.store.Close()) })
	p.must(putReference(t.Context(), p.store))
	forms, err := reference.Questionnaires()
	p.must(err)
	p.must(p.store.PutWave(t.Context(), survey.Wave{Code: "w", Title: phrase.VI("Đợt", "Wave"), Questionnaire: forms[0].Code, Version: forms[0].Version, Framework: "sipas", Period: "2031",
		Opens: time.Now(), Closes: time.Now().AddDate(0, 1, 0), Agencies: []string{"01", "04"}}))
	hash, err := web.HashPassword("một mật khẩu dài")
	p.must(err)
	_, err = p.store.PutAccount(t.Context(), account.Account{Login: "thietke", Name: "Thiết Kế", Role: account.Designer, Password: hash})
	p.must(err)
	server, err := web.New(web.Config{Sampling: sampling()}, p.store)
	p.must(err)
	s := httptest.NewServer(server)
	t.Cleanup(s.Close)
	jar, err := cookiejar.New(nil)
	p.must(err)
	p.url, p.client = s.URL, s.Client()
	p.client.Jar = jar
	p.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	token := p.token("/dang-nhap")
	r, err := p.client.PostForm(p.url+"/dang-nhap", url.Values{"token": {token}, "login": {"thietke"}, "password": {"một mật khẩu dài"}})
	p.must(err)
	p.must(r.Body.Close())
	return p
}

func (p *planner) must(err error) {
	p.t.Helper()
	if err != nil {
		p.t.Fatal(err)
	}
}

var tokenField = regexp.MustCompile(`name="(token|khung)" value="([^"]+)"`)

func (p *planner) token(path string) string {
	p.t.Helper()
	r, err := p.client.Get(p.url + path)
	p.must(err)
	defer r.Body.Close()
	b, err := io.ReadAll(r.Body)
	p.must(err)
	if m := tokenField.FindSubmatch(b); m != nil {
		return string(m[2])
	}
	p.t.Fatalf("%s: %s has no token", path, r.Status)
	return ""
}

const samplingPath = "/quan-tri/dot-khao-sat/w/chon-mau"

// send presses a button of the page.
func (p *planner) send(file []byte, name string, fields map[string]string) (status int, body string) {
	p.t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	fields["token"] = p.token(samplingPath)
	for key, v := range fields {
		p.must(w.WriteField(key, v))
	}
	if file != nil {
		part, err := w.CreateFormFile("tep", name)
		p.must(err)
		_, err = part.Write(file)
		p.must(err)
	}
	p.must(w.Close())
	r, err := p.client.Post(p.url+samplingPath, w.FormDataContentType(), &b)
	p.must(err)
	defer r.Body.Close()
	out, err := io.ReadAll(r.Body)
	p.must(err)
	return r.StatusCode, string(out)
}

// people is a list of 400 people in 8 communes of 2 provinces, made up.
func people() []byte {
	var b bytes.Buffer
	b.WriteString("agency,region,commune,id\n")
	for i := range 400 {
		fmt.Fprintf(&b, "%s,%s,xa%d,n%03d\n", []string{"01", "04"}[i%2], []string{"bắc", "nam"}[i%2], i%8, i)
	}
	return b.Bytes()
}

func plan(more ...string) map[string]string {
	fields := map[string]string{"sai-so": "0,1", "he-so": "1", "ty-le": "0,8", "tang": "region", "phan-bo": "proportional", "it-nhat": "2", "hat": "2026", "cot-co-quan": "agency",
		"giai-doan": "commune:pps:4\nid:systematic:10"}
	for i := 0; i+1 < len(more); i += 2 {
		fields[more[i]] = more[i+1]
	}
	return fields
}

var commandBlock = regexp.MustCompile(`(?s)<pre class="commands-plan">(.*?)</pre>`)

// The page and the commands it names give the same bytes: the draw, the record beside it, and the design of the wave.
func TestADrawOnThePageIsRepeatedByTheCommandsItNames(t *testing.T) {
	t.Parallel()
	p := mustPlanner(t)
	for name, fields := range map[string]map[string]string{
		"two stages":                     plan("lam", "chon"),
		"one stage, the computed number": plan("lam", "chon", "giai-doan", "id:srs", "it-nhat", "3"),
	} {
		status, body := p.send(people(), "người dân.csv", fields)
		block := commandBlock.FindStringSubmatch(body)
		held := regexp.MustCompile(`name="khung" value="([^"]+)"`).FindStringSubmatch(body)
		if status != http.StatusOK || block == nil || held == nil {
			t.Fatalf("%s: %d %s", name, status, body)
		}
		fields["khung"] = held[1]
		got := map[string]string{}
		for _, button := range []string{"tai", "tai-json", "tai-khung"} {
			fields["lam"] = button
			if status, got[button] = p.send(nil, "", fields); status != http.StatusOK {
				t.Fatalf("%s %s: %d", name, button, status)
			}
		}
		dir := t.TempDir()
		p.must(os.WriteFile(filepath.Join(dir, "người dân.csv"), people(), 0o600))
		lines := strings.Split(strings.TrimSpace(html.UnescapeString(block[1])), "\n")
		if len(lines) != 3 {
			t.Fatalf("commands: %q", lines)
		}
		runIn(t, dir, lines[0])
		runIn(t, dir, lines[1])
		for button, file := range map[string]string{"tai": "draw.csv", "tai-json": "draw.csv.json"} {
			want, err := os.ReadFile(filepath.Join(dir, file))
			p.must(err)
			if got[button] != string(want) {
				t.Errorf("%s: the page gives\n%.300s\nthe command\n%.300s", name, got[button], want)
			}
		}
		if got["tai-khung"] != string(people()) {
			t.Errorf("%s: the list came back changed", name)
		}
		if !strings.Contains(body, fmt.Sprintf("%x", sha(got["tai"]))) {
			t.Errorf("%s: the page does not name the digest of the draw", name)
		}
		fields["lam"] = "dung"
		if status, body := p.send(nil, "", fields); status != http.StatusSeeOther {
			t.Fatalf("%s used: %d %s", name, status, body)
		}
		w, err := p.store.OpenWave("w")
		p.must(err)
		fromFile, err := sampling().Design(t.Context(), []byte(got["tai"]), "agency")
		p.must(err)
		if a, b := asJSON(t, w.Design), asJSON(t, fromFile); a != b {
			t.Errorf("%s: the design of the wave is not that of the file", name)
		}
	}
}

func sha(s string) []byte { d := sha256.Sum256([]byte(s)); return d[:] }

func asJSON(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// runIn runs a command line of the page in a folder, by a shell, as whoever copies it does.
func runIn(t *testing.T, dir, line string) {
	t.Helper()
	args := splitWords(line)
	for i, a := range args {
		if strings.HasSuffix(a, ".csv") {
			args[i] = filepath.Join(dir, a)
		}
	}
	var out, talk bytes.Buffer
	if code := run(context.Background(), args[1:], nil, strings.NewReader(""), &out, &talk); code != exitOK {
		t.Fatalf("%s: %d %s", line, code, talk.String())
	}
}

// splitWords splits a command line at blanks outside single quotes.
func splitWords(line string) (list []string) {
	for _, m := range regexp.MustCompile(`'([^']*)'|(\S+)`).FindAllStringSubmatch(line, -1) {
		list = append(list, m[1]+m[2])
	}
	return list
}

func TestMistakesOfAListAndAPlanAreNamedWhereTheyAre(t *testing.T) {
	t.Parallel()
	p := mustPlanner(t)
	for _, c := range []struct {
		name, file string
		fields     map[string]string
		want       []string
	}{
		{"no file", "", plan("lam", "tinh"), []string{`href="#tep"`, "Hãy chọn tệp danh sách"}},
		{"forgotten", "", plan("lam", "tinh", "khung", "gone"), []string{"không còn trong bộ nhớ"}},
		{"empty", "\n", plan("lam", "tinh"), []string{`href="#tep"`}},
		{"header only", "agency,id\n", plan("lam", "tinh"), []string{"không có dòng nào dưới tiêu đề"}},
		{"twice", "agency,region,commune,id\n01,a,x,1\n01,a,x,1\n01,a,y,1\n", plan("lam", "chon", "giai-doan", "commune:srs:2\nid:all"), []string{"Dòng 3", "cột id"}},
		{"no column", "agency,id\n01,1\n", plan("lam", "tinh"), []string{`href="#tang"`, "không có cột “region”"}},
		{"numbers", string(people()), plan("lam", "tinh", "sai-so", "<b>", "it-nhat", "-1", "he-so", "NaN"), []string{`href="#sai-so"`, "&lt;b&gt;"}},
		{"a margin above 1", string(people()), plan("lam", "tinh", "sai-so", "5"), []string{`href="#sai-so"`}},
		{"stage", string(people()), plan("lam", "chon", "giai-doan", "commune:magic:4"), []string{`href="#giai-doan"`}},
		{"more than there are", string(people()), plan("lam", "chon", "tang", "", "giai-doan", "id:srs:900"), []string{"error-summary"}},
		{"seed", string(people()), plan("lam", "chon", "hat", "mười"), []string{`href="#hat"`}},
		{"agencies of no wave", strings.ReplaceAll(string(people()), "04,", "99,"), plan("lam", "dung"), []string{"không hỏi về cơ quan"}},
		{"no agency column", string(people()), plan("lam", "dung", "cot-co-quan", "none"), []string{`href="#cot-co-quan"`, "không có cột “none”"}},
	} {
		var file []byte
		if c.file != "" {
			file = []byte(c.file)
		}
		status, body := p.send(file, "l.csv", c.fields)
		for _, want := range c.want {
			if status != http.StatusUnprocessableEntity || !strings.Contains(body, want) {
				t.Errorf("%s: %d, lacks %q: %.1500s", c.name, status, want, body[max(0, strings.Index(body, "error-summary")):])
			}
		}
	}
}
