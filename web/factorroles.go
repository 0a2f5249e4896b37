package web

import (
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"thuocdo/survey/account"
)

// factorRolesPath is where administrators say which roles need a second factor.
const factorRolesPath = "/quan-tri/xac-thuc"

// factorRolesPage lists the roles.
type factorRolesPage struct {
	CSRF  string
	Roles []factorRole
	Done  bool
}

// factorRole is a role, and whether its accounts need a second factor.
type factorRole struct {
	Role   account.Role
	Needed bool
}

func (*factorRolesPage) template() string { return "factor-roles" }

func (p *factorRolesPage) frame(f *Frame) {
	f.NoIndex = true
	p.CSRF = f.CSRF
}

func (s *Server) factorRoles(c echo.Context) error {
	list, err := s.store.FactorRoles(c.Request().Context())
	if err != nil {
		return err
	}
	p := &factorRolesPage{Done: c.QueryParam("xong") != ""}
	for _, r := range account.Roles {
		p.Roles = append(p.Roles, factorRole{r, slices.Contains(list, r)})
	}
	return s.show(c, http.StatusOK, p)
}

func (s *Server) setFactorRoles(c echo.Context) error {
	if _, err := s.ownForm(c); err != nil {
		return err
	}
	var list []account.Role
	for _, r := range account.Roles {
		if slices.Contains(c.Request().PostForm["vai-tro"], string(r)) {
			list = append(list, r)
		}
	}
	if err := s.store.PutFactorRoles(c.Request().Context(), list); err != nil {
		return err
	}
	return s.see(c, factorRolesPath+"?xong=1")
}
