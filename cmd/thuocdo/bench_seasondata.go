package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"thuocdo/data"
	"thuocdo/data/reference"
	"thuocdo/scoring"
	"thuocdo/scoring/assess"
	"thuocdo/scoring/phrase"
	"thuocdo/survey/account"
	"thuocdo/web"
)

// Names of what the measurement of a season works on.
const (
	benchSeason    = "bench"
	benchFramework = "par-index-province"
	benchPassword  = "mật khẩu để đo tốc độ"
)

// seasonSet says what the database of a season under way holds.
type seasonSet struct {
	officers int
	agencies []string // of the season
	leaves   []string // that agencies score
}

func officerLogin(i int) string { return fmt.Sprintf("canbo-%04d", i+1) }

// officerAgency is the agency of an officer: several officers share one.
func (s *seasonSet) officerAgency(i int) string { return s.agencies[i%len(s.agencies)] }

// make makes the database in dir, with a season that is open now and in which every leaf is filled in once.
func (s *seasonSet) make(ctx context.Context, dir string) (path string, err error) {
	path = filepath.Join(dir, "bench.db")
	store, err := data.Open(ctx, path, data.Options{})
	if err != nil {
		return path, err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	if err := putReference(ctx, store); err != nil {
		return path, err
	}
	if s.agencies, err = provinces(); err != nil {
		return path, err
	}
	hash, err := web.HashPassword(benchPassword) // once: hashing is slow on purpose
	if err != nil {
		return path, err
	}
	for i := range s.officers {
		a := account.Account{Login: officerLogin(i), Name: officerLogin(i), Role: account.Officer, Agency: s.officerAgency(i), Password: hash}
		if _, err := store.PutAccount(ctx, a); err != nil {
			return path, err
		}
	}
	return path, s.open(ctx, store)
}

// provinces returns the codes of the provinces that there are now.
func provinces() (codes []string, err error) {
	all, _, err := reference.Agencies()
	for _, a := range all {
		if a.Kind == "province" && a.ValidTo == 0 {
			codes = append(codes, a.Code)
		}
	}
	return codes, err
}

// open plans the season, opens it and fills its sheets in.
func (s *seasonSet) open(ctx context.Context, store *data.Store) error {
	now := time.Now()
	day := func(n int) time.Time { return now.AddDate(0, 0, n) }
	x := assess.Season{Code: benchSeason, Title: phrase.VI("Kỳ đo tốc độ", "Speed trial"), Framework: benchFramework, Period: string(benchPeriod()), Agencies: s.agencies, Rounds: 1,
		Deadlines: assess.Deadlines{Submit: day(1), Appraise: day(2), Explain: day(3), Decide: day(4)}, Board: assess.Board{Members: []string{"An"}, Quorum: 1}}
	if err := store.PutSeason(ctx, x); err != nil {
		return err
	}
	if err := store.OpenSeason(ctx, x.Code); err != nil {
		return err
	}
	_, plan, err := store.Season(ctx, x.Code)
	if err != nil {
		return err
	}
	var acts []assess.Act
	for _, n := range plan.Nodes() {
		if !assess.Claimed(n) {
			continue
		}
		s.leaves = append(s.leaves, n.Code)
		in, err := someInput(plan, n)
		if err != nil {
			return err
		}
		acts = append(acts, assess.Fill{Leaf: n.Code, Claim: assess.Claim{Input: in, Evidence: []assess.Evidence{{Number: "1/KH-UBND"}}, Explanation: "…"}})
	}
	for _, agency := range s.agencies {
		if err := store.Assess(ctx, x.Code, assess.Turn{Agency: agency, Acts: acts}); err != nil {
			return err
		}
	}
	return nil
}

// someInput returns an input that a leaf takes.
func someInput(plan *scoring.Plan, n scoring.PlanNode) (scoring.LeafInput, error) {
	one, ninety, most := 1.0, 90.0, n.MaxPoints
	list := []scoring.LeafInput{{Choice: "yes"}, {Value: &ninety}, {Value: &one}, {Appraised: &most}}
	if n.Rule != nil && len(n.Rule.Options) > 0 {
		list = append(list, scoring.LeafInput{Choice: n.Rule.Options[0].Code})
	}
	if n.Rule != nil && len(n.Rule.Severity) > 0 {
		list = append(list, scoring.LeafInput{Counts: map[string]float64{n.Rule.Severity[0].Code: 0}})
	}
	for _, in := range list {
		if _, err := assess.Points(plan, n.Code, in); err == nil {
			return in, nil
		}
	}
	return scoring.LeafInput{}, fmt.Errorf("%s takes nothing that is tried", n.Code)
}
