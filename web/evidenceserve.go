package web

import (
	"context"
	"errors"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"thuocdo/scoring/assess"
	"thuocdo/survey/account"
	"thuocdo/web/problem"
)

var digestForm = regexp.MustCompile(`^[0-9a-f]{64}$`)

// slowest is how many bytes a second whoever reads a file takes at least.
const slowest = 64 << 10

// document sends the file of a document to those who may read a sheet that it stands behind. To everybody else it is not there.
func (s *Server) document(c echo.Context) error {
	season, digest := c.Param("season"), c.Param("digest")
	if !digestForm.MatchString(digest) {
		return problem.ErrNoSuchPage
	}
	list, err := s.store.Holders(c.Request().Context(), season, digest)
	if err != nil {
		return err
	}
	a, _ := accountOf(c)
	i := slices.IndexFunc(list, func(d assess.Document) bool { return s.opens(c.Request().Context(), a, season, d) })
	if i < 0 {
		return problem.ErrNoSuchPage
	}
	f, err := s.store.OpenDocument(list[i])
	if errors.Is(err, fs.ErrNotExist) {
		return errors.Join(problem.ErrNoFile, err)
	}
	if err != nil {
		return err
	}
	defer f.Close()
	h := c.Response().Header()
	h.Set("Content-Type", list[i].Type)
	h.Set("Content-Disposition", attachment(list[i].Name))
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'; frame-ancestors 'none'")
	h.Set("ETag", `"`+digest+`"`)
	_ = http.NewResponseController(c.Response()).SetWriteDeadline(time.Now().Add(writeTimeout + time.Duration(list[i].Size/slowest)*time.Second))
	return serveParts(c, f)
}

// opens reports whether an account may read a document: its agency, whoever runs or audits the service, and the appraisers of the season
// once it was submitted.
func (s *Server) opens(ctx context.Context, a account.Account, season string, d assess.Document) bool {
	if !a.MayRead(d.Agency) {
		return false
	}
	if a.Is(account.Administrator, account.Auditor, account.Officer, account.Head) {
		return true
	}
	x, _, err := s.store.Season(ctx, season)
	return err == nil && d.Submitted && a.Is(account.Appraiser) &&
		(len(x.Appraisers) == 0 || slices.ContainsFunc(x.Appraisers, func(p assess.Appraiser) bool { return p.Login == a.Login }))
}

// attachment is the disposition of a file that is saved and never shown (RFC 6266): the name in letters that every header takes, and in
// its own behind it.
func attachment(name string) string {
	ending := path.Ext(name)
	plain := fileName(strings.TrimSuffix(name, ending), false) + fileName(ending, false)
	if plain == name {
		return `attachment; filename="` + plain + `"`
	}
	_, own, _ := strings.Cut(mime.FormatMediaType("attachment", map[string]string{"filename": name + "\u00a0"}), ";")
	return `attachment; filename="` + plain + `";` + strings.TrimSuffix(own, "%C2%A0")
}
