package data

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"time"

	"thuocdo/scoring/phrase"
	"thuocdo/survey"
	"thuocdo/survey/audit"
)

// Waves returns every wave, newest period first. Their titles and agencies are shared: read only.
func (s *Store) Waves(context.Context) ([]survey.Wave, error) {
	c := s.definitions()
	list := make([]survey.Wave, len(c.waves))
	for i, w := range c.waves {
		list[i] = w.Wave
	}
	return list, nil
}

// OpenWave returns a wave with its compiled form, or survey.ErrUnknownWave. It asks memory only.
func (s *Store) OpenWave(code string) (*survey.OpenWave, error) {
	w, ok := s.definitions().wave[code]
	if !ok {
		return nil, fmt.Errorf("wave %q: %w", code, survey.ErrUnknownWave)
	}
	return w.open()
}

// PutWave stores a wave, or changes the one with its code. Once there are answers, only its title, its times and
// additional agencies and its plan may change. What the plan leaves out stays, as does the access where none is given. The error is phrase.Mistakes with every mistake found, e.g. an unknown agency.
func (s *Store) PutWave(ctx context.Context, w survey.Wave) error {
	w.Basis = cmp.Or(w.Basis, survey.FactorBasis)
	return s.define(ctx, func(q querier, c *catalogue) error {
		if err := unfit(ctx, q, c, w); err != nil {
			return err
		}
		if old, now := c.wave[w.Code], s.now(); old != nil && old.ClosedAt(now) && !w.ClosedAt(now) {
			if err := reopen(ctx, q, old); err != nil {
				return err
			}
		}
		if old := c.wave[w.Code]; old != nil {
			w.Access, w.Plan = cmp.Or(w.Access, old.Access), w.Plan.Over(old.Plan)
		}
		if w.Months() == 0 {
			w.Retention = nil
		}
		if err := writeWave(ctx, q, c, w); err != nil {
			return err
		}
		return s.record(ctx, q, audit.Wave, waveAct(c.wave[w.Code], w, s.now()), `w.code = ?`, w.Code)
	})
}

// waveAct says what a change of a wave is called.
func waveAct(was *wave, is survey.Wave, now time.Time) audit.Act {
	switch {
	case was == nil:
		return audit.Added
	case was.ClosedAt(now) && !is.ClosedAt(now):
		return audit.Reopened
	case !was.ClosedAt(now) && is.ClosedAt(now):
		return audit.Closed
	}
	return audit.Changed
}

// CheckWave returns the error that PutWave would, and stores nothing.
func (s *Store) CheckWave(ctx context.Context, w survey.Wave) error {
	w.Basis = cmp.Or(w.Basis, survey.FactorBasis)
	return unfit(ctx, s.read, s.definitions(), w)
}

// unfit returns what is wrong with a wave that is to be stored.
func unfit(ctx context.Context, q querier, c *catalogue, w survey.Wave) error {
	m := checkWave(c, w)
	if len(m) == 0 {
		if old := c.wave[w.Code]; old != nil {
			w.Design, w.Plan = old.Design, w.Plan.Over(old.Plan)
		}
		compiled, err := c.forms[edition{w.Questionnaire, w.Version}].compile()
		if err != nil {
			return err
		}
		w.Agencies = slices.Sorted(slices.Values(w.Agencies))
		m = w.Plan.Check(&w, compiled)
	}
	if old := c.wave[w.Code]; old != nil {
		answered, err := answeredAgencies(ctx, q, old.ID)
		if err != nil {
			return err
		}
		checkChange(&m, c, old, w, answered)
	}
	return m.Err()
}

// reopen makes the final figures of a wave, which everyone has seen, the ones that the next public steps count from.
func reopen(ctx context.Context, q querier, w *wave) error {
	open, err := w.open()
	if err != nil {
		return err
	}
	agencies, err := judged(ctx, q, w.ID)
	if err != nil {
		return err
	}
	kept := map[int64]bool{}
	for _, agency := range agencies {
		valid, err := validTally(ctx, q, w.ID, agency, open.Layout())
		if err == nil {
			err = keepShown(ctx, q, w.ID, agency, open.Layout(), valid, w.step)
		}
		if err != nil {
			return err
		}
		kept[agency] = true
	}
	answered, err := answeredAgencies(ctx, q, w.ID)
	for agency := range answered {
		if err == nil && !kept[agency] {
			_, err = q.ExecContext(ctx, `INSERT OR REPLACE INTO tally_steps (wave, agency, slot, n, record) SELECT wave, agency, slot, n, record
				FROM tallies, (SELECT 0 AS slot UNION SELECT 1) WHERE wave = ? AND agency = ? AND n >= ?`, w.ID, agency, w.step)
		}
	}
	return err
}

var waveCode = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,63}$`)

// checkWave finds what is wrong with a wave, given the other definitions.
func checkWave(c *catalogue, w survey.Wave) (m phrase.Mistakes) {
	if !waveCode.MatchString(w.Code) {
		m.Add("$.code", "mã %q không hợp lệ: cần 1–64 chữ thường không dấu, chữ số hoặc gạch nối",
			"code %q is not valid: expected 1–64 lower-case letters, digits or hyphens", w.Code)
	}
	if w.Title["vi"] == "" {
		m.Add("$.title.vi", "thiếu tên tiếng Việt", "the Vietnamese title is missing")
	}
	if c.forms[edition{w.Questionnaire, w.Version}] == nil {
		m.Add("$.questionnaire", "không có phiếu hỏi %q phiên bản %q", "there is no questionnaire %q version %q", w.Questionnaire, w.Version)
	}
	if !slices.ContainsFunc(c.frameworks, func(f *framework) bool { return f.Code == w.Framework }) {
		m.Add("$.framework", "không có bộ chỉ số %q", "there is no framework %q", w.Framework)
	}
	if _, err := survey.ParsePeriod(string(w.Period)); err != nil {
		m.Add("$.period", "kỳ %q không hợp lệ: cần dạng 2026, 2026-H1, 2026-Q3 hoặc 2026-05", "period %q is not valid: expected 2026, 2026-H1, 2026-Q3 or 2026-05", w.Period)
	}
	for _, o := range c.waves {
		if o.Code != w.Code && o.Framework == w.Framework && o.Period == w.Period {
			m.Add("$.period", "kỳ %s của bộ chỉ số %q đã có đợt khảo sát %q", "period %s of framework %q has wave %q already", w.Period, w.Framework, o.Code)
		}
	}
	if !w.Opens.Before(w.Closes) {
		m.Add("$.closes", "phải kết thúc sau khi bắt đầu", "it must close after it opens")
	}
	if w.Basis != survey.FactorBasis && w.Basis != survey.ItemBasis {
		m.Add("$.intervals", "không có mức %q; cần factor hoặc item", "there is no grain %q; expected factor or item", w.Basis)
	}
	if !w.Access.Valid() {
		m.Add("$.access", "không có cách tham gia %q; cần open, both hoặc invitation", "there is no access %q; expected open, both or invitation", string(w.Access))
	}
	checkMembers(&m, c, w.Agencies)
	return m
}

func checkMembers(m *phrase.Mistakes, c *catalogue, agencies []string) {
	if len(agencies) == 0 {
		m.Add("$.agencies", "cần ít nhất một cơ quan", "at least one agency is needed")
	}
	first := map[string]int{}
	for i, code := range agencies {
		path := fmt.Sprintf("$.agencies[%d]", i)
		if j, twice := first[code]; twice {
			m.Add(path, "%q đã có ở mục %d", "%q is already in entry %d", code, j)
			continue
		}
		first[code] = i
		if _, ok := c.agencyID[code]; !ok {
			m.Add(path, "không có cơ quan %q", "there is no agency %q", code)
		}
	}
}

// checkChange wants a wave with answers to stay what its answers were given to.
func checkChange(m *phrase.Mistakes, c *catalogue, old *wave, w survey.Wave, answered map[int64]bool) {
	if len(answered) == 0 {
		return
	}
	fixed := []struct{ path, was, is string }{
		{"$.questionnaire", old.Questionnaire, w.Questionnaire},
		{"$.version", old.Version, w.Version},
		{"$.framework", old.Framework, w.Framework},
		{"$.period", string(old.Period), string(w.Period)},
		{"$.intervals", string(old.Basis), string(w.Basis)},
	}
	for _, f := range fixed {
		if f.was != f.is {
			m.Add(f.path, "đợt khảo sát đã có phiếu trả lời, không thể đổi từ %q sang %q", "the wave has answers, it cannot change from %q to %q", f.was, f.is)
		}
	}
	if had := old.Months(); had > 0 && (w.Months() == 0 || w.Months() > had) {
		m.Add("$.retention", "đợt khảo sát đã có phiếu trả lời: người trả lời đã được hứa xóa sau %d tháng, chỉ có thể xóa sớm hơn",
			"the wave has answers: people were told that texts are erased after %d months, it can only be sooner", had)
	}
	for _, code := range old.Agencies {
		if answered[c.agencyID[code]] && !slices.Contains(w.Agencies, code) {
			m.Add("$.agencies", "cơ quan %q đã có phiếu trả lời, không thể bỏ ra", "agency %q has answers, it cannot be left out", code)
		}
	}
}

func answeredAgencies(ctx context.Context, q querier, wave int64) (map[int64]bool, error) {
	ids := map[int64]bool{}
	err := each(ctx, q, `SELECT agency FROM tallies WHERE wave = ?`, func(r *sql.Rows) error {
		var id int64
		err := r.Scan(&id)
		ids[id] = true
		return err
	}, wave)
	return ids, err
}

func writeWave(ctx context.Context, q querier, c *catalogue, w survey.Wave) error {
	title, err := json.Marshal(w.Title)
	if err != nil {
		return err
	}
	plan, err := json.Marshal(w.Plan)
	if err != nil {
		return err
	}
	var id int64
	err = q.QueryRowContext(ctx, `INSERT INTO waves (code, title, questionnaire, framework, period, opens, closes, basis, access, plan)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (code) DO UPDATE SET title = excluded.title, questionnaire = excluded.questionnaire,
		framework = excluded.framework, period = excluded.period, opens = excluded.opens, closes = excluded.closes,
		basis = excluded.basis, access = excluded.access, plan = excluded.plan RETURNING id`,
		w.Code, string(title), c.forms[edition{w.Questionnaire, w.Version}].id, w.Framework, w.Period,
		w.Opens.UnixMicro(), w.Closes.UnixMicro(), w.Basis, cmp.Or(w.Access, survey.Open), string(plan)).Scan(&id)
	if err != nil {
		return err
	}
	members := make(map[int64]bool, len(w.Agencies))
	for _, code := range w.Agencies {
		members[c.agencyID[code]] = true
	}
	return writeMembers(ctx, q, id, members)
}

// writeMembers makes the agencies of a wave these. Those with answers are among them: checkChange saw to it.
func writeMembers(ctx context.Context, q querier, wave int64, members map[int64]bool) error {
	var gone []int64
	err := each(ctx, q, `SELECT agency FROM wave_agencies WHERE wave = ?`, func(r *sql.Rows) error {
		var id int64
		if err := r.Scan(&id); err != nil {
			return err
		}
		if !members[id] {
			gone = append(gone, id)
		}
		delete(members, id)
		return nil
	}, wave)
	if err != nil {
		return err
	}
	for _, id := range gone {
		if _, err := q.ExecContext(ctx, `DELETE FROM wave_agencies WHERE wave = ? AND agency = ?`, wave, id); err != nil {
			return err
		}
	}
	for id := range members {
		if _, err := q.ExecContext(ctx, `INSERT INTO wave_agencies (wave, agency) VALUES (?, ?)`, wave, id); err != nil {
			return err
		}
	}
	return nil
}

func (c *catalogue) loadWaves(ctx context.Context, q querier, _ *catalogue) error {
	form := map[int64]*form{}
	var list []survey.Wave
	err := each(ctx, q, `SELECT w.id, w.code, w.title, q.id, q.code, q.version, w.framework, w.period, w.opens, w.closes, w.basis, w.access, w.plan
		FROM waves w JOIN questionnaires q ON q.id = w.questionnaire`, func(r *sql.Rows) error {
		var w survey.Wave
		var title, plan []byte
		var q, opens, closes int64
		if err := r.Scan(&w.ID, &w.Code, &title, &q, &w.Questionnaire, &w.Version, &w.Framework, &w.Period, &opens, &closes, &w.Basis, &w.Access, &plan); err != nil {
			return err
		}
		if err := json.Unmarshal(title, &w.Title); err != nil {
			return fmt.Errorf("title of wave %s: %w", w.Code, err)
		}
		if err := json.Unmarshal(plan, &w.Plan); err != nil {
			return fmt.Errorf("plan of wave %s: %w", w.Code, err)
		}
		w.Opens, w.Closes = time.UnixMicro(opens).UTC(), time.UnixMicro(closes).UTC()
		if w.Access == survey.Open {
			w.Access = "" // as it was put
		}
		form[w.ID] = c.forms[edition{w.Questionnaire, w.Version}]
		list = append(list, w)
		return nil
	})
	if err == nil {
		err = loadDesigns(ctx, q, list)
	}
	if err != nil {
		return err
	}
	members := map[int64][]string{}
	err = each(ctx, q, `SELECT wave, agency FROM wave_agencies`, func(r *sql.Rows) error {
		var wave, agency int64
		err := r.Scan(&wave, &agency)
		members[wave] = append(members[wave], c.agencyCode[agency])
		return err
	})
	for _, w := range list {
		w.Agencies = members[w.ID]
		slices.Sort(w.Agencies)
		one := newWave(w, form[w.ID], c)
		for _, code := range w.Agencies {
			one.agencyID[code] = c.agencyID[code]
		}
		c.waves, c.wave[w.Code] = append(c.waves, one), one
	}
	slices.SortFunc(c.waves, func(a, b *wave) int { return cmp.Or(newerFirst(a.Period, b.Period), cmp.Compare(a.Code, b.Code)) })
	return err
}

// newerFirst orders periods by their last day, newest first; of two that end together the shorter one comes first.
func newerFirst(a, b survey.Period) int {
	aFirst, aLast := a.Span()
	bFirst, bLast := b.Span()
	return cmp.Or(cmp.Compare(bLast, aLast), cmp.Compare(bFirst, aFirst), cmp.Compare(b, a))
}
