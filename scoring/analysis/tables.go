package analysis

import (
	"slices"

	"thuocdo/scoring/estimate"
	"thuocdo/scoring/report"
)

// Items is the table of distributions, one row per question and level.
func (s Sheet) Items(x *Overview) *report.Table {
	title := vi("Phân bố câu trả lời", "Distribution of answers").In(s.Lang)
	t := s.table(TableItems, title, x.Request.Lens, x.Weighted, nil, slices.Concat(
		[]column{text("variable", "Câu hỏi", "Question"), text("question", "Nội dung", "Text"), text("statistic", "Đại lượng", "Statistic"), colLevel, colWords},
		s.estimateColumns("estimate", "Ước lượng", "Estimate"), []column{integer("count", "Số người chọn", "Count"), integer("shown", "Được hỏi", "Asked"), integer("answered", "Trả lời", "Answered")})...)
	for _, i := range x.Items {
		t.Facts = append(t.Facts, report.Fact{Key: "command." + i.Code, Title: vi("Lệnh cho lại ", "Command for ").In(s.Lang) + i.Code, Text: s.Study.ItemCommand(x, i).String()})
	}
	var rows [][]report.Value
	add := func(i Item, stat string, l Level, e estimate.Estimate, n report.Value) {
		head := []report.Value{report.Str(i.Code), report.Str(i.Text.In(s.Lang)), report.Str(stat), report.Str(l.Code)}
		words := report.Value{}
		if l.Code != "" {
			words = s.words(l)
		}
		rows = append(rows, slices.Concat(append(head, words), s.estimated(e), []report.Value{n, count(i.Shown), count(i.Answered)}))
	}
	for _, i := range x.Items {
		if i.HasMean {
			add(i, "mean", Level{}, i.Mean, report.Value{})
		}
		if i.HasTop {
			add(i, "share", Level{Code: "4,5"}, i.Top, report.Value{})
		}
		for _, sh := range i.Shares {
			if !sh.Hidden && sh.Share.N > 0 {
				add(i, "share", sh.Level, sh.Share, count(sh.N))
			}
		}
	}
	t.Rows = report.Rows(rows)
	return t
}

// Cells is the table of a crosstab, one row per cell that is shown.
func (s Sheet) Cells(x *Cross) *report.Table {
	share := map[string][2]string{OfRow: {"Tỷ lệ theo hàng", "Share of the row"}, OfCol: {"Tỷ lệ theo cột", "Share of the column"}, OfAll: {"Tỷ lệ trên tổng", "Share of all"}}[x.Request.Of]
	if share[0] == "" {
		share = [2]string{"Tỷ lệ theo hàng", "Share of the row"}
	}
	base := integer("n", "Số người làm mẫu số", "n (base)")
	t := s.table(TableCells, x.Row.Text.In(s.Lang)+" × "+x.Col.Text.In(s.Lang), x.Request.Lens, x.Weighted, s.Study.ShareCommand(x),
		text("row", "Mã hàng", "Row code"), text("row_label", "Hàng", "Row"), text("col", "Mã cột", "Column code"), text("col_label", "Cột", "Column"), integer("count", "Số người trong ô", "Count"),
		base, decimal("estimate", share[0], share[1], 4), colSE, colLow, colHigh, colDeff, colNote)
	var rows [][]report.Value
	for i, r := range x.Rows {
		for j, c := range x.Cols {
			if x.Hidden[i][j] {
				continue
			}
			cell := x.Cells[i][j]
			rows = append(rows, append([]report.Value{report.Str(r.Code), s.words(r), report.Str(c.Code), s.words(c), count(cell.N)}, s.estimated(cell.Share)...))
		}
	}
	t.Rows = report.Rows(rows)
	return t
}

// CrossTests is the table of tests of a crosstab.
func (s Sheet) CrossTests(x *Cross) *report.Table {
	t := s.tests(x.Request.Lens, x.Weighted, s.Study.TestCommand(x))
	t.Rows = report.Rows([][]report.Value{s.test(x.Test, x.N), s.test(x.Pearson, x.N)})
	return t
}

func (s Sheet) tests(l Lens, w *WeightResult, c Command) *report.Table {
	return s.table(TableTest, vi("Kiểm định", "Tests").In(s.Lang), l, w, c, text("test", "Kiểm định", "Test"), colN, colStat, colDF1, colDF2, colP, colNote)
}

func (s Sheet) test(t estimate.Test, n int64) []report.Value {
	return []report.Value{report.Str(t.Name), count(n), fig(t.Statistic), fig(t.DF1), fig(t.DF2), fig(t.P), report.Str(t.Note.In(s.Lang))}
}

// CrossPairs is the table of differences between the rows of a crosstab.
func (s Sheet) CrossPairs(x *Cross) *report.Table {
	n := map[string]int64{}
	for i, l := range x.Rows {
		n[l.Code] = x.RowN[i]
	}
	return s.pairs(x.Request.Lens, x.Weighted, s.Study.PairCommand(x), x.Row, x.Pairs, n)
}

// MeanPairs is the table of differences between groups.
func (s Sheet) MeanPairs(m *Means) *report.Table {
	n := map[string]int64{}
	for _, g := range m.Groups {
		n[g.Level.Code] = g.Mean.N
	}
	return s.pairs(m.Request.Lens, m.Weighted, s.Study.MeanPairCommand(m), m.By, m.Pairs, n)
}

func (s Sheet) pairs(l Lens, w *WeightResult, c Command, v *Variable, list []estimate.Difference, n map[string]int64) *report.Table {
	t := s.table(TablePairs, vi("So sánh từng cặp", "Pairwise comparisons").In(s.Lang), l, w, c,
		text("a", "Mã A", "Code A"), text("a_label", "A", "A"), text("b", "Mã B", "Code B"), text("b_label", "B", "B"), integer("n_a", "Số người A", "n A"), integer("n_b", "Số người B", "n B"),
		decimal("estimate", "Chênh lệch A − B", "Difference A − B", 4), colSE, colLow, colHigh, decimal("statistic", "t", "t", 4), decimal("df1", "Bậc tự do", "df", 1), colP, colPAdj, colNote)
	rows := make([][]report.Value, len(list))
	for i, d := range list {
		a, _ := v.Level(d.A[0])
		b, _ := v.Level(d.B[0])
		rows[i] = []report.Value{report.Str(a.Code), s.words(a), report.Str(b.Code), s.words(b), count(n[a.Code]), count(n[b.Code]), fig(d.Value), fig(d.SE), fig(d.Low), fig(d.High),
			fig(d.T), finite(d.DF), fig(d.P), fig(d.Adjusted), report.Str(d.Note.In(s.Lang))}
	}
	t.Rows = report.Rows(rows)
	return t
}

func finite(x float64) report.Value {
	if x-x != 0 { // NaN or infinite
		return report.Value{}
	}
	return report.Num(x)
}

// Groups is the table of means across groups, the last row for all of them.
func (s Sheet) Groups(m *Means) *report.Table {
	t := s.table(TableGroups, m.Outcome.Title.In(s.Lang)+" – "+m.By.Text.In(s.Lang), m.Request.Lens, m.Weighted, s.Study.MeanCommand(m),
		append([]column{colLevel, colWords}, s.estimateColumns("estimate", "Trung bình", "Mean")...)...)
	var rows [][]report.Value
	for _, g := range m.Groups {
		if !g.Hidden {
			rows = append(rows, append([]report.Value{report.Str(g.Level.Code), s.words(g.Level)}, s.estimated(g.Mean)...))
		}
	}
	all := Level{Text: vi("(tất cả)", "(all)")}
	t.Rows = report.Rows(append(rows, append([]report.Value{{}, s.words(all)}, s.estimated(m.All)...)))
	return t
}

// MeanTests is the table of the test across groups.
func (s Sheet) MeanTests(m *Means) *report.Table {
	t := s.tests(m.Request.Lens, m.Weighted, s.Study.RankCommand(m))
	t.Rows = report.Rows([][]report.Value{s.test(m.Test, m.All.N)})
	return t
}

// Terms is the table of drivers.
func (s Sheet) Terms(d *Drivers) *report.Table {
	t := s.table(TableTerms, vi("Yếu tố tác động tới: ", "Drivers of: ").In(s.Lang)+d.Outcome.Title.In(s.Lang), d.Request.Lens, d.Weighted, s.Study.DriverCommand(d),
		text("term", "Mã", "Code"), text("label", "Yếu tố", "Factor"), colN, decimal("mean", "Điểm trung bình", "Mean", 3), decimal("lmg", "LMG", "LMG", 4), decimal("lmg_low", "LMG cận dưới", "LMG low", 4), decimal("lmg_high", "LMG cận trên", "LMG high", 4),
		decimal("lmg_share", "Phần trong R²", "Share of R²", 4), decimal("b", "Hệ số", "Coefficient", 4), colSE, colP, decimal("beta", "Beta", "Beta", 4), decimal("vif", "VIF", "VIF", 3), decimal("r2", "R²", "R²", 4))
	rows := make([][]report.Value, len(d.Terms))
	for i, term := range d.Terms {
		x := d.Drivers.Terms[i]
		share := d.Share(i)
		share.X /= 100
		rows[i] = []report.Value{report.Str(term.Code), report.Str(term.Title.In(s.Lang)), count(int64(d.N)), fig(x.Mean), fig(x.LMG), fig(x.Low), fig(x.High),
			fig(share), fig(x.B), fig(x.SE), fig(x.P), fig(x.Beta), fig(x.VIF), fig(d.R2)}
	}
	t.Rows = report.Rows(rows)
	return t
}

// ScaleItems is the table of a reliability analysis, the scale first.
func (s Sheet) ScaleItems(x *Reliability) *report.Table {
	t := s.table(TableScale, vi("Độ tin cậy", "Reliability").In(s.Lang)+" "+x.Title.In(s.Lang), x.Request.Lens, x.Weighted, s.Study.ReliabilityCommand(x),
		text("item", "Câu", "Item"), text("label", "Nội dung", "Text"), colN, decimal("mean", "Trung bình", "Mean", 3), decimal("sd", "Độ lệch chuẩn", "SD", 3),
		decimal("alpha", "Alpha (của thang, hoặc khi bỏ câu)", "Alpha (of the scale, or without the item)", 4), decimal("std_alpha", "Alpha chuẩn hoá", "Standardised alpha", 4), decimal("r_drop", "Tương quan với phần còn lại", "Item-rest correlation", 4),
		decimal("alpha_se", "Sai số của alpha", "SE of alpha", 5), decimal("average_r", "Tương quan trung bình", "Average r", 4), decimal("omega_total", "Omega", "Omega", 4), decimal("weighted_alpha", "Alpha có trọng số", "Weighted alpha", 4))
	none := report.Value{}
	rows := [][]report.Value{{report.Str("(scale)"), report.Str(x.Title.In(s.Lang)), count(int64(x.N)), fig(x.Mean), fig(x.SD), fig(x.Alpha), fig(x.StdAlpha), none, fig(x.SE), fig(x.AverageR), fig(x.Omega), fig(x.WeightedAlpha)}}
	for i, item := range x.Scale.Items {
		rows = append(rows, []report.Value{report.Str(item.Name), report.Str(x.Items[i].Text.In(s.Lang)), count(int64(item.N)), fig(item.Mean), fig(item.SD), fig(item.Alpha), fig(item.StdAlpha), fig(item.Drop), none, none, none, none})
	}
	t.Rows = report.Rows(rows)
	return t
}
