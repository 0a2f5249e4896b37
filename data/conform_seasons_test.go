package data

import (
	"errors"
	"reflect"
	"testing"
	"time"

	"thuocdo/scoring"
	"thuocdo/scoring/assess"
	"thuocdo/scoring/phrase"
	"thuocdo/scoring/standing"
	"thuocdo/survey/audit"
)

// planned returns a season of PAR INDEX over two agencies.
func planned(p *scoring.Plan) assess.Season {
	return assess.Season{Code: "par-2026", Title: phrase.VI("Đánh giá 2026", "Assessment 2026"), Framework: p.Framework().Code, Version: p.Framework().Version, Period: "2026",
		Agencies: []string{"x-000", "x-001"}, Rounds: 1, Board: assess.Board{Members: []string{"An", "Bình"}, Quorum: 2},
		Deadlines: assess.Deadlines{Submit: during().Add(time.Hour), Appraise: during().Add(2 * time.Hour), Explain: during().Add(3 * time.Hour), Decide: during().Add(4 * time.Hour)}}
}

// inputOf is an input that the leaf takes.
func inputOf(t testing.TB, p *scoring.Plan, n scoring.PlanNode) scoring.LeafInput {
	t.Helper()
	one, ninety, max := 1.0, 90.0, n.MaxPoints
	list := []scoring.LeafInput{{Choice: "yes"}, {Value: &ninety}, {Value: &one}, {Appraised: &max}}
	if n.Rule != nil && len(n.Rule.Options) > 0 {
		list = append([]scoring.LeafInput{{Choice: n.Rule.Options[0].Code}}, list...)
	}
	if n.Rule != nil && len(n.Rule.Severity) > 0 {
		list = append([]scoring.LeafInput{{Counts: map[string]float64{n.Rule.Severity[0].Code: 0}}}, list...)
	}
	for _, in := range list {
		if _, err := assess.Points(p, n.Code, in); err == nil {
			return in
		}
	}
	t.Fatalf("nothing fits %s", n.Code)
	return scoring.LeafInput{}
}

// claims fills every leaf that an agency scores.
func claims(t testing.TB, p *scoring.Plan) (acts []assess.Act) {
	for _, n := range p.Nodes() {
		if assess.Claimed(n) {
			acts = append(acts, assess.Fill{Leaf: n.Code, Claim: assess.Claim{Input: inputOf(t, p, n), Evidence: []assess.Evidence{{Number: "1/QĐ"}}}})
		}
	}
	return acts
}

// appraisals accepts every claim and enters the rest.
func appraisals(t testing.TB, p *scoring.Plan) (acts []assess.Act) {
	for _, n := range p.Nodes() {
		switch {
		case assess.Claimed(n):
			acts = append(acts, assess.Appraise{Leaf: n.Code, Seen: 1})
		case assess.Assessed(n):
			in := inputOf(t, p, n)
			acts = append(acts, assess.Appraise{Leaf: n.Code, Input: &in, Reason: "thống kê"})
		}
	}
	return acts
}

func turn(agency string, acts ...assess.Act) assess.Turn {
	return assess.Turn{Agency: agency, Acts: acts}
}

var seasonal = []behaviour{
	{"a season runs from its plan to the scores of the index", func(t *testing.T, open maker) {
		s := open(t, during)
		p := parIndex(t, s)
		ctx := audit.With(t.Context(), audit.Actor{Name: "lan", Role: audit.Command})
		want := planned(p)
		must(t, s.PutSeason(ctx, want))
		ninety := 90.0
		must(t, s.PutScores(ctx, want.Framework, "2026", map[string]map[string]scoring.LeafInput{"x-000": {"1.6": {Value: &ninety}, "1.2": {Value: &ninety}}}))
		if err := s.Assess(ctx, "par-2026", turn("x-000", claims(t, p)...)); !errors.Is(err, assess.ErrState) {
			t.Errorf("before it opens: %v", err)
		}
		must(t, s.OpenSeason(ctx, "par-2026"))
		if err := s.OpenSeason(ctx, "par-2026"); !errors.Is(err, assess.ErrState) {
			t.Errorf("opened again: %v", err)
		}
		var lacks *assess.Incomplete
		if err := s.CloseSeason(ctx, "par-2026"); !errors.As(err, &lacks) || len(lacks.Missing) != 2 {
			t.Errorf("closed unfinished: %v", err)
		}
		for _, agency := range want.Agencies {
			must(t, s.Assess(ctx, "par-2026", turn(agency, append(claims(t, p), assess.Submit{Head: "Trần A"})...)))
			must(t, s.Assess(ctx, "par-2026", turn(agency, append(appraisals(t, p), assess.Advance{}, assess.Advance{Done: true}, assess.Advance{})...)))
		}
		sheet := must1(s.Sheet(ctx, "par-2026", "x-000"))(t)
		if l := sheet.Leaves["1.1.1"]; sheet.Stage != assess.Final || sheet.Head != "Trần A" || l.Version != 2 || l.Claim.By != "lan" || !l.Claim.At.Equal(during()) {
			t.Errorf("%+v", sheet)
		}
		must(t, s.CloseSeason(ctx, "par-2026"))
		scores := must1(s.Scores(ctx, want.Framework, "2026"))(t)
		expected := sheet.Scores(p)
		expected["1.6"] = scoring.LeafInput{Value: &ninety} // what a survey gave stays
		if !reflect.DeepEqual(scores["x-000"], expected) {
			t.Errorf("scores %v, want %v", scores["x-000"], expected)
		}
		if got, _, err := s.Season(ctx, "par-2026"); err != nil || got.State != assess.Closed {
			t.Errorf("%+v, %v", got, err)
		}
		if err := s.Assess(ctx, "par-2026", turn("x-000", assess.Reopen{To: assess.Draft, Reason: "x"})); !errors.Is(err, assess.ErrState) {
			t.Errorf("after closing: %v", err)
		}
		if err := s.PutSeason(ctx, want); !errors.Is(err, assess.ErrState) {
			t.Errorf("changed after closing: %v", err)
		}
	}},
	{"of two who saw the same version of a leaf the second is told", func(t *testing.T, open maker) {
		s := open(t, during)
		p := parIndex(t, s)
		must(t, s.PutSeason(t.Context(), planned(p)))
		must(t, s.OpenSeason(t.Context(), "par-2026"))
		acts := claims(t, p)
		must(t, s.CheckAssess(t.Context(), "par-2026", turn("x-000", acts[0])))
		if sheet := must1(s.Sheet(t.Context(), "par-2026", "x-000"))(t); len(sheet.Leaves) != 0 {
			t.Error("checking stores")
		}
		must(t, s.Assess(t.Context(), "par-2026", turn("x-000", acts[0])))
		if err := s.CheckAssess(t.Context(), "par-2026", turn("x-000", acts[0])); !errors.Is(err, assess.ErrConflict) {
			t.Errorf("checked: %v", err)
		}
		if err := s.Assess(t.Context(), "par-2026", turn("x-000", acts[1], acts[0])); !errors.Is(err, assess.ErrConflict) {
			t.Errorf("%v", err)
		}
		if sheet := must1(s.Sheet(t.Context(), "par-2026", "x-000"))(t); len(sheet.Leaves) != 1 {
			t.Errorf("half of a refused change is stored: %v", sheet.Leaves)
		}
		must(t, s.Assess(t.Context(), "par-2026", turn("x-001", acts[0]))) // another's sheet is another's
	}},
	{"an open season keeps what its sheets were made for", func(t *testing.T, open maker) {
		s := open(t, during)
		p := parIndex(t, s)
		x := planned(p)
		must(t, s.PutSeason(t.Context(), x))
		must(t, s.OpenSeason(t.Context(), x.Code))
		one := x
		one.Agencies = []string{"x-000"} // nothing is filled in yet: it may go, and come again
		must(t, s.PutSeason(t.Context(), one))
		if list := must1(s.Sheets(t.Context(), x.Code))(t); len(list) != 1 {
			t.Errorf("%+v", list)
		}
		must(t, s.PutSeason(t.Context(), x))
		must(t, s.Assess(t.Context(), x.Code, turn("x-000", append(claims(t, p), assess.Submit{Head: "A"})...)))
		must(t, s.Assess(t.Context(), x.Code, turn("x-001", claims(t, p)[0])))
		for name, spoil := range map[string]func(*assess.Season){
			"rounds": func(x *assess.Season) { x.Rounds, x.Deadlines.Review = 2, x.Deadlines.Explain.Add(time.Minute) },
			"period": func(x *assess.Season) { x.Period = "2025" },
		} {
			other := x
			spoil(&other)
			if err := s.PutSeason(t.Context(), other); !errors.Is(err, assess.ErrOpen) {
				t.Errorf("%s: %v", name, err)
			}
		}
		var m phrase.Mistakes
		for _, kept := range x.Agencies {
			one.Agencies = []string{kept}
			if err := s.PutSeason(t.Context(), one); !errors.As(err, &m) {
				t.Errorf("an agency that submitted, or filled something in, is left out: %v", err)
			}
		}
		one.Agencies = x.Agencies
		one.Deadlines.Submit = one.Deadlines.Submit.Add(time.Minute)
		must(t, s.PutSeason(t.Context(), one))
		if list := must1(s.Sheets(t.Context(), x.Code))(t); len(list) != 2 || list[0].Stage != assess.Submitted {
			t.Errorf("%+v", list)
		}
		if got := must1(s.Seasons(t.Context()))(t); len(got) != 1 || got[0].State != assess.Open || !got[0].Deadlines.Submit.Equal(one.Deadlines.Submit) {
			t.Errorf("%+v", got)
		}
	}},
	{"a season of nothing that is known is refused", func(t *testing.T, open maker) {
		s := open(t, during)
		p := parIndex(t, s)
		var m phrase.Mistakes
		for name, c := range map[string]struct {
			spoil func(*assess.Season)
			want  error // nil: phrase.Mistakes
		}{
			"a framework":     {func(x *assess.Season) { x.Framework = "none" }, standing.ErrUnknownFramework},
			"a period":        {func(x *assess.Season) { x.Period = "next" }, standing.ErrUnknownPeriod},
			"an older period": {func(x *assess.Season) { x.Period = "2001" }, standing.ErrUnknownPeriod},
			"a version":       {func(x *assess.Season) { x.Version = "0" }, nil},
			"an agency":       {func(x *assess.Season) { x.Agencies = []string{"x-000", "x-999"} }, nil},
			"a node":          {func(x *assess.Season) { x.Appraisers = []assess.Appraiser{{Login: "lan", Nodes: []string{"99"}}} }, nil},
		} {
			x := planned(p)
			c.spoil(&x)
			if err := s.PutSeason(t.Context(), x); c.want != nil && !errors.Is(err, c.want) || c.want == nil && !errors.As(err, &m) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, _, err := s.Season(t.Context(), "par-2026"); !errors.Is(err, assess.ErrUnknown) {
			t.Errorf("%v", err)
		}
		if _, err := s.Sheets(t.Context(), "par-2026"); !errors.Is(err, assess.ErrUnknown) {
			t.Errorf("%v", err)
		}
		must(t, s.PutSeason(t.Context(), planned(p)))
		for _, agency := range []string{"", "x-999"} {
			if _, err := s.Sheet(t.Context(), "par-2026", agency); !errors.Is(err, assess.ErrNoSheet) {
				t.Errorf("sheet of %q: %v", agency, err)
			}
			if err := s.Assess(t.Context(), "par-2026", turn(agency)); !errors.Is(err, assess.ErrNoSheet) {
				t.Errorf("sheet of %q: %v", agency, err)
			}
		}
	}},
}

// What a season does is logged, and what is changed behind its back is named.
func TestTamperingWithASeasonIsFoundAndNamed(t *testing.T) {
	t.Parallel()
	path := filled(t)
	s := mustOpenAt(t, path, Options{Now: during})
	p := must1(s.Framework(t.Context(), "par-index-province", "", "2026"))(t)
	ctx := audit.With(t.Context(), audit.Actor{Name: "lan", Role: audit.Command})
	must(t, s.PutSeason(ctx, planned(p)))
	must(t, s.OpenSeason(ctx, "par-2026"))
	must(t, s.Assess(ctx, "par-2026", turn("x-000", append(claims(t, p), assess.Submit{Head: "A"})...)))
	must(t, s.Assess(ctx, "par-2026", turn("x-000", assess.Reopen{To: assess.Draft, Reason: "nhập nhầm"})))
	last := must1(s.Audit(ctx, audit.Filter{Most: 1}))(t)[0]
	if last.Kind != audit.Sheet || last.Subject != "par-2026 x-000" || last.Act != audit.Reopened || last.Reason != "nhập nhầm" {
		t.Errorf("%+v", last)
	}
	must(t, s.Assess(ctx, "par-2026", turn("x-000", assess.Extend{Stage: assess.Council, Until: during().Add(9 * time.Hour), Reason: "bão lũ"})))
	wantHealthy(t, s)
	must(t, s.Close())
	for sql, item := range map[string]string{
		`UPDATE sheet_time SET until = until + 86400`:              "more_time par-2026 x-000 council",
		`DELETE FROM sheet_time`:                                   "more_time par-2026 x-000 council",
		`UPDATE sheet_leaves SET version = 7 WHERE leaf = '1.1.1'`: "leaf par-2026 x-000 1.1.1",
		`DELETE FROM sheet_leaves WHERE leaf = '1.1.2'`:            "leaf par-2026 x-000 1.1.2",
		`UPDATE sheets SET stage = 'final'`:                        "sheet par-2026 x-000",
		`UPDATE seasons SET state = 'closed'`:                      "season par-2026",
	} {
		tampered := copyOf(t, path)
		tamper(t, tampered, sql)
		wantProblem(t, examine(t, tampered), CheckAudited, Problem{Item: item})
	}
}
