package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"

	"thuocdo/data"
	"thuocdo/data/formbook"
	"thuocdo/data/labelled"
	"thuocdo/scoring/report"
	"thuocdo/survey"
	"thuocdo/survey/quality"
)

// exportResponsesCmd writes the responses of a wave.
type exportResponsesCmd struct {
	Wave    string `help:"Code of the wave." required:"" placeholder:"CODE"`
	Design  bool   `help:"Only what the sample counts, with strata, clusters and weights for 'estimate'."`
	Columns string `help:"Columns: as import reads them, or as analyses use them (province, one per choice)." enum:"import,analysis" default:"import"`
	Aliases bool   `help:"No open answers, aliases for units, counters and enumerators."`
	Plain   bool   `help:"Without verdicts and marks, which look at all responses first: for waves of millions."`
	filterFlags
	outFlags
}

// Examples ends the help of the command.
func (*exportResponsesCmd) Examples() []string {
	return []string{
		"thuocdo export responses --wave sipas-2026 >responses.csv",
		"thuocdo export responses --wave sipas-2026 --format sav -o responses.sav   # with labels: docs/formats.md",
		"thuocdo export responses --wave sipas-2026 --design -o drawn.csv",
		"thuocdo export responses --wave sipas-2026 --columns analysis -o r.csv   # one column per choice, and the province",
	}
}

// Run streams the responses; columns are named as import expects them.
func (e *exportResponsesCmd) Run(ctx context.Context, c *console) error {
	filter, err := e.filter()
	if err != nil {
		return err
	}
	store, err := e.read(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	w, err := waveOf(store, e.Wave)
	if err != nil {
		return err
	}
	if _, ok := labelled.Find(e.Format); ok || e.Aliases {
		return e.data(ctx, c, store, w, filter)
	}
	if e.Design {
		if filter != (quality.Filter{}) {
			return usage("--design takes all that the sample counts: leave out --verdict, --valid-only, --flags and --no-flags")
		}
		if w.Design == nil {
			return withHint(fmt.Errorf("wave %s has no sampling design", e.Wave), "'thuocdo import sample' gives it one")
		}
		return e.table(c, drawnTable(ctx, store, w, e.Lang))
	}
	if e.Columns == "analysis" {
		if e.Verdict == "" {
			filter.Verdicts = quality.Counted // as the pages of analyses do
		}
		if w.Design != nil && filter != (quality.Filter{Verdicts: quality.Counted}) {
			return sampledWave(w.Code)
		}
		t, err := analysisTable(ctx, store, w, filter, e.Lang)
		if err != nil {
			return err
		}
		return e.table(c, t)
	}
	if e.Plain {
		if filter != (quality.Filter{}) {
			return usage("--plain takes all responses: leave out --verdict, --valid-only, --flags and --no-flags")
		}
		t := plainTable(w, e.Lang)
		t.Rows = plainRows(ctx, store, w)
		return e.table(c, t)
	}
	return e.table(c, responsesTable(ctx, store, w, filter, e.Lang))
}

// plainRows streams the responses of a wave; memory does not depend on their number.
func plainRows(ctx context.Context, store *data.Store, w *survey.OpenWave) iter.Seq2[[]report.Value, error] {
	return func(yield func([]report.Value, error) bool) {
		columns := answerColumns(w.Form)
		row := make([]report.Value, 3+len(circumstanceKeys)+answerWidth(w.Form))
		errStopped := errors.New("stopped")
		err := store.Scan(ctx, w.Code, func(r survey.StoredResponse, _ bool) error {
			if fillResponse(row, w.Form, columns, r); !yield(row, nil) {
				return errStopped
			}
			return nil
		})
		if err != nil && !errors.Is(err, errStopped) {
			yield(nil, err)
		}
	}
}

// circumstanceKeys name the columns of how a response came in, as import reads them.
var circumstanceKeys = []string{"unit", "counter", "enumerator", "language", "seconds"}

func circumstanceValues(c survey.Circumstances) []report.Value {
	seconds := report.Value{}
	if c.Seconds > 0 {
		seconds = report.Num(float64(c.Seconds))
	}
	return []report.Value{report.Str(c.Unit), report.Str(c.Counter), report.Str(c.Enumerator), report.Str(c.Language), seconds}
}

// qualityKeys name the columns of verdict and marks; import passes over them, because they are found and decided here.
var qualityKeys = []string{"validity", "flags"}

// responsesTable describes the responses of a wave that the filter keeps: plainTable with verdict and marks at its end.
func responsesTable(ctx context.Context, store *data.Store, w *survey.OpenWave, filter quality.Filter, lang string) *report.Table {
	t := plainTable(w, lang)
	for _, key := range qualityKeys {
		t.Columns = append(t.Columns, report.Column{Key: key, Title: key})
	}
	t.Rows = responseRows(ctx, store, w, filter)
	return t
}

// plainTable describes the responses of a wave: agency, day, mode, how they came in, then one column per question.
func plainTable(w *survey.OpenWave, lang string) *report.Table {
	t := &report.Table{Name: w.Code, Title: w.Title.In(lang), Lang: lang, Columns: []report.Column{
		{Key: "agency", Title: "agency"}, {Key: "day", Title: "day", Type: report.Date}, {Key: "mode", Title: "mode"}}}
	for _, key := range circumstanceKeys {
		t.Columns = append(t.Columns, report.Column{Key: key, Title: key})
	}
	t.Columns[len(t.Columns)-1].Type = report.Integer
	for _, i := range answerColumns(w.Form) {
		q := w.Form.Question(i)
		t.Columns = append(t.Columns, report.Column{Key: q.Code, Title: q.Code, Type: columnType(q.Type)})
		t.Facts = append(t.Facts, report.Fact{Key: q.Code, Title: q.Code, Text: q.Text.In(lang)})
	}
	if w.Form.Random() {
		t.Columns = append(t.Columns, report.Column{Key: survey.OrderField, Title: survey.OrderField, Type: report.Integer})
	}
	return t
}

// answerColumns returns the questions that have a column: all but notes.
func answerColumns(f *survey.Form) (list []int) {
	for i := range f.Len() {
		if f.Question(i).Type != survey.Note {
			list = append(list, i)
		}
	}
	return list
}

// answerWidth returns the number of columns of answers: one more where there is an order to replay.
func answerWidth(f *survey.Form) int {
	if f.Random() {
		return len(answerColumns(f)) + 1
	}
	return len(answerColumns(f))
}

func columnType(t survey.QuestionType) report.Type {
	switch t {
	case survey.Rating:
		return report.Integer
	case survey.Number:
		return report.Decimal
	case survey.Date:
		return report.Date
	}
	return report.Text
}

func responseRows(ctx context.Context, store *data.Store, w *survey.OpenWave, filter quality.Filter) iter.Seq2[[]report.Value, error] {
	return func(yield func([]report.Value, error) bool) {
		last, columns := 3+len(circumstanceKeys)+answerWidth(w.Form), answerColumns(w.Form)
		row := make([]report.Value, last+len(qualityKeys))
		errStopped := errors.New("stopped")
		_, err := store.Reviewed(ctx, w.Code, filter, func(r quality.Stored, flags quality.Flag) error {
			fillResponse(row, w.Form, columns, r.StoredResponse)
			row[last], row[last+1] = report.Str(validity(r.Verdict)), report.Str(flags.String())
			if !yield(row, nil) {
				return errStopped
			}
			return nil
		})
		if err != nil && !errors.Is(err, errStopped) {
			yield(nil, err)
		}
	}
}

// fillResponse writes one response into the columns of responsesTable.
func fillResponse(row []report.Value, f *survey.Form, columns []int, r survey.StoredResponse) {
	row[0], row[1], row[2] = report.Str(r.Agency), report.Str(r.Day.String()), report.Str(string(r.Mode))
	copy(row[3:], circumstanceValues(r.Circumstances))
	first := 3 + len(circumstanceKeys) // question
	computed := func(int) string { return "" }
	if f.Computes() {
		computed = f.On(r.Day).Sheet(r.Answers, "vi").Value
	}
	for k, i := range columns {
		if row[first+k] = answerValue(f, i, r.Answers[i]); f.Question(i).Type == survey.Calculate {
			row[first+k] = report.Str(computed(i))
		}
	}
	if f.Random() {
		row[first+len(columns)] = report.Num(float64(f.Seed(r.Answers)))
	}
}

// answerValue writes one answer: a number for ratings and numbers, codes for choices, separated by spaces.
func answerValue(f *survey.Form, i int, a survey.Answer) report.Value {
	if !a.Set {
		return report.Value{}
	}
	switch q := f.Question(i); q.Type {
	case survey.Number:
		return report.Num(a.Number)
	case survey.Rating:
		return report.Num(float64(a.Choice + 1))
	case survey.FreeText, survey.AgencyPick:
		return report.Str(survey.ReadableText(a.Text))
	case survey.Date:
		return report.Str(survey.DateText(a.Number))
	case survey.Multiple:
		var codes []string
		for k, choice := range f.Choices(i) {
			if a.Chosen&(1<<k) != 0 {
				codes = append(codes, choice.Code)
			}
		}
		return report.Str(strings.Join(codes, " "))
	default:
		return report.Str(f.Choices(i)[a.Choice].Code)
	}
}

// exportQuestionnaireCmd writes a questionnaire.
type exportQuestionnaireCmd struct {
	Code    string `arg:"" help:"Code of the questionnaire."`
	Version string `help:"Version." required:""`
	dbFlag
	Format string `help:"Kind of file; json and xlsform can be imported." enum:"csv,xlsx,json,xlsform" default:"csv"`
	Out    string `help:"File to write, '-' is stdout." default:"-" short:"o" placeholder:"FILE"`
	Lang   string `help:"Language of titles." enum:"vi,en" default:"vi" env:"THUOCDO_LANG"`
}

// Examples ends the help of the command.
func (*exportQuestionnaireCmd) Examples() []string {
	return []string{
		"thuocdo export questionnaire sipas --version 2026 --format json >sipas-2026.json   # import reads this",
		"thuocdo export questionnaire sipas --version 2026 --format xlsform -o sipas.xlsx   # and this",
		"thuocdo export questionnaire sipas --version 2026 --format xlsx -o codebook.xlsx",
	}
}

// Run writes the definition, or a codebook: one row per question.
func (e *exportQuestionnaireCmd) Run(ctx context.Context, c *console) error {
	store, err := e.read(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	form, err := store.Form(ctx, e.Code, e.Version)
	if err != nil {
		return fmt.Errorf("questionnaire %s %s: %w", e.Code, e.Version, err)
	}
	out := outFlags{dbFlag: e.dbFlag, Format: e.Format, Out: e.Out, Lang: e.Lang}
	switch {
	case e.Format == "json":
		return out.definition(c, form.Questionnaire())
	case e.Format == "xlsform" && e.Out == "-" && isTerminal(c.Out):
		return withHint(usage("a workbook cannot be shown on a terminal"), "give a file with --out")
	case e.Format == "xlsform":
		return out.write(c, func(w io.Writer) error { return formbook.Write(w, form.Questionnaire()) })
	}
	return out.table(c, codebook(form, e.Lang))
}

// codebook describes a form: one row per question with its choices.
func codebook(f *survey.Form, lang string) *report.Table {
	q := f.Questionnaire()
	t := &report.Table{Name: q.Code + "-" + q.Version, Title: q.Title.In(lang), Lang: lang}
	for _, key := range []string{"page", "code", "type", "required", "relevant", "text_vi", "text_en", "choices"} {
		t.Columns = append(t.Columns, report.Column{Key: key, Title: key})
	}
	rows := make([][]report.Value, f.Len())
	for i := range rows {
		x := f.Question(i)
		choices := make([]string, len(f.Choices(i)))
		for k, choice := range f.Choices(i) {
			choices[k] = choice.Code + " = " + choice.Text.In(lang)
		}
		required := ""
		if x.Required {
			required = "yes"
		}
		for _, v := range []string{q.Pages[f.PageOf(i)].Code, x.Code, string(x.Type), required, x.Relevant, x.Text["vi"], x.Text["en"], strings.Join(choices, " | ")} {
			rows[i] = append(rows[i], report.Str(v))
		}
	}
	t.Rows = report.Rows(rows)
	return t
}

// exportWaveCmd writes the definition of a wave.
type exportWaveCmd struct {
	Code string `arg:"" help:"Code of the wave."`
	dbFlag
	Out string `help:"File to write, '-' is stdout." default:"-" short:"o" placeholder:"FILE"`
}

// Examples ends the help of the command.
func (*exportWaveCmd) Examples() []string {
	return []string{"thuocdo export wave sipas-2026 -o wave.json"}
}

// Run writes the definition; import reads it.
func (e *exportWaveCmd) Run(ctx context.Context, c *console) error {
	store, err := e.read(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	w, err := store.OpenWave(e.Code)
	if errors.Is(err, survey.ErrUnknownWave) {
		return fmt.Errorf("there is no wave %s", e.Code)
	}
	if err != nil {
		return err
	}
	return (&outFlags{Out: e.Out}).definition(c, w.Wave)
}

// exportAgenciesCmd writes the agencies.
type exportAgenciesCmd struct{ outFlags }

// Examples ends the help of the command.
func (*exportAgenciesCmd) Examples() []string {
	return []string{"thuocdo export agencies", "thuocdo export agencies --format xlsx -o agencies.xlsx"}
}

// Run writes one row per agency, with the columns that import reads.
func (e *exportAgenciesCmd) Run(ctx context.Context, c *console) error {
	store, err := e.read(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	all, err := store.Agencies(ctx)
	if err != nil {
		return err
	}
	t := &report.Table{Name: "agencies", Title: map[string]string{"vi": "Cơ quan", "en": "Agencies"}[e.Lang], Lang: e.Lang}
	for _, key := range []string{"code", "kind", "form", "name_vi", "name_en", "parent", "valid_from", "valid_to"} {
		t.Columns = append(t.Columns, report.Column{Key: key, Title: key})
	}
	rows := make([][]report.Value, len(all))
	for i, a := range all {
		for _, v := range []string{a.Code, string(a.Kind), a.Form, a.Name["vi"], a.Name["en"], a.Parent, a.ValidFrom.String(), a.ValidTo.String()} {
			rows[i] = append(rows[i], report.Str(v))
		}
	}
	t.Rows = report.Rows(rows)
	return e.table(c, t)
}
