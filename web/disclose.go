package web

import (
	"context"
	"errors"

	"thuocdo/scoring/analysis"
	"thuocdo/scoring/disclosure"
	"thuocdo/scoring/release"
	"thuocdo/scoring/standing"
)

// published is the gate in front of every public page, chart, file and interface: what of a standing goes out. Only what release.Public
// and release.Whole have cleared becomes a board; standings of other views are for readers who may see everything, and pass as they are.
func published(s *standing.Standing, q standing.Query) *standing.Standing {
	if q.Version != "" { // beside the one in force it would tell what that hides
		return release.Whole(s)
	}
	return release.Public(s)
}

// Disclosures keeps what readers have seen of a wave who are kept from small groups.
type Disclosures interface {
	// Tell adds tables to it; disclosure.ErrLinked or disclosure.ErrMoved where they would tell hidden cells.
	Tell(ctx context.Context, wave string, e disclosure.Edition, tables []disclosure.Table, linked [][2]string) error
}

// errUncleared is a result on its way out that did not go through the gate: a mistake of the program.
var errUncleared = errors.New("a result did not go through the gate of disclosure control")

// tell lets a result through to a reader who is kept from small groups, or says why he does not get it.
func (s *Server) tell(ctx context.Context, a *asked, t *analysis.Told) (wrong []wrongLine, err error) {
	if a.close || t == nil {
		return nil, nil
	}
	if !t.Cleared.OK() {
		return nil, errUncleared
	}
	switch err := s.store.Tell(ctx, a.wave, a.edition, t.Tables, a.study.Linked()); {
	case errors.Is(err, disclosure.ErrLinked):
		return []wrongLine{{Words: a.l.T("analysis.told.linked")}}, nil
	case errors.Is(err, disclosure.ErrMoved):
		return []wrongLine{{Words: a.l.T("analysis.told.moved")}}, nil
	default:
		return nil, err
	}
}
