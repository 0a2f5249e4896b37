package web

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"

	"thuocdo/data/reference"
	"thuocdo/scoring/scenario"
	"thuocdo/survey/account"
)

// permitted says, beside and independently of the table of routes, who may use the routes whose patterns begin with a prefix. The
// longest prefix counts; one with a method before one without.
//
// Letters: Administrator, Designer, Enumerator, Officer, apPraiser, aNalyst, publisher B, aUditor, bound to no agency; small ones are
// bound to agency 01, Heads among them. all: in every address. own: besides, in addresses that name agency 01 or one below it.
var permitted = []struct{ prefix, all, own string }{
	{"GET /quan-tri", everybody, ""},
	{"/quan-tri/toi", everybody, ""},
	{"/quan-tri/xac-nhan", everybody, ""},
	{"GET /quan-tri/gia-dinh", everybody, ""}, // lists hold what the reader may read
	{"GET " + remediesPath, everybody, ""},
	{"GET " + reformsPath, everybody, ""},
	{"GET " + releaseDeskPath, everybody, ""}, // guests of a release have any role
	{heldPath, "ABU", ""},
	{"GET " + releaseDeskPath + "/:release" + heldName, "ABU", ""},
	{"/quan-tri/xep-hang", "APNBU", ""},
	{"/quan-tri/co-quan/:agency", "APNBU", "ohpn"},
	{"/quan-tri/gia-dinh/:framework", "APNBU", "ohpn"},
	{"POST /quan-tri/gia-dinh/:framework", "APNB", "ohpn"},
	{"/quan-tri/gia-dinh/:scenario", "APNBU", "ohpn"},
	{"POST /quan-tri/gia-dinh/:scenario/xoa", "N", ""}, // its author alone
	{remediesPath + "/", "APNBU", "ohpn"},
	{"GET " + remediesPath + "/:framework/:period/:agency/viec", "", "o"},
	{"POST " + remediesPath + "/", "", "o"},
	{reformsPath + "/", "APNBU", "ohpn"},
	{"POST " + reformsPath + "/", "", "o"},
	{"/quan-tri/kiosk", "ADEOoe", ""},
	{"/quan-tri/phieu-giay", "ADEe", ""},
	{auditPath, "AU", ""},
	{accountsPath, "A", ""},
	{hooksPath, "A", ""},
	{factorRolesPath, "A", ""},
	{"POST " + releaseDeskPath, "AB", ""},
	{formsPath, "ADNUB", ""},
	{formFilePath, "AD", ""},
	{sketchesPath, "AD", ""},
	{sketchesPath + "/:sketch/xem", "ADB", ""},
	{sketchesPath + "/:sketch/in", "ADB", ""},
	{sketchesPath + "/:sketch/json", "ADB", ""},
	{sketchesPath + "/:sketch/cong-bo", "ADB", ""},
	{"/quan-tri/thu-moi", "AD", ""},
	{wavesPath, "AD", ""},
	{"GET " + wavesPath, "ADNU", ""},
	{"GET " + wavesPath + "/", "AD", ""},
	{wavesPath + "/:wave/tien-do", "ADENU", ""},
	{"GET " + wavesPath + "/:wave/tien-do", "ADENU", ""},
	{"/quan-tri/tien-do", "ADENU", ""},
	{"GET " + wavesPath + "/:wave/y-kien", "ADNU", ""},
	{"POST " + wavesPath + "/:wave/y-kien", "ADN", ""},
	{"GET " + wavesPath + "/:wave/kiem-phieu", "ADNU", ""},
	{"POST " + wavesPath + "/:wave/kiem-phieu", "ADN", ""},
	{"POST " + wavesPath + "/:wave/kiem-phieu/chot", "AD", ""},
	{analysesPath, "ADNU", ""},
	{"POST " + analysesPath + "/:wave/trong-so", "AN", ""},
	{analysesPath + "/:wave/" + microdataName, "AN", ""},
	{"GET /api/v1/waves/:wave/responses", "AN", ""},
	{"GET /api/odata/v4/waves/:wave", "AN", ""},
	{"GET /api/v1/seasons", "AOPNUohpn", ""},
	{"GET /api/v1/seasons/:season/sheets/:agency", "APNU", "ohpn"},
	{"PUT /api/v1/seasons/:season/sheets/:agency", "", "o"},
	{"GET /api/v1/agencies/:agency/results", "APNBU", "ohpn"},
	{"POST /dang-xuat", everybody, ""},

	// remedial plans and reform reports
	{"GET /quan-tri/ke-hoach/:framework/:period/:agency", "APNBU", "ohpn"},
	{"POST /quan-tri/ke-hoach/:framework/:period/:agency", "", "o"},
	{"GET /quan-tri/ke-hoach/:framework/:period/:agency/viec", "", "o"},
	{"GET /quan-tri/bao-cao/:agency", "APNBU", "ohpn"},
	{"POST /quan-tri/bao-cao/:agency", "", "o"},

	// seasons of assessment; where a bound appraiser is let in, the handlers keep to the agencies he may read
	{"/quan-tri/danh-gia", "A", ""},
	{"GET /quan-tri/danh-gia", "AOPNUohpn", ""},
	{"GET /quan-tri/danh-gia/moi", "A", ""},
	{"GET /quan-tri/danh-gia/:season", "APNUpn", ""},
	{"GET /quan-tri/danh-gia/:season/sua", "A", ""},
	{"GET /quan-tri/danh-gia/:season/phieu/:agency", "APNU", "ohpn"},
	{"POST /quan-tri/danh-gia/:season/phieu/:agency", "", "oh"}, // officers submit, heads approve
	{"POST /quan-tri/danh-gia/:season/phieu/:agency/", "", "o"},
	{"GET /quan-tri/danh-gia/:season/phieu/:agency/nhap-tep", "", "o"},
	{"GET /quan-tri/danh-gia/:season/phieu/:agency/tai-lieu", "AU", "oh"},
	{"GET /quan-tri/danh-gia/:season/phieu/:agency/tai-lieu/sua", "", "o"},
	{"GET /quan-tri/danh-gia/:season/tham-dinh", "APUp", ""},
	{"POST /quan-tri/danh-gia/:season/tham-dinh", "Pp", ""},
	{"POST /quan-tri/danh-gia/:season/tham-dinh/ket-thuc", "APp", ""},
	{"GET /quan-tri/danh-gia/:season/hoi-dong", "APUp", ""},
	{"GET /quan-tri/danh-gia/:season/tai-lieu/", "AOPUohp", ""}, // the handler asks whose document it is
}

// everybody is every account that is not disabled.
const everybody = "ADEOPNBUoehpn"

// byToken are the routes that programs may use with a token of a scope; all others refuse every token.
var byToken = map[string]account.Grant{"GET /api/v1/waves/:wave/responses": account.ReadResponses,
	"GET /api/odata/v4/waves/:wave": account.ReadResponses, "GET " + odataWavesPath: account.ReadResponses, "GET " + odataWavesPath + "$metadata": account.ReadResponses,
	"GET " + odataWavesPath + ":set": account.ReadResponses, "GET " + odataWavesPath + ":set/$count": account.ReadResponses,
	"GET /api/v1/seasons": account.ReadAssessment, "GET /api/v1/seasons/:season/sheets": account.ReadAssessment, "GET /api/v1/seasons/:season/sheets/:agency": account.ReadAssessment,
	"GET /api/v1/seasons/:season/sheets/:agency/leaves/:leaf": account.ReadAssessment, "PUT /api/v1/seasons/:season/sheets/:agency/leaves/:leaf": account.WriteAssessment,
	"GET /api/v1/agencies/:agency/results": account.ReadResults}

// expected returns the line of the table for a route; none = everybody, signed in or not.
func expected(method, path string) (all, own string, private bool) {
	best := -1
	for _, x := range permitted {
		m, prefix, of := strings.Cut(x.prefix, " ")
		if !of {
			m, prefix = "", x.prefix
		}
		rank := 2*len(prefix) + len(m)%2
		if m != "" {
			rank = 2*len(prefix) + 1
		}
		whole := prefix == "/quan-tri" // a prefix of everything: what is not named otherwise is not permitted
		if (path == prefix || !whole && strings.HasPrefix(path, prefix)) && (m == "" || m == method) && rank > best {
			best, all, own, private = rank, x.all, x.own, true
		}
	}
	return all, own, private
}

// actor asks for pages.
type actor struct {
	letter string // "" = nobody who may do anything
	name   string
	b      *browser
	token  string // of a program, in place of the session
	grant  account.Grant
}

// mustActors stores an account for every letter of everybody, one that is disabled after it has signed in, and tokens.
func mustActors(t *testing.T, s *Server, put func(account.Account) int64, mint func(account.Token) string) (list []actor) {
	t.Helper()
	roles := map[string]account.Role{"a": account.Administrator, "d": account.Designer, "e": account.Enumerator, "o": account.Officer,
		"p": account.Appraiser, "h": account.Head, "n": account.Analyst, "b": account.Publisher, "u": account.Auditor}
	for _, letter := range strings.Split(everybody, "") {
		a := account.Account{Login: "vai-" + letter, Name: letter, Role: roles[strings.ToLower(letter)], Password: mustHash(t, "vai")}
		if strings.ToLower(letter) == letter {
			a.Login, a.Agency = "rieng-"+letter, "01"
		}
		a.Login = strings.ToLower(a.Login)
		a.ID = put(a)
		b := newBrowser(t, s)
		f := b.get("/dang-nhap").form()
		f.Set("login", a.Login)
		f.Set("password", "mật khẩu của vai")
		if in := b.post("/dang-nhap", f); in.StatusCode != http.StatusSeeOther {
			t.Fatalf("%s: %d", a.Login, in.StatusCode)
		}
		list = append(list, actor{letter: letter, name: string(a.Role) + " of " + a.Agency, b: b})
		if grants := a.Grants(); len(grants) > 0 {
			for _, g := range grants {
				list = append(list, actor{letter: letter, name: "token of " + letter, b: newBrowser(t, s), grant: g,
					token: mint(account.Token{Account: a.ID, Name: "thử", Grants: []account.Grant{g}, Expires: testNow.AddDate(0, 1, 0)})})
			}
		}
	}
	gone := list[0]
	a := account.Account{Login: "bi-khoa", Name: "x", Role: account.Administrator, Password: mustHash(t, "vai")}
	a.ID = put(a)
	gone.b, gone.letter, gone.name = newBrowser(t, s), "", "a disabled administrator"
	f := gone.b.get("/dang-nhap").form()
	f.Set("login", a.Login)
	f.Set("password", "mật khẩu của vai")
	gone.b.post("/dang-nhap", f)
	token := mint(account.Token{Account: a.ID, Name: "thử", Grants: account.Grants, Expires: testNow.AddDate(0, 1, 0)})
	a.Disabled = true
	put(a)
	return append(list, gone, actor{name: "nobody", b: newBrowser(t, s)},
		actor{name: "token of a disabled administrator", b: newBrowser(t, s), token: token, grant: account.ReadResponses})
}

// wanted is the status that an actor gets of a route whose handler would answer 204.
func wanted(x actor, r route, own bool) int {
	all, mine, private := expected(r.method, r.path)
	api := strings.HasPrefix(r.path, "/api/")
	may := x.letter != "" && (strings.Contains(all, x.letter) || own && strings.Contains(mine, x.letter))
	switch {
	case !private:
		return http.StatusNoContent
	case api && x.token != "" && x.letter == "":
		return http.StatusUnauthorized
	case api && x.token != "":
		if g := byToken[r.method+" "+r.path]; g == "" || g != x.grant || !may {
			return http.StatusForbidden
		}
		return http.StatusNoContent
	case x.letter == "" || x.token != "": // a token is nothing outside the interface for programs
		if r.method == http.MethodGet && !api {
			return http.StatusSeeOther
		}
		return http.StatusUnauthorized
	case !may:
		return http.StatusForbidden
	}
	return http.StatusNoContent
}

// TestNoPrivateRouteIsOpenToOthers asks for every route of the table as every role, bound to an agency or not, as a disabled account,
// as nobody and by tokens, about an agency of theirs and about another one. A route that nobody put into permitted or publicRoutes
// fails it.
func TestNoPrivateRouteIsOpenToOthers(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("thousands of requests, one after another: not with the race detector")
	}
	st := mustStore(t, testNow)
	s := mustServer(t, st)
	actors := mustActors(t, s, func(a account.Account) int64 {
		id, err := st.PutAccount(t.Context(), a)
		must(t, err)
		return id
	}, func(x account.Token) string {
		text, err := account.NewToken(rand.Reader)
		must(t, err)
		digest, _ := account.DigestToken(text)
		_, err = st.PutToken(t.Context(), x, digest)
		must(t, err)
		return text
	})
	f, err := reference.Framework("sipas", "")
	must(t, err)
	author, err := st.AccountByLogin(t.Context(), "vai-n")
	must(t, err)
	ours, theirs := strings.NewReplacer(":agency", "01-a", ":scenario", "cua-minh"), strings.NewReplacer(":agency", "48", ":scenario", "cua-nguoi")
	for id, agency := range map[string]string{"cua-minh": "01-a", "cua-nguoi": "48"} {
		must(t, st.PutScenario(t.Context(), scenario.Scenario{ID: id, Title: id, Agency: agency, Author: author.ID, Saved: testNow,
			Framework: f.Code, Version: f.Version, Period: "2026", Weights: map[string]float64{"1": 2}}))
	}
	for i := range s.routes {
		if s.routes[i].path != "/dang-nhap" {
			s.routes[i].handle = func(c echo.Context) error { return c.NoContent(http.StatusNoContent) }
		}
	}
	must(t, s.mount())
	asked := 0
	for _, r := range s.routes {
		if r.path == "/dang-nhap" {
			continue
		}
		if _, _, private := expected(r.method, r.path); private == slices.Contains(publicRoutes, r.method+" "+r.path) {
			t.Errorf("%s %s: say in permission_test.go who may use it", r.method, r.path)
		}
		for _, own := range []bool{true, false} {
			to := theirs.Replace(r.path)
			if own {
				to = ours.Replace(r.path)
			} else if to == r.path {
				continue // about no agency
			}
			in, may, odd := "", "", ""
			for _, x := range actors {
				if x.token != "" && x.grant != account.ReadResponses && !strings.HasPrefix(r.path, "/api/") {
					continue // one kind of token is enough where none opens anything
				}
				asked++
				x.b.ip = fmt.Sprintf("198.51.%d.7:5000", asked/500) // nobody asks too fast
				got, want := x.ask(r.method, filled(to)), wanted(x, r, own)
				if x.token == "" && got == http.StatusNoContent {
					in += x.letter
				}
				if x.token == "" && want == http.StatusNoContent {
					may += x.letter
				}
				if got != want {
					odd += fmt.Sprintf(" %s %s: %d, want %d;", x.name, x.grant, got, want)
				}
			}
			if odd != "" {
				t.Errorf("%s %s lets %q in, permitted says %q:%.300s", r.method, to, in, may, odd)
			}
		}
	}
	t.Logf("%d requests, %d actors", asked, len(actors))
}

func (x actor) ask(method, to string) int {
	r := httptest.NewRequest(method, to, nil)
	r.RemoteAddr = x.b.ip
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	if x.token != "" {
		r.Header.Set("Authorization", "Bearer "+x.token)
	}
	for _, c := range x.b.jar.Cookies(&url.URL{Scheme: "http", Host: "example.com", Path: r.URL.Path}) {
		r.AddCookie(c)
	}
	w := httptest.NewRecorder()
	x.b.s.ServeHTTP(w, r)
	return w.Code
}
