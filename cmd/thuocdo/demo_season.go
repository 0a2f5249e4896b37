package main

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"thuocdo/data/reference"
	"thuocdo/scoring"
	"thuocdo/scoring/assess"
	"thuocdo/scoring/phrase"
	"thuocdo/survey/audit"
)

// demoSeason is an assessment under way: one province still scores itself, another has submitted.
const demoSeason = "par-minh-hoa"

// season adds the open assessment of the last year.
func (b *builder) season(ctx context.Context) error {
	year := demoYears[len(demoYears)-1]
	f, err := reference.Framework(demoReform, "")
	if err != nil {
		return err
	}
	plan, err := scoring.Compile(f)
	if err != nil {
		return err
	}
	due := func(days int) time.Time { return b.now.AddDate(0, 0, days).Truncate(time.Hour) }
	x := assess.Season{Code: demoSeason, Framework: demoReform, Period: strconv.Itoa(year), Agencies: []string{demoHost, "48"}, Rounds: 2,
		Title:      phrase.VI(fmt.Sprintf("Đánh giá cải cách hành chính %d (minh họa)", year), fmt.Sprintf("Reform assessment %d (illustrative)", year)),
		Deadlines:  assess.Deadlines{Submit: due(14), Appraise: due(35), Explain: due(49), Review: due(63), Decide: due(77)},
		Appraisers: []assess.Appraiser{{Login: "tham-dinh"}},
		Board:      assess.Board{Members: []string{"Chủ tịch (minh họa)", "Thư ký (minh họa)", "Ủy viên (minh họa)"}, Quorum: 2}}
	for _, n := range plan.Nodes() {
		if n.Depth == 0 {
			x.Appraisers[0].Nodes = append(x.Appraisers[0].Nodes, n.Code)
		}
	}
	if err := b.PutSeason(ctx, x); err != nil {
		return err
	}
	if err := b.OpenSeason(ctx, x.Code); err != nil {
		return err
	}
	scores, err := reportedScores(plan, x.Agencies, b.seed, x.Period, year)
	if err != nil {
		return err
	}
	turns := []assess.Turn{{Agency: demoHost, Acts: claims(plan, scores[demoHost], 7)}, {Agency: "48", Acts: append(claims(plan, scores["48"], 0), assess.Submit{Head: "Thủ trưởng (minh họa)"})}}
	return b.Assess(audit.With(ctx, audit.Actor{Name: "can-bo"}), x.Code, turns...)
}

// claims makes an agency claim what it reports; where every is not 0, one leaf of so many is left open and another has no document.
func claims(plan *scoring.Plan, reported map[string]scoring.LeafInput, every int) (acts []assess.Act) {
	i := 0
	for _, n := range plan.Nodes() {
		in, ok := reported[n.Code]
		if !ok || !assess.Claimed(n) {
			continue
		}
		if i++; every > 0 && i%every == 0 {
			continue
		}
		in.Self = nil
		c := assess.Claim{Input: in, Evidence: []assess.Evidence{{Number: strconv.Itoa(100+i) + "/BC-UBND (minh họa)", Date: "2026-03-15", Issuer: "UBND (minh họa)"}}}
		if every > 0 && i%every == 1 {
			c.Evidence = nil
		}
		acts = append(acts, assess.Fill{Leaf: n.Code, Claim: c})
	}
	return acts
}
