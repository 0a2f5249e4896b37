package data

import (
	"context"
	"database/sql"
	"slices"
	"sync"

	"thuocdo/scoring"
	"thuocdo/scoring/disclosure"
	"thuocdo/scoring/phrase"
	"thuocdo/survey"
)

// catalogue is every definition in memory: an immutable snapshot that is replaced as a whole after a definition was
// written. Only this process can write, so it is never out of date.
type catalogue struct {
	agencies    []survey.Agency // by code
	agency      map[string]int  // code → index in agencies
	agencyID    map[string]int64
	agencyCode  map[int64]string
	below       map[string][]string // code → codes of all below it, sorted
	successions []survey.Succession
	forms       map[edition]*form
	frameworks  []*framework // by code, then day of coming into force, then version
	waves       []*wave      // newest period first
	wave        map[string]*wave
}

// edition names one version of a definition.
type edition struct{ code, version string }

// form is a stored questionnaire; it is compiled when it is first asked for.
type form struct {
	id      int64
	body    string
	compile func() (*survey.Form, error)
}

// framework is a stored framework; its plan is compiled when it is first asked for.
type framework struct {
	*scoring.Framework
	body string
	plan func() (*scoring.Plan, error)
}

// wave is a stored wave; it is opened when it is first asked for.
type wave struct {
	survey.Wave
	agencyID map[string]int64 // code → id, of the agencies asked about
	open     func() (*survey.OpenWave, error)
	step     int64         // by how many answers its public figures move at least
	watched  func() []bool // by question: whether the index asks for it
}

// querier is a connection, a pool or a transaction.
type querier interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// load reads every definition. What old has compiled of definitions that never change is kept.
func load(ctx context.Context, q querier, old *catalogue) (*catalogue, error) {
	c := &catalogue{
		agency: map[string]int{}, agencyID: map[string]int64{}, agencyCode: map[int64]string{},
		forms: map[edition]*form{}, wave: map[string]*wave{},
	}
	for _, read := range []func(context.Context, querier, *catalogue) error{
		c.loadAgencies, c.loadSuccessions, c.loadForms, c.loadFrameworks, c.loadWaves,
	} {
		if err := read(ctx, q, old); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// each calls scan for every row of a query.
func each(ctx context.Context, q querier, query string, scan func(*sql.Rows) error, args ...any) error {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// newForm returns a questionnaire that is compiled at most once.
func newForm(id int64, body string, read func() (*survey.Questionnaire, error)) *form {
	return &form{id: id, body: body, compile: sync.OnceValues(func() (*survey.Form, error) {
		q, err := read()
		if err != nil {
			return nil, err
		}
		return survey.Compile(q)
	})}
}

// newFramework returns a framework whose plan is compiled at most once.
func newFramework(f *scoring.Framework, body string) *framework {
	return &framework{Framework: f, body: body, plan: sync.OnceValues(func() (*scoring.Plan, error) {
		return scoring.Compile(f)
	})}
}

// pickers returns the agencies that the form of a wave offers to pick from, by kind; those of the wave itself under "".
func (c *catalogue) pickers(f *survey.Form, w survey.Wave) map[survey.Kind][]survey.Choice {
	lists := map[survey.Kind][]survey.Choice{}
	first, last := survey.DayOf(w.Opens.In(survey.Vietnam)), survey.DayOf(w.Closes.In(survey.Vietnam))
	for _, kind := range append(survey.Kinds(), "") {
		if !f.Picks(kind) {
			continue
		}
		var offered []survey.Agency
		for _, a := range c.agencies {
			_, member := slices.BinarySearch(w.Agencies, a.Code)
			if kind == "" && member || a.Kind == kind && (a.ValidOn(first) || a.ValidOn(last)) {
				offered = append(offered, a)
			}
		}
		lists[kind] = survey.AgencyChoices(offered, c.agencyName)
	}
	return lists
}

// agencyName returns the name of an agency; nil where there is none with this code.
func (c *catalogue) agencyName(code string) phrase.Text {
	i, ok := c.agency[code]
	if !ok {
		return nil
	}
	return c.agencies[i].Name
}

// newWave returns a wave that is opened at most once.
func newWave(w survey.Wave, f *form, c *catalogue) *wave {
	x := &wave{Wave: w, step: c.step(w.Framework, string(w.Period)), agencyID: map[string]int64{}, open: sync.OnceValues(func() (*survey.OpenWave, error) {
		compiled, err := f.compile()
		if err != nil {
			return nil, err
		}
		return survey.NewOpenWave(w, compiled.WithAgencies(c.pickers(compiled, w))), nil
	})}
	x.watched = sync.OnceValue(func() []bool { return c.watched(x) })
	return x
}

// watched finds the questions of a wave that a version of its index asks for.
func (c *catalogue) watched(w *wave) []bool {
	open, err := w.open()
	if err != nil {
		return nil
	}
	list := make([]bool, open.Form.Len())
	for _, f := range c.frameworks {
		if f.Code != w.Framework {
			continue
		}
		plan, err := f.plan()
		if err != nil {
			continue
		}
		for _, code := range plan.Questions() {
			if i, ok := open.Form.Index(code); ok {
				list[i] = true
			}
		}
	}
	return list
}

// step is by how many answers public figures of an index move at least in a period: as many as the version in force wants behind a figure.
func (c *catalogue) step(index, period string) int64 {
	f, err := c.framework(index, "", period)
	if err != nil {
		return step // nothing is in force: nothing is published
	}
	return max(step, disclosure.LeastOf(f.Framework))
}
