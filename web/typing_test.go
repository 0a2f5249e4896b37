package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"thuocdo/data/filetype/filetest"
	"thuocdo/scoring/assess"
)

// typedClaimAt is a claim as somebody types it at length.
func typedClaimAt(b *browser, to, code string) url.Values {
	f := claimFields(b.get(to))
	f.Set(leafPrefix+code, "yes")
	f.Set("giai-trinh", "viết rất lâu <b>")
	f.Set("tl.0.so", "12/QĐ-UBND")
	f.Set("tl.0.ngay", "30/6/2026")
	f.Set("lam", "luu")
	return f
}

func TestWhatIsTypedOutlivesTheSession(t *testing.T) {
	t.Parallel()
	st := mustSeason(t)
	s := mustServer(t, st)
	n := oneLeaf(t, mustPlan(t, "par-index-province"))
	to := sheetAddress("par", "01") + "/" + n.Code
	f := typedClaimAt(signedInAs(t, s, "hanoi"), to, n.Code)
	out := newBrowser(t, s)
	for _, lang := range []string{"", "?lang=en"} {
		a := out.post(to+lang, f)
		if a.StatusCode != http.StatusUnauthorized || strings.Contains(a.body, "⟦") || a.find("da-nhap") == nil {
			t.Fatalf("signed out: %d %s", a.StatusCode, a.body)
		}
		for _, want := range []string{"viết rất lâu &lt;b&gt;</textarea>", "12/QĐ-UBND, 30/6/2026</textarea>", `href="/dang-nhap`, `name="giai-trinh"`} {
			if !strings.Contains(a.body, want) {
				t.Errorf("signed out%s: the page lacks %s", lang, want)
			}
		}
		if strings.Contains(a.body, "/dang-nhap?toi=") {
			t.Error("the page offers to leave what was typed")
		}
		if strings.Contains(a.body, f.Get("token")) {
			t.Error("the old token comes back")
		}
	}
	if a := out.post(sheetAddress("par", "01"), url.Values{"lam": {"nop"}}); a.StatusCode != http.StatusUnauthorized || !strings.Contains(a.body, "/dang-nhap?toi="+url.QueryEscape(sheetAddress("par", "01"))) {
		t.Errorf("another form, signed out: %d without a way to sign in", a.StatusCode)
	}
	silently := func(b *browser, token string) answer {
		g := url.Values{}
		for name := range f {
			g.Set(name, f.Get(name))
		}
		g.Set("token", token)
		g.Set("lam", "tu-luu")
		return b.post(to, g)
	}
	if a := silently(out, f.Get("token")); a.StatusCode != http.StatusUnauthorized || !strings.Contains(a.body, `"sign_in":"/dang-nhap"`) || !strings.Contains(a.body, `"again":true`) {
		t.Errorf("signed out, silently: %d %s", a.StatusCode, a.body)
	}
	if a := silently(signedInAs(t, s, "danang"), f.Get("token")); a.StatusCode != http.StatusForbidden || !strings.Contains(a.body, `"saved":false`) || strings.Contains(a.body, "again") {
		t.Errorf("as somebody else, silently: %d %s", a.StatusCode, a.body)
	}

	b := signedInAs(t, s, "hanoi")
	for _, lang := range []string{"", "?lang=en"} {
		if a := b.post(to+lang, f); a.StatusCode != http.StatusForbidden || strings.Contains(a.body, "⟦") || claimFields(a).Get("giai-trinh") != "viết rất lâu <b>" {
			t.Fatalf("signed in again%s: %d %s", lang, a.StatusCode, a.body)
		}
	}
	a := silently(b, f.Get("token"))
	if a.StatusCode != http.StatusForbidden || !strings.Contains(a.body, `"token":"`) || !strings.Contains(a.body, `"again":true`) {
		t.Errorf("signed in again, silently: %d %s", a.StatusCode, a.body)
	}
	if sheet, err := st.Sheet(t.Context(), "par", "01"); err != nil || len(sheet.Leaves) != 0 {
		t.Fatalf("stored without a token: %v, %v", sheet, err)
	}
	_, token, _ := strings.Cut(a.body, `"token":"`)
	token, _, _ = strings.Cut(token, `"`)
	if a := silently(b, token); a.StatusCode != http.StatusOK || !strings.Contains(a.body, `"seen":1`) {
		t.Errorf("with the token that came: %d %s", a.StatusCode, a.body)
	}
	// The same once more, over a version of which its page knows nothing: it is stored already.
	f.Set("token", token)
	f.Set("lam", "tiep")
	a = b.post(to, f)
	if next := a.Header.Get("Location"); a.StatusCode != http.StatusSeeOther || !strings.Contains(next, "?da-luu="+n.Code+"&xong=tiep") || !strings.Contains(b.get(next).body, "Đã lưu mục trước.") {
		t.Errorf("the same again: %d to %s", a.StatusCode, next)
	}
}

func TestAStaleFormOverANewerVersionShowsBoth(t *testing.T) {
	t.Parallel()
	st := mustSeason(t)
	s := mustServer(t, st)
	n := oneLeaf(t, mustPlan(t, "par-index-province"))
	to := sheetAddress("par", "01") + "/" + n.Code
	f := typedClaimAt(signedInAs(t, s, "hanoi"), to, n.Code)
	must(t, st.Assess(asWho(t, "khac"), "par", assess.Turn{Agency: "01", Acts: []assess.Act{assess.Fill{Leaf: n.Code, Claim: assess.Claim{Explanation: "của người khác"}}}}))
	a := signedInAs(t, s, "hanoi").post(to, f)
	if a.StatusCode != http.StatusConflict || !strings.Contains(a.body, "của người khác") || !strings.Contains(a.body, "viết rất lâu") {
		t.Fatalf("%d %s", a.StatusCode, a.body)
	}
	// What was chosen there outlives one more sign-in.
	g := claimFields(a)
	g.Set(choicePrefix+"giai-trinh", theirs)
	a = signedInAs(t, s, "hanoi").post(to, g)
	if a.StatusCode != http.StatusConflict || claimFields(a).Get(choicePrefix+"giai-trinh") != theirs {
		t.Errorf("chosen: %d %v", a.StatusCode, claimFields(a))
	}
	late := parSeason("par")
	late.Deadlines.Submit = testNow
	must(t, st.PutSeason(t.Context(), late))
	if a := signedInAs(t, s, "hanoi").post(to, g); a.StatusCode != http.StatusConflict || a.find("phieu-muc") != nil || !strings.Contains(a.body, "viết rất lâu") {
		t.Errorf("and past the deadline: %d", a.StatusCode)
	}
}

func TestACorrectedDocumentKeepsItsFile(t *testing.T) {
	t.Parallel()
	st := mustEvidence(t)
	s := mustServer(t, st)
	b := signedInAs(t, s, "hanoi")
	token := sentPart{"token", "", tokenOf(t, b.get(hanoiDocuments))}
	b.multi(hanoiLeaf, token, sentPart{"so", "", "12/QĐ"}, sentPart{"ngay", "", "2026-01-30"}, sentPart{"tep", "a.pdf", string(filetest.PDF("a"))})
	b.multi(hanoiDocuments, token, sentPart{"so", "", "5/BC"}, sentPart{"tep", "b.pdf", string(filetest.PDF("b"))})
	list, err := st.Documents(t.Context(), "par", "01")
	must(t, err)
	digest := map[string]string{}
	for _, d := range list {
		digest[d.Number] = d.Digest
	}
	to := sheetAddress("par", "01") + "/1.1.1"
	for _, c := range []struct{ lam, number, file, want string }{
		{"tu-luu", "12/QĐ-UBND", digest["12/QĐ"], digest["12/QĐ"]},
		{"luu", "13/QĐ-UBND", digest["12/QĐ"], digest["12/QĐ"]},
		{"luu", "5/BC", digest["5/BC"], digest["5/BC"]},         // of the library
		{"luu", "6/BC", strings.Repeat("0", 64), ""},            // nobody's
		{"luu", "12/QĐ-UBND", digest["12/QĐ"], digest["12/QĐ"]}, // as a page has it that is older
	} {
		f := claimFields(b.get(to))
		f.Set("tl.0.so", c.number)
		f.Set("tl.0.ngay", "2026-02-01")
		f.Set("tl.0.tep", c.file)
		f.Set("lam", c.lam)
		if a := b.post(to, f); a.StatusCode >= http.StatusBadRequest {
			t.Fatalf("%+v: %d %s", c, a.StatusCode, a.body)
		}
		e := leafOf(t, st, "01", "1.1.1").Claim.Evidence[0]
		if got := e.File; e.Number != c.number || (got == nil) != (c.want == "") || got != nil && got.Digest != c.want {
			t.Errorf("%+v: stored %+v", c, e)
		}
	}
	for lang, want := range map[string]string{"": "Tệp kèm theo: a.pdf", "?lang=en": "With the file a.pdf"} {
		if a := b.get(to + lang); !strings.Contains(a.body, want) || claimFields(a).Get("tl.0.tep") != digest["12/QĐ"] {
			t.Errorf("the page%s does not say which file the document has", lang)
		}
	}
}

func TestAFileIsSentAgainAfterSigningInAgain(t *testing.T) {
	t.Parallel()
	s := mustServer(t, mustEvidence(t))
	old := sentPart{"token", "", tokenOf(t, signedInAs(t, s, "hanoi").get(hanoiDocuments))}
	send := func(b *browser) answer {
		r := multiRequest(t, hanoiDocuments, old, sentPart{"so", "", "1/BC"}, sentPart{"tep", "a.pdf", string(filetest.PDF("a"))})
		r.Header.Set("Accept", "application/json")
		return b.do(r)
	}
	if a := send(newBrowser(t, s)); a.StatusCode != http.StatusUnauthorized || !strings.Contains(a.body, `"sign_in":"/dang-nhap"`) {
		t.Errorf("signed out: %d %s", a.StatusCode, a.body)
	}
	b := signedInAs(t, s, "hanoi")
	a := send(b)
	_, token, ok := strings.Cut(a.body, `"token":"`)
	if a.StatusCode != http.StatusForbidden || !ok {
		t.Fatalf("signed in again: %d %s", a.StatusCode, a.body)
	}
	old.value, _, _ = strings.Cut(token, `"`)
	if a := send(b); a.StatusCode != http.StatusOK || !strings.Contains(a.body, "xong=them") {
		t.Errorf("with the token that came: %d %s", a.StatusCode, a.body)
	}
}
