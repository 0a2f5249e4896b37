package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"thuocdo/scoring/analysis"
	"thuocdo/scoring/disclosure"
	"thuocdo/scoring/estimate"
	"thuocdo/scoring/phrase"
	"thuocdo/scoring/report"
	"thuocdo/survey"
	"thuocdo/survey/account"
	"thuocdo/survey/dataset"
	"thuocdo/survey/quality"
	"thuocdo/web/locale"
)

// analysesPath is where all analyses are listed.
const analysesPath = "/quan-tri/phan-tich"

// Query parameters of analyses.
const (
	qRow, qCol, qOf, qCompare = "hang", "cot", "phan-tram", "muc"
	qA, qB                    = "a", "b"
	qWhere, qCI, qLevel       = "loc", "khoang", "tin-cay"
	qItem, qBy                = "cau", "nhom"
	qOn, qReps, qSeed         = "yeu-to", "lap", "hat"
	qScale, qPart             = "thang", "phan"
	qWeigh, qMargins          = "ts", "le"
	qRatio, qTrim, qFill      = "tl", "cat", "dien"
	qTable, qFault            = "bang", "loi"
)

// Names of the analyses in addresses.
const (
	itemsName   = "phan-bo"
	crossName   = "bang-cheo"
	meansName   = "trung-binh"
	driversName = "tac-dong"
	scaleName   = "do-tin-cay"
	weightName  = "trong-so"
)

// asked is an analysis as the address asks for it.
type asked struct {
	l     *locale.Locale
	name  string
	wave  string
	q     url.Values
	study *analysis.Study
	at    time.Time // when the answers were read
	lens  analysis.Lens
	close bool // may see figures of few people

	edition disclosure.Edition // of the answers, for readers who may not

	only   quality.Filter // which responses are looked at
	chosen string         // as the address says it
}

// closeReaders see figures of any number of people, and choose people and weights.
var closeReaders = []account.Role{account.Administrator, account.Analyst}

// builder makes the page of one analysis.
type builder func(context.Context, *asked) (analysed, error)

// analyse answers one analysis page.
func (s *Server) analyse(name string, build builder) echo.HandlerFunc {
	return func(c echo.Context) error {
		_, v, err := s.computed(c, name, build)
		if err != nil {
			return err
		}
		status := http.StatusOK
		if len(v.common().Wrong) > 0 {
			status = http.StatusUnprocessableEntity
		}
		return s.show(c, status, v)
	}
}

// analysed is the page of an analysis.
type analysed interface {
	page
	common() *analysisPage
	told() *analysis.Told // nil where nothing was computed
	tables(sheet analysis.Sheet) []*report.Table
}

// computed reads the request and computes the page. What is wrong with the request is said on the page.
func (s *Server) computed(c echo.Context, name string, build builder) (*asked, analysed, error) {
	ctx := c.Request().Context()
	a := &asked{l: s.language(c), name: name, wave: c.Param("wave"), q: c.QueryParams()}
	who, _ := accountOf(c)
	a.close = who.Is(closeReaders...)
	w, err := s.store.OpenWave(a.wave)
	if err != nil {
		return nil, nil, err
	}
	leave, err := s.studies.enter(ctx)
	if err != nil {
		return nil, nil, err
	}
	defer leave()
	a.chooseResponses(w)
	if a.study, a.at, a.edition, err = s.studies.get(ctx, a.wave, a.only, !a.close); err != nil {
		if errors.Is(err, estimate.ErrNoData) || errors.Is(err, dataset.ErrTooLarge) {
			v := &noStudyPage{analysisPage: newAnalysisPage(a, w), TooLarge: errors.Is(err, dataset.ErrTooLarge)}
			return a, v, nil
		}
		return nil, nil, err
	}
	wrong := a.readLens()
	v, err := build(ctx, a)
	if err != nil {
		return nil, nil, err
	}
	kept, err := s.tell(ctx, a, v.told())
	if err != nil {
		return nil, nil, err
	}
	if len(kept) > 0 {
		v = &noStudyPage{analysisPage: *v.common(), Kept: true}
	}
	p := v.common()
	p.Wrong = append(append(wrong, p.Wrong...), kept...)
	if len(p.Wrong) == 0 {
		p.Files = s.analysisFiles(a, v)
	}
	p.CSRF = s.token(c)
	return a, v, nil
}

// wrongLine is one sentence about what cannot be computed.
type wrongLine struct {
	Field string // id of the field on the page; "" = none
	Words string
}

// sentences puts a failure into words; ok is false for one that is not the reader's.
func (a *asked) sentences(err error) (out []wrongLine, ok bool) {
	var found phrase.Mistakes
	switch {
	case errors.As(err, &found):
		for i, m := range found {
			if i == mostSentences {
				return append(out, wrongLine{Words: a.l.T("analysis.wrong.more", len(found)-i)}), true
			}
			out = append(out, a.sentence(m))
		}
		return out, true
	case errors.Is(err, estimate.ErrNoData):
		return []wrongLine{{Words: a.l.T("analysis.wrong.none")}}, true
	case errors.Is(err, estimate.ErrConverge):
		return []wrongLine{{Words: a.l.T("analysis.wrong.converge")}}, true
	}
	return nil, false
}

// mostSentences is how many mistakes are told one by one.
const mostSentences = 5

// fieldsOf are the query parameters behind the fields that mistakes name.
var fieldsOf = map[string]string{analysis.FieldRow: qRow, analysis.FieldCol: qCol, analysis.FieldWhere: qWhere, analysis.FieldOutcome: qItem,
	analysis.FieldOn: qOn, analysis.FieldItems: qScale, analysis.FieldMargins: qMargins, analysis.FieldLevel: qCompare}

// sentence says one mistake with the question it is about, and leads to its field.
func (a *asked) sentence(m phrase.Mistake) wrongLine {
	words := a.l.In(m.Message)
	if field, ok := fieldsOf[m.Path]; ok {
		if field == qRow && a.name == meansName {
			field = qBy
		}
		if field == qMargins && a.name != weightName || field == qCompare && a.name != crossName || field == qWhere && !a.close {
			field = ""
		}
		return wrongLine{field, words}
	}
	row, column, ok := strings.Cut(m.Path, ", ")
	if !ok {
		row, column = "", m.Path
	}
	code, ok := strings.CutPrefix(column, "column ")
	if !ok {
		return wrongLine{Words: words}
	}
	name := code
	if v, known := a.study.Variable(code); known {
		name = code + " (" + cut(a.l.In(v.Text)) + ")"
	}
	if n, ok := strings.CutPrefix(row, "row "); ok {
		return wrongLine{Words: a.l.T("analysis.wrong.row", name, n, words)}
	}
	return wrongLine{Words: a.l.T("analysis.wrong.column", name, words)}
}

// get returns a parameter, cut to what any honest one has.
func (a *asked) get(name string) string {
	v := strings.TrimSpace(strings.ToValidUTF8(a.q.Get(name), ""))
	if len(v) > 300 && name != qMargins {
		return ""
	}
	return v
}

// list returns the values of a parameter.
func (a *asked) list(name string) (out []string) {
	for _, v := range a.q[name] {
		if v = strings.TrimSpace(v); v != "" && len(v) <= 80 && len(out) < 100 && !slices.Contains(out, v) {
			out = append(out, v)
		}
	}
	return out
}

// number returns a whole number of a parameter within bounds, or the given one.
func (a *asked) number(name string, otherwise, low, high int) int {
	n, err := strconv.Atoi(a.get(name))
	if err != nil {
		return otherwise
	}
	return min(max(n, low), high)
}

// intervals and confidences that can be chosen.
var (
	intervals   = []estimate.Interval{estimate.Wald, estimate.Logit, estimate.Wilson, estimate.Beta}
	confidences = []string{"90", "95", "99"}
)

// readLens reads what all analyses share, and says what is wrong with it.
func (a *asked) readLens() (wrong []wrongLine) {
	l := analysis.Lens{Interval: estimate.Interval(a.get(qCI)), Guarded: !a.close}
	if !slices.Contains(intervals, l.Interval) {
		l.Interval = estimate.Wald
	}
	if i := slices.Index(confidences, a.get(qLevel)); i >= 0 {
		l.Level = []float64{0.9, 0.95, 0.99}[i]
	}
	if column, value, ok := strings.Cut(a.get(qWhere), "="); ok && a.close {
		l.Where = analysis.Domain{Column: column, Value: value}
	}
	if a.close {
		l.Weights, wrong = a.readWeights()
	}
	a.lens = l
	return wrong
}

// analysisPage is what all pages of analyses show.
type analysisPage struct {
	Wave      survey.Wave
	Name      string
	Address   string // of this page, without its query
	Tabs      []option
	Rows      string // responses
	At        time.Time
	Close     bool
	Planned   bool
	Design    phrase.Text
	Domain    string // people looked at, "" = everybody
	Weighted  string // how weights were fitted, "" = not
	Unweigh   string // address without weighting
	Unfilter  string // address without the filter
	Kept      []hidden
	CI        []option
	Levels    []option
	Where     []optionGroup
	Only      []choiceOption // which responses; nothing where there is no choice
	OnlyWords string         // where not all valid ones are looked at
	Wrong     []wrongLine
	Files     []fileGroup
	Commands  []string
	Export    string
	Small     bool // figures of fewer than five people are shown
	Hides     bool // some are kept from the reader
	CSRF      string
	l         *locale.Locale
}

func (p *analysisPage) common() *analysisPage { return p }

func (p *analysisPage) frame(f *Frame) { f.Wide, f.Figures, f.NoIndex = true, true, true }

// hidden is a field that a form carries along.
type hidden struct{ Name, Value string }

// optionGroup is a titled list of choices.
type optionGroup struct {
	Title   string
	Options []choiceOption
}

// choiceOption is one choice of a select.
type choiceOption struct {
	Value, Words string
	Current      bool
}

// newAnalysisPage fills what all pages share.
func newAnalysisPage(a *asked, w *survey.OpenWave) analysisPage {
	p := analysisPage{Wave: w.Wave, Name: a.name, Address: a.base() + "/" + a.name, At: a.at, Close: a.close, l: a.l}
	for _, t := range analysisTabs {
		p.Tabs = append(p.Tabs, option{Words: a.l.T(t.key), Address: a.base() + "/" + t.name + a.carried(), Current: t.name == a.name})
	}
	return p
}

// analysisTabs are the analyses in the order they are offered.
var analysisTabs = []struct{ name, key string }{
	{itemsName, "analysis.items"}, {crossName, "analysis.cross"}, {meansName, "analysis.means"}, {driversName, "analysis.drivers"}, {scaleName, "analysis.scale"}, {weightName, "analysis.weight"},
}

func (a *asked) base() string { return analysesAddress(a.wave) }

// lensNames are the parameters that go along from one analysis to the next.
var lensNames = []string{qOnly, qWhere, qCI, qLevel, qWeigh, qMargins, qRatio, qTrim}

// carried is the query that goes along, with its question mark; "" for none.
func (a *asked) carried(without ...string) string {
	q := url.Values{}
	for _, name := range lensNames {
		if v := a.get(name); v != "" && !slices.Contains(without, name) {
			q.Set(name, v)
		}
	}
	if len(q) == 0 {
		return ""
	}
	return "?" + q.Encode()
}

// without is the address of this page with some parameters left out.
func (a *asked) without(names ...string) string {
	q := url.Values{}
	for k, v := range a.q {
		if k != "lang" && !slices.Contains(names, k) {
			q[k] = v
		}
	}
	to := a.base() + "/" + a.name
	if len(q) > 0 {
		to += "?" + q.Encode()
	}
	return to
}

// page fills the common part once there is a study. weighted tells what weighting did.
func (s *Server) analysisPage(a *asked) (analysisPage, error) {
	w, err := s.store.OpenWave(a.wave)
	if err != nil {
		return analysisPage{}, err
	}
	p := newAnalysisPage(a, w)
	p.Rows, p.Planned, p.Design = a.l.Int(int64(a.study.Rows())), a.study.Planned, a.study.Design()
	p.Export = append(a.study.Export(), a.onlyFlags()...).String()
	p.Only, p.OnlyWords = a.onlyChoices(w), a.onlyWords()
	if d := a.lens.Where; d.Column != "" {
		p.Domain, p.Unfilter = a.domainWords(d), a.without(qWhere)
	}
	if a.lens.Weights.Method != "" {
		p.Weighted, p.Unweigh = a.weightWords(), a.without(qWeigh, qMargins, qRatio, qTrim)
	}
	for _, name := range []string{qWeigh, qMargins, qRatio, qTrim} {
		if v := a.get(name); v != "" && a.name != weightName {
			p.Kept = append(p.Kept, hidden{name, v})
		}
	}
	if a.chosen != "" && a.name == weightName {
		p.Kept = append(p.Kept, hidden{qOnly, a.chosen})
	}
	for _, i := range intervals {
		p.CI = append(p.CI, option{Words: string(i), Title: analysis.IntervalWords(i), Current: i == a.lens.Interval})
	}
	for i, c := range confidences {
		p.Levels = append(p.Levels, option{Words: c, Current: a.get(qLevel) == c || a.lens.Level == 0 && i == 1})
	}
	if a.close {
		p.Where = a.whereChoices()
	}
	return p, nil
}

func (a *asked) domainWords(d analysis.Domain) string {
	v, ok := a.study.Variable(d.Column)
	if !ok {
		return cut(d.Column + " = " + d.Value)
	}
	l, _ := v.Level(d.Value)
	return a.l.In(v.Text) + ": " + a.l.In(l.Title())
}

func (a *asked) weightWords() string {
	var columns []string
	for _, m := range a.lens.Weights.Margins {
		columns = append(columns, strings.Join(m.Columns, " × "))
	}
	key := "analysis.weighted.rake"
	if a.lens.Weights.Method == analysis.MethodPost {
		key = "analysis.weighted.post"
	}
	return a.l.T(key, strings.Join(columns, ", "))
}
