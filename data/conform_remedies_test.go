package data

import (
	"errors"
	"reflect"
	"testing"

	"thuocdo/scoring/phrase"
	"thuocdo/scoring/remedy"
	"thuocdo/scoring/standing"
	"thuocdo/survey"
	"thuocdo/survey/account"
)

// taskOf is a task of an agency by the reform index of 2026.
func taskOf(agency, title string) remedy.Task {
	return remedy.Task{Of: remedy.Of{Framework: "par-index-province", Period: "2026", Agency: agency}, Leaf: "1.1", Title: title, Owner: "Phòng Cải cách <b>", Due: "2027-01-31", Expected: 0.5,
		Status: remedy.Doing, Documents: []remedy.Document{{Number: "5/KH", Day: "2026-12-01", Issuer: "UBND"}}}
}

var remedies = []behaviour{
	{"tasks come back as they were put, by plan, by scope and for everyone", func(t *testing.T, open maker) {
		s := open(t, during)
		parIndex(t, s)
		a, b := taskOf("x-000", "một"), taskOf("x-001", "hai")
		b.Public, b.Told = true, "Đã rút ngắn"
		var err error
		a.ID, err = s.PutTask(t.Context(), a)
		must(t, err)
		b.ID, err = s.PutTask(t.Context(), b)
		must(t, err)
		a.Version, b.Version = 1, 1
		want := func(got []remedy.Task, err error, list ...remedy.Task) {
			t.Helper()
			if err != nil || len(got) != len(list) || len(list) > 0 && !reflect.DeepEqual(got, list) {
				t.Errorf("%+v, %v, want %+v", got, err, list)
			}
		}
		got, err := s.Tasks(t.Context(), a.Of)
		want(got, err, a)
		got, err = s.TasksWithin(t.Context(), account.Scope{All: true})
		want(got, err, a, b)
		got, err = s.TasksWithin(t.Context(), account.Account{Role: account.Officer, Agency: "x-001"}.Reach())
		want(got, err, b)
		got, err = s.TasksWithin(t.Context(), account.Scope{})
		want(got, err)
		got, err = s.PublicTasks(t.Context(), "x-001")
		want(got, err, b)
		got, err = s.PublicTasks(t.Context(), "x-000")
		want(got, err)
	}},
	{"of two who change a task at once one is told", func(t *testing.T, open maker) {
		s := open(t, during)
		parIndex(t, s)
		x := taskOf("x-000", "một")
		id, err := s.PutTask(t.Context(), x)
		must(t, err)
		x.ID, x.Version, x.Title = id, 1, "của tôi"
		if again, err := s.PutTask(t.Context(), x); err != nil || again != id {
			t.Fatal(again, err)
		}
		x.Title = "của người kia"
		if _, err := s.PutTask(t.Context(), x); !errors.Is(err, remedy.ErrConflict) {
			t.Errorf("on an old version: %v", err)
		}
		x.Version, x.Agency = 2, "x-001"
		if _, err := s.PutTask(t.Context(), x); !errors.Is(err, remedy.ErrUnknown) {
			t.Errorf("into the plan of another agency: %v", err)
		}
		if got, err := s.Tasks(t.Context(), taskOf("x-000", "").Of); err != nil || len(got) != 1 || got[0].Title != "của tôi" || got[0].Version != 2 {
			t.Errorf("%+v, %v", got, err)
		}
	}},
	{"a task of nothing that is known is refused", func(t *testing.T, open maker) {
		s := open(t, during)
		parIndex(t, s)
		for _, c := range []struct {
			spoil func(*remedy.Task)
			want  error
		}{
			{func(x *remedy.Task) { x.Agency = "none" }, survey.ErrUnknownAgency},
			{func(x *remedy.Task) { x.Framework = "none" }, standing.ErrUnknownFramework},
			{func(x *remedy.Task) { x.ID, x.Version = 99, 1 }, remedy.ErrUnknown},
		} {
			x := taskOf("x-000", "một")
			c.spoil(&x)
			if _, err := s.PutTask(t.Context(), x); !errors.Is(err, c.want) {
				t.Errorf("%v, want %v", err, c.want)
			}
		}
		var found phrase.Mistakes
		if _, err := s.PutTask(t.Context(), taskOf("x-000", " ")); !errors.As(err, &found) {
			t.Errorf("without a name: %v", err)
		}
	}},
}
