package main

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"maps"
	"math"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/alexedwards/argon2id"

	"thuocdo/cmd/thuocdo/measure"
	"thuocdo/data"
	"thuocdo/data/export"
	"thuocdo/data/scribe"
	"thuocdo/scoring"
	"thuocdo/scoring/assess"
	"thuocdo/survey/account"
	"thuocdo/web"
)

// seasonDay is when the season of the test runs: all of its deadlines are ahead.
var seasonDay = time.Date(2026, 10, 1, 2, 0, 0, 0, time.UTC)

const (
	seasonAt  = "/quan-tri/danh-gia/par-2026"
	seasonKey = "mật khẩu của kỳ thử"
)

// wholeSeason is a season of every province over HTTP, and who takes part.
type wholeSeason struct {
	tb       testing.TB
	path     string // of the database
	store    *data.Store
	address  string
	plan     *scoring.Plan
	agencies []string
	hash     string
}

func ok(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}

// newWholeSeason serves every province, and nobody yet.
func newWholeSeason(tb testing.TB) *wholeSeason {
	tb.Helper()
	s := &wholeSeason{tb: tb, path: filepath.Join(tb.TempDir(), "thuocdo.db")}
	now := func() time.Time { return seasonDay }
	var err error
	s.store, err = data.Open(tb.Context(), s.path, data.Options{Now: now})
	ok(tb, err)
	tb.Cleanup(func() { s.store.Close() })
	ok(tb, putReference(tb.Context(), s.store))
	s.agencies, err = provinces()
	ok(tb, err)
	s.hash, err = argon2id.CreateHash(seasonKey, &argon2id.Params{Memory: 64, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 32}) // what hashing costs is another test's
	ok(tb, err)
	server, err := web.New(web.Config{Now: now, Formats: export.Formats, Documents: scribe.Formats, Sheets: sheetFiles}, s.store)
	ok(tb, err)
	http := httptest.NewServer(server)
	tb.Cleanup(http.Close)
	s.address = http.URL
	return s
}

// participant is a person at a browser.
type participant struct {
	*wholeSeason
	client *http.Client
	token  string
}

// enter makes an account and signs it in by the page.
func (s *wholeSeason) enter(a account.Account) *participant {
	s.tb.Helper()
	a.Name, a.Password = a.Login, s.hash
	_, err := s.store.PutAccount(s.tb.Context(), a)
	ok(s.tb, err)
	jar, err := cookiejar.New(nil)
	ok(s.tb, err)
	p := &participant{wholeSeason: s, client: &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
	form := p.form("/dang-nhap", "login")
	form.Fields.Set("login", a.Login)
	form.Fields.Set("password", seasonKey)
	p.send("/dang-nhap", form.Fields)
	p.token = p.form("/quan-tri", "token").Fields.Get("token")
	return p
}

func (p *participant) get(path string) []byte {
	p.tb.Helper()
	res, err := p.client.Get(p.address + path)
	ok(p.tb, err)
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	ok(p.tb, err)
	if res.StatusCode != http.StatusOK {
		p.tb.Fatalf("GET %s: %d", path, res.StatusCode)
	}
	return body
}

// form returns the form of a page that has a field.
func (p *participant) form(path, field string) measure.Form {
	p.tb.Helper()
	return p.formOf(path, p.get(path), field)
}

func (p *participant) formOf(path string, page []byte, field string) measure.Form {
	p.tb.Helper()
	for _, f := range measure.Forms(page) {
		if f.Fields.Has(field) {
			return f
		}
	}
	p.tb.Fatalf("%s has no form with %q", path, field)
	return measure.Form{}
}

// post sends a form and returns the page that comes back.
func (p *participant) post(path string, fields url.Values) (status int, page []byte) {
	p.tb.Helper()
	return p.answered(p.client.PostForm(p.address+path, fields))
}

func (p *participant) answered(res *http.Response, err error) (status int, page []byte) {
	p.tb.Helper()
	ok(p.tb, err)
	defer res.Body.Close()
	page, err = io.ReadAll(res.Body)
	ok(p.tb, err)
	return res.StatusCode, page
}

// send sends a form that has to be taken.
func (p *participant) send(path string, fields url.Values) {
	p.tb.Helper()
	if status, page := p.post(path, fields); status != http.StatusSeeOther {
		p.tb.Fatalf("POST %s %v: %d\n%.2000s", path, fields, status, page)
	}
}

// inputFields are the fields of a form that hold an input.
func inputFields(n scoring.PlanNode, prefix string, in scoring.LeafInput) url.Values {
	name, f := prefix+"muc."+n.Code, url.Values{}
	switch {
	case in.Choice != "":
		f.Set(name, in.String())
	case in.Value != nil:
		f.Set(name, fmt.Sprint(*in.Value))
	case in.Appraised != nil:
		f.Set(name, fmt.Sprint(*in.Appraised))
	}
	for _, code := range slices.Sorted(maps.Keys(in.Counts)) {
		f.Set(prefix+"ca."+n.Code+":"+code, fmt.Sprint(in.Counts[code]))
	}
	return f
}

// worse is an input with fewer points than the one that agencies claim; ok is false where none is tried.
func (s *wholeSeason) worse(n scoring.PlanNode, than scoring.LeafInput) (in scoring.LeafInput, ok bool) {
	have, err := assess.Points(s.plan, n.Code, than)
	if err != nil {
		return in, false
	}
	half, none := 40.0, 0.0
	list := []scoring.LeafInput{{Choice: "no"}, {Value: &half}, {Value: &none}, {Appraised: &none}}
	if n.Rule != nil {
		for _, o := range n.Rule.Options {
			list = append(list, scoring.LeafInput{Choice: o.Code})
		}
	}
	for _, in := range list {
		if points, err := assess.Points(s.plan, n.Code, in); err == nil && points < have {
			return in, true
		}
	}
	return in, false
}

// plansAndOpens plans a season of two rounds for every province, with three appraisers who share the areas, and opens it.
func (p *participant) plansAndOpens() {
	p.tb.Helper()
	const plan = "/quan-tri/danh-gia/moi"
	form := p.form(plan, "so-phieu")
	for name, value := range map[string]string{"ma": "par-2026", "ten": "Đánh giá 2026", "ten-en": "Assessment 2026", "bo": benchFramework, "ky": "2026", "vong": "2",
		"co-quan": strings.Join(p.agencies, ", "), "tham-dinh": "lan: 1, 2, 3\nminh: 4, 5, 6\nha: 7, 8", "hoi-dong": "An\nBình\nChi\nDung\nGiang", "so-phieu": "3"} {
		form.Fields.Set(name, value)
	}
	for i, name := range []string{"han-nop", "han-tham-dinh", "han-giai-trinh", "han-vong-hai", "han-hoi-dong"} {
		form.Fields.Set(name, seasonDay.AddDate(0, 0, 10*(i+1)).Format("2006-01-02T15:04"))
	}
	p.send(plan, form.Fields)
	p.send(seasonAt, url.Values{"token": {p.token}, "lam": {"mo"}, "chac": {"1"}})
	var err error
	_, p.plan, err = p.store.Season(p.tb.Context(), "par-2026")
	ok(p.tb, err)
}

// each does something for every agency, several at once.
func (s *wholeSeason) each(do func(i int, agency string)) {
	var all sync.WaitGroup
	slots := make(chan struct{}, 8)
	for i, agency := range s.agencies {
		all.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			do(i, agency)
		})
	}
	all.Wait()
}

// A season of every province through the pages: officers fill in, leaf by leaf or by the workbook of the page, appraisers accept in batches, adjust and ask, agencies answer, explain and
// appeal, the council votes, the season closes. The index that results is the one that the command computes from the exported scores.
func TestAWholeSeasonRunsThroughThePages(t *testing.T) {
	t.Parallel()
	if raced {
		t.Skip("thousands of requests: without the race detector only")
	}
	s := newWholeSeason(t)
	admin := s.enter(account.Account{Login: "quantri", Role: account.Administrator})
	admin.plansAndOpens()
	officers := make([]*participant, len(s.agencies))
	s.each(func(i int, agency string) {
		officers[i] = s.enter(account.Account{Login: "canbo-" + agency, Role: account.Officer, Agency: agency})
		if i < byHand {
			officers[i].fillIn(agency)
		} else {
			officers[i].fillBySheet(agency)
		}
		officers[i].send(seasonAt+"/phieu/"+agency, url.Values{"token": {officers[i].token}, "lam": {"nop"}, "thu-truong": {"Trần Văn A"}})
	})
	lan, minh, ha := s.appraiser("lan"), s.appraiser("minh"), s.appraiser("ha")
	cut := s.adjust(lan)
	lan.send(seasonAt+"/tham-dinh/1.1.2/04", url.Values{"token": {lan.token}, "viec": {"hoi"}, "da-thay": {"1"}, "cau-hoi": {"văn bản nào?"}})
	i := slices.Index(s.agencies, "04")
	answer := officers[i].form(seasonAt+"/phieu/04/1.1.2", "cau-hoi")
	answer.Fields.Set("y-kien", "Kế hoạch số 12")
	officers[i].send(answer.Action, answer.Fields)
	for _, p := range []*participant{lan, minh, ha} {
		p.enterStatistics()
		p.acceptAll()
	}
	lan.send(seasonAt+"/tham-dinh/ket-thuc", url.Values{"token": {lan.token}, "xong": s.agencies})

	// Of three whose plan was cut two appeal, one of whom convinces the council; one explains and is heard in the second round.
	s.each(func(i int, agency string) {
		at := seasonAt + "/phieu/" + agency
		switch slices.Index(cut, agency) {
		case 0, 1:
			officers[i].explain(at+"/1.1.1", "kien-nghi")
		case 2:
			officers[i].explain(at+"/1.1.1", "giai-trinh")
		}
		officers[i].send(at, url.Values{"token": {officers[i].token}, "lam": {"xong"}})
	})
	s.reviewed(lan, cut)
	lan.send(seasonAt+"/tham-dinh/ket-thuc", url.Values{"token": {lan.token}, "xong": s.agencies})
	admin.vote(cut[0], "for", "for", "for", "against", "")
	admin.vote(cut[1], "for", "against", "abstain", "", "")
	if minutes := admin.get(seasonAt + "/hoi-dong/bien-ban.pdf"); !bytes.HasPrefix(minutes, []byte("%PDF")) {
		t.Error("no minutes")
	}
	admin.send(seasonAt+"/hoi-dong/ket-thuc", url.Values{"token": {admin.token}, "xong": s.agencies})

	surveys := s.surveys()
	admin.send(seasonAt, url.Values{"token": {admin.token}, "lam": {"dong"}, "chac": {"1"}})
	s.check(cut, surveys)
}

// fillIn claims every leaf, one page after another.
func (p *participant) fillIn(agency string) {
	at := seasonAt + "/phieu/" + agency
	for _, n := range p.plan.Nodes() {
		if !assess.Claimed(n) {
			continue
		}
		in, err := someInput(p.plan, n)
		ok(p.tb, err)
		f := inputFields(n, "", in)
		maps.Copy(f, url.Values{"token": {p.token}, "thay": {"0"}, "lam": {"luu"}, "tl.0.so": {"12/KH-UBND"}, "tl.0.noi": {"UBND " + agency}, "giai-trinh": {"theo kế hoạch"}})
		p.send(at+"/"+n.Code, f)
	}
}

// byHand is how many agencies fill in leaf by leaf; the others send the workbook of the page back.
const byHand = 3

func (s *wholeSeason) appraiser(login string) *participant {
	return s.enter(account.Account{Login: login, Role: account.Appraiser})
}

// adjust takes points off the plans of three agencies and returns them.
func (s *wholeSeason) adjust(p *participant) []string {
	s.tb.Helper()
	at, _ := s.plan.Node("1.1.1")
	n := s.plan.Nodes()[at]
	claimed, err := someInput(s.plan, n)
	ok(s.tb, err)
	less, found := s.worse(n, claimed)
	if !found {
		s.tb.Fatal("nothing is worth less")
	}
	cut := []string{s.agencies[0], s.agencies[5], s.agencies[10]}
	for _, agency := range cut {
		f := inputFields(n, "", less)
		maps.Copy(f, url.Values{"token": {p.token}, "viec": {"dieu-chinh"}, "da-thay": {"1"}, "ly-do": {"ban hành chậm"}})
		p.send(seasonAt+"/tham-dinh/1.1.1/"+agency, f)
	}
	return cut
}

// enterStatistics enters what agencies do not claim, leaf by leaf for all of them; an appraiser has some of the areas.
func (p *participant) enterStatistics() {
	page := string(p.get(seasonAt + "/tham-dinh?loc=all"))
	for _, n := range p.plan.Nodes() {
		if !assess.Assessed(n) || assess.Claimed(n) || !strings.Contains(page, `value="`+n.Code+`"`) {
			continue
		}
		at := seasonAt + "/tham-dinh/" + n.Code
		form := p.form(at, "ly-do").Fields
		form.Set("ly-do", "Niên giám thống kê")
		in, err := someInput(p.plan, n)
		ok(p.tb, err)
		for _, agency := range p.agencies {
			maps.Copy(form, inputFields(n, agency+".", in))
		}
		p.send(at, form)
	}
}

// acceptAll accepts whatever is open, after a look at the preview.
func (p *participant) acceptAll() {
	p.tb.Helper()
	at := seasonAt + "/tham-dinh/hang-loat"
	status, page := p.post(at, url.Values{"token": {p.token}, "tat-ca": {"1"}})
	if status != http.StatusOK {
		p.tb.Fatalf("preview: %d", status)
	}
	p.send(at, p.formOf(at, page, "buoc").Fields)
}

// explain says something to the appraisal of a leaf.
func (p *participant) explain(path, kind string) {
	form := p.form(path, "y-kien")
	form.Fields.Set("loai", kind)
	form.Fields.Set("y-kien", "có dấu bưu điện")
	p.send(form.Action, form.Fields)
}

// reviewed looks again at what was explained: two adjustments stay, one is taken back.
func (s *wholeSeason) reviewed(p *participant, cut []string) {
	for i, agency := range cut {
		at := seasonAt + "/tham-dinh/1.1.1/" + agency
		for _, f := range measure.Forms(p.get(at)) {
			if act := f.Fields.Get("viec"); i < 2 && act == "dieu-chinh" || i == 2 && act == "chap-nhan" {
				f.Fields.Set("ly-do", "đã xem giải trình")
				p.send(at, f.Fields)
			}
		}
	}
}

// vote has the council vote on what the agency claims.
func (p *participant) vote(agency string, votes ...string) {
	at := seasonAt + "/hoi-dong/1.1.1/" + agency
	form := p.form(at, "ly-do").Fields
	for i, v := range votes {
		form.Set(fmt.Sprint("phieu.", i+1), v)
	}
	form.Set("ly-do", "biểu quyết tại phiên họp")
	p.send(at, form)
}

// command runs the program.
func (s *wholeSeason) command(args ...string) string {
	s.tb.Helper()
	var out, talk bytes.Buffer
	if code := run(s.tb.Context(), args, nil, nil, &out, &talk); code != exitOK {
		s.tb.Fatalf("%v: exit %d\n%s", args, code, talk.String())
	}
	return out.String()
}

// surveys stores what surveys and other indexes give, as a file gives it, and returns its rows.
func (s *wholeSeason) surveys() (rows string) {
	scores := map[string]map[string]scoring.LeafInput{}
	for i, agency := range s.agencies {
		scores[agency] = map[string]scoring.LeafInput{}
		for _, n := range s.plan.Nodes() {
			if n.Leaf >= 0 && !assess.Assessed(n) {
				percent := 60 + float64(i)
				scores[agency][n.Code] = scoring.LeafInput{Value: &percent}
				rows += fmt.Sprintf("%s,%s,,,%v,,,\n", agency, n.Code, percent)
			}
		}
	}
	ok(s.tb, s.store.PutScores(s.tb.Context(), benchFramework, "2026", scores))
	return rows
}

// totalsIn reads the total of every agency out of a CSV file.
func totalsIn(tb testing.TB, file, column string) map[string]string {
	tb.Helper()
	all, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(file, "\ufeff"))).ReadAll()
	ok(tb, err)
	agency, total := slices.Index(all[0], "agency"), slices.Index(all[0], column)
	if agency < 0 || total < 0 {
		tb.Fatalf("columns %v", all[0])
	}
	by := map[string]string{}
	for _, row := range all[1:] {
		by[row[agency]] = row[total]
	}
	return by
}

// check compares the index of the closed season with what the command computes from the exported scores, and looks at what was decided.
func (s *wholeSeason) check(cut []string, surveys string) {
	t := s.tb
	t.Helper()
	if v, err := s.store.VerifyAudit(t.Context()); err != nil || !v.OK() {
		t.Errorf("the log of acts: %+v, %v", v, err)
	}
	for i, want := range []bool{true, false} {
		sheet, err := s.store.Sheet(t.Context(), "par-2026", cut[i])
		ok(t, err)
		l := sheet.Leaves["1.1.1"]
		if d := l.Decision; d == nil || d.Passed != want || d.By != "quantri" || sheet.Stage != assess.Final {
			t.Errorf("%s: %+v", cut[i], d)
		}
		if kept := l.Stands().String() == l.Claim.Input.String(); kept != want {
			t.Errorf("%s: what stands is what was claimed: %v", cut[i], kept)
		}
	}
	file := filepath.Join(t.TempDir(), "scores.csv")
	scores := s.command("season", "export", "par-2026", "--db", s.path) + surveys
	ok(t, os.WriteFile(file, []byte(scores), 0o600))
	computed := totalsIn(t, s.command("index", "--framework", benchFramework, "--scores", file, "--kind", "province"), "total")
	stored := totalsIn(t, s.command("export", "ranking", "--framework", benchFramework, "--period", "2026", "--db", s.path), "score")
	if len(stored) != len(s.agencies) || len(stored) != 34 {
		t.Errorf("%d agencies are ranked", len(stored))
	}
	for agency, total := range stored {
		of, err := strconv.ParseFloat(total, 64)
		by, err2 := strconv.ParseFloat(computed[agency], 64)
		if err != nil || err2 != nil || math.Round(100*of) != math.Round(100*by) { // the command writes two decimals
			t.Errorf("%s: %q by the command, %q of the season", agency, computed[agency], total)
		}
	}
}
