package web

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"thuocdo/data/filetype/filetest"
)

func TestFormsThatTakeLongAreInTheTableOfRoutes(t *testing.T) {
	t.Parallel()
	s := mustServer(t, mustStore(t, testNow))
	for path := range typing {
		if !slices.ContainsFunc(s.routes, func(r route) bool { return r.path == path && r.method == http.MethodPost }) {
			t.Errorf("nobody sends a form to %s", path)
		}
	}
}

// What is typed into each of these forms comes back: signed out, and with the token of an older sign-in.
func TestWhateverIsTypedOutlivesTheSession(t *testing.T) {
	t.Parallel()
	st, _ := mustAsked(t)
	s := mustServer(t, st)
	b, out := signedInAs(t, s, "hanoi"), newBrowser(t, s)
	stale := tokenOf(t, signedInAs(t, s, "hanoi").get("/quan-tri/danh-gia/par/phieu/01/1.1.1"))
	long := "viết rất lâu <b>"
	file := sentPart{"tep", "công văn.pdf", string(filetest.PDF("x"))}
	for _, c := range []struct {
		to    string
		parts []sentPart
		multi bool
	}{
		{hanoiSays, answering(stale, "2", long, sentPart{"so", "", "13/CV"}, file), true},
		{hanoiSays, answering(stale, "2", long, sentPart{"so", "", "13/CV"}), false},
		{hanoiSays, []sentPart{{"token", "", stale}, {"lam", "", "giai-trinh"}, {"loai", "", "kien-nghi"}, {"y-kien", "", long}, {"so", "", "13/CV"}, file}, true},
		{hanoiDocuments, []sentPart{{"token", "", stale}, {"so", "", "13/CV"}, {"noi", "", long}, file}, true},
		{hanoiLeaf, []sentPart{{"token", "", stale}, {"so", "", "13/CV"}, {"noi", "", long}, file}, true},
		{"/quan-tri/ke-hoach/par-index-province/2026/01/viec/1", []sentPart{{"token", "", stale}, {"viec", "", long}, {"so-1", "", "13/CV"}}, false},
		{"/quan-tri/bao-cao/01/2026", []sentPart{{"token", "", stale}, {"lead", "", long}, {"done", "", "13/CV"}}, false},
	} {
		send := func(b *browser, lang string) answer {
			if c.multi {
				return b.multi(c.to+lang, c.parts...)
			}
			f := url.Values{}
			for _, p := range c.parts {
				f.Set(p.name, p.value)
			}
			return b.post(c.to+lang, f)
		}
		for _, lang := range []string{"", "?lang=en"} {
			for who, by := range map[string]*browser{"signed out": out, "signed in again": b} {
				a := send(by, lang)
				want := http.StatusForbidden
				if by == out {
					want = http.StatusUnauthorized
				} else if strings.Contains(a.body, "giu-0") && strings.Contains(c.parts[1].value, "giai-trinh") {
					want = http.StatusConflict // there is nothing to explain yet
				}
				if a.StatusCode != want || strings.Contains(a.body, "⟦") || !strings.Contains(a.body, "viết rất lâu &lt;b&gt;") || !strings.Contains(a.body, "13/CV") {
					t.Errorf("%s%s %s: %d %s", c.to, lang, who, a.StatusCode, a.body)
				}
				if c.multi && a.StatusCode != http.StatusConflict && !strings.Contains(a.body, "công văn.pdf") {
					t.Errorf("%s%s %s: the file that has to be chosen again is not named", c.to, lang, who)
				}
				if strings.Contains(a.body, "/dang-nhap?toi=") || strings.Contains(a.body, stale) {
					t.Errorf("%s%s %s: leads away from what was typed, or brings an old token back", c.to, lang, who)
				}
			}
		}
	}
}

// The plan of a season, and why one agency gets more time, come back too, and are sent again with one press.
func TestAPlanThatIsTypedOutlivesTheSession(t *testing.T) {
	t.Parallel()
	st := mustSeason(t)
	s := mustServer(t, st)
	b := signedInAs(t, s, "quantri")
	for to, f := range map[string]url.Values{
		seasonsPath + "/" + newSeason:     with(b.get(seasonsPath+"/"+newSeason).form(), "ma", "kỳ-<b>mới", "ten", "Đánh giá thử"),
		seasonAddress("par") + "/sua":     with(b.get(seasonAddress("par")+"/sua").form(), "ma", "kỳ-<b>mới", "ten", "Đánh giá thử"),
		seasonAddress("par") + "/gia-han": {"gh-co-quan": {"01"}, "gh-ly-do": {"kỳ-<b>mới"}},
		seasonAddress("par") + "/mo-lai":  {"co-quan": {"01"}, "ly-do": {"kỳ-<b>mới"}},
	} {
		f.Set("token", "cũ")
		for _, lang := range []string{"", "?lang=en"} {
			lost := newBrowser(t, s).post(to+lang, f)
			if lost.StatusCode != http.StatusUnauthorized || !strings.Contains(lost.body, "kỳ-&lt;b&gt;mới</textarea>") || strings.Contains(lost.body, "⟦") || strings.Contains(lost.body, "/dang-nhap?toi=") {
				t.Errorf("%s%s signed out: %d %s", to, lang, lost.StatusCode, lost.body)
			}
			back := b.post(to+lang, lost.form())
			if again := back.form(); back.StatusCode != http.StatusForbidden || again.Get("token") == "" || !strings.Contains(back.body, "kỳ-&lt;b&gt;mới</textarea>") {
				t.Errorf("%s%s signed in again: %d", to, lang, back.StatusCode)
			} else if sent := b.post(to, again); sent.StatusCode != http.StatusUnprocessableEntity && sent.StatusCode != http.StatusSeeOther && sent.StatusCode != http.StatusConflict {
				t.Errorf("%s%s sent again: %d", to, lang, sent.StatusCode)
			}
		}
	}
}

// The form that comes back is sent again and stored.
func TestAnAnswerIsSentAgainAfterSigningInAgain(t *testing.T) {
	t.Parallel()
	st, _ := mustAsked(t)
	s := mustServer(t, st)
	stale := tokenOf(t, signedInAs(t, s, "hanoi").get("/quan-tri/danh-gia/par/phieu/01/1.1.1"))
	lost := newBrowser(t, s).multi(hanoiSays, answering(stale, "2", "văn bản đây", sentPart{"so", "", "13/CV"}, sentPart{"tep", "a.pdf", string(filetest.PDF("x"))})...)
	b := signedInAs(t, s, "hanoi")
	back := b.post(hanoiSays, lost.form())
	if back.StatusCode != http.StatusForbidden || text(back.find("ch1-y-kien")) != "văn bản đây" || attr(back.find("ch1-so"), "value") != "13/CV" || !strings.Contains(back.body, "a.pdf") {
		t.Fatalf("%d %s", back.StatusCode, back.body)
	}
	if a := b.multi(hanoiSays, answering(tokenOf(t, back), "2", "văn bản đây", sentPart{"so", "", "13/CV"}, sentPart{"tep", "a.pdf", string(filetest.PDF("x"))})...); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("%d %s", a.StatusCode, a.body)
	}
	sheet, err := st.Sheet(t.Context(), "par", "01")
	must(t, err)
	if r := sheet.Leaves["1.1.1"].Questions[0].Answer; r == nil || r.Text != "văn bản đây" || len(r.Evidence) != 1 || r.Evidence[0].File == nil {
		t.Errorf("%+v", r)
	}
}

// A reason that is sent when its stage is over can be copied; so can one from an older sign-in, and it can be sent again.
func TestAReasonOfAnAppraiserComesBack(t *testing.T) {
	t.Parallel()
	st, _ := mustAsked(t)
	s := mustServer(t, st)
	at := "/quan-tri/danh-gia/par/tham-dinh/1.1.1/01"
	b := signedInAs(t, s, "thamdinh")
	page := b.get(at)
	f := url.Values{"token": {"x"}, seenField: {"2"}, actField: {actAsk}, askField: {"còn thiếu <phụ lục>"}, reasonField: {"chưa đủ"}}
	for _, lang := range []string{"", "?lang=en"} {
		a := b.post(at+lang, f)
		if a.StatusCode != http.StatusForbidden || !strings.Contains(a.body, "còn thiếu &lt;phụ lục&gt;</textarea>") || !strings.Contains(a.body, "chưa đủ</textarea>") {
			t.Fatalf("an old token%s: %d %s", lang, a.StatusCode, a.body)
		}
		if again := a.form(); again.Get("token") == "" || again.Get(askField) != f.Get(askField) {
			t.Errorf("what came back cannot be sent again: %v", again)
		}
	}
	late, _, err := st.Season(t.Context(), "par")
	must(t, err)
	late.Deadlines.Submit, late.Deadlines.Appraise = testNow.Add(-time.Hour), testNow
	must(t, st.PutSeason(t.Context(), *late))
	f.Set("token", tokenOf(t, page))
	if a := b.post(at, f); a.StatusCode < 400 || a.StatusCode >= 500 || !strings.Contains(a.body, "còn thiếu &lt;phụ lục&gt;</textarea>") {
		t.Errorf("late: %d %s", a.StatusCode, a.body)
	}
}

// A browser that is cut off while it sends a file shows no answer: what stands behind the fields is let pass.
func TestAFileThatNobodyTakesIsReadToItsEnd(t *testing.T) {
	t.Parallel()
	s := mustServer(t, mustStore(t, testNow))
	srv := httptest.NewServer(s)
	t.Cleanup(srv.Close)
	r := multiRequest(t, hanoiSays, answering("x", "2", "viết rất lâu", sentPart{"tep", "a.pdf", strings.Repeat("x", 8<<20)})...)
	body, err := io.ReadAll(r.Body)
	must(t, err)
	conn, err := net.Dial("tcp", srv.Listener.Addr().String())
	must(t, err)
	defer conn.Close()
	must(t, conn.SetDeadline(time.Now().Add(20*time.Second)))
	_, err = io.WriteString(conn, "POST "+hanoiSays+" HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: "+r.Header.Get("Content-Type")+"\r\nContent-Length: "+strconv.Itoa(len(body))+"\r\n\r\n")
	must(t, err)
	if _, err := conn.Write(body); err != nil { // all of it, before anything is read
		t.Fatalf("cut off while sending: %v", err)
	}
	got, err := io.ReadAll(conn)
	if err != nil || !strings.Contains(string(got), "401") || !strings.Contains(string(got), "viết rất lâu") {
		t.Errorf("%v %.200s", err, got)
	}
}
