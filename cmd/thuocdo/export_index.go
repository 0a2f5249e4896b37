package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"thuocdo/data"
	"thuocdo/data/export"
	"thuocdo/scoring"
	"thuocdo/scoring/release"
	"thuocdo/scoring/report"
	"thuocdo/scoring/standing"
	"thuocdo/survey"
)

// viewFlags name an index of one period.
type viewFlags struct {
	Method string `help:"Method version, for frameworks that have several." placeholder:"CODE"`
	Live   bool   `help:"Count every stored answer; without it an open wave shows what the public sees."`
	outFlags
}

func (i *viewFlags) view() standing.View {
	if i.Live {
		return standing.Live
	}
	return standing.Public
}

// exportRankingCmd writes the ranking of an index.
type exportRankingCmd struct {
	Framework string `help:"Code of the framework." required:"" placeholder:"CODE"`
	Period    string `help:"Period, such as 2026." required:"" placeholder:"P"`
	viewFlags
}

// Examples ends the help of the command.
func (*exportRankingCmd) Examples() []string {
	return []string{
		"thuocdo export ranking --framework sipas --period 2026 --format xlsx -o sipas-2026.xlsx",
		"thuocdo export ranking --framework sipas --period 2026 --method share-pooled --live",
		"thuocdo export ranking --framework sipas --period 2025 --format json-stat -o sipas-2025.json   # or sdmx-csv",
		"thuocdo export ranking --framework par-index-province --period 2025 --format json | jq .rows[0]",
	}
}

// Run computes the ranking and writes it.
func (e *exportRankingCmd) Run(ctx context.Context, c *console) error {
	store, err := e.read(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	s, err := assemble(ctx, store, standing.Query{Framework: e.Framework, Method: e.Method, Period: e.Period, View: e.view()})
	if err != nil {
		return err
	}
	if format, ok := export.FindCube(e.Format); ok {
		return e.write(c, func(w io.Writer) error { return format.Write(w, report.RankingCube(s), e.Lang) })
	}
	return e.table(c, report.Ranking(s, e.Lang, time.Now()))
}

// assemble computes an index, for public eyes without what they may not see; where there is none of that name, the hint names those there are.
func assemble(ctx context.Context, store *data.Store, q standing.Query) (*standing.Standing, error) {
	if _, err := survey.ParsePeriod(q.Period); err != nil {
		return nil, usage("%s", err)
	}
	s, err := standing.Assemble(ctx, store, q)
	if err == nil {
		return release.Public(s), nil
	}
	return nil, alternativesTo(ctx, store, q, err)
}

// alternativesTo adds to what went wrong which names there are.
func alternativesTo(ctx context.Context, store *data.Store, q standing.Query, err error) error {
	known, e := known(ctx, store, q.Framework)
	if e != nil {
		return e
	}
	switch {
	case errors.Is(err, standing.ErrUnknownFramework):
		return withHint(err, "frameworks are %s", strings.Join(known.frameworks, ", "))
	case errors.Is(err, standing.ErrUnknownMethod):
		return withHint(err, "methods of %s are %s", q.Framework, strings.Join(known.methods, ", "))
	case errors.Is(err, standing.ErrUnknownPeriod):
		return withHint(err, "%s has %s", q.Framework, strings.Join(known.periods, ", "))
	}
	return err
}

// alternatives are what a user may have meant.
type alternatives struct{ frameworks, methods, periods []string }

func known(ctx context.Context, store *data.Store, framework string) (n alternatives, err error) {
	all, err := store.Frameworks(ctx)
	if err != nil {
		return n, err
	}
	for _, f := range all {
		if !slices.Contains(n.frameworks, f.Code) {
			n.frameworks = append(n.frameworks, f.Code)
		}
		for _, m := range f.Methods {
			if f.Code == framework && !slices.Contains(n.methods, m.Code) {
				n.methods = append(n.methods, m.Code)
			}
		}
	}
	periods, err := store.Periods(ctx, framework)
	for _, p := range periods {
		n.periods = append(n.periods, string(p))
	}
	for _, list := range []*[]string{&n.frameworks, &n.methods, &n.periods} {
		if len(*list) == 0 {
			*list = []string{"none"}
		}
	}
	return n, err
}

// exportAgencyCmd writes the scores of one agency.
type exportAgencyCmd struct {
	Code      string `arg:"" help:"Code of the agency."`
	Framework string `help:"Code of the framework; all that apply where it is left out." placeholder:"CODE"`
	Period    string `help:"Period, such as 2026; all there are where it is left out." placeholder:"P"`
	viewFlags
}

// Examples ends the help of the command.
func (*exportAgencyCmd) Examples() []string {
	return []string{
		"thuocdo export agency 01 --period 2026 --format xlsx -o hanoi-2026.xlsx",
		"thuocdo export agency 01 --framework sipas --lang en",
	}
}

// Run writes one row per total and node.
func (e *exportAgencyCmd) Run(ctx context.Context, c *console) error {
	store, err := e.read(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	agency, err := store.Agency(ctx, e.Code)
	if errors.Is(err, survey.ErrUnknownAgency) {
		return withHint(fmt.Errorf("there is no agency %s", e.Code), "'thuocdo export agencies' lists the codes")
	}
	if err != nil {
		return err
	}
	profiles, err := e.profiles(ctx, store, agency)
	if err != nil {
		return err
	}
	if len(profiles) == 0 {
		return fmt.Errorf("no index has agency %s in the period", e.Code)
	}
	return e.table(c, report.Agency(agency.Code, agency.Name, profiles, e.Lang, time.Now()))
}

// profiles computes every index asked for that has the agency.
func (e *exportAgencyCmd) profiles(ctx context.Context, store *data.Store, agency survey.Agency) (all []report.Profile, err error) {
	frameworks, err := store.Frameworks(ctx)
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	for _, f := range frameworks {
		if seen[f.Code] || e.Framework != "" && e.Framework != f.Code || !applies(f, agency) {
			continue
		}
		seen[f.Code] = true
		periods, err := store.Periods(ctx, f.Code)
		if err != nil {
			return nil, err
		}
		for _, p := range periods {
			if e.Period != "" && e.Period != string(p) {
				continue
			}
			profile, ok, err := e.profile(ctx, store, f.Code, string(p))
			if err != nil {
				return nil, err
			}
			if ok {
				all = append(all, profile)
			}
		}
	}
	return all, nil
}

func applies(f *scoring.Framework, a survey.Agency) bool {
	return slices.Contains(f.Kinds, string(a.Kind))
}

func (e *exportAgencyCmd) profile(ctx context.Context, store *data.Store, framework, period string) (p report.Profile, ok bool, err error) {
	method := e.Method
	if e.Framework == "" {
		method = ""
	}
	if p.Standing, err = assemble(ctx, store, standing.Query{Framework: framework, Method: method, Period: period, View: e.view()}); err != nil {
		return p, false, err
	}
	i := slices.IndexFunc(p.Outcome.Results, func(r scoring.Result) bool { return r.Unit == e.Code })
	if i < 0 {
		return p, false, nil
	}
	p.Result = &p.Outcome.Results[i]
	if !e.Live {
		p.Least = p.Standing.Least
	}
	if !e.Live && p.Provisional {
		return p, true, nil // how answers spread is not shown while they come in
	}
	surveys, err := store.Surveys(ctx, framework, period, e.view())
	if err != nil {
		return p, false, err
	}
	p.Survey = surveys.ByAgency[e.Code]
	return p, true, nil
}
