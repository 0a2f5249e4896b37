package formbook_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"thuocdo/data/formbook"
)

// The corpora of other programs: every file holds one form and its documented outcome.
func TestEveryFormOfOtherProgramsHasItsDocumentedOutcome(t *testing.T) {
	t.Parallel()
	for kind, least := range map[formbook.Kind]int{formbook.SurveyJS: 15, formbook.LimeSurvey: 15} {
		files, err := filepath.Glob("testdata/" + string(kind) + "/*.txtar")
		if err != nil || len(files) < least {
			t.Fatalf("%s: %d forms, %v", kind, len(files), err)
		}
		for _, name := range files {
			t.Run(string(kind)+"/"+strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
				t.Parallel()
				otherForm(t, kind, name)
			})
		}
	}
}

func otherForm(t *testing.T, kind formbook.Kind, name string) {
	t.Helper()
	a, err := txtar.ParseFile(name)
	must(t, err)
	file := a.Files[0].Data
	if got := formbook.KindOf(file); got != kind {
		t.Errorf("taken for %s", got)
	}
	q, left, err := formbook.Any(t.Context(), file, "", "")
	got := outcome(t, q, left, err)
	if want := section(a, "want"); got != want && *update {
		a.Files = append(without(a, "want"), txtar.File{Name: "want", Data: []byte(got)})
		must(t, os.WriteFile(name, txtar.Format(a), 0o644))
	} else if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if good := strings.HasPrefix(filepath.Base(name), "good"); good != (err == nil) {
		t.Errorf("imported is %v", err == nil)
	}
	if q != nil {
		same(t, q)
	}
}
