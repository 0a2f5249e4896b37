package data

import (
	"errors"
	"testing"

	"thuocdo/survey"
	"thuocdo/survey/account"
	"thuocdo/survey/paper"
)

var kiosksAndPaper = []behaviour{
	{"a kiosk is set up once, found by its token, and ends", func(t *testing.T, open maker) {
		s := open(t, during)
		define(t, s, 2)
		k := survey.Terminal{Wave: "w", Agency: "x-001", Counter: "quay-1", PIN: "hash", Expires: survey.DayOf(during())}
		must(t, s.PutKiosk(t.Context(), k, [16]byte{1}))
		if got, err := s.ActivateKiosk(t.Context(), [16]byte{1}, [16]byte{2}); err != nil || got != k {
			t.Errorf("%+v, %v", got, err)
		}
		if _, err := s.ActivateKiosk(t.Context(), [16]byte{1}, [16]byte{3}); !errors.Is(err, survey.ErrNoKiosk) {
			t.Errorf("the code again: %v", err)
		}
		if got, err := s.Kiosk(t.Context(), [16]byte{2}); err != nil || got != k {
			t.Errorf("%+v, %v", got, err)
		}
		must(t, s.DropKiosk(t.Context(), [16]byte{2}))
		for _, token := range [][16]byte{{2}, {1}, {}} {
			if _, err := s.Kiosk(t.Context(), token); !errors.Is(err, survey.ErrNoKiosk) {
				t.Errorf("%v", err)
			}
		}
		k.Expires--
		must(t, s.PutKiosk(t.Context(), k, [16]byte{4}))
		if _, err := s.ActivateKiosk(t.Context(), [16]byte{4}, [16]byte{5}); !errors.Is(err, survey.ErrNoKiosk) {
			t.Errorf("an expired code: %v", err)
		}
		for _, bad := range []survey.Terminal{{Wave: "x", Agency: "x-001"}, {Wave: "w", Agency: "x-999"}} {
			if err := s.PutKiosk(t.Context(), bad, [16]byte{6}); !errors.Is(err, survey.ErrUnknownWave) && !errors.Is(err, survey.ErrUnknownAgency) {
				t.Errorf("%+v: %v", bad, err)
			}
		}
	}},
	{"a paper form is typed by two people, settled once, and what was typed is erased", func(t *testing.T, open maker) {
		s := open(t, during)
		define(t, s, 1)
		lan := mustTypist(t, s, "lan")
		minh := mustTypist(t, s, "minh")
		must(t, s.PutBatch(t.Context(), paper.Batch{Wave: "w", Agency: "x-000", Code: "AAAAA", Issued: 3, Twice: true}))
		put := func(number int, author int64) (int, error) {
			return s.PutEntry(t.Context(), "AAAAA", number, paper.Entry{Author: author, Packed: []byte{byte(author)}}, "key")
		}
		for _, c := range []struct {
			number int
			author int64
			pass   int
			err    error
		}{{0, lan, 0, paper.ErrNoSheet}, {4, lan, 0, paper.ErrNoSheet}, {1, lan, 1, nil}, {1, lan, 0, paper.ErrSamePerson}, {1, minh, 2, nil}, {1, lan, 0, paper.ErrEntered}, {2, minh, 1, nil}} {
			if pass, err := put(c.number, c.author); pass != c.pass || !errors.Is(err, c.err) {
				t.Errorf("form %d by %d: entry %d, %v", c.number, c.author, pass, err)
			}
		}
		if list, key, err := s.Entries(t.Context(), "AAAAA", 1); err != nil || key != "key" || len(list) != 2 || list[0].Author != lan {
			t.Errorf("%+v, %q, %v", list, key, err)
		}
		must(t, s.Settle(t.Context(), "AAAAA", 1, paper.Counted, ""))
		must(t, s.Settle(t.Context(), "AAAAA", 3, paper.Invalid, "blank"))
		if err := s.Settle(t.Context(), "AAAAA", 1, paper.Invalid, "blank"); !errors.Is(err, paper.ErrEntered) {
			t.Errorf("settled twice: %v", err)
		}
		if _, _, err := s.Entries(t.Context(), "AAAAA", 1); !errors.Is(err, paper.ErrNoSheet) {
			t.Errorf("what was typed: %v", err)
		}
		b, sheets, err := s.Batch(t.Context(), "AAAAA")
		if err != nil || b.Waiting != 1 || b.Counted != 1 || b.Invalid != 1 || len(sheets) != 3 {
			t.Errorf("%+v, %+v, %v", b, sheets, err)
		}
		if list, err := s.Batches(t.Context(), "w", account.Scope{All: true}); err != nil || len(list) != 1 || list[0] != b {
			t.Errorf("%+v, %v", list, err)
		}
		if _, _, err := s.Batch(t.Context(), "ZZZZZ"); !errors.Is(err, paper.ErrNoBatch) {
			t.Errorf("no batch: %v", err)
		}
	}},
}

func mustTypist(t testing.TB, s conforming, login string) int64 {
	t.Helper()
	id, err := s.PutAccount(t.Context(), account.Account{Login: login, Name: login, Role: account.Enumerator})
	must(t, err)
	return id
}
