package web

import (
	"slices"
	"testing"

	"thuocdo/survey/account"
)

func TestRolesOpenTheirOwnDoorsOnly(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		who  access
		open []account.Role
	}{
		{administrators, []account.Role{account.Administrator}},
		{designers, []account.Role{account.Administrator, account.Designer}},
		{fieldworkers, []account.Role{account.Administrator, account.Designer, account.Enumerator}},
		{surveyReaders, []account.Role{account.Administrator, account.Designer, account.Analyst, account.Auditor}},
	} {
		for _, role := range append(account.Roles, "") {
			want := slices.Contains(c.open, role)
			if got := c.who.allow(account.Account{Role: role}, nil); got != want {
				t.Errorf("%s: %q %v", c.who.name, role, got)
			}
			bound := account.Account{Role: role, Agency: "01"}
			if c.who.allow(bound, nil) != (want && c.who.name == fieldworkers.name) {
				t.Errorf("%s: a %q bound to an agency", c.who.name, role)
			}
			if c.who.allow(account.Account{Role: role, Disabled: true}, nil) {
				t.Errorf("%s: a disabled %q", c.who.name, role)
			}
		}
	}
}
