package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"thuocdo/scoring/assess"
	"thuocdo/web/locale"
	"thuocdo/web/problem"
)

// leafPath is where claims are typed, for longer than a session may last: nothing that is sent there is lost.
const leafPath = seasonsPath + "/:season/phieu/:agency/:leaf"

// doneLeaf names the leaf that was stored, in the address of the page one goes on to: only then a browser forgets what it kept.
const doneLeaf = "da-luu"

// typedBack is what was typed into a form that could not be taken: to be copied, or sent again.
type typedBack struct {
	Lines  []keptLine
	Action string
	Fields []carried
	File   string // name of a file that came with it: a browser has to be shown it again
	Parts  bool   // the form is sent in parts, as those with files are
	Token  string // "" where the page of the form shows it again first
	SignIn string // address; "" = that is not what is missing
}

// typesClaim reports whether a request sends a claim.
func typesClaim(c echo.Context) bool {
	return c.Path() == leafPath && c.Request().Method == http.MethodPost
}

// signInPath is where to sign in before a page.
func signInPath(to string) string { return withTo("/dang-nhap", to) }

// typedBack returns what was typed into a form, nil where nothing of it can be read. Without the plan inputs stay as they were sent.
func (s *Server) typedBack(c echo.Context, kind problem.Kind) *typedBack {
	sent := sentForm(c)
	if len(sent.fields) == 0 {
		return nil
	}
	t := &typedBack{Lines: typing[c.Path()](s.language(c), sent.fields), Action: c.Request().URL.RequestURI(), Fields: carriedOf(sent.fields), File: sent.file,
		Parts: strings.HasSuffix(c.Path(), documentsName)}
	if sent.file != "" {
		if kind.Status != http.StatusRequestEntityTooLarge {
			drain(c)
		}
		t.Fields = append(t.Fields, carried{fileNamed, sent.file})
	}
	switch {
	case kind == problem.Of(problem.ErrSignInFirst):
		t.SignIn = signInPath("")
	case !typesClaim(c) && !says(c): // those come back in their own form
		if _, in := accountOf(c); in {
			t.Token = s.token(c)
		}
	}
	return t
}

// claimLines writes the fields of a claim for somebody who copies them.
func claimLines(l *locale.Locale, form url.Values) (list []keptLine) {
	add := func(key string, text ...string) {
		if all := strings.TrimSpace(strings.Join(text, "\n")); all != "" {
			list = append(list, keptLine{l.T(key), all})
		}
	}
	var inputs, docs []string
	for _, f := range carriedOf(form) {
		if strings.HasPrefix(f.Name, leafPrefix) || strings.HasPrefix(f.Name, casePrefix) {
			inputs = append(inputs, f.Value)
		}
	}
	add("claim.part.dau-vao", inputs...)
	for i := range assess.MostEvidence {
		at := docPrefix + strconv.Itoa(i) + "."
		of := []string{word(form, at+"so"), word(form, at+"ngay"), word(form, at+"noi"), word(form, at+"trang")}
		if of = slices.DeleteFunc(of, func(w string) bool { return w == "" }); len(of) > 0 {
			docs = append(docs, strings.Join(of, ", "))
		}
	}
	add("claim.part.tai-lieu", docs...)
	if form.Get(partialName) != "" {
		add("claim.part.mot-phan", l.T("claim.partial.yes"))
	}
	add("claim.part.giai-trinh", form.Get(reasonName))
	return list
}

// failSilently tells a script that saves why it could not, and whether trying again may help.
func (s *Server) failSilently(c echo.Context, kind problem.Kind) error {
	l := s.language(c)
	a := silentAnswer{Words: l.T("claim.unsaved.wrong", l.T("problem."+kind.Code+".title")), Again: kind.Status >= 500 || kind.Status == http.StatusTooManyRequests}
	if kind == problem.Of(problem.ErrSignInFirst) {
		a = silentAnswer{Words: l.T("claim.unsaved.sign_in"), SignIn: signInPath(""), Again: true}
	}
	return c.JSON(kind.Status, a)
}

// staleClaim answers a claim from a page that an older sign-in had: nothing is stored, and it comes back with a token that is good.
func (s *Server) staleClaim(c echo.Context) error {
	kind := problem.Of(problem.ErrToken)
	x, err := s.aClaim(c)
	if err != nil {
		return err
	}
	s.witnessFailure(c, problem.ErrToken, kind)
	if silent(c) {
		return c.JSON(kind.Status, silentAnswer{Words: s.language(c).T("claim.unsaved"), Token: s.token(c), Again: true})
	}
	t, err := s.typedClaim(c, x)
	if err != nil {
		return err
	}
	chosen := func(part string) bool { return c.FormValue(differPrefix+part) != "" }
	p := s.newClaimPage(c, x)
	switch {
	case p.Form == nil:
		return s.showLateClaim(c, x, t, problem.Of(assess.ErrStage))
	case t.form.Seen != p.Form.Seen && !t.claim.Same(x.item.Leaf.Claim), slices.ContainsFunc(claimParts, chosen):
		return s.showClaimClash(c, x, t, nil)
	}
	p.Form, p.Wrong, p.Failed = t.form, t.wrong, "claim.stale"
	return s.show(c, kind.Status, p)
}
