package survey

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"thuocdo/scoring/phrase"
)

// Quota (chỉ tiêu cơ cấu) is how many valid responses are wanted of people who answered so, or who came in so. When it is
// full the field team is told; no answer is turned away for it, because a citizen who took the time to answer counts.
type Quota struct {
	// Where says what the responses have in common: the code of a choice by the code of a question, a range "18..34" of a
	// number, or a value by one of QuotaPlaces.
	Where  map[string]string `json:"where"`
	Target int               `json:"target"`
}

// Places that a quota may look at besides questions.
const (
	byCounter = "counter"
	byMode    = "mode"
)

// QuotaPlaces are the names that are no questions in Quota.Where.
func QuotaPlaces() []string { return []string{ByAgency, byCounter, byMode} }

// Names returns what a quota looks at: places first, then questions, each in order.
func (q *Quota) Names() (names []string) {
	for _, place := range QuotaPlaces() {
		if _, ok := q.Where[place]; ok {
			names = append(names, place)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(q.Where)) {
		if !slices.Contains(QuotaPlaces(), name) {
			names = append(names, name)
		}
	}
	return names
}

func (p *Plan) checkQuotas(m *phrase.Mistakes, w *Wave, f *Form) {
	if len(p.Quotas) > maxQuotas {
		m.Add("$.quotas", "có %d chỉ tiêu cơ cấu, nhiều nhất %d", "there are %d quotas, at most %d are taken", len(p.Quotas), maxQuotas)
		return
	}
	first := map[string]int{}
	for i := range p.Quotas {
		q, path, n := &p.Quotas[i], fmt.Sprintf("$.quotas[%d]", i), i+1
		key := ""
		for _, name := range q.Names() {
			key += name + "=" + q.Where[name] + "\n"
			if why := w.quotaFault(f, name, q.Where[name]); why != nil {
				*m = append(*m, phrase.Mistake{Path: path + ".where." + name,
					Message: phrase.VI(fmt.Sprintf("chỉ tiêu cơ cấu %d: %s", n, why["vi"]), fmt.Sprintf("quota %d: %s", n, why["en"]))})
			}
		}
		if j, twice := first[key]; twice {
			m.Add(path, "chỉ tiêu cơ cấu %d trùng với %d", "quota %d is for the same as %d", n, j)
		}
		first[key] = n
		if len(q.Where) == 0 {
			m.Add(path+".where", "chỉ tiêu cơ cấu %d không nói đến câu nào", "quota %d names no question", n)
		}
		if q.Target < 1 || q.Target > maxTarget {
			m.Add(path+".target", "chỉ tiêu cơ cấu %d: cần số phiếu từ 1 đến %d", "quota %d: from 1 to %d responses are expected", n, maxTarget)
		}
		if len(*m) > 50 {
			return
		}
	}
}

// quotaFault says why a quota cannot look at this; nil if it can.
func (w *Wave) quotaFault(f *Form, name, value string) phrase.Text {
	say := func(vi, en string, args ...any) phrase.Text {
		return phrase.VI(fmt.Sprintf(vi, args...), fmt.Sprintf(en, args...))
	}
	switch name {
	case ByAgency:
		if !hasSorted(w.Agencies, value) {
			return say("đợt khảo sát không hỏi về cơ quan %q", "the wave does not ask about agency %q", value)
		}
		return nil
	case byMode:
		if !Mode(value).Valid() {
			return say("không có hình thức %q", "there is no mode %q", value)
		}
		return nil
	case byCounter:
		if !placeCode.MatchString(value) {
			return say("mã quầy %q không hợp lệ", "counter code %q is not valid", value)
		}
		return nil
	}
	i, ok := f.Index(name)
	if !ok {
		return say("phiếu không có câu hỏi %q", "the questionnaire has no question %q", name)
	}
	it := &f.items[i]
	switch {
	case it.Sensitive:
		return say("câu %q nhạy cảm, không đặt chỉ tiêu theo câu đó được", "question %q is sensitive, no quota can rest on it", name)
	case it.Type == Number:
		if _, _, ok := numberRange(value); !ok {
			return say("câu %q hỏi một số: cần khoảng như 18..34", "question %q asks for a number: a range such as 18..34 is expected", name)
		}
	case it.choice == nil || it.Type == AgencyPick:
		return say("câu %q không có lựa chọn để đặt chỉ tiêu", "question %q has no choices to set a quota by", name)
	default:
		if _, ok := it.choice[value]; !ok {
			return say("câu %q không có lựa chọn %q; có: %s", "question %q has no choice %q; it has %s", name, value, some(it.codes))
		}
	}
	return nil
}

// numberRange reads "18..34", "60.." or "..17": both ends belong to it.
func numberRange(s string) (low, high float64, ok bool) {
	from, to, ok := strings.Cut(s, "..")
	low, high = -maxRange, maxRange
	var err1, err2 error
	if from != "" {
		low, err1 = strconv.ParseFloat(from, 64)
	}
	if to != "" {
		high, err2 = strconv.ParseFloat(to, 64)
	}
	return low, high, ok && err1 == nil && err2 == nil && low <= high && from+to != "" && low >= -maxRange && high <= maxRange
}

const maxRange = 1e15

// QuotaCount counts the responses of a wave by its quotas.
type QuotaCount struct {
	form   *Form
	cells  [][]quotaTerm
	counts []int
}

// quotaTerm is one condition of a quota.
type quotaTerm struct {
	place     string // of QuotaPlaces, or "" with a question
	value     string
	question  int
	choice    int
	low, high float64
}

// NewQuotaCount starts counting for quotas that Plan.Check found right.
func NewQuotaCount(f *Form, quotas []Quota) *QuotaCount {
	c := &QuotaCount{form: f, counts: make([]int, len(quotas))}
	for i := range quotas {
		var terms []quotaTerm
		for _, name := range quotas[i].Names() {
			t := quotaTerm{value: quotas[i].Where[name], question: -1}
			if q, ok := f.Index(name); ok && !slices.Contains(QuotaPlaces(), name) {
				t.question, t.choice = q, f.items[q].choice[t.value]
				t.low, t.high, _ = numberRange(t.value)
			} else {
				t.place = name
			}
			terms = append(terms, t)
		}
		c.cells = append(c.cells, terms)
	}
	return c
}

// Add counts one response.
func (c *QuotaCount) Add(r *StoredResponse) {
	for i, terms := range c.cells {
		if !slices.ContainsFunc(terms, func(t quotaTerm) bool { return !c.meets(&t, r) }) {
			c.counts[i]++
		}
	}
}

func (c *QuotaCount) meets(t *quotaTerm, r *StoredResponse) bool {
	switch t.place {
	case ByAgency:
		return r.Agency == t.value
	case byCounter:
		return r.Counter == t.value
	case byMode:
		return string(r.Mode) == t.value
	}
	if t.question < 0 {
		return false
	}
	x := r.Answers.at(t.question)
	switch {
	case !x.Set:
		return false
	case c.form.items[t.question].Type == Number:
		return x.Number >= t.low && x.Number <= t.high
	case c.form.items[t.question].Type == Multiple:
		return x.Chosen>>t.choice&1 != 0
	}
	return x.Choice == t.choice
}

// Counts returns how many responses meet each quota.
func (c *QuotaCount) Counts() []int { return c.counts }
