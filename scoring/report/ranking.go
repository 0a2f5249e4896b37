package report

import (
	"strings"
	"time"

	"thuocdo/scoring"
	"thuocdo/scoring/phrase"
	"thuocdo/scoring/standing"
)

// Ranking describes an index of all agencies: one row per agency, sorted by group, rank and code; the points of every
// node in a column of its own.
func Ranking(s *standing.Standing, lang string, produced time.Time) *Table {
	f := s.Plan.Framework()
	t := &Table{
		Name:     stem(f.Code, s.Plan.MethodCode(), s.Period),
		Title:    f.Title.In(lang) + " – " + s.Period,
		Lang:     lang,
		Facts:    Facts(s, lang, produced),
		Produced: produced,
	}
	t.Columns = rankingColumns(s.Plan, lang)
	t.Rows = func(yield func([]Value, error) bool) {
		spans := RankSpans(s.Outcome.Results)
		row := make([]Value, len(t.Columns))
		for i := range s.Outcome.Results {
			fillRanking(row, s, &s.Outcome.Results[i], spans[i], lang)
			if !yield(row, nil) {
				return
			}
		}
	}
	return t
}

// stem joins the parts of a file name.
func stem(parts ...string) string {
	var kept []string
	for _, p := range parts {
		if p != "" {
			kept = append(kept, p)
		}
	}
	return strings.Join(kept, "-")
}

// Columns of a ranking before the nodes.
const (
	atGroup = iota
	atRank
	atOf
	atRankBest
	atRankWorst
	atAgency
	atName
	atScore
	atLow
	atHigh
	atSE
	atBand
	atResponses
	atNote
	fixedColumns
)

func rankingColumns(p *scoring.Plan, lang string) []Column {
	d := p.Framework().Decimals()
	c := totalColumns(unit(p.Framework().MaxPoints, lang), d, lang, len(p.Nodes()))
	for _, n := range p.Nodes() {
		c = append(c, Column{Key: n.Code, Title: n.Code + ". " + n.Title.In(lang), Type: Decimal, Unit: unit(n.MaxPoints, lang), Decimals: d})
	}
	return c
}

// totalColumns are the columns before the nodes, with room for more.
func totalColumns(points string, d int, lang string, more int) []Column {
	c := make([]Column, fixedColumns, fixedColumns+more)
	c[atGroup] = Column{Key: "group", Title: vi("Nhóm xếp hạng", "Ranking group").In(lang)}
	c[atRank] = Column{Key: "rank", Title: vi("Hạng", "Rank").In(lang), Type: Integer}
	c[atOf] = Column{Key: "ranked", Title: vi("Số cơ quan được xếp hạng", "Agencies ranked").In(lang), Type: Integer}
	c[atRankBest] = Column{Key: "rank_best", Title: vi("Hạng tốt nhất có thể", "Best possible rank").In(lang), Type: Integer}
	c[atRankWorst] = Column{Key: "rank_worst", Title: vi("Hạng thấp nhất có thể", "Worst possible rank").In(lang), Type: Integer}
	c[atAgency] = Column{Key: "agency", Title: vi("Mã cơ quan", "Agency code").In(lang)}
	c[atName] = Column{Key: "name", Title: vi("Cơ quan", "Agency").In(lang)}
	c[atScore] = Column{Key: "score", Title: vi("Tổng điểm", "Score").In(lang), Type: Decimal, Unit: points, Decimals: d}
	c[atLow] = Column{Key: "ci_low", Title: vi("Cận dưới 95 %", "95 % low").In(lang), Type: Decimal, Unit: points, Decimals: d}
	c[atHigh] = Column{Key: "ci_high", Title: vi("Cận trên 95 %", "95 % high").In(lang), Type: Decimal, Unit: points, Decimals: d}
	c[atSE] = Column{Key: "se", Title: vi("Sai số chuẩn", "Standard error").In(lang), Type: Decimal, Unit: points, Decimals: d + 1}
	c[atBand] = Column{Key: "band", Title: vi("Xếp loại", "Band").In(lang)}
	c[atResponses] = Column{Key: "responses", Title: vi("Số phiếu", "Answers").In(lang), Type: Integer}
	c[atNote] = Column{Key: "note", Title: vi("Ghi chú", "Note").In(lang)}
	return c
}

func unit(most float64, lang string) string {
	if most == 100 {
		return "%"
	}
	return vi("điểm", "points").In(lang)
}

func fillRanking(row []Value, s *standing.Standing, r *scoring.Result, span RankSpan, lang string) {
	clear(row)
	f := s.Plan.Framework()
	u := s.Units[r.Unit]
	row[atGroup], row[atAgency], row[atName] = Str(r.Group), Str(r.Unit), Str(u.Name.In(lang))
	row[atRank], row[atOf] = count(r.Rank), count(r.Of)
	row[atRankBest], row[atRankWorst] = count(span.Best), count(span.Worst)
	row[atScore], row[atLow], row[atHigh], row[atSE] = measured(r.Total)
	row[atBand] = Str(BandTitle(f, r.Band).In(lang))
	row[atNote] = Str(Note(r).In(lang))
	if len(s.Plan.Questions()) > 0 {
		row[atResponses] = Num(float64(r.Responses))
	}
	for i := range r.Nodes {
		row[fixedColumns+i], _, _, _ = measured(r.Nodes[i])
	}
}

func count(n int) Value {
	if n == 0 {
		return Value{}
	}
	return Num(float64(n))
}

// measured returns a score and its interval as cells; what is not known is missing.
func measured(s scoring.Score) (points, low, high, se Value) {
	if !s.Known {
		return
	}
	points = Num(s.Points)
	if c := s.Interval; c != nil {
		low, high, se = Num(c.Low), Num(c.High), Num(c.SE)
	}
	return points, low, high, se
}

// BandTitle returns the title of a band, or nothing for an unknown code.
func BandTitle(f *scoring.Framework, code string) phrase.Text {
	for i := range f.Bands {
		if f.Bands[i].Code == code {
			return f.Bands[i].Title
		}
	}
	return nil
}

// Note says in words what is missing in a result or makes it special.
func Note(r *scoring.Result) phrase.Text {
	switch {
	case !r.Total.Known && r.Total.Gap == scoring.Incomplete:
		if g := deepest(r); g != scoring.NoGap {
			return Why(g)
		}
		return Why(scoring.Incomplete)
	case !r.Total.Known:
		return Why(r.Total.Gap)
	case r.Fell != "":
		return Fell(r.Fell)
	case r.Total.Interval == nil && r.Total.NoInterval == scoring.FewAnswers:
		return vi("có mục chưa đủ phiếu để công bố nên không có khoảng tin cậy", "no interval, since a part has too few answers to be shown")
	case r.Total.Interval != nil && r.Total.Interval.Outward:
		return vi("có mục chưa đủ phiếu để công bố nên khoảng tin cậy rộng hơn", "the interval is wider, since a part has too few answers to be shown")
	case r.Total.Interval == nil && r.Total.NoInterval != scoring.NoGap:
		return Why(r.Total.NoInterval)
	case r.Total.Interval != nil && r.Total.Interval.Agree:
		return vi("mọi câu trả lời giống nhau; khoảng tin cậy tính theo khả năng có người trả lời khác",
			"all answers agree; the interval is the chance of people who would answer otherwise")
	}
	return nil
}

// deepest returns why the parts of an incomplete total are missing, where all give the same reason.
func deepest(r *scoring.Result) (why scoring.Gap) {
	for i := range r.Nodes {
		g := r.Nodes[i].Gap
		switch {
		case r.Nodes[i].Known || g == scoring.NoGap || g == scoring.Incomplete || g == scoring.NotApplicable:
		case why == scoring.NoGap:
			why = g
		case why != g:
			return scoring.NoGap
		}
	}
	return why
}
