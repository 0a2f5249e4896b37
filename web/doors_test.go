package web

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"thuocdo/data"
	"thuocdo/survey"
	"thuocdo/survey/paper"
)

// mustInviteOnly opens the small wave "loai" to invited people only and returns codes about agency 01.
func mustInviteOnly(tb testing.TB, st *data.Store, n int) (codes []string) {
	tb.Helper()
	must(tb, st.SetAccess(tb.Context(), "loai", survey.Invited))
	list, err := st.Invite(tb.Context(), "loai", []survey.Batch{{Agency: "01", N: n}, {Agency: "48", N: 1}})
	must(tb, err)
	for _, x := range list {
		codes = append(codes, x.Code)
	}
	return codes
}

const smallKiosk = "/kiosk/loai/01/phieu"

// atSmallKiosk starts a turn and types a code.
func atSmallKiosk(b *browser, code, lang string) answer {
	b.get("/kiosk/loai/01")
	return b.post(smallKiosk+lang, with(b.get(smallKiosk+lang).form(), "ma", code))
}

func TestAKioskOfAnInvitationOnlyWaveAsksForTheCode(t *testing.T) {
	t.Parallel()
	var log syncBuffer
	st := mustStore(t, testNow)
	s := mustServerWith(t, Config{Log: logTo(&log)}, st)
	codes := mustInviteOnly(t, st, 2)
	k := mustKioskOf(t, s, "loai")
	for i, lang := range []string{"", "?lang=en"} {
		for name, c := range map[string]struct {
			code   string
			status int
		}{"nothing": {"", 422}, "typo": {"AAAA-AAAA-AAB", 422}, "hostile": {`"><script>alert(1)</script>`, 422}, "made up": {survey.NewInvitation(counter(9)), 404}, "of another agency": {codes[2], 403}} {
			a := atSmallKiosk(k, c.code, lang)
			if a.StatusCode != c.status || a.find("ma") == nil || strings.Contains(a.body, "<script>alert") || a.form().Get("luot") == "" {
				t.Errorf("%s: %d", name, a.StatusCode)
			}
			if strings.Contains(a.body, `href="/"`) || !strings.Contains(a.Header.Get("Cache-Control"), "no-store") {
				t.Errorf("%s: the page leads away from the kiosk, or is kept", name)
			}
		}
		typed := k.get(smallKiosk + lang)
		page := atSmallKiosk(k, strings.ToLower(strings.ReplaceAll(codes[i], "-", " ")), lang)
		if page.StatusCode != http.StatusOK || page.find("c-years") == nil {
			t.Fatalf("the right code: %d", page.StatusCode)
		}
		f := fillSmallAt(t, k, smallKiosk, page, "7")
		if sent := k.post(smallKiosk, f); sent.Header.Get("Location") != "/kiosk/loai/01/cam-on" {
			t.Fatalf("sent: %d to %q", sent.StatusCode, sent.Header.Get("Location"))
		}
		// The next person goes back, to the form or to where the code was typed.
		for _, left := range []url.Values{f, with(typed.form(), "ma", codes[i])} {
			if a := k.post(smallKiosk, left); a.Header.Get("Location") != "/kiosk/loai/01" {
				t.Errorf("a page of the last person: %d", a.StatusCode)
			}
		}
		if a := atSmallKiosk(k, codes[i], lang); a.StatusCode != http.StatusConflict {
			t.Errorf("the code again: %d", a.StatusCode)
		}
		if a := newBrowser(t, s).get("/moi/" + codes[i]); a.StatusCode != http.StatusConflict {
			t.Errorf("the code on the web: %d", a.StatusCode)
		}
		if strings.Contains(strings.ToUpper(log.String()), codes[i]) {
			t.Error("the log holds the code")
		}
	}
	k.get("/kiosk/loai/01")
	if a := k.post(smallKiosk, url.Values{"p": {"0"}, "go": {"next"}, "luot": {cookieOf(k, turnCookie)}}); a.StatusCode != http.StatusForbidden {
		t.Errorf("a step without a code: %d", a.StatusCode)
	}
	for _, r := range storedOf(t, st, "loai") {
		if r.Mode != survey.Kiosk || r.Counter != "quay-2" {
			t.Errorf("%s at %q", r.Mode, r.Counter)
		}
	}
	if n := len(storedOf(t, st, "loai")); n != 2 {
		t.Errorf("%d stored", n)
	}
	refused := 0
	for i := range invitesAtOnce {
		if a := atSmallKiosk(k, survey.NewInvitation(counter(i)), ""); a.StatusCode == http.StatusTooManyRequests {
			refused++
		}
	}
	if refused == 0 {
		t.Error("codes are guessed without a limit")
	}
}

func TestAPrintedFormOfAnInvitationOnlyWaveCountsWithACode(t *testing.T) {
	t.Parallel()
	st := mustStore(t, testNow)
	one, two, single := mustTypists(t, st, "1")
	codes := mustInviteOnly(t, st, 5)
	cells := map[string]string{"years": "30", "been": "2"}
	for _, lang := range []string{"", "?lang=en"} {
		if !strings.Contains(one.get(single+"/in"+lang).body, one.s.book.In(strings.TrimPrefix(lang, "?lang=")).T("paper.invite.print")) {
			t.Error("the printed form does not say what becomes of the invitation")
		}
		for name, c := range map[string]struct {
			code   string
			status int
		}{"none": {"", 422}, "typo": {"AAAA-AAAA-AAB", 422}, "made up": {survey.NewInvitation(counter(9)), 404}, "of another agency": {codes[5], 403}} {
			f := with(one.get(single+"/nhap"+lang).form(), "so", "1", "go", "save", "a.years", "30", "a.been", "2", fieldInvite, c.code)
			a := one.post(single+"/nhap"+lang, f)
			if a.StatusCode != c.status || a.find("thu-moi-loi") == nil || a.form().Get("a.years") != "30" || a.form().Get(fieldInvite) != c.code {
				t.Errorf("%s: %d", name, a.StatusCode)
			}
		}
	}
	if a := typeIn(one, single, "1", cells, fieldInvite, strings.ToLower(codes[0])); became(a) != "counted" {
		t.Fatalf("with a code: %d", a.StatusCode)
	}
	if a := typeIn(two, single, "2", cells, fieldInvite, codes[0]); a.StatusCode != http.StatusConflict {
		t.Errorf("the code of another form: %d", a.StatusCode)
	}
	if a := typeIn(two, single, "2", nil, "go", "invalid", "ly-do", "duplicate"); became(a) != "invalid" {
		t.Errorf("such a form is invalid: %d", a.StatusCode)
	}
	if a := newBrowser(t, one.s).get("/moi/" + codes[0]); a.StatusCode != http.StatusConflict {
		t.Errorf("the code on the web: %d", a.StatusCode)
	}
	// Typed twice, the code is asked for once: when both entries agree, or are settled.
	must(t, st.PutBatch(t.Context(), paper.Batch{Wave: "loai", Agency: "01", Code: "BCDEF", Issued: 20, Twice: true}))
	twice := batchPath("BCDEF")
	if one.get(twice+"/nhap").find("thu-moi") != nil || became(typeIn(one, twice, "7", cells)) != "waiting" {
		t.Error("the first entry asks for a code")
	}
	a := typeIn(two, twice, "7", cells)
	if a.Header.Get("Location") != twice+"/so/7" || len(storedOf(t, st, "loai")) != 1 {
		t.Fatalf("second entry: %d to %q, %d stored", a.StatusCode, a.Header.Get("Location"), len(storedOf(t, st, "loai")))
	}
	for _, lang := range []string{"", "?lang=en"} {
		page := two.get(twice + "/so/7" + lang)
		if bad := two.post(twice+"/so/7"+lang, with(page.form(), fieldInvite, codes[0])); bad.StatusCode != http.StatusConflict || bad.find("thu-moi-loi") == nil {
			t.Errorf("a used code: %d", bad.StatusCode)
		}
	}
	if good := two.post(twice+"/so/7", with(two.get(twice+"/so/7").form(), fieldInvite, codes[1])); good.StatusCode != http.StatusSeeOther {
		t.Errorf("the code: %d", good.StatusCode)
	}
	list := storedOf(t, st, "loai")
	if len(list) != 2 || list[0].Mode != survey.Paper || list[1].Mode != survey.Paper {
		t.Errorf("stored %+v", list)
	}
}

// TestAnInvitationCountsOnceAtEveryDoor has many people send at the same instant on the web, at a kiosk and on paper, each with one code.
func TestAnInvitationCountsOnceAtEveryDoor(t *testing.T) {
	t.Parallel()
	people := 24
	if testing.Short() {
		people = 8
	}
	st := mustStore(t, testNow)
	one, _, batch := mustTypists(t, st, "1")
	s, codes := one.s, mustInviteOnly(t, st, people)[:people]
	k := mustKioskOf(t, s, "loai")
	kiosk, turn := cookieOf(k, kioskCookie), 0
	taken, refused := make([]int, people), make([]int, people)
	var mu sync.Mutex
	var wait sync.WaitGroup
	send := func(i int, do func() bool) {
		wait.Go(func() {
			counted := do()
			mu.Lock()
			defer mu.Unlock()
			if counted {
				taken[i]++
			} else {
				refused[i]++
			}
		})
	}
	for i, code := range codes {
		web := newBrowser(t, s)
		web.ip = fmt.Sprintf("203.0.%d.7:1", i)
		online := fillSmallAt(t, web, shortForm, web.get("/moi/"+code), "7")
		counter := newBrowser(t, s)
		counter.ip = fmt.Sprintf("203.0.%d.9:1", i)
		setCookieOf(counter, kioskCookie, kiosk)
		standing := fillSmallAt(t, counter, smallKiosk, atSmallKiosk(counter, code, ""), "8")
		if turn++; turn > 19 { // a batch has twenty forms
			turn = 1
			b := paper.Batch{Wave: "loai", Agency: "01", Code: "BCDEF", Issued: 20}
			must(t, st.PutBatch(t.Context(), b))
			batch = batchPath(b.Code)
		}
		typist := newBrowser(t, s)
		typist.jar = one.jar
		sheet := with(one.get(batch+"/nhap").form(), "so", fmt.Sprint(turn), "go", "save", "a.years", "9", "a.been", "2", fieldInvite, code)
		at := batch
		for range 2 { // and again: a double click
			send(i, func() bool {
				return strings.HasPrefix(web.post(shortForm, online).Header.Get("Location"), "/bien-nhan/")
			})
		}
		send(i, func() bool {
			return counter.post(smallKiosk, standing).Header.Get("Location") == "/kiosk/loai/01/cam-on"
		})
		send(i, func() bool { return became(typist.post(at+"/nhap", sheet)) == "counted" })
	}
	wait.Wait()
	for i := range taken {
		// Two of the same form lead to one receipt; all others are told.
		if n := taken[i]; n < 1 || n > 2 || n+refused[i] != 4 {
			t.Errorf("person %d: %d taken in, %d refused", i, n, refused[i])
		}
	}
	if n := len(storedOf(t, st, "loai")); n != people {
		t.Errorf("%d stored, want %d", n, people)
	}
}
