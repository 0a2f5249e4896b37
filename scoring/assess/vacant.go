package assess

import "slices"

// Vacant are the places of a season that nobody fills.
type Vacant struct {
	Agencies   []string // with a sheet that is not final, for which nobody speaks
	Appraisers []string // logins that the season names, which appraise for nobody
	NoneAtAll  bool     // the season names no appraisers, and there are none
}

// Vacancies returns who is missing, given whoever may sign in, by login. A season that is closed misses nobody.
func (s *Season) Vacancies(sheets []Sheet, workers map[string]Worker) (v Vacant) {
	if s.State == Closed {
		return v
	}
	somebody := func(may func(Worker) bool) bool {
		for _, w := range workers {
			if may(w) {
				return true
			}
		}
		return false
	}
	appraises := func(w Worker) bool {
		return slices.ContainsFunc(sheets, func(x Sheet) bool { return w.MayAppraise(x.Agency) })
	}
	for i := range sheets {
		agency := sheets[i].Agency
		if sheets[i].Stage != Final && !somebody(func(w Worker) bool { return w.MayClaim(agency) }) {
			v.Agencies = append(v.Agencies, agency)
		}
	}
	for _, a := range s.Appraisers {
		if w := workers[a.Login]; (w == nil || !appraises(w)) && !slices.Contains(v.Appraisers, a.Login) {
			v.Appraisers = append(v.Appraisers, a.Login)
		}
	}
	v.NoneAtAll = len(s.Appraisers) == 0 && !somebody(appraises)
	return v
}
