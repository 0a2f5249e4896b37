package report

import (
	"iter"
	"math"
	"strings"
	"time"

	"thuocdo/scoring"
	"thuocdo/scoring/phrase"
)

// ChangedRow is a total that changed, in points or rank, or that stands above items that did; or one of these items.
type ChangedRow struct {
	Unit *scoring.UnitChange
	Item *scoring.ItemChange // nil = the total
}

// Changed yields what changed, agency by agency: the total, then every item that has other points or is known on one side only.
func (d *Differences) Changed() iter.Seq[ChangedRow] {
	return func(yield func(ChangedRow) bool) {
		for i := range d.Units {
			u := &d.Units[i]
			items := d.Items(u)
			if len(items) == 0 && u.Known[0] == u.Known[1] && math.Abs(u.Points.After-u.Points.Before) < 1e-9 && u.Rank.Before == u.Rank.After {
				continue
			}
			if !yield(ChangedRow{Unit: u}) {
				return
			}
			for k := range items {
				if !yield(ChangedRow{u, &items[k]}) {
					return
				}
			}
		}
	}
}

// ItemTitle returns the title of an item in the framework after, or before where that has none of this code.
func (d *Differences) ItemTitle(code string) phrase.Text {
	for _, s := range []*scoring.Plan{d.After.Plan, d.Before.Plan} {
		if i, ok := s.Node(code); ok {
			return s.Nodes()[i].Title
		}
	}
	return nil
}

// Changes describes what changed item by item: a row per total and per item, as Changed yields them.
func Changes(d *Differences, lang string, produced time.Time) *Table {
	whole := Comparison(d, lang, produced)
	kept := map[string]Column{}
	for _, c := range whole.Columns {
		kept[c.Key] = c
	}
	t := &Table{Name: strings.Replace(whole.Name, "so-sanh-", "thay-doi-", 1), Title: vi("Những gì đã thay đổi", "What changed").In(lang) + ": " + d.After.Plan.Framework().Title.In(lang),
		Lang: lang, Facts: whole.Facts, Produced: produced}
	for _, key := range []string{"agency", "name", "group", "item", "title", "before", "after", "change", "by_method", "by_data",
		"rank_before", "rank_after", "rank_left", "rank_method", "rank_data", "rank_came", "note"} {
		c, ok := kept[key]
		switch {
		case !ok && key == "item":
			c = Column{Key: key, Title: vi("Mã mục", "Item").In(lang)}
		case !ok:
			c = Column{Key: key, Title: vi("Mục", "Title").In(lang)}
		}
		t.Columns = append(t.Columns, c)
	}
	t.Rows = func(yield func([]Value, error) bool) {
		from, row := make([]Value, differenceWidth), make([]Value, len(t.Columns))
		for x := range d.Changed() {
			d.fillChange(row, from, x, lang)
			if !yield(row, nil) {
				return
			}
		}
	}
	return t
}

// fillChange writes a row; from has room for one of a comparison.
func (d *Differences) fillChange(row, from []Value, x ChangedRow, lang string) {
	clear(row)
	d.fill(from, x.Unit, lang)
	copy(row, from[:3])
	if x.Item == nil {
		row[4] = Str(vi("Tổng điểm và xếp hạng", "Total and rank").In(lang))
		copy(row[5:10], from[3:8])
		row[10], row[11], row[12], row[13], row[14], row[15], row[16] = from[8], from[9], from[11], from[12], from[13], from[14], from[17]
		return
	}
	row[3], row[4] = Str(x.Item.Code), Str(d.ItemTitle(x.Item.Code).In(lang))
	if x.Item.Known[0] {
		row[5] = Num(x.Item.Points.Before)
	}
	if x.Item.Known[1] {
		row[6] = Num(x.Item.Points.After)
	}
	if x.Item.Known[0] && x.Item.Known[1] {
		row[7] = Num(x.Item.Points.After - x.Item.Points.Before)
	}
	if x.Item.Split {
		row[8], row[9] = Num(x.Item.Points.Method), Num(x.Item.Points.Data)
	}
}
