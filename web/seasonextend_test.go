package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"thuocdo/scoring/assess"
	"thuocdo/survey"
	"thuocdo/survey/audit"
)

func TestAnAdministratorGivesOneAgencyMoreTime(t *testing.T) {
	t.Parallel()
	now := testNow
	st := mustSeasonAt(t, func() time.Time { return now })
	s := mustServerWith(t, Config{Now: func() time.Time { return now }}, st)
	season, _, err := st.Season(t.Context(), "par")
	must(t, err)
	now = season.Deadlines.Submit.Add(time.Minute)
	b := signedInAs(t, s, "quantri")
	at := seasonAddress("par") + "/gia-han"
	later := season.Deadlines.Submit.Add(48 * time.Hour)
	form := func(more ...string) url.Values {
		f := url.Values{"token": {tokenOf(t, b.get(seasonAddress("par")))}, "gh-co-quan": {"01"}, "gh-buoc": {"draft"}, "gh-han": {later.In(survey.Vietnam).Format(timeForm)}, "gh-ly-do": {"mưa lũ <b>"}}
		return with(f, more...)
	}
	for name, c := range map[string]struct{ field, value, faulty string }{
		"no reason":        {"gh-ly-do", " ", "gh-ly-do"},
		"no agency":        {"gh-co-quan", "99", "gh-co-quan"},
		"no stage":         {"gh-buoc", "final", "gh-buoc"},
		"no moment":        {"gh-han", "mai", "gh-han"},
		"behind the next":  {"gh-han", season.Deadlines.Appraise.In(survey.Vietnam).Format(timeForm), "gh-han"},
		"before the usual": {"gh-han", season.Deadlines.Submit.Add(-time.Hour).In(survey.Vietnam).Format(timeForm), "gh-han"},
	} {
		for _, lang := range []string{"", "?lang=en"} {
			a := b.post(at+lang, form(c.field, c.value))
			if a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.body, `href="#`+c.faulty+`"`) || strings.Contains(a.body, "⟦") || c.field != "gh-ly-do" && !strings.Contains(a.body, "mưa lũ &lt;b&gt;") {
				t.Errorf("%s%s: %d", name, lang, a.StatusCode)
			}
		}
	}
	for _, login := range []string{"hanoi", "thamdinh"} {
		o := signedInAs(t, s, login)
		if a := o.post(at, with(form(), "token", tokenOf(t, o.get("/quan-tri")))); a.StatusCode != http.StatusForbidden {
			t.Errorf("%s: %d", login, a.StatusCode)
		}
	}
	if a := b.post(at, form()); a.Header.Get("Location") != seasonAddress("par")+"?xong=gia-han" {
		t.Fatalf("%d %s", a.StatusCode, a.body)
	}
	for lang, w := range map[string]string{"?xong=gia-han": "Các cơ quan được gia hạn", "?lang=en&xong=gia-han": "Agencies with more time"} {
		if a := b.get(seasonAddress("par") + lang); !strings.Contains(a.body, w) || !strings.Contains(a.body, "mưa lũ &lt;b&gt;") || strings.Contains(a.body, "⟦") {
			t.Errorf("the season%s does not show it", lang)
		}
	}
	n := oneLeaf(t, mustPlan(t, "par-index-province"))
	for login, code := range map[string]string{"hanoi": "01", "danang": "48"} {
		o := signedInAs(t, s, login)
		a := o.get(sheetAddress("par", code) + "/" + n.Code)
		if (a.find("phieu-muc") != nil) != (login == "hanoi") {
			t.Errorf("%s: the form is there: %t", login, a.find("phieu-muc") != nil)
		}
	}
	for lang, w := range map[string]string{"": "Cơ quan được gia hạn đến", "?lang=en": "The agency was given time until"} {
		if a := signedInAs(t, s, "hanoi").get(sheetAddress("par", "01") + lang); !strings.Contains(a.body, w) || !strings.Contains(a.body, "mưa lũ &lt;b&gt;") {
			t.Errorf("the sheet%s does not say it", lang)
		}
	}
	must(t, st.Assess(asWho(t, "hanoi"), "par", assess.Turn{Agency: "01", Acts: []assess.Act{assess.Fill{Leaf: n.Code, Claim: assess.Claim{Explanation: "kịp"}}}}))
	// The plan cannot be moved so that the appraisal ends before.
	moved := *season
	moved.Deadlines.Appraise = later
	if err := st.PutSeason(t.Context(), moved); err == nil || !strings.Contains(err.Error(), "$.deadlines.appraise") {
		t.Errorf("other deadlines: %v", err)
	}
	log, err := st.Audit(t.Context(), audit.Filter{Kind: audit.MoreTime})
	must(t, err)
	if len(log) != 1 || log[0].Subject != "par 01 draft" || log[0].Reason != "mưa lũ <b>" || log[0].Name != "quantri" {
		t.Errorf("the log: %+v", log)
	}
	if a := b.post(at, form("gh-han", "", "gh-ly-do", "nhầm")); a.StatusCode != http.StatusSeeOther {
		t.Errorf("taken back: %d", a.StatusCode)
	}
	if a := signedInAs(t, s, "hanoi").get(sheetAddress("par", "01") + "/" + n.Code); a.find("phieu-muc") != nil {
		t.Error("the form is still there")
	}
	report, err := st.Doctor(t.Context())
	must(t, err)
	if !report.OK() {
		t.Errorf("doctor: %+v", report)
	}
}
