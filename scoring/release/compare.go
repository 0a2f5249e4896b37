package release

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"thuocdo/scoring"
	"thuocdo/scoring/report"
)

// ErrOther is a comparison of releases of different indexes.
var ErrOther = errors.New("the releases are of different indexes")

// Compare takes the change from one release to another apart: by the method, by the data, by the agencies. Of agencies whose inputs are
// not in the release the change is taken apart only where both are by the same framework and method. It fails with ErrOther, and as
// Standing does.
func Compare(ctx context.Context, before, after *Release) (*report.Differences, error) {
	if before.About.Framework != after.About.Framework {
		return nil, fmt.Errorf("%s and %s: %w", before.About.Framework, after.About.Framework, ErrOther)
	}
	a, was, err := before.Standing(ctx)
	if err != nil {
		return nil, fmt.Errorf("release %s: %w", before.ID, err)
	}
	b, now, err := after.Standing(ctx)
	if err != nil {
		return nil, fmt.Errorf("release %s: %w", after.ID, err)
	}
	x, err := line(before.content.Frameworks)
	y, e := line(after.content.Frameworks)
	if err := errors.Join(err, e); err != nil {
		return nil, err
	}
	side := scoring.Side{Plan: b.Plan, Units: now, Outcome: b.Outcome}
	if bytes.Equal(x, y) && before.About.Method == after.About.Method {
		side.Plan = a.Plan // nothing changed in the method, not even for results that are given
	}
	c := scoring.Compare(scoring.Side{Plan: a.Plan, Units: was, Outcome: a.Outcome}, side, scoring.Options{})
	return &report.Differences{Before: a, After: b, Comparison: c}, nil
}
