package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"thuocdo/data"
	"thuocdo/scoring/phrase"
	"thuocdo/scoring/report"
	"thuocdo/survey"
	"thuocdo/survey/quality"
)

// qualityCmd marks responses of doubtful quality.
type qualityCmd struct {
	Report qualityReportCmd `cmd:"" help:"Count marks by agency or by place, beside what was returned and what is valid."`
	List   qualityListCmd   `cmd:"" help:"List marked responses with their verdicts."`
	Rules  qualityRulesCmd  `cmd:"" help:"Show or change the thresholds of a wave."`
}

// filterFlags choose responses by verdict and marks.
type filterFlags struct {
	Verdict   string `help:"valid (all but invalid ones), invalid, undecided, decided, call_back, all (the default)." placeholder:"V"`
	ValidOnly bool   `help:"Short for --verdict valid."`
	Flags     string `help:"Only responses with one of these marks: speeding,duplicate,…" placeholder:"F1,F2"`
	NoFlags   string `help:"Only responses with none of these marks." placeholder:"F1,F2"`
}

// filter reads the flags.
func (f *filterFlags) filter() (x quality.Filter, err error) {
	if f.ValidOnly {
		f.Verdict = string(quality.Counted)
	}
	if x.Verdicts, err = quality.ParseVerdicts(f.Verdict); err != nil {
		return x, usage("%s", err)
	}
	if x.With, err = survey.ParseFlags(f.Flags); err == nil {
		x.Without, err = survey.ParseFlags(f.NoFlags)
	}
	if err != nil {
		return x, withHint(usage("%s", err), "marks are: %s", ^survey.Flag(0))
	}
	return x, nil
}

// wave opens a wave, or says that there is none.
func waveOf(store *data.Store, code string) (*survey.OpenWave, error) {
	w, err := store.OpenWave(code)
	if errors.Is(err, survey.ErrUnknownWave) {
		return nil, fmt.Errorf("there is no wave %s", code)
	}
	return w, err
}

// qualityReportCmd counts.
type qualityReportCmd struct {
	Wave string `help:"Code of the wave." required:"" placeholder:"CODE"`
	By   string `help:"One row per what." enum:"agency,place" default:"agency"`
	outFlags
	JSON bool `help:"Short for --format json." name:"json"`
}

// Examples ends the help of the command.
func (*qualityReportCmd) Examples() []string {
	return []string{
		"thuocdo quality report --wave sipas-2026",
		"thuocdo quality report --wave sipas-2026 --by place --format xlsx -o quality.xlsx",
	}
}

// Run writes the table.
func (q *qualityReportCmd) Run(ctx context.Context, c *console) error {
	store, err := q.read(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	w, err := waveOf(store, q.Wave)
	if err != nil {
		return err
	}
	found, err := store.Reviewed(ctx, w.Code, quality.Filter{}, nil)
	if err != nil {
		return err
	}
	returns, err := store.Returns(ctx, w.Code)
	if err != nil {
		return err
	}
	if q.JSON {
		q.Format = "json"
	}
	lines := found.Agencies
	if q.By == "place" {
		lines = found.Places
	}
	return q.table(c, qualityTable(w, found, lines, returns, q.By, q.Lang))
}

// qualityTable describes the counts: one row per group.
func qualityTable(w *survey.OpenWave, found *quality.Report, lines []quality.Line, returns map[string]quality.Returns, by, lang string) *report.Table {
	t := &report.Table{Name: "kiem-phieu-" + w.Code, Title: phrase.VI("Chất lượng phiếu", "Quality of responses").In(lang) + ": " + w.Title.In(lang), Lang: lang, Produced: time.Now()}
	text := func(key, vi, en string) {
		t.Columns = append(t.Columns, report.Column{Key: key, Title: phrase.VI(vi, en).In(lang)})
	}
	whole := func(key string, title phrase.Text) {
		t.Columns = append(t.Columns, report.Column{Key: key, Title: title.In(lang), Type: report.Integer})
	}
	text("agency", "Mã cơ quan", "Agency code")
	if by == "place" {
		text("mode", "Hình thức", "Mode")
		text("counter", "Quầy, thiết bị, tập phiếu", "Counter, device, batch")
		text("enumerator", "Điều tra viên", "Enumerator")
	}
	whole("responses", phrase.VI("Phiếu thu về", "Returned"))
	if by == "agency" {
		whole("valid", phrase.VI("Hợp lệ", "Valid"))
		whole("invalid", phrase.VI("Không hợp lệ", "Invalid"))
		whole("call_back", quality.CallBack.Text())
	}
	whole("suspect", phrase.VI("Cần xem", "To be looked at"))
	t.Columns = append(t.Columns, report.Column{Key: "seconds_per_question", Title: phrase.VI("Trung vị giây mỗi câu", "Median seconds per question").In(lang), Type: report.Decimal, Decimals: 1})
	for _, f := range survey.AllFlags() {
		whole(f.String(), f.Text())
	}
	rows := make([][]report.Value, 0, len(lines))
	for _, l := range lines {
		row := []report.Value{report.Str(l.Agency)}
		if by == "place" {
			row = append(row, report.Str(string(l.Mode)), report.Str(l.Counter), report.Str(l.Enumerator))
		}
		row = append(row, report.Num(float64(l.N)))
		if by == "agency" {
			r := returns[l.Agency]
			row = append(row, report.Num(float64(r.Valid)), report.Num(float64(r.Invalid)), report.Num(float64(r.CallBack)))
		}
		row = append(row, report.Num(float64(l.Suspects)))
		if l.Seconds > 0 {
			row = append(row, report.Num(l.Seconds))
		} else {
			row = append(row, report.Value{})
		}
		for _, n := range l.Counts {
			row = append(row, report.Num(float64(n)))
		}
		rows = append(rows, row)
	}
	t.Rows = report.Rows(rows)
	t.Facts = []report.Fact{
		{Key: "wave", Title: phrase.VI("Đợt khảo sát", "Wave").In(lang), Text: w.Code},
		{Key: "responses", Title: phrase.VI("Phiếu thu về", "Returned").In(lang), Text: fmt.Sprint(found.N)},
		{Key: "suspect", Title: phrase.VI("Cần xem", "To be looked at").In(lang), Text: fmt.Sprint(found.Suspects)},
	}
	return t
}

// qualityListCmd lists responses.
type qualityListCmd struct {
	Wave    string `help:"Code of the wave." required:"" placeholder:"CODE"`
	Agency  string `help:"Code of the agency; all where it is left out." placeholder:"CODE"`
	Suspect bool   `help:"Only those to be looked at."`
	filterFlags
	outFlags
	JSON bool `help:"Short for --format json." name:"json"`
}

// Examples ends the help of the command.
func (*qualityListCmd) Examples() []string {
	return []string{
		"thuocdo quality list --wave sipas-2026 --suspect --verdict undecided",
		"thuocdo quality list --wave sipas-2026 --flags burst,duplicate --format xlsx -o look.xlsx",
	}
}

// Run writes one row per response: where it came from, marks and verdict, no answers.
func (q *qualityListCmd) Run(ctx context.Context, c *console) error {
	filter, err := q.filter()
	if err != nil {
		return err
	}
	store, err := q.read(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	w, err := waveOf(store, q.Wave)
	if err != nil {
		return err
	}
	if q.JSON {
		q.Format = "json"
	}
	filter.Agency, filter.Suspect = q.Agency, q.Suspect
	t := &report.Table{Name: "phieu-" + w.Code, Title: w.Title.In(q.Lang), Lang: q.Lang}
	for _, key := range []string{"agency", "day", "mode", "counter", "enumerator", "seconds", "validity", "flags", "ref"} {
		t.Columns = append(t.Columns, report.Column{Key: key, Title: key})
	}
	t.Columns[1].Type, t.Columns[5].Type = report.Date, report.Integer
	row := make([]report.Value, len(t.Columns))
	t.Rows = func(yield func([]report.Value, error) bool) {
		errStopped := errors.New("stopped")
		_, err := store.Reviewed(ctx, w.Code, filter, func(r quality.Stored, f quality.Flag) error {
			row[0], row[1], row[2] = report.Str(r.Agency), report.Str(r.Day.String()), report.Str(string(r.Mode))
			row[3], row[4], row[5] = report.Str(r.Counter), report.Str(r.Enumerator), circumstanceValues(r.Circumstances)[4]
			row[6], row[7], row[8] = report.Str(validity(r.Verdict)), report.Str(f.String()), report.Str(r.Ref.String())
			if !yield(row, nil) {
				return errStopped
			}
			return nil
		})
		if err != nil && !errors.Is(err, errStopped) {
			yield(nil, err)
		}
	}
	return q.table(c, t)
}

// validity is the verdict as files say it; a response that nobody decided about is undecided.
func validity(v quality.Verdict) string {
	if v == quality.Undecided {
		return string(quality.NotReviewed)
	}
	return string(v)
}

// qualityRulesCmd shows or changes thresholds.
type qualityRulesCmd struct {
	Wave string `help:"Code of the wave." required:"" placeholder:"CODE"`
	Set  string `help:"JSON file with the thresholds to use from now on; '-' is stdin." placeholder:"FILE"`
	dbFlag
	Lang string `help:"Language of mistakes." enum:"vi,en" default:"vi" env:"THUOCDO_LANG"`
}

// Examples ends the help of the command.
func (*qualityRulesCmd) Examples() []string {
	return []string{"thuocdo quality rules --wave sipas-2026 >rules.json", "thuocdo quality rules --wave sipas-2026 --set rules.json"}
}

// Run writes the thresholds in force as JSON, after changing them where asked.
func (q *qualityRulesCmd) Run(ctx context.Context, c *console) error {
	open := q.read
	if q.Set != "" {
		open = q.open
	}
	store, err := open(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	if _, err := waveOf(store, q.Wave); err != nil {
		return err
	}
	if q.Set != "" {
		if err := q.set(ctx, c, store); err != nil {
			return err
		}
	}
	rules, err := store.QualityRules(ctx, q.Wave)
	if err != nil {
		return err
	}
	e := json.NewEncoder(c.Out)
	e.SetIndent("", "  ")
	return e.Encode(rules)
}

func (q *qualityRulesCmd) set(ctx context.Context, c *console, store *data.Store) error {
	in := c.In
	if q.Set != "-" {
		f, err := os.Open(q.Set)
		if err != nil {
			return err
		}
		defer f.Close()
		in = f
	}
	b, err := io.ReadAll(io.LimitReader(in, 1<<16))
	if err != nil {
		return err
	}
	rules, err := quality.ParseRules(b)
	if err != nil {
		return err
	}
	return store.PutQualityRules(ctx, q.Wave, rules)
}
