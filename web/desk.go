package web

import (
	"fmt"
	"net/http"

	"github.com/labstack/echo/v4"

	"thuocdo/scoring/phrase"
	"thuocdo/survey/account"
)

// deskPage is where a signed-in person starts.
type deskPage struct {
	Who    account.Account
	Agency phrase.Text // that the account is bound to
	Links  []Link
}

func (deskPage) template() string { return "desk" }
func (deskPage) frame(f *Frame)   { f.NoIndex, f.Figures = true, true }

func (s *Server) desk(c echo.Context) error {
	a, _ := accountOf(c)
	p := deskPage{Who: a}
	if a.Agency != "" {
		g, err := s.store.Agency(c.Request().Context(), a.Agency)
		if err != nil {
			return fmt.Errorf("desk: %w", err)
		}
		p.Agency = g.Name
		if a.MayRead(a.Agency) {
			p.Links = append(p.Links, Link{Key: "desk.officer", Path: agencyAddress(a.Agency, true)})
		}
	}
	if assessors.allow(a, nil) {
		p.Links = append(p.Links, Link{Key: "desk.seasons", Path: seasonsPath})
	}
	if surveyReaders.allow(a, c.Param) {
		p.Links = append(p.Links, Link{Key: "desk.analysis", Path: analysesPath})
	}
	if a.MayReadAll() {
		p.Links = append(p.Links, Link{Key: "desk.analyst", Path: "/quan-tri/xep-hang"})
	}
	if formReaders.allow(a, nil) {
		p.Links = append(p.Links, Link{Key: "desk.forms", Path: formsPath})
	}
	if designers.allow(a, nil) {
		p.Links = append(p.Links, Link{Key: "desk.waves", Path: wavesPath})
		p.Links = append(p.Links, Link{Key: "desk.form_file", Path: formFilePath})
		p.Links = append(p.Links, Link{Key: "desk.invitations", Path: invitesPath})
	}
	if kioskKeepers.allow(a, nil) {
		p.Links = append(p.Links, Link{Key: "desk.kiosk", Path: "/quan-tri/kiosk"})
	}
	if fieldworkers.allow(a, nil) {
		p.Links = append(p.Links, Link{Key: "desk.paper", Path: paperPath})
	}
	if fieldReaders.allow(a, nil) {
		p.Links = append(p.Links, Link{Key: "desk.fieldwork", Path: "/quan-tri/tien-do"})
	}
	if administrators.allow(a, nil) {
		p.Links = append(p.Links, Link{Key: "desk.accounts", Path: accountsPath}, Link{Key: "desk.hooks", Path: hooksPath})
	}
	if auditors.allow(a, nil) {
		p.Links = append(p.Links, Link{Key: "desk.audit", Path: auditPath})
	}
	if a.MayReadAll() || mayPlan(a, a.Agency) || a.Agency != "" && a.MayRead(a.Agency) {
		p.Links = append(p.Links, Link{Key: "desk.remedies", Path: remediesPath}, Link{Key: "desk.reforms", Path: reformsPath})
	}
	if administrators.allow(a, nil) {
		p.Links = append(p.Links, Link{Key: "desk.factor_roles", Path: factorRolesPath})
	}
	p.Links = append(p.Links, Link{Key: "desk.self", Path: selfPath})
	p.Links = append(p.Links, Link{Key: "desk.releases", Path: releaseDeskPath})
	p.Links = append(p.Links, Link{Key: "desk.scenarios", Path: scenariosPath})
	if len(a.Grants()) > 0 {
		p.Links = append(p.Links, Link{Key: "desk.tokens", Path: tokensPath})
	}
	p.Links = append(p.Links, Link{Key: "desk.public", Path: "/xep-hang"})
	return s.show(c, http.StatusOK, p)
}
