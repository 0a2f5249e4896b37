package release

import (
	"bytes"
	"context"
	"fmt"
	"slices"

	"thuocdo/scoring"
	"thuocdo/scoring/sampled"
	"thuocdo/scoring/standing"
)

// Replay computes everything from the sealed inputs alone. It returns nil where the outcome comes to the same bytes, else *Difference
// with the first one, or why nothing could be computed.
func (r *Release) Replay(ctx context.Context) error {
	s, _, err := r.Standing(ctx)
	if err != nil {
		return fmt.Errorf("the sealed inputs cannot be computed: %w", err)
	}
	again := outcomeOf(Public(s))
	if d := compare(&again, &r.content.Outcome); d != nil {
		return d
	}
	b, err := line(again)
	if err == nil && !bytes.HasSuffix(r.beforeSeal(), b) {
		err = &Difference{Part: outcomePart, Sealed: r.Parts[len(r.Parts)-1].SHA256, Found: digest(b)}
	}
	return err
}

// beforeSeal is the file without its last line.
func (r *Release) beforeSeal() []byte {
	return r.File[:bytes.LastIndexByte(r.File[:len(r.File)-1], '\n')+1]
}

// Standing computes the index from the sealed inputs, and returns also what every agency was computed from.
func (r *Release) Standing(ctx context.Context) (s *standing.Standing, units []scoring.Unit, err error) {
	defer func() { // what somebody else made up must not end the program, whatever numbers it holds
		if x := recover(); x != nil {
			s, units, err = nil, nil, fmt.Errorf("%w: %v", ErrFormat, x)
		}
	}()
	src, err := r.source()
	if err != nil {
		return nil, nil, err
	}
	a := r.About
	s, units, err = standing.Inputs(ctx, src, standing.Query{Framework: a.Framework, Version: a.Version, Method: a.Method, Period: a.Period, View: standing.Public})
	if err == nil && (s.Plan.Framework().Version != a.Version || s.Plan.MethodCode() != a.Method) {
		err = fmt.Errorf("version %q: %w", a.Version, standing.ErrUnknownFramework)
	}
	return s, units, err
}

// sealed is the source of what a release holds.
type sealed struct {
	*content
	plans map[string]*scoring.Plan
	exact bool
}

func (r *Release) source() (*sealed, error) {
	s := &sealed{&r.content, map[string]*scoring.Plan{}, r.Format == Format1}
	for _, f := range r.content.Frameworks {
		if f == nil {
			return nil, fmt.Errorf("an empty framework: %w", ErrFormat)
		}
		p, err := scoring.Compile(f)
		if err != nil {
			return nil, err
		}
		s.plans[f.Code] = p
	}
	return s, nil
}

// Exact reports whether intervals stand as they were computed.
func (s *sealed) Exact() bool { return s.exact }

// Framework returns the sealed version.
func (s *sealed) Framework(_ context.Context, code, _, _ string) (*scoring.Plan, error) {
	if p := s.plans[code]; p != nil {
		return p, nil
	}
	return nil, fmt.Errorf("%q: %w", code, standing.ErrUnknownFramework)
}

// Units returns the sealed agencies of these kinds.
func (s *sealed) Units(_ context.Context, kinds []string, _ string) (list []standing.Unit, err error) {
	for _, u := range s.Agencies {
		if slices.Contains(kinds, u.Kind) {
			list = append(list, u)
		}
	}
	return list, nil
}

// Scores returns the sealed scores by agency and leaf.
func (s *sealed) Scores(_ context.Context, framework, _ string) (map[string]map[string]scoring.LeafInput, error) {
	out := map[string]map[string]scoring.LeafInput{}
	for _, x := range s.content.Scores {
		for _, a := range x.Agencies {
			if x.Framework == framework {
				out[a.Agency] = a.Leaves
			}
		}
	}
	return out, nil
}

// Withheld returns who does not publish its result.
func (s *sealed) Withheld(_ context.Context, framework, _ string) (map[string]bool, error) {
	out := map[string]bool{}
	for _, x := range s.content.Scores {
		for _, code := range x.Withheld {
			if x.Framework == framework {
				out[code] = true
			}
		}
	}
	return out, nil
}

// Surveys returns the sealed answers.
func (s *sealed) Surveys(_ context.Context, framework, _ string, _ standing.View) (standing.Surveys, error) {
	out := standing.Surveys{ByAgency: map[string]scoring.Survey{}, Few: map[string]bool{}}
	all := map[string]*answers{}
	for i := range s.content.Surveys {
		x := &s.content.Surveys[i]
		if x.Framework != framework {
			continue
		}
		out.Wave, out.Designed, out.Design = x.Wave, x.Designed, x.design()
		for _, code := range x.Few {
			out.Few[code] = true
		}
		for k := range x.Agencies {
			a := &x.Agencies[k]
			if all[a.Agency] == nil {
				all[a.Agency] = &answers{questions: x.Questions, first: a, by: map[string]*agencySurvey{}}
				out.ByAgency[a.Agency] = all[a.Agency]
			}
			all[a.Agency].by[x.Method] = a
		}
	}
	return out, nil
}

// design says how the answers were weighed, as far as the file tells. A release is of waves that are closed, whose answers are.
func (x *surveyOf) design() *sampled.Report {
	if x.Design == nil && x.Designed {
		return &sampled.Report{Untold: true, Replicates: x.Replicates, Seed: x.Seed}
	}
	return x.Design
}

// Given returns results and rank intervals whose inputs stayed inside.
func (s *sealed) Given(framework, method string) (results map[string]*scoring.Result, spreads map[string]scoring.Spread) {
	results, spreads = map[string]*scoring.Result{}, map[string]scoring.Spread{}
	for i := range s.content.Given {
		x := &s.content.Given[i]
		if x.Framework != framework || x.Method != method {
			continue
		}
		for k := range x.Results {
			results[x.Results[k].Agency] = x.Results[k].result()
		}
		for _, p := range x.Spreads {
			spreads[p.Agency] = p.Spread
		}
	}
	return results, spreads
}

// answers are what the people of one agency said, as sums: a scoring.Told.
type answers struct {
	questions []question
	first     *agencySurvey
	by        map[string]*agencySurvey // by method version
}

// Responses returns the number of people.
func (a *answers) Responses() int64 { return a.first.People }

// Counts returns how many people chose each code.
func (a *answers) Counts(item string) ([]string, []int64, bool) {
	i := slices.IndexFunc(a.questions, func(q question) bool { return q.Code == item })
	if i < 0 || i >= len(a.first.Counts) || a.first.Counts[i] == nil || len(a.first.Counts[i]) != len(a.questions[i].Codes) {
		return nil, nil, false
	}
	return a.questions[i].Codes, a.first.Counts[i], true
}

// Moments are not sealed: the variances that come from them are.
func (a *answers) Moments() ([][]string, []int64, []int64) { return nil, nil, nil }

// AllTop is not sealed.
func (a *answers) AllTop() (rated, allTop int64) { return 0, 0 }

// Variances returns those of a method version.
func (a *answers) Variances(method string) []scoring.Variance {
	if x := a.by[method]; x != nil && x.Variances != nil {
		return x.Variances
	}
	return []scoring.Variance{}
}

// Terms returns the sums of a method version of people who were drawn by a design; nil where the counts tell all.
func (a *answers) Terms(method string) []scoring.Term {
	if x := a.by[method]; x != nil && x.Terms != nil {
		return x.Terms
	}
	if a.first.Terms != nil {
		return []scoring.Term{}
	}
	return nil
}
