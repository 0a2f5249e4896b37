package survey

import (
	"cmp"
	"maps"
	"slices"
)

// Filler reads the answers of one submission question by question, in whatever order they come. It belongs to one goroutine.
type Filler struct {
	form    *Form
	answers Answers
	given   relevance
	ordered bool
	faults  Faults
	unknown map[string]bool // nil until there is one
}

// Filler returns one for an empty submission.
func (f *Form) Filler() *Filler { return &Filler{form: f, answers: make(Answers, len(f.items))} }

// Give takes the values of one question as Parse does, and keeps none of the slice. Of a question given again the last values
// count; again says so.
func (x *Filler) Give(code string, values []string) (again bool) {
	f := x.form
	i, known := f.index[code]
	switch {
	case known:
		if again = x.given.has(i); again {
			x.drop(code)
		}
		x.given.add(i)
		order := x.answers[i].Order
		x.answers[i] = Answer{Order: order}
		if fault := f.items[i].parse(values, &x.answers[i]); fault.Reason != "" {
			x.faults = append(x.faults, fault)
			x.answers[i] = Answer{Order: order}
		}
	case code == OrderField && f.drawn >= 0:
		if again, x.ordered = x.ordered, true; again {
			x.drop(code)
			f.SetSeed(x.answers, 0)
		}
		x.faults = append(x.faults, f.parseOrder(values, x.answers)...)
	default:
		if x.unknown == nil {
			x.unknown = map[string]bool{}
		}
		if again = x.unknown[code]; len(x.unknown) < maxQuestions {
			x.unknown[code] = true
		}
	}
	return again
}

// drop takes back the faults of a question.
func (x *Filler) drop(code string) {
	x.faults = slices.DeleteFunc(x.faults, func(fault Fault) bool { return fault.Question == code })
}

// Answers returns what was given, as Parse does.
func (x *Filler) Answers() (Answers, Faults) {
	if len(x.faults) > 1 {
		slices.SortStableFunc(x.faults, func(a, b Fault) int { return cmp.Compare(x.place(a), x.place(b)) })
	}
	for k, name := range slices.Sorted(maps.Keys(x.unknown)) {
		if k == maxUnknown {
			break
		}
		x.faults = append(x.faults, Fault{Question: cleanText(name[:min(len(name), maxNameBytes)]), Reason: Unknown})
	}
	if len(x.faults) == 0 {
		return x.answers, nil
	}
	return x.answers, x.faults
}

// place is where a fault stands: that of the order of questions first.
func (x *Filler) place(fault Fault) int {
	if fault.Question == OrderField {
		return -1
	}
	return x.form.place(fault)
}
