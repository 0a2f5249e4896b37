package scoring

import "math"

// noise is the share of the size of its terms below which a sum of squares is 0 but for rounding.
const noise = 1e-13

// basis maps the items of a plan to the groups of a survey's moments.
type basis struct {
	group  []int   // by item of the plan, -1 for none
	size   []int   // items in each group
	inside [][]int // items of the plan in each group
}

// basisOf returns the basis of a layout of groups, which many units share.
func (r *run) basisOf(groups [][]string) *basis {
	if len(groups) == 0 {
		return nil
	}
	if b := r.bases[&groups[0]]; b != nil {
		return b
	}
	number := make(map[string]int, len(r.p.items))
	for i, item := range r.p.items {
		number[item] = i
	}
	b := &basis{group: make([]int, len(r.p.items)), size: make([]int, len(groups)), inside: make([][]int, len(groups))}
	for i := range b.group {
		b.group[i] = -1
	}
	for g, items := range groups {
		b.size[g] = len(items)
		for _, item := range items {
			if i, ok := number[item]; ok {
				b.group[i] = g
				b.inside[g] = append(b.inside[g], i)
			}
		}
	}
	r.bases[&groups[0]] = b
	return b
}

// variance returns the variance of the form, its degrees of freedom where a design tells them, how many answers bear it, and why
// there is none.
func (r *run) variance() (v, df float64, m int64, reason Gap) {
	for _, i := range r.form.touched {
		m = max(m, r.answers(i))
	}
	if r.poll.n < 2 || m < 2 {
		return 0, 0, m, TooFew
	}
	var told Variance
	switch {
	case r.poll.told != nil:
		told = r.poll.next()
	case r.poll.drawn != nil:
		told.V, told.DF, told.Gap = r.drawnVariance()
	default:
		told.V, told.Gap = r.plainVariance(m)
	}
	if r.hear != nil {
		*r.hear = append(*r.hear, told)
	}
	return told.V, told.DF, m, told.Gap
}

// plainVariance is that of people who count as independent draws.
func (r *run) plainVariance(m int64) (v float64, reason Gap) {
	if m > r.poll.n { // more answers than people: a question with several answers, and who gave which together is not known
		return 0, NoMoments
	}
	var sum, squares, size float64
	if items := r.form.touched; len(items) == 1 {
		sum, squares, size = r.single(items[0])
	} else if ok := r.grouped(&sum, &squares, &size); !ok {
		return 0, NoMoments
	}
	n := float64(r.poll.n)
	if v = squares - sum*sum/n; v <= noise*size {
		return 0, NoGap
	}
	return v * n / (n - 1), NoGap
}

// answers returns how many people answered an item of the plan.
func (r *run) answers(item int) (n int64) {
	for _, t := range r.p.asking[item] {
		n = max(n, r.poll.count[t])
	}
	return n
}

// single sums z and z² over the people who answered one question, from its counts: each answered it once.
func (r *run) single(item int) (sum, squares, size float64) {
	for c, code := range r.poll.codes[item] {
		z, a := 0.0, 0.0
		for _, t := range r.p.asking[item] {
			if w, counted := r.p.terms[t].worth.of(code); counted {
				z += float64(r.form.alpha[t]*w) + r.form.beta[t]
				a += math.Abs(r.form.alpha[t]*w) + math.Abs(r.form.beta[t])
			}
		}
		n := float64(r.poll.chosen[item][c])
		sum, squares, size = sum+float64(n*z), squares+float64(n*z*z), size+float64(n*a*a)
	}
	return sum, squares, size
}

// weights are the coefficients of a group's a, s and v in the form.
type weights [3]float64

// grouped sums z and z² over people from the second moments, if the form has the same coefficients for all items of each
// group that it touches.
func (r *run) grouped(sum, squares, size *float64) bool {
	groups, first, sums := r.poll.survey.Moments()
	k := 3 * len(groups)
	b := r.basisOf(groups)
	if b == nil || len(first) != k || len(sums) != k*(k+1)/2 {
		return false
	}
	m := Moments{groups, first, sums}
	if cap(r.byGroup) < len(groups) {
		r.byGroup, r.isActive = make([]weights, len(groups)), make([]bool, len(groups))
	}
	active := r.active[:0]
	defer func() {
		for _, g := range active {
			r.isActive[g] = false
		}
		r.active = active
	}()
	for _, i := range r.form.touched {
		g := b.group[i]
		if g < 0 {
			return false
		}
		if !r.isActive[g] {
			r.isActive[g] = true
			active = append(active, g)
			var ok bool
			if r.byGroup[g], ok = r.uniform(b, g); !ok {
				return false
			}
		}
	}
	for x, g := range active {
		r.product(&m, g, g, 1, sum, squares, size)
		for _, h := range active[:x] {
			r.product(&m, g, h, 2, nil, squares, size)
		}
	}
	return true
}

// product adds times · c_gᵀ M_gh c_h to squares, and c_gᵀ Σx to sum.
func (r *run) product(m *Moments, g, h int, times float64, sum, squares, size *float64) {
	for j, c := range r.byGroup[g] {
		if c == 0 {
			continue
		}
		if sum != nil {
			*sum += float64(c * float64(m.First[3*g+j]))
		}
		for k, d := range r.byGroup[h] {
			if d != 0 {
				x := float64(times * c * d * float64(m.At(3*g+j, 3*h+k)))
				*squares += x
				*size += math.Abs(x)
			}
		}
	}
}

// uniform returns the coefficients that all items of a group share. The coefficient of a may differ between items that
// everybody answered: a is 1 for each of them, so their mean serves.
func (r *run) uniform(b *basis, g int) (weights, bool) {
	if len(b.inside[g]) != b.size[g] {
		return weights{}, false
	}
	var common weights
	complete, sameA, a := true, true, 0.0
	for x, i := range b.inside[g] {
		w, ok := r.coefficients(i)
		if !ok {
			return weights{}, false
		}
		if x == 0 {
			common = w
		}
		if !alike(w[1], common[1]) || !alike(w[2], common[2]) {
			return weights{}, false
		}
		a += w[0]
		sameA = sameA && alike(w[0], common[0])
		complete = complete && r.answers(i) == r.poll.n
	}
	if !sameA {
		common[0] = a / float64(b.size[g])
	}
	return common, sameA || complete
}

// alike reports whether two coefficients agree but for the last bits.
func alike(x, y float64) bool { return math.Abs(x-y) <= 1e-12*max(math.Abs(x), math.Abs(y)) }

// coefficients returns those of one item's a, s and v, if its terms are of these readings.
func (r *run) coefficients(item int) (w weights, ok bool) {
	for _, t := range r.p.asking[item] {
		if r.form.alpha[t] == 0 && r.form.beta[t] == 0 {
			continue
		}
		switch r.p.terms[t].worth.kind {
		case topShare:
			w[1] += r.form.alpha[t]
		case meanRate:
			w[2] += r.form.alpha[t] / 5
		default:
			return w, false
		}
		w[0] += r.form.beta[t]
	}
	return w, true
}
