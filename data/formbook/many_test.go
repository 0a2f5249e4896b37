package formbook_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"thuocdo/data/formbook"
)

// Files that are large and made to cost more than they weigh.
func TestLargeFormsOfOtherProgramsAreRefusedCheaply(t *testing.T) {
	var names, choices, rows, groups strings.Builder
	for i := range 60_000 {
		fmt.Fprintf(&names, `{"type":"text","name":"%s"},`, strings.Repeat("ệ", 1+i%40)+fmt.Sprint("é", i))
		choices.WriteString(`"ệ",`)
		fmt.Fprintf(&rows, `<row><qid>%d</qid><gid>%d</gid><type>T</type><title>é%d</title></row>`, i, i, i)
		fmt.Fprintf(&groups, `<row><gid>%d</gid></row>`, i)
	}
	for name, file := range map[string]string{
		"questions": `{"elements":[` + strings.TrimSuffix(names.String(), ",") + `]}`,
		"choices":   `{"title":"a","elements":[{"type":"checkbox","name":"q","choices":[` + strings.TrimSuffix(choices.String(), ",") + `]}]}`,
		"rows":      `<document><LimeSurveyDocType>Survey</LimeSurveyDocType><questions><rows>` + rows.String() + `</rows></questions></document>`,
		"groups":    `<document><LimeSurveyDocType>Survey</LimeSurveyDocType><groups><rows>` + groups.String() + `</rows></groups></document>`,
		"brackets":  `{"elements":[{"type":"text","name":"a","visibleIf":"` + strings.Repeat("(", 7_000) + `"}]}`,
		"ones":      `{"elements":[{"type":"text","name":"a","visibleIf":"` + strings.Repeat("1 + ", 400_000) + `1"}]}`,
	} {
		start := time.Now()
		if _, _, err := formbook.Any(t.Context(), []byte(file), "", ""); err == nil {
			t.Errorf("%s: accepted", name)
		}
		if took := time.Since(start); took > 30*time.Second { // under 1 s on an idle machine; a loop within a loop would take minutes
			t.Errorf("%s: %v", name, took)
		} else {
			t.Logf("%s: %d bytes in %v", name, len(file), took.Round(time.Millisecond))
		}
	}
}
