package formbook_test

import (
	"bytes"
	"errors"
	"testing"

	"thuocdo/data/formbook"
	"thuocdo/scoring/phrase"
)

// Whatever a file holds, it is a questionnaire or refused with words.
func FuzzAny(f *testing.F) {
	f.Add(saved(f, plainBook(f)))
	f.Add([]byte(`{"elements":[{"type":"text"}]}`))
	f.Add([]byte(`<LimeSurveyDocType>Survey</LimeSurveyDocType>`))
	f.Add([]byte(`{"code":"a","lists":{},"pages":[]}`))
	f.Fuzz(func(t *testing.T, file []byte) {
		q, _, err := formbook.Any(t.Context(), file, "", "")
		if (q == nil) == (err == nil) {
			t.Fatalf("neither read nor refused: %v", err)
		}
		if err != nil && !errors.As(err, new(phrase.Mistakes)) {
			t.Fatal(err)
		}
		if q != nil && formbook.KindOf(file) == formbook.XLSForm {
			var b bytes.Buffer
			if err := formbook.Write(&b, q); err != nil && !errors.Is(err, formbook.ErrTooLong) {
				t.Fatal(err)
			}
		}
	})
}
