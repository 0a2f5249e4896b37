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
// ones too – and fails with *Apart where the answers about an agency differ by fewer people than have to be behind a figure.
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

// apart returns the agencies whose answers differ by fewer than Least people: by the counts of a question where both files have them,
// by how many are behind a leaf where either has results alone.
func apart(a, b *content, least int64) (list []string) {
	found := map[string]bool{}
	for i := range a.Surveys {
		for k := range b.Surveys {
			if x, y := &a.Surveys[i], &b.Surveys[k]; x.Framework == y.Framework && x.Wave == y.Wave {
				x.apart(y, least, found)
			}
		}
	}
	if slices.Equal(a.Outcome.Nodes, b.Outcome.Nodes) {
		results := map[string]*resultOf{}
		for i := range b.Outcome.Results {
			results[b.Outcome.Results[i].Agency] = &b.Outcome.Results[i]
		}
		for i := range a.Outcome.Results {
			x := &a.Outcome.Results[i]
			if y := results[x.Agency]; y != nil && x.apart(y, least) {
				found[x.Agency] = true
			}
		}
	}
	for code := range found {
		list = append(list, code)
	}
	slices.Sort(list)
	return list
}

// apart compares the answers question by question. The greatest difference of one question is the least number of people who
// answered otherwise.
func (s *surveyOf) apart(t *surveyOf, least int64, found map[string]bool) {
	at := map[string]*agencySurvey{}
	for i := range t.Agencies {
		at[t.Agencies[i].Agency] = &t.Agencies[i]
	}
	for i := range s.Agencies {
		x := &s.Agencies[i]
		y := at[x.Agency]
		if y == nil {
			continue
		}
		most := max(x.People-y.People, y.People-x.People)
		for q := range s.Questions {
			k := slices.IndexFunc(t.Questions, func(o question) bool { return o.Code == s.Questions[q].Code })
			if k < 0 || q >= len(x.Counts) || k >= len(y.Counts) {
				continue
			}
			most = max(most, distance(s.Questions[q].Codes, x.Counts[q], t.Questions[k].Codes, y.Counts[k]))
		}
		if most > 0 && most < least {
			found[x.Agency] = true
		}
	}
}

// distance is how many people must have answered a question otherwise.
func distance(codes []string, n []int64, others []string, m []int64) int64 {
	var more, fewer int64
	count := map[string]int64{}
	for i, c := range codes {
		if i < len(n) {
			count[c] += n[i]
		}
	}
	for i, c := range others {
		if i < len(m) {
			count[c] -= m[i]
		}
	}
	for _, d := range count {
		more, fewer = more+max(d, 0), fewer+max(-d, 0)
	}
	return max(more, fewer)
}

// apart compares how many are behind each score that both have.
func (r *resultOf) apart(o *resultOf, least int64) bool {
	most := max(r.Responses-o.Responses, o.Responses-r.Responses)
	for k := range min(len(r.Nodes), len(o.Nodes)) {
		if x, y := &r.Nodes[k], &o.Nodes[k]; x.Points != nil && y.Points != nil {
			most = max(most, x.N-y.N, y.N-x.N)
		}
	}
	return most > 0 && most < least
}
