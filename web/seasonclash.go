package web

import "strings"

// planClash is a field of a plan that somebody else has changed since the form was opened, or that was typed otherwise.
type planClash struct {
	ID, Key      string // of the field: its id, and the key of its label
	Mine, Theirs string
}

// seasonPlanFields are the fields of a plan with their labels, in the order of the form.
var seasonPlanFields = []struct {
	id, key string
	of      func(seasonFields) string
}{
	{"ten", "season.plan.title", func(f seasonFields) string { return f.TitleVI }},
	{"ten-en", "season.plan.title_en", func(f seasonFields) string { return f.TitleEN }},
	{"bo", "season.plan.framework", func(f seasonFields) string { return f.Framework }},
	{"ky", "season.plan.period", func(f seasonFields) string { return f.Period }},
	{"vong", "season.rounds", func(f seasonFields) string { return f.Rounds }},
	{"co-quan", "season.all_sheets", func(f seasonFields) string { return f.Agencies }},
	{"han-nop", "stage.draft", func(f seasonFields) string { return f.Submit }},
	{"han-tham-dinh", "stage.submitted", func(f seasonFields) string { return f.Appraise }},
	{"han-giai-trinh", "stage.appraised", func(f seasonFields) string { return f.Explain }},
	{"han-vong-hai", "stage.review", func(f seasonFields) string { return f.Review }},
	{"han-hoi-dong", "stage.council", func(f seasonFields) string { return f.Decide }},
	{"nhac", "season.plan.remind", func(f seasonFields) string { return f.Remind }},
	{"tham-dinh", "season.appraisers", func(f seasonFields) string { return f.Appraisers }},
	{"hoi-dong", "season.plan.members", func(f seasonFields) string { return f.Members }},
	{"so-phieu", "season.plan.quorum", func(f seasonFields) string { return f.Quorum }},
}

// clashOf lists the fields in which what was typed and what is stored now differ; how words are divided makes no difference.
func clashOf(mine, theirs seasonFields) (list []planClash) {
	words := func(text string) string {
		return strings.Join(strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" ,;\n\t", r) }), " ")
	}
	for _, f := range seasonPlanFields {
		if m, t := f.of(mine), f.of(theirs); words(m) != words(t) {
			list = append(list, planClash{f.id, f.key, m, t})
		}
	}
	return list
}
