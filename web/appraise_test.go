package web

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"thuocdo/data"
	"thuocdo/data/export"
	"thuocdo/scoring"
	"thuocdo/scoring/assess"
	"thuocdo/survey/account"
	"thuocdo/survey/audit"
)

// anyInput is an input that the leaf takes.
func anyInput(tb testing.TB, p *scoring.Plan, n scoring.PlanNode) scoring.LeafInput {
	tb.Helper()
	one, ninety, most := 1.0, 90.0, n.MaxPoints
	list := []scoring.LeafInput{{Choice: "yes"}, {Value: &ninety}, {Value: &one}, {Appraised: &most}}
	if n.Rule != nil && len(n.Rule.Options) > 0 {
		list = append([]scoring.LeafInput{{Choice: n.Rule.Options[0].Code}}, list...)
	}
	if n.Rule != nil && len(n.Rule.Severity) > 0 {
		list = append([]scoring.LeafInput{{Counts: map[string]float64{n.Rule.Severity[0].Code: 0}}}, list...)
	}
	for _, in := range list {
		if _, err := assess.Points(p, n.Code, in); err == nil {
			return in
		}
	}
	tb.Fatalf("nothing fits %s", n.Code)
	return scoring.LeafInput{}
}

// handedIn submits the sheets of agencies of a season, every leaf with one document.
func handedIn(tb testing.TB, st *data.Store, season string, agencies ...string) *scoring.Plan {
	tb.Helper()
	x, plan, err := st.Season(tb.Context(), season)
	must(tb, err)
	ctx := audit.With(tb.Context(), audit.Actor{Name: "hanoi", Role: string(account.Officer)})
	for _, agency := range agencies {
		var acts []assess.Act
		for _, n := range plan.Nodes() {
			if assess.Claimed(n) {
				acts = append(acts, assess.Fill{Leaf: n.Code, Claim: assess.Claim{Input: anyInput(tb, plan, n), Evidence: []assess.Evidence{{Number: "1/KH-UBND", Issuer: "UBND", Date: "2026-01-05"}}, Explanation: `<b>có</b>`}})
			}
		}
		must(tb, st.Assess(ctx, x.Code, assess.Turn{Agency: agency, Acts: append(acts, assess.Submit{Head: "Trần Văn A"})}))
	}
	return plan
}

// deskOf is the season "par" with two submitted sheets and a server.
func deskOf(tb testing.TB) (*data.Store, *Server, *scoring.Plan) {
	tb.Helper()
	st := mustSeason(tb)
	plan := handedIn(tb, st, "par", "01", "48")
	return st, mustServerWith(tb, Config{Formats: export.Formats}, st), plan
}

const parDesk = seasonsPath + "/par" + appraiseName

func leafOf(tb testing.TB, st *data.Store, agency, leaf string) assess.Leaf {
	tb.Helper()
	sheet, err := st.Sheet(tb.Context(), "par", agency)
	must(tb, err)
	return sheet.Leaves[leaf]
}

// formWith returns the form of a page in which a field has this value; nil where there is none.
func (a answer) formWith(field, value string) url.Values {
	for n := range a.doc.Descendants() {
		if n.Data != "form" {
			continue
		}
		if f := wouldSend(n); f.Get(field) == value {
			return f
		}
	}
	return nil
}

func TestAnAppraiserWorksThroughTheQueue(t *testing.T) {
	t.Parallel()
	st, s, plan := deskOf(t)
	b := signedInAs(t, s, "thamdinh")
	a := b.get(parDesk)
	first := parDesk + "/1.1.1/01"
	if a.StatusCode != http.StatusOK || !strings.Contains(a.body, `href="`+first+`"`) {
		t.Fatalf("%d: the queue lacks %s", a.StatusCode, first)
	}
	a = b.get(first)
	for _, want := range []string{"1/KH-UBND", "&lt;b&gt;có&lt;/b&gt;", "Đà Nẵng", `data-key="a"`, `accesskey="a"`, "keys."} {
		if !strings.Contains(a.body, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	// accept, and go on with the next one
	accept := a.formWith(actField, actAccept)
	if a = b.post(first, accept); a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != parDesk+"/1.1.1/48" {
		t.Fatalf("accepted: %d %s", a.StatusCode, a.Header.Get("Location"))
	}
	if l := leafOf(t, st, "01", "1.1.1"); l.Appraisal == nil || l.Appraisal.Input != nil || l.Appraisal.By != "thamdinh" {
		t.Errorf("%+v", l.Appraisal)
	}
	if a = b.post(first, accept); a.StatusCode != http.StatusConflict || !strings.Contains(a.body, "Người khác vừa thay đổi") {
		t.Errorf("sent twice: %d", a.StatusCode)
	}
	// adjust: not without a reason
	second := parDesk + "/1.1.1/48"
	adjust := b.get(second).formWith(actField, actAdjust)
	n := plan.Nodes()[must1(plan.Node("1.1.1"))]
	field := newLeafForm(s.book.In("vi"), n, "", scoring.LeafInput{}).Fields[0].Name
	adjust.Set(field, n.Rule.Options[len(n.Rule.Options)-1].Code)
	if a = b.post(second, adjust); a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.body, "cần có lý do") {
		t.Errorf("without a reason: %d", a.StatusCode)
	}
	adjust.Set(reasonField, "ban hành chậm <i>")
	if a = b.post(second, adjust); a.StatusCode != http.StatusSeeOther || !strings.Contains(a.Header.Get("Location"), "/1.1.2/01") {
		t.Errorf("adjusted: %d %s", a.StatusCode, a.Header.Get("Location"))
	}
	if l := leafOf(t, st, "48", "1.1.1"); l.Appraisal == nil || l.Appraisal.Input.Choice != n.Rule.Options[len(n.Rule.Options)-1].Code || l.Appraisal.Reason != "ban hành chậm <i>" {
		t.Errorf("%+v", l.Appraisal)
	}
	// ask: not nothing
	third := parDesk + "/1.1.2/01"
	ask := b.get(third).formWith(actField, actAsk)
	if a = b.post(third, ask); a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.body, "Hãy viết câu hỏi") {
		t.Errorf("asked nothing: %d", a.StatusCode)
	}
	ask.Set(askField, "văn bản nào?")
	if a = b.post(third, ask); a.StatusCode != http.StatusSeeOther {
		t.Errorf("asked: %d", a.StatusCode)
	}
	if l := leafOf(t, st, "01", "1.1.2"); l.Asked() != 1 || l.Questions[0].By != "thamdinh" {
		t.Errorf("%+v", l.Questions)
	}
	for target, want := range map[string]string{third: "văn bản nào?", parDesk + "?loc=asked": "1.1.2", parDesk + "?loc=adjusted": "1.1.1", parDesk + "?loc=all&theo=co-quan&co-quan=48&muc=2": "Đà Nẵng", parDesk + "?loc=bare": "Không có mục nào"} {
		for _, lang := range []string{"", "en"} {
			if a := b.get(withLang(target, lang)); a.StatusCode != http.StatusOK || lang == "" && !strings.Contains(a.body, want) || strings.Contains(a.body, "⟦") {
				t.Errorf("%s %s: %d, %s", target, lang, a.StatusCode, around(a.body, "⟦"))
			}
		}
	}
}

func withLang(target, lang string) string {
	if lang == "" {
		return target
	}
	return inLanguage(target, lang)
}

func must1(i int, ok bool) int {
	if !ok {
		panic("no such node")
	}
	return i
}

// picked returns the form of the queue with so many boxes ticked.
func picked(a answer, n int) url.Values {
	form := url.Values{}
	for x := range a.doc.Descendants() {
		if x.Data == "input" && attr(x, "name") == pickField && len(form[pickField]) < n {
			form.Add(pickField, attr(x, "value"))
		}
		if x.Data == "input" && attr(x, "name") == "token" {
			form.Set("token", attr(x, "value"))
		}
	}
	return form
}

func TestABatchIsAcceptedAsItWasShownOrNotAtAll(t *testing.T) {
	t.Parallel()
	st, s, _ := deskOf(t)
	b := signedInAs(t, s, "thamdinh")
	batch := seasonsPath + "/par" + appraiseBatch
	if a := b.post(batch, picked(b.get(parDesk), 0)); a.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("nothing chosen: %d", a.StatusCode)
	}
	chosen := picked(b.get(parDesk), 3)
	a := b.post(batch, chosen)
	if a.StatusCode != http.StatusOK || leafOf(t, st, "01", "1.1.1").Appraisal != nil {
		t.Fatalf("preview: %d", a.StatusCode)
	}
	if e := b.post(withLang(batch, "en"), chosen); e.StatusCode != http.StatusOK || strings.Contains(e.body, "⟦") {
		t.Errorf("in English: %d", e.StatusCode)
	}
	if a.find("con-lai") != nil {
		t.Error("three are too many")
	}
	many := url.Values{"token": chosen["token"], pickField: slices.Concat(chosen[pickField], make([]string, batchMost))}
	for lang, want := range map[string]string{"": "Còn 3 mục", "en": "3 more"} {
		if a := b.post(withLang(batch, lang), many); a.StatusCode != http.StatusOK || !strings.Contains(a.body, want) {
			t.Errorf("more than are accepted at once, %q: %d %s", lang, a.StatusCode, around(a.body, "con-lai"))
		}
	}
	confirm := a.formWith(stepField, stepStore)
	if len(confirm[pickField]) != 3 {
		t.Fatalf("the preview offers %v", confirm[pickField])
	}
	// Somebody asks about one of them meanwhile: nothing is stored, the item is named, and the rest is offered again.
	ctx := audit.With(t.Context(), audit.Actor{Name: "thamdinh", Role: string(account.Appraiser)})
	must(t, st.Assess(ctx, "par", assess.Turn{Agency: "48", Acts: []assess.Act{assess.Ask{Leaf: "1.1.1", Seen: 1, Text: "?"}}}))
	a = b.post(batch, confirm)
	if a.StatusCode != http.StatusConflict || leafOf(t, st, "01", "1.1.1").Appraisal != nil || !strings.Contains(a.body, `id="da-doi"`) {
		t.Fatalf("over a change: %d", a.StatusCode)
	}
	confirm = a.formWith(stepField, stepStore)
	if len(confirm[pickField]) != 2 {
		t.Fatalf("the rest is %v", confirm[pickField])
	}
	if a = b.post(batch, confirm); a.StatusCode != http.StatusSeeOther || leafOf(t, st, "01", "1.1.1").Appraisal == nil || leafOf(t, st, "48", "1.1.1").Appraisal != nil {
		t.Errorf("the rest: %d", a.StatusCode)
	}
	if a = b.get(a.Header.Get("Location")); !strings.Contains(a.body, "Đã chấp nhận 2 mục") {
		t.Error("what was accepted is not said")
	}
	// All of the filter at once: what nobody claimed is left out by name.
	all := picked(b.get(parDesk), 0)
	all.Set(everyField, "1")
	a = b.post(batch+"?muc=2", all)
	if a.StatusCode != http.StatusOK {
		t.Fatalf("all: %d", a.StatusCode)
	}
	if a = b.post(batch+"?muc=2", a.formWith(stepField, stepStore)); a.StatusCode != http.StatusSeeOther {
		t.Errorf("all stored: %d %s", a.StatusCode, a.title())
	}
	sheet, err := st.Sheet(t.Context(), "par", "48")
	must(t, err)
	if n := appraisedIn(sheet, "2."); n == 0 {
		t.Error("nothing of area 2 is appraised")
	}
}

func appraisedIn(sheet *assess.Sheet, prefix string) (n int) {
	for code, l := range sheet.Leaves {
		if strings.HasPrefix(code, prefix) && l.Appraisal != nil {
			n++
		}
	}
	return n
}

func TestAppraisersSeeAndDoWhatIsTheirs(t *testing.T) {
	t.Parallel()
	st, s, _ := deskOf(t)
	x := parSeason("par")
	x.Appraisers = []assess.Appraiser{{Login: "thamdinh", Nodes: []string{"2", "3", "4", "5", "6", "7", "8"}}, {Login: "ngoai", Nodes: []string{"1"}}}
	must(t, st.PutSeason(t.Context(), x))
	b := signedInAs(t, s, "thamdinh")
	if a := b.get(parDesk); a.StatusCode != http.StatusOK || strings.Contains(a.body, parDesk+"/1.1.1/01") || !strings.Contains(a.body, parDesk+"/2.") {
		t.Errorf("the queue shows another's criterion: %d", a.StatusCode)
	}
	if a := b.get(parDesk + "/1.1.1/01"); a.StatusCode != http.StatusForbidden {
		t.Errorf("another's item: %d", a.StatusCode)
	}
	token := b.get(parDesk).form().Get("token")
	form := url.Values{"token": {token}, actField: {actAccept}, seenField: {"1"}}
	if a := b.post(parDesk+"/1.1.1/01", form); a.StatusCode != http.StatusForbidden || leafOf(t, st, "01", "1.1.1").Appraisal != nil {
		t.Errorf("another's item is appraised: %d", a.StatusCode)
	}
	if a := b.post(seasonsPath+"/par"+appraiseBatch, url.Values{"token": {token}, pickField: {"1.1.1|01|1"}}); a.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("another's item in a batch: %d", a.StatusCode)
	}
	for _, target := range []string{parDesk + "/9.9/01", parDesk + "/2.1.1/79", seasonsPath + "/khong" + appraiseName} {
		if a := b.get(target); a.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d", target, a.StatusCode)
		}
	}
	// one who is bound to an agency sees that one only
	_, err := st.PutAccount(t.Context(), account.Account{Login: "ngoai", Name: "Sở Nội vụ", Role: account.Appraiser, Agency: "48", Password: mustHash(t, "ngoai")})
	must(t, err)
	bound := signedInAs(t, s, "ngoai")
	if a := bound.get(parDesk); a.StatusCode != http.StatusOK || !strings.Contains(a.body, parDesk+"/1.1.1/48") || strings.Contains(a.body, parDesk+"/1.1.1/01") {
		t.Errorf("bound to an agency: %d", a.StatusCode)
	}
	if a := bound.post(parDesk+"/1.1.1/01", url.Values{"token": {bound.get(parDesk).form().Get("token")}, actField: {actAccept}, seenField: {"1"}}); a.StatusCode != http.StatusNotFound || leafOf(t, st, "01", "1.1.1").Appraisal != nil {
		t.Errorf("another agency is appraised: %d", a.StatusCode)
	}
	admin := signedInAs(t, s, "quantri")
	if a := admin.get(parDesk + "/1.1.1/01"); a.StatusCode != http.StatusOK || a.formWith(actField, actAccept) != nil {
		t.Errorf("an administrator: %d", a.StatusCode)
	}
	for _, login := range []string{"hanoi", "phantich"} {
		other := signedInAs(t, s, login)
		for _, name := range []string{appraiseName, differName, doubtName, councilName, appraiseName + "/1.1.1/01"} {
			if a := other.get(seasonsPath + "/par" + name); a.StatusCode != http.StatusForbidden {
				t.Errorf("%s at %s: %d", login, name, a.StatusCode)
			}
		}
	}
}

func TestDifferencesAndDoubtsAreShownAndExported(t *testing.T) {
	t.Parallel()
	st, s, plan := deskOf(t)
	ctx := audit.With(t.Context(), audit.Actor{Name: "thamdinh", Role: string(account.Appraiser)})
	n := plan.Nodes()[must1(plan.Node("1.1.1"))]
	last := scoring.LeafInput{Choice: n.Rule.Options[len(n.Rule.Options)-1].Code}
	must(t, st.Assess(ctx, "par", assess.Turn{Agency: "01", Acts: []assess.Act{assess.Appraise{Leaf: "1.1.1", Seen: 1, Input: &last, Reason: "ký chậm"}}}))
	must(t, st.Assess(ctx, "par", assess.Turn{Agency: "48", Acts: []assess.Act{assess.Appraise{Leaf: "1.1.1", Seen: 1}}}))
	b := signedInAs(t, s, "thamdinh")
	for _, lang := range []string{"", "en"} {
		a := b.get(withLang(seasonsPath+"/par"+differName, lang))
		if a.StatusCode != http.StatusOK || !strings.Contains(a.body, "part-cut") || strings.Contains(a.body, "⟦") {
			t.Errorf("differences %s: %d %s", lang, a.StatusCode, around(a.body, "⟦"))
		}
		a = b.get(withLang(seasonsPath+"/par"+doubtName, lang))
		if body := html.UnescapeString(a.body); a.StatusCode != http.StatusOK || !strings.Contains(body, "1/KH-UBND, UBND, 2026-01-05") || !strings.Contains(body, "ký chậm") || strings.Contains(body, "⟦") {
			t.Errorf("doubts %s: %d %s", lang, a.StatusCode, around(a.body, "⟦"))
		}
	}
	a := b.get(seasonsPath + "/par" + differName + "/tai-ve.csv")
	i := slices.IndexFunc(strings.Split(a.body, "\n"), func(line string) bool {
		return strings.Contains(line, "1.1.1") && strings.Contains(line, "ký chậm")
	})
	if a.StatusCode != http.StatusOK || i < 0 || !strings.Contains(a.Header.Get("Content-Disposition"), "attachment") {
		t.Errorf("%d %s: %s", a.StatusCode, a.Header, a.body[:min(len(a.body), 600)])
	}
	if a := b.get(seasonsPath + "/par" + differName + "/tai-ve.xlsx"); a.StatusCode != http.StatusOK {
		t.Errorf("xlsx: %d", a.StatusCode)
	}
	if a := b.get(seasonsPath + "/par" + differName + "/tai-ve.exe"); a.StatusCode != http.StatusNotFound {
		t.Errorf("exe: %d", a.StatusCode)
	}
}

// appraisedAll accepts what is claimed and enters the rest, for agencies, but adjusts one leaf.
func appraisedAll(tb testing.TB, st *data.Store, plan *scoring.Plan, agencies ...string) {
	tb.Helper()
	ctx := audit.With(tb.Context(), audit.Actor{Name: "thamdinh", Role: string(account.Appraiser)})
	for _, agency := range agencies {
		var acts []assess.Act
		for _, n := range plan.Nodes() {
			switch {
			case n.Code == "1.1.1":
				acts = append(acts, assess.Appraise{Leaf: n.Code, Seen: 1, Input: &scoring.LeafInput{Choice: n.Rule.Options[len(n.Rule.Options)-1].Code}, Reason: "ký chậm"})
			case assess.Claimed(n):
				acts = append(acts, assess.Appraise{Leaf: n.Code, Seen: 1})
			case assess.Assessed(n):
				in := anyInput(tb, plan, n)
				acts = append(acts, assess.Appraise{Leaf: n.Code, Input: &in, Reason: "Niên giám thống kê"})
			}
		}
		must(tb, st.Assess(ctx, "par", assess.Turn{Agency: agency, Acts: acts}))
	}
}

func TestASheetGoesOnOnceAllOfItIsAppraised(t *testing.T) {
	t.Parallel()
	st, s, plan := deskOf(t)
	appraisedAll(t, st, plan, "01")
	b := signedInAs(t, s, "thamdinh")
	finish := seasonsPath + "/par" + appraiseFinish
	form := b.get(parDesk).formWith(finishField, "01")
	if form == nil {
		t.Fatal("nothing ends the appraisal of 01")
	}
	if other := b.get(parDesk).formWith(finishField, "48"); other != nil {
		t.Error("an appraisal that is not done can be ended")
	}
	if a := b.post(finish, url.Values{"token": form["token"], finishField: {"01", "48"}}); a.StatusCode != http.StatusConflict {
		t.Errorf("one of two is not done: %d", a.StatusCode)
	}
	if a := b.post(finish, form); a.StatusCode != http.StatusSeeOther {
		t.Errorf("ended: %d", a.StatusCode)
	}
	if sheet, err := st.Sheet(t.Context(), "par", "01"); err != nil || sheet.Stage != assess.Appraised {
		t.Errorf("%+v %v", sheet.Stage, err)
	}
	if a := b.post(finish, form); a.StatusCode != http.StatusConflict || !strings.Contains(a.body, "chưa kết thúc được") {
		t.Errorf("ended twice: %d", a.StatusCode)
	}
	if a := b.post(finish, url.Values{"token": form["token"]}); a.StatusCode != http.StatusConflict {
		t.Errorf("nobody: %d", a.StatusCode)
	}
	// What is over can still be looked at, and not changed.
	if a := b.get(parDesk + "/1.1.1/01"); a.StatusCode != http.StatusOK || a.formWith(actField, actAccept) != nil || !strings.Contains(a.body, "ký chậm") {
		t.Errorf("after the appraisal: %d", a.StatusCode)
	}
	form = url.Values{"token": form["token"], actField: {actAccept}, seenField: {"2"}}
	if a := b.post(parDesk+"/1.1.1/01", form); a.StatusCode != http.StatusConflict {
		t.Errorf("appraised after the stage: %d", a.StatusCode)
	}
}

func TestTheLastPeriodStandsBesideTheItem(t *testing.T) {
	t.Parallel()
	st, s, _ := deskOf(t)
	must(t, st.PutScores(t.Context(), "par-index-province", "2025", map[string]map[string]scoring.LeafInput{"01": {"1.1.1": {Choice: "late"}}}))
	if _, _, err := st.Season(t.Context(), "par"); err != nil {
		t.Fatal(err)
	}
	a := signedInAs(t, s, "thamdinh").get(parDesk + "/1.1.1/01")
	if want := fmt.Sprintf("Kỳ trước (%s)", "năm 2025"); !strings.Contains(a.body, want) {
		t.Errorf("lacks %q: %s", want, around(a.body, "Kỳ trước"))
	}
}

func TestALeafIsEnteredForAllAgencies(t *testing.T) {
	t.Parallel()
	st, s, plan := deskOf(t)
	var n scoring.PlanNode
	for _, x := range plan.Nodes() {
		if assess.Assessed(x) && !assess.Claimed(x) && x.Rule != nil && x.Rule.Type == scoring.Proportional {
			n = x
			break
		}
	}
	b := signedInAs(t, s, "thamdinh")
	at := parDesk + "/" + n.Code
	for _, lang := range []string{"", "en"} {
		if a := b.get(withLang(at, lang)); a.StatusCode != http.StatusOK || strings.Contains(a.body, "⟦") || !strings.Contains(a.body, "co-quan-48") {
			t.Fatalf("%d %s", a.StatusCode, around(a.body, "⟦"))
		}
	}
	field := func(agency string) string {
		return newLeafForm(s.book.In("vi"), n, entryPrefix(agency), scoring.LeafInput{}).Fields[0].Name
	}
	if a := b.get(at); !strings.Contains(a.body, `aria-label="Đà Nẵng: `) {
		t.Error("the fields of an agency are not told from those of the others")
	}
	form := b.get(at).form()
	send := func(hanoi, danang, reason string) answer {
		form.Set(field("01"), hanoi)
		form.Set(field("48"), danang)
		form.Set(reasonField, reason)
		return b.post(at, form)
	}
	for _, c := range []struct{ hanoi, danang, reason, says string }{
		{"", "", "x", "Chưa nhập gì mới"}, {"90", "nhiều", "x", "Đà Nẵng"}, {"90", "80", "", "cần có lý do"},
	} {
		if a := send(c.hanoi, c.danang, c.reason); a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.body, c.says) {
			t.Errorf("%+v: %d", c, a.StatusCode)
		}
	}
	if leafOf(t, st, "01", n.Code).Version != 0 {
		t.Error("half of it is stored")
	}
	if a := send("90", "80,5", "Niên giám thống kê 2025"); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("stored: %d", a.StatusCode)
	}
	if l := leafOf(t, st, "48", n.Code); l.Appraisal == nil || *l.Appraisal.Input.Value != 80.5 || l.Appraisal.Reason != "Niên giám thống kê 2025" {
		t.Errorf("%+v", l)
	}
	if a := send("91", "", "x"); a.StatusCode != http.StatusConflict || !strings.Contains(a.body, "Hà Nội") {
		t.Errorf("over a newer version: %d", a.StatusCode)
	}
	if a := b.post(at, b.get(at).form()); a.StatusCode != http.StatusUnprocessableEntity || leafOf(t, st, "01", n.Code).Version != 1 {
		t.Errorf("as it was: %d", a.StatusCode)
	}
	if a := b.get(parDesk + "/9.9"); a.StatusCode != http.StatusNotFound {
		t.Errorf("no leaf: %d", a.StatusCode)
	}
	if a := signedInAs(t, s, "quantri").get(at); a.StatusCode != http.StatusOK || strings.Contains(a.body, field("01")) {
		t.Errorf("an administrator: %d", a.StatusCode)
	}
}
