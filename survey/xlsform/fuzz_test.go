package xlsform_test

import (
	"errors"
	"strings"
	"testing"

	"thuocdo/scoring/phrase"
	"thuocdo/survey"
	"thuocdo/survey/xlsform"
)

// written turns text into a workbook: sheets parted by a line "=name", cells by |.
func written(text string) (b xlsform.Book) {
	line := 0
	for _, s := range strings.Split(text, "\n") {
		if name, ok := strings.CutPrefix(s, "="); ok || len(b) == 0 {
			b, line = append(b, xlsform.Sheet{Name: name}), 0
			continue
		}
		line++
		last := &b[len(b)-1]
		last.Rows = append(last.Rows, xlsform.Row{Line: line, Cells: strings.Split(s, "|")})
	}
	return b
}

const sample = `=survey
type|name|label::Tiếng Việt (vi)|label::English (en)|relevant|constraint|constraint_message|appearance|parameters|thuocdo
note|intro|Lời giới thiệu|Introduction
begin_group|p|Trang|Page||||field-list||
select_one l or_other|q1|Một|One||||likert|randomize=true seed=1|sensitive
integer|q2|Hai|Two|${q1} = 'a'|. >= 1 and . <= 5|Sai|||min=1 max=5
end_group
select_multiple l|q3|Ba
=choices
list_name|name|label::Tiếng Việt (vi)|tinh
l|a|A|x
l|b|B|
=settings
form_title|form_id|version|default_language
Phiếu|phieu|1|Tiếng Việt (vi)
=scales
code|level|label|items
A|factor|A|q1 q2
=thuocdo
key|value
source|x`

// Whatever a workbook holds, it is refused with places and words, or it compiles and survives the way out and back.
func FuzzImport(f *testing.F) {
	f.Add(sample)
	f.Add(strings.ReplaceAll(sample, "|", "||"))
	f.Add("=survey\ntype|name|label\nbegin repeat|a|A\nend group\n=choices\n=settings\nform_id\n")
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 20_000 {
			return
		}
		q, left, err := xlsform.Import(written(text))
		var m phrase.Mistakes
		if err != nil && !errors.As(err, &m) {
			t.Fatal(err)
		}
		for _, x := range append(m, left...) {
			if x.Path == "" || x.Message["vi"] == "" || x.Message["en"] == "" || strings.Contains(x.Message["vi"]+x.Message["en"], "%!") {
				t.Fatalf("says nothing: %+v", x)
			}
		}
		if err != nil {
			return
		}
		if _, err := survey.Compile(q); err != nil {
			t.Fatal(err)
		}
		again, left, err := xlsform.Import(xlsform.Export(q))
		if err != nil || len(left) > 0 {
			t.Fatalf("its export is refused: %v, left %v", err, left)
		}
		if a, b := indented(t, q), indented(t, again); a != b {
			t.Fatalf("imported\n%s\nread back\n%s", a, b)
		}
	})
}
