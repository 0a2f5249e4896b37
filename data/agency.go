package data

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"

	"thuocdo/scoring/phrase"
	"thuocdo/survey"
	"thuocdo/survey/audit"
)

// Agencies returns every agency there is or was, sorted by code. Their names are shared: read only.
func (s *Store) Agencies(context.Context) ([]survey.Agency, error) {
	return slices.Clone(s.definitions().agencies), nil
}

// Agency returns one agency, or survey.ErrUnknownAgency.
func (s *Store) Agency(_ context.Context, code string) (survey.Agency, error) {
	c := s.definitions()
	i, ok := c.agency[code]
	if !ok {
		return survey.Agency{}, fmt.Errorf("agency %q: %w", code, survey.ErrUnknownAgency)
	}
	return c.agencies[i], nil
}

// Successions returns every edge of every reorganisation, by day, origin and successor.
func (s *Store) Successions(context.Context) ([]survey.Succession, error) {
	return slices.Clone(s.definitions().successions), nil
}

// PutAgencies stores agencies and successions, all or none; what has the same code, or the same ends and day, is
// replaced. A parent may come before or after its children. The error is phrase.Mistakes with every mistake found.
func (s *Store) PutAgencies(ctx context.Context, agencies []survey.Agency, successions []survey.Succession) error {
	return s.define(ctx, func(q querier, c *catalogue) error {
		if err := checkAgencies(c, agencies, successions).Err(); err != nil {
			return err
		}
		id, err := writeAgencies(ctx, q, c, agencies)
		if err != nil {
			return err
		}
		if err := writeSuccessions(ctx, q, id, successions); err != nil {
			return err
		}
		return s.record(ctx, q, audit.Agencies, "", "")
	})
}

var agencyCode = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)

// checkAgencies finds what is wrong with the new agencies and edges, given the stored ones.
func checkAgencies(c *catalogue, agencies []survey.Agency, successions []survey.Succession) (m phrase.Mistakes) {
	parent := make(map[string]string, len(c.agencies)+len(agencies)) // code → code of the agency above
	for _, a := range c.agencies {
		parent[a.Code] = a.Parent
	}
	first := map[string]int{}
	for i, a := range agencies {
		if j, twice := first[a.Code]; twice {
			m.Add(fmt.Sprintf("$.agencies[%d].code", i), "%q đã có ở mục %d", "%q is already in entry %d", a.Code, j)
		}
		first[a.Code], parent[a.Code] = i, a.Parent
		checkAgency(&m, fmt.Sprintf("$.agencies[%d]", i), a)
	}
	for i, a := range agencies {
		checkParent(&m, fmt.Sprintf("$.agencies[%d].parent", i), parent, a)
	}
	for i, e := range successions {
		path := fmt.Sprintf("$.successions[%d]", i)
		for field, code := range map[string]string{"from": e.From, "to": e.To} {
			if _, ok := parent[code]; !ok {
				m.Add(path+"."+field, "không có cơ quan %q", "there is no agency %q", code)
			}
		}
		if e.Day == 0 {
			m.Add(path+".day", "thiếu ngày", "the day is missing")
		}
	}
	slices.SortStableFunc(m, func(a, b phrase.Mistake) int { return comparePaths(a.Path, b.Path) })
	return m
}

func checkAgency(m *phrase.Mistakes, path string, a survey.Agency) {
	if !agencyCode.MatchString(a.Code) {
		m.Add(path+".code", "mã %q không hợp lệ: cần 1–64 chữ cái không dấu, chữ số, dấu chấm, gạch nối hoặc gạch dưới",
			"code %q is not valid: expected 1–64 letters, digits, dots, hyphens or underscores", a.Code)
	}
	if kinds := survey.Kinds(); !slices.Contains(kinds, a.Kind) {
		m.Add(path+".kind", "loại cơ quan %q không có; cần một trong %v", "there is no kind %q; expected one of %v", a.Kind, kinds)
	}
	if !a.FormFits() {
		m.Add(path+".kind", "hình thức là %q nhưng loại là %q: phường, xã và đặc khu là ba loại khác nhau, vì xếp hạng riêng",
			"the form is %q but the kind %q: wards, communes and special zones are kinds of their own, because they are ranked apart", a.Form, a.Kind)
	}
	if a.Name["vi"] == "" {
		m.Add(path+".name.vi", "thiếu tên tiếng Việt", "the Vietnamese name is missing")
	}
	if a.ValidTo != 0 && a.ValidTo < a.ValidFrom {
		m.Add(path+".valid_to", "ngày hết hiệu lực %s trước ngày có hiệu lực %s", "last day %s is before the first day %s", a.ValidTo, a.ValidFrom)
	}
}

// checkParent wants a known parent, and a chain of parents that ends.
func checkParent(m *phrase.Mistakes, path string, parent map[string]string, a survey.Agency) {
	seen := map[string]bool{a.Code: true}
	for up := a.Parent; up != ""; up = parent[up] {
		if _, ok := parent[up]; !ok {
			if up == a.Parent {
				m.Add(path, "không có cơ quan %q", "there is no agency %q", up)
			}
			return
		}
		if seen[up] {
			m.Add(path, "cơ quan %q nằm trên chính nó", "agency %q is above itself", up)
			return
		}
		seen[up] = true
	}
}

// comparePaths orders JSON paths as a reader of the file meets them: numbers as numbers.
func comparePaths(a, b string) int {
	for a != "" && b != "" {
		i, j := digits(a), digits(b)
		if i > 0 && j > 0 {
			if i != j {
				return i - j
			}
		} else {
			i, j = 1, 1
		}
		if c := slices.Compare([]byte(a[:i]), []byte(b[:j])); c != 0 {
			return c
		}
		a, b = a[i:], b[j:]
	}
	return len(a) - len(b)
}

// digits returns how many digits s begins with.
func digits(s string) (n int) {
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	return n
}

// writeAgencies stores the agencies and returns the ids of all, old and new. Parents are set in a second pass, so that
// the order of the list does not matter.
func writeAgencies(ctx context.Context, q querier, c *catalogue, agencies []survey.Agency) (map[string]int64, error) {
	id := maps.Clone(c.agencyID)
	for _, a := range agencies {
		name, err := json.Marshal(a.Name)
		if err != nil {
			return nil, err
		}
		var got int64
		err = q.QueryRowContext(ctx, `INSERT INTO agencies (code, kind, form, name, parent, valid_from, valid_to)
			VALUES (?, ?, ?, ?, NULL, ?, ?)
			ON CONFLICT (code) DO UPDATE SET kind = excluded.kind, form = excluded.form, name = excluded.name,
			parent = NULL, valid_from = excluded.valid_from, valid_to = excluded.valid_to RETURNING id`,
			a.Code, a.Kind, a.Form, string(name), a.ValidFrom, a.ValidTo).Scan(&got)
		if err != nil {
			return nil, fmt.Errorf("agency %s: %w", a.Code, err)
		}
		id[a.Code] = got
	}
	for _, a := range agencies {
		if a.Parent == "" {
			continue
		}
		if _, err := q.ExecContext(ctx, `UPDATE agencies SET parent = ? WHERE id = ?`, id[a.Parent], id[a.Code]); err != nil {
			return nil, fmt.Errorf("agency %s: %w", a.Code, err)
		}
	}
	return id, nil
}

func writeSuccessions(ctx context.Context, q querier, id map[string]int64, successions []survey.Succession) error {
	for _, e := range successions {
		_, err := q.ExecContext(ctx, `INSERT OR REPLACE INTO successions (origin, successor, day, kind, legal_basis) VALUES (?, ?, ?, ?, ?)`,
			id[e.From], id[e.To], e.Day, e.Kind, e.LegalBasis)
		if err != nil {
			return fmt.Errorf("succession %s to %s: %w", e.From, e.To, err)
		}
	}
	return nil
}

func (c *catalogue) loadAgencies(ctx context.Context, q querier, _ *catalogue) error {
	above := map[int]sql.NullInt64{}
	err := each(ctx, q, `SELECT id, code, kind, form, name, parent, valid_from, valid_to FROM agencies ORDER BY code`, func(r *sql.Rows) error {
		var a survey.Agency
		var id int64
		var name []byte
		var parent sql.NullInt64
		if err := r.Scan(&id, &a.Code, &a.Kind, &a.Form, &name, &parent, &a.ValidFrom, &a.ValidTo); err != nil {
			return err
		}
		if err := json.Unmarshal(name, &a.Name); err != nil {
			return fmt.Errorf("name of agency %s: %w", a.Code, err)
		}
		c.agency[a.Code], c.agencyID[a.Code], c.agencyCode[id] = len(c.agencies), id, a.Code
		above[len(c.agencies)] = parent
		c.agencies = append(c.agencies, a)
		return nil
	})
	for i, parent := range above {
		if parent.Valid {
			c.agencies[i].Parent = c.agencyCode[parent.Int64]
		}
	}
	c.below = survey.Below(c.agencies)
	return err
}

func (c *catalogue) loadSuccessions(ctx context.Context, q querier, _ *catalogue) error {
	return each(ctx, q, `SELECT o.code, s.code, e.day, e.kind, e.legal_basis FROM successions e
		JOIN agencies o ON o.id = e.origin JOIN agencies s ON s.id = e.successor ORDER BY e.day, o.code, s.code`, func(r *sql.Rows) error {
		var e survey.Succession
		if err := r.Scan(&e.From, &e.To, &e.Day, &e.Kind, &e.LegalBasis); err != nil {
			return err
		}
		c.successions = append(c.successions, e)
		return nil
	})
}
