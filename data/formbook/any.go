package formbook

import (
	"bytes"
	"context"

	"thuocdo/scoring/phrase"
	"thuocdo/survey"
	"thuocdo/survey/limesurvey"
	"thuocdo/survey/surveyjs"
)

// Kind is a format of questionnaires.
type Kind string

// The formats that are read.
const (
	Own        Kind = "thuocdo"    // JSON of ours
	XLSForm    Kind = "xlsform"    // workbook
	SurveyJS   Kind = "surveyjs"   // JSON
	LimeSurvey Kind = "limesurvey" // XML, .lss
)

// KindOf tells the format of a file by its content.
func KindOf(file []byte) Kind {
	switch {
	case bytes.HasPrefix(file, []byte("PK")), bytes.HasPrefix(file, []byte("\xd0\xcf\x11\xe0")):
		return XLSForm
	case limesurvey.Is(file):
		return LimeSurvey
	case surveyjs.Is(file):
		return SurveyJS
	}
	return Own
}

// Any reads a questionnaire in any of the formats. Code and version name it where its format cannot; where they are empty
// the reader finds some, and says so. The error is phrase.Mistakes or a failure to read; left names what was not carried
// over, by its place in the file.
func Any(ctx context.Context, file []byte, code, version string) (q *survey.Questionnaire, left phrase.Mistakes, err error) {
	switch KindOf(file) {
	case XLSForm:
		return Read(ctx, bytes.NewReader(file))
	case SurveyJS:
		return surveyjs.Import(file, code, version)
	case LimeSurvey:
		return limesurvey.Import(file, code, version)
	}
	q, err = survey.ParseQuestionnaire(file)
	if err != nil {
		return nil, nil, err
	}
	if _, err := survey.Compile(q); err != nil {
		return nil, nil, err
	}
	return q, nil, nil
}
