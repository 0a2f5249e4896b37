package estimate

// Jackknife1 leaves out one first-stage unit at a time from an unstratified design (JK1): the others count n/(n−1) times,
// Scale = (n−1)/n · (1−f) (Wolter 2007, §4.2).
func (d *Design) Jackknife1() (*Replicates, error) {
	n, strata := d.Units()
	if strata > 1 {
		return nil, optionFault("replicates", "jk1 dành cho mẫu không phân tầng; hãy dùng jkn", "jk1 is for designs without strata; use jkn")
	}
	if err := d.enoughUnits(); err != nil {
		return nil, err
	}
	r := d.leaveOneOut("jk1", n)
	r.Scale = float64(n-1) / float64(n) * d.stages[0].left(0)
	return r, nil
}

// JackknifeN leaves out one first-stage unit at a time (JKn): the others of its stratum count n_h/(n_h−1) times,
// RScale = (n_h−1)/n_h · (1−f_h) (Wolter 2007, §4.5). A stratum of one unit gives no replicate: it is treated as LonelyRemove.
func (d *Design) JackknifeN() (*Replicates, error) {
	n, _ := d.Units()
	if err := d.enoughUnits(); err != nil {
		return nil, err
	}
	r := d.leaveOneOut("jkn", n)
	st := &d.stages[0]
	for u := range r.RScale {
		h := st.group[u]
		nh := float64(st.size[h])
		r.RScale[u] = (nh - 1) / nh * st.left(h)
	}
	return r, nil
}

// leaveOneOut drops unit r in replicate r.
func (d *Design) leaveOneOut(kind string, n int) *Replicates {
	st := &d.stages[0]
	r := &Replicates{Kind: kind, Scale: 1, RScale: make([]float64, n)}
	for k := range r.RScale {
		r.RScale[k] = 1
	}
	r.Factor = func(rep, unit int) float64 {
		h := st.group[unit]
		nh := float64(st.size[h])
		switch {
		case st.group[rep] != h || nh == 1:
			return 1
		case rep == unit:
			return 0
		}
		return nh / (nh - 1)
	}
	return r
}

// maxReplicates bounds leave-one-out designs: beyond it they cost more than they tell.
const maxReplicates = 100_000

func (d *Design) enoughUnits() error {
	n, strata := d.Units()
	if n < 2 || n <= strata {
		return optionFault("replicates", "cần ít nhất hai đơn vị mẫu trong một tầng", "at least one stratum needs two sampling units")
	}
	if n > maxReplicates {
		return optionFault("replicates", "%d đơn vị mẫu cần %[1]d lần lặp; hãy dùng bootstrap", "%d sampling units would need as many replicates; use the bootstrap", n)
	}
	return nil
}
