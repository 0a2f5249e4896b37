package assess

import (
	"encoding/json"
	"reflect"
	"slices"
	"testing"
)

// asked is a desk where the appraiser asked about 1.1.
func asked(tb testing.TB, rounds int) *desk {
	d := filled(tb, rounds)
	d.do("lan", Ask{"1.1", 1, " gửi ngày nào? "})
	return d
}

func TestAQuestionAndItsAnswerStandInTheLeaf(t *testing.T) {
	t.Parallel()
	d := asked(t, 1)
	claim := d.sheet.Leaves["1.1"].Claim
	d.now = day(3)
	more := []Evidence{{Number: "7/BC"}}
	d.do("lan", Ask{"1.1", 2, "ai ký?"})
	d.do("ha", Answer{Leaf: "1.1", Seen: 3, Question: 1, Text: "ngày 30/1", Evidence: more})
	l := d.sheet.Leaves["1.1"]
	want := []Question{
		{Text: "gửi ngày nào?", Mark: Mark{"lan", day(1)}, Answer: &Reply{Text: "ngày 30/1", Evidence: more, Mark: Mark{"ha", day(3)}}},
		{Text: "ai ký?", Mark: Mark{"lan", day(3)}},
	}
	if !reflect.DeepEqual(l.Questions, want) || !reflect.DeepEqual(l.Claim, claim) || l.Version != 4 || l.Asked() != 1 {
		t.Errorf("%+v", l)
	}
	if got := l.Documents(); !slices.Equal(got, append(slices.Clone(documented), more...)) {
		t.Errorf("documents %v", got)
	}
	body, err := json.Marshal(l)
	must(t, err)
	var back Leaf
	must(t, json.Unmarshal(body, &back))
	if back.Version = l.Version; !reflect.DeepEqual(back, l) {
		t.Errorf("%s", body)
	}
	// An open question stops nothing, and a changed claim does not wipe out what was said.
	d.do("lan", Appraise{Leaf: "1.1", Seen: 4}, Appraise{Leaf: "1.2", Seen: 1})
	d.do("minh", Appraise{Leaf: "1.3", Seen: 1}, Appraise{Leaf: "2.3", Input: ptr(value(50)), Reason: "Niên giám"}, Advance{})
	d.do("admin", Reopen{Draft, "nhập nhầm"})
	d.do("ha", d.fill("1.1", choice("b")))
	if l := d.sheet.Leaves["1.1"]; len(l.Questions) != 2 || l.Appraisal != nil {
		t.Errorf("%+v", l)
	}
}

func TestALeafTakesSoManyQuestions(t *testing.T) {
	t.Parallel()
	d := filled(t, 1)
	for range MostQuestions {
		d.do("lan", Ask{"1.1", d.seen("1.1"), "?"})
	}
	if err := d.try("lan", Ask{"1.1", d.seen("1.1"), "?"}); err == nil {
		t.Error("one more is taken")
	}
}

func TestAnAgencySeesAnAppraisalOnceTheRoundIsOver(t *testing.T) {
	t.Parallel()
	d := filled(t, 2)
	sees := func(leaf string, appraisal, decision bool) {
		t.Helper()
		l := d.sheet.ForAgency().Leaves[leaf]
		if (l.Appraisal != nil) != appraisal || (l.Decision != nil) != decision {
			t.Errorf("at %s %s shows %+v", d.sheet.Stage, leaf, l)
		}
	}
	d.do("lan", Appraise{Leaf: "1.1", Seen: 1, Input: ptr(choice("b")), Reason: "chậm"}, Appraise{Leaf: "1.2", Seen: 1}, Ask{"1.2", 2, "?"})
	sees("1.1", false, false)
	if l := d.sheet.ForAgency().Leaves["1.2"]; l.Asked() != 1 {
		t.Error("the question is hidden")
	}
	d.do("minh", Appraise{Leaf: "1.3", Seen: 1}, Appraise{Leaf: "2.3", Input: ptr(value(50)), Reason: "Niên giám"}, Advance{})
	sees("1.1", true, false)
	d.do("ha", Explain{"1.1", 2, "đúng hạn", true, nil}, Advance{Done: true})
	sees("1.1", true, false) // of the first round
	d.do("lan", Appraise{Leaf: "1.1", Seen: 3, Input: ptr(choice("b")), Reason: "giữ nguyên"})
	sees("1.1", false, false)
	d.do("lan", Advance{})
	sees("1.1", true, false)
	d.do("thuky", Decide{"1.1", 4, choice("a"), map[string]Vote{"An": For, "Bình": For}, "có dấu"})
	sees("1.1", true, false)
	d.do("thuky", Advance{})
	sees("1.1", true, true)
	if d.sheet.Leaves["1.1"].Decision == nil {
		t.Error("the sheet itself has changed")
	}
}
