package main

import (
	"context"
	"errors"
	"fmt"

	"thuocdo/data/formbook"
	"thuocdo/scoring/phrase"
	"thuocdo/survey"
)

// importQuestionnaireCmd stores one version of a questionnaire.
type importQuestionnaireCmd struct {
	fileFlags
	Code        string `help:"Code of the form, where the file has none (SurveyJS, LimeSurvey)." placeholder:"CODE"`
	FormVersion string `help:"Version of the form, where the file has none." placeholder:"V"`
	JSON        bool   `name:"json" help:"Report as one line of JSON: what was read, mistakes, what is left out."`
}

// Examples ends the help of the command.
func (*importQuestionnaireCmd) Examples() []string {
	return []string{
		"thuocdo import questionnaire sipas-2027.xlsx --dry-run   # XLSForm",
		"thuocdo import questionnaire - <sipas-2027.json",
		"thuocdo import questionnaire old.lss --code hai-long --form-version 2027 --dry-run --json",
	}
}

// questionnaireReport is what --json says.
type questionnaireReport struct {
	File      string          `json:"file"`
	Format    formbook.Kind   `json:"format"`
	Code      string          `json:"code,omitempty"`
	Version   string          `json:"version,omitempty"`
	Questions int             `json:"questions,omitempty"`
	Stored    bool            `json:"stored"`
	Mistakes  phrase.Mistakes `json:"mistakes"`
	Left      phrase.Mistakes `json:"not_carried_over"`
}

// Run reads, checks, says what was left out and stores.
func (i *importQuestionnaireCmd) Run(ctx context.Context, c *console) error {
	b, err := i.definition(c)
	if err != nil {
		return err
	}
	report := questionnaireReport{File: i.File, Format: formbook.KindOf(b), Mistakes: phrase.Mistakes{}, Left: phrase.Mistakes{}}
	q, left, err := formbook.Any(ctx, b, i.Code, i.FormVersion)
	report.Left = append(report.Left, left...)
	if err == nil {
		report.Code, report.Version = q.Code, q.Version
		report.Questions, err = i.keep(ctx, q)
		report.Stored = err == nil && !i.DryRun
	}
	var found phrase.Mistakes
	if errors.As(err, &found) {
		report.Mistakes = found
	}
	if i.JSON {
		return errors.Join(c.json(report), i.fault(err))
	}
	i.tell(c, report)
	return i.fault(err)
}

// keep stores a questionnaire, or checks that it could be stored, and returns how many questions it has.
func (i *importQuestionnaireCmd) keep(ctx context.Context, q *survey.Questionnaire) (questions int, err error) {
	form, err := survey.Compile(q)
	if err != nil {
		return 0, err
	}
	store, err := i.store(ctx)
	if err != nil {
		return 0, err
	}
	defer store.Close()
	if i.DryRun {
		return form.Len(), store.CheckQuestionnaire(q)
	}
	return form.Len(), store.PutQuestionnaire(ctx, q)
}

// tell lists what was left out, and says what was imported.
func (i *importQuestionnaireCmd) tell(c *console, r questionnaireReport) {
	if len(r.Left) > 0 {
		title := map[string]string{"vi": "không được mang sang nguyên vẹn", "en": "not carried over as it was"}[i.Lang]
		fmt.Fprintf(c.Out, "%s (%d):\n", title, len(r.Left))
		for _, x := range r.Left {
			fmt.Fprintf(c.Out, "  %s: %s\n", placeIn(x.Path, i.Lang), x.Message.In(i.Lang))
		}
	}
	if r.Questions > 0 && len(r.Mistakes) == 0 {
		i.done(c, "questionnaire %s %s with %d questions", r.Code, r.Version, r.Questions)
	}
}
