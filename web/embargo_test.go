package web

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"thuocdo/data"
	"thuocdo/scoring/release"
	"thuocdo/survey/account"
)

// outsiders are everybody who is no guest of a release: nobody in particular, and the roles that neither publish nor audit.
func outsiders(t *testing.T, s *Server, st *data.Store) map[string]*browser {
	t.Helper()
	list := map[string]*browser{"anyone": newBrowser(t, s), "analyst": signedInAs(t, s, "phantich"), "officer": signedInAs(t, s, "hanoi")}
	for login, role := range map[string]account.Role{"thietke": account.Designer, "thuthap": account.Enumerator, "thamdinh": account.Appraiser} {
		_, err := st.PutAccount(t.Context(), account.Account{Login: login, Name: login, Role: role, Password: mustHash(t, login)})
		must(t, err)
		list[string(role)] = signedInAs(t, s, login)
	}
	return list
}

// everyAddress is each route that reads, with parameters of the index that is released, or of a wave; and files.
func everyAddress(s *Server, release string) (list []string) {
	fill := strings.NewReplacer(":wave", "mo", ":agency", "01", ":receipt", "ABCD", ":framework", "muoi", ":period", "2025", ":before", "2024", ":after", "2025",
		":scenario", "aaaa", ":batch", "AAAAA", ":number", "1", ":code", "ABCD", ":release", release, ":analysis", "phan-bo")
	for _, r := range s.routes {
		if r.method != http.MethodGet || strings.HasSuffix(r.path, "/tien-do") { // which counts who looked at forms, this test too
			continue
		}
		p := fill.Replace(r.path)
		if !strings.Contains(p, ":file") {
			list = append(list, p)
			continue
		}
		formats := []string{"csv", "xlsx"} // one that the server has, and one that it has not
		if strings.HasPrefix(p, "/quan-tri") {
			formats = formats[1:] // made of live figures, anew for everyone who asks
		}
		for _, f := range formats {
			list = append(list, strings.Replace(p, ":file", downloads+f, 1))
		}
	}
	return append(list, "/?lang=en", "/cong-bo?lang=en", "/cong-bo.atom?lang=en", "/xep-hang/muoi/2025?lang=en", "/co-quan/01?ky=2025",
		odataPath+"Rankings?$filter=index%20eq%20%27muoi%27", odataPath+"Scores?$filter=index%20eq%20%27muoi%27", odataPath+"Releases", "/api/v1/indexes/muoi/2025/ranking?format=csv", "/so-sanh/muoi/2025/2025",
		"/nhung/xep-hang/muoi/2025?kieu=bang", "/nhung/xep-hang/muoi/2025?kieu=ban-do&lang=en", "/nhung/cong-bo/"+release+"?kieu=bang", "/nhung/cong-bo/"+release+"?kieu=ban-do&nen=toi",
		"/so-sanh-co-quan/muoi/2025?co-quan=01&co-quan=79", "/cong-bo/"+release+"/so-sanh?co-quan=01", "/cong-bo/"+release+"/so-sanh/tai-ve.csv?co-quan=01",
		"/cong-bo/"+release+"/tai-ve.pdf", "/cong-bo/"+release+"/tai-ve.docx", "/cong-bo/"+release+cardName+"?lang=en", "/xep-hang/muoi/2025"+cardName+"?lang=en", "/xep-hang/muoi/2025/tai-ve.pdf",
		"/cong-bo/"+release+changesName+"?trang=2", "/cong-bo/"+release+changesName+"/tai-ve.csv?lang=en", "/cong-bo/"+release+heldName, "/cong-bo/"+release+trendName+"?co-quan=01", "/nhung/cong-bo/"+release+"?kieu=bieu-do&nhom=p", "/nhung/co-quan/01/muoi?ky=2025",
		odataPath+"Releases/$count", odataPath+"Releases?$filter=id%20eq%20%27"+release+"%27", odataPath+"Releases?$orderby=id&$top=1&$count=true", "/api/v1/releases?limit=1", "/api/v1/indexes/muoi/2025/ranking?method=x")
}

var (
	peeked  int32
	secrets = regexp.MustCompile(`value="[\w-]{16,}"`) // tokens of forms, new every time
)

// peek asks for every address as one reader and returns what he sees, with the id taken out.
func peek(b *browser, addresses []string, id, etag string) map[string]string {
	seenAt, methods := map[string]string{}, []string{http.MethodGet, http.MethodHead}
	if testing.Short() {
		methods = methods[:1]
	}
	peeks := atomic.AddInt32(&peeked, 1)
	b.ip = fmt.Sprintf("198.%d.%d.1:1", 18+peeks/250, peeks%250) // what a network may ask for in a minute is bounded
	for _, p := range addresses {
		for _, m := range methods {
			r := httptest.NewRequest(m, p, nil)
			if etag != "" {
				r.Header.Set("If-None-Match", etag)
			}
			a := b.do(r)
			a.Header.Del("Set-Cookie")
			if number := a.Header.Get("X-Request-Id"); number != "" {
				a.body = strings.ReplaceAll(a.body, number, "")
			}
			seenAt[m+" "+p] = secrets.ReplaceAllString(seen(a, id), "…")
		}
	}
	return seenAt
}

func TestNoAddressTellsAnOutsiderOfAnUnpublishedRelease(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("thousands of requests, one after another: not with the race detector")
	}
	s, st, r := mustReleases(t)
	must(t, st.Hold(t.Context(), "muoi", "2025", ""))
	readers := outsiders(t, s, st)
	if testing.Short() {
		for who := range readers {
			if who != "anyone" && who != "officer" {
				delete(readers, who)
			}
		}
	}
	watch := func(id string, before map[string]map[string]string, name, etag string) {
		t.Helper()
		if testing.Short() && !strings.HasSuffix(name, "embargo") {
			return
		}
		for who, b := range readers {
			for p, got := range peek(b, everyAddress(s, id), id, etag) {
				if want := before[who][p]; got != want {
					t.Errorf("%s: %s tells the %s:\n%.600s\nbefore:\n%.600s", name, p, who, got, want)
				}
			}
		}
	}
	peekAll := func(id, etag string) map[string]map[string]string {
		all := map[string]map[string]string{}
		for who, b := range readers {
			all[who] = peek(b, everyAddress(s, id), id, etag)
		}
		return all
	}
	tag := tagOf(r.File)
	before := peekAll(r.ID, tag)
	steps := func(id string) []struct {
		name string
		do   func() error
	} {
		return []struct {
			name string
			do   func() error
		}{
			{"room", func() error { return st.InviteToRelease(t.Context(), id, []string{"congbo"}) }},
			{"embargo", func() error { return st.PublishRelease(t.Context(), id, testNow.Add(time.Minute)) }},
			{"withdrawn before its minute", func() error {
				return st.WithdrawRelease(t.Context(), id, map[string]string{"vi": "Sai", "en": "Wrong"})
			}},
		}
	}
	must(t, st.PutRelease(t.Context(), r, "", nil))
	watch(r.ID, before, "draft", tag)
	for _, x := range steps(r.ID) {
		must(t, x.do())
		watch(r.ID, before, x.name, tag)
	}

	// A correction of one that is public, and its withdrawal.
	first := mustSealed(t, st, 8)
	must(t, st.PutRelease(t.Context(), first, "", nil))
	must(t, st.PublishRelease(t.Context(), first.ID, testNow))
	second := mustSealed(t, st, 5)
	tag = tagOf(second.File)
	before = peekAll(second.ID, tag)
	must(t, st.PutRelease(t.Context(), second, first.ID, map[string]string{"vi": "Sai", "en": "Wrong"}))
	for _, x := range steps(second.ID) {
		must(t, x.do())
		watch(second.ID, before, "correction: "+x.name, tag)
	}
	if a := readers["anyone"].get("/cong-bo/" + first.ID); a.StatusCode != http.StatusOK || strings.Contains(a.body, second.ID) {
		t.Errorf("the one that is public: %d", a.StatusCode)
	}
	if x, err := release.Read(second.File); err != nil || x.ID != second.ID {
		t.Error(err)
	}
}
