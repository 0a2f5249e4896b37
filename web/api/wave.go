package api

import (
	"cmp"
	"fmt"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"thuocdo/scoring/phrase"
	"thuocdo/survey"
)

// wave is what a program that carries the form of a wave has to know. Nothing in it moves with answers.
type wave struct {
	Code          string                 `json:"code"`
	Title         phrase.Text            `json:"title"`
	Questionnaire string                 `json:"questionnaire"`
	Version       string                 `json:"version"`
	Framework     string                 `json:"framework"`
	Period        survey.Period          `json:"period"`
	Opens         time.Time              `json:"opens"`
	Closes        time.Time              `json:"closes"`
	Open          bool                   `json:"open"` // now
	Access        survey.Access          `json:"access"`
	Modes         []survey.Mode          `json:"modes"`               // in which answers are taken
	Consents      map[string]phrase.Text `json:"consents,omitempty"`  // to show with the questions that ask for consent
	Retention     int                    `json:"retention,omitempty"` // months after closes until free texts are erased; 0 = they stay
	Agencies      []string               `json:"agencies"`
}

// Wave tells when, how and about whom a wave asks.
func (a *API) Wave(c echo.Context) error {
	w, err := a.Store.OpenWave(c.Param("wave"))
	if err != nil {
		return fmt.Errorf("wave: %w", err)
	}
	out := wave{Code: w.Code, Title: w.Title, Questionnaire: w.Questionnaire, Version: w.Version, Framework: w.Framework, Period: w.Period,
		Opens: w.Opens.In(survey.Vietnam), Closes: w.Closes.In(survey.Vietnam), Open: w.OpenAt(a.Intake.Now()), Access: cmp.Or(w.Access, survey.Open), Modes: []survey.Mode{},
		Consents: w.Consents, Retention: w.Months(), Agencies: w.Agencies}
	for _, m := range survey.Modes() {
		if w.Takes(m) {
			out.Modes = append(out.Modes, m)
		}
	}
	return c.JSON(http.StatusOK, out)
}
