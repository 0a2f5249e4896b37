package sketch

import (
	"slices"
	"strconv"

	"thuocdo/survey"
)

// AddPage puts an empty page behind the one of the place, or behind all, and returns it.
func AddPage(q *survey.Questionnaire, after Place) Place {
	i := len(q.Pages)
	if after.Part >= Page {
		i = after.Page + 1
	}
	page := survey.Page{Code: freePage(q), Blocks: []survey.Block{{}}}
	q.Pages = slices.Insert(q.Pages, i, page)
	return Place{Part: Page, Page: i}
}

// AddBlock puts an empty block behind the one of the place, or behind all of its page, and returns it.
func AddBlock(q *survey.Questionnaire, after Place) Place {
	at := onPage(q, after)
	list := &at.page(q).Blocks
	at.Part, at.Block = Block, len(*list)
	if after.Part >= Block {
		at.Block = after.Block + 1
	}
	*list = slices.Insert(*list, at.Block, survey.Block{})
	return at
}

// AddQuestion puts a question behind the one of the place, or behind all of its block or page, and returns it.
func AddQuestion(q *survey.Questionnaire, after Place, kind survey.QuestionType) Place {
	at := inBlock(q, after)
	if after.Part == Question {
		at.Question = after.Question + 1
	}
	x := survey.Question{Code: freeQuestion(q, "q"), Type: kind}
	list := &at.block(q).Questions
	*list = slices.Insert(*list, at.Question, x)
	Fit(q, &(*list)[at.Question])
	return at
}

// onPage returns the page of a place, the last one for places on none. A questionnaire without pages gets one.
func onPage(q *survey.Questionnaire, at Place) Place {
	if len(q.Pages) == 0 {
		AddPage(q, Place{})
	}
	if at.Part < Page {
		return Place{Part: Page, Page: len(q.Pages) - 1}
	}
	return Place{Part: Page, Page: at.Page}
}

// inBlock returns the place behind the last question of a place's block, or of the last block of its page.
func inBlock(q *survey.Questionnaire, at Place) Place {
	p := onPage(q, at)
	if len(p.page(q).Blocks) == 0 {
		p.page(q).Blocks = []survey.Block{{}}
	}
	p.Part, p.Block = Question, len(p.page(q).Blocks)-1
	if at.Part >= Block {
		p.Block = at.Block
	}
	p.Question = len(p.block(q).Questions)
	return p
}

// Duplicate puts a copy of a page, block or question behind it and returns the copy. Its codes are new.
func Duplicate(q *survey.Questionnaire, at Place) (Place, error) {
	c, err := Copy(q)
	if err != nil || at.Part < Page {
		return at, err
	}
	switch at.Part {
	case Page:
		p := *at.page(c)
		p.Code = freePage(q)
		q.Pages = slices.Insert(q.Pages, at.Page+1, p)
		at.Page++
	case Block:
		list := &at.page(q).Blocks
		*list = slices.Insert(*list, at.Block+1, *at.block(c))
		at.Block++
	case Question:
		list := &at.block(q).Questions
		*list = slices.Insert(*list, at.Question+1, *at.QuestionOf(c))
		at.Question++
	}
	renew(q, at)
	return at, nil
}

// renew gives the questions of a copy codes of their own; what refers to one another inside the copy follows.
func renew(q *survey.Questionnaire, at Place) {
	var own []*survey.Question
	for _, p := range Questions(q) {
		if p.Page == at.Page && (at.Part < Block || p.Block == at.Block) && (at.Part < Question || p.Question == at.Question) {
			own = append(own, p.QuestionOf(q))
		}
	}
	for _, x := range own {
		old := x.Code
		x.Code = ""
		x.Code = freeQuestion(q, base(old))
		for _, y := range own {
			refer(y, old, x.Code)
		}
		if at.Part < Question {
			lead(at, q, old, x.Code)
		}
	}
}

// lead has what stands around the questions of a copied page or block follow their new codes.
func lead(at Place, q *survey.Questionnaire, old, code string) {
	if at.Part == Block {
		follow(old, code, at.block(q).Lead)
		return
	}
	p := at.page(q)
	follow(old, code, p.Hint)
	for i := range p.Blocks {
		follow(old, code, p.Blocks[i].Lead)
	}
}

// base drops the number behind a code.
func base(code string) string {
	n := len(code)
	for n > 0 && code[n-1] >= '0' && code[n-1] <= '9' {
		n--
	}
	if n == 0 {
		return "q"
	}
	return code[:n]
}

// Delete takes a page, block or question out, or a list that no question uses, and returns the place next to it.
func Delete(q *survey.Questionnaire, at Place) Place {
	switch at.Part {
	case List:
		if len(Users(q, at.List)) == 0 {
			delete(q.Lists, at.List)
			return Place{}
		}
	case Page:
		forget(q, at)
		q.Pages = slices.Delete(q.Pages, at.Page, at.Page+1)
		return near(q, at)
	case Block:
		forget(q, at)
		list := &at.page(q).Blocks
		*list = slices.Delete(*list, at.Block, at.Block+1)
		return near(q, at)
	case Question:
		forget(q, at)
		list := &at.block(q).Questions
		*list = slices.Delete(*list, at.Question, at.Question+1)
		return near(q, at)
	}
	return at
}

// near returns the place itself, the one before it, or the one around it: the first that there is.
func near(q *survey.Questionnaire, at Place) Place {
	for !at.in(q) {
		switch {
		case at.Part == Question && at.Question > 0:
			at.Question--
		case at.Part == Block && at.Block > 0:
			at.Block--
		case at.Part == Page && at.Page > 0:
			at.Page--
		case at.Part > Page:
			at.Part--
		default:
			return Place{}
		}
	}
	return at
}

// forget takes the rated questions at a place out of the scales.
func forget(q *survey.Questionnaire, at Place) {
	gone := map[string]bool{}
	for _, p := range Questions(q) {
		if p.Page == at.Page && (at.Part < Block || p.Block == at.Block) && (at.Part < Question || p.Question == at.Question) {
			gone[p.QuestionOf(q).Code] = true
		}
	}
	for i := range q.Scales {
		q.Scales[i].Items = slices.DeleteFunc(q.Scales[i].Items, func(code string) bool { return gone[code] })
	}
}

func freePage(q *survey.Questionnaire) string {
	return free("p", func(code string) bool {
		return slices.ContainsFunc(q.Pages, func(p survey.Page) bool { return p.Code == code })
	})
}

func freeQuestion(q *survey.Questionnaire, stem string) string {
	taken := map[string]bool{}
	for _, p := range Questions(q) {
		taken[p.QuestionOf(q).Code] = true
	}
	return free(stem, func(code string) bool { return taken[code] })
}

// free returns the first of stem1, stem2 … that is not taken.
func free(stem string, taken func(string) bool) string {
	for n := 1; ; n++ {
		if code := stem + strconv.Itoa(n); !taken(code) {
			return code
		}
	}
}
