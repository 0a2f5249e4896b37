package web

import (
	"cmp"

	"github.com/labstack/echo/v4"

	"thuocdo/scoring/report"
	"thuocdo/survey/quality"
	"thuocdo/web/locale"
)

// fieldworkFile sends the counts for those who plan the next day.
func (s *Server) fieldworkFile(c echo.Context) error {
	format, err := s.format(c)
	if err != nil {
		return err
	}
	f, err := s.fieldworkOf(c)
	if err != nil {
		return err
	}
	l := s.language(c)
	return s.file(c, true, format, fieldworkAddress(f.wave.Code), "", func() (*report.Table, error) { return f.table(l), nil })
}

// Columns of the file.
const (
	fieldLevel = iota
	fieldAgency
	fieldName
	fieldMode
	fieldPlace
	fieldUnit
	fieldStratum
	fieldQuota
	fieldIssued
	fieldReturned
	fieldValid
	fieldInvalid
	fieldSuspect
	fieldAimIssued
	fieldAimReturned
	fieldAimValid
	fieldRate
	fieldSeconds
	fieldColumns
)

var fieldKeys = [fieldColumns]string{"level", "agency", "name", "mode", "place", "unit", "stratum", "quota", "issued", "returned", "valid", "invalid", "suspect",
	"target_issued", "target_returned", "target_valid", "response_rate", "seconds"}

// table lists every group: the wave, agencies, strata, targets, quotas, then places and sampling units. Counts of small groups are
// as on the page: of an open wave in steps, and empty for one to four.
func (f *fieldwork) table(l *locale.Locale) *report.Table {
	t := &report.Table{Name: "tien-do-" + f.wave.Code, Title: l.T("field.title") + ": " + l.In(f.wave.Title), Lang: l.Tag()}
	for k, key := range fieldKeys {
		c := report.Column{Key: key, Title: l.T("field.column." + key)}
		switch {
		case k >= fieldRate:
			c.Type, c.Decimals = report.Decimal, 1
		case k >= fieldIssued:
			c.Type = report.Integer
		}
		t.Columns = append(t.Columns, c)
	}
	rows := [][]report.Value{f.planLine(l, "wave", f.progress.All, true)}
	lines := map[string]quality.Line{}
	for _, x := range f.marks.report.Agencies {
		lines[x.Agency] = x
	}
	for _, x := range f.progress.Agencies {
		v := f.more(f.planLine(l, "agency", x, true), lines[x.Agency])
		v[fieldInvalid] = report.Num(float64(f.returns[x.Agency].Invalid))
		rows = append(rows, v)
	}
	for _, x := range f.progress.Strata {
		rows = append(rows, f.planLine(l, "stratum", x, false))
	}
	for _, x := range f.progress.Targets {
		rows = append(rows, f.planLine(l, "target", x, false))
	}
	for i, x := range f.quotaRows(l) {
		v := f.line(l, "quota", "")
		v[fieldQuota], v[fieldAimValid] = report.Str(x.Words), report.Num(float64(x.count))
		if i < len(f.counts) {
			f.count(v, fieldValid, int64(f.counts[i]))
		}
		rows = append(rows, v)
	}
	for _, x := range f.marks.report.Places {
		v := f.more(f.line(l, "place", x.Agency), x)
		v[fieldMode], v[fieldPlace] = report.Str(string(x.Mode)), report.Str(cmp.Or(x.Counter, x.Enumerator))
		f.count(v, fieldReturned, int64(x.N))
		rows = append(rows, v)
	}
	for _, x := range f.marks.report.Units {
		v := f.line(l, "unit", x.Agency)
		v[fieldUnit] = report.Str(x.Unit.Unit)
		f.count(v, fieldReturned, int64(x.N))
		rows = append(rows, v)
	}
	t.Rows = report.Rows(rows)
	return t
}

func (f *fieldwork) line(l *locale.Locale, level, agency string) []report.Value {
	v := make([]report.Value, fieldColumns)
	v[fieldLevel], v[fieldAgency] = report.Str(level), report.Str(agency)
	if agency != "" {
		v[fieldName] = report.Str(l.In(f.names[agency]))
	}
	return v
}

// count writes the count of a group that may be small.
func (f *fieldwork) count(v []report.Value, column int, n int64) {
	if n = f.stepped(n); n >= 0 {
		v[column] = report.Num(float64(n))
	}
}

// planLine writes one part of the wave against what was aimed at.
func (f *fieldwork) planLine(l *locale.Locale, level string, p quality.Progress, exact bool) []report.Value {
	v := f.line(l, level, p.Agency)
	v[fieldStratum], v[fieldIssued] = report.Str(p.Stratum), report.Num(float64(p.Issued))
	if exact {
		v[fieldReturned], v[fieldValid] = report.Num(float64(p.Returned)), report.Num(float64(p.Valid))
	} else {
		f.count(v, fieldReturned, p.Returned)
		f.count(v, fieldValid, p.Valid)
		p.Returned = max(f.stepped(p.Returned), 0)
	}
	for k, n := range []int{p.Target.Issued, p.Target.Returned, p.Target.Valid} {
		if n > 0 {
			v[fieldAimIssued+k] = report.Num(float64(n))
		}
	}
	if rate, ok := p.Rate(); ok {
		v[fieldRate] = report.Num(rate)
	}
	return v
}

// more adds marks and times of a group that is not small.
func (f *fieldwork) more(v []report.Value, x quality.Line) []report.Value {
	if f.flagged && x.N >= smallStep {
		v[fieldSuspect] = report.Num(float64(x.Suspects))
	}
	if x.Seconds > 0 && x.N >= smallStep {
		v[fieldSeconds] = report.Num(x.Seconds)
	}
	return v
}
