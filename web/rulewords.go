package web

import (
	"net/url"
	"strings"

	"thuocdo/scoring"
	"thuocdo/web/locale"
)

func queryValue(s string) string { return url.QueryEscape(s) }

// illustrative reports whether a framework says in its title that it is made up for illustration, in either spelling.
func illustrative(f *scoring.Framework) bool {
	title := strings.ToLower(f.Title["vi"])
	return strings.Contains(title, "minh họa") || strings.Contains(title, "minh hoạ")
}

// spanWords writes a range in words: "từ 80 đến dưới 90".
func spanWords(l *locale.Locale, low, high *float64, lowOpen, highClosed bool) string {
	pick := func(first bool, a, b string) string {
		if first {
			return a
		}
		return b
	}
	switch {
	case low != nil && high != nil:
		return l.T(pick(lowOpen, "span.above", "span.from"), l.Short(*low, 4)) + " " + l.T(pick(highClosed, "span.upto", "span.below"), l.Short(*high, 4))
	case low != nil:
		return l.T(pick(lowOpen, "span.more", "span.least"), l.Short(*low, 4))
	case high != nil:
		return l.T(pick(highClosed, "span.most", "span.less"), l.Short(*high, 4))
	}
	return l.T("span.any")
}

// joinWords says how the children of an inner node make it up, where they do not simply add up.
func joinWords(l *locale.Locale, n scoring.PlanNode) string {
	switch {
	case n.Leaf >= 0:
		return ""
	case n.Aggregate == scoring.Mean:
		return l.T("method.join.mean")
	case n.Aggregate == scoring.Pooled:
		return l.T("method.join.pooled")
	}
	return ""
}

// ruleWords says how a leaf earns its points: one line, or a lead and one line per case.
func ruleWords(l *locale.Locale, n scoring.PlanNode) []string {
	if n.Leaf < 0 {
		return nil
	}
	lines := leafWords(l, n)
	if n.NA != "" {
		lines = append(lines, l.T("rule.na."+n.NA))
	}
	if n.Outside {
		lines = append(lines, l.T("rule.outside"))
	}
	return lines
}

// originWords says who supplies the points of a leaf.
func originWords(l *locale.Locale, n scoring.PlanNode) string {
	if n.Leaf < 0 || n.Source == "" {
		return ""
	}
	return l.T("source." + n.Source)
}

func leafWords(l *locale.Locale, n scoring.PlanNode) []string {
	num := func(x float64) string { return l.Short(x, 4) }
	r := n.Rule
	if r == nil {
		return []string{l.T("rule.typed", num(n.MinPoints), num(n.MaxPoints))}
	}
	switch r.Type {
	case scoring.Choice, scoring.RatedShare:
		return optionLines(l, r)
	case scoring.Steps:
		return stepLines(l, r)
	case scoring.Deduct:
		return deductLines(l, r)
	case scoring.YesNo:
		return []string{l.T("rule.yes_no", num(n.MaxPoints), num(n.MinPoints))}
	case scoring.CountTimes:
		return []string{l.T("rule.count_times", num(r.Unit), num(n.MaxPoints))}
	case scoring.Proportional:
		return []string{l.T("rule.proportional", num(n.MaxPoints))}
	case scoring.Linear:
		return []string{l.T("rule.linear", bound(l, r.From), num(n.MinPoints), bound(l, r.To), num(n.MaxPoints))}
	case scoring.SurveyShare:
		levels := r.Levels
		if len(levels) == 0 {
			levels = []string{"4", "5"}
		}
		return []string{l.T("rule.survey_share", strings.Join(r.Items, ", "), strings.Join(levels, ", "))}
	case scoring.SurveyMean:
		return []string{l.T("rule.survey_mean", strings.Join(r.Items, ", "))}
	case scoring.IndexValue:
		return []string{l.T("rule.index_value", strings.Trim(r.Framework+" "+r.Node, " "), num(n.MaxPoints))}
	case scoring.Bonus, scoring.Penalty:
		most := n.MaxPoints
		if r.Cap != nil {
			most = *r.Cap
		}
		return []string{l.T("rule."+r.Type, num(r.Unit), num(most))}
	}
	return []string{r.Type}
}

func bound(l *locale.Locale, x *float64) string {
	if x == nil {
		return "–"
	}
	return l.Short(*x, 4)
}

func optionLines(l *locale.Locale, r *scoring.Rule) []string {
	lines := []string{l.T("rule." + r.Type)}
	for _, o := range r.Options {
		key, value := "rule.case", o.Points
		if r.Type == scoring.RatedShare {
			key, value = "rule.case_percent", o.Percent
		}
		lines = append(lines, l.T(key, l.In(o.Title), l.Short(value, 4)))
	}
	return lines
}

func stepLines(l *locale.Locale, r *scoring.Rule) []string {
	lines := []string{l.T("rule.steps")}
	for _, s := range r.Steps {
		lines = append(lines, l.T("rule.case", spanWords(l, s.Min, s.Max, s.MinOpen, s.MaxClosed), l.Short(s.Points, 4)))
	}
	return lines
}

func deductLines(l *locale.Locale, r *scoring.Rule) []string {
	if len(r.Severity) == 0 {
		return []string{l.T("rule.deduct", l.Short(r.Unit, 4))}
	}
	lines := []string{l.T("rule.deduct_by")}
	for _, s := range r.Severity {
		lines = append(lines, l.T("rule.case_off", l.In(s.Title), l.Short(s.Points, 4)))
	}
	return lines
}
