package sketch

import (
	"slices"

	"thuocdo/survey"
)

// Up moves a page, block or question before the one before it, at the edge of a block or page into the one before;
// false where it is the first.
func Up(q *survey.Questionnaire, at Place) (Place, bool) { return move(q, at, -1) }

// Down is the inverse of Up.
func Down(q *survey.Questionnaire, at Place) (Place, bool) { return move(q, at, 1) }

func move(q *survey.Questionnaire, at Place, by int) (Place, bool) {
	switch at.Part {
	case Page:
		to := at.Page + by
		if to < 0 || to >= len(q.Pages) {
			return at, false
		}
		q.Pages[at.Page], q.Pages[to] = q.Pages[to], q.Pages[at.Page]
		at.Page = to
		return at, true
	case Block:
		return moveBlock(q, at, by)
	case Question:
		return moveQuestion(q, at, by)
	}
	return at, false
}

func moveBlock(q *survey.Questionnaire, at Place, by int) (Place, bool) {
	list := at.page(q).Blocks
	if to := at.Block + by; to >= 0 && to < len(list) {
		list[at.Block], list[to] = list[to], list[at.Block]
		at.Block = to
		return at, true
	}
	to := Place{Part: Block, Page: at.Page + by}
	if to.Page < 0 || to.Page >= len(q.Pages) {
		return at, false
	}
	if by < 0 {
		to.Block = len(to.page(q).Blocks)
	}
	return carryBlock(q, at, to), true
}

func carryBlock(q *survey.Questionnaire, at, to Place) Place {
	b := *at.block(q)
	from, onto := &at.page(q).Blocks, &to.page(q).Blocks
	*from = slices.Delete(*from, at.Block, at.Block+1)
	*onto = slices.Insert(*onto, to.Block, b)
	return to
}

func moveQuestion(q *survey.Questionnaire, at Place, by int) (Place, bool) {
	list := at.block(q).Questions
	if to := at.Question + by; to >= 0 && to < len(list) {
		list[at.Question], list[to] = list[to], list[at.Question]
		at.Question = to
		return at, true
	}
	to, ok := nextBlock(q, at, by)
	if !ok {
		return at, false
	}
	if by < 0 {
		to.Question = len(to.block(q).Questions)
	}
	return carry(q, at, to), true
}

// nextBlock returns the first place of the block before or after the one of the place, on whatever page.
func nextBlock(q *survey.Questionnaire, at Place, by int) (Place, bool) {
	to := Place{Part: Question, Page: at.Page, Block: at.Block + by}
	for to.Block < 0 || to.Block >= len(to.page(q).Blocks) {
		if to.Page += by; to.Page < 0 || to.Page >= len(q.Pages) {
			return at, false
		}
		if to.Block = 0; by < 0 {
			to.Block = len(to.page(q).Blocks) - 1
		}
	}
	return to, true
}

// carry moves a question between blocks.
func carry(q *survey.Questionnaire, at, to Place) Place {
	x := *at.QuestionOf(q)
	from, onto := &at.block(q).Questions, &to.block(q).Questions
	*from = slices.Delete(*from, at.Question, at.Question+1)
	*onto = slices.Insert(*onto, to.Question, x)
	return to
}

// MoveTo moves a block or question to the end of a page; false where it is there already or there is no such page.
func MoveTo(q *survey.Questionnaire, at Place, page int) (Place, bool) {
	if page < 0 || page >= len(q.Pages) || at.Part < Block || page == at.Page {
		return at, false
	}
	if at.Part == Block {
		return carryBlock(q, at, Place{Part: Block, Page: page, Block: len(q.Pages[page].Blocks)}), true
	}
	return carry(q, at, inBlock(q, Place{Part: Page, Page: page})), true
}
