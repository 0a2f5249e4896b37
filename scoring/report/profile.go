package report

import (
	"slices"
	"time"

	"thuocdo/scoring"
	"thuocdo/scoring/phrase"
	"thuocdo/scoring/standing"
)

// Profile is one index of one agency, beside its ranking group.
type Profile struct {
	*standing.Standing
	Result *scoring.Result
	Survey scoring.Survey // the agency's answers; nil where there are none to show
	Least  int64          // people without whom counts are not shown
	// Peers is the standing that the group's figures come from, where the reader may not see the others' in Standing.
	Peers *standing.Standing
}

// Levels is the number of levels of a rating.
const Levels = 5

// Counts returns how many people gave each level of a rated leaf, lowest first; ok is false where the leaf is no rating
// or too few people answered for it to be shown.
func (p *Profile) Counts(n scoring.PlanNode) (counts [Levels]int64, ok bool) {
	if p.Survey == nil || n.Rule == nil || len(n.Rule.Items) != 1 || p.kept(n) {
		return counts, false
	}
	codes, have, ok := p.Survey.Counts(n.Rule.Items[0])
	if !ok || len(codes) != Levels {
		return counts, false
	}
	var total int64
	for i, c := range codes {
		at := slices.Index([]string{"1", "2", "3", "4", "5"}, c)
		if at < 0 {
			return counts, false
		}
		counts[at] = have[i]
		total += have[i]
	}
	return counts, total >= p.Least
}

// kept reports whether the score of a leaf is kept from the reader, and so how it came about.
func (p *Profile) kept(n scoring.PlanNode) bool {
	i, ok := p.Plan.Node(n.Code)
	return p.Least > 0 && ok && !p.Result.Nodes[i].Known
}

// Group returns the summary of the agency's ranking group, or nil.
func (p *Profile) Group() *scoring.GroupSummary {
	groups := p.Outcome.Groups
	if p.Peers != nil {
		groups = p.Peers.Outcome.Groups
	}
	for i := range groups {
		if groups[i].Group == p.Result.Group {
			return &groups[i]
		}
	}
	return nil
}

// Agency describes the scores of one agency in any number of indexes and periods: one row per total and per node.
func Agency(code string, name phrase.Text, profiles []Profile, lang string, produced time.Time) *Table {
	t := &Table{Name: stem("co-quan", code), Title: name.In(lang), Lang: lang, Columns: agencyColumns(lang), Produced: produced}
	for _, p := range profiles {
		for _, f := range Facts(p.Standing, lang, time.Time{}) {
			f.Key = stem(p.Framework, p.Plan.MethodCode(), p.Period) + "." + f.Key
			t.Facts = append(t.Facts, f)
		}
	}
	if !produced.IsZero() {
		t.Facts = append(t.Facts, Fact{"produced", vi("Thời điểm lập", "Produced").In(lang), produced.Format(time.RFC3339)})
	}
	t.Rows = func(yield func([]Value, error) bool) {
		for i := range profiles {
			if !profiles[i].rows(lang, yield) {
				return
			}
		}
	}
	return t
}

func agencyColumns(lang string) []Column {
	text := func(key, v, e string) Column { return Column{Key: key, Title: vi(v, e).In(lang)} }
	integer := func(key, v, e string) Column { return Column{Key: key, Title: vi(v, e).In(lang), Type: Integer} }
	decimal := func(key, v, e string) Column {
		return Column{Key: key, Title: vi(v, e).In(lang), Type: Decimal, Decimals: 2}
	}
	return []Column{
		text("framework", "Bộ chỉ số", "Framework"), text("version", "Phiên bản", "Version"), text("method", "Cách tính", "Method"),
		text("period", "Kỳ", "Period"), text("node", "Mã", "Code"), text("title", "Nội dung", "Title"),
		decimal("points", "Điểm", "Points"), decimal("max", "Điểm tối đa", "Maximum"), decimal("percent", "Tỷ lệ so với tối đa (%)", "Percent of maximum"),
		decimal("ci_low", "Cận dưới 95 %", "95 % low"), decimal("ci_high", "Cận trên 95 %", "95 % high"),
		integer("n", "Số lượt trả lời", "Answers"), integer("rank", "Hạng", "Rank"), integer("ranked", "Trên tổng số", "Ranked"),
		text("band", "Xếp loại", "Band"), decimal("group_mean", "Trung bình của nhóm", "Mean of the group"),
		decimal("group_best", "Cao nhất của nhóm", "Best of the group"),
		integer("n1", "Rất không hài lòng", "Very dissatisfied"), integer("n2", "Không hài lòng", "Dissatisfied"),
		integer("n3", "Bình thường", "Neutral"), integer("n4", "Hài lòng", "Satisfied"), integer("n5", "Rất hài lòng", "Very satisfied"),
		text("provisional", "Tạm thời", "Provisional"), text("note", "Ghi chú", "Note"),
	}
}

const (
	ofPoints     = 6
	ofRank       = 12
	ofGroup      = 15
	ofCounts     = 17
	ofNote       = 23
	agencyWidth  = 24
	totalNode    = "" // the total has no node code
	provisionalX = "x"
)

// rows yields the total and then every node.
func (p *Profile) rows(lang string, yield func([]Value, error) bool) bool {
	f, group := p.Plan.Framework(), p.Group()
	row := make([]Value, agencyWidth)
	p.fill(row, totalNode, f.Title.In(lang), p.Result.Total)
	row[ofRank], row[ofRank+1] = count(p.Result.Rank), count(p.Result.Of)
	row[ofRank+2] = Str(BandTitle(f, p.Result.Band).In(lang))
	row[ofNote] = Str(Note(p.Result).In(lang))
	if group != nil && group.Mean.Known {
		row[ofGroup], row[ofGroup+1] = Num(group.Mean.Points), Num(group.Best.Points)
	}
	if !yield(row, nil) {
		return false
	}
	for i, n := range p.Plan.Nodes() {
		clear(row)
		p.fill(row, n.Code, n.Title.In(lang), p.Result.Nodes[i])
		if group != nil && group.Nodes[i].Known > 0 {
			row[ofGroup], row[ofGroup+1] = Num(group.Nodes[i].Mean), Num(group.Nodes[i].Best)
		}
		if counts, ok := p.Counts(n); ok {
			for level, c := range counts {
				row[ofCounts+level] = Num(float64(c))
			}
		}
		row[ofNote] = Str(Why(p.Result.Nodes[i].Gap).In(lang))
		if !yield(row, nil) {
			return false
		}
	}
	return true
}

func (p *Profile) fill(row []Value, code, title string, s scoring.Score) {
	f := p.Plan.Framework()
	row[0], row[1], row[2], row[3] = Str(f.Code), Str(f.Version), Str(p.Plan.MethodCode()), Str(p.Period)
	row[4], row[5] = Str(code), Str(title)
	row[ofPoints], row[ofPoints+3], row[ofPoints+4], _ = measured(s)
	if s.Known {
		row[ofPoints+1], row[ofPoints+2] = Num(s.Max), Num(s.Percent())
	}
	if s.N > 0 {
		row[ofPoints+5] = Num(float64(s.N))
	}
	if p.Provisional {
		row[ofNote-1] = Str(provisionalX)
	}
}
