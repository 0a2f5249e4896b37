package data

import (
	"errors"
	"strings"
	"testing"

	"thuocdo/scoring/phrase"
	"thuocdo/survey/account"
	"thuocdo/survey/mailing"
)

func TestAListOfAccountsIsTakenWholeOrNotAtAll(t *testing.T) {
	t.Parallel()
	s, id, _, _ := lettered(t)
	admin, err := s.AddAccount(t.Context(), account.Account{Login: "ad", Name: "Ad", Role: account.Administrator})
	must(t, err)
	gone, err := s.AddAccount(t.Context(), account.Account{Login: "cu", Name: "Cũ", Role: account.Analyst})
	must(t, err)
	must(t, s.DeleteAccount(t.Context(), gone, account.Leave{}))
	lan := must1(s.AccountByID(t.Context(), id))(t)
	ad := must1(s.AccountByID(t.Context(), admin))(t)
	digest := [16]byte{7}
	moved, plain := lan, ad
	moved.Name, moved.Email, plain.Role = "Lan Anh", "lananh@example.vn", account.Analyst
	list := []account.Change{
		{Line: 2, Was: ad, Now: plain}, // the last administrator, until the next one is there
		{Line: 3, Was: lan, Now: moved},
		{Line: 4, Now: account.Account{Login: "moi", Name: "Mới", Role: account.Administrator, Email: "moi@example.vn"}, Mail: true},
		{Line: 5, Now: account.Account{Login: "giay", Name: "Giấy", Role: account.Analyst}, Digest: &digest},
	}
	for name, bad := range map[string]account.Change{
		"gone":    {Line: 6, Now: account.Account{Login: "cu", Name: "Cũ", Role: account.Analyst}},
		"changed": {Line: 6, Was: account.Account{ID: id, Login: "lan", Name: "khác"}, Now: moved},
	} {
		err := s.PutAccountList(t.Context(), append(list[:4:4], bad))
		var m phrase.Mistakes
		if name == "gone" && (!errors.As(err, &m) || !strings.HasPrefix(m[0].Path, "row 6")) || name == "changed" && !errors.Is(err, account.ErrChanged) {
			t.Errorf("%s: %v", name, err)
		}
	}
	var m phrase.Mistakes
	if err := s.PutAccountList(t.Context(), list[:2]); !errors.As(err, &m) || m[0].Path != "row 2" {
		t.Errorf("nobody is administrator any more: %v", err)
	}
	must(t, s.CheckAccountList(t.Context(), list))
	if all := must1(s.Accounts(t.Context()))(t); len(all) != 2 || all[1].Name != "Lan" {
		t.Fatalf("something was stored: %+v", all)
	}
	must(t, s.PutAccountList(t.Context(), list))
	all := must1(s.Accounts(t.Context()))(t)
	if len(all) != 4 || all[0].Role != account.Analyst || all[2].Name != "Lan Anh" || all[2].Email != "lananh@example.vn" {
		t.Errorf("%+v", all)
	}
	if a, err := s.AccountOfCode(t.Context(), digest); a.Login != "giay" || err != nil {
		t.Errorf("%+v, %v", a, err)
	}
	kinds := map[string]mailing.NoticeKind{}
	for _, l := range carried(t, s, mailing.Outcome{Sent: true}) {
		kinds[l.To] = l.Notice.Kind
	}
	if len(kinds) != 2 || kinds["moi@example.vn"] != mailing.Account || kinds["lan@example.vn"] != mailing.Moved {
		t.Errorf("letters: %v", kinds)
	}
	if err := s.PutAccountList(t.Context(), list); err == nil {
		t.Error("the same list twice, unseen")
	}
	wantHealthy(t, s)
}
