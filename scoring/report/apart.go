package report

import (
	"math"

	"thuocdo/scoring"
	"thuocdo/scoring/phrase"
	"thuocdo/scoring/standing"
)

// AgencyPairs is how many differences a report on an agency judges of an index: that from the mean, and that from the period before.
const AgencyPairs = 2

// unsure reports whether a score rests on a survey whose error is not known.
func unsure(s scoring.Score) bool {
	return s.Known && s.Interval == nil && s.NoInterval != scoring.NoGap
}

// FromMean takes the mean of a ranking group from the total of one of its agencies. The agency is part of the mean, so that its own error
// counts by 1 − 1/n and that of each other one by 1/n, put together as Between does it (formula 5 of the same paper).
func FromMean(totals []scoring.Score, at, pairs int) Apart {
	x := totals[at]
	a := Apart{Known: x.Known}
	if !a.Known {
		return a
	}
	n, sum := 0.0, 0.0
	for _, s := range totals {
		if s.Known {
			n, sum = n+1, sum+s.Points
		}
	}
	below, above := 0.0, 0.0
	for k, s := range totals {
		if !s.Known {
			continue
		}
		down, up := arms(s)
		share := 1 / n
		if k == at {
			down, up, share = up, down, 1-share
		}
		below, above = math.Hypot(below, float64(share*up)), math.Hypot(above, float64(share*down))
		a.Unsure, a.Ranged = a.Unsure || unsure(s), a.Ranged || s.Interval != nil
	}
	a.Ranged = a.Ranged && n > 1 // of one agency alone the mean is its own score
	a.Points = x.Points - sum/n
	return a.reach(below, above, pairs)
}

// MeanOf is the mean of the totals of a group with its interval: that of a mean of agencies that were asked independently.
func MeanOf(totals []scoring.Score) scoring.Score {
	m, n := scoring.Score{}, 0.0
	for _, s := range totals {
		if s.Known {
			m.Known, m.Points, n = true, m.Points+s.Points, n+1
		}
	}
	m.Points /= max(n, 1)
	down, up := 0.0, 0.0
	for _, s := range totals {
		if !s.Known {
			continue
		}
		below, above := arms(s)
		down, up = math.Hypot(down, below/n), math.Hypot(up, above/n)
		if unsure(s) {
			m.NoInterval = s.NoInterval
		}
		if s.Interval != nil {
			m.Interval = &scoring.Interval{}
		}
	}
	if m.Interval != nil && m.NoInterval != scoring.NoGap {
		m.Interval = nil
	}
	if m.Interval != nil {
		m.Interval.Low, m.Interval.High = m.Points-down, m.Points+up
	}
	return m
}

// FromMean is how far the total of the agency lies above the mean of its group, as that is shown.
func (p *Profile) FromMean() Apart {
	g, outcome := p.Group(), p.Outcome
	if p.Peers != nil {
		outcome = p.Peers.Outcome
	}
	if g == nil || !g.Mean.Known {
		return Apart{}
	}
	totals, at := totalsOf(outcome, p.Result.Group), 0
	for i := range outcome.Results {
		if r := &outcome.Results[i]; r.Unit == p.Result.Unit {
			break
		} else if r.Group == p.Result.Group {
			at++
		}
	}
	if at >= len(totals) { // the others know nothing of it
		totals = append(totals, scoring.Score{})
	}
	totals[at] = p.Result.Total
	a := FromMean(totals, at, AgencyPairs)
	moved := p.Result.Total.Points - g.Mean.Points - a.Points // an own figure that the others do not see yet
	if a.Known {
		a.Points, a.Low, a.High = a.Points+moved, a.Low+moved, a.High+moved
	}
	return a
}

// totalsOf returns the totals of a group, in the order of the results.
func totalsOf(o *scoring.Outcome, group string) (totals []scoring.Score) {
	for i := range o.Results {
		if o.Results[i].Group == group {
			totals = append(totals, o.Results[i].Total)
		}
	}
	return totals
}

// Judgement says of the changes of all agencies between two periods whether they are within error: what it says of a group holds together
// at 95 %. Within one period there is nothing to judge, since both sides rest on the same answers.
type Judgement struct {
	before, after map[string]scoring.Score
	pairs         map[string]int // by group
	d             *Differences
}

// Judged judges the changes of a comparison.
func Judged(d *Differences) *Judgement {
	c := &Judgement{totalsByUnit(d.Before), totalsByUnit(d.After), map[string]int{}, d}
	for i := range d.Units {
		if d.Units[i].Obstacle == scoring.Comparable {
			c.pairs[d.Units[i].Group]++
		}
	}
	return c
}

func totalsByUnit(s *standing.Standing) map[string]scoring.Score {
	by := make(map[string]scoring.Score, len(s.Outcome.Results))
	for i := range s.Outcome.Results {
		by[s.Outcome.Results[i].Unit] = s.Outcome.Results[i].Total
	}
	return by
}

func (c *Judgement) same() bool { return c.d.Before.Period == c.d.After.Period }

// Of is the change of an agency; not known where there is nothing to judge.
func (c *Judgement) Of(u *scoring.UnitChange) Apart {
	if c.same() || u.Obstacle != scoring.Comparable {
		return Apart{}
	}
	former := u.Unit
	if u.Former != "" {
		former = u.Former
	}
	return Between(c.after[u.Unit], c.before[former], c.pairs[u.Group])
}

// Mean is the change of the mean of a group.
func (c *Judgement) Mean(group string) Apart {
	if c.same() {
		return Apart{}
	}
	return Between(MeanOf(totalsOf(c.d.After.Outcome, group)), MeanOf(totalsOf(c.d.Before.Outcome, group)), 1)
}

// Words says in short whether a difference is within error; nothing of one that is not known.
func (a Apart) Words() phrase.Text {
	switch {
	case !a.Known:
		return nil
	case a.Unsure:
		return vi("chưa tính được sai số", "the error is not known")
	case a.Within():
		return vi("trong phạm vi sai số", "within error")
	case a.Ranged:
		return vi("vượt quá sai số", "beyond error")
	}
	return vi("không có sai số chọn mẫu", "no sampling error")
}

// MeanWords says whether a score that is so far from the mean is above or below it.
func (a Apart) MeanWords() phrase.Text {
	return a.open(vi("chưa đủ căn cứ nói là cao hay thấp hơn trung bình", "nothing says whether it is above or below the mean"))
}

// ChangeWords says whether a score that changed so much rose or fell.
func (a Apart) ChangeWords() phrase.Text {
	return a.open(vi("chưa đủ căn cứ nói là tăng hay giảm", "nothing says whether it rose or fell"))
}

// open adds what is open to the words where something is.
func (a Apart) open(what phrase.Text) phrase.Text {
	words := a.Words()
	if !a.Known || !a.Unsure && !a.Within() {
		return words
	}
	return vi(words["vi"]+": "+what["vi"], words["en"]+": "+what["en"])
}

// DifferenceWords says how differences between periods and from the mean are judged.
var DifferenceWords = vi("Khoảng tin cậy của chênh lệch giữa hai kỳ, hoặc so với trung bình của nhóm, được suy từ khoảng tin cậy của các điểm (phương pháp MOVER, Zou và Donner 2008), "+
	"coi các kỳ và các cơ quan được khảo sát độc lập với nhau; khi có nhiều chênh lệch, các khoảng được nới rộng để đúng cùng lúc ở mức 95 % (Bonferroni). "+
	"Khoảng có chứa 0 thì chênh lệch nằm trong phạm vi sai số.",
	"The interval of a difference between two periods, or from the mean of the group, follows from the intervals of the scores (MOVER, Zou and Donner 2008), "+
		"periods and agencies being surveyed independently of each other; of several differences the intervals are made wider so that all hold together at 95 % (Bonferroni). "+
		"A difference whose interval holds 0 is within error.")
