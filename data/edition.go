package data

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"

	"thuocdo/scoring"
	"thuocdo/survey"
	"thuocdo/survey/audit"
)

// Frameworks returns every version of every framework, by code, day of coming into force and version. They are shared:
// read only.
func (s *Store) Frameworks(context.Context) ([]*scoring.Framework, error) {
	c := s.definitions()
	list := make([]*scoring.Framework, len(c.frameworks))
	for i, f := range c.frameworks {
		list[i] = f.Framework
	}
	return list, nil
}

// Form returns the compiled form of one version of a questionnaire, or ErrUnknownQuestionnaire.
func (s *Store) Form(_ context.Context, code, version string) (*survey.Form, error) {
	f, ok := s.definitions().forms[edition{code, version}]
	if !ok {
		return nil, fmt.Errorf("questionnaire %s %s: %w", code, version, ErrUnknownQuestionnaire)
	}
	return f.compile()
}

const insertForm = `INSERT INTO questionnaires (code, version, crc, body) VALUES (?, ?, ?, ?)`

// PutQuestionnaire publishes a questionnaire, which never changes afterwards: the same content again is welcome, other
// content under the same code and version is ErrPublished. One that does not compile, or has a sensitive question without
// consent, is refused with phrase.Mistakes.
func (s *Store) PutQuestionnaire(ctx context.Context, q *survey.Questionnaire) error {
	if _, err := survey.Compile(q); err != nil {
		return err
	}
	e := edition{q.Code, q.Version}
	return s.define(ctx, func(to querier, c *catalogue) error {
		if err := consented(c, e, q); err != nil {
			return err
		}
		if err := publish(ctx, to, insertForm, e, c.formBody(e), q); err != nil {
			return err
		}
		return s.recordEdition(ctx, to, audit.Questionnaire, e)
	})
}

// CheckQuestionnaire returns the error that PutQuestionnaire would, and stores nothing.
func (s *Store) CheckQuestionnaire(q *survey.Questionnaire) error {
	if _, err := survey.Compile(q); err != nil {
		return err
	}
	e := edition{q.Code, q.Version}
	if err := consented(s.definitions(), e, q); err != nil {
		return err
	}
	_, err := unpublished(e, s.definitions().formBody(e), q)
	return err
}

// consented refuses a new version with a sensitive question that no question asks the consent for.
func consented(c *catalogue, e edition, q *survey.Questionnaire) error {
	if c.formBody(e) != "" {
		return nil
	}
	return survey.CheckConsents(q)
}

// PutFramework publishes a framework; the rules are those of PutQuestionnaire.
func (s *Store) PutFramework(ctx context.Context, f *scoring.Framework) error {
	if _, err := scoring.Compile(f); err != nil {
		return err
	}
	e := edition{f.Code, f.Version}
	return s.define(ctx, func(to querier, c *catalogue) error {
		if err := publish(ctx, to, `INSERT INTO frameworks (code, version, crc, body) VALUES (?, ?, ?, ?)`, e, c.frameworkBody(e), f); err != nil {
			return err
		}
		return s.recordEdition(ctx, to, audit.Framework, e)
	})
}

// recordEdition logs that a version of a definition was published.
func (s *Store) recordEdition(ctx context.Context, q querier, kind audit.Kind, e edition) error {
	return s.record(ctx, q, kind, audit.Published, `code = ? AND version = ?`, e.code, e.version)
}

// CheckFramework returns the error that PutFramework would, and stores nothing.
func (s *Store) CheckFramework(f *scoring.Framework) error {
	if _, err := scoring.Compile(f); err != nil {
		return err
	}
	e := edition{f.Code, f.Version}
	_, err := unpublished(e, s.definitions().frameworkBody(e), f)
	return err
}

// publish stores a definition that is not stored yet.
func publish[T any](ctx context.Context, to querier, insert string, e edition, stored string, v *T) error {
	body, err := unpublished(e, stored, v)
	if err != nil || body == nil {
		return err
	}
	_, err = to.ExecContext(ctx, insert, e.code, e.version, checksum(body), string(body))
	return err
}

// unpublished returns a definition as it is to be stored, nil if it is stored already, or ErrPublished where another one
// is stored under its name.
func unpublished[T any](e edition, stored string, v *T) ([]byte, error) {
	body, err := json.Marshal(v)
	if err != nil || stored == "" {
		return body, err
	}
	same, err := canonical[T](stored)
	if err == nil && same != string(body) {
		err = fmt.Errorf("%s %s: %w", e.code, e.version, ErrPublished)
	}
	return nil, err
}

// formBody returns a stored questionnaire as it is stored, "" where there is none.
func (c *catalogue) formBody(e edition) string {
	if f, ok := c.forms[e]; ok {
		return f.body
	}
	return ""
}

// frameworkBody returns a stored framework as it is stored, "" where there is none.
func (c *catalogue) frameworkBody(e edition) string {
	if i := slices.IndexFunc(c.frameworks, func(o *framework) bool { return edition{o.Code, o.Version} == e }); i >= 0 {
		return c.frameworks[i].body
	}
	return ""
}

// canonical rewrites a stored body as this version of the program writes it: a field that was added to the format
// since must not make an unchanged definition look changed.
func canonical[T any](body string) (string, error) {
	var v T
	if err := json.Unmarshal([]byte(body), &v); err != nil {
		return "", err
	}
	b, err := json.Marshal(v)
	return string(b), err
}

func (c *catalogue) loadForms(ctx context.Context, q querier, old *catalogue) error {
	return each(ctx, q, `SELECT id, code, version, body FROM questionnaires`, func(r *sql.Rows) error {
		var id int64
		var e edition
		var body string
		if err := r.Scan(&id, &e.code, &e.version, &body); err != nil {
			return err
		}
		if old != nil && old.forms[e] != nil {
			c.forms[e] = old.forms[e]
			return nil
		}
		c.forms[e] = newForm(id, body, func() (*survey.Questionnaire, error) {
			v := new(survey.Questionnaire)
			return v, json.Unmarshal([]byte(body), v)
		})
		return nil
	})
}

func (c *catalogue) loadFrameworks(ctx context.Context, q querier, old *catalogue) error {
	known := map[edition]*framework{}
	if old != nil {
		for _, f := range old.frameworks {
			known[edition{f.Code, f.Version}] = f
		}
	}
	err := each(ctx, q, `SELECT code, version, body FROM frameworks`, func(r *sql.Rows) error {
		var e edition
		var body string
		if err := r.Scan(&e.code, &e.version, &body); err != nil {
			return err
		}
		if known[e] == nil {
			f := new(scoring.Framework)
			if err := json.Unmarshal([]byte(body), f); err != nil {
				return fmt.Errorf("framework %s %s: %w", e.code, e.version, err)
			}
			known[e] = newFramework(f, body)
		}
		c.frameworks = append(c.frameworks, known[e])
		return nil
	})
	slices.SortFunc(c.frameworks, func(a, b *framework) int {
		return cmp.Or(cmp.Compare(a.Code, b.Code), cmp.Compare(a.Effective.From, b.Effective.From), cmp.Compare(a.Version, b.Version))
	})
	return err
}
