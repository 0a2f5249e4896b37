package web

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"thuocdo/survey"
)

const shortForm = "/khao-sat/loai/01"

// fillSmall answers the small form from a page on to its last step; years tells one way of answering from another.
func fillSmall(tb testing.TB, b *browser, page answer, years string) url.Values {
	tb.Helper()
	return fillSmallAt(tb, b, shortForm, page, years)
}

// fillSmallAt is fillSmall for a form at another address.
func fillSmallAt(tb testing.TB, b *browser, at string, page answer, years string) url.Values {
	tb.Helper()
	for range 10 {
		f := page.form()
		if step, of := stepOf(tb, page); step == of {
			f.Set("go", "send")
			return f
		}
		f.Set("a.years", years)
		f.Set("a.been", "no")
		f.Set("go", "next")
		page = b.post(at, f)
	}
	tb.Fatal("the small form has no end")
	return nil
}

// asides opens a form, puts it aside and returns it as two devices see it.
func asides(tb testing.TB, s *Server, ip string, page answer) (phone, desk answer) {
	tb.Helper()
	b := newBrowser(tb, s)
	b.ip = ip
	f := page.form()
	f.Set("a.years", "7")
	f.Set("a.been", "no")
	f.Set("go", "save")
	code := resumeCodes.FindString(b.post(shortForm, f).body)
	if code == "" {
		tb.Fatal("not put aside")
	}
	return reopen(b, code), reopen(b, code)
}

// TestNobodyCountsTwiceUnderLoad has many people send at once, each in all the ways that could count twice: retries of one form, the
// back button and other answers, a second tab, the same form resumed on two devices; half of them with an invitation.
func TestNobodyCountsTwiceUnderLoad(t *testing.T) {
	t.Parallel()
	people := 40
	if testing.Short() {
		people = 16
	}
	st := mustStore(t, testNow)
	s := mustServer(t, st)
	must(t, st.SetAccess(t.Context(), "loai", survey.Both))
	issued, err := st.Invite(t.Context(), "loai", []survey.Batch{{Agency: "01", N: people / 2}})
	must(t, err)
	type sending struct {
		person int
		form   url.Values
	}
	var all []sending
	for i := range people {
		ip := fmt.Sprintf("203.0.%d.7:1", i)
		b := newBrowser(t, s)
		b.ip = ip
		start := b.get(shortForm)
		if i < len(issued) {
			start = b.get("/moi/" + issued[i].Code)
		}
		phone, desk := asides(t, s, ip, start)
		one, two := fillSmall(t, b, phone, "7"), fillSmall(t, b, desk, "8")
		changed := fillSmall(t, b, phone, "9") // the back button, and other answers
		all = append(all, sending{i, one}, sending{i, one}, sending{i, one}, sending{i, two}, sending{i, two}, sending{i, changed})
		if i < len(issued) {
			all = append(all, sending{i, fillSmall(t, b, b.get("/moi/"+issued[i].Code), "6")}) // a second tab, its own form
		}
	}
	receipts, refused := make([]map[string]bool, people), make([]int, people)
	for i := range receipts {
		receipts[i] = map[string]bool{}
	}
	var mu sync.Mutex
	var wait sync.WaitGroup
	for _, x := range all {
		wait.Go(func() {
			b := newBrowser(t, s)
			b.ip = fmt.Sprintf("203.0.%d.7:1", x.person)
			a := b.post(shortForm, x.form)
			mu.Lock()
			defer mu.Unlock()
			switch to := a.Header.Get("Location"); {
			case strings.HasPrefix(to, "/bien-nhan/"):
				receipts[x.person][to] = true
			case a.StatusCode == http.StatusConflict:
				refused[x.person]++
			default:
				t.Errorf("person %d: %d", x.person, a.StatusCode)
			}
		})
	}
	wait.Wait()
	for i := range receipts {
		if len(receipts[i]) != 1 || refused[i] == 0 {
			t.Errorf("person %d has %d receipts, %d were refused", i, len(receipts[i]), refused[i])
		}
	}
	n := 0
	must(t, st.Responses(t.Context(), "loai", func(survey.StoredResponse) error { n++; return nil }))
	if n != people {
		t.Errorf("%d stored, want %d", n, people)
	}
}
