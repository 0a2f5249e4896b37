package web

import (
	"bytes"
	"crypto/ed25519"
	"encoding/json"
	"encoding/xml"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"thuocdo/data"
	"thuocdo/data/export"
	"thuocdo/data/scribe"
	"thuocdo/scoring"
	"thuocdo/scoring/release"
	"thuocdo/scoring/report"
	"thuocdo/scoring/standing"
	"thuocdo/survey"
	"thuocdo/survey/account"
)

const tenPoints = `{"code":"muoi","version":"1","title":{"vi":"Mười điểm","en":"Ten points"},"kinds":["province"],"period":"year","max_points":10,
 "groups":[{"code":"p","title":{"vi":"Tỉnh","en":"Provinces"},"kinds":["province"]}],"bands":[{"code":"A","title":{"vi":"Tốt","en":"Good"}}],
 "tree":[{"code":"A","title":{"vi":"Một","en":"One"},"max_points":10}]}`

const noRelease = "aaaaaaaaaaaaaaaa"

// mustReleases returns a store with an index of typed points in 2025, a publisher, and the index sealed.
func mustReleases(t *testing.T) (*Server, *data.Store, *release.Release) {
	t.Helper()
	return mustReleasesAt(t, func() time.Time { return testNow })
}

// mustReleasesAt is mustReleases with a clock that may move.
func mustReleasesAt(t *testing.T, now func() time.Time) (*Server, *data.Store, *release.Release) {
	t.Helper()
	st := mustStoreAt(t, now)
	f, err := scoring.Parse([]byte(tenPoints))
	must(t, err)
	must(t, st.PutFramework(t.Context(), f))
	for _, a := range []account.Account{{Login: "congbo", Name: "Công Bố", Role: account.Publisher}, {Login: "kiemtoan", Name: "Kiểm Toán", Role: account.Auditor}} {
		a.Password = mustHash(t, a.Login)
		_, err := st.PutAccount(t.Context(), a)
		must(t, err)
	}
	return mustServerWith(t, Config{Now: now, Formats: plainFormats(), Documents: scribe.Formats, Card: scribe.Card}, st), st, mustSealed(t, st, 7.5)
}

// plainFormats are those of files that are the same whenever they are made: workbooks carry the time.
func plainFormats() []report.Format {
	return slices.DeleteFunc(slices.Clone(export.Formats), func(f report.Format) bool { return f.Name != "csv" })
}

// mustSealed gives Hanoi these points, and seals.
func mustSealed(t *testing.T, st *data.Store, points float64) *release.Release {
	t.Helper()
	other := 6.0
	must(t, st.PutScores(t.Context(), "muoi", "2025", map[string]map[string]scoring.LeafInput{"01": {"A": {Appraised: &points}}, "79": {"A": {Appraised: &other}}}))
	r, err := release.Seal(t.Context(), st, standing.Query{Framework: "muoi", Period: "2025"}, "thuocdo thử", ed25519.NewKeyFromSeed(make([]byte, 32)))
	must(t, err)
	return r
}

// seen is what a reader can tell of an answer, with the id taken out.
func seen(a answer, id string) string {
	h := a.Header.Clone()
	h.Del("X-Request-Id")
	h.Del("Date")
	h.Del("Ratelimit") // counts what was asked for before
	head, _ := json.Marshal(h)
	body := a.body
	if number := a.Header.Get("X-Request-Id"); number != "" {
		body = strings.ReplaceAll(body, number, "")
	}
	return strings.ReplaceAll(a.Status+" "+string(head)+" "+body, id, "ID")
}

// figuresPages are all pages, files and interfaces that could tell of a release without naming it.
var figuresPages = []string{"/", "/cong-bo", "/cong-bo?lang=en", "/cong-bo.atom", "/cong-bo.atom?lang=en", "/xep-hang", "/xep-hang/muoi/2025", "/xep-hang/muoi/2025/tai-ve.csv",
	"/api/v1/indexes/muoi/2025/ranking", "/co-quan/01", "/phuong-phap/muoi"}

func TestNothingTellsOfAReleaseBeforeItsMinute(t *testing.T) {
	t.Parallel()
	s, st, r := mustReleases(t)
	must(t, st.Hold(t.Context(), "muoi", "2025", ""))
	readers := map[string]*browser{"anyone": newBrowser(t, s), "analyst": signedInAs(t, s, "phantich"), "officer": signedInAs(t, s, "hanoi")}
	before := map[string]string{}
	for _, p := range figuresPages {
		before[p] = seen(readers["anyone"].get(p), r.ID)
	}
	must(t, st.PutRelease(t.Context(), r, "", nil))
	for _, step := range []struct {
		name string
		do   func() error
	}{
		{"draft", func() error { return nil }},
		{"room", func() error { return st.InviteToRelease(t.Context(), r.ID, []string{"congbo"}) }},
		{"embargo", func() error { return st.PublishRelease(t.Context(), r.ID, testNow.Add(time.Minute)) }},
	} {
		must(t, step.do())
		for _, p := range figuresPages {
			if got := seen(readers["anyone"].get(p), r.ID); got != before[p] {
				t.Errorf("%s: %s tells of it:\n%s\n%s", step.name, p, got, before[p])
			}
		}
		for name, b := range readers {
			for _, route := range s.routes {
				if !strings.Contains(route.path, ":release") {
					continue
				}
				for _, m := range route.methods() {
					for _, etag := range []string{"", `"x"`, tagOf(r.File), "*"} {
						ask := func(id string) answer {
							req := httptest.NewRequest(m, strings.ReplaceAll(route.path, ":release", id), nil)
							req.Header.Set("Sec-Fetch-Site", "same-origin")
							if etag != "" {
								req.Header.Set("If-None-Match", etag)
							}
							return b.do(req)
						}
						a := ask(r.ID)
						if got, none := seen(a, r.ID), seen(ask(noRelease), noRelease); got != none && name == "anyone" || a.StatusCode == http.StatusOK {
							t.Errorf("%s: %s %s to %s: %s\nbut of none %s", step.name, m, route.path, name, got, none)
						}
					}
				}
			}
		}
	}
	must(t, st.PublishRelease(t.Context(), r.ID, testNow))
	for _, p := range []string{"/cong-bo", "/cong-bo.atom", "/xep-hang/muoi/2025", "/api/v1/indexes/muoi/2025/ranking"} {
		if got := readers["anyone"].get(p); !strings.Contains(got.body, r.ID) {
			t.Errorf("%s does not tell of what is published", p)
		}
	}
}

func TestAPublisherTakesAReleaseFromFileToPublic(t *testing.T) {
	t.Parallel()
	s, st, r := mustReleases(t)
	b, officer, analyst := signedInAs(t, s, "congbo"), signedInAs(t, s, "hanoi"), signedInAs(t, s, "phantich")
	token := func(p string) string { return tokenOf(t, b.get(p)) }
	for name, file := range map[string][]byte{"": nil, "x": []byte("{}\n"), "y": bytes.Replace(r.File, []byte("7.5"), []byte("8.5"), 1)} {
		if a := b.send(releaseDeskPath, name, file, url.Values{"token": {token(releaseDeskPath)}}); a.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("%q: %d", name, a.StatusCode)
		}
	}
	add := func(x *release.Release, more url.Values) answer {
		more.Set("token", token(releaseDeskPath))
		return b.send(releaseDeskPath, "x.thuocdo", x.File, more)
	}
	room := releaseDeskPath + "/" + r.ID
	if a := add(r, url.Values{}); a.Header.Get("Location") != room {
		t.Fatalf("%d %s", a.StatusCode, a.body)
	}
	if a := add(r, url.Values{}); a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.body, "Bản này đã có rồi") {
		t.Errorf("again: %d", a.StatusCode)
	}
	if a := officer.get(room); a.StatusCode != http.StatusNotFound {
		t.Errorf("an officer who is not invited: %d", a.StatusCode)
	}
	step := func(id string, form url.Values, want int) {
		t.Helper()
		p := releaseDeskPath + "/" + id
		form.Set("token", token(p))
		if a := b.post(p, form); a.StatusCode != want {
			t.Errorf("%v: %d, want %d", form, a.StatusCode, want)
		}
	}
	step(r.ID, url.Values{"lam": {"phong"}, "khach": {"@01, khong-co"}}, http.StatusUnprocessableEntity)
	step(r.ID, url.Values{"lam": {"phong"}, "khach": {"@01"}}, http.StatusSeeOther)
	step(r.ID, url.Values{"lam": {"phut"}, "phut": {testNow.In(survey.Vietnam).Add(-time.Hour).Format(minuteForm)}}, http.StatusUnprocessableEntity)
	step(r.ID, url.Values{"lam": {"gi"}}, http.StatusBadRequest)
	step(r.ID, url.Values{"lam": {"rut"}}, http.StatusUnprocessableEntity)
	step(r.ID, url.Values{"lam": {"phut"}, "phut": {testNow.In(survey.Vietnam).Add(time.Hour).Format(minuteForm)}}, http.StatusSeeOther)
	for _, p := range []string{room, room + "?lang=en"} {
		if a := officer.get(p); a.StatusCode != http.StatusOK || !strings.Contains(a.body, r.Parts[0].SHA256) || strings.Contains(a.body, `name="lam"`) {
			t.Errorf("a guest: %s: %d", p, a.StatusCode)
		}
	}
	if a := officer.get(room + releaseFileName); a.StatusCode != http.StatusOK || a.body != string(r.File) {
		t.Errorf("the file to a guest: %d", a.StatusCode)
	}
	if a := officer.post(room, url.Values{"lam": {"ngay"}}); a.StatusCode != http.StatusForbidden {
		t.Errorf("a guest publishes: %d", a.StatusCode)
	}
	if a := analyst.get(room); a.StatusCode != http.StatusNotFound {
		t.Errorf("an analyst who is not invited: %d", a.StatusCode)
	}
	views, err := st.ReleaseViews(t.Context(), r.ID)
	must(t, err)
	guest := 0
	for _, v := range views {
		if v.Account == "hanoi" {
			guest++
		}
	}
	if guest != 3 {
		t.Errorf("%d views of the guest are kept, want 3: %+v", guest, views)
	}
	if a := signedInAs(t, s, "kiemtoan").get(room); a.StatusCode != http.StatusOK || !strings.Contains(a.body, "hanoi") || strings.Contains(a.body, `name="lam"`) {
		t.Errorf("an auditor: %d", a.StatusCode)
	}
	step(r.ID, url.Values{"lam": {"ngay"}}, http.StatusSeeOther)
	step(r.ID, url.Values{"lam": {"ngay"}}, http.StatusConflict)

	// A correction, and what it changed.
	second := mustSealed(t, st, 5)
	if a := add(second, url.Values{"thay": {r.ID}}); a.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("without an erratum: %d", a.StatusCode)
	}
	if a := add(second, url.Values{"thay": {noRelease}, "vi": {"Sai"}}); a.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("in the place of none: %d", a.StatusCode)
	}
	if a := add(second, url.Values{"thay": {r.ID}, "vi": {"Điểm Hà Nội ghi sai"}, "en": {"Wrong points of Hanoi"}}); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("correct: %d", a.StatusCode)
	}
	for _, lang := range []string{"", "?lang=en"} {
		if a := b.get(releaseDeskPath + "/" + second.ID + changesName + lang); a.StatusCode != http.StatusOK || !strings.Contains(a.body, "Hà Nội") && !strings.Contains(a.body, "Hanoi") {
			t.Errorf("what it will change: %d", a.StatusCode)
		}
		b.get(releaseDeskPath + lang)
	}
	step(second.ID, url.Values{"lam": {"ngay"}}, http.StatusSeeOther)
	public := newBrowser(t, s)
	for p, want := range map[string]string{
		"/cong-bo/" + r.ID:                                 "Đã có bản đính chính",
		"/cong-bo/" + second.ID + "?lang=en":               "Wrong points of Hanoi",
		"/cong-bo/" + second.ID + changesName:              ">-2,50<",
		"/cong-bo/" + second.ID:                            `href="/phuong-phap/muoi?phien-ban=1"`,
		"/cong-bo?lang=en":                                 "Corrected",
		"/xep-hang?lang=en":                                "Sealed and signed releases",
		"/xep-hang/muoi/2025?lang=en":                      "The figures on this page are those of the sealed release.",
		"/cong-bo/" + second.ID + changesName + "?lang=en": ">-2.50<",
	} {
		if a := public.get(p); a.StatusCode != http.StatusOK || !strings.Contains(a.body, want) {
			t.Errorf("%s: %d, %q is not there: %s", p, a.StatusCode, want, a.body[strings.Index(a.body, "<main"):])
		}
	}
	// Item by item: Hanoi had 7.5 of the only item, and has 5. The file of everybody, that of the room, and the table of release diff agree.
	table := public.get("/cong-bo/" + second.ID + changesName + "/tai-ve.csv")
	old, err := release.Read(r.File)
	must(t, err)
	d, err := release.Compare(t.Context(), old, second)
	must(t, err)
	var own bytes.Buffer
	must(t, plainFormats()[0].Write(&own, report.Changes(d, "vi", time.Time{})))
	if table.body != own.String() || !strings.Contains(table.body, "01,Hà Nội,p,A,Một,7.5,5,-2.5,0,-2.5") || b.get(releaseDeskPath+"/"+second.ID+changesName+"/tai-ve.csv").body != table.body {
		t.Errorf("the file:\n%s\nby itself:\n%s", table.body, own.String())
	}
	if a := public.get("/cong-bo/" + second.ID + changesName); !strings.Contains(a.body, ">A. Một<") {
		t.Errorf("the page has no item: %s", a.body)
	}
	// The one that was corrected is withdrawn as well: its figures are gone from the changes, kept copies included.
	step(r.ID, url.Values{"lam": {"rut"}, "vi": {"Sai"}}, http.StatusSeeOther)
	for _, name := range []string{changesName, changesName + "/tai-ve.csv"} {
		if a := public.get("/cong-bo/" + second.ID + name); a.StatusCode != http.StatusNotFound || strings.Contains(a.body, "7,50") {
			t.Errorf("%s against one that was withdrawn: %d", name, a.StatusCode)
		}
	}
	step(second.ID, url.Values{"lam": {"rut"}, "vi": {"Phát hiện phiếu giả"}, "en": {"Forged responses"}}, http.StatusSeeOther)
	if a := public.get("/cong-bo/" + second.ID); a.StatusCode != http.StatusOK || !strings.Contains(a.body, "Phát hiện phiếu giả") || strings.Contains(a.body, "5,00") {
		t.Errorf("withdrawn: %d", a.StatusCode)
	}
	for _, name := range []string{releaseFileName, changesName} {
		if a := public.get("/cong-bo/" + second.ID + name); a.StatusCode != http.StatusNotFound {
			t.Errorf("%s of one that is withdrawn: %d", name, a.StatusCode)
		}
	}
}

func TestAPublishedReleaseIsThereForEveryoneAndEveryProgram(t *testing.T) {
	t.Parallel()
	s, st, r := mustReleases(t)
	must(t, st.PutRelease(t.Context(), r, "", nil))
	must(t, st.PublishRelease(t.Context(), r.ID, testNow))
	b := newBrowser(t, s)
	file := b.get("/cong-bo/" + r.ID + releaseFileName)
	if file.StatusCode != http.StatusOK || file.body != string(r.File) || !strings.Contains(file.Header.Get("Content-Disposition"), r.ID+".thuocdo") {
		t.Errorf("file: %d %v", file.StatusCode, file.Header)
	}
	if _, err := release.Verify(t.Context(), []byte(file.body), nil); err != nil {
		t.Error(err)
	}
	req := httptest.NewRequest(http.MethodGet, "/cong-bo/"+r.ID+releaseFileName, nil)
	req.Header.Set("If-None-Match", file.Header.Get("ETag"))
	if a := b.do(req); a.StatusCode != http.StatusNotModified {
		t.Errorf("asked again: %d", a.StatusCode)
	}
	var f feed
	atom := b.get("/cong-bo.atom?lang=en")
	if err := xml.Unmarshal([]byte(atom.body), &f); err != nil || len(f.Entries) != 1 || f.Entries[0].ID != "urn:thuocdo:release:"+r.ID ||
		f.Entries[0].Link.Href != "http://example.com/cong-bo/"+r.ID+"?lang=en" || f.Updated != release.Minute(testNow).UTC().Format(time.RFC3339) || f.Entries[0].Summary != "Published" {
		t.Errorf("feed: %v\n%s", err, atom.body)
	}
	named := func(want any) {
		t.Helper()
		var d struct{ Release any }
		must(t, json.Unmarshal([]byte(b.get("/api/v1/indexes/muoi/2025/ranking").body), &d))
		if d.Release != want {
			t.Errorf("the interface names %v, want %v", d.Release, want)
		}
	}
	named(r.ID)
	mustSealed(t, st, 9) // the data change after the release
	b = newBrowser(t, mustServer(t, st))
	named(nil)
	if a := b.get("/xep-hang/muoi/2025"); !strings.Contains(a.body, "đã khác với bản đó") {
		t.Error("the page does not say that its figures differ")
	}
}
