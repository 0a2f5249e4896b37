package chart

// Bar is one value out of a maximum, beside the mean and the best of the group.
type Bar struct {
	Known    bool
	Width    Percent
	Compared bool
	Mean     Percent
	Best     Percent
}

// NewBar places a value on a scale from zero to most. Bars begin at zero, or their lengths would mislead.
func NewBar(known bool, value, most float64, compared bool, mean, best float64) Bar {
	if most <= 0 {
		return Bar{}
	}
	a := Axis{High: most, Step: most}
	b := Bar{Known: known, Compared: compared}
	if known {
		b.Width = a.At(value)
	}
	if compared {
		b.Mean, b.Best = a.At(mean), a.At(best)
	}
	return b
}

// Part is one piece of a Stack.
type Part struct {
	Level int // from 1
	From  Percent
	Width Percent
	Count int64
	Share float64 // percent of all
}

// Stack is how the answers to an item spread over the levels (phân bố câu trả lời), as one bar.
type Stack struct {
	Total int64
	Parts []Part
}

// NewStack divides a bar by counts, in their order. Without answers it has no parts.
func NewStack(counts []int64) Stack {
	var s Stack
	for _, n := range counts {
		s.Total += n
	}
	if s.Total == 0 {
		return s
	}
	var before int64
	for i, n := range counts {
		from, upto := share(before, s.Total), share(before+n, s.Total)
		s.Parts = append(s.Parts, Part{Level: i + 1, From: Percent(from), Width: Percent(upto - from), Count: n, Share: share(n, s.Total)})
		before += n
	}
	return s
}

func share(n, total int64) float64 { return 100 * float64(n) / float64(total) }
