package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"thuocdo/data"
	"thuocdo/scoring/phrase"
	"thuocdo/survey"
	"thuocdo/survey/paper"
)

// long is a questionnaire with a picker of communes, one of procedures that depends on their field, and a text.
func long(code string, layout survey.Spread) *survey.Questionnaire {
	q := &survey.Questionnaire{Code: code, Version: "1", Layout: layout, Title: phrase.VI("Tìm", "Search"), Intro: phrase.VI("Mở đầu", "Intro"),
		Lists: map[string][]survey.Choice{"field": {{Code: "land", Text: phrase.VI("Đất đai", "Land")}, {Code: "civil", Text: phrase.VI("Hộ tịch", "Civil status")}}}}
	for k := range 120 {
		field := []string{"land", "civil"}[k%2]
		q.Lists["procedures"] = append(q.Lists["procedures"], survey.Choice{Code: fmt.Sprintf("1.%03d", k), Attributes: map[string]string{"field": field},
			Text: phrase.VI(fmt.Sprintf("Đăng ký %03d về %s", k, field), fmt.Sprintf("Registration %03d of %s", k, field))})
	}
	one := []survey.Question{
		{Code: "home", Type: survey.AgencyPick, List: "commune", Required: true, Text: phrase.VI("Nơi ở <b>", "Home")},
		{Code: "field", Type: survey.Single, List: "field", Text: phrase.VI("Lĩnh vực", "Field")},
		{Code: "what", Type: survey.ProcedurePick, List: "procedures", ChoiceFilter: "field = ${field}", Text: phrase.VI("Thủ tục", "Procedure")},
		{Code: "more", Type: survey.FreeText, Text: phrase.VI("Thêm về ${named}", "More about ${named}")},
		{Code: "named", Type: survey.Calculate, Calculation: "jr:choice-name(${home}, '${home}')"},
	}
	q.Pages = []survey.Page{{Code: "p1", Title: phrase.VI("Trang một", "Page one"), Blocks: []survey.Block{{Questions: one}}}}
	return q
}

// mustLong is a store with so many communes, and the waves "tim" and "tim-mot" (on one page) that pick one of them.
func mustLong(tb testing.TB, communes int) *data.Store {
	tb.Helper()
	st := mustStore(tb, testNow)
	var list []survey.Agency
	for k := range communes {
		list = append(list, survey.Agency{Code: fmt.Sprintf("c-%05d", k), Kind: survey.Commune, Parent: []string{"01", "48"}[k%2],
			Name: phrase.VI(fmt.Sprintf("Xã Đông Hòa %d", k/2), fmt.Sprintf("Dong Hoa Commune %d", k/2)), ValidFrom: survey.DayOf(testNow.AddDate(-1, 0, 0))})
	}
	must(tb, st.PutAgencies(tb.Context(), list, nil))
	for code, layout := range map[string]survey.Spread{"tim": survey.BySteps, "tim-mot": survey.OnePage} {
		period := survey.Period(map[survey.Spread]string{survey.BySteps: "2026-07", survey.OnePage: "2026-08"}[layout])
		must(tb, st.PutQuestionnaire(tb.Context(), long(code, layout)))
		must(tb, st.PutWave(tb.Context(), survey.Wave{Code: code, Title: phrase.VI("Khảo sát "+code, "Survey "+code), Questionnaire: code, Version: "1", Framework: "sipas",
			Period: period, Opens: testNow.AddDate(0, -1, 0), Closes: testNow.AddDate(0, 1, 0), Agencies: []string{"01", "48"}}))
	}
	return st
}

// choicesOf returns the codes that a page offers for a question, with the words beside them.
func choicesOf(a answer, question string) (codes []string) {
	for n := range a.doc.Descendants() {
		if n.Data == "input" && attr(n, "type") == "radio" && attr(n, "name") == "a."+question {
			codes = append(codes, attr(n, "value"))
		}
	}
	return codes
}

func with(f url.Values, more ...string) url.Values {
	for i := 0; i+1 < len(more); i += 2 {
		f.Set(more[i], more[i+1])
	}
	return f
}

func TestALongPickerIsSearchedWithoutAScript(t *testing.T) {
	t.Parallel()
	st := mustLong(t, 400)
	s := mustServer(t, st)
	for wave, last := range map[string]string{"tim": "next", "tim-mot": "send"} {
		for _, lang := range []string{"", "?lang=en"} {
			b, path := newBrowser(t, s), "/khao-sat/"+wave+"/01"+lang
			page := b.get(path)
			if got := choicesOf(page, "home"); len(got) != 0 {
				t.Fatalf("%d choices at first", len(got))
			}
			page = b.post(path, with(page.form(), "q.home", "ĐÔNG  hoa", "a.more", "giữ lại", "a.field", "land", "go", "find-home"))
			if got := choicesOf(page, "home"); page.StatusCode != http.StatusOK || len(got) != foundMost || page.form().Get("a.more") != "giữ lại" || page.form().Get("q.home") != "ĐÔNG  hoa" {
				t.Fatalf("%d: %d choices, kept %v", page.StatusCode, len(got), page.form())
			}
			// Left without a look at what was typed, the page shows it first.
			page = b.post(path, with(page.form(), "q.home", "dong hoa 17", "go", last))
			got := choicesOf(page, "home")
			if want := []string{"c-00034", "c-00035", "c-00340", "c-00341"}; page.StatusCode != http.StatusOK || !slices.Equal(got[:4], want) {
				t.Fatalf("%d, found %v", page.StatusCode, got)
			}
			page = b.post(path, with(page.form(), "go", last))
			if page.StatusCode != http.StatusUnprocessableEntity || len(choicesOf(page, "home")) != len(got) {
				t.Errorf("nothing chosen: %d", page.StatusCode)
			}
			page = b.post(path, with(page.form(), "a.home", "c-00035", "q.what", "dang ky 0", "go", "find-what"))
			if got := choicesOf(page, "what"); page.form().Get("a.home") != "c-00035" || len(got) != foundMost+1 || got[0] != "1.000" || got[1] != "1.002" || got[foundMost] != "" {
				t.Errorf("of the field land: %v, home %q", got, page.form().Get("a.home"))
			}
			if where := page.find("c-home"); where == nil || attr(where, "value") != "" {
				t.Error("what was typed to an answered question comes back")
			}
			// What was looked at and not chosen is left out, being optional.
			f := with(page.form(), "go", last)
			page = b.post(path, f)
			if wave == "tim" {
				if !strings.Contains(page.body, "Đông Hòa 17") && !strings.Contains(page.body, "Dong Hoa Commune 17") {
					t.Errorf("%d: the review does not name the commune", page.StatusCode)
				}
				page = b.post(path, with(page.form(), "go", "send"))
			}
			if page.StatusCode != http.StatusSeeOther {
				t.Fatalf("sent: %d", page.StatusCode)
			}
		}
		for _, r := range storedOf(t, st, wave) {
			if r.Answers[0].Text != "c-00035" || r.Answers[2].Set || r.Answers[3].Text != "giữ lại" {
				t.Errorf("stored %+v", r.Answers)
			}
		}
	}
}

func TestAScriptGetsAFewMatchesOfThatQuestionAlone(t *testing.T) {
	t.Parallel()
	st := mustLong(t, 400)
	s := mustServer(t, st)
	look := func(path string, f url.Values) (int, foundList) {
		r := posted(path, f)
		r.Header.Set("Accept", "application/json")
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		var list foundList
		if strings.HasPrefix(w.Header().Get("Content-Type"), "application/json") {
			must(t, json.Unmarshal(w.Body.Bytes(), &list))
		}
		return w.Code, list
	}
	const path = "/khao-sat/tim/01"
	start := newBrowser(t, s).get(path).form()
	for _, c := range []struct {
		fields []string
		want   int
		first  string
	}{
		{[]string{"go", "find-home", "q.home", "x<q"}, 0, ""},
		{[]string{"go", "find-home", "q.home", ""}, 0, ""},
		{[]string{"go", "find-home", "q.home", "xa"}, foundMost, "01-b"},
		{[]string{"go", "find-home", "q.home", "C-00123"}, 1, "c-00123"},
		{[]string{"go", "find-home", "q.home", "Đống đa ph"}, 1, "01-a"},
		{[]string{"go", "find-what", "q.what", "đăng ký"}, 0, ""}, // no field yet
		{[]string{"go", "find-what", "q.what", "đăng ký 10", "a.field", "civil"}, 6, "1.101"},
		{[]string{"go", "find-more", "q.more", "a"}, 0, ""},
		{[]string{"go", "find-x", "q.x", "a"}, 0, ""},
		{[]string{"go", "find-home", "q.home", strings.Repeat("đ ", 9000)}, foundMost, "01-a"},
	} {
		f := url.Values{"s": start["s"], "p": start["p"]}
		status, list := look(path, with(f, c.fields...))
		if status != http.StatusOK || len(list.Found) != c.want || c.want > 0 && list.Found[0].Code != c.first {
			t.Errorf("%.60q: %d, %d found, %+v", c.fields, status, len(list.Found), list)
		}
	}
	// Two communes of one name are told apart by what is above them.
	if _, list := look(path, with(url.Values{"p": {"0"}}, "go", "find-home", "q.home", "c-00035")); len(list.Found) != 1 || list.Found[0].Words != "Xã Đông Hòa 17, Đà Nẵng" {
		t.Errorf("%+v", list)
	}
	// Whoever may not begin does not search either.
	must(t, st.SetAccess(t.Context(), "tim", survey.Invited))
	if status, list := look(path, with(url.Values{"p": {"0"}}, "go", "find-home", "q.home", "xa")); status != http.StatusForbidden || len(list.Found) > 0 {
		t.Errorf("without an invitation: %d", status)
	}
}

func TestWhatWasTypedInASearchIsPutAsideToo(t *testing.T) {
	t.Parallel()
	b := newBrowser(t, mustServer(t, mustLong(t, 60)))
	const path = "/khao-sat/tim/01"
	saved := b.post(path, with(b.get(path).form(), "q.home", "hòa 7", "go", "save"))
	page := reopen(b, resumeCodes.FindString(saved.body))
	if got := choicesOf(page, "home"); page.form().Get("q.home") != "hòa 7" || !slices.Equal(got, []string{"c-00014", "c-00015"}) {
		t.Errorf("%q, %v", page.form().Get("q.home"), got)
	}
	// The way back, and another language, keep it as well.
	if page = b.post(path, with(page.form(), "go", "lang-en")); page.form().Get("q.home") != "hòa 7" || !strings.Contains(page.body, "2 choices found") {
		t.Error("the other language forgets it")
	}
}

func TestAPreviewAndAKioskSearchToo(t *testing.T) {
	t.Parallel()
	st := mustLong(t, 60)
	s := mustServer(t, st)
	b := signedInAs(t, s, "phantich")
	at := editionPath("tim", "1") + "/xem"
	page := b.post(at, with(b.get(at).form(), "q.home", "hoa 7", "go", "find-home"))
	if got := choicesOf(page, "home"); !slices.Equal(got, []string{"c-00014", "c-00015"}) {
		t.Errorf("preview: %v", got)
	}
	k := mustKioskOf(t, s, "tim")
	k.get("/kiosk/tim/01")
	page = k.post("/kiosk/tim/01/phieu", with(k.get("/kiosk/tim/01/phieu").form(), "q.home", "hoa 7", "go", "next"))
	if got := choicesOf(page, "home"); !slices.Equal(got, []string{"c-00014", "c-00015"}) || page.form().Get("luot") == "" {
		t.Errorf("kiosk: %d, %v", page.StatusCode, got)
	}
}

func TestALongListIsTypedFromPaperByCodeOrName(t *testing.T) {
	t.Parallel()
	st := mustLong(t, 60)
	one, _, _ := mustTypists(t, st, "1")
	must(t, st.PutBatch(t.Context(), paper.Batch{Wave: "tim", Agency: "01", Code: "ABCDE", Issued: 20}))
	batch := batchPath("ABCDE")
	if printed := one.get(batch + "/in"); strings.Contains(printed.body, "Đông Hòa") || !strings.Contains(printed.body, `class="lines"`) {
		t.Error("the printed form has no line to write the commune on")
	}
	for _, lang := range []string{"", "?lang=en"} {
		f := with(one.get(batch+"/nhap"+lang).form(), "so", "9", "go", "save", "a.home", "dong hoa 7")
		a := one.post(batch+"/nhap"+lang, f)
		if a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.body, "<b>c-00014</b>") || !strings.Contains(a.body, "<b>c-00015</b>") {
			t.Errorf("part of a name: %d", a.StatusCode)
		}
	}
	for number, cell := range map[string]string{"1": "c-00015", "2": "xa dong hoa 7, đÀ nẵng"} {
		if a := typeIn(one, batch, number, map[string]string{"home": cell, "field": "2", "what": "dang ky 001 ve civil"}); became(a) != "counted" {
			t.Errorf("%q: %d", cell, a.StatusCode)
		}
	}
	list := storedOf(t, st, "tim")
	for _, r := range list {
		if r.Answers[0].Text != "c-00015" || r.Answers[2].Choice != 1 {
			t.Errorf("stored %+v", r.Answers)
		}
	}
	if len(list) != 2 {
		t.Errorf("%d stored", len(list))
	}
}

// TestTenThousandAgenciesDoNotMakeAFormLarge holds the first visit to the bound of every form, and each page after it.
func TestTenThousandAgenciesDoNotMakeAFormLarge(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("a page of ten thousand agencies: not with the race detector")
	}
	s := mustServer(t, mustLong(t, 10_000))
	size := func(r *http.Request) int {
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if w.Code != http.StatusOK {
			t.Fatal(w.Code)
		}
		return w.Body.Len()
	}
	for _, wave := range []string{"tim", "tim-mot"} {
		path := "/khao-sat/" + wave + "/01"
		first, found := size(httptest.NewRequest(http.MethodGet, path, nil)), size(posted(path, url.Values{"p": {"0"}, "go": {"find-home"}, "q.home": {"xa"}, "a.home": {"c-00001"}}))
		t.Logf("%s: %d and %d bytes", wave, first, found)
		if first > 14<<10 || found > 20<<10 {
			t.Errorf("%s: the first page has %d bytes, the one with matches %d, before compression", wave, first, found)
		}
	}
}
