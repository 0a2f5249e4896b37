package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"thuocdo/data"
	"thuocdo/survey"
)

// atReview walks the form, agreeing to say the ethnic group, to the review page.
func atReview(tb testing.TB, b *browser) answer {
	tb.Helper()
	page := b.get(sipasForm)
	for range 30 {
		if step, of := stepOf(tb, page); step == of {
			return page
		}
		f := fillIn(page, 0)
		if f.Has("a.ethnicity_consent") {
			if !strings.Contains(page.body, "Ông/bà có thể rút lại sự đồng ý") {
				tb.Error("the question that asks for consent does not say until when it can be taken back")
			}
			f.Set("a.ethnicity_consent", "yes")
		}
		page = b.post(sipasForm, f)
	}
	tb.Fatal("the form has no end")
	return page
}

// storedOf returns the responses of a wave.
func storedOf(tb testing.TB, st *data.Store, wave string) (list []survey.StoredResponse) {
	tb.Helper()
	must(tb, st.Responses(tb.Context(), wave, func(r survey.StoredResponse) error {
		list = append(list, r)
		return nil
	}))
	return list
}

// ethnicities are what the stored responses say: of the consent and of the ethnic group.
func ethnicities(tb testing.TB, list []survey.StoredResponse, f *survey.Form) (said []string) {
	tb.Helper()
	for _, r := range list {
		raw := f.Raw(r.Answers)
		said = append(said, strings.Join(raw["ethnicity_consent"], "")+"/"+strings.Join(raw["ethnicity"], ""))
	}
	return said
}

func TestAConsentIsTakenBackBeforeTheFormIsSent(t *testing.T) {
	t.Parallel()
	st := mustStore(t, testNow)
	b := newBrowser(t, mustServer(t, st))
	review := atReview(t, b)
	if !strings.Contains(review.body, `value="withdraw-ethnicity_consent"`) {
		t.Fatal("the last step offers no way to take the consent back")
	}
	kept := review.form()
	kept.Set("go", "withdraw-ethnicity_consent")
	undone := b.post(sipasForm, kept)
	if undone.StatusCode != http.StatusOK || !strings.Contains(undone.body, "Đã rút lại sự đồng ý") || strings.Contains(undone.body, "withdraw-") {
		t.Fatalf("%d: the page does not say that the consent is taken back", undone.StatusCode)
	}
	if a, to := press(t, b, sipasForm, undone.form()); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("sent: %d to %q", a.StatusCode, to)
	}
	w, err := st.OpenWave("mo")
	must(t, err)
	if got := ethnicities(t, storedOf(t, st, "mo"), w.Form); len(got) != 1 || got[0] != "no/" {
		t.Errorf("stored %q", got)
	}
}

func TestAConsentOfANeedlessCodeIsNoMistake(t *testing.T) {
	t.Parallel()
	st := mustStore(t, testNow)
	b := newBrowser(t, mustServer(t, st))
	review := atReview(t, b)
	for _, code := range []string{"sex", "", "<script>", strings.Repeat("x", 4000)} {
		f := review.form()
		f.Set("go", "withdraw-"+code)
		if a := b.post(sipasForm, f); a.StatusCode != http.StatusOK || !strings.Contains(a.body, "withdraw-ethnicity_consent") {
			t.Errorf("%.20q: %d", code, a.StatusCode)
		}
	}
	if a, to := press(t, b, sipasForm, review.form()); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("sent: %d to %q", a.StatusCode, to)
	}
	w, err := st.OpenWave("mo")
	must(t, err)
	if got := ethnicities(t, storedOf(t, st, "mo"), w.Form); len(got) != 1 || !strings.HasPrefix(got[0], "yes/") || got[0] == "yes/" {
		t.Errorf("stored %q", got)
	}
}

// A form whose hidden state was made by hand: the sensitive answer is in it, the consent is not.
func TestAForgedFormWithoutConsentIsNotStored(t *testing.T) {
	t.Parallel()
	st := mustStore(t, testNow)
	b := newBrowser(t, mustServer(t, st))
	review := atReview(t, b)
	w, err := st.OpenWave("mo")
	must(t, err)
	d, err := decodeDraft(w.Form, review.form().Get(fieldDraft))
	must(t, err)
	i, _ := w.Form.Index("ethnicity_consent")
	d.Answers[i] = survey.Answer{}
	f := url.Values{fieldDraft: {d.encode(w.Form)}, fieldPage: review.form()[fieldPage]}
	if a, to := press(t, b, sipasForm, f); a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.body, "Đã rút lại sự đồng ý") {
		t.Errorf("%d to %q", a.StatusCode, to)
	}
	if n := len(storedOf(t, st, "mo")); n != 0 {
		t.Errorf("%d responses stored", n)
	}
}

func TestAProgramCannotSendWhatNobodyAgreedTo(t *testing.T) {
	t.Parallel()
	s := mustServer(t, mustStore(t, testNow))
	for _, consent := range []string{"", `"ethnicity_consent":"no",`} {
		status, _, out := programmed(t, s, "mo", key, `{"agency":"01","answers":{`+consent+`"ethnicity":"other"}}`)
		found := false
		for _, x := range out["errors"].([]any) {
			e := x.(map[string]any)
			found = found || e["pointer"] == "#/answers/ethnicity" && e["reason"] == "no_consent" && e["detail"] != ""
		}
		if status != http.StatusUnprocessableEntity || !found {
			t.Errorf("consent %q: %d %v", consent, status, out["errors"])
		}
	}
}

func TestWhatWasTypedWithoutConsentIsNotPutAside(t *testing.T) {
	t.Parallel()
	st := mustStore(t, testNow)
	w, err := st.OpenWave("mo")
	must(t, err)
	f := w.Form
	i, _ := f.Index("ethnicity")
	d := draft{Answers: make(survey.Answers, f.Len()), Typed: map[int]string{i: "viết tay"}}
	d.Answers[i] = survey.Answer{Set: true}
	d.prune(f)
	if d.Answers[i].Set || len(d.Typed) > 0 {
		t.Errorf("left: %+v, typed %v", d.Answers[i], d.Typed)
	}
}
