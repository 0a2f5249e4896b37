package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"thuocdo/scoring/phrase"
	"thuocdo/survey"
	"thuocdo/web/locale"
	"thuocdo/web/problem"
)

// WaveKeeper plans survey waves while the service runs.
type WaveKeeper interface {
	PutWave(ctx context.Context, w survey.Wave) error                     // phrase.Mistakes
	PutDesign(ctx context.Context, wave string, d *survey.Design) error   // phrase.Mistakes, survey.ErrUnknownWave
	CheckDesign(ctx context.Context, wave string, d *survey.Design) error // as PutDesign
}

// Addresses of the administration of waves.
const (
	wavesPath   = "/quan-tri/dot-khao-sat"
	newWaveCode = "them-moi" // in place of a code
	waveMax     = 1 << 20    // thousands of agencies
)

func waveAddress(code string) string { return wavesPath + "/" + pathSegment(code) }

// wavesPage lists every wave.
type wavesPage struct {
	Waves []waveRow
	Plans bool // the reader may change them
}

// waveRow is one wave in a few words.
type waveRow struct {
	Title                phrase.Text
	Code, State, Address string // State: key of a message
	Period, Opens        string
	Closes               string
	Agencies, Drawn      int
}

func (wavesPage) template() string { return "waves" }
func (wavesPage) frame(f *Frame)   { f.NoIndex, f.Figures = true, true }

// waves shows the list.
func (s *Server) waves(c echo.Context) error {
	list, err := s.store.Waves(c.Request().Context())
	if err != nil {
		return err
	}
	l := s.language(c)
	a, _ := accountOf(c)
	p := wavesPage{Plans: designers.allow(a, nil)}
	for i := range list {
		p.Waves = append(p.Waves, waveRowOf(l, &list[i], s.cfg.Now()))
	}
	return s.show(c, http.StatusOK, p)
}

func waveRowOf(l *locale.Locale, w *survey.Wave, now time.Time) waveRow {
	r := waveRow{Title: w.Title, Code: w.Code, State: stateOf(w, now), Address: waveAddress(w.Code), Period: periodName(l, w.Period), Agencies: len(w.Agencies),
		Opens: l.Moment(w.Opens.In(survey.Vietnam)), Closes: l.Moment(w.Closes.In(survey.Vietnam))}
	if w.Design != nil {
		r.Drawn = w.Design.Drawn()
	}
	return r
}

func stateOf(w *survey.Wave, now time.Time) string {
	switch {
	case w.ClosedAt(now):
		return "wave.closed"
	case w.OpenAt(now):
		return "wave.open"
	}
	return "wave.draft"
}

// waveFields is a wave as it is typed.
type waveFields struct {
	Code, TitleVI, TitleEN, Form, Version, Framework, Period, Opens, Closes, Agencies string
	Kinds                                                                             []string
	planFields
}

// wavePage is the form of one wave, with the form of its sample below.
type wavePage struct {
	CSRF     string
	New      bool
	Row      waveRow
	Fields   waveFields
	Options  []survey.Kind
	Chosen   map[string]bool
	Faults   []placed // Place is the id of a field
	Wrong    string   // key: what the list of faults is about
	Saved    string   // key of what was just done
	Seen     string   // names the state of the wave that the page shows
	Conflict bool     // it was changed since the reader opened the page
	Units    int
	Sampling bool // samples can be read from files here
	Modes    []modeChoice
	Consents []consentFields
	Kept     survey.Retained // how far erasing its texts is
}

func (*wavePage) template() string { return "wave" }
func (p *wavePage) frame(f *Frame) {
	f.NoIndex, f.Figures = true, true
	p.CSRF = f.CSRF
}

// Fault returns what is wrong with a field.
func (p *wavePage) Fault(field string) string {
	for _, x := range p.Faults {
		if x.Place == field {
			return x.Text
		}
	}
	return ""
}

// timeForm is how times are typed: the clock of Viet Nam.
const timeForm = "2006-01-02T15:04"

func typedWave(w *survey.Wave) waveFields {
	at := func(t time.Time) string { return t.In(survey.Vietnam).Format(timeForm) }
	return waveFields{planFields: typedPlan(&w.Plan), Code: w.Code, TitleVI: w.Title["vi"], TitleEN: w.Title["en"], Form: w.Questionnaire, Version: w.Version, Framework: w.Framework,
		Period: string(w.Period), Opens: at(w.Opens), Closes: at(w.Closes), Agencies: strings.Join(w.Agencies, " ")}
}

// waveOf finds the wave of the address; nil for a new one.
func (s *Server) waveOf(c echo.Context) (*survey.Wave, error) {
	code := c.Param("wave")
	if code == newWaveCode {
		return nil, nil
	}
	w, err := s.store.OpenWave(code)
	if err != nil {
		return nil, fmt.Errorf("wave: %w", err)
	}
	return &w.Wave, nil
}

func (s *Server) newWavePage(c echo.Context, w *survey.Wave) *wavePage {
	p := &wavePage{New: w == nil, Options: survey.Kinds(), Chosen: map[string]bool{}, Sampling: s.cfg.SampleFile != nil}
	if w != nil {
		p.Seen = seenWave(w)
		p.Row, p.Fields = waveRowOf(s.language(c), w, s.cfg.Now()), typedWave(w)
		if w.Design != nil {
			p.Units = len(w.Design.Units)
		}
		s.planned(c.Request().Context(), p, w)
		p.Kept = s.retained(c.Request().Context(), w.Code)
		return p
	}
	s.planned(c.Request().Context(), p, &survey.Wave{})
	return p
}

// waveForm shows a wave to change, or an empty form.
func (s *Server) waveForm(c echo.Context) error {
	w, err := s.waveOf(c)
	if err != nil {
		return err
	}
	p := s.newWavePage(c, w)
	switch c.QueryParam("xong") {
	case "luu":
		p.Saved = "wave.saved"
	case "mau":
		p.Saved = "wave.sample.saved"
	}
	return s.show(c, http.StatusOK, p)
}

// waveFieldIDs maps places of mistakes to fields.
var waveFieldIDs = []struct{ path, id string }{
	{"$.code", "ma"}, {"$.title", "ten"}, {"$.questionnaire", "phieu"}, {"$.version", "phien-ban"}, {"$.framework", "bo"}, {"$.period", "ky"},
	{"$.opens", "mo"}, {"$.closes", "dong"}, {"$.agencies", "co-quan"},
	{"$.modes", "hinh-thuc"}, {"$.targets", "chi-tieu"}, {"$.quotas", "chi-tieu-co-cau"}, {"$.retention", "giu-loi"},
}

// saveWave stores what was typed, or opens or closes the wave now.
func (s *Server) saveWave(c echo.Context) error {
	if err := s.checkToken(c); err != nil {
		return err
	}
	old, err := s.waveOf(c)
	if err != nil {
		return err
	}
	p := s.newWavePage(c, old)
	w, found := s.readWave(c, p, old)
	switch stored := s.stored(w.Code); {
	case (old == nil || found == nil) && stored != nil && seenWave(stored) == seenWave(&w):
		return s.see(c, waveAddress(w.Code)+"?xong=luu") // sent twice
	case old != nil && c.FormValue("lam") == "luu" && c.FormValue(fieldSeen) != "" && c.FormValue(fieldSeen) != p.Seen:
		p.Wrong, p.Conflict = "wave.conflict", true
		return s.show(c, http.StatusConflict, p)
	}
	if found == nil {
		err = s.store.PutWave(c.Request().Context(), w)
		if err != nil && !errors.As(err, &found) {
			return fmt.Errorf("save wave: %w", err)
		}
	}
	if len(found) > 0 {
		p.Wrong = "wave.wrong"
		for _, x := range found {
			p.Faults = append(p.Faults, placed{Place: fieldAt(x.Path), Text: s.language(c).In(x.Message)})
		}
		return s.show(c, http.StatusUnprocessableEntity, p)
	}
	return s.see(c, waveAddress(w.Code)+"?xong=luu")
}

func fieldAt(path string) string {
	if code, ok := strings.CutPrefix(path, "$.consents."); ok {
		if code, en := strings.CutSuffix(code, ".en"); en {
			return consentField + "en." + code
		}
		return consentField + "vi." + strings.TrimSuffix(code, ".vi")
	}
	for _, f := range waveFieldIDs {
		if strings.HasPrefix(path, f.path) {
			return f.id
		}
	}
	return "ma"
}

// readWave reads the form into the page and a wave.
func (s *Server) readWave(c echo.Context, p *wavePage, old *survey.Wave) (w survey.Wave, found phrase.Mistakes) {
	f := &p.Fields
	if old != nil && c.FormValue("lam") != "luu" {
		return s.timed(c.FormValue("lam"), *old)
	}
	value := func(name string) string { return strings.TrimSpace(cut(c.FormValue(name))) }
	*f = waveFields{Code: value("ma"), TitleVI: value("ten"), TitleEN: value("ten-en"), Form: value("phieu"), Version: value("phien-ban"),
		Framework: value("bo"), Period: value("ky"), Opens: value("mo"), Closes: value("dong"), Agencies: strings.TrimSpace(c.FormValue("co-quan")), Kinds: c.Request().PostForm["loai"]}
	w = survey.Wave{Code: f.Code, Title: phrase.Text{"vi": f.TitleVI}, Questionnaire: f.Form, Version: f.Version, Framework: f.Framework, Period: survey.Period(f.Period)}
	if f.TitleEN != "" {
		w.Title["en"] = f.TitleEN
	}
	if old != nil {
		w.Code, w.Basis, f.Code = old.Code, old.Basis, old.Code
	} else if f.Code == newWaveCode || s.stored(f.Code) != nil {
		found.Add("$.code", "mã %q đã dùng", "code %q is taken", f.Code)
	}
	for _, t := range []struct {
		path, text string
		to         *time.Time
	}{{"$.opens", f.Opens, &w.Opens}, {"$.closes", f.Closes, &w.Closes}} {
		at, err := time.ParseInLocation(timeForm, strings.Replace(t.text, " ", "T", 1), survey.Vietnam)
		if err != nil || at.Year() < 1990 || at.Year() > 2200 {
			found.Add(t.path, "%q: cần ngày và giờ, ví dụ 2027-03-01T08:00", "%q: a day and a time are expected, such as 2027-03-01T08:00", t.text)
		}
		*t.to = at
	}
	for _, k := range f.Kinds {
		p.Chosen[k] = true
	}
	w.Agencies = s.members(c.Request().Context(), w.Period, f)
	w.Plan = s.readPlan(c, p, &w, &found)
	return w, found
}

// stored returns the wave with a code; nil where there is none.
func (s *Server) stored(code string) *survey.Wave {
	w, err := s.store.OpenWave(code)
	if err != nil {
		return nil
	}
	return &w.Wave
}

// timed opens or closes a wave now; the minute says when, as for every other wave. One that is so already stays as it is.
func (s *Server) timed(what string, w survey.Wave) (survey.Wave, phrase.Mistakes) {
	now, found := s.cfg.Now().Truncate(time.Minute), phrase.Mistakes(nil)
	switch {
	case what == "mo" && now.Before(w.Opens):
		w.Opens = now
	case what == "dong" && w.OpenAt(s.cfg.Now()) && now.After(w.Opens):
		w.Closes = now
	case what == "mo" && w.OpenAt(s.cfg.Now()), what == "dong" && w.ClosedAt(s.cfg.Now()):
	default:
		found.Add("$.opens", "đợt khảo sát không ở trạng thái cho phép việc này", "the wave is not in a state that allows this")
	}
	return w, found
}

// members returns the agencies typed and those of the kinds chosen that exist at the end of the period.
func (s *Server) members(ctx context.Context, period survey.Period, f *waveFields) []string {
	list := strings.FieldsFunc(f.Agencies, func(r rune) bool { return r == ',' || r == ';' || r <= ' ' })
	_, last := period.Span()
	all, err := s.store.Agencies(ctx)
	if err != nil {
		return list
	}
	for _, a := range all {
		if slices.Contains(f.Kinds, string(a.Kind)) && a.ValidOn(last) {
			list = append(list, a.Code)
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// saveSample gives a wave the design in a file.
func (s *Server) saveSample(c echo.Context) error {
	_, file, err := upload(c)
	if err != nil {
		return err
	}
	if err := s.checkToken(c); err != nil {
		return err
	}
	w, err := s.waveOf(c)
	if err != nil || w == nil || s.cfg.SampleFile == nil {
		return errors.Join(err, problem.ErrNoSuchPage)
	}
	d, err := s.cfg.SampleFile(c.Request().Context(), file)
	if err == nil {
		err = s.store.PutDesign(c.Request().Context(), w.Code, d)
	}
	var found phrase.Mistakes
	if errors.As(err, &found) {
		p := s.newWavePage(c, w)
		p.Wrong = "wave.sample.wrong"
		for _, x := range found[:min(len(found), 50)] {
			p.Faults = append(p.Faults, placed{Place: "tep", Text: x.Path + ": " + s.language(c).In(x.Message)})
		}
		return s.show(c, http.StatusUnprocessableEntity, p)
	}
	if err != nil {
		return fmt.Errorf("save sample: %w", err)
	}
	return s.see(c, waveAddress(w.Code)+"?xong=mau")
}
