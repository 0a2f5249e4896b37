package web

import (
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"thuocdo/data"
	"thuocdo/scoring"
	"thuocdo/scoring/standing"
)

// heldAddresses are all addresses of everyAddress, and those that could tell of figures without naming a release.
func heldAddresses(s *Server, id string) []string {
	return append(everyAddress(s, id), figuresPages...)
}

// Two services whose figures differ are the same to everybody while the figures are held, whatever becomes of the release before
// its minute.
func TestHeldFiguresReachNobody(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("thousands of requests, one after another: not with the race detector")
	}
	reads := func(points float64) (list []map[string]string) {
		s, st, _ := mustReleases(t)
		must(t, st.Hold(t.Context(), "muoi", "2025", ""))
		r := mustSealed(t, st, points)
		anyone := newBrowser(t, s)
		for _, step := range []func() error{
			func() error { return nil },
			func() error { return st.PutRelease(t.Context(), r, "", nil) },
			func() error { return st.InviteToRelease(t.Context(), r.ID, []string{"congbo"}) },
			func() error { return st.PublishRelease(t.Context(), r.ID, testNow.Add(time.Minute)) },
		} {
			must(t, step())
			seen := map[string]string{}
			for p, text := range peek(anyone, heldAddresses(s, r.ID), r.ID, "") {
				seen[strings.ReplaceAll(p, r.ID, "ID")] = text
			}
			list = append(list, seen)
		}
		return list
	}
	one, other := reads(7.25), reads(3.75)
	for i := range one {
		same(t, []string{"no release", "draft", "room", "embargo"}[i], one[i], other[i])
	}
}

// rankingOf returns what everybody gets of an index, and its status.
func rankingOf(t *testing.T, s *Server, index, period string) (int, string) {
	t.Helper()
	a := newBrowser(t, s).get("/api/v1/indexes/" + index + "/" + period + "/ranking")
	return a.StatusCode, a.body
}

// A release that waits holds the figures by itself; once it is public it says them, whatever has come in since, and a withdrawal takes
// them away with the reason.
func TestTheReleaseSaysWhatIsHeld(t *testing.T) {
	t.Parallel()
	var now atomic.Int64
	set := func(at time.Time) { now.Store(at.UnixMicro()) }
	set(testNow)
	s, st, r := mustReleasesAt(t, func() time.Time { return time.UnixMicro(now.Load()) })
	if status, body := rankingOf(t, s, "muoi", "2025"); status != http.StatusOK || !strings.Contains(body, "7.5") {
		t.Fatalf("before anything is held: %d %s", status, body)
	}
	must(t, st.PutRelease(t.Context(), r, "", nil))
	must(t, st.PublishRelease(t.Context(), r.ID, testNow.Add(time.Hour)))
	set(testNow.Add(time.Minute))
	if status, _ := rankingOf(t, s, "muoi", "2025"); status != http.StatusNotFound {
		t.Errorf("during the embargo: %d", status)
	}
	if list := newBrowser(t, s).get("/api/v1/indexes").body; !strings.Contains(list, `"vi":"Mười điểm"},"periods":[]`) {
		t.Errorf("the period is listed during the embargo: %s", list)
	}
	mustSealed(t, st, 3.25) // what comes in later
	set(testNow.Add(2 * time.Hour))
	if status, body := rankingOf(t, s, "muoi", "2025"); status != http.StatusOK || !strings.Contains(body, "7.5") || strings.Contains(body, "3.25") {
		t.Errorf("after the minute: %d %s", status, body)
	}
	if page := newBrowser(t, s).get("/xep-hang/muoi/2025").body; !strings.Contains(page, "7,50") || strings.Contains(page, "3,25") {
		t.Error("the page does not say what the release says")
	}
	if page := newBrowser(t, s).get("/so-sanh/muoi/2025/2025").body; strings.Contains(page, "3,25") {
		t.Error("the comparison of periods says what came in later")
	}
	must(t, st.WithdrawRelease(t.Context(), r.ID, map[string]string{"vi": "Phát hiện phiếu giả", "en": "Forged"}))
	set(testNow.Add(3 * time.Hour))
	if status, _ := rankingOf(t, s, "muoi", "2025"); status != http.StatusNotFound {
		t.Errorf("after the withdrawal: %d", status)
	}
	b := newBrowser(t, s)
	if a := b.get("/xep-hang/muoi/2025"); a.StatusCode != http.StatusSeeOther || !strings.HasPrefix(a.Header.Get("Location"), "/cong-bo/"+r.ID) {
		t.Errorf("the ranking of what was withdrawn: %d %s", a.StatusCode, a.Header.Get("Location"))
	}
	if err := st.Lift(t.Context(), "muoi", "2025", ""); err == nil {
		t.Error("the hold of what was withdrawn can be lifted")
	}
}

// An index into which another goes gets of it what everybody sees.
func TestAnIndexTakesOfAnotherWhatEverybodySees(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("polls a hundred people")
	}
	w := mustWorld(t, 0, 20, 1, 40, 1)
	st := w.store.(*data.Store)
	leaf := func(when string) float64 {
		t.Helper()
		w.boards = newBoards(w.sources, w.cfg.Now)
		b, err := w.boards.get(t.Context(), standing.Query{Framework: "par-index-province", Period: "2025", View: standing.Public})
		must(t, err)
		r := b.Outcome.Results[b.at["01"]]
		for i, n := range b.Plan.Nodes() {
			if n.Rule != nil && n.Rule.Type == scoring.IndexValue {
				if !r.Nodes[i].Known {
					return -1
				}
				return r.Nodes[i].Points
			}
		}
		t.Fatalf("%s: no leaf takes its value from another index", when)
		return 0
	}
	released := leaf("public")
	must(t, st.Hold(t.Context(), "sipas", "2025", ""))
	if got := leaf("held, with a release"); got != released || got < 0 {
		t.Errorf("with the release %v, before %v", got, released)
	}
	must(t, st.WithdrawRelease(t.Context(), w.release, map[string]string{"vi": "Sai"}))
	if got := leaf("withdrawn"); got >= 0 {
		t.Errorf("after the withdrawal the index says %v points of what nobody may see", got)
	}
}

// Publishers hold figures and lift holds; what is mistyped stays in the form.
func TestPublishersHoldFigures(t *testing.T) {
	t.Parallel()
	s, st, r := mustReleases(t)
	must(t, st.PutRelease(t.Context(), r, "", nil))
	b := signedInAs(t, s, "congbo")
	page := b.get(releaseDeskPath)
	send := func(fields ...string) answer {
		t.Helper()
		form := url.Values{"token": {tokenOf(t, page)}}
		for i := 0; i < len(fields); i += 2 {
			form.Set(fields[i], fields[i+1])
		}
		return b.post(holdPath, form)
	}
	if a := send("lam", "giu", "chi-so", "muoi", "ky", "20x5", "ly-do", "chờ họp báo"); a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.body, `value="20x5"`) || !strings.Contains(a.body, "chờ họp báo") {
		t.Errorf("a wrong period: %d", a.StatusCode)
	}
	if a := send("lam", "giu", "chi-so", "muoi", "ky", "2025", "ly-do", "chờ họp báo"); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("hold: %d %.300s", a.StatusCode, a.body)
	}
	if a := b.get(releaseDeskPath + "?lang=en"); !strings.Contains(a.body, "chờ họp báo") || !strings.Contains(a.body, "Held since") {
		t.Error("the hold is not listed")
	}
	if a := send("lam", "giu", "chi-so", "muoi", "ky", "2025"); a.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("held twice: %d", a.StatusCode)
	}
	if status, _ := rankingOf(t, s, "muoi", "2025"); status != http.StatusNotFound {
		t.Errorf("held figures: %d", status)
	}
	if a := b.get("/quan-tri/xep-hang/muoi/2025"); a.StatusCode != http.StatusOK {
		t.Errorf("the publisher's own view: %d", a.StatusCode)
	}
	if a := send("lam", "thoi", "chi-so", "muoi", "ky", "2025"); a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.body, s.book.In("vi").T("hold.wrong.sure")) {
		t.Errorf("lifted by one click: %d", a.StatusCode)
	}
	must(t, st.InviteToRelease(t.Context(), r.ID, []string{"kiemtoan"}))
	if a := send("lam", "thoi", "chac", "1", "chi-so", "muoi", "ky", "2025"); a.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("lifted although a release waits: %d", a.StatusCode)
	}
	must(t, st.WithdrawRelease(t.Context(), r.ID, map[string]string{"vi": "Thôi"}))
	if a := send("lam", "thoi", "chac", "1", "chi-so", "muoi", "ky", "2025"); a.StatusCode != http.StatusSeeOther {
		t.Errorf("lift: %d", a.StatusCode)
	}
	if status, _ := rankingOf(t, s, "muoi", "2025"); status != http.StatusOK {
		t.Errorf("figures that are lifted: %d", status)
	}
	if list, err := st.Holds(t.Context()); err != nil || len(list) != 0 {
		t.Errorf("%v %v", list, err)
	}
}

// Every public address answers from a sealed file of a survey as well as from the answers.
func TestEveryAddressAnswersFromARelease(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("hundreds of requests, one after another")
	}
	w := mustWorld(t, 0, 20, 1, 40, 1)
	st := w.store.(*data.Store)
	b := newBrowser(t, w.Server)
	before := peek(b, w.published(), w.release, "")
	must(t, st.Hold(t.Context(), "sipas", "2025", ""))
	w.boards = newBoards(w.sources, w.cfg.Now)
	after := peek(b, w.published(), w.release, "")
	lost := 0
	for p, text := range after {
		if strings.HasPrefix(text, "5") {
			t.Errorf("%s: %.200s", p, text)
		}
		if strings.HasPrefix(before[p], "200") && !strings.HasPrefix(text, "200") {
			if lost++; !strings.Contains(p, "method=") && !strings.Contains(p, "cach-tinh=") { // a release speaks by one method
				t.Errorf("%s: %.60s before %.60s", p, text, before[p])
			}
		}
	}
	t.Logf("%d addresses, %d of other methods are gone", len(after), lost)
}
