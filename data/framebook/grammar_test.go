package framebook

import (
	"bytes"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"thuocdo/data/tabular"
	"thuocdo/scoring"
	"thuocdo/scoring/phrase"
)

func at(x float64) *float64 { return &x }

func TestRangesAreReadAsTheyAreWritten(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]span{
		"> 90": {min: at(90), minOpen: true}, ">= 90": {min: at(90)}, "≥90%": {min: at(90)}, "từ 90 trở lên": {min: at(90)}, "Từ 90 điểm trở lên": {min: at(90)},
		"90 trở lên": {min: at(90)}, "từ 90": {min: at(90)}, "trên 90": {min: at(90), minOpen: true}, "< 70": {max: at(70)}, "dưới 70": {max: at(70)}, "<= 70": {max: at(70), maxClosed: true},
		"đến 70": {max: at(70), maxClosed: true}, "70..90": {at(70), at(90), false, true}, "70..<90": {at(70), at(90), false, false},
		"70<..90": {at(70), at(90), true, true}, "70 <..< 90": {at(70), at(90), true, false}, "từ 70 đến dưới 90": {at(70), at(90), false, false},
		"trên 70 đến 90": {at(70), at(90), true, true}, "0,5..1": {at(0.5), at(1), false, true}, "0.5..1.5": {at(0.5), at(1.5), false, true},
		"-5..-3": {at(-5), at(-3), false, true}, "−5…−3": {at(-5), at(-3), false, true}, "5": {at(5), at(5), false, true}, "= 5": {at(5), at(5), false, true},
		"mọi giá trị": {}, "*": {}, "1e-9..1e12": {at(1e-9), at(1e12), false, true},
	} {
		if got, ok := getSpan(text); !ok || !reflect.DeepEqual(got, want) {
			t.Errorf("%q: %+v, %v, want %+v", text, got, ok, want)
		}
	}
	for _, text := range []string{"", "70-90", "70..", "..90", "90 đến", "a..b", "1..2..3", "70 đến 90", "> 1.234.567", "trên 90 trở lên", "<", "1e999", "NaN", "0x10", "1_0"} {
		if got, ok := getSpan(text); ok {
			t.Errorf("%q is read as %+v", text, got)
		}
	}
}

func TestEveryVocabularyIsUnmistakable(t *testing.T) {
	t.Parallel()
	for _, w := range slices.Concat(lists, []words{kinds, lineWords, caseWords, pollWords, fromWords}) {
		seen := map[string]string{}
		for _, x := range w {
			for _, spelling := range []string{fold(x.key), fold(x.vi)} {
				if other, twice := seen[spelling]; twice && other != x.key {
					t.Errorf("%q stands for %s and %s", spelling, other, x.key)
				}
				seen[spelling] = x.key
			}
			if got, ok := w.find(strings.ToUpper(x.vi)); !ok || got != x.key {
				t.Errorf("%s: %q is read as %q", x.key, x.vi, got)
			}
		}
	}
	for i, kind := range scoring.AgencyKinds {
		if kinds[i].key != kind {
			t.Errorf("kind %d is %s, want %s", i, kinds[i].key, kind)
		}
	}
	for i, rule := range scoring.RuleTypes() {
		if rules[i].key != rule {
			t.Errorf("rule %d is %s, want %s", i, rules[i].key, rule)
		}
	}
}

// Whatever a cell is read as, writing and reading it again gives the same.
func FuzzCell(f *testing.F) {
	for _, s := range []string{"> 90 = 2", "70..<90 = 1", "[a] Kịp thời | On time = 0,5", `"a = b" | "" = 1 %`, "mọi lĩnh vực >= 50 %", "mục 1; 2 >= 5", `q1; "a;b"`, "mỗi lần = 2", "từ = 30\nđến = 0"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, cell string) {
		if cell = strings.TrimSpace(cell); !utf8.ValidString(cell) {
			return // no cell holds that
		}
		if s, ok := getSpan(cell); ok {
			if again, ok := getSpan(putSpan(s)); !ok || !reflect.DeepEqual(again, s) {
				t.Errorf("range %q: %+v, written %q, read %+v", cell, s, putSpan(s), again)
			}
		}
		if s, ok := getStep(cell); ok {
			if again, ok := getStep(putStep(s)); !ok || !reflect.DeepEqual(again, s) {
				t.Errorf("step %q: %+v, written %q, read %+v", cell, s, putStep(s), again)
			}
		}
		if o, ok := getOption(0, cell); ok && o.code != "" && !strings.ContainsAny(o.code, "]\n") {
			if again, ok := getOption(0, putOption(0, o, " %", nil)); !ok || !reflect.DeepEqual(again, o) {
				t.Errorf("option %q: %+v, written %q, read %+v", cell, o, putOption(0, o, " %", nil), again)
			}
		}
		if g, ok := getGate(cell); ok {
			if again, ok := getGate(putGate(g)); !ok || !reflect.DeepEqual(again, g) {
				t.Errorf("gate %q: %+v, written %q, read %+v", cell, g, putGate(g), again)
			}
		}
		if list := getList(cell); !slices.Equal(getList(putList(list)), list) {
			t.Errorf("list %q: %q, written %q, read %q", cell, list, putList(list), getList(putList(list)))
		}
		if cell != "" && getText(strings.TrimSpace(putText(cell))) != cell {
			t.Errorf("text %q: written %q, read %q", cell, putText(cell), getText(putText(cell)))
		}
		for _, r := range scoring.RuleTypes() {
			getParams(cell, &scoring.Rule{Type: r}, func(int, string, string, ...any) {})
		}
	})
}

// Whatever is in a file, it is a framework, a list of mistakes that each name a place, or no workbook.
func FuzzRead(f *testing.F) {
	x, err := Template()
	if err != nil {
		f.Fatal(err)
	}
	var b bytes.Buffer
	if err := Write(&b, x); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Add([]byte("PK\x03\x04"))
	f.Fuzz(func(t *testing.T, file []byte) {
		_, err := Read(t.Context(), bytes.NewReader(file))
		var m phrase.Mistakes
		switch {
		case err == nil, errors.Is(err, tabular.ErrNotATable), errors.Is(err, tabular.ErrTooLarge):
		case !errors.As(err, &m):
			t.Fatalf("neither mistakes nor no workbook: %v", err)
		}
		for _, x := range m {
			if !strings.HasPrefix(x.Path, "sheet ") || x.Message["vi"] == "" || x.Message["en"] == "" {
				t.Fatalf("a mistake says nothing: %+v", x)
			}
		}
	})
}
