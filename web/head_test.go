package web

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"thuocdo/scoring/assess"
	"thuocdo/survey/account"
)

// Where an agency has an account of its head, whoever fills the sheet in does not hand it over.
func TestTheHeadOfAnAgencyApprovesInPerson(t *testing.T) {
	t.Parallel()
	st := mustSeason(t)
	fillSheet(t, st, "par", "01")
	fillSheet(t, st, "par", "48")
	must(t, addAccount(t, st, account.Account{Login: "chutich", Name: "Trần Thị <b>Chủ Tịch", Role: account.Head, Agency: "01"}))
	s := mustServer(t, st)
	at := sheetAddress("par", "01")
	officer := signedInAs(t, s, "hanoi")
	for lang, words := range map[string]string{"": "chờ thủ trưởng cơ quan đăng nhập và duyệt", "?lang=en": "waits for the head of the agency"} {
		a := officer.get(at + lang)
		if !strings.Contains(a.body, words) || !strings.Contains(a.body, "Trần Thị &lt;b&gt;Chủ Tịch") || a.find("thu-truong") != nil {
			t.Errorf("the officer's page%s", lang)
		}
		if a := officer.post(at+lang, url.Values{"token": {tokenOf(t, a)}, "lam": {"nop"}, "thu-truong": {"Ai Đó"}}); a.StatusCode != http.StatusConflict || !strings.Contains(a.body, `href="#nop"`) || strings.Contains(a.body, "⟦") {
			t.Errorf("an officer submits%s: %d", lang, a.StatusCode)
		}
	}
	if err := st.AssessAs(asWho(t, "hanoi"), idOf(t, st, "hanoi"), "par", assess.Turn{Agency: "01", Acts: []assess.Act{assess.Submit{Head: "Ai Đó"}}}); !errors.Is(err, assess.ErrHead) {
		t.Errorf("the store takes it: %v", err)
	}
	head := signedInAs(t, s, "chutich")
	if a := head.get(seasonsPath); !strings.Contains(a.body, `href="`+at+`"`) || strings.Contains(a.body, sheetAddress("par", "48")) {
		t.Error("the head does not find the sheet, or that of another agency")
	}
	n := oneLeaf(t, mustPlan(t, "par-index-province"))
	page := head.get(at + "/" + n.Code)
	if page.StatusCode != http.StatusOK || page.find("phieu-muc") != nil {
		t.Errorf("the head fills in: %d", page.StatusCode)
	}
	token := tokenOf(t, head.get("/quan-tri"))
	for _, to := range []string{at + "/" + n.Code, sheetAddress("par", "48")} {
		if a := head.post(to, url.Values{"token": {token}, "lam": {"nop"}}); a.StatusCode != http.StatusForbidden {
			t.Errorf("%s: %d", to, a.StatusCode)
		}
	}
	for lang, words := range map[string]string{"": "Duyệt và nộp phiếu", "?lang=en": "Approve and submit"} {
		if a := head.get(at + lang); !strings.Contains(a.body, words) || strings.Contains(a.body, "⟦") {
			t.Errorf("the head's page%s: %d", lang, a.StatusCode)
		}
	}
	seen := head.get(at).form()
	must(t, st.Assess(asWho(t, "hanoi"), "par", assess.Turn{Agency: "01", Acts: []assess.Act{assess.Fill{Leaf: n.Code, Seen: leafOf(t, st, "01", n.Code).Version,
		Claim: assess.Claim{Input: leafOf(t, st, "01", n.Code).Claim.Input, Explanation: "sửa sau lưng"}}}}))
	for _, lang := range []string{"", "?lang=en"} {
		for _, f := range []url.Values{seen, {"token": {token}, "lam": {"nop"}}} {
			if a := head.post(at+lang, f); a.StatusCode != http.StatusConflict || !strings.Contains(a.body, `href="#nop"`) || strings.Contains(a.body, "⟦") {
				t.Errorf("what was not seen is approved%s: %d", lang, a.StatusCode)
			}
		}
	}
	if a := head.post(at, with(head.get(at).form(), "thu-truong", "Ai Đó")); a.Header.Get("Location") != at+"?xong=nop" {
		t.Fatalf("%d %s", a.StatusCode, a.body)
	}
	sheet, err := st.Sheet(t.Context(), "par", "01")
	must(t, err)
	if sheet.Stage != assess.Submitted || sheet.Head != "Trần Thị <b>Chủ Tịch" {
		t.Errorf("%s by %q", sheet.Stage, sheet.Head)
	}
	// Elsewhere the officer says who approved.
	other := signedInAs(t, s, "danang")
	to := sheetAddress("par", "48")
	if a := other.post(to, url.Values{"token": {tokenOf(t, other.get(to))}, "lam": {"nop"}, "thu-truong": {"Lê B"}}); a.StatusCode != http.StatusSeeOther {
		t.Errorf("without an account of the head: %d", a.StatusCode)
	}
	report, err := st.Doctor(t.Context())
	must(t, err)
	if !report.OK() {
		t.Errorf("doctor: %+v", report)
	}
}

// A head who has left, or was disabled, holds nothing up.
func TestWithoutAnActiveHeadTheNameIsTypedAgain(t *testing.T) {
	t.Parallel()
	st := mustSeason(t)
	fillSheet(t, st, "par", "01")
	must(t, addAccount(t, st, account.Account{Login: "chutich", Name: "A", Role: account.Head, Agency: "01", Disabled: true}))
	b := signedInAs(t, mustServer(t, st), "hanoi")
	at := sheetAddress("par", "01")
	page := b.get(at)
	if page.find("thu-truong") == nil {
		t.Fatal("the name cannot be typed")
	}
	if a := b.post(at, url.Values{"token": {tokenOf(t, page)}, "lam": {"nop"}, "thu-truong": {"B"}}); a.StatusCode != http.StatusSeeOther {
		t.Errorf("%d", a.StatusCode)
	}
}
