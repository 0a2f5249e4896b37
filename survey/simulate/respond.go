package simulate

import (
	"math"
	"math/rand/v2"

	"thuocdo/survey"
)

// model is what stays the same for the whole crowd.
type model struct {
	Crowd
	form    *survey.Form
	factor  []int     // by question: number of its factor, or -1
	factors []string  // codes
	shift   []float64 // by question: item and factor effects
	chance  []Chance  // by question
}

func newModel(form *survey.Form, c Crowd) *model {
	m := &model{Crowd: c, form: form, factor: make([]int, form.Len()), shift: make([]float64, form.Len()), chance: make([]Chance, form.Len())}
	for i := range m.factor {
		m.factor[i] = -1
	}
	for _, s := range form.Questionnaire().Scales {
		if s.Level != "factor" {
			continue
		}
		for _, code := range s.Items {
			if i, ok := form.Index(code); ok {
				m.factor[i] = len(m.factors)
				m.shift[i] = normal(c.Seed, factorSD, "factor", s.Code)
			}
		}
		m.factors = append(m.factors, s.Code)
	}
	for i := range m.shift {
		q := form.Question(i)
		m.shift[i] += normal(c.Seed, itemSD, "item", q.Code)
		m.chance[i] = chances(c, q, len(form.Choices(i)))
	}
	return m
}

// chances returns the spread over k choices: the crowd's, or a made-up one that favours the earlier choices.
func chances(c Crowd, q *survey.Question, k int) Chance {
	for _, name := range []string{q.Code, q.List} {
		if given := c.Chances[name]; k > 0 && len(given.P) == k {
			return given
		}
	}
	p := make([]float64, k)
	r := rand.New(rand.NewPCG(c.Seed, hash("choice", q.Code)))
	for i := range p {
		p[i] = math.Exp(-0.25*float64(i)) * (0.5 + r.Float64())
		if q.Type == survey.Multiple {
			p[i] = 0.1 + 0.6*r.Float64()
		}
	}
	return Chance{P: p}
}

// place is an agency as its visitors meet it.
type place struct {
	code   string
	level  float64
	factor []float64
}

// agency draws the effects of one agency. Its level is the same under every label, so that waves of the same agency
// resemble one another; the factors move a little from wave to wave.
func (m *model) agency(code string) place {
	p := place{code: code, level: m.Level + normal(m.Seed, agencySD, "agency", code), factor: make([]float64, len(m.factors))}
	for f, name := range m.factors {
		p.factor[f] = normal(m.Seed, agencyFactorSD, "agency×factor", m.Label, code, name)
	}
	return p
}

// person is one respondent.
type person struct {
	*rand.Rand
	theta    float64
	factor   []float64
	straight int // level ticked everywhere, 0 = thinks
}

// respond fills in one form.
func (m *model) respond(a place, r *rand.Rand) Response {
	p := person{Rand: r, theta: a.level + personSD*r.NormFloat64(), factor: make([]float64, len(m.factors))}
	for f := range p.factor {
		p.factor[f] = a.factor[f] + personFactorSD*r.NormFloat64()
	}
	if r.Float64() < straightLiner {
		p.straight = 1 + level(centre+p.theta)
	}
	out := Response{Agency: a.code, Day: m.First + survey.Day(r.IntN(max(m.Days, 1))), Mode: mode(r.Float64())}
	out.Answers = make(survey.Answers, m.form.Len())
	for i := range out.Answers {
		if m.form.PageRelevant(out.Answers, m.form.PageOf(i)) && m.form.Relevant(out.Answers, i) {
			out.Answers[i] = m.answer(i, &p)
		}
	}
	return out
}

// answer gives one answer, or none where the question may be left out.
func (m *model) answer(i int, p *person) survey.Answer {
	q := m.form.Question(i)
	if !q.Required && (p.Float64() < leavesOut || q.Sensitive && p.Float64() < 0.3) {
		return survey.Answer{}
	}
	switch q.Type {
	case survey.Rating:
		return survey.Answer{Set: true, Choice: m.rate(i, p)}
	case survey.Multiple:
		return m.choose(i, p)
	case survey.Number:
		return survey.Answer{Set: true, Number: number(q, p)}
	case survey.FreeText:
		return m.write(q, p)
	case survey.Date:
		return survey.Answer{Set: true, Number: float64(m.First) - float64(p.IntN(90))}
	case survey.AgencyPick:
		return m.pick(i, p)
	case survey.Note, survey.Calculate:
		return survey.Answer{}
	}
	return survey.Answer{Set: true, Choice: m.chance[i].pick(p.theta, p.Float64())}
}

// pick chooses an agency of those that the form offers.
func (m *model) pick(i int, p *person) survey.Answer {
	choices := m.form.Choices(i)
	if len(choices) == 0 {
		return survey.Answer{}
	}
	return survey.Answer{Set: true, Text: choices[p.IntN(len(choices))].Code}
}

// rate returns the index of the level that p ticks on a rated question.
func (m *model) rate(i int, p *person) int {
	k := len(m.form.Choices(i))
	if p.straight > 0 {
		return min(p.straight, k) - 1
	}
	theta := centre + p.theta + m.shift[i]
	if f := m.factor[i]; f >= 0 {
		theta += p.factor[f]
	}
	u := p.Float64()
	theta += math.Log((u + 1e-12) / (1 - u + 1e-12)) // logistic noise
	return int(math.Round(float64(level(theta)) * float64(k-1) / float64(len(threshold))))
}

// level returns 0 to 4: how many thresholds theta passes.
func level(theta float64) (n int) {
	for _, t := range threshold {
		if theta > t {
			n++
		}
	}
	return n
}

// choose ticks each choice on its own, and the likeliest one where nothing was ticked although something must be.
func (m *model) choose(i int, p *person) survey.Answer {
	a := survey.Answer{}
	likeliest := 0
	for k, chance := range m.chance[i].P {
		if p.Float64() < chance {
			a.Chosen |= 1 << k
		}
		if chance > m.chance[i].P[likeliest] {
			likeliest = k
		}
	}
	if a.Chosen == 0 && m.form.Question(i).Required {
		a.Chosen = 1 << likeliest
	}
	a.Set = a.Chosen != 0
	return a
}

// write leaves a comment now and then, or always where something must be written.
func (m *model) write(q *survey.Question, p *person) survey.Answer {
	if len(m.Comments) == 0 {
		if q.Required {
			return survey.Answer{Set: true, Text: "…"}
		}
		return survey.Answer{}
	}
	if !q.Required && p.Float64() >= writes {
		return survey.Answer{}
	}
	return survey.Answer{Set: true, Text: m.Comments[p.IntN(len(m.Comments))]}
}

// number returns a whole number within the bounds of q, nearer to the lower one; without bounds between 0 and 100.
func number(q *survey.Question, p *person) float64 {
	low, high := 0.0, 100.0
	if q.Min != nil {
		low = *q.Min
		high = low + 100
	}
	if q.Max != nil {
		high = *q.Max
		low = math.Min(low, high)
	}
	u := (p.Float64() + p.Float64()*p.Float64()) / 2
	return math.Min(high, math.Max(low, math.Round(low+u*(high-low))))
}

// pick returns the index of the choice that u, uniform in [0, 1), falls on for a respondent of satisfaction theta.
func (c Chance) pick(theta, u float64) int {
	sum := 0.0
	for i, p := range c.P {
		sum += p * math.Exp(c.Tilt*theta*float64(i))
	}
	u *= sum
	for i, p := range c.P {
		if u -= p * math.Exp(c.Tilt*theta*float64(i)); u < 0 {
			return i
		}
	}
	return max(len(c.P)-1, 0)
}

// mode returns the way in which a form came in.
func mode(u float64) survey.Mode {
	switch {
	case u < 0.62:
		return survey.Web
	case u < 0.80:
		return survey.Kiosk
	case u < 0.95:
		return survey.Enumerator
	}
	return survey.Paper
}
