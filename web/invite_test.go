package web

import (
	"crypto/rand"
	"encoding/csv"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"thuocdo/data"
	"thuocdo/data/export"
	"thuocdo/data/print"
	"thuocdo/survey"
	"thuocdo/survey/account"
)

// invitedTo opens the wave "mo" to invited people only and returns codes for agency 01.
func invitedTo(tb testing.TB, st *data.Store, n int) (codes []string) {
	tb.Helper()
	must(tb, st.SetAccess(tb.Context(), "mo", survey.Invited))
	list, err := st.Invite(tb.Context(), "mo", []survey.Batch{{Agency: "01", N: n}})
	must(tb, err)
	for _, x := range list {
		codes = append(codes, x.Code)
	}
	return codes
}

func TestAnInvitationOpensItsFormAndCountsOnce(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"", "?lang=en"} {
		var log syncBuffer
		st := mustStore(t, testNow)
		s := mustServerWith(t, Config{Log: logTo(&log)}, st)
		codes := invitedTo(t, st, 2)
		b, other := newBrowser(t, s), newBrowser(t, s)
		b.get("/moi" + lang)
		page := b.post("/moi", url.Values{"ma": {strings.ToLower(strings.ReplaceAll(codes[0], "-", " "))}})
		second := other.get("/moi/" + strings.ReplaceAll(codes[0], "-", ""))
		if page.StatusCode != http.StatusOK || second.StatusCode != http.StatusOK || !strings.Contains(page.Header.Get("Cache-Control"), "no-store") {
			t.Fatalf("opened with %d and %d", page.StatusCode, second.StatusCode)
		}
		a, to := finish(t, b, sipasForm, page, 0)
		if !strings.HasPrefix(to, "/bien-nhan/") {
			t.Fatalf("sent to %q with %d", to, a.StatusCode)
		}
		if a, _ := finish(t, other, sipasForm, second, 0); a.StatusCode != http.StatusConflict {
			t.Errorf("from a second device: %d", a.StatusCode)
		}
		if a := newBrowser(t, s).get("/moi/" + codes[0]); a.StatusCode != http.StatusConflict || a.find("phieu") != nil {
			t.Errorf("entered again: %d", a.StatusCode)
		}
		if n := responses(t, st); n != 1 {
			t.Errorf("%d responses", n)
		}
		for name, secret := range map[string]string{"code": codes[0], "code without hyphens": strings.ReplaceAll(codes[0], "-", "")} {
			if strings.Contains(strings.ToUpper(log.String()), secret) {
				t.Errorf("the log holds the %s", name)
			}
		}
		if !strings.Contains(log.String(), "route=/moi/:code") {
			t.Error("no line for the route of the link")
		}
	}
}

func TestInvitationsThatLeadNowhereSayWhy(t *testing.T) {
	t.Parallel()
	now := testNow
	st := mustStore(t, testNow)
	s := mustServerWith(t, Config{Now: func() time.Time { return now }}, st)
	code := invitedTo(t, st, 1)[0]
	last := string("23456789ABCDEFGHJKMNPQRSTVWXYZ01"[strings.IndexByte("0123456789ABCDEFGHJKMNPQRSTVWXYZ", code[len(code)-1])])
	for name, c := range map[string]struct {
		code   string
		later  time.Duration
		status int
		words  string
	}{
		"typo":      {code[:len(code)-1] + last, 0, 422, "gõ chưa đúng"},
		"nothing":   {"", 0, 422, "gõ chưa đúng"},
		"hostile":   {`"><script>alert(1)</script>`, 0, 422, "gõ chưa đúng"},
		"made up":   {survey.NewInvitation(rand.Reader), 0, 404, "Không có thư mời nào"},
		"too early": {code, -40 * 24 * time.Hour, 403, "chưa mở"},
		"over":      {code, 40 * 24 * time.Hour, 410, "đã kết thúc"},
		"right":     {code, 0, 200, "Bước 1"},
	} {
		now = testNow.Add(c.later)
		a := newBrowser(t, s).post("/moi", url.Values{"ma": {c.code}})
		if a.StatusCode != c.status || !strings.Contains(a.body, c.words) || strings.Contains(a.body, "<script>alert") {
			t.Errorf("%s: %d, says %q: %v", name, a.StatusCode, c.words, strings.Contains(a.body, c.words))
		}
		if c.status >= 400 && !strings.HasPrefix(a.title(), "Lỗi:") {
			t.Errorf("%s: title %q", name, a.title())
		}
	}
	now = testNow
	for _, path := range []string{"/khao-sat/mo", sipasForm, sipasForm + "?lang=en"} {
		if a := newBrowser(t, s).get(path); a.StatusCode != http.StatusForbidden || !strings.Contains(a.body, `href="/moi`) {
			t.Errorf("%s without an invitation: %d", path, a.StatusCode)
		}
	}
	if a := newBrowser(t, s).post(sipasForm, url.Values{"p": {"0"}, "go": {"next"}}); a.StatusCode != http.StatusForbidden {
		t.Errorf("a step without an invitation: %d", a.StatusCode)
	}
}

func TestGuessingInvitationsIsSlowForTheGuesserAlone(t *testing.T) {
	t.Parallel()
	st := mustStore(t, testNow)
	s := mustServer(t, st)
	code := invitedTo(t, st, 1)[0]
	b := newBrowser(t, s)
	refused := 0
	for range 100 {
		if a := b.post("/moi", url.Values{"ma": {survey.NewInvitation(rand.Reader)}}); a.StatusCode == http.StatusTooManyRequests {
			refused++
			if a.Header.Get("Retry-After") == "" {
				t.Fatal("refused without a time")
			}
		}
	}
	if refused != 100-invitesAtOnce {
		t.Errorf("%d of 100 guesses refused", refused)
	}
	stranger := newBrowser(t, s)
	stranger.ip = "198.51.100.1:1"
	if a := stranger.get("/moi/" + code); a.StatusCode != http.StatusOK {
		t.Errorf("another network: %d", a.StatusCode)
	}
}

// TestTwoTabsUnderLoadCountOnce sends every invitation from two tabs at once and each tab twice.
func TestTwoTabsUnderLoadCountOnce(t *testing.T) {
	t.Parallel()
	st := mustStore(t, testNow)
	s := mustServer(t, st)
	codes := invitedTo(t, st, 12)
	var receipts, used atomic.Int64
	var wait sync.WaitGroup
	for i, code := range codes {
		var tabs [2]url.Values // both are at their review before either is sent
		for tab := range tabs {
			b := newBrowser(t, s)
			b.ip = "203.0." + string(rune('0'+i%10)) + "." + "7:1"
			page := b.get("/moi/" + code)
			for range 100 { // to the review
				if step, of := stepOf(t, page); step == of {
					break
				}
				page = b.post(sipasForm, fillIn(page, tab))
			}
			tabs[tab] = page.form()
		}
		for _, f := range tabs {
			for range 2 {
				wait.Go(func() {
					b := newBrowser(t, s)
					b.ip = "198.51." + string(rune('0'+i%10)) + "." + "7:1"
					switch a, to := press(t, b, sipasForm, maps.Clone(f)); {
					case strings.HasPrefix(to, "/bien-nhan/"):
						receipts.Add(1)
					case a.StatusCode == http.StatusConflict:
						used.Add(1)
					default:
						t.Errorf("%d", a.StatusCode)
					}
				})
			}
		}
	}
	wait.Wait()
	if n := int64(len(codes)); receipts.Load() != 2*n || used.Load() != 2*n || responses(t, st) != n {
		t.Errorf("%d invitations: %d receipts, %d refused, %d stored", n, receipts.Load(), used.Load(), responses(t, st))
	}
}

// designer signs in who may invite.
func designer(t *testing.T, st *data.Store) (*browser, *Server) {
	t.Helper()
	_, err := st.PutAccount(t.Context(), account.Account{Login: "thietke", Name: "Thiết Kế", Role: account.Designer, Password: mustHash(t, "thietke")})
	must(t, err)
	s := mustServerWith(t, Config{Formats: export.Formats, Paper: Paper{Sheet: print.Sheet, Poster: print.Poster}}, st)
	return signedInAs(t, s, "thietke"), s
}

func TestADesignerMakesInvitationsOnAPage(t *testing.T) {
	t.Parallel()
	const path = "/quan-tri/dot-khao-sat/mo/thu-moi"
	st := mustStore(t, testNow)
	b, s := designer(t, st)
	for _, lang := range []string{"", "?lang=en"} {
		if a := b.get("/quan-tri/thu-moi" + lang); a.StatusCode != http.StatusOK || !strings.Contains(a.body, path) {
			t.Errorf("list of waves: %d", a.StatusCode)
		}
		b.get(path + lang)
	}
	token := func() url.Values { return url.Values{"token": {b.get(path).form().Get("token")}} }
	order := func(change url.Values) url.Values {
		f := token()
		for k, v := range map[string]string{"co-quan": "01", "so": "7", "don-vi": "to-1", "dang": "csv", "trang": "8"} {
			f.Set(k, v)
		}
		for k, v := range change {
			f[k] = v
		}
		return f
	}
	if a := b.post(path, order(nil)); a.StatusCode != http.StatusConflict {
		t.Errorf("for an open wave: %d", a.StatusCode)
	}
	f := token()
	f.Set("tham-gia", "both")
	if a := b.post(path+"/tham-gia", f); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("access: %d", a.StatusCode)
	}
	a := b.post(path, order(nil))
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(a.body, "\ufeff"))).ReadAll()
	must(t, err)
	if len(rows) != 8 || !strings.HasPrefix(a.Header.Get("Content-Disposition"), "attachment") || !strings.Contains(a.Header.Get("Cache-Control"), "no-store") {
		t.Fatalf("%d: %d rows, %v", a.StatusCode, len(rows), a.Header)
	}
	if a := newBrowser(t, s).get("/moi/" + rows[1][0]); a.StatusCode != http.StatusOK {
		t.Errorf("a code of the file: %d", a.StatusCode)
	}
	if a := b.post(path, order(url.Values{"dang": {"pdf"}, "trang": {"2"}})); !strings.HasPrefix(a.body, "%PDF") {
		t.Errorf("sheet: %d", a.StatusCode)
	}
	for name, change := range map[string]url.Values{
		"none": {"so": {"0"}}, "words": {"so": {"nhiều"}}, "too many": {"so": {"20001"}}, "overflow": {"so": {"9223372036854775807"}},
		"small unit": {"so": {"4"}, "don-vi": {"to-9"}}, "bad unit": {"don-vi": {`"><script>alert(1)</script>`}},
		"foreign agency": {"co-quan": {"99"}}, "no format": {"dang": {"exe"}}, "no such page": {"dang": {"pdf"}, "trang": {"3"}},
	} {
		a := b.post(path, order(change))
		if a.StatusCode != http.StatusUnprocessableEntity || !strings.HasPrefix(a.title(), "Lỗi:") || strings.Contains(a.body, "<script>alert") {
			t.Errorf("%s: %d, %q", name, a.StatusCode, a.title())
		}
	}
	bare := order(nil)
	bare.Del("token")
	if a := b.post(path, bare); a.StatusCode != http.StatusForbidden {
		t.Errorf("without the form's token: %d", a.StatusCode)
	}
	counts, err := st.Invitations(t.Context(), "mo")
	must(t, err)
	if len(counts) != 1 || counts[0].Issued != 14 {
		t.Errorf("made %+v", counts)
	}
	for _, kho := range []string{"", "?kho=a5"} {
		if a := b.get("/quan-tri/dot-khao-sat/mo/ap-phich/01" + kho); !strings.HasPrefix(a.body, "%PDF") {
			t.Errorf("poster: %d", a.StatusCode)
		}
	}
	if a := signedInAs(t, s, "phantich").get(path); a.StatusCode != http.StatusForbidden {
		t.Errorf("an analyst: %d", a.StatusCode)
	}
}
