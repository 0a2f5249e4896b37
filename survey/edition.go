package survey

import (
	"errors"

	"thuocdo/scoring/phrase"
)

// Failures around editions. Callers compare with errors.Is.
var (
	ErrUnknownQuestionnaire = errors.New("unknown questionnaire")
	ErrPublished            = errors.New("published already with other content")
)

// Edition is one published version of a questionnaire in a few words. It never changes.
type Edition struct {
	Code, Version string
	Title         phrase.Text
	Publisher     string // name of the account that published it on a page; "" = from the command line
	Day           Day    // when; 0 = not known
}
