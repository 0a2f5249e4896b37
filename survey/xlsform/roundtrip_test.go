package xlsform_test

import (
	"encoding/json"
	"testing"

	"pgregory.net/rapid"

	"thuocdo/survey"
	"thuocdo/survey/xlsform"
)

func TestExportThenImportGivesTheSameQuestionnaire(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		q := drawQuestionnaire(t)
		if _, err := survey.Compile(q); err != nil {
			t.Fatalf("the generator made a questionnaire that does not compile:\n%v", err)
		}
		again, left, err := xlsform.Import(xlsform.Export(q))
		if err != nil || len(left) > 0 {
			t.Fatalf("refused:\n%v\nleft:\n%v", err, left)
		}
		if want, got := indented(t, q), indented(t, again); want != got {
			t.Fatalf("exported\n%s\nread back\n%s", want, got)
		}
	})
}

func indented(t interface{ Fatal(...any) }, q *survey.Questionnaire) string {
	b, err := json.MarshalIndent(q, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
