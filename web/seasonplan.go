package web

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"thuocdo/scoring/assess"
	"thuocdo/scoring/phrase"
	"thuocdo/scoring/standing"
	"thuocdo/survey"
	"thuocdo/web/problem"
)

const (
	newSeason     = "moi" // in place of a code
	seasonFileMax = 1 << 20
)

// seasonFields is a season as it is typed.
type seasonFields struct {
	Code, TitleVI, TitleEN, Framework, Period, Agencies, Rounds string
	Submit, Appraise, Explain, Review, Decide, Remind           string
	Appraisers, Members, Quorum                                 string
}

// seasonPlanPage is the form of a season.
type seasonPlanPage struct {
	New, Upload bool
	Title       phrase.Text
	Action      string
	Fields      seasonFields
	Frameworks  []whatIfOption
	Dates       []dateField
	Faults      []placed // Place is the id of a field
	Wrong       string   // key
	Seen        string
	Open        bool // what cannot change is not asked
	Read        bool // the fields come from a file, nothing is stored
	Clash       []planClash
	CSRF        string
}

func (*seasonPlanPage) template() string { return "season-plan" }

func (p *seasonPlanPage) frame(f *Frame) {
	f.Figures, f.NoIndex = true, true
	p.CSRF = f.CSRF
}

// dateField is one deadline.
type dateField struct{ ID, Key, Value string }

// Fault returns what is wrong with a field.
func (p *seasonPlanPage) Fault(field string) string {
	for _, x := range p.Faults {
		if x.Place == field {
			return x.Text
		}
	}
	return ""
}

func typedSeason(x *assess.Season) seasonFields {
	at := func(t time.Time) string {
		if t.IsZero() {
			return ""
		}
		return t.In(survey.Vietnam).Format(timeForm)
	}
	f := seasonFields{Code: x.Code, TitleVI: x.Title["vi"], TitleEN: x.Title["en"], Framework: x.Framework, Period: x.Period, Agencies: strings.Join(x.Agencies, " "), Rounds: strconv.Itoa(x.Rounds),
		Submit: at(x.Deadlines.Submit), Appraise: at(x.Deadlines.Appraise), Explain: at(x.Deadlines.Explain), Review: at(x.Deadlines.Review), Decide: at(x.Deadlines.Decide),
		Members: strings.Join(x.Board.Members, "\n"), Quorum: strconv.Itoa(x.Board.Quorum)}
	f.Remind = daysText(x.RemindDays())
	for _, a := range x.Appraisers {
		f.Appraisers += a.Login + ": " + strings.Join(a.Nodes, ", ") + "\n"
	}
	return f
}

// daysText writes days before a deadline as people type them.
func daysText(days []int) string {
	words := make([]string, len(days))
	for i, n := range days {
		words[i] = strconv.Itoa(n)
	}
	return strings.Join(words, ", ")
}

// readDays reads them; nothing is no reminder.
func readDays(text string, found *phrase.Mistakes) []int {
	days := []int{}
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" ,;", r) }) {
		n, err := strconv.Atoi(word)
		if err != nil {
			found.Add("$.remind", "%q không phải là số ngày", "%q is no number of days", cut(word))
			break
		}
		days = append(days, n)
	}
	return days
}

// seasonOf finds the season of the address; nil for a new one.
func (s *Server) seasonOf(c echo.Context) (*assess.Season, error) {
	if c.Param("season") == "" {
		return nil, nil
	}
	x, _, err := s.store.Season(c.Request().Context(), c.Param("season"))
	return x, err
}

func (s *Server) newSeasonPlan(c echo.Context, old *assess.Season) (*seasonPlanPage, error) {
	p := &seasonPlanPage{New: old == nil, Action: seasonsPath + "/" + newSeason, Upload: old == nil && s.cfg.SeasonFile != nil}
	p.Fields.Rounds, p.Fields.Remind = "2", daysText((&assess.Season{}).RemindDays())
	if old != nil {
		p.Fields, p.Title, p.Action, p.Open = typedSeason(old), old.Title, seasonAddress(old.Code)+"/sua", old.State != assess.Planned
		p.Seen = stateName(p.Fields)
	}
	list, err := s.store.Frameworks(c.Request().Context())
	l := s.language(c)
	for _, f := range list {
		if !slices.ContainsFunc(p.Frameworks, func(o whatIfOption) bool { return o.Value == f.Code }) {
			p.Frameworks = append(p.Frameworks, whatIfOption{Value: f.Code, Words: l.In(f.Title)})
		}
	}
	return p, err
}

func (s *Server) showSeasonPlan(c echo.Context, status int, p *seasonPlanPage) error {
	f := p.Fields
	p.Dates = []dateField{{"han-nop", "stage.draft", f.Submit}, {"han-tham-dinh", "stage.submitted", f.Appraise}, {"han-giai-trinh", "stage.appraised", f.Explain},
		{"han-vong-hai", "stage.review", f.Review}, {"han-hoi-dong", "stage.council", f.Decide}}
	for i := range p.Frameworks {
		p.Frameworks[i].Current = p.Frameworks[i].Value == f.Framework
	}
	return s.show(c, status, p)
}

func (s *Server) seasonPlan(c echo.Context) error {
	old, err := s.seasonOf(c)
	if err != nil {
		return err
	}
	p, err := s.newSeasonPlan(c, old)
	if err != nil {
		return err
	}
	return s.showSeasonPlan(c, http.StatusOK, p)
}

// saveSeason stores what was typed, or fills the form from a file.
func (s *Server) saveSeason(c echo.Context) error {
	old, err := s.seasonOf(c)
	if err != nil {
		return err
	}
	p, err := s.newSeasonPlan(c, old)
	if err != nil {
		return err
	}
	if strings.HasPrefix(c.Request().Header.Get("Content-Type"), "multipart/form-data") {
		return s.seasonFromFile(c, p)
	}
	if err := s.checkToken(c); err != nil {
		return err
	}
	seen := p.Seen
	x, found := p.read(c, old)
	if old != nil && c.FormValue(fieldSeen) != seen {
		p.Wrong, p.Seen, p.Clash = "season.plan.conflict", seen, clashOf(p.Fields, typedSeason(old))
		return s.showSeasonPlan(c, http.StatusConflict, p)
	}
	if old == nil && len(found) == 0 {
		if x.Code == newSeason {
			found.Add("$.code", "mã này dành riêng", "this code is reserved")
		} else if _, _, err := s.store.Season(c.Request().Context(), x.Code); err == nil {
			found.Add("$.code", "mã đã có", "there is a season with this code")
		}
	}
	if len(found) == 0 {
		err := s.store.PutSeason(c.Request().Context(), x)
		switch {
		case errors.As(err, &found):
		case errors.Is(err, standing.ErrUnknownFramework):
			found.Add("$.framework", "không có bộ chỉ số này trong kỳ", "there is no such framework in the period")
		case errors.Is(err, standing.ErrUnknownPeriod):
			found.Add("$.period", "hãy ghi kỳ, ví dụ 2026, 2026-H1 hoặc 2026-Q3", "give a period such as 2026, 2026-H1 or 2026-Q3")
		case err != nil:
			return err
		}
	}
	if len(found) > 0 {
		return s.refuseSeason(c, p, found)
	}
	return s.see(c, seasonAddress(x.Code)+"?xong=luu")
}

func (s *Server) refuseSeason(c echo.Context, p *seasonPlanPage, found phrase.Mistakes) error {
	p.Wrong = "season.plan.wrong"
	for _, m := range found {
		p.Faults = append(p.Faults, placed{Place: seasonFieldAt(m.Path), Text: s.language(c).In(m.Message)})
	}
	return s.showSeasonPlan(c, http.StatusUnprocessableEntity, p)
}

// seasonFromFile fills the form from the file that `thuocdo season new` reads.
func (s *Server) seasonFromFile(c echo.Context, p *seasonPlanPage) error {
	_, file, err := upload(c)
	if err != nil {
		return err
	}
	if err := s.checkToken(c); err != nil {
		return err
	}
	if s.cfg.SeasonFile == nil {
		return problem.ErrNoSuchPage
	}
	x, err := s.cfg.SeasonFile(file)
	var found phrase.Mistakes
	if errors.As(err, &found) {
		return s.refuseSeason(c, p, found)
	}
	if err != nil {
		return err
	}
	p.Fields, p.Read = typedSeason(&x), true
	return s.showSeasonPlan(c, http.StatusOK, p)
}

// seasonFieldIDs maps places of mistakes to fields.
var seasonFieldIDs = []struct{ path, id string }{
	{"$.code", "ma"}, {"$.title", "ten"}, {"$.framework", "bo"}, {"$.version", "bo"}, {"$.period", "ky"}, {"$.agencies", "co-quan"}, {"$.rounds", "vong"},
	{"$.deadlines.submit", "han-nop"}, {"$.deadlines.appraise", "han-tham-dinh"}, {"$.deadlines.explain", "han-giai-trinh"}, {"$.deadlines.review", "han-vong-hai"}, {"$.deadlines.decide", "han-hoi-dong"},
	{"$.remind", "nhac"}, {"$.appraisers", "tham-dinh"}, {"$.council.quorum", "so-phieu"}, {"$.council", "hoi-dong"},
}

func seasonFieldAt(path string) string {
	for _, f := range seasonFieldIDs {
		if strings.HasPrefix(path, f.path) {
			return f.id
		}
	}
	return "ten"
}

// read reads the form into the page and a season. What cannot change of an open season stays.
func (p *seasonPlanPage) read(c echo.Context, old *assess.Season) (x assess.Season, found phrase.Mistakes) {
	v := func(name string) string { return trimmed(c.FormValue(name)) }
	was := p.Fields
	p.Fields = seasonFields{Code: v("ma"), TitleVI: v("ten"), TitleEN: v("ten-en"), Framework: v("bo"), Period: v("ky"), Agencies: v("co-quan"), Rounds: v("vong"),
		Submit: v("han-nop"), Appraise: v("han-tham-dinh"), Explain: v("han-giai-trinh"), Review: v("han-vong-hai"), Decide: v("han-hoi-dong"), Remind: v("nhac"),
		Appraisers: v("tham-dinh"), Members: v("hoi-dong"), Quorum: v("so-phieu")}
	f := &p.Fields
	if old != nil {
		f.Code, x.Version = old.Code, old.Version
	}
	if p.Open {
		f.Framework, f.Period, f.Rounds = was.Framework, was.Period, was.Rounds
	}
	if f.Framework != was.Framework || f.Period != was.Period {
		x.Version = ""
	}
	x.Code, x.Framework, x.Period, x.Title = f.Code, f.Framework, f.Period, phrase.Text{"vi": f.TitleVI}
	if f.TitleEN != "" {
		x.Title["en"] = f.TitleEN
	}
	x.Agencies = strings.FieldsFunc(f.Agencies, func(r rune) bool { return strings.ContainsRune(" ,;\n\t", r) })
	x.Rounds, _ = strconv.Atoi(f.Rounds) // anything else is refused as no round
	at := func(path, text string) (t time.Time) {
		if text == "" {
			return t
		}
		t, err := time.ParseInLocation(timeForm, text, survey.Vietnam)
		if err != nil {
			found.Add(path, "cần thời điểm như 2026-12-01T17:00", "a moment such as 2026-12-01T17:00 is expected")
		}
		return t
	}
	x.Deadlines = assess.Deadlines{Submit: at("$.deadlines.submit", f.Submit), Appraise: at("$.deadlines.appraise", f.Appraise), Explain: at("$.deadlines.explain", f.Explain), Decide: at("$.deadlines.decide", f.Decide)}
	if x.Rounds == 2 {
		x.Deadlines.Review = at("$.deadlines.review", f.Review)
	}
	x.Remind = readDays(f.Remind, &found)
	for line := range strings.Lines(f.Appraisers) {
		login, nodes, ok := strings.Cut(strings.TrimSpace(line), ":")
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		if !ok || strings.TrimSpace(login) == "" {
			found.Add("$.appraisers", "%q: cần dạng lan: 1, 2.3", "%q: lan: 1, 2.3 is the expected form", cut(line))
			continue
		}
		x.Appraisers = append(x.Appraisers, assess.Appraiser{Login: strings.ToLower(strings.TrimSpace(login)), Nodes: strings.FieldsFunc(nodes, func(r rune) bool { return strings.ContainsRune(" ,;", r) })})
	}
	for line := range strings.Lines(f.Members) {
		if line = strings.TrimSpace(line); line != "" {
			x.Board.Members = append(x.Board.Members, line)
		}
	}
	x.Board.Quorum, _ = strconv.Atoi(f.Quorum) // anything else is refused as no quorum
	return x, found
}
