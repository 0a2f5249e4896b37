package sample

import (
	"maps"
	"slices"
)

// allocate returns how many units to draw in every stratum at the first stage.
func (w *drawing) allocate(strata []group, lists [][]group) ([]int64, error) {
	out := make([]int64, len(strata))
	s := w.Stages[0]
	switch {
	case w.Sizes != nil:
		return out, w.given(strata, out)
	case s.Method == All, s.Rate > 0, w.Allocation == Each:
		for h := range strata {
			out[h] = w.count(0, len(lists[h]))
		}
		return out, nil
	}
	spread := make([]Stratum, len(strata))
	var units int64
	for h, g := range strata {
		spread[h] = Stratum{Name: g.name, Units: int64(len(lists[h]))}
		units += spread[h].Units
		if s.Method == PPS {
			var total sum
			for _, x := range w.measure(0, lists[h]) {
				total.add(x)
			}
			spread[h].Size = total.value()
		}
	}
	n := s.N
	if w.TakeAll {
		n = min(n, units)
	}
	least := w.Least
	if len(w.Design.Strata) == 0 { // nothing to share with
		least = 0
	}
	out, err := w.Allocation.Allocate(n, spread, least)
	if err != nil {
		return nil, err
	}
	for h, n := range out {
		if n == 0 {
			w.bad.add("stratum "+strata[h].name, "không được chọn đơn vị nào; hãy tăng n hoặc đặt mức tối thiểu", "no unit would be drawn; raise n or set a minimum")
		}
	}
	return out, w.bad.err()
}

// given takes the sizes that were given by stratum; both lists of strata must agree.
func (w *drawing) given(strata []group, out []int64) error {
	left := maps.Clone(w.Sizes)
	for h, g := range strata {
		n, ok := left[g.name]
		switch delete(left, g.name); {
		case !ok:
			w.bad.add(cell(w.f.lines[g.rows[0]], w.Strata[0]), "tầng %q không có cỡ mẫu", "stratum %q has no sample size", g.name)
		case n < 1:
			w.bad.add("stratum "+g.name, "cỡ mẫu phải từ 1 trở lên, không phải %d", "the sample size must be at least 1, not %d", n)
		}
		out[h] = n
	}
	for _, name := range slices.Sorted(maps.Keys(left)) {
		w.bad.add("stratum "+name, "có cỡ mẫu nhưng danh sách không có đơn vị nào của tầng này", "has a sample size but the frame has no unit of it")
	}
	return w.bad.err()
}
