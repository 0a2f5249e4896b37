package web

import (
	"net/http"
	"testing"
	"time"

	"thuocdo/survey"
	"thuocdo/survey/account"
)

func TestTheServiceRemindsFromSevenInTheMorningWhereLettersCanBeSent(t *testing.T) {
	t.Parallel()
	st := mustSeason(t)
	must(t, st.SetContact(t.Context(), idOf(t, st, "danang"), account.Contact{Email: "danang@example.vn", Lang: "vi", Reminders: true}))
	x := parSeason("par")
	x.Remind = []int{10} // at testNow drafts are due in ten days
	must(t, st.PutSeason(t.Context(), x))
	morningAt := func(hour int) func() time.Time {
		y, m, d := testNow.In(survey.Vietnam).Date()
		return func() time.Time { return time.Date(y, m, d, hour, 0, 0, 0, survey.Vietnam) }
	}
	mail := Mail{From: "so@example.vn", Base: "https://x.vn"}
	for _, c := range []struct {
		name string
		cfg  Config
		want int
	}{
		{"before seven", Config{Mail: mail, Now: morningAt(6)}, 0},
		{"without a mail server", Config{Now: morningAt(8)}, 0},
		{"at eight", Config{Mail: mail, Now: morningAt(8)}, 1},
		{"at nine", Config{Mail: mail, Now: morningAt(9)}, 0},
	} {
		mustServerWith(t, c.cfg, st).sweepOnce(t.Context())
		list := deliverAll(t, st)
		if len(list) != c.want || c.want == 1 && (list[0].To != "danang@example.vn" || len(list[0].Notice.Lines) != 1) {
			t.Errorf("%s: %+v", c.name, list)
		}
	}
}

func TestASeasonSaysWhenPeopleAreReminded(t *testing.T) {
	t.Parallel()
	st := mustSeason(t)
	b := signedInAs(t, mustServer(t, st), "quantri")
	at := seasonAddress("par") + "/sua"
	form := b.get(at).form()
	if form.Get("nhac") != "7, 1" {
		t.Errorf("the usual days: %q", form.Get("nhac"))
	}
	for _, wrong := range []string{"x", "0", "61", "7, 7", "1,2,3,4,5,6", "-1"} {
		for _, lang := range []string{"", "?lang=en"} {
			if a := b.post(at+lang, with(b.get(at).form(), "nhac", wrong)); a.StatusCode != http.StatusUnprocessableEntity || attr(a.find("nhac"), "value") != wrong {
				t.Errorf("%q: %d", wrong, a.StatusCode)
			}
		}
	}
	for typed, want := range map[string]int{"3; 2": 2, "": 0} {
		if a := b.post(at, with(b.get(at).form(), "nhac", typed)); a.StatusCode != http.StatusSeeOther {
			t.Errorf("%q: %d", typed, a.StatusCode)
		}
		if x, _, err := st.Season(t.Context(), "par"); err != nil || x.Remind == nil || len(x.Remind) != want {
			t.Errorf("%q: %v, %v", typed, x.Remind, err)
		}
	}
}
