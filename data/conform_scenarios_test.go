package data

import (
	"errors"
	"fmt"
	"reflect"
	"testing"
	"time"

	"thuocdo/scoring"
	"thuocdo/scoring/scenario"
	"thuocdo/scoring/standing"
	"thuocdo/survey"
	"thuocdo/survey/account"
)

// mustAuthor stores an account and returns its id.
func mustAuthor(t testing.TB, s conforming, login string) int64 {
	t.Helper()
	id, err := s.PutAccount(t.Context(), account.Account{Login: login, Name: "Người " + login, Role: account.Analyst})
	must(t, err)
	return id
}

// tried returns a scenario of an agency that sets one leaf and one maximum.
func tried(t testing.TB, p *scoring.Plan, id, agency string, author int64, minute int) scenario.Scenario {
	t.Helper()
	x, before := 0.25, 61.5
	return scenario.Scenario{
		ID: id, Title: "Thử " + id, Framework: p.Framework().Code, Version: p.Framework().Version, Period: "2026", Agency: agency,
		Changes: map[string]scoring.LeafInput{typedLeaf(t, p): {Appraised: &x}}, Maxima: map[string]float64{"8": 20},
		Author: author, Saved: during().Add(time.Duration(minute) * time.Minute).UTC().Truncate(time.Microsecond),
		Basis: scenario.Basis{Own: "a", Public: "b", All: "c", Points: &before},
	}
}

var scenarios = []behaviour{
	{"scenarios come back as they were put, newest first, by agency or all", func(t *testing.T, open maker) {
		s := open(t, during)
		p := parIndex(t, s)
		lan, minh := mustAuthor(t, s, "lan"), mustAuthor(t, s, "minh")
		want := []scenario.Scenario{tried(t, p, "c", "x-001", lan, 3), tried(t, p, "b", "x-000", minh, 2), tried(t, p, "a", "x-000", lan, 1)}
		for _, x := range want {
			must(t, s.PutScenario(t.Context(), x))
		}
		want[0].AuthorName, want[1].AuthorName, want[2].AuthorName = "Người lan", "Người minh", "Người lan"
		one := func(code string) account.Scope { return account.Account{Role: account.Officer, Agency: code}.Reach() }
		above := account.Account{Role: account.Officer, Agency: "none", Below: []string{"x-000", "x-001"}}.Reach()
		for _, c := range []struct {
			of   account.Scope
			list []scenario.Scenario
		}{{account.Scope{All: true}, want}, {above, want}, {one("x-000"), want[1:]}, {one("x-001"), want[:1]}, {one("none"), nil}, {account.Scope{}, nil}} {
			if got, err := s.Scenarios(t.Context(), c.of); err != nil || !reflect.DeepEqual(got, c.list) {
				t.Errorf("%v: %+v, %v", c.of, got, err)
			}
		}
		if got, err := s.Scenario(t.Context(), "b"); err != nil || !reflect.DeepEqual(got, want[1]) {
			t.Errorf("%+v, %v", got, err)
		}
		if err := s.PutScenario(t.Context(), want[0]); err == nil {
			t.Error("an id was taken twice")
		}
	}},
	{"only its author deletes a scenario", func(t *testing.T, open maker) {
		s := open(t, during)
		p := parIndex(t, s)
		lan, minh := mustAuthor(t, s, "lan"), mustAuthor(t, s, "minh")
		must(t, s.PutScenario(t.Context(), tried(t, p, "a", "x-000", lan, 1)))
		if err := s.DeleteScenario(t.Context(), "a", minh); !errors.Is(err, scenario.ErrUnknown) {
			t.Errorf("another's: %v", err)
		}
		must(t, s.DeleteScenario(t.Context(), "a", lan))
		if err := s.DeleteScenario(t.Context(), "a", lan); !errors.Is(err, scenario.ErrUnknown) {
			t.Errorf("again: %v", err)
		}
		if _, err := s.Scenario(t.Context(), "a"); !errors.Is(err, scenario.ErrUnknown) {
			t.Errorf("deleted: %v", err)
		}
	}},
	{"a scenario of nothing that is known is refused", func(t *testing.T, open maker) {
		s := open(t, during)
		p := parIndex(t, s)
		good := tried(t, p, "a", "x-000", mustAuthor(t, s, "lan"), 1)
		for name, c := range map[string]struct {
			spoil func(*scenario.Scenario)
			want  error
		}{
			"agency":    {func(x *scenario.Scenario) { x.Agency = "none" }, survey.ErrUnknownAgency},
			"framework": {func(x *scenario.Scenario) { x.Framework = "none" }, standing.ErrUnknownFramework},
			"version":   {func(x *scenario.Scenario) { x.Version = "none" }, standing.ErrUnknownFramework},
			"none":      {func(x *scenario.Scenario) { x.Version = "" }, standing.ErrUnknownFramework},
			"title":     {func(x *scenario.Scenario) { x.Title = "" }, scenario.ErrTitle},
			"changes":   {func(x *scenario.Scenario) { x.Changes, x.Maxima = nil, nil }, scenario.ErrEmpty},
		} {
			x := good
			c.spoil(&x)
			if err := s.PutScenario(t.Context(), x); !errors.Is(err, c.want) {
				t.Errorf("%s: %v, want %v", name, err, c.want)
			}
		}
		x := good
		if x.Author = 99; s.PutScenario(t.Context(), x) == nil {
			t.Error("an author without account was taken")
		}
		if list, err := s.Scenarios(t.Context(), account.Scope{All: true}); err != nil || len(list) != 0 {
			t.Errorf("%d are stored, %v", len(list), err)
		}
	}},
	{"one author keeps a bounded number of scenarios", func(t *testing.T, open maker) {
		s := open(t, during)
		p := parIndex(t, s)
		lan, minh := mustAuthor(t, s, "lan"), mustAuthor(t, s, "minh")
		for i := range scenario.PerAuthor {
			must(t, s.PutScenario(t.Context(), tried(t, p, fmt.Sprint("l", i), "x-000", lan, i)))
		}
		if err := s.PutScenario(t.Context(), tried(t, p, "more", "x-000", lan, 1)); !errors.Is(err, scenario.ErrFull) {
			t.Errorf("one more: %v", err)
		}
		must(t, s.PutScenario(t.Context(), tried(t, p, "other", "x-000", minh, 1)))
		must(t, s.DeleteScenario(t.Context(), "l0", lan))
		must(t, s.PutScenario(t.Context(), tried(t, p, "more", "x-000", lan, 1)))
	}},
	{"a withheld result has no score, rank or band, and is never zero", func(t *testing.T, open maker) {
		s := open(t, during)
		f, err := scoring.Parse([]byte(`{"code":"one","version":"1","title":{"vi":"Một"},"kinds":["commune"],"period":"year","max_points":10,
			"groups":[{"code":"c","title":{"vi":"Xã"},"kinds":["commune"]}],"bands":[{"code":"A","title":{"vi":"A"}}],
			"tree":[{"code":"A","title":{"vi":"A"},"max_points":10}]}`))
		must(t, err)
		must(t, s.PutAgencies(t.Context(), communes(3), nil))
		must(t, s.PutFramework(t.Context(), f))
		put := func(withheld ...string) {
			t.Helper()
			in := map[string]map[string]scoring.LeafInput{}
			for i, code := range []string{"x-000", "x-001"} {
				x := float64(9 - i)
				in[code] = map[string]scoring.LeafInput{"A": {Appraised: &x}}
			}
			must(t, s.PutScores(t.Context(), "one", "2026", in, withheld...))
		}
		result := func(unit string) scoring.Result {
			t.Helper()
			got, err := standing.Assemble(t.Context(), s, standing.Query{Framework: "one", Period: "2026"})
			must(t, err)
			for _, r := range got.Outcome.Results {
				if r.Unit == unit {
					return r
				}
			}
			t.Fatalf("no result of %s", unit)
			return scoring.Result{}
		}
		put("x-000", "x-002") // one with inputs, one without
		for _, unit := range []string{"x-000", "x-002"} {
			if r := result(unit); r.Total.Known || r.Total.Gap != scoring.WithheldGap || r.Rank != 0 || r.Band != "" || r.Nodes[0].Known {
				t.Errorf("%s: %+v", unit, r)
			}
		}
		if r := result("x-001"); r.Total.Points != 8 || r.Rank != 1 || r.Of != 1 || r.Band != "A" {
			t.Errorf("x-001: %+v", r)
		}
		put() // published after all
		if r := result("x-000"); r.Total.Points != 9 || r.Rank != 1 || r.Of != 2 {
			t.Errorf("published: %+v", r)
		}
		wantMistakes(t, s.PutScores(t.Context(), "one", "2026", nil, "nowhere"), "nowhere")
	}},
}
