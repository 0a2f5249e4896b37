package data

import (
	"errors"
	"reflect"
	"testing"

	"thuocdo/scoring/phrase"
	"thuocdo/survey"
)

func TestAPlanIsKeptWithItsWaveAndCheckedAgainstIt(t *testing.T) {
	t.Parallel()
	s := mustOpen(t, Options{})
	define(t, s, 2)
	w := mustWave(t, s, "w").Wave
	plan := survey.Plan{Modes: []survey.Mode{survey.Web}, Targets: []survey.Target{{Agency: w.Agencies[1], Issued: 50}}}
	w.Plan = plan
	must(t, s.PutWave(t.Context(), w))
	w.Plan = survey.Plan{}
	must(t, s.PutWave(t.Context(), w)) // as a file from before there were plans
	if got := mustWave(t, s, w.Code).Plan; !reflect.DeepEqual(got, plan) {
		t.Errorf("kept %+v", got)
	}
	w.Plan = survey.Plan{Targets: []survey.Target{{Agency: "nowhere", Issued: 5}}}
	var m phrase.Mistakes
	if err := s.PutWave(t.Context(), w); !errors.As(err, &m) || m[0].Path != "$.targets[0].agency" {
		t.Errorf("a target for nobody: %v", err)
	}
	if err := s.CheckWave(t.Context(), w); !errors.As(err, &m) {
		t.Errorf("checked: %v", err)
	}
	w.Plan = survey.Plan{Modes: []survey.Mode{}, Targets: []survey.Target{}}
	must(t, s.PutWave(t.Context(), w))
	if got := mustWave(t, s, w.Code); len(got.Targets) > 0 || !got.Takes(survey.Paper) {
		t.Errorf("ended, but %+v", got.Plan)
	}
}

func TestNoInvitationIsMadeInAModeThatTheWaveDoesNotTake(t *testing.T) {
	t.Parallel()
	s := mustOpen(t, Options{})
	define(t, s, 2)
	w := mustWave(t, s, "w").Wave
	w.Access, w.Plan = survey.Both, survey.Plan{Modes: []survey.Mode{survey.Web}}
	must(t, s.PutWave(t.Context(), w))
	var m phrase.Mistakes
	if _, err := s.Invite(t.Context(), w.Code, []survey.Batch{{Agency: w.Agencies[0], Mode: survey.Paper, N: 10}}); !errors.As(err, &m) {
		t.Errorf("paper: %v", err)
	}
	if _, err := s.Invite(t.Context(), w.Code, []survey.Batch{{Agency: w.Agencies[0], N: 10}}); err != nil {
		t.Errorf("web: %v", err)
	}
}
