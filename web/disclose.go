package web

import (
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
