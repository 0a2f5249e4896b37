package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"thuocdo/scoring"
	"thuocdo/scoring/standing"
	"thuocdo/survey"
)

// whatifCmd plays with the inputs of one agency; nothing is stored.
type whatifCmd struct {
	Try   whatifTryCmd   `cmd:"" help:"Say what other inputs or weights would change."`
	Reach whatifReachCmd `cmd:"" help:"Find the smallest set of changes that reaches a rank or a band."`
}

// whatifFlags name the agency.
type whatifFlags struct {
	Agency string `arg:"" help:"Code of the agency."`
	indexFlags
	dbFlag
	JSON bool `help:"Write JSON." name:"json"`
}

func (w *whatifFlags) open(ctx context.Context) (*scoring.Plan, []scoring.Unit, *standing.Standing, error) {
	store, err := w.read(ctx)
	if err != nil {
		return nil, nil, nil, err
	}
	defer store.Close()
	s, units, err := standing.Inputs(ctx, store, w.query())
	if err != nil {
		return nil, nil, nil, err
	}
	if unitAt(units, w.Agency) < 0 {
		return nil, nil, nil, fmt.Errorf("%s %s: %w", w.Framework, w.Agency, survey.ErrUnknownAgency)
	}
	return s.Plan, units, s, nil
}

func unitAt(units []scoring.Unit, code string) int {
	return slices.IndexFunc(units, func(u scoring.Unit) bool { return u.Code == code })
}

// whatifTryCmd recomputes one agency with other inputs, or all with other weights.
type whatifTryCmd struct {
	whatifFlags
	Set    []string `help:"LEAF=INPUT: a number, an option, points:2.5, na, minor:1+major:0." sep:"none" placeholder:"L=I"`
	Max    []string `help:"NODE=POINTS: another maximum; the rest is put back on the same scale." sep:"none" placeholder:"N=P"`
	Weight []string `help:"NODE=WEIGHT: another weight in the sum or mean it is part of." sep:"none" placeholder:"N=W"`
}

// Examples ends the help of the command.
func (*whatifTryCmd) Examples() []string {
	return []string{
		"thuocdo whatif try 01 --framework par-index-province --period 2026 --set 3.2.1=95 --set 1.1=points:0.5",
		"thuocdo whatif try 01 --framework par-index-province --period 2026 --max 8=20",
	}
}

// trial is what try says.
type trial struct {
	Agency string `json:"agency"`
	Before place  `json:"before"`
	After  place  `json:"after"`
}

// place is where an agency stands.
type place struct {
	Points *float64 `json:"points"`
	Rank   int      `json:"rank,omitempty"`
	Of     int      `json:"of,omitempty"`
	Band   string   `json:"band,omitempty"`
	Gap    string   `json:"gap,omitempty"`
}

func placeOf(r scoring.Result) place {
	p := place{Rank: r.Rank, Of: r.Of, Band: r.Band, Gap: r.Total.Gap.String()}
	if r.Total.Known {
		p.Points = &r.Total.Points
	}
	return p
}

// Run computes and writes both places.
func (w *whatifTryCmd) Run(ctx context.Context, c *console) error {
	changes, err := parseChanges(w.Set)
	if err != nil {
		return usage("--set: %s", err)
	}
	maxima, err := parseNumbers(w.Max)
	if err != nil {
		return usage("--max: %s", err)
	}
	weights, err := parseNumbers(w.Weight)
	if err != nil {
		return usage("--weight: %s", err)
	}
	plan, units, s, err := w.open(ctx)
	if err != nil {
		return err
	}
	base, err := plan.Case(units[unitAt(units, w.Agency)], s.Outcome)
	if err != nil {
		return err
	}
	out := s.Outcome
	if len(maxima)+len(weights) > 0 {
		r, err := plan.Reweigh(maxima, weights)
		if err != nil {
			return err
		}
		if out, err = r.Recompute(units); err != nil {
			return err
		}
		plan = r.Plan
		for i := range units {
			units[i] = r.Unit(units[i])
		}
		for leaf, in := range changes {
			changes[leaf] = r.Input(leaf, in)
		}
	}
	asked, err := plan.Case(units[unitAt(units, w.Agency)], out)
	if err != nil {
		return err
	}
	after, err := asked.Try(changes)
	if err != nil {
		return err
	}
	return w.write(c, trial{w.Agency, placeOf(base.Base()), placeOf(after)})
}

func (w *whatifTryCmd) write(c *console, t trial) error {
	if w.JSON {
		return c.json(t)
	}
	tab := tabwriter.NewWriter(c.Out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tab, "\tpoints\trank\tband")
	for _, row := range []struct {
		name string
		place
	}{{"before", t.Before}, {"after", t.After}} {
		points := row.Gap
		if row.Points != nil {
			points = strconv.FormatFloat(*row.Points, 'f', 4, 64)
		}
		fmt.Fprintf(tab, "%s\t%s\t%s\t%s\n", row.name, points, rankWords(row.place), row.Band)
	}
	return tab.Flush()
}

func rankWords(p place) string {
	if p.Rank == 0 {
		return "-"
	}
	return fmt.Sprintf("%d of %d", p.Rank, p.Of)
}

// parseChanges reads LEAF=INPUT.
func parseChanges(set []string) (map[string]scoring.LeafInput, error) {
	changes := map[string]scoring.LeafInput{}
	for _, s := range set {
		leaf, text, ok := strings.Cut(s, "=")
		if !ok || leaf == "" {
			return nil, fmt.Errorf("%q: LEAF=INPUT is expected", s)
		}
		in, err := scoring.ParseInput(text)
		if err != nil {
			return nil, fmt.Errorf("%q: %w", s, err)
		}
		if _, twice := changes[leaf]; twice {
			return nil, fmt.Errorf("%q is set twice", leaf)
		}
		changes[leaf] = in
	}
	return changes, nil
}

func parseNumbers(set []string) (map[string]float64, error) {
	numbers := map[string]float64{}
	for _, s := range set {
		node, text, ok := strings.Cut(s, "=")
		x, err := strconv.ParseFloat(text, 64)
		if !ok || node == "" || err != nil {
			return nil, fmt.Errorf("%q: NODE=NUMBER is expected", s)
		}
		numbers[node] = x
	}
	return numbers, nil
}

// whatifReachCmd finds a way up.
type whatifReachCmd struct {
	whatifFlags
	Ranks int      `help:"Ranks to climb." placeholder:"K"`
	Rank  int      `help:"Rank to reach." placeholder:"R"`
	Band  string   `help:"Band to reach." placeholder:"CODE"`
	Keep  []string `help:"Leaves that stay as they are." placeholder:"LEAF"`
}

// Examples ends the help of the command.
func (*whatifReachCmd) Examples() []string {
	return []string{
		"thuocdo whatif reach 01 --framework par-index-province --period 2026 --ranks 3",
		"thuocdo whatif reach 01 --framework par-index-province --period 2026 --band A --keep 8.1",
	}
}

// Run searches and writes the changes.
func (w *whatifReachCmd) Run(ctx context.Context, c *console) error {
	if w.Ranks < 0 || w.Rank < 0 || (w.Ranks > 0) == (w.Rank > 0) && (w.Ranks > 0 || w.Band == "") {
		return usage("give one of --ranks and --rank, or --band")
	}
	plan, units, s, err := w.whatifFlags.open(ctx)
	if err != nil {
		return err
	}
	one, err := plan.Case(units[unitAt(units, w.Agency)], s.Outcome)
	if err != nil {
		return err
	}
	target := scoring.Target{Rank: w.Rank, Band: w.Band, Fixed: w.Keep}
	if w.Ranks > 0 {
		if target.Rank = one.Base().Rank - w.Ranks; target.Rank < 1 {
			return fmt.Errorf("%s has rank %d and cannot climb %d ranks", w.Agency, one.Base().Rank, w.Ranks)
		}
	}
	way, err := one.Reach(target)
	if errors.Is(err, scoring.ErrOutOfReach) {
		return withHint(err, "'thuocdo loss list' says what can be earned at all; ask for less")
	}
	if err != nil {
		return err
	}
	return w.write(c, one.Base(), way)
}

// wayOut is what reach says.
type wayOut struct {
	Agency string `json:"agency"`
	Before place  `json:"before"`
	After  place  `json:"after"`
	*scoring.Way
}

func (w *whatifReachCmd) write(c *console, base scoring.Result, way *scoring.Way) error {
	if w.JSON {
		return c.json(wayOut{w.Agency, placeOf(base), placeOf(way.Result), way})
	}
	tab := tabwriter.NewWriter(c.Out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tab, "leaf\tinput\tpoints\tgain")
	for _, m := range way.Moves {
		fmt.Fprintf(tab, "%s\t%s\t%.4f\t%+.4f\n", m.Code, m.Input, m.Points, m.Gain)
	}
	if err := tab.Flush(); err != nil {
		return err
	}
	c.say("%s: %s → %s, %+.4f points (%.4f needed)", w.Agency, rankWords(placeOf(base)), rankWords(placeOf(way.Result)), way.Gain, way.Need)
	if !way.Smallest || !way.Least {
		c.say("warning: a smaller way may exist; the search was cut short or the framework rounds before summing")
	}
	return nil
}
