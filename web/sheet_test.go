package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"thuocdo/data"
	"thuocdo/scoring"
	"thuocdo/scoring/assess"
	"thuocdo/survey/audit"
)

// oneLeaf returns a leaf that agencies score by a yes or no, and whose input always applies.
func oneLeaf(tb testing.TB, plan *scoring.Plan) scoring.PlanNode {
	tb.Helper()
	for _, n := range plan.Nodes() {
		if assess.Claimed(n) && n.Rule != nil && n.Rule.Type == scoring.YesNo && n.NA == "" {
			return n
		}
	}
	tb.Fatal("no such leaf")
	return scoring.PlanNode{}
}

// claimFields are the fields of the form of a claim as the page has them.
func claimFields(a answer) url.Values {
	f := url.Values{}
	for n := range a.doc.Descendants() {
		if name := attr(n, "name"); name != "" && insideID(n, "phieu-muc") {
			switch {
			case n.Data == "textarea":
				f.Set(name, text(n))
			case n.Data == "input" && (attr(n, "type") == "radio" || attr(n, "type") == "checkbox") && !has(n, "checked"):
			case n.Data == "input":
				f.Set(name, attr(n, "value"))
			}
		}
	}
	return f
}

func insideID(n *html.Node, id string) bool {
	for p := range n.Ancestors() {
		if attr(p, "id") == id {
			return true
		}
	}
	return false
}

func asWho(tb testing.TB, login string) context.Context {
	return audit.With(tb.Context(), audit.Actor{Name: login})
}

// fillSheet claims something for every leaf of an agency.
func fillSheet(tb testing.TB, st *data.Store, season, agency string, but ...string) {
	tb.Helper()
	_, plan, err := st.Season(tb.Context(), season)
	must(tb, err)
	turn := assess.Turn{Agency: agency}
	for _, n := range plan.Nodes() {
		if !assess.Claimed(n) || slices.Contains(but, n.Code) {
			continue
		}
		list := someInputs(n)
		turn.Acts = append(turn.Acts, assess.Fill{Leaf: n.Code, Claim: assess.Claim{Input: list[len(list)-1], Evidence: []assess.Evidence{{Number: "1/BC", Date: "2026-05-01"}}}})
	}
	must(tb, st.Assess(asWho(tb, "hanoi"), season, turn))
}

func TestAnOfficerScoresALeafAndOthersCannot(t *testing.T) {
	t.Parallel()
	st := mustSeason(t)
	s := mustServer(t, st)
	n := oneLeaf(t, mustPlan(t, "par-index-province"))
	to := sheetAddress("par", "01") + "/" + n.Code
	b := signedInAs(t, s, "hanoi")
	for _, lang := range []string{"", "?lang=en"} {
		if a := b.get(sheetAddress("par", "01") + lang); a.StatusCode != http.StatusOK || !strings.Contains(a.body, n.Code+". ") {
			t.Fatalf("the sheet: %d", a.StatusCode)
		}
	}
	f := claimFields(b.get(to))
	f.Set(leafPrefix+n.Code, "yes")
	f.Set("tl.0.so", "12/QĐ-UBND <b>")
	f.Set("tl.0.ngay", "30/6/2026")
	f.Set("giai-trinh", "Đã làm <script>")
	if a := b.post(to, f); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("saving: %d %s", a.StatusCode, a.body)
	}
	for _, lang := range []string{"", "&lang=en"} {
		a := b.get(to + "?xong=luu" + lang)
		if a.StatusCode != http.StatusOK || !strings.Contains(a.body, `value="2026-06-30"`) || !strings.Contains(a.body, "12/QĐ-UBND &lt;b&gt;") || !strings.Contains(a.body, "&lt;script&gt;") {
			t.Errorf("the leaf%s: %d", lang, a.StatusCode)
		}
	}
	sheet, err := st.Sheet(t.Context(), "par", "01")
	must(t, err)
	if l := sheet.Leaves[n.Code]; l.Claim.Input.Choice != "yes" || l.Version != 1 || l.Claim.By != "hanoi" || l.Claim.Evidence[0].Number != "12/QĐ-UBND <b>" {
		t.Errorf("stored %+v", l)
	}
	f.Set(fieldSeen, "1")
	f.Set("lam", "tiep")
	if a := b.post(to, f); a.StatusCode != http.StatusSeeOther || strings.HasSuffix(a.Header.Get("Location"), n.Code) {
		t.Errorf("save and go on: %d to %s", a.StatusCode, a.Header.Get("Location"))
	}
	for login, want := range map[string][2]int{"danang": {403, 403}, "phantich": {200, 403}, "thamdinh": {200, 403}, "quantri": {200, 403}} {
		o := signedInAs(t, s, login)
		a := o.get(to)
		f.Set("token", tokenOf(t, o.get("/quan-tri")))
		if p := o.post(to, f); a.StatusCode != want[0] || p.StatusCode != want[1] {
			t.Errorf("%s: reads %d, writes %d", login, a.StatusCode, p.StatusCode)
		}
	}
	if a := b.get(sheetAddress("par", "01") + "/khong-co"); a.StatusCode != http.StatusNotFound {
		t.Errorf("no leaf: %d", a.StatusCode)
	}
}

func TestWhatIsWrongInAClaimComesBackAtItsField(t *testing.T) {
	t.Parallel()
	st := mustSeason(t)
	b := signedInAs(t, mustServer(t, st), "hanoi")
	n := oneLeaf(t, mustPlan(t, "par-index-province"))
	to := sheetAddress("par", "01") + "/" + n.Code
	f := claimFields(b.get(to))
	f.Set(leafPrefix+n.Code, "maybe")
	f.Set("tl.0.ngay", "hôm qua")
	f.Set("tl.0.noi", "UBND")
	f.Set("giai-trinh", strings.Repeat("ơ", assess.MostText+1))
	for _, lang := range []string{"", "?lang=en"} {
		a := b.post(to+lang, f)
		if a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.body, "UBND") || !strings.Contains(a.body, strings.Repeat("ơ", 100)) {
			t.Fatalf("%d", a.StatusCode)
		}
		for _, id := range []string{"f-" + leafPrefix + n.Code, "f-tl.0.so", "f-tl.0.ngay", "giai-trinh"} {
			if !strings.Contains(a.body, `href="#`+id+`"`) {
				t.Errorf("nothing leads to %s", id)
			}
		}
	}
	if sheet, err := st.Sheet(t.Context(), "par", "01"); err != nil || len(sheet.Leaves) != 0 {
		t.Errorf("something was stored: %v, %v", sheet, err)
	}
	f.Set("lam", "tu-luu")
	if a := b.post(to, f); a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.body, `"saved":false`) {
		t.Errorf("silently: %d %s", a.StatusCode, a.body)
	}
}

func TestTwoOfficersSeeEachOthersChangesAsAConflict(t *testing.T) {
	t.Parallel()
	st := mustSeason(t)
	s := mustServer(t, st)
	n := oneLeaf(t, mustPlan(t, "par-index-province"))
	to := sheetAddress("par", "01") + "/" + n.Code
	b := signedInAs(t, s, "hanoi")
	first, second := claimFields(b.get(to)), claimFields(b.get(to))
	first.Set(leafPrefix+n.Code, "yes")
	first.Set("giai-trinh", "bản một")
	first.Set("lam", "tu-luu")
	if a := b.post(to, first); a.StatusCode != http.StatusOK || !strings.Contains(a.body, `"seen":1`) || !strings.Contains(a.body, `"saved":true`) {
		t.Fatalf("saved silently: %d %s", a.StatusCode, a.body)
	}
	second.Set(leafPrefix+n.Code, "no")
	second.Set("giai-trinh", "bản hai")
	second.Set("lam", "tu-luu")
	if a := b.post(to, second); a.StatusCode != http.StatusConflict || !strings.Contains(a.body, `"stop":true`) {
		t.Errorf("silently over it: %d %s", a.StatusCode, a.body)
	}
	second.Set("lam", "luu")
	a := b.post(to, second)
	if a.StatusCode != http.StatusConflict || !strings.Contains(a.body, "bản một") || !strings.Contains(a.body, "bản hai") {
		t.Fatalf("over it: %d", a.StatusCode)
	}
	choosing := claimFields(a)
	choosing.Set("lam", "luu")
	if a := b.post(to+"?lang=en", choosing); a.StatusCode != http.StatusConflict || !strings.Contains(a.body, "Something is still to be chosen") {
		t.Errorf("nothing chosen: %d", a.StatusCode)
	}
	choosing.Set(choicePrefix+"dau-vao", theirs)
	choosing.Set(choicePrefix+"giai-trinh", mine)
	if a := b.post(to, choosing); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("chosen: %d %s", a.StatusCode, a.body)
	}
	sheet, err := st.Sheet(t.Context(), "par", "01")
	must(t, err)
	if l := sheet.Leaves[n.Code]; l.Version != 2 || l.Claim.Input.Choice != "yes" || l.Claim.Explanation != "bản hai" {
		t.Errorf("stored %+v", l)
	}
}

func TestWhatArrivedIsNoConflictWhenItIsSentAgain(t *testing.T) {
	t.Parallel()
	st := mustSeason(t)
	n := oneLeaf(t, mustPlan(t, "par-index-province"))
	to := sheetAddress("par", "01") + "/" + n.Code
	b := signedInAs(t, mustServer(t, st), "hanoi")
	f := claimFields(b.get(to))
	f.Set(leafPrefix+n.Code, "yes")
	f.Set("tl.1.so", "12/QĐ") // a row was left out
	f.Set("giai-trinh", "chờ ký \r\n")
	f.Set("lam", "tu-luu")
	for range 2 { // the answer to the first one was lost
		if a := b.post(to, f); a.StatusCode != http.StatusOK || !strings.Contains(a.body, `"seen":1`) {
			t.Fatalf("%d %s", a.StatusCode, a.body)
		}
	}
	f.Set("lam", "luu")
	if a := b.post(to, f); a.Header.Get("Location") != to+"?xong=luu" {
		t.Errorf("%d %s", a.StatusCode, a.body)
	}
	f.Set("giai-trinh", "đã ký")
	if a := b.post(to, f); a.StatusCode != http.StatusConflict {
		t.Errorf("something else over it: %d", a.StatusCode)
	}
}

func TestWhatIsTypedPastTheDeadlineIsShown(t *testing.T) {
	t.Parallel()
	st := mustSeason(t)
	b := signedInAs(t, mustServer(t, st), "hanoi")
	n := oneLeaf(t, mustPlan(t, "par-index-province"))
	to := sheetAddress("par", "01") + "/" + n.Code
	f := claimFields(b.get(to))
	f.Set(leafPrefix+n.Code, "yes")
	f.Set("giai-trinh", "viết lâu quá")
	f.Set("tl.0.so", "77/KH")
	late := parSeason("par")
	late.Deadlines.Submit = testNow
	must(t, st.PutSeason(t.Context(), late))
	for _, lang := range []string{"", "?lang=en"} {
		a := b.post(to+lang, f)
		if a.StatusCode != http.StatusGone || !strings.Contains(a.body, "viết lâu quá") || !strings.Contains(a.body, "77/KH") || a.find("phieu-muc") != nil {
			t.Errorf("%d", a.StatusCode)
		}
	}
	f.Set("lam", "tu-luu")
	if a := b.post(to, f); a.StatusCode != http.StatusGone || !strings.Contains(a.body, `"stop":true`) {
		t.Errorf("silently: %d %s", a.StatusCode, a.body)
	}
}

func TestASheetGoesItsWay(t *testing.T) {
	t.Parallel()
	st := mustSeason(t)
	s := mustServer(t, st)
	n := oneLeaf(t, mustPlan(t, "par-index-province"))
	fillSheet(t, st, "par", "01", n.Code)
	officer, admin := signedInAs(t, s, "hanoi"), signedInAs(t, s, "quantri")
	sheet, leaf := sheetAddress("par", "01"), sheetAddress("par", "01")+"/"+n.Code
	token := tokenOf(t, officer.get(sheet))
	if a := officer.get(sheet + "?loc=thieu"); !strings.Contains(a.body, `id="con-thieu"`) || strings.Count(a.body, `href="`+leaf+`"`) != 2 {
		t.Errorf("what is missing: %d", a.StatusCode)
	}
	if a := officer.post(sheet, url.Values{"token": {token}, "lam": {"nop"}, "thu-truong": {"Trần A"}}); a.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("submitting too early: %d", a.StatusCode)
	}
	f := claimFields(officer.get(leaf))
	f.Set(leafPrefix+n.Code, "yes")
	f.Set("giai-trinh", "chưa có văn bản")
	officer.post(leaf, f)
	if a := officer.post(sheet+"?lang=en", url.Values{"token": {token}, "lam": {"nop"}, "thu-truong": {" "}}); a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.body, "thu-truong") {
		t.Errorf("without a name: %d", a.StatusCode)
	}
	if a := officer.post(sheet, url.Values{"token": {token}, "lam": {"nop"}, "thu-truong": {"Trần A"}}); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("submitting: %d %s", a.StatusCode, a.body)
	}
	if a := officer.get(sheet + "?xong=nop"); !strings.Contains(a.body, "Trần A") || !strings.Contains(a.body, "Đã nộp phiếu") {
		t.Error("what was done is not said")
	}
	appraise(t, st, n.Code)
	season := seasonAddress("par")
	form := url.Values{"token": {tokenOf(t, admin.get(season))}, "lam": {"chuyen"}, "tu": {"submitted"}}
	if a := admin.post(season, form); a.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("not confirmed: %d", a.StatusCode)
	}
	form.Set("chac", "1")
	if a := admin.post(season+"?lang=en", form); a.StatusCode != http.StatusOK || !strings.Contains(a.body, "1 sheet went on") {
		t.Fatalf("sent on: %d %s", a.StatusCode, a.body)
	}
	if a := officer.get(leaf + "?lang=en"); !strings.Contains(a.body, "sai mẫu") || !strings.Contains(a.body, "Explain or appeal") {
		t.Error("the officer does not see the appraisal")
	}
	said := url.Values{"token": {token}, "lam": {"giai-trinh"}, "loai": {"kien-nghi"}, "y-kien": {""}, "thay": {"2"}}
	if a := officer.post(leaf+sayName, said); a.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("an empty appeal: %d", a.StatusCode)
	}
	said.Set("y-kien", "đúng mẫu")
	if a := officer.post(leaf+sayName, said); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("an appeal: %d %s", a.StatusCode, a.body)
	}
	if a := officer.post(leaf+sayName, said); a.StatusCode != http.StatusConflict || !strings.Contains(a.body, "đúng mẫu") {
		t.Errorf("over a newer version: %d", a.StatusCode)
	}
	if a := officer.post(sheet, url.Values{"token": {token}, "lam": {"xong"}}); a.StatusCode != http.StatusSeeOther {
		t.Errorf("all explained: %d", a.StatusCode)
	}
	if a := officer.post(leaf+sayName, said); a.StatusCode != http.StatusConflict || !strings.Contains(a.body, "đúng mẫu") {
		t.Errorf("after that: %d", a.StatusCode)
	}
	back := url.Values{"token": {form.Get("token")}, "co-quan": {"01"}, "ve": {"draft"}, "ly-do": {" "}}
	if a := admin.post(season+"/mo-lai", back); a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.body, `href="#ly-do"`) {
		t.Errorf("without a reason: %d", a.StatusCode)
	}
	back.Set("ly-do", "sai phụ lục")
	back.Set("chac", "1")
	if a := admin.post(season+"/mo-lai", back); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("reopening: %d %s", a.StatusCode, a.body)
	}
	if a := officer.get(sheet); !strings.Contains(a.body, "sai phụ lục") {
		t.Error("the officer does not see why")
	}
	if a := officer.post(season, form); a.StatusCode != http.StatusForbidden {
		t.Errorf("an officer's act: %d", a.StatusCode)
	}
	form.Set("lam", "dong")
	if a := admin.post(season, form); a.StatusCode != http.StatusConflict || !strings.Contains(a.body, "Còn phiếu chưa chốt") {
		t.Errorf("closing too early: %d", a.StatusCode)
	}
}

// appraise accepts every claim of Hà Nội but that of one leaf, and enters what only appraisers know.
func appraise(tb testing.TB, st *data.Store, but string) {
	tb.Helper()
	_, plan, err := st.Season(tb.Context(), "par")
	must(tb, err)
	sheet, err := st.Sheet(tb.Context(), "par", "01")
	must(tb, err)
	turn := assess.Turn{Agency: "01"}
	for _, n := range plan.Nodes() {
		if !assess.Assessed(n) {
			continue
		}
		act := assess.Appraise{Leaf: n.Code, Seen: sheet.Leaves[n.Code].Version}
		if list := someInputs(n); n.Code == but || !assess.Claimed(n) {
			act.Input, act.Reason = &list[len(list)-1], "sai mẫu"
		}
		turn.Acts = append(turn.Acts, act)
	}
	must(tb, st.Assess(asWho(tb, "thamdinh"), "par", turn))
}
