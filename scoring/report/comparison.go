package report

import (
	"strings"
	"time"

	"thuocdo/scoring"
	"thuocdo/scoring/phrase"
	"thuocdo/scoring/standing"
)

// Differences is a comparison of two standings of one index.
type Differences struct {
	Before, After *standing.Standing
	*scoring.Comparison
}

var obstacleWords = map[scoring.Obstacle]phrase.Text{
	scoring.NoBefore:    phrase.VI("không so sánh được: trước đó không có tổng điểm", "not comparable: no total before"),
	scoring.NoAfter:     phrase.VI("không so sánh được: sau đó không có tổng điểm", "not comparable: no total after"),
	scoring.MethodBreak: phrase.VI("không so sánh được: hai bộ chỉ số khác nhau, số liệu bên này không tính được theo bộ bên kia", "not comparable: the frameworks differ, and the data of neither can be computed by the other"),
	scoring.Reorganised: phrase.VI("không so sánh được: đơn vị được sáp nhập hoặc chia tách giữa hai kỳ", "not comparable: the agency was merged or split in between"),
}

// ObstacleWords says why a change is not taken apart; nothing for scoring.Comparable.
func ObstacleWords(o scoring.Obstacle) phrase.Text { return obstacleWords[o] }

var orderWords = map[scoring.Order]phrase.Text{
	scoring.MethodFirst: phrase.VI("Phần do cách tính: số liệu cũ tính theo bộ chỉ số mới, so với theo bộ cũ. Phần do số liệu: số liệu mới so với số liệu cũ, cùng theo bộ mới. Đổi thứ tự thì các phần có thể khác, tổng thay đổi thì không.",
		"By method: the old data by the new framework, against the old one. By data: the new data against the old, both by the new framework. In another order the parts may differ, the whole change does not."),
	scoring.DataFirst: phrase.VI("Phần do số liệu: số liệu mới so với số liệu cũ, cùng theo bộ chỉ số cũ. Phần do cách tính: số liệu mới tính theo bộ mới, so với theo bộ cũ. (Số liệu cũ không tính được theo bộ mới cho nhiều đơn vị bằng.) Đổi thứ tự thì các phần có thể khác, tổng thay đổi thì không.",
		"By data: the new data against the old, both by the old framework. By method: the new data by the new framework, against the old one. (The old data fit the new framework for fewer agencies.) In another order the parts may differ, the whole change does not."),
}

// OrderWords says in which order a change is taken apart.
func OrderWords(o scoring.Order) phrase.Text { return orderWords[o] }

// Name returns the name of an agency on either side.
func (d *Differences) Name(code string) phrase.Text {
	if u, ok := d.After.Units[code]; ok {
		return u.Name
	}
	return d.Before.Units[code].Name
}

const differenceWidth = 19

// Comparison describes the differences: one row per agency on either side.
func Comparison(d *Differences, lang string, produced time.Time) *Table {
	f, g := d.Before.Plan.Framework(), d.After.Plan.Framework()
	text := func(key, v, e string) Column { return Column{Key: key, Title: phrase.VI(v, e).In(lang)} }
	number := func(key, v, e string) Column {
		return Column{Key: key, Title: phrase.VI(v, e).In(lang), Type: Decimal, Decimals: g.Decimals()}
	}
	whole := func(key, v, e string) Column {
		return Column{Key: key, Title: phrase.VI(v, e).In(lang), Type: Integer}
	}
	t := &Table{
		Name: "so-sanh-" + strings.Join([]string{g.Code, d.Before.Period, d.After.Period}, "-"), Lang: lang, Produced: produced,
		Title: phrase.VI("So sánh", "Comparison").In(lang) + ": " + g.Title.In(lang),
		Columns: []Column{
			text("agency", "Mã cơ quan", "Agency code"), text("name", "Cơ quan", "Agency"), text("group", "Nhóm xếp hạng", "Ranking group"),
			number("before", "Điểm trước", "Points before"), number("after", "Điểm sau", "Points after"), number("change", "Thay đổi", "Change"),
			number("by_method", "Do cách tính", "By method"), number("by_data", "Do số liệu", "By data"),
			whole("rank_before", "Hạng trước", "Rank before"), whole("rank_after", "Hạng sau", "Rank after"), whole("rank_change", "Thay đổi hạng", "Change of rank"),
			whole("rank_left", "Hạng: do đơn vị rời nhóm", "Rank: by agencies that left"), whole("rank_method", "Hạng: do cách tính", "Rank: by method"),
			whole("rank_data", "Hạng: do số liệu", "Rank: by data"), whole("rank_came", "Hạng: do đơn vị mới", "Rank: by agencies that came"),
			text("former", "Mã trước đây", "Former code"), text("comparable", "So sánh được", "Comparable"), text("note", "Ghi chú", "Note"),
			text("error", "Sai số", "Error"),
		},
		Facts: []Fact{
			{"before", phrase.VI("Trước", "Before").In(lang), f.Code + " " + f.Version + ", " + d.Before.Period},
			{"after", phrase.VI("Sau", "After").In(lang), g.Code + " " + g.Version + ", " + d.After.Period},
			{"order", phrase.VI("Cách tách", "How changes are taken apart").In(lang), OrderWords(d.Order).In(lang)},
		},
	}
	judged := Judged(d)
	if !judged.same() {
		t.Facts = append(t.Facts, Fact{"difference", vi("Sai số của chênh lệch", "Error of differences").In(lang), DifferenceWords.In(lang)})
	}
	t.Rows = func(yield func([]Value, error) bool) {
		row := make([]Value, differenceWidth)
		for i := range d.Units {
			d.fill(row, &d.Units[i], lang)
			row[18] = Str(judged.Of(&d.Units[i]).Words().In(lang))
			if !yield(row, nil) {
				return
			}
		}
		for _, side := range []struct {
			codes []string
			note  phrase.Text
		}{{d.Went, WentWords}, {d.Came, CameWords}} {
			for _, code := range side.codes {
				clear(row)
				row[0], row[1], row[17] = Str(code), Str(d.Name(code).In(lang)), Str(side.note.In(lang))
				if !yield(row, nil) {
					return
				}
			}
		}
	}
	return t
}

// What is said of agencies on one side only.
var (
	WentWords = phrase.VI("chỉ có trước, sau không còn", "only before")
	CameWords = phrase.VI("chỉ có sau, trước chưa có", "only after")
)

func (d *Differences) fill(row []Value, u *scoring.UnitChange, lang string) {
	clear(row)
	row[0], row[1], row[2], row[15] = Str(u.Unit), Str(d.Name(u.Unit).In(lang)), Str(u.Group), Str(u.Former)
	if u.Known[0] {
		row[3] = Num(u.Points.Before)
	}
	if u.Known[1] {
		row[4] = Num(u.Points.After)
	}
	for i, x := range []float64{u.Rank.Before, u.Rank.After} {
		if x > 0 {
			row[8+i] = Num(x)
		}
	}
	if u.Obstacle != scoring.Comparable {
		row[17] = Str(ObstacleWords(u.Obstacle).In(lang))
		return
	}
	row[16] = Str("x")
	row[5], row[6], row[7] = Num(u.Points.Method+u.Points.Data), Num(u.Points.Method), Num(u.Points.Data)
	if u.Ranked {
		row[10], row[11], row[12], row[13], row[14] = Num(u.Rank.After-u.Rank.Before), Num(u.Rank.Left), Num(u.Rank.Method), Num(u.Rank.Data), Num(u.Rank.Came)
	}
}
