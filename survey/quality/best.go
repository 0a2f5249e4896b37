package quality

import "thuocdo/survey"

// allBest marks responses that give the best level everywhere where these are far too many: at one place on one day, against
// the rest of the agency; or in one agency, against the other agencies.
func (s *Scan) allBest() {
	days := map[placeDay]*share{}
	agencies := make([]share, len(s.agency.all))
	for i := range s.list {
		x := &s.list[i]
		k := placeDay{x.place, x.day}
		if days[k] == nil {
			days[k] = &share{}
		}
		days[k].add(x.best)
		agencies[x.agency].add(x.best)
	}
	crowded := map[placeDay]bool{}
	for k, d := range days {
		rest := agencies[s.agency.of(s.place.all[k.place].Agency)]
		rest.n, rest.k = rest.n-d.n, rest.k-d.k
		p := float64(rest.k+1) / float64(rest.n+2)
		crowded[k] = d.k >= s.rules.MinCopies && binomialTail(d.k, d.n, p) < s.rules.Chance/float64(len(days))
	}
	outlying := outliers(agencies, s.rules.Chance)
	for i := range s.list {
		if x := &s.list[i]; x.best && (crowded[placeDay{x.place, x.day}] || outlying[x.agency]) {
			x.flags |= survey.AllBest
		}
	}
}
