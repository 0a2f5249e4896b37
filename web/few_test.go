package web

import (
	"bytes"
	"crypto/ed25519"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"thuocdo/data"
	"thuocdo/data/export"
	"thuocdo/data/reference"
	"thuocdo/data/scribe"
	"thuocdo/scoring"
	"thuocdo/scoring/release"
	"thuocdo/scoring/report"
	"thuocdo/scoring/standing"
	"thuocdo/survey"
	"thuocdo/survey/account"
	"thuocdo/survey/simulate"
)

// world is a service whose satisfaction index of 2025 is sealed and public, with some answers about some agencies.
type world struct {
	*Server
	release string
}

// pollOtherwise has n people answer about an agency; another seed makes other answers of the same people.
func pollOtherwise(t *testing.T, st *data.Store, agency string, n int, seed uint64) {
	t.Helper()
	pollTwisted(t, st, agency, n, seed, func(*survey.Form, int, survey.Answers) {})
}

// pollTwisted is pollOtherwise with answers that twist changes person by person.
func pollTwisted(t *testing.T, st *data.Store, agency string, n int, seed uint64, twist func(f *survey.Form, person int, a survey.Answers)) {
	t.Helper()
	w, err := st.OpenWave("dong")
	must(t, err)
	crowd := simulate.Crowd{Seed: seed, Label: "dong" + agency, N: n, First: survey.DayOf(testNow) - 20, Days: 10, Agencies: []simulate.Share{{Agency: agency, Weight: 1}}}
	_, err = st.AppendAll(t.Context(), "dong", func(yield func(survey.Entry, error) bool) {
		i := 0
		for r := range simulate.Responses(w.Form, crowd) {
			twist(w.Form, i, r.Answers)
			i++
			x := survey.Submission{Wave: w.Code, Agency: r.Agency, Mode: r.Mode, Answers: r.Answers, Key: fmt.Sprintf("twisted-%s-%08d", crowd.Label, i)}
			if !yield(x.Entry(w, r.Day)) {
				return
			}
		}
	})
	must(t, err)
}

// mustWorld makes one in which so many people answered about 79 by one seed, and so many about 48 by another. least, where not 0, is how many have
// to be behind a figure.
func mustWorld(t *testing.T, least, of79 int, seed79 uint64, of48 int, seed48 uint64) world {
	t.Helper()
	w, _ := mustTwisted(t, least, of79, seed79, of48, seed48, func(*survey.Form, int, survey.Answers) {})
	return w
}

// optional lets people leave the first rating of the wave out.
func optional(t *testing.T, st *data.Store) {
	t.Helper()
	all, err := reference.Questionnaires()
	must(t, err)
	text, err := json.Marshal(all[0])
	must(t, err)
	q, err := survey.ParseQuestionnaire(bytes.Replace(text, []byte(`"list":"satisfaction","required":true`), []byte(`"list":"satisfaction"`), 1))
	must(t, err)
	q.Version += "-o"
	must(t, st.PutQuestionnaire(t.Context(), q))
	w, err := st.OpenWave("dong")
	must(t, err)
	x := w.Wave
	x.Version = q.Version
	must(t, st.PutWave(t.Context(), x))
}

// mustTwisted is mustWorld with answers about 48 that twist changes person by person; the first rating may be left out.
func mustTwisted(t *testing.T, least, of79 int, seed79 uint64, of48 int, seed48 uint64, twist func(*survey.Form, int, survey.Answers)) (world, *data.Store) {
	t.Helper()
	st := mustStore(t, testNow)
	optional(t, st)
	if least > 0 {
		f, err := reference.Framework("sipas", "")
		must(t, err)
		own := *f
		own.Version, own.LeastPeople, own.Effective = f.Version+"-k", &least, scoring.Effective{From: "2025-01-01"}
		must(t, st.PutFramework(t.Context(), &own))
	}
	for agency, n := range map[string]int{"01": 60, "01-a": 30} {
		pollOtherwise(t, st, agency, n, 1)
	}
	pollTwisted(t, st, "48", of48, seed48, twist)
	pollOtherwise(t, st, "79", of79, seed79)
	reform(t, st, "2025")
	r, err := release.Seal(t.Context(), st, standing.Query{Framework: "sipas", Period: "2025"}, "thuocdo thử", ed25519.NewKeyFromSeed(make([]byte, 32)))
	must(t, err)
	must(t, st.PutRelease(t.Context(), r, "", nil))
	must(t, st.PublishRelease(t.Context(), r.ID, testNow))
	formats := slices.DeleteFunc(slices.Clone(export.Formats), func(f report.Format) bool { return f.Name == "xlsx" }) // it carries the time
	return world{mustServerWith(t, Config{Formats: formats, Cubes: export.Cubes, Documents: scribe.Formats, Card: scribe.Card}, st), r.ID}, st
}

// published lists every public address that reads, with parameters of what was asked about 79 and others, in every format.
func (w world) published() (list []string) {
	for _, index := range []string{"sipas", "par-index-province"} {
		for _, agency := range []string{"79", "48"} {
			fill := strings.NewReplacer(":wave", "dong", ":agency", agency, ":receipt", "ABCD", ":framework", index, ":period", "2025", ":before", "2025", ":after", "2025",
				":code", "ABCD", ":release", w.release, ":set", "Scores", ":token", "x")
			for _, r := range w.routes {
				if r.method != http.MethodGet || r.who.allow != nil || strings.HasPrefix(r.path, "/static") || strings.HasPrefix(r.path, "/dang-nhap") {
					continue
				}
				p := fill.Replace(r.path)
				if !strings.Contains(p, ":file") {
					list = append(list, p)
					continue
				}
				for _, f := range []string{"csv", "json", "jsonl", "json-stat", "sdmx-csv", "pdf", "docx"} {
					list = append(list, strings.Replace(p, ":file", downloads+f, 1))
				}
			}
		}
		for _, m := range []string{"share-pooled", "mean-items", "share-factors"} {
			list = append(list, "/xep-hang/"+index+"/2025?cach-tinh="+m, "/api/v1/indexes/"+index+"/2025/ranking?method="+m)
		}
		for _, kind := range []string{embedChart, embedGrid, embedMap} {
			list = append(list, embedPath+"/xep-hang/"+index+"/2025?kieu="+kind, embedPath+"/cong-bo/"+w.release+"?kieu="+kind+"&lang=en", embedPath+"/co-quan/79/"+index+"?kieu="+kind)
		}
		for _, set := range []string{"Rankings", "Scores"} {
			list = append(list, odataPath+set+"?$filter=index%20eq%20%27"+index+"%27%20and%20agency%20eq%20%2779%27", odataPath+set+"?$orderby=score%20desc&$top=20",
				odataPath+set+"?$filter=score%20gt%2010%20and%20index%20eq%20%27"+index+"%27&$count=true")
		}
		list = append(list, besidePath+"/"+index+"/2025?co-quan=79&co-quan=48&co-quan=01", besidePath+"/"+index+"/2025/tai-ve.csv?co-quan=79&co-quan=48",
			"/cong-bo/"+w.release+trendName+"?co-quan=79", "/cong-bo/"+w.release+"/so-sanh?co-quan=79&co-quan=01", "/cong-bo/"+w.release+"/so-sanh/tai-ve.json?co-quan=79&co-quan=01", "/co-quan/79?ky=2025&lang=en")
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// read is what everybody reads at every public address, with the id of the release taken out.
func (w world) read(t *testing.T) map[string]string {
	t.Helper()
	b := newBrowser(t, w.Server)
	seen := peek(b, w.published(), w.release, "")
	out := make(map[string]string, len(seen))
	for p, a := range seen {
		out[strings.ReplaceAll(p, w.release, "ID")] = a
	}
	return out
}

// same fails for each address that tells one world from another.
func same(t *testing.T, name string, got, want map[string]string) {
	t.Helper()
	for p, text := range got {
		if text == want[p] {
			continue
		}
		at := 0
		for at < min(len(text), len(want[p])) && text[at] == want[p][at] {
			at++
		}
		from := max(0, at-60)
		t.Errorf("%s: %s tells:\n%.200q\nbut:\n%.200q", name, p, text[min(from, len(text)):], want[p][min(from, len(want[p])):])
	}
}

// TestWhatFewPeopleSaidChangesNothingThatEverybodyReads makes worlds that differ in what three people said about one agency – or in whether
// they said anything – and reads every public output of each: pages, frames, pictures, maps, documents, files, feeds, interfaces, sealed files.
func TestWhatFewPeopleSaidChangesNothingThatEverybodyReads(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("hundreds of pages and documents, four times: not with the race detector")
	}
	first := mustWorld(t, 0, 3, 1, 25, 1)
	want := first.read(t)
	for name, w := range map[string]world{"other answers of three people": mustWorld(t, 0, 3, 7, 25, 1), "nobody answered": mustWorld(t, 0, 0, 1, 25, 1)} {
		same(t, name, w.read(t), want)
	}

	// Where a framework wants thirty people behind a figure, 25 are few.
	want = mustWorld(t, 30, 3, 1, 25, 1).read(t)
	for name, w := range map[string]world{"other answers of 25 people": mustWorld(t, 30, 3, 1, 25, 7), "nobody instead of 25": mustWorld(t, 30, 3, 1, 0, 1)} {
		same(t, name, w.read(t), want)
	}
	want = first.read(t)

	// The same reading finds what 25 people say, in every kind of output.
	differs := map[string]bool{}
	for p, got := range mustWorld(t, 0, 3, 1, 25, 7).read(t) {
		if got != want[p] {
			differs[p] = true
		}
	}
	for _, kind := range []string{"GET /xep-hang/sipas/2025", "GET /xep-hang/sipas/2025/tai-ve.csv", "GET /xep-hang/sipas/2025/tai-ve.pdf", "GET /xep-hang/sipas/2025/tai-ve.docx", "GET /xep-hang/sipas/2025/tai-ve.json-stat",
		"GET /xep-hang/sipas/2025/tai-ve.sdmx-csv", "GET /xep-hang/sipas/2025" + cardName, "GET /co-quan/48" + cardName, "GET /co-quan/48/tai-ve.pdf", "GET " + embedPath + "/xep-hang/sipas/2025?kieu=ban-do",
		"GET " + embedPath + "/cong-bo/ID?kieu=bang&lang=en", "GET " + embedPath + "/co-quan/48/sipas", "GET " + odataPath + "Scores", "GET /api/v1/indexes/sipas/2025/ranking", "GET /cong-bo/ID/tep", "GET /cong-bo/ID" + cardName,
		"GET " + besidePath + "/sipas/2025?co-quan=79&co-quan=48&co-quan=01", "GET /xep-hang/par-index-province/2025", "GET /cong-bo/ID/tai-ve.pdf"} {
		if !differs[kind] {
			t.Errorf("what 25 people say is not told by %s, of %d addresses that tell: the test does not see (%.120s)", kind, len(differs), fmt.Sprint(slices.Sorted(maps.Keys(differs))))
		}
	}
}

// Of 25 people two answered a question. Worlds in which each of the two gave the other one's answer differ in no sum, only in who said what
// together with what: standard errors see that, the public does not.
func TestWhichOfTwoPeopleSaidWhatChangesNothingThatEverybodyReads(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("hundreds of pages and documents, twice: not with the race detector")
	}
	twist := func(first, second int) func(*survey.Form, int, survey.Answers) {
		return func(f *survey.Form, person int, a survey.Answers) {
			rated := 0
			for i := range f.Len() {
				if f.Question(i).Type != survey.Rating {
					continue
				}
				switch rated++; {
				case rated == 1 && person < 2:
					a[i] = survey.Answer{Set: true, Choice: []int{first, second}[person]}
				case rated == 1:
					a[i] = survey.Answer{}
				case person == 0:
					a[i].Choice = 4
				case person == 1:
					a[i].Choice = 0
				}
			}
		}
	}
	a, before := mustTwisted(t, 0, 3, 1, 25, 1, twist(0, 4))
	b, after := mustTwisted(t, 0, 3, 1, 25, 1, twist(4, 0))
	exact := func(st *data.Store) (se float64) {
		x, err := standing.Assemble(t.Context(), st, standing.Query{Framework: "sipas", Period: "2025", Method: "mean-pooled", View: standing.Live})
		must(t, err)
		for _, r := range x.Outcome.Results {
			if r.Unit == "48" {
				se = r.Total.Interval.SE
			}
		}
		return se
	}
	if x, y := exact(before), exact(after); math.Abs(x-y) < 1e-6 {
		t.Fatalf("standard errors %v and %v: the two worlds are one", x, y)
	}
	got := b.read(t)
	same(t, "each of two people gave the other one's answer", got, a.read(t))
	if text := got["GET /api/v1/indexes/sipas/2025/ranking"]; !strings.Contains(text, `"outward":true`) {
		t.Errorf("nothing is held back: %.300s", text)
	}
}

func TestAReleaseThatWouldTellWhatTwoPeopleSaidIsNotPublished(t *testing.T) {
	t.Parallel()
	seal := func(of48 int) (*data.Store, *release.Release) {
		st := mustStore(t, testNow)
		pollOtherwise(t, st, "01", 60, 1)
		pollOtherwise(t, st, "48", of48, 1)
		r, err := release.Seal(t.Context(), st, standing.Query{Framework: "sipas", Period: "2025"}, "thuocdo thử", ed25519.NewKeyFromSeed(make([]byte, 32)))
		must(t, err)
		return st, r
	}
	st, first := seal(25)
	_, two := seal(27)
	_, some := seal(35) // ten more, but one to four of them answered one of the questions
	_, more := seal(65)
	_, err := st.PutAccount(t.Context(), account.Account{Login: "congbo", Name: "Công Bố", Role: account.Publisher, Password: mustHash(t, "congbo")})
	must(t, err)
	b := signedInAs(t, mustServer(t, st), "congbo")
	for _, x := range []struct {
		r    *release.Release
		want int
	}{{first, http.StatusSeeOther}, {two, http.StatusUnprocessableEntity}, {some, http.StatusUnprocessableEntity}, {more, http.StatusSeeOther}} {
		must(t, st.PutRelease(t.Context(), x.r, "", nil))
		p := releaseDeskPath + "/" + x.r.ID
		for _, lang := range []string{"vi", "en"} {
			for _, f := range []url.Values{{"lam": {"phut"}, "phut": {testNow.In(survey.Vietnam).Add(time.Hour).Format(minuteForm)}}, {"lam": {"ngay"}}} {
				f.Set("token", tokenOf(t, b.get(p)))
				a := b.post(p+"?lang="+lang, f)
				if a.StatusCode == http.StatusConflict && x.want == http.StatusSeeOther {
					continue // in one language it is public already
				}
				if a.StatusCode != x.want || x.want == http.StatusUnprocessableEntity && !strings.Contains(a.body, first.ID+": 48") {
					t.Errorf("%s %v: %d, want %d", x.r.ID, f, a.StatusCode, x.want)
				}
			}
		}
	}
}
