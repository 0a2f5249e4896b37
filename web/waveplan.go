package web

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"thuocdo/scoring/phrase"
	"thuocdo/survey"
)

// planFields is the plan of a wave as it is typed.
type planFields struct{ Targets, Quotas, Retention string }

func typedPlan(p *survey.Plan) planFields {
	f := planFields{Targets: survey.TargetLines(p.Targets), Quotas: survey.QuotaLines(p.Quotas)}
	if p.Months() != 0 {
		f.Retention = strconv.Itoa(p.Months())
	}
	return f
}

// modeChoice is a mode of collection that a wave may take answers in.
type modeChoice struct {
	ID     string
	Mode   survey.Mode
	Chosen bool
}

// consentFields are the texts that a wave has for one question that asks for consent.
type consentFields struct {
	Code           string
	VI, EN         string // ids and names of the fields
	Question       phrase.Text
	Usual          phrase.Text // the text of the questionnaire
	TextVI, TextEN string
}

// consentField begins the names of the fields of consents: then come the language and the code of the question.
const consentField = "dong-y."

// planned fills in the modes of a wave and the consents that its questionnaire asks for.
func (s *Server) planned(ctx context.Context, p *wavePage, w *survey.Wave) {
	p.Modes, p.Consents = nil, nil
	id := "hinh-thuc" // of the first one: where a mistake leads
	for _, m := range survey.Modes() {
		p.Modes = append(p.Modes, modeChoice{id, m, w.Takes(m)})
		id = "hinh-thuc-" + string(m)
	}
	f, err := s.store.Form(ctx, w.Questionnaire, w.Version)
	if err != nil {
		return // none is chosen yet
	}
	for _, x := range f.Consents() {
		q := f.Question(x.Question)
		text := w.Consents[q.Code]
		p.Consents = append(p.Consents, consentFields{Code: q.Code, VI: consentField + "vi." + q.Code, EN: consentField + "en." + q.Code, Question: q.Text, Usual: q.Hint, TextVI: text["vi"], TextEN: text["en"]})
	}
}

// retained says how far erasing the texts of a wave is; nothing where that cannot be read now.
func (s *Server) retained(ctx context.Context, wave string) survey.Retained {
	list, err := s.store.Retention(ctx)
	if err != nil {
		s.cfg.Log.Error("how far erasing free texts is was not read", "error", err)
	}
	i := slices.IndexFunc(list, func(r survey.Retained) bool { return r.Wave == wave })
	if i < 0 {
		return survey.Retained{}
	}
	return list[i]
}

// readRetention reads months; nothing is 0, texts that stay.
func readRetention(text string, found *phrase.Mistakes) *int {
	if text == "" {
		return new(int)
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		found.Add("$.retention", "%q không phải là số tháng", "%q is not a number of months", text)
	}
	return &n
}

// readPlan reads the plan into the page and returns it. Every part is said: an empty one ends what there was.
func (s *Server) readPlan(c echo.Context, p *wavePage, w *survey.Wave, found *phrase.Mistakes) survey.Plan {
	plan := survey.Plan{Modes: []survey.Mode{}, Consents: map[string]phrase.Text{}}
	for _, m := range c.Request().PostForm["hinh-thuc"] {
		plan.Modes = append(plan.Modes, survey.Mode(cut(m)))
	}
	if len(plan.Modes) == 0 {
		found.Add("$.modes", "cần ít nhất một hình thức thu thập", "at least one mode of collection is expected")
	}
	p.Fields.planFields = planFields{c.FormValue("chi-tieu"), c.FormValue("chi-tieu-co-cau"), strings.TrimSpace(cut(c.FormValue("giu-loi")))}
	plan.Retention = readRetention(p.Fields.Retention, found)
	var err1, err2 error
	plan.Targets, err1 = survey.ReadTargets(p.Fields.Targets)
	plan.Quotas, err2 = survey.ReadQuotas(p.Fields.Quotas)
	for _, err := range []error{err1, err2} {
		var m phrase.Mistakes
		errors.As(err, &m)
		*found = append(*found, m[:min(len(m), 20)]...)
	}
	for name := range c.Request().PostForm {
		rest, ok := strings.CutPrefix(name, consentField)
		lang, code, two := strings.Cut(rest, ".")
		if text := strings.TrimSpace(c.FormValue(name)); ok && two && (lang == "vi" || lang == "en") && text != "" {
			if plan.Consents[code] == nil {
				plan.Consents[code] = phrase.Text{}
			}
			plan.Consents[code][lang] = strings.ReplaceAll(text, "\r\n", "\n")
		}
	}
	typed := *w
	typed.Plan = plan
	s.planned(c.Request().Context(), p, &typed)
	if len(plan.Modes) == len(survey.Modes()) {
		plan.Modes = []survey.Mode{} // every one, also one that is yet to come
	}
	return plan
}
