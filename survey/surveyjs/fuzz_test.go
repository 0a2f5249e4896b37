package surveyjs_test

import (
	"errors"
	"strings"
	"testing"

	"thuocdo/scoring/phrase"
	"thuocdo/survey"
	"thuocdo/survey/surveyjs"
)

// Whatever a file holds, it is refused with places and words, or it compiles.
func FuzzImport(f *testing.F) {
	f.Add([]byte(sample))
	f.Add([]byte(strings.ReplaceAll(sample, "e", "")))
	f.Fuzz(func(t *testing.T, file []byte) {
		q, left, err := surveyjs.Import(file, "", "")
		var m phrase.Mistakes
		if err != nil && !errors.As(err, &m) {
			t.Fatal(err)
		}
		for _, x := range append(m, left...) {
			if x.Path == "" || x.Message["vi"] == "" || x.Message["en"] == "" || strings.Contains(x.Message["vi"]+x.Message["en"], "%!") {
				t.Fatalf("says nothing: %+v", x)
			}
		}
		if err == nil {
			if _, err := survey.Compile(q); err != nil {
				t.Fatal(err)
			}
		}
	})
}

const sample = `{"title":{"default":"Phiếu","en":"Form"},"description":"Lời giới thiệu","pages":[{"name":"p","title":"Trang","visibleIf":"{q} = 1","elements":[
{"type":"checkbox","name":"q","title":"Một <b>hai</b> {q}","choices":["a",{"value":1,"text":"Một"}],"hasOther":true,"choicesOrder":"random"},
{"type":"matrix","name":"m","columns":[1,2],"rows":["r",{"value":"s","text":{"vi":"S"}}]},
{"type":"text","name":"n","inputType":"number","min":1,"validators":[{"type":"numeric","maxValue":5},{"type":"expression","expression":"{n} > 2"}]},
{"type":"panel","name":"g","elements":[{"type":"rating","name":"r","rateMin":0,"rateMax":3},{"type":"boolean","name":"b","visibleIf":"!{m.r} anyof [1,2]"},
{"type":"expression","name":"e","expression":"iif({b}, round({n}), 2)"},{"type":"html","name":"h","html":"<p>x</p>"},{"type":"multipletext","name":"t","items":[{"name":"a"}]}]}]}]}`
