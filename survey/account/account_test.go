package account_test

import (
	"testing"

	"thuocdo/survey/account"
)

func TestRolesReadWhatTheyMay(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		role             account.Role
		own, others, all bool
	}{
		{account.Administrator, true, true, true},
		{account.Analyst, true, true, true},
		{account.Appraiser, true, true, true},
		{account.Publisher, true, true, true},
		{account.Auditor, true, true, true},
		{account.Designer, false, false, false},
		{account.Enumerator, false, false, false},
		{account.Officer, true, false, false},
		{"", false, false, false},
		{"visitor", false, false, false},
	} {
		a := account.Account{Role: c.role, Agency: "01"}
		if a.MayRead("01") != c.own || a.MayRead("79") != c.others || a.MayReadAll() != c.all {
			t.Errorf("%q: own %v, others %v, all %v", c.role, a.MayRead("01"), a.MayRead("79"), a.MayReadAll())
		}
	}
}

func TestADisabledAccountReadsNothing(t *testing.T) {
	t.Parallel()
	for _, role := range account.Roles {
		a := account.Account{Role: role, Agency: "01", Disabled: true}
		if a.MayRead("01") || a.MayReadAll() || a.Is(account.Roles...) {
			t.Errorf("%s reads", role)
		}
	}
}

func TestAnOfficerOfNoAgencyReadsNothing(t *testing.T) {
	t.Parallel()
	if a := (account.Account{Role: account.Officer}); a.MayRead("") || a.MayRead("01") {
		t.Error("an officer of no agency reads")
	}
}
