package standing

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"thuocdo/scoring"
	"thuocdo/scoring/disclosure"
)

// ErrCycle is a framework that asks for its own value through others.
var ErrCycle = errors.New("indexes refer to each other in a circle")

// Assemble computes an index of one period: it gathers agencies, scores and surveys from src and computes the indexes that
// index_value leaves refer to first, for the same agencies, period and view. So a reform index moves with every answer that
// moves the satisfaction index inside it.
//
// It fails with ErrUnknownFramework, ErrUnknownMethod, ErrUnknownPeriod (nothing is known of the period: no scores, no wave,
// no index referred to), ErrCycle, or scoring.ErrInputs where a stored score does not fit its rule. An index referred to that
// has nothing in the period leaves its leaves missing.
func Assemble(ctx context.Context, src Source, q Query) (*Standing, error) {
	s, _, err := Inputs(ctx, src, q)
	return s, err
}

// Inputs is Assemble, and returns also what every agency was computed from, in the order of the agency codes: loss points,
// what-if and comparisons start from there. The inputs must not be changed.
func Inputs(ctx context.Context, src Source, q Query) (*Standing, []scoring.Unit, error) {
	all, err := All(ctx, src, q)
	if err != nil {
		return nil, nil, err
	}
	last := all[len(all)-1]
	return last.Standing, last.Inputs, nil
}

// Index is a computed index with all that it was computed from. Nothing of it must be changed.
type Index struct {
	*Standing
	Inputs   []scoring.Unit // in the order of the agency codes
	Agencies []Unit         // in the same order
	Scores   map[string]map[string]scoring.LeafInput
	Surveys  Surveys
	Withheld map[string]bool
}

// All is Assemble, and returns also every index that was referred to, each before those that refer to it: the index asked for is
// the last one.
func All(ctx context.Context, src Source, q Query) ([]Index, error) {
	a := assembly{src: src, period: q.Period, view: q.View, done: map[[2]string]*Standing{}}
	s, err := a.index(ctx, q.Framework, q.Version, q.Method)
	if err != nil {
		return nil, fmt.Errorf("index %s of %s: %w", q.Framework, q.Period, err)
	}
	s.Query = q
	return a.all, nil
}

// assembly computes each index once.
type assembly struct {
	src    Source
	period string
	view   View
	done   map[[2]string]*Standing // by framework and method
	path   []string                // frameworks being computed
	all    []Index                 // in the order in which they were computed
}

func (a *assembly) index(ctx context.Context, framework, version, method string) (*Standing, error) {
	if slices.Contains(a.path, framework) {
		return nil, fmt.Errorf("%w: %s → %s", ErrCycle, strings.Join(a.path, " → "), framework)
	}
	if s := a.done[[2]string{framework, method}]; s != nil {
		return s, nil
	}
	a.path = append(a.path, framework)
	defer func() { a.path = a.path[:len(a.path)-1] }()
	plan, err := a.plan(ctx, framework, version, method)
	if err != nil {
		return nil, err
	}
	s, err := a.gather(ctx, plan)
	if err != nil {
		return nil, err
	}
	a.done[[2]string{framework, method}] = s
	return s, nil
}

func (a *assembly) plan(ctx context.Context, framework, version, method string) (*scoring.Plan, error) {
	plan, err := a.src.Framework(ctx, framework, version, a.period)
	if err != nil {
		return nil, fmt.Errorf("framework %s: %w", framework, err)
	}
	if plan, err = plan.Method(method); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrUnknownMethod, err)
	}
	return plan, nil
}

// inputs is what an index is computed from.
type inputs struct {
	agencies []Unit
	scores   map[string]map[string]scoring.LeafInput
	withheld map[string]bool
	surveys  Surveys
	indexes  []index
	given    map[string]*scoring.Result
	spreads  map[string]scoring.Spread
}

// index is a value of another index, by agency.
type index struct {
	key    string
	scores map[string]scoring.Score
}

func (a *assembly) gather(ctx context.Context, plan *scoring.Plan) (*Standing, error) {
	f := plan.Framework()
	s := &Standing{Query: Query{Framework: f.Code, Version: f.Version, Method: plan.MethodCode(), Period: a.period, View: a.view}, Plan: plan}
	in, err := a.inputs(ctx, plan, s)
	if err != nil {
		return nil, err
	}
	if in.scores == nil && in.surveys.Wave == "" && len(in.indexes) == 0 && len(in.given) == 0 {
		return nil, fmt.Errorf("%s in %s: %w", f.Code, a.period, ErrUnknownPeriod)
	}
	units, err := in.units(plan)
	if err != nil {
		return nil, err
	}
	s.Units = make(map[string]Unit, len(in.agencies))
	for _, u := range in.agencies {
		s.Units[u.Code] = u
	}
	if s.Outcome, err = plan.Compute(units); err != nil {
		return s, err
	}
	a.all = append(a.all, Index{s, units, in.agencies, in.scores, in.surveys, in.withheld})
	for i := range s.Outcome.Results {
		if x, ok := in.spreads[s.Outcome.Results[i].Unit]; ok {
			s.Outcome.Results[i].Spread = &x
		}
	}
	if x := in.surveys.Sample; x != nil {
		s.Sample, s.Design = x, &x.Report
		s.spreadRanks(units)
	}
	return s, nil
}

// spreadRanks gives the ranks their intervals from the replicates of the sample. Where values of other indexes count too, they would
// stay fixed: the intervals of the totals then tell more.
func (s *Standing) spreadRanks(units []scoring.Unit) {
	if len(s.Plan.References()) > 0 || s.Sample.Replicates() == 0 {
		return
	}
	s.Plan.SpreadRanks(s.Outcome, units, s.Sample.Replicates(), func(r int) []scoring.Survey {
		by, list := s.Sample.Replicate(r), make([]scoring.Survey, len(units))
		for i := range units {
			list[i] = by[units[i].Code]
		}
		return list
	})
}

func (a *assembly) inputs(ctx context.Context, plan *scoring.Plan, s *Standing) (in inputs, err error) {
	f := plan.Framework()
	if in.agencies, err = a.src.Units(ctx, f.Kinds, a.period); err != nil {
		return in, fmt.Errorf("agencies: %w", err)
	}
	if in.scores, err = a.src.Scores(ctx, f.Code, a.period); err != nil {
		return in, fmt.Errorf("scores of %s: %w", f.Code, err)
	}
	if len(in.scores) == 0 {
		in.scores = nil
	}
	if in.withheld, err = a.src.Withheld(ctx, f.Code, a.period); err != nil {
		return in, fmt.Errorf("withheld results of %s: %w", f.Code, err)
	}
	if g, ok := a.src.(Giver); ok {
		in.given, in.spreads = g.Given(f.Code, plan.MethodCode())
	}
	if x, ok := a.src.(Exacter); ok {
		s.exact = x.Exact()
	}
	if len(plan.Questions()) > 0 {
		if in.surveys, err = a.src.Surveys(ctx, f.Code, a.period, a.view); err != nil {
			return in, fmt.Errorf("survey of %s: %w", f.Code, err)
		}
	}
	s.Least = max(disclosure.LeastOf(f), in.surveys.Least)
	s.Provisional, s.Designed, s.Design = in.surveys.Provisional, in.surveys.Designed, in.surveys.Design
	if a.view == Public {
		s.Answers = in.surveys.ByAgency
	}
	for _, ref := range plan.References() {
		x, err := a.refer(ctx, ref, s)
		if errors.Is(err, ErrUnknownPeriod) {
			continue
		}
		if err != nil {
			return in, err
		}
		in.indexes = append(in.indexes, x)
	}
	return in, nil
}

// refer computes another index and takes the value that is asked for out of it.
func (a *assembly) refer(ctx context.Context, ref scoring.Reference, s *Standing) (index, error) {
	other, err := a.index(ctx, ref.Framework, "", ref.Method)
	if err != nil {
		return index{}, fmt.Errorf("value of %s: %w", ref.Key(), err)
	}
	node := -1
	if ref.Node != "" {
		var ok bool
		if node, ok = other.Plan.Node(ref.Node); !ok {
			return index{}, fmt.Errorf("value of %s: the framework has no node %q: %w", ref.Key(), ref.Node, scoring.ErrUnknownNode)
		}
	}
	s.Provisional = s.Provisional || other.Provisional
	s.Referred = s.Referred || other.Designed || other.Referred
	x, out := index{ref.Key(), make(map[string]scoring.Score, len(other.Outcome.Results))}, other.Outcome
	if a.view == Public { // what the gate holds back there must not come out here
		out, _, _ = other.Clear()
	}
	for i := range out.Results {
		r := &out.Results[i]
		if x.scores[r.Unit] = r.Total; node >= 0 {
			x.scores[r.Unit] = r.Nodes[node]
		}
	}
	return x, nil
}

// units arranges the inputs of every agency as the plan wants them.
func (in *inputs) units(plan *scoring.Plan) ([]scoring.Unit, error) {
	f, units := plan.Framework(), make([]scoring.Unit, len(in.agencies))
	for i, agency := range in.agencies {
		u := &units[i]
		*u = scoring.Unit{Code: agency.Code, Group: f.GroupOf(agency.Kind), Survey: in.surveys.ByAgency[agency.Code], Few: in.surveys.Few[agency.Code],
			Withheld: in.withheld[agency.Code], Given: in.given[agency.Code]}
		if scores := in.scores[agency.Code]; len(scores) > 0 {
			var err error
			if u.Leaves, err = plan.Inputs(scores); err != nil {
				return nil, fmt.Errorf("scores of %s: %w", agency.Code, err)
			}
		}
		for _, x := range in.indexes {
			if s, ok := x.scores[agency.Code]; ok {
				if u.Index == nil {
					u.Index = make(map[string]scoring.Score, len(in.indexes))
				}
				u.Index[x.key] = s
			}
		}
	}
	return units, nil
}
