package web

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"thuocdo/scoring/assess"
	"thuocdo/scoring/phrase"
	"thuocdo/survey"
	"thuocdo/web/problem"
)

// saveLeaf stores what an officer claims about a leaf.
func (s *Server) saveLeaf(c echo.Context) error {
	if err := c.Request().ParseForm(); err != nil {
		return formError(err)
	}
	if err := s.checkToken(c); err != nil {
		return s.staleClaim(c)
	}
	x, err := s.aClaim(c)
	if err != nil {
		return err
	}
	return s.saveClaim(c, x)
}

// typedClaim is a claim on its way into the store.
type typedClaim struct {
	form  *claimForm
	claim assess.Claim
	wrong []wrongField
}

// typedClaim reads what was sent.
func (s *Server) typedClaim(c echo.Context, x *aClaim) (t typedClaim, err error) {
	form := c.Request().PostForm
	files, err := s.filesOf(c, x, form)
	t.form, t.claim, t.wrong = readClaimForm(s.language(c), x.plan, x.item.Node, files, form)
	return t, err
}

// saveClaim stores a claim. Nothing typed is lost: what cannot be stored comes back on the page.
func (s *Server) saveClaim(c echo.Context, x *aClaim) error {
	l := s.language(c)
	t, err := s.typedClaim(c, x)
	if err != nil {
		return err
	}
	if open := t.choose(c, x); len(open) > 0 {
		return s.showClaimClash(c, x, t, open)
	}
	if len(t.wrong) > 0 {
		return s.showWrongClaim(c, x, t)
	}
	err = s.act(c, x.aSheet, assess.Fill{Leaf: x.item.Node.Code, Seen: t.form.Seen, Claim: t.claim})
	var refused phrase.Mistakes
	switch {
	case errors.Is(err, assess.ErrConflict):
		if x, err = s.aClaim(c); err != nil { // as it is now
			return err
		}
		if t.claim.Same(x.item.Leaf.Claim) { // its answer did not arrive
			return s.afterClaim(c, x)
		}
		return s.showClaimClash(c, x, t, nil)
	case errors.Is(err, assess.ErrLate), errors.Is(err, assess.ErrStage), errors.Is(err, assess.ErrState):
		return s.showLateClaim(c, x, t, problem.Of(err))
	case errors.As(err, &refused):
		for _, m := range refused {
			t.wrong = append(t.wrong, wrongField{Field: reasonName, ID: reasonName, Message: l.In(m.Message)})
		}
		return s.showWrongClaim(c, x, t)
	case err != nil:
		return err
	}
	return s.afterClaim(c, x)
}

// afterClaim goes on once a claim is stored.
func (s *Server) afterClaim(c echo.Context, x *aClaim) error {
	switch {
	case silent(c):
		return s.savedSilently(c)
	case c.FormValue("lam") == "tiep":
		return s.see(c, x.after()+"?"+doneLeaf+"="+url.QueryEscape(x.item.Node.Code)+"&xong=tiep")
	}
	return s.see(c, x.address()+"?xong=luu")
}

// silent reports whether a script saves while somebody types.
func silent(c echo.Context) bool { return c.FormValue("lam") == "tu-luu" }

// silentAnswer is what the script is told.
type silentAnswer struct {
	Words  string `json:"words"`
	Seen   int64  `json:"seen,omitempty"` // the version that is stored now
	Points string `json:"points,omitempty"`
	Saved  bool   `json:"saved"`
	Stop   bool   `json:"stop,omitempty"`    // saving silently cannot go on: the page has to be sent
	Again  bool   `json:"again,omitempty"`   // the same may be taken later
	SignIn string `json:"sign_in,omitempty"` // where one signs in before that
	Token  string `json:"token,omitempty"`   // that it is to be sent with
}

func (s *Server) savedSilently(c echo.Context) error {
	x, err := s.aClaim(c)
	if err != nil {
		return err
	}
	l := s.language(c)
	w := lossWords{l, x.plan.Framework().Decimals()}
	a := silentAnswer{Words: l.T("claim.saved.at", l.Moment(x.item.Leaf.Claim.At.In(survey.Vietnam))), Seen: x.item.Leaf.Version, Saved: true}
	if x.item.Claimed != nil {
		a.Points = l.T("claim.points.of", w.number(*x.item.Claimed), l.Short(x.item.Node.MaxPoints, 2))
	}
	return c.JSON(http.StatusOK, a)
}

func (s *Server) showWrongClaim(c echo.Context, x *aClaim, t typedClaim) error {
	if silent(c) {
		return c.JSON(http.StatusUnprocessableEntity, silentAnswer{Words: s.language(c).T("claim.unsaved.wrong", t.wrong[0].Message)})
	}
	p := s.newClaimPage(c, x)
	p.Form, p.Wrong, p.Failed = t.form, t.wrong, "claim.wrong"
	return s.show(c, http.StatusUnprocessableEntity, p)
}

// showLateClaim shows what was typed after the stage had ended, so that it can be copied.
func (s *Server) showLateClaim(c echo.Context, x *aClaim, t typedClaim, kind problem.Kind) error {
	l := s.language(c)
	if silent(c) {
		return c.JSON(kind.Status, silentAnswer{Words: l.T("problem." + kind.Code + ".title"), Stop: true})
	}
	p := s.newClaimPage(c, x)
	p.Form, p.Failed = nil, "problem."+kind.Code+".title"
	parts := partWords(l, lossWords{l, x.plan.Framework().Decimals()}, x.item.Node, t.claim)
	if len(t.form.Input.Wrong) > 0 {
		parts["dau-vao"] = ""
		for _, f := range t.form.Input.Fields {
			parts["dau-vao"] += f.Value + "\n"
		}
	}
	for _, part := range claimParts {
		if text := strings.TrimSpace(parts[part]); text != "" {
			p.Kept = append(p.Kept, keptLine{l.T("claim.part." + part), text})
		}
	}
	return s.show(c, kind.Status, p)
}

// Parts of a claim between which one chooses where two people changed it.
var claimParts = []string{"dau-vao", "tai-lieu", "mot-phan", "giai-trinh"}

const (
	choicePrefix = "chon."
	differPrefix = "khac."
	mine, theirs = "toi", "nguoi-khac"
)

// claimClash is what somebody else stored since the page was opened, beside what was typed.
type claimClash struct {
	assess.Mark
	Parts []clashPart
	Open  bool // something is still to be chosen
}

// clashPart is one part of a claim that differs.
type clashPart struct {
	Part, Name, Differs string // Name and Differs are names of fields
	Mine, Theirs        string
	Chosen              string
	Wrong               bool
}

// choose puts the parts in that the person took over from the other one, and returns those about which nothing was said.
func (t *typedClaim) choose(c echo.Context, x *aClaim) (open []string) {
	stored := x.item.Leaf.Claim
	for _, part := range claimParts {
		if c.FormValue(differPrefix+part) == "" {
			continue
		}
		switch c.FormValue(choicePrefix + part) {
		case mine:
		case theirs:
			t.take(part, stored)
		default:
			open = append(open, part)
		}
	}
	return open
}

// take has a part be as it is stored.
func (t *typedClaim) take(part string, stored assess.Claim) {
	switch part {
	case "dau-vao":
		t.claim.Input = stored.Input
		t.wrong = slices.DeleteFunc(t.wrong, func(w wrongField) bool {
			return strings.HasPrefix(w.Field, leafPrefix) || strings.HasPrefix(w.Field, casePrefix)
		})
	case "tai-lieu":
		t.claim.Evidence = stored.Evidence
		t.wrong = slices.DeleteFunc(t.wrong, func(w wrongField) bool { return strings.HasPrefix(w.Field, docPrefix) })
	case "mot-phan":
		t.claim.Partial = stored.Partial
	case "giai-trinh":
		t.claim.Explanation = stored.Explanation
		t.wrong = slices.DeleteFunc(t.wrong, func(w wrongField) bool { return w.Field == reasonName })
	}
}

// showClaimClash shows both versions of a leaf that two people changed, part by part. open are parts that still have to be chosen.
func (s *Server) showClaimClash(c echo.Context, x *aClaim, t typedClaim, open []string) error {
	l := s.language(c)
	if silent(c) {
		return c.JSON(http.StatusConflict, silentAnswer{Words: l.T("claim.unsaved.clash", x.item.Leaf.Claim.By), Stop: true})
	}
	p := s.newClaimPage(c, x)
	if p.Form == nil { // and its stage has ended meanwhile
		return s.showLateClaim(c, x, t, problem.Of(assess.ErrStage))
	}
	seen := p.Form.Seen
	p.Form, p.Failed, p.Clash, p.Wrong = t.form, "claim.clash", &claimClash{Mark: x.item.Leaf.Claim.Mark, Open: len(open) > 0}, t.wrong
	p.Form.Seen = seen
	w := lossWords{l, x.plan.Framework().Decimals()}
	own, other := partWords(l, w, x.item.Node, t.claim), partWords(l, w, x.item.Node, x.item.Leaf.Claim)
	for _, part := range claimParts {
		if own[part] != other[part] || slices.Contains(open, part) {
			p.Clash.Parts = append(p.Clash.Parts, clashPart{Part: part, Name: choicePrefix + part, Differs: differPrefix + part, Mine: own[part], Theirs: other[part],
				Chosen: c.FormValue(choicePrefix + part), Wrong: slices.Contains(open, part)})
		}
	}
	return s.show(c, http.StatusConflict, p)
}
