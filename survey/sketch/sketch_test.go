package sketch_test

import (
	"encoding/json"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"thuocdo/data/reference"
	"thuocdo/scoring/phrase"
	"thuocdo/survey"
	"thuocdo/survey/sketch"
)

// MustSketch returns a questionnaire of two pages: q1 yes/no, q2 a rating that depends on it; q3 on the second page pipes q1.
func MustSketch(tb testing.TB) *survey.Questionnaire {
	tb.Helper()
	q := sketch.New("thu", phrase.VI("Thử", "Trial"))
	q.Intro = phrase.VI("Mở đầu", "Opening")
	q.Pages[0].Title = phrase.VI("Một", "One")
	page := sketch.Place{Part: sketch.Page}
	first := sketch.AddQuestion(q, page, survey.YesNo)
	second := sketch.AddQuestion(q, first, survey.Rating)
	other := sketch.AddPage(q, page)
	other.PageOf(q).Title = phrase.VI("Hai", "Two")
	third := sketch.AddQuestion(q, other, survey.FreeText)
	first.QuestionOf(q).Text = phrase.VI("Đã đến chưa?", "Been there?")
	x := second.QuestionOf(q)
	x.Text, x.Relevant = phrase.VI("Thế nào?", "How was it?"), "${q1} = 'yes'"
	third.QuestionOf(q).Text = phrase.VI("Vì sao ${q1}?", "Why ${q1}?")
	q.Scales = []survey.Scale{{Code: "F", Level: "factor", Title: phrase.VI("Chung", "All"), Items: []string{"q2"}}}
	if m := sketch.Mistakes(q); m != nil {
		tb.Fatal(m)
	}
	return q
}

// codes writes the questions of each block: pages apart by |, blocks by /.
func codes(q *survey.Questionnaire) string {
	var pages []string
	for _, p := range q.Pages {
		var blocks []string
		for _, b := range p.Blocks {
			var list []string
			for _, x := range b.Questions {
				list = append(list, x.Code)
			}
			blocks = append(blocks, strings.Join(list, " "))
		}
		pages = append(pages, strings.Join(blocks, "/"))
	}
	return strings.Join(pages, "|")
}

func at(q *survey.Questionnaire, s string) sketch.Place { return sketch.At(q, s) }

func TestPlacesAreReadAsTheyAreWritten(t *testing.T) {
	t.Parallel()
	q := MustSketch(t)
	for _, s := range []string{"phieu", "thang-do", "ds-hai_long", "1", "2.1", "1.1.2"} {
		if got := at(q, s).String(); got != s {
			t.Errorf("%s: %s", s, got)
		}
	}
	for _, s := range []string{"", "x", "0", "3", "1.2", "1.1.3", "1.1.1.1", "-1", "1.-1", "ds-khong", "99999999999999999999"} {
		if got := at(q, s); got != (sketch.Place{}) {
			t.Errorf("%q is %v", s, got)
		}
	}
}

func TestAQuestionMovesOverTheEdgesOfBlocksAndPages(t *testing.T) {
	t.Parallel()
	q := MustSketch(t)
	p, steps := at(q, "1.1.1"), []string{codes(q)}
	for ok := true; ok; {
		if p, ok = sketch.Down(q, p); ok {
			steps = append(steps, codes(q))
		}
	}
	if want := []string{"q1 q2|q3", "q2 q1|q3", "q2|q1 q3", "q2|q3 q1"}; !slices.Equal(steps, want) {
		t.Errorf("down: %q", steps)
	}
	for ok := true; ok; {
		p, ok = sketch.Up(q, p)
	}
	if codes(q) != steps[0] || p.Name(q) != "q1" {
		t.Errorf("and up again: %s, at %s", codes(q), p.Name(q))
	}
	if p, ok := sketch.MoveTo(q, p, 1); !ok || codes(q) != "q2|q3 q1" || p.String() != "2.1.2" {
		t.Errorf("to the second page: %s, at %v", codes(q), p)
	}
	if _, ok := sketch.MoveTo(q, at(q, "2.1.1"), 7); ok {
		t.Error("moved to a page that is not there")
	}
}

func TestDeletingLeadsToWhatIsNext(t *testing.T) {
	t.Parallel()
	q := MustSketch(t)
	if p := sketch.Delete(q, at(q, "1.1.2")); p.String() != "1.1.1" || len(q.Scales[0].Items) != 0 {
		t.Errorf("at %v, scales %v", p, q.Scales)
	}
	if p := sketch.Delete(q, at(q, "1.1.1")); p.String() != "1.1" {
		t.Errorf("the last of a block: at %v", p)
	}
	for range 2 {
		sketch.Delete(q, at(q, "1"))
	}
	if p := sketch.AddQuestion(q, sketch.Place{}, survey.Number); codes(q) != "q1" || p.String() != "1.1.1" {
		t.Errorf("a question for an empty form: %s at %v", codes(q), p)
	}
}

func TestACopyOfAPageRefersToItself(t *testing.T) {
	t.Parallel()
	q := MustSketch(t)
	p, err := sketch.Duplicate(q, at(q, "1"))
	if err != nil || codes(q) != "q1 q2|q4 q5|q3" {
		t.Fatal(codes(q), err)
	}
	if got := at(q, p.String()+".1.2").QuestionOf(q).Relevant; got != "${q4} = 'yes'" {
		t.Errorf("the rule of the copy: %s", got)
	}
	if got := at(q, "1.1.2").QuestionOf(q).Relevant; got != "${q1} = 'yes'" {
		t.Errorf("the rule of the original: %s", got)
	}
}

func TestARenamedQuestionIsFollowedByWhatNamesIt(t *testing.T) {
	t.Parallel()
	q := MustSketch(t)
	sketch.Rename(q, at(q, "1.1.1"), "da_den")
	sketch.Rename(q, at(q, "1.1.2"), "danh_gia")
	if m := sketch.Mistakes(q); m != nil {
		t.Error(m)
	}
	if got := at(q, "2.1.1").QuestionOf(q).Text["en"]; got != "Why ${da_den}?" {
		t.Errorf("its text: %s", got)
	}
	sketch.Rename(q, at(q, "2.1.1"), "da_den") // taken: nothing else changes
	if got := at(q, "1.1.2").QuestionOf(q).Relevant; got != "${da_den} = 'yes'" {
		t.Errorf("the rule: %s", got)
	}
}

func TestMistakesAreFoundWhereTheyAre(t *testing.T) {
	t.Parallel()
	q := MustSketch(t)
	at(q, "1.1.2").QuestionOf(q).Relevant = "${nowhere} = 1"
	at(q, "2").PageOf(q).Title = nil
	q.Lists["hai_long"][2].Text = nil
	q.Version = ""
	got := map[string]string{}
	for _, m := range sketch.Mistakes(q) {
		p, field := sketch.Locate(m.Path)
		got[p.String()+" "+field] = m.Message["vi"]
	}
	for _, want := range []string{"1.1.2 relevant", "2 title.vi", "ds-hai_long [2].text.vi", "phieu version"} {
		if got[want] == "" {
			t.Errorf("nothing about %s in %v", want, got)
		}
	}
}

func TestAChangedTypeComesWithAListThatSuitsIt(t *testing.T) {
	t.Parallel()
	q := sketch.New("thu", phrase.VI("Thử", "Trial"))
	first := sketch.AddQuestion(q, at(q, "1.1"), survey.Rating)
	second := sketch.AddQuestion(q, first, survey.Rating)
	if a, b := first.QuestionOf(q).List, second.QuestionOf(q).List; a != b || len(q.Lists[a]) != 5 {
		t.Errorf("ratings use %s and %s: %v", a, b, q.Lists)
	}
	sketch.Own(q, second.QuestionOf(q))
	if second.QuestionOf(q).List == first.QuestionOf(q).List || len(sketch.Users(q, second.QuestionOf(q).List)) != 1 {
		t.Error("no list of its own")
	}
	third := sketch.AddQuestion(q, second, survey.Single)
	list := third.QuestionOf(q).List
	sketch.AddChoice(q, list)
	if n := sketch.MoveChoice(q, list, 2, -1); n != 1 || q.Lists[list][1].Code != "3" {
		t.Errorf("%d: %v", n, q.Lists[list])
	}
	sketch.DeleteChoice(q, list, 0)
	sketch.DeleteChoice(q, list, 9)
	if len(q.Lists[list]) != 2 || sketch.MoveChoice(q, list, 0, -1) != 0 {
		t.Errorf("%v", q.Lists[list])
	}
}

func TestWhatIsLeftOfAListIsTidiedAway(t *testing.T) {
	t.Parallel()
	q := MustSketch(t)
	p := sketch.AddQuestion(q, at(q, "1"), survey.Single)
	list := p.QuestionOf(q).List
	if sketch.Tidy(q); !sketch.Has(q, sketch.Place{Part: sketch.List, List: list}) {
		t.Error("a list that is used is gone")
	}
	p.QuestionOf(q).Type, p.QuestionOf(q).List = survey.Number, ""
	q.Lists["old"] = []survey.Choice{{Code: "1", Text: phrase.VI("Một", "One")}}
	if sketch.Tidy(q); len(q.Lists) != 2 || q.Lists["old"] == nil {
		t.Errorf("left: %v", q.Lists)
	}
}

func TestAListFollowsTheTypeOfItsQuestion(t *testing.T) {
	t.Parallel()
	q := MustSketch(t)
	x := at(q, "1.1.2").QuestionOf(q)
	for _, c := range []struct {
		kind survey.QuestionType
		list string
	}{
		{survey.Single, "hai_long"}, {survey.FreeText, ""}, {survey.Rating, "hai_long"}, {survey.AgencyPick, ""}, {survey.Multiple, "q2"}, {survey.Number, ""},
	} {
		x.Type = c.kind
		if sketch.Suit(q, x); x.List != c.list || len(q.Lists["hai_long"]) != 5 {
			t.Errorf("%s has list %q, lists %v", c.kind, x.List, q.Lists)
		}
	}
	x.Type, x.List = survey.AgencyPick, string(survey.Province)
	if sketch.Suit(q, x); x.List != "province" {
		t.Errorf("a kind of agencies is gone: %q", x.List)
	}
}

func TestAttributesAreReadAsTheyAreWritten(t *testing.T) {
	t.Parallel()
	const s = "kind=commune; way=online"
	if got := sketch.WriteAttributes(sketch.ReadAttributes(" way = online;kind=commune;; ")); got != s {
		t.Errorf("%q", got)
	}
	if sketch.ReadAttributes(" ; ") != nil {
		t.Error("nothing is something")
	}
}

// Whatever is done to a sketch, it can be looked at, its places keep, and it is stored and read back alike.
func TestEverySketchCanBeLookedAt(t *testing.T) {
	t.Parallel()
	qs, err := reference.Questionnaires()
	if err != nil {
		t.Fatal(err)
	}
	for seed := range uint64(12) {
		r := rand.New(rand.NewPCG(seed, 1))
		q, err := sketch.Copy(qs[r.IntN(len(qs))])
		if err != nil {
			t.Fatal(err)
		}
		for i := range 25 {
			if disturb(r, q); i%6 == 0 {
				look(t, q)
			}
		}
	}
}

func look(t *testing.T, q *survey.Questionnaire) {
	t.Helper()
	f := sketch.Viewable(q)
	if f == nil {
		b, _ := json.Marshal(q)
		t.Fatalf("cannot be looked at: %v\n%s", sketch.Mistakes(q), b)
	}
	if len(q.Pages) > 0 && len(f.Questionnaire().Pages) != len(q.Pages) {
		t.Fatal("pages are lost")
	}
	for _, p := range sketch.Questions(q) {
		if sketch.At(q, p.String()) != p {
			t.Fatalf("%v is not read back", p)
		}
	}
	c, err := sketch.Copy(q)
	if err != nil {
		t.Fatal(err)
	}
	before, _ := json.Marshal(q)
	if after, _ := json.Marshal(c); string(before) != string(after) {
		t.Fatalf("%s\n%s", before, after)
	}
}

// disturb does one thing that a person may do, often a wrong one.
func disturb(r *rand.Rand, q *survey.Questionnaire) {
	list := sketch.Questions(q)
	if len(list) == 0 {
		sketch.AddQuestion(q, sketch.Place{}, survey.Single)
		return
	}
	p := list[r.IntN(len(list))]
	x := p.QuestionOf(q)
	rule := []string{"${q8_1} = 'yes'", "(((", ". > 3", "${" + x.Code + "}", "selected(${q5}, '1')", "random()", "name = '1'", "jr:choice-name(${q1}, '${q1}')", "today()"}[r.IntN(9)]
	types := survey.QuestionTypes()
	switch r.IntN(19) {
	case 0:
		x.Relevant = rule
	case 1:
		x.Constraint = rule
	case 2:
		x.ChoiceFilter = rule
	case 3:
		x.Type = types[r.IntN(len(types))]
	case 4:
		sketch.Rename(q, p, []string{"", "q1", "có dấu", "_order", "moi"}[r.IntN(5)])
	case 5:
		x.Text = phrase.Text{"vi": "${khong_co} và ${", "en": rule}
	case 6:
		sketch.Up(q, p)
	case 7:
		sketch.MoveTo(q, p, r.IntN(len(q.Pages)))
	case 8:
		p.Part = sketch.Page + sketch.Part(r.IntN(3))
		_, _ = sketch.Duplicate(q, p)
	case 9:
		p.Part = sketch.Page + sketch.Part(r.IntN(3))
		sketch.Delete(q, p)
	case 10:
		x.Type, x.Calculation = survey.Calculate, rule
	case 11:
		q.Lists[x.List] = nil
	case 12:
		x.Min, x.Required, x.Sensitive, x.MaxChars, x.RandomOrder = new(float64), true, true, -3, true
	case 13:
		sketch.Fit(q, x)
	case 14:
		p.PageOf(q).Relevant, p.PageOf(q).Code = rule, "p1"
	case 15:
		p.Part = sketch.Block
		sketch.AddBlock(q, p)
		sketch.AddPage(q, p)
	case 16:
		x.List, x.Type = "hai_long", survey.Rating
	case 18:
		x.Sensitive, x.Purpose, q.Layout = true, x.Code, "sideways"
	case 17:
		x.RequiredMessage, x.ConstraintMessage = phrase.Text{"en": "only"}, phrase.VI(rule, rule)
	}
}
