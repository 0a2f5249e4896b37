package data

import (
	"errors"
	"reflect"
	"testing"
	"time"

	"thuocdo/survey"
	"thuocdo/survey/account"
	"thuocdo/survey/audit"
)

// aToken is a token of an analyst that lives for so many days.
func aToken(of int64, name string, days int) account.Token {
	return account.Token{Account: of, Name: name, Grants: []account.Grant{account.ReadResponses, account.ReadResults}, Expires: during().Add(time.Duration(days) * 24 * time.Hour)}
}

var tokens = []behaviour{
	{"a token is found by its digest until it is revoked, and its day of use is kept", func(t *testing.T, open maker) {
		s := open(t, during)
		lan, minh := mustAuthor(t, s, "lan"), mustAuthor(t, s, "minh")
		id, err := s.PutToken(t.Context(), aToken(lan, " Báo cáo ", 30), [32]byte{1})
		must(t, err)
		other, err := s.PutToken(t.Context(), aToken(minh, "Khác", 30), [32]byte{2})
		must(t, err)
		if list, err := s.Tokens(t.Context(), lan); err != nil || len(list) != 1 || !list[0].Used.IsZero() {
			t.Errorf("%+v, %v", list, err)
		}
		x, a, err := s.TokenByDigest(t.Context(), [32]byte{1})
		if err != nil || a.Login != "lan" || x.Name != "Báo cáo" || x.ID != id || !x.Gives(account.ReadResponses) || x.Gives(account.WriteAssessment) || x.Gives("") {
			t.Errorf("%+v of %+v, %v", x, a, err)
		}
		list, err := s.Tokens(t.Context(), 0)
		if err != nil || len(list) != 2 || list[0].Used != survey.DayOf(during().In(survey.Vietnam)).Time() || !list[1].Used.IsZero() {
			t.Errorf("%+v, %v", list, err)
		}
		if err := s.RevokeToken(t.Context(), lan, other); !errors.Is(err, account.ErrNoToken) {
			t.Errorf("another's: %v", err)
		}
		must(t, s.RevokeToken(t.Context(), lan, id))
		must(t, s.RevokeToken(t.Context(), 0, other))
		for i := range 3 {
			if _, _, err := s.TokenByDigest(t.Context(), [32]byte{byte(i)}); !errors.Is(err, account.ErrNoToken) {
				t.Errorf("token %d is taken: %v", i, err)
			}
		}
	}},
	{"a token ends with its time and its account", func(t *testing.T, open maker) {
		now := during()
		s := open(t, func() time.Time { return now })
		lan := mustAuthor(t, s, "lan")
		_, err := s.PutToken(t.Context(), aToken(lan, "ngắn", 1), [32]byte{1})
		must(t, err)
		_, err = s.PutToken(t.Context(), aToken(lan, "dài", 365), [32]byte{2})
		must(t, err)
		now = now.Add(24 * time.Hour)
		if _, _, err := s.TokenByDigest(t.Context(), [32]byte{1}); !errors.Is(err, account.ErrNoToken) {
			t.Errorf("after its end: %v", err)
		}
		_, err = s.PutToken(t.Context(), aToken(lan, "mới", 30), [32]byte{3})
		must(t, err)
		if list, err := s.Tokens(t.Context(), lan); err != nil || len(list) != 2 {
			t.Errorf("%d tokens, %v: those that are over should be forgotten", len(list), err)
		}
		a := account.Account{Login: "lan", Name: "Lan", Role: account.Officer, Agency: "x-000"}
		_, err = s.PutAccount(t.Context(), a)
		must(t, err)
		if _, got, err := s.TokenByDigest(t.Context(), [32]byte{2}); err != nil || got.Role != account.Officer {
			t.Errorf("a token gives more than its account has: %+v, %v", got, err)
		}
		a.Disabled = true
		_, err = s.PutAccount(t.Context(), a)
		must(t, err)
		if _, got, err := s.TokenByDigest(t.Context(), [32]byte{2}); !errors.Is(err, account.ErrNoToken) || !reflect.DeepEqual(got, account.Account{}) {
			t.Errorf("of a disabled account: %+v, %v", got, err)
		}
	}},
	{"a token that its account may not have is refused", func(t *testing.T, open maker) {
		s := open(t, during)
		lan := mustAuthor(t, s, "lan")
		for name, spoil := range map[string]func(*account.Token){
			"no name": func(x *account.Token) { x.Name = " " }, "nothing": func(x *account.Token) { x.Grants = nil },
			"unknown scope": func(x *account.Token) { x.Grants = []account.Grant{"all"} },
			"not hers":      func(x *account.Token) { x.Grants = []account.Grant{account.WriteAssessment} },
			"over":          func(x *account.Token) { x.Expires = during() },
			"for ever":      func(x *account.Token) { x.Expires = during().AddDate(2, 0, 0) },
		} {
			x := aToken(lan, "tên", 30)
			spoil(&x)
			if _, err := s.PutToken(t.Context(), x, [32]byte{9}); !errors.Is(err, account.ErrBadToken) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := s.PutToken(t.Context(), aToken(99, "tên", 30), [32]byte{9}); !errors.Is(err, account.ErrUnknown) {
			t.Errorf("of nobody: %v", err)
		}
		for i := range account.TokensMax {
			_, err := s.PutToken(t.Context(), aToken(lan, "tên", 30), [32]byte{byte(i), 1})
			must(t, err)
		}
		if _, err := s.PutToken(t.Context(), aToken(lan, "tên", 30), [32]byte{99}); !errors.Is(err, account.ErrTokensFull) {
			t.Errorf("one too many: %v", err)
		}
	}},
}

func TestTokensAreInTheLogOfActs(t *testing.T) {
	t.Parallel()
	s := mustOpen(t, Options{Now: during})
	lan := mustAuthor(t, s, "lan")
	ctx := audit.With(t.Context(), audit.Actor{Name: "lan", Role: "analyst", Via: "abc"})
	id, err := s.PutToken(ctx, aToken(lan, "tên", 30), [32]byte{1})
	must(t, err)
	_, _, err = s.TokenByDigest(t.Context(), [32]byte{1})
	must(t, err)
	must(t, s.RevokeToken(ctx, lan, id))
	list, err := s.Audit(t.Context(), audit.Filter{Kind: audit.Token})
	must(t, err)
	if len(list) != 2 || list[0].Act != audit.Removed || list[1].Act != audit.Added || list[1].Subject != id || list[1].Name != "lan" || list[1].Via != "abc" {
		t.Errorf("%+v", list)
	}
}
