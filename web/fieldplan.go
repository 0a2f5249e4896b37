package web

import (
	"context"
	"strconv"
	"strings"
	"sync"

	"github.com/labstack/echo/v4"

	"thuocdo/scoring/phrase"
	"thuocdo/scoring/standing"
	"thuocdo/survey"
	"thuocdo/survey/quality"
	"thuocdo/web/chart"
	"thuocdo/web/locale"
)

// fieldBook keeps what was counted of waves for their plans, as long as no response, decision or definition changes.
type fieldBook struct {
	mu   sync.Mutex
	wave map[string]*fieldShelf
}

type fieldShelf struct {
	mu     sync.Mutex
	stamp  string
	quotas []int
	units  []quality.Progress
}

// fieldOf counts a wave by sampling unit and quota. A wave that has neither is not read.
func (s *Server) fieldOf(ctx context.Context, w *survey.OpenWave) (quotas []int, units []quality.Progress, err error) {
	s.fields.mu.Lock()
	if s.fields.wave == nil {
		s.fields.wave = map[string]*fieldShelf{}
	}
	x := s.fields.wave[w.Code]
	if x == nil {
		x = &fieldShelf{}
		s.fields.wave[w.Code] = x
	}
	s.fields.mu.Unlock()
	x.mu.Lock()
	defer x.mu.Unlock()
	stamp, err := s.store.Stamp(ctx, string(w.Period), standing.Live)
	if err != nil || stamp == x.stamp {
		return x.quotas, x.units, err
	}
	f := quality.NewField(w)
	if len(w.Quotas) > 0 || w.Design != nil {
		err = s.store.Scan(ctx, w.Code, func(r survey.StoredResponse, valid bool) error { f.Add(&r, valid); return nil })
	}
	if err != nil {
		return nil, nil, err
	}
	x.stamp, x.quotas, x.units = stamp, f.Quotas(), f.Units()
	return x.quotas, x.units, nil
}

// withIssued adds the forms issued for sampling units to what came back from them.
func withIssued(units []quality.Progress, issued []survey.InvitedCount) []quality.Progress {
	at, list := map[[2]string]int{}, append([]quality.Progress(nil), units...)
	for i, u := range list {
		at[[2]string{u.Agency, u.Stratum}] = i
	}
	for _, x := range issued {
		key := [2]string{x.Agency, x.Unit}
		i, ok := at[key]
		if !ok {
			i = len(list)
			list, at[key] = append(list, quality.Progress{Agency: x.Agency, Stratum: x.Unit}), i
		}
		list[i].Issued += int64(x.Issued)
	}
	return list
}

// planRow is a part of a wave on the way to what was aimed at.
type planRow struct {
	Name                    phrase.Text // of the agency; nothing for all
	Stratum                 string
	Issued, Returned, Valid string
	Rate                    string // percent; "" = not known
	Aim                     [3]string
	Seconds, Suspects       string
	Bar                     chart.Bar
	Done                    bool // everything that was aimed at is reached
}

// quotaRow is a quota with what there is.
type quotaRow struct {
	Words       string
	Have, Aim   string
	Missing     string
	Bar         chart.Bar
	Full        bool
	have, count int
}

// planRow writes one part. Counts of parts that may be small move in steps.
func (f *fieldwork) planRow(l *locale.Locale, p quality.Progress, exact bool) planRow {
	if !exact {
		p.Returned, p.Valid = f.stepped(p.Returned), f.stepped(p.Valid)
	}
	few := func(n int64) string {
		if !exact && n < 0 {
			return l.T("field.few")
		}
		return l.Int(n)
	}
	r := planRow{Name: f.names[p.Agency], Stratum: p.Stratum, Returned: few(p.Returned), Valid: few(p.Valid)}
	if p.Issued > 0 {
		r.Issued = l.Int(p.Issued)
	}
	p.Returned, p.Valid = max(p.Returned, 0), max(p.Valid, 0)
	if rate, ok := p.Rate(); ok {
		r.Rate = l.Short(rate, 0)
	}
	have, aim := [3]int64{p.Issued, p.Returned, p.Valid}, [3]int{p.Target.Issued, p.Target.Returned, p.Target.Valid}
	r.Done = aim != [3]int{}
	for k := range aim {
		if aim[k] > 0 {
			r.Aim[k] = l.Int(int64(aim[k]))
			r.Done = r.Done && have[k] >= int64(aim[k])
		}
	}
	for _, k := range []int{2, 1, 0} { // valid forms are what counts in the end
		if aim[k] > 0 {
			r.Bar = chart.NewBar(true, min(float64(have[k]), float64(aim[k])), float64(aim[k]), false, 0, 0)
			break
		}
	}
	return r
}

// stepped takes the count of a part that may be small to the step below while the wave is open; -1 stands for one to four.
func (f *fieldwork) stepped(n int64) int64 {
	switch {
	case n > 0 && n < smallStep:
		return -1
	case !f.closed:
		return n - n%smallStep
	}
	return n
}

// quotas writes the quotas of the wave.
func (f *fieldwork) quotaRows(l *locale.Locale) (rows []quotaRow) {
	for i := range f.wave.Quotas {
		q := &f.wave.Quotas[i]
		n := 0
		if i < len(f.counts) {
			n = int(max(f.stepped(int64(f.counts[i])), 0))
		}
		r := quotaRow{Words: quotaWords(l, f.wave, f.names, q), Have: l.Int(int64(n)), Aim: l.Int(int64(q.Target)), Full: n >= q.Target, have: n, count: q.Target,
			Bar: chart.NewBar(true, float64(min(n, q.Target)), float64(q.Target), false, 0, 0)}
		if i < len(f.counts) {
			r.Have = f.small(l, f.counts[i])
		}
		if !r.Full {
			r.Missing = l.Int(int64(q.Target - n))
		}
		rows = append(rows, r)
	}
	return rows
}

// quotaWords says whom a quota is about.
func quotaWords(l *locale.Locale, w *survey.OpenWave, names map[string]phrase.Text, q *survey.Quota) string {
	var parts []string
	for _, name := range q.Names() {
		value := q.Where[name]
		switch i, ok := w.Form.Index(name); {
		case name == survey.ByAgency:
			parts = append(parts, l.In(names[value]))
		case !ok && name == "mode":
			parts = append(parts, l.T("mode."+value))
		case !ok:
			parts = append(parts, l.T("field.counter", value))
		default:
			parts = append(parts, l.In(w.Form.Question(i).Text)+" "+answerName(l, w.Form, i, value))
		}
	}
	return strings.Join(parts, "; ")
}

// answerName says the choice or range of a quota.
func answerName(l *locale.Locale, f *survey.Form, i int, value string) string {
	for _, c := range f.Choices(i) {
		if c.Code == value {
			return l.In(c.Text)
		}
	}
	low, high, _ := strings.Cut(value, "..")
	switch {
	case low == "":
		return "≤ " + decimal(l, high)
	case high == "":
		return "≥ " + decimal(l, low)
	}
	return decimal(l, low) + "–" + decimal(l, high)
}

func decimal(l *locale.Locale, s string) string {
	x, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return s
	}
	return l.Short(x, 6)
}

// full lists the quotas that need nobody more, in words.
func (f *fieldwork) full(l *locale.Locale) (list []string) {
	for _, q := range f.quotaRows(l) {
		if q.Full {
			list = append(list, q.Words)
		}
	}
	return list
}

// plan fills in how far the parts of the wave have come.
func (f *fieldwork) plan(ctx context.Context, s *Server) error {
	counts, units, err := s.fieldOf(ctx, f.wave)
	if err != nil {
		return err
	}
	issued, err := s.store.Issued(ctx, f.wave.Code)
	if err != nil {
		return err
	}
	f.counts, f.progress = counts, quality.ProgressOf(&f.wave.Wave, f.returns, withIssued(units, issued))
	return nil
}

// agencyRows lists the agencies with their marks and times.
func (f *fieldwork) agencyRows(l *locale.Locale, from, to int) (rows []planRow) {
	lines, most := map[string]quality.Line{}, 0.0
	for _, x := range f.marks.report.Agencies {
		lines[x.Agency], most = x, max(most, float64(x.N))
	}
	for _, p := range f.progress.Agencies[from:to] {
		r, marked := f.planRow(l, p, true), f.row(l, lines[p.Agency], most)
		r.Seconds, r.Suspects = marked.Seconds, marked.Suspects
		if p.Target == (survey.Target{}) {
			r.Bar = marked.Bar
		}
		rows = append(rows, r)
	}
	return rows
}

// fullQuotas tells whoever collects answers which quotas of a wave need nobody more.
func (s *Server) fullQuotas(c echo.Context, w *survey.OpenWave) ([]string, error) {
	if len(w.Quotas) == 0 {
		return nil, nil
	}
	ctx := c.Request().Context()
	f := &fieldwork{wave: w, closed: w.ClosedAt(s.cfg.Now())}
	var err error
	if f.names, err = s.names(ctx); err != nil {
		return nil, err
	}
	f.counts, _, err = s.fieldOf(ctx, w)
	return f.full(s.language(c)), err
}
