package limesurvey_test

import (
	"errors"
	"strings"
	"testing"

	"thuocdo/scoring/phrase"
	"thuocdo/survey"
	"thuocdo/survey/limesurvey"
)

// Whatever a file holds, it is refused with places and words, or it compiles.
func FuzzImport(f *testing.F) {
	f.Add([]byte(sample))
	f.Add([]byte(strings.ReplaceAll(sample, "e", "")))
	f.Fuzz(func(t *testing.T, file []byte) {
		q, left, err := limesurvey.Import(file, "", "")
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

const sample = `<?xml version="1.0" encoding="UTF-8"?><document><LimeSurveyDocType>Survey</LimeSurveyDocType>
<groups><rows><row><gid>1</gid><group_order>1</group_order><grelevance>1</grelevance></row></rows></groups>
<group_l10ns><rows><row><gid>1</gid><group_name>Trang</group_name><language>vi</language></row></rows></group_l10ns>
<questions><rows><row><qid>2</qid><gid>1</gid><parent_qid>0</parent_qid><type>F</type><title>Q1</title><mandatory>Y</mandatory></row>
<row><qid>3</qid><gid>1</gid><parent_qid>0</parent_qid><type>M</type><title>Q2</title><other>Y</other><relevance>Q1_S1 == "1" or is_empty(Q1_S1.NAOK)</relevance></row>
<row><qid>6</qid><gid>1</gid><parent_qid>0</parent_qid><type>*</type><title>Q3</title><question><![CDATA[{if(Q1_S1 > 1, 2, 3)}]]></question></row></rows></questions>
<subquestions><rows><row><qid>4</qid><parent_qid>2</parent_qid><title>S1</title></row><row><qid>5</qid><parent_qid>3</parent_qid><title>a</title></row></rows></subquestions>
<question_l10ns><rows><row><qid>2</qid><question>B&lt;b&gt;ảng</question><language>vi</language></row><row><qid>3</qid><question>Chọn {Q1_S1}</question><language>vi</language></row>
<row><qid>4</qid><question>Dòng</question><language>vi</language></row><row><qid>5</qid><question>A</question><language>vi</language></row></rows></question_l10ns>
<answers><rows><row><aid>1</aid><qid>2</qid><code>1</code></row><row><aid>2</aid><qid>2</qid><code>2</code></row></rows></answers>
<answer_l10ns><rows><row><aid>1</aid><answer>Một</answer><language>vi</language></row><row><aid>2</aid><answer>Hai</answer><language>vi</language></row></rows></answer_l10ns>
<question_attributes><rows><row><qid>3</qid><attribute>random_order</attribute><value>1</value></row></rows></question_attributes>
<surveys><rows><row><language>vi</language></row></rows></surveys>
<surveys_languagesettings><rows><row><surveyls_language>vi</surveyls_language><surveyls_title>Phiếu</surveyls_title><surveyls_description>Lời</surveyls_description></row></rows></surveys_languagesettings></document>`
