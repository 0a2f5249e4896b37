package xlsform_test

import (
	"fmt"
	"strings"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"thuocdo/scoring/phrase"
	"thuocdo/survey"
)

// maker draws questionnaires that compile, with texts and codes as awkward as the formats allow.
type maker struct {
	*rapid.T
	q                *survey.Questionnaire
	numbers          []string // codes of number questions so far
	singles          []string // codes and lists of choices so far: code/list
	n                int
	agreed, consents []string // yes/no questions of this page and of those before
}

// drawQuestionnaire draws one questionnaire.
func drawQuestionnaire(t *rapid.T) *survey.Questionnaire {
	m := &maker{T: t, q: &survey.Questionnaire{Code: "sipas-2027", Version: "1.10", Title: nil, Lists: map[string][]survey.Choice{}}}
	m.q.Title, m.q.Intro = m.text(), m.text()
	m.q.Source = m.pick("", "Minh họa", "=1+1")
	m.lists()
	for range m.upTo(3) + 1 {
		m.page()
	}
	m.scales()
	return m.q
}

func (m *maker) upTo(n int) int              { return rapid.IntRange(0, n).Draw(m.T, "number") }
func (m *maker) yes() bool                   { return rapid.Bool().Draw(m.T, "yes") }
func (m *maker) pick(words ...string) string { return rapid.SampledFrom(words).Draw(m.T, "word") }

// awkward are texts that a cell or a reader of it could take for something else.
var awkward = []string{"Ông/bà có hài lòng không?", "yes", "TRUE", "1", "0,5", "2026-01-31", "=1+1", "-5", "'=1", "'x", "@x", "+84", "hai\ndòng", "a  b", "label::x (en)",
	"_x0041_", "“trích”", "<b>&amp;</b>", "(vi)", "select_one a", "🏛", "\U0010ffff", "ị", "a\tb", "1e5", "#REF!", "ﬀ"}

func (m *maker) words() string {
	s := rapid.OneOf(rapid.SampledFrom(awkward), rapid.StringMatching(`[a-zêđ='"({;,.]{1,12}`)).Draw(m.T, "text")
	return strings.TrimSpace(norm.NFC.String(s))
}

func (m *maker) text() phrase.Text {
	t := phrase.Text{"vi": m.words()}
	if m.yes() {
		t["en"] = m.words()
	}
	if m.upTo(8) == 0 {
		t["tyz"] = m.words()
	}
	return t
}

func (m *maker) maybe() phrase.Text {
	if m.yes() {
		return nil
	}
	return m.text()
}

// code draws a code that was not there yet.
func (m *maker) code(forms ...string) string {
	m.n++
	return fmt.Sprintf(m.pick(forms...), m.n)
}

func (m *maker) lists() {
	for i, name := range []string{"scale", "yes_no", "list.3"} {
		n := m.upTo(3) + 2
		for k := range n {
			c := survey.Choice{Code: fmt.Sprint(k + 1), Text: m.text()}
			if i > 0 {
				c.Code = m.pick("a", "_x", "1", "yes", "other") + fmt.Sprint("-", k)
				if m.yes() {
					c.Attributes = map[string]string{"province": m.pick("01", "ca-mau")}
				}
			}
			m.q.Lists[name] = append(m.q.Lists[name], c)
		}
	}
}

func (m *maker) page() {
	p := survey.Page{Code: m.code("p%d", "intro%d", "q%d", "p%d_1"), Title: m.text(), Hint: m.maybe(), Relevant: m.rule()}
	if m.upTo(4) == 0 {
		p.Code = m.pick("meta", "intro")
		for _, other := range m.q.Pages {
			if other.Code == p.Code {
				p.Code = m.code("p%d")
			}
		}
	}
	for range m.upTo(2) + 1 {
		b := survey.Block{Lead: m.maybe(), RandomOrder: m.upTo(4) == 0}
		for range m.upTo(2) + 1 {
			b.Questions = append(b.Questions, m.question())
		}
		p.Blocks = append(p.Blocks, b)
	}
	m.q.Pages = append(m.q.Pages, p)
	m.consents, m.agreed = append(m.consents, m.agreed...), nil
}

// rule draws a condition over earlier questions.
func (m *maker) rule() string {
	var rules []string
	for _, code := range m.numbers {
		rules = append(rules, fmt.Sprintf("${%s} >= 18", code), fmt.Sprintf("not(${%s} = 3 or ${%s} < -1.5)", code, code))
	}
	for _, single := range m.singles {
		code, list, _ := strings.Cut(single, "/")
		rules = append(rules, fmt.Sprintf("selected(${%s}, '%s')", code, m.q.Lists[list][0].Code))
	}
	if len(rules) == 0 || m.yes() {
		return ""
	}
	return rapid.SampledFrom(rules).Draw(m.T, "rule")
}

func (m *maker) question() survey.Question {
	q := survey.Question{Code: m.code("q%d", "Q%d", "_%d", "q.%d-a", "name%d", "intro%d"), Text: m.text(), Hint: m.maybe(), Relevant: m.rule()}
	switch m.pick("single", "multiple", "rating", "yes_no", "number", "text", "date", "note", "agency", "procedure", "calculate") {
	case "single":
		q.Type, q.List, q.RandomOrder = survey.Single, m.pick("yes_no", "list.3", "scale"), m.yes()
	case "multiple":
		q.Type, q.List, q.RandomOrder = survey.Multiple, m.pick("yes_no", "list.3"), m.yes()
		if len(m.q.Lists[q.List][0].Attributes) > 0 && m.yes() {
			q.ChoiceFilter = "province != 'x'"
		}
	case "rating":
		q.Type, q.List = survey.Rating, "scale"
	case "yes_no":
		q.Type = survey.YesNo
	case "number":
		m.number(&q)
	case "text":
		q.Type, q.MaxChars = survey.FreeText, m.upTo(2)*100
	case "agency":
		q.Type, q.List = survey.AgencyPick, m.pick("", "province")
	case "procedure":
		q.Type, q.List = survey.ProcedurePick, "list.3"
	case "date":
		q.Type = survey.Date
	case "calculate":
		q.Type, q.Calculation, q.Hint = survey.Calculate, "1 + 1", nil
		if len(m.numbers) > 0 {
			q.Calculation = fmt.Sprintf("if(${%s} > 3, round(${%[1]s} div 3, 2), 'a  b')", m.numbers[0])
		}
		if q.Text = nil; m.yes() {
			q.Text = m.text()
		}
		return q
	case "note":
		q.Type = survey.Note
		q.Hint = nil
		return q
	}
	if m.yes() {
		q.Required, q.RequiredMessage = true, m.maybe()
	} else {
		m.sensitive(&q)
	}
	if q.Type == survey.YesNo && !q.Sensitive {
		m.agreed = append(m.agreed, q.Code)
	}
	if q.Type == survey.Single {
		m.singles = append(m.singles, q.Code+"/"+q.List)
	}
	return q
}

// sensitive makes some questions sensitive, with the consent of a page before.
func (m *maker) sensitive(q *survey.Question) {
	if len(m.consents) > 0 && m.yes() {
		q.Sensitive, q.Purpose = true, rapid.SampledFrom(m.consents).Draw(m.T, "consent")
		if m.yes() {
			q.Relevant = m.pick("${"+q.Purpose+"} = 'yes'", "(${"+q.Purpose+"} = 'yes') and (${"+q.Purpose+"} != 'no')")
		}
	}
}

func (m *maker) number(q *survey.Question) {
	q.Type = survey.Number
	low, high := float64(m.upTo(5))-2.5, float64(m.upTo(100))+10
	if m.yes() {
		q.Min = &low
	}
	if m.yes() {
		q.Max = &high
	}
	q.Constraint = m.pick("", "int(.) = .", ". != 13 and int(.) = .", "(. = 1 or . = 2) and int(.) = .", ". = 1 or . = 2 and int(.) = .", "(. != 13) and (int(.) = .)", "(. = 1) or (. = 2) and int(.) = .", ". >= 1", ". >= 1 and . <= 5", ". != 13")
	if q.Constraint != "" {
		q.ConstraintMessage = m.maybe()
	}
	m.numbers = append(m.numbers, q.Code)
}

// scales puts every rated item into a factor, where there are any.
func (m *maker) scales() {
	var items []string
	for _, p := range m.q.Pages {
		for _, b := range p.Blocks {
			for _, x := range b.Questions {
				if x.Type == survey.Rating {
					items = append(items, x.Code)
				}
			}
		}
	}
	if len(items) == 0 || m.yes() {
		return
	}
	m.q.Scales = []survey.Scale{{Code: "II.A", Level: "factor", Title: m.text(), Items: items}, {Code: "1", Level: "content", Title: m.text(), Items: items[:1]}}
}
