package sketch

import (
	"slices"
	"strconv"
	"strings"

	"thuocdo/survey"
)

// Part is a sort of place.
type Part byte

// Parts of a questionnaire.
const (
	Whole    Part = iota // code, version, title, introduction
	Scales               // groups of rated questions
	List                 // choices by the name of their list
	Page                 //
	Block                //
	Question             //
)

// Place names one part of a questionnaire. Indexes count from 0.
type Place struct {
	Part                  Part
	Page, Block, Question int
	List                  string
}

// Words of places that are not numbers.
const (
	wholeWord  = "phieu"
	scalesWord = "thang-do"
	listWord   = "ds-"
)

// String writes a place as it stands in addresses: "2.1.3" is the third question of the first block of the second page.
func (p Place) String() string {
	n := func(i int) string { return strconv.Itoa(i + 1) }
	switch p.Part {
	case Scales:
		return scalesWord
	case List:
		return listWord + p.List
	case Page:
		return n(p.Page)
	case Block:
		return n(p.Page) + "." + n(p.Block)
	case Question:
		return n(p.Page) + "." + n(p.Block) + "." + n(p.Question)
	}
	return wholeWord
}

// At reads what String wrote; Whole where there is no such place in q.
func At(q *survey.Questionnaire, s string) Place {
	p := Named(s)
	if !p.in(q) {
		return Place{}
	}
	return p
}

// Named reads what String wrote, whether there is such a place or not; Whole where it is none.
func Named(s string) Place {
	if s == scalesWord {
		return Place{Part: Scales}
	}
	if name, ok := strings.CutPrefix(s, listWord); ok {
		return Place{Part: List, List: name}
	}
	var at [3]int
	parts := strings.Split(s, ".")
	if len(parts) > len(at) {
		return Place{}
	}
	for i, x := range parts {
		n, err := strconv.Atoi(x)
		if err != nil || n < 1 {
			return Place{}
		}
		at[i] = n - 1
	}
	return Place{Part: Page + Part(len(parts)-1), Page: at[0], Block: at[1], Question: at[2]}
}

// Has reports whether q has the place.
func Has(q *survey.Questionnaire, p Place) bool { return p.in(q) }

// in reports whether q has the place.
func (p Place) in(q *survey.Questionnaire) bool {
	if p.Part == List {
		_, ok := q.Lists[p.List]
		return ok
	}
	if p.Part < Page {
		return true
	}
	return p.Page < len(q.Pages) && (p.Part < Block || p.Block < len(q.Pages[p.Page].Blocks) &&
		(p.Part < Question || p.Question < len(q.Pages[p.Page].Blocks[p.Block].Questions)))
}

func (p Place) page(q *survey.Questionnaire) *survey.Page   { return &q.Pages[p.Page] }
func (p Place) block(q *survey.Questionnaire) *survey.Block { return &p.page(q).Blocks[p.Block] }

// PageOf returns the page of a place on one, nil elsewhere. The place must be in q.
func (p Place) PageOf(q *survey.Questionnaire) *survey.Page {
	if p.Part < Page {
		return nil
	}
	return p.page(q)
}

// BlockOf returns the block of a block or question, nil elsewhere.
func (p Place) BlockOf(q *survey.Questionnaire) *survey.Block {
	if p.Part < Block {
		return nil
	}
	return p.block(q)
}

// QuestionOf returns the question at the place, nil where it is another part.
func (p Place) QuestionOf(q *survey.Questionnaire) *survey.Question {
	if p.Part != Question {
		return nil
	}
	return &p.block(q).Questions[p.Question]
}

// Name returns what tells the thing at the place from others, wherever it is moved: the code of a page or question, of a
// block its page's and its number. "" says nothing.
func (p Place) Name(q *survey.Questionnaire) string {
	switch p.Part {
	case Page:
		return p.page(q).Code
	case Block:
		return p.page(q).Code + "/" + strconv.Itoa(p.Block+1)
	case Question:
		return p.QuestionOf(q).Code
	case List:
		return p.List
	}
	return ""
}

// Find returns where the thing that had this name at p is in q. It stays where it was if the thing there still has the name.
func (p Place) Find(q *survey.Questionnaire, name string) (Place, bool) {
	if p.in(q) && p.Name(q) == name {
		return p, true
	}
	if name == "" {
		return Place{}, false
	}
	for _, x := range places(q) {
		if x.Part == p.Part && x.Name(q) == name {
			return x, true
		}
	}
	return Place{}, false
}

// places returns every page, block and question in order.
func places(q *survey.Questionnaire) (list []Place) {
	for i := range q.Pages {
		list = append(list, Place{Part: Page, Page: i})
		for j := range q.Pages[i].Blocks {
			list = append(list, Place{Part: Block, Page: i, Block: j})
			for k := range q.Pages[i].Blocks[j].Questions {
				list = append(list, Place{Part: Question, Page: i, Block: j, Question: k})
			}
		}
	}
	return list
}

// Questions returns the places of all questions in order.
func Questions(q *survey.Questionnaire) []Place {
	return slices.DeleteFunc(places(q), func(p Place) bool { return p.Part != Question })
}

// Locate finds the place and the field that the JSON path of a mistake is about, such as "text.vi"; of a choice
// "[3].code", of a scale too.
func Locate(path string) (p Place, field string) {
	path = strings.TrimPrefix(strings.TrimPrefix(path, "$"), ".")
	if rest, ok := strings.CutPrefix(path, "scales"); ok {
		return Place{Part: Scales}, rest
	}
	if rest, ok := strings.CutPrefix(path, "lists."); ok {
		name, field := rest, ""
		if i := strings.LastIndexByte(rest, '['); i >= 0 {
			name, field = rest[:i], rest[i:]
		}
		return Place{Part: List, List: name}, field
	}
	for i, name := range []string{"pages[", "blocks[", "questions["} {
		rest, ok := strings.CutPrefix(path, name)
		if !ok {
			break
		}
		number, tail, ok := strings.Cut(rest, "]")
		n, err := strconv.Atoi(number)
		if !ok || err != nil {
			break
		}
		*[]*int{&p.Page, &p.Block, &p.Question}[i] = n
		p.Part, path = Page+Part(i), strings.TrimPrefix(tail, ".")
	}
	return p, path
}
