package opinion

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"thuocdo/scoring/phrase"
)

func texts(words ...string) []Text {
	c := NewCollect("q")
	for _, w := range words {
		c.Add(w)
	}
	return c.Texts()
}

func TestSearchIgnoresDiacriticsAndCase(t *testing.T) {
	t.Parallel()
	list := texts("Thủ tục rườm rà", "thủ tục nhanh", "CHỜ LÂU, đường xa", "Thủ tục rườm rà")
	if list[0].Words != "Thủ tục rườm rà" || list[0].N != 2 || len(list) != 3 {
		t.Fatalf("%+v", list)
	}
	for query, want := range map[string]int{"thu tuc": 2, "THỦ": 2, "duong": 1, "đường cho": 1, "": 3, "tuc thu": 2, "không có": 0, "<script>": 0} {
		if got := Search(list, query); len(got) != want {
			t.Errorf("%q finds %d texts, want %d", query, len(got), want)
		}
	}
}

func TestDigestsNameWordsWithinAQuestion(t *testing.T) {
	t.Parallel()
	a := DigestOf("q", "chờ lâu")
	if a == DigestOf("r", "chờ lâu") || a == DigestOf("q", "chờ") {
		t.Error("two texts share a digest")
	}
	if d, ok := ParseDigest(a.String()); !ok || d != a {
		t.Error("a digest is not read back")
	}
	for _, s := range []string{"", "zz", strings.Repeat("0", 31), strings.Repeat("0", 34), strings.Repeat("g", 32)} {
		if _, ok := ParseDigest(s); ok {
			t.Errorf("%q was taken", s)
		}
	}
}

func TestAFrameSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	f := Frame{Codes: []Code{{Code: "cho-lau", Title: phrase.VI("Chờ lâu", "Long wait")}, {Code: "cho-lau", Title: phrase.VI("Lặp", "Twice")}, {Code: "Chờ", Title: phrase.Text{"en": "x"}}}}
	var m phrase.Mistakes
	if err := f.Check(); !errors.As(err, &m) || len(m) != 3 {
		t.Errorf("%v", err)
	}
	f.Codes = f.Codes[:1]
	if err := f.Check(); err != nil {
		t.Error(err)
	}
	if _, err := f.Clean([]string{"khac"}); !errors.Is(err, ErrCode) {
		t.Errorf("%v", err)
	}
}

// Four texts, two coders: alike on "a" and "b", not on "c"; "d" was coded by one only.
func work() *Work {
	give := func(codes ...string) []string { return codes }
	at := func(s string) Digest { return DigestOf("q", s) }
	return &Work{
		Frame: Frame{Question: "q", Codes: []Code{{Code: "x"}, {Code: "y"}}},
		Coders: []Coder{
			{Account: 1, Done: true, Codings: map[Digest][]string{at("a"): give("x"), at("b"): give("x", "y"), at("c"): give("x"), at("d"): give("y")}},
			{Account: 2, Done: true, Codings: map[Digest][]string{at("a"): give("x"), at("b"): give("x", "y"), at("c"): nil}},
		},
		Resolved: map[Digest][]string{}, Classes: map[Digest]Class{},
	}
}

func TestPairsAndSharesByHand(t *testing.T) {
	t.Parallel()
	w := work()
	sets, table := w.Pairs("")
	if want := [][]int64{{0, 0, 0}, {1, 1, 0}, {0, 0, 1}}; !reflect.DeepEqual(table, want) || fmt.Sprint(sets) != "[ x x y]" {
		t.Errorf("%q %v", sets, table)
	}
	if _, table = w.Pairs("y"); !reflect.DeepEqual(table, [][]int64{{2, 0}, {0, 1}}) {
		t.Errorf("y: %v", table)
	}
	list := texts("a", "a", "b", "c", "d")
	shares, open := w.Shares(list)
	if want := []Share{{"x", 3, 3}, {"y", 1, 3}}; !reflect.DeepEqual(shares, want) || open != 2 {
		t.Errorf("%+v, %d open", shares, open)
	}
	w.Resolved[DigestOf("q", "c")] = []string{"y"}
	if shares, open = w.Shares(list); shares[1] != (Share{"y", 2, 4}) || open != 1 {
		t.Errorf("after agreeing: %+v, %d open", shares, open)
	}
	if w.Coders[1].Done = false; w.BothDone() {
		t.Error("one is still coding")
	}
	if _, ok := w.Final(DigestOf("q", "a")); ok {
		t.Error("codes are final before both have finished")
	}
}

func BenchmarkSearch(b *testing.B) {
	c := NewCollect("q")
	for i := range 100_000 {
		c.Add(fmt.Sprintf("Cán bộ hướng dẫn tận tình nhưng thời gian chờ còn lâu, lần thứ %d", i))
	}
	list := c.Texts()
	for b.Loop() {
		Search(list, "thoi gian CHO")
	}
}

// Texts that were coded alike go together; a class keeps its number, also when there are new ones.
func TestClassesOfErasedTexts(t *testing.T) {
	t.Parallel()
	w := work()
	class, fresh := w.Classify()
	at := func(s string) Digest { return DigestOf("q", s) }
	if len(class) != 4 || len(fresh) != 4 || class[at("a")] == class[at("b")] || class[at("c")] == class[at("d")] {
		t.Fatalf("%v %v", class, fresh)
	}
	for n, d := range fresh { // as the store does it
		e := ErasedDigest("q", n)
		w.Classes[e] = Class{Number: n, Texts: 1}
		for i := range w.Coders {
			if codes, ok := w.Coders[i].Codings[d]; ok {
				w.Coders[i].Codings[e] = codes
				delete(w.Coders[i].Codings, d)
			}
		}
	}
	for _, s := range []string{"new", "new too"} {
		w.Coders[0].Codings[at(s)], w.Coders[1].Codings[at(s)] = []string{"x"}, []string{"x"}
	}
	w.Coders[0].Codings[at("other")] = nil
	again, more := w.Classify()
	if len(again) != 3 || again[at("new")] != class[at("a")] || again[at("new too")] != class[at("a")] || len(more) != 1 || more[5] != at("other") {
		t.Errorf("%v %v, after %v", again, more, class)
	}
	if !w.Gone(ErasedDigest("q", 0)) || !w.Gone(ErasedDigest("q", 4)) || w.Gone(at("new")) {
		t.Error("what is gone and what is not are mixed up")
	}
	w.Classes[ErasedDigest("q", class[at("a")])] = Class{Number: class[at("a")], Texts: 3}
	if n := w.Coders[0].Coded(w); n != 9 { // 3 + b, c, d, and three others
		t.Errorf("%d texts, want 9", n)
	}
	if _, table := w.Pairs("y"); !reflect.DeepEqual(table, [][]int64{{6, 0}, {0, 1}}) {
		t.Errorf("y: %v", table)
	}
}
