package estimate

import "slices"

// Bootstrap draws n_h−1 first-stage units with replacement in every stratum; a unit drawn m times counts m·n_h/(n_h−1) times
// (Rao and Wu 1988, JASA 83, 231–241). Scale = 1/(reps−1). A finite-population correction is left out: it makes the variance
// err on the safe side.
//
// The draws depend on the seed and on the order in which strata and units first appear in the data, and are those of R's
// as.svrepdesign(type = "subbootstrap") after set.seed(seed), as long as no stratum has a single unit.
func (d *Design) Bootstrap(reps int, seed uint32) (*Replicates, error) {
	if reps < 2 || reps > 65535 {
		return nil, optionFault("reps", "cần từ 2 đến 65535 lần lặp, không phải %d", "needs 2 to 65535 replicates, not %d", reps)
	}
	st := &d.stages[0]
	n, strata := d.Units()
	if n <= strata {
		return nil, optionFault("replicates", "cần ít nhất hai đơn vị mẫu trong một tầng", "at least one stratum needs two sampling units")
	}
	count := make([]uint16, n*reps) // by unit, then replicate
	random, first := NewRStream(seed), 0
	for _, nh := range st.size {
		if nh > 1 {
			drawUnits(random, count[first*reps:], int(nh), reps)
		}
		first += int(nh)
	}
	f := &Replicates{Kind: "bootstrap", Scale: 1 / float64(reps-1), RScale: slices.Repeat([]float64{1}, reps)}
	f.Factor = func(r, unit int) float64 {
		nh := float64(st.size[st.group[unit]])
		if nh == 1 {
			return 1
		}
		return float64(count[unit*reps+r]) * nh / (nh - 1)
	}
	return f, nil
}

// drawUnits counts how often each of n units is drawn in each replicate.
func drawUnits(random *RStream, count []uint16, n, reps int) {
	order := random.Shuffled(n)
	for r := range reps {
		for range n - 1 {
			count[order[random.Index(n)]*reps+r]++
		}
	}
}

// BootstrapFrom takes bootstrap factors drawn elsewhere: factors[unit][replicate], units as in Design.Unit.
func BootstrapFrom(factors [][]float64) (*Replicates, error) {
	if len(factors) == 0 || len(factors[0]) < 2 {
		return nil, optionFault("replicates", "cần ít nhất 2 lần lặp", "needs at least 2 replicates")
	}
	reps := len(factors[0])
	return &Replicates{
		Kind: "bootstrap", Scale: 1 / float64(reps-1), RScale: slices.Repeat([]float64{1}, reps),
		Factor: func(r, unit int) float64 { return factors[unit][r] },
	}, nil
}
