package surveyjs

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"thuocdo/scoring/phrase"
	"thuocdo/survey"
	"thuocdo/survey/carry"
)

// rating reads a scale: a rating where it begins with 1, else a choice.
func (r *reader) rating(at, name string, e map[string]any, q *survey.Question) {
	choices, mapped := r.choices(at+".rateValues", e["rateValues"])
	if len(choices) == 0 {
		low, high := whole(e["rateMin"], 1), whole(e["rateMax"], 5)
		if n := whole(e["rateCount"], 0); n > 0 {
			high = low + n - 1
		}
		if high-low < 1 || high-low > 100 {
			r.Wrong(at, "thang điểm từ %[1]d đến %[2]d không dùng được", "a scale from %[1]d to %[2]d cannot be used", low, high)
			return
		}
		for n := low; n <= high; n++ {
			choices = append(choices, survey.Choice{Code: carry.ChoiceCode(strconv.Itoa(n)), Text: r.words(at, rateText(n, low, high, e))})
		}
	}
	q.Type = survey.Single
	if carry.Rated(choices) {
		q.Type = survey.Rating
	}
	ref := r.refs[name]
	ref.Values = mapped
	r.refs[name] = ref
	q.List = r.List(name, at, choices)
}

// rateText is what stands at one step of a scale: its number, at the ends with the description.
func rateText(n, low, high int, e map[string]any) any {
	key := map[int]string{low: "minRateDescription", high: "maxRateDescription"}[n]
	switch d := e[key].(type) {
	case string:
		return fmt.Sprintf("%d – %s", n, d)
	case map[string]any:
		t := map[string]any{"default": strconv.Itoa(n)}
		for tag, s := range d {
			t[tag] = fmt.Sprintf("%d – %s", n, text(s))
		}
		return t
	}
	return strconv.Itoa(n)
}

func whole(v any, otherwise int) int {
	n, err := strconv.Atoi(text(v))
	if err != nil {
		return otherwise
	}
	return n
}

// choose reads a choice from a list. Where people may name another answer, a text follows it.
func (r *reader) choose(at, name string, e map[string]any, q *survey.Question) (follow *survey.Question) {
	choices, mapped := r.choices(at+".choices", e["choices"])
	order := text(e["choicesOrder"])
	q.RandomOrder = order == "random"
	if order != "" && order != "none" && order != "random" {
		r.Leave(at+".choicesOrder", "thứ tự %q không được mang sang", "the order %q is not carried over", order)
	}
	extra := func(key, former, code, label, vi, en string) bool {
		if !truth(e[key]) && !truth(e[former]) {
			return false
		}
		t := r.words(at+"."+label, e[label])
		if t == nil {
			t = phrase.VI(vi, en)
		}
		if !slices.ContainsFunc(choices, func(c survey.Choice) bool { return c.Code == code }) {
			choices = append(choices, survey.Choice{Code: code, Text: t})
		}
		return true
	}
	extra("showNoneItem", "hasNone", "none", "noneText", "Không có", "None")
	if extra("showOtherItem", "hasOther", "other", "otherText", "Khác", "Other") {
		rule := fmt.Sprintf("selected(${%s}, 'other')", q.Code)
		follow = &survey.Question{Code: r.Code("question", name+"_other", at), Type: survey.FreeText, Text: phrase.VI("Xin ghi rõ", "Please specify"), Relevant: carry.Both(q.Relevant, rule)}
	}
	q.List = r.List(name, at, choices)
	ref := r.refs[name]
	ref.Values = mapped
	r.refs[name] = ref
	return follow
}

// value is an item of a list of choices, columns or rows.
type value struct {
	value string
	text  any
	more  map[string]any
}

// values reads items that are plain values, or objects with value and text.
func values(v any) (list []value) {
	all, _ := v.([]any)
	for _, x := range all {
		if m := object(x); m != nil {
			item := value{text(m["value"]), m["text"], m}
			if item.text == nil {
				item.text = m["value"]
			}
			list = append(list, item)
			continue
		}
		list = append(list, value{text(x), text(x), nil})
	}
	return list
}

// choices returns the choices of a list, and their codes by values.
func (r *reader) choices(at string, v any) (choices []survey.Choice, mapped map[string]string) {
	mapped = map[string]string{}
	seen, next := map[string]bool{}, map[string]int{}
	list := values(v)
	if len(list) > maxChoices {
		r.Wrong(at, "nhiều hơn %d lựa chọn", "more than %d choices", maxChoices)
		list = list[:maxChoices]
	}
	for i, x := range list {
		here := fmt.Sprintf("%s[%d]", at, i)
		r.unread(here, x.more, map[string]bool{"value": true, "text": true})
		code := carry.ChoiceCode(x.value)
		for first := code; seen[code]; {
			next[first]++
			code = fmt.Sprintf("%s_%d", strings.TrimRight(first[:min(len(first), 56)], "_"), next[first]+1)
		}
		seen[code] = true
		if mapped[x.value] == "" {
			mapped[x.value] = code
		}
		if code != x.value {
			r.Leave(here, "mã %[1]q thành %[2]q", "code %[1]q becomes %[2]q", x.value, code)
		}
		choices = append(choices, survey.Choice{Code: code, Text: r.words(here, x.text)})
	}
	return choices, mapped
}
