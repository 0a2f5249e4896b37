package quality

import (
	"cmp"
	"math"
	"slices"

	"thuocdo/survey"
)

// judge sets the marks that need all responses.
func (s *Scan) judge() {
	s.speeding()
	s.duplicates()
	s.bursts()
	s.allBest()
	s.preferDigits()
}

// pace is whose speed is compared: people who fill in themselves, and those who are asked.
func pace(m survey.Mode) int {
	if m == survey.Enumerator {
		return 1
	}
	return 0
}

// speeding marks responses that took less than a share of the median time per question asked, among those that came in
// the same way. Source: Greszki, Meyer and Schoen 2015.
func (s *Scan) speeding() {
	var times [2][]float64
	for i := range s.list {
		if x := &s.list[i]; x.seconds > 0 {
			k := pace(s.place.all[x.place].Mode)
			times[k] = append(times[k], x.seconds)
		}
	}
	var limit [2]float64
	for k, list := range times {
		if len(list) >= s.rules.MinTimed {
			limit[k] = s.rules.SpeedShare * median(list)
		}
	}
	for i := range s.list {
		if x := &s.list[i]; x.seconds > 0 && x.seconds < limit[pace(s.place.all[x.place].Mode)] {
			x.flags |= survey.Speeding
		}
	}
}

// duplicates marks equal answers, texts apart, of which there are more than chance gives; see chanceOf.
func (s *Scan) duplicates() {
	n := len(s.list)
	type key struct {
		vector uint64
		agency int32
	}
	here, size := map[key]int{}, make([]int, len(s.agency.all))
	for i := range s.list {
		x := &s.list[i]
		size[x.agency]++
		if x.vector != 0 && int(s.vectors[x.vector].n) >= s.rules.MinCopies {
			here[key{x.vector, x.agency}]++
		}
	}
	marked := map[key]bool{}
	limit := s.rules.Chance / float64(max(n, 1))
	for k, c := range here {
		v := s.vectors[k.vector]
		p := s.chanceOf(v)
		if v.level > 0 { // one level throughout is a habit: those elsewhere tell how frequent
			p = max(p, float64(int(v.n)-c+1)/float64(n-size[k.agency]+1))
			marked[k] = c >= s.rules.MinCopies && poissonTail(c-1, float64(size[k.agency]-1)*p) < limit
		} else {
			marked[k] = poissonTail(int(v.n)-1, float64(n-1)*p) < limit
		}
	}
	for i := range s.list {
		if x := &s.list[i]; marked[key{x.vector, x.agency}] {
			x.flags |= survey.Duplicate
		}
	}
}

// chanceOf bounds how likely an honest response gives just these answers: the square root of what it were if answers did
// not depend on one another. Ratings do depend, on one satisfaction; the root leaves as much room as if every second
// answer followed from the one before.
func (s *Scan) chanceOf(v *vector) float64 {
	log := 0.0
	for i := range v.answers {
		if x := &v.answers[i]; x.Set && s.single(i) {
			total := 0
			for _, c := range s.picks[i] {
				total += int(c)
			}
			log += math.Log(float64(s.picks[i][min(x.Choice, len(s.picks[i])-1)]) / float64(max(total, 1)))
		}
	}
	return math.Exp(log / 2)
}

// single reports whether a question has one answer out of a list.
func (s *Scan) single(i int) bool {
	switch s.form.Question(i).Type {
	case survey.Rating, survey.Single, survey.YesNo:
		return true
	}
	return false
}

// placeDay is one place on one day.
type placeDay struct {
	place int32
	day   survey.Day
}

// bursts marks the days on which a place brought in far more than usual there, or, where it has hardly any other day, than is
// usual at places of its kind: a c-chart with a Poisson limit.
func (s *Scan) bursts() {
	counts := map[placeDay]int{}
	for i := range s.list {
		counts[placeDay{s.list[i].place, s.list[i].day}]++
	}
	byPlace, byMode := make([][]float64, len(s.place.all)), map[survey.Mode][]float64{}
	for k, n := range counts {
		byPlace[k.place] = append(byPlace[k.place], float64(n))
		mode := s.place.all[k.place].Mode
		byMode[mode] = append(byMode[mode], float64(n))
	}
	usual := map[survey.Mode]float64{}
	for mode, list := range byMode {
		usual[mode] = quantile(list, 0.9)
	}
	limit := s.rules.Chance / float64(max(len(counts), 1))
	marked := map[placeDay]bool{}
	for k, n := range counts {
		base := 1.0
		if own := byPlace[k.place]; len(own) >= severalDays {
			base = max(base, median(own))
		} else {
			base = max(base, usual[s.place.all[k.place].Mode])
		}
		marked[k] = n >= s.rules.MinBurst && float64(n) >= s.rules.BurstTimes*base && poissonTail(n, base) < limit
	}
	for i := range s.list {
		if x := &s.list[i]; marked[placeDay{x.place, x.day}] {
			x.flags |= survey.Burst
		}
	}
}

// severalDays are enough of a place to know what is usual there.
const severalDays = 5

// preferDigits marks the responses of enumerators whose numbers end in other digits than those that the others wrote
// down: a chi-square test of homogeneity, question by question. Source: Bredl, Winker and Kötschau 2012.
func (s *Scan) preferDigits() {
	all := make([][10]int32, len(s.numbers))
	for k, d := range s.digits {
		for j, c := range d {
			all[k[1]][j] += c
		}
	}
	marked := make([]bool, len(s.who.all))
	for who := range marked {
		chi, df, n := 0.0, 0, 0
		for k := range s.numbers {
			own := s.digits[[2]int32{int32(who), int32(k)}]
			if own == nil {
				continue
			}
			x, d, m := homogeneity(*own, all[k])
			chi, df, n = chi+x, df+d, n+m
		}
		marked[who] = df > 0 && n >= s.rules.MinDigits && chiSquareTail(chi, df) < s.rules.Chance/float64(len(marked))
	}
	for i := range s.list {
		if x := &s.list[i]; x.who >= 0 && marked[x.who] {
			x.flags |= survey.DigitPreference
		}
	}
}

// homogeneity compares the digits of one with those of the others in a 2×10 table. Digits of which one of the cells
// expects less than five are taken together.
func homogeneity(own, all [10]int32) (chi float64, df, n int) {
	others, total := 0, 0
	for j := range own {
		n, total = n+int(own[j]), total+int(all[j])
	}
	if others = total - n; others == 0 {
		return 0, 0, n
	}
	var cells [][2]float64
	var rest [2]float64
	for j := range own {
		c := [2]float64{float64(own[j]), float64(all[j] - own[j])}
		if (c[0]+c[1])*float64(min(n, others)) < 5*float64(total) {
			rest[0], rest[1] = rest[0]+c[0], rest[1]+c[1]
		} else {
			cells = append(cells, c)
		}
	}
	if (rest[0]+rest[1])*float64(min(n, others)) >= 5*float64(total) {
		cells = append(cells, rest)
	}
	for _, c := range cells {
		for side, size := range [2]int{n, others} {
			e := (c[0] + c[1]) * float64(size) / float64(total)
			chi += (c[side] - e) * (c[side] - e) / e
		}
	}
	return chi, max(len(cells)-1, 0), n
}

// quantile returns the p-quantile of a list (type 7), which it sorts; 0 for an empty one.
func quantile(list []float64, p float64) float64 {
	if len(list) == 0 {
		return 0
	}
	slices.SortFunc(list, cmp.Compare[float64])
	at := p * float64(len(list)-1)
	i := int(at)
	if i+1 == len(list) {
		return list[i]
	}
	return list[i] + (at-float64(i))*(list[i+1]-list[i])
}

func median(list []float64) float64 { return quantile(list, 0.5) }
