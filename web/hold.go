package web

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"thuocdo/scoring"
	"thuocdo/scoring/release"
	"thuocdo/scoring/standing"
	"thuocdo/survey"
)

// Holds keeps of which indexes the public sees only what releases say.
type Holds interface {
	Holds(ctx context.Context) ([]release.Hold, error)
	Hold(ctx context.Context, framework, period, reason string) error // standing.ErrUnknownFramework, standing.ErrUnknownPeriod, release.ErrHold
	Lift(ctx context.Context, framework, period, reason string) error // release.ErrHold, release.ErrHolding
}

// sources are what indexes are computed from: for those who may see live figures the store, for the public the store but for indexes
// that are held, of which it gets what their release says.
type sources struct {
	Store
	sealed func(ctx context.Context, id string) (*release.Release, error)
	now    func() time.Time
}

// heldIn returns the indexes that are held in a period with their public releases, newest first.
func (f *sources) heldIn(ctx context.Context, period string) (map[string][]*release.Record, error) {
	all, err := f.Holds(ctx)
	if err != nil {
		return nil, err
	}
	var held map[string][]*release.Record
	for _, h := range all {
		if h.Period != period {
			continue
		}
		list, err := f.PublicReleases(ctx, h.Framework, period)
		if err != nil {
			return nil, err
		}
		if held == nil {
			held = map[string][]*release.Record{}
		}
		held[h.Framework] = list
	}
	return held, nil
}

// Stamp names the state of figures, and for the public also which release speaks.
func (f *sources) Stamp(ctx context.Context, period string, v standing.View) (string, error) {
	stamp, err := f.Store.Stamp(ctx, period, v)
	if err != nil || v != standing.Public {
		return stamp, err
	}
	held, err := f.heldIn(ctx, period)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	b.WriteString(stamp)
	b.WriteByte(0)
	for _, framework := range slices.Sorted(maps.Keys(held)) {
		fmt.Fprintf(&b, " held:%s", framework)
		for _, r := range held[framework] {
			fmt.Fprintf(&b, ":%s:%s", r.ID, r.State(f.now()))
		}
	}
	return b.String(), nil
}

// heldPart is what a stamp says of holds and releases.
func heldPart(stamp string) string {
	_, part, _ := strings.Cut(stamp, "\x00")
	return part
}

// of returns what a query is to be computed from, and the query as that source understands it. Of an index that is held and has no
// release it fails with standing.ErrUnknownPeriod, as where nothing is known.
func (f *sources) of(ctx context.Context, q standing.Query) (standing.Source, standing.Query, error) {
	if q.View != standing.Public {
		return f.Store, q, nil
	}
	held, err := f.heldIn(ctx, q.Period)
	if err != nil || len(held) == 0 {
		return f.Store, q, err
	}
	if list, ok := held[q.Framework]; ok {
		return f.spoken(ctx, q, list)
	}
	h := heldSource{f.Store, map[string]standing.Source{}}
	for framework, list := range held {
		h.other[framework] = nothing{f.Store}
		if r := release.Current(list, "", f.now()); r != nil {
			if h.other[framework], err = f.source(ctx, r.ID); err != nil {
				return nil, q, err
			}
		}
	}
	return h, q, nil
}

// inputs is standing.Inputs of what of returns.
func (f *sources) inputs(ctx context.Context, q standing.Query) (*standing.Standing, []scoring.Unit, error) {
	src, asked, err := f.of(ctx, q)
	if err != nil {
		return nil, nil, err
	}
	return standing.Inputs(ctx, src, asked)
}

// spoken is what a release says of the index that is asked for.
func (f *sources) spoken(ctx context.Context, q standing.Query, list []*release.Record) (standing.Source, standing.Query, error) {
	r := release.Current(list, q.Method, f.now())
	switch {
	case r == nil && release.Current(list, "", f.now()) != nil:
		return nil, q, standing.ErrUnknownMethod
	case r == nil:
		return nil, q, standing.ErrUnknownPeriod
	case q.Version != "" && q.Version != r.About.Version:
		return nil, q, standing.ErrUnknownFramework
	}
	q.Version, q.Method = "", r.About.Method
	src, err := f.source(ctx, r.ID)
	return src, q, err
}

func (f *sources) source(ctx context.Context, id string) (standing.Source, error) {
	x, err := f.sealed(ctx, id)
	if err != nil {
		return nil, err
	}
	return x.Source()
}

// open returns the periods of an index that a view has, newest first: for the public without those that are held and have no release.
func (f *sources) open(ctx context.Context, framework string, v standing.View) ([]survey.Period, error) {
	periods, err := f.Periods(ctx, framework)
	if err != nil || v != standing.Public {
		return periods, err
	}
	all, err := f.Holds(ctx)
	if err != nil {
		return nil, err
	}
	for _, h := range all {
		i := slices.Index(periods, survey.Period(h.Period))
		if h.Framework != framework || i < 0 {
			continue
		}
		list, err := f.PublicReleases(ctx, framework, h.Period)
		if err != nil {
			return nil, err
		}
		if release.Current(list, "", f.now()) == nil {
			periods = slices.Delete(periods, i, i+1)
		}
	}
	return periods, nil
}

// withdrawn returns the release that was taken back last, of an index that is held and has no other; nil if there is none.
func (f *sources) withdrawn(ctx context.Context, framework, period string) (*release.Record, error) {
	held, err := f.heldIn(ctx, period)
	list := held[framework]
	if err != nil || len(list) == 0 || release.Current(list, "", f.now()) != nil {
		return nil, err
	}
	return list[0], nil
}

// heldSource is the store but for other indexes that are held: an index into which they go gets of them what everybody sees.
type heldSource struct {
	standing.Source
	other map[string]standing.Source // by framework
}

func (h heldSource) from(framework string) standing.Source {
	if src := h.other[framework]; src != nil {
		return src
	}
	return h.Source
}

func (h heldSource) Framework(ctx context.Context, code, version, period string) (*scoring.Plan, error) {
	return h.from(code).Framework(ctx, code, version, period)
}

func (h heldSource) Scores(ctx context.Context, framework, period string) (map[string]map[string]scoring.LeafInput, error) {
	return h.from(framework).Scores(ctx, framework, period)
}

func (h heldSource) Withheld(ctx context.Context, framework, period string) (map[string]bool, error) {
	return h.from(framework).Withheld(ctx, framework, period)
}

func (h heldSource) Surveys(ctx context.Context, framework, period string, v standing.View) (standing.Surveys, error) {
	return h.from(framework).Surveys(ctx, framework, period, v)
}

// Given passes on what a release knows without its inputs.
func (h heldSource) Given(framework, method string) (map[string]*scoring.Result, map[string]scoring.Spread) {
	return givenBy(h.from(framework), framework, method)
}

func givenBy(src standing.Source, framework, method string) (map[string]*scoring.Result, map[string]scoring.Spread) {
	if g, ok := src.(standing.Giver); ok {
		return g.Given(framework, method)
	}
	return nil, nil
}

// nothing is a source that knows no figures.
type nothing struct{ standing.Source }

func (nothing) Scores(context.Context, string, string) (map[string]map[string]scoring.LeafInput, error) {
	return nil, nil
}
func (nothing) Withheld(context.Context, string, string) (map[string]bool, error) { return nil, nil }
func (nothing) Surveys(context.Context, string, string, standing.View) (standing.Surveys, error) {
	return standing.Surveys{}, nil
}

// unspoken reports whether the public knows nothing of what was asked.
func unspoken(err error) bool {
	return errors.Is(err, standing.ErrUnknownPeriod) || errors.Is(err, standing.ErrUnknownMethod)
}

// alone is a standing of which only one agency is left: what others have is not for the reader.
func alone(s *standing.Standing, agency string) *standing.Standing {
	one, out := *s, *s.Outcome
	out.Results = slices.DeleteFunc(slices.Clone(out.Results), func(r scoring.Result) bool { return r.Unit != agency })
	one.Outcome = &out
	return &one
}

// publicOrAlone returns the public standing, or where the public has none what the reader has of the own agency.
func (s *Server) publicOrAlone(ctx context.Context, q standing.Query, own *standing.Standing, agency string) (*standing.Standing, error) {
	q.View = standing.Public
	src, asked, err := s.sources.of(ctx, q)
	if err == nil {
		var st *standing.Standing
		if st, err = standing.Assemble(ctx, src, asked); err == nil {
			return published(st, q), nil
		}
	}
	if unspoken(err) {
		return alone(own, agency), nil
	}
	return nil, err
}
