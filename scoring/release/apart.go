package release

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// ErrApart is a release that, compared with one that everybody has seen, would tell what fewer than Least people said. *Apart says of whom.
var ErrApart = errors.New("compared with a release that was public, it would tell what a few people said")

// Apart is an ErrApart with the release and the agencies.
type Apart struct {
	Other    string // id
	Agencies []string
}

// Error says of whom.
func (e *Apart) Error() string {
	list := e.Agencies
	more := ""
	if len(list) > 20 {
		list, more = list[:20], fmt.Sprintf(" and %d more", len(list)-20)
	}
	return fmt.Sprintf("%v: with %s, of %s%s", ErrApart, e.Other, strings.Join(list, ", "), more)
}

// Unwrap returns ErrApart.
func (*Apart) Unwrap() error { return ErrApart }

// Shelf keeps releases.
type Shelf interface {
	Releases(ctx context.Context) ([]*Record, error)
	ReleaseFile(ctx context.Context, id string) ([]byte, error)
}

// Against compares a release with every other of the same index and period that everybody has seen or will see – corrected and withdrawn
// ones too – and fails with *Apart where the answers to a question about an agency differ by fewer people than have to be behind a figure.
func Against(ctx context.Context, shelf Shelf, id string) error {
	list, err := shelf.Releases(ctx)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(list, func(r *Record) bool { return r.ID == id })
	if i < 0 {
		return fmt.Errorf("%q: %w", id, ErrUnknown)
	}
	var own *Release
	for _, r := range list {
		if r.ID == id || !r.seen() || r.About.Framework != list[i].About.Framework || r.About.Period != list[i].About.Period {
			continue
		}
		if own == nil {
			if own, err = open(ctx, shelf, id); err != nil {
				return err
			}
		}
		other, err := open(ctx, shelf, r.ID)
		if err != nil {
			return err
		}
		if agencies := apart(&own.content, &other.content, int64(max(Least, own.About.Least, other.About.Least))); len(agencies) > 0 {
			return &Apart{r.ID, agencies}
		}
	}
	return nil
}

// seen reports whether a release was public, or has a minute at which it will be.
func (r *Record) seen() bool { return !r.Out.IsZero() && (r.Ended.IsZero() || !r.Ended.Before(r.Out)) }

func open(ctx context.Context, shelf Shelf, id string) (*Release, error) {
	b, err := shelf.ReleaseFile(ctx, id)
	if err != nil {
		return nil, err
	}
	return Read(b)
}
