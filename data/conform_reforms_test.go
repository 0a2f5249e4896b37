package data

import (
	"errors"
	"reflect"
	"testing"

	"thuocdo/scoring/reform"
	"thuocdo/survey"
	"thuocdo/survey/account"
)

var reforms = []behaviour{
	{"of two who write a reform report at once one is told", func(t *testing.T, open maker) {
		s := open(t, during)
		parIndex(t, s)
		r, err := s.Reform(t.Context(), "x-000", "2026-Q3")
		if err != nil || r.Version != 0 || len(r.Texts) != 0 {
			t.Fatalf("%+v, %v", r, err)
		}
		r.Texts[reform.Lead] = "Đã chỉ đạo <b>"
		must(t, s.PutReform(t.Context(), r))
		if err := s.PutReform(t.Context(), r); !errors.Is(err, reform.ErrConflict) {
			t.Errorf("on nothing: %v", err)
		}
		r.Version, r.Texts[reform.Next] = 1, "Tiếp tục"
		must(t, s.PutReform(t.Context(), r))
		r.Version = 2
		if got, err := s.Reform(t.Context(), "x-000", "2026-Q3"); err != nil || !reflect.DeepEqual(got, r) {
			t.Errorf("%+v, %v, want %+v", got, err, r)
		}
		if got, err := s.Reforms(t.Context(), account.Scope{All: true}); err != nil || !reflect.DeepEqual(got, []reform.Report{r}) {
			t.Errorf("%+v, %v", got, err)
		}
		if got, err := s.Reforms(t.Context(), account.Account{Role: account.Officer, Agency: "x-001"}.Reach()); err != nil || got != nil {
			t.Errorf("of another agency: %+v, %v", got, err)
		}
		if err := s.PutReform(t.Context(), reform.Report{Agency: "none", Period: "2026"}); !errors.Is(err, survey.ErrUnknownAgency) {
			t.Errorf("of no agency: %v", err)
		}
		if err := s.PutReform(t.Context(), reform.Report{Agency: "x-000", Period: "2026", Texts: map[reform.Section]string{"khac": ""}}); err == nil {
			t.Error("another part was taken")
		}
	}},
}
