package main

import (
	"fmt"
	"math"
	"math/rand/v2"

	"thuocdo/survey"
	"thuocdo/survey/simulate"
)

// circumstances makes up how a response of the demo came in, reproducibly: how long it took, about 11 seconds per question
// spread as lognormal times are; which of three counters or enumerators of the agency. So that there is something to review, one
// person in a hundred hurries, and a kiosk of one agency brings in a tenth of that agency's responses on one day.
func circumstances(f *survey.Form, r simulate.Response, crowd simulate.Crowd, i int) (survey.Circumstances, survey.Day, survey.Mode) {
	chance := rand.New(rand.NewPCG(crowd.Seed^0x7175616c, uint64(i)))
	asked, _ := f.Asked(r.Answers)
	perItem := math.Exp(math.Log(11) + 0.4*chance.NormFloat64())
	c := survey.Circumstances{Language: "vi", Seconds: int(perItem * float64(asked))}
	hurried, stuffed, number := chance.Float64() < 0.01, chance.Float64() < 0.1, 1+chance.IntN(3)
	day, mode := r.Day, r.Mode
	if r.Agency == demoStuffed && stuffed {
		mode, number, day = survey.Kiosk, 1, crowd.First+survey.Day(crowd.Days/2)
	}
	switch {
	case mode == survey.Kiosk:
		c.Counter = fmt.Sprintf("quay-%d", number)
	case mode == survey.Enumerator:
		c.Enumerator = fmt.Sprintf("dtv-%d", number)
	case mode == survey.Paper:
		c.Counter, c.Seconds = fmt.Sprintf("tap-%d", number), 0
	case hurried:
		c.Seconds = max(asked*3/2, 1)
	}
	return c, day, mode
}

// demoStuffed is the agency of the demo with a doubtful kiosk.
const demoStuffed = "04"
