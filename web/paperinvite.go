package web

import (
	"cmp"
	"net/url"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"thuocdo/web/locale"
)

// Where only invited people answer, a printed form counts with the code of an invitation. It is typed where the form is counted –
// with the only entry, or after the second one – and goes from there into the intake; the record of the batch never has it.

// fieldInvite is the name of the field with the code.
const fieldInvite = "thu-moi"

// How often one account types codes of invitations: faster than anybody types forms.
const (
	codesAtOnce = 60
	codesEvery  = 2 * time.Second
)

// inviteCell is the field where the code of an invitation is typed.
type inviteCell struct {
	Asked bool
	Code  string // as typed
	Wrong string // what is wrong with it
}

// refuse notes why a code was not taken, and returns the line of the summary.
func (x *inviteCell) refuse(l *locale.Locale, typed, why string) wrong {
	x.Code, x.Wrong = short(strings.TrimSpace(typed)), l.T("paper.invite."+why)
	return wrong{Target: fieldInvite, Message: x.Wrong}
}

// paperInvitation reads the code that is typed with a form; the error is a badCode where it does not let the form in. Whether
// a form that is waiting was counted with it before is for the intake to say: it may have been this one.
func (s *Server) paperInvitation(c echo.Context, a asking, form url.Values, waiting bool) (string, error) {
	typed := form.Get(fieldInvite)
	if strings.TrimSpace(typed) == "" {
		return "", badCode(inviteNeeded)
	}
	who, _ := accountOf(c)
	code, t, err := s.ticketFor(c.Request().Context(), a, typed, func() bool {
		return s.savers.allow("invite by "+who.Login, codesAtOnce, codesEvery, s.cfg.Now())
	})
	if err != nil || waiting {
		return code, err
	}
	if _, used, err := s.counted(c, a, t.Once); err != nil || used {
		return "", cmp.Or(err, error(badCode(inviteUsed)))
	}
	return code, nil
}
