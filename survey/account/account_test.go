package account_test

import (
	"slices"
	"strings"
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
		{"officer of 01", true, false, false},
		{"analyst of 01", true, false, false},
		{"appraiser of 01", true, false, false},
		{"enumerator of 01", false, false, false},
		{account.Designer, false, false, false},
		{account.Enumerator, false, false, false},
		{"", false, false, false},
		{"visitor", false, false, false},
	} {
		role, agency, _ := strings.Cut(string(c.role), " of ")
		a := account.Account{Role: account.Role(role), Agency: agency}
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

func TestAnAccountReachesItsAgencyAndAllBelow(t *testing.T) {
	t.Parallel()
	for _, role := range account.Roles {
		a := account.Account{Role: role, Agency: "01", Below: []string{"01-a", "01-b"}}
		for agency, want := range map[string]bool{"01": true, "01-a": true, "01-b": true, "01-": false, "0": false, "": false, "48": false} {
			if a.Reach().Has(agency) != want {
				t.Errorf("%s of 01 reaches %q: %v", role, agency, !want)
			}
		}
		if codes := a.Reach().Codes(); a.Reach().All || !slices.Equal(codes, []string{"01", "01-a", "01-b"}) {
			t.Errorf("%s of 01 reaches %q", role, codes)
		}
		a.Disabled = true
		if reach := a.Reach(); reach.All || reach.Has("01") || reach.Has("01-a") || len(reach.Codes()) != 0 {
			t.Errorf("a disabled %s reaches something", role)
		}
		if free := (account.Account{Role: role}).Reach(); free.All == role.NeedsAgency() || free.Has("48") == role.NeedsAgency() || free.Has("") && role.NeedsAgency() {
			t.Errorf("%s of no agency: %+v", role, free)
		}
	}
	if reach := (account.Account{Role: "visitor", Agency: "01"}).Reach(); reach.Has("01") {
		t.Error("a role that there is not reaches something")
	}
}
