package main

import (
	"context"
	"errors"
	"iter"
	"time"

	"thuocdo/data"
	"thuocdo/scoring/phrase"
	"thuocdo/scoring/report"
	"thuocdo/survey"
)

// exportCountsCmd counts answers.
type exportCountsCmd struct {
	Wave      string   `help:"Code of the wave." required:"" placeholder:"CODE"`
	Items     []string `help:"Questions to count; all whose choices are counted where left out." placeholder:"Q1,Q2"`
	By        string   `help:"Question that breaks the counts down." placeholder:"Q"`
	Of        string   `help:"One count per what." enum:"agency,province,all" default:"agency"`
	ValidOnly bool     `help:"Without responses that were decided to be invalid."`
	Keep      bool     `help:"Keep columns of the answers beside the database: later counts are fast."`
	outFlags
}

// Examples ends the help of the command.
func (*exportCountsCmd) Examples() []string {
	return []string{
		"thuocdo export counts --wave sipas-2026 -o counts.csv",
		"thuocdo export counts --wave sipas-2026 --items q9_1,q9_2 --by age --of province",
		"thuocdo export counts --wave sipas-2026 --keep --of all",
	}
}

// Run writes one row per agency, group, question and choice.
func (e *exportCountsCmd) Run(ctx context.Context, c *console) error {
	store, err := e.read(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	w, err := waveOf(store, e.Wave)
	if err != nil {
		return err
	}
	if e.Keep {
		if _, err := store.BuildColumns(ctx, w.Code); err != nil {
			return err
		}
	}
	n, err := store.Count(ctx, data.Counting{Wave: w.Code, Items: e.Items, By: e.By, Valid: e.ValidOnly})
	if errors.Is(err, data.ErrUnknownQuestion) {
		return withHint(usage("%s", err), "texts, numbers, dates and pickers are not counted; 'thuocdo export questionnaire' lists the questions")
	}
	if err != nil {
		return err
	}
	name, err := e.units(ctx, store, n)
	if err != nil {
		return err
	}
	return e.table(c, countsTable(w, gathered(n, name), e.By, e.Of, e.Lang))
}

// units returns what each agency counts for.
func (e *exportCountsCmd) units(ctx context.Context, store *data.Store, n *data.Counts) (map[string]string, error) {
	name := map[string]string{}
	if e.Of != "province" {
		for _, a := range n.Agencies {
			if name[a] = a; e.Of == "all" {
				name[a] = "all"
			}
		}
		return name, nil
	}
	all, err := store.Agencies(ctx)
	if err != nil {
		return nil, err
	}
	parent := map[string]survey.Agency{}
	for _, a := range all {
		parent[a.Code] = a
	}
	for _, code := range n.Agencies {
		a := parent[code]
		for range len(all) { // a chain of parents is no longer
			if a.Kind == survey.Province || a.Parent == "" {
				break
			}
			a = parent[a.Parent]
		}
		name[code] = a.Code
	}
	return name, nil
}

// gathered adds the counts of agencies up under their names.
func gathered(n *data.Counts, name map[string]string) *data.Counts {
	sum := &data.Counts{Groups: n.Groups, Items: n.Items}
	at := map[string]int{}
	for i, code := range n.Agencies {
		k, ok := at[name[code]]
		if !ok {
			k = len(sum.Agencies)
			at[name[code]] = k
			sum.Agencies = append(sum.Agencies, name[code])
			sum.People, sum.Chosen = append(sum.People, make([]int64, len(n.People[i]))), append(sum.Chosen, make([]int64, len(n.Chosen[i])))
		}
		for j, x := range n.People[i] {
			sum.People[k][j] += x
		}
		for j, x := range n.Chosen[i] {
			sum.Chosen[k][j] += x
		}
	}
	return sum
}

// countsTable describes counts: one row per unit, group, question and choice, people first under an empty question.
func countsTable(w *survey.OpenWave, n *data.Counts, by, of, lang string) *report.Table {
	t := &report.Table{Name: "so-dem-" + w.Code, Title: phrase.VI("Số người theo câu trả lời", "People by answer").In(lang) + ": " + w.Title.In(lang), Lang: lang, Produced: time.Now()}
	text := func(key, vi, en string) {
		t.Columns = append(t.Columns, report.Column{Key: key, Title: phrase.VI(vi, en).In(lang)})
	}
	text(of, "Mã cơ quan", "Agency code")
	if by != "" {
		text(by, "Nhóm theo câu "+by, "Group by "+by)
	}
	text("item", "Mã câu hỏi", "Question code")
	text("choice", "Mã phương án", "Choice code")
	t.Columns = append(t.Columns, report.Column{Key: "n", Title: phrase.VI("Số người", "People").In(lang), Type: report.Integer})
	t.Rows = countRows(n, by != "")
	return t
}

func countRows(n *data.Counts, grouped bool) iter.Seq2[[]report.Value, error] {
	return func(yield func([]report.Value, error) bool) {
		var row []report.Value
		say := func(unit, group, item, choice string, people int64) bool {
			row = append(row[:0], report.Str(unit))
			if grouped {
				row = append(row, report.Str(group))
			}
			return yield(append(row, report.Str(item), report.Str(choice), report.Num(float64(people))), nil)
		}
		for i, unit := range n.Agencies {
			at := 0
			for g, group := range n.Groups {
				if !say(unit, group, "", "", n.People[i][g]) {
					return
				}
				for _, item := range n.Items {
					for _, choice := range item.Choices {
						if !say(unit, group, item.Code, choice, n.Chosen[i][at]) {
							return
						}
						at++
					}
				}
			}
		}
	}
}
