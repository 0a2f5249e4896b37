package formbook_test

import (
	"bytes"
	"testing"

	"thuocdo/data/formbook"
	"thuocdo/data/readers"
	"thuocdo/data/reference"
	"thuocdo/survey"
)

// Questionnaires are changed in LibreOffice, too: what it saves must say the same.
func TestAQuestionnaireSurvivesLibreOffice(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("starting LibreOffice takes seconds")
	}
	list, err := reference.Questionnaires()
	if err != nil {
		t.Fatal(err)
	}
	files, all := map[string][]byte{}, map[string]*survey.Questionnaire{}
	for _, q := range list {
		var b bytes.Buffer
		if err := formbook.Write(&b, q); err != nil {
			t.Fatal(err)
		}
		name := q.Code + "-" + q.Version + ".xlsx"
		files[name], all[name] = b.Bytes(), q
	}
	for name, again := range readers.Office(t, "xlsx", files) {
		got, left, err := formbook.Read(t.Context(), bytes.NewReader(again))
		if err != nil || len(left) > 0 {
			t.Errorf("%s: %v, left %v", name, err, left)
			continue
		}
		if want, got := indented(t, all[name]), indented(t, got); want != got {
			t.Errorf("%s: wrote\n%s\nread\n%s", name, want, got)
		}
	}
}
