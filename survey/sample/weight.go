package sample

// Class is what one class of the nonresponse adjustment came to.
type Class struct {
	Name     string
	Drawn    int
	Answered int
	Factor   float64 // of the weights of those who answered
}

// Adjust carries the base weights of those drawn over to those who answered, class by class:
//
//	w′_i = w_i · Σ_{drawn in c} w / Σ_{answered in c} w
//
// (weighting-class adjustment, Oh and Scheuren 1983; Särndal, Swensson and Wretman 1992, §15.6.2). Σw′ over those who
// answered equals Σw over those drawn, in every class. It removes the bias of nonresponse as far as answering depends on
// the class alone. classes are columns of the frame; none: one class, "all". weights and answered go by row. The result
// is 0 for those who did not answer. It returns ErrInput for a class in which nobody answered.
func (f *Frame) Adjust(classes []string, weights []float64, answered []bool) ([]float64, []Class, error) {
	if err := f.need(classes...); err != nil {
		return nil, nil, err
	}
	if err := f.filled(classes...); err != nil {
		return nil, nil, err
	}
	type total struct{ drawn, answered sum }
	at := map[string]int{}
	var list []Class
	var totals []total
	of, first := make([]int, f.Len()), []int{}
	for i := range f.rows {
		name := f.label(i, classes)
		c, ok := at[name]
		if !ok {
			c = len(list)
			at[name] = c
			list, totals, first = append(list, Class{Name: name}), append(totals, total{}), append(first, i)
		}
		of[i] = c
		list[c].Drawn++
		totals[c].drawn.add(weights[i])
		if answered[i] {
			list[c].Answered++
			totals[c].answered.add(weights[i])
		}
	}
	var bad faults
	for c := range list {
		if list[c].Answered == 0 {
			bad.add(f.classPlace(classes, first[c]), "lớp %q có %d người được chọn nhưng không ai trả lời; hãy gộp với lớp khác", "nobody of the %[2]d drawn in class %[1]q answered; merge it with another class", list[c].Name, list[c].Drawn)
			continue
		}
		list[c].Factor = totals[c].drawn.value() / totals[c].answered.value()
	}
	out := make([]float64, f.Len())
	for i := range out {
		if answered[i] {
			out[i] = weights[i] * list[of[i]].Factor
		}
	}
	return out, list, bad.err()
}

func (f *Frame) classPlace(classes []string, row int) string {
	if len(classes) == 0 {
		return "answers"
	}
	return cell(f.lines[row], classes[0])
}
