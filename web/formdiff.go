package web

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"thuocdo/scoring"
	"thuocdo/scoring/phrase"
	"thuocdo/survey"
	"thuocdo/survey/sketch"
	"thuocdo/web/locale"
)

// formDiff is how one version of a questionnaire differs from another, and what that breaks.
type formDiff struct {
	Before, After string // versions
	Code          string
	Changes       []changeRow
	Breaking      int
	Uses          []useRow
	Waves         []waveName // of the version before
	Same, Of      int        // questions of the version before whose answers can be put together with those after
}

// changeRow is one change in words.
type changeRow struct {
	Item, Kind    string // Kind: key
	Text          phrase.Text
	Before, After string
	Breaks        bool
}

// useRow is a leaf of an index that breaks.
type useRow struct {
	Framework phrase.Text
	Method    string // address
	Node      string
	Title     phrase.Text
	Items     []string
}

// Merges reports whether all answers can be put together.
func (d *formDiff) Merges() bool { return d.Breaking == 0 }

// compareForms finds what version b changes of a.
func (s *Server) compareForms(ctx context.Context, l *locale.Locale, a, b *survey.Form) (*formDiff, error) {
	x, y := a.Questionnaire(), b.Questionnaire()
	d := &formDiff{Before: x.Version, After: y.Version, Code: x.Code}
	bad := map[string]bool{}
	for _, ch := range survey.Diff(a, b) {
		bad[ch.Item] = bad[ch.Item] || ch.Breaks
		d.Changes = append(d.Changes, changeRow{Item: ch.Item, Kind: "author.change." + string(ch.What), Text: ch.Text, Breaks: ch.Breaks,
			Before: changeWords(l, ch, ch.Before), After: changeWords(l, ch, ch.After)})
	}
	slices.SortStableFunc(d.Changes, func(a, b changeRow) int { return cmp.Compare(weight(a.Breaks), weight(b.Breaks)) })
	for i := range a.Len() {
		q := a.Question(i)
		if q.Type == survey.Note || q.Type == survey.Calculate {
			continue
		}
		if d.Of++; !bad[q.Code] {
			d.Same++
		}
	}
	d.Breaking = d.Of - d.Same
	waves, err := s.store.Waves(ctx)
	if err != nil {
		return nil, err
	}
	d.Waves = s.wavesOf(waves, x.Code, x.Version)
	d.Uses, err = s.brokenUses(ctx, waves, x.Code, func(item string) bool { return bad[item] })
	return d, err
}

func weight(breaks bool) int {
	if breaks {
		return 0
	}
	return 1
}

// changeWords says a value of a change: a type by its name, everything else as it is written.
func changeWords(l *locale.Locale, ch survey.Change, value string) string {
	if key := "author.type." + value; value != "" && l.Has(key) && (ch.What == survey.Retyped || ch.What == survey.Added || ch.What == survey.Removed) {
		return l.T(key)
	}
	return value
}

// brokenUses lists the leaves that use a broken question, in the newest version of every framework that the waves of the
// questionnaire feed; where there is no wave yet, of every framework.
func (s *Server) brokenUses(ctx context.Context, waves []survey.Wave, code string, bad func(string) bool) (list []useRow, err error) {
	feeds := map[string]bool{}
	for i := range waves {
		if waves[i].Questionnaire == code {
			feeds[waves[i].Framework] = true
		}
	}
	all, err := s.store.Frameworks(ctx)
	if err != nil {
		return nil, err
	}
	for i, f := range all {
		if i+1 < len(all) && all[i+1].Code == f.Code || len(feeds) > 0 && !feeds[f.Code] {
			continue
		}
		for _, u := range f.Uses(bad) {
			list = append(list, useRowOf(f, u))
		}
	}
	return list, nil
}

func useRowOf(f *scoring.Framework, u scoring.Use) useRow {
	return useRow{Framework: f.Title, Method: "/phuong-phap/" + pathSegment(f.Code), Node: u.Node, Title: u.Title, Items: u.Items}
}

// diffPage shows two versions beside each other.
type diffPage struct {
	Title phrase.Text
	Back  string
	Diff  *formDiff
	Other []fieldOption
	Path  string
	Newer bool // the version of the address is the one after
}

func (diffPage) template() string { return "form-diff" }
func (diffPage) frame(f *Frame)   { f.NoIndex, f.Figures, f.Author = true, true, true }

// compareEditions compares the version of the address with another one, the older before the newer.
func (s *Server) compareEditions(c echo.Context) error {
	f, err := s.editionOf(c)
	if err != nil {
		return err
	}
	q, ctx := f.Questionnaire(), c.Request().Context()
	versions, err := s.versionsOf(ctx, q.Code)
	if err != nil {
		return err
	}
	p := diffPage{Title: q.Title, Back: editionPath(q.Code, q.Version), Path: editionPath(q.Code, q.Version) + "/so-sanh"}
	other := cmp.Or(c.QueryParam("voi"), neighbour(versions, q.Version))
	for _, v := range versions {
		if v != q.Version {
			p.Other = append(p.Other, fieldOption{Value: v, Words: v, Selected: v == other})
		}
	}
	if other == "" {
		return s.show(c, http.StatusOK, p)
	}
	g, err := s.store.Form(ctx, q.Code, other)
	if err != nil {
		return fmt.Errorf("compare: %w", err)
	}
	if slices.Index(versions, other) < slices.Index(versions, q.Version) {
		f, g = g, f
	}
	if p.Diff, err = s.compareForms(ctx, s.language(c), g, f); err != nil {
		return err
	}
	return s.show(c, http.StatusOK, p)
}

// neighbour returns the version published before another, of the first the one after; "" where it is alone.
func neighbour(versions []string, version string) string {
	switch i := slices.Index(versions, version); {
	case i+1 < len(versions):
		return versions[i+1]
	case i > 0:
		return versions[i-1]
	}
	return ""
}

// versionsOf returns the versions of a questionnaire, the one published last first.
func (s *Server) versionsOf(ctx context.Context, code string) (list []string, err error) {
	editions, err := s.store.Editions(ctx)
	for _, e := range editions {
		if e.Code == code {
			list = append(list, e.Version)
		}
	}
	return list, err
}

// publishPage is the last look before a sketch is published.
type publishPage struct {
	CSRF     string
	X        sketch.Sketch
	Path     string
	Mistakes []sketchMistake
	Taken    bool // the version is there already
	Diff     *formDiff
	Wrong    string // key
	Writes   bool
}

func (*publishPage) template() string { return "publish-form" }
func (p *publishPage) frame(f *Frame) {
	f.NoIndex, f.Figures, f.Author = true, true, true
	p.CSRF = f.CSRF
}

// Ready reports whether it can be published.
func (p *publishPage) Ready() bool { return len(p.Mistakes) == 0 && !p.Taken }

// publishForm shows what publishing would change.
func (s *Server) publishForm(c echo.Context) error {
	x, err := s.store.Sketch(c.Request().Context(), c.Param("sketch"))
	if err != nil {
		return fmt.Errorf("publish: %w", err)
	}
	p, err := s.newPublishPage(c, x)
	if err != nil {
		return err
	}
	return s.show(c, http.StatusOK, p)
}

func (s *Server) newPublishPage(c echo.Context, x sketch.Sketch) (*publishPage, error) {
	a, _ := accountOf(c)
	l, ctx := s.language(c), c.Request().Context()
	p := &publishPage{X: x, Path: sketchPath(x.ID), Writes: designers.allow(a, nil)}
	for _, m := range sketch.Mistakes(x.Form) {
		at, _ := sketch.Locate(m.Path)
		p.Mistakes = append(p.Mistakes, sketchMistake{at.String(), placeWords(l, x.Form, at), l.In(m.Message)})
	}
	versions, err := s.versionsOf(ctx, x.Form.Code)
	if err != nil || len(versions) == 0 {
		return p, err
	}
	p.Taken = slices.Contains(versions, x.Form.Version)
	before := versions[0]
	if slices.Contains(versions, x.Base) {
		before = x.Base
	}
	f, err := s.store.Form(ctx, x.Form.Code, before)
	if err != nil || len(p.Mistakes) > 0 {
		return p, err
	}
	g, err := survey.Compile(x.Form)
	if err != nil {
		return nil, err
	}
	p.Diff, err = s.compareForms(ctx, l, f, g)
	return p, err
}

// publishSketch makes a sketch an edition.
func (s *Server) publishSketch(c echo.Context) error {
	x, err := s.postedSketch(c)
	if isStale(err) {
		return s.notPublished(c, x, "author.publish.stale", http.StatusConflict)
	}
	if err != nil {
		return err
	}
	a, _ := accountOf(c)
	err = s.store.PublishSketch(c.Request().Context(), x.ID, x.Revision, a.ID, s.today())
	switch {
	case err == nil:
		return s.see(c, editionPath(x.Form.Code, x.Form.Version)+"?xong=cong-bo")
	case isStale(err):
		return s.notPublished(c, x, "author.publish.stale", http.StatusConflict)
	case isPublished(err):
		return s.notPublished(c, x, "author.publish.taken", http.StatusConflict)
	case isMistaken(err):
		return s.notPublished(c, x, "author.publish.mistakes", http.StatusUnprocessableEntity)
	}
	return fmt.Errorf("publish: %w", err)
}

// notPublished shows the page again with the reason.
func (s *Server) notPublished(c echo.Context, x sketch.Sketch, why string, status int) error {
	now, err := s.store.Sketch(c.Request().Context(), x.ID)
	if err != nil {
		return err
	}
	p, err := s.newPublishPage(c, now)
	if err != nil {
		return err
	}
	p.Wrong = why
	return s.show(c, status, p)
}
