package web

import (
	"context"
	"errors"
	"slices"

	"thuocdo/scoring"
	"thuocdo/scoring/release"
	"thuocdo/scoring/standing"
	"thuocdo/survey"
)

// errLater reports other weights over the published figures of an open survey: what they make of the answers so far, rounded
// for one set of weights only, is not for everyone.
var errLater = errors.New("other weights have to wait for the end of the survey")

// sandbox is one agency ready to be asked "what if".
type sandbox struct {
	*scoring.Case                    // as things are
	asked         *scoring.Case      // by the weights that are tried
	other         *scoring.Reweighed // nil: no other weights
	own           *standing.Standing // live
	public        *standing.Standing // as published; nil for those who read everything, until it is asked for
	units         []scoring.Unit     // behind the others
	base          *standing.Standing // of the units
	query         standing.Query
	src           *sources
	agency        string
	all           bool
}

// sandbox opens the agency among the others: all live for those who may read all, else the others as published.
func (s *Server) sandbox(ctx context.Context, r lossRequest) (*sandbox, error) {
	b := &sandbox{query: r.Query, src: s.sources, agency: r.agency.Code, all: r.all}
	var err error
	if b.own, b.units, err = s.sources.inputs(ctx, r.Query); err != nil {
		return nil, err
	}
	i := slices.IndexFunc(b.units, func(u scoring.Unit) bool { return u.Code == r.agency.Code })
	if i < 0 {
		return nil, survey.ErrUnknownAgency
	}
	unit, others := b.units[i], b.own
	if b.base = b.own; !r.all {
		if others, err = b.published(ctx); err != nil {
			return nil, err
		}
	}
	if b.Case, err = b.own.Plan.Case(unit, others.Outcome); err != nil {
		return nil, err
	}
	b.asked = b.Case
	return b, nil
}

// published returns the figures that everyone may see, and for those who may see no others makes them the ones to weigh anew.
func (b *sandbox) published(ctx context.Context) (*standing.Standing, error) {
	if b.public != nil {
		return b.public, nil
	}
	q := b.query
	q.View = standing.Public
	public, units, err := b.src.inputs(ctx, q)
	if unspoken(err) {
		public, units, err = alone(b.own, b.agency), slices.DeleteFunc(slices.Clone(b.units), func(u scoring.Unit) bool { return u.Code != b.agency }), nil
	}
	if err != nil {
		return nil, err
	}
	if !b.all {
		b.units, b.base = units, public
	}
	b.public = published(public, q)
	return b.public, nil
}

// reweigh applies the other weights and maxima of an attempt that has been checked.
func (b *sandbox) reweigh(try *attempt) error {
	if len(try.maxima)+len(try.weights) == 0 {
		return nil
	}
	if !b.all && b.base.Provisional {
		return errLater
	}
	other, err := b.own.Plan.Reweigh(try.maxima, try.weights)
	if err != nil {
		return err
	}
	out, err := other.Recompute(b.units)
	if err != nil {
		return err
	}
	shown := *b.base
	shown.Plan, shown.Outcome = other.Plan, out
	b.asked, err = other.Plan.Case(other.Unit(b.Unit()), release.Whole(&shown).Outcome)
	b.other = other
	return err
}

// try returns the result with changes, by the weights that are tried.
func (b *sandbox) try(changes map[string]scoring.LeafInput) (scoring.Result, error) {
	if b.other == nil {
		return b.asked.Try(changes)
	}
	grown := make(map[string]scoring.LeafInput, len(changes))
	for leaf, in := range changes {
		grown[leaf] = b.other.Input(leaf, in)
	}
	return b.asked.Try(grown)
}
