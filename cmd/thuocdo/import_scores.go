package main

import (
	"context"
	"errors"
	"io"
	"strconv"
	"strings"

	"thuocdo/scoring"
	"thuocdo/scoring/phrase"
	"thuocdo/survey"
)

// importScoresCmd stores leaf inputs of one framework and period.
type importScoresCmd struct {
	Framework string `help:"Code of the framework." required:"" placeholder:"CODE"`
	Period    string `help:"Period: 2026, 2026-H1, 2026-Q3 or 2026-05." required:"" placeholder:"P"`
	fileFlags
}

// Examples ends the help of the command.
func (*importScoresCmd) Examples() []string {
	return []string{
		"thuocdo import scores par-2026.xlsx --framework par-index-province --period 2026 --dry-run",
		"# one row per agency and leaf; columns: agency,leaf[,self,appraised,value,choice,counts,not_applicable]",
		"# counts: cases by severity, such as minor=2 serious=0; not_applicable: yes or nothing",
	}
}

var scoreHeader = header{[]string{"agency", "leaf"}, []string{"self", "appraised", "value", "choice", "counts", "not_applicable"}}

// Run reads, checks and stores. An agency in the file gets exactly the leaves of the file; others keep theirs.
func (i *importScoresCmd) Run(ctx context.Context, c *console) error {
	period, err := survey.ParsePeriod(i.Period)
	if err != nil {
		return usage("--period: %s", err)
	}
	file, done, err := i.seekable(c)
	if err != nil {
		return err
	}
	defer done()
	store, err := i.store(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	plan, err := store.Framework(ctx, i.Framework, "", string(period))
	if err != nil {
		return err
	}
	agencies, err := store.Agencies(ctx)
	if err != nil {
		return err
	}
	scores, err := readScores(ctx, file, plan, validCodes(agencies, plan.Framework().Kinds, period))
	if err != nil {
		return i.fault(err)
	}
	if !i.DryRun {
		if err := store.PutScores(ctx, i.Framework, string(period), scores); err != nil {
			return i.fault(err)
		}
	}
	i.done(c, "scores of %d agencies", len(scores))
	return nil
}

// validCodes returns the codes of the agencies of these kinds that exist at the end of the period.
func validCodes(agencies []survey.Agency, kinds []string, period survey.Period) map[string]bool {
	_, last := period.Span()
	valid := map[string]bool{}
	for _, a := range agencies {
		for _, k := range kinds {
			if string(a.Kind) == k && a.ValidOn(last) {
				valid[a.Code] = true
			}
		}
	}
	return valid
}

// readScores reads leaf inputs by agency and leaf, or returns every mistake. Only the agencies in valid are allowed.
func readScores(ctx context.Context, r io.Reader, plan *scoring.Plan, valid map[string]bool) (map[string]map[string]scoring.LeafInput, error) {
	scores := map[string]map[string]scoring.LeafInput{}
	var found phrase.Mistakes
	err := records(ctx, r, scoreHeader, &found, func(row record) error {
		agency, leaf := row.get("agency"), row.get("leaf")
		if !valid[agency] {
			found.Add(row.place("agency"), "không có cơ quan nào mã %q thuộc bộ chỉ số này trong kỳ", "no agency %q of this framework exists in the period", agency)
		}
		if scores[agency] == nil {
			scores[agency] = map[string]scoring.LeafInput{}
		}
		if _, twice := scores[agency][leaf]; twice {
			found.Add(row.place("leaf"), "tiêu chí %q của cơ quan %q có hai dòng", "leaf %q of agency %q has two rows", leaf, agency)
		}
		in := leafInput(row, &found)
		scores[agency][leaf] = in
		checkInput(row, plan, leaf, in, &found)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return scores, found.Err()
}

// checkInput adds what the rule of the leaf says against an input.
func checkInput(row record, plan *scoring.Plan, leaf string, in scoring.LeafInput, found *phrase.Mistakes) {
	err := plan.CheckInput(leaf, in)
	var refused phrase.Mistakes
	switch {
	case errors.Is(err, scoring.ErrUnknownLeaf):
		found.Add(row.place("leaf"), "bộ chỉ số không có tiêu chí %q", "the framework has no leaf %q", leaf)
	case errors.As(err, &refused):
		for _, m := range refused {
			*found = append(*found, phrase.Mistake{Path: row.place("leaf"), Message: m.Message})
		}
	}
}

// leafInput reads the cells of one row.
func leafInput(row record, found *phrase.Mistakes) (in scoring.LeafInput) {
	in.Self, in.Appraised, in.Value = numberCell(row, "self", found), numberCell(row, "appraised", found), numberCell(row, "value", found)
	in.Choice = row.get("choice")
	for _, pair := range strings.Fields(row.get("counts")) {
		code, n, ok := strings.Cut(pair, "=")
		x, err := strconv.ParseFloat(n, 64)
		if !ok || err != nil {
			found.Add(row.place("counts"), "%q: cần dạng minor=2", "%q: minor=2 is the expected form", pair)
			continue
		}
		if in.Counts == nil {
			in.Counts = map[string]float64{}
		}
		in.Counts[code] = x
	}
	switch v := strings.ToLower(row.get("not_applicable")); v {
	case "", "no", "không", "0", "false":
	case "yes", "có", "1", "true", "x":
		in.NotApplicable = true
	default:
		found.Add(row.place("not_applicable"), "%q: cần yes hoặc để trống", "%q: yes or nothing is expected", v)
	}
	return in
}

// numberCell reads a number with a point or a comma before its decimals; an empty cell is nil.
func numberCell(row record, column string, found *phrase.Mistakes) *float64 {
	s := row.get(column)
	if s == "" {
		return nil
	}
	x, err := strconv.ParseFloat(strings.Replace(s, ",", ".", 1), 64)
	if err != nil {
		found.Add(row.place(column), "%q không phải là số", "%q is not a number", s)
		return nil
	}
	return &x
}
