package formbook_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"thuocdo/data/formbook"
	"thuocdo/data/reference"
	"thuocdo/survey"
)

func TestShippedQuestionnairesSurviveTheWorkbook(t *testing.T) {
	t.Parallel()
	all, err := reference.Questionnaires()
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range all {
		var b bytes.Buffer
		if err := formbook.Write(&b, q); err != nil {
			t.Fatal(err)
		}
		again, left, err := formbook.Read(t.Context(), &b)
		if err != nil || len(left) > 0 {
			t.Fatalf("%s: %v, left %v", q.Code, err, left)
		}
		if want, got := indented(t, q), indented(t, again); want != got {
			t.Errorf("%s: wrote\n%s\nread\n%s", q.Code, want, got)
		}
	}
}

func indented(tb testing.TB, q *survey.Questionnaire) string {
	tb.Helper()
	b, err := json.MarshalIndent(q, "", " ")
	if err != nil {
		tb.Fatal(err)
	}
	return string(b)
}
