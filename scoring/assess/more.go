package assess

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"thuocdo/scoring/phrase"
)

// MoreTime is a later deadline of one stage that one agency was given, and why.
type MoreTime struct {
	Until  time.Time
	Reason string
	Mark
}

// stageWords name stages in messages.
var stageWords = map[Stage]phrase.Text{
	Draft:     phrase.VI("tự chấm điểm", "self scores"),
	Submitted: phrase.VI("thẩm định", "appraisal"),
	Appraised: phrase.VI("giải trình, kiến nghị", "explanations and appeals"),
	Review:    phrase.VI("thẩm định vòng hai", "second round of appraisal"),
	Council:   phrase.VI("hội đồng quyết định", "decision of the council"),
}

// DueFor returns until when a stage of one sheet can be worked on: the deadline of all, or a later one that its agency was given. Zero for
// Final.
func (s *Season) DueFor(x *Sheet, stage Stage) time.Time {
	due := s.Due(stage)
	if more := x.More[stage].Until; more.After(due) {
		return more
	}
	return due
}

// Extend gives the agency of a sheet more time for a stage, with a reason; a zero moment takes it back. The deadlines of all stay. Stages keep
// their order: those behind it that would end before are extended first.
type Extend struct {
	Stage  Stage
	Until  time.Time
	Reason string
}

func (a Extend) apply(t *turn) error {
	reason := strings.TrimSpace(a.Reason)
	if reason == "" {
		return ErrReason
	}
	if !slices.Contains(t.season.Stages(), a.Stage) {
		return wrongStage(a.Stage, t.season.Stages()...)
	}
	if err := short("reason", reason); err != nil {
		return err
	}
	t.sheet.More = maps.Clone(t.sheet.More)
	if a.Until.IsZero() {
		delete(t.sheet.More, a.Stage)
	} else {
		if !a.Until.After(t.season.Due(a.Stage)) || !a.Until.After(t.mark.At) {
			return mistake("until", "phải sau hạn chung và sau lúc này", "it must be later than the deadline of all, and than now")
		}
		if t.sheet.More == nil {
			t.sheet.More = map[Stage]MoreTime{}
		}
		t.sheet.More[a.Stage] = MoreTime{a.Until.UTC().Truncate(time.Second), reason, t.mark}
	}
	return t.season.CheckMore(t.sheet).Err()
}

// CheckMore finds stages of a sheet that would not end after the one before them, as that has more time. Paths are those of a season's file.
func (s *Season) CheckMore(x *Sheet) (m phrase.Mistakes) {
	stages := s.Stages()
	for i, stage := range stages[:len(stages)-1] {
		next := stages[i+1]
		if s.DueFor(x, next).After(s.DueFor(x, stage)) {
			continue
		}
		is, then := stageWords[stage], stageWords[next]
		m = append(m, phrase.Mistake{Path: deadlinePath[next], Message: phrase.VI(
			fmt.Sprintf("cơ quan %s: hạn của bước %s phải trước hạn của bước %s; hãy gia hạn bước sau trước", x.Agency, is["vi"], then["vi"]),
			fmt.Sprintf("agency %s: the deadline of %s must be before that of %s; extend the later one first", x.Agency, is["en"], then["en"]))})
	}
	return m
}
